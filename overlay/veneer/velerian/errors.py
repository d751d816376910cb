"""Velerian's errors.

    VelerianError                  anything that a Velerian call raises
    ├── VelerianAPIError           the server returned an error; `status_code`, `detail`, `retry_after`
    │   ├── VelerianAuthError          401
    │   ├── VelerianForbiddenError     403
    │   ├── VelerianNotFoundError      404
    │   ├── VelerianConflictError      409
    │   ├── VelerianValidationError    422
    │   ├── VelerianRateLimitError     429
    │   └── VelerianServerError        5xx
    └── VelerianRunTimeoutError    a run did not end in time; it continues and is billed

Each is also the library's own error of the same meaning; a lost connection is a VelerianError and a
`veneer.ConnectError`.
"""

from __future__ import annotations

from veneer._core.errors import (
    APIError,
    AuthenticationError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnprocessableError,
    VeneerError,
    WaitTimeoutError,
)

__all__ = [
    "VelerianAPIError",
    "VelerianAuthError",
    "VelerianConflictError",
    "VelerianError",
    "VelerianForbiddenError",
    "VelerianNotFoundError",
    "VelerianRateLimitError",
    "VelerianRunTimeoutError",
    "VelerianServerError",
    "VelerianValidationError",
]


class VelerianError(VeneerError):
    """Anything that a Velerian call raises."""


class VelerianAPIError(VelerianError, APIError):
    """The server returned an error: `status_code`, `detail` (text or a list), `retry_after` (seconds)."""


class VelerianAuthError(VelerianAPIError, AuthenticationError):
    """401: the key is missing, invalid, expired or revoked."""


class VelerianForbiddenError(VelerianAPIError, PermissionDeniedError):
    """403: the key lacks a scope; `detail` says which."""


class VelerianNotFoundError(VelerianAPIError, NotFoundError):
    """404: the resource does not exist, or this tenant cannot see it."""


class VelerianConflictError(VelerianAPIError, ConflictError):
    """409: the resource's state does not allow it; only a deployed ABP can be invoked."""


class VelerianValidationError(VelerianAPIError, UnprocessableError):
    """422: the request does not fit the schema; `detail` lists the places."""


class VelerianRateLimitError(VelerianAPIError, RateLimitError):
    """429: too many requests; `retry_after` is in seconds if the server sent it."""


class VelerianServerError(VelerianAPIError, ServerError):
    """5xx: the platform failed, or its gateway gave up (504 after 180 s: the request may still be running)."""


class VelerianRunTimeoutError(VelerianError, WaitTimeoutError):
    """A run did not end in time. It continues and is billed: `await_run(error.run_id)` collects it.

    `status` is the last one seen (None if none was), `waited_s` the seconds waited.
    """

    run_id: str = ""
    status: str | None = None
