"""Turn what callers give into what generated models take: the derived clients' arguments.

A nested object is its model, its typed dictionary (`PipelineStepParam`) or any mapping; a moment is a datetime or ISO 8601 text; a
file is a path, bytes, an open file or the package's `File`. Each function raises ConfigurationError that says what does not fit.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, Self, TypedDict, TypeVar

from veneer._core.errors import ConfigurationError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from uuid import UUID

__all__ = [
    "FileLike",
    "FileParam",
    "as_base_url",
    "as_date",
    "as_datetime",
    "as_file",
    "as_list",
    "as_model",
    "as_one_of",
    "as_uuid",
    "open_files",
]


class Model(Protocol):
    """A generated model."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self: ...


class File(Protocol):
    """A generated package's file."""

    payload: BinaryIO


class _FileContent(TypedDict):
    content: bytes | BinaryIO | os.PathLike[str]


class FileParam(_FileContent, total=False):
    """A file with its name and media type; the name is the file's own where none is given."""

    file_name: str
    content_type: str


M = TypeVar("M", bound=Model)
T = TypeVar("T")

FileLike = os.PathLike[str] | bytes | BinaryIO | File | FileParam
"""What stands for a file: its path (`pathlib.Path`), its bytes, an open binary file, a mapping (`FileParam`), or the package's `File`."""


def as_model(model: type[M], value: M | Mapping[str, Any]) -> M:
    """Return a model for itself or for a mapping, whose keys are attributes (`depends_on`) or the contract's names (`dependsOn`)."""
    if isinstance(value, model):
        return value
    from veneer._core.building import build

    built: M = build(model, value)
    return built


def as_one_of(value: Any, *models: type[Any], item: Callable[[Any], Any] | None = None) -> Any:
    """Return one of several models for itself or for the mapping that fits one of them; any other value as it is.

    Each member of a list is what `item` makes of it.
    """
    if item is not None and isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [item(one) for one in value]
    if not isinstance(value, Mapping) or not models:
        return value
    from veneer._core.building import build_one_of

    return build_one_of(models, value)


def as_base_url(
    base_url: str | None,
    server: str,
    variables: Mapping[str, tuple[str, Sequence[str]]],
    given: Mapping[str, str | None],
) -> str | None:
    """Return the address of a contract's server with the values given for its variables; without any, the base URL given.

    Raises ConfigurationError for both, and for a value that the contract does not have.
    """
    named = [name for name, value in given.items() if value is not None]
    if not named:
        return base_url
    if base_url is not None:
        raise ConfigurationError(
            f"give base_url or {' and '.join(named)}, not both: each says where the API is"
        )
    from veneer._core.urls import fill_server

    return fill_server(server, given, variables)


def as_list(value: Iterable[T]) -> list[T]:
    """Return a list of any iterable but text, whose letters nobody means."""
    if isinstance(value, (str, bytes, Mapping)):
        raise ConfigurationError(f"a list is wanted, not {type(value).__name__}: put it into brackets")
    return list(value)


def as_datetime(value: dt.datetime | str) -> dt.datetime:
    """Return a moment with its zone, for itself or for ISO 8601 text.

    One without a zone is local time, as everywhere in Python.
    """
    if not isinstance(value, dt.datetime):
        try:
            value = dt.datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise ConfigurationError(
                "not an ISO 8601 moment: give a datetime, or text such as 2026-01-02T03:04:05Z"
            ) from None
    return value.astimezone() if value.tzinfo is None else value


def as_date(value: dt.date | str) -> dt.date:
    """Return a date for itself or for ISO 8601 text."""
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ConfigurationError("not a date: give a date, or text such as 2026-01-02") from None


def as_uuid(value: UUID | str) -> UUID:
    """Return a UUID for itself or for its text."""
    from uuid import UUID

    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        raise ConfigurationError(
            "not a UUID: give one, or text such as 123e4567-e89b-42d3-a456-426614174000"
        ) from None


def as_file(kind: type[Any], value: FileLike) -> Any:
    """Return the package's `File` for whatever stands for one; `open_files` opens a path for the time of the call."""
    if isinstance(value, kind):
        return value
    from veneer._core.uploads import file_of

    return file_of(kind, value)


def open_files(
    body: T, progress: Callable[[int, int | None], None] | None = None
) -> AbstractContextManager[T]:
    """Return a context in which the files of a multipart body are open, and `progress` is told what was sent."""
    from veneer._core import uploads

    return uploads.open_files(body, progress)
