"""The event-stream decoder follows the WHATWG rules in every cut, within its bound, in linear time."""

from __future__ import annotations

import json
import random
import resource
import tracemalloc
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from veneer._core.errors import StreamProtocolError
from veneer.sse import Decoder, Event, EventTooLargeError

TABLES = Path(__file__).parent / "cases"
CASES: list[dict[str, Any]] = json.loads((TABLES / "sse_cases.json").read_text())["cases"]
HTTP: list[dict[str, Any]] = json.loads((TABLES / "sse_http_cases.json").read_text())["cases"]
STRICT = [case for case in CASES if case["profile"] == "whatwg"]


def chunks_of(case: dict[str, Any]) -> list[bytes]:
    if "chunks_hex" in case:
        return [bytes.fromhex(chunk) for chunk in case["chunks_hex"]]
    return [chunk.encode() for chunk in case["chunks_utf8"]]


def seen(chunks: Iterable[bytes], decoder: Decoder | None = None) -> dict[str, Any]:
    decoder = decoder or Decoder()
    events = [event for chunk in chunks for event in decoder.feed(chunk)] + decoder.end()
    return {
        "expected": [{"event": event.event, "data": event.data, "id": event.id} for event in events],
        "retry": decoder.retry,
        "last_event_id_at_end": decoder.last_event_id,
        "comments": decoder.comments,
    }


def cuts(body: bytes, count: int) -> Iterable[list[bytes]]:
    """The whole, single bytes, every cut in two for short bodies, and random cuts (seeded)."""
    yield [body]
    yield [body[at : at + 1] for at in range(len(body))]
    if len(body) < 300:
        yield from ([body[:at], b"", body[at:]] for at in range(len(body) + 1))
    rng = random.Random(len(body))
    for _ in range(count):
        places = sorted(rng.randint(0, len(body)) for _ in range(rng.randint(1, 12)))
        yield [body[start:end] for start, end in zip([0, *places], [*places, len(body)], strict=True)]


def test_the_table_holds_all_194_strict_cases() -> None:
    assert len(STRICT) == 194


@pytest.mark.parametrize("case", STRICT, ids=lambda case: case["name"])
def test_strict_case_gives_its_events_in_every_cut(case: dict[str, Any]) -> None:
    expected = {key: case[key] for key in ("expected", "retry", "last_event_id_at_end")}
    given_chunks = chunks_of(case)
    comments = len(case["comments"]) if "comments" in case else seen(given_chunks)["comments"]
    for chunks in (given_chunks, *cuts(b"".join(given_chunks), 8)):
        assert seen(chunks) == expected | {"comments": comments}


@pytest.mark.parametrize("name", ["oa/event-missing-data/stainless", "oa/multiple-events/stainless"])
def test_blocks_without_data_are_not_events_although_some_sdks_give_them_out(name: str) -> None:
    [case] = [case for case in CASES if case["name"] == name]
    assert case["profile"] == "stainless"
    assert seen(chunks_of(case))["expected"] == []


@dataclass
class Reference:
    """The standard's algorithm line by line, on the whole body at once; slow and plain, for these tests alone."""

    body: bytes
    events: list[tuple[str, str, str]] = field(default_factory=list)
    retry: int | None = None
    last_event_id: str = ""
    comments: int = 0

    def run(self) -> Reference:
        text = self.body.decode("utf-8", "replace").removeprefix("\ufeff")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        data, kind, identifier = "", "", ""
        for line in lines[:-1]:
            if line == "":
                self.last_event_id = identifier
                if data:
                    self.events.append((kind or "message", data[:-1], identifier))
                data, kind = "", ""
            elif line[0] == ":":
                self.comments += 1
            else:
                name, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if name == "data":
                    data += value + "\n"
                elif name == "event":
                    kind = value
                elif name == "id" and "\0" not in value:
                    identifier = value
                elif name == "retry" and value and all(digit in "0123456789" for digit in value):
                    self.retry = int(value)
        return self


# Pieces that streams are made of, line ends of all kinds, and the bytes that parsers get wrong.
PIECES = st.sampled_from(
    [
        *[
            b"data: ",
            b"data:",
            b"data",
            b"event: ",
            b"event:",
            b"id: ",
            b"id",
            b"retry: ",
            b"retry:",
            b": ping",
            b":",
        ],
        *[b" ", b"\n", b"\n", b"\n\n", b"\r", b"\r\n", b"\r\n\r\n", b"\n\r", b"\r\r"],
        *[
            b"\xef\xbb\xbf",
            b"\xe2\x80\xa8",
            "é東😀".encode(),
            b"\xff",
            b"\xe6\x9d",
            b"\0",
            b"\x85",
            b"\x0b",
            b"\x1c",
        ],
        *[b"hello", b'{"a": 1}', b"[DONE]", b"12", b"1e3", b"datax: no", b"unknown: x", b"foo"],
    ]
)
BODIES = st.lists(st.one_of(PIECES, PIECES, st.binary(max_size=6)), max_size=40).map(b"".join)


