# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.type_count import TypeCount

_loaded = False


def _load() -> None:
    """Bind the models that this one holds, at its first use: they may hold this one."""
    from .. import models

    globals().update({"TypeCount": models.TypeCount, "_loaded": True})


@_attrs_define
class SearchTypesResult:
    """The kinds of document in the index."""

    types_value: list[TypeCount]
    """The kinds."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[frozenset[str]] = frozenset(("types",))
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("types",))

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON object; what is UNSET is left out."""
        field_dict: dict[str, Any] = {
            **self.additional_properties,
            "types": [item0.to_dict() for item0 in self.types_value],
        }
        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Unknown fields are kept in `additional_properties`."""
        if not _loaded:
            _load()
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.types_value = [TypeCount.from_dict(item0) for item0 in src_dict["types"]]
        made.additional_properties = {}
        if not src_dict.keys() <= cls._NAMES:
            made.additional_properties = {
                key: value for key, value in src_dict.items() if key not in cls._NAMES
            }
        return made

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
