"""What a stream is expected to be, as values: its limits, its terminator, the request that asks for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from veneer._core.call import Call
from veneer._core.completeness import EventDecoder, EventOrder, StreamReader, Terminator
from veneer._core.deadline import NEVER, Deadline
from veneer._core.errors import ConfigurationError, StreamProtocolError, VeneerError
from veneer._core.jsonlines import LineDecoder
from veneer._core.retry import RetryPolicy
from veneer._core.sse import MAX_EVENT_BYTES, Decoder, Event

__all__ = [
    "Patience",
    "StreamLimits",
    "StreamRule",
    "reader_for",
    "reconnect_delay",
    "rule_of",
    "streaming_call",
]

_EVENT_STREAM = "text/event-stream"
_JSON_LINES = frozenset(
    {"application/jsonl", "application/x-ndjson", "application/ndjson", "application/x-jsonlines"}
)
_ACCEPT = f"{_EVENT_STREAM}, application/jsonl;q=0.9, application/x-ndjson;q=0.9"


# -- limits --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How long a stream may keep its reader waiting, in seconds; None: no limit.

    | field | bounds |
    |---|---|
    | idle | silence on the wire; heartbeats are no silence |
    | first_event | from the request to the first event; heartbeats do not count |
    | total | the whole stream, from the request |
    | max_event_bytes | one event (bytes) |
    """

    idle: float | None = 60.0
    first_event: float | None = None
    total: float | None = None
    max_event_bytes: int = MAX_EVENT_BYTES

    def __post_init__(self) -> None:
        for name in ("idle", "first_event", "total"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ConfigurationError(f"the stream limit {name} must be positive seconds, or None")
        if not self.max_event_bytes > 0:
            raise ConfigurationError("the stream limit max_event_bytes must be positive")


class Patience:
    """What is left of the limits of one stream; times are of a monotonic clock."""

    __slots__ = ("_ends", "_first", "_limits", "_next")

    def __init__(self, limits: StreamLimits, now: float) -> None:
        self._limits = limits
        self._ends = Deadline.after(limits.total, now)
        self._first = Deadline.after(limits.first_event, now)
        self._next = min(self._ends, self._first, key=lambda limit: limit.at)

    def heard(self) -> None:
        """Note that an event came."""
        self._first, self._next = NEVER, self._ends

    def left(self, now: float) -> float | None:
        """Seconds until the first limit that passes, None where there is none."""
        return self._next.remaining(now)

    def bounded(self, deadline: float | None, now: float) -> float | None:
        """The shorter of a call's deadline (seconds) and what is left."""
        left = self.left(now)
        # A deadline is positive: the least one has the call fail by it and not by its arguments.
        return deadline if left is None else max(0.001, left if deadline is None else min(left, deadline))

    def late(self, now: float) -> str | None:
        """Say which limit has passed, None for neither."""
        if self._ends.passed(now):
            return f"did not end within {self._limits.total:g} s"
        if self._first.passed(now):
            return f"sent no event within {self._limits.first_event:g} s"
        return None


# -- rules ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StreamRule:
    """How an operation streams.

    | field | meaning |
    |---|---|
    | terminator | when the stream is whole |
    | order | in which order its events come; checked only where set |
    | resumable | a stream that was cut is opened again and goes on from Last-Event-ID, its request sent once more |
    | request | what the JSON body needs for the server to stream |
    | failure | reads an in-band error event into an error; None for a plain event |
    | accept | the media type to ask for |
    """

    terminator: Terminator = dataclasses.field(default_factory=Terminator)
    order: EventOrder | None = None
    resumable: bool = False
    request: Mapping[str, Any] | None = None
    failure: Callable[[Event], VeneerError | None] | None = None
    accept: str = _ACCEPT


def rule_of(facts: Mapping[str, Any] | None, *, strict: bool = False) -> StreamRule:
    """Read an operation's `x-veneer-stream`; without one, a stream is whole when its body is. `strict` takes its order of events too."""
    if not facts:
        return StreamRule()
    marks = [str(facts[key]) for key in ("terminator", "sentinel") if facts.get(key)]
    return StreamRule(
        Terminator.of(*marks, type_field=str(facts.get("type_field", "type"))),
        order=EventOrder.parse(str(facts["order"])) if strict and facts.get("order") else None,
        resumable=bool(facts.get("resumable", False)),
        request=facts.get("request"),
        accept=str(facts.get("kind") or _ACCEPT),
    )


def streaming_call(call: Call, rule: StreamRule, last_event_id: str, *, again: bool = False) -> Call:
    """Give the call that opens a stream: its Accept, no caching or compression, the body's stream switch, and where to go on from.

    Opening a stream `again` is safe to repeat: the rule says that it is resumable.
    """
    headers = {
        "accept": rule.accept,
        "cache-control": "no-store",
        "accept-encoding": "identity",
        **{name.lower(): value for name, value in (call.headers or {}).items()},
    }
    if last_event_id:
        headers["last-event-id"] = last_event_id
    body = call.json
    if rule.request and isinstance(body, Mapping):
        body = _merged(body, rule.request)
    operation = call.operation._replace(safe=True) if again else call.operation
    return call._replace(operation=operation, headers=headers, json=body)


def _merged(body: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(body)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = (
            _merged(old if isinstance(old, Mapping) else {}, value) if isinstance(value, Mapping) else value
        )
    return merged


# -- connections ---------------------------------------------------------------------------------------------------


def reader_for(
    content_type: str,
    rule: StreamRule,
    limits: StreamLimits,
    last_event_id: str,
    before: StreamReader | None = None,
) -> StreamReader:
    """Choose the decoder by media type; the charset is ignored, event streams are always UTF-8 (WHATWG HTML §9.2.5).

    Counts, and the reconnection time, go on from the reader of the connection `before`. Raises StreamProtocolError for a body that is no stream.
    """
    media = content_type.partition(";")[0].strip().lower()
    decoder: EventDecoder
    if media == _EVENT_STREAM:
        decoder = Decoder(max_event_bytes=limits.max_event_bytes, last_event_id=last_event_id)
        decoder.retry = before.decoder.retry if before is not None else None
    elif media in _JSON_LINES:
        decoder = LineDecoder(max_event_bytes=limits.max_event_bytes, last_event_id=last_event_id)
    else:
        raise StreamProtocolError(f"expected {_EVENT_STREAM}, got {media or 'no content type'}")
    reader = StreamReader(decoder, rule.terminator, resumable=rule.resumable)
    if before is not None:
        reader.events, reader.bytes = before.events, before.bytes
    return reader


def reconnect_delay(
    rule: StreamRule,
    policy: RetryPolicy,
    *,
    tries: int,
    asked: int | None,
    left: float | None,
    random: float,
) -> float | None:
    """Seconds until a stream that was cut is opened again; None where it must not be.

    `tries` counts the connections without an event so far, `asked` is the stream's own `retry` in milliseconds, `left` what is left of its limits. A wait that the
    policy or the limits do not allow is refused, not shortened.
    """
    if not rule.resumable or tries >= policy.max_retries:
        return None
    delay = policy.backoff(tries, random)
    if asked is not None:
        delay = asked / 1000.0
        if delay > policy.max_server_delay:
            return None
    return delay if left is None or delay < left else None
