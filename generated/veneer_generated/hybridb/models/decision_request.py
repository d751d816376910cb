# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class DecisionRequest(types.Open):
    decision_type: str
    """The kind of decision."""

    action: str
    """The action that waits for it."""

    input_data: dict[str, Any]
    """What the policy looks at."""

    resource_type: str | Unset = UNSET
    """The kind of thing acted on."""

    resource_id: str | Unset = UNSET
    """The thing acted on."""

    idempotency_key: str | Unset = UNSET
    """Makes a repetition of this call get the first answer."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "decisionType": "decision_type",
        "action": "action",
        "inputData": "input_data",
        "resourceType": "resource_type",
        "resourceId": "resource_id",
        "idempotencyKey": "idempotency_key",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "decisionType",
            "action",
            "inputData",
        )
    )

    def __init__(
        self,
        decision_type: str,
        action: str,
        input_data: dict[str, Any],
        resource_type: str | Unset = UNSET,
        resource_id: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> None:
        (
            self.decision_type,
            self.action,
            self.input_data,
            self.resource_type,
            self.resource_id,
            self.idempotency_key,
            self._unknown,
        ) = (decision_type, action, input_data, resource_type, resource_id, idempotency_key, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "decisionType": self.decision_type,
            "action": self.action,
            "inputData": self.input_data,
        }
        if self.resource_type is not UNSET:
            field_dict["resourceType"] = self.resource_type
        if self.resource_id is not UNSET:
            field_dict["resourceId"] = self.resource_id
        if self.idempotency_key is not UNSET:
            field_dict["idempotencyKey"] = self.idempotency_key
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.decision_type = src_dict["decisionType"]
        made.action = src_dict["action"]
        made.input_data = src_dict["inputData"]
        made.resource_type = src_dict.get("resourceType", UNSET)
        made.resource_id = src_dict.get("resourceId", UNSET)
        made.idempotency_key = src_dict.get("idempotencyKey", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(DecisionRequest._NAMES).issuperset
