# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class StorageListRequest(types.Open):
    """Which page of files."""

    prefix: str | Unset = UNSET
    """Only keys that begin so; all when absent."""

    limit: int | Unset = UNSET
    """Files on a page. Default: 100."""

    cursor: str | Unset = UNSET
    """Where to go on: the cursor of the page before."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "prefix": "prefix",
        "limit": "limit",
        "cursor": "cursor",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        prefix: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> None:
        (self.prefix, self.limit, self.cursor, self._unknown) = (prefix, limit, cursor, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.prefix is not UNSET:
            field_dict["prefix"] = self.prefix
        if self.limit is not UNSET:
            field_dict["limit"] = self.limit
        if self.cursor is not UNSET:
            field_dict["cursor"] = self.cursor
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.prefix = src_dict.get("prefix", UNSET)
        made.limit = src_dict.get("limit", UNSET)
        made.cursor = src_dict.get("cursor", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(StorageListRequest._NAMES).issuperset
