"""Decode `text/event-stream` bytes into events by the WHATWG rules, in one pass, with no I/O.

    decoder = Decoder()
    for chunk in body:                      # bytes, cut anywhere
        for event in decoder.feed(chunk):
            handle(event.json())
    decoder.end()                           # an event without its blank line is dropped, by the standard

To check that a stream is complete, see `veneer._core.stream_reader`.
Rules: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from veneer._core import jsontext
from veneer._core.errors import StreamProtocolError
from veneer._core.value import Value

__all__ = ["MAX_EVENT_BYTES", "Decoder", "Event", "EventTooLargeError"]

MAX_EVENT_BYTES = 16 * 1024 * 1024
"""Most bytes of one event, by default."""

_BOM = b"\xef\xbb\xbf"
_LF = 10
_CR = 13
_COLON = 58
_NAME_BYTES = len(b"data: ")
_RETRY_DIGITS = 18
_REPR_CHARACTERS = 80
_SHOWN_BYTES = 200
_FIELD = re.compile(rb"[A-Za-z0-9_.-]+")  # possible field names of a later standard

# The state before a chunk: normal, the stream's beginning, a CR whose LF may follow, or a failure.
_USUAL, _START, _AFTER_CR, _FAILED = range(4)


class EventTooLargeError(StreamProtocolError):
    """One event, or one line, exceeded the decoder's bound; the events before it were delivered."""


