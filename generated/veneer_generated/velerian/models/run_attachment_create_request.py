# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class RunAttachmentCreateRequest(types.Open):
    """The file to attach."""

    filename: str
    """The name of the file."""

    content_type: str
    """Its media type."""

    size_bytes: int
    """Its size in bytes."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "filename": "filename",
        "content_type": "content_type",
        "size_bytes": "size_bytes",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "filename",
            "content_type",
            "size_bytes",
        )
    )

    def __init__(
        self,
        filename: str,
        content_type: str,
        size_bytes: int,
    ) -> None:
        (self.filename, self.content_type, self.size_bytes, self._unknown) = (
            filename,
            content_type,
            size_bytes,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "filename": self.filename,
            "content_type": self.content_type,
            "size_bytes": self.size_bytes,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.filename = src_dict["filename"]
        made.content_type = src_dict["content_type"]
        made.size_bytes = src_dict["size_bytes"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RunAttachmentCreateRequest._NAMES).issuperset
