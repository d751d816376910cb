# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class StorageObject(types.Open):
    """A file."""

    key: str
    """Where it is kept."""

    size: int | Unset = UNSET
    """Its size in bytes."""

    last_modified: datetime.datetime | None | Unset = UNSET
    """When it was last written."""

    content_type: None | str | Unset = UNSET
    """Its media type."""

    etag: None | str | Unset = UNSET
    """Changes when the bytes do."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "key": "key",
        "size": "size",
        "lastModified": "last_modified",
        "contentType": "content_type",
        "etag": "etag",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("key",))

    def __init__(
        self,
        key: str,
        size: int | Unset = UNSET,
        last_modified: datetime.datetime | None | Unset = UNSET,
        content_type: None | str | Unset = UNSET,
        etag: None | str | Unset = UNSET,
    ) -> None:
        (self.key, self.size, self.last_modified, self.content_type, self.etag, self._unknown) = (
            key,
            size,
            last_modified,
            content_type,
            etag,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "key": self.key,
        }
        if self.size is not UNSET:
            field_dict["size"] = self.size
        if not isinstance(self.last_modified, Unset):
            field_dict["lastModified"] = (
                None if self.last_modified is None else write_datetime(self.last_modified)
            )
        if self.content_type is not UNSET:
            field_dict["contentType"] = self.content_type
        if self.etag is not UNSET:
            field_dict["etag"] = self.etag
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.key = src_dict["key"]
        made.size = src_dict.get("size", UNSET)
        value = src_dict.get("lastModified", UNSET)
        made.last_modified = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made.content_type = src_dict.get("contentType", UNSET)
        made.etag = src_dict.get("etag", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(StorageObject._NAMES).issuperset
