# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset, empty
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cache_key import CacheKey


@_attrs_define(repr=False)
class CacheListResult(types.Open):
    """A page of keys."""

    keys: list[CacheKey]
    """The keys."""

    list_complete: bool
    """Whether this is the last page."""

    cursor: None | str | Unset = UNSET
    """Where the next page begins."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "keys": "keys",
        "list_complete": "list_complete",
        "cursor": "cursor",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "keys",
            "list_complete",
        )
    )

    def __init__(
        self,
        keys: list[CacheKey],
        list_complete: bool,
        cursor: None | str | Unset = UNSET,
    ) -> None:
        (self.keys, self.list_complete, self.cursor, self._unknown) = (keys, list_complete, cursor, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "keys": [item0.to_dict() for item0 in self.keys],
            "list_complete": self.list_complete,
        }
        if self.cursor is not UNSET:
            field_dict["cursor"] = self.cursor
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.keys = list(map(models.CacheKey.from_dict, src_dict["keys"])) or empty(src_dict["keys"])
        made.list_complete = src_dict["list_complete"]
        made.cursor = src_dict.get("cursor", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made

    def __iter__(self) -> Iterator[CacheKey]:
        return iter(self.keys)

    def __len__(self) -> int:
        return len(self.keys)


_known = frozenset(CacheListResult._NAMES).issuperset
