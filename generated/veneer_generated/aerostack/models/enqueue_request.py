# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class EnqueueRequest(types.Open):
    """A job."""

    type_: str
    """The kind of job."""

    data: dict[str, Any]
    """What the job works on."""

    delay: int | Unset = UNSET
    """Seconds to wait before it starts."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "type": "type_",
        "data": "data",
        "delay": "delay",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "type",
            "data",
        )
    )

    def __init__(
        self,
        type_: str,
        data: dict[str, Any],
        delay: int | Unset = UNSET,
    ) -> None:
        (self.type_, self.data, self.delay, self._unknown) = (type_, data, delay, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "type": self.type_,
            "data": self.data,
        }
        if self.delay is not UNSET:
            field_dict["delay"] = self.delay
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.type_ = src_dict["type"]
        made.data = src_dict["data"]
        made.delay = src_dict.get("delay", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(EnqueueRequest._NAMES).issuperset
