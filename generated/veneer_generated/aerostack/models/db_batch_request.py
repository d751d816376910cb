# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import define as _attrs_define
from ..types import empty
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.db_query_request import DbQueryRequest


@_attrs_define(repr=False)
class DbBatchRequest(types.Open):
    """Statements to run together."""

    queries: list[DbQueryRequest]
    """The statements, at most 25."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "queries": "queries",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("queries",))

    def __init__(
        self,
        queries: list[DbQueryRequest],
    ) -> None:
        (self.queries, self._unknown) = (queries, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "queries": [item0.to_dict() for item0 in self.queries],
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.queries = list(map(models.DbQueryRequest.from_dict, src_dict["queries"])) or empty(
            src_dict["queries"]
        )
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(DbBatchRequest._NAMES).issuperset
