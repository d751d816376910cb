# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class DbBatchEntry(types.Open):
    """What one statement did."""

    success: bool
    """Whether it worked."""

    results: list[dict[str, Any]] | Unset = UNSET
    """The rows, each by column."""

    error: None | str | Unset = UNSET
    """Why not."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "success": "success",
        "results": "results",
        "error": "error",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("success",))

    def __init__(
        self,
        success: bool,
        results: list[dict[str, Any]] | Unset = UNSET,
        error: None | str | Unset = UNSET,
    ) -> None:
        (self.success, self.results, self.error, self._unknown) = (success, results, error, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "success": self.success,
        }
        if self.results is not UNSET:
            field_dict["results"] = self.results
        if self.error is not UNSET:
            field_dict["error"] = self.error
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.success = src_dict["success"]
        made.results = src_dict.get("results", UNSET)
        made.error = src_dict.get("error", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(DbBatchEntry._NAMES).issuperset
