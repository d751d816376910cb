"""The growth of a process's memory over calls, events and transfers. Imported by workers."""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import timing

MIB = 1 << 20


def growth(maker: str, arguments: dict[str, Any], size: str = "") -> timing.Batch:
    """Return a batch whose value is the growth in MiB, current or peak, from a tenth of the work to all.

    `size` names the maker's argument for the amount of work, if a single batch does it all.
    """
    module, _, function = maker.partition(":")
    make: Callable[..., timing.Batch] = getattr(import_module(module), function)

    def run(times: int) -> float:
        batch = None if size else make(**arguments)
        before = after = (0.0, 0.0)
        for amount in (max(1, times // 10), times):
            if batch is None:
                make(**arguments, **{size: amount})(1)
            else:
                batch(amount)
            gc.collect()
            before, after = after, (peak(), resident())
        return max(now - then for now, then in zip(after, before, strict=True))

    return run


def peak() -> float:
    """Return the process's peak memory in MiB (ru_maxrss is KiB on Linux, bytes on macOS)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MIB if sys.platform == "darwin" else most / 1024


def resident() -> float:
    """Return the process's current memory in MiB; its peak if the current value is unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return peak()
    return pages * resource.getpagesize() / MIB
