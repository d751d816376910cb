"""Send a call until it succeeds or must not be repeated: the loop around the engine that all clients share."""

from __future__ import annotations

import contextlib
import logging
import random
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

import httpx

from veneer import _io, _net, _telemetry
from veneer._async.credentials import AsyncCredential
from veneer._async.transport import AsyncEngine, AsyncSend, classify
from veneer._core.attempts import Attempt, Outcome
from veneer._core.body import BodyLengthError, BodyTooLargeError, BodyUndecodableError, Collector, is_plain
from veneer._core.call import Call, encode_json, replayable_content, with_idempotency_key
from veneer._core.deadline import Deadline
from veneer._core.errors import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    DeadlineExceededError,
    RedirectError,
    ResponseInvalidError,
    ResponseTooLargeError,
    VeneerError,
)
from veneer._core.judge import Parsed, api_error
from veneer._core.options import Options, check_header
from veneer._core.platform import Platform
from veneer._core.prepared import Prepared
from veneer._core.redact import Secret, clear_locals, mask_headers, mask_text, mask_url
from veneer._core.requests import (
    Positions,
    encoded,
    in_chunks,
    plain_request,
    redirected,
    rewind,
    with_host,
)
from veneer._core.retry import Decision, Failure, RetryBudget, outcome_of_status, server_delay, should_retry

if TYPE_CHECKING:
    import ssl

    from veneer._async.foreign import AsyncForeignEngine, AsyncHttpClient
    from veneer._core.proxies import Proxy
    from veneer._core.violations import SchemaViolation

__all__ = ["AsyncSession", "DebugLogger", "Exchange"]

# A program that has not set up logging is told by the warning alone.
logging.getLogger("veneer").addHandler(logging.NullHandler())

_MAX_REDIRECTS = 10
_UPLOAD_BYTES = 256 * 1024
_ERROR_BODY_BYTES = 1024 * 1024
# Sets of options whose preparation is kept: clients have a few, and a view for each call passes through.
_PREPARED = 64
# Members whose names are data (ids as keys) would otherwise be told of without end.
_MOST_TOLD = 1000


class DebugLogger(Protocol):
    """What `debug_logger` needs: any `logging.Logger` will do."""

    def debug(self, msg: str, *args: Any) -> None: ...


class Exchange(NamedTuple):
    """A success: the answer and every attempt that it took."""

    parsed: Parsed
    attempts: tuple[Attempt, ...]


class _Result(NamedTuple):
    """One attempt: an answer that is a success, or an error with what the policy needs to know of it."""

    parsed: Parsed | None = None
    error: VeneerError | None = None
    failure: Failure | None = None
    credential: _Used | None = None


class _Used(NamedTuple):
    """The credential that an attempt carried: by its scheme's name, with its value of that moment."""

    scheme: str
    credential: AsyncCredential
    secret: Secret


