"""Aerostack's facts: its two kinds of keys, and the classes of its errors."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from veneer import __version__
from veneer._core.auth import BEARER, api_key_header
from veneer._core.errors import (
    APIError,
    DeadlineExceededError,
    ResponseInvalidError,
    TransportError,
    VeneerError,
    class_for_status,
    combine_types,
)
from veneer._core.platform import Platform, Problem
from veneer.aerostack._errors import (
    ErrorResponse,
    ResponseValidationError,
    SDKBaseError,
    SDKDeadlineError,
    SDKError,
)
from veneer_generated.aerostack.client.about import SERVERS

__all__ = ["PLATFORM", "USER_AGENT", "VERSION"]

VERSION = __version__
"""The package's version."""

USER_AGENT = f"veneer-aerostack/{VERSION}"
"""The User-Agent of every request."""


class _Aerostack(Platform):
    """The platform's facts; an error's class also depends on its body."""

    __slots__ = ()

    def error_class(self, status: int, code: str | None) -> type[APIError]:
        made = combine_types(SDKError if code is None else ErrorResponse, class_for_status(status))
        return made if issubclass(made, APIError) else APIError

    def error_type(self, kind: type[VeneerError]) -> type[VeneerError]:
        if issubclass(kind, ResponseInvalidError):
            return ResponseValidationError
        if issubclass(kind, DeadlineExceededError) and not _has_httpx():
            return SDKDeadlineError
        if issubclass(kind, TransportError | DeadlineExceededError):
            from veneer.aerostack.network import network_error

            return network_error(kind)
        return combine_types(self.family, kind)


def _has_httpx() -> bool:
    """Return whether httpx is loaded: waiting for another thread's import would outlast the deadline."""
    return hasattr(sys.modules.get("httpx"), "__all__")  # its module sets that last


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
    user_agent=USER_AGENT,
    family=SDKBaseError,
    describe=_describe,
)
