"""Platforms' clients on scripted transports, with a clock of their own."""

from __future__ import annotations

import json
import subprocess
import sys
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


def loaded_by(statement: str) -> set[str]:
    """Give the modules that a fresh interpreter has loaded after this statement."""
    script = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(ran.stdout))
