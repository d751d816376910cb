# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class AuditEntry(types.Open):
    """One audited action; carries further fields by kind."""

    id: str
    """The entry."""

    created_at: datetime.datetime
    """When it was done."""

    action: str
    """What was done."""

    resource_kind: None | str | Unset = UNSET
    """The kind of thing acted on."""

    resource_id: None | str | Unset = UNSET
    """The thing acted on."""

    actor_user_id: None | str | Unset = UNSET
    """Who acted."""

    details: dict[str, Any] | None | Unset = UNSET
    """More about it."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "created_at": "created_at",
        "action": "action",
        "resource_kind": "resource_kind",
        "resource_id": "resource_id",
        "actor_user_id": "actor_user_id",
        "details": "details",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "created_at",
            "action",
        )
    )
    _DECLARED_OPEN: ClassVar[bool] = True

    def __init__(
        self,
        id: str,
        created_at: datetime.datetime,
        action: str,
        resource_kind: None | str | Unset = UNSET,
        resource_id: None | str | Unset = UNSET,
        actor_user_id: None | str | Unset = UNSET,
        details: dict[str, Any] | None | Unset = UNSET,
    ) -> None:
        (
            self.id,
            self.created_at,
            self.action,
            self.resource_kind,
            self.resource_id,
            self.actor_user_id,
            self.details,
            self._unknown,
        ) = (id, created_at, action, resource_kind, resource_id, actor_user_id, details, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "created_at": write_datetime(self.created_at),
            "action": self.action,
        }
        if self.resource_kind is not UNSET:
            field_dict["resource_kind"] = self.resource_kind
        if self.resource_id is not UNSET:
            field_dict["resource_id"] = self.resource_id
        if self.actor_user_id is not UNSET:
            field_dict["actor_user_id"] = self.actor_user_id
        if self.details is not UNSET:
            field_dict["details"] = self.details
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.created_at = read_datetime(src_dict["created_at"])
        made.action = src_dict["action"]
        made.resource_kind = src_dict.get("resource_kind", UNSET)
        made.resource_id = src_dict.get("resource_id", UNSET)
        made.actor_user_id = src_dict.get("actor_user_id", UNSET)
        made.details = src_dict.get("details", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(AuditEntry._NAMES).issuperset
