# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class EnqueueResult(types.Open):
    """The job as queued."""

    job_id: str
    """The job."""

    success: bool
    """True when it is queued."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "jobId": "job_id",
        "success": "success",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "jobId",
            "success",
        )
    )

    def __init__(
        self,
        job_id: str,
        success: bool,
    ) -> None:
        (self.job_id, self.success, self._unknown) = (job_id, success, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "jobId": self.job_id,
            "success": self.success,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.job_id = src_dict["jobId"]
        made.success = src_dict["success"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(EnqueueResult._NAMES).issuperset
