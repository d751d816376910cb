"""Walks over pages visit each row once, ask for nothing that is not needed, and can be taken up elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paging_driver import BASE, Reply, Server, concurrent, items, sequential, walk_of
from veneer._core.call import Call, Operation
from veneer._core.dotted_path import pick
from veneer._core.errors import ConfigurationError, PaginationError, PaginationLoopError
from veneer._core.page_styles import (
    CursorPages,
    LinkHeaderPages,
    NextLinkPages,
    OffsetPages,
    PageNumberPages,
    style_of,
)
from veneer._core.pages import PageRequest, PageStyle, PageValue, PageWalk, paged

GET = Call(Operation(id="list"), "GET", "/items")
OFFSET = OffsetPages(total="total", reported_limit="limit", reported_offset="offset", more="more")
NUMBER = PageNumberPages(
    items="data.data",
    total="data.total",
    reported_limit="data.limit",
    reported_page="data.page",
    more="data.hasMore",
)
FACTS = st.sets(st.sampled_from(["total", "limit", "offset", "more"]))


def listing(total: int, cap: int, reports: set[str]) -> Server:
    """A list by limit and offset that caps its pages and says as much as `reports`."""

    def answer(call: Call) -> Reply:
        params = call.params or {}
        offset, limit = params.get("offset", 0), min(params.get("limit", cap), cap)
        rows = list(range(offset, min(offset + limit, total)))
        facts = {"total": total, "limit": limit, "offset": offset, "more": offset + len(rows) < total}
        return Reply({"items": rows, **{name: facts[name] for name in reports}})

    return Server(answer)


def numbered(total: int, cap: int, reports: set[str], first: int = 1) -> Server:
    """The same by page number, in an envelope."""

    def answer(call: Call) -> Reply:
        params = call.params or {}
        page, limit = params.get("page", first), min(params.get("limit", cap), cap)
        start = (page - first) * limit
        rows = list(range(start, min(start + limit, total)))
        facts = {"total": total, "limit": limit, "page": page, "hasMore": start + len(rows) < total}
        named = {"offset": "page", "more": "hasMore"}
        told = {named.get(name, name) for name in reports}
        return Reply({"success": True, "data": {"data": rows, **{name: facts[name] for name in told}}})

    return Server(answer)


def needed(total: int, size: int, reports: set[str]) -> int:
    """The requests that a client needs who knows what the server reports, and no more."""
    full, rest = divmod(total, size)
    pages = full + (rest > 0)
    if reports & {"total", "more"}:
        return max(1, pages)
    if "limit" in reports:
        return full + 1
    # Nothing is known: a page is short against the largest one seen, and an only page is seen to be by the one after it.
    return full + 1 if full else pages + 1


SIZES = {"total": st.integers(0, 60), "cap": st.integers(1, 20), "asked": st.none() | st.integers(1, 30)}


@given(**SIZES, reports=FACTS, width=st.integers(0, 5))
def test_offset_walk_visits_each_row_once_without_an_extra_request(
    total: int, cap: int, asked: int | None, reports: set[str], width: int
) -> None:
    server = listing(total, cap, reports)
    call = paged(GET, PageRequest("offset", params={} if asked is None else {"limit": asked}))
    pages = concurrent(server, call, OFFSET, width=width) if width else sequential(server, call, OFFSET)
    assert items(pages) == list(range(total))
    assert len(server.calls) == needed(total, min(cap, asked or cap), reports)


@given(**SIZES, reports=FACTS, width=st.integers(0, 5), first=st.integers(0, 1))
def test_page_number_walk_visits_each_row_once_without_an_extra_request(
    total: int, cap: int, asked: int | None, reports: set[str], width: int, first: int
) -> None:
    server = numbered(total, cap, reports, first)
    call = paged(GET, PageRequest("page", params={} if asked is None else {"limit": asked}))
    style = PageNumberPages(
        items="data.data", total="data.total", reported_limit="data.limit", more="data.hasMore", first=first
    )
    pages = concurrent(server, call, style, width=width) if width else sequential(server, call, style)
    assert items(pages) == list(range(total))
    assert len(server.calls) == needed(total, min(cap, asked or cap), reports)


def chain(pages: list[list[int]]) -> Server:
    """A list by cursors, some of its pages empty."""

    def answer(call: Call) -> Reply:
        at = int((call.params or {}).get("cursor", "0"))
        return Reply({"items": pages[at], "next_cursor": str(at + 1) if at + 1 < len(pages) else None})

    return Server(answer)


@given(st.lists(st.lists(st.integers(), max_size=4), min_size=1, max_size=12), st.integers(0, 3))
def test_cursor_walk_visits_each_row_once_and_asks_once_for_each_page(
    pages: list[list[int]], width: int
) -> None:
    server = chain(pages)
    walked = (
        concurrent(server, GET, CursorPages(), width=width)
        if width
        else sequential(server, GET, CursorPages())
    )
    assert items(walked) == [item for page in pages for item in page]
    assert len(server.calls) == len(pages)


@given(st.data(), st.integers(1, 50), st.integers(1, 5))
def test_pages_of_uneven_length_lose_nothing_with_requests_in_flight(
    data: st.DataObject, total: int, width: int
) -> None:
    def answer(call: Call) -> Reply:
        offset = (call.params or {}).get("offset", 0)
        length = data.draw(st.integers(1, 9))
        return Reply({"items": list(range(offset, min(offset + length, total))), "total": total})

    assert items(concurrent(Server(answer), GET, OFFSET, width=width)) == list(range(total))


STYLES: Mapping[str, tuple[PageStyle, Any]] = {
    "offset": (OFFSET, lambda: listing(23, 5, {"total"})),
    "offset, nothing reported": (OFFSET, lambda: listing(23, 5, set())),
    "page": (NUMBER, lambda: numbered(23, 5, {"total"})),
    "page, nothing reported": (NUMBER, lambda: numbered(23, 5, set())),
    "cursor": (CursorPages(), lambda: chain([[0, 1, 2], [], [3], list(range(4, 23))])),
}


@pytest.mark.parametrize("name", STYLES)
@given(st.integers(0, 23))
def test_walk_resumes_after_any_row_by_its_saved_state(name: str, consumed: int) -> None:
    style, server = STYLES[name]
    got: list[Any] = []
    state: dict[str, Any] = walk_of(style, GET).state
    for page in sequential(server(), GET, style):
        taken = min(consumed - len(got), len(page))
        got += page.items[:taken]
        state = json.loads(json.dumps(page.state(taken)))
        if len(got) == consumed:
            break
    assert got + items(sequential(server(), GET, style, resume_from=state)) == list(range(23))
    assert len(json.dumps(state)) < 200


def test_a_walk_that_was_finished_resumes_to_nothing() -> None:
    server = listing(3, 5, {"total"})
    [page] = sequential(server, GET, OFFSET)
    assert page.state() == {"style": "offset", "done": True}
    assert items(sequential(server, GET, OFFSET, resume_from=page.state())) == []
    assert len(server.calls) == 1


def test_a_resumed_page_tells_where_its_first_row_stands() -> None:
    [page, _] = islice(sequential(listing(20, 5, {"total", "limit"}), GET, OFFSET), 2)
    [again] = islice(
        sequential(listing(20, 5, {"total", "limit"}), GET, OFFSET, resume_from=page.state(3)), 1
    )
    assert (again.items, again.offset, again.state(1)) == ([3, 4], 3, page.state(4))


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"style": "cursor", "position": "a"}, "not the state of a pagination by 'offset'"),
        ({}, "not the state"),
        ({"style": "offset", "position": 5, "skip": -1}, "not the state"),
        ({"style": "offset", "position": 5, "size": "5"}, "not the state"),
        ({"style": "offset", "position": [5]}, "not the state"),
        ({"style": "offset", "position": "five"}, "whole number, not 'five'"),
        ({"style": "offset", "position": -5}, "whole number, not -5"),
    ],
)
def test_a_state_that_is_none_is_refused_before_a_request(state: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        walk_of(OFFSET, GET, resume_from=state)


def test_a_saved_link_to_another_origin_is_refused_before_a_request() -> None:
    state = {"style": "next_url", "position": "https://other.example/hub/api/items"}
    with pytest.raises(ConfigurationError, match=r"resume_from cannot be followed: .*another origin"):
        walk_of(NextLinkPages(), GET, resume_from=state)


def test_a_saved_link_is_followed_on_the_clients_own_origin() -> None:
    server = Server(lambda _: Reply({"items": [3]}))
    state = {"style": "next_url", "position": f"{BASE}/items?offset=2"}
    assert items(sequential(server, GET, NextLinkPages(), resume_from=state)) == [3]
    assert server.calls[0].target == f"{BASE}/items?offset=2"


def test_a_walk_begins_where_the_callers_own_arguments_say() -> None:
    server = listing(20, 5, {"total"})
    call = Call(Operation(id="list"), "GET", "/items", params={"offset": 12})
    assert items(sequential(server, call, OFFSET)) == list(range(12, 20))
    numbers = numbered(20, 5, {"total"})
    call = Call(Operation(id="list"), "GET", "/items", params={"page": 3})
    assert items(sequential(numbers, call, NUMBER)) == list(range(10, 20))


# Guards.


def test_a_page_without_rows_key_names_the_keys_that_are_there() -> None:
    with pytest.raises(PaginationError, match=r"no list at 'items'; it has detail, rows$"):
        items(sequential(Server(lambda _: Reply({"rows": [1], "detail": ""})), GET, OffsetPages()))


@pytest.mark.parametrize("payload", [{"items": "text"}, {"items": {"a": 1}}, {"items": 3}])
def test_rows_that_are_no_list_are_an_error(payload: dict[str, Any]) -> None:
    with pytest.raises(PaginationError, match="no list at 'items'"):
        items(sequential(Server(lambda _: Reply(payload)), GET, OffsetPages()))


@pytest.mark.parametrize(
    ("payload", "style"), [({"items": None}, OffsetPages()), ({}, OffsetPages(optional_items=True))]
)
def test_null_rows_are_an_empty_page_and_missing_ones_where_the_contract_says_so(
    payload: dict[str, Any], style: PageStyle
) -> None:
    assert items(sequential(Server(lambda _: Reply(payload)), GET, style)) == []


def test_a_cap_on_pages_or_items_raises_where_there_is_more_and_only_there() -> None:
    with pytest.raises(PaginationError, match="more after 2 pages; raise max_pages"):
        items(sequential(listing(20, 5, {"total"}), GET, OFFSET, max_pages=2))
    with pytest.raises(PaginationError, match="more after 10 items; raise max_items"):
        items(sequential(listing(20, 5, {"total"}), GET, OFFSET, max_items=8))
    assert len(items(sequential(listing(20, 5, {"total"}), GET, OFFSET, max_pages=4, max_items=20))) == 20


def test_requests_in_flight_do_not_pass_the_cap_on_pages() -> None:
    server = listing(20, 5, {"total"})
    with pytest.raises(PaginationError, match="more after 2 pages"):
        items(concurrent(server, GET, OFFSET, width=5, max_pages=2))
    assert len(server.calls) == 2


def test_pages_in_a_longer_cycle_are_a_loop() -> None:
    rows = [[1, 2], [3, 4]]
    server = Server(lambda call: Reply({"items": rows[(call.params or {}).get("offset", 0) // 2 % 2]}))
    with pytest.raises(PaginationLoopError, match="offset 4 gave the rows of an earlier page"):
        items(sequential(server, GET, OffsetPages()))


def test_equal_pages_are_allowed_where_the_style_says_so() -> None:
    server = Server(lambda _: Reply({"items": ["x", "x"], "total": 6}))
    assert items(sequential(server, GET, OffsetPages(total="total", distinct_pages=False))) == ["x"] * 6


@pytest.mark.parametrize(
    ("style", "answer", "message"),
    [
        (OFFSET, {"items": [1], "offset": 0, "total": 9}, "asked for offset 3, the server answered offset 0"),
        (NUMBER, {"data": {"data": [1], "page": 1}}, "asked for page 3, the server answered page 1"),
    ],
)
def test_a_server_that_says_that_it_is_elsewhere_is_believed(
    style: PageStyle, answer: dict[str, Any], message: str
) -> None:
    call = Call(Operation(id="list"), "GET", "/items", params={"offset": 3, "page": 3})
    with pytest.raises(PaginationLoopError, match=message):
        items(sequential(Server(lambda _: Reply(answer)), call, style))


def test_empty_pages_that_promise_more_end_in_an_error() -> None:
    server = Server(lambda _: Reply({"data": {"data": [], "hasMore": True}}))
    with pytest.raises(PaginationLoopError, match="101 empty pages in a row"):
        items(sequential(server, GET, NUMBER))
    assert len(server.calls) == 101


def test_empty_pages_between_rows_are_walked_over() -> None:
    rows = {60: [1], 121: [2]}

    def answer(call: Call) -> Reply:
        page = (call.params or {}).get("page", 1)
        return Reply({"data": {"data": rows.get(page, []), "hasMore": page < 121}})

    assert items(sequential(Server(answer), GET, NUMBER)) == [1, 2]


def test_an_offset_that_cannot_move_on_is_an_error_where_the_server_says_there_is_more() -> None:
    server = Server(lambda _: Reply({"items": [], "more": True}))
    with pytest.raises(
        PaginationLoopError, match="no rows at offset 0, and the server says that there is more"
    ):
        items(sequential(server, GET, OFFSET))
    assert len(server.calls) == 1


def test_a_total_that_promises_rows_which_are_gone_ends_the_walk() -> None:
    server = Server(lambda call: Reply({"items": [] if call.params else [1, 2], "total": 9}))
    assert items(sequential(server, GET, OFFSET)) == [1, 2]
    assert len(server.calls) == 2


@pytest.mark.parametrize("cursor", [None, "", {"after": 3}, True])
def test_more_without_a_usable_cursor_raises_after_the_page(cursor: Any) -> None:
    answer = {"keys": [1], "truncated": True, "cursor": cursor}
    style = CursorPages(items="keys", next_cursor="cursor", more="truncated")
    pages = sequential(Server(lambda _: Reply(answer)), GET, style)
    assert next(pages).items == [1]
    with pytest.raises(PaginationError, match="there is more, but its cursor is"):
        next(pages)


def test_a_cursor_that_cannot_be_sent_back_is_not_taken_for_the_end() -> None:
    pages = sequential(Server(lambda _: Reply({"items": [1], "next_cursor": {"id": 4}})), GET, CursorPages())
    assert next(pages).items == [1]
    with pytest.raises(PaginationError, match=r"but its cursor is \{'id': 4\}"):
        next(pages)


def test_a_receive_after_the_end_is_an_error() -> None:
    walk = walk_of(OFFSET, GET)
    walk.receive({"items": []})
    assert (walk.next(), walk.ahead(3)) == (None, [])
    with pytest.raises(PaginationError, match="the pagination is over"):
        walk.receive({"items": []})


# What is sent.


def test_the_page_size_is_held_to_the_contracts_bound() -> None:
    server = listing(6, 5, {"total"})
    call = Call(Operation(id="list"), "GET", "/items", params={"limit": 500})
    items(sequential(server, call, OffsetPages(total="total", max_limit=5)))
    assert [dict(call.params or {}) for call in server.calls] == [{"limit": 5}, {"limit": 5, "offset": 5}]


def test_prefixed_parameters_are_sent_under_their_names() -> None:
    style = OffsetPages(items="evidence_packs", limit="evidence_limit", offset="evidence_offset")
    rows = list(range(5))

    def answer(call: Call) -> Reply:
        offset = (call.params or {}).get("evidence_offset", 0)
        return Reply({"evidence_packs": rows[offset : offset + 2]})

    server = Server(answer)
    call = Call(Operation(id="usage"), "GET", "/usage/summary", params={"evidence_limit": 2})
    assert items(sequential(server, call, style)) == rows
    assert [(call.params or {}).get("evidence_offset") for call in server.calls] == [None, 2, 4]


@pytest.mark.parametrize(
    ("flags", "more"),
    [
        ({"list_complete": [False, True]}, {"list_complete": False}),
        ({"truncated": [True, False]}, "truncated"),
    ],
)
def test_cursors_in_a_post_body_are_sent_there_and_either_flag_ends_the_walk(
    flags: dict[str, list[bool]], more: Any
) -> None:
    [(flag, values)] = flags.items()

    def answer(call: Call) -> Reply:
        at = 1 if "cursor" in call.json else 0
        return Reply({"keys": [at], flag: values[at], "cursor": "c1" if at == 0 else "left over"})

    server = Server(answer)
    body = {"prefix": "p", "limit": 1}
    call = Call(Operation(id="list"), "POST", "/cache/list", json=body, has_json=True)
    style = CursorPages(items="keys", next_cursor="cursor", more=more, place="body")
    assert items(sequential(server, call, style)) == [0, 1]
    assert [call.json for call in server.calls] == [body, {**body, "cursor": "c1"}]
    assert body == {"prefix": "p", "limit": 1}


def test_a_body_with_either_of_two_flags_goes_on_when_one_says_so() -> None:
    style = CursorPages(more={"list_complete": False, "truncated": True})
    assert style.says_more({"list_complete": False}) is True
    assert style.says_more({"truncated": True, "list_complete": True}) is True
    assert style.says_more({"truncated": False}) is False
    assert style.says_more({"cursor": "x"}) is None


def test_a_body_that_is_a_list_has_no_place_for_parameters() -> None:
    call = Call(Operation(id="list"), "POST", "/list", json=[1], has_json=True)
    with pytest.raises(PaginationError, match="no JSON object"):
        paged(call, PageRequest("cursor", "c", body={"cursor": "c"}))


def test_a_first_request_leaves_the_call_as_it_is() -> None:
    request = walk_of(OFFSET, GET).next()
    assert request is not None
    assert paged(GET, request) is not None
    assert paged(GET, PageRequest("offset")) == GET


# What is ahead.


def test_what_is_ahead_is_one_request_until_the_total_is_known_and_then_the_rest_in_order() -> None:
    walk = walk_of(OFFSET, GET)
    assert [request.position for request in walk.ahead(9)] == [0]
    page = walk.receive({"items": [0, 1, 2], "total": 11})
    assert [request.position for request in walk.ahead(9)] == [3, 6, 9]
    assert [request.position for request in walk.ahead(2)] == [3, 6]
    assert [request.index for request in walk.ahead(9)] == [1, 2, 3]
    assert page.next == walk.next() == walk.ahead(1)[0]


def test_what_is_ahead_changes_when_the_total_does() -> None:
    walk = walk_of(OFFSET, GET)
    walk.receive({"items": [0, 1, 2], "total": 11})
    walk.receive({"items": [3, 4, 5], "total": 7})
    assert [request.position for request in walk.ahead(9)] == [6]


def test_pages_by_number_are_ahead_up_to_the_last_page_that_the_server_names() -> None:
    walk = PageWalk(PageNumberPages(last_page="pages"))
    walk.receive({"items": [1], "pages": 4})
    assert [request.position for request in walk.ahead(9)] == [2, 3, 4]


def test_pages_by_number_are_ahead_up_to_the_total() -> None:
    walk = walk_of(NUMBER, GET)
    walk.receive({"data": {"data": [1, 2], "total": 7}})
    assert [request.position for request in walk.ahead(9)] == [2, 3, 4]
    walk.receive({"data": {"data": [3, 4], "total": 6}})
    assert [request.position for request in walk.ahead(9)] == [3]


def test_an_enormous_total_costs_nothing() -> None:
    walk = walk_of(OFFSET, GET, max_pages=None)
    walk.receive({"items": [0], "total": 10**15})
    assert len(walk.ahead(3)) == 3


# Contracts.


@pytest.mark.parametrize(
    ("facts", "style"),
    [
        (
            {"style": "page", "in": "query", "page": "page", "limit": "limit", "max_limit": 200, "items": "data.data",
             "total": "data.total", "more": "data.hasMore"},
            PageNumberPages(max_limit=200, items="data.data", total="data.total", more="data.hasMore"),
        ),
        (
            {"style": "cursor", "in": "body", "limit": "limit", "max_limit": 1000, "cursor": "cursor", "items": "keys",
             "next_cursor": "cursor", "more": {"list_complete": False}},
            CursorPages(place="body", max_limit=1000, items="keys", next_cursor="cursor", more={"list_complete": False}),
        ),
        (
            {"style": "offset", "in": "query", "limit": "evidence_limit", "offset": "evidence_offset",
             "items": "evidence_packs"},
            OffsetPages(limit="evidence_limit", offset="evidence_offset", items="evidence_packs"),
        ),
        ({"style": "next_url", "next": "links.next"}, NextLinkPages(next="links.next")),
        ({"style": "link_header", "empty_statuses": [204, 409]}, LinkHeaderPages(empty_statuses=frozenset({204, 409}))),
    ],
    ids=lambda value: value["style"] if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_contracts_words_make_the_style(facts: dict[str, Any], style: PageStyle) -> None:
    assert style_of(facts) == style


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            {"style": "tokens"},
            "no paging style 'tokens'; there are offset, page, cursor, next_url, link_header",
        ),
        ({}, "no paging style None"),
        ({"style": "offset", "offest": "start"}, "'offset' has no field 'offest'"),
    ],
)
def test_a_contracts_mistake_is_named(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        style_of(facts)


# Payloads that are models.


class Unset:
    """What the generator puts into optional fields that were not sent."""

    def __bool__(self) -> bool:
        return False


@attrs.define
class Entry:
    id: str


@attrs.define
class AuditPage:
    data: list[Entry]
    page: int
    has_more: bool
    total: int | Unset = attrs.field(factory=Unset)
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)


@attrs.define
class AuditEnvelope:
    success: bool
    data: AuditPage


def test_generated_models_are_walked_by_the_contracts_names() -> None:
    def answer(call: Call) -> Reply:
        page = (call.params or {}).get("page", 1)
        return Reply(AuditEnvelope(True, AuditPage([Entry(f"{page}a"), Entry(f"{page}b")], page, page < 3)))

    pages: Iterator[PageValue[Entry]] = sequential(Server(answer), GET, NUMBER)
    assert [entry.id for page in pages for entry in page] == ["1a", "1b", "2a", "2b", "3a", "3b"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("data.hasMore", True),
        ("data.page", 2),
        ("data.total", None),
        ("data.extra", "kept"),
        ("data.nothing", None),
        ("data.page.deeper", None),
        ("data.data", []),
    ],
)
def test_pick_reads_models_and_what_the_contract_did_not_know(path: str, expected: Any) -> None:
    page = AuditPage([], 2, True)
    page.additional_properties["extra"] = "kept"
    assert pick(AuditEnvelope(True, page), path) == expected


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ([1], "", [1]),
        ({"a": {"b": None}}, "a.b", None),
        ({"a": None}, "a.b", None),
        ({"a": {"b": {"c": 3}}}, "a.b.c", 3),
        (None, "a", None),
        ({"hasMore": 1}, "hasMore", 1),
        ({"data": [1]}, "data.count", None),
        ("text", "index", None),
        (7, "real", None),
    ],
)
def test_pick_reads_json(value: Any, path: str, expected: Any) -> None:
    assert pick(value, path) == expected


def test_pick_finds_names_that_are_words_of_the_language() -> None:
    @attrs.define
    class Window:
        from_: str
        page_url: str

    assert (pick(Window("a", "b"), "from"), pick(Window("a", "b"), "pageURL")) == ("a", "b")


# Values.


def test_a_page_is_a_sequence_of_its_rows_with_its_place() -> None:
    [first, second] = islice(sequential(listing(20, 5, {"total", "limit"}), GET, OFFSET), 2)
    assert (len(first), list(first), first.total, first.limit, first.offset) == (5, [0, 1, 2, 3, 4], 20, 5, 0)
    assert (second.offset, second.page, second.cursor) == (5, None, None)
    [_, number] = islice(sequential(numbered(20, 5, {"total"}), GET, NUMBER), 2)
    assert (number.page, number.offset, number.cursor) == (2, None, None)
    [_, cursor] = islice(sequential(chain([[1], [2]]), GET, CursorPages()), 2)
    assert (cursor.cursor, cursor.page, cursor.offset) == ("1", None, None)


def test_a_pages_repr_holds_neither_response_nor_headers() -> None:
    walk = PageWalk(OffsetPages())
    page = walk.receive({"items": [1]}, headers={"x-key": "canary"}, response="canary")
    assert page.response == "canary"
    assert "canary" not in repr(page)
    assert repr(page) == "PageValue(items=[1], offset=0, has_next=True)"


# -- servers that say what cannot be, or nothing -------------------------------------------------------------------


def scripted(*payloads: Any) -> Server:
    """Answer these payloads, one after the other, and the last one for ever."""
    calls: list[Call] = []

    def answer(call: Call) -> Reply:
        calls.append(call)
        return Reply(payloads[min(len(calls), len(payloads)) - 1])

    return Server(answer)


def test_a_total_below_what_has_come_is_no_total_of_all_rows() -> None:
    server = scripted({"items": [1, 2], "total": 1}, {"items": [3, 4], "total": 1}, {"items": [], "total": 0})
    assert items(sequential(server, GET, OffsetPages(total="total"))) == [1, 2, 3, 4]
    numbers = scripted({"items": [1, 2], "total": 1}, {"items": [3], "total": 1})
    assert items(sequential(numbers, GET, PageNumberPages(total="total"))) == [1, 2, 3]


@pytest.mark.parametrize("total", ["5", 5.0], ids=["text", "float"])
def test_a_total_in_another_form_of_number_is_read(total: Any) -> None:
    server = scripted(
        {"items": [1, 2], "total": total}, {"items": [3, 4], "total": total}, {"items": [5], "total": total}
    )
    (first, *_) = sequential(server, GET, OffsetPages(total="total"))
    assert (first.total, len(server.calls)) == (5, 3)


@pytest.mark.parametrize("total", ["five", "", -1, 5.5, True, None, [5], "5" * 40])
def test_a_total_that_is_no_count_is_none(total: Any) -> None:
    page = next(sequential(scripted({"items": [1], "total": total}), GET, OffsetPages(total="total")))
    assert page.total is None


def test_rows_that_a_server_skips_between_two_offsets_are_an_error() -> None:
    server = scripted({"items": [1, 2], "offset": 0}, {"items": [9, 10], "offset": 8})
    with pytest.raises(
        PaginationError, match="asked for offset 2, the server answered offset 8: rows are missing"
    ):
        items(sequential(server, GET, OFFSET))  # fmt: skip


def test_a_server_that_reports_the_next_offset_is_understood() -> None:
    server = scripted(
        {"items": [1, 2], "offset": 2}, {"items": [3, 4], "offset": 4}, {"items": [], "offset": 4}
    )
    assert items(sequential(server, GET, OFFSET)) == [1, 2, 3, 4]


@pytest.mark.parametrize("style", [OffsetPages(), PageNumberPages(), CursorPages(limit="limit")])
def test_pages_without_rows_that_were_asked_for_so_are_an_error_and_no_end(style: PageStyle) -> None:
    call = paged(GET, PageRequest("offset", params={"limit": 0}))
    with pytest.raises(PaginationError, match="limit=0 asks for pages without rows; give at least 1"):
        items(sequential(scripted({"items": []}), call, style))


@pytest.mark.parametrize(("first", "asked"), [(0, [0, 1, 2]), (1, [1, 2, 3])])
def test_a_count_of_pages_says_which_one_is_the_last_wherever_they_are_counted_from(
    first: int, asked: list[int]
) -> None:
    server = numbered(6, 2, set(), first)
    told = Server(lambda call: Reply({**server.answer(call).payload["data"], "pages": 3}))
    style = PageNumberPages(items="data", page_count="pages", first=first)
    assert items(sequential(told, GET, style)) == [0, 1, 2, 3, 4, 5]
    assert [(call.params or {}).get("page", first) for call in told.calls] == asked
    ahead = Server(told.answer)
    assert items(concurrent(ahead, GET, style, width=4)) == [0, 1, 2, 3, 4, 5]
    assert len(ahead.calls) == 3


ROW = CursorPages(cursor="starting_after", items="data", next_row="id", more="has_more")


def test_the_last_rows_id_is_the_cursor_where_the_style_says_so() -> None:
    server = scripted(
        {"data": [{"id": "a"}, {"id": "b"}], "has_more": True}, {"data": [{"id": "c"}], "has_more": False}
    )
    assert [row["id"] for row in items(sequential(server, GET, ROW))] == ["a", "b", "c"]
    assert [call.params for call in server.calls] == [None, {"starting_after": "b"}]


def test_without_a_flag_the_last_rows_ids_go_on_to_an_empty_page() -> None:
    style = CursorPages(cursor="after", items="", next_row="id", more="has_more")
    server = scripted([{"id": 1}], [{"id": 2}], [])
    assert [row["id"] for row in items(sequential(server, GET, style))] == [1, 2]
    assert len(server.calls) == 3


def test_a_server_that_has_more_and_gives_no_row_to_go_on_after_is_an_error() -> None:
    with pytest.raises(PaginationError, match="there is more, but its cursor is"):
        items(sequential(scripted({"data": [], "has_more": True}), GET, ROW))


def test_rows_without_the_id_of_a_cursor_are_an_error_and_no_end() -> None:
    with pytest.raises(PaginationError, match="there is more, but its cursor is"):
        items(sequential(scripted({"data": [{"name": "a"}], "has_more": True}), GET, ROW))


def test_a_next_link_inside_an_object_is_followed() -> None:
    style = NextLinkPages(next="_links.next")
    server = scripted(
        {"items": [1], "_links": {"next": {"href": "/hub/api/items?page=2"}}}, {"items": [2], "_links": {}}
    )
    assert items(sequential(server, GET, style)) == [1, 2]


@pytest.mark.parametrize("link", [{"url": "/hub/api/items?page=2"}, 2, ["/hub/api/items?page=2"], True])
def test_a_next_link_that_is_no_text_is_an_error_and_no_end(link: Any) -> None:
    server = scripted({"items": [1], "next": link})
    with pytest.raises(PaginationError, match="the link to the next page is not text but"):
        items(sequential(server, GET, NextLinkPages()))


def test_a_link_to_a_page_that_is_said_to_have_no_results_is_not_followed() -> None:
    links = [
        '</hub/api/items?cursor=1>; rel="next"; results="true"',
        '</hub/api/items?cursor=2>; rel="next"; results="false"',
    ]
    calls: list[Call] = []

    def answer(call: Call) -> Reply:
        calls.append(call)
        return Reply([len(calls)], headers={"link": links[len(calls) - 1]})

    assert items(sequential(Server(answer), GET, LinkHeaderPages())) == [1, 2]


def test_a_server_that_counts_its_pages_from_0_against_the_style_is_found_out_at_the_first() -> None:
    server = numbered(6, 2, {"offset"}, first=0)  # its `page`
    style = PageNumberPages(items="data.data", reported_page="data.page")
    with pytest.raises(PaginationError, match="the first page is page 0 to the server, not 1: say first=0"):
        items(sequential(server, GET, style))
    assert len(server.calls) == 1
