"""Velerian's clients: `from veneer.velerian.client import VelerianClient`."""

from veneer.velerian._async import AsyncVelerianClient
from veneer.velerian._sync import VelerianClient
from veneer.velerian.platform import DEFAULT_BASE_URL

__all__ = ["DEFAULT_BASE_URL", "AsyncVelerianClient", "VelerianClient"]
