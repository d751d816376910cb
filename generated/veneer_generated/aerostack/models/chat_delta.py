# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.chat_delta_role import ChatDeltaRole
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ChatDelta(types.Open):
    """What a chunk adds."""

    role: ChatDeltaRole | Unset = UNSET
    """Who speaks; in the first chunk."""

    content: None | str | Unset = UNSET
    """The next piece of the text."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "role": "role",
        "content": "content",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        role: ChatDeltaRole | Unset = UNSET,
        content: None | str | Unset = UNSET,
    ) -> None:
        (self.role, self.content, self._unknown) = (role, content, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.role is not UNSET:
            field_dict["role"] = self.role
        if self.content is not UNSET:
            field_dict["content"] = self.content
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.role = src_dict.get("role", UNSET)
        made.content = src_dict.get("content", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ChatDelta._NAMES).issuperset
