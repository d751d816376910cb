# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset, empty
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.storage_object import StorageObject


@_attrs_define(repr=False)
class StorageListResult(types.Open):
    """A page of files."""

    objects: list[StorageObject]
    """The files."""

    truncated: bool
    """Whether another page follows."""

    cursor: None | str | Unset = UNSET
    """Where the next page begins."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "objects": "objects",
        "truncated": "truncated",
        "cursor": "cursor",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "objects",
            "truncated",
        )
    )

    def __init__(
        self,
        objects: list[StorageObject],
        truncated: bool,
        cursor: None | str | Unset = UNSET,
    ) -> None:
        (self.objects, self.truncated, self.cursor, self._unknown) = (objects, truncated, cursor, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "objects": [item0.to_dict() for item0 in self.objects],
            "truncated": self.truncated,
        }
        if self.cursor is not UNSET:
            field_dict["cursor"] = self.cursor
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.objects = list(map(models.StorageObject.from_dict, src_dict["objects"])) or empty(
            src_dict["objects"]
        )
        made.truncated = src_dict["truncated"]
        made.cursor = src_dict.get("cursor", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made

    def __iter__(self) -> Iterator[StorageObject]:
        return iter(self.objects)

    def __len__(self) -> int:
        return len(self.objects)


_known = frozenset(StorageListResult._NAMES).issuperset
