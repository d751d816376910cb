# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class CacheIncrementRequest(types.Open):
    """What to count."""

    key: str
    """The key."""

    amount: int | Unset = UNSET
    """How much to add; may be negative. Default: 1."""

    initial_value: int | Unset = UNSET
    """Where a new key starts. Default: 0."""

    ttl: int | Unset = UNSET
    """Life of a new key in seconds."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "key": "key",
        "amount": "amount",
        "initialValue": "initial_value",
        "ttl": "ttl",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("key",))

    def __init__(
        self,
        key: str,
        amount: int | Unset = UNSET,
        initial_value: int | Unset = UNSET,
        ttl: int | Unset = UNSET,
    ) -> None:
        (self.key, self.amount, self.initial_value, self.ttl, self._unknown) = (
            key,
            amount,
            initial_value,
            ttl,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "key": self.key,
        }
        if self.amount is not UNSET:
            field_dict["amount"] = self.amount
        if self.initial_value is not UNSET:
            field_dict["initialValue"] = self.initial_value
        if self.ttl is not UNSET:
            field_dict["ttl"] = self.ttl
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.key = src_dict["key"]
        made.amount = src_dict.get("amount", UNSET)
        made.initial_value = src_dict.get("initialValue", UNSET)
        made.ttl = src_dict.get("ttl", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(CacheIncrementRequest._NAMES).issuperset
