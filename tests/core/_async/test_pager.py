"""Walks give each item once and in order, ask for no page too many, leave nothing behind, and can be taken up elsewhere."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit import BASE, Wire, async_until, async_watchdog, async_wired, endpoint, reply
from faultserver import FaultServer
from veneer import (
    APIError,
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    PaginationError,
    PaginationLoopError,
    ServerError,
    _io,
)
from veneer._async.pager import AsyncPager
from veneer._core.page_styles import CursorPages, LinkHeaderPages, NextLinkPages, OffsetPages, PageNumberPages

pytestmark = pytest.mark.anyio

F = TypeVar("F", bound=Callable[..., Any])

ROWS: dict[str, dict[str, Any]] = {
    case["name"]: case
    for case in json.loads((Path(__file__).parents[1] / "cases" / "pagination_cases.json").read_text())[
        "scenarios"
    ]
}
COVERED: set[str] = set()

CURSOR = CursorPages(items="data")
OFFSET = OffsetPages(total="total", reported_limit="limit")
WAYS = [{"concurrency": 1}, {"prefetch": True}, {"concurrency": 3}]
each_way = pytest.mark.parametrize("way", WAYS, ids=["one by one", "prefetched", "three at once"])


def row(name: str) -> Callable[[F], F]:
    """Say which row of the table a test is for."""
    COVERED.add(ROWS[name]["name"])
    return lambda test: test


def scripted(pages: list[Any]) -> Wire:
    """Answer a scenario's pages in turn; numbers are statuses."""
    return Wire(*(page if isinstance(page, int) else _page(page) for page in pages))


def _page(payload: Mapping[str, Any]) -> httpx.Response:
    return reply(json={name: value for name, value in payload.items() if value != "<absent>"})


def listing(total: int, cap: int, *facts: str, fails: int | None = None) -> Wire:
    """A list by limit and offset that caps its pages, says as much as `facts`, and may fail for ever at one row."""

    def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params.get("offset", 0))
        limit = min(int(request.url.params.get("limit", cap)), cap)
        rows = list(range(offset, min(offset + limit, total)))
        if fails in rows:
            return reply(404, {"message": f"at {fails}"})
        known = {"total": total, "limit": limit, "offset": offset, "more": offset + len(rows) < total}
        return reply(json={"items": rows, **{name: known[name] for name in facts}})

    return Wire(answer)


def chained(pages: int, size: int = 2) -> Wire:
    """Pages by cursor."""

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("cursor", 0))
        rows = list(range(page * size, (page + 1) * size))
        return reply(json={"data": rows, "next_cursor": str(page + 1) if page + 1 < pages else None})

    return Wire(answer)


async def taken(pager: AsyncPager[Any], got: list[Any], count: int | None = None) -> list[Any]:
    """Read items, at most so many, into a list that keeps what came before an error."""
    async for item in pager:
        got.append(item)
        if len(got) == count:
            break
    return got


EARLIER: set[threading.Thread] = set()
"""Threads that other tests have left: one inside a caller's own client may outlast the test that ended it."""


@pytest.fixture(autouse=True)
def _earlier() -> None:
    EARLIER.clear()
    EARLIER.update(threading.enumerate())


def under_way() -> int:
    """Count the pages that are being asked for, by threads and by tasks of this test."""
    threads = [one for one in threading.enumerate() if one.name == "veneer-page" and one not in EARLIER]
    try:
        tasks = [task for task in asyncio.all_tasks() if "_fetch" in repr(task)]
    except RuntimeError:  # no loop runs
        tasks = []
    return len(threads) + len(tasks)


# -- the table -----------------------------------------------------------------------------------------------------


