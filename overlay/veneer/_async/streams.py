"""Read a stream of events as a context manager and iterator that knows whether it came whole."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import math
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

import httpx

from veneer import _io
from veneer._async.session import AsyncSession
from veneer._core.attempts import Attempt
from veneer._core.call import Call
from veneer._core.completeness import StreamReader, event_type
from veneer._core.deadline import NEVER, Deadline
from veneer._core.errors import (
    ResponseInvalidError,
    StreamError,
    StreamProtocolError,
    StreamTimeoutError,
    StreamTruncatedError,
    TransportError,
    VeneerError,
)
from veneer._core.judge import json_path_of_failure
from veneer._core.options import Options
from veneer._core.sse import Event
from veneer._core.streaming import StreamLimits, StreamRule, reader_for, streaming_call

__all__ = ["AsyncStream"]

E = TypeVar("E")

_BODY_START = 2048


class AsyncStream(Generic[E]):
    """A stream of events.

        async with client.stream(run_stream, body=request, event=StreamEvent.from_dict) as stream:
            async for event in stream:
                ...

    Leaving the block, by whatever way, frees the connection at once; without a block the connection is held until the stream ends. Iterating raises StreamTruncatedError
    when the stream ends without its terminator, StreamTimeoutError when it is silent for too long, and the platform's status errors before the first event.
    """

    def __init__(
        self,
        session: AsyncSession,
        call: Call,
        options: Options,
        rule: StreamRule,
        limits: StreamLimits,
        parse: Callable[[Any], E] | None,
        last_event_id: str = "",
    ) -> None:
        self._session = session
        self._call = call
        self._rule = rule
        self._limits = limits
        self._parse = parse
        self._order = rule.order
        # The engine's own read limit is the idle limit: it costs nothing, and any byte resets it.
        self._options = dataclasses.replace(
            options, timeouts=dataclasses.replace(options.timeouts, read=limits.idle)
        )
        self._response: httpx.Response | None = None
        self._reader: StreamReader | None = None
        self._last_event_id = last_event_id
        self._retry_after: float | None = None
        self._body: AsyncIterator[bytes]
        self._pending: collections.deque[Event] = collections.deque()
        self._tries = 0
        self._finished = False
        self._closed = False
        self._total = self._first = NEVER
        self.attempts: tuple[Attempt, ...] = ()

    @property
    def response(self) -> httpx.Response:
        """The response that is being read. Raises StreamError before the stream is open."""
        if self._response is None:
            raise StreamError("the stream is not open yet: use it as a context manager, or iterate")
        return self._response

    @property
    def last_event_id(self) -> str:
        """The last event's id, empty where there was none; give it as `last_event_id=` to go on from there."""
        return self._reader.decoder.last_event_id if self._reader is not None else self._last_event_id

    @property
    def events(self) -> int:
        """How many events came so far on this connection."""
        return self._reader.events if self._reader is not None else 0

    async def open(self) -> Self:
        """Send the request; raises the platform's error for an error status. Done by `async with` and by iterating."""
        if self._response is None and not self._closed:
            if self._total is NEVER:
                now = self._session.clock()
                self._total = Deadline.after(self._limits.total, now)
                self._first = Deadline.after(self._limits.first_event, now)
            await self._connect()
        return self

    async def aclose(self) -> None:
        """Free the connection. A second time does nothing."""
        self._closed = True
        if self._response is not None:
            await self._response.aclose()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E:
        while not self._pending:
            if self._finished:
                raise StopAsyncIteration
            try:
                await self._advance()
            except BaseException:
                await self.aclose()
                raise
        return self._value(self._pending.popleft())

    def __repr__(self) -> str:
        state = "closed" if self._closed else "not open" if self._response is None else "open"
        return f"{type(self).__name__}({self._call.operation.id}, {state}, events={self.events})"

    async def _connect(self) -> None:
        call = streaming_call(self._call, self._rule, self.last_event_id)
        done = await self._session.exchange(call, self._options, read=False)
        response = self._response = done.parsed.response
        self.attempts += done.attempts
        if response.status_code == 204:
            self._reader = None
            return
        try:
            self._reader = reader_for(
                response.headers.get("content-type", ""), self._rule, self._limits, self.last_event_id
            )
        except StreamProtocolError as error:
            start = await self._body_start(response)
            raise self._own(
                error, f"{error.message}; the body begins: {start!r}" if start else error.message
            ) from None
        coded = response.headers.get("content-encoding", "identity") not in {"", "identity"}
        self._body = aiter(response.aiter_bytes() if coded else response.aiter_raw())

    async def _body_start(self, response: httpx.Response) -> str:
        """Read what a body that is no stream begins with, for the error, and close it."""
        start = b""
        with contextlib.suppress(httpx.HTTPError, TimeoutError):
            async with _io.async_time_limit(5.0):
                async for chunk in response.aiter_bytes():
                    start += chunk
                    if len(start) >= _BODY_START:
                        break
        await response.aclose()
        response._content = start  # noqa: SLF001  # as in session: keep what was read
        return start[:200].decode("utf-8", "replace")

    async def _advance(self) -> None:
        """Read until there are events to give, or the stream is over."""
        try:
            await self.open()
            reader = self._reader
            if reader is None or self._closed:
                self._finished = True
            elif reader.complete or reader.ended:
                reader.check()
                await self.aclose()
                self._finished = True
            else:
                await self._fill(reader)
        except (StreamTruncatedError, StreamTimeoutError, TransportError) as error:
            if not await self._again():
                raise self._own(error) from error.__cause__

    async def _fill(self, reader: StreamReader) -> None:
        chunk = await self._chunk(reader)
        try:
            events = reader.feed(chunk) if chunk is not None else reader.end()
        except StreamProtocolError as error:
            raise self._own(error) from None
        if events:
            self._pending.extend(events)
            self._first = NEVER
            self._tries = 0
        if reader.complete and chunk is not None:
            await self._finish()

    async def _again(self) -> bool:
        """Tell whether the stream is opened again, after the wait that the server or the policy sets."""
        policy = self._options.retry
        if not self._rule.resumable or self._closed or self._tries >= policy.max_retries:
            return False
        if self._response is not None:
            await self._response.aclose()
        wait = policy.backoff(self._tries, self._session.random())
        if self._reader is not None and self._reader.decoder.retry is not None:
            self._retry_after = self._reader.decoder.retry / 1000.0
        if self._retry_after is not None:
            wait = self._retry_after
        if wait > policy.max_server_delay or self._session.clock() + wait >= self._total.at:
            return False
        self._last_event_id = self.last_event_id
        self._tries += 1
        self._session.logger.debug("%s: stream cut, again in %.3g s", self._call.operation.id, wait)
        await self._session.sleep(wait)
        self._response, self._reader = None, None
        return True

    async def _chunk(self, reader: StreamReader) -> bytes | None:
        """Wait for the next bytes within the limits; None at the end of the body."""
        bound = min(self._total.at, self._first.at)
        try:
            if bound == math.inf:
                return await anext(self._body, None)
            async with _io.async_time_limit(max(0.001, bound - self._session.clock())):
                return await anext(self._body, None)
        except (TimeoutError, httpx.TimeoutException):
            limits = self._limits
            if self._total.passed(self._session.clock()):
                what = f"did not end within {limits.total:g} s"
            elif self._first.passed(self._session.clock()):
                what = f"sent no event within {limits.first_event:g} s"
            else:
                what = f"was silent for {limits.idle:g} s"
            problem = f"the stream {what}"
        except (httpx.HTTPError, httpx.StreamError) as error:
            if self._closed:
                return None
            try:
                reader.check()
            except StreamTruncatedError as truncated:
                truncated.__cause__ = error
                raise
            return None
        await self.response.aclose()
        raise self._own(StreamTimeoutError(problem))

    async def _finish(self) -> None:
        """Let a body that is over end by itself, so that its connection can be used again; closing cuts it off otherwise.

        What follows the terminator is not part of the stream. Only waits of our own engine can be bounded in a thread.
        """
        if not self._session.own_engine:
            return
        with contextlib.suppress(httpx.HTTPError, httpx.StreamError, TimeoutError):
            async with _io.async_time_limit(0.05):
                await anext(self._body, None)

    def _value(self, event: Event) -> E:
        """Give the event as the caller wants it: checked, judged and parsed."""
        if self._order is not None:
            try:
                self._order = self._order.accept(event_type(event, self._rule.terminator.type_field))
            except StreamProtocolError as error:
                raise self._own(error) from None
        failure = self._rule.failure(event) if self._rule.failure is not None else None
        if failure is not None:
            raise self._own(failure)
        if self._parse is None:
            return cast("E", event)
        try:
            return self._parse(event.json())
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            path = json_path_of_failure(error)
            invalid = ResponseInvalidError(
                f"event {self.events} does not fit the contract at {path}: {event!r}"
            )
            invalid.path = path
            raise self._own(invalid) from error

    def _own(self, error: VeneerError, message: str | None = None) -> VeneerError:
        """Give the error in the platform's family, with what is known of the call."""
        made = self._session.platform.kind(type(error))(message or error.message)
        made.__dict__.update({**error.__dict__, "message": made.message})
        made.operation = self._call.operation.id
        made.method = self._call.method
        made.response = self._response
        made.attempts = made.attempts or self.attempts
        return made
