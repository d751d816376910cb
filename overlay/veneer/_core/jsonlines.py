"""Decode JSON Lines (`application/jsonl`, `application/x-ndjson`) into events, by the same interface as SSE.

Rules: https://jsonlines.org and https://github.com/ndjson/ndjson-spec. The last line's end is optional.
"""

from __future__ import annotations

import json

from veneer._core.sse import MAX_EVENT_BYTES, Event, EventTooLargeError

__all__ = ["LineDecoder"]

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r"


class LineDecoder:
    """Turn chunks of JSON Lines into events whose data is one line; blank lines are skipped.

    `max_event_bytes` bounds one line, and so the memory held.
    """

    __slots__ = ("_failure", "_max", "_starting", "_tail", "last_event_id")

    comments = 0
    retry: int | None = None

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES, last_event_id: str = "") -> None:
        self.last_event_id = last_event_id
        self._max = max_event_bytes
        self._tail = bytearray()
        self._starting = True
        self._failure: EventTooLargeError | None = None

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the lines that this chunk completes. Raises EventTooLargeError, then and at each later call."""
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
        """Return the last line if it has no line end and is a JSON text; half of one stays `pending`."""
        events: list[Event] = []
        if self._failure is None and _is_json(bytes(self._tail)):
            self._line(bytes(self._tail), events)
            self._tail.clear()
        return self._out(events)

    @property
    def pending(self) -> bool:
        """Whether a line has begun and its end has not come."""
        return bool(self._tail.strip(_BLANK))

    def _line(self, line: bytes, events: list[Event]) -> None:
        if self._starting:
            self._starting = False
            line = line.removeprefix(_BOM)
        if line := line.strip(_BLANK):
            events.append(Event(line, "message", self.last_event_id))

    def _bound(self, size: int) -> bool:
        if size <= self._max:
            return True
        self._tail.clear()
        self._failure = EventTooLargeError(
            f"a line is larger than {self._max:,} bytes; raise max_event_bytes if that is meant"
        )
        return False

    def _out(self, events: list[Event]) -> list[Event]:
        if self._failure is not None and not events:
            raise self._failure
        return events


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text.removeprefix(_BOM).decode())
    except (ValueError, RecursionError):
        return False
    return True
