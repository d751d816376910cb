# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class Health(types.Open):
    status: str
    """How the platform feels."""

    version: str
    """The version that answers."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "status": "status",
        "version": "version",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "status",
            "version",
        )
    )

    def __init__(
        self,
        status: str,
        version: str,
    ) -> None:
        (self.status, self.version, self._unknown) = (status, version, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "status": self.status,
            "version": self.version,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.status = src_dict["status"]
        made.version = src_dict["version"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Health._NAMES).issuperset
