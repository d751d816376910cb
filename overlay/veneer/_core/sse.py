"""Decode `text/event-stream` bytes into events by the WHATWG rules, in one pass, with no I/O.

    decoder = Decoder()
    for chunk in body:                      # bytes, cut anywhere
        for event in decoder.feed(chunk):
            handle(event.json())
    decoder.end()                           # an event without its blank line is dropped, as the standard says

Whether the stream was whole is another question: see `veneer._core.completeness`.
Rules: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from veneer._core.errors import StreamProtocolError

__all__ = ["MAX_EVENT_BYTES", "Decoder", "Event", "EventTooLargeError"]

MAX_EVENT_BYTES = 16 * 1024 * 1024
"""Bytes that one event may have unless the caller says otherwise."""

_BOM = b"\xef\xbb\xbf"
_LF = 10
_COLON = 58
_RETRY_DIGITS = 18
_REPR_CHARACTERS = 80


class EventTooLargeError(StreamProtocolError):
    """One event, or one line, passed the decoder's bound; the events before it were delivered."""


class Event:
    """One event: `event` is its type, `id` the last event id at that point, `raw` its data as bytes.

    Text is decoded when `data` is read and JSON when `json` is called, so that events which are only
    counted or passed on cost nothing.
    """

    __slots__ = ("event", "id", "raw")

    def __init__(self, raw: bytes, event: str = "message", id: str = "") -> None:  # noqa: A002 (the standard's own name)
        self.raw = raw
        self.event = event
        self.id = id

    @property
    def data(self) -> str:
        """The data as text; bytes that are not UTF-8 become U+FFFD."""
        return self.raw.decode("utf-8", "replace")

    def json(self, loads: Callable[[str], Any] = json.loads) -> Any:
        """Parse the data as JSON with `loads`. Raises ValueError when it is not JSON."""
        return loads(self.data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        return (self.raw, self.event, self.id) == (other.raw, other.event, other.id)

    def __hash__(self) -> int:
        return hash((self.raw, self.event, self.id))

    def __repr__(self) -> str:
        shown = self.raw[: 4 * _REPR_CHARACTERS].decode("utf-8", "replace")
        data = shown if len(shown) <= _REPR_CHARACTERS else shown[: _REPR_CHARACTERS - 1] + "…"
        return f"Event(event={self.event!r}, id={self.id!r}, data={data!r}, bytes={len(self.raw)})"


class Decoder:
    """Turn chunks of an event stream into events.

    Line ends are LF, CR and CRLF, cut anywhere; an event is given out as soon as its blank line ends, so a CR is not
    held back for a LF that may follow. Every byte is looked at once, however small the chunks are.

    `max_event_bytes` bounds one event (its lines with their line ends; comments and blank lines do not count) and
    so the memory held. A larger one raises EventTooLargeError, after the events before it were returned.
    `last_event_id` starts from the caller's and follows the stream's `id` fields, at each blank line.
    """

    __slots__ = (
        "_after_cr",
        "_comments",
        "_failure",
        "_max",
        "_retry",
        "_room",
        "_starting",
        "_tail",
        "last_event_id",
    )

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES, last_event_id: str = "") -> None:
        self.last_event_id = last_event_id
        self._retry: int | None = None
        self._comments = 0
        self._max = max_event_bytes
        self._tail = bytearray()  # a block whose blank line has not come; line ends are LF here
        self._room = max_event_bytes  # the tail is looked over for comments when it grows past this
        self._starting = True  # a byte order mark may still come
        self._after_cr = False  # the last byte was CR: a LF belongs to it
        self._failure: EventTooLargeError | None = None

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that this chunk completes. Raises EventTooLargeError, then and at each later call."""
        if self._failure is not None:
            raise self._failure
        if self._starting:
            chunk = self._after_bom(chunk)
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk[0] == _LF:
                chunk = chunk[1:]
        if not chunk:
            return []
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        tail = self._tail
        if tail:
            ends = b"\n\n" in chunk or (chunk[0] == _LF and tail[-1] == _LF)
            tail += chunk
            if not ends:
                if len(tail) > self._room:
                    self._drop_comments()
                return self._out([])
            chunk = bytes(tail)
            tail.clear()
            self._room = self._max
        return self._out(self._split(chunk))

    def end(self) -> list[Event]:
        """Note that the body has ended. Returns no event: one without its blank line is not dispatched."""
        return self._out([])

    @property
    def pending(self) -> bool:
        """Whether an event has begun and its blank line has not come. Comments are no event."""
        return any(line and line[0] != _COLON for line in self._tail.split(b"\n"))

    @property
    def comments(self) -> int:
        """Comment lines so far. Servers send them as heartbeats."""
        return self._comments + _count_comments(self._whole_lines())

    @property
    def retry(self) -> int | None:
        """The reconnection time that the server asked for last, in milliseconds; None when it did not."""
        retry = self._retry
        for line in self._whole_lines():
            retry = _retry(line, retry)
        return retry

    def _whole_lines(self) -> Iterable[bytes]:
        return bytes(self._tail).split(b"\n")[:-1]

    def _after_bom(self, chunk: bytes) -> bytes:
        # One byte order mark is not data, and may come in three chunks.
        chunk = bytes(self._tail) + chunk
        self._tail.clear()
        if len(chunk) < len(_BOM) and _BOM.startswith(chunk):
            self._tail += chunk
            return b""
        self._starting = False
        return chunk.removeprefix(_BOM)

    def _split(self, chunk: bytes) -> list[Event]:
        blocks = chunk.split(b"\n\n")
        rest = blocks.pop()
        check = len(chunk) > self._max
        events = []
        for block in blocks:
            if check and self._too_large(_size(block.split(b"\n"))):
                return events
            if block.startswith(b"data: ") and b"\n" not in block:  # nearly every event of nearly every stream
                events.append(Event(block[6:], "message", self.last_event_id))
            else:
                event = self._event(block)
                if event is not None:
                    events.append(event)
        if rest:
            self._tail += rest
            if check:
                self._drop_comments()
        return events

    def _event(self, block: bytes) -> Event | None:
        data: list[bytes] = []
        kind = ""
        for line in block.split(b"\n"):
            # An empty line can only be the block's first here: after an event, it has nothing to reset.
            name, _, value = line.partition(b":")
            if value[:1] == b" ":
                value = value[1:]
            if name == b"data":
                data.append(value)
            elif name == b"event":
                kind = value.decode("utf-8", "replace")
            elif name == b"id":
                if b"\0" not in value:
                    self.last_event_id = value.decode("utf-8", "replace")
            elif name == b"retry":
                self._retry = _retry(line, self._retry)
            elif line and not name:
                self._comments += 1
        if not data:
            return None
        return Event(b"\n".join(data), kind or "message", self.last_event_id)

    def _drop_comments(self) -> None:
        # Heartbeats without a blank line, for hours, are not an event that grows: forget them, and what is left counts.
        # The next look comes after as many bytes again, so that the work stays linear.
        *lines, partial = bytes(self._tail).split(b"\n")
        if self._too_large(_size(lines) + (len(partial) if partial[:1] != b":" else 0)):
            return
        self._comments += _count_comments(lines)
        kept = [line for line in lines if line[:1] != b":"]
        self._tail[:] = b"\n".join([*kept, partial[:1] if partial[:1] == b":" else partial])
        self._room = self._max + len(self._tail)

    def _too_large(self, size: int) -> bool:
        if size <= self._max:
            return False
        self._tail.clear()
        self._failure = EventTooLargeError(
            f"a server-sent event is larger than {self._max:,} bytes; raise max_event_bytes if that is meant"
        )
        return True

    def _out(self, events: list[Event]) -> list[Event]:
        if self._failure is not None and not events:
            raise self._failure
        return events


def _size(lines: Iterable[bytes]) -> int:
    return sum(len(line) + 1 for line in lines if line and line[0] != _COLON)


def _count_comments(lines: Iterable[bytes]) -> int:
    return sum(1 for line in lines if line[:1] == b":")


def _retry(line: bytes, otherwise: int | None) -> int | None:
    # ASCII digits only. A wait of more digits than these is for ever all the same (and int() refuses thousands of them).
    name, _, value = line.partition(b":")
    digits = value[1:] if value[:1] == b" " else value
    if name != b"retry" or not digits.isdigit():
        return otherwise
    return int(digits) if len(digits) <= _RETRY_DIGITS else 10**_RETRY_DIGITS
