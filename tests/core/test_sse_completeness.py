"""A stream that was cut is told from one that is whole, and events out of their order are named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer._core.errors import StreamError, StreamProtocolError, StreamTruncatedError
from veneer.sse import (
    Decoder,
    Event,
    EventOrder,
    LineDecoder,
    SequenceDecoder,
    StreamReader,
    Terminator,
)

RUN = EventOrder.parse("start (token|delta|tool_call)* (final|error) done")


def read(body: bytes, reader: StreamReader) -> list[str]:
    events = reader.feed(body)
    if not reader.complete:
        events += reader.end()
    return [event.data for event in events]


@pytest.mark.parametrize(
    ("marks", "body", "expected"),
    [
        ((), b"data: 1\n\n", ["1"]),
        ((), b"", []),
        ((), b"data: 1\n\n: ping\n: and half a ping", ["1"]),
        (("[DONE]",), b"data: 1\n\ndata: [DONE]\n\n", ["1"]),
        (("[DONE]",), b"data: [DONE] \n\n", []),
        (("[DONE]",), b"data: 1\n\ndata: [DONE]\n\ndata: after\n\n", ["1"]),
        (("done",), b'data: 1\n\nevent: done\ndata: {"ok": true}\n\n', ["1", '{"ok": true}']),
        (("done",), b'data: {"type": "done"}\n\ndata: after\n\n', ['{"type": "done"}']),
        (("done",), b'data: {"type": "\\u0064one"}\n\n', ['{"type": "\\u0064one"}']),
        (("done", "[DONE]"), b'data: {"type": "final"}\n\ndata: [DONE]\n\n', ['{"type": "final"}']),
        (("done", "[DONE]"), b'data: {"type": "done"}\n\ndata: [DONE]\n\n', ['{"type": "done"}']),
    ],
)
def test_a_stream_with_its_terminator_is_whole(
    marks: tuple[str, ...], body: bytes, expected: list[str]
) -> None:
    reader = StreamReader(Decoder(), Terminator.of(*marks))
    assert read(body, reader) == expected
    reader.check()
    assert (reader.complete, reader.events) == (True, len(expected))


@pytest.mark.parametrize(
    ("marks", "body", "message"),
    [
        ((), b"data: 1\n\ndata: 2\n", r"in the middle of an event: 1 events in 17 bytes"),
        ((), b"data: 1\n\nid: 8\n", r"in the middle of an event"),
        (("[DONE]",), b"data: 1\n\n", r"without its terminator \(\[DONE\]\): 1 events in 9 bytes"),
        (("[DONE]",), b"data: 1\n\ndata: [DONE]\n", r"in the middle of an event"),
        (("[DONE]",), b'data: "[DONE]"\n\n', r"without its terminator"),
        (("done",), b'data: {"type": "undone"}\n\n', r"without its terminator \(done\)"),
        (("done",), b'data: {"text": "done"}\n\n', r"without its terminator"),
        (("done",), b"data: done, I think\n\n", r"without its terminator"),
        (("done",), b"data: " + b'["done",' * 100_000 + b"\n\n", r"without its terminator"),
        (
            ("done", "[DONE]"),
            b"id: 9\ndata: x\n\n",
            r"\(\[DONE\] or done\).*last event id '9'; it can be resumed",
        ),
    ],
)
def test_a_stream_without_its_terminator_is_truncated(
    marks: tuple[str, ...], body: bytes, message: str
) -> None:
    reader = StreamReader(Decoder(), Terminator.of(*marks), resumable=True)
    read(body, reader)
    with pytest.raises(StreamTruncatedError, match=message):
        reader.check()


def test_the_error_says_what_came() -> None:
    reader = StreamReader(Decoder(), Terminator.of("[DONE]"), resumable=True)
    read(b"id: 4\ndata: 1\n\nid: 5\ndata: ha", reader)
    with pytest.raises(StreamError) as caught:
        reader.check()
    error = caught.value
    assert isinstance(error, StreamTruncatedError)
    assert (error.events, error.bytes, error.last_event_id, error.resumable) == (1, 29, "4", True)


def test_a_reader_left_before_the_end_is_not_whole() -> None:
    reader = StreamReader(Decoder())
    reader.feed(b"data: 1\n\n")
    with pytest.raises(StreamTruncatedError, match="before its body did"):
        reader.check()


def test_lines_of_json_are_whole_with_their_last_line_and_truncated_with_half_of_it() -> None:
    whole, half = StreamReader(LineDecoder()), StreamReader(LineDecoder())
    assert read(b"[1]\n[2]", whole) == ["[1]", "[2]"]
    whole.check()
    assert read(b"[1]\n[2", half) == ["[1]"]
    with pytest.raises(StreamTruncatedError, match="in the middle"):
        half.check()


@given(
    st.lists(st.sampled_from(["1", "[DONE]", '{"type": "done"}', "東"]), max_size=8),
    st.lists(st.integers(0, 99)),
)
def test_a_terminator_is_seen_in_every_cut(data: list[str], places: list[int]) -> None:
    body = b"".join(b"data: %b\n\n" % item.encode() for item in data)
    edges = sorted({min(place, len(body)) for place in places})
    reader = StreamReader(Decoder(), Terminator.of("[DONE]", "done"))
    got = [
        event.data
        for start, end in zip([0, *edges], [*edges, len(body)], strict=True)
        for event in reader.feed(body[start:end])
    ]
    ends = [index for index, item in enumerate(data) if item in {"[DONE]", '{"type": "done"}'}]
    assert reader.complete == bool(ends)
    assert got == (data[: ends[0] + (data[ends[0]] != "[DONE]")] if ends else data)


def test_marks_are_read_as_contracts_write_them() -> None:
    assert Terminator.of("[DONE]") == Terminator(sentinel="[DONE]")
    assert Terminator.of("message_stop", "error") == Terminator(names=frozenset({"message_stop", "error"}))
    assert Terminator.of() == Terminator()
    assert not Terminator().declared
    with pytest.raises(ValueError, match=r"one sentinel at most: '\[DONE\]', '\[END\]'"):
        Terminator.of("[DONE]", "[END]")


def test_a_type_is_read_from_the_field_that_the_contract_names() -> None:
    reader = StreamReader(Decoder(), Terminator.of("done", type_field="kind"))
    assert read(b'data: {"type": "done"}\n\ndata: {"kind": "done"}\n\ndata: 1\n\n', reader) == [
        '{"type": "done"}',
        '{"kind": "done"}',
    ]


# Order.


@pytest.mark.parametrize(
    "kinds",
    [
        "start token token tool_call delta final done",
        "start final done",
        "start error done",
        "start token heartbeat_of_the_future token final usage done",
    ],
)
def test_events_in_their_order_are_accepted(kinds: str) -> None:
    order = RUN
    for kind in kinds.split():
        order = order.accept(kind)
    assert order.complete


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ("token", "'token' out of order: expected start"),
        ("start start", "'start' out of order: expected delta or error or final or token or tool_call"),
        ("start done", "'done' out of order"),
        ("start final token", "'token' out of order: expected done"),
        ("start final error", "'error' out of order"),
        ("start final done done", "'done' out of order: expected no more"),
    ],
)
def test_an_event_out_of_order_is_named_with_what_was_expected(kinds: str, message: str) -> None:
    *before, last = kinds.split()
    order = RUN
    for kind in before:
        order = order.accept(kind)
    with pytest.raises(StreamProtocolError, match=message):
        order.accept(last)


def test_an_order_is_a_value_that_accepting_does_not_change() -> None:
    moved = RUN.accept("start")
    assert (RUN.at, moved.at, moved.complete) == (0, 1, False)
    assert RUN.expected == ("start",)


def test_a_step_may_be_left_out() -> None:
    order = EventOrder.parse("start? token* end")
    assert order.accept("end").complete
    assert order.accept("start").accept("token").accept("token").accept("end").complete


@pytest.mark.parametrize("text", ["start (token", "a ||", "a (b|) c", "(a b)", "*"])
def test_what_is_not_an_order_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an order of events"):
        EventOrder.parse(text)


def test_a_reader_takes_any_decoder_with_its_interface() -> None:
    class Lists:
        last_event_id = ""
        retry: int | None = None
        heard: list[str] | None = None
        identified = False
        stray = b""
        cut = 0
        pending = False

        def feed(self, chunk: bytes) -> list[Event]:
            return [Event(json.dumps(byte).encode()) for byte in chunk]

        def end(self) -> list[Event]:
            return []

    assert read(b"\x01\x02", StreamReader(Lists())) == ["1", "2"]


# -- what is passed over is counted, or told -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": "overloaded"}\n',
        b"<html>\n<p>down</p>\n\n",
        b"upstream connect error",
        b": ping\n\nBad Gateway\n",
    ],
    ids=["JSON", "HTML", "half a line", "text after a heartbeat"],
)
@pytest.mark.parametrize("marks", [(), ("[DONE]",)], ids=["no terminator", "terminator"])
def test_a_body_without_any_line_of_an_event_is_no_stream(body: bytes, marks: tuple[str, ...]) -> None:
    reader = StreamReader(Decoder(), Terminator.of(*marks))
    assert read(body, reader) == []
    assert not reader.complete
    with pytest.raises(StreamProtocolError, match=r"not a stream of events; its last line is '.*[a-z]"):
        reader.check()


@pytest.mark.parametrize("body", [b"unknown: 1\n\n", b"unknown\n", b":\n", b"\n\n", b"x-new: 2\n"])
def test_fields_of_a_later_standard_are_no_reason_to_doubt_a_stream(body: bytes) -> None:
    reader = StreamReader(Decoder())
    assert read(body, reader) == []
    reader.check()


def test_an_error_between_the_events_is_shown_where_the_terminator_is_missing() -> None:
    reader = StreamReader(Decoder(), Terminator.of("[DONE]"))
    assert read(b'data: 1\n\n{"error": "overloaded"}\n\n', reader) == ["1"]
    with pytest.raises(
        StreamTruncatedError, match=r"cannot be part of an event: '\{\"error\": \"overloaded\"\}'"
    ):
        reader.check()


def test_events_beyond_the_terminator_are_counted_and_further_terminators_are_not() -> None:
    reader = StreamReader(Decoder(), Terminator.of("done", "[DONE]"))
    body = b"event: done\ndata: {}\n\ndata: [DONE]\n\ndata: usage\n\n"
    assert [event.event for event in reader.feed(body)] == ["done"]
    assert reader.feed(b"data: more\n\n") == []
    assert (reader.beyond, reader.events) == (2, 1)


def test_the_body_of_an_endless_stream_is_not_its_end() -> None:
    reader = StreamReader(Decoder(), endless=True)
    assert read(b"data: 1\n\n", reader) == ["1"]
    assert not reader.complete
    with pytest.raises(StreamTruncatedError, match="with its body, and has no end"):
        reader.check()


def test_a_sequence_with_an_event_cut_by_its_writer_gives_the_others_and_is_not_whole() -> None:
    reader = StreamReader(SequenceDecoder())
    assert read(b'\x1e{"a": 1}\n\x1e{"b": \x1e{"c": 3}\n', reader) == ['{"a": 1}', '{"c": 3}']
    with pytest.raises(
        StreamTruncatedError, match="events missing that its writer left incomplete: 2 events"
    ):
        reader.check()
