"""`veneer login` gets tokens as the settings say, and the keyring keeps what outlives a command."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import faultserver
from cli.kit import Invoke, failure
from core.oauthserver import AuthorizationServer, authorizing

CONTRACT = Path(__file__).resolve().parents[2] / "openapi" / "velerian.json"
keyring = pytest.importorskip("keyring")


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    """An authorization server."""
    with authorizing() as made:
        yield made


@contextlib.contextmanager
def recorded(behaviour: str = "ok") -> Iterator[Recorded]:
    """A server that answers every request with an empty list."""
    with faultserver.running() as running:
        yield Recorded(running.space(answer=[]), behaviour)


class Recorded:
    """Where it is, and what it was sent."""

    def __init__(self, space: Any, behaviour: str) -> None:
        self.url: str = space.url(behaviour)
        self._space = space

    def keys(self) -> list[str | None]:
        """Return the `authorization` of each request."""
        return [dict(one.headers).get("authorization") for one in self._space.requests()]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring in memory, as a dict."""
    from keyring.backend import KeyringBackend

    held: dict[tuple[str, str], str] = {}

    class Memory(KeyringBackend):
        priority = 1.0

        def get_password(self, service: str, username: str) -> str | None:
            return held.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            held[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del held[service, username]

    monkeypatch.setattr("keyring.core._keyring_backend", Memory())
    return held


def configured(home: Path, server: AuthorizationServer, **more: Any) -> None:
    """Write settings for a person who logs in on another device, or by what is given."""
    given = {
        "client_id": "me",
        "token_url": f"{server.url}/token",
        "device_url": f"{server.url}/device",
        **more,
    }
    lines = [f"{name} = {value!r}" for name, value in given.items() if value]
    path = home / "veneer/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["[hestiaos.oauth]", *lines]))
    path.chmod(0o600)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two looks at whether the code was entered."""
    monkeypatch.setattr("veneer._io.sleep", lambda _seconds: None)


def test_a_login_is_kept_and_used_by_later_commands(
    bare: Invoke, config_home: Path, server: AuthorizationServer, kept: dict[tuple[str, str], str]
) -> None:
    configured(config_home, server)
    server.more = {"refresh_token": "r1-SECRET"}
    done = bare("login", "hestiaos")
    assert (done.exit_code, done.stdout) == (0, "logged in to hestiaos\n")
    assert f"open {server.url}/go and enter the code AB-CD" in done.stderr
    assert kept == {("veneer", f"hestiaos me {server.url}/token"): "r1-SECRET"}
    server.more = {"refresh_token": "r2-SECRET"}
    called = bare("hestiaos", "call", "get_health", "--base-url", server.url, "--debug")
    assert server.forms[-1]["refresh_token"] == "r1-SECRET"
    assert server.calls == ["t2-SECRET"]
    assert list(kept.values()) == ["r2-SECRET"]
    assert "SECRET" not in done.output + called.output.replace('"token": "t2-SECRET"', "")
    assert bare("login", "hestiaos", "--forget").stdout == "logged out of hestiaos\n"
    assert kept == {}


def test_a_command_before_the_login_says_what_to_run(
    bare: Invoke, config_home: Path, server: AuthorizationServer, kept: dict[tuple[str, str], str]
) -> None:
    configured(config_home, server)
    done = bare("hestiaos", "call", "get_health", "--base-url", server.url)
    assert failure(done) == (2, "veneer: nobody is logged in to hestiaos: run `veneer login hestiaos`")


def test_a_server_that_gives_nothing_to_keep_is_said(
    bare: Invoke, config_home: Path, server: AuthorizationServer, kept: dict[tuple[str, str], str]
) -> None:
    configured(config_home, server)
    done = bare("login", "hestiaos")
    assert (done.exit_code, kept) == (1, {})
    assert "the server sent no refresh token" in done.stderr


def test_a_program_of_its_own_needs_no_keyring(
    bare: Invoke, config_home: Path, server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    configured(config_home, server, client_secret="s3cr3t")
    bare("hestiaos", "call", "get_health", "--base-url", server.url)
    assert server.calls == ["t1-SECRET"]


def test_without_the_extra_one_error_says_what_to_install(
    bare: Invoke, config_home: Path, server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(config_home, server)
    monkeypatch.setitem(sys.modules, "keyring", None)
    for arguments in (("login", "hestiaos"), ("hestiaos", "call", "get_health", "--base-url", server.url)):
        code, text = failure(bare(*arguments))
        assert (code, 'pip install "veneer[keyring]"' in text) == (2, True)
    assert server.forms == []


def test_a_keyring_that_cannot_be_used_is_said_before_anybody_logs_in(
    bare: Invoke, config_home: Path, server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyring.backends.fail import Keyring

    monkeypatch.setattr("keyring.core._keyring_backend", Keyring())
    configured(config_home, server)
    code, text = failure(bare("login", "hestiaos"))
    assert (code, "the keyring cannot be used (NoKeyringError)" in text, server.forms) == (2, True, [])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param({"token": "x"}, "oauth of [hestiaos] has no setting 'token'", id="no such setting"),
        pytest.param({"scopes": 7}, "a setting in oauth of [hestiaos] has the wrong type", id="a wrong type"),
        pytest.param(
            {"token_url": "http://auth.test"}, "token_url must be an absolute https:// URL", id="no TLS"
        ),
        pytest.param({"client_id": ""}, "needs client_id=", id="no id"),
    ],
)
def test_settings_that_cannot_work_are_named(
    bare: Invoke, config_home: Path, server: AuthorizationServer, kept: Any, more: dict[str, Any], words: str
) -> None:
    configured(config_home, server, **more)
    code, text = failure(bare("login", "hestiaos"))
    assert (code, words in text) == (2, True), text


def test_a_key_is_asked_for_and_kept_and_used_where_no_other_is_given(
    bare: Invoke, config_home: Path, kept: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = bare("login", "velerian", stdin=" vk_live_SECRET\n")
    assert (done.exit_code, done.output) == (0, "logged in to velerian\n")
    assert kept == {("veneer", "velerian api_key"): "vk_live_SECRET"}
    with recorded() as sent:
        bare("velerian", "plans", "--base-url", sent.url)
        monkeypatch.setenv("VELERIAN_API_KEY", "vk_of_the_environment")
        bare("velerian", "plans", "--base-url", sent.url)
    assert sent.keys() == ["Bearer vk_live_SECRET", "Bearer vk_of_the_environment"]
    monkeypatch.delenv("VELERIAN_API_KEY")
    shown = bare("config", "show").stdout
    assert "velerian\tapi_key\t***\tkeyring" in shown
    assert bare("logout", "velerian").stdout == "logged out of velerian\n"
    assert kept == {}


def test_a_key_typed_at_a_terminal_is_not_shown(
    bare: Invoke, kept: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "vk_live_SECRET")
    monkeypatch.setattr("veneer_cli.inputs.sys", Terminal)
    done = bare("login", "velerian")
    assert (asked, "SECRET" in done.output) == (["API key for velerian: "], False)
    assert kept == {("veneer", "velerian api_key"): "vk_live_SECRET"}


class Terminal:
    """Stands for `sys` with a terminal as standard input."""

    class stdin:  # noqa: N801
        isatty = staticmethod(lambda: True)


@pytest.mark.parametrize(
    ("key", "says"),
    [("", "API key for velerian is empty"), ("a\u2192b", "key has characters that no header can carry")],
)
def test_a_key_that_no_request_can_carry_is_not_kept(
    bare: Invoke, kept: dict[tuple[str, str], str], key: str, says: str
) -> None:
    code, text = failure(bare("login", "velerian", stdin=key))
    assert (code, says in text, kept) == (2, True, {})


def test_a_missing_key_names_every_place_for_one(
    bare: Invoke, config_home: Path, kept: dict[tuple[str, str], str]
) -> None:
    said = (
        "veneer: no API key for velerian: give --api-key, set VELERIAN_API_KEY or run `veneer login velerian`"
    )
    assert failure(bare("velerian", "plans")) == (2, said)
    code, text = failure(bare("aerostack", "cache", "list"))
    assert (code, "set AEROSTACK_API_KEY or run `veneer login aerostack`" in text) == (2, True)
    with recorded("status=401") as sent:
        code, text = failure(
            bare("aerostack", "call", "cache_list", "--base-url", sent.url, "--max-retries", "0")
        )
    assert code == 1
    assert text.endswith(
        "no API key for aerostack: give --api-key, set AEROSTACK_API_KEY or run `veneer login aerostack`"
    )


def test_without_the_extra_a_key_is_looked_for_elsewhere_and_a_login_says_what_to_install(
    bare: Invoke, config_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    code, text = failure(bare("velerian", "plans"))
    assert (code, "set VELERIAN_API_KEY" in text) == (2, True)
    code, text = failure(bare("login", "velerian", stdin="k"))
    assert (code, 'pip install "veneer[keyring]"' in text) == (2, True)


def test_a_key_of_a_contract_is_kept_for_a_profile_alone(
    bare: Invoke, config_home: Path, kept: dict[tuple[str, str], str]
) -> None:
    contract = ("--contract", str(CONTRACT))
    code, text = failure(bare("login", *contract, stdin="k-SECRET"))
    assert (code, "give --profile NAME" in text, kept) == (2, True, {})
    with recorded() as sent:
        path = config_home / "veneer/config.toml"
        path.parent.mkdir(parents=True)
        path.write_text(f'[profiles.local.contract]\nbase_url = "{sent.url}"\n')
        assert bare("login", *contract, "--profile", "local", stdin="k-SECRET").exit_code == 0
        bare("call", *contract, "list_plans", "--profile", "local")
    assert kept == {("veneer", "api api_key local"): "k-SECRET"}
    assert sent.keys() == ["Bearer k-SECRET"]


def test_no_secret_of_the_settings_is_shown(
    bare: Invoke, config_home: Path, server: AuthorizationServer
) -> None:
    configured(config_home, server, client_secret="s3cr3t")
    assert "s3cr3t" not in bare("config", "show").output
    (config_home / "veneer/config.toml").chmod(0o644)
    assert "chmod 600" in bare("config", "show").stderr
