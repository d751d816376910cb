"""The errors that need no engine; `errors` has all of them."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from veneer._core.errors import APIError, DeadlineExceededError, ResponseInvalidError, VeneerError

if TYPE_CHECKING:
    import httpx

    from veneer_generated.aerostack.models import ErrorResponse as ErrorResponseData

__all__ = [
    "Code",
    "ErrorResponse",
    "NoResponseError",
    "ResponseValidationError",
    "SDKBaseError",
    "SDKDeadlineError",
    "SDKError",
]


class Code(StrEnum):
    """The codes that the platform documents; `error.data.code == Code.RATE_LIMIT_EXCEEDED`. Others stay text."""

    AUTH_INVALID_KEY = "AUTH_INVALID_KEY"
    AUTH_INVALID_CREDENTIALS = "AUTH_INVALID_CREDENTIALS"
    DB_QUERY_FAILED = "DB_QUERY_FAILED"
    RATE_LIMIT_EXCEEDED = "RATE_LIMIT_EXCEEDED"
    VALIDATION_ERROR = "VALIDATION_ERROR"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class SDKBaseError(VeneerError):
    """Anything that an Aerostack call raises.

    `status_code` is 0, `body` empty and `raw_response` None without a response; `data` is the
    contract's model of the body, if there is one.
    """

    status_code: int = 0
    body: str = ""
    data: Any = None

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message, **facts)
        if self.response is not None:
            self.status_code = self.response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The response's headers, case-insensitive."""
        import httpx

        return self.response.headers if self.response is not None else httpx.Headers()

    @property
    def raw_response(self) -> httpx.Response | None:
        """The response itself, already read."""
        return self.response


class ErrorResponse(SDKBaseError, APIError):  # noqa: N818  # the platform's name
    """The platform returned its own error body: `data.code` (see `Code`), `data.message`, `data.details`."""

    data: ErrorResponseData


class SDKError(SDKBaseError, APIError):
    """An error response without the platform's own body: a gateway's page, an empty 500."""


class NoResponseError(SDKBaseError):
    """No response arrived. Each subclass is also the library's and the engine's error of the same meaning."""


class SDKDeadlineError(NoResponseError, DeadlineExceededError):
    """The call's deadline passed. It is also httpx's TimeoutException, unless httpx was still loading."""


class ResponseValidationError(SDKBaseError, ResponseInvalidError):
    """A success whose body does not fit the contract; `path` says where, `cause` is what failed."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message, **facts)
        if self.response is not None:
            with contextlib.suppress(RuntimeError):  # a body that could not be decoded was not read
                self.body = self.response.text

    @property
    def cause(self) -> BaseException | None:
        """What failed while the body was read."""
        return self.__cause__
