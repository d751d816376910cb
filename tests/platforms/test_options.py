"""One vocabulary: `timeout`, `deadline`, `max_retries`, `limit` and `page_size` mean the same on all platforms, and docs/options.md says so."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

import veneer
from veneer import ConfigurationError, Options, Timeouts, aerostack, hestiaos, hybridb, speakeasy, velerian
from veneer._async.settings import AsyncSettings
from veneer._core.options import OptionChanges

PAGE = Path(__file__).parents[2] / "docs" / "options.md"
PLATFORMS = ("velerian", "hybridb", "hestiaos", "aerostack")
BASE = "https://api.test"
GIVEN: Mapping[str, Any] = {"timeout": 2.5, "deadline": 40, "max_retries": 5}
EMPTY = {
    "velerian": {"items": [1, 2], "limit": 2, "offset": 0, "total": 2},
    "hybridb": {"success": True, "data": {"data": [], "page": 1, "limit": 2, "total": 0, "hasMore": False}},
    "aerostack": {"keys": [], "cursor": None, "list_complete": True},
    "hestiaos": {"items": [], "total": 0},
}

each_platform = pytest.mark.parametrize("platform", PLATFORMS)
each_flavour = pytest.mark.parametrize("flavour", ["sync", "async"])


class Made(NamedTuple):
    """A client, what its calls of this flavour go through, and what was sent."""

    client: Any
    sent: list[httpx.Request]

    def options(self, flavour: str) -> Options:
        if isinstance(self.client, aerostack.SDK):
            inner = self.client._async_client if flavour == "async" else self.client._client
            return inner.options
        made: Options = self.client.options
        return made


def made(platform: str, flavour: str, **options: Any) -> Made:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json=EMPTY[platform])

    transport = httpx.MockTransport(answer)
    own: Any = (
        httpx.AsyncClient(transport=transport) if flavour == "async" else httpx.Client(transport=transport)
    )
    if platform == "aerostack":
        given = {"async_client" if flavour == "async" else "client": own}
        return Made(aerostack.SDK("k", server_url=BASE, **given, **options), sent)
    module: Any = {"velerian": velerian, "hybridb": hybridb, "hestiaos": hestiaos}[platform]
    name = {"velerian": "VelerianClient", "hybridb": "HybriDBClient", "hestiaos": "Client"}[platform]
    kind = getattr(module, f"Async{name}" if flavour == "async" else name)
    return Made(kind(BASE, api_key="k", http_client=own, **options), sent)


def check(options: Options) -> None:
    assert options.timeouts == Timeouts(2.5, 2.5, 2.5, 2.5)
    assert options.deadline == 40
    assert options.retry.max_retries == 5


@each_flavour
@each_platform
def test_a_client_takes_the_same_options(platform: str, flavour: str) -> None:
    check(made(platform, flavour, **GIVEN).options(flavour))


@each_flavour
@each_platform
def test_a_view_takes_the_same_options_and_leaves_the_client_alone(platform: str, flavour: str) -> None:
    client = made(platform, flavour)
    before = client.options(flavour)
    check(Made(client.client.with_options(**GIVEN), []).options(flavour))
    assert client.options(flavour) == before


@each_platform
@pytest.mark.parametrize(
    ("option", "value"),
    [("timeout", "3"), ("timeout", 0), ("deadline", "5"), ("max_retries", -1), ("max_retries", True)],
)
def test_each_refuses_the_same_values_by_the_same_name(platform: str, option: str, value: object) -> None:
    for use in (
        lambda: made(platform, "sync", **{option: value}),
        lambda: made(platform, "sync").client.with_options(**{option: value}),
    ):
        with pytest.raises(ConfigurationError, match=f"^{option} takes "):
            use()


@pytest.mark.parametrize(
    ("platform", "given"),
    [
        ("velerian", {"timeout": 3, "timeouts": 4}),
        ("hybridb", {"retries": 1, "max_retries": 2}),
        ("hestiaos", {"retries": 1, "max_retries": 2}),
        ("aerostack", {"timeout": 3, "timeout_ms": 4000}),
    ],
)
def test_an_option_under_two_of_its_names_is_refused(platform: str, given: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"are two names of one option: pass \w+= alone"):
        made(platform, "sync", **given)


def test_an_operation_of_aerostack_takes_them_for_one_call() -> None:
    seen: list[Options] = []
    client = made("aerostack", "sync").client
    client._client._shared.append(client._client._session)
    exchange = client._client._session.exchange

    def watched(call: Any, options: Options) -> Any:
        seen.append(options)
        return exchange(call, options)

    client._client._session.exchange = watched
    client.cache.cache_list({}, **GIVEN)
    check(seen[0])


def size_of(request: httpx.Request) -> object:
    """The page size that a request asks for, in the query or in the body."""
    sent: Any = json.loads(request.content) if request.content else {}
    return request.url.params.get("limit") or sent.get("limit")


LISTS: Mapping[str, Any] = {
    "velerian": lambda client: client.list_audit_log(limit=2),
    "hybridb": lambda client: client.audit.list(limit=2),
    "aerostack": lambda client: client.cache.cache_list({"limit": 2}),
}
ITERATORS: Mapping[str, Any] = {
    "velerian": lambda client: client.iter_audit_log(page_size=2),
    "hybridb": lambda client: client.audit.iter(page_size=2),
    "aerostack": lambda client: client.cache.cache_list_iter(page_size=2),
    "hestiaos": lambda client: client.paginate("/api/v1/things", page_size=2),
}


@pytest.mark.parametrize("platform", LISTS)
def test_limit_is_the_most_items_of_the_one_page_that_a_list_asks_for(platform: str) -> None:
    client = made(platform, "sync")
    LISTS[platform](client.client)
    assert [str(size_of(request)) for request in client.sent] == ["2"]


@pytest.mark.parametrize("platform", ITERATORS)
def test_page_size_is_the_most_items_of_each_page_that_an_iterator_asks_for(platform: str) -> None:
    client = made(platform, "sync")
    list(ITERATORS[platform](client.client))
    assert {str(size_of(request)) for request in client.sent} == {"2"}


def test_a_page_size_that_is_none_or_that_is_said_twice_is_refused() -> None:
    client = veneer.Client(BASE, api_key="k")
    with pytest.raises(ConfigurationError, match="page_size takes a whole number, 1 or more, not 0"):
        client.paginate("/a", page_size=0)
    with pytest.raises(ConfigurationError, match="page_size= and limit= are two names of one option"):
        client.paginate("/a", params={"limit": 3}, page_size=2)
    with pytest.raises(ConfigurationError, match="LinkHeaderPages has no parameter for it"):
        client.paginate("/a", pages=veneer.LinkHeaderPages(), page_size=2)


def tables(heading: str) -> list[list[list[str]]]:
    """The rows of each table below a heading of the page."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    blocks = [block.strip() for block in section.split("\n\n")]
    found = [block.splitlines()[2:] for block in blocks if block.startswith("|")]
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in table] for table in found]


