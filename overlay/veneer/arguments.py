"""Convert callers' arguments of derived clients into what generated models take.

A nested object is its model, its typed dictionary (`PipelineStepParam`) or any mapping; a time is a
datetime or ISO 8601 text; a file is a path, bytes, an open file or the package's `File`. Each
function raises ConfigurationError that names what does not fit.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypedDict, TypeVar

from veneer._core.errors import ConfigurationError
from veneer._core.late import Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from uuid import UUID

__all__ = [
    "FileLike",
    "FileParam",
    "as_base_url",
    "as_date",
    "as_datetime",
    "as_dict",
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
    """A file with its name and media type; the name is the file's own by default."""

    file_name: str
    content_type: str


M = TypeVar("M", bound=Model)
T = TypeVar("T")

FileLike = os.PathLike[str] | bytes | BinaryIO | File | FileParam
"""A file: a path (`pathlib.Path`), bytes, an open binary file, a mapping (`FileParam`), or a `File`."""


def as_model(model: type[M], value: M | Mapping[str, Any]) -> M:
    """Return a model for itself or a mapping by attributes (`depends_on`) or wire names (`dependsOn`)."""
    if isinstance(value, model):
        return value
    from veneer._core.building import build

    built: M = build(model, value)
    return built


def as_one_of(value: Any, *models: type[Any], item: Callable[[Any], Any] | None = None) -> Any:
    """Return one of several models for itself or the mapping that fits it; any other value unchanged.

    Each member of a list is converted by `item`.
    """
    if item is not None and isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [item(one) for one in value]
    if not isinstance(value, Mapping) or not models or isinstance(value, models):
        return value
    from veneer._core.building import build_one_of

    return build_one_of(models, value)


def as_base_url(
    base_url: str | None,
    server: str,
    variables: Mapping[str, tuple[str, Sequence[str]]],
    given: Mapping[str, str | None],
) -> str | None:
    """Return the address of a contract's server with values for its variables; without values, the base URL.

    Raises ConfigurationError for both, and for a value that the contract does not have.
    """
    named = [name for name, value in given.items() if value is not None]
    if not named:
        return base_url
    if base_url is not None:
        raise ConfigurationError(
            f"give base_url or {' and '.join(named)}, not both: each sets the API's address"
        )
    from veneer._core.urls import fill_server

    return fill_server(server, given, variables)


def as_list(value: Iterable[T]) -> list[T]:
    """Return a list of any iterable except text, which is never meant as its letters."""
    if isinstance(value, (str, bytes, Mapping)):
        raise ConfigurationError(
            f"{_argument(value)}a list is wanted, not {type(value).__name__}: put it in brackets"
        )
    if not isinstance(value, Iterable):
        raise ConfigurationError(f"{_argument(value)}a list is wanted, not {type(value).__name__}")
    return list(value)


def as_dict(value: Mapping[str, T]) -> dict[str, T]:
    """Return a dictionary of any mapping."""
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{_argument(value)}a mapping is wanted, not {type(value).__name__}")
    return dict(value)


def as_datetime(value: dt.datetime | str) -> dt.datetime:
    """Return a time with its zone, for a datetime or ISO 8601 text.

    Without a zone it is local time, as everywhere in Python.
    """
    if not isinstance(value, dt.datetime):
        try:
            value = dt.datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise ConfigurationError(
                f"{_argument(value)}not an ISO 8601 time: give a datetime, or text such as 2026-01-02T03:04:05Z"
            ) from None
    return value.astimezone() if value.tzinfo is None else value


def as_date(value: dt.date | str) -> dt.date:
    """Return a date for itself or for ISO 8601 text."""
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ConfigurationError(
            f"{_argument(value)}not a date: give a date, or text such as 2026-01-02"
        ) from None


def as_uuid(value: UUID | str) -> UUID:
    """Return a UUID for itself or for its text."""
    from uuid import UUID

    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        raise ConfigurationError(
            f"{_argument(value)}not a UUID: give one, or text such as 123e4567-e89b-42d3-a456-426614174000"
        ) from None


def as_file(kind: type[Any], value: FileLike) -> Any:
    """Return the package's `File` for a file argument; `open_files` opens a path for the call."""
    if isinstance(value, kind):
        return value
    from veneer._core.uploads import file_of

    return file_of(kind, value)


def open_files(
    body: T, progress: Callable[[int, int | None], None] | None = None
) -> AbstractContextManager[T]:
    """Return a context in which a multipart body's files are open, and `progress` is called."""
    from veneer._core import uploads

    return uploads.open_files(body, progress)


def _argument(value: object) -> str:
    """Return `from_: ` for the value of the argument `from_`, "" if it is not an argument.

    A derived method passes its arguments on unchanged, so its frame has the name. Only errors need
    it: passing names to each conversion would burden every call.
    """
    names = sys._getframe(2).f_locals.items()  # noqa: SLF001  # see the docstring
    return next((f"{name}: " for name, held in names if held is value and name != "item"), "")
