"""Where settings come from: flags, the environment, the file; and what `config` shows of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.kit import Invoke, document, failure, rows
from veneer._core.errors import ConfigurationError
from veneer.sandbox import Sandbox
from veneer_cli.config import config_path, read_config


@pytest.fixture
def file(config_home: Path) -> Path:
    """Where the settings file is looked for; it does not exist yet."""
    path = config_home / "veneer" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def keep(file: Path, text: str, mode: int = 0o600) -> None:
    """Write the settings file."""
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)


def test_the_file_gives_address_and_key(bare: Invoke, sandbox: Sandbox, file: Path) -> None:
    keep(
        file,
        f'[hybridb]\nbase_url = "{sandbox.base_urls["hybridb"]}"\napi_key = "{sandbox.keys["hybridb"]}"\n',
    )
    assert len(rows(bare("hybridb", "audit", "-n", "1", "--json"))) == 1


def test_the_environment_goes_before_the_file(veneer: Invoke, sandbox: Sandbox, file: Path) -> None:
    keep(file, '[hybridb]\nbase_url = "http://127.0.0.1:1"\napi_key = "wrong"\n')
    assert len(rows(veneer("hybridb", "audit", "-n", "1", "--json"))) == 1


def test_flags_go_before_the_environment(
    veneer: Invoke, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever they stand: before the group, after it, after the command."""
    monkeypatch.setenv("HDB_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("HDB_API_KEY", "wrong")
    url, key = ("--base-url", sandbox.base_urls["hybridb"]), ("-k", sandbox.keys["hybridb"])
    for words in (
        (*url, *key, "hybridb", "audit", "-n", "1"),
        ("hybridb", *url, *key, "audit", "-n", "1"),
        (*url, "hybridb", "audit", "-n", "1", *key),
    ):
        assert veneer(*words).exit_code == 0


def test_the_flag_nearer_to_the_command_wins(veneer: Invoke, sandbox: Sandbox) -> None:
    words = ("-u", "http://127.0.0.1:1", "hybridb", "health", "-u", sandbox.base_urls["hybridb"])
    assert veneer(*words).exit_code == 0


def test_json_may_be_asked_for_at_any_level(veneer: Invoke) -> None:
    for words in (
        ["-j", "hestiaos", "health"],
        ["hestiaos", "--json", "health"],
        ["hestiaos", "health", "-j"],
    ):
        assert document(veneer(*words))["status"] == "healthy"


def test_a_key_comes_from_standard_input(bare: Invoke, sandbox: Sandbox) -> None:
    words = ("velerian", "plans", "-u", sandbox.base_urls["velerian"], "--api-key-stdin", "--json")
    assert len(rows(bare(*words, stdin=f"{sandbox.keys['velerian']}\n"))) == 3


def test_an_empty_key_is_refused(bare: Invoke) -> None:
    code, line = failure(bare("velerian", "plans", "--api-key-stdin", stdin="\n"))
    assert (code, "the first line of standard input is empty" in line) == (2, True)


def test_deadline_and_retries_come_from_the_file(bare: Invoke, sandbox: Sandbox, file: Path) -> None:
    """`max_retries = 0` makes one request of a call that fails."""
    keep(file, "[hestiaos]\nmax_retries = 0\ndeadline = 20\n")
    sandbox.fault("status=503", platform="hestiaos")
    assert bare("hestiaos", "health", "-u", sandbox.base_urls["hestiaos"]).exit_code == 1
    assert len(sandbox.journal()) == 1


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602])
@pytest.mark.parametrize(
    "text", ['[velerian]\napi_key = "vk"\n', '[aerostack.credentials]\nconsumerKey = "c"\n']
)
def test_a_file_with_keys_that_others_can_open_is_refused(
    bare: Invoke, file: Path, mode: int, text: str
) -> None:
    """Read or write: who can write it can send the keys elsewhere. The line says what to run."""
    keep(file, text, mode)
    code, line = failure(bare("velerian", "plans"))
    assert (code, line.endswith(f"run: chmod 600 {file}")) == (2, True)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_file_without_keys_may_be_read_by_all(file: Path) -> None:
    keep(file, '[velerian]\nbase_url = "https://example.com"\n', 0o644)
    assert read_config(file) == {"velerian": {"base_url": "https://example.com"}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[velerian", "cannot be read"),
        ('[velerain]\napi_key = "k"', r"\[velerain\] is not a platform"),
        ("velerian = 1", r"\[velerian\] is not a platform"),
        ('[velerian]\nkey = "k"', "no setting 'key'; the settings are base_url, api_key"),
        ("[velerian]\napi_key = 1", "api_key of .velerian. has the wrong type"),
        ("[velerian]\nmax_retries = true", "max_retries of .velerian. has the wrong type"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(file: Path, text: str, message: str) -> None:
    """Secrets that stand in it are not in the message."""
    keep(file, text)
    with pytest.raises(ConfigurationError, match=message):
        read_config(file)


def test_no_file_is_no_settings(config_home: Path) -> None:
    assert read_config(config_home / "veneer" / "config.toml") == {}


def test_the_path_follows_the_xdg_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative XDG_CONFIG_HOME is ignored, as the specification asks."""
    monkeypatch.setenv("HOME", "/home/me")
    default = Path("/home/me/.config/veneer/config.toml")
    assert [config_path({}), config_path({"XDG_CONFIG_HOME": "relative"})] == [default, default]
    assert config_path({"XDG_CONFIG_HOME": "/etc/me"}) == Path("/etc/me/veneer/config.toml")


def test_config_path_prints_the_path(bare: Invoke, file: Path) -> None:
    assert bare("config", "path").stdout == f"{file}\n"


def test_config_show_masks_keys_and_names_sources(
    bare: Invoke, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VELERIAN_BASE_URL", "https://velerian.example")
    keep(
        file,
        '[velerian]\napi_key = "vk_secret"\nmax_retries = 5\n[aerostack.credentials]\nconsumerKey = "c_secret"\n',
    )
    done = bare("config", "show", "--json")
    shown = {(row["platform"], row["setting"]): (row["value"], row["source"]) for row in rows(done)}
    assert "secret" not in done.output
    assert shown["velerian", "base_url"] == ("https://velerian.example", "environment")
    assert shown["velerian", "api_key"] == ("***", "file")
    assert shown["velerian", "max_retries"] == (5, "file")
    assert shown["aerostack", "credentials"] == ({"consumerKey": "***"}, "file")
    assert shown["hestiaos", "base_url"] == ("http://localhost:8000", "default")


def test_a_key_is_never_in_a_repr_of_the_flags() -> None:
    from veneer_cli.config import Setting
    from veneer_cli.flags import Flags

    assert "secret" not in f"{Flags(api_key='secret')!r}{Setting('secret', 'flag')!r}"


def test_a_further_header_goes_with_every_request(veneer: Invoke, sandbox: Sandbox) -> None:
    document(veneer("hybridb", "health", "--json", "-H", "X-Trace: 1", "-H", "X-Other: a: b"))
    headers = sandbox.journal()[0]["headers"]
    assert (headers["x-trace"], headers["x-other"]) == ("1", "a: b")


def test_headers_of_all_levels_add_up(veneer: Invoke, sandbox: Sandbox) -> None:
    document(veneer("-H", "X-One: 1", "hybridb", "-H", "X-Two: 2", "health", "-H", "X-Three: 3", "--json"))
    headers = sandbox.journal()[0]["headers"]
    assert [headers["x-one"], headers["x-two"], headers["x-three"]] == ["1", "2", "3"]
