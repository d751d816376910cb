# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ChatRequest(types.Open):
    """A message."""

    message: str
    """What is said."""

    session_id: None | str | Unset = UNSET
    """The session it goes on with."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "message": "message",
        "session_id": "session_id",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("message",))

    def __init__(
        self,
        message: str,
        session_id: None | str | Unset = UNSET,
    ) -> None:
        (self.message, self.session_id, self._unknown) = (message, session_id, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "message": self.message,
        }
        if self.session_id is not UNSET:
            field_dict["session_id"] = self.session_id
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.message = src_dict["message"]
        made.session_id = src_dict.get("session_id", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ChatRequest._NAMES).issuperset
