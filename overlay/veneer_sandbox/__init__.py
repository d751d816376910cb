"""A local emulator of the four platforms, offline and ready to misbehave (extra `sandbox`)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .command import main
    from .server import PLATFORMS, Sandbox, app, running, serve
    from .state import KEYS, Options

__all__ = ["KEYS", "PLATFORMS", "Options", "Sandbox", "app", "main", "running", "serve"]

# Loaded at first use, so that `main` can say which extra is missing.
_HOMES = {"main": "command", "KEYS": "state", "Options": "state"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES.get(name, 'server')}", __name__), name)
