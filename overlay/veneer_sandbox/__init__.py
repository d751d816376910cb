"""A local emulator of the four platforms and of any contract, offline and ready to misbehave (extra `sandbox`)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .command import main
    from .contract import contract_platform, operation
    from .responses import Refusal, Response
    from .server import PLATFORMS, Sandbox, app, running, serve
    from .state import KEYS, Options

__all__ = [
    "KEYS",
    "PLATFORMS",
    "Options",
    "Refusal",
    "Response",
    "Sandbox",
    "app",
    "contract_platform",
    "main",
    "operation",
    "running",
    "serve",
]

# Loaded at first use, so that `main` can say which extra is missing.
_HOMES = {
    "KEYS": "state", "Options": "state", "Refusal": "responses", "Response": "responses",
    "contract_platform": "contract", "main": "command", "operation": "contract",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(f".{_HOMES.get(name, 'server')}", __name__), name)
    except ModuleNotFoundError as error:
        text = f'veneer.sandbox needs its extra: pip install "veneer[sandbox]" ({error.name} is missing)'
        raise ModuleNotFoundError(text, name=error.name) from None
