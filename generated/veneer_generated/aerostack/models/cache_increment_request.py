# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CacheIncrementRequest")


@_attrs_define
class CacheIncrementRequest:
    """What to count."""

    key: str
    """ The key. """
    amount: int | Unset = 1
    """ How much to add; may be negative. """
    initial_value: int | Unset = 0
    """ Where a new key starts. """
    ttl: int | Unset = UNSET
    """ Life of a new key in seconds. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        amount = self.amount

        initial_value = self.initial_value

        ttl = self.ttl

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
            }
        )
        if amount is not UNSET:
            field_dict["amount"] = amount
        if initial_value is not UNSET:
            field_dict["initialValue"] = initial_value
        if ttl is not UNSET:
            field_dict["ttl"] = ttl

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        amount = d.pop("amount", UNSET)

        initial_value = d.pop("initialValue", UNSET)

        ttl = d.pop("ttl", UNSET)

        cache_increment_request = cls(
            key=key,
            amount=amount,
            initial_value=initial_value,
            ttl=ttl,
        )

        cache_increment_request.additional_properties = d
        return cache_increment_request

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
