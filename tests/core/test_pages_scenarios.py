"""The table of walks: items, requests and errors that each style gives, sequentially and with requests in flight."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from paging_driver import BASE, Reply, Server, StatusError, concurrent, items, receive, sequential, walk_of
from veneer._core.call import Call, Operation
from veneer._core.errors import PaginationError, PaginationLoopError
from veneer._core.page_styles import CursorPages, LinkHeaderPages, NextLinkPages, OffsetPages, PageNumberPages
from veneer._core.pages import PageStyle, PageValue, paged

TABLE = json.loads((Path(__file__).parent / "cases" / "pagination_cases.json").read_text())
SCENARIOS: dict[str, dict[str, Any]] = {case["name"]: case for case in TABLE["scenarios"]}


CALL = Call(Operation(id="list"), "GET", "/items", params={"filter": "a", "limit": 2})


DRIVERS = {"sequential": sequential, "three in flight": concurrent}


@pytest.fixture(params=DRIVERS)
def drive(request: pytest.FixtureRequest) -> Callable[..., Iterator[PageValue[Any]]]:
    return DRIVERS[request.param]


def scripted(pages: list[Any]) -> Server:
    """Answer the pages of a scenario one after the other; numbers are statuses. A cursor asks for what follows the page that gave it."""
    replies = iter(pages)

    def answer(_: Call) -> Reply:
        page = next(replies)
        if isinstance(page, int):
            return Reply(status=page)
        return Reply({key: value for key, value in page.items() if value != "<absent>"})

    return Server(answer)


CURSOR = CursorPages(items="data")


@pytest.mark.parametrize(
    "name",
    [
        "three full cursor pages",
        "end marker: null",
        "end marker: missing",
        "end marker: empty string",
        "empty page with a next cursor is not the end",
    ],
)
def test_cursor_walk_gives_its_items_in_its_requests(
    name: str, drive: Callable[..., Iterator[PageValue[Any]]]
) -> None:
    case = SCENARIOS[name]
    server = scripted(case["pages"])
    assert items(drive(server, CALL, CURSOR)) == case["expect"]["items"]
    assert len(server.calls) == case["expect"]["requests"]
    asked = [(call.params or {}).get("cursor") for call in server.calls]
    assert asked == [None, *(page["next_cursor"] for page in case["pages"][:-1])]


def test_same_cursor_returned_twice_raises_after_the_items_before_it(
    drive: Callable[..., Iterator[PageValue[Any]]],
) -> None:
    case = SCENARIOS["same cursor returned twice"]
    server = scripted(case["pages"])
    got: list[Any] = []
    with pytest.raises(PaginationLoopError, match="same cursor twice"):  # noqa: PT012 (the items before the error count)
        for page in drive(server, CALL, CURSOR):
            got += page.items
    assert got == case["expect"]["items_before_error"]
    assert len(server.calls) <= case["expect"]["max_requests"]


def capped(total: int, cap: int, *, reports: tuple[str, ...]) -> Server:
    """A list by offset whose pages are capped in silence, or with a word in the payload."""

    def answer(call: Call) -> Reply:
        params = call.params or {}
        offset, limit = params.get("offset", 0), min(params.get("limit", cap), cap)
        facts = {"limit": limit, "offset": offset, "total": total}
        rows = list(range(offset, min(offset + limit, total)))
        return Reply({"items": rows, **{name: facts[name] for name in reports}})

    return Server(answer)


@pytest.mark.parametrize(
    "reports", [("total",), ("total", "limit"), ("limit",), ()], ids=lambda told: "+".join(told) or "nothing"
)
def test_server_caps_page_size_and_no_row_is_lost(
    reports: tuple[str, ...], drive: Callable[..., Iterator[PageValue[Any]]]
) -> None:
    expect = SCENARIOS["server caps page size (asked 100, got 50)"]["expect"]
    server = capped(120, 50, reports=reports)
    call = Call(Operation(id="list"), "GET", "/items", params={"limit": 100})
    style = OffsetPages(total="total", reported_limit="limit", reported_offset="offset")
    assert items(drive(server, call, style)) == list(range(expect["items_count"]))
    assert len(server.calls) == expect["requests"]


@pytest.mark.parametrize(
    "answer", [{"items": [1, 2]}, {"items": [1, 2], "total": 500, "limit": 2, "offset": 0}]
)
def test_server_ignores_offset_raises_instead_of_looping(
    answer: dict[str, Any], drive: Callable[..., Iterator[PageValue[Any]]]
) -> None:
    server = Server(lambda _: Reply(answer))
    style = OffsetPages(total="total", reported_limit="limit", reported_offset="offset")
    got: list[Any] = []
    with pytest.raises(PaginationLoopError):  # noqa: PT012 (the items before the error count)
        for page in drive(server, CALL, style):
            got += page.items
    assert got == [1, 2]
    assert len(server.calls) <= 4


def test_exact_multiple_of_page_size_ends_at_the_empty_page(
    drive: Callable[..., Iterator[PageValue[Any]]],
) -> None:
    case = SCENARIOS["exact multiple of page size"]
    server = capped(4, 2, reports=())
    assert len(items(drive(server, CALL, OffsetPages()))) == case["expect"]["items_count"]
    assert len(server.calls) == 3


def test_item_count_and_pages_meta(drive: Callable[..., Iterator[PageValue[Any]]]) -> None:
    case = SCENARIOS["item_count/pages meta"]

    def answer(call: Call) -> Reply:
        page = dict(case["pages"][call.json.get("page", 1) - 1])
        return Reply({**page, "results": [f"{page['page']}.{row}" for row in range(page["results"])]})

    server = Server(answer)
    style = PageNumberPages(items="results", last_page="pages", reported_page="page", place="body")
    call = Call(Operation(id="paginate"), "POST", "/flows/paginate", json={"limit": 2}, has_json=True)
    assert len(items(drive(server, call, style))) == case["expect"]["items_count"]
    assert [call.json for call in server.calls] == [
        {"limit": 2},
        {"limit": 2, "page": 2},
        {"limit": 2, "page": 3},
    ]


def test_body_envelope_with_absolute_next_url(drive: Callable[..., Iterator[PageValue[Any]]]) -> None:
    case = SCENARIOS["body envelope with absolute next.url"]
    pages = json.loads(json.dumps(case["pages"]).replace("{origin}", "https://api.example"))
    server = scripted(pages)
    assert (
        len(items(drive(server, CALL, NextLinkPages(next="_pagination.next.url"))))
        == case["expect"]["items_count"]
    )
    assert [(call.target, call.params) for call in server.calls] == [
        ("/items", {"filter": "a", "limit": 2}),
        ("https://api.example/hub/api/users?limit=2&offset=2", None),
        ("https://api.example/hub/api/users?limit=2&offset=4", None),
    ]


@pytest.mark.parametrize("name", ["X-Next-Cursor", "x-pagination-next"])
def test_cursor_in_response_header(name: str, drive: Callable[..., Iterator[PageValue[Any]]]) -> None:
    case = SCENARIOS["cursor in response header x-next-cursor / x-pagination-next"]
    replies = iter(case["pages"])

    def answer(_: Call) -> Reply:
        value = next(replies)["header"]
        return Reply([value], headers=httpx.Headers({} if value is None else {name: value}))

    server = Server(answer)
    assert items(
        drive(server, CALL, CursorPages(items="", next_header="x-next-cursor" if name[0] == "X" else name))
    ) == ["2", None]
    assert [(call.params or {}).get("cursor") for call in server.calls] == [None, "2"]
    assert len(server.calls) == case["expect"]["requests"]


def test_opaque_token_with_reserved_characters_arrives_as_it_was() -> None:
    case = SCENARIOS["opaque token has reserved characters"]
    server = scripted(case["pages"])
    items(sequential(server, CALL, CURSOR))
    sent = httpx.Request("GET", BASE, params=server.calls[1].params).url
    assert sent.params["cursor"] == case["expect"]["second_request_query_value"]


def test_other_query_parameters_are_kept_on_every_request() -> None:
    server = scripted(SCENARIOS["three full cursor pages"]["pages"])
    items(sequential(server, CALL, CURSOR))
    for call in server.calls:
        query = str(httpx.QueryParams(call.params))
        assert all(
            part in query
            for part in SCENARIOS["other query parameters are kept"]["expect"]["every_request_has"]
        )


def ten_pages() -> Server:
    return scripted(
        [{"data": [2 * n, 2 * n + 1], "next_cursor": str(n) if n < 9 else None} for n in range(10)]
    )


def test_three_items_of_a_lazy_walk_cost_two_requests() -> None:
    server = ten_pages()
    list(itertools.islice((item for page in sequential(server, CALL, CURSOR) for item in page), 3))
    assert len(server.calls) == SCENARIOS["lazy"]["expect"]["islice_3_items_requests"]


def test_a_walk_that_is_left_holds_nothing_and_can_be_taken_up() -> None:
    # Connections are the shell's; the walk itself is a value in memory whose state is all that is needed to go on.
    server = ten_pages()
    walk = walk_of(CURSOR, CALL)
    assert walk.next() is not None
    page = receive(walk, CURSOR, *server.send(paged(CALL, walk.ahead(1)[0])))
    del walk
    assert items(sequential(server, CALL, CURSOR, resume_from=page.state(1))) == list(range(2, 20))[1:]


def test_429_in_the_middle_is_tried_again_without_duplicates() -> None:
    case = SCENARIOS["429 in the middle"]
    server = scripted(case["pages"])
    walk = walk_of(CURSOR, CALL)
    got: list[Any] = []
    while (request := walk.next()) is not None:
        try:
            got += receive(walk, CURSOR, *server.send(paged(CALL, request)))
        except StatusError as error:
            assert error.status == 429  # noqa: PT017 (the shell retries; the walk stands where it was)
    assert got == case["expect"]["items"]


def test_500_for_ever_in_the_middle_leaves_a_state_to_resume_from() -> None:
    case = SCENARIOS["500 for ever in the middle: error carries progress"]
    server = scripted(case["pages"])
    walk = walk_of(CURSOR, CALL)
    got: list[Any] = []
    with pytest.raises(StatusError, match="500"):  # noqa: PT012 (the items before the error count)
        while (request := walk.next()) is not None:
            got += receive(walk, CURSOR, *server.send(paged(CALL, request)))
    assert got == case["expect"]["items_before_error"]
    assert walk.state["position"] == "a"
    again = scripted([{"data": [2], "next_cursor": None}])
    assert items(sequential(again, CALL, CURSOR, resume_from=json.loads(json.dumps(walk.state)))) == [2]
    assert (again.calls[0].params or {})["cursor"] == "a"


def test_409_is_an_empty_list_only_where_the_operation_says_so() -> None:
    pages = SCENARIOS["409 for an empty repository is an empty list"]["pages"]
    says_so = LinkHeaderPages(empty_statuses=frozenset({204, 409}))
    assert items(sequential(scripted(pages), CALL, says_so)) == []
    with pytest.raises(StatusError, match="409"):
        items(sequential(scripted(pages), CALL, LinkHeaderPages()))


@pytest.mark.parametrize(
    "style", [LinkHeaderPages(), OffsetPages(), CURSOR, PageNumberPages(), NextLinkPages()]
)
def test_204_is_an_empty_list(style: PageStyle) -> None:
    assert items(sequential(scripted(SCENARIOS["204 for an empty list"]["pages"]), CALL, style)) == []


def test_a_link_header_leads_through_the_pages(drive: Callable[..., Iterator[PageValue[Any]]]) -> None:
    def answer(call: Call) -> Reply:
        number = int(call.target.rpartition("=")[2]) if "=" in call.target else 1
        link = {"link": f'</hub/api/items?page={number + 1}>; rel="next", <?page=1>; rel=first'}
        return Reply([number], headers=link if number < 3 else {})

    server = Server(answer)
    assert items(drive(server, CALL, LinkHeaderPages())) == [1, 2, 3]
    assert len(server.calls) == 3


def test_a_next_link_to_another_origin_is_refused_after_the_page_that_had_it(
    drive: Callable[..., Iterator[PageValue[Any]]],
) -> None:
    server = scripted([{"items": [1], "next": "https://other.example/hub/api/items"}])
    got: list[Any] = []
    with pytest.raises(PaginationError, match=r"cannot be followed: .*another origin, https://other.example"):  # noqa: PT012 (the items before the error count)
        for page in drive(server, CALL, NextLinkPages()):
            got += page.items
    assert (got, len(server.calls)) == ([1], 1)


@pytest.mark.parametrize("link", [f"{BASE}/items?filter=a&limit=2", "?filter=a&limit=2"])
def test_a_first_page_that_names_itself_as_the_next_is_a_loop(link: str) -> None:
    server = scripted([{"items": [1], "next": link}])
    with pytest.raises(PaginationLoopError, match="same next url twice"):
        items(sequential(server, CALL, NextLinkPages()))
    assert len(server.calls) == 1


def test_each_scenario_of_the_table_is_held_here() -> None:
    text = Path(__file__).read_text()
    by_shape = {
        "server ignores offset", "break closes", "end marker: null", "sync and async give the same", "lazy",
    }  # fmt: skip
    missing = [name for name in SCENARIOS if name not in by_shape and f'"{name}"' not in text]
    assert (len(SCENARIOS), missing) == (21, [])
