"""Check the files of a request's body, and note where each of them begins."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator, Mapping
from typing import Any

from veneer._core.errors import ConfigurationError

__all__ = ["check_source", "is_text_file", "positions"]


def positions(content: Any, files: Any) -> list[tuple[Any, int]] | None:
    """Return the current position of each file in a body; None if one can be sent only once.

    Raises ConfigurationError for a file that cannot be sent.
    """
    found: list[tuple[Any, int]] = []
    for stream in _streams(content, files):
        if isinstance(stream, (bytes, str, bytearray, memoryview)):
            continue
        check_source(stream)
        position = _position(stream)
        if position is None:
            return None
        found.append((stream, position))
    return found


def _streams(content: Any, files: Any) -> Iterator[Any]:
    if content is not None:
        yield content
    for _, part in files.items() if isinstance(files, Mapping) else files or ():
        yield part[1] if isinstance(part, (tuple, list)) else part


def check_source(source: Any) -> None:
    """Raise ConfigurationError for a file that is closed, not readable, asynchronous or in text mode."""
    if not hasattr(source, "read"):
        return
    if getattr(source, "closed", False) is True:
        raise ConfigurationError("the file to be sent is closed: pass it open, or its path")
    if is_text_file(source):
        raise ConfigurationError("the file to be sent is open in text mode: open it with mode 'rb'")
    if inspect.iscoroutinefunction(source.read):
        raise ConfigurationError(
            "the file to be sent is an asynchronous one: pass its path, or an async iterator of bytes"
        )
    if hasattr(source, "readable") and not source.readable():
        raise ConfigurationError("the file to be sent is not open for reading: open it with mode 'rb'")


def is_text_file(file: Any) -> bool:
    """Return whether a file is in text mode: those of `open` and `io` then have an encoding, and so
    do the wrappers of `tempfile` and `codecs`.
    """
    return isinstance(file, io.TextIOBase) or hasattr(file, "encoding")


def _position(stream: Any) -> int | None:
    try:
        return int(stream.tell()) if stream.seekable() else None
    except (AttributeError, OSError, ValueError):
        return None
