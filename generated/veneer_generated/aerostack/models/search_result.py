# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class SearchResult(types.Open):
    """A document that was found."""

    id: str
    """The document."""

    content: str | Unset = UNSET
    """The text."""

    score: float | None | Unset = UNSET
    """How near it is."""

    type_: str | Unset = UNSET
    """The kind of document."""

    metadata: dict[str, Any] | None | Unset = UNSET
    """Kept with the document."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "content": "content",
        "score": "score",
        "type": "type_",
        "metadata": "metadata",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("id",))

    def __init__(
        self,
        id: str,
        content: str | Unset = UNSET,
        score: float | None | Unset = UNSET,
        type_: str | Unset = UNSET,
        metadata: dict[str, Any] | None | Unset = UNSET,
    ) -> None:
        (self.id, self.content, self.score, self.type_, self.metadata, self._unknown) = (
            id,
            content,
            score,
            type_,
            metadata,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
        }
        if self.content is not UNSET:
            field_dict["content"] = self.content
        if self.score is not UNSET:
            field_dict["score"] = self.score
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.metadata is not UNSET:
            field_dict["metadata"] = self.metadata
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.content = src_dict.get("content", UNSET)
        made.score = src_dict.get("score", UNSET)
        made.type_ = src_dict.get("type", UNSET)
        made.metadata = src_dict.get("metadata", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SearchResult._NAMES).issuperset
