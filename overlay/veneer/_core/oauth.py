"""Tokens of OAuth 2 and OpenID Connect: requests to an authorization server, and its responses, as values.

client_credentials   RFC 6749 §4.4    a program's own id and secret
refresh_token        RFC 6749 §6      a token that was given earlier
authorization_code   RFC 8252, 7636   a person in a browser, redirected to a loopback port, with PKCE
device_code          RFC 8628         a person on another device
jwt_bearer           RFC 7523 §2.1    an assertion that a key of the program signs
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote_plus, urlencode, urlsplit

from veneer._core.errors import ConfigurationError, TokenError
from veneer._core.redact import Secret, mask_text
from veneer._core.urls import is_loopback

__all__ = [
    "GRANTS",
    "Discovery",
    "LoginPrompt",
    "OAuth2",
    "Token",
    "TokenStore",
    "authorization_address",
    "challenge",
    "code_of",
    "discovered",
    "discovery_address",
    "margin",
    "read_discovery",
    "read_token",
    "server_time",
    "signed_assertion",
    "token_request",
]

GRANTS: Mapping[str, str] = {
    "client_credentials": "client_credentials",
    "refresh_token": "refresh_token",
    "authorization_code": "authorization_code",
    "device_code": "urn:ietf:params:oauth:grant-type:device_code",
    "jwt_bearer": "urn:ietf:params:oauth:grant-type:jwt-bearer",
}
"""The grants by name, each as it is sent."""
_WELL_KNOWN = "/.well-known/openid-configuration"
_AHEAD = 60.0
_SHARE = 0.1
_GOOD_FOR = 300
_FIELDS = ("token_url", "refresh_url", "authorization_url", "device_url", "issuer", "client_id", "client_secret", "scopes", "grant")  # fmt: skip


class LoginPrompt(NamedTuple):
    """What a person must do for a token: open `url` and enter `code` if there is one, within `seconds`."""

    url: str
    code: str = ""
    expires_in: float | None = None


class TokenStore(Protocol):
    """Storage that keeps a refresh token between processes, such as a keyring."""

    def load(self) -> str | None:
        """Return the kept token, or None."""
        ...

    def save(self, token: str) -> None:
        """Keep a token in place of the one before."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class OAuth2:
    """How a client gets its tokens: a credential for `auth=`, `api_key=` or `credentials=`.

    | field | meaning |
    |---|---|
    | client_id, client_secret | the program's own; None for a program that cannot keep a secret |
    | scopes | the requested scopes; none: the server's default |
    | token_url, authorization_url, device_url | the server's endpoints; a derived client has its contract's |
    | refresh_url | where a token is refreshed, by default token_url |
    | issuer | an OpenID Connect issuer, or the address of its discovery document: gives the endpoints |
    | grant | one of `client_credentials`, `refresh_token`, `authorization_code`, `device_code`, `jwt_bearer`; default: what the other fields allow |
    | refresh_token | an earlier one |
    | prompt | called with what a person must do (`LoginPrompt`), if the grant needs one |
    | store | keeps the refresh token between processes |
    | key, key_id, algorithm, subject, audience | of `jwt_bearer`: a private key (PEM or JWK), its id, `RS256`, whom the token is for, who accepts the assertion (default: token_url) |
    | client_auth | how the secret is sent: `basic` (in a header), `post` (in the body) |
    | parameters | sent with each token request: `{"audience": "https://api.example.com"}` |
    | redirect_path | the path of the loopback address that a browser returns to |

    No repr shows a secret. Raises ConfigurationError for what cannot work.
    """

    client_id: str = ""
    client_secret: str | Secret | None = None
    scopes: Sequence[str] = ()
    token_url: str = ""
    authorization_url: str = ""
    device_url: str = ""
    refresh_url: str = ""
    issuer: str = ""
    grant: str = ""
    refresh_token: str | Secret | None = None
    prompt: Callable[[LoginPrompt], Any] | None = None
    store: TokenStore | None = None
    key: str | Secret | None = None
    key_id: str = ""
    algorithm: str = "RS256"
    subject: str = ""
    audience: str = ""
    client_auth: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    redirect_path: str = "/callback"

    def __post_init__(self) -> None:
        if not isinstance(self.client_id, str):
            raise ConfigurationError(f"client_id takes text, not {type(self.client_id).__name__}")
        for name in ("client_secret", "refresh_token", "key"):
            value = getattr(self, name)
            if isinstance(value, str):
                object.__setattr__(self, name, Secret(value.strip()) if value.strip() else None)
        scopes = self.scopes.split() if isinstance(self.scopes, str) else self.scopes
        object.__setattr__(self, "scopes", tuple(scopes))
        if self.grant not in {"", *GRANTS}:
            raise ConfigurationError(f"no grant is called {self.grant!r}; there are {', '.join(GRANTS)}")
        if self.client_auth not in {"", "basic", "post"}:
            raise ConfigurationError("client_auth is 'basic' or 'post'")
        for name in ("token_url", "refresh_url", "authorization_url", "device_url", "issuer"):
            _check_address(name, getattr(self, name))

    @property
    def way(self) -> str:
        """The grant to use: the chosen one, else the first that the other fields allow."""
        if self.grant:
            return self.grant
        allowed = {
            "jwt_bearer": self.key is not None,
            "device_code": bool(self.device_url) and self.client_secret is None,
            "authorization_code": bool(self.authorization_url) and self.prompt is not None,
            "client_credentials": self.client_secret is not None,
            "refresh_token": self.refresh_token is not None or self.store is not None,
        }
        return next((name for name, is_allowed in allowed.items() if is_allowed), "authorization_code")

    def completed(self, known: OAuth2) -> OAuth2:
        """Return this flow with another's endpoints where it has none."""
        missing = {name: getattr(known, name) for name in _FIELDS if not getattr(self, name)}
        return replace(self, **missing)

    def check(self) -> None:
        """Raise ConfigurationError for a flow that cannot get a token."""
        way = self.way
        needs = {
            "client_credentials": ("client_id", "client_secret"),
            "refresh_token": ("client_id",),
            "authorization_code": ("client_id", "prompt"),
            "device_code": ("client_id", "prompt"),
            "jwt_bearer": ("client_id", "key"),
        }[way]
        places = {"authorization_code": ("authorization_url",), "device_code": ("device_url",)}.get(way, ())
        wanted = [*needs, *(() if self.issuer else ("token_url", *places))]
        if missing := [f"{name}=" for name in wanted if not getattr(self, name)]:
            raise ConfigurationError(f"OAuth2 with the grant {way} needs {' and '.join(missing)}")

    def known(self) -> list[str]:
        """Return the secrets that no text may show."""
        held = (self.client_secret, self.refresh_token, self.key)
        return [one.reveal() for one in held if isinstance(one, Secret)]

    def __repr__(self) -> str:
        where = self.token_url or self.issuer
        return (
            f"OAuth2({self.way!r}, client_id={self.client_id!r}, at={where!r}, scopes={list(self.scopes)!r})"
        )


