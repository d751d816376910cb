# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class NetworksInvokeResponse(types.Open):
    """A queued run."""

    run_id: str
    """The run, to poll."""

    run_url: str
    """Where the run is."""

    status: str | Unset = UNSET
    """Where the run stands: queued."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "run_id": "run_id",
        "run_url": "run_url",
        "status": "status",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "run_id",
            "run_url",
        )
    )

    def __init__(
        self,
        run_id: str,
        run_url: str,
        status: str | Unset = UNSET,
    ) -> None:
        (self.run_id, self.run_url, self.status, self._unknown) = (run_id, run_url, status, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "run_id": self.run_id,
            "run_url": self.run_url,
        }
        if self.status is not UNSET:
            field_dict["status"] = self.status
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.run_id = src_dict["run_id"]
        made.run_url = src_dict["run_url"]
        made.status = src_dict.get("status", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(NetworksInvokeResponse._NAMES).issuperset
