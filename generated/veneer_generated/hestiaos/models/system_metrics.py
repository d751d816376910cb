# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class SystemMetrics(types.Open):
    """Figures of the server: all under `metrics`, or each by its name."""

    metrics: dict[str, Any] | None | Unset = UNSET
    """All figures, by name."""

    cpu_percent: float | None | Unset = UNSET
    """Processor use in per cent."""

    memory_percent: float | None | Unset = UNSET
    """Memory use in per cent."""

    active_sessions: int | None | Unset = UNSET
    """Sessions that are open."""

    requests_total: int | None | Unset = UNSET
    """Requests since the start."""

    avg_latency_ms: float | None | Unset = UNSET
    """Mean latency in milliseconds."""

    gpu_percent: float | None | Unset = UNSET
    """Graphics processor use in per cent."""

    vram_percent: float | None | Unset = UNSET
    """Graphics memory use in per cent."""

    vram_used_bytes: int | None | Unset = UNSET
    """Graphics memory in use."""

    vram_total_bytes: int | None | Unset = UNSET
    """Graphics memory there is."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "metrics": "metrics",
        "cpu_percent": "cpu_percent",
        "memory_percent": "memory_percent",
        "active_sessions": "active_sessions",
        "requests_total": "requests_total",
        "avg_latency_ms": "avg_latency_ms",
        "gpu_percent": "gpu_percent",
        "vram_percent": "vram_percent",
        "vram_used_bytes": "vram_used_bytes",
        "vram_total_bytes": "vram_total_bytes",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        metrics: dict[str, Any] | None | Unset = UNSET,
        cpu_percent: float | None | Unset = UNSET,
        memory_percent: float | None | Unset = UNSET,
        active_sessions: int | None | Unset = UNSET,
        requests_total: int | None | Unset = UNSET,
        avg_latency_ms: float | None | Unset = UNSET,
        gpu_percent: float | None | Unset = UNSET,
        vram_percent: float | None | Unset = UNSET,
        vram_used_bytes: int | None | Unset = UNSET,
        vram_total_bytes: int | None | Unset = UNSET,
    ) -> None:
        (
            self.metrics,
            self.cpu_percent,
            self.memory_percent,
            self.active_sessions,
            self.requests_total,
            self.avg_latency_ms,
            self.gpu_percent,
            self.vram_percent,
            self.vram_used_bytes,
            self.vram_total_bytes,
            self._unknown,
        ) = (
            metrics,
            cpu_percent,
            memory_percent,
            active_sessions,
            requests_total,
            avg_latency_ms,
            gpu_percent,
            vram_percent,
            vram_used_bytes,
            vram_total_bytes,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.metrics is not UNSET:
            field_dict["metrics"] = self.metrics
        if self.cpu_percent is not UNSET:
            field_dict["cpu_percent"] = self.cpu_percent
        if self.memory_percent is not UNSET:
            field_dict["memory_percent"] = self.memory_percent
        if self.active_sessions is not UNSET:
            field_dict["active_sessions"] = self.active_sessions
        if self.requests_total is not UNSET:
            field_dict["requests_total"] = self.requests_total
        if self.avg_latency_ms is not UNSET:
            field_dict["avg_latency_ms"] = self.avg_latency_ms
        if self.gpu_percent is not UNSET:
            field_dict["gpu_percent"] = self.gpu_percent
        if self.vram_percent is not UNSET:
            field_dict["vram_percent"] = self.vram_percent
        if self.vram_used_bytes is not UNSET:
            field_dict["vram_used_bytes"] = self.vram_used_bytes
        if self.vram_total_bytes is not UNSET:
            field_dict["vram_total_bytes"] = self.vram_total_bytes
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.metrics = src_dict.get("metrics", UNSET)
        made.cpu_percent = src_dict.get("cpu_percent", UNSET)
        made.memory_percent = src_dict.get("memory_percent", UNSET)
        made.active_sessions = src_dict.get("active_sessions", UNSET)
        made.requests_total = src_dict.get("requests_total", UNSET)
        made.avg_latency_ms = src_dict.get("avg_latency_ms", UNSET)
        made.gpu_percent = src_dict.get("gpu_percent", UNSET)
        made.vram_percent = src_dict.get("vram_percent", UNSET)
        made.vram_used_bytes = src_dict.get("vram_used_bytes", UNSET)
        made.vram_total_bytes = src_dict.get("vram_total_bytes", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SystemMetrics._NAMES).issuperset
