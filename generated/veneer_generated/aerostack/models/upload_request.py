# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, File, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class UploadRequest(types.Open):
    """A file to keep."""

    file: File
    """The bytes."""

    key: str
    """Where to keep it."""

    content_type: str | Unset = UNSET
    """Its media type."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "file": "file",
        "key": "key",
        "contentType": "content_type",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "file",
            "key",
        )
    )

    def __init__(
        self,
        file: File,
        key: str,
        content_type: str | Unset = UNSET,
    ) -> None:
        (self.file, self.key, self.content_type, self._unknown) = (file, key, content_type, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "file": self.file.to_tuple(),
            "key": self.key,
        }
        if self.content_type is not UNSET:
            field_dict["contentType"] = self.content_type
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.file = File(payload=BytesIO(src_dict["file"]))
        made.key = src_dict["key"]
        made.content_type = src_dict.get("contentType", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(UploadRequest._NAMES).issuperset