class AsyncSession:
    """What a client and all its views share: platform, credentials, connections, retry budget, hooks and loggers."""

    closed = True

    def __init__(
        self,
        platform: Platform,
        credentials: Mapping[str, AsyncCredential],
        *,
        http_client: AsyncHttpClient | None = None,
        max_connections: int = 100,
        engine: str = "default",
        verify: bool | ssl.SSLContext = True,
        proxy: Proxy | None = None,
        trust_env: bool = True,
        budget: RetryBudget | None = None,
        on_request: Sequence[Callable[[httpx.Request], Awaitable[None] | None]] = (),
        on_response: Sequence[Callable[[httpx.Response], Awaitable[None] | None]] = (),
        on_answer: Sequence[Callable[[httpx.Response, str], Awaitable[None] | None]] = (),
        on_violation: Sequence[Callable[[SchemaViolation], Awaitable[None] | None]] = (),
        debug_logger: DebugLogger | None = None,
    ) -> None:
        self.platform = platform
        self.credentials = credentials
        self.budget = budget if budget is not None else RetryBudget()
        self.on_request = tuple(on_request)
        self.on_response = tuple(on_response)
        self.on_answer = tuple(on_answer)
        self.on_violation = tuple(on_violation)
        self._told: set[tuple[str, str, str]] = set()
        self.debug_logger = debug_logger
        self.logger = logging.getLogger(f"veneer.{platform.name}")
        self.clock: Callable[[], float] = time.monotonic
        self.wall: Callable[[], float] = time.time
        self.random: Callable[[], float] = random.random
        self.sleep = _io.async_sleep
        self.own_engine = http_client is None
        self._foreign: AsyncForeignEngine | None = None
        if http_client is not None:
            from veneer._async.foreign import AsyncForeignEngine

            self._foreign = AsyncForeignEngine(http_client)
        self._engines: _io.AsyncLocal[AsyncEngine] = _io.AsyncLocal(
            lambda: AsyncEngine(max_connections, engine, verify=verify, proxy=proxy, trust_env=trust_env)
        )
        self._prepared: dict[int, tuple[Options, Prepared]] = {}
        self.closed = False

    async def aclose(self) -> None:
        """Close our connections; a caller's own client stays open."""
        self.closed = True
        engine = self._engines.peek()
        self._engines.drop()
        if engine is not None:
            await engine.aclose()

    @property
    def engaged(self) -> bool:
        """True while connections of ours may be open."""
        return not self.closed and self._engines.made

    def __del__(self) -> None:
        if self.engaged:
            _io.async_abandon(self._engines)  # first: where warnings are errors, nothing comes after one
            warnings.warn(
                f"unclosed {self.platform.name} client: close it, or use it as a context manager",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )

    async def exchange(self, call: Call, options: Options, *, read: bool = True) -> Exchange:
        """Send a call and give its success, its body read unless `read` is false.

        Raises the platform's errors, each with every attempt.
        """
        if self.closed:
            raise ConfigurationError("this client is closed; make a new one")
        call, keyed = with_idempotency_key(call, options.idempotency_key, options.headers)
        span = _telemetry.call_span(self.platform.name, call.operation.id)
        if span is None:
            return await self._repeat(call, options, safe=call.safe or keyed, read=read)
        with span:
            return await self._repeat(call, options, safe=call.safe or keyed, read=read)

    async def tell(self, violations: Sequence[SchemaViolation]) -> None:
        """Tell what of an answer breaks its contract.

        Hooks are told each time; the log and a warning tell it once for each operation, place (whatever its row) and kind.
        """
        from veneer._core.violations import warn

        first: list[SchemaViolation] = []
        for one in violations:
            known = (one.operation, one.pattern, one.kind)
            if known not in self._told and len(self._told) < _MOST_TOLD:
                self._told.add(known)
                self.logger.warning("%s; kept as the server sent it", one)
                first.append(one)
            for hook in self.on_violation:
                await _io.async_settle(hook(one))
        for one in first:  # last: where warnings are errors, nothing comes after one
            warn(one)

    async def _repeat(self, call: Call, options: Options, *, safe: bool, read: bool) -> Exchange:
        positions = call.positions()
        started = self.clock()
        deadline = Deadline.after(options.deadline, started)
        attempts: list[Attempt] = []
        retries, renewed = 0, False
        while True:
            begun = self.clock()
            result = await self._attempt(call, options, deadline, positions, read=read, resend=len(attempts))
            now = self.clock()
            if result.parsed is not None:
                attempts.append(_attempt(len(attempts), result, now - begun, None, ""))
                self.budget.succeeded(retried=retries > 0)
                result.parsed.attempts = all_of_them = tuple(attempts)
                return Exchange(result.parsed, all_of_them)
            if not renewed and positions is not None and self._expired(result):
                renewed = True
                renewal = await self._renew(call, result, deadline)
                if renewal is None:
                    attempts.append(_attempt(len(attempts), result, now - begun, 0.0, "credential renewed"))
                    rewind(positions)
                    continue
                result = renewal
            decision = self._decide(
                result, options, deadline, retries=retries, safe=safe, replayable=positions is not None,
                elapsed=now - started, now=now,
            )  # fmt: skip
            attempts.append(_attempt(len(attempts), result, now - begun, decision.delay, decision.reason))
            if decision.delay is None:
                raise _final(result, attempts, options)
            self.logger.debug("%s: attempt %d: %s", call.operation.id, len(attempts), attempts[-1])
            retries += 1
            await self.sleep(decision.delay)
            rewind(positions)

    def _decide(
        self,
        result: _Result,
        options: Options,
        deadline: Deadline,
        *,
        retries: int,
        safe: bool,
        replayable: bool,
        elapsed: float,
        now: float,
    ) -> Decision:
        if result.failure is None:
            return Decision(None, "")
        decision = options.retry.decide(
            result.failure,
            retries=retries,
            safe=safe,
            replayable=replayable,
            elapsed=elapsed,
            now=now,
            deadline=deadline,
            random=self.random(),
        )
        if decision.delay is not None and not self.budget.take():
            return Decision(None, "the client's retry budget is used up")
        return decision

    def _expired(self, result: _Result) -> bool:
        """Tell whether a 401 says that the credential sent has expired."""
        error = result.error
        if result.credential is None or not isinstance(error, AuthenticationError):
            return False
        return not self.platform.expired or error.code in self.platform.expired

    async def _renew(self, call: Call, result: _Result, deadline: Deadline) -> _Result | None:
        """Renew an expired credential: None when that is done, else what the call came to."""
        if result.credential is None:
            return result
        _, credential, stale = result.credential
        try:
            async with _io.async_time_limit(deadline.remaining(self.clock())):
                return None if await credential.renew(stale) else result
        except _io.OutOfTimeError:
            answered = result.error.response if result.error is not None else None
            return self._failed(
                call, mask_url(call.target), _io.OutOfTimeError(), deadline, answered, sent=True
            )

    async def _attempt(
        self,
        call: Call,
        options: Options,
        deadline: Deadline,
        positions: Positions | None,
        *,
        read: bool,
        resend: int,
    ) -> _Result:
        prepared = self._prepare(options)
        url = self._address(call, prepared)
        used: _Used | None = None
        response: httpx.Response | None = None
        failed: BaseException
        limit = _io.async_time_limit(deadline.remaining(self.clock()))
        with (
            _telemetry.attempt_span(call.method, lambda: self._shown(url), resend) as span,
            _net.Sending() as attempt,
        ):
            try:
                async with limit:
                    used = await self._credential(call)
                    request = self._request(call, url, options, prepared, used, resend)
                    if span is not None and not call.absolute:
                        _telemetry.propagate(request.headers)
                    begun = self.clock()
                    response = await self._send(request, options, positions)
                    if read or response.status_code >= 300:
                        await self._read(response, options, deadline)
                        response.elapsed = timedelta(seconds=self.clock() - begun)
                    elif self._foreign is not None:
                        self._foreign.opened(response, prepared.timeouts)
                    for told in () if call.absolute else self.on_answer:
                        await _io.async_settle(told(response, call.target))
                _telemetry.finish_span(span, response.status_code)
                return self._judge(call, response, used, read=read)
            except BaseException as error:
                limit.end()
                if response is not None:
                    await self._drop(response)
                _telemetry.finish_span(
                    span, response.status_code if response is not None else None, type(error).__name__
                )
                if not isinstance(error, Exception):
                    raise
                failed = error
        # Outside the handler: the new error must not carry the engine's as its context, only as a cause that is fit to be shown.
        return self._failed(call, self._shown(url), failed, deadline, response, sent=attempt.sent)

    async def _credential(self, call: Call) -> _Used | None:
        """The credential that the operation's security asks for, of those that this client holds."""
        security = call.operation.security
        if not call.credentials or not self.credentials or (security is not None and not security):
            return None
        for held in security or ():
            if held in self.credentials:
                break
        else:
            if security is not None and any(name in self.platform.schemes for name in security):
                return None
            held = next(iter(self.credentials))
        credential = self.credentials[held]
        return _Used(held, credential, await credential.get())

    def _request(
        self,
        call: Call,
        url: httpx.URL,
        options: Options,
        prepared: Prepared,
        used: _Used | None,
        resend: int,
    ) -> httpx.Request:
        """Make the request value: options under the call's own headers, the credential where nothing else stands."""
        extensions = {"timeout": prepared.timeouts.copy()}
        own = self._foreign is None or call.absolute  # a caller's client would add its own headers
        if own and call.is_plain and not resend and "transfer-encoding" not in options.headers:
            # All such requests of an operation have the same headers, but for the length of their body.
            likeness = (call.operation.accept, call.has_json, bool(call.headers), used)
            template = prepared.headers.get(likeness)
            if template is None:
                template = with_host(encoded(self._headers(call, options, used, 0)), url)
                prepared.remember(likeness, template)
            return plain_request(
                call.method, url, template, encode_json(call.json) if call.has_json else b"", extensions
            )
        headers = self._headers(call, options, used, resend)
        chunked = in_chunks(headers)
        content = _content(call, headers, measured=not chunked)
        forms = call.data is not None or call.files is not None or call.cookies
        if own and not forms and not isinstance(content, _io.AsyncPieces):
            given = with_host(encoded(headers), url)
            return plain_request(call.method, url, given, content or b"", extensions, chunked=chunked)
        build = httpx.Request if own or self._foreign is None else self._foreign.build
        request = build(
            call.method,
            url,
            headers=encoded(headers),
            content=content,
            data=dict(call.data) if call.data is not None else None,
            files=call.files,
            cookies=dict(call.cookies) if call.cookies else None,
            extensions=extensions,
        )
        if chunked:
            request.headers.pop("content-length", None)  # which httpx adds
        _measure(request)
        return request

    def _headers(
        self, call: Call, options: Options, used: _Used | None, resend: int
    ) -> dict[str, str | None]:
        headers: dict[str, str | None] = {
            "accept": call.operation.accept or "application/json, */*;q=0.5",
            "accept-encoding": "gzip, deflate",
            "user-agent": self.platform.user_agent or "veneer",
            "x-retry-count": str(resend),
            # What is meant for the API may be a credential, and a parameter more breaks a presigned address.
            **({} if call.absolute else options.headers),
        }
        for name, value in (call.headers or {}).items():
            headers[name.lower()] = check_header(name, str(value))
        if used is not None:
            for name, value in self.platform.schemes[used.scheme].headers(used.secret).items():
                headers.setdefault(name.lower(), value)
        if call.has_json:
            headers.setdefault("content-type", "application/json")
        return headers

    def _address(self, call: Call, prepared: Prepared) -> httpx.URL:
        """The whole address, query included. Raises ConfigurationError for one that is none."""
        try:
            if call.absolute:
                return httpx.URL(call.target)
            return prepared.url(call.target, call.params)
        except httpx.InvalidURL:
            raise ConfigurationError(
                f"{call.operation.id}: the address is not a URL; check base_url"
            ) from None

    def _prepare(self, options: Options) -> Prepared:
        """What the requests of these options share; the options of a view live as long as the view."""
        known = self._prepared.get(id(options))
        if known is None:
            if len(self._prepared) >= _PREPARED:
                self._prepared.clear()
            known = options, Prepared(options)
            self._prepared[id(options)] = known
        return known[1]

    async def _send(
        self, request: httpx.Request, options: Options, positions: Positions | None
    ) -> httpx.Response:
        """Send one request and follow its redirects."""
        foreign = self._foreign
        send: AsyncSend = (
            self._engines.get().send
            if foreign is None
            else lambda request: foreign.send(request, options.base_url)
        )
        hops = 0
        debugging = self.debug_logger is not None or self.logger.isEnabledFor(logging.DEBUG)
        while True:
            for hook in self.on_request:
                await _io.async_settle(hook(request))
                if "transfer-encoding" in request.headers:  # of the hook's own
                    request.headers.pop("content-length", None)
            if debugging:
                self._debug("request: %s %s headers=%s", request.method, request.url, request.headers)
            response = await send(request)
            try:
                if debugging:
                    self._debug("response: %s headers=%s", response.status_code, response.headers)
                for seen in self.on_response:
                    await _io.async_settle(seen(response))
                following = redirected(request, response, positions)
                if following is None:
                    return response
            except BaseException:
                await response.aclose()
                raise
            await self._drop(response)
            hops += 1
            if hops == _MAX_REDIRECTS:
                return response
            request = following

    async def _drop(self, response: httpx.Response) -> None:
        """Be done with a body that nobody wants."""
        if not hasattr(response, "_content"):
            response._content = b""  # noqa: SLF001  # as in _read; what was not read reads as nothing
        await response.aclose()

    def _debug(self, text: str, *values: Any) -> None:
        """Write to the library's logger and to the caller's, credentials masked."""
        wanted = [
            logger
            for logger in (self.logger, self.debug_logger)
            if logger is not None
            and not (isinstance(logger, logging.Logger) and not logger.isEnabledFor(logging.DEBUG))
        ]
        shown = [self._shown(value) for value in values]
        for logger in wanted:
            logger.debug(text, *shown)

    def _shown(self, value: Any) -> Any:
        """What a log may say of a value."""
        if isinstance(value, httpx.Headers):
            names = {scheme.header.lower() for scheme in self.platform.schemes.values()}
            return {
                name: mask_text(text, self._secrets()) for name, text in mask_headers(value, names).items()
            }
        if isinstance(value, httpx.URL):
            return mask_text(mask_url(str(value)), self._secrets())
        return value

    async def _read(self, response: httpx.Response, options: Options, deadline: Deadline) -> None:
        """Read a body within its bound; an error's body is kept as far as it came, whatever then happens to it."""
        if response.is_closed or response.is_stream_consumed:
            return
        failed = response.status_code >= 300
        limit = min(options.max_response_bytes, _ERROR_BODY_BYTES) if failed else options.max_response_bytes
        plain = is_plain(response.headers.raw)
        if plain and type(response.stream) is httpx.ByteStream:
            content = b"".join(response.stream)
            if len(content) <= limit:
                response._content = content  # noqa: SLF001  # a test watches the name
                response.is_closed = True
                return
        collector = Collector("", limit) if plain else _collector(response, limit)
        try:
            # The stream itself: what httpx puts around it counts bytes and checks types, chunk by
            # chunk, and expands a bomb whole before anybody can count it.
            async for chunk in cast("httpx.AsyncByteStream", response.stream):
                collector.feed(chunk)
                if deadline.passed(self.clock()):  # where no wait notices: bytes that never stop coming
                    raise _io.OutOfTimeError
            content = collector.finish()
            await response.aclose()
        except (httpx.HTTPError, BodyTooLargeError, BodyUndecodableError):
            if not failed:
                raise
            content = collector.partial()
            await response.aclose()
        response._content = content  # noqa: SLF001  # a test watches the name

    def _judge(self, call: Call, response: httpx.Response, used: _Used | None, *, read: bool) -> _Result:
        parsed = Parsed(response)
        status = response.status_code
        if 200 <= status < 300 and not (read and self.platform.hides_error(status, parsed)):
            return _Result(parsed=parsed, credential=used)
        delay = server_delay(response.headers, wall=self.wall())
        error: VeneerError
        if 300 <= status < 400 and status != 304:
            error = self.platform.kind(RedirectError)(
                f"{status}: the redirect is not followed (another origin, plain HTTP, too many, or no Location)",
                operation=call.operation.id,
                method=call.method,
                url=mask_url(str(response.request.url)),
                response=response,
            )
            if isinstance(error, RedirectError):
                error.status_code = status
        else:
            error = api_error(
                self.platform, call.operation, parsed, retry_after=delay, secrets=self._secrets()
            )
        code = error.code if isinstance(error, APIError) else None
        failure = self.platform.failure(status, code, delay, should_retry(response.headers))
        return _Result(error=error, failure=failure, credential=used)

    def _failed(
        self,
        call: Call,
        url: str,
        error: BaseException,
        deadline: Deadline,
        response: httpx.Response | None,
        *,
        sent: bool,
    ) -> _Result:
        """Turn what was raised into the core's error; exceptions of a caller's own code pass through."""
        facts: dict[str, Any] = {
            "operation": call.operation.id,
            "method": call.method,
            "url": url,
            "response": response,
        }
        engine = classify(error, sent=sent)
        passed = deadline.passed(self.clock())
        outer = _io.time_left()
        late = isinstance(error, (httpx.TimeoutException, TimeoutError)) and (
            passed or (outer is not None and outer <= 0)
        )
        if isinstance(error, _io.OutOfTimeError) or late:
            limit = (
                f" of {deadline.limit:g} s" if passed and deadline.limit is not None else " of an outer call"
            )
            over = self.platform.kind(DeadlineExceededError)(
                f"{call.operation.id}: the deadline{limit} passed", **facts
            )
            over.outcome = _outcome(engine[1] if engine is not None else Outcome.UNKNOWN, response, sent=sent)
            return _Result(error=over)
        if isinstance(error, BodyTooLargeError):
            return _Result(
                error=self.platform.kind(ResponseTooLargeError)(f"{call.operation.id}: {error}", **facts)
            )
        if isinstance(error, BodyUndecodableError):
            return _Result(
                error=self.platform.kind(ResponseInvalidError)(f"{call.operation.id}: {error}", **facts)
            )
        if engine is None:
            raise error
        kind, outcome, text = engine
        outcome = _outcome(outcome, response, sent=sent)
        made = self.platform.kind(kind)(
            f"{call.operation.id}: {mask_text(text, self._secrets())}", outcome=outcome, **facts
        )
        if kind is ConfigurationError or isinstance(error, BodyLengthError):
            return _Result(error=made)
        if mask_text(str(error), self._secrets()) == str(error):
            made.__cause__ = error
        return _Result(error=made, failure=Failure(outcome))

    def _secrets(self) -> list[str]:
        return [secret for credential in self.credentials.values() for secret in credential.known()]


