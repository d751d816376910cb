# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import define as _attrs_define
from ..types import empty
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.type_count import TypeCount


@_attrs_define(repr=False)
class SearchTypesResult(types.Open):
    """The kinds of document in the index."""

    types_value: list[TypeCount]
    """The kinds."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "types": "types_value",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("types",))

    def __init__(
        self,
        types_value: list[TypeCount],
    ) -> None:
        (self.types_value, self._unknown) = (types_value, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "types": [item0.to_dict() for item0 in self.types_value],
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.types_value = list(map(models.TypeCount.from_dict, src_dict["types"])) or empty(
            src_dict["types"]
        )
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SearchTypesResult._NAMES).issuperset