def _check_address(name: str, address: str) -> None:
    """Raise ConfigurationError for a URL that must not get a secret."""
    parts = urlsplit(address)
    if not address or (parts.scheme == "https" and parts.hostname):
        return
    if not (parts.scheme == "http" and parts.hostname and is_loopback(address)):
        raise ConfigurationError(f"{name} must be an absolute https:// URL: secrets go there")


class Token(NamedTuple):
    """An access token, its lifetime in seconds (None: unknown), and a refresh token if there is one."""

    access: Secret
    lifetime: float | None = None
    refresh: Secret | None = None


def margin(lifetime: float) -> float:
    """Return how many seconds before its expiry a token is renewed."""
    return min(_AHEAD, lifetime * _SHARE)


# -- requests ----------------------------------------------------------------------------------------------------


def token_request(flow: OAuth2, grant: str, **more: str | None) -> tuple[dict[str, str], bytes]:
    """Return the headers and body of a token request, with the client's secret as the server takes it."""
    form = {"grant_type": GRANTS[grant], **_scope(flow, grant)}
    form |= {name: value for name, value in more.items() if value is not None}
    return _posted(flow, {**form, **flow.parameters})


def device_request(flow: OAuth2) -> tuple[dict[str, str], bytes]:
    """Return the headers and body of a request for a device code (RFC 8628 §3.1)."""
    return _posted(flow, {**_scope(flow, "device_code"), **flow.parameters})


