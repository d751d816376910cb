"""hybriDB's errors.

HybriDBError                          anything that a hybriDB call raises; `code` and `details` as the platform sends them
├── HybriDBConnectionError            no connection; also `veneer.ConnectError`
├── HybriDBTimeoutError               a limit of a step or of the call passed
│   ├── HybriDBRequestTimeoutError    also `veneer.RequestTimeoutError`
│   └── HybriDBDeadlineExceededError  also `veneer.DeadlineExceededError`
└── the library's own errors by code and status, too: DECISION_NOT_FOUND is also a `veneer.NotFoundError`
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

from veneer._core.errors import ConnectError, DeadlineExceededError, RequestTimeoutError, VeneerError

__all__ = ["ErrorCode", "HybriDBConnectionError", "HybriDBError", "HybriDBTimeoutError"]


class HybriDBError(VeneerError):
    """Anything that a hybriDB call raises.

    | attribute | meaning |
    |---|---|
    | code | the platform's code (see `ErrorCode`); None without a response |
    | details | the platform's details of the code, or None |
    | status | the HTTP status, 200 included; None without a response |
    """

    code: str | None = None

    @property
    def details(self) -> Any:
        """The platform's details of the code, or None."""
        return getattr(self, "detail", None)

    @property
    def status(self) -> int | None:
        """The HTTP status; None without a response."""
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
    """The codes that the platform documents; `error.code == ErrorCode.POLICY_DENIED`. Others stay text.

    A failure may have any HTTP status, 200 included: its code decides the error, and
    `usual_status` is the code's usual status.
    """

    usual_status: int

    def __new__(cls, value: str, usual_status: int) -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.usual_status = usual_status
        return made

    UNAUTHORIZED = "UNAUTHORIZED", 401
    TOKEN_EXPIRED = "TOKEN_EXPIRED", 401
    FORBIDDEN = "FORBIDDEN", 403
    POLICY_DENIED = "POLICY_DENIED", 403
    DECISION_NOT_FOUND = "DECISION_NOT_FOUND", 404
    DECISION_ALREADY_CONSUMED = "DECISION_ALREADY_CONSUMED", 409
    DECISION_ESCALATED = "DECISION_ESCALATED", 202
    PIPELINE_NOT_FOUND = "PIPELINE_NOT_FOUND", 404
    PIPELINE_STEP_FAILED = "PIPELINE_STEP_FAILED", 500
    CIRCUIT_BREAKER_OPEN = "CIRCUIT_BREAKER_OPEN", 503
    EXECUTION_NOT_FOUND = "EXECUTION_NOT_FOUND", 404
    ROLLBACK_WINDOW_EXPIRED = "ROLLBACK_WINDOW_EXPIRED", 409
    ROLLBACK_ALREADY_COMPLETED = "ROLLBACK_ALREADY_COMPLETED", 409
    CHECKPOINT_NOT_FOUND = "CHECKPOINT_NOT_FOUND", 404
    REPLAY_NOT_AVAILABLE = "REPLAY_NOT_AVAILABLE", 409
    VALIDATION_ERROR = "VALIDATION_ERROR", 400
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT", 409
    RATE_LIMITED = "RATE_LIMITED", 429
    NOT_FOUND = "NOT_FOUND", 404
    INTERNAL_ERROR = "INTERNAL_ERROR", 500
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE", 503
