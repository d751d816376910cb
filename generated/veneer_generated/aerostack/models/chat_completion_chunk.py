# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset, empty
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.chat_chunk_choice import ChatChunkChoice
    from ..models.token_usage import TokenUsage


@_attrs_define(repr=False)
class ChatCompletionChunk(types.Open):
    """One event of a streamed answer."""

    choices: list[ChatChunkChoice]
    """The answers; empty in the chunk that carries the usage."""

    id: str | Unset = UNSET
    """The completion."""

    object_: str | Unset = UNSET
    """chat.completion.chunk."""

    created: int | Unset = UNSET
    """When, in seconds since 1970."""

    model: str | Unset = UNSET
    """The model that answers."""

    usage: None | TokenUsage | Unset = UNSET
    """What it cost; in the last chunk when asked for."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "choices": "choices",
        "id": "id",
        "object": "object_",
        "created": "created",
        "model": "model",
        "usage": "usage",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("choices",))

    def __init__(
        self,
        choices: list[ChatChunkChoice],
        id: str | Unset = UNSET,
        object_: str | Unset = UNSET,
        created: int | Unset = UNSET,
        model: str | Unset = UNSET,
        usage: None | TokenUsage | Unset = UNSET,
    ) -> None:
        (self.choices, self.id, self.object_, self.created, self.model, self.usage, self._unknown) = (
            choices,
            id,
            object_,
            created,
            model,
            usage,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "choices": [item0.to_dict() for item0 in self.choices],
        }
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.object_ is not UNSET:
            field_dict["object"] = self.object_
        if self.created is not UNSET:
            field_dict["created"] = self.created
        if self.model is not UNSET:
            field_dict["model"] = self.model
        if not isinstance(self.usage, Unset):
            field_dict["usage"] = None if self.usage is None else self.usage.to_dict()
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.choices = list(map(models.ChatChunkChoice.from_dict, src_dict["choices"])) or empty(
            src_dict["choices"]
        )
        made.id = src_dict.get("id", UNSET)
        made.object_ = src_dict.get("object", UNSET)
        made.created = src_dict.get("created", UNSET)
        made.model = src_dict.get("model", UNSET)
        value = src_dict.get("usage", UNSET)
        made.usage = (
            UNSET if value is UNSET else None if value is None else models.TokenUsage.from_dict(value)
        )
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ChatCompletionChunk._NAMES).issuperset
