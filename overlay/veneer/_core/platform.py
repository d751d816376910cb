"""What differs between platforms, as one frozen value: names, schemes, error shapes, defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from veneer._core.auth import BEARER, Scheme
from veneer._core.errors import APIError, VeneerError, class_for_status, combine_types
from veneer._core.late import NamedTuple, Protocol, dataclass, field
from veneer._core.options import Timeouts
from veneer._core.retry import Failure, RetryPolicy, outcome_of_status

if TYPE_CHECKING:
    from veneer._core.oauth import OAuth2

__all__ = ["GENERIC", "Platform", "Problem", "describe"]


class Problem(NamedTuple):
    """An error body: the platform's `code`, a `message` for people, `detail` as sent, its model's name."""

    code: str | None = None
    message: str | None = None
    detail: Any = None


def describe(payload: Any) -> Problem:
    """Read an error body in the shapes that APIs use most.

    These are `{"error": {"code", "message"}}`, `{"code", "message"}`, `{"error": "text"}`,
    `{"detail": …}` and RFC 9457. For messages about fields, see `field_messages`.
    """
    if not isinstance(payload, Mapping):
        return Problem(message=payload if isinstance(payload, str) else None, detail=payload)
    error = payload.get("error")
    inner = error if isinstance(error, Mapping) else payload
    detail = inner.get("details", inner.get("detail"))
    message = inner.get("message") or inner.get("title") or payload.get("error_description")
    if not isinstance(message, str) and isinstance(error, str):
        message = error
    if message is None and isinstance(detail, str):
        message = detail
    code = inner.get("code") or inner.get("type")
    return Problem(
        code=str(code) if isinstance(code, (str, int)) else None,
        message=message if isinstance(message, str) else None,
        detail=detail if detail is not None else payload,
    )


class Body(Protocol):
    """A success's body for an envelope check; parsed on first access."""

    @property
    def payload(self) -> Any: ...


def no_envelope(_status: int, _body: Body) -> bool:
    """Return False: no success hides an error on this platform."""
    return False


def as_it_is(path: str) -> str:
    """Return the path unchanged."""
    return path


@dataclass(frozen=True, slots=True, eq=False)
class Platform:
    """A platform's facts.

    | field | meaning |
    |---|---|
    | name | for loggers and spans |
    | base_url, env_base_url, env_api_key | its address, and the environment variables for address and key |
    | env_webhook_secret | the environment variable with the secret of its webhooks |
    | schemes | the contract's security schemes by name; the first is that of `api_key=` |
    | oauth | the endpoints of the OAuth 2 and OpenID Connect schemes, by name; the first is that of `auth=` |
    | arguments | the client argument for a scheme's credential: `{"consumerKey": "consumer_key="}` |
    | key_required | a client without a credential is an error, and so is a call that needs one |
    | family | base class of every error raised for it |
    | families | base classes of some of the core's errors, in place of `family` |
    | by_status | its own error classes; the key 5 means 5xx |
    | usual_status | each code's usual status: decides the error's class, and whether a failure in an envelope is retried |
    | non_retryable_codes | codes that are final: never retried, whatever their status |
    | describe | reads an error body |
    | is_error_envelope | whether a 2xx response is an error in an envelope |
    | refreshable_codes | codes of a 401 that a token refresh fixes |
    | complete_path | completes the path of a call without an endpoint module |
    | request_ids | headers that carry the request id |
    | headers | sent with every request, unless the client's or a view's override them |
    """

    name: str
    base_url: str | None = None
    env_base_url: str | None = None
    env_api_key: str | None = None
    env_webhook_secret: str | None = None
    schemes: Mapping[str, Scheme] = field(default_factory=lambda: {"bearer": BEARER})
    oauth: Mapping[str, OAuth2] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    key_required: bool = False
    user_agent: str | None = None
    family: type[VeneerError] = VeneerError
    families: Mapping[type[VeneerError], type[VeneerError]] = field(default_factory=dict)
    by_status: Mapping[int, type[APIError]] = field(default_factory=dict)
    usual_status: Mapping[str, int] = field(default_factory=dict)
    non_retryable_codes: frozenset[str] = frozenset()
    describe: Callable[[Any], Problem] = describe
    is_error_envelope: Callable[[int, Body], bool] = no_envelope
    refreshable_codes: frozenset[str] = frozenset()
    complete_path: Callable[[str], str] = as_it_is
    request_ids: tuple[str, ...] = ("x-request-id", "request-id", "x-correlation-id")
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    timeouts: Timeouts = field(default_factory=Timeouts)
    deadline: float | None = 600.0
    headers: Mapping[str, str] = field(default_factory=dict)

    def error_class(self, status: int, code: str | None) -> type[APIError]:
        """Return the class for an error: the platform's by the code's usual status or the response's, else the core's."""
        status = self.usual_status.get(code or "", status)
        own = self.by_status.get(status) or self.by_status.get(status // 100)
        if own is not None:
            return own
        made = combine_types(self.family, class_for_status(status))
        return made if issubclass(made, APIError) else APIError

    def failure(
        self,
        status: int,
        code: str | None,
        server_delay: float | None,
        should_retry: bool | None,
        *,
        retry_after: bool = False,
    ) -> Failure:
        """Return what the retry policy needs to know about an error response."""
        # A success's status says nothing about the failure in its envelope.
        meant = self.usual_status.get(code or "", status) if status < 300 else status
        verdict = code if code in self.non_retryable_codes else None
        return Failure(outcome_of_status(meant), meant, server_delay, should_retry, verdict, retry_after)

    def error_type(self, kind: type[VeneerError]) -> type[VeneerError]:
        """Return the class for one of the core's errors, in the platform's family."""
        families = (own for known, own in self.families.items() if issubclass(kind, known))
        return combine_types(next(families, self.family), kind)

    def adopt(self, error: VeneerError, **facts: Any) -> VeneerError:
        """Return an error as the platform's own, with facts about the call that it lacks.

        An error from the caller's code is returned unchanged.
        """
        if error.of_caller:
            return error
        kind = self.error_type(type(error))
        own = error
        if type(error) is not kind:
            own = kind(error.message)
            own.__dict__.update(error.__dict__)
        for name, value in facts.items():
            setattr(own, name, getattr(own, name) or value)
        return own


GENERIC = Platform(name="generic")
"""An unknown platform: bearer tokens, common error shapes."""
