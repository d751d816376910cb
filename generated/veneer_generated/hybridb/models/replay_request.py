# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ReplayRequest(types.Open):
    from_checkpoint: str | Unset = UNSET
    """Where to start."""

    reason: str | Unset = UNSET
    """Why."""

    idempotency_key: str | Unset = UNSET
    """Makes a repetition of this call get the first answer."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "fromCheckpoint": "from_checkpoint",
        "reason": "reason",
        "idempotencyKey": "idempotency_key",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        from_checkpoint: str | Unset = UNSET,
        reason: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> None:
        (self.from_checkpoint, self.reason, self.idempotency_key, self._unknown) = (
            from_checkpoint,
            reason,
            idempotency_key,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.from_checkpoint is not UNSET:
            field_dict["fromCheckpoint"] = self.from_checkpoint
        if self.reason is not UNSET:
            field_dict["reason"] = self.reason
        if self.idempotency_key is not UNSET:
            field_dict["idempotencyKey"] = self.idempotency_key
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.from_checkpoint = src_dict.get("fromCheckpoint", UNSET)
        made.reason = src_dict.get("reason", UNSET)
        made.idempotency_key = src_dict.get("idempotencyKey", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ReplayRequest._NAMES).issuperset
