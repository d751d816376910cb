# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset, empty
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.chat_message import ChatMessage
    from ..models.stream_options import StreamOptions


@_attrs_define(repr=False)
class ChatRequest(types.Open):
    """A conversation to continue."""

    messages: list[ChatMessage]
    """The conversation so far."""

    model: str | Unset = UNSET
    """The model; the platform chooses one when absent."""

    stream: bool | Unset = UNSET
    """Answer as a stream of chunks instead of one JSON document."""

    stream_options: StreamOptions | Unset = UNSET
    """What a stream carries besides the answer."""

    temperature: float | Unset = UNSET
    """Randomness, from 0 to 2."""

    max_tokens: int | Unset = UNSET
    """Most tokens to answer with."""

    top_p: float | Unset = UNSET
    """Nucleus sampling, from 0 to 1."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "messages": "messages",
        "model": "model",
        "stream": "stream",
        "stream_options": "stream_options",
        "temperature": "temperature",
        "max_tokens": "max_tokens",
        "top_p": "top_p",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("messages",))

    def __init__(
        self,
        messages: list[ChatMessage],
        model: str | Unset = UNSET,
        stream: bool | Unset = UNSET,
        stream_options: StreamOptions | Unset = UNSET,
        temperature: float | Unset = UNSET,
        max_tokens: int | Unset = UNSET,
        top_p: float | Unset = UNSET,
    ) -> None:
        (
            self.messages,
            self.model,
            self.stream,
            self.stream_options,
            self.temperature,
            self.max_tokens,
            self.top_p,
            self._unknown,
        ) = (messages, model, stream, stream_options, temperature, max_tokens, top_p, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "messages": [item0.to_dict() for item0 in self.messages],
        }
        if self.model is not UNSET:
            field_dict["model"] = self.model
        if self.stream is not UNSET:
            field_dict["stream"] = self.stream
        if not isinstance(self.stream_options, Unset):
            field_dict["stream_options"] = self.stream_options.to_dict()
        if self.temperature is not UNSET:
            field_dict["temperature"] = self.temperature
        if self.max_tokens is not UNSET:
            field_dict["max_tokens"] = self.max_tokens
        if self.top_p is not UNSET:
            field_dict["top_p"] = self.top_p
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.messages = list(map(models.ChatMessage.from_dict, src_dict["messages"])) or empty(
            src_dict["messages"]
        )
        made.model = src_dict.get("model", UNSET)
        made.stream = src_dict.get("stream", UNSET)
        value = src_dict.get("stream_options", UNSET)
        made.stream_options = UNSET if value is UNSET else models.StreamOptions.from_dict(value)
        made.temperature = src_dict.get("temperature", UNSET)
        made.max_tokens = src_dict.get("max_tokens", UNSET)
        made.top_p = src_dict.get("top_p", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ChatRequest._NAMES).issuperset
