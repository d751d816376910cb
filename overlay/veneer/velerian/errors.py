"""Velerian's errors.

    VelerianError                  anything that a Velerian call raises
    ├── VelerianAPIError           the server answered with an error; `status_code`, `detail`, `retry_after`
    │   ├── VelerianAuthError          401
    │   ├── VelerianForbiddenError     403
    │   ├── VelerianNotFoundError      404
    │   ├── VelerianConflictError      409
    │   ├── VelerianValidationError    422
    │   ├── VelerianRateLimitError     429
    │   └── VelerianServerError        5xx
    └── VelerianRunTimeoutError    a run did not end in time; it goes on and is billed

Each is the library's own error of the same meaning too; a lost connection is a VelerianError and a
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
    """The server answered with an error: `status_code`, `detail` (text, or the list of what does not fit), `retry_after` (seconds)."""


class VelerianAuthError(VelerianAPIError, AuthenticationError):
    """401: the key is missing, not valid, expired or revoked."""


class VelerianForbiddenError(VelerianAPIError, PermissionDeniedError):
    """403: the key lacks a scope; `detail` says which."""


class VelerianNotFoundError(VelerianAPIError, NotFoundError):
    """404: there is no such thing, or it is not visible to this tenant."""


class VelerianConflictError(VelerianAPIError, ConflictError):
    """409: the state does not allow it; an ABP that is not deployed cannot be invoked."""


class VelerianValidationError(VelerianAPIError, UnprocessableError):
    """422: the request does not fit the schema; `detail` lists the places."""


class VelerianRateLimitError(VelerianAPIError, RateLimitError):
    """429: too many requests; `retry_after` in seconds where the server said so."""


class VelerianServerError(VelerianAPIError, ServerError):
    """5xx: the platform failed, or its gateway gave up (504 after 180 s: the request may still be running)."""


class VelerianRunTimeoutError(VelerianError, WaitTimeoutError):
    """A run did not end in time. It goes on and is billed: `await_run(error.run_id)` collects it.

    `status` is the last one seen (None if none was), `waited_s` the seconds waited.
    """

    run_id: str = ""
    status: str | None = None