@each_way
@row("three full cursor pages")
@row("end marker: null")
@row("end marker: missing")
@row("end marker: empty string")
@row("empty page with a next cursor is not the end")
@row("429 in the middle")
@row("sync and async give the same")
@pytest.mark.parametrize(
    "name",
    [
        "three full cursor pages",
        "end marker: null",
        "end marker: missing",
        "end marker: empty string",
        "empty page with a next cursor is not the end",
        "429 in the middle",
    ],
)
async def test_a_cursor_walk_gives_its_items_in_its_requests(name: str, way: dict[str, Any]) -> None:
    case = ROWS[name]
    wire = scripted(case["pages"])
    client = async_wired(wire)
    assert await client.paginate("items", pages=CURSOR, **way).collect() == case["expect"]["items"]
    assert len(wire.requests) == case["expect"].get("requests", len(case["pages"]))


@each_way
@row("same cursor returned twice")
async def test_v10_a_cursor_that_comes_twice_is_an_error_after_the_items_before_it(
    way: dict[str, Any],
) -> None:
    case = ROWS["same cursor returned twice"]
    wire = scripted(case["pages"])
    got: list[Any] = []
    with pytest.raises(PaginationLoopError, match="same cursor twice") as caught:
        await taken(async_wired(wire).paginate("items", pages=CURSOR, **way), got)
    assert got == case["expect"]["items_before_error"]
    assert len(wire.requests) <= case["expect"]["max_requests"]
    assert caught.value.operation == "GET items"


@each_way
@row("server caps page size (asked 100, got 50)")
@pytest.mark.parametrize("facts", [("total",), ("total", "limit"), ("limit",), ()], ids=repr)
async def test_v9_a_server_that_caps_its_pages_loses_no_row(
    facts: tuple[str, ...], way: dict[str, Any]
) -> None:
    expect = ROWS["server caps page size (asked 100, got 50)"]["expect"]
    wire = listing(120, 50, *facts)
    rows = await async_wired(wire).paginate("audit-log", params={"limit": 100}, **way).collect()
    assert rows == list(range(expect["items_count"]))
    assert len(wire.requests) == expect["requests"]


@each_way
@row("server ignores offset")
@pytest.mark.parametrize("facts", [{}, {"total": 500}, {"total": 500, "limit": 2}], ids=repr)
async def test_v10_a_server_that_ignores_the_offset_is_found_out(
    facts: dict[str, int], way: dict[str, Any]
) -> None:
    wire = Wire(reply(json={"items": [1, 2], **facts}))
    got: list[Any] = []
    with pytest.raises(PaginationLoopError):
        await taken(async_wired(wire).paginate("items", params={"limit": 2}, **way), got)
    assert got == [1, 2]
    assert len(wire.requests) <= 4


@each_way
@row("exact multiple of page size")
async def test_an_exact_multiple_of_the_page_size_ends_at_the_empty_page(way: dict[str, Any]) -> None:
    expect = ROWS["exact multiple of page size"]["expect"]
    wire = listing(4, 2)
    rows = await async_wired(wire).paginate("items", params={"limit": 2}, **way).collect()
    assert len(rows) == expect["items_count"]
    assert len(wire.requests) <= int(expect["requests"].removeprefix("<="))


@each_way
@row("item_count/pages meta")
async def test_pages_by_number_end_at_the_last_one(way: dict[str, Any]) -> None:
    case = ROWS["item_count/pages meta"]

    def answer(request: httpx.Request) -> httpx.Response:
        meta = case["pages"][int(request.url.params.get("page", 1)) - 1]
        rows = [f"{meta['page']}.{n}" for n in range(meta["results"])]
        return reply(json={**meta, "results": rows})

    wire = Wire(answer)
    style = PageNumberPages(items="results", reported_page="page", last_page="pages")
    pages = [page async for page in async_wired(wire).paginate("flows", pages=style, **way).pages()]
    assert [page.page for page in pages] == [1, 2, 3]
    assert sum(map(len, pages)) == case["expect"]["items_count"]
    assert len(wire.requests) == case["expect"]["requests"]


