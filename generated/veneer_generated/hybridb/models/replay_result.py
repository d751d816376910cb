# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ReplayResult(types.Open):
    parent_execution_id: str
    """The execution replayed."""

    child_execution_id: str
    """The execution that replays it."""

    from_checkpoint: str
    """Where it started."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "parentExecutionId": "parent_execution_id",
        "childExecutionId": "child_execution_id",
        "fromCheckpoint": "from_checkpoint",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "parentExecutionId",
            "childExecutionId",
            "fromCheckpoint",
        )
    )

    def __init__(
        self,
        parent_execution_id: str,
        child_execution_id: str,
        from_checkpoint: str,
    ) -> None:
        (self.parent_execution_id, self.child_execution_id, self.from_checkpoint, self._unknown) = (
            parent_execution_id,
            child_execution_id,
            from_checkpoint,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "parentExecutionId": self.parent_execution_id,
            "childExecutionId": self.child_execution_id,
            "fromCheckpoint": self.from_checkpoint,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.parent_execution_id = src_dict["parentExecutionId"]
        made.child_execution_id = src_dict["childExecutionId"]
        made.from_checkpoint = src_dict["fromCheckpoint"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ReplayResult._NAMES).issuperset
