# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class BillingLogRequest(types.Open):
    """Usage to charge to a consumer."""

    consumer_id: str
    """The consumer that used it."""

    api_id: str
    """The gateway API that was used."""

    units: int
    """How much."""

    metric: str | Unset = UNSET
    """Of what; units when absent."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "consumerId": "consumer_id",
        "apiId": "api_id",
        "units": "units",
        "metric": "metric",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "consumerId",
            "apiId",
            "units",
        )
    )

    def __init__(
        self,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = UNSET,
    ) -> None:
        (self.consumer_id, self.api_id, self.units, self.metric, self._unknown) = (
            consumer_id,
            api_id,
            units,
            metric,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "consumerId": self.consumer_id,
            "apiId": self.api_id,
            "units": self.units,
        }
        if self.metric is not UNSET:
            field_dict["metric"] = self.metric
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.consumer_id = src_dict["consumerId"]
        made.api_id = src_dict["apiId"]
        made.units = src_dict["units"]
        made.metric = src_dict.get("metric", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(BillingLogRequest._NAMES).issuperset
