"""Send a call until it succeeds or must not be retried: the loop that all clients share."""

from __future__ import annotations

import logging
import random
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from veneer import _io
from veneer._async.credentials import AsyncCredential
from veneer._async.sender import AsyncSender
from veneer._core.attempts import Attempt, Outcome
from veneer._core.call import Call
from veneer._core.deadline import NEVER, Deadline
from veneer._core.errors import AuthenticationError, ConfigurationError
from veneer._core.idempotency import fingerprint, shared_key, with_idempotency_key
from veneer._core.late import NamedTuple
from veneer._core.options import ClientConfig, DebugLogger, Options
from veneer._core.platform import Platform
from veneer._core.redact import Secret, clear_frames
from veneer._core.requests import CallProgress, carries, rewind
from veneer._core.responses import Parsed
from veneer._core.retry import READING_METHODS, SAFE_METHODS, Decision
from veneer._core.urls import operation_server
from veneer._failures import FailedAttempt, final_error, recorded

if TYPE_CHECKING:
    from veneer._core.violations import SchemaViolation

__all__ = ["AsyncSession", "DebugLogger", "Exchange"]

# A program without logging sees only the warning.
logging.getLogger("veneer").addHandler(logging.NullHandler())

_ANSWERED = Outcome.ANSWERED
_new: Any = tuple.__new__  # faster than the constructors, by a call
_CLOSED = "the client was closed meanwhile"
# Callers' idempotency keys whose requests are remembered.
_CLAIMED = 1024
# Operations' servers whose options are remembered.
_SERVERS = 64
# Members whose names are data (ids as keys) would otherwise be reported without end.
_MOST_TOLD = 1000


class Exchange(NamedTuple):
    """A success: the response and every attempt."""

    parsed: Parsed
    attempts: tuple[Attempt, ...]


