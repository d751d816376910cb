"""Velerian's clients: `from veneer.velerian.client import VelerianClient`."""

from veneer._async.velerian.client import AsyncVelerianClient
from veneer._platforms.velerian import DEFAULT_BASE_URL
from veneer._sync.velerian.client import VelerianClient

__all__ = ["DEFAULT_BASE_URL", "AsyncVelerianClient", "VelerianClient"]
