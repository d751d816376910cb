# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class StorageTransferRequest(types.Open):
    """From where to where."""

    source_key: str
    """Where it is kept."""

    dest_key: str
    """Where to keep it."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "sourceKey": "source_key",
        "destKey": "dest_key",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "sourceKey",
            "destKey",
        )
    )

    def __init__(
        self,
        source_key: str,
        dest_key: str,
    ) -> None:
        (self.source_key, self.dest_key, self._unknown) = (source_key, dest_key, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "sourceKey": self.source_key,
            "destKey": self.dest_key,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.source_key = src_dict["sourceKey"]
        made.dest_key = src_dict["destKey"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(StorageTransferRequest._NAMES).issuperset
