# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class HealthResponse(types.Open):
    """How the server feels."""

    status: str
    """ok when well."""

    version: str
    """The version that answers."""

    uptime_seconds: float
    """Seconds since it started."""

    api_version: None | str | Unset = UNSET
    """The version of the API."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "status": "status",
        "version": "version",
        "uptime_seconds": "uptime_seconds",
        "api_version": "api_version",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "status",
            "version",
            "uptime_seconds",
        )
    )

    def __init__(
        self,
        status: str,
        version: str,
        uptime_seconds: float,
        api_version: None | str | Unset = UNSET,
    ) -> None:
        (self.status, self.version, self.uptime_seconds, self.api_version, self._unknown) = (
            status,
            version,
            uptime_seconds,
            api_version,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "status": self.status,
            "version": self.version,
            "uptime_seconds": self.uptime_seconds,
        }
        if self.api_version is not UNSET:
            field_dict["api_version"] = self.api_version
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.status = src_dict["status"]
        made.version = src_dict["version"]
        made.uptime_seconds = src_dict["uptime_seconds"]
        made.api_version = src_dict.get("api_version", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(HealthResponse._NAMES).issuperset
