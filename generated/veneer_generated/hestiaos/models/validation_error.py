# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field


@_attrs_define
class ValidationError:
    """A place that does not fit."""

    loc: list[int | str]
    """Where."""

    msg: str
    """What is wrong."""

    type_: str
    """The kind of error."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[frozenset[str]] = frozenset(
        (
            "loc",
            "msg",
            "type",
        )
    )
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "loc",
            "msg",
            "type",
        )
    )

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON object; what is UNSET is left out."""
        field_dict: dict[str, Any] = {
            **self.additional_properties,
            "loc": self.loc,
            "msg": self.msg,
            "type": self.type_,
        }
        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.loc = src_dict["loc"]
        made.msg = src_dict["msg"]
        made.type_ = src_dict["type"]
        made.additional_properties = {}
        if not src_dict.keys() <= cls._NAMES:
            made.additional_properties = {
                key: value for key, value in src_dict.items() if key not in cls._NAMES
            }
        return made

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
