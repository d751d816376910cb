"""The files of a multipart body: what is accepted as one, and how it is opened for a call."""

from __future__ import annotations

import contextlib
import copy
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, TypeVar

from veneer._core.errors import ConfigurationError
from veneer._core.members import declared
from veneer._core.transfer import Progress, opened

__all__ = ["file_of", "open_files"]

B = TypeVar("B")


def file_of(kind: type[Any], value: Any) -> Any:
    """Return a package's `File` for itself, a mapping, a path, bytes or an open file.

    `open_files` refuses what cannot be sent. Raises ConfigurationError for a mapping without
    `content`.
    """
    if isinstance(value, kind):
        return value
    if isinstance(value, Mapping):
        if "content" not in value:
            raise ConfigurationError("a file's content is missing: {'content': …, 'file_name': …}")
        given = value["content"]
        media_type = value.get("content_type", value.get("contentType"))
        return kind(given, value.get("file_name", value.get("fileName")) or _name(given), media_type)
    return kind(value, _name(value))


def _name(value: Any) -> str | None:
    name = value if isinstance(value, os.PathLike) else getattr(value, "name", None)
    return PurePath(name).name if isinstance(name, (str, os.PathLike)) else None


@contextlib.contextmanager
def open_files(body: B, progress: Progress | None = None) -> Iterator[B]:
    """Yield a body with its files open: paths for the duration of the block. The body is unchanged.

    `progress(bytes sent, total bytes or None)` is called for each file in turn. Raises
    ConfigurationError for content that is not bytes, a binary file or a path.
    """
    with contextlib.ExitStack() as stack:
        if _is_file(body):
            yield _opened(body, progress, stack)
            return
        ready = copy.copy(body)
        for name in declared(type(body)):
            value = getattr(body, name)
            if _is_file(value):
                setattr(ready, name, _opened(value, progress, stack))
            elif isinstance(value, list) and any(map(_is_file, value)):
                setattr(ready, name, [_opened(part, progress, stack) for part in value])
        yield ready


def _is_file(value: Any) -> bool:
    return hasattr(value, "payload") and hasattr(value, "to_tuple")


def _opened(file: Any, progress: Progress | None, stack: contextlib.ExitStack) -> Any:
    content = file.payload
    if isinstance(content, (bytes, bytearray, memoryview)):
        content = io.BytesIO(content)
    if not isinstance(content, os.PathLike) and (
        isinstance(content, io.TextIOBase) or not hasattr(content, "read")
    ):
        # Text may be a path or the content: neither is guessed.
        raise ConfigurationError(
            "the content of an upload must be bytes, a Path, or a file opened in binary mode"
        )
    # A part without a file name would be a plain form field.
    name = file.file_name or _name(content) or "file"
    return type(file)(stack.enter_context(opened(content, progress)), name, file.mime_type)
