"""Aerostack's network errors: the SDK's, the library's and the engine's at once, for existing handlers."""

from __future__ import annotations

import httpx

from veneer._core.errors import (
    ConnectError,
    DeadlineExceededError,
    RequestTimeoutError,
    TransportError,
    VeneerError,
)
from veneer.aerostack._errors import NoResponseError, SDKDeadlineError

__all__ = [
    "SDKConnectError",
    "SDKDeadlineTimeoutError",
    "SDKRequestError",
    "SDKTimeoutError",
    "network_error",
]


class SDKRequestError(NoResponseError, TransportError, httpx.RequestError):
    """No complete response arrived; `outcome` says whether the request may have run."""

    _request = None


class SDKConnectError(NoResponseError, ConnectError, httpx.ConnectError):
    """No connection could be made: nothing was sent."""

    _request = None


class SDKTimeoutError(NoResponseError, RequestTimeoutError, httpx.TimeoutException):
    """A connect, read, write or pool limit passed."""

    _request = None


class SDKDeadlineTimeoutError(SDKDeadlineError, httpx.TimeoutException):
    """The call's deadline passed."""

    _request = None


def network_error(kind: type[VeneerError]) -> type[VeneerError]:
    """Return the SDK's class for one of the library's."""
    for known, own in (
        (DeadlineExceededError, SDKDeadlineTimeoutError),
        (ConnectError, SDKConnectError),
        (RequestTimeoutError, SDKTimeoutError),
    ):
        if issubclass(kind, known):
            return own
    return SDKRequestError
