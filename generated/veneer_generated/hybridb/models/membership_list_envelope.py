# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import define as _attrs_define
from ..types import empty
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.membership import Membership


@_attrs_define(repr=False)
class MembershipListEnvelope(types.Open):
    success: bool
    """Always true."""

    data: list[Membership]

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "success": "success",
        "data": "data",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "success",
            "data",
        )
    )

    def __init__(
        self,
        success: bool,
        data: list[Membership],
    ) -> None:
        (self.success, self.data, self._unknown) = (success, data, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "success": self.success,
            "data": [item0.to_dict() for item0 in self.data],
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.success = src_dict["success"]
        made.data = list(map(models.Membership.from_dict, src_dict["data"])) or empty(src_dict["data"])
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(MembershipListEnvelope._NAMES).issuperset
