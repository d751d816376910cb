# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import define as _attrs_define
from ..types import empty
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.db_batch_entry import DbBatchEntry


@_attrs_define(repr=False)
class DbBatchResult(types.Open):
    """What the statements did."""

    results: list[DbBatchEntry]
    """An entry for each statement."""

    success: bool
    """Whether all worked."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "results": "results",
        "success": "success",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "results",
            "success",
        )
    )

    def __init__(
        self,
        results: list[DbBatchEntry],
        success: bool,
    ) -> None:
        (self.results, self.success, self._unknown) = (results, success, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "results": [item0.to_dict() for item0 in self.results],
            "success": self.success,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.results = list(map(models.DbBatchEntry.from_dict, src_dict["results"])) or empty(
            src_dict["results"]
        )
        made.success = src_dict["success"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(DbBatchResult._NAMES).issuperset
