# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.search_result import SearchResult


@_attrs_define(repr=False)
class SearchGetResult(types.Open):
    """A document, when there is one."""

    exists: bool
    """Whether there is one."""

    result: None | SearchResult | Unset = UNSET
    """The document."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "exists": "exists",
        "result": "result",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("exists",))

    def __init__(
        self,
        exists: bool,
        result: None | SearchResult | Unset = UNSET,
    ) -> None:
        (self.exists, self.result, self._unknown) = (exists, result, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "exists": self.exists,
        }
        if not isinstance(self.result, Unset):
            field_dict["result"] = None if self.result is None else self.result.to_dict()
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.exists = src_dict["exists"]
        value = src_dict.get("result", UNSET)
        made.result = (
            UNSET if value is UNSET else None if value is None else models.SearchResult.from_dict(value)
        )
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SearchGetResult._NAMES).issuperset