def random_cut(body: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({min(place, len(body)) for place in places})
    return [body[start:end] for start, end in zip([0, *edges], [*edges, len(body)], strict=True)]


def check_against_the_reference(body: bytes, places: list[int]) -> None:
    model = Reference(body).run()
    got = seen(random_cut(body, places))
    assert [tuple(event.values()) for event in got["expected"]] == [
        (kind, data, identifier) for kind, data, identifier in model.events
    ]
    assert (got["retry"], got["last_event_id_at_end"], got["comments"]) == (
        model.retry,
        model.last_event_id,
        model.comments,
    )


@given(BODIES, st.lists(st.integers(0, 250), max_size=12))
@example(b"\xef\xbb\xbfdata: a\r\rdata: b\r\n\r\n", [1, 2, 10, 11])
@example(b"data: \xe6\n\n", [7])
def test_any_stream_in_any_cut_agrees_with_a_plain_line_by_line_model(body: bytes, places: list[int]) -> None:
    check_against_the_reference(body, places)


@pytest.mark.slow
@given(BODIES, st.lists(st.integers(0, 250), max_size=12))
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_twenty_thousand_streams_agree_with_the_model(body: bytes, places: list[int]) -> None:
    check_against_the_reference(body, places)


@pytest.mark.parametrize("blank", [b"\n\n", b"\r\r", b"\r\n\r"], ids=["LF", "CR", "CRLF"])
def test_an_event_is_given_out_at_its_blank_line_without_waiting_for_another_byte(blank: bytes) -> None:
    assert [event.data for event in Decoder().feed(b"data: now" + blank)] == ["now"]


def test_an_id_counts_only_once_its_blank_line_has_come() -> None:
    decoder = Decoder(last_event_id="7")
    decoder.feed(b"id: 8\ndata: half")
    assert (decoder.last_event_id, decoder.pending, decoder.end()) == ("7", True, [])


def test_a_block_of_an_id_alone_sets_the_last_event_id_at_its_blank_line() -> None:
    decoder = Decoder()
    decoder.feed(b"id: 8\n\n")
    assert (decoder.last_event_id, decoder.pending) == ("8", False)


def test_a_decoder_started_from_an_id_gives_it_to_events_that_have_none() -> None:
    assert Decoder(last_event_id="41").feed(b"data: x\n\n") == [Event(b"x", "message", "41")]


def test_heartbeats_are_counted_and_are_neither_events_nor_a_pending_one() -> None:
    decoder = Decoder()
    assert decoder.feed(b": ping\n\n:\n: pi") == []
    assert (decoder.comments, decoder.pending) == (2, False)


def test_a_reconnection_time_beyond_reason_is_kept_as_one() -> None:
    decoder = Decoder()
    decoder.feed(b"retry: " + b"9" * 10_000 + b"\n")
    assert decoder.retry == 10**18


# What a connection that broke leaves for the next one: the decoder's half of the table of HTTP behaviours.


@pytest.mark.parametrize(
    ("name", "bodies", "data", "last_event_id"),
    [
        ("reconnect sends last id", [b"id: abc\ndata: Hello\n\n"], ["Hello"], "abc"),
        (
            "reconnect keeps id when later events had none",
            [b"id: abc\ndata: Hello\n\n", b"data: World\n\n"],
            ["Hello", "World"],
            "abc",
        ),
        ("empty id clears", [b"id: abc\ndata: Hello\n\n", b"id: \ndata: World\n\n"], ["Hello", "World"], ""),
        (
            "partial message discarded on break",
            [b"id: abc\ndata: Hello\n\nid: def\ndata: Goodbye"],
            ["Hello"],
            "abc",
        ),
    ],
)
def test_the_next_connection_begins_from_the_last_whole_event(
    name: str, bodies: list[bytes], data: list[str], last_event_id: str
) -> None:
    assert name in {case["name"] for case in HTTP}
    got: list[str] = []
    last = ""
    for body in bodies:
        decoder = Decoder(last_event_id=last)
        got += [event.data for event in decoder.feed(body)] + [event.data for event in decoder.end()]
        last = decoder.last_event_id
    assert (got, last) == (data, last_event_id)


# The bound.


def too_large(chunks: Iterable[bytes], limit: int) -> tuple[list[str], bool]:
    """The data of the events before the failure, and whether it came."""
    decoder = Decoder(max_event_bytes=limit)
    got: list[str] = []
    try:
        for chunk in chunks:
            got += [event.data for event in decoder.feed(chunk)]
        decoder.end()
    except EventTooLargeError:
        return got, True
    return got, False


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"data: 123456789\n\n", (["123456789"], False)),
        (b"data: 1234567890\n\n", ([], True)),
        (b"data: a\n\ndata: 12345\ndata: 123\n\n", (["a", "12345\n123"], False)),
        (b"data: a\n\ndata: 12345\ndata: 1234\n\ndata: b\n\n", (["a"], True)),
        (b"data: a\n\ndata: 12345\ndata: 1234", (["a"], False)),
        (b"data: a\n\ndata: 12345\ndata: 1234\n", (["a"], True)),
        (b"event: " + b"e" * 10 + b"\ndata: a\n\n", ([], True)),
        (b"data: a\n\nnothing-that-we-know: x\n", (["a"], True)),
        (b"data: a\n\nno-end-of-line-ever", (["a"], True)),
        (b": a comment may be long " * 9 + b"\ndata: a\n\n", (["a"], False)),
        (b"data: a\n" + b": ping\n" * 50 + b"\n", (["a"], False)),
        (b"\n" * 50 + b"data: a\n\n", (["a"], False)),
    ],
)
def test_the_bound_is_the_same_in_every_cut(body: bytes, expected: tuple[list[str], bool]) -> None:
    for chunks in cuts(body, 50):
        assert too_large(chunks, 10) == expected


