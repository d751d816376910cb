"""What is particular to Aerostack: its servers, its two kinds of keys, its errors.

SDKBaseError                 anything that an Aerostack call raises; `message`, `status_code`, `headers`, `body`, `raw_response`, `data`
├── ErrorResponse            the platform's own error body, as `data.code`, `data.message`, `data.details`
├── SDKError                 an answer that is an error without the platform's own body
├── ResponseValidationError  a success whose body does not fit the contract; `cause` is what failed
├── NoResponseError          no answer; an `httpx.ConnectError`, `httpx.TimeoutException` or `httpx.RequestError` too (see `aerostack_network`)
└── joined with the library's own errors for everything else: a 429 is a `veneer.RateLimitError` too
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from veneer import __version__
from veneer._core.auth import BEARER, api_key_header
from veneer._core.errors import (
    APIError,
    ConfigurationError,
    DeadlineExceededError,
    ResponseInvalidError,
    TransportError,
    VeneerError,
    class_for_status,
    join,
)
from veneer._core.platform import Platform, Problem

if TYPE_CHECKING:
    import httpx

    from veneer_generated.aerostack.models.error_response import ErrorResponse as ErrorResponseData

__all__ = [
    "PLATFORM",
    "SERVERS",
    "Code",
    "ErrorResponse",
    "NoResponseError",
    "ResponseValidationError",
    "SDKBaseError",
    "SDKError",
    "server",
]

SERVERS = ("https://api.aerostack.ai/v1", "http://localhost:8787/v1")
"""Production and local development, by index."""


def server(index: int) -> str:
    """The address of a server by its index. Raises ConfigurationError."""
    if not 0 <= index < len(SERVERS):
        raise ConfigurationError(f"server_idx must be from 0 to {len(SERVERS) - 1}, not {index}")
    return SERVERS[index]


class Code(StrEnum):
    """The codes that the platform documents; `error.data.code == Code.RATE_LIMIT_EXCEEDED`. Others are kept as text."""

    AUTH_INVALID_KEY = "AUTH_INVALID_KEY"
    AUTH_INVALID_CREDENTIALS = "AUTH_INVALID_CREDENTIALS"
    DB_QUERY_FAILED = "DB_QUERY_FAILED"
    RATE_LIMIT_EXCEEDED = "RATE_LIMIT_EXCEEDED"
    VALIDATION_ERROR = "VALIDATION_ERROR"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class SDKBaseError(VeneerError):
    """Anything that an Aerostack call raises.

    `status_code` is 0, `body` empty and `raw_response` None where no answer came; `data` is the contract's model of the body where there is one.
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
    """The platform answered with its own error body: `data.code` (see `Code`), `data.message`, `data.details`."""

    data: ErrorResponseData


class SDKError(SDKBaseError, APIError):
    """An answer that is an error without the platform's own body: a gateway's page, an empty 500."""


class NoResponseError(SDKBaseError):
    """No answer came. Each of these is the library's and the engine's error of the same meaning too."""


class SDKDeadlineError(NoResponseError, DeadlineExceededError):
    """The call's deadline passed. It is httpx's TimeoutException too, save where httpx was still being loaded."""


class ResponseValidationError(SDKBaseError, ResponseInvalidError):
    """A success whose body does not fit the contract; `path` says where, `cause` is what failed."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message, **facts)
        if self.response is not None:
            with contextlib.suppress(RuntimeError):  # a body that could not be decoded was never read
                self.body = self.response.text

    @property
    def cause(self) -> BaseException | None:
        """What failed while the body was read."""
        return self.__cause__


class _Aerostack(Platform):
    """The platform's facts; which class an error has depends on its body too."""

    def error_class(self, status: int, code: str | None) -> type[APIError]:
        made = join(SDKError if code is None else ErrorResponse, class_for_status(status))
        return made if issubclass(made, APIError) else APIError

    def kind(self, kind: type[VeneerError]) -> type[VeneerError]:
        if issubclass(kind, ResponseInvalidError):
            return ResponseValidationError
        if issubclass(kind, DeadlineExceededError) and not _has_httpx():
            return SDKDeadlineError
        if issubclass(kind, TransportError | DeadlineExceededError):
            from veneer._platforms.aerostack_network import network_error

            return network_error(kind)
        return join(self.family, kind)


def _has_httpx() -> bool:
    """Whether httpx is loaded. While another thread loads it, an import of it would outlast the deadline."""
    return hasattr(sys.modules.get("httpx"), "__all__")  # what its module sets last


def _describe(payload: Any) -> Problem:
    code, message = (
        (payload.get("code"), payload.get("message")) if isinstance(payload, Mapping) else (None, None)
    )
    if not isinstance(code, str) or not isinstance(message, str):
        return Problem(detail=payload)
    return Problem(code, message, payload.get("details"))


PLATFORM = _Aerostack(
    name="aerostack",
    base_url=SERVERS[0],
    env_base_url="AEROSTACK_SERVER_URL",
    env_api_key="AEROSTACK_API_KEY",
    schemes={"apiKey": api_key_header("X-Aerostack-Key"), "consumerKey": BEARER},
    arguments={"consumerKey": "consumer_key="},
    user_agent=f"veneer-aerostack/{__version__}",
    family=SDKBaseError,
    describe=_describe,
    models="veneer_generated.aerostack.models",
)