@row("body envelope with absolute next.url")
async def test_a_next_url_in_the_body_is_followed_on_the_own_origin() -> None:
    case = ROWS["body envelope with absolute next.url"]
    pages = json.loads(json.dumps(case["pages"]).replace("{origin}/hub/api", BASE))
    wire = scripted(pages)
    style = NextLinkPages(next="_pagination.next.url")
    rows = await async_wired(wire).paginate("users", pages=style, params={"limit": 2}).collect()
    assert len(rows) == case["expect"]["items_count"]
    asked = [dict(request.url.params) for request in wire.requests]
    assert asked == [{"limit": "2"}, {"limit": "2", "offset": "2"}, {"limit": "2", "offset": "4"}]
    assert len(set(wire.sent("authorization"))) == 1


async def test_a_next_url_to_another_origin_gets_no_request() -> None:
    wire = scripted([{"items": [1], "next": "https://other.example/v1/users"}])
    got: list[Any] = []
    with pytest.raises(PaginationError, match="cannot be followed"):
        await taken(async_wired(wire).paginate("users", pages=NextLinkPages()), got)
    assert (got, len(wire.requests)) == ([1], 1)


@row("cursor in response header x-next-cursor / x-pagination-next")
async def test_a_cursor_comes_in_a_header() -> None:
    case = ROWS["cursor in response header x-next-cursor / x-pagination-next"]
    headers = [{"x-next-cursor": page["header"]} if page["header"] else {} for page in case["pages"]]
    wire = Wire(*(reply(json=[n], headers=one) for n, one in enumerate(headers)))
    style = CursorPages(items="", next_header="x-next-cursor")
    assert await async_wired(wire).paginate("sessions", pages=style).collect() == [0, 1]
    assert [request.url.params.get("cursor") for request in wire.requests] == [None, "2"]


@row("opaque token has reserved characters")
async def test_a_cursor_is_encoded_once() -> None:
    case = ROWS["opaque token has reserved characters"]
    wire = scripted(case["pages"])
    await async_wired(wire).paginate("items", pages=CURSOR).collect()
    assert wire.requests[1].url.params["cursor"] == case["expect"]["second_request_query_value"]


@row("other query parameters are kept")
async def test_other_parameters_go_with_every_page() -> None:
    wire = chained(3)
    await async_wired(wire).paginate("items", pages=CURSOR, params={"filter": "a", "limit": 2}).collect()
    for request in wire.requests:
        assert {"filter=a", "limit=2"} <= set(request.url.query.decode().split("&"))


@row("lazy")
async def test_a_page_is_asked_for_when_its_first_item_is_needed() -> None:
    wire = chained(10)
    pager = async_wired(wire).paginate("items", pages=CURSOR)
    assert len(wire.requests) == 0
    assert await taken(pager, [], 2) == [0, 1]
    assert len(wire.requests) == 1
    assert await taken(pager, [], 1) == [2]
    assert len(wire.requests) == ROWS["lazy"]["expect"]["islice_3_items_requests"]


@row("break closes")
@each_way
async def test_a_walk_that_is_left_keeps_no_connection(own_faults: FaultServer, way: dict[str, Any]) -> None:
    before = own_faults.open_connections
    space = own_faults.space({"items": [1], "total": 10})
    style = OffsetPages(total="total", distinct_pages=False)
    async with AsyncClient(space.url()) as client:
        async for _ in client.paginate("items", pages=style, **way):
            break
        await async_until(lambda: under_way() == 0, "pages stay under way")
    await async_until(lambda: own_faults.open_connections == before, "a connection is missing or stays open")


