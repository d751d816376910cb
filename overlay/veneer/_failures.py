"""Determine an attempt's error, and what is then known about the request."""

from __future__ import annotations

from typing import Any

import httpx

from veneer import _io
from veneer._core.attempts import Attempt, Outcome
from veneer._core.call import Call
from veneer._core.deadline import Deadline
from veneer._core.errors import (
    APIError,
    BodyLengthError,
    BodyTooLargeError,
    BodyUndecodableError,
    ConfigurationError,
    ConnectError,
    DeadlineExceededError,
    RedirectError,
    RequestTimeoutError,
    ResponseInvalidError,
    ResponseTooLargeError,
    TransportError,
    VeneerError,
)
from veneer._core.late import NamedTuple
from veneer._core.options import Options
from veneer._core.platform import Platform
from veneer._core.redact import mask_text
from veneer._core.requests import CallProgress, masked_url
from veneer._core.responses import Parsed, api_error
from veneer._core.retry import Failure, outcome_of_status, retry_after, server_delay, should_retry

__all__ = ["FailedAttempt", "failed", "final_error", "recorded", "refused"]


class FailedAttempt(NamedTuple):
    """An attempt's error, with what the retry policy needs; without that, it is final."""

    error: VeneerError
    failure: Failure | None = None


def refused(
    platform: Platform, call: Call, parsed: Parsed, progress: CallProgress, *, secrets: list[str], wall: float
) -> FailedAttempt:
    """Return the error of a response. `wall` is the time of day, seconds."""
    response = parsed.response
    status = response.status_code
    delay = server_delay(response.headers, wall=wall)
    error: VeneerError
    if 300 <= status < 400 and status != 304:
        error = platform.error_type(RedirectError)(
            f"{status}: the redirect is not followed: {progress.refused or 'it names no one address'}",
            operation=call.operation.id,
            method=response.request.method,
            response=response,
        )
        if isinstance(error, RedirectError):
            error.status_code = status
    else:
        error = api_error(platform, call.operation, parsed, retry_after=delay, secrets=secrets)
        if status in {401, 403} and progress.used and not progress.trusted:
            error.message += "; the credential did not go there: a redirect led to another origin"
            error.args = (error.message,)
    error.url = masked_url(response.request.url, secrets)
    code = error.code if isinstance(error, APIError) else None
    failure = platform.failure(
        status,
        code,
        delay,
        should_retry(response.headers),
        retry_after=retry_after(response.headers, wall=wall) is not None,
    )
    error.outcome = failure.outcome
    return FailedAttempt(error, failure)


def failed(
    platform: Platform,
    call: Call,
    error: Exception,
    progress: CallProgress,
    deadline: Deadline,
    *,
    response: httpx.Response | None,
    url: httpx.URL | None,
    secrets: list[str],
    now: float,
    sent: bool,
) -> FailedAttempt:
    """Return the core's error for an exception; raise it again if it is neither the engine's nor ours.

    `url` is the attempt's destination, for one without a request; `secrets` are masked in
    all texts; `now` is a monotonic time, seconds.
    """
    request = progress.request
    method, url = (call.method, url) if request is None else (request.method, request.url)
    facts: dict[str, Any] = {
        "operation": call.operation.id,
        "method": method,
        "url": None if url is None else masked_url(url, secrets),
        "response": response,
    }
    led = progress.hops or progress.start is not None
    place = f" (at {method} {facts['url']}, where a redirect led)" if led else ""
    engine = _classify(error, request, sent=sent)
    passed = deadline.passed(now)
    outer = _io.time_left()
    late = isinstance(error, (httpx.TimeoutException, TimeoutError)) and (
        passed or (outer is not None and outer <= 0)
    )
    if isinstance(error, _io.OutOfTimeError) or late:
        limit = f" of {deadline.limit:g} s" if passed and deadline.limit is not None else " of an outer call"
        over = platform.error_type(DeadlineExceededError)(
            f"{call.operation.id}: the deadline{limit} passed{place}", **facts
        )
        over.outcome = _left_open(
            engine[1] if engine is not None else Outcome.UNKNOWN, response, sent=sent, hops=progress.hops
        )
        if isinstance(over, DeadlineExceededError):
            over.of_outer_call = not passed
        return FailedAttempt(over)
    if isinstance(error, BodyTooLargeError):
        return FailedAttempt(
            platform.error_type(ResponseTooLargeError)(f"{call.operation.id}: {error}", **facts)
        )
    if isinstance(error, BodyUndecodableError):
        return FailedAttempt(
            platform.error_type(ResponseInvalidError)(f"{call.operation.id}: {error}", **facts)
        )
    if isinstance(error, ConfigurationError):
        return FailedAttempt(error)
    if engine is None:
        raise error
    kind, outcome, text = engine
    made = platform.error_type(kind)(
        f"{call.operation.id}: {mask_text(text, secrets)}{place}",
        outcome=_left_open(outcome, response, sent=sent, hops=progress.hops),
        **facts,
    )
    if kind is ConfigurationError or isinstance(error, BodyLengthError):
        return FailedAttempt(made)
    if mask_text(str(error), secrets) == str(error):
        made.__cause__ = error
    return FailedAttempt(made, Failure(_left_open(outcome, response, sent=sent)))


