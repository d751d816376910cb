"""The local emulator of the platforms and of any contract (extra `sandbox`): `python -m veneer.sandbox`.

`from veneer.sandbox import Sandbox` imports from the package `veneer_sandbox`, which shares no code
with what it tests.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers read it as true

if TYPE_CHECKING:
    from typing import Any

    from veneer_sandbox import (
        KEYS,
        PLATFORMS,
        Options,
        Refusal,
        Response,
        Sandbox,
        app,
        contract_platform,
        main,
        operation,
        running,
        serve,
    )

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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import veneer_sandbox

    return getattr(veneer_sandbox, name)


if __name__ == "__main__":
    import runpy

    runpy.run_module("veneer_sandbox", run_name="__main__", alter_sys=True)
