"""Print the library's log on standard error."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from veneer_cli.text import line

__all__ = ["logged"]


class _Harmless(logging.Formatter):
    """One line per record, harmless to a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return line(super().format(record))


@contextlib.contextmanager
def logged() -> Iterator[None]:
    """Send the library's log, which masks credentials, to standard error while a command runs."""
    logger, handler = logging.getLogger("veneer"), logging.StreamHandler()
    handler.setFormatter(_Harmless())
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
