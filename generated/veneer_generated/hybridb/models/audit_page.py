# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import define as _attrs_define
from ..types import empty
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audit_entry import AuditEntry


@_attrs_define(repr=False)
class AuditPage(types.Open):
    data: list[AuditEntry]
    """The entries."""

    total: int
    """Entries on all pages."""

    page: int
    """This page, from 1."""

    limit: int
    """Entries on a page."""

    has_more: bool
    """Whether another page follows."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "data": "data",
        "total": "total",
        "page": "page",
        "limit": "limit",
        "hasMore": "has_more",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "data",
            "total",
            "page",
            "limit",
            "hasMore",
        )
    )

    def __init__(
        self,
        data: list[AuditEntry],
        total: int,
        page: int,
        limit: int,
        has_more: bool,
    ) -> None:
        (self.data, self.total, self.page, self.limit, self.has_more, self._unknown) = (
            data,
            total,
            page,
            limit,
            has_more,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "data": [item0.to_dict() for item0 in self.data],
            "total": self.total,
            "page": self.page,
            "limit": self.limit,
            "hasMore": self.has_more,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.data = list(map(models.AuditEntry.from_dict, src_dict["data"])) or empty(src_dict["data"])
        made.total = src_dict["total"]
        made.page = src_dict["page"]
        made.limit = src_dict["limit"]
        made.has_more = src_dict["hasMore"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made

    def __iter__(self) -> Iterator[AuditEntry]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


_known = frozenset(AuditPage._NAMES).issuperset
