# Derived from tests/core/_async/test_oauth.py by scripts/unasync.py: edit that file, not this one.
"""Tokens are got as the flow says, once for all who need one, and renewed ahead of their end by the server's clock."""

from __future__ import annotations

import json
import logging
import threading
import traceback
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from core.kit import Ticks, tick, together
from core.oauthserver import WALL, AuthorizationServer, authorizing

from veneer import (
    AuthenticationError,
    Client,
    ConfigurationError,
    LoginPrompt,
    OAuth2,
    Platform,
    Scheme,
    TokenError,
)
from veneer._core import oauth

pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    """An authorization server that is also the API."""
    with authorizing() as made:
        yield made


def program(server: AuthorizationServer, **more: Any) -> OAuth2:
    return OAuth2(
        **{"client_id": "me", "client_secret": "s3cr3t-é:", "token_url": f"{server.url}/token", **more}
    )


def client(
    server: AuthorizationServer, flow: Any = None, ticks: Ticks | None = None, **options: Any
) -> Client:
    made = Client(
        server.url, **{"auth": flow or program(server), "max_retries": 0, "engine": "default", **options}
    )
    tick(made, ticks or Ticks())
    return made


def used(made: Client) -> str:
    """Call the API; the token that it took."""
    return str((made.request("GET", "/api")).json()["token"])


# -- client credentials ------------------------------------------------------------------------------------------


def test_a_program_gets_a_token_by_its_id_and_secret(server: AuthorizationServer) -> None:
    with client(server, program(server, scopes=["read", "write"], parameters={"audience": "api"})) as made:
        assert used(made) == "t1-SECRET"
    assert server.forms == [{"grant_type": "client_credentials", "scope": "read write", "audience": "api"}]
    assert server.basic() == ("me", "s3cr3t-é:")


def test_the_secret_goes_into_the_body_where_the_server_wants_it_there(
    server: AuthorizationServer,
) -> None:
    with client(server, program(server, client_auth="post")) as made:
        used(made)
    assert server.forms[0] == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "s3cr3t-é:",
    }
    assert server.auth[0] == ""


def test_many_calls_at_once_take_one_token_request(server: AuthorizationServer) -> None:
    with client(server, max_connections=8) as made:
        tokens = together(100, lambda _: used(made))
    assert (set(tokens), len(server.forms)) == ({"t1-SECRET"}, 1)


def test_a_token_is_renewed_ahead_of_its_end(server: AuthorizationServer) -> None:
    ticks = Ticks()
    with client(server, ticks=ticks) as made:
        seen = []
        for seconds in (0, 3539, 1, 3539, 1):
            ticks.advance(seconds)
            seen.append(used(made))
    assert seen == ["t1-SECRET", "t1-SECRET", "t2-SECRET", "t2-SECRET", "t3-SECRET"]
    assert server.calls == seen


def test_a_wall_clock_that_jumps_changes_nothing(server: AuthorizationServer) -> None:
    ticks = Ticks()
    with client(server, ticks=ticks) as made:
        used(made)
        ticks.wall += 10**6
        assert used(made) == "t1-SECRET"


def test_an_end_that_is_a_time_is_the_servers_time(server: AuthorizationServer) -> None:
    ticks, server.ahead, server.lasts = Ticks(), 86_400.0, None
    server.more = {"expires_on": str(int(WALL + 86_400 + 100))}
    with client(server, ticks=ticks) as made:
        used(made)
        ticks.advance(89)
        assert used(made) == "t1-SECRET"
        ticks.advance(1)
        assert used(made) == "t2-SECRET"


def test_a_token_of_unknown_length_is_used_until_it_is_refused(server: AuthorizationServer) -> None:
    ticks, server.lasts = Ticks(), None
    with client(server, ticks=ticks) as made:
        used(made)
        ticks.advance(10**9)
        assert used(made) == "t1-SECRET"


def test_calls_that_are_refused_together_renew_once(server: AuthorizationServer) -> None:
    with client(server, max_connections=8) as made:
        used(made)
        server.good = set()
        tokens = together(20, lambda _: used(made))
    assert (set(tokens), len(server.forms)) == ({"t2-SECRET"}, 2)


