# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""What the models and endpoints share."""

import json
from collections.abc import Mapping
from typing import IO, Any, BinaryIO, Literal

from attrs import define


class Unset:
    """The type of `UNSET`: not given, which is not the same as null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # Copies and pickles of a model hold this very object: fields are compared with it by identity.
        return "UNSET"


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """A file to upload, or one that was downloaded."""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


def joined(value: Any, separator: str) -> Any:
    """Write a list as one query value (OpenAPI `style: form, explode: false` and its like); anything else is left alone."""
    if not isinstance(value, list):
        return value
    return separator.join(str(item).lower() if isinstance(item, bool) else str(item) for item in value)


def pairs(value: Any, name: str = "") -> dict[str, Any]:
    """Write an object as query values: its own names, or `name[key]` (OpenAPI `style: deepObject`)."""
    if not isinstance(value, Mapping):
        return {}
    return {f"{name}[{key}]" if name else key: item for key, item in value.items()}


def as_json(value: Any) -> Any:
    """Write a query value as JSON text (a parameter with `content`)."""
    return value if value is None or isinstance(value, Unset) else json.dumps(value, separators=(",", ":"))


def closest(data: Mapping[str, Any], *models: Any) -> list[Any]:
    """Order the classes that a JSON object may be: those whose required fields it has come first, then those that know most of its fields."""
    return sorted(
        models, key=lambda model: (len(model._REQUIRED - data.keys()), -len(model._NAMES & data.keys()))
    )


__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Unset", "as_json", "closest", "joined", "pairs"]
