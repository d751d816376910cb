"""Tell a whole stream from one that was cut: terminators, counts, and the order of events. No I/O.

reader = StreamReader(Decoder(), Terminator.of("[DONE]"))
for chunk in body:
    yield from reader.feed(chunk)
    if reader.complete:
        break                           # nothing that follows is part of the stream
else:
    yield from reader.end()
reader.check()                          # raises StreamTruncatedError
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from veneer._core.errors import StreamProtocolError, StreamTruncatedError
from veneer._core.sse import Event

__all__ = ["EventDecoder", "EventOrder", "StreamReader", "Terminator", "event_type"]

_NAME = re.compile(r"[A-Za-z0-9_.:/-]+")
_STEP = re.compile(r"\s*(?:\(\s*([^()]*?)\s*\)|([A-Za-z0-9_.:/-]+))([*?]?)")


class EventDecoder(Protocol):
    """What a reader needs of a decoder: `sse.Decoder` and `jsonlines.LineDecoder` are two."""

    last_event_id: str
    retry: int | None

    def feed(self, chunk: bytes) -> list[Event]: ...
    def end(self) -> list[Event]: ...
    @property
    def pending(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Terminator:
    """How a stream says that it is whole.

    | declared | the stream is whole when |
    |---|---|
    | `sentinel="[DONE]"` | an event's data is exactly this; that event is not given out |
    | `names={"done"}` | an event has this type, as its SSE type or as `type_field` of its JSON data; it is given out |
    | both | either comes first |
    | nothing | the body ends, and not in the middle of an event |
    """

    sentinel: str | None = None
    names: frozenset[str] = frozenset()
    type_field: str = "type"

    @classmethod
    def of(cls, *marks: str, type_field: str = "type") -> Terminator:
        """Read marks as contracts write them: plain words name event types, anything else is sentinel data.

        >>> Terminator.of("done", "[DONE]")
        Terminator(sentinel='[DONE]', names=frozenset({'done'}), type_field='type')

        Raises ValueError for more than one sentinel.
        """
        names = frozenset(mark for mark in marks if _NAME.fullmatch(mark))
        sentinels = [mark for mark in marks if mark not in names]
        if len(sentinels) > 1:
            raise ValueError(f"a stream has one sentinel at most: {', '.join(map(repr, sentinels))}")
        return cls(sentinels[0] if sentinels else None, names, type_field)

    @property
    def declared(self) -> bool:
        """Whether an end of the body alone is not enough."""
        return self.sentinel is not None or bool(self.names)

    def is_last(self, event: Event) -> bool:
        """Whether the event is the stream's last one, and one to be given out."""
        if not self.names:
            return False
        return event.event in self.names or self._names_json(event)

    def _names_json(self, event: Event) -> bool:
        # Parse only what may hold the name: nearly every event of a stream is not its last. JSON may spell it in escapes.
        raw = event.raw
        if not any(name.encode() in raw for name in self.names) and b"\\u" not in raw and b"\\/" not in raw:
            return False
        return event_type(event, self.type_field) in self.names


def event_type(event: Event, type_field: str = "type") -> str:
    """Return the event's type: `type_field` of its JSON data where that is text, else its SSE type."""
    try:
        data = event.json()
    except (ValueError, RecursionError):
        return event.event
    named = data.get(type_field) if isinstance(data, dict) else None
    return named if isinstance(named, str) else event.event


