# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ErrorResponse(types.Open):
    """What failed."""

    code: str
    """One of AUTH_INVALID_KEY, AUTH_INVALID_CREDENTIALS, DB_QUERY_FAILED, RATE_LIMIT_EXCEEDED,
    VALIDATION_ERROR, INTERNAL_ERROR; the list is open."""

    message: str
    """What happened, for people."""

    details: dict[str, Any] | None | Unset = UNSET
    """More about it."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "code": "code",
        "message": "message",
        "details": "details",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "code",
            "message",
        )
    )

    def __init__(
        self,
        code: str,
        message: str,
        details: dict[str, Any] | None | Unset = UNSET,
    ) -> None:
        (self.code, self.message, self.details, self._unknown) = (code, message, details, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
        }
        if self.details is not UNSET:
            field_dict["details"] = self.details
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.code = src_dict["code"]
        made.message = src_dict["message"]
        made.details = src_dict.get("details", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ErrorResponse._NAMES).issuperset