def _collector(response: httpx.Response, limit: int) -> Collector:
    """Return what takes a body that is coded or comes with a digest. Raises BodyUndecodableError
    for a coding that is not known; an error's body is then taken as it is.
    """
    failed = response.status_code >= 300
    coding = response.headers.get("content-encoding", "")
    if failed:
        with contextlib.suppress(BodyUndecodableError):
            return Collector(coding, limit)
        return Collector("", limit)
    from veneer._core.digest import body_digest

    return Collector(
        coding, limit, body_digest(response.request.method, response.status_code, response.headers)
    )


def _content(call: Call, headers: dict[str, str | None], *, measured: bool) -> bytes | _io.AsyncPieces | None:
    """Return the body in the engine's form; `measured` adds the length of pieces to the headers."""
    if call.has_json:
        return encode_json(call.json)
    if call.content is None:
        return None
    content = replayable_content(call.content)
    if isinstance(content, bytes):
        return content
    from veneer._core.transfer import body_length

    length = body_length(content) if measured else None
    if length is not None:
        headers.setdefault("content-length", str(length))
    return _io.AsyncPieces(content, _UPLOAD_BYTES)


def _measure(request: httpx.Request) -> None:
    """Hold a body that is read while it is sent against the length that was announced, if one was:
    files grow and shrink.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and type(request.stream) is not httpx.ByteStream:
        from veneer._async.bodies import AsyncMeasured

        request.stream = AsyncMeasured(cast("httpx.AsyncByteStream", request.stream), int(length))


def _outcome(outcome: Outcome, response: httpx.Response | None, *, sent: bool) -> Outcome:
    """What a failure leaves open: less once a status has arrived, nothing when no byte was sent."""
    if not sent:
        return Outcome.NOT_SENT
    return outcome if response is None else outcome_of_status(response.status_code)


def _attempt(done: int, result: _Result, elapsed: float, delay: float | None, reason: str) -> Attempt:
    error, failure = result.error, result.failure
    outcome = Outcome.ANSWERED if error is None else error.outcome if failure is None else failure.outcome
    answered = result.parsed or error
    response = answered.response if answered is not None else None
    status = response.status_code if response is not None else None
    return Attempt(done + 1, outcome, status, type(error).__name__ if error else None, elapsed, delay, reason)


def _final(result: _Result, attempts: list[Attempt], options: Options) -> VeneerError:
    """Complete the error of the last attempt: what it may have done, every attempt, and why there is not one more."""
    error, failure, reason = result.error, result.failure, attempts[-1].reason
    if error is None:
        raise AssertionError("a failed attempt without an error")
    if failure is not None:
        error.outcome = failure.outcome
        if failure.status is None or failure.status in options.retry.statuses:
            error.message = f"{error.message}; not repeated: {reason}"
            error.args = (error.message,)
    error.attempts = tuple(attempts)
    clear_locals(error.__cause__)  # frames of the attempt and of the engine hold what was sent
    return error