@each_way
@row("500 for ever in the middle: error carries progress")
async def test_an_error_in_the_middle_says_where_to_go_on(way: dict[str, Any]) -> None:
    case = ROWS["500 for ever in the middle: error carries progress"]
    client = async_wired(scripted(case["pages"]), max_retries=2)
    pager = client.paginate("items", pages=CURSOR, **way)
    got: list[Any] = []
    with pytest.raises(ServerError) as caught:
        await taken(pager, got)
    assert got == case["expect"]["items_before_error"]
    assert caught.value.resume_from == pager.state == {"style": "cursor", "position": "a"}
    wire = scripted([{"data": [2], "next_cursor": None}])
    again = async_wired(wire).paginate("items", pages=CURSOR, resume_from=caught.value.resume_from)
    assert await again.collect() == [2]
    assert wire.requests[0].url.params["cursor"] == "a"


@row("409 for an empty repository is an empty list")
async def test_a_status_means_no_rows_only_where_the_style_says_so() -> None:
    client = async_wired(scripted(ROWS["409 for an empty repository is an empty list"]["pages"]))
    says_so = LinkHeaderPages(empty_statuses=frozenset({204, 409}))
    assert await client.paginate("commits", pages=says_so).collect() == []
    with pytest.raises(APIError, match="409"):
        await client.paginate("commits", pages=LinkHeaderPages()).collect()


@row("204 for an empty list")
@pytest.mark.parametrize("style", [LinkHeaderPages(), OFFSET, CURSOR, PageNumberPages(), NextLinkPages()])
async def test_no_content_is_an_empty_list(style: Any) -> None:
    client = async_wired(scripted(ROWS["204 for an empty list"]["pages"]))
    assert await client.paginate("items", pages=style).collect() == []
    assert await client.paginate(endpoint(path="/items"), pages=style).collect() == []


def test_each_row_of_the_table_has_its_test() -> None:
    assert set(ROWS) == COVERED


# -- pages under way -----------------------------------------------------------------------------------------------


FACTS = st.sets(st.sampled_from(["total", "limit", "more"])).map(lambda facts: tuple(sorted(facts)))
STYLE = OffsetPages(total="total", reported_limit="limit", more="more", reported_offset="offset")


@given(
    total=st.integers(0, 40),
    cap=st.integers(1, 12),
    limit=st.integers(1, 15) | st.none(),
    facts=FACTS,
    concurrency=st.integers(1, 7),
    prefetch=st.booleans(),
    fails=st.integers(0, 40) | st.none(),
)
async def test_items_order_and_errors_are_those_of_the_walk_one_by_one(
    total: int,
    cap: int,
    limit: int | None,
    facts: tuple[str, ...],
    concurrency: int,
    prefetch: bool,
    fails: int | None,
) -> None:
    outcomes = []
    ways: list[dict[str, Any]] = [{}, {"concurrency": concurrency, "prefetch": prefetch}]
    for way in ways:
        wire = listing(total, cap, *facts, fails=fails)
        pager = async_wired(wire).paginate("items", pages=STYLE, params={"limit": limit}, **way)
        got: list[Any] = []
        problem: tuple[str, Any] | None = None
        try:
            await taken(pager, got)
        except NotFoundError as error:
            problem = (error.message, error.resume_from)
        outcomes.append((got, problem, pager.state))
        asked = {request.url.params.get("offset", "0") for request in wire.requests}
        assert len(asked) == len(wire.requests), "a page was asked for twice"
    assert outcomes[0] == outcomes[1]
    if problem is None:
        assert outcomes[0][0] == list(range(total))
    assert under_way() == 0


async def test_pages_are_under_way_at_once_and_not_more_than_asked_for() -> None:
    wire = listing(40, 2, "total")
    pages = async_wired(wire).paginate("items", pages=OFFSET, concurrency=4).pages()
    await anext(pages)
    await async_until(lambda: len(wire.requests) == 5, "a page is not asked for")
    await _io.async_sleep(0.02)  # noqa: TID251  # in which one too many would come, as a rule
    assert len(wire.requests) == 5  # the caller works on the first page: four are under way or waiting
    await anext(pages)
    await async_until(lambda: len(wire.requests) == 6, "a page is not asked for")
    await pages.aclose()
    assert under_way() == 0


