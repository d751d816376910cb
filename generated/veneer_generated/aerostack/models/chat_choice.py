# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.chat_message import ChatMessage


@_attrs_define(repr=False)
class ChatChoice(types.Open):
    """One answer."""

    index: int | Unset = UNSET
    """Its place, from 0."""

    message: ChatMessage | Unset = UNSET
    """One message of a conversation."""

    finish_reason: None | str | Unset = UNSET
    """Why it ended."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "index": "index",
        "message": "message",
        "finish_reason": "finish_reason",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        index: int | Unset = UNSET,
        message: ChatMessage | Unset = UNSET,
        finish_reason: None | str | Unset = UNSET,
    ) -> None:
        (self.index, self.message, self.finish_reason, self._unknown) = (index, message, finish_reason, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.index is not UNSET:
            field_dict["index"] = self.index
        if not isinstance(self.message, Unset):
            field_dict["message"] = self.message.to_dict()
        if self.finish_reason is not UNSET:
            field_dict["finish_reason"] = self.finish_reason
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.index = src_dict.get("index", UNSET)
        value = src_dict.get("message", UNSET)
        made.message = UNSET if value is UNSET else models.ChatMessage.from_dict(value)
        made.finish_reason = src_dict.get("finish_reason", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ChatChoice._NAMES).issuperset
