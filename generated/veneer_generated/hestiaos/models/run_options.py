# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class RunOptions(types.Open):
    """How to run."""

    timeout_ms: int | Unset = UNSET
    """Time-out on the server in milliseconds. Default: 30000."""

    stream: bool | Unset = UNSET
    """Answer as a stream of events; only on the streaming route. Default: false."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "timeout_ms": "timeout_ms",
        "stream": "stream",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        timeout_ms: int | Unset = UNSET,
        stream: bool | Unset = UNSET,
    ) -> None:
        (self.timeout_ms, self.stream, self._unknown) = (timeout_ms, stream, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.timeout_ms is not UNSET:
            field_dict["timeout_ms"] = self.timeout_ms
        if self.stream is not UNSET:
            field_dict["stream"] = self.stream
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.timeout_ms = src_dict.get("timeout_ms", UNSET)
        made.stream = src_dict.get("stream", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RunOptions._NAMES).issuperset
