"""What is particular to HestiaOS: its 30 seconds, its two shapes of error bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer import __version__
from veneer._core.auth import BEARER
from veneer._core.options import Timeouts
from veneer._core.platform import Platform, Problem, describe
from veneer.hestiaos.errors import GovernanceBlock, HestiaError, InvalidInput, NotFound

__all__ = ["PLATFORM"]


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