# When the engine raises one of these, nothing of the request has left.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    _io.SlotTimeoutError,
)
_TIMED_OUT = {
    httpx.ConnectTimeout: "connect",
    httpx.WriteTimeout: "write",
    httpx.ReadTimeout: "read",
    httpx.PoolTimeout: "pool",
    _io.SlotTimeoutError: "pool",
}


def _classify(
    error: BaseException, request: httpx.Request | None, *, sent: bool
) -> tuple[type[TransportError | ConfigurationError], Outcome, str] | None:
    """Return the core's class, the outcome and a text without secrets for an engine's exception, or None.

    `sent` is whether any byte of the request may have left.
    """
    outcome = Outcome.UNKNOWN if sent and not isinstance(error, _NOT_SENT) else Outcome.NOT_SENT
    # Most specific first.
    if isinstance(error, (httpx.TimeoutException, _io.SlotTimeoutError)):
        what = next((name for kind, name in _TIMED_OUT.items() if isinstance(error, kind)), "transport's own")
        return (
            RequestTimeoutError,
            outcome,
            f"the {what} timeout{_limit(what, request)} passed{_where(error)}",
        )
    if isinstance(error, (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL)):
        # The engine's own text quotes header values.
        return ConfigurationError, outcome, "the request is not valid HTTP; check base_url, headers and body"
    if isinstance(error, BodyLengthError):
        return TransportError, outcome, str(error)
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError)):
        return ConnectError, outcome, f"no connection: {str(error) or type(error).__name__}"
    if isinstance(error, (httpx.HTTPError, httpx.StreamError)):
        from veneer._core.connect_errors import alert

        # A TLS 1.3 server checks the client's certificate after the client has begun to send.
        refused = alert(error.__cause__) if isinstance(error, httpx.NetworkError) else None
        if refused is not None:
            return ConnectError, Outcome.NOT_SENT, f"no connection: {refused}"
        return TransportError, outcome, f"the connection failed: {str(error) or type(error).__name__}"
    return None


def _limit(what: str, request: httpx.Request | None) -> str:
    seconds = None if request is None else request.extensions.get("timeout", {}).get(what)
    return "" if seconds is None else f" of {seconds:g} s"


def _where(error: BaseException) -> str:
    """Return the server that our own connect timeouts name."""
    return f": {error}" if isinstance(error, httpx.ConnectTimeout) and str(error) else ""


def _left_open(outcome: Outcome, response: httpx.Response | None, *, sent: bool, hops: int = 0) -> Outcome:
    """Return what is known after a failure: more once a status arrived, all if no byte was sent.

    A redirected call (`hops`) was sent: an earlier request was answered.
    """
    if response is not None and sent:
        return outcome_of_status(response.status_code)
    found = outcome if sent else Outcome.NOT_SENT
    return Outcome.ANSWERED if found is Outcome.NOT_SENT and hops else found


def recorded(number: int, result: FailedAttempt, elapsed: float, delay: float | None, reason: str) -> Attempt:
    """Return the record of a failed attempt; `number` is 1-based, times are seconds."""
    error = result.error
    status = error.response.status_code if error.response is not None else None
    return Attempt(number, error.outcome, status, type(error).__name__, elapsed, delay, reason)


def final_error(result: FailedAttempt, attempts: list[Attempt], options: Options) -> VeneerError:
    """Return the last attempt's error, with what the call may have done and why it is not retried."""
    error, failure, reason = result.error, result.failure, attempts[-1].reason
    if error.outcome is Outcome.NOT_SENT:
        # For the last attempt alone: earlier ones may have arrived.
        earlier = {attempt.outcome for attempt in attempts}
        error.outcome = next(
            (one for one in (Outcome.UNKNOWN, Outcome.ANSWERED) if one in earlier), Outcome.NOT_SENT
        )
    if failure is not None and (failure.status is None or failure.status in options.retry.statuses):
        error.message = f"{error.message}; not repeated: {reason}"
        error.args = (error.message,)
    error.attempts = tuple(attempts)
    return error
