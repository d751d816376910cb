# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="BillingLogRequest")


@_attrs_define
class BillingLogRequest:
    """Usage to charge to a consumer."""

    consumer_id: str
    """ The consumer that used it. """
    api_id: str
    """ The gateway API that was used. """
    units: int
    """ How much. """
    metric: str | Unset = UNSET
    """ Of what; units when absent. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        consumer_id = self.consumer_id

        api_id = self.api_id

        units = self.units

        metric = self.metric

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "consumerId": consumer_id,
                "apiId": api_id,
                "units": units,
            }
        )
        if metric is not UNSET:
            field_dict["metric"] = metric

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        consumer_id = d.pop("consumerId")

        api_id = d.pop("apiId")

        units = d.pop("units")

        metric = d.pop("metric", UNSET)

        billing_log_request = cls(
            consumer_id=consumer_id,
            api_id=api_id,
            units=units,
            metric=metric,
        )

        billing_log_request.additional_properties = d
        return billing_log_request

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
