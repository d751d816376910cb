# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""The public client of HestiaOS. Each name is loaded at its first use (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veneer_generated.hestiaos.client._async import AsyncClient as AsyncClient
    from veneer_generated.hestiaos.client._sync import Client as Client

_HOMES = {
    "AsyncClient": "_async",
    "Client": "_sync",
}

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    "AsyncClient",
    "Client",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
