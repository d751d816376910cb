"""What a stream is expected to be, as values: its limits, its terminator, the request that asks for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from veneer._core.call import Call
from veneer._core.completeness import EventDecoder, EventOrder, StreamReader, Terminator
from veneer._core.errors import ConfigurationError, StreamProtocolError, VeneerError
from veneer._core.jsonlines import LineDecoder
from veneer._core.sse import MAX_EVENT_BYTES, Decoder, Event

__all__ = ["StreamLimits", "StreamRule", "reader_for", "rule_of", "streaming_call"]

_JSON_LINES = frozenset(
    {"application/jsonl", "application/x-ndjson", "application/ndjson", "application/x-jsonlines"}
)
_ACCEPT = "text/event-stream, application/jsonl;q=0.9, application/x-ndjson;q=0.9"


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How long a stream may keep its reader waiting, in seconds; None: no limit.

    | field | bounds |
    |---|---|
    | idle | silence on the wire; heartbeats are no silence |
    | first_event | from the request to the first event; heartbeats do not count |
    | total | the whole stream |
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


@dataclass(frozen=True, slots=True)
class StreamRule:
    """How an operation streams.

    `terminator` says when a stream is whole, `order` in which order its events come (checked only where set), `resumable` that it goes on from Last-Event-ID,
    `request` what the JSON body needs for the server to stream, `failure` reads an in-band error event into an error (None: it is a plain event).
    """

    terminator: Terminator = dataclasses.field(default_factory=Terminator)
    order: EventOrder | None = None
    resumable: bool = False
    request: Mapping[str, Any] | None = None
    failure: Callable[[Event], VeneerError | None] | None = None


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
    )


def streaming_call(call: Call, rule: StreamRule, last_event_id: str) -> Call:
    """Give the call that opens a stream: its Accept, no caching or compression, the body's stream switch, and where to go on from."""
    headers = {
        "accept": _ACCEPT,
        "cache-control": "no-store",
        "accept-encoding": "identity",
        **{name.lower(): value for name, value in (call.headers or {}).items()},
    }
    if last_event_id:
        headers["last-event-id"] = last_event_id
    body = call.json
    if rule.request and isinstance(body, Mapping):
        body = _merged(body, rule.request)
    return dataclasses.replace(call, headers=headers, json=body)


def _merged(body: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(body)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = (
            _merged(old if isinstance(old, Mapping) else {}, value) if isinstance(value, Mapping) else value
        )
    return merged


def reader_for(content_type: str, rule: StreamRule, limits: StreamLimits, last_event_id: str) -> StreamReader:
    """Choose the decoder by media type; the charset is ignored, event streams are always UTF-8 (WHATWG HTML §9.2.5).

    Raises StreamProtocolError for a body that is no stream.
    """
    media = content_type.partition(";")[0].strip().lower()
    decoder: EventDecoder
    if media == "text/event-stream":
        decoder = Decoder(max_event_bytes=limits.max_event_bytes, last_event_id=last_event_id)
    elif media in _JSON_LINES:
        decoder = LineDecoder(max_event_bytes=limits.max_event_bytes, last_event_id=last_event_id)
    else:
        raise StreamProtocolError(f"expected text/event-stream, got {media or 'no content type'}")
    return StreamReader(decoder, rule.terminator, resumable=rule.resumable)
