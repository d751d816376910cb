"""JSON text sequences (RFC 7464) come by the same interface as server-sent events."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer.sse import Event, EventTooLargeError, SequenceDecoder

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def texts(*chunks: bytes) -> list[bytes]:
    decoder = SequenceDecoder()
    return [event.raw for chunk in chunks for event in decoder.feed(chunk)] + [
        event.raw for event in decoder.end()
    ]


@given(
    st.lists(VALUES),
    st.lists(st.integers(0, 300)),
    st.sampled_from([b"\x1e", b"\x1e\x1e"]),
    st.sampled_from([None, 2]),
)
def test_any_values_in_any_cut_come_back(
    items: list[object], places: list[int], begin: bytes, indent: int | None
) -> None:
    body = b"".join(begin + json.dumps(item, indent=indent).encode() + b"\n" for item in items)
    edges = sorted({min(place, len(body)) for place in places})
    chunks = [body[start:stop] for start, stop in zip([0, *edges], [*edges, len(body)], strict=True)]
    decoder = SequenceDecoder()
    got = [event.json() for chunk in chunks for event in decoder.feed(chunk)]
    got += [event.json() for event in decoder.end()]
    assert (got, decoder.cut, decoder.stray, decoder.pending) == (items, 0, b"", False)


def test_a_text_comes_with_its_line_feed_and_not_only_when_the_next_one_begins() -> None:
    decoder = SequenceDecoder()
    assert decoder.feed(b"\x1e{\n") == []
    assert decoder.feed(b'"a": 1}\n') == [Event(b'{\n"a": 1}')]
    assert decoder.feed(b"\x1e") == []
    assert decoder.feed(b"12\n") == [Event(b"12")]


@pytest.mark.parametrize(
    ("body", "given", "cut"),
    [
        (b'\x1e{"a": \x1e2\n', [b"2"], 1),
        (b"\x1e12\x1e34\n", [b"34"], 1),
        (b"\x1etrue\x1enull\n", [b"null"], 1),
        (b"\x1e{}\x1e[]\x1e\"x\"\x1e{}\n", [b"{}", b"[]", b'"x"', b"{}"], 0),
        (b"\x1e\x1e\n\x1e{}\n", [b"{}"], 0),
        (b"\x1enot JSON\n\x1e{}\n", [b"not JSON", b"{}"], 0),
        (b"junk\x1e{}\n", [b"{}"], 1),
    ],
    ids=["half an object", "half a number", "perhaps half a word", "texts that close themselves", "empty records", "a text with its end", "text before the first"],
)  # fmt: skip
def test_a_text_without_its_end_is_counted_and_the_next_one_read(
    body: bytes, given: list[bytes], cut: int
) -> None:
    decoder = SequenceDecoder()
    assert [event.raw for event in decoder.feed(body)] + [event.raw for event in decoder.end()] == given
    assert (decoder.cut, bool(decoder.stray)) == (cut, cut > 0)


@pytest.mark.parametrize(("body", "pending"), [(b"\x1e12", True), (b'\x1e{"a"', True), (b"\x1e{}", False)])
def test_the_last_text_is_whole_where_it_ends_itself(body: bytes, pending: bool) -> None:
    decoder = SequenceDecoder()
    assert decoder.feed(body) == []
    assert bool(decoder.end()) is not pending
    assert decoder.pending is pending


def test_lines_without_separators_are_no_sequence() -> None:
    decoder = SequenceDecoder()
    assert (decoder.feed(b"{}\n{}\n"), decoder.end(), decoder.pending) == ([], [], True)
    assert decoder.stray == b"{}\n{}"


@pytest.mark.parametrize(
    "chunks", [[b"\x1e1\n\x1e123456789\n\x1e2\n"], [b"\x1e1\n\x1e12345", b"6789", b"0\n"]]
)
def test_a_text_over_the_bound_raises_after_the_texts_before_it(chunks: list[bytes]) -> None:
    decoder = SequenceDecoder(max_event_bytes=8)
    got: list[Event] = []
    with pytest.raises(EventTooLargeError, match="a record is larger than 8 bytes"):  # noqa: PT012 (which chunk raises is the cut's matter)
        for chunk in [*chunks, b""]:
            got += decoder.feed(chunk)
    assert got == [Event(b"1")]


def test_a_record_of_a_million_lines_is_read_in_linear_time() -> None:
    decoder = SequenceDecoder()
    lines = [b"\x1e[\n", *[b"[1]\n,"] * 20_000, b"1]\n"]
    reads = 0
    for line in lines:
        for byte in (line[:-1], line[-1:]):
            reads += len(decoder.feed(byte))
    assert reads + len(decoder.end()) == 1
