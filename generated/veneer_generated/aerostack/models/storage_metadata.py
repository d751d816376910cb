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
class StorageMetadata(types.Open):
    """What is known of a file."""

    exists: bool
    """Whether there is one."""

    size: int | None | Unset = UNSET
    """Its size in bytes."""

    content_type: None | str | Unset = UNSET
    """Its media type."""

    last_modified: datetime.datetime | None | Unset = UNSET
    """When it was last written."""

    etag: None | str | Unset = UNSET
    """Changes when the bytes do."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "exists": "exists",
        "size": "size",
        "contentType": "content_type",
        "lastModified": "last_modified",
        "etag": "etag",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("exists",))

    def __init__(
        self,
        exists: bool,
        size: int | None | Unset = UNSET,
        content_type: None | str | Unset = UNSET,
        last_modified: datetime.datetime | None | Unset = UNSET,
        etag: None | str | Unset = UNSET,
    ) -> None:
        (self.exists, self.size, self.content_type, self.last_modified, self.etag, self._unknown) = (
            exists,
            size,
            content_type,
            last_modified,
            etag,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "exists": self.exists,
        }
        if self.size is not UNSET:
            field_dict["size"] = self.size
        if self.content_type is not UNSET:
            field_dict["contentType"] = self.content_type
        if not isinstance(self.last_modified, Unset):
            field_dict["lastModified"] = (
                None if self.last_modified is None else write_datetime(self.last_modified)
            )
        if self.etag is not UNSET:
            field_dict["etag"] = self.etag
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.exists = src_dict["exists"]
        made.size = src_dict.get("size", UNSET)
        made.content_type = src_dict.get("contentType", UNSET)
        value = src_dict.get("lastModified", UNSET)
        made.last_modified = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made.etag = src_dict.get("etag", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(StorageMetadata._NAMES).issuperset
