# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class JobListRequest(types.Open):
    """Which page of jobs."""

    status: str | Unset = UNSET
    """Only jobs that stand so."""

    type_: str | Unset = UNSET
    """Only this kind of job."""

    limit: int | Unset = UNSET
    """Jobs on a page. Default: 50."""

    cursor: str | Unset = UNSET
    """Where to go on: the cursor of the page before."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "status": "status",
        "type": "type_",
        "limit": "limit",
        "cursor": "cursor",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        status: str | Unset = UNSET,
        type_: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> None:
        (self.status, self.type_, self.limit, self.cursor, self._unknown) = (
            status,
            type_,
            limit,
            cursor,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.status is not UNSET:
            field_dict["status"] = self.status
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.limit is not UNSET:
            field_dict["limit"] = self.limit
        if self.cursor is not UNSET:
            field_dict["cursor"] = self.cursor
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.status = src_dict.get("status", UNSET)
        made.type_ = src_dict.get("type", UNSET)
        made.limit = src_dict.get("limit", UNSET)
        made.cursor = src_dict.get("cursor", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(JobListRequest._NAMES).issuperset
