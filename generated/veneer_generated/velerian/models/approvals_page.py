# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ApprovalsPage(types.Open):
    """One page of approvals; a page shorter than its limit is the last."""

    items: list[dict[str, Any]]
    """The rows."""

    limit: int
    """Rows on a page, as the server used it."""

    offset: int
    """Rows before this page."""

    total: int | None | Unset = UNSET
    """Rows on all pages, when counted."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "items": "items",
        "limit": "limit",
        "offset": "offset",
        "total": "total",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "items",
            "limit",
            "offset",
        )
    )

    def __init__(
        self,
        items: list[dict[str, Any]],
        limit: int,
        offset: int,
        total: int | None | Unset = UNSET,
    ) -> None:
        (self.items, self.limit, self.offset, self.total, self._unknown) = (items, limit, offset, total, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "items": self.items,
            "limit": self.limit,
            "offset": self.offset,
        }
        if self.total is not UNSET:
            field_dict["total"] = self.total
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.items = src_dict["items"]
        made.limit = src_dict["limit"]
        made.offset = src_dict["offset"]
        made.total = src_dict.get("total", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


_known = frozenset(ApprovalsPage._NAMES).issuperset
