# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ValidationError(types.Open):
    loc: list[int | str]

    msg: str

    type_: str

    input_: Any | Unset = UNSET

    ctx: dict[str, Any] | Unset = UNSET

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "loc": "loc",
        "msg": "msg",
        "type": "type_",
        "input": "input_",
        "ctx": "ctx",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "loc",
            "msg",
            "type",
        )
    )

    def __init__(
        self,
        loc: list[int | str],
        msg: str,
        type_: str,
        input_: Any | Unset = UNSET,
        ctx: dict[str, Any] | Unset = UNSET,
    ) -> None:
        (self.loc, self.msg, self.type_, self.input_, self.ctx, self._unknown) = (
            loc,
            msg,
            type_,
            input_,
            ctx,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "loc": self.loc,
            "msg": self.msg,
            "type": self.type_,
        }
        if self.input_ is not UNSET:
            field_dict["input"] = self.input_
        if self.ctx is not UNSET:
            field_dict["ctx"] = self.ctx
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.loc = src_dict["loc"]
        made.msg = src_dict["msg"]
        made.type_ = src_dict["type"]
        made.input_ = src_dict.get("input", UNSET)
        made.ctx = src_dict.get("ctx", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ValidationError._NAMES).issuperset
