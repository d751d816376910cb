# Derived from overlay/veneer/_async/streams.py by scripts/unasync.py: edit that file, not this one.
"""Read a stream of events with a context manager and iterator that knows whether it is complete."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import warnings
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

import httpx

from veneer import _io
from veneer._core.attempts import Attempt
from veneer._core.call import Call
from veneer._core.errors import (
    BodyUndecodableError,
    DeadlineExceededError,
    ResponseInvalidError,
    StreamError,
    StreamProtocolError,
    StreamTimeoutError,
    StreamTruncatedError,
    VeneerError,
)
from veneer._core.options import Options
from veneer._core.redact import mask_text
from veneer._core.responses import read_event
from veneer._core.retry import Decision
from veneer._core.sse import Event
from veneer._core.stream_reader import StreamReader, Terminator, event_type
from veneer._core.streaming import (
    Reconnect,
    StreamDeadlines,
    StreamLimits,
    StreamRule,
    can_be_reopened,
    complete_rule,
    reader_for,
    reconnection,
    streaming_call,
    taken_last_event_id,
)
from veneer._sync.bodies import bytes_of
from veneer._sync.session import Session

if TYPE_CHECKING:
    from veneer._core.violations import SchemaViolation

__all__ = ["Stream"]

E = TypeVar("E")

_BODY_START = 2048
_BODY_START_SECONDS = 5.0
_LAST_BYTES_SECONDS = 0.05
_ATTEMPTS = 100
"""Most attempts that are remembered; an endless stream makes any number."""


class Stream(Generic[E]):
    """A stream of events.

        with client.stream(run_stream, body=request, event=StreamEvent.from_dict) as stream:
            for event in stream:
                ...

    Leaving the block in any way frees the connection at once. The loop ends by itself only
    if the stream is complete; else iterating raises StreamTruncatedError (an end without the
    terminator), StreamTimeoutError (a limit passed), StreamProtocolError, or StreamError if the
    stream was closed meanwhile. Error statuses are raised on entering, before the
    first event.

    An endless stream (`StreamRule(endless=True)`) reconnects when a connection ends. It ends
    when the server answers 204, and raises what another connection cannot fix: a limit, or an error
    status that is not retried.
    """

    def __init__(
        self,
        session: Session,
        call: Call,
        options: Options,
        rule: StreamRule | None,
        limits: StreamLimits,
        parse: Callable[[Any], E] | None,
        last_event_id: str = "",
        *,
        strict: bool = False,
    ) -> None:
        self._response: httpx.Response | None = None
        self._closed = False
        self._dropped = False
        self._session = session
        call, headers, self._last_event_id = taken_last_event_id(call, options.headers, last_event_id)
        self._rule = complete_rule(rule, call, headers, strict=strict)
        # One key for all connections: resuming must not start the streamed work again.
        self._call, keyed = session.keyed(call, options)
        self._safe = self._call.safe or keyed
        # The engine's own read limit is the idle limit: it costs nothing, and any byte resets it.
        silence = min((limit for limit in (limits.idle, limits.total) if limit is not None), default=None)
        self._options = dataclasses.replace(
            options, headers=headers, timeouts=dataclasses.replace(options.timeouts, read=silence)
        )
        self._limits = limits
        self._parse = parse
        self._order = self._rule.order
        self._pause: _io.Pause | None = None
        self._finished = False
        self._callers: BaseException | None = None
        self._reader: StreamReader | None = None
        self._body: Iterator[bytes]
        self._patience: StreamDeadlines
        self._pending: collections.deque[Event] = collections.deque()
        self._tries = 0
        self._unfit: tuple[SchemaViolation, ...] = ()
        self.attempts: tuple[Attempt, ...] = ()

    @property
    def response(self) -> httpx.Response:
        """The current response. Raises StreamError before the stream is open."""
        if self._response is None:
            raise StreamError("the stream is not open yet: use it as a context manager, or iterate")
        return self._response

    @property
    def last_event_id(self) -> str:
        """The last event's id, empty without one; pass it as `last_event_id=` to resume there."""
        return self._reader.decoder.last_event_id if self._reader is not None else self._last_event_id

    @property
    def events(self) -> int:
        """How many events arrived so far, over all connections."""
        return self._reader.events if self._reader is not None else 0

    @property
    def complete(self) -> bool:
        """Whether the stream is complete: up to its terminator, or else its end, with no event dropped."""
        return self._reader is not None and self._reader.complete and not self._dropped

    def open(self) -> Self:
        """Send the request, as `with` and iterating do. Raises the platform's error for its status."""
        if self._response is None and not self._closed:
            self._patience = StreamDeadlines(self._limits, self._session.clock())
            self._connect()
        return self

    def close(self) -> None:
        """Free the connection and drop events that were not returned yet; may be called twice.

        Another thread or task that waits for an event gets a StreamError at once.
        """
        if self._closed:
            return
        self._closed = True
        self._dropped = bool(self._pending)
        self._pending.clear()
        if self._pause is not None:
            self._pause.end()
        response = self._response
        if response is not None and not response.is_closed:
            _io.interrupt(response)
            response.close()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E:
        try:
            while not self._pending:
                if self.complete:
                    if not self._finished:
                        self._finish()
                    raise StopIteration
                if self._closed:
                    raise StreamError("the stream was closed before its end")
                if self._response is None:
                    self.open()
                self._advance()
            value = self._value(self._pending.popleft())
            if self._unfit:
                told, self._unfit = self._unfit, ()
                self._session.tell(told)
            return value
        except VeneerError as error:
            self.close()
            if error is self._callers:
                raise
            raise self._own(error) from error.__cause__
        except BaseException:
            self.close()
            raise

    def __del__(self) -> None:
        response = self._response
        if response is not None and not response.is_closed:
            warnings.warn(
                f"unclosed {self!r}: use it as a context manager", ResourceWarning, stacklevel=2, source=self
            )
            _io.close_later(response)

    def __repr__(self) -> str:
        state = "closed" if self._closed else "not open" if self._response is None else "open"
        return f"{type(self).__name__}({self._call.operation.id}, {state}, events={self.events})"

    def _connect(self) -> None:
        """Open the stream, or its rest after an earlier connection."""
        session, before, rule = self._session, self._reader, self._rule
        options = self._options
        if rule.endless and before is not None:
            # The stream itself makes and reports further attempts.
            options = dataclasses.replace(options, retry=dataclasses.replace(options.retry, max_retries=0))
        call = streaming_call(self._call, rule, self.last_event_id, options.headers, again=before is not None)
        bound = self._patience.bounded(options.deadline, session.clock())
        try:
            done = session.exchange(call, dataclasses.replace(options, deadline=bound), read=False)
        except DeadlineExceededError as error:
            late = self._patience.late(session.clock())
            if late is None or error.of_caller:
                raise
            raise self._own(StreamTimeoutError(f"the stream {late}")) from error
        response = done.parsed.response
        if self._closed:  # by another thread or task, while this one was waiting
            response.close()
            self._refuse_closed()
        self._response = response
        self._remember(done.attempts)
        media = response.headers.get("content-type", "")
        if response.status_code == 204:
            media = "text/event-stream"  # an empty one
        try:
            self._reader = reader_for(media, rule, self._limits, self.last_event_id, before)
        except StreamProtocolError as error:
            start = self._body_start(response)
            text = f"{error.message}; the body begins: {start!r}" if start else error.message
            raise self._own(StreamProtocolError(text)) from None
        if response.status_code == 204 and rule.endless:
            self._reader.complete = True  # "no more" (WHATWG HTML §9.2.1)
        try:
            self._body = bytes_of(response)
        except BodyUndecodableError as error:
            response.close()
            raise self._own(StreamProtocolError(str(error))) from None

    def _remember(self, attempts: tuple[Attempt, ...]) -> None:
        self.attempts = (*self.attempts, *attempts)[-_ATTEMPTS:]

    def _body_start(self, response: httpx.Response) -> str:
        """Read the beginning of a body that is not a stream, for the error, and close it."""
        start = b""
        with (
            contextlib.suppress(httpx.HTTPError, _io.OutOfTimeError),
            _io.time_limit(_BODY_START_SECONDS),
        ):
            for chunk in response.iter_bytes():
                start += chunk
                if len(start) >= _BODY_START:
                    break
        response.close()
        response._content = start[:_BODY_START]  # noqa: SLF001  # as in session: keep what was read
        return start[:200].decode("utf-8", "replace")

    def _advance(self) -> None:
        """Read until more events or the end, on another connection if this one was cut."""
        try:
            self._fill(cast("StreamReader", self._reader))
        except (StreamTruncatedError, StreamTimeoutError) as error:
            self._reopen(error)

    def _reopen(self, error: VeneerError) -> None:
        """Reconnect after a wait, or raise what ended the stream with the reason why it does not reconnect."""
        while True:
            self._refuse_closed()
            decision = self._next_connection(error)
            if decision.delay is None:
                if decision.reason:
                    error.message = f"{error.message}; not reopened: {decision.reason}"
                    error.args = (error.message,)
                raise error
            session, tell = self._session, self._rule.on_reconnect
            session.logger.debug("%s: %s; again in %.3g s", self._call.operation.id, error, decision.delay)
            if tell is not None:
                self._call_back(
                    tell, Reconnect(self._own(error), decision.delay, self.last_event_id, self._tries)
                )
            self.response.close()
            self._tries += 1
            self._pause = _io.Pause()
            self._refuse_closed()
            self._pause.take(session.sleep, decision.delay)
            self._refuse_closed()
            try:
                return self._connect()
            except VeneerError as failed:
                again = self._rule.endless and not failed.of_caller
                if not again or not can_be_reopened(failed, self._options.retry):
                    raise
                self._remember(failed.attempts)
                error = failed

    def _call_back(self, function: Callable[[Any], object], value: object) -> None:
        """Call the caller's function; what it raises passes through."""
        try:
            _io.maybe_await(function(value))
        except BaseException as error:
            self._callers = error
            raise

    def _fill(self, reader: StreamReader) -> None:
        if reader.ended:
            reader.check()
        chunk = self._chunk(reader)
        events = reader.feed(chunk) if chunk is not None else reader.end()
        if self._rule.on_comment is not None:
            self._hear(self._rule.on_comment, reader)
        if events:
            self._pending.extend(events)
            self._patience.heard()
            self._tries = 0

    def _hear(self, tell: Callable[[str], object], reader: StreamReader) -> None:
        """Report the comments that came with the last bytes."""
        heard = reader.decoder.heard or []
        comments = heard[:]
        heard.clear()
        for comment in comments:
            self._call_back(tell, comment)

    def _chunk(self, reader: StreamReader) -> bytes | None:
        """Wait for the next bytes within the limits; None at the end of the body."""
        left = self._patience.left(self._session.clock())
        try:
            if left is None:
                chunk = next(self._body, None)
            else:
                with _io.time_limit(left):
                    chunk = next(self._body, None)
                    _io.check_time()  # in a thread, no wait of the caller's client notices it
        except (_io.OutOfTimeError, httpx.TimeoutException):
            problem = self._patience.late(self._session.clock()) or f"was silent for {self._limits.idle:g} s"
        except (httpx.HTTPError, httpx.StreamError, BodyUndecodableError) as error:
            self._refuse_closed()
            reader.check(cause=error)
            return None
        else:
            self._refuse_closed()
            return chunk
        raise StreamTimeoutError(f"the stream {problem}")

    def _refuse_closed(self) -> None:
        """Raise StreamError if another thread or task closed the stream during a read: that is not its end."""
        if self._closed:
            raise StreamError("the stream was closed before its end")

    def _next_connection(self, error: VeneerError) -> Decision:
        if self.response.status_code == 204:
            return Decision(None, "")
        return reconnection(
            self._rule,
            self._options.retry,
            error,
            self._reader,
            tries=self._tries,
            safe=self._safe,
            left=self._patience.left(self._session.clock()),
            random=self._session.random(),
        )

    def _finish(self) -> None:
        """Read a finished body to its end, so that its connection can be reused instead of cut.

        What follows the terminator is not part of the stream. In a thread, only our own engine's
        waits can be bounded.
        """
        self._finished = True
        reader = cast("StreamReader", self._reader)
        if self._order is not None and not self._order.complete:
            raise StreamProtocolError(f"the stream ended where {' or '.join(self._order.expected)} was due")
        if self._session.own_engine and not self.response.is_closed:
            with (
                contextlib.suppress(
                    httpx.HTTPError, httpx.StreamError, BodyUndecodableError, _io.OutOfTimeError
                ),
                _io.time_limit(_LAST_BYTES_SECONDS),
            ):
                reader.feed(next(self._body, b""))
        if reader.beyond or reader.decoder.stray:
            self._session.logger.warning(
                "%s: skipped what is not part of the stream: %d events after its end, %s",
                self._call.operation.id,
                reader.beyond,
                "and lines that cannot be part of an event" if reader.decoder.stray else "no other lines",
            )

    def _value(self, event: Event) -> E:
        """Return the event for the caller: checked and parsed."""
        if self._order is not None:
            self._order = self._order.accept(
                event_type(event, (self._rule.terminator or Terminator()).type_field)
            )
        failure = self._rule.failure(event) if self._rule.failure is not None else None
        if failure is not None:
            raise failure
        if self._parse is None:
            return cast("E", event)
        value, violations = read_event(self._parse, event)
        if violations:
            operation = self._call.operation.id
            violations = tuple(one._replace(operation=operation) for one in violations)
            if self._options.strict:
                invalid = ResponseInvalidError(f"an event does not fit the contract: {violations[0].what}")
                invalid.path, invalid.violations = violations[0].path, violations
                raise invalid
            self._unfit = violations
        return value

    def _own(self, error: VeneerError) -> VeneerError:
        """Return the error in the platform's family, with facts about the call."""
        if isinstance(error, StreamError):  # it quotes what the server sent
            error.message = mask_text(error.message, self._session.secrets())
            error.args = (error.message,)
        return self._session.platform.adopt(
            error,
            operation=self._call.operation.id,
            method=self._call.method,
            response=self._response,
            attempts=self.attempts,
        )