@each_way
async def test_rows_become_values_when_their_page_is_reached_and_not_before(way: dict[str, Any]) -> None:
    read: list[int] = []

    def parse(payload: Any) -> Any:
        read.append(payload["offset"])
        return payload

    module = endpoint(path="/items", parse=parse)
    wire = listing(40, 2, "total", "offset")
    pages = async_wired(wire).paginate(module, pages=OFFSET, **way).pages()
    await anext(pages)
    await async_until(lambda: len(wire.requests) == 1 + pages.ahead, "a page is not asked for")
    assert read == [0]
    await anext(pages)
    assert read == [0, 2]
    await pages.aclose()


async def test_prefetching_asks_for_one_page_while_the_caller_works() -> None:
    wire = chained(10)
    pages = async_wired(wire).paginate("items", pages=CURSOR, prefetch=True).pages()
    await anext(pages)
    await async_until(lambda: len(wire.requests) == 2, "a page is not asked for")
    await _io.async_sleep(0.02)  # noqa: TID251  # in which one too many would come, as a rule
    assert len(wire.requests) == 2
    await pages.aclose()


LEFT = "leaving a walk waits for its pages"


def silent(faults: FaultServer) -> str:
    """A list whose first page comes and whose other pages never do."""
    body = json.dumps({"items": [0, 1], "total": 100}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return faults.space(scripts=[[head.encode() + body], [...]]).url("raw")


@pytest.mark.usefixtures("joined")
async def test_leaving_a_walk_ends_the_pages_under_way_at_once(own_faults: FaultServer) -> None:
    async with AsyncClient(silent(own_faults), timeouts=None) as client:
        async with async_watchdog(LEFT), client.paginate("items", pages=OFFSET, concurrency=3) as pager:
            async for _ in pager:
                break
            await async_until(lambda: own_faults.open_connections == 3, "a page is not asked for")
        assert under_way() == 0
        await async_until(lambda: own_faults.open_connections == 0, "a connection is missing or stays open")


async def test_dropping_a_walk_ends_the_pages_under_way(own_faults: FaultServer) -> None:
    async with AsyncClient(silent(own_faults), timeouts=None) as client:
        async for _ in client.paginate("items", pages=OFFSET, concurrency=3):
            break
        await async_until(lambda: under_way() == 0, "pages stay under way")
        await async_until(lambda: own_faults.open_connections == 0, "a connection is missing or stays open")


@pytest.mark.usefixtures("joined")
async def test_pages_that_wait_for_a_connection_are_ended_too(faults: FaultServer) -> None:
    async with AsyncClient(silent(faults), max_connections=2, timeouts=None) as client:
        async with async_watchdog(LEFT), client.paginate("items", pages=OFFSET, concurrency=6) as pager:
            async for _ in pager:
                break
        assert under_way() == 0


def ended(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pages under way that were given up."""
    given_up: list[Any] = []
    abandon = _io.AsyncBackgroundCall.abandon

    def spy(job: _io.AsyncBackgroundCall[Any]) -> None:
        given_up.append(job)
        abandon(job)

    monkeypatch.setattr(_io.AsyncBackgroundCall, "abandon", spy)
    return given_up


async def test_an_error_ends_the_pages_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = ended(monkeypatch)
    pager = async_wired(listing(100, 2, "total", fails=2)).paginate("items", pages=OFFSET, concurrency=3)
    with pytest.raises(NotFoundError):
        await taken(pager, [])
    assert len(given_up) >= 2
    await async_until(lambda: under_way() == 0, "pages stay under way")


async def test_pages_that_turn_out_not_to_be_there_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    def shrinking(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params.get("offset", 0))
        return reply(json={"items": [offset, offset + 1], "total": 4 if offset else 100})

    given_up = ended(monkeypatch)
    rows = await taken(async_wired(Wire(shrinking)).paginate("items", pages=OFFSET, concurrency=3), [])
    assert rows == [0, 1, 2, 3]
    assert len(given_up) == 2


# -- going on elsewhere, and shortcuts -------------------------------------------------------------------------------


@each_way
@pytest.mark.parametrize(
    "style", [OFFSET, PageNumberPages(total="total"), CURSOR], ids=["offset", "page", "cursor"]
)
async def test_a_walk_can_be_taken_up_after_any_item(style: Any, way: dict[str, Any]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        params = request.url.params
        start = int(params.get("offset", 3 * int(params.get("cursor", int(params.get("page", 1)) - 1))))
        rows = list(range(start, min(start + 3, 8)))
        cursor = str(start // 3 + 1) if start + 3 < 8 else None
        return reply(json={"items": rows, "data": rows, "total": 8, "next_cursor": cursor})

    for count in range(1, 9):
        pager = async_wired(Wire(answer)).paginate("items", pages=style, **way)
        assert await taken(pager, [], count) == list(range(count))
        state = json.loads(json.dumps(pager.state))
        await pager.aclose()
        again = async_wired(Wire(answer)).paginate("items", pages=style, resume_from=state, **way)
        assert await again.collect() == list(range(count, 8))


async def test_a_state_of_another_walk_is_refused() -> None:
    pager = async_wired(chained(1)).paginate("items", pages=OFFSET, resume_from={"style": "cursor"})
    with pytest.raises(ConfigurationError, match="resume_from"):
        await pager.collect()


@each_way
async def test_the_first_item_costs_one_request(way: dict[str, Any]) -> None:
    wire = listing(10, 2, "total")
    assert await async_wired(wire).paginate("items", pages=OFFSET, **way).first() == 0
    assert len(wire.requests) == 1
    assert await async_wired(listing(0, 2)).paginate("items", pages=OFFSET).first() is None


async def test_the_first_item_is_looked_for_behind_empty_pages() -> None:
    wire = scripted(ROWS["empty page with a next cursor is not the end"]["pages"])
    assert await async_wired(wire).paginate("items", pages=CURSOR).first() == 1


@pytest.mark.parametrize(("limit", "requests"), [(0, 0), (1, 1), (2, 1), (3, 2), (100, 5), (None, 5)])
async def test_collecting_stops_at_the_limit(limit: int | None, requests: int) -> None:
    wire = listing(10, 2, "total")
    rows = await async_wired(wire).paginate("items", pages=OFFSET).collect(limit)
    assert rows == list(range(10))[:limit]
    assert len(wire.requests) == requests


async def test_what_cannot_be_asked_for_is_refused() -> None:
    client = async_wired(chained(1))
    with pytest.raises(ConfigurationError, match="limit"):
        await client.paginate("items").collect(-1)
    with pytest.raises(ConfigurationError, match="concurrency"):
        await client.paginate("items", concurrency=0).collect()


async def test_pages_say_where_they_stand() -> None:
    client = async_wired(listing(5, 2, "total", "limit"))
    pages = [page async for page in client.paginate("items", params={"limit": 9}).pages()]
    assert [(page.offset, page.limit, page.total, len(page)) for page in pages] == [
        (0, 2, 5, 2),
        (2, 2, 5, 2),
        (4, 2, 5, 1),
    ]
    assert [list(page) for page in pages] == [[0, 1], [2, 3], [4]]
    assert pages[1].response.json()["items"] == [2, 3]


async def test_a_walk_is_the_same_whichever_way_its_pages_are_read() -> None:
    pager = async_wired(listing(5, 2, "total")).paginate("items", pages=OFFSET, item=str)
    assert await pager.collect() == [item async for item in pager] == list("01234")
    assert [item async for page in pager.pages() for item in page] == list("01234")


async def test_the_callers_caps_are_errors_and_not_short_lists() -> None:
    client = async_wired(listing(10, 2, "total"))
    caps: list[dict[str, Any]] = [{"max_pages": 2}, {"max_items": 4}]
    for cap in caps:
        pager = client.paginate("items", pages=OFFSET, **cap)
        got: list[Any] = []
        with pytest.raises(PaginationError, match="there is more after") as caught:
            await taken(pager, got)
        assert got == [0, 1, 2, 3]
        assert caught.value.resume_from == {"style": "offset", "position": 4, "size": 2}


async def test_an_iteration_goes_on_after_a_failure_that_has_passed() -> None:
    wire = scripted([{"data": [1], "next_cursor": "a"}, 404, {"data": [2], "next_cursor": None}])
    pager = async_wired(wire).paginate("items", pages=CURSOR)
    assert await anext(pager) == 1
    with pytest.raises(NotFoundError):
        await anext(pager)
    assert await anext(pager) == 2


async def test_cursors_go_in_the_body_of_a_post() -> None:
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        last = bodies[-1].get("cursor") == "b"
        return reply(json={"keys": [len(bodies)], "list_complete": last, "cursor": None if last else "b"})

    operation = endpoint(
        "post",
        "/cache/list",
        safe=True,
        pagination={
            "style": "cursor", "in": "body", "items": "keys", "next_cursor": "cursor",
            "more": {"list_complete": False},
        },
    )  # fmt: skip
    assert await async_wired(Wire(answer)).paginate(operation, body={"prefix": "x"}).collect() == [1, 2]
    assert bodies == [{"prefix": "x"}, {"prefix": "x", "cursor": "b"}]


async def test_a_walk_that_ends_before_the_servers_count_says_so_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pages = [{"items": [1, 2], "total": 9}, {"items": [], "total": 9}]
    with caplog.at_level(logging.WARNING, "veneer"):
        assert await async_wired(scripted(pages)).paginate("items", pages=OFFSET).collect() == [1, 2]
        assert await async_wired(scripted([{"items": []}])).paginate("items", pages=OFFSET).collect() == []
        whole = [{"items": [1, 2], "total": 2}]
        assert await async_wired(scripted(whole)).paginate("items", pages=OFFSET).collect() == [1, 2]
    assert [record.getMessage() for record in caplog.records] == [
        "GET items: the server counts 9 rows and gave none after 2"
    ]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"next_cursor": "a"}, "next_cursor"),
        ({"nextPageToken": "a"}, "nextPageToken"),
        ({"links": {"next": "/v1/items?page=2"}}, "links.next"),
        ({"has_more": True}, "has_more"),
    ],
)
async def test_a_route_that_pages_otherwise_than_was_assumed_is_an_error_and_no_short_list(
    told: dict[str, Any], name: str
) -> None:
    client = async_wired(scripted([{"items": [1, 2], "total": 2, **told}]))
    got: list[Any] = []
    with pytest.raises(
        PaginationError, match=rf"the response has {name}, so there is more: say how"
    ) as caught:
        await taken(client.paginate("items"), got)
    assert got == [1, 2]
    assert caught.value.operation == "GET items"


async def test_a_route_with_a_link_header_to_a_next_page_is_not_taken_for_a_list_of_one() -> None:
    headers = {"link": '</v1/items?page=2>; rel="next"'}
    wire = Wire(reply(json={"items": [1], "total": 1}, headers=headers))
    with pytest.raises(PaginationError, match="a Link header to the next page"):
        await async_wired(wire).paginate("items").collect()


@pytest.mark.parametrize(
    "told", [{"next_cursor": None}, {"next": ""}, {"has_more": False}, {"links": {}}, {}]
)
async def test_a_route_that_says_that_there_is_no_more_ends(told: dict[str, Any]) -> None:
    client = async_wired(scripted([{"items": [1, 2], "total": 2, **told}]))
    assert await client.paginate("items").collect() == [1, 2]
