# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SearchQueryRequest")


@_attrs_define
class SearchQueryRequest:
    """What to look for."""

    text: str
    """ The question. """
    top_k: int | Unset = 5
    """ Most results. """
    types_value: list[str] | Unset = UNSET
    """ Only these kinds of document. """
    filter_: dict[str, Any] | Unset = UNSET
    """ Only documents with this metadata. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        top_k = self.top_k

        types_value: list[str] | Unset = UNSET
        if not isinstance(self.types_value, Unset):
            types_value = self.types_value

        filter_ = self.filter_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "text": text,
            }
        )
        if top_k is not UNSET:
            field_dict["topK"] = top_k
        if types_value is not UNSET:
            field_dict["types"] = types_value
        if filter_ is not UNSET:
            field_dict["filter"] = filter_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        top_k = d.pop("topK", UNSET)

        types_value = cast(list[str], d.pop("types", UNSET))

        filter_ = d.pop("filter", UNSET)

        search_query_request = cls(
            text=text,
            top_k=top_k,
            types_value=types_value,
            filter_=filter_,
        )

        search_query_request.additional_properties = d
        return search_query_request

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