class StreamReader:
    """A decoder that knows when its stream is whole, and counts what came.

    `events` are those given out, `bytes` those fed, `complete` turns true at the terminator; what follows it is ignored.
    """

    __slots__ = ("_sentinel", "bytes", "complete", "decoder", "ended", "events", "resumable", "terminator")

    def __init__(
        self, decoder: EventDecoder, terminator: Terminator | None = None, *, resumable: bool = False
    ) -> None:
        self.decoder = decoder
        self.terminator = terminator or Terminator()
        self._sentinel = None if self.terminator.sentinel is None else self.terminator.sentinel.encode()
        self.resumable = resumable
        self.events = 0
        self.bytes = 0
        self.complete = False
        self.ended = False

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that this chunk completes, without the sentinel and all after it."""
        if self.complete:
            return []
        self.bytes += len(chunk)
        return self._count(self.decoder.feed(chunk))

    def end(self) -> list[Event]:
        """Note that the body has ended; return the last event where its end is optional (JSON Lines)."""
        if self.complete:
            return []
        self.ended = True
        events = self._count(self.decoder.end())
        self.complete = self.complete or not (self.terminator.declared or self.decoder.pending)
        return events

    def check(self, cause: Exception | None = None) -> None:
        """Raise StreamTruncatedError unless the stream was whole; `cause` is what cut it."""
        if self.complete:
            return
        error = StreamTruncatedError(f"the stream ended {self._where()}: {self._came()}")
        error.events = self.events
        error.bytes = self.bytes
        error.last_event_id = self.decoder.last_event_id
        error.resumable = self.resumable
        raise error from cause

    def _count(self, events: list[Event]) -> list[Event]:
        sentinel, names = self._sentinel, self.terminator.names
        if sentinel is not None or names:
            for index, event in enumerate(events):
                if sentinel is not None and event.raw.strip() == sentinel:
                    self.complete, events = True, events[:index]
                    break
                if names and self.terminator.is_last(event):
                    self.complete, events = True, events[: index + 1]
                    break
        self.events += len(events)
        return events

    def _where(self) -> str:
        if self.decoder.pending:
            return "in the middle of an event"
        if not self.terminator.declared:
            return "before its body did"
        marks = [
            *([self.terminator.sentinel] if self.terminator.sentinel else []),
            *sorted(self.terminator.names),
        ]
        return f"without its terminator ({' or '.join(marks)})"

    def _came(self) -> str:
        last = f", last event id {self.decoder.last_event_id!r}" if self.decoder.last_event_id else ""
        resume = "; it can be resumed" if self.resumable and self.decoder.last_event_id else ""
        return f"{self.events:,} events in {self.bytes:,} bytes came{last}{resume}"


@dataclass(frozen=True, slots=True)
class Step:
    """One place in an order: the types that fit, and whether none or many of them do."""

    types: frozenset[str]
    optional: bool
    repeats: bool


@dataclass(frozen=True, slots=True)
class EventOrder:
    """The order in which a platform says that its events come; a value, moved on by each event.

        order = EventOrder.parse("start (token|delta|tool_call)* (final|error) done")
        for event in events:
            order = order.accept(event.type_)     # StreamProtocolError when out of order

    Types that the order does not name are let through anywhere: servers learn new ones.
    """

    steps: tuple[Step, ...]
    at: int = 0

    @classmethod
    def parse(cls, text: str) -> EventOrder:
        """Read steps separated by spaces: a type or `(one|other)`, then `*` for any number or `?` for at most one.

        Raises ValueError for anything else.
        """
        steps = []
        position = 0
        while position < len(text.rstrip()):
            match = _STEP.match(text, position)
            types = [name.strip() for name in (match[1] or match[2]).split("|")] if match else []
            if match is None or not all(_NAME.fullmatch(name) for name in types):
                raise ValueError(f"not an order of events: {text[position:]!r}")
            steps.append(Step(frozenset(types), optional=match[3] != "", repeats=match[3] == "*"))
            position = match.end()
        return cls(tuple(steps))

    def accept(self, kind: str) -> EventOrder:
        """Return the order after an event of this type. Raises StreamProtocolError when it may not come here."""
        if not any(kind in step.types for step in self.steps):
            return self
        for index in range(self.at, len(self.steps)):
            step = self.steps[index]
            if kind in step.types:
                return replace(self, at=index if step.repeats else index + 1)
            if not step.optional:
                break
        raise StreamProtocolError(
            f"event {kind!r} out of order: expected {' or '.join(self.expected) or 'no more'}"
        )

    @property
    def expected(self) -> tuple[str, ...]:
        """The types that may come next, sorted."""
        return tuple(sorted({kind for step in self._open() for kind in step.types}))

    @property
    def complete(self) -> bool:
        """Whether the order may end here."""
        return all(step.optional for step in self.steps[self.at :])

    def _open(self) -> Iterable[Step]:
        for step in self.steps[self.at :]:
            yield step
            if not step.optional:
                return
