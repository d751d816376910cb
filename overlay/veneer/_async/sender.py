"""Send one attempt of a call: credentials, request, redirects, and the body of the response."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import httpx

from veneer import _io
from veneer._async.credentials import AsyncCredential
from veneer._core.auth import fitting, needed
from veneer._core.call import Call
from veneer._core.deadline import Deadline
from veneer._core.errors import ConfigurationError
from veneer._core.options import ClientConfig, Options
from veneer._core.platform import Platform, no_envelope
from veneer._core.redact import Secret
from veneer._core.requests import (
    NO_CREDENTIALS,
    CallProgress,
    Positions,
    UsedCredential,
    address,
    carried_secrets,
    loggable,
    masked_url,
    missing_schemes,
    request_headers,
    rewind,
    whole_request,
    with_credentials,
)
from veneer._core.responses import Parsed, look
from veneer._core.retry import READING_METHODS
from veneer._core.url_cache import Prepared
from veneer._failures import FailedAttempt, failed, refused
from veneer._http._async.transport import AsyncEngine, AsyncSend
from veneer._http.response import Headers, LazyResponse

if TYPE_CHECKING:
    from veneer._async.turns import AsyncSharedTurns
    from veneer._http._async.external_client import AsyncExternalClient

__all__ = ["AsyncSender"]

_ERROR_BODY_BYTES = 1024 * 1024
# Sets of options whose preparation is kept: a client has a few, a map one for each call under way.
_PREPARED = 4_096


class AsyncSender:
    """Send single attempts of calls, over the connections, credentials and hooks of one client."""

    closed = True
    turns: AsyncSharedTurns | None = None

    def __init__(
        self, platform: Platform, credentials: Mapping[str, AsyncCredential], config: ClientConfig
    ) -> None:
        self.platform = platform
        self.credentials = credentials
        self.on_request = config.on_request
        self.on_response = config.on_response
        self.on_result = config.on_result
        self.on_deprecation = config.on_deprecation
        self.debug_logger = config.debug_logger
        self.logger = logging.getLogger(f"veneer.{platform.name}")
        self.clock: Callable[[], float] = time.monotonic
        self.wall: Callable[[], float] = time.time
        self.own_engine = config.http_client is None
        self.max_connections = config.max_connections
        self._external: AsyncExternalClient | None = None
        if config.http_client is not None:
            from veneer._http._async.external_client import AsyncExternalClient

            self._external = AsyncExternalClient(config.http_client)
        self._engines: _io.PerLoop[AsyncEngine] = _io.PerLoop(lambda: AsyncEngine(config))
        self._prepared: dict[int, tuple[Options, Prepared]] = {}
        self._last: tuple[Options, Prepared] | None = None
        self._latest: Prepared | None = None
        self._fits: dict[Any, tuple[tuple[str, str], ...] | None] = {}
        self._used: dict[Any, tuple[UsedCredential, ...]] = {}
        self._queried = any(scheme.place == "query" for scheme in platform.schemes.values())
        # Whether requests are built here, and what is known of a call is all that is in them.
        self._is_direct = self._external is None and not self._queried
        self._has_envelope = platform.is_error_envelope is not no_envelope
        self.closed = False

    async def traced_attempt(
        self,
        call: Call,
        options: Options,
        deadline: Deadline,
        positions: Positions | None,
        progress: CallProgress,
        **how: Any,
    ) -> Parsed | FailedAttempt:
        """Send a call once, as `attempt` does, in a span of its own if the program records spans."""
        from veneer import _telemetry

        start = progress.start
        method = call.method if start is None else start.method
        url = address(call, self._prepare(options)) if start is None else start.url
        with _telemetry.attempt_span(
            method, lambda: masked_url(url, self.secrets()), how["resend"]
        ) as progress.span:
            try:
                return await self.attempt(call, options, deadline, positions, progress, **how)
            finally:
                raised = progress.raised
                error = raised.error if isinstance(raised, _io.Raised) else raised
                _telemetry.finish_span(
                    progress.span, progress.status, None if error is None else type(error).__name__
                )

    async def attempt(  # noqa: C901, PLR0915  # each call would pay for further functions
        self,
        call: Call,
        options: Options,
        deadline: Deadline,
        positions: Positions | None,
        progress: CallProgress,
        *,
        read: bool,
        resend: int,
        begun: float,
    ) -> Parsed | FailedAttempt:
        """Send a call once: its request, and those that redirects lead to.

        `read` is whether a success's body is read, `resend` the number of earlier attempts, `begun`
        the time now.
        """
        last = self._last
        prepared = last[1] if last is not None and last[0] is options else self._prepare(options)
        start, operation = progress.start, call.operation
        url = address(call, prepared) if start is None else start.url
        progress.request = progress.raised = progress.status = response = None
        progress.hops, progress.trusted = 0, progress.start_trusted and call.credentials
        limit = _io.async_attempt_limit(None if deadline.limit is None else deadline.at - begun)
        try:
            with limit:
                if self.turns is not None:
                    await self.turns.take(deadline, options.heard)
                if progress.trusted:
                    used = self._used.get(operation.security)
                    for one in used or ():
                        if self.credentials[one.name].held is not one.secret:
                            used = None
                            break
                    if used is None:
                        used = await self._credentials(call, options, progress.renewed)
                    # Used once: the next attempt calls a key function again.
                    progress.used, progress.renewed = used, NO_CREDENTIALS
                if start is not None:
                    request = self._resumed(call, start, options, prepared, progress, resend)
                else:
                    request = (
                        self._is_direct
                        and whole_request(
                            call, url, options, prepared, progress.used, resend, self.platform.user_agent
                        )
                    ) or self._request(call, url, options, prepared, progress.used, resend)
                if progress.span is not None:
                    _propagate(request, progress)
                sent_at = self.clock()
                if (
                    self._external is not None
                    or self.on_request
                    or self.on_response
                    or self.debug_logger is not None
                    or self.closed
                    or self.logger.isEnabledFor(logging.DEBUG)
                ):
                    response = await self._send(request, options, positions, progress, limit)
                    fields = response.headers.raw
                else:
                    progress.request = request
                    first = await self._engines.get(limit.loop).send(request)
                    response = (
                        await self._send(request, options, positions, progress, limit, first)
                        if 300 <= first.status_code < 400
                        else first
                    )
                    headers = response.headers
                    fields = headers._pairs if type(headers) is Headers else headers.raw  # noqa: SLF001  # nobody has changed them yet
                plain, leaving = look(fields)
                reads = read or response.status_code >= 300
                stream: Any = response.stream
                if (
                    reads
                    and plain
                    and type(stream) is httpx.ByteStream
                    and not response.is_closed
                    and (size := len(stream._stream)) <= _ERROR_BODY_BYTES  # noqa: SLF001  # a test watches the names
                    and size <= options.max_response_bytes
                ):  # it arrived with the head
                    response._content = stream._stream  # noqa: SLF001
                    response.is_closed = True
                    seconds = self.clock() - sent_at
                    if type(response) is LazyResponse:
                        response._seconds = seconds  # noqa: SLF001  # ours
                    else:
                        response.elapsed = timedelta(0, seconds)
                else:
                    await self._read(response, options, deadline, sent_at, plain=plain, reads=reads)
                if leaving or self.on_result or operation.deprecated or options.heard is not None:
                    await self._tell(call, options, response, leaving=leaving)
        except BaseException as error:
            limit.end()
            progress.raised = error
            if response is not None:
                progress.status = response.status_code
                await self._drop(response)
            if not isinstance(error, (Exception, _io.Raised)):
                raise
        # Outside the handler: the new error must not have the engine's as its context, only as a
        # cause that is safe to show.
        if progress.raised is not None or response is None:
            raised = cast("Exception | _io.Raised", progress.raised)
            return self.failed(call, raised, deadline, response, progress, url, sent=limit.sent)
        parsed, progress.status = Parsed(response), response.status_code
        if 200 <= progress.status < 300 and not (
            read and self._has_envelope and self.platform.is_error_envelope(progress.status, parsed)
        ):
            return parsed
        known = self.secrets(progress.request)
        return refused(self.platform, call, parsed, progress, secrets=known, wall=self.wall())

    async def _credentials(
        self, call: Call, options: Options, renewed: Mapping[str, Secret]
    ) -> tuple[UsedCredential, ...]:
        """Return the held credentials that the operation's security requires.

        It is the same tuple until one of them changes. Raises ConfigurationError if the operation
        requires one, and neither the client nor the caller has it.
        """
        security = call.operation.security
        try:
            pairs = self._fits[security]
        except KeyError:
            pairs = self._fits[security] = fitting(security, self.platform.schemes, self.credentials)
        if pairs is None:
            self._check_given(call, options)
            if not (self.credentials or self.platform.key_required):  # no call is refused
                self._used[security] = ()
            return ()
        used: tuple[UsedCredential, ...] = ()
        for scheme, held in pairs:
            secret = renewed[held] if held in renewed else await self.credentials[held].get()
            used = (*used, UsedCredential(self.platform.schemes[scheme], held, secret))
        known = self._used.get(security)
        if known is None or known != used:
            self._used[security] = known = used
        return known

    def _check_given(self, call: Call, options: Options) -> None:
        """Raise ConfigurationError for an operation whose credential is neither held nor given.

        A client without any is accepted: servers may not need one, whatever their
        contract says.
        """
        security, schemes = call.operation.security or (), self.platform.schemes
        missing = missing_schemes(call, options, schemes)
        if not missing or not (self.credentials or self.platform.key_required):
            return
        if self._external is not None and self._external.authenticates([scheme.name for scheme in missing]):
            return
        raise self.platform.error_type(ConfigurationError)(
            f"{call.operation.id} needs a credential that this client does not hold: "
            f"{needed(security, schemes, self.platform.arguments)}",
            operation=call.operation.id,
        )

    def _request(
        self,
        call: Call,
        url: httpx.URL,
        options: Options,
        prepared: Prepared,
        used: tuple[UsedCredential, ...],
        resend: int,
    ) -> httpx.Request:
        """Return the request of an attempt."""
        agent = self.platform.user_agent
        if self._queried:
            url = with_credentials(url, used)
        own = self._external is None or call.absolute  # the caller's client would add its own headers
        if own and not self._is_direct:
            whole = whole_request(call, url, options, prepared, used, resend, agent)
            if whole is not None:
                return whole
        from veneer._async.bodies import build_request

        build = httpx.Request if own or self._external is None else self._external.build
        headers = request_headers(agent, call, options, used, resend, own=own)
        return build_request(build, call, url, headers, used, {"timeout": prepared.timeouts.copy()})

    def _resumed(
        self,
        call: Call,
        start: httpx.Request,
        options: Options,
        prepared: Prepared,
        progress: CallProgress,
        resend: int,
    ) -> httpx.Request:
        """Return the request that a redirect led to, with the current credential if it is trusted."""
        from veneer._core.redirects import once_more

        fresh: dict[str, str | None] = {}
        if progress.trusted:
            headers = request_headers(
                self.platform.user_agent,
                call,
                options,
                progress.used,
                resend,
                own=self._external is None or call.absolute,
            )
            names = ["x-retry-count", *(used.scheme.header for used in progress.used)]
            fresh = {name: headers.get(name) for name in names}
        return once_more(start, fresh, {"timeout": prepared.timeouts.copy()})

    def _prepare(self, options: Options) -> Prepared:
        """Return what all requests with these options share; a view's options live as long as the view."""
        known = self._prepared.get(id(options))
        if known is None:
            if len(self._prepared) >= _PREPARED:
                self._prepared.clear()
            latest = self._latest
            if latest is None or not latest.serves(options):  # views often differ in other options alone
                self._latest = latest = Prepared(options)
            known = self._prepared[id(options)] = options, latest
        self._last = known
        return known[1]

    async def _send(
        self,
        request: httpx.Request,
        options: Options,
        positions: Positions | None,
        progress: CallProgress,
        limit: _io.async_attempt_limit,
        response: httpx.Response | None = None,
    ) -> httpx.Response:
        """Send one request and follow its redirects; `response` is its own, if it was sent already."""
        if self.closed:
            raise ConfigurationError("this client was closed before the request was sent")
        external = self._external
        send: AsyncSend = (
            self._engines.get().send
            if external is None
            else lambda request: external.send(request, options.base_url if progress.trusted else None)
        )
        watched = (
            self.on_request
            or self.on_response
            or self.debug_logger is not None
            or self.logger.isEnabledFor(logging.DEBUG)
        )
        while True:
            progress.request = request
            if response is None:
                if watched:
                    await self._before(request)
                response = await send(request)
            if not watched and not 300 <= response.status_code < 400:
                return response
            try:
                if watched:
                    await self._after(request, response)
                following = (
                    _following(request, response, positions, progress)
                    if 300 <= response.status_code < 400
                    else None
                )
                if following is None:
                    return response
            except BaseException:
                await response.aclose()
                raise
            await self._drop(response)
            if positions is None or request.method not in READING_METHODS:
                from veneer._core.redirects import once_more

                progress.start, progress.start_trusted = once_more(following, {}, {}), progress.trusted
            limit.sent = False
            request, response = following, None

    async def _before(self, request: httpx.Request) -> None:
        """Show a request to hooks, which may change it, and to loggers."""
        for hook in self.on_request:
            await _io.async_ask(hook, request)
            if "transfer-encoding" in request.headers:  # a hook set it
                request.headers.pop("content-length", None)
        self._debug(request, "request: %s %s headers=%s", request.method, request.url, request.headers)

    async def _after(self, request: httpx.Request, response: httpx.Response) -> None:
        """Show a response to loggers and hooks."""
        self._debug(request, "response: %s headers=%s", response.status_code, response.headers)
        for seen in self.on_response:
            await _io.async_ask(seen, response)

    async def _drop(self, response: httpx.Response) -> None:
        """Finish a body that nobody reads."""
        if not hasattr(response, "_content"):
            response._content = b""  # noqa: SLF001  # as in _read; an unread body is empty
        await response.aclose()

    def _debug(self, request: httpx.Request, text: str, *values: Any) -> None:
        """Write to the library's logger and to the caller's, credentials masked."""
        loggers = [
            logger
            for logger in (self.logger, self.debug_logger)
            if logger is not None
            and not (isinstance(logger, logging.Logger) and not logger.isEnabledFor(logging.DEBUG))
        ]
        if not loggers:
            return
        held = self.secrets(request)
        shown = [loggable(value, held, self.platform.request_ids) for value in values]
        with _io.theirs:
            for logger in loggers:
                logger.debug(text, *shown)

    def secrets(self, request: httpx.Request | None = None) -> list[str]:
        """Return the secrets that no text may show: this client's and the request's."""
        held = [secret for credential in self.credentials.values() for secret in credential.known()]
        return held if request is None else [*held, *carried_secrets(request, self.platform.schemes.values())]

    async def _tell(self, call: Call, options: Options, response: httpx.Response, *, leaving: bool) -> None:
        """Report a response to the caller's hooks and `heard`, and that its operation is deprecated."""
        for told in () if call.absolute else self.on_result:
            await _io.async_ask(told, response, call.target)
        if options.heard is not None:
            options.heard.add(response, self.platform.request_ids)
        if call.absolute or not (leaving or call.operation.deprecated):
            return
        from veneer._core.deprecation import of_answer, warn_once

        found = of_answer(call, response)
        if found is None:
            return
        for hook in self.on_deprecation:
            await _io.async_ask(hook, found)
        with _io.theirs:  # if warnings are errors, the caller made them so
            home = call.operation.module or str(response.request.url.copy_with(path="/", query=None))
            if warn_once(home, found, datetime.fromtimestamp(self.wall(), UTC)):
                self.logger.warning("%s", found)

    async def _read(
        self,
        response: httpx.Response,
        options: Options,
        deadline: Deadline,
        sent_at: float,
        *,
        plain: bool,
        reads: bool,
    ) -> None:
        """Read a body within its bound; an error's body has its own bound. One that is not read stays open."""
        if not reads:
            if self._external is not None:
                self._external.opened(response, self._prepare(options).timeouts)
            return
        if not (response.is_closed or response.is_stream_consumed):
            from veneer._async.bodies import async_read_whole

            limit = _body_limit(response, options.max_response_bytes)
            response._content = await async_read_whole(response, limit, deadline, self.clock, plain=plain)  # noqa: SLF001  # a test watches the name
        response.elapsed = timedelta(0, self.clock() - sent_at)

    def failed(
        self,
        call: Call,
        error: Exception | _io.Raised,
        deadline: Deadline,
        response: httpx.Response | None,
        progress: CallProgress,
        url: httpx.URL | None,
        *,
        sent: bool,
    ) -> FailedAttempt:
        """Return the result of an attempt that raised `error`. Raises what a caller's own code raised, unchanged."""
        if isinstance(error, _io.Raised):
            _io.reraise(error.error)
        held = self.secrets(progress.request)
        return failed(
            self.platform, call, error, progress, deadline,
            response=response, url=url, secrets=held, now=self.clock(), sent=sent,
        )  # fmt: skip


def _body_limit(response: httpx.Response, limit: int) -> int:
    """Return the most bytes that are read of a body: an error's has its own bound."""
    return limit if response.status_code < 300 else min(limit, _ERROR_BODY_BYTES)


def _following(
    request: httpx.Request, response: httpx.Response, positions: Positions | None, progress: CallProgress
) -> httpx.Request | None:
    """Return the request that a redirect leads to, its files rewound; None without a redirect."""
    from veneer._core.redirects import follow

    following = follow(request, response, progress, replayable=positions is not None)
    if following is not None and following.stream is request.stream:
        with _io.theirs:
            rewind(positions)
    return following


def _propagate(request: httpx.Request, progress: CallProgress) -> None:
    """Let the server join the trace, if it may carry credentials."""
    from veneer import _telemetry

    if progress.trusted:
        _telemetry.propagate(request.headers)
