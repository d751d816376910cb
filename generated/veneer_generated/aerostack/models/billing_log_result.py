# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class BillingLogResult(types.Open):
    """Usage as logged."""

    success: bool
    """True when it was logged."""

    logged_units: int | Unset = UNSET
    """How much was logged."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "success": "success",
        "loggedUnits": "logged_units",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("success",))

    def __init__(
        self,
        success: bool,
        logged_units: int | Unset = UNSET,
    ) -> None:
        (self.success, self.logged_units, self._unknown) = (success, logged_units, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "success": self.success,
        }
        if self.logged_units is not UNSET:
            field_dict["loggedUnits"] = self.logged_units
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.success = src_dict["success"]
        made.logged_units = src_dict.get("loggedUnits", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(BillingLogResult._NAMES).issuperset
