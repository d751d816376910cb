# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ErrorResponse(types.Open):
    """What failed, in `error` or in `message`."""

    code: str
    """The kind of error."""

    error: None | str | Unset = UNSET
    """What happened."""

    message: None | str | Unset = UNSET
    """What happened."""

    trace_id: None | str | Unset = UNSET
    """The trace."""

    details: dict[str, Any] | None | Unset = UNSET
    """More about it."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "code": "code",
        "error": "error",
        "message": "message",
        "trace_id": "trace_id",
        "details": "details",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("code",))

    def __init__(
        self,
        code: str,
        error: None | str | Unset = UNSET,
        message: None | str | Unset = UNSET,
        trace_id: None | str | Unset = UNSET,
        details: dict[str, Any] | None | Unset = UNSET,
    ) -> None:
        (self.code, self.error, self.message, self.trace_id, self.details, self._unknown) = (
            code,
            error,
            message,
            trace_id,
            details,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "code": self.code,
        }
        if self.error is not UNSET:
            field_dict["error"] = self.error
        if self.message is not UNSET:
            field_dict["message"] = self.message
        if self.trace_id is not UNSET:
            field_dict["trace_id"] = self.trace_id
        if self.details is not UNSET:
            field_dict["details"] = self.details
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.code = src_dict["code"]
        made.error = src_dict.get("error", UNSET)
        made.message = src_dict.get("message", UNSET)
        made.trace_id = src_dict.get("trace_id", UNSET)
        made.details = src_dict.get("details", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ErrorResponse._NAMES).issuperset
