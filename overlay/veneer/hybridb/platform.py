"""What is particular to hybriDB: its envelope, its error codes.

HybriDBError                          anything that a hybriDB call raises; `code` and `details` as the platform sends them
├── HybriDBConnectionError            no connection; also `veneer.ConnectError`
├── HybriDBTimeoutError               a limit of a step or of the call passed
│   ├── HybriDBRequestTimeoutError    also `veneer.RequestTimeoutError`
│   └── HybriDBDeadlineExceededError  also `veneer.DeadlineExceededError`
└── joined with the library's own errors by code and status: a DECISION_NOT_FOUND is a `veneer.NotFoundError` too
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from veneer._core.auth import BEARER
from veneer._core.errors import (
    ConnectError,
    DeadlineExceededError,
    RequestTimeoutError,
    VeneerError,
    join,
)
from veneer._core.options import Timeouts
from veneer._core.platform import Body, Platform, Problem

__all__ = [
    "DEFAULT_BASE_URL",
    "ENDED",
    "PLATFORM",
    "ErrorCode",
    "HybriDBConnectionError",
    "HybriDBDeadlineExceededError",
    "HybriDBError",
    "HybriDBRequestTimeoutError",
    "HybriDBTimeoutError",
]


DEFAULT_BASE_URL = "https://hybridb.stellrai.com"
"""Where the platform is, unless `base_url=` or HDB_BASE_URL says otherwise."""

ENDED = frozenset({"completed", "failed", "compensated"})
"""Statuses in which an execution stays."""


class HybriDBError(VeneerError):
    """Anything that a hybriDB call raises.

    | attribute | meaning |
    |---|---|
    | code | the platform's code (see `ErrorCode`); None where no answer came |
    | details | what the platform adds to the code, None if nothing |
    | status | the HTTP status, 200 included; None where no answer came |
    """

    code: str | None = None

    @property
    def details(self) -> Any:
        """What the platform adds to its code; None if nothing."""
        return getattr(self, "detail", None)

    @property
    def status(self) -> int | None:
        """The HTTP status; None where no answer came."""
        return getattr(self, "status_code", None)


class HybriDBConnectionError(HybriDBError, ConnectError):
    """No connection could be made: nothing was sent."""


class HybriDBTimeoutError(HybriDBError):
    """A limit of a step or of the whole call passed; `outcome` says whether the request may have run."""


class HybriDBRequestTimeoutError(HybriDBTimeoutError, RequestTimeoutError):
    """A connect, read, write or pool limit passed."""


class HybriDBDeadlineExceededError(HybriDBTimeoutError, DeadlineExceededError):
    """The call's deadline passed, or the next wait would have passed it."""


class ErrorCode(StrEnum):
    """The codes that the platform documents; `error.code == ErrorCode.POLICY_DENIED`. Others are kept as text."""

    UNAUTHORIZED = "UNAUTHORIZED"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105  # a code, not a token
    FORBIDDEN = "FORBIDDEN"
    POLICY_DENIED = "POLICY_DENIED"
    DECISION_NOT_FOUND = "DECISION_NOT_FOUND"
    DECISION_ALREADY_CONSUMED = "DECISION_ALREADY_CONSUMED"
    DECISION_ESCALATED = "DECISION_ESCALATED"
    PIPELINE_NOT_FOUND = "PIPELINE_NOT_FOUND"
    PIPELINE_STEP_FAILED = "PIPELINE_STEP_FAILED"
    CIRCUIT_BREAKER_OPEN = "CIRCUIT_BREAKER_OPEN"
    EXECUTION_NOT_FOUND = "EXECUTION_NOT_FOUND"
    ROLLBACK_WINDOW_EXPIRED = "ROLLBACK_WINDOW_EXPIRED"
    ROLLBACK_ALREADY_COMPLETED = "ROLLBACK_ALREADY_COMPLETED"
    CHECKPOINT_NOT_FOUND = "CHECKPOINT_NOT_FOUND"
    REPLAY_NOT_AVAILABLE = "REPLAY_NOT_AVAILABLE"
    VALIDATION_ERROR = "VALIDATION_ERROR"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    NOT_FOUND = "NOT_FOUND"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"


# A failure may come with any status, 200 included: the code decides what it is, this is the status that it usually has.
_USUAL_STATUS: Mapping[ErrorCode, int] = {
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.TOKEN_EXPIRED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.POLICY_DENIED: 403,
    ErrorCode.DECISION_NOT_FOUND: 404,
    ErrorCode.DECISION_ALREADY_CONSUMED: 409,
    ErrorCode.DECISION_ESCALATED: 202,
    ErrorCode.PIPELINE_NOT_FOUND: 404,
    ErrorCode.PIPELINE_STEP_FAILED: 500,
    ErrorCode.CIRCUIT_BREAKER_OPEN: 503,
    ErrorCode.EXECUTION_NOT_FOUND: 404,
    ErrorCode.ROLLBACK_WINDOW_EXPIRED: 409,
    ErrorCode.ROLLBACK_ALREADY_COMPLETED: 409,
    ErrorCode.CHECKPOINT_NOT_FOUND: 404,
    ErrorCode.REPLAY_NOT_AVAILABLE: 409,
    ErrorCode.VALIDATION_ERROR: 400,
    ErrorCode.IDEMPOTENCY_CONFLICT: 409,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.INTERNAL_ERROR: 500,
    ErrorCode.SERVICE_UNAVAILABLE: 503,
}


def _describe(payload: Any) -> Problem:
    error = payload.get("error") if isinstance(payload, Mapping) else None
    if not isinstance(error, Mapping):
        return Problem()
    code, message = error.get("code"), error.get("message")
    return Problem(
        code=code if isinstance(code, str) else None,
        message=message if isinstance(message, str) else None,
        detail=error.get("details"),
    )


def _hides_error(_status: int, body: Body) -> bool:
    payload = body.payload
    return isinstance(payload, Mapping) and payload.get("success", True) is not True


class _HybriDB(Platform):
    """A connection that is not made, and a limit that passes, have names of their own."""

    __slots__ = ()

    def kind(self, kind: type[VeneerError]) -> type[VeneerError]:
        """The class for one of the core's errors, in the platform's family."""
        return _KINDS.get(kind) or join(self.family, kind)


_KINDS: Mapping[type[VeneerError], type[VeneerError]] = {
    ConnectError: HybriDBConnectionError,
    DeadlineExceededError: HybriDBDeadlineExceededError,
    RequestTimeoutError: HybriDBRequestTimeoutError,
}

PLATFORM = _HybriDB(
    name="hybridb",
    base_url=DEFAULT_BASE_URL,
    env_base_url="HDB_BASE_URL",
    env_api_key="HDB_API_KEY",
    schemes={"bearer": BEARER},
    key_required=True,
    family=HybriDBError,
    usual_status={code.value: status for code, status in _USUAL_STATUS.items()},
    # A step that failed was tried, a breaker is open so that nothing is.
    final=frozenset({ErrorCode.PIPELINE_STEP_FAILED.value, ErrorCode.CIRCUIT_BREAKER_OPEN.value}),
    describe=_describe,
    hides_error=_hides_error,
    expired=frozenset({ErrorCode.TOKEN_EXPIRED.value}),
    timeouts=Timeouts.of(10.0),
)
