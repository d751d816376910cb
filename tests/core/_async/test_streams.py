"""A stream is read to its end or says why not, gives its connection back at once, and goes on only where it may."""

from __future__ import annotations

import contextlib
import gc
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import attrs
import httpx
import pytest

from core.kit import (
    Ticks,
    Wire,
    async_at_a_limit,
    async_tick,
    async_until,
    async_watchdog,
    async_wired,
    endpoint,
    reply,
)
from core.streamkit import (
    DONE,
    END,
    EVENTS,
    LAST,
    PLAIN,
    RESUMABLE,
    RESUMABLE_POST,
    WAIT,
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
from faultserver.behaviours import Script
from veneer import (
    APIError,
    AsyncClient,
    ConfigurationError,
    ConflictError,
    MissingMemberError,
    NotFoundError,
    RedirectError,
    ResponseInvalidError,
    RetryPolicy,
    SchemaViolation,
    SchemaViolationWarning,
    ServerError,
    StreamError,
    StreamProtocolError,
    StreamTimeoutError,
    StreamTruncatedError,
    TransportError,
    _io,
)
from veneer._async.streams import AsyncStream
from veneer._core.sse import Event, EventTooLargeError
from veneer._core.stream_reader import Terminator
from veneer._core.streaming import StreamLimits, StreamRule

pytestmark = pytest.mark.anyio

F = TypeVar("F", bound=Callable[..., Any])

ROWS = {
    case["name"]: case
    for case in json.loads((Path(__file__).parents[1] / "cases" / "sse_http_cases.json").read_text())["cases"]
}
COVERED: set[str] = set()


def row(name: str) -> Callable[[F], F]:
    """Say which row of the table a test is for."""
    COVERED.add(ROWS[name]["name"])
    return lambda test: test


async def data(stream: AsyncStream[Event]) -> list[str]:
    """Read a stream whole."""
    async with stream:
        return [event.data async for event in stream]


async def gather(stream: AsyncStream[Event], got: list[str]) -> None:
    """Read a stream into a list, which keeps what came before an error."""
    async with stream:
        async for one in stream:
            got.append(one.data)  # noqa: PERF401  # what came before an error counts


async def gone(faults: FaultServer, open_before: int) -> None:
    """Wait until the server has no more connections than before."""
    await async_until(lambda: faults.open_connections <= open_before, "a connection stays open")


# -- the table of HTTP-level behaviours ----------------------------------------------------------------------------


@row("default request")
async def test_a_stream_is_asked_for_as_one() -> None:
    wire = Wire(replied(LAST))
    await data(async_wired(wire).stream(DONE))
    request = wire.requests[0]
    expect = ROWS["default request"]["expect"]
    assert request.method == expect["method"]
    assert request.headers["accept"] == expect["accept"]
    assert request.headers["cache-control"] in expect["cache-control"].split(" or ")
    assert request.headers["accept-encoding"] == "identity"
    assert not [name for name in expect["no"] if name in request.headers]


@row("204 stops reconnecting")
async def test_no_content_is_an_empty_stream_that_is_not_opened_again() -> None:
    wire = Wire(204)
    rule = StreamRule(resumable=True)
    assert await data(async_wired(wire).stream(PLAIN, rule=rule)) == []
    assert len(wire.requests) == 1


async def test_no_content_is_no_end_where_a_terminator_is_declared() -> None:
    wire = Wire(replied(event("1", "a")), 204)
    with pytest.raises(StreamTruncatedError) as caught:
        await data(async_wired(wire).stream(RESUMABLE))
    assert (len(wire.requests), caught.value.events) == (2, 1)


@row("301/307 followed (same origin)")
@pytest.mark.parametrize("status", [301, 307])
async def test_a_redirect_on_the_same_origin_is_followed_with_the_credential(status: int) -> None:
    wire = Wire(reply(status, headers={"location": "/elsewhere"}), replied(event("1"), LAST))
    assert await data(async_wired(wire).stream(DONE)) == ["1"]
    assert wire.requests[1].url.path == "/elsewhere"
    assert wire.sent("authorization")[0] == wire.sent("authorization")[1] is not None


@row("301/307 with empty or missing Location")
@pytest.mark.parametrize("headers", [{}, {"location": ""}], ids=["missing", "empty"])
@pytest.mark.parametrize("status", [301, 307])
async def test_a_redirect_to_nowhere_is_an_error(status: int, headers: dict[str, str]) -> None:
    wire = Wire(reply(status, headers=headers))
    with pytest.raises(RedirectError):
        await data(async_wired(wire).stream(DONE))
    assert len(wire.requests) == 1


@row("POST and REPORT with body")
@pytest.mark.parametrize("method", ["post", "report"])
async def test_the_body_goes_along_and_once_more_when_a_stream_is_declared_resumable(method: str) -> None:
    wire = Wire(replied(event("1", "a")), replied(event("2"), LAST))
    operation = streaming(method, sentinel="[DONE]", resumable=True)
    assert await data(async_wired(wire).stream(operation, body={"q": 1})) == ["1", "2"]
    assert [request.method for request in wire.requests] == [method.upper()] * 2
    assert wire.sent("content-type") == ["application/json"] * 2
    assert wire.bodies == [b'{"q":1}'] * 2


@row("initial last_event_id='abc'")
async def test_a_stream_can_be_taken_up_where_another_one_ended() -> None:
    wire = Wire(replied(event("3"), LAST))
    stream = async_wired(wire).stream(DONE, last_event_id="abc")
    assert stream.last_event_id == "abc"
    assert await data(stream) == ["3"]
    assert wire.sent("last-event-id") == ["abc"]


@row("reconnect sends last id")
@row("resume on a real server")
async def test_a_cut_stream_goes_on_after_its_last_event(faults: FaultServer) -> None:
    url, space = space_of(
        faults,
        stream_of(event("Hello", "abc"), end=False),
        stream_of(event("World", "abd"), LAST),
    )
    async with AsyncClient(url) as client:
        async_tick(client, Ticks())
        stream = client.stream(RESUMABLE)
        assert await data(stream) == ["Hello", "World"]
    assert [request.header("last-event-id") for request in space.requests()] == [None, "abc"]
    assert (stream.events, stream.last_event_id, len(stream.attempts)) == (2, "abd", 2)


@row("reconnect keeps id when later events had none")
async def test_the_last_id_stays_when_later_events_had_none() -> None:
    wire = Wire(replied(event("1", "abc"), event("2")), replied(event("3")), replied(LAST))
    assert await data(async_wired(wire).stream(RESUMABLE)) == ["1", "2", "3"]
    assert wire.sent("last-event-id") == [None, "abc", "abc"]


@row("empty id clears")
async def test_an_empty_id_clears_the_last_one() -> None:
    wire = Wire(replied(event("Hello", "abc"), event("World", "")), replied(LAST))
    assert await data(async_wired(wire).stream(RESUMABLE, last_event_id="old")) == ["Hello", "World"]
    assert wire.sent("last-event-id") == ["old", None]


@row("partial message discarded on break")
async def test_half_an_event_is_discarded_with_its_id() -> None:
    wire = Wire(replied(event("Hello", "abc"), b"id: def\ndata: Goodbye"), replied(LAST))
    assert await data(async_wired(wire).stream(RESUMABLE)) == ["Hello"]
    assert wire.sent("last-event-id") == [None, "abc"]


@row("read timeout 500 ms")
async def test_silence_over_the_idle_limit_is_an_error_and_opens_a_resumable_stream_again(
    faults: FaultServer,
) -> None:
    async def resumed(limit: float) -> None:
        url, space = space_of(faults, idle(event("1", "a")), stream_of(event("2"), LAST))
        async with AsyncClient(url, max_connections=1) as client:
            assert await data(client.stream(RESUMABLE, limits=StreamLimits(idle=limit))) == ["1", "2"]
        assert len(space.requests()) == 2

    async def ended(limit: float) -> None:
        url, space = space_of(faults, idle(event("1", "a")))
        async with (
            AsyncClient(url) as client,
            client.stream(DONE, limits=StreamLimits(idle=limit)) as stream,
        ):
            assert (await anext(stream)).data == "1"
            with pytest.raises(StreamTimeoutError, match=f"silent for {limit} s"):
                await anext(stream)
        assert len(space.requests()) == 1

    await async_at_a_limit(resumed)
    await async_at_a_limit(ended)


@row("HTTP 500 then")
@pytest.mark.parametrize("rule", [DONE, PLAIN])
async def test_e7_an_error_status_is_raised_before_the_first_event(rule: Any) -> None:
    wire = Wire(reply(500, {"message": "broken"}))
    stream = async_wired(wire, max_retries=0).stream(rule)
    with pytest.raises(ServerError, match="broken"):
        await stream.open()
    with pytest.raises(ServerError, match="broken"):
        await data(async_wired(wire, max_retries=0).stream(rule))


@row("content-type application/json with status 200")
async def test_a_body_that_is_no_stream_is_an_error_that_shows_it(faults: FaultServer) -> None:
    async with AsyncClient(faults.space({"result": "ALLOW"}).url()) as client:
        with pytest.raises(StreamProtocolError, match=r"json; the body begins: .*ALLOW") as caught:
            await data(client.stream(DONE))
    assert caught.value.response is not None
    assert caught.value.response.json() == {"result": "ALLOW"}
    assert caught.value.operation == "get_item"


@row("content-type 'text/event-stream;charset=windows-1252'")
async def test_a_stream_is_utf8_whatever_its_charset_says() -> None:
    wire = Wire(replied("data: é…\n\n".encode(), LAST, media="text/event-stream;charset=windows-1252"))
    assert await data(async_wired(wire).stream(DONE)) == ["é…"]


@row("content-type 'text/event-stream-x' / 'text/x-bogus'")
@pytest.mark.parametrize(
    "media", ["text/event-stream-x", "text/x-bogus", "text/html", "text/plain", "application/json"]
)
async def test_a_media_type_that_only_looks_like_a_stream_is_an_error(media: str) -> None:
    wire = Wire(replied(event("1"), LAST, media=media))
    with pytest.raises(StreamProtocolError, match="expected text/event-stream"):
        await data(async_wired(wire).stream(DONE))


@row("CR CR with the connection left open")
@pytest.mark.parametrize("ends", [b"\r\r", b"\n\n", b"\r\n\r\n"], ids=["CR", "LF", "CRLF"])
async def test_an_event_is_given_out_without_waiting_for_what_follows(
    faults: FaultServer, ends: bytes
) -> None:
    url, _ = space_of(faults, idle(b"data: now" + ends))
    async with AsyncClient(url) as client, client.stream(PLAIN, limits=StreamLimits(idle=1)) as stream:
        assert (await anext(stream)).data == "now"


@row("stream cut inside an event")
async def test_a_stream_that_ends_inside_an_event_is_cut(faults: FaultServer) -> None:
    url, _ = space_of(faults, stream_of(event("1", "a"), b"data: half"))
    async with AsyncClient(url) as client:
        got: list[str] = []
        with pytest.raises(StreamTruncatedError, match="in the middle of an event") as caught:
            await gather(client.stream(PLAIN), got)
    assert got == ["1"]
    assert (caught.value.events, caught.value.last_event_id, caught.value.resumable) == (1, "a", False)


@row("consumer breaks early while the server idles")
async def test_e9_leaving_an_idle_stream_frees_its_connection_at_once(own_faults: FaultServer) -> None:
    before = own_faults.open_connections
    url, _ = space_of(own_faults, idle(event("1")))
    async with AsyncClient(url, max_connections=1, timeouts=None) as client:
        for _ in range(2):  # a slot that was not given back would make the second one wait
            async with async_watchdog("leaving waits for the stream's end"), client.stream(DONE) as stream:
                async for one in stream:
                    assert one.data == "1"
                    break
        await gone(own_faults, before)


@row("two streams on one client, one closed")
async def test_e10_closing_one_of_two_streams_leaves_the_other_whole(faults: FaultServer) -> None:
    url, _ = space_of(
        faults, idle(event("x")), [head(), *(chunk(event(str(n))) for n in range(3)), 0.05,
        *(chunk(event(str(n))) for n in range(3, 6)), chunk(LAST), END],
    )  # fmt: skip
    async with AsyncClient(url) as client, client.stream(DONE) as one:
        await anext(one)
        async with client.stream(DONE) as other:
            got = [(await anext(other)).data]
            await one.aclose()
            got += [event.data async for event in other]
    assert got == list("012345")


@row("task cancelled while waiting")
@pytest.mark.usefixtures("joined")
async def test_a_reader_that_is_cancelled_lets_go_of_its_connection_at_once(own_faults: FaultServer) -> None:
    before = own_faults.open_connections
    url, _ = space_of(own_faults, idle(event("1")), stream_of(LAST))
    async with AsyncClient(url, max_connections=1, timeouts=None) as client:
        stream = client.stream(DONE)
        reader = _io.AsyncBackgroundCall(data, stream)
        await async_until(lambda: stream.events, "no event came")
        async with async_watchdog("cancelling waits for the stream's end"):
            await reader.cancel()
        assert stream.response.is_closed
        await gone(own_faults, before)
        assert await data(client.stream(DONE)) == []


@row("64 MiB + 1 byte single event")
async def test_an_event_of_64_mib_comes_when_its_limit_allows_it_and_else_fails_early(
    faults: FaultServer,
) -> None:
    size = 64 * 1024 * 1024 + 1
    url, _ = space_of(faults, [head(), chunk(b"data: " + b"x" * size + b"\n\n"), chunk(LAST), END])
    async with AsyncClient(url) as client:
        limits = StreamLimits(max_event_bytes=size + 1)  # a line counts with its end
        async with client.stream(DONE, limits=limits) as stream:
            assert [len(event.raw) async for event in stream] == [size]
        with pytest.raises(EventTooLargeError, match="max_event_bytes"):
            await data(client.stream(DONE))


async def test_each_row_of_the_table_has_its_test() -> None:
    assert set(ROWS) == COVERED


# -- the end -------------------------------------------------------------------------------------------------------


async def test_a_stream_cut_at_any_byte_is_truncated_and_gives_the_events_before_the_cut(
    faults: FaultServer,
) -> None:
    events = [event("one", "1"), b"event: x\r\ndata: two\r\n\r\n", b": ping\n\n", event("three")]
    wire = head() + b"".join(map(chunk, [*events, LAST])) + END
    whole = wire.index(b"[DONE]") + len(b"[DONE]\n\n")
    cuts = range(len(head()), whole)
    url, _ = space_of(faults, *([wire[:cut]] for cut in cuts))
    async with AsyncClient(url) as client:
        for cut in cuts:
            got: list[str] = []
            with pytest.raises(StreamTruncatedError) as caught:
                await gather(client.stream(DONE), got)
            complete = [text for text in ("one", "two", "three") if _end_of(text, wire) <= cut]
            assert (got, caught.value.events) == (complete, len(complete)), wire[:cut]
            assert caught.value.last_event_id == ("1" if complete else "")


def _end_of(text: str, wire: bytes) -> int:
    """Where the wire has all of an event: its blank line ends, in the second one's case with a CR."""
    blank = b"\r\n\r" if text == "two" else b"\n\n"
    start = wire.index(text.encode())
    return wire.index(blank, start) + len(blank)


async def test_a_stream_without_a_terminator_is_whole_when_its_body_is(faults: FaultServer) -> None:
    url, _ = space_of(faults, stream_of(event("1")), stream_of(event("1"), end=False))
    async with AsyncClient(url) as client:
        stream = client.stream(PLAIN)
        assert await data(stream) == ["1"]
        assert stream.complete
        with pytest.raises(StreamTruncatedError, match="before its body did") as caught:
            await data(client.stream(PLAIN))
    assert isinstance(caught.value.__cause__, httpx.HTTPError)


async def test_what_follows_the_terminator_is_not_part_of_the_stream(faults: FaultServer) -> None:
    url, _ = space_of(faults, stream_of(event("1") + LAST + event("2"), event("3")))
    async with AsyncClient(url) as client:
        assert await data(client.stream(DONE)) == ["1"]


async def test_a_terminal_event_is_given_out_at_once_although_the_body_goes_on(faults: FaultServer) -> None:
    url, _ = space_of(faults, idle(b"event: done\ndata: {}\n\n"))
    limits = StreamLimits(idle=5)  # what waits for the body's end fails by it
    async with (
        AsyncClient(url) as client,
        client.stream(streaming(terminator="done"), limits=limits) as stream,
    ):
        assert (await anext(stream)).event == "done"
        assert [event async for event in stream] == []


async def test_a_connection_serves_again_after_a_whole_stream(faults: FaultServer) -> None:
    space = faults.space()
    async with AsyncClient(space.url("ok,body=sse")) as client:
        for _ in range(3):
            await data(client.stream(DONE))
    assert len({request.connection for request in space.requests()}) == 1


async def test_a_closed_stream_says_that_it_was_closed_and_not_that_it_ended(faults: FaultServer) -> None:
    url, _ = space_of(faults, stream_of(event("1") + event("2"), LAST))
    async with AsyncClient(url) as client:
        stream = client.stream(DONE)
        assert (await anext(stream)).data == "1"
        await stream.aclose()
        await stream.aclose()
        assert not stream.complete
        with pytest.raises(StreamError, match="closed before its end"):
            await anext(stream)


async def test_a_stream_closed_with_events_left_over_is_not_whole_although_its_end_has_come() -> None:
    stream = async_wired(Wire(replied(event("1"), event("2"), LAST))).stream(DONE)
    assert (await anext(stream)).data == "1"
    await stream.aclose()
    assert not stream.complete
    with pytest.raises(StreamError, match="closed before its end"):
        await anext(stream)


async def test_a_stream_that_was_read_whole_stays_at_its_end() -> None:
    stream = async_wired(Wire(replied(event("1"), LAST))).stream(DONE)
    assert await data(stream) == ["1"]
    assert [event async for event in stream] == []


UNBOUNDED = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


@pytest.mark.parametrize(
    "start", [[head(), chunk(event("1"))], [UNBOUNDED + event("1")]], ids=["chunked", "until close"]
)
async def test_closing_a_stream_ends_the_wait_of_whoever_reads_it(
    faults: FaultServer, start: list[bytes]
) -> None:
    url, _ = space_of(faults, [*start, WAIT])
    async with AsyncClient(url, timeouts=None) as client:
        stream = client.stream(PLAIN)
        reader = _io.AsyncBackgroundCall(data, stream)
        await async_until(lambda: stream.events, "no event came")
        await _io.async_sleep(0.01)  # noqa: TID251  # in which the reader begins to wait, as a rule
        async with async_watchdog("closing waits for the stream's end"):
            await stream.aclose()
            with pytest.raises(StreamError, match="closed before its end"):
                await reader.result()


async def test_a_stream_over_the_callers_own_client_keeps_its_promises(own_faults: FaultServer) -> None:
    before = own_faults.open_connections
    url, _ = space_of(own_faults, idle(event("1")))
    async with httpx.AsyncClient() as engine:
        client = AsyncClient(url, http_client=engine, timeouts=None)
        stream = client.stream(DONE)
        reader = _io.AsyncBackgroundCall(data, stream)
        await async_until(lambda: stream.events, "no event came")
        await _io.async_sleep(0.01)  # noqa: TID251  # in which the reader begins to wait, as a rule
        async with async_watchdog("closing waits for the stream's end"):
            await stream.aclose()
            with pytest.raises(StreamError, match="closed before its end"):
                await reader.result()
        with pytest.raises(StreamTimeoutError, match=r"silent for 0\.1 s"):
            await data(client.stream(DONE, limits=StreamLimits(idle=0.1)))
        await gone(own_faults, before)


async def test_a_dropped_stream_warns_and_frees_its_connection(own_faults: FaultServer) -> None:
    before = own_faults.open_connections
    url, _ = space_of(own_faults, idle(event("1")))
    async with AsyncClient(url, max_connections=1) as client:
        for _ in range(2):
            stream = client.stream(DONE)
            await anext(stream)
            with pytest.warns(ResourceWarning, match="unclosed .*Stream"):  # noqa: PT031
                del stream
                gc.collect()
            await gone(own_faults, before)


async def test_the_response_is_there_once_the_stream_is_open() -> None:
    stream = async_wired(Wire(replied(LAST))).stream(DONE)
    with pytest.raises(StreamError, match="not open yet"):
        _ = stream.response
    assert repr(stream).endswith("Stream(get_item, not open, events=0)")
    async with stream:
        assert stream.response.status_code == 200
        assert repr(stream).endswith("Stream(get_item, open, events=0)")
    assert repr(stream).endswith("Stream(get_item, closed, events=0)")


# -- limits --------------------------------------------------------------------------------------------------------


PINGS: Script = [head(), *[chunk(b": ping\n\n"), 0.02] * 10_000]
"""Heartbeats for longer than any test waits, and never an event."""


async def test_heartbeats_are_no_silence_and_no_event(faults: FaultServer) -> None:
    """On a machine that lets a server wait between two of them, longer limits show it."""
    url, _ = space_of(faults, PINGS)
    async with AsyncClient(url) as client, async_watchdog("heartbeats count as events"):
        for idle in (0.15, 0.6, 2.4):
            with pytest.raises(StreamTimeoutError) as caught:
                await data(client.stream(RESUMABLE, limits=StreamLimits(idle=idle, first_event=2 * idle)))
            if "silent" not in str(caught.value):
                break
    assert f"sent no event within {2 * idle:g} s" in str(caught.value)


async def test_the_first_event_limit_is_over_with_the_first_event() -> None:
    ticks = Ticks()
    stream = async_wired(Wire(replied(event("1"), LAST)), ticks).stream(
        DONE, limits=StreamLimits(first_event=5)
    )
    async with stream:
        assert (await anext(stream)).data == "1"
        ticks.advance(6)
        assert [one async for one in stream] == []


@pytest.mark.parametrize("script", [PINGS, [WAIT]], ids=["heartbeats", "no answer"])
async def test_the_total_limit_ends_a_stream_whatever_it_is_doing(faults: FaultServer, script: Any) -> None:
    url, _ = space_of(faults, script)
    async with AsyncClient(url, timeouts=None) as client, async_watchdog("the total limit ends nothing"):
        with pytest.raises(StreamTimeoutError, match=r"did not end within 0\.2 s"):
            await data(client.stream(RESUMABLE, limits=StreamLimits(total=0.2)))


@pytest.mark.parametrize("limits", [{"idle": 0}, {"first_event": -1}, {"total": 0}, {"max_event_bytes": 0}])
def test_limits_that_cannot_be_kept_are_refused(limits: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError):
        StreamLimits(**limits)


# -- going on ------------------------------------------------------------------------------------------------------


async def test_a_stream_that_is_not_resumable_is_opened_once() -> None:
    wire = Wire(replied(event("1", "a")))
    with pytest.raises(StreamTruncatedError, match=r"\[DONE\].*1 events in .* last event id 'a'"):
        await data(async_wired(wire).stream(DONE))
    assert len(wire.requests) == 1


async def test_connections_without_an_event_are_counted_and_end(faults: FaultServer) -> None:
    ticks = Ticks()
    wire = Wire(replied(event("1", "a")), replied(b": ping\n\n"))
    retry = RetryPolicy(max_retries=2, jitter=0)
    with pytest.raises(StreamTruncatedError) as caught:
        await data(async_wired(wire, ticks, retry=retry).stream(RESUMABLE))
    assert len(wire.requests) == 3
    assert ticks.sleeps == [0.5, 1.0]
    assert (caught.value.events, caught.value.resumable, len(caught.value.attempts)) == (1, True, 3)


async def test_the_stream_says_after_how_long_it_is_opened_again() -> None:
    ticks = Ticks()
    wire = Wire(replied(b"retry: 250\n", event("1", "a")), replied(event("2")), replied(LAST))
    assert await data(async_wired(wire, ticks).stream(RESUMABLE)) == ["1", "2"]
    assert ticks.sleeps == [0.25, 0.25]


async def test_a_wait_over_the_policys_cap_is_refused_and_not_shortened() -> None:
    ticks = Ticks()
    wire = Wire(replied(b"retry: 3600000\n", event("1", "a")))
    with pytest.raises(StreamTruncatedError):
        await data(async_wired(wire, ticks).stream(RESUMABLE))
    assert ticks.sleeps == []


async def test_a_wait_over_the_total_limit_is_refused() -> None:
    ticks = Ticks()
    wire = Wire(replied(b"retry: 3000\n", event("1", "a")))
    with pytest.raises(StreamTruncatedError):
        await data(async_wired(wire, ticks).stream(RESUMABLE, limits=StreamLimits(total=2)))
    assert ticks.sleeps == []


async def test_an_error_status_ends_the_attempts_to_go_on() -> None:
    wire = Wire(replied(event("1", "a")), reply(409, {"message": "gone on"}))
    got: list[str] = []
    with pytest.raises(ConflictError, match="gone on"):
        await gather(async_wired(wire).stream(RESUMABLE), got)
    assert got == ["1"]


async def test_a_run_that_streams_is_not_started_twice_when_it_goes_on() -> None:
    wire = Wire(replied(event("1", "a")), httpx.ReadError("cut"), replied(LAST))
    operation = endpoint(
        "post", "/stream", idempotency={"in": "body", "name": "key"},
        stream={"sentinel": "[DONE]", "resumable": True},
    )  # fmt: skip
    assert await data(async_wired(wire).stream(operation, body={"q": 1})) == ["1"]
    assert len({json.loads(body)["key"] for body in wire.bodies}) == 1
    assert len(wire.requests) == 3


async def test_going_on_is_safe_to_repeat_where_the_operation_is_resumable() -> None:
    wire = Wire(replied(event("1", "a")), httpx.ReadError("cut"), replied(LAST))
    assert await data(async_wired(wire).stream(RESUMABLE_POST, body={"q": 1})) == ["1"]
    assert wire.sent("last-event-id") == [None, "a", "a"]


async def test_a_stream_that_brings_events_is_opened_again_as_often_as_it_takes() -> None:
    wire = Wire(*(replied(event(str(n), str(n))) for n in range(6)), replied(LAST))
    client = async_wired(wire, max_retries=1)
    assert await data(client.stream(RESUMABLE)) == list("012345")


async def test_a_post_whose_first_connection_was_lost_is_not_sent_again() -> None:
    wire = Wire(httpx.ReadError("cut"))
    with pytest.raises(TransportError):
        await data(async_wired(wire).stream(RESUMABLE_POST, body={"q": 1}))
    assert len(wire.requests) == 1


# -- events --------------------------------------------------------------------------------------------------------


E3 = {
    "multi-line data": (b'data: {"a":\ndata: 1}\n\n', [{"a": 1}]),
    "data: inside a comment": (b': data: {"no": 1}\ndata: {"a": 1}\n\n', [{"a": 1}]),
    "data: inside an id": (b'id: data: x\ndata: {"a": 1}\n\n', [{"a": 1}]),
    "[DONE]": (b'data: {"a": 1}\n\n', [{"a": 1}]),
    "U+2028": ('data: {"a": "x\u2028y\u0085z"}\n\n'.encode(), [{"a": "x\u2028y\u0085z"}]),
}


@pytest.mark.parametrize(("body", "expected"), E3.values(), ids=E3.keys())
async def test_e3_data_is_read_by_the_standards_rules(body: bytes, expected: list[Any]) -> None:
    stream = async_wired(Wire(replied(body, LAST))).stream(DONE, event=lambda value: value)
    async with stream:
        assert [value async for value in stream] == expected


async def test_e7_a_cut_stream_is_an_error_and_not_a_short_list(faults: FaultServer) -> None:
    url, _ = space_of(faults, [*stream_of(event("1"), event("2"), end=False), 0.05, None])
    async with AsyncClient(url) as client:
        with pytest.raises(StreamTruncatedError) as caught:
            await data(client.stream(PLAIN))
    assert caught.value.events == 2


async def test_events_of_an_unknown_type_come_as_they_are() -> None:
    wire = Wire(replied(b"event: from.the.future\ndata: {}\nunknown: field\n\n", LAST))
    async with async_wired(wire).stream(DONE) as stream:
        assert [event.event async for event in stream] == ["from.the.future"]


@attrs.define
class Token:
    id: int

    @classmethod
    def from_dict(cls, src_dict: Any) -> Token:
        return cls(src_dict["id"])


async def test_an_event_that_does_not_fit_is_handed_over_and_told(faults: FaultServer) -> None:
    url, _ = space_of(faults, idle(event('{"id": 1}'), event('{"no": 2}'), event("[]"), event("no JSON")))
    told: list[SchemaViolation] = []
    async with AsyncClient(url, on_violation=[told.append]) as client:
        stream = client.stream(DONE, event=Token.from_dict)
        assert await anext(stream) == Token(1)
        with pytest.warns(SchemaViolationWarning, match=r"\$\.id is missing"):
            second = await anext(stream)
        assert isinstance(second, Token)
        with pytest.raises(MissingMemberError, match=r"\$\.id"):
            second.id  # noqa: B018  # asking is what raises
        with pytest.warns(SchemaViolationWarning, match=r"\$ is array, the contract says object"):
            assert await anext(stream) == []
        with pytest.warns(SchemaViolationWarning, match="not JSON"):
            fourth: Any = await anext(stream)
        assert fourth.data == "no JSON"
        assert [one.kind for one in told] == ["missing", "type", "body"]
        await stream.aclose()


async def test_an_event_that_does_not_fit_ends_a_strict_stream_and_says_where(faults: FaultServer) -> None:
    url, _ = space_of(faults, idle(event('{"id": 1}'), event('{"no": 2}')))
    async with AsyncClient(url) as client:
        stream = client.with_options(strict=True).stream(DONE, event=Token.from_dict)
        assert await anext(stream) == Token(1)
        with pytest.raises(ResponseInvalidError, match="does not fit the contract") as caught:
            await anext(stream)
        assert caught.value.path == "$.id"
        assert stream.response.is_closed


async def test_what_a_callers_own_event_function_raises_passes_through(faults: FaultServer) -> None:
    url, _ = space_of(faults, idle(event('{"no": 2}')))
    async with AsyncClient(url) as client:
        stream = client.stream(DONE, event=lambda data: data["id"])
        with pytest.raises(KeyError):
            await anext(stream)
        assert stream.response.is_closed


def failure(event: Event) -> APIError | None:
    """Read this platform's in-band errors."""
    return NotFoundError(event.json()["message"]) if event.event == "error" else None


async def test_an_in_band_error_is_raised_as_the_platforms_error() -> None:
    wire = Wire(replied(event("1"), b'event: error\ndata: {"message": "no such run"}\n\n'))
    stream = async_wired(wire).stream(PLAIN, rule=StreamRule(failure=failure))
    got: list[str] = []
    with pytest.raises(NotFoundError, match="no such run") as caught:
        await gather(stream, got)
    assert got == ["1"]
    assert caught.value.response is stream.response
    assert caught.value.operation == "get_item"


ORDER = {"terminator": "done", "sentinel": "[DONE]", "order": "start (token|delta)* (final|error) done"}
ORDERED = streaming(**ORDER)


def typed(*types: str) -> list[bytes]:
    """Events with these types in their data."""
    return [event(json.dumps({"type": kind})) for kind in types]


async def test_strict_reading_takes_events_in_their_order_and_unknown_ones_anywhere() -> None:
    kinds = ["start", "token", "new", "delta", "final", "done"]
    wire = Wire(replied(*typed(*kinds)))
    async with async_wired(wire).stream(ORDERED, strict=True) as stream:
        assert [event.json()["type"] async for event in stream] == kinds


@pytest.mark.parametrize(
    ("body", "got", "problem"),
    [
        (typed("token"), 0, "event 'token' out of order: expected start"),
        (typed("start", "final", "token", "done"), 2, "event 'token' out of order: expected done"),
        (typed("start", "done"), 1, "event 'done' out of order"),
        ([*typed("start", "token"), LAST], 2, "ended where delta or error or final or token was due"),
    ],
    ids=["no start", "token after final", "done without final", "[DONE] too early"],
)
async def test_strict_reading_refuses_events_out_of_order(body: list[bytes], got: int, problem: str) -> None:
    stream = async_wired(Wire(replied(*body))).stream(ORDERED, strict=True)
    with pytest.raises(StreamProtocolError, match=problem):
        await data(stream)
    seen = 0
    with contextlib.suppress(StreamProtocolError):
        async for _ in async_wired(Wire(replied(*body))).stream(ORDERED, strict=True):
            seen += 1
    assert seen == got


async def test_lenient_reading_takes_events_as_they_come() -> None:
    wire = Wire(replied(*typed("token", "start", "done")))
    assert len(await data(async_wired(wire).stream(ORDERED))) == 3


@pytest.mark.parametrize("media", ["application/jsonl", "application/x-ndjson; charset=utf-8"])
async def test_json_lines_come_by_the_same_door(media: str) -> None:
    wire = Wire(replied(b'{"a": 1}\r\n\n{"a": 2}\n', b'{"a": 3}', media=media))
    async with async_wired(wire).stream(endpoint(), event=lambda value: value["a"]) as stream:
        assert [value async for value in stream] == [1, 2, 3]
    assert "application/jsonl" in wire.requests[0].headers["accept"]


async def test_half_a_json_line_is_a_cut_stream() -> None:
    wire = Wire(replied(b'{"a": 1}\n{"a":', media="application/jsonl"))
    with pytest.raises(StreamTruncatedError, match="in the middle of an event"):
        await data(async_wired(wire).stream(PLAIN))


async def test_the_callers_rule_replaces_the_contracts() -> None:
    wire = Wire(replied(event("1"), event("end"), event("2")))
    rule = StreamRule(Terminator("end"))
    assert await data(async_wired(wire).stream(DONE, rule=rule)) == ["1"]


async def test_a_compressed_stream_is_read_although_none_was_asked_for(faults: FaultServer) -> None:
    body = gzip.compress(event("1") + LAST)
    url, _ = space_of(faults, [head(EVENTS, "content-encoding: gzip"), chunk(body), END])
    async with AsyncClient(url) as client:
        assert await data(client.stream(DONE)) == ["1"]


async def test_a_request_body_is_told_to_stream() -> None:
    wire = Wire(replied(LAST))
    operation = streaming("post", sentinel="[DONE]", request={"options": {"stream": True}})
    await data(async_wired(wire).stream(operation, body={"options": {"n": 1}}))
    assert json.loads(wire.bodies[0]) == {"options": {"n": 1, "stream": True}}
