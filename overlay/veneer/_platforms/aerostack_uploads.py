"""How an upload of Aerostack becomes the contract's model: its file from bytes, a path or an open file."""

from __future__ import annotations

import contextlib
import copy
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError
from veneer._core.transfer import Progress, opened
from veneer._platforms.aerostack_bodies import body
from veneer_generated.aerostack.models.upload_request import UploadRequest
from veneer_generated.aerostack.types import File

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import UploadRequestDict

__all__ = ["upload"]


@contextlib.contextmanager
def upload(
    request: UploadRequest | UploadRequestDict, progress: Progress | None = None
) -> Iterator[UploadRequest]:
    """Give an upload as the contract's model; a path is open for the time of the block. `progress(bytes sent, bytes in all or None)`.

    Raises ConfigurationError for a request that does not fit, and for content that is not bytes, a binary file or a path.
    """
    if not isinstance(request, UploadRequest):
        fields: dict[str, Any] = dict(request)
        request = body(UploadRequest, {**fields, "file": b""} if "file" in fields else fields)
        request.file = _file(fields["file"])
    file = request.file
    content: Any = file.payload
    if isinstance(content, (bytes, bytearray)):
        content = io.BytesIO(content)
    if not isinstance(content, os.PathLike) and (
        isinstance(content, io.TextIOBase) or not hasattr(content, "read")
    ):
        raise ConfigurationError(
            "the content of an upload must be bytes, a Path, or a file opened in binary mode"
        )
    with opened(content, progress) as stream:
        ready = copy.copy(request)
        ready.file = File(stream, file.file_name or _name(content), file.mime_type)
        yield ready


def _file(given: Any) -> File:
    if isinstance(given, File):
        return given
    if not isinstance(given, Mapping):
        return File(given)
    if "content" not in given:
        raise ConfigurationError("UploadRequest: file.content is missing")
    return File(given["content"], given.get("file_name"), given.get("content_type"))


def _name(content: Any) -> str:
    """A file's own name; a part without one would be a plain field of the form."""
    return (
        PurePath(str(getattr(content, "name", content))).name
        if not isinstance(content, io.BytesIO)
        else "file"
    )
