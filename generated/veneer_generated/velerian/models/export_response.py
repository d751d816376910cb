# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.export_response_delivery import ExportResponseDelivery
from ..types import UNSET, Unset

T = TypeVar("T", bound="ExportResponse")


@_attrs_define
class ExportResponse:
    """An export of evidence and where to download it."""

    export_id: str
    """ The export. """
    artifact_kind: str
    """ What was exported. """
    format_: str
    """ The format of the file. """
    s3_key: str
    """ Where the file is stored. """
    download_url: str
    """ Where to download it, until expires_at. """
    expires_at: datetime.datetime
    """ When download_url stops working. """
    delivery: ExportResponseDelivery | Unset = "presigned"
    """ presigned: a link to storage on another origin, which takes no API key. stream: a path of this API. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        export_id = self.export_id

        artifact_kind = self.artifact_kind

        format_ = self.format_

        s3_key = self.s3_key

        download_url = self.download_url

        expires_at = self.expires_at.isoformat()

        delivery = self.delivery

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "export_id": export_id,
                "artifact_kind": artifact_kind,
                "format": format_,
                "s3_key": s3_key,
                "download_url": download_url,
                "expires_at": expires_at,
            }
        )
        if delivery is not UNSET:
            field_dict["delivery"] = delivery

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        export_id = d.pop("export_id")

        artifact_kind = d.pop("artifact_kind")

        format_ = d.pop("format")

        s3_key = d.pop("s3_key")

        download_url = d.pop("download_url")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        delivery = d.pop("delivery", UNSET)

        export_response = cls(
            export_id=export_id,
            artifact_kind=artifact_kind,
            format_=format_,
            s3_key=s3_key,
            download_url=download_url,
            expires_at=expires_at,
            delivery=delivery,
        )

        export_response.additional_properties = d
        return export_response

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
