# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class Chat(types.Open):
    """An answer; its text is in `result` or, on other servers, in `response`."""

    session_id: str
    """The session."""

    result: None | str | Unset = UNSET
    """What is answered."""

    response: None | str | Unset = UNSET
    """What is answered."""

    processing_time: float | None | Unset = UNSET
    """How long it took."""

    model: None | str | Unset = UNSET
    """The model that answered."""

    trace_id: None | str | Unset = UNSET
    """The trace."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "session_id": "session_id",
        "result": "result",
        "response": "response",
        "processing_time": "processing_time",
        "model": "model",
        "trace_id": "trace_id",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("session_id",))

    def __init__(
        self,
        session_id: str,
        result: None | str | Unset = UNSET,
        response: None | str | Unset = UNSET,
        processing_time: float | None | Unset = UNSET,
        model: None | str | Unset = UNSET,
        trace_id: None | str | Unset = UNSET,
    ) -> None:
        (
            self.session_id,
            self.result,
            self.response,
            self.processing_time,
            self.model,
            self.trace_id,
            self._unknown,
        ) = (session_id, result, response, processing_time, model, trace_id, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "session_id": self.session_id,
        }
        if self.result is not UNSET:
            field_dict["result"] = self.result
        if self.response is not UNSET:
            field_dict["response"] = self.response
        if self.processing_time is not UNSET:
            field_dict["processing_time"] = self.processing_time
        if self.model is not UNSET:
            field_dict["model"] = self.model
        if self.trace_id is not UNSET:
            field_dict["trace_id"] = self.trace_id
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.session_id = src_dict["session_id"]
        made.result = src_dict.get("result", UNSET)
        made.response = src_dict.get("response", UNSET)
        made.processing_time = src_dict.get("processing_time", UNSET)
        made.model = src_dict.get("model", UNSET)
        made.trace_id = src_dict.get("trace_id", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Chat._NAMES).issuperset
