# Derived from overlay/veneer/_async/session.py by scripts/unasync.py: edit that file, not this one.
"""Send a call until it succeeds or must not be repeated: the loop around the engine that all clients share."""

from __future__ import annotations

import contextlib
import logging
import random
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

import httpx

from veneer import _io, _net, _telemetry
from veneer._core.attempts import Attempt, Outcome
from veneer._core.auth import Scheme, fitting, needed
from veneer._core.body import BodyLengthError, BodyTooLargeError, BodyUndecodableError, Collector, is_plain
from veneer._core.call import (
    Call,
    encode_json,
    fingerprint,
    replayable_content,
    shared_key,
    with_idempotency_key,
)
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
from veneer._core.redact import Secret, clear_frames, loggable_headers, mask_text, mask_url
from veneer._core.requests import (
    Positions,
    Redirect,
    carried_secrets,
    carries,
    encoded,
    in_chunks,
    once_more,
    plain_request,
    redirected,
    rewind,
    with_cookies,
    with_host,
)
from veneer._core.retry import (
    READING_METHODS,
    SAFE_METHODS,
    Decision,
    Failure,
    RetryBudget,
    outcome_of_status,
    retry_after,
    server_delay,
    should_retry,
)
from veneer._sync.credentials import Credential
from veneer._sync.transport import Engine, Send, classify

if TYPE_CHECKING:
    import ssl

    from veneer._core.proxies import Proxy
    from veneer._core.violations import SchemaViolation
    from veneer._sync.foreign import ForeignEngine, HttpClient

__all__ = ["Session", "DebugLogger", "Exchange"]

# A program that has not set up logging is told by the warning alone.
logging.getLogger("veneer").addHandler(logging.NullHandler())

_MAX_REDIRECTS = 10
_UPLOAD_BYTES = 256 * 1024
_ERROR_BODY_BYTES = 1024 * 1024
# Sets of options whose preparation is kept: clients have a few, and a view for each call passes through.
_PREPARED = 64
_CLOSED = "the client was closed meanwhile"
_NONE: Mapping[Any, Any] = MappingProxyType({})
# Idempotency keys of callers whose requests are remembered.
_CLAIMED = 1024
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


class _Used(NamedTuple):
    """A credential that an attempt carries: where it goes, whose it is, its value then."""

    scheme: Scheme
    credential: Credential
    secret: Secret


class _Progress:
    """How far a call has come along its redirects, attempts and renewals.

    `request` is the one on its way, after `hops` redirects of this attempt. It may carry
    credentials if it is `trusted`: all of those redirects stayed with the API's origin. `start` is
    the request that a repeat begins with, None for the call itself: what may have acted is not sent
    again once it was answered. `acted` are the addresses of such requests. `refused` says why a
    redirect was not followed. `used` are the credentials of this attempt, `renewed` those to be
    sent with the next.
    """

    request: httpx.Request | None = None
    hops = 0
    trusted = True
    start: httpx.Request | None = None
    start_trusted = True
    acted: tuple[httpx.URL, ...] = ()
    refused = ""
    used: tuple[_Used, ...] = ()
    renewed: Mapping[Credential, Secret] = _NONE


