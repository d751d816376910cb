"""What is particular to hybriDB: its envelope, the status of its error codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._core.auth import BEARER
from veneer._core.errors import (
    ConnectError,
    DeadlineExceededError,
    RequestTimeoutError,
    VeneerError,
    combine_types,
)
from veneer._core.options import Timeouts
from veneer._core.platform import Body, Platform, Problem
from veneer.hybridb.exceptions import (
    ErrorCode,
    HybriDBConnectionError,
    HybriDBDeadlineExceededError,
    HybriDBError,
    HybriDBRequestTimeoutError,
)

__all__ = ["DEFAULT_BASE_URL", "PLATFORM"]

DEFAULT_BASE_URL = "https://hybridb.stellrai.com"
"""Where the platform is, unless `base_url=` or HDB_BASE_URL says otherwise."""

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


def _is_error_envelope(_status: int, body: Body) -> bool:
    payload = body.payload
    return isinstance(payload, Mapping) and payload.get("success", True) is not True


class _HybriDB(Platform):
    """A connection that is not made, and a limit that passes, have names of their own."""

    __slots__ = ()

    def error_type(self, kind: type[VeneerError]) -> type[VeneerError]:
        """The class for one of the core's errors, in the platform's family."""
        return _KINDS.get(kind) or combine_types(self.family, kind)


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
    non_retryable_codes=frozenset(
        {ErrorCode.PIPELINE_STEP_FAILED.value, ErrorCode.CIRCUIT_BREAKER_OPEN.value}
    ),
    describe=_describe,
    is_error_envelope=_is_error_envelope,
    refreshable_codes=frozenset({ErrorCode.TOKEN_EXPIRED.value}),
    timeouts=Timeouts.of(10.0),
)
