"""Aerostack's errors: `from veneer.aerostack import errors`. The tree stands in `veneer._platforms.aerostack`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veneer._platforms.aerostack import (
    Code,
    ErrorResponse,
    NoResponseError,
    ResponseValidationError,
    SDKBaseError,
    SDKDeadlineError,
    SDKError,
)

if TYPE_CHECKING:
    from veneer._platforms.aerostack_network import (
        SDKConnectError,
        SDKRequestError,
        SDKTimeoutError,
    )
    from veneer_generated.aerostack.models.error_response import ErrorResponse as ErrorResponseData

__all__ = [
    "Code",
    "ErrorResponse",
    "ErrorResponseData",
    "NoResponseError",
    "ResponseValidationError",
    "SDKBaseError",
    "SDKConnectError",
    "SDKDeadlineError",
    "SDKError",
    "SDKRequestError",
    "SDKTimeoutError",
]

# Where no answer came; each is httpx.RequestError, ConnectError or TimeoutException too.
_NETWORK = {"SDKConnectError", "SDKRequestError", "SDKTimeoutError"}


def __getattr__(name: str) -> Any:
    # The engine's exception classes are bases of these: it is loaded with them, not before.
    if name in _NETWORK:
        from veneer._platforms import aerostack_network

        return getattr(aerostack_network, name)
    if name == "ErrorResponseData":
        from veneer_generated.aerostack.models.error_response import ErrorResponse as ErrorResponseData

        return ErrorResponseData
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
