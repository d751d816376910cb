# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class NetworksInvokeRequest(types.Open):
    """What a network of agents is invoked with."""

    prompt_text: str
    """The prompt."""

    metadata: dict[str, Any] | None | Unset = UNSET
    """Kept with the run."""

    attachment_ids: list[str] | None | Unset = UNSET
    """Finalized attachments."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "prompt_text": "prompt_text",
        "metadata": "metadata",
        "attachment_ids": "attachment_ids",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("prompt_text",))

    def __init__(
        self,
        prompt_text: str,
        metadata: dict[str, Any] | None | Unset = UNSET,
        attachment_ids: list[str] | None | Unset = UNSET,
    ) -> None:
        (self.prompt_text, self.metadata, self.attachment_ids, self._unknown) = (
            prompt_text,
            metadata,
            attachment_ids,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "prompt_text": self.prompt_text,
        }
        if self.metadata is not UNSET:
            field_dict["metadata"] = self.metadata
        if self.attachment_ids is not UNSET:
            field_dict["attachment_ids"] = self.attachment_ids
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.prompt_text = src_dict["prompt_text"]
        made.metadata = src_dict.get("metadata", UNSET)
        made.attachment_ids = src_dict.get("attachment_ids", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(NetworksInvokeRequest._NAMES).issuperset
