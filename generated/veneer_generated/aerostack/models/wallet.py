# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class Wallet(types.Open):
    """Tokens of a consumer."""

    balance: float
    """Tokens left."""

    total_consumed: float
    """Tokens used so far."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "balance": "balance",
        "total_consumed": "total_consumed",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "balance",
            "total_consumed",
        )
    )

    def __init__(
        self,
        balance: float,
        total_consumed: float,
    ) -> None:
        (self.balance, self.total_consumed, self._unknown) = (balance, total_consumed, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "balance": self.balance,
            "total_consumed": self.total_consumed,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.balance = src_dict["balance"]
        made.total_consumed = src_dict["total_consumed"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Wallet._NAMES).issuperset
