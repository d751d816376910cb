"""HestiaOS's errors.

HestiaError                  anything that a HestiaOS call raises; `code`, `message`, `trace_id`
├── GovernanceBlock          403: governance refused; also `veneer.PermissionDeniedError`
├── InvalidInput             422: the request does not fit; also `veneer.UnprocessableError`
├── NotFound                 404; also `veneer.NotFoundError`
└── the library's own errors for all else, too: no connection is also a `veneer.ConnectError`
"""

from __future__ import annotations

from typing import Any

from veneer._core.errors import NotFoundError, PermissionDeniedError, UnprocessableError, VeneerError

__all__ = ["GovernanceBlock", "HestiaError", "InvalidInput", "NotFound"]


class HestiaError(VeneerError):
    """Anything that a HestiaOS call raises. `code` is the platform's, None without a response."""

    code: str | None = None

    @property
    def trace_id(self) -> str | None:
        """The error's trace id, if the platform sent one."""
        found = getattr(getattr(self, "data", None), "trace_id", None)
        return found if isinstance(found, str) and found else None


class GovernanceBlock(HestiaError, PermissionDeniedError):  # noqa: N818  # the platform's name
    """403: governance blocked the request. `trace_id` leads to the reasons (`client.trace`)."""


class InvalidInput(HestiaError, UnprocessableError):  # noqa: N818  # the platform's name
    """422: the request does not fit the server's schema; the message names each place."""

    @property
    def details(self) -> Any:
        """The server's details of what does not fit: FastAPI's list, or a mapping."""
        return self.detail


class NotFound(HestiaError, NotFoundError):  # noqa: N818  # the platform's name
    """404: the trace, agent or secret does not exist."""
