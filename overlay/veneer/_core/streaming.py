"""Streams as values: their limits, their rule, the request that opens one, the next connection."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from veneer._core.call import Call
from veneer._core.checks import check_range, check_seconds
from veneer._core.deadline import NEVER, Deadline
from veneer._core.errors import (
    APIError,
    ConfigurationError,
    DeadlineExceededError,
    RedirectError,
    StreamProtocolError,
    StreamTimeoutError,
    TransportError,
    VeneerError,
)
from veneer._core.jsonlines import LineDecoder, SequenceDecoder, is_lines, is_sequence
from veneer._core.options import check_header
from veneer._core.retry import Decision, RetryPolicy, should_retry
from veneer._core.sse import MAX_EVENT_BYTES, Decoder, Event
from veneer._core.stream_reader import EventDecoder, EventOrder, StreamReader, Terminator

__all__ = [
    "Reconnect",
    "StreamDeadlines",
    "StreamLimits",
    "StreamRule",
    "can_be_reopened",
    "complete_rule",
    "reader_for",
    "reconnection",
    "rule_of",
    "streaming_call",
    "taken_last_event_id",
]

_EVENT_STREAM = "text/event-stream"
_ACCEPT = f"{_EVENT_STREAM}, application/jsonl;q=0.9, application/x-ndjson;q=0.9"
_LAST_EVENT_ID = "last-event-id"

# Media types that reveal nothing about the body, and those that servers misuse for JSON Lines.
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_VAGUE = _UNSAID | {"text/plain", "application/json", "text/json"}


# -- limits --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Limits of a stream's waits, in seconds; None: no limit.

    | field | bounds |
    |---|---|
    | idle | silence on the connection; heartbeats end it |
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
            check_seconds(f"the stream limit {name}", getattr(self, name), "no limit")
        check_range(
            "the stream limit max_event_bytes",
            self.max_event_bytes,
            "a number of bytes, 1 or more",
            good=lambda size: size > 0,
        )


class StreamDeadlines:
    """The remaining limits of one stream; times are from a monotonic clock."""

    __slots__ = ("_ends", "_first", "_limits", "_next")

    def __init__(self, limits: StreamLimits, now: float) -> None:
        self._limits = limits
        self._ends = Deadline.after(limits.total, now)
        self._first = Deadline.after(limits.first_event, now)
        self._next = min(self._ends, self._first, key=lambda limit: limit.at)

    def heard(self) -> None:
        """Note that an event arrived."""
        self._first, self._next = NEVER, self._ends

    def left(self, now: float) -> float | None:
        """Return the seconds until the next limit passes, None without one."""
        return self._next.remaining(now)

    def bounded(self, deadline: float | None, now: float) -> float | None:
        """Return the shorter of a call's deadline (seconds) and the time left."""
        left = self.left(now)
        # A deadline must be positive: with the smallest one the call fails by its deadline, not by its arguments.
        return deadline if left is None else max(0.001, left if deadline is None else min(left, deadline))

    def late(self, now: float) -> str | None:
        """Return which limit has passed, None for neither."""
        if self._ends.passed(now):
            return f"did not end within {self._limits.total:g} s"
        if self._first.passed(now):
            return f"sent no event within {self._limits.first_event:g} s"
        return None


# -- rules ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reconnect:
    """A stream is about to reconnect.

    | field | meaning |
    |---|---|
    | error | what ended the last connection or connection attempt |
    | delay | seconds until the next attempt |
    | last_event_id | the Last-Event-ID to send; empty: none |
    | tries | attempts since the last event, 0 right after one |
    """

    error: VeneerError
    delay: float
    last_event_id: str
    tries: int


@dataclass(frozen=True, slots=True)
class StreamRule:
    """How an operation streams. None leaves a field to the contract.

    | field | meaning |
    |---|---|
    | terminator | what ends a complete stream; `Terminator()`: the end of its body |
    | order | the order of its events; by default the contract's, checked if `strict` |
    | resumable | a cut stream reconnects and resumes from Last-Event-ID; its request is sent again |
    | endless | the stream has no end: it reconnects whenever a connection ends, without limit |
    | request | members that the JSON body needs so that the server streams |
    | failure | returns the error of an in-band error event; None for a plain event |
    | accept | the media type to request; also used to read a body without a useful media type |
    | on_reconnect | called with a `Reconnect` before each wait to reconnect |
    | on_comment | called with the text of each comment; servers send them as heartbeats |

    An exception in a callback ends the stream and reaches the caller unchanged. In the async client
    callbacks may be coroutine functions.
    """

    terminator: Terminator | None = None
    order: EventOrder | None = None
    resumable: bool | None = None
    request: Mapping[str, Any] | None = None
    failure: Callable[[Event], VeneerError | None] | None = None
    accept: str | None = None
    endless: bool | None = None
    on_reconnect: Callable[[Reconnect], object] | None = None
    on_comment: Callable[[str], object] | None = None


