"""Decide whether a stream is complete: terminators, counts, and the order of events. No I/O.

reader = StreamReader(Decoder(), Terminator.of("[DONE]"))
for chunk in body:
    yield from reader.feed(chunk)
    if reader.complete:
        break                           # what follows is not part of the stream
else:
    yield from reader.end()
reader.check()                          # raises StreamTruncatedError
"""

from __future__ import annotations

import contextlib
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
    """A decoder for a reader: `sse.Decoder`, `jsonlines.LineDecoder`, `jsonlines.SequenceDecoder`.

    | attribute | meaning |
    |---|---|
    | last_event_id, identified | where to resume, and whether the stream itself sent that id |
    | retry | the reconnection time that the stream asks for, milliseconds |
    | heard | the text of comments, if they are kept |
    | stray | the beginning of the last skipped bytes |
    | cut | how many events their writer left incomplete |
    | pending | whether an event is still open |
    """

    last_event_id: str
    retry: int | None
    heard: list[str] | None

    def feed(self, chunk: bytes) -> list[Event]: ...
    def end(self) -> list[Event]: ...
    @property
    def identified(self) -> bool: ...
    @property
    def stray(self) -> bytes: ...
    @property
    def cut(self) -> int: ...
    @property
    def pending(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Terminator:
    """What marks a stream as complete.

    | declared | the stream is complete when |
    |---|---|
    | `sentinel="[DONE]"` | an event's data is exactly this; that event is not emitted |
    | `names={"done"}` | an event has this type, as its SSE type or as `type_field` of its JSON data; it is emitted |
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
        """Whether the end of the body alone is not enough."""
        return self.sentinel is not None or bool(self.names)

    def is_last(self, event: Event) -> bool:
        """Return whether the event is the stream's last one, and one to emit."""
        if not self.names:
            return False
        return event.event in self.names or self._names_json(event)

    def _names_json(self, event: Event) -> bool:
        # Parse only what may hold the name: most events are not the last. JSON may spell it in escapes.
        raw = event.raw
        if not any(name.encode() in raw for name in self.names) and b"\\u" not in raw and b"\\/" not in raw:
            return False
        return event_type(event, self.type_field) in self.names


def event_type(event: Event, type_field: str = "type") -> str:
    """Return the event's type: `type_field` of its JSON data if that is text, else its SSE type."""
    try:
        data = event.json()
    except (ValueError, RecursionError):
        return event.event
    named = data.get(type_field) if isinstance(data, dict) else None
    return named if isinstance(named, str) else event.event


class StreamReader:
    """A decoder that knows when its stream is complete, and counts what arrived.

    `events` counts those emitted, `bytes` those fed; `complete` turns true at the terminator. What
    follows it is not emitted; `beyond` counts those events, except further terminators.
    The end of a body does not complete an `endless` stream: another connection continues it.
    """

    __slots__ = (
        "_sentinel",
        "beyond",
        "bytes",
        "complete",
        "decoder",
        "ended",
        "endless",
        "events",
        "identified",
        "resumable",
        "terminator",
    )

    def __init__(
        self,
        decoder: EventDecoder,
        terminator: Terminator | None = None,
        *,
        resumable: bool = False,
        endless: bool = False,
    ) -> None:
        self.decoder = decoder
        self.terminator = terminator or Terminator()
        self._sentinel = None if self.terminator.sentinel is None else self.terminator.sentinel.encode()
        self.resumable = resumable
        self.endless = endless
        self.identified = False
        self.events = 0
        self.bytes = 0
        self.beyond = 0
        self.complete = False
        self.ended = False

    def after(self, before: StreamReader) -> None:
        """Continue the counts of the reader of an earlier connection."""
        self.events, self.bytes = before.events, before.bytes
        self.identified = before.has_ids
        self.decoder.retry = before.decoder.retry

    @property
    def has_ids(self) -> bool:
        """Whether the stream has sent an id to resume from."""
        return self.identified or self.decoder.identified

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that this chunk completes, without the sentinel and what follows it."""
        if self.complete:
            with contextlib.suppress(StreamProtocolError):
                self._pass_over(self.decoder.feed(chunk))
            return []
        self.bytes += len(chunk)
        return self._count(self.decoder.feed(chunk))

    def end(self) -> list[Event]:
        """Note that the body has ended; return the last event if its end is optional (JSON Lines)."""
        if self.complete:
            return []
        self.ended = True
        decoder = self.decoder
        events = self._count(decoder.end())
        if not (self.endless or self.terminator.declared or decoder.pending or decoder.cut):
            self.complete = self.complete or not self._is_none
        return events

    def check(self, cause: Exception | None = None) -> None:
        """Raise an error unless the stream is complete; `cause` is what cut it.

        It is StreamTruncatedError, or StreamProtocolError if nothing could be an event.
        """
        if self.complete:
            return
        if self._is_none:
            raise StreamProtocolError(
                f"the body is not a stream of events; its last line is {_shown(self.decoder.stray)}"
            ) from cause
        error = StreamTruncatedError(f"the stream ended {self._where()}: {self._came()}")
        error.events = self.events
        error.bytes = self.bytes
        error.last_event_id = self.decoder.last_event_id
        error.resumable = self.resumable
        raise error from cause

    @property
    def _is_none(self) -> bool:
        """Return whether nothing could be part of an event: an error page under a stream's media type."""
        return bool(self.decoder.stray) and not self.events

    def _count(self, events: list[Event]) -> list[Event]:
        sentinel, names = self._sentinel, self.terminator.names
        if sentinel is not None or names:
            for index, event in enumerate(events):
                if sentinel is not None and event.raw.strip() == sentinel:
                    self.complete = True
                    self._pass_over(events[index + 1 :])
                    events = events[:index]
                    break
                if names and self.terminator.is_last(event):
                    self.complete = True
                    self._pass_over(events[index + 1 :])
                    events = events[: index + 1]
                    break
        self.events += len(events)
        return events

    def _pass_over(self, events: list[Event]) -> None:
        """Count what follows the terminator: another terminator is fine, an event is not."""
        for event in events:
            if event.raw.strip() != self._sentinel and not self.terminator.is_last(event):
                self.beyond += 1

    def _where(self) -> str:
        if self.decoder.pending:
            return "in the middle of an event"
        if self.decoder.cut:
            return "with events missing that its writer left incomplete"
        if not self.terminator.declared:
            return "before its body did" if not self.ended else "with its body, and has no end"
        marks = [
            *([self.terminator.sentinel] if self.terminator.sentinel else []),
            *sorted(self.terminator.names),
        ]
        return f"without its terminator ({' or '.join(marks)})"

    def _came(self) -> str:
        decoder = self.decoder
        last = f", last event id {decoder.last_event_id!r}" if decoder.last_event_id else ""
        resume = "; it can be resumed" if self.resumable and decoder.last_event_id else ""
        stray = (
            f"; one of its lines cannot be part of an event: {_shown(decoder.stray)}" if decoder.stray else ""
        )
        return f"{self.events:,} events in {self.bytes:,} bytes came{last}{resume}{stray}"


def _shown(text: bytes) -> str:
    return repr(text.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order: the types that fit, and whether it is optional or repeats."""

    types: frozenset[str]
    optional: bool
    repeats: bool


@dataclass(frozen=True, slots=True)
class EventOrder:
    """The documented order of a platform's events; a value that each event advances.

        order = EventOrder.parse("start (token|delta|tool_call)* (final|error) done")
        for event in events:
            order = order.accept(event.type_)     # StreamProtocolError if out of order

    Types outside the order are accepted anywhere: servers add new ones.
    """

    steps: tuple[Step, ...]
    at: int = 0

    @classmethod
    def parse(cls, text: str) -> EventOrder:
        """Read steps separated by spaces: a type or `(one|other)`, with `*` for any number, `?` for at most one.

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
        """Return the order after an event of this type. Raises StreamProtocolError if it is out of order."""
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
