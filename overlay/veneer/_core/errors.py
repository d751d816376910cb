"""Every error that the library raises: one class for each thing that a caller can act on.

    VeneerError                      anything below
    ├── ConfigurationError           an unusable option, key, URL or argument; nothing was sent (ValueError)
    ├── APIError                     the server returned an error; `status_code`, `code`, `data`, `headers`, …
    │   ├── BadRequestError          400
    │   ├── AuthenticationError      401
    │   ├── PermissionDeniedError    403
    │   ├── NotFoundError            404
    │   ├── ConflictError            409
    │   ├── UnprocessableError       422
    │   ├── RateLimitError           429
    │   ├── ServerError              5xx
    │   └── RedirectError            a redirect that must not be followed
    ├── TransportError               no complete response; `outcome` says whether the request may have run
    │   ├── ConnectError             no connection: never sent
    │   └── RequestTimeoutError      a connect, read, write or pool limit passed (TimeoutError)
    ├── DeadlineExceededError        the call's own deadline passed (TimeoutError)
    ├── ResponseError                a response that cannot be used
    │   ├── ResponseInvalidError     a success whose body breaks the contract or is damaged; `path` says where
    │   │   └── MissingMemberError   a required member that the server left out was read (AttributeError)
    │   └── ResponseTooLargeError    longer than `max_response_bytes`
    ├── StreamError                  a stream that broke its protocol
    │   ├── StreamTruncatedError     it ended before its terminator; `events`, `bytes`, `last_event_id`, `resumable`
    │   ├── StreamTimeoutError       silent beyond its limits (TimeoutError)
    │   └── StreamProtocolError      not an event stream, an event out of order, or one that is too large
    ├── PaginationError              pagination cannot continue
    │   └── PaginationLoopError      the server repeats a page or cursor
    ├── WaitTimeoutError             a run did not end in time; `last` is its last value (TimeoutError)
    ├── TokenError                   an authorization server issued no token; `code` is its error code
    └── WebhookVerificationError     a webhook that must not be trusted; `reason` says why

Platforms add their own names for the same errors (`VelerianAuthError` is an `AuthenticationError`
too).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from veneer._core.attempts import Attempt, Outcome, explain

if TYPE_CHECKING:
    import httpx

    from veneer._core.violations import SchemaViolation

__all__ = [
    "APIError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "DeadlineExceededError",
    "MissingMemberError",
    "NotFoundError",
    "PaginationError",
    "PaginationLoopError",
    "PermissionDeniedError",
    "RateLimitError",
    "RedirectError",
    "RequestTimeoutError",
    "ResponseError",
    "ResponseInvalidError",
    "ResponseTooLargeError",
    "ServerError",
    "StreamError",
    "StreamProtocolError",
    "StreamTimeoutError",
    "StreamTruncatedError",
    "TokenError",
    "TransportError",
    "UnprocessableError",
    "VeneerError",
    "WaitTimeoutError",
    "WebhookVerificationError",
]

BODY_LIMIT = 65_536
"""Most characters kept of an error's body."""


class VeneerError(Exception):
    """Base of every error here.

    `operation` is the call's name, `method` and `url` its request (query values masked), `outcome`
    what is known about its effect, `attempts` every attempt, `response` the last response if there
    was one, `retry_after` the wait that the server asked for, in seconds. In pagination,
    `resume_from` resumes at the page that failed. `of_caller` is true if the caller's code raised
    it (a hook or key function that used another client): it is passed on unchanged.
    """

    outcome: Outcome = Outcome.NOT_SENT
    resume_from: Mapping[str, Any] | None = None
    of_caller: bool = False

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        method: str | None = None,
        url: str | None = None,
        outcome: Outcome | None = None,
        response: httpx.Response | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.method = method
        self.url = url
        if outcome is not None:
            self.outcome = outcome
        self.response = response
        self.retry_after = retry_after
        self.attempts: tuple[Attempt, ...] = ()

    def __str__(self) -> str:
        """Return the message, and on a second line the request if the message does not name it."""
        if not self.method or not self.url or self.url in self.message:
            return self.message
        told = [f"{self.method} {self.url}"]
        told += [self.operation] if self.operation and self.operation not in self.message else []
        identity = getattr(self, "request_id", None)
        told += [f"request id {identity}"] if identity else []
        return f"{self.message}\n({', '.join(told)})"

    def explain(self) -> str:
        """Return one line for a log: the call, its result, and each attempt with its reason."""
        name = self.operation or "request"
        where = f" [{self.method} {self.url}]" if self.method else ""
        tries = f"; {len(self.attempts)} attempt(s): {explain(self.attempts)}" if self.attempts else ""
        # The last attempt already says why there was no retry.
        said = self.message.removesuffix(
            f"; not repeated: {self.attempts[-1].reason}" if self.attempts else ""
        )
        return " ".join(f"{name}{where}: {type(self).__name__}: {said}{tries}".split())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments do not survive Exception's own pickling; engine responses are not picklable when open.
        state = {key: value for key, value in self.__dict__.items() if key != "response"}
        return (_restore, (_family(type(self)), self.message, state))


