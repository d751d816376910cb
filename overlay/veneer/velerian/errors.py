"""Velerian's errors: `from veneer.velerian.errors import VelerianError`. The tree is in `veneer._platforms.velerian`."""

from veneer._platforms.velerian import (
    VelerianAPIError,
    VelerianAuthError,
    VelerianConflictError,
    VelerianError,
    VelerianForbiddenError,
    VelerianNotFoundError,
    VelerianRateLimitError,
    VelerianRunTimeoutError,
    VelerianServerError,
    VelerianValidationError,
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
