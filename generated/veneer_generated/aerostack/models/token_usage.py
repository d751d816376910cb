# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class TokenUsage(types.Open):
    """What a completion cost."""

    prompt_tokens: int
    """Tokens of the conversation."""

    completion_tokens: int
    """Tokens of the answer."""

    total_tokens: int
    """Both."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "prompt_tokens": "prompt_tokens",
        "completion_tokens": "completion_tokens",
        "total_tokens": "total_tokens",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
        )
    )

    def __init__(
        self,
        prompt_tokens: int,
        completion_tokens: int,
        total_tokens: int,
    ) -> None:
        (self.prompt_tokens, self.completion_tokens, self.total_tokens, self._unknown) = (
            prompt_tokens,
            completion_tokens,
            total_tokens,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.total_tokens,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.prompt_tokens = src_dict["prompt_tokens"]
        made.completion_tokens = src_dict["completion_tokens"]
        made.total_tokens = src_dict["total_tokens"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(TokenUsage._NAMES).issuperset
