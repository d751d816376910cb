# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class DbQueryRequest(types.Open):
    """A statement."""

    sql: str
    """The SQL; ? stands for a value."""

    params: list[Any] | Unset = UNSET
    """Values for the placeholders of the statement."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "sql": "sql",
        "params": "params",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("sql",))

    def __init__(
        self,
        sql: str,
        params: list[Any] | Unset = UNSET,
    ) -> None:
        (self.sql, self.params, self._unknown) = (sql, params, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "sql": self.sql,
        }
        if self.params is not UNSET:
            field_dict["params"] = self.params
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.sql = src_dict["sql"]
        made.params = src_dict.get("params", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(DbQueryRequest._NAMES).issuperset