def test_a_token_that_stays_refused_is_asked_for_once_more_only(server: AuthorizationServer) -> None:
    def refuse(_form: dict[str, str]) -> dict[str, str]:
        return {"access_token": f"bad{len(server.forms)}", "token_type": "bearer"}

    server.check = refuse
    with client(server) as made:
        with pytest.raises(AuthenticationError):
            used(made)
    assert server.calls == ["bad1", "bad2"]


def test_while_no_new_token_comes_the_old_one_goes_on_to_its_end(server: AuthorizationServer) -> None:
    ticks = Ticks()
    with client(server, ticks=ticks) as made:
        used(made)
        server.answers = [503, 503, {"error": "temporarily_unavailable"}]
        ticks.advance(3550)
        assert [used(made), used(made)] == ["t1-SECRET", "t1-SECRET"]
        assert len(server.forms) == 4
        server.check = lambda _: {"error": "server_error"}
        ticks.advance(60)
        with pytest.raises(TokenError, match="refused: server_error"):
            used(made)


# -- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        pytest.param(
            {"error": "invalid_client"},
            "invalid_client",
            "check client_id and client_secret",
            id="a wrong secret",
        ),
        pytest.param(
            {"error": "invalid_scope", "error_description": "no such scope s3cr3t-é:"},
            "invalid_scope",
            r"no such scope \*\*\*; check scopes",
            id="a description that echoes the secret",
        ),
        pytest.param({"access_token": "", "token_type": "bearer"}, None, "has no token", id="an empty token"),
        pytest.param({"id_token": "x"}, None, "has no token: check token_url", id="no token"),
        pytest.param({"access_token": "a", "token_type": "DPoP"}, None, "type 'DPoP'", id="no bearer token"),
        pytest.param({"access_token": "a\r\nx: y"}, None, "no header can carry", id="a line break in it"),
        pytest.param(404, None, "no token: .*404", id="no such address"),
        pytest.param(500, None, "no token: .*500", id="a server that fails"),
    ],
)
def test_a_token_that_is_not_given_is_one_error_and_no_call(
    server: AuthorizationServer, answer: Any, code: str | None, words: str
) -> None:
    server.check = lambda _: answer
    with client(server) as made:
        with pytest.raises(TokenError, match=words) as caught:
            used(made)
    assert (caught.value.code, server.calls) == (code, [])
    assert caught.value.outcome.name == "NOT_SENT"


class CountedLock:
    """A lock that tells when so many have come to it."""

    def __init__(self, lock: Any, most: int, all_there: threading.Event) -> None:
        self._lock, self._most, self._all_there = lock, most, all_there
        self._come: list[int] = []

    def __enter__(self) -> None:
        self._come.append(1)
        if len(self._come) == self._most:
            self._all_there.set()
        self._lock.__enter__()

    def __exit__(self, *given: object) -> None:
        self._lock.__exit__(*given)


def test_calls_that_wait_for_a_token_that_is_refused_do_not_ask_again(
    server: AuthorizationServer,
) -> None:
    all_there = threading.Event()

    def refuse(_form: dict[str, str]) -> dict[str, str]:
        assert all_there.wait(60)
        return {"error": "invalid_client"}

    server.check = refuse
    with client(server, max_connections=4) as made:
        held: Any = made._session.credentials["bearer"]
        held._lock = CountedLock(held._lock, 8, all_there)
        done = together(8, lambda _: used(made))
    assert [str(one).partition(";")[0] for one in done] == [
        "the authorization server refused: invalid_client"
    ] * 8
    assert len(server.forms) == 1


@pytest.mark.parametrize(
    ("flow", "words"),
    [
        pytest.param(
            {"client_secret": None}, "needs prompt= and authorization_url=", id="nothing to begin with"
        ),
        pytest.param({"client_id": ""}, "grant client_credentials needs client_id=", id="no id"),
        pytest.param({"token_url": ""}, "needs token_url=", id="no address"),
        pytest.param({"grant": "jwt_bearer"}, "grant jwt_bearer needs key=", id="no key"),
        pytest.param({"grant": "password"}, "no grant is called 'password'", id="no such grant"),
        pytest.param({"client_auth": "tls"}, "'basic' or 'post'", id="no such way to send it"),
        pytest.param(
            {"token_url": "http://auth.test/token"}, "must be an absolute https:// URL", id="plain http"
        ),
        pytest.param(
            {"issuer": "auth.test"}, "issuer must be an absolute https:// URL", id="no address at all"
        ),
    ],
)
def test_a_flow_that_cannot_work_is_refused_when_the_client_is_made(flow: dict[str, Any], words: str) -> None:
    given = {"client_id": "me", "client_secret": "s", "token_url": "https://auth.test/token", **flow}
    with pytest.raises(ConfigurationError, match=words):
        Client("https://api.test", auth=OAuth2(**given))


