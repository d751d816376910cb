# Derived from tests/core/_async/test_streams_asked.py by scripts/unasync.py: edit that file, not this one.
"""A stream is asked for as its contract and its caller say, and its body is read as what it is."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest
from core.kit import KEY, Wire, endpoint, reply, wired
from core.streamkit import DONE, EVENTS, LAST, PLAIN, RESUMABLE, event, replied, streaming

from veneer import (
    APIError,
    ConfigurationError,
    StreamProtocolError,
    StreamRule,
    StreamTruncatedError,
    Terminator,
)
from veneer._sync.streams import Stream

pytestmark = pytest.mark.anyio

LINES = "application/x-ndjson"
ANY = "text/event-stream, application/jsonl;q=0.9, application/x-ndjson;q=0.9"


def values(stream: Stream[Any]) -> list[Any]:
    """Read a stream whole."""
    with stream:
        return [value for value in stream]


def same(value: Any) -> Any:
    return value


# -- what is asked for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "accept"),
    [
        (streaming(), EVENTS),
        (endpoint(stream={"kind": LINES}), LINES),
        (endpoint(stream={"kind": "application/json-seq"}), "application/json-seq"),
        (endpoint(accept="application/jsonl"), "application/jsonl"),
        (endpoint(accept="application/json"), ANY),
        (endpoint(stream={"resumable": True}), ANY),
    ],
    ids=["server-sent events", "lines", "a sequence", "only lines", "only JSON", "a stream of unknown kind"],
)
def test_the_media_type_of_the_contract_is_asked_for_and_no_other(operation: Any, accept: str) -> None:
    wire = Wire(reply(headers={"content-type": EVENTS}, content=b""))
    values(wired(wire).stream(operation))
    assert wire.sent("accept") == [accept]
    assert wire.sent("cache-control") == ["no-cache"]
    assert wire.sent("accept-encoding") == ["identity"]


@pytest.mark.parametrize("place", ["client", "view", "call"])
def test_the_callers_own_headers_win_on_streams(place: str) -> None:
    own = {"Accept": "text/event-stream; v=2", "Cache-Control": "max-age=0", "Accept-Encoding": "gzip"}
    wire = Wire(replied(LAST))
    client = wired(wire, headers=own if place == "client" else {})
    view = client.with_options(headers=own) if place == "view" else client
    if place == "call":
        values(view.stream("events", headers=own, rule=StreamRule(Terminator("[DONE]"))))
    else:
        values(view.stream(DONE))
    sent = wire.requests[0].headers
    assert {name: sent[name] for name in own} == own


def test_a_header_that_the_caller_removed_stays_out() -> None:
    wire = Wire(replied(LAST))
    values(wired(wire, headers={"cache-control": None}).stream(DONE))
    assert wire.sent("cache-control") == [None]


def test_the_callers_own_accept_says_how_a_route_is_read() -> None:
    wire = Wire(reply(headers={"content-type": ""}, content=b'{"a": 1}\n{"a": 2}'))
    client = wired(wire)
    got = values(client.stream("feed", headers={"accept": "application/jsonl"}, event=same))
    assert got == [{"a": 1}, {"a": 2}]


def test_the_gaps_of_the_callers_rule_are_filled_from_the_contract() -> None:
    operation = endpoint(
        "post", "/chat", stream={"kind": EVENTS, "sentinel": "[DONE]", "request": {"stream": True}}
    )
    wire = Wire(replied(event("1")))
    rule = StreamRule(failure=lambda _: None)
    with pytest.raises(StreamTruncatedError, match=r"without its terminator \(\[DONE\]\)"):
        values(wired(wire).stream(operation, body={"q": 1}, rule=rule))
    assert wire.sent("accept") == [EVENTS]
    assert json.loads(wire.bodies[0]) == {"q": 1, "stream": True}
    assert len(values(wired(wire).stream(operation, body={}, rule=StreamRule(Terminator())))) == 1


def test_a_body_is_made_where_only_the_streams_switch_is_to_be_sent() -> None:
    wire = Wire(replied(LAST))
    operation = streaming("post", sentinel="[DONE]", request={"stream": True})
    values(wired(wire).stream(operation))
    assert [json.loads(body) for body in wire.bodies] == [{"stream": True}]


@pytest.mark.parametrize("body", [[1], "text"], ids=["a list", "text"])
def test_a_body_without_a_place_for_the_streams_switch_is_refused(body: Any) -> None:
    wire = Wire()
    operation = streaming("post", request={"stream": True})
    with pytest.raises(ConfigurationError, match="the body is not a JSON object; it cannot ask for a stream"):
        values(wired(wire).stream(operation, body=body))
    assert wire.requests == []


# -- by path -------------------------------------------------------------------------------------------------------


def test_a_route_streams_by_its_path() -> None:
    wire = Wire(replied(event('{"n": 1}'), event('{"n": 2}')))
    client = wired(wire)
    stream = client.stream("runs/7/events", params={"from": 3, "none": None}, event=lambda row: row["n"])
    assert values(stream) == [1, 2]
    (request,) = wire.requests
    assert (request.method, str(request.url)) == ("GET", "https://api.test/v1/runs/7/events?from=3")
    assert (request.headers["authorization"], request.headers["accept"]) == (f"Bearer {KEY}", ANY)


def test_a_route_that_streams_takes_a_method_and_a_body() -> None:
    wire = Wire(replied(event("1"), LAST))
    rule = StreamRule(Terminator.of("[DONE]"), request={"stream": True})
    stream = wired(wire).stream("chat", method="post", json={"q": 1}, rule=rule)
    assert [one.data for one in values(stream)] == ["1"]
    assert (wire.requests[0].method, json.loads(wire.bodies[0])) == ("POST", {"q": 1, "stream": True})


def test_a_route_takes_no_arguments_of_operations() -> None:
    client = wired(Wire())
    with pytest.raises(
        TypeError, match=r"^stream\(\) with a path takes its arguments as params=, not 7, limit$"
    ):
        client.stream("runs", 7, limit=1)  # type: ignore[call-overload]
    with pytest.raises(
        TypeError, match=r"^paginate\(\) with a path takes its arguments as params=, not limit$"
    ):
        client.paginate("runs", limit=1)


def test_pages_of_a_route_are_asked_for_by_a_method_and_a_body() -> None:
    from veneer import CursorPages

    wire = Wire(reply(json={"rows": [1], "next": "a"}), reply(json={"rows": [2]}))
    style = CursorPages(place="body", items="rows", next_cursor="next")
    pager = wired(wire).paginate("search", method="POST", json={"q": 1}, pages=style)
    assert [row for row in pager] == [1, 2]
    assert [json.loads(body) for body in wire.bodies] == [{"q": 1}, {"q": 1, "cursor": "a"}]


# -- where it goes on ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["argument", "header of the call", "header of the view"])
def test_an_id_to_go_on_after_is_taken_from_wherever_the_caller_gave_it(place: str) -> None:
    wire = Wire(replied(event("1", "a"), event("2", "")), replied(LAST))
    client = wired(wire)
    rule = StreamRule(Terminator("[DONE]"), resumable=True)
    if place == "argument":
        stream = client.stream(RESUMABLE, last_event_id="7")
    elif place == "header of the call":
        stream = client.stream("events", headers={"Last-Event-ID": "7"}, rule=rule)
    else:
        stream = client.with_options(headers={"Last-Event-ID": "7"}).stream(RESUMABLE)
    assert stream.last_event_id == "7"
    assert [one.data for one in values(stream)] == ["1", "2"]
    assert wire.sent("last-event-id") == ["7", None]  # the server took its id back


def test_an_id_beyond_ascii_goes_back_as_the_bytes_that_came() -> None:
    wire = Wire(replied(event("1", "é…")), replied(LAST))
    values(wired(wire).stream(RESUMABLE))
    assert dict(wire.requests[1].headers.raw)[b"last-event-id"] == "é…".encode()


# -- how a body is read --------------------------------------------------------------------------------------------


BODY = b'{"a": 1}\n{"a": 2}\n'
SEQUENCE = b'\x1e{"a": 1}\n\x1e{"a": 2}\n'


@pytest.mark.parametrize(
    "media",
    [
        "application/jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/stream+json",
        "application/x-json-stream",
        "Application/NDJSON; charset=utf-8",
        "application/fhir+ndjson",
    ],
)
@pytest.mark.parametrize("operation", [endpoint(), PLAIN], ids=["nothing known", "events declared"])
def test_a_body_that_calls_itself_lines_is_read_as_lines(media: str, operation: Any) -> None:
    wire = Wire(reply(headers={"content-type": media}, content=BODY))
    assert values(wired(wire).stream(operation, event=same)) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("media", ["application/json-seq", "application/geo+json-seq"])
def test_a_body_that_calls_itself_a_sequence_is_read_as_one(media: str) -> None:
    wire = Wire(reply(headers={"content-type": media}, content=SEQUENCE))
    assert values(wired(wire).stream(endpoint(), event=same)) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "answered", ["", "application/octet-stream", "text/plain", "application/json; charset=utf-8"]
)
@pytest.mark.parametrize(
    ("declared", "body"),
    [(LINES, BODY), ("application/jsonlines", BODY), ("application/json", BODY), ("application/json-seq", SEQUENCE)],
    ids=["lines", "lines by another name", "JSON that streams", "sequence"],
)  # fmt: skip
def test_a_body_that_says_nothing_is_read_as_the_contract_says(
    answered: str, declared: str, body: bytes
) -> None:
    wire = Wire(reply(headers={"content-type": answered}, content=body))
    operation = endpoint(stream={"kind": declared})
    assert values(wired(wire).stream(operation, event=same)) == [{"a": 1}, {"a": 2}]


def test_a_media_type_of_the_contracts_own_is_lines_where_it_streams() -> None:
    media = "application/vnd.acme.feed"
    wire = Wire(reply(headers={"content-type": media}, content=BODY))
    operation = endpoint(stream={"kind": media})
    assert values(wired(wire).stream(operation, event=same)) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("answered", ["", "application/octet-stream"])
def test_events_without_a_media_type_are_read_where_the_contract_declares_them(answered: str) -> None:
    wire = Wire(reply(headers={"content-type": answered}, content=event("1") + LAST))
    assert [one.data for one in values(wired(wire).stream(DONE))] == ["1"]


@pytest.mark.parametrize("answered", ["", EVENTS])
@pytest.mark.parametrize("operation", [PLAIN, DONE], ids=["no terminator", "terminator"])
def test_an_error_page_in_place_of_events_is_an_error_and_no_empty_stream(
    answered: str, operation: Any
) -> None:
    wire = Wire(reply(headers={"content-type": answered}, content=b'{"error": "overloaded"}'))
    with pytest.raises(StreamProtocolError, match=r"not a stream of events; its last line is .*overloaded"):
        values(wired(wire).stream(operation))


@pytest.mark.parametrize(
    ("answered", "operation", "problem"),
    [
        ("text/html", endpoint(stream={"kind": LINES}), "expected application/x-ndjson, got text/html; the body begins: '<p>down"),
        ("text/html", PLAIN, "expected text/event-stream, got text/html; the body begins: '<p>down"),
        ("text/plain", PLAIN, "expected text/event-stream, got text/plain"),
        ("", endpoint(), "expected text/event-stream, got no content type; where it is one, say which"),
    ],
    ids=["HTML for lines", "HTML for events", "text for events", "nothing known"],
)  # fmt: skip
def test_a_body_of_another_kind_is_an_error_that_shows_its_beginning(
    answered: str, operation: Any, problem: str
) -> None:
    wire = Wire(reply(headers={"content-type": answered}, content=b"<p>down</p>"))
    with pytest.raises(StreamProtocolError) as caught:
        values(wired(wire).stream(operation))
    assert problem in str(caught.value)


def test_a_secret_that_a_server_echoes_into_a_stream_is_not_in_the_error() -> None:
    wire = Wire(reply(headers={"content-type": EVENTS}, content=f"no such key: {KEY}\n".encode()))
    with pytest.raises(StreamProtocolError, match="no such key") as caught:
        values(wired(wire).stream(PLAIN))
    assert KEY not in caught.value.explain() + repr(caught.value)


def test_what_is_passed_over_is_told_in_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    body = event("1") + b"line two of one\n\n" + LAST + event("late") + event("later")
    with caplog.at_level(logging.WARNING, "veneer"):
        stream = wired(Wire(replied(body))).stream(DONE)
        assert [one.data for one in values(stream)] == ["1"]
        assert values(stream) == []
    assert [record.getMessage() for record in caplog.records] == [
        "get_item: skipped what is not part of the stream: 2 events after its end, and lines that cannot be part of an event"
    ]


def test_a_whole_stream_has_nothing_to_tell(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "veneer"):
        values(wired(Wire(replied(b": hi\nid: 1\nretry: 9\n", event("1"), LAST))).stream(DONE))
    assert caplog.records == []


def failing(one: Any) -> APIError | None:
    return APIError(one.data) if one.event == "error" else None


def test_a_rule_with_a_failure_alone_still_wants_the_contracts_end() -> None:
    wire = Wire(replied(event("1")), httpx.ReadError("cut"))
    with pytest.raises(StreamTruncatedError):
        values(wired(wire).stream(DONE, rule=StreamRule(failure=failing)))
