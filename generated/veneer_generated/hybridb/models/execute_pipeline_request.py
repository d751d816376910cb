# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ExecutePipelineRequest(types.Open):
    input_: dict[str, Any] | Unset = UNSET
    """What the pipeline works on."""

    decision_id: str | Unset = UNSET
    """The decision that allows it, good for one trigger."""

    trigger_event: str | Unset = UNSET
    """The event that set it off."""

    idempotency_key: str | Unset = UNSET
    """Makes a repetition of this call get the first answer."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "input": "input_",
        "decisionId": "decision_id",
        "triggerEvent": "trigger_event",
        "idempotencyKey": "idempotency_key",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        input_: dict[str, Any] | Unset = UNSET,
        decision_id: str | Unset = UNSET,
        trigger_event: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> None:
        (self.input_, self.decision_id, self.trigger_event, self.idempotency_key, self._unknown) = (
            input_,
            decision_id,
            trigger_event,
            idempotency_key,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.input_ is not UNSET:
            field_dict["input"] = self.input_
        if self.decision_id is not UNSET:
            field_dict["decisionId"] = self.decision_id
        if self.trigger_event is not UNSET:
            field_dict["triggerEvent"] = self.trigger_event
        if self.idempotency_key is not UNSET:
            field_dict["idempotencyKey"] = self.idempotency_key
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.input_ = src_dict.get("input", UNSET)
        made.decision_id = src_dict.get("decisionId", UNSET)
        made.trigger_event = src_dict.get("triggerEvent", UNSET)
        made.idempotency_key = src_dict.get("idempotencyKey", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ExecutePipelineRequest._NAMES).issuperset
