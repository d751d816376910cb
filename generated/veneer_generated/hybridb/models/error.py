# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Error")


@_attrs_define
class Error:
    """What failed."""

    code: str
    """ One of UNAUTHORIZED, TOKEN_EXPIRED, FORBIDDEN, POLICY_DENIED, DECISION_NOT_FOUND,
    DECISION_ALREADY_CONSUMED, DECISION_ESCALATED, PIPELINE_NOT_FOUND, PIPELINE_STEP_FAILED,
    CIRCUIT_BREAKER_OPEN, EXECUTION_NOT_FOUND, ROLLBACK_WINDOW_EXPIRED,
    ROLLBACK_ALREADY_COMPLETED, CHECKPOINT_NOT_FOUND, REPLAY_NOT_AVAILABLE, VALIDATION_ERROR,
    IDEMPOTENCY_CONFLICT, RATE_LIMITED, NOT_FOUND, INTERNAL_ERROR, SERVICE_UNAVAILABLE; the
    list is open.
     """
    message: str
    """ What happened, for people. """
    details: dict[str, Any] | None | Unset = UNSET
    """ More about it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        details: dict[str, Any] | None | Unset
        if isinstance(self.details, Unset):
            details = UNSET
        else:
            details = self.details

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "message": message,
            }
        )
        if details is not UNSET:
            field_dict["details"] = details

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        message = d.pop("message")

        def _parse_details(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        details = _parse_details(d.pop("details", UNSET))

        error = cls(
            code=code,
            message=message,
            details=details,
        )

        error.additional_properties = d
        return error

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
