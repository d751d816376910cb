# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.export_response_delivery import ExportResponseDelivery
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ExportResponse(types.Open):
    """An export of evidence and where to download it."""

    export_id: str
    """The export."""

    artifact_kind: str
    """What was exported."""

    format_: str
    """The format of the file."""

    s3_key: str
    """Where the file is stored."""

    download_url: str = _attrs_field(repr=False)
    """Where to download it, until expires_at."""

    expires_at: datetime.datetime
    """When download_url stops working."""

    delivery: ExportResponseDelivery | Unset = UNSET
    """presigned: a link to storage on another origin, which takes no API key. stream: a path of this API.
    Default: "presigned"."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "export_id": "export_id",
        "artifact_kind": "artifact_kind",
        "format": "format_",
        "s3_key": "s3_key",
        "download_url": "download_url",
        "expires_at": "expires_at",
        "delivery": "delivery",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "export_id",
            "artifact_kind",
            "format",
            "s3_key",
            "download_url",
            "expires_at",
        )
    )

    def __init__(
        self,
        export_id: str,
        artifact_kind: str,
        format_: str,
        s3_key: str,
        download_url: str,
        expires_at: datetime.datetime,
        delivery: ExportResponseDelivery | Unset = UNSET,
    ) -> None:
        (
            self.export_id,
            self.artifact_kind,
            self.format_,
            self.s3_key,
            self.download_url,
            self.expires_at,
            self.delivery,
            self._unknown,
        ) = (export_id, artifact_kind, format_, s3_key, download_url, expires_at, delivery, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "export_id": self.export_id,
            "artifact_kind": self.artifact_kind,
            "format": self.format_,
            "s3_key": self.s3_key,
            "download_url": self.download_url,
            "expires_at": write_datetime(self.expires_at),
        }
        if self.delivery is not UNSET:
            field_dict["delivery"] = self.delivery
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.export_id = src_dict["export_id"]
        made.artifact_kind = src_dict["artifact_kind"]
        made.format_ = src_dict["format"]
        made.s3_key = src_dict["s3_key"]
        made.download_url = src_dict["download_url"]
        made.expires_at = read_datetime(src_dict["expires_at"])
        made.delivery = src_dict.get("delivery", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ExportResponse._NAMES).issuperset