class AsyncSession(AsyncSender):
    """The state of a client and all its views: platform, credentials, connections, budget, hooks, loggers."""

    def __init__(
        self, platform: Platform, credentials: Mapping[str, AsyncCredential], config: ClientConfig
    ) -> None:
        super().__init__(platform, credentials, config)
        self.budget = config.retry_budget
        if config.limits is not None:
            from veneer._async.turns import AsyncSharedTurns

            self.turns = AsyncSharedTurns(config.limits, self)
        self.on_violation = config.on_violation
        self.random: Callable[[], float] = random.random
        self.sleep: _io.AsyncMethod[None] = _io.async_sleep
        self._told: set[tuple[str, str, str]] = set()
        self._claims: dict[bytes, bytes] = {}
        self._at_servers: dict[tuple[int, str], tuple[Options, Options]] = {}
        self.spent = 0.0  # seconds of the first call's time that loading the engine took

    async def aclose(self) -> None:
        """Close our connections; the caller's client stays open.

        Calls in flight continue, and are not retried.
        """
        self.closed = True
        engine = self._engines.peek()
        self._engines.drop()
        if engine is not None:
            # Connections in use are closed when they are released.
            await engine.aclose()

    @property
    def engaged(self) -> bool:
        """Whether connections of ours may be open."""
        return not self.closed and self._engines.made

    def __del__(self) -> None:
        if self.engaged:
            _io.async_abandon(self._engines)  # first: if warnings are errors, nothing runs after one
            warnings.warn(
                f"unclosed {self.platform.name} client: close it, or use it as a context manager",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )

    async def exchange(self, call: Call, options: Options, *, read: bool = True) -> Exchange:
        """Send a call and return its success, its body read unless `read` is false.

        Raises the platform's errors, each with every attempt; exceptions of the caller's code
        (hooks, key functions, bodies) pass through unchanged.
        """
        if self.closed:
            raise self.platform.error_type(ConfigurationError)("this client is closed; make a new one")
        operation = call.operation
        if operation.server and options.servers is not None and not call.absolute:
            options = self.at_server(call, options)
        keyed = False
        if operation.idempotency is not None or not (operation.safe or call.method in READING_METHODS):
            call, keyed = self.keyed(call, options)
        if options.heard is not None:
            options.heard.sending(safe=call.safe or keyed)
        try:
            span = None if "opentelemetry.trace" not in sys.modules else self._span(call)
            if span is None:
                return await self._repeat(self.attempt, call, options, keyed=keyed, read=read)
            with span:
                return await self._repeat(self.traced_attempt, call, options, keyed=keyed, read=read)
        except BaseException as error:
            # Frames of an attempt and of the engine hold the request; a report may print their
            # variables.
            clear_frames(error)
            raise

    def _span(self, call: Call) -> AbstractContextManager[None] | None:
        from veneer._telemetry import call_span

        return call_span(self.platform.name, call.operation.id)

    def at_server(self, call: Call, options: Options) -> Options:
        """Return the options of a call to its operation's own server, unless the caller chose a base URL.

        All rules of the base URL (origin, credentials, links) then apply to that server.
        Raises ConfigurationError for an unusable server.
        """
        operation = call.operation
        if not operation.server or options.servers is None or call.absolute:
            return options
        base_url = operation_server(options.base_url, operation.server, operation.variables, options.servers)
        known = self._at_servers.get((id(options), base_url))
        if known is None:
            if len(self._at_servers) >= _SERVERS:
                self._at_servers.clear()
            known = options, options.merged(base_url=base_url)
            self._at_servers[id(options), base_url] = known
        return known[1]

    def keyed(self, call: Call, options: Options) -> tuple[Call, bool]:
        """Return a call with the idempotency key that it takes, and whether it has one.

        Raises ConfigurationError for a key of the options that another request has used
        already.
        """
        if call.reads and call.operation.idempotency is None:
            return call, False
        shared = options.idempotency_key is not None or options.headers
        if shared and not self._claims_key(call, options):
            raise self.platform.error_type(ConfigurationError)(
                f"{call.operation.id}: its idempotency key was given to another request already; a key belongs to "
                "one request and its retries: give each its own, with with_options(idempotency_key=…)",
                operation=call.operation.id,
            )
        new = None if options.heard is None else options.heard.new_key
        return with_idempotency_key(call, options.idempotency_key, options.headers, new)

    def _claims_key(self, call: Call, options: Options) -> bool:
        """Return whether the key of the options is unused, or this request's own."""
        key = shared_key(call, options.idempotency_key, options.headers)
        if key is None:
            return True
        own = fingerprint(call)
        while len(self._claims) >= _CLAIMED:
            self._claims.pop(next(iter(list(self._claims)), b""), None)
        return self._claims.setdefault(fingerprint(key), own) == own

    async def tell(self, violations: Sequence[SchemaViolation]) -> None:
        """Report the places where a response breaks its contract.

        Hooks are called each time; the log and a warning report each operation, place (of any row)
        and kind once.
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
                await _io.async_tell(hook, one)
        for one in first:  # last: if warnings are errors, nothing runs after one
            warn(one)

    async def _repeat(
        self,
        attempt: _io.AsyncMethod[Parsed | FailedAttempt],
        call: Call,
        options: Options,
        *,
        keyed: bool,
        read: bool,
    ) -> Exchange:
        positions = [] if call.content is None and call.files is None else call.positions()
        begun = self.clock()
        started, self.spent = begun - self.spent, 0.0
        limit = options.deadline
        deadline: Deadline = NEVER if limit is None else _new(Deadline, (started + limit, limit))
        attempts: list[Attempt] = []
        progress = CallProgress()
        retries = asked = resend = 0
        renewed = False
        while True:
            result = await attempt(
                call, options, deadline, positions, progress, read=read, resend=resend, begun=begun
            )
            now = self.clock()
            resend += 1
            if type(result) is Parsed:
                last = _new(Attempt, (resend, _ANSWERED, result.status_code, None, now - begun, None, ""))
                result.attempts = all_of_them = (*attempts, last)
                budget = self.budget if self.turns is None else self.turns.budget or self.budget
                budget.succeeded(retried=retries > asked, asked=asked)
                if options.heard is not None:
                    options.heard.attempts = all_of_them
                done: Exchange = _new(Exchange, (result, all_of_them))
                return done
            replayable = progress.start is not None or positions is not None
            if not renewed and replayable and not self.closed and self._expired(result, progress):
                renewed = True
                renewal = await self._renew(call, result, deadline, progress)
                if renewal is None:
                    attempts.append(recorded(resend, result, now - begun, 0.0, "credential renewed"))
                    rewind(positions)
                    begun = self.clock()
                    continue
                result = renewal
            decision = await self._decide(
                result, options, deadline, retries=retries, safe=_is_safe(call, progress, keyed=keyed),
                replayable=replayable, elapsed=now - started, now=now,
            )  # fmt: skip
            attempts.append(recorded(resend, result, now - begun, decision.delay, decision.reason))
            if decision.delay is None or result.failure is None:
                raise final_error(result, attempts, options)
            self.logger.debug("%s: attempt %d: %s", call.operation.id, resend, attempts[-1])
            retries += 1
            asked += result.failure.asks
            sleep = self.sleep if options.heard is None else options.heard.sleep or self.sleep
            await sleep(decision.delay)
            if self.closed:
                attempts[-1] = attempts[-1]._replace(delay=None, reason=_CLOSED)
                raise final_error(result, attempts, options)
            rewind(positions)
            begun = self.clock()

    async def _decide(
        self,
        result: FailedAttempt,
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
        if decision.delay is None:
            return decision
        if self.turns is not None and self.turns.budget is not None:
            if not await self.turns.may_retry():
                return Decision(None, "the retry budget that processes share is used up")
        elif not self.budget.take():
            return Decision(None, "the client's retry budget is used up")
        return decision

    def _expired(self, result: FailedAttempt, progress: CallProgress) -> bool:
        """Return whether a 401 means that a credential has expired: its request must have carried it."""
        error, request = result.error, progress.request
        if request is None or not isinstance(error, AuthenticationError):
            return False
        if self.platform.refreshable_codes and error.code not in self.platform.refreshable_codes:
            return False
        return any(carries(request, used.scheme, used.secret) for used in progress.used)

    async def _renew(
        self, call: Call, result: FailedAttempt, deadline: Deadline, progress: CallProgress
    ) -> FailedAttempt | None:
        """Renew expired credentials for the next attempt: return None if one was renewed, else the result."""
        fresh: dict[str, Secret | None] = {}
        theirs: Exception | None = None
        try:
            with _io.async_time_limit(deadline.remaining(self.clock())):
                for used in progress.used:
                    fresh[used.name] = await self.credentials[used.name].renew(used.secret)
        except _io.OutOfTimeError:
            answered = result.error.response
            return self.failed(call, _io.OutOfTimeError(), deadline, answered, progress, None, sent=True)
        except _io.Raised as raised:
            theirs = raised.error
        if theirs is not None:
            _io.reraise(theirs)
        progress.renewed = {known: secret for known, secret in fresh.items() if secret is not None}
        return None if progress.renewed else result


def _is_safe(call: Call, progress: CallProgress, *, keyed: bool) -> bool:
    """Return whether the failed request can safely be retried.

    If a redirect changed its method, the new method decides.
    """
    request = progress.request
    if request is not None and request.method != call.method:
        return request.method in SAFE_METHODS
    return call.safe or keyed
