"""Load in a thread the modules that a client's first call would load on its event loop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veneer._io import Loading

__all__ = ["async_load", "load"]


async def async_load(
    loading: list[Loading], make_session: Callable[[], object], client: type, seconds: float | None
) -> None:
    """Load what a first call needs beside the running event loop, and wait at most `seconds`.

    Errors, and loading that takes longer, are left to that call.
    """
    from veneer import _io

    def everything() -> None:
        make_session()
        _load_shared(client)

    if not loading:
        loading.append(_io.Loading(everything))
    with suppress(Exception):
        await loading[-1].async_wait(seconds)


def load(
    loading: list[Loading], make_session: Callable[[], object], client: type, seconds: float | None
) -> None:
    """Do nothing: a thread blocks nobody, and loads what it needs on its first call."""


def _load_shared(client: type) -> None:
    """Load the engine of tasks, and the modules that all operations of a derived client share."""
    from veneer._http._async.transport import PROTOCOLS

    PROTOCOLS["auto"]()  # it loads llhttp, if that is installed
    import_module("veneer._http.asyncio_stream")
    import_module("veneer._core.texts")  # for path parameters; it loads uuid and decimal
    for name in ("types", "models", "api"):
        with suppress(ImportError):  # a client without a contract has none
            import_module(f"{_package(client)}.{name}")


def _package(client: type) -> str:
    """Return the generated package of a client, by its base class there."""
    modules = (base.__module__.rpartition(".client._")[0] for base in client.__mro__)
    return next(filter(None, modules), client.__module__.rpartition(".")[0])
