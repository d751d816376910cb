"""JSON Lines come by the same interface as server-sent events."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer.sse import Event, EventTooLargeError, LineDecoder

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def values(chunks: list[bytes]) -> list[object]:
    decoder = LineDecoder()
    return [event.json() for chunk in chunks for event in decoder.feed(chunk)] + [
        event.json() for event in decoder.end()
    ]


@given(
    st.lists(VALUES),
    st.lists(st.integers(0, 300)),
    st.sampled_from(["\n", "\r\n", "\n\n", " \n"]),
    st.booleans(),
)
def test_any_values_in_any_cut_come_back(
    items: list[object], places: list[int], end: str, closed: bool
) -> None:
    body = end.join(json.dumps(item, ensure_ascii=False) for item in items).encode() + (
        end.encode() if closed else b""
    )
    edges = sorted({min(place, len(body)) for place in places})
    chunks = [body[start:stop] for start, stop in zip([0, *edges], [*edges, len(body)], strict=True)]
    assert values(chunks) == items


def test_a_line_separator_inside_a_string_does_not_end_the_line() -> None:
    assert values(['"a\u2028b\u0085c"\n'.encode()]) == ["a\u2028b\u0085c"]


def test_half_a_line_at_the_end_stays_pending_and_is_not_given_out() -> None:
    decoder = LineDecoder()
    assert decoder.feed(b'{"a": 1}\n{"b": ') == [Event(b'{"a": 1}')]
    assert (decoder.end(), decoder.pending) == ([], True)


def test_a_whole_last_line_needs_no_line_end() -> None:
    decoder = LineDecoder()
    assert decoder.feed(b'\xef\xbb\xbf{"a": 1}') == []
    assert (decoder.end(), decoder.pending) == ([Event(b'{"a": 1}')], False)


def test_a_byte_order_mark_is_passed_over_at_the_beginning_only() -> None:
    assert LineDecoder().feed(b"\xef\xbb\xbf1\n\xef\xbb\xbf2\n") == [Event(b"1"), Event(b"\xef\xbb\xbf2")]


@pytest.mark.parametrize("chunks", [[b"1\n123456789\n2\n"], [b"1\n", b"12345", b"6789", b"\n2\n"]])
def test_a_line_over_the_bound_raises_after_the_lines_before_it(chunks: list[bytes]) -> None:
    decoder = LineDecoder(max_event_bytes=8)
    got: list[Event] = []
    with pytest.raises(EventTooLargeError, match="larger than 8 bytes"):  # noqa: PT012 (which chunk raises is the cut's matter)
        for chunk in [*chunks, b""]:
            got += decoder.feed(chunk)
    assert got == [Event(b"1")]
    with pytest.raises(EventTooLargeError):
        decoder.end()


@pytest.mark.parametrize(
    "chunks", [[b"12345678\n2\n"], [b"1234", b"5678", b"\n2\n"]], ids=["whole", "in pieces"]
)
def test_a_line_of_exactly_the_bound_comes(chunks: list[bytes]) -> None:
    decoder = LineDecoder(max_event_bytes=8)
    assert [event for chunk in chunks for event in decoder.feed(chunk)] == [Event(b"12345678"), Event(b"2")]


def test_a_last_line_of_exactly_the_bound_comes() -> None:
    decoder = LineDecoder(max_event_bytes=8)
    assert (decoder.feed(b"1\n12345678"), decoder.end()) == ([Event(b"1")], [Event(b"12345678")])
