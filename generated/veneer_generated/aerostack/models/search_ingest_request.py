# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class SearchIngestRequest(types.Open):
    """A document to index."""

    content: str
    """The text."""

    type_: str
    """The kind of document."""

    id: str | Unset = UNSET
    """The document's id."""

    metadata: dict[str, Any] | Unset = UNSET
    """Kept with the document."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "content": "content",
        "type": "type_",
        "id": "id",
        "metadata": "metadata",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "content",
            "type",
        )
    )

    def __init__(
        self,
        content: str,
        type_: str,
        id: str | Unset = UNSET,
        metadata: dict[str, Any] | Unset = UNSET,
    ) -> None:
        (self.content, self.type_, self.id, self.metadata, self._unknown) = (
            content,
            type_,
            id,
            metadata,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "content": self.content,
            "type": self.type_,
        }
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.metadata is not UNSET:
            field_dict["metadata"] = self.metadata
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.content = src_dict["content"]
        made.type_ = src_dict["type"]
        made.id = src_dict.get("id", UNSET)
        made.metadata = src_dict.get("metadata", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SearchIngestRequest._NAMES).issuperset
