# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class RunAttachmentCreateResponse(types.Open):
    """A registered attachment and where to upload its bytes."""

    attachment_id: str
    """The attachment."""

    upload_url: str = _attrs_field(repr=False)
    """Where to upload the bytes: a presigned link to another origin, which takes no API key."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "attachment_id": "attachment_id",
        "upload_url": "upload_url",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "attachment_id",
            "upload_url",
        )
    )

    def __init__(
        self,
        attachment_id: str,
        upload_url: str,
    ) -> None:
        (self.attachment_id, self.upload_url, self._unknown) = (attachment_id, upload_url, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "attachment_id": self.attachment_id,
            "upload_url": self.upload_url,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.attachment_id = src_dict["attachment_id"]
        made.upload_url = src_dict["upload_url"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RunAttachmentCreateResponse._NAMES).issuperset
