"""Open SQLite files as journals, one run at a time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from typing import Any

from veneer._core.errors import ConfigurationError

__all__ = ["lease", "named", "open_file", "readable"]


def named(path: str | os.PathLike[str]) -> str:
    """Return the name of a journal's file. Raises ConfigurationError for what names none."""
    name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
    if name in {"", ":memory:"}:
        raise ConfigurationError(f"{path!r} cannot be used as a journal: name a file")
    return name


def open_file(path: str) -> sqlite3.Connection:
    """Open a journal, for any thread. Raises ConfigurationError for a file that is none."""
    with readable(path):
        return sqlite3.connect(path, timeout=60, isolation_level="IMMEDIATE", check_same_thread=False)


def lease(path: str) -> Any:
    """Return a lock beside the journal, which the system takes back however the process ends.

    Raises ConfigurationError where another run holds it.
    """
    with readable(path):
        lock = sqlite3.connect(f"{path}-lock", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        lock.close()
        if "locked" not in str(error):
            raise ConfigurationError(f"the journal {path!r} cannot be written: {error}") from None
        raise ConfigurationError(
            f"another run has the journal {path!r}: wait for its end, or give this one a file of its own"
        ) from None
    return lock


@contextlib.contextmanager
def readable(path: str) -> Iterator[None]:
    """Raise ConfigurationError for what SQLite says of a file that is no journal."""
    try:
        yield
    except (sqlite3.DatabaseError, TypeError) as error:
        raise ConfigurationError(f"{path!r} cannot be used as a journal: {error}") from None
