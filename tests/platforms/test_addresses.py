"""Where a client's requests go: an address that is there and empty is never taken for one that is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from veneer import AsyncClient, Client, ConfigurationError
from veneer.aerostack import SDK
from veneer.hestiaos import AsyncClient as AsyncHestia
from veneer.hestiaos import Client as Hestia
from veneer.hybridb import AsyncHybriDBClient, HybriDBClient
from veneer.velerian import AsyncVelerianClient, VelerianClient

VARIABLES = {
    "hybridb": "HDB_BASE_URL",
    "hestiaos": "HESTIA_BASE_URL",
    "velerian": "VELERIAN_BASE_URL",
    "aerostack": "AEROSTACK_SERVER_URL",
}
DEFAULTS = {
    "hybridb": "https://hybridb.stellrai.com",
    "hestiaos": "http://localhost:8000",
    "velerian": "https://app.velerian.ai",
    "aerostack": "https://api.aerostack.ai/v1",
}


def _sdk(base_url: str | None = None, api_key: str = "k") -> SDK:
    return SDK(api_key, server_url=base_url)


MAKERS: dict[str, tuple[str, Callable[..., Any]]] = {
    "hybridb": ("hybridb", HybriDBClient),
    "hybridb, async": ("hybridb", AsyncHybriDBClient),
    "hestiaos": ("hestiaos", Hestia),
    "hestiaos, async": ("hestiaos", AsyncHestia),
    "velerian": ("velerian", VelerianClient),
    "velerian, async": ("velerian", AsyncVelerianClient),
    "aerostack": ("aerostack", _sdk),
}
EMPTY = {"nothing at all": "", "a space": " ", "a line break": "\n", "white space": " \t\r\n"}


def address(client: Any) -> str:
    """Return where a client's requests go."""
    return str(client._client.options.base_url if isinstance(client, SDK) else client.options.base_url)


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("empty", EMPTY.values(), ids=EMPTY)
def test_an_empty_variable_is_refused_by_its_name_instead_of_sending_the_key_to_production(
    name: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, make = MAKERS[name]
    monkeypatch.setenv(VARIABLES[platform], empty)
    with pytest.raises(ConfigurationError, match=f"^{VARIABLES[platform]} is empty: .* leave it out$"):
        make(api_key="k")


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("empty", EMPTY.values(), ids=EMPTY)
def test_an_empty_argument_is_refused_although_the_variable_has_an_address(
    name: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, make = MAKERS[name]
    monkeypatch.setenv(VARIABLES[platform], "https://elsewhere.test")
    with pytest.raises(ConfigurationError, match=r"^(base_url|server_url) is empty: "):
        make(empty, api_key="k")


@pytest.mark.parametrize("name", MAKERS)
def test_none_is_the_platforms_own_address_where_no_variable_names_another(name: str) -> None:
    platform, make = MAKERS[name]
    assert address(make(None, api_key="k")) == DEFAULTS[platform]


@pytest.mark.parametrize("name", MAKERS)
def test_an_argument_comes_before_the_variable_even_an_empty_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, make = MAKERS[name]
    monkeypatch.setenv(VARIABLES[platform], "")
    assert address(make("https://mine.test", api_key="k")) == "https://mine.test"


@pytest.mark.parametrize("name", MAKERS)
def test_white_space_around_a_variables_address_does_not_count(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, make = MAKERS[name]
    monkeypatch.setenv(VARIABLES[platform], " https://other.test\n")
    assert address(make(api_key="k")) == "https://other.test"


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(
    "wrong", ["other.test", "https:///path", "http://a b", "ftp://a.test", "https://u:p@a.test"]
)
def test_a_variable_that_is_no_address_is_named(
    name: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, make = MAKERS[name]
    monkeypatch.setenv(VARIABLES[platform], wrong)
    with pytest.raises(ConfigurationError, match=f"^{VARIABLES[platform]} must ") as caught:
        make(api_key="k")
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("wrong", [b"https://a.test", 8000, ["https://a.test"]], ids=repr)
def test_an_address_that_is_no_text_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^base_url must be an absolute"):
        VelerianClient(wrong, api_key="k")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(("given", "says"), [(None, "^no base_url: pass"), ("", "^base_url is empty")])
def test_the_generic_client_has_no_address_to_fall_back_to(kind: Any, given: str | None, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        kind(given, api_key="k")


@pytest.mark.parametrize("index", [None, 0, 1])
def test_a_server_by_index_does_not_stand_in_for_an_empty_variable(
    index: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AEROSTACK_SERVER_URL", "")
    with pytest.raises(ConfigurationError, match=r"^AEROSTACK_SERVER_URL is empty"):
        SDK("k", index)


def test_an_empty_server_url_of_one_call_is_refused_by_that_name() -> None:
    with SDK("k") as sdk, pytest.raises(ConfigurationError, match=r"^server_url must be"):
        sdk.cache.cache_get({"key": "a"}, server_url="")


@pytest.mark.parametrize("empty", EMPTY.values(), ids=EMPTY)
def test_an_empty_key_of_aerostack_is_refused_although_the_variable_has_one(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AEROSTACK_API_KEY", "from-the-environment")
    with pytest.raises(ConfigurationError, match=r"^api_key is empty"):
        SDK(empty)
