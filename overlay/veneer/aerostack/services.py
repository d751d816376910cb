"""`sdk.services`, sync and async."""

from __future__ import annotations

from veneer._async.aerostack.services import AsyncServices
from veneer._sync.aerostack import services
from veneer.aerostack._both import Both

__all__ = ["Services"]


class Services(Both, services.Services, AsyncServices):
    """`sdk.services`: other services of the project."""