def _scope(flow: OAuth2, grant: str) -> dict[str, str]:
    # A refresh asks for what was granted (RFC 6749 §6), and a code has its scope.
    asks = flow.scopes and grant not in {"refresh_token", "authorization_code"}
    return {"scope": " ".join(flow.scopes)} if asks else {}


def _posted(flow: OAuth2, form: dict[str, str]) -> tuple[dict[str, str], bytes]:
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    secret = flow.client_secret
    if not isinstance(secret, Secret):
        form["client_id"] = flow.client_id
    elif flow.client_auth == "post":
        form |= {"client_id": flow.client_id, "client_secret": secret.reveal()}
    else:  # encoded first (RFC 6749 §2.3.1): a colon in an id would end it
        pair = f"{quote_plus(flow.client_id)}:{quote_plus(secret.reveal())}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode('ascii')).decode('ascii')}"
    return headers, urlencode(form).encode("ascii")


def challenge(verifier: str) -> str:
    """Return the challenge of a verifier (RFC 7636 §4.2, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


def authorization_address(flow: OAuth2, redirect: str, state: str, verifier: str) -> str:
    """Return the URL to open in a person's browser (RFC 6749 §4.1.1)."""
    query = {
        "response_type": "code",
        "client_id": flow.client_id,
        "redirect_uri": redirect,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        **({"scope": " ".join(flow.scopes)} if flow.scopes else {}),
        **flow.parameters,
    }
    joined = "&" if urlsplit(flow.authorization_url).query else "?"
    return f"{flow.authorization_url}{joined}{urlencode(query)}"


def code_of(answer: Mapping[str, str], state: str, issuer: str) -> str:
    """Return the code from a browser's redirect (RFC 6749 §4.1.2).

    Raises TokenError if the server refused, and for a response to another request or from another
    server (RFC 9207).
    """
    if answer.get("state") != state:
        raise TokenError("the browser came back with an answer to another request: begin again")
    if issuer and answer.get("iss") not in {None, issuer}:
        raise TokenError("the browser came back with another server's answer: begin again")
    if "error" in answer or not answer.get("code"):
        raise _refused(answer, ())
    return answer["code"]


_KEY_TYPES: Mapping[str, str] = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP", "HS": "oct"}


def signed_assertion(flow: OAuth2, now: int, identity: str) -> str:
    """Return an assertion signed with the flow's key (RFC 7523 §3), valid for five minutes from `now`.

    Raises ConfigurationError, without the key, if it cannot sign or the library is missing.
    """
    try:
        from joserfc import jwk, jwt
    except ModuleNotFoundError:
        raise ConfigurationError('OAuth2 with a key needs the extra: pip install "veneer[oauth]"') from None
    claims: dict[str, Any] = {"iss": flow.client_id, "aud": flow.audience or flow.token_url, "iat": now, "jti": identity}  # fmt: skip
    claims |= {"exp": now + _GOOD_FOR, **({"sub": flow.subject} if flow.subject else {})}
    header = {"alg": flow.algorithm, "typ": "JWT", **({"kid": flow.key_id} if flow.key_id else {})}
    problem = ""
    try:
        text = flow.key.reveal() if isinstance(flow.key, Secret) else ""
        kind = _KEY_TYPES.get(flow.algorithm[:2], "RSA")
        key: Any = jwk.import_key(json.loads(text)) if text.startswith("{") else jwk.import_key(text, kind)  # type: ignore[call-overload]  # one of its names
        return jwt.encode(header, claims, key, algorithms=[flow.algorithm])
    except Exception as error:  # noqa: BLE001  # from three libraries, and its text may quote the key
        problem = type(error).__name__
    raise ConfigurationError(f"the key of OAuth2 cannot sign with {flow.algorithm} ({problem})")


# -- responses --------------------------------------------------------------------------------------------------


