"""Platforms' clients on scripted transports, with a clock of their own."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx

from core.kit import KEY, Ticks, Wire, async_tick, tick
from veneer import AsyncClient, Client

C = TypeVar("C", bound=Client)
A = TypeVar("A", bound=AsyncClient)

BASE = "https://api.test"


def async_on(kind: type[A], wire: Wire, ticks: Ticks | None = None, **options: Any) -> A:
    """Make an async client of a platform whose requests go to the wire."""
    engine = httpx.AsyncClient(transport=httpx.MockTransport(wire), trust_env=False)
    made = kind(BASE, **{"api_key": KEY, "http_client": engine, **options})
    async_tick(made, ticks or Ticks())
    return made


def on(kind: type[C], wire: Wire, ticks: Ticks | None = None, **options: Any) -> C:
    """Make a sync client of a platform whose requests go to the wire."""
    engine = httpx.Client(transport=httpx.MockTransport(wire), trust_env=False)
    made = kind(BASE, **{"api_key": KEY, "http_client": engine, **options})
    tick(made, ticks or Ticks())
    return made