def _family(cls: type[VeneerError]) -> tuple[str, tuple[type[VeneerError], ...]]:
    # A class from `combine_types` cannot be imported by name: name its parents instead.
    return (cls.__name__, cls.__bases__ if cls.__dict__.get("_joined") else (cls,))


def _restore(
    family: tuple[str, tuple[type[VeneerError], ...]], message: str, state: Mapping[str, Any]
) -> VeneerError:
    _, bases = family
    cls = bases[0] if len(bases) == 1 else combine_types(bases[0], bases[1])
    error = cls.__new__(cls, message)
    error.args = (message,)
    error.__dict__.update(state)
    error.response = None
    return error


_joined: dict[tuple[type[VeneerError], type[VeneerError]], type[VeneerError]] = {}


def combine_types(family: type[VeneerError], kind: type[VeneerError]) -> type[VeneerError]:
    """Return the class that is both a platform's error and the core's: `(VelerianError, ConnectError)`.

    Only errors that the platform has no name for are created here, once, on first use.
    """
    if issubclass(family, kind):
        return family
    if issubclass(kind, family):
        return kind
    known = _joined.get((family, kind))
    if known is None:
        name = family.__name__.removesuffix("Error") + kind.__name__
        known = type(
            name, (family, kind), {"__module__": family.__module__, "_joined": True, "__doc__": kind.__doc__}
        )
        _joined[family, kind] = known
    return known


class ConfigurationError(VeneerError, ValueError):
    """An unusable option, key, URL or argument. Nothing was sent."""


class APIError(VeneerError):
    """The server returned an error.

    `status_code` is the HTTP status (200 if an envelope has `success: false`), `code` the
    platform's own code, `detail` the error's details in the body (text, list or mapping), `data`
    the contract's model of it (else the parsed JSON, else None), `body` the text (at most 65,536
    characters), `headers` the response's, `request_id` the platform's id for the request.
    """

    outcome: Outcome = Outcome.ANSWERED
    status_code: int = 0
    code: str | None = None
    detail: Any = None
    data: Any = None
    body: str = ""
    request_id: str | None = None

    @property
    def headers(self) -> httpx.Headers:
        """The response's headers, case-insensitive."""
        if self.response is not None:
            return self.response.headers
        import httpx

        return httpx.Headers()

    @property
    def raw_response(self) -> httpx.Response | None:
        """The response itself, already read; None after pickling."""
        return self.response


class BadRequestError(APIError):
    """400: the server could not understand the request."""


class AuthenticationError(APIError):
    """401: the credential is missing, wrong, revoked or expired."""


class PermissionDeniedError(APIError):
    """403: the credential is valid, but does not permit this."""


class NotFoundError(APIError):
    """404: the resource does not exist, or this credential cannot see it."""


class ConflictError(APIError):
    """409: the resource's state does not allow it."""


class UnprocessableError(APIError):
    """422: the request does not fit the server's schema."""


class RateLimitError(APIError):
    """429: too many requests; `retry_after` is in seconds if the server sent it."""


class ServerError(APIError):
    """5xx: the server, or a gateway in front of it, failed."""


class RedirectError(APIError):
    """A redirect that is not followed: to plain HTTP, or to another origin with a body, or in a loop."""


class TransportError(VeneerError):
    """No complete response arrived. `outcome` says whether the server may have acted anyway."""

    outcome: Outcome = Outcome.UNKNOWN


