"""HestiaOS's facts: its timeout of 30 seconds, the classes of its errors."""

from __future__ import annotations

from veneer import __version__
from veneer._core.auth import BEARER
from veneer._core.options import Timeouts
from veneer._core.platform import Platform
from veneer.hestiaos.errors import GovernanceBlock, HestiaError, InvalidInput, NotFound

__all__ = ["PLATFORM"]


PLATFORM = Platform(
    name="hestiaos",
    base_url="http://localhost:8000",
    env_base_url="HESTIA_BASE_URL",
    env_api_key="HESTIA_API_KEY",
    schemes={"bearer": BEARER},
    user_agent=f"hestiaos-sdk/{__version__}",
    family=HestiaError,
    by_status={403: GovernanceBlock, 404: NotFound, 422: InvalidInput},
    timeouts=Timeouts.of(30.0),
)