KNOWN = {
    *inspect.signature(veneer.Client.__init__).parameters,
    *inspect.signature(veneer.Client.paginate).parameters,
    *inspect.signature(aerostack.SDK.__init__).parameters,
    *inspect.signature(veneer.Client.request).parameters,
    *AsyncSettings.__annotations__,
    *OptionChanges.__annotations__,
    *speakeasy.PAGE_OPTIONS,
    *speakeasy.DualSettings.__annotations__,
}


def test_each_option_of_ours_that_the_table_of_other_sdks_names_exists() -> None:
    found = [ours for table in tables("From another SDK") for *_, ours in table]
    assert len(found) > 20
    for ours in found:
        for name in re.findall(r"`(\w+)=", ours):
            assert name in KNOWN, ours
        for path in re.findall(r"`(?:veneer|client)\.(\w+)", ours):
            assert hasattr(veneer, path) or hasattr(veneer.Client, path), ours
        assert re.search(r"`(?:\w+=|(?:client|veneer)\.|limit`|iter\()", ours), ours


def test_the_table_of_words_names_each_of_them() -> None:
    assert [row[0] for row in tables("One vocabulary")[0]] == [
        "`timeout`", "`deadline`", "`max_retries`", "`limit`", "`page_size`", "`max_items`", "`max_pages`",
    ]  # fmt: skip