class Session:
    """What a client and all its views share: platform, credentials, connections, retry budget, hooks and loggers."""

    closed = True

    def __init__(
        self,
        platform: Platform,
        credentials: Mapping[str, Credential],
        *,
        http_client: HttpClient | None = None,
        max_connections: int = 100,
        engine: str = "auto",
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
        self.sleep = _io.sleep
        self.own_engine = http_client is None
        self._foreign: ForeignEngine | None = None
        if http_client is not None:
            from veneer._sync.foreign import ForeignEngine

            self._foreign = ForeignEngine(http_client)
        self._engines: _io.Local[Engine] = _io.Local(
            lambda: Engine(max_connections, engine, verify=verify, proxy=proxy, trust_env=trust_env)
        )
        self._prepared: dict[int, tuple[Options, Prepared]] = {}
        self._fits: dict[Any, tuple[tuple[str, str], ...] | None] = {}
        self._claims: dict[bytes, bytes] = {}
        self.spent = 0.0  # seconds of the first call's time that loading the engine took
        self.closed = False

    def close(self) -> None:
        """Close our connections; a caller's own client stays open.

        Calls under way go on, and are not repeated.
        """
        self.closed = True
        engine = self._engines.peek()
        self._engines.drop()
        if engine is not None:
            # Connections in use are closed when they are given back.
            engine.close()

    @property
    def engaged(self) -> bool:
        """True while connections of ours may be open."""
        return not self.closed and self._engines.made

    def __del__(self) -> None:
        if self.engaged:
            _io.abandon(self._engines)  # first: where warnings are errors, nothing comes after one
            warnings.warn(
                f"unclosed {self.platform.name} client: close it, or use it as a context manager",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )

    def exchange(self, call: Call, options: Options, *, read: bool = True) -> Exchange:
        """Send a call and give its success, its body read unless `read` is false.

        Raises the platform's errors, each with every attempt; what a caller's own code raises
        (hooks, key functions, bodies), as it is.
        """
        if self.closed:
            raise ConfigurationError("this client is closed; make a new one")
        call, keyed = self.keyed(call, options)
        span = _telemetry.call_span(self.platform.name, call.operation.id)
        try:
            if span is None:
                return self._repeat(call, options, safe=call.safe or keyed, read=read)
            with span:
                return self._repeat(call, options, safe=call.safe or keyed, read=read)
        except BaseException as error:
            # Frames of an attempt and of the engine hold what was sent; a report may print their
            # variables.
            clear_frames(error)
            raise

    def keyed(self, call: Call, options: Options) -> tuple[Call, bool]:
        """Return a call with the idempotency key that it takes, and whether it has one.

        Raises ConfigurationError for a key of the options that was given to another request
        already.
        """
        shared = options.idempotency_key is not None or options.headers
        if shared and not self._claims_key(call, options):
            raise self.platform.kind(ConfigurationError)(
                f"{call.operation.id}: its idempotency key was given to another request already; a key belongs to "
                "one request and its repeats: give each its own, by with_options(idempotency_key=…)",
                operation=call.operation.id,
            )
        return with_idempotency_key(call, options.idempotency_key, options.headers)

    def _claims_key(self, call: Call, options: Options) -> bool:
        """Return whether the key of the options is free, or this request's: one stands for one."""
        key = shared_key(call, options.idempotency_key, options.headers)
        if key is None:
            return True
        own = fingerprint(call)
        while len(self._claims) >= _CLAIMED:
            self._claims.pop(next(iter(list(self._claims)), b""), None)
        return self._claims.setdefault(fingerprint(key), own) == own

    def tell(self, violations: Sequence[SchemaViolation]) -> None:
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
                _io.tell(hook, one)
        for one in first:  # last: where warnings are errors, nothing comes after one
            warn(one)

    def _repeat(self, call: Call, options: Options, *, safe: bool, read: bool) -> Exchange:
        positions = call.positions()
        started = self.clock() - self.spent
        self.spent = 0.0
        deadline = Deadline.after(options.deadline, started)
        attempts: list[Attempt] = []
        progress = _Progress()
        retries, asked, renewed = 0, 0, False
        while True:
            begun = self.clock()
            result = self._attempt(
                call, options, deadline, positions, progress, read=read, resend=len(attempts)
            )
            now = self.clock()
            if result.parsed is not None:
                attempts.append(_attempt(len(attempts), result, now - begun, None, ""))
                self.budget.succeeded(retried=retries > asked, asked=asked)
                result.parsed.attempts = all_of_them = tuple(attempts)
                return Exchange(result.parsed, all_of_them)
            replayable = progress.start is not None or positions is not None
            if not renewed and replayable and not self.closed and self._expired(result, progress):
                renewed = True
                renewal = self._renew(call, result, deadline, progress)
                if renewal is None:
                    attempts.append(_attempt(len(attempts), result, now - begun, 0.0, "credential renewed"))
                    rewind(positions)
                    continue
                result = renewal
            decision = self._decide(
                result, options, deadline, retries=retries, safe=_is_safe(call, progress, safe=safe),
                replayable=replayable, elapsed=now - started, now=now,
            )  # fmt: skip
            attempts.append(_attempt(len(attempts), result, now - begun, decision.delay, decision.reason))
            if decision.delay is None or result.failure is None:
                raise _final(result, attempts, options)
            self.logger.debug("%s: attempt %d: %s", call.operation.id, len(attempts), attempts[-1])
            retries += 1
            asked += result.failure.asks
            self.sleep(decision.delay)
            if self.closed:
                attempts[-1] = attempts[-1]._replace(delay=None, reason=_CLOSED)
                raise _final(result, attempts, options)
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
        if decision.delay is not None and self.closed:
            return Decision(None, _CLOSED)
        if decision.delay is not None and not self.budget.take():
            return Decision(None, "the client's retry budget is used up")
        return decision

    def _expired(self, result: _Result, progress: _Progress) -> bool:
        """Return whether a 401 says that a credential has expired: it answers a request that carried it."""
        error, request = result.error, progress.request
        if request is None or not isinstance(error, AuthenticationError):
            return False
        if self.platform.expired and error.code not in self.platform.expired:
            return False
        return any(carries(request, used.scheme, used.secret) for used in progress.used)

    def _renew(self, call: Call, result: _Result, deadline: Deadline, progress: _Progress) -> _Result | None:
        """Renew expired credentials, to be sent with the next attempt: None when one is, else what the call came to."""
        fresh: dict[Credential, Secret | None] = {}
        theirs: Exception | None = None
        try:
            with _io.time_limit(deadline.remaining(self.clock())):
                for used in progress.used:
                    fresh[used.credential] = used.credential.renew(used.secret)
        except _io.OutOfTimeError:
            answered = result.error.response if result.error is not None else None
            return self._failed(call, _io.OutOfTimeError(), deadline, answered, progress, None, sent=True)
        except _io.Raised as raised:
            theirs = raised.error
        if theirs is not None:
            _io.reraise(theirs)
        progress.renewed = {known: secret for known, secret in fresh.items() if secret is not None}
        return None if progress.renewed else result

    def _attempt(
        self,
        call: Call,
        options: Options,
        deadline: Deadline,
        positions: Positions | None,
        progress: _Progress,
        *,
        read: bool,
        resend: int,
    ) -> _Result:
        prepared = self._prepare(options)
        start = progress.start
        method, url = (
            (call.method, self._address(call, prepared)) if start is None else (start.method, start.url)
        )
        progress.request = response = None
        progress.hops, progress.trusted = 0, progress.start_trusted and call.credentials
        failed: BaseException | None = None
        limit = _io.time_limit(deadline.remaining(self.clock()))
        with (
            _telemetry.attempt_span(method, lambda: self._shown(url, None), resend) as span,
            _net.Sending() as sending,
        ):
            try:
                with limit:
                    if progress.trusted:
                        progress.used = self._credentials(call, options, progress.renewed)
                        progress.renewed = _NONE  # sent once: the next attempt asks a key function again
                    request = (
                        self._request(call, url, options, prepared, progress.used, resend)
                        if start is None
                        else self._resumed(call, start, options, prepared, progress, resend)
                    )
                    if span is not None and progress.trusted:
                        _telemetry.propagate(request.headers)
                    begun = self.clock()
                    response = self._send(request, options, positions, progress, sending)
                    if read or response.status_code >= 300:
                        self._read(response, options, deadline)
                        response.elapsed = timedelta(seconds=self.clock() - begun)
                    elif self._foreign is not None:
                        self._foreign.opened(response, prepared.timeouts)
                    for told in () if call.absolute else self.on_answer:
                        _io.ask(told, response, call.target)
                _telemetry.finish_span(span, response.status_code)
            except BaseException as error:
                limit.end()
                if response is not None:
                    self._drop(response)
                failed = error
                raised = error.error if isinstance(error, _io.Raised) else error
                _telemetry.finish_span(
                    span, response.status_code if response is not None else None, type(raised).__name__
                )
                if not isinstance(raised, Exception):
                    raise
        # Outside the handler: the new error must not carry the engine's as its context, only as a
        # cause that is fit to be shown.
        if failed is None and response is not None:
            return self._judge(call, response, progress, read=read)
        if isinstance(failed, _io.Raised):
            _io.reraise(failed.error)
        own = cast("Exception", failed)
        return self._failed(call, own, deadline, response, progress, url, sent=sending.sent)

    def _credentials(
        self, call: Call, options: Options, renewed: Mapping[Credential, Secret]
    ) -> tuple[_Used, ...]:
        """Return the credentials that the operation's security asks for, of those that are held.

        Raises ConfigurationError where it asks for one, and neither the client nor the caller has
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
        used: tuple[_Used, ...] = ()
        for scheme, held in pairs:
            credential = self.credentials[held]
            secret = renewed[credential] if credential in renewed else credential.get()
            used = (*used, _Used(self.platform.schemes[scheme], credential, secret))
        return used

    def _check_given(self, call: Call, options: Options) -> None:
        """Raise ConfigurationError for an operation for which no credential is held or given.

        A client that holds none at all is let through: servers may do without, whatever their
        contract says.
        """
        security = call.operation.security or ()
        if not self.credentials and not self.platform.key_required:
            return
        names = [name for one in security for name in ((one,) if isinstance(one, str) else one)]
        schemes = [self.platform.schemes[name] for name in names if name in self.platform.schemes]
        given = {
            "header": (*options.headers, *(call.headers or ())),
            "query": (*options.query, *(call.params or ())),
            "cookie": call.cookies or (),
        }
        for scheme in schemes:
            if any(scheme.is_called(name) for name in given[scheme.place]):
                return
            if scheme.place == "cookie" and "cookie" in {name.lower() for name in given["header"]}:
                return
        if self._foreign is not None and self._foreign.authenticates([scheme.name for scheme in schemes]):
            return
        raise self.platform.kind(ConfigurationError)(
            f"{call.operation.id} needs a credential that this client does not hold: "
            f"{needed(security, self.platform.schemes, self.platform.arguments)}",
            operation=call.operation.id,
        )

    def _request(
        self,
        call: Call,
        url: httpx.URL,
        options: Options,
        prepared: Prepared,
        used: tuple[_Used, ...],
        resend: int,
    ) -> httpx.Request:
        """Make the request value: options under the call's own headers, the credential where nothing else stands."""
        extensions = {"timeout": prepared.timeouts.copy()}
        for one in used:
            if one.scheme.place == "query" and one.scheme.name not in url.params:
                url = url.copy_set_param(one.scheme.name, one.scheme.value(one.secret))
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
        forms = call.data is not None or call.files is not None
        if own and not forms and not isinstance(content, _io.Pieces):
            given = with_host(encoded(headers), url)
            return plain_request(call.method, url, given, content or b"", extensions, chunked=chunked)
        build = httpx.Request if own or self._foreign is None else self._foreign.build
        request = build(
            call.method,
            url,
            headers=encoded(headers),
            content=content,
            data=dict(call.data) if call.data is not None else None,
            files=_io.their_files(call.files) if call.files is not None else None,
            cookies=None if "cookie" in headers else _cookies(call, used) or None,
            extensions=extensions,
        )
        if chunked:
            request.headers.pop("content-length", None)  # which httpx adds
        _measure(request)
        return request

    def _resumed(
        self,
        call: Call,
        start: httpx.Request,
        options: Options,
        prepared: Prepared,
        progress: _Progress,
        resend: int,
    ) -> httpx.Request:
        """Make the request again that a redirect led to, with the credential of now if it is trusted."""
        fresh: dict[str, str | None] = {}
        if progress.trusted:
            headers = self._headers(call, options, progress.used, resend)
            names = ["x-retry-count", *(used.scheme.header for used in progress.used)]
            fresh = {name: headers.get(name) for name in names}
        return once_more(start, fresh, {"timeout": prepared.timeouts.copy()})

    def _headers(
        self, call: Call, options: Options, used: tuple[_Used, ...], resend: int
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
        for scheme, _, secret in used:
            if scheme.place == "header":
                headers.setdefault(scheme.header, scheme.value(secret))
        # A caller's client adds its own cookies, where no header is in their place.
        if "cookie" in headers or self._foreign is None or call.absolute:
            cookies = _cookies(call, used)
            if cookies and headers.get("cookie", "") is not None:
                headers["cookie"] = with_cookies(headers.get("cookie") or "", cookies)
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

    def _send(
        self,
        request: httpx.Request,
        options: Options,
        positions: Positions | None,
        progress: _Progress,
        sending: _net.Sending,
    ) -> httpx.Response:
        """Send one request and follow its redirects."""
        if self.closed:
            raise ConfigurationError("this client was closed before the request was sent")
        foreign = self._foreign
        send: Send = (
            self._engines.get().send
            if foreign is None
            else lambda request: foreign.send(request, options.base_url if progress.trusted else None)
        )
        debugging = self.debug_logger is not None or self.logger.isEnabledFor(logging.DEBUG)
        while True:
            progress.request = request
            for hook in self.on_request:
                _io.ask(hook, request)
                if "transfer-encoding" in request.headers:  # of the hook's own
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
                redirect = redirected(request, response, replayable=positions is not None)
                following = None if redirect is None else _following(request, redirect, progress)
                if following is None:
                    return response
                if following.stream is request.stream:
                    with _io.theirs:
                        rewind(positions)
            except BaseException:
                response.close()
                raise
            self._drop(response)
            if positions is None or request.method not in READING_METHODS:
                progress.start, progress.start_trusted = once_more(following, {}, {}), progress.trusted
            sending.sent = False
            request = following

    def _drop(self, response: httpx.Response) -> None:
        """Be done with a body that nobody wants."""
        if not hasattr(response, "_content"):
            response._content = b""  # noqa: SLF001  # as in _read; what was not read reads as nothing
        response.close()

    def _debug(self, request: httpx.Request, text: str, *values: Any) -> None:
        """Write to the library's logger and to the caller's, credentials masked."""
        shown = [self._shown(value, request) for value in values]
        with _io.theirs:
            for logger in (self.logger, self.debug_logger):
                if logger is not None and not (
                    isinstance(logger, logging.Logger) and not logger.isEnabledFor(logging.DEBUG)
                ):
                    logger.debug(text, *shown)

    def _shown(self, value: Any, request: httpx.Request | None) -> Any:
        """Return what a log may say of a value."""
        if isinstance(value, httpx.Headers):
            return {
                name: self._masked(text, request)
                for name, text in loggable_headers(value, self.platform.request_ids).items()
            }
        if isinstance(value, httpx.URL):
            return self._masked(mask_url(str(value)), request)
        return value

    def _masked(self, text: str, request: httpx.Request | None) -> str:
        """Return a text without credentials: this client's, and those that the request carries."""
        return mask_text(text, self._secrets(request))

    def _secrets(self, request: httpx.Request | None = None) -> list[str]:
        held = [secret for credential in self.credentials.values() for secret in credential.known()]
        return held if request is None else [*held, *carried_secrets(request, self.platform.schemes.values())]

    def _read(self, response: httpx.Response, options: Options, deadline: Deadline) -> None:
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
            for chunk in cast("httpx.SyncByteStream", response.stream):
                collector.feed(chunk)
                if deadline.passed(self.clock()):  # where no wait notices: bytes that never stop coming
                    raise _io.OutOfTimeError
            content = collector.finish()
            response.close()
        except (httpx.HTTPError, BodyTooLargeError, BodyUndecodableError):
            if not failed:
                raise
            content = collector.partial()
            response.close()
        response._content = content  # noqa: SLF001  # a test watches the name

    def _judge(self, call: Call, response: httpx.Response, progress: _Progress, *, read: bool) -> _Result:
        parsed = Parsed(response)
        status = response.status_code
        if 200 <= status < 300 and not (read and self.platform.hides_error(status, parsed)):
            return _Result(parsed=parsed)
        request = progress.request
        delay = server_delay(response.headers, wall=self.wall())
        error: VeneerError
        if 300 <= status < 400 and status != 304:
            error = self.platform.kind(RedirectError)(
                f"{status}: the redirect is not followed: {progress.refused or 'it names no one address'}",
                operation=call.operation.id,
                method=response.request.method,
                response=response,
            )
            if isinstance(error, RedirectError):
                error.status_code = status
        else:
            error = api_error(
                self.platform, call.operation, parsed, retry_after=delay, secrets=self._secrets(request)
            )
            if status in {401, 403} and progress.used and not progress.trusted:
                error.message += "; the credential did not go there: a redirect led to another origin"
                error.args = (error.message,)
        error.url = self._shown(response.request.url, request)
        code = error.code if isinstance(error, APIError) else None
        failure = self.platform.failure(
            status,
            code,
            delay,
            should_retry(response.headers),
            retry_after=retry_after(response.headers, wall=self.wall()) is not None,
        )
        error.outcome = failure.outcome
        return _Result(error=error, failure=failure)

    def _failed(
        self,
        call: Call,
        error: Exception,
        deadline: Deadline,
        response: httpx.Response | None,
        progress: _Progress,
        url: httpx.URL | None,
        *,
        sent: bool,
    ) -> _Result:
        """Turn what was raised into the core's error. What is neither the engine's nor ours passes through.

        `url` is where the attempt was to go, for one that came to no request.
        """
        request = progress.request
        method, url = (call.method, url) if request is None else (request.method, request.url)
        facts: dict[str, Any] = {
            "operation": call.operation.id,
            "method": method,
            "url": self._shown(url, request),
            "response": response,
        }
        led = progress.hops or progress.start is not None
        place = f" (at {method} {facts['url']}, where a redirect led)" if led else ""
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
                f"{call.operation.id}: the deadline{limit} passed{place}", **facts
            )
            over.outcome = _outcome(
                engine[1] if engine is not None else Outcome.UNKNOWN, response, progress, sent=sent
            )
            if isinstance(over, DeadlineExceededError):
                over.of_outer_call = not passed
            return _Result(error=over)
        if isinstance(error, BodyTooLargeError):
            return _Result(
                error=self.platform.kind(ResponseTooLargeError)(f"{call.operation.id}: {error}", **facts)
            )
        if isinstance(error, BodyUndecodableError):
            return _Result(
                error=self.platform.kind(ResponseInvalidError)(f"{call.operation.id}: {error}", **facts)
            )
        if isinstance(error, ConfigurationError):
            return _Result(error=error)
        if engine is None:
            raise error
        kind, outcome, text = engine
        made = self.platform.kind(kind)(
            f"{call.operation.id}: {self._masked(text, request)}{place}",
            outcome=_outcome(outcome, response, progress, sent=sent),
            **facts,
        )
        if kind is ConfigurationError or isinstance(error, BodyLengthError):
            return _Result(error=made)
        if self._masked(str(error), request) == str(error):
            made.__cause__ = error
        return _Result(error=made, failure=Failure(_outcome(outcome, response, None, sent=sent)))


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


def _content(call: Call, headers: dict[str, str | None], *, measured: bool) -> bytes | _io.Pieces | None:
    """Return the body in the engine's form; `measured` adds the length of pieces to the headers."""
    if call.has_json:
        return encode_json(call.json)
    if call.content is None:
        return None
    content = replayable_content(call.content)
    if isinstance(content, bytes):
        return content
    from veneer._core.transfer import body_length

    with _io.theirs:
        length = body_length(content) if measured else None
    if length is not None:
        headers.setdefault("content-length", str(length))
    return _io.Pieces(content, _UPLOAD_BYTES)


def _measure(request: httpx.Request) -> None:
    """Hold a body that is read while it is sent against the length that was announced, if one was:
    files grow and shrink.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and type(request.stream) is not httpx.ByteStream:
        from veneer._sync.bodies import Measured

        request.stream = Measured(cast("httpx.SyncByteStream", request.stream), int(length))


def _following(request: httpx.Request, redirect: Redirect, progress: _Progress) -> httpx.Request | None:
    """Return the request that goes on where a redirect leads.

    None where it is not sent; `progress` gets the cause.
    """
    following = redirect.request
    if following is None:
        progress.refused = redirect.cause
        return None
    if request.method not in READING_METHODS:
        progress.acted = (*progress.acted, request.url)
    if following.method not in READING_METHODS and following.url in progress.acted:
        progress.refused = f"it leads back to where this {following.method} was sent already"
        return None
    if progress.hops == _MAX_REDIRECTS - 1:
        progress.refused = f"it is the {_MAX_REDIRECTS}th, one after the other"
        return None
    progress.hops += 1
    progress.trusted = progress.trusted and redirect.same_origin
    return following


def _cookies(call: Call, used: tuple[_Used, ...]) -> dict[str, str]:
    """Return the cookies of a call: credentials, and its own, which come first.

    Raises ConfigurationError for one that would become two.
    """
    held = {scheme.name: scheme.value(secret) for scheme, _, secret in used if scheme.place == "cookie"}
    cookies = {**held, **(call.cookies or {})}
    if any(";" in f"{name}{value}" for name, value in cookies.items()):
        raise ConfigurationError("a cookie's name and value cannot have a semicolon; encode it first")
    return cookies


def _is_safe(call: Call, progress: _Progress, *, safe: bool) -> bool:
    """Return whether repeating the request that failed can do no harm.

    Its own method decides where a redirect changed it.
    """
    request = progress.request
    return safe if request is None or request.method == call.method else request.method in SAFE_METHODS


def _outcome(
    outcome: Outcome, response: httpx.Response | None, progress: _Progress | None, *, sent: bool
) -> Outcome:
    """What a failure leaves open: less once a status has arrived, nothing when no byte was sent.

    Of a call that was redirected (`progress`) something was sent: an earlier request was answered.
    """
    if response is not None and sent:
        return outcome_of_status(response.status_code)
    found = outcome if sent else Outcome.NOT_SENT
    return Outcome.ANSWERED if found is Outcome.NOT_SENT and progress is not None and progress.hops else found


def _attempt(done: int, result: _Result, elapsed: float, delay: float | None, reason: str) -> Attempt:
    error = result.error
    answered = result.parsed or error
    response = answered.response if answered is not None else None
    status = response.status_code if response is not None else None
    outcome = Outcome.ANSWERED if error is None else error.outcome
    return Attempt(done + 1, outcome, status, type(error).__name__ if error else None, elapsed, delay, reason)


def _final(result: _Result, attempts: list[Attempt], options: Options) -> VeneerError:
    """Complete the last attempt's error: what the call may have done, and why it is not repeated."""
    error, failure, reason = result.error, result.failure, attempts[-1].reason
    if error is None:
        raise AssertionError("a failed attempt without an error")
    if error.outcome is Outcome.NOT_SENT:
        # Of the last attempt alone: what came before it may have arrived.
        earlier = {attempt.outcome for attempt in attempts}
        error.outcome = next(
            (one for one in (Outcome.UNKNOWN, Outcome.ANSWERED) if one in earlier), Outcome.NOT_SENT
        )
    if failure is not None and (failure.status is None or failure.status in options.retry.statuses):
        error.message = f"{error.message}; not repeated: {reason}"
        error.args = (error.message,)
    error.attempts = tuple(attempts)
    return error
