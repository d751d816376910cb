# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class RunAttachment(types.Open):
    """An uploaded attachment."""

    attachment_id: str
    """The attachment."""

    filename: None | str | Unset = UNSET
    """The name of the file."""

    content_type: None | str | Unset = UNSET
    """Its media type."""

    size_bytes: int | None | Unset = UNSET
    """Its size in bytes."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "attachment_id": "attachment_id",
        "filename": "filename",
        "content_type": "content_type",
        "size_bytes": "size_bytes",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("attachment_id",))
    _DECLARED_OPEN: ClassVar[bool] = True

    def __init__(
        self,
        attachment_id: str,
        filename: None | str | Unset = UNSET,
        content_type: None | str | Unset = UNSET,
        size_bytes: int | None | Unset = UNSET,
    ) -> None:
        (self.attachment_id, self.filename, self.content_type, self.size_bytes, self._unknown) = (
            attachment_id,
            filename,
            content_type,
            size_bytes,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "attachment_id": self.attachment_id,
        }
        if self.filename is not UNSET:
            field_dict["filename"] = self.filename
        if self.content_type is not UNSET:
            field_dict["content_type"] = self.content_type
        if self.size_bytes is not UNSET:
            field_dict["size_bytes"] = self.size_bytes
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.attachment_id = src_dict["attachment_id"]
        made.filename = src_dict.get("filename", UNSET)
        made.content_type = src_dict.get("content_type", UNSET)
        made.size_bytes = src_dict.get("size_bytes", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RunAttachment._NAMES).issuperset
