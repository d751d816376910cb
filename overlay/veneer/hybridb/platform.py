"""hybriDB's facts: its envelope, the status of its error codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._core.auth import BEARER
from veneer._core.errors import ConnectError, DeadlineExceededError, RequestTimeoutError
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
"""The platform's address, unless `base_url=` or HDB_BASE_URL sets it."""


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


PLATFORM = Platform(
    name="hybridb",
    base_url=DEFAULT_BASE_URL,
    env_base_url="HDB_BASE_URL",
    env_api_key="HDB_API_KEY",
    schemes={"bearer": BEARER},
    key_required=True,
    family=HybriDBError,
    families={
        ConnectError: HybriDBConnectionError,
        DeadlineExceededError: HybriDBDeadlineExceededError,
        RequestTimeoutError: HybriDBRequestTimeoutError,
    },
    usual_status={code.value: code.usual_status for code in ErrorCode},
    # A failed step was tried; an open breaker prevents any attempt.
    non_retryable_codes=frozenset(
        {ErrorCode.PIPELINE_STEP_FAILED.value, ErrorCode.CIRCUIT_BREAKER_OPEN.value}
    ),
    describe=_describe,
    is_error_envelope=_is_error_envelope,
    refreshable_codes=frozenset({ErrorCode.TOKEN_EXPIRED.value}),
    timeouts=Timeouts.of(10.0),
)
