"""Aerostack's errors: `from veneer.aerostack import errors`.

    SDKBaseError                 anything that an Aerostack call raises
    ├── ErrorResponse            the platform's own error body: `data.code`, `data.message`, `data.details`
    ├── SDKError                 an error response without the platform's own body
    ├── ResponseValidationError  a success whose body does not fit the contract; `cause` is what failed
    └── NoResponseError          no response
        ├── SDKConnectError      no connection could be made: nothing was sent; an `httpx.ConnectError` too
        ├── SDKTimeoutError      a limit of one attempt passed; an `httpx.TimeoutException` too
        ├── SDKDeadlineError     the call's deadline passed; an `httpx.TimeoutException` too
        └── SDKRequestError      the connection failed in transit; an `httpx.RequestError` too

Each is also the library's own error of the same meaning: a 429 is a `veneer.RateLimitError` too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from veneer import lazy
from veneer.aerostack._errors import (
    Code,
    ErrorResponse,
    NoResponseError,
    ResponseValidationError,
    SDKBaseError,
    SDKDeadlineError,
    SDKError,
)

if TYPE_CHECKING:
    from veneer.aerostack.network import (
        SDKConnectError,
        SDKRequestError,
        SDKTimeoutError,
    )
    from veneer_generated.aerostack.client.names import ErrorResponseData

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

# The network errors derive from the engine's exception classes: it is loaded with them, not before.
__getattr__, __dir__, _ = lazy(
    __name__,
    {
        "veneer.aerostack.network": "SDKConnectError SDKRequestError SDKTimeoutError",
        "veneer_generated.aerostack.client.names": "ErrorResponseData",
    },
)
