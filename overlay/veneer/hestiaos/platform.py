"""What is particular to HestiaOS: its errors, its 30 seconds, its two shapes of error bodies.

HestiaError                  anything that a HestiaOS call raises; `code`, `message`, `trace_id`
├── GovernanceBlock          403: governance refused; also `veneer.PermissionDeniedError`
├── InvalidInput             422: the request does not fit; also `veneer.UnprocessableError`
├── NotFound                 404; also `veneer.NotFoundError`
└── joined with the library's own errors for everything else: no connection is a `veneer.ConnectError` too
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer import __version__
from veneer._core.auth import BEARER
from veneer._core.errors import NotFoundError, PermissionDeniedError, UnprocessableError, VeneerError
from veneer._core.options import Timeouts
from veneer._core.platform import Platform, Problem, describe

__all__ = ["PLATFORM", "GovernanceBlock", "HestiaError", "InvalidInput", "NotFound"]


class HestiaError(VeneerError):
    """Anything that a HestiaOS call raises. `code` is the platform's, None where no answer came."""

    code: str | None = None

    @property
    def trace_id(self) -> str | None:
        """The trace to look the error up by, where the platform names one."""
        found = getattr(getattr(self, "data", None), "trace_id", None)
        return found if isinstance(found, str) and found else None


class GovernanceBlock(HestiaError, PermissionDeniedError):  # noqa: N818  # the platform's name
    """403: governance blocked the request. `trace_id` leads to the reasons (`client.trace`)."""


class InvalidInput(HestiaError, UnprocessableError):  # noqa: N818  # the platform's name
    """422: the request does not fit the server's schema; the message names each place."""

    @property
    def details(self) -> Any:
        """The server's own account of what does not fit: FastAPI's list, or a mapping."""
        return self.detail


class NotFound(HestiaError, NotFoundError):  # noqa: N818  # the platform's name
    """404: there is no such trace, agent or secret."""


def _describe(payload: Any) -> Problem:
    """Read both shapes: the platform's own, and `{"detail": …}` of the framework below it.

    Of a validation error only places and texts are taken: it may quote what was sent, secrets included.
    """
    detail = payload.get("detail") if isinstance(payload, Mapping) else None
    if not isinstance(detail, list):
        return describe(payload)
    problems = [problem for problem in detail if isinstance(problem, Mapping)]
    texts = [
        f"{'.'.join(str(step) for step in problem.get('loc') or ())}: {problem.get('msg', '')}"
        for problem in problems
    ]
    return Problem(message="; ".join(texts) or None, detail=detail)


PLATFORM = Platform(
    name="hestiaos",
    base_url="http://localhost:8000",
    env_base_url="HESTIA_BASE_URL",
    env_api_key="HESTIA_API_KEY",
    schemes={"bearer": BEARER},
    user_agent=f"hestiaos-sdk/{__version__}",
    family=HestiaError,
    by_status={403: GovernanceBlock, 404: NotFound, 422: InvalidInput},
    describe=_describe,
    models="veneer_generated.hestiaos.models",
    timeouts=Timeouts.of(30.0),
)
