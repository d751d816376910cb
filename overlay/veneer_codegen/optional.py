"""Import libraries without the optional packages that they would load for nothing here."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["without"]


@contextlib.contextmanager
def without(*names: str) -> Iterator[None]:
    """Make modules look as if they were not installed, for imports in the block.

    Only for modules that their importers treat as optional. One that is loaded already stays.
    """
    missing = [name for name in names if name not in sys.modules]
    # None is the documented way to make an import fail: https://docs.python.org/3/reference/import.html#the-module-cache
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]
