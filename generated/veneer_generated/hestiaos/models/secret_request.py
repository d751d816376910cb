# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class SecretRequest(types.Open):
    """A secret to keep."""

    credential_ref: str
    """The name of the secret."""

    secret: str = _attrs_field(repr=False)
    """The value; never logged."""

    provider: str | Unset = UNSET
    """Where it is kept. Default: "custom"."""

    allowed_tools: list[str] | Unset = UNSET
    """The tools that may read it; * is all. Default: ["*"]."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "credential_ref": "credential_ref",
        "secret": "secret",
        "provider": "provider",
        "allowed_tools": "allowed_tools",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "credential_ref",
            "secret",
        )
    )

    def __init__(
        self,
        credential_ref: str,
        secret: str,
        provider: str | Unset = UNSET,
        allowed_tools: list[str] | Unset = UNSET,
    ) -> None:
        (self.credential_ref, self.secret, self.provider, self.allowed_tools, self._unknown) = (
            credential_ref,
            secret,
            provider,
            allowed_tools,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "credential_ref": self.credential_ref,
            "secret": self.secret,
        }
        if self.provider is not UNSET:
            field_dict["provider"] = self.provider
        if self.allowed_tools is not UNSET:
            field_dict["allowed_tools"] = self.allowed_tools
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.credential_ref = src_dict["credential_ref"]
        made.secret = src_dict["secret"]
        made.provider = src_dict.get("provider", UNSET)
        made.allowed_tools = src_dict.get("allowed_tools", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SecretRequest._NAMES).issuperset
