# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import define as _attrs_define
from ..types import empty
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cache_set_request import CacheSetRequest


@_attrs_define(repr=False)
class CacheSetManyRequest(types.Open):
    """The values to keep."""

    entries: list[CacheSetRequest]
    """The values, at most 100."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "entries": "entries",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("entries",))

    def __init__(
        self,
        entries: list[CacheSetRequest],
    ) -> None:
        (self.entries, self._unknown) = (entries, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "entries": [item0.to_dict() for item0 in self.entries],
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.entries = list(map(models.CacheSetRequest.from_dict, src_dict["entries"])) or empty(
            src_dict["entries"]
        )
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(CacheSetManyRequest._NAMES).issuperset
