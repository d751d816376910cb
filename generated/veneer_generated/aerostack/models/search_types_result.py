# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.type_count import TypeCount


T = TypeVar("T", bound="SearchTypesResult")


@_attrs_define
class SearchTypesResult:
    """The kinds of document in the index."""

    types_value: list[TypeCount]
    """ The kinds. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        types_value = []
        for types_value_item_data in self.types_value:
            types_value_item = types_value_item_data.to_dict()
            types_value.append(types_value_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "types": types_value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.type_count import TypeCount  # noqa: PLC0415

        d = dict(src_dict)
        types_value = []
        _types_value = d.pop("types")
        for types_value_item_data in _types_value:
            types_value_item = TypeCount.from_dict(types_value_item_data)

            types_value.append(types_value_item)

        search_types_result = cls(
            types_value=types_value,
        )

        search_types_result.additional_properties = d
        return search_types_result

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