def rule_of(facts: Mapping[str, Any] | None, *, strict: bool = False) -> StreamRule:
    """Read an operation's `x-veneer-stream`; with `strict`, its order of events too."""
    if not facts:
        return StreamRule()
    marks = [str(facts[key]) for key in ("terminator", "sentinel") if facts.get(key)]
    return StreamRule(
        Terminator.of(*marks, type_field=str(facts.get("type_field", "type"))),
        order=EventOrder.parse(str(facts["order"])) if strict and facts.get("order") else None,
        resumable=bool(facts.get("resumable", False)),
        endless=bool(facts.get("endless", False)),
        request=facts.get("request"),
        accept=str(facts["kind"]) if facts.get("kind") else None,
    )


def complete_rule(
    rule: StreamRule | None,
    call: Call,
    headers: Mapping[str, str | None],
    *,
    strict: bool = False,
) -> StreamRule:
    """Return the caller's rule with its gaps filled from the contract.

    The media type is the rule's, else the contract's, else the caller's Accept (of the call or
    of `headers`, the options'); if all are missing, any stream type is requested.
    """
    contract = rule_of(call.operation.stream, strict=strict)
    made = contract
    if rule is not None:
        gaps = {name: getattr(contract, name) for name in StreamRule.__slots__ if getattr(rule, name) is None}
        made = dataclasses.replace(rule, **gaps)
    if made.accept is None:
        own = _header(call.headers, "accept") or headers.get("accept")
        only = call.operation.accept if _is_stream(_media_type(call.operation.accept)) else None
        made = dataclasses.replace(made, accept=own or only or _ACCEPT)
    return made


def _is_stream(media_type: str) -> bool:
    return media_type == _EVENT_STREAM or is_lines(media_type) or is_sequence(media_type)


def _media_type(text: str) -> str:
    """Return the single media type in a header, without parameters; "" for several or a range."""
    return "" if "," in text or "*" in text else text.partition(";")[0].strip().lower()


def _header(headers: Mapping[str, str] | None, name: str) -> str | None:
    return next((str(value) for held, value in (headers or {}).items() if held.lower() == name), None)


# -- requests ------------------------------------------------------------------------------------------------------


def taken_last_event_id(
    call: Call, headers: Mapping[str, str | None], given: str = ""
) -> tuple[Call, Mapping[str, str | None], str]:
    """Remove Last-Event-ID from a call's headers and the options': it changes during the stream.

    Returns both without it, and the id: `given`, else the call's, else the options'.
    """
    named = _header(call.headers, _LAST_EVENT_ID)
    found = str(given or "") or named or headers.get(_LAST_EVENT_ID) or ""
    if named is not None:
        rest = {name: value for name, value in (call.headers or {}).items() if name.lower() != _LAST_EVENT_ID}
        call = call._replace(headers=rest)
    if _LAST_EVENT_ID in headers:
        headers = {name: value for name, value in headers.items() if name != _LAST_EVENT_ID}
    return call, headers, found


def streaming_call(
    call: Call,
    rule: StreamRule,
    last_event_id: str,
    headers: Mapping[str, str | None] | None = None,
    *,
    again: bool = False,
) -> Call:
    """Return the call that opens a stream, or opens it `again` if the rule allows that.

    Adds Accept, no caching and no compression unless the call or `headers` (the options')
    set them, the body's stream switch, and where to resume. Raises ConfigurationError for
    a body without a place for the switch.
    """
    own = {name.lower(): value for name, value in (call.headers or {}).items()}
    usual = {"accept": rule.accept or _ACCEPT, "cache-control": "no-cache", "accept-encoding": "identity"}
    sent = {name: value for name, value in usual.items() if name not in (headers or {})} | own
    if last_event_id:
        sent[_LAST_EVENT_ID] = _header_text(last_event_id)
    call = _switched(call, rule.request) if rule.request else call
    operation = call.operation._replace(safe=True) if again else call.operation
    return call._replace(operation=operation, headers=sent)


def _header_text(last_event_id: str) -> str:
    """Return an id as a header value: UTF-8 bytes, as the engine takes them (WHATWG HTML §9.2.3)."""
    return last_event_id.encode("utf-8", "replace").decode("latin-1")