class ConnectError(TransportError):
    """No connection could be made (refused, unknown host, TLS). Nothing was sent."""

    outcome: Outcome = Outcome.NOT_SENT


class RequestTimeoutError(TransportError, TimeoutError):
    """A connect, read, write or pool limit passed."""


class DeadlineExceededError(VeneerError, TimeoutError):
    """The call's deadline passed, or the next wait would have passed it.

    `of_outer_call` is true if the deadline was that of another call, whose hook or key function
    made this one.
    """

    outcome: Outcome = Outcome.UNKNOWN
    of_outer_call: bool = False


class ResponseError(VeneerError):
    """A response that cannot be used."""

    outcome: Outcome = Outcome.ANSWERED


class ResponseInvalidError(ResponseError):
    """A success whose body breaks the contract, with `strict=True`, or is not JSON.

    Also a body that contradicts its headers: cut, damaged, in an unknown coding, or
    longer than announced. `path` is the JSON path of the first violation (`$.items[3].created_at`),
    `violations` lists all of them.
    """

    path: str = "$"
    violations: tuple[SchemaViolation, ...] = ()


class MissingMemberError(ResponseInvalidError, AttributeError):
    """A required member that the server left out was read. The rest of the response is usable."""


class ResponseTooLargeError(ResponseError):
    """The body exceeded `max_response_bytes`; what had arrived was dropped."""


class StreamError(VeneerError):
    """A stream that broke its protocol."""

    outcome: Outcome = Outcome.ANSWERED


class StreamTruncatedError(StreamError):
    """The stream ended before its terminator: it is incomplete.

    `events` and `bytes` count what arrived, `last_event_id` is the last id, `resumable` is whether
    the operation can resume from there.
    """

    events: int = 0
    bytes: int = 0
    last_event_id: str = ""
    resumable: bool = False


class StreamTimeoutError(StreamError, TimeoutError):
    """No byte (heartbeats count) within the stream's idle or first-event limit."""


class StreamProtocolError(StreamError):
    """Not an event stream, an event out of its documented order, or one larger than the limit."""


class PaginationError(VeneerError):
    """Pagination cannot continue: a missing items key, a next link to another origin, too many pages."""

    outcome: Outcome = Outcome.ANSWERED


class PaginationLoopError(PaginationError):
    """The server repeats a page or cursor; pagination would never end."""


class WaitTimeoutError(VeneerError, TimeoutError):
    """A run did not end in time. It continues on the server: `last` is its last value, `waited_s` the wait."""

    outcome: Outcome = Outcome.ANSWERED
    last: Any = None
    waited_s: float = 0.0


class TokenError(VeneerError):
    """An authorization server issued no token, so the call was not sent.

    `code` is its error code (`invalid_client`, `invalid_grant`, `access_denied`; RFC 6749 §5.2),
    None if it sent none. The text holds no token or secret.
    """

    def __init__(self, message: str, *, code: str | None = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.code = code


class WebhookVerificationError(VeneerError):
    """A webhook that must not be trusted; respond with 400.

    `reason` is `missing-header`, `malformed`, `no-match` (another secret, or a changed body),
    `too-old`, `too-new` or `not-json`. The text holds neither secret nor signature.
    """

    def __init__(self, message: str, *, reason: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.reason = reason


_BY_STATUS: Mapping[int, type[APIError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableError,
    429: RateLimitError,
}


def class_for_status(status: int) -> type[APIError]:
    """Return the core's class for an HTTP status; others are `APIError` or `ServerError`."""
    return _BY_STATUS.get(status) or (ServerError if status >= 500 else APIError)


def request_id(headers: Mapping[str, str], names: Iterable[str]) -> str | None:
    """Return the value of the first of `names` that is present."""
    return next((found for name in names if (found := headers.get(name))), None)


# Raised by the layers below the session, which turns each into an error of the tree.


class BodyTooLargeError(ValueError):
    """The body passed the limit."""


class BodyUndecodableError(ValueError):
    """The body contradicts its headers."""


class BodyCutError(BodyUndecodableError):
    """The body ended in the middle of its coding."""


class BodyLengthError(Exception):
    """A request body is not as long as announced: its file grew or shrank while being sent."""