def test_a_failed_decoder_stays_failed_and_says_what_to_do() -> None:
    decoder = Decoder(max_event_bytes=1_000)
    assert decoder.feed(b"data: fine\n\ndata: " + b"x" * 2_000) == [Event(b"fine")]
    for chunk in (b"", b"data: y\n\n"):
        with pytest.raises(EventTooLargeError, match=r"larger than 1,000 bytes; raise max_event_bytes"):
            decoder.feed(chunk)
    with pytest.raises(EventTooLargeError):
        decoder.end()
    assert issubclass(EventTooLargeError, StreamProtocolError)


@given(BODIES, st.lists(st.integers(0, 250), max_size=12), st.integers(0, 30))
def test_what_comes_before_a_too_large_event_does_not_depend_on_the_cut(
    body: bytes, places: list[int], limit: int
) -> None:
    assert too_large(random_cut(body, places), limit) == too_large([body], limit)


@pytest.mark.parametrize(
    ("kind", "chunk"),
    [
        ("one endless line", b"x" * 64),
        ("one endless comment", b":" + b"x" * 63),
        ("comments without a blank line", b": ping\n" * 9),
        ("short data lines", b"data:x\n"),
        ("empty data lines", b"data:\n" * 10),
        ("blank lines", b"\n" * 64),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_memory_stays_near_the_bound_whatever_is_sent(kind: str, chunk: bytes) -> None:
    decoder = Decoder(max_event_bytes=64 * 1024)
    tracemalloc.start()
    try:
        for _ in range(60_000):
            decoder.feed(chunk)
    except EventTooLargeError:
        assert "data" in kind or "line" in kind
    else:
        assert "comment" in kind or kind == "blank lines"
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 4 * 64 * 1024


def test_sixteen_mebibytes_in_small_chunks_are_read_once() -> None:
    # Rescanning what was held would take minutes here; the count of bytes touched cannot be seen, so the time has to do.
    decoder = Decoder(max_event_bytes=32 << 20)
    for _ in range(1 << 14):
        assert decoder.feed(b"data: " + b"x" * 1017 + b"\n") == []
    [event] = decoder.feed(b"\n")
    assert len(event.raw) == (1 << 14) * 1018 - 1


def test_an_event_over_64_mebibytes_works_where_the_bound_is_raised_and_only_there() -> None:
    whole, chunk = (64 << 20) + 1, b"x" * (1 << 16)
    chunks = [b"data: ", *[chunk] * (whole // len(chunk)), b"x" * (whole % len(chunk)), b"\n\n"]
    decoder = Decoder(max_event_bytes=65 << 20)
    [event] = [event for part in chunks for event in decoder.feed(part)]
    assert len(event.raw) == whole
    assert too_large(chunks, 16 << 20) == ([], True)


@pytest.mark.slow
def test_a_million_events_need_no_more_memory_than_a_thousand() -> None:
    chunk = b"".join(b'id: %d\ndata: {"n": %d}\n\n' % (n, n) for n in range(1000))
    decoder = Decoder()
    decoder.feed(chunk)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = sum(len(decoder.feed(chunk)) for _ in range(1000))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{count:,} events, peak memory grew by {grown:.1f} MiB")
    assert count == 1_000_000
    assert grown < 16


# Events.


def test_an_event_reads_its_text_and_json_when_asked() -> None:
    event = Event('{"name": "Zoë\u2028"}'.encode())
    assert event.data == '{"name": "Zoë\u2028"}'
    assert event.json() == {"name": "Zoë\u2028"}
    assert event.json(loads=len) == len(event.data)
    with pytest.raises(ValueError, match="Expecting value"):
        Event(b"[DONE]").json()


def test_events_are_values() -> None:
    assert Event(b"x", "a", "1") == Event(b"x", "a", "1")
    assert len({Event(b"x"), Event(b"x"), Event(b"y")}) == 2
    assert Event(b"x") != b"x"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Event(b"hi", "token", "7"), "Event(event='token', id='7', data='hi', bytes=2)"),
        (Event(b"x" * 81), "Event(event='message', id='', data='" + "x" * 79 + "…', bytes=81)"),
    ],
)
def test_an_events_repr_is_one_short_line(event: Event, expected: str) -> None:
    assert repr(event) == expected