def _switched(call: Call, changes: Mapping[str, Any]) -> Call:
    if call.has_json and not isinstance(call.json, Mapping):
        raise ConfigurationError(
            f"{call.operation.id}: the body is not a JSON object; it cannot ask for a stream"
        )
    if not call.has_json and (call.content is not None or call.data is not None or call.files is not None):
        raise ConfigurationError(f"{call.operation.id}: the body is not JSON; it cannot ask for a stream")
    return call._replace(json=_merged(call.json or {}, changes), has_json=True)


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
    """Return the reader for a response's media type; it continues the reader of the connection `before`.

    The charset is ignored: event streams are always UTF-8 (WHATWG HTML §9.2.5). Raises
    StreamProtocolError for a body that is not a stream.
    """
    media = content_type.partition(";")[0].strip().lower()
    declared = _media_type(rule.accept or "")
    decoder = _decoder(media, declared, rule, limits, last_event_id)
    if decoder is None:
        kind = declared or _EVENT_STREAM
        hint = "" if declared else "; where it is one, say which: rule=StreamRule(accept='application/jsonl')"
        raise StreamProtocolError(f"expected {kind}, got {media or 'no content type'}{hint}")
    reader = StreamReader(
        decoder,
        rule.terminator,
        resumable=bool(rule.resumable or rule.endless),
        endless=bool(rule.endless),
    )
    if before is not None:
        reader.after(before)
    return reader


def _decoder(
    media: str, declared: str, rule: StreamRule, limits: StreamLimits, last_event_id: str
) -> EventDecoder | None:
    """Choose a decoder by the response's media type, or by the contract if that type is not specific.

    | response's type | contract's type | read as |
    |---|---|---|
    | a stream type | any | the response's type |
    | none, or octets | server-sent events | the contract's: an error page shows by its lines |
    | none, octets, plain text, JSON, or the contract's | JSON texts | the contract's |
    | anything else | any | not read |
    """
    bounds: dict[str, Any] = {"max_event_bytes": limits.max_event_bytes, "last_event_id": last_event_id}
    if not _is_stream(media):
        lines = declared not in {"", _EVENT_STREAM}
        if not declared or media not in ({*_VAGUE, declared} if lines else _UNSAID):
            return None
        media = declared
    if media == _EVENT_STREAM:
        return Decoder(**bounds, keep_comments=rule.on_comment is not None)
    return SequenceDecoder(**bounds) if is_sequence(media) else LineDecoder(**bounds)


def reconnection(
    rule: StreamRule,
    policy: RetryPolicy,
    error: VeneerError,
    reader: StreamReader | None,
    *,
    tries: int,
    safe: bool,
    left: float | None,
    random: float,
) -> Decision:
    """Decide when a stream reconnects after `error`, or why not; an empty reason adds nothing.

    `tries` counts the attempts since the last event. `safe` is whether the request may be sent
    twice, `left` the time left of the stream's limits, in seconds. A wait that the policy or the
    limits do not allow is refused, not shortened. Repeated attempts wait at least for the policy's
    backoff.
    """
    if not (rule.resumable or rule.endless):
        return Decision(None, "")
    if left is not None and left <= 0:
        return Decision(None, "" if isinstance(error, StreamTimeoutError) else "its limits have passed")
    last_event_id = reader.decoder.last_event_id if reader is not None else ""
    if not rule.endless and (refusal := _refusal(policy, reader, tries=tries, safe=safe)):
        return Decision(None, refusal)
    try:
        check_header(_LAST_EVENT_ID, _header_text(last_event_id))
    except ConfigurationError:
        return Decision(None, "its last event id has a control character, which no header can carry")
    asked = error.retry_after
    if asked is None and reader is not None and reader.decoder.retry is not None:
        asked = reader.decoder.retry / 1000.0
    if asked is not None and asked > policy.max_server_delay:
        return Decision(
            None,
            f"the server asks for {asked:g} s, over the cap max_server_delay={policy.max_server_delay:g}",
        )
    delay = policy.backoff(tries, random)
    if asked is not None:
        delay = max(asked, delay) if tries else asked
    if left is not None and delay >= left:
        return Decision(None, f"a wait of {delay:.3g} s would pass the stream's limits")
    return Decision(delay, "asked by the server" if asked is not None else "backoff")


def _refusal(policy: RetryPolicy, reader: StreamReader | None, *, tries: int, safe: bool) -> str:
    """Return why a stream with an end must not reconnect: its events or its work would repeat."""
    if tries >= policy.max_retries:
        return f"no event came in {tries} further connections" if tries else "retries are off"
    if reader is not None and reader.events and not reader.has_ids:
        return "its events carry no id to resume from: they would come twice"
    if not safe and (reader is None or not reader.decoder.last_event_id):
        return "no event id came: the request could do its work twice"
    return ""


def can_be_reopened(error: VeneerError, policy: RetryPolicy) -> bool:
    """Return whether an endless stream continues after this failed attempt to open it."""
    if isinstance(error, APIError):
        told = should_retry(error.headers)
        worth = error.status_code in policy.statuses if told is None else told
        return worth and not isinstance(error, RedirectError)
    return isinstance(error, (TransportError, DeadlineExceededError))