# -- refresh tokens ----------------------------------------------------------------------------------------------


class Store:
    """Keeps a token as a keyring does."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token

    def load(self) -> str | None:
        return self.token

    def save(self, token: str) -> None:
        self.token = token


def test_a_refresh_token_is_used_replaced_and_kept(server: AuthorizationServer) -> None:
    store, ticks = Store("r0"), Ticks()
    server.more = {"refresh_token": "r1"}
    flow = program(server, client_secret=None, store=store, scopes=["read"])
    with client(server, flow, ticks) as made:
        used(made)
        ticks.advance(3600)
        used(made)
    assert server.forms == [
        {"grant_type": "refresh_token", "client_id": "me", "refresh_token": one} for one in ("r0", "r1")
    ]
    assert store.token == "r1"


def test_a_token_is_refreshed_where_the_contract_says(server: AuthorizationServer) -> None:
    flow = program(server, refresh_token="r0", refresh_url=f"{server.url}/refresh", grant="refresh_token")
    with client(server, flow) as made:
        used(made)
    assert server.paths == ["/refresh"]


def test_a_refresh_that_may_have_arrived_is_not_repeated(server: AuthorizationServer) -> None:
    server.answers = [500]
    with client(server, program(server, refresh_token="r0", grant="refresh_token"), max_retries=3) as made:
        with pytest.raises(TokenError, match="500"):
            used(made)
    assert len(server.forms) == 1


def test_a_program_whose_refresh_token_was_revoked_begins_anew(server: AuthorizationServer) -> None:
    server.answers = [{"error": "invalid_grant"}]
    with client(server, program(server, refresh_token="r0")) as made:
        assert used(made) == "t2-SECRET"
    assert [form["grant_type"] for form in server.forms] == ["refresh_token", "client_credentials"]


def test_a_person_whose_refresh_token_was_revoked_is_told_to_log_in(
    server: AuthorizationServer,
) -> None:
    server.answers = [{"error": "invalid_grant"}]
    with client(server, program(server, client_secret=None, refresh_token="r0")) as made:
        with pytest.raises(TokenError, match="refused: invalid_grant; log in again"):
            used(made)


# -- people ------------------------------------------------------------------------------------------------------


def test_a_person_enters_a_code_on_another_device(server: AuthorizationServer) -> None:
    asked: list[LoginPrompt] = []
    server.answers = [{"error": "authorization_pending"}, {"error": "slow_down"}]
    ticks = Ticks()
    flow = program(
        server, client_secret=None, device_url=f"{server.url}/device", prompt=asked.append, scopes="a b"
    )
    with client(server, flow, ticks) as made:
        assert used(made) == "t3-SECRET"
    assert asked == [LoginPrompt(f"{server.url}/go", "AB-CD", 900.0)]
    assert ticks.sleeps == [5.0, 5.0, 10.0]
    assert server.forms[0] == {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": "me",
        "device_code": "device-SECRET",
        "scope": "a b",
    }


@pytest.mark.parametrize(
    ("error", "words"),
    [("access_denied", "refused: access_denied"), ("expired_token", "refused: expired_token")],
)
def test_a_person_who_refuses_ends_it(server: AuthorizationServer, error: str, words: str) -> None:
    server.answers = [{"error": error}]
    flow = program(server, client_secret=None, device_url=f"{server.url}/device", prompt=lambda _: None)
    with client(server, flow) as made:
        with pytest.raises(TokenError, match=words):
            used(made)


def test_a_code_that_nobody_enters_ends_it(server: AuthorizationServer) -> None:
    ticks = Ticks()
    server.check = lambda _: {"error": "authorization_pending"}
    flow = program(server, client_secret=None, device_url=f"{server.url}/device", prompt=lambda _: None)
    with client(server, flow, ticks, deadline=None) as made:
        with pytest.raises(TokenError, match="nobody entered the code in time"):
            used(made)
    assert sum(ticks.sleeps) < 900


def browser(address: str, opened: list[dict[str, str]], **changed: str) -> None:
    """Log in as a person does: come back to where the address says."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    opened.append(asked)
    wrong = f"{asked['redirect_uri']}?{urlencode({'code': 'forged', 'state': 'guessed'})}"
    for url in (
        wrong,
        f"{asked['redirect_uri']}?{urlencode({'code': 'c0de', 'state': asked['state'], **changed})}",
    ):
        try:
            urllib.request.urlopen(url, timeout=30).close()
        except urllib.error.HTTPError as error:
            error.close()


