# Derived from tests/core/_async/test_streams_reopened.py by scripts/unasync.py: edit that file, not this one.
"""A stream goes on by another connection where its rule says so, tells of it, and says why where it does not."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from core.kit import Ticks, Wire, endpoint, reply, tick, until, wired
from core.streamkit import (
    END,
    EVENTS,
    LAST,
    RESUMABLE,
    RESUMABLE_POST,
    chunk,
    event,
    head,
    idle,
    replied,
    space_of,
    stream_of,
    streaming,
)
from faultserver import FaultServer

from veneer import (
    AuthenticationError,
    Client,
    ConflictError,
    ConnectError,
    NotFoundError,
    Reconnect,
    RetryPolicy,
    ServerError,
    StreamError,
    StreamLimits,
    StreamProtocolError,
    StreamRule,
    StreamTruncatedError,
    TransportError,
    _io,
)
from veneer._sync.streams import Stream

pytestmark = pytest.mark.anyio

ENDLESS = streaming(endless=True)
NO_MORE = 204


def gather(stream: Stream[Any], got: list[str]) -> None:
    """Read a stream into a list, which keeps what came before an error."""
    with stream:
        for one in stream:
            got.append(one.data)  # noqa: PERF401  # what came before an error counts


def data(stream: Stream[Any]) -> list[str]:
    got: list[str] = []
    gather(stream, got)
    return got


# -- endless -------------------------------------------------------------------------------------------------------


def test_an_endless_stream_is_opened_again_whenever_a_connection_ends_until_the_server_has_no_more() -> None:
    ticks = Ticks()
    wire = Wire(
        replied(event("1", "a")),
        replied(event("2", "b"), b"data: half"),
        replied(),
        replied(event("3", "c")),
        NO_MORE,
    )
    stream = wired(wire, ticks, retry=RetryPolicy(jitter=0)).stream(ENDLESS)
    assert data(stream) == ["1", "2", "3"]
    assert stream.complete
    assert wire.sent("last-event-id") == [None, "a", "b", "b", "c"]
    assert ticks.sleeps == [0.5, 0.5, 1.0, 0.5]  # an event begins the backoff anew


def test_what_brings_no_event_is_waited_for_as_long_as_it_takes() -> None:
    ticks = Ticks()
    quiet = [replied(b": ping\n\n")] * 20
    wire = Wire(*quiet, *[httpx.ConnectError("refused")] * 20, *[503] * 20, replied(event("1")), NO_MORE)
    client = wired(wire, ticks, retry=RetryPolicy(max_retries=1, jitter=0))
    stream = client.stream(ENDLESS)
    assert data(stream) == ["1"]
    assert len(wire.requests) == 62
    assert ticks.sleeps[:6] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert set(ticks.sleeps[6:-1]) == {8.0}
    assert ticks.sleeps[-1] == 0.5


def test_the_first_connection_of_an_endless_stream_is_made_like_any_call() -> None:
    wire = Wire(httpx.ConnectError("refused"))
    with pytest.raises(ConnectError):
        data(wired(wire, max_retries=2).stream(ENDLESS))
    assert len(wire.requests) == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(401, {"message": "key revoked"}), AuthenticationError),
        (reply(404, {"message": "no such feed"}), NotFoundError),
        (reply(503, {"message": "for good"}, {"x-should-retry": "false"}), ServerError),
        (reply(503, {"message": "in an hour"}, {"retry-after": "3600"}), ServerError),
        (reply(headers={"content-type": "text/html"}, content=b"<p>moved</p>"), StreamProtocolError),
        (reply(headers={"content-type": EVENTS}, content=b"{}\n"), None),
    ],
    ids=["401", "404", "not to be repeated", "later than is waited for", "another media type", "odd lines"],
)
def test_an_endless_stream_ends_with_what_a_further_connection_cannot_mend(
    answer: httpx.Response, error: type[Exception] | None
) -> None:
    wire = Wire(replied(event("1", "a")), answer, NO_MORE)
    got: list[str] = []
    if error is None:  # lines that are no event, among connections with events, end nothing
        gather(wired(wire).stream(ENDLESS), got)
    else:
        with pytest.raises(error):
            gather(wired(wire).stream(ENDLESS), got)
        assert len(wire.requests) == 2
    assert got == ["1"]


def test_a_wait_that_the_server_asks_for_with_an_error_is_kept() -> None:
    ticks = Ticks()
    wire = Wire(replied(event("1")), reply(503, headers={"retry-after": "7"}), NO_MORE)
    data(wired(wire, ticks, retry=RetryPolicy(jitter=0)).stream(ENDLESS))
    assert ticks.sleeps == [0.5, 7.0]


def test_the_streams_own_retry_is_kept_and_backoff_is_on_top_where_no_event_comes() -> None:
    ticks = Ticks()
    wire = Wire(replied(b"retry: 0\n", event("1")), replied(), replied(), replied(event("2")), NO_MORE)
    client = wired(wire, ticks, retry=RetryPolicy(jitter=0))
    assert data(client.stream(ENDLESS)) == ["1", "2"]
    assert ticks.sleeps == [0.0, 1.0, 2.0, 0.0]


def test_a_retry_over_the_policys_cap_ends_the_stream_and_names_the_cap() -> None:
    wire = Wire(replied(b"retry: 3600000\n", event("1")))
    with pytest.raises(
        StreamTruncatedError,
        match="not reopened: the server asks for 3600 s, over the cap max_server_delay=60",
    ):
        data(wired(wire).stream(ENDLESS))  # fmt: skip
    ticks = Ticks()
    wire = Wire(replied(b"retry: 3600000\n", event("1")), NO_MORE)
    client = wired(wire, ticks, retry=RetryPolicy(max_server_delay=4000))
    assert data(client.stream(ENDLESS)) == ["1"]
    assert ticks.sleeps == [3600.0]


def test_the_total_limit_bounds_an_endless_stream() -> None:
    ticks = Ticks()
    wire = Wire(replied(event("1", "a")))
    client = wired(wire, ticks, retry=RetryPolicy(base=2, jitter=0))
    got: list[str] = []
    with pytest.raises(
        StreamTruncatedError, match=r"not reopened: a wait of 2 s would pass the stream's limits"
    ):
        gather(client.stream(ENDLESS, limits=StreamLimits(total=7)), got)  # fmt: skip
    assert (got, ticks.sleeps) == (["1"] * 4, [2.0] * 3)


def test_a_terminator_ends_an_endless_stream_that_has_one() -> None:
    wire = Wire(replied(event("1")), replied(LAST))
    assert data(wired(wire).stream(streaming(endless=True, sentinel="[DONE]"))) == ["1"]
    assert len(wire.requests) == 2


def test_an_endless_stream_of_lines_goes_on() -> None:
    operation = endpoint(stream={"kind": "application/x-ndjson", "endless": True})
    lines = reply(headers={"content-type": "application/x-ndjson"}, content=b'{"a": 1}\n{"a"')
    wire = Wire(lines, lines, NO_MORE)
    stream = wired(wire).stream(operation, event=lambda row: row["a"])
    with stream:
        assert [value for value in stream] == [1, 1]


def test_an_endless_stream_over_the_wire_lives_through_breaks(faults: FaultServer) -> None:
    last = b"HTTP/1.1 204 No Content\r\n\r\n"
    url, space = space_of(
        faults,
        stream_of(event("1", "a"), end=False),
        stream_of(event("2", "b")),
        [head(), chunk(event("3", "c")), b"zz"],
        idle(event("4", "d")),
        [last],
    )
    with Client(url, max_connections=1) as client:
        tick(client, Ticks())
        stream = client.stream(ENDLESS, limits=StreamLimits(idle=1))
        assert data(stream) == ["1", "2", "3", "4"]
    assert [request.header("last-event-id") for request in space.requests()] == [None, "a", "b", "c", "d"]


def test_closing_a_stream_ends_its_wait_for_another_connection(faults: FaultServer) -> None:
    url, space = space_of(faults, [head(), chunk(b"retry: 50000\n" + event("1")), END])
    waits: list[Reconnect] = []
    with Client(url) as client:
        stream = client.stream(ENDLESS, rule=StreamRule(on_reconnect=waits.append))
        reader = _io.BackgroundCall(data, stream)
        until(lambda: waits, "no further connection was told of")
        _io.sleep(0.01)  # noqa: TID251  # in which the wait begins, as a rule
        stream.close()
        with pytest.raises(StreamError, match="closed before its end"):
            reader.result()
    assert len(space.requests()) == 1
    assert waits[0].delay == 50.0


def test_a_connection_that_comes_after_the_stream_was_closed_is_closed_too() -> None:
    opened: list[httpx.Response] = []
    stream: Stream[Any]

    def close(_: httpx.Request) -> httpx.Response:
        stream._closed = True  # as another thread would, while this one waits for the answer
        return replied(event("2"))

    wire = Wire(replied(event("1")), close)
    client = wired(wire, on_response=[opened.append])
    stream = client.stream(ENDLESS)
    with pytest.raises(StreamError, match="closed before its end"):
        data(stream)
    assert [response.is_closed for response in opened] == [True, True]


def test_an_endless_stream_remembers_no_more_than_its_last_attempts() -> None:
    wire = Wire(*[replied(event(str(number))) for number in range(300)], NO_MORE)
    stream = wired(wire).stream(ENDLESS)
    assert len(data(stream)) == 300
    assert (stream.events, len(stream.attempts)) == (300, 100)


# -- what is told --------------------------------------------------------------------------------------------------


def test_each_reconnect_is_told_before_its_wait() -> None:
    ticks = Ticks()
    told: list[Reconnect] = []
    waits_before: list[int] = []

    def tell(reconnect: Reconnect) -> None:
        told.append(reconnect)
        waits_before.append(len(ticks.sleeps))

    wire = Wire(replied(event("1", "a")), httpx.ReadError("cut"), 503, replied(event("2", "b")), NO_MORE)
    client = wired(wire, ticks, retry=RetryPolicy(jitter=0))
    data(client.stream(ENDLESS, rule=StreamRule(on_reconnect=tell)))
    assert waits_before == [0, 1, 2, 3]
    assert [(one.delay, one.last_event_id, one.tries) for one in told] == [
        (0.5, "a", 0), (1.0, "a", 1), (2.0, "a", 2), (0.5, "b", 0),
    ]  # fmt: skip
    assert [type(one.error) for one in told] == [
        StreamTruncatedError, TransportError, ServerError, StreamTruncatedError,
    ]  # fmt: skip
    assert told[1].error.operation == "get_item"


@pytest.mark.parametrize("operation", [ENDLESS, RESUMABLE], ids=["endless", "resumable"])
@pytest.mark.parametrize("raised", [LookupError("enough"), ConflictError("mine"), KeyboardInterrupt()])
def test_what_a_callers_function_raises_ends_the_stream_and_passes_through(
    operation: Any, raised: BaseException
) -> None:
    def tell(_: object) -> None:
        raise raised

    wire = Wire(replied(b": hello\n\n", event("1", "a")))
    for rule in (StreamRule(on_reconnect=tell), StreamRule(on_comment=tell)):
        stream = wired(wire).stream(operation, rule=rule)
        with pytest.raises(type(raised)) as caught:
            data(stream)
        assert caught.value is raised
        assert stream.response.is_closed
    assert len(wire.requests) == 2


def test_comments_are_told_as_they_come_where_they_are_asked_for() -> None:
    told: list[str] = []
    body = b": ping 1\n\n" + event("1") + b":ping 2\n:\n\n: caf\xc3\xa9\n\n" + LAST
    wire = Wire(replied(body))
    rule = StreamRule(on_comment=told.append)
    assert data(wired(wire).stream(streaming(sentinel="[DONE]"), rule=rule)) == ["1"]
    assert told == ["ping 1", "ping 2", "", "café"]


# -- why not -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "operation", "reason"),
    [
        ([replied(event("1"))], RESUMABLE, "its events carry no id to resume from: they would come twice"),
        ([replied()], RESUMABLE_POST, "no event id came: the request could do its work twice"),
        ([replied(b"id: a\x01\ndata: 1\n\n")], RESUMABLE, "its last event id has a control character"),
        ([replied(event("1", "a")), replied()], RESUMABLE, "no event came in 2 further connections"),
    ],
    ids=["events without ids", "a POST without an id", "an id that cannot be sent", "nothing comes any more"],
)
def test_a_cut_stream_that_is_not_opened_again_says_why(
    answers: list[Any], operation: Any, reason: str
) -> None:
    wire = Wire(*answers)
    body = {"body": {"q": 1}} if operation is RESUMABLE_POST else {}
    with pytest.raises(StreamTruncatedError, match=f"; not reopened: {reason}") as caught:
        data(wired(wire, max_retries=2).stream(operation, **body))
    assert f"not reopened: {reason}" in str(caught.value)


def test_a_stream_that_brought_nothing_yet_is_opened_again_where_its_request_may_be_sent_twice() -> None:
    keyed = endpoint(
        "post", "/stream", idempotency={"in": "header", "name": "Idempotency-Key"},
        stream={"sentinel": "[DONE]", "resumable": True},
    )  # fmt: skip
    for operation in (RESUMABLE, keyed):
        wire = Wire(replied(), replied(LAST))
        assert data(wired(wire).stream(operation)) == []
        assert len(wire.requests) == 2


def test_a_stream_that_passed_a_limit_is_not_opened_again() -> None:
    ticks = Ticks()
    wire = Wire(replied(event("1", "a")), lambda _: (ticks.advance(9), replied(event("2", "b")))[1])
    stream = wired(wire, ticks).stream(RESUMABLE, limits=StreamLimits(total=5))
    with pytest.raises(StreamError, match=r"did not end within 5 s$|not reopened: its limits have passed$"):
        data(stream)
    assert len(wire.requests) == 2


def test_a_resumable_operation_of_a_contract_takes_its_id_as_any_stream_does() -> None:
    """The generated argument is the header's own."""

    def _get_kwargs(*, last_event_id: str = "") -> dict[str, Any]:
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        return {"method": "get", "url": "/events", "headers": headers}

    operation = streaming(resumable=True, sentinel="[DONE]")
    operation._get_kwargs = _get_kwargs
    wire = Wire(replied(event("1", "8")), replied(LAST))
    assert data(wired(wire).stream(operation, last_event_id="7")) == ["1"]
    assert wire.sent("last-event-id") == ["7", "8"]
    assert json.dumps(wire.sent("accept")) == json.dumps([EVENTS] * 2)
