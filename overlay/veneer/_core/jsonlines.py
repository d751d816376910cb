"""Decode JSON Lines and JSON text sequences into events, with the interface of the SSE decoder.

- Lines: https://jsonlines.org and https://github.com/ndjson/ndjson-spec; the last line end is optional.
- Sequences, `application/json-seq`: RFC 7464.
"""

from __future__ import annotations

import json

from veneer._core.sse import MAX_EVENT_BYTES, Event, EventTooLargeError

__all__ = ["LINES", "LineDecoder", "SequenceDecoder", "is_lines", "is_sequence"]

LINES = frozenset(
    {
        "application/jsonl",
        "application/jsonlines",
        "application/json-lines",
        "application/x-jsonl",
        "application/x-jsonlines",
        "application/x-json-lines",
        "application/ndjson",
        "application/x-ndjson",
        "application/stream+json",
        "application/json-stream",
        "application/x-json-stream",
        "text/jsonl",
        "text/ndjson",
        "text/x-ndjson",
    }
)
"""Media types of one JSON text per line. Most are not registered."""

_LINES_SUFFIXES = ("+jsonl", "+jsonlines", "+ndjson")
_SEQUENCE = "application/json-seq"
_SEQUENCE_SUFFIX = "+json-seq"  # RFC 8091

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r"
_WHITESPACE = b" \t\r\n"
_RS = b"\x1e"
_EARLY_READS = 32
"""How often an open record is parsed as JSON before the next one begins."""
_SHOWN_BYTES = 200


def is_lines(media_type: str) -> bool:
    """Return whether a media type (lower case, no parameters) is one JSON text per line."""
    return media_type in LINES or media_type.endswith(_LINES_SUFFIXES)


def is_sequence(media_type: str) -> bool:
    """Return whether a media type (lower case, no parameters) is a JSON text sequence."""
    return media_type == _SEQUENCE or media_type.endswith(_SEQUENCE_SUFFIX)


class _Texts:
    """What both decoders share: a bounded open text, and no ids."""

    __slots__ = ("_failure", "_max", "_tail", "last_event_id", "retry")

    comments = 0
    heard: list[str] | None = None
    identified = False
    cut = 0
    stray = b""
    what = ""

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES, last_event_id: str = "") -> None:
        self.last_event_id = last_event_id
        self.retry: int | None = None
        self._max = max_event_bytes
        self._tail = bytearray()
        self._failure: EventTooLargeError | None = None

    @property
    def pending(self) -> bool:
        """Whether a text is still open."""
        return bool(self._tail.strip(_WHITESPACE))

    def _event(self, text: bytes) -> Event:
        return Event(text, "message", self.last_event_id)

    def _bound(self, size: int) -> bool:
        if size <= self._max:
            return True
        self._tail.clear()
        self._failure = EventTooLargeError(
            f"a {self.what} is larger than {self._max:,} bytes; raise max_event_bytes if that is meant"
        )
        return False

    def _out(self, events: list[Event]) -> list[Event]:
        if self._failure is not None and not events:
            raise self._failure
        return events


class LineDecoder(_Texts):
    """Turn chunks of JSON Lines into events whose data is one line; blank lines are skipped.

    `max_event_bytes` bounds one line, and so the memory held.
    """

    __slots__ = ("_starting",)

    what = "line"

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES, last_event_id: str = "") -> None:
        super().__init__(max_event_bytes=max_event_bytes, last_event_id=last_event_id)
        self._starting = True

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the lines that this chunk completes.

        Raises EventTooLargeError, also on each later call.
        """
        if self._failure is not None:
            raise self._failure
        tail = self._tail
        if b"\n" not in chunk:
            tail += chunk
            self._bound(len(tail))
            return self._out([])
        if tail:
            chunk = bytes(tail) + chunk
            tail.clear()
        *lines, rest = chunk.split(b"\n")
        events: list[Event] = []
        for line in lines:
            if not self._bound(len(line)):
                return self._out(events)
            self._line(line, events)
        tail += rest
        self._bound(len(rest))
        return self._out(events)

    def end(self) -> list[Event]:
        """Return a last line without a line end if it is JSON; an incomplete one stays `pending`."""
        events: list[Event] = []
        if self._failure is None and _is_json(bytes(self._tail)):
            self._line(bytes(self._tail), events)
            self._tail.clear()
        return self._out(events)

    def _line(self, line: bytes, events: list[Event]) -> None:
        if self._starting:
            self._starting = False
            line = line.removeprefix(_BOM)
        if line := line.strip(_BLANK):
            events.append(self._event(line))


class SequenceDecoder(_Texts):
    """Turn chunks of a JSON text sequence into events whose data is one text (RFC 7464).

    A record separator (0x1E) begins each text and a line feed ends it. A text without that end was
    cut by its writer, unless its JSON is complete (an object, array or string): it is counted in
    `cut` and the next one is read (§2.3, §2.4). `stray` is the beginning of the last skipped bytes.
    `max_event_bytes` bounds one text, and so the memory held.
    """

    __slots__ = ("_begun", "_reads", "cut", "stray")

    what = "record"

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES, last_event_id: str = "") -> None:
        super().__init__(max_event_bytes=max_event_bytes, last_event_id=last_event_id)
        self.cut = 0
        self.stray = b""
        self._begun = False
        self._reads = 0

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the texts that this chunk completes.

        Raises EventTooLargeError, also on each later call.
        """
        if self._failure is not None:
            raise self._failure
        events: list[Event] = []
        *records, rest = chunk.split(_RS)
        for record in records:
            if not self._hold(record):
                return self._out(events)
            self._close(events)
            self._begun = True
        if self._hold(rest) and rest[-1:] == b"\n":
            self._close_early(events)
        return self._out(events)

    def end(self) -> list[Event]:
        """Return the last text if it is complete; an incomplete one stays `pending`."""
        events: list[Event] = []
        if self._failure is None and self._begun and self._is_whole():
            self._close(events)
        elif not self._begun:
            self.stray = self._text()[:_SHOWN_BYTES]
        return self._out(events)

    def _text(self) -> bytes:
        return bytes(self._tail.strip(_WHITESPACE))

    def _hold(self, part: bytes) -> bool:
        self._tail.extend(part)
        return self._bound(len(self._tail))

    def _is_whole(self) -> bool:
        text = self._text()
        ended = self._tail.rstrip(_BLANK)[-1:] == b"\n"
        return ended or (text[:1] in (b"{", b"[", b'"') and _is_json(text))

    def _close(self, events: list[Event]) -> None:
        """Finish the open text because the next one begins."""
        if text := self._text():
            if self._begun and self._is_whole():
                events.append(self._event(text))
            else:
                self.cut += 1
                self.stray = text[:_SHOWN_BYTES]
        self._tail.clear()
        self._reads = 0

    def _close_early(self, events: list[Event]) -> None:
        """Emit a complete text now instead of when the next one begins, which may take long.

        A line feed may also be inside a text.
        """
        if self._begun and self._reads < _EARLY_READS:
            self._reads += 1
            if _is_json(self._text()):
                self._close(events)


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text.removeprefix(_BOM).decode())
    except (ValueError, RecursionError):
        return False
    return True
