# Derived from overlay/veneer/_async/sender.py by scripts/unasync.py: edit that file, not this one.
"""Send one attempt of a call: credentials, request, redirects, and the body of the response."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import httpx

from veneer import _io
from veneer._core.auth import fitting, needed
from veneer._core.call import Call
from veneer._core.deadline import Deadline
from veneer._core.errors import ConfigurationError
from veneer._core.options import ClientConfig, Options
from veneer._core.platform import Platform
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
from veneer._failures import AttemptResult, failed, refused
from veneer._http import net
from veneer._http._sync.transport import Engine, Send
from veneer._sync.credentials import Credential

if TYPE_CHECKING:
    from veneer._http._sync.external_client import ExternalClient
    from veneer._sync.turns import SharedTurns

__all__ = ["Sender", "loaded_tracing"]

_ERROR_BODY_BYTES = 1024 * 1024
# Sets of options whose preparation is kept: clients have a few, but there may be a view for each call.
_PREPARED = 64
_NO_SPAN: contextlib.AbstractContextManager[None] = contextlib.nullcontext()


class Sender:
    """Send single attempts of calls, over the connections, credentials and hooks of one client."""

    closed = True
    turns: SharedTurns | None = None

    def __init__(
        self, platform: Platform, credentials: Mapping[str, Credential], config: ClientConfig
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
        self._external: ExternalClient | None = None
        if config.http_client is not None:
            from veneer._http._sync.external_client import ExternalClient

            self._external = ExternalClient(config.http_client)
        self._engines: _io.PerProcess[Engine] = _io.PerProcess(lambda: Engine(config))
        self._prepared: dict[int, tuple[Options, Prepared]] = {}
        self._fits: dict[Any, tuple[tuple[str, str], ...] | None] = {}
        self.closed = False

    def attempt(
        self,
        call: Call,
        options: Options,
        deadline: Deadline,
        positions: Positions | None,
        progress: CallProgress,
        *,
        read: bool,
        resend: int,
    ) -> AttemptResult:
        """Send a call once: its request, and those that redirects lead to.

        `read` is whether a success's body is read, `resend` the number of earlier attempts.
        """
        prepared = self._prepare(options)
        start = progress.start
        method, url = (call.method, address(call, prepared)) if start is None else (start.method, start.url)
        progress.request = response = None
        progress.hops, progress.trusted = 0, progress.start_trusted and call.credentials
        caught: BaseException | None = None
        limit = _io.time_limit(deadline.remaining(self.clock()))
        tracing = loaded_tracing()
        with (
            _NO_SPAN
            if tracing is None
            else tracing.attempt_span(method, lambda: masked_url(url, self.secrets()), resend) as span,
            net.SendTracker() as sending,
        ):
            try:
                with limit:
                    if self.turns is not None:
                        self.turns.take(deadline, options.heard)
                    if progress.trusted:
                        progress.used = self._credentials(call, options, progress.renewed)
                        # Used once: the next attempt calls a key function again.
                        progress.renewed = NO_CREDENTIALS
                    request = (
                        self._request(call, url, options, prepared, progress.used, resend)
                        if start is None
                        else self._resumed(call, start, options, prepared, progress, resend)
                    )
                    if tracing is not None and span is not None and progress.trusted:
                        tracing.propagate(request.headers)
                    begun = self.clock()
                    response = self._send(request, options, positions, progress, sending)
                    if read or response.status_code >= 300:
                        leaving = self._read(response, options, deadline)
                        response.elapsed = timedelta(seconds=self.clock() - begun)
                    else:
                        leaving = self._opened(response, prepared)
                    for told in () if call.absolute else self.on_result:
                        _io.ask(told, response, call.target)
                    if options.heard is not None:
                        options.heard.add(response, self.platform.request_ids)
                    if leaving or call.operation.deprecated:
                        self._tell_deprecation(call, response)
                if tracing is not None:
                    tracing.finish_span(span, response.status_code)
            except BaseException as error:
                limit.end()
                caught = error
                self._abandon(response, span, error)
                if not isinstance(error, (Exception, _io.Raised)):
                    raise
        # Outside the handler: the new error must not have the engine's as its context, only as a
        # cause that is safe to show.
        if caught is None and response is not None:
            return self._judge(call, response, progress, read=read)
        raised = cast("Exception | _io.Raised", caught)
        return self.failed(call, raised, deadline, response, progress, url, sent=sending.sent)

    def _credentials(
        self, call: Call, options: Options, renewed: Mapping[str, Secret]
    ) -> tuple[UsedCredential, ...]:
        """Return the held credentials that the operation's security requires.

        Raises ConfigurationError if it requires one, and neither the client nor the caller has
        it.
        """
        security = call.operation.security
        try:
            pairs = self._fits[security]
        except KeyError:
            pairs = self._fits[security] = fitting(security, self.platform.schemes, self.credentials)
        if pairs is None:
            self._check_given(call, options)
            return ()
        used: tuple[UsedCredential, ...] = ()
        for scheme, held in pairs:
            secret = renewed[held] if held in renewed else self.credentials[held].get()
            used = (*used, UsedCredential(self.platform.schemes[scheme], held, secret))
        return used

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
        extensions = {"timeout": prepared.timeouts.copy()}
        url = with_credentials(url, used)
        agent = self.platform.user_agent
        own = self._external is None or call.absolute  # the caller's client would add its own headers
        if own:
            whole = whole_request(call, url, options, prepared, used, resend, agent, extensions)
            if whole is not None:
                return whole
        from veneer._sync.bodies import build_request

        build = httpx.Request if own or self._external is None else self._external.build
        headers = request_headers(agent, call, options, used, resend, own=own)
        return build_request(build, call, url, headers, used, extensions)

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
            known = options, Prepared(options)
            self._prepared[id(options)] = known
        return known[1]

    def _send(
        self,
        request: httpx.Request,
        options: Options,
        positions: Positions | None,
        progress: CallProgress,
        sending: net.SendTracker,
    ) -> httpx.Response:
        """Send one request and follow its redirects."""
        if self.closed:
            raise ConfigurationError("this client was closed before the request was sent")
        external = self._external
        send: Send = (
            self._engines.get().send
            if external is None
            else lambda request: external.send(request, options.base_url if progress.trusted else None)
        )
        debugging = self.debug_logger is not None or self.logger.isEnabledFor(logging.DEBUG)
        while True:
            progress.request = request
            for hook in self.on_request:
                _io.ask(hook, request)
                if "transfer-encoding" in request.headers:  # a hook set it
                    request.headers.pop("content-length", None)
            if debugging:
                self._debug(
                    request, "request: %s %s headers=%s", request.method, request.url, request.headers
                )
            response = send(request)
            try:
                if debugging:
                    self._debug(request, "response: %s headers=%s", response.status_code, response.headers)
                for seen in self.on_response:
                    _io.ask(seen, response)
                following = (
                    _following(request, response, positions, progress)
                    if 300 <= response.status_code < 400
                    else None
                )
                if following is None:
                    return response
            except BaseException:
                response.close()
                raise
            self._drop(response)
            if positions is None or request.method not in READING_METHODS:
                from veneer._core.redirects import once_more

                progress.start, progress.start_trusted = once_more(following, {}, {}), progress.trusted
            sending.sent = False
            request = following

    def _abandon(self, response: httpx.Response | None, span: Any, error: BaseException) -> None:
        """Finish an attempt that raised an error."""
        if response is not None:
            self._drop(response)
        if span is not None:
            from veneer import _telemetry

            raised = error.error if isinstance(error, _io.Raised) else error
            status = None if response is None else response.status_code
            _telemetry.finish_span(span, status, type(raised).__name__)

    def _drop(self, response: httpx.Response) -> None:
        """Finish a body that nobody reads."""
        if not hasattr(response, "_content"):
            response._content = b""  # noqa: SLF001  # as in _read; an unread body is empty
        response.close()

    def _debug(self, request: httpx.Request, text: str, *values: Any) -> None:
        """Write to the library's logger and to the caller's, credentials masked."""
        held = self.secrets(request)
        shown = [loggable(value, held, self.platform.request_ids) for value in values]
        with _io.theirs:
            for logger in (self.logger, self.debug_logger):
                if logger is not None and not (
                    isinstance(logger, logging.Logger) and not logger.isEnabledFor(logging.DEBUG)
                ):
                    logger.debug(text, *shown)

    def secrets(self, request: httpx.Request | None = None) -> list[str]:
        """Return the secrets that no text may show: this client's and the request's."""
        held = [secret for credential in self.credentials.values() for secret in credential.known()]
        return held if request is None else [*held, *carried_secrets(request, self.platform.schemes.values())]

    def _opened(self, response: httpx.Response, prepared: Prepared) -> bool:
        """Leave a body unread; return whether its headers may announce a deprecation."""
        if self._external is not None:
            self._external.opened(response, prepared.timeouts)
        return look(response.headers.raw)[1]

    def _tell_deprecation(self, call: Call, response: httpx.Response) -> None:
        """Report a deprecated operation: to hooks each time, by the log and a warning once."""
        from veneer._core.deprecation import of_answer, warn_once

        found = None if call.absolute else of_answer(call, response)
        if found is None:
            return
        for hook in self.on_deprecation:
            _io.ask(hook, found)
        with _io.theirs:  # if warnings are errors, the caller made them so
            home = call.operation.module or str(response.request.url.copy_with(path="/", query=None))
            if warn_once(home, found, datetime.fromtimestamp(self.wall(), UTC)):
                self.logger.warning("%s", found)

    def _read(self, response: httpx.Response, options: Options, deadline: Deadline) -> bool:
        """Read a body within its bound; an error's body has its own bound.

        Returns whether its headers may announce a deprecation.
        """
        plain, leaving = look(response.headers.raw)
        if response.is_closed or response.is_stream_consumed:
            return leaving
        failed = response.status_code >= 300
        limit = min(options.max_response_bytes, _ERROR_BODY_BYTES) if failed else options.max_response_bytes
        if plain and type(response.stream) is httpx.ByteStream:
            content = b"".join(response.stream)
            if len(content) <= limit:
                response._content = content  # noqa: SLF001  # a test watches the name
                response.is_closed = True
                return leaving
        from veneer._sync.bodies import read_whole

        response._content = read_whole(response, limit, deadline, self.clock, plain=plain)  # noqa: SLF001  # a test watches the name
        return leaving

    def _judge(
        self, call: Call, response: httpx.Response, progress: CallProgress, *, read: bool
    ) -> AttemptResult:
        parsed = Parsed(response)
        status = response.status_code
        if 200 <= status < 300 and not (read and self.platform.is_error_envelope(status, parsed)):
            return AttemptResult(parsed=parsed)
        known = self.secrets(progress.request)
        return refused(self.platform, call, parsed, progress, secrets=known, wall=self.wall())

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
    ) -> AttemptResult:
        """Return the result of an attempt that raised `error`. Raises what a caller's own code raised, unchanged."""
        if isinstance(error, _io.Raised):
            _io.reraise(error.error)
        held = self.secrets(progress.request)
        return failed(
            self.platform, call, error, progress, deadline,
            response=response, url=url, secrets=held, now=self.clock(), sent=sent,
        )  # fmt: skip


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


def loaded_tracing() -> ModuleType | None:
    """Return the module that records spans, if the program has loaded OpenTelemetry."""
    if "opentelemetry.trace" not in sys.modules:
        return None
    from veneer import _telemetry

    return _telemetry