def in_browser(server: AuthorizationServer, opened: list[dict[str, str]], **changed: str) -> OAuth2:
    def prompt(login: LoginPrompt) -> None:
        threading.Thread(target=browser, args=(login.url, opened), kwargs=changed).start()

    return program(
        server,
        client_secret=None,
        authorization_url=f"{server.url}/authorize?x=1",
        prompt=prompt,
        scopes=["read"],
    )


def test_a_person_logs_in_by_a_browser_with_a_proof_that_only_this_program_has(
    server: AuthorizationServer,
) -> None:
    opened: list[dict[str, str]] = []
    with client(server, in_browser(server, opened)) as made:
        assert used(made) == "t1-SECRET"
    (asked,), (form,) = opened, server.forms
    assert (asked["response_type"], asked["client_id"], asked["scope"], asked["x"]) == (
        "code",
        "me",
        "read",
        "1",
    )
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == oauth.challenge(form.pop("code_verifier"))
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert form == {
        "grant_type": "authorization_code",
        "client_id": "me",
        "code": "c0de",
        "redirect_uri": asked["redirect_uri"],
    }


def test_a_person_who_refuses_in_the_browser_ends_it(server: AuthorizationServer) -> None:
    with client(server, in_browser(server, [], error="access_denied", code="")) as made:
        with pytest.raises(TokenError, match="refused: access_denied") as caught:
            used(made)
    assert (caught.value.code, server.forms) == ("access_denied", [])


def test_a_challenge_is_what_its_specification_shows() -> None:
    """RFC 7636, appendix B."""
    assert (
        oauth.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


# -- assertions --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key() -> str:
    pytest.importorskip("joserfc")
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    made = ec.generate_private_key(ec.SECP256R1())
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def claims(form: dict[str, str], key: str) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.jwk import import_key

    token = jwt.decode(form["assertion"], import_key(key, "EC"), algorithms=["ES256"])
    return {**token.claims, **{name: token.header[name] for name in ("alg", "kid")}}


def test_a_program_signs_an_assertion_by_the_servers_clock(server: AuthorizationServer, key: str) -> None:
    server.ahead = -7200.0

    def check(form: dict[str, str]) -> dict[str, str] | None:
        told = claims(form, key)
        now = WALL + server.ahead
        return (
            None
            if told["iat"] <= now < told["exp"]
            else {"error": "invalid_grant", "error_description": "iat"}
        )

    server.check = check
    flow = program(
        server, client_secret=None, key=key, key_id="k1", algorithm="ES256", subject="them", scopes="a"
    )
    with client(server, flow) as made:
        used(made)
    assert [form["grant_type"] for form in server.forms] == [
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    ] * 2
    told = claims(server.forms[1], key)
    assert {name: told[name] for name in ("iss", "sub", "aud", "alg", "kid")} == {
        "iss": "me",
        "sub": "them",
        "aud": f"{server.url}/token",
        "alg": "ES256",
        "kid": "k1",
    }
    assert told["jti"]


def test_an_assertion_that_is_refused_for_another_reason_is_sent_once(
    server: AuthorizationServer, key: str
) -> None:
    server.check = lambda _: {"error": "invalid_grant"}
    with client(server, program(server, client_secret=None, key=key, algorithm="ES256")) as made:
        with pytest.raises(TokenError):
            used(made)
    assert len(server.forms) == 1


def test_a_key_that_cannot_sign_is_said_without_the_key(server: AuthorizationServer) -> None:
    pytest.importorskip("joserfc")
    with client(server, program(server, client_secret=None, key="-----BEGIN CANARY-----")) as made:
        with pytest.raises(ConfigurationError, match="cannot sign with RS256") as caught:
            used(made)
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))


# -- discovery ---------------------------------------------------------------------------------------------------