def read_token(payload: Any, date: float | None, secrets: Sequence[str]) -> Token:
    """Read a token. `date` is the server's time in its response, for a token with an end but no lifetime.

    Raises TokenError for an error, and for anything but a bearer token.
    """
    if not isinstance(payload, Mapping):
        raise TokenError("the authorization server's response is not a JSON object: check token_url")
    access, kind = payload.get("access_token"), payload.get("token_type", "Bearer")
    if not isinstance(access, str) or not access:
        raise _refused(payload, secrets)
    if not access.isascii() or not access.isprintable():
        raise TokenError("the authorization server's token has characters that no header can carry")
    if str(kind).lower() != "bearer":
        raise TokenError(
            f"the authorization server issues tokens of the type {str(kind)[:40]!r}, not bearer tokens"
        )
    refresh = payload.get("refresh_token")
    return Token(
        Secret(access),
        _lifetime(payload, date),
        Secret(refresh) if isinstance(refresh, str) and refresh else None,
    )


def _lifetime(payload: Mapping[str, Any], date: float | None) -> float | None:
    lasts = _number(payload.get("expires_in"))
    if lasts is None and date is not None:
        ends = _number(payload.get("expires_at", payload.get("expires_on")))
        lasts = None if ends is None else ends - date
    return None if lasts is None else max(0.0, lasts)


def _number(value: Any) -> float | None:
    try:
        number = (
            float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
        )
    except (ValueError, OverflowError):
        return None
    return number if number is not None and abs(number) < 1e12 else None


def _refused(answer: Mapping[str, Any], secrets: Sequence[str]) -> TokenError:
    """Return the error of a response (RFC 6749 §5.2)."""
    code = answer.get("error")
    code = code[:100] if isinstance(code, str) else None
    words = answer.get("error_description")
    said = mask_text(f": {words[:300]}", secrets) if isinstance(words, str) and words else ""
    if code is None:
        return TokenError("the authorization server's response has no token: check token_url")
    hint = {
        "invalid_client": "; check client_id and client_secret",
        "invalid_grant": "; log in again",
        "invalid_scope": "; check scopes",
    }.get(code, "")
    return TokenError(f"the authorization server refused: {mask_text(code, secrets)}{said}{hint}", code=code)


def server_time(headers: Mapping[str, str]) -> float | None:
    """Return the server's time from its response, in seconds since 1970; None if it has none."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, IndexError, OverflowError, TypeError):
        return None


# -- discovery ---------------------------------------------------------------------------------------------------


class Discovery(NamedTuple):
    """The endpoints of an OpenID Connect provider."""

    issuer: str
    token_url: str
    authorization_url: str = ""
    device_url: str = ""
    client_auth: str = ""


def discovery_address(issuer: str) -> str:
    """Return the URL of an issuer's discovery document (OpenID Connect Discovery §4)."""
    return issuer if "/.well-known/" in issuer else issuer.rstrip("/") + _WELL_KNOWN


def read_discovery(payload: Any, issuer: str) -> Discovery:
    """Read a discovery document. Raises TokenError for another issuer, and for endpoints without TLS."""
    if not isinstance(payload, Mapping) or not isinstance(payload.get("token_endpoint"), str):
        raise TokenError("the discovery document has no token_endpoint: check issuer")
    # RFC 8414 §3.1 puts an issuer's path after the document's name.
    base, _, name = issuer.partition("/.well-known/")
    own = "/".join([base.rstrip("/"), *name.split("/")[1:]]).rstrip("/")
    if str(payload.get("issuer", "")).rstrip("/") != own:
        raise TokenError(f"the discovery document is of another issuer than {own}: check issuer")
    names = {"token_endpoint": "token_url", "authorization_endpoint": "authorization_url", "device_authorization_endpoint": "device_url"}  # fmt: skip
    found = {own: payload[name] for name, own in names.items() if isinstance(payload.get(name), str)}
    for name, address in found.items():
        try:
            _check_address(name, address)
        except (ConfigurationError, ValueError):
            raise TokenError(f"the discovery document's {name} is not an https:// URL") from None
    methods = payload.get("token_endpoint_auth_methods_supported")
    post = (
        isinstance(methods, list) and "client_secret_basic" not in methods and "client_secret_post" in methods
    )
    return Discovery(str(payload["issuer"]), **found, client_auth="post" if post else "")


def discovered(flow: OAuth2, found: Discovery) -> OAuth2:
    """Return a flow with its issuer's endpoints where it has none."""
    endpoints = OAuth2(
        token_url=found.token_url, authorization_url=found.authorization_url, device_url=found.device_url
    )
    completed = flow.completed(endpoints)
    return completed if flow.client_auth else replace(completed, client_auth=found.client_auth)
