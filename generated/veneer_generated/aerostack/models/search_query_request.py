# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class SearchQueryRequest(types.Open):
    """What to look for."""

    text: str
    """The question."""

    top_k: int | Unset = UNSET
    """Most results. Default: 5."""

    types_value: list[str] | Unset = UNSET
    """Only these kinds of document."""

    filter_: dict[str, Any] | Unset = UNSET
    """Only documents with this metadata."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "text": "text",
        "topK": "top_k",
        "types": "types_value",
        "filter": "filter_",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("text",))

    def __init__(
        self,
        text: str,
        top_k: int | Unset = UNSET,
        types_value: list[str] | Unset = UNSET,
        filter_: dict[str, Any] | Unset = UNSET,
    ) -> None:
        (self.text, self.top_k, self.types_value, self.filter_, self._unknown) = (
            text,
            top_k,
            types_value,
            filter_,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "text": self.text,
        }
        if self.top_k is not UNSET:
            field_dict["topK"] = self.top_k
        if self.types_value is not UNSET:
            field_dict["types"] = self.types_value
        if self.filter_ is not UNSET:
            field_dict["filter"] = self.filter_
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.text = src_dict["text"]
        made.top_k = src_dict.get("topK", UNSET)
        made.types_value = src_dict.get("types", UNSET)
        made.filter_ = src_dict.get("filter", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SearchQueryRequest._NAMES).issuperset
