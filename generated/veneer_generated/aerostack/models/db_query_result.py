# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class DbQueryResult(types.Open):
    """The rows."""

    results: list[dict[str, Any]]
    """The rows, each by column."""

    count: int | Unset = UNSET
    """How many rows."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "results": "results",
        "count": "count",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("results",))

    def __init__(
        self,
        results: list[dict[str, Any]],
        count: int | Unset = UNSET,
    ) -> None:
        (self.results, self.count, self._unknown) = (results, count, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "results": self.results,
        }
        if self.count is not UNSET:
            field_dict["count"] = self.count
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.results = src_dict["results"]
        made.count = src_dict.get("count", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(DbQueryResult._NAMES).issuperset