class Event(Value):
    """One event: `event` is its type, `id` the last event id at that point, `raw` its data as bytes.

    Text is decoded when `data` is read and JSON when `json` is called, so events that are only
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

    def json(self, loads: Callable[[str], Any] | None = None) -> Any:
        """Parse the data as JSON, with `loads` if given. Raises ValueError if it is not JSON."""
        return jsontext.loads_utf8(self.raw) if loads is None else loads(self.data)

    def _members(self) -> Iterator[tuple[str, Any, bool]]:
        return ((name, getattr(self, name), False) for name in ("event", "id", "data"))

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

    Line ends are LF, CR and CRLF, cut anywhere. An event is emitted as soon as its blank line ends:
    a CR is not held back for a LF that may follow. Every byte is scanned once, however small the
    chunks are.

    `max_event_bytes` bounds an event's data, and any other single line but a comment; at most twice
    as much is held. A larger one raises EventTooLargeError, after the events before it were
    returned, wherever the chunks are cut.

    `last_event_id` starts from the caller's and follows the stream's `id` fields, at each blank
    line; `identified` is true after the first one. `retry` is the reconnection time that the server
    sent last, in milliseconds. `comments` counts comment lines, which servers send as
    heartbeats; with `keep_comments` their text is in `heard`.

    An unknown field is ignored, as the standard requires. A line that cannot be a
    field is skipped too, but the beginning of the last one is kept in `stray`: an error
    from a gateway, a page of HTML.
    """

    __slots__ = (
        "_counted",
        "_data",
        "_held",
        "_id",
        "_kind",
        "_max",
        "_state",
        "_tail",
        "comments",
        "heard",
        "identified",
        "last_event_id",
        "retry",
        "stray",
    )

    cut = 0

    def __init__(
        self,
        *,
        max_event_bytes: int = MAX_EVENT_BYTES,
        last_event_id: str = "",
        keep_comments: bool = False,
    ) -> None:
        self.last_event_id = last_event_id
        self.retry: int | None = None
        self.comments = 0
        self.heard: list[str] | None = [] if keep_comments else None
        self.identified = False
        self.stray = b""
        self._max = max_event_bytes
        self._state = _START
        self._tail = bytearray()  # an open line
        self._data: list[bytes] = []  # the open event's data lines: pieces to be joined by LF,
        self._counted = 0  # how many of these are from earlier chunks,
        self._held = 0  # and their bytes
        self._kind = "message"
        self._id = last_event_id

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that this chunk completes. Raises EventTooLargeError, also on later calls."""
        if self._state:
            chunk = self._resume(chunk)
        if _CR in chunk:  # `in` with a number is a memchr; with bytes it costs six times as much
            if chunk[-1] == _CR:
                self._state = _AFTER_CR
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if _LF not in chunk:
            if chunk:
                self._hold_line(chunk)
            return []
        if self._tail:
            chunk = bytes(self._tail) + chunk
            self._tail.clear()
        lines = chunk.split(b"\n")
        rest = lines.pop()
        events: list[Event] = []
        try:
            data = self._read(lines, events, check=self._held + len(chunk) > self._max)
            self._hold(data, rest)
        except EventTooLargeError:
            if not events:  # else the next call raises it
                raise
        return events

    def end(self) -> list[Event]:
        """Note that the body has ended. Returns no event: one without its blank line is dropped."""
        if self._state == _FAILED:
            raise self._fail()
        self._look_for_stray(bytes(self._tail))
        return []

    @property
    def pending(self) -> bool:
        """Whether an event is still open. Comments do not open one."""
        begun = self._tail and self._tail[0] != _COLON
        return bool(begun or self._data or self._kind != "message" or self._id != self.last_event_id)

    def _read(self, lines: list[bytes], events: list[Event], *, check: bool) -> list[bytes]:
        # Returns the open event's data lines: the list that it began with, or a new one if that event was dispatched.
        data = self._data
        for line in lines:
            if line[:6] == b"data: ":  # a fast path for the usual line; `_field` handles all of them
                data.append(line[6:])
            elif line:
                self._field(line, data)
            elif data:
                if check and _size(data) > self._max:
                    raise self._fail()
                self.last_event_id = self._id
                events.append(Event(b"\n".join(data), self._kind, self._id))
                self._kind = "message"
                data = []
            else:
                self.last_event_id = self._id
                self._kind = "message"
        return data

    def _field(self, line: bytes, data: list[bytes]) -> None:
        name, _, value = line.partition(b":")
        if value[:1] == b" ":
            value = value[1:]
        if not name:
            self.comments += 1
            if self.heard is not None:
                self.heard.append(value.decode("utf-8", "replace"))
        elif len(line) > self._max + _NAME_BYTES:
            raise self._fail()
        elif name == b"data":
            data.append(value)
        elif name == b"event":
            self._kind = value.decode("utf-8", "replace") or "message"
        elif name == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
                self.identified = True
        elif name == b"retry":
            if value.isdigit():  # of bytes: ASCII digits only
                # More digits than these mean forever anyway (and int() refuses thousands of them).
                self.retry = int(value) if len(value) <= _RETRY_DIGITS else 10**_RETRY_DIGITS
        else:
            self._look_for_stray(line)

    def _look_for_stray(self, line: bytes) -> None:
        name, _, _ = line.partition(b":")
        if name and _FIELD.fullmatch(name) is None:
            self.stray = line[:_SHOWN_BYTES]

    def _hold(self, data: list[bytes], rest: bytes) -> None:
        # Keep the open event and line. Only this chunk's lines are counted: small chunks cost no more than big ones.
        if data is not self._data:
            self._data, self._counted, self._held = data, 0, 0
        new = data[self._counted :]
        if new:
            self._held += _size(new)
            if self._held > self._max:
                raise self._fail()
            # Millions of short lines must not cost a list of millions: join the new ones, and neighbours while they
            # grow, which leaves a few pieces and copies each byte a few times.
            data[self._counted :] = [b"\n".join(new)]
            while len(data) > 1 and len(data[-2]) <= len(data[-1]):
                data[-2:] = [b"\n".join(data[-2:])]
            self._counted = len(data)
        if rest:
            self._hold_line(rest)

    def _hold_line(self, part: bytes) -> None:
        tail = self._tail
        tail += part
        if len(tail) > self._max + _NAME_BYTES:
            if tail[0] != _COLON or self.heard is not None:
                raise self._fail()
            del tail[1:]  # a comment: its text is not needed

    def _resume(self, chunk: bytes) -> bytes:
        # The unusual states: the stream's first bytes, a LF that belongs to the CR before it, or a failure.
        if self._state == _FAILED:
            raise self._fail()
        if not chunk:
            return chunk
        if self._state == _AFTER_CR:
            self._state = _USUAL
            return chunk[1:] if chunk[0] == _LF else chunk
        chunk = bytes(self._tail) + chunk
        self._tail.clear()
        if len(chunk) < len(_BOM) and _BOM.startswith(chunk):
            self._tail += chunk
            return b""
        self._state = _USUAL
        return chunk.removeprefix(_BOM)

    def _fail(self) -> EventTooLargeError:
        self._state = _FAILED
        self._data, self._tail = [], bytearray()
        return EventTooLargeError(
            f"a server-sent event is larger than {self._max:,} bytes; raise max_event_bytes if that is meant"
        )


def _size(lines: list[bytes]) -> int:
    return sum(map(len, lines)) + len(lines)