def test_an_issuer_says_where_its_endpoints_are(server: AuthorizationServer) -> None:
    server.discovery = {
        "issuer": server.url,
        "token_endpoint": f"{server.url}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
    for issuer in (server.url, f"{server.url}/.well-known/openid-configuration"):
        with client(server, program(server, token_url="", issuer=issuer)) as made:
            used(made)
        assert server.forms[-1]["client_secret"] == "s3cr3t-é:"


@pytest.mark.parametrize(
    ("given", "issuer"),
    [
        ("https://id.test", "https://id.test"),
        ("https://id.test/", "https://id.test/"),
        ("https://id.test/a/.well-known/openid-configuration", "https://id.test/a"),
        ("https://id.test/.well-known/oauth-authorization-server/a/b", "https://id.test/a/b"),
    ],
)
def test_the_address_of_a_document_names_its_issuer(given: str, issuer: str) -> None:
    found = oauth.read_discovery({"issuer": issuer, "token_endpoint": "https://id.test/t"}, given)
    assert (found.issuer, found.token_url) == (issuer, "https://id.test/t")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"issuer": "https://evil.test"}, "of another issuer", id="another issuer"),
        pytest.param(
            {"token_endpoint": "http://evil.test/t"}, "token_url is not an https:// URL", id="no TLS"
        ),
        pytest.param({"token_endpoint": 7}, "has no token_endpoint", id="no address"),
    ],
)
def test_a_discovery_document_that_cannot_be_trusted_is_refused(
    server: AuthorizationServer, changed: dict[str, Any], words: str
) -> None:
    server.discovery = {"issuer": server.url, "token_endpoint": f"{server.url}/token", **changed}
    with client(server, program(server, token_url="", issuer=server.url)) as made:
        with pytest.raises(TokenError, match=words):
            used(made)
    assert server.forms == []


# -- clients of a contract ---------------------------------------------------------------------------------------


def platform(server: AuthorizationServer) -> Platform:
    return Platform(
        "acme",
        schemes={"login": Scheme("Authorization", "Bearer ")},
        oauth={"login": OAuth2(token_url=f"{server.url}/token")},
    )


def test_the_arguments_of_a_contracts_scheme_are_enough(server: AuthorizationServer) -> None:
    made = client(
        server, None, platform=platform(server), auth=None, client_id="me", client_secret="x", scopes=["a"]
    )
    with made:
        assert used(made) == "t1-SECRET"
    assert server.forms == [{"grant_type": "client_credentials", "scope": "a"}]


def test_a_flow_is_a_credential_like_any_other(server: AuthorizationServer) -> None:
    flow = program(server)
    for given in ({"api_key": flow}, {"credentials": {"login": OAuth2("me", "x")}}):
        with client(server, None, platform=platform(server), auth=None, **given) as made:
            assert (used(made)).endswith("-SECRET")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(
            {"client_id": "me", "client_secret": "x"}, "has no OAuth 2 scheme for client_id=", id="no scheme"
        ),
        pytest.param(
            {"auth": OAuth2("me", "x"), "scopes": ["a"]}, "auth= has its own scopes", id="said twice"
        ),
        pytest.param(
            {"auth": OAuth2("me", "x", token_url="https://a.test"), "refresh_token": str},
            "leave refresh_token= out",
            id="a function too",
        ),
        pytest.param(
            {"auth": OAuth2("me", "x", token_url="https://a.test"), "credentials": {"bearer": "k"}},
            "pass one",
            id="a key too",
        ),
    ],
)
def test_arguments_that_contradict_each_other_are_refused(arguments: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Client("https://api.test", **arguments)


# -- secrets -----------------------------------------------------------------------------------------------------


def test_secrets_are_in_no_repr_log_or_traceback(
    server: AuthorizationServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert "k3y" not in repr(program(server, key="k3y"))
    flow = program(server, refresh_token="r3fr3sh")
    made = client(server, flow)
    with made:
        used(made)
        server.good = set()
        server.check = lambda form: {"error": "invalid_grant", "error_description": json.dumps(form)}
        with pytest.raises((TokenError, AuthenticationError)) as caught:
            used(made)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    held = [
        one
        for frame in frames.stack
        if "/overlay/" in frame.filename
        for one in (frame.locals or {}).values()
    ]
    said = f"{flow!r} {made!r} {made._session.credentials!r} {caplog.text} {caught.value!r} {caught.value} {held}"
    for secret in ("s3cr3t-é:", "r3fr3sh", "-SECRET"):
        assert secret not in said
