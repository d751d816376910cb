"""A profile is a set of settings of its own: it is chosen by name, and takes nothing from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.kit import Invoke, document, failure, rows

FILE = """
[velerian]
base_url = "https://velerian.example"
api_key = "vk_default"

[profiles.staging.velerian]
base_url = "https://staging.example"
api_key = "vk_staging"
max_retries = 0

[profiles.bare.velerian]
base_url = "https://bare.example"
"""


@pytest.fixture
def file(config_home: Path) -> Path:
    """The file of settings with two profiles."""
    path = config_home / "veneer/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(FILE)
    path.chmod(0o600)
    return path


def host(bare: Invoke, *more: str) -> str:
    """Return where a request would go."""
    return str(document(bare("velerian", "plans", "--dry-run", "--json", *more))["url"]).split("/")[2]


def test_a_profile_is_chosen_by_option_or_variable_and_the_option_wins(
    bare: Invoke, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert host(bare) == "velerian.example"
    assert host(bare, "--profile", "staging") == "staging.example"
    monkeypatch.setenv("VENEER_PROFILE", "staging")
    assert host(bare) == "staging.example"
    assert host(bare, "--profile", "bare") == "bare.example"


def test_a_profile_takes_nothing_from_the_environment_nor_the_rest_of_the_file(
    bare: Invoke, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key of one deployment does not go to the address of another."""
    monkeypatch.setenv("VELERIAN_API_KEY", "vk_environment")
    monkeypatch.setenv("VELERIAN_BASE_URL", "https://environment.example")
    assert host(bare, "--profile", "bare") == "bare.example"
    said = "veneer: no API key for velerian in profile 'bare': give --api-key or run `veneer login velerian --profile bare`"
    assert failure(bare("velerian", "plans", "--profile", "bare")) == (2, said)
    assert failure(bare("velerian", "call", "list_plans", "--profile", "bare")) == (2, said)
    assert host(bare, "--profile", "bare", "--base-url", "https://flag.example") == "flag.example"


def test_config_shows_what_a_profile_holds(bare: Invoke, file: Path) -> None:
    for name in ("hybridb", "hestiaos", "aerostack"):
        file.write_text(file.read_text() + f"[profiles.staging.{name}]\n")
    shown = rows(bare("config", "show", "--profile", "staging", "--json"))
    found = {(row["platform"], row["setting"]): (row["value"], row["source"]) for row in shown}
    assert found["velerian", "base_url"] == ("https://staging.example", "profile")
    assert found["velerian", "api_key"] == ("***", "profile")
    assert found["velerian", "max_retries"] == (0, "profile")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "stagin",
            "there is no profile 'stagin': did you mean staging? write [profiles.stagin.velerian] into",
        ),
        ("", "--profile is empty: give a name, or leave it out"),
    ],
)
def test_a_profile_that_is_not_there_says_where_it_would_go(
    bare: Invoke, file: Path, name: str, says: str
) -> None:
    code, said = failure(bare("velerian", "plans", "--profile", name))
    assert (code, says in said) == (2, True), said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("profiles = 1", "profiles are tables: [profiles.NAME.PLATFORM]"),
        ("[profiles.a]\nvelerian = 1", "[profiles.a.velerian] is not a platform"),
        ("[profiles.a.nope]", "[profiles.a.nope] is not a platform"),
        ("[profiles.a.velerian]\nkey = 1", "[profiles.a.velerian] has no setting 'key'"),
    ],
)
def test_a_wrong_profile_is_named(bare: Invoke, file: Path, text: str, says: str) -> None:
    file.write_text(text)
    code, said = failure(bare("velerian", "plans"))
    assert (code, says in said) == (2, True), said


def test_a_key_of_a_profile_is_for_its_owner_alone(bare: Invoke, file: Path) -> None:
    file.write_text('[profiles.a.velerian]\napi_key = "k"\n')
    file.chmod(0o644)
    code, said = failure(bare("hybridb", "health"))
    assert (code, "chmod 600" in said) == (2, True)
