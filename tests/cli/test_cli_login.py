"""`veneer login` gets tokens as the settings say, and the keyring keeps what outlives a command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.kit import Invoke, failure
from core.oauthserver import AuthorizationServer, authorizing

keyring = pytest.importorskip("keyring")


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    """An authorization server."""
    with authorizing() as made:
        yield made


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
    assert "gave no refresh token to keep" in done.stderr


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


def test_a_login_without_settings_says_where_they_go(bare: Invoke, config_home: Path) -> None:
    code, text = failure(bare("login", "velerian"))
    assert (code, f"there is no [velerian.oauth] in {config_home}/veneer/config.toml" in text) == (2, True)


def test_no_secret_of_the_settings_is_shown(
    bare: Invoke, config_home: Path, server: AuthorizationServer
) -> None:
    configured(config_home, server, client_secret="s3cr3t")
    assert "s3cr3t" not in bare("config", "show").output
    (config_home / "veneer/config.toml").chmod(0o644)
    assert "chmod 600" in bare("config", "show").stderr
