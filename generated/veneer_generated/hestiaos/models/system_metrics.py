# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SystemMetrics")


@_attrs_define
class SystemMetrics:
    """Figures of the server: all under `metrics`, or each by its name."""

    metrics: dict[str, Any] | None | Unset = UNSET
    """ All figures, by name. """
    cpu_percent: float | None | Unset = UNSET
    """ Processor use in per cent. """
    memory_percent: float | None | Unset = UNSET
    """ Memory use in per cent. """
    active_sessions: int | None | Unset = UNSET
    """ Sessions that are open. """
    requests_total: int | None | Unset = UNSET
    """ Requests since the start. """
    avg_latency_ms: float | None | Unset = UNSET
    """ Mean latency in milliseconds. """
    gpu_percent: float | None | Unset = UNSET
    """ Graphics processor use in per cent. """
    vram_percent: float | None | Unset = UNSET
    """ Graphics memory use in per cent. """
    vram_used_bytes: int | None | Unset = UNSET
    """ Graphics memory in use. """
    vram_total_bytes: int | None | Unset = UNSET
    """ Graphics memory there is. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        metrics: dict[str, Any] | None | Unset
        if isinstance(self.metrics, Unset):
            metrics = UNSET
        else:
            metrics = self.metrics

        cpu_percent: float | None | Unset
        if isinstance(self.cpu_percent, Unset):
            cpu_percent = UNSET
        else:
            cpu_percent = self.cpu_percent

        memory_percent: float | None | Unset
        if isinstance(self.memory_percent, Unset):
            memory_percent = UNSET
        else:
            memory_percent = self.memory_percent

        active_sessions: int | None | Unset
        if isinstance(self.active_sessions, Unset):
            active_sessions = UNSET
        else:
            active_sessions = self.active_sessions

        requests_total: int | None | Unset
        if isinstance(self.requests_total, Unset):
            requests_total = UNSET
        else:
            requests_total = self.requests_total

        avg_latency_ms: float | None | Unset
        if isinstance(self.avg_latency_ms, Unset):
            avg_latency_ms = UNSET
        else:
            avg_latency_ms = self.avg_latency_ms

        gpu_percent: float | None | Unset
        if isinstance(self.gpu_percent, Unset):
            gpu_percent = UNSET
        else:
            gpu_percent = self.gpu_percent

        vram_percent: float | None | Unset
        if isinstance(self.vram_percent, Unset):
            vram_percent = UNSET
        else:
            vram_percent = self.vram_percent

        vram_used_bytes: int | None | Unset
        if isinstance(self.vram_used_bytes, Unset):
            vram_used_bytes = UNSET
        else:
            vram_used_bytes = self.vram_used_bytes

        vram_total_bytes: int | None | Unset
        if isinstance(self.vram_total_bytes, Unset):
            vram_total_bytes = UNSET
        else:
            vram_total_bytes = self.vram_total_bytes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if metrics is not UNSET:
            field_dict["metrics"] = metrics
        if cpu_percent is not UNSET:
            field_dict["cpu_percent"] = cpu_percent
        if memory_percent is not UNSET:
            field_dict["memory_percent"] = memory_percent
        if active_sessions is not UNSET:
            field_dict["active_sessions"] = active_sessions
        if requests_total is not UNSET:
            field_dict["requests_total"] = requests_total
        if avg_latency_ms is not UNSET:
            field_dict["avg_latency_ms"] = avg_latency_ms
        if gpu_percent is not UNSET:
            field_dict["gpu_percent"] = gpu_percent
        if vram_percent is not UNSET:
            field_dict["vram_percent"] = vram_percent
        if vram_used_bytes is not UNSET:
            field_dict["vram_used_bytes"] = vram_used_bytes
        if vram_total_bytes is not UNSET:
            field_dict["vram_total_bytes"] = vram_total_bytes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_metrics(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        metrics = _parse_metrics(d.pop("metrics", UNSET))

        def _parse_cpu_percent(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        cpu_percent = _parse_cpu_percent(d.pop("cpu_percent", UNSET))

        def _parse_memory_percent(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        memory_percent = _parse_memory_percent(d.pop("memory_percent", UNSET))

        def _parse_active_sessions(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        active_sessions = _parse_active_sessions(d.pop("active_sessions", UNSET))

        def _parse_requests_total(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        requests_total = _parse_requests_total(d.pop("requests_total", UNSET))

        def _parse_avg_latency_ms(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        avg_latency_ms = _parse_avg_latency_ms(d.pop("avg_latency_ms", UNSET))

        def _parse_gpu_percent(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        gpu_percent = _parse_gpu_percent(d.pop("gpu_percent", UNSET))

        def _parse_vram_percent(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        vram_percent = _parse_vram_percent(d.pop("vram_percent", UNSET))

        def _parse_vram_used_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        vram_used_bytes = _parse_vram_used_bytes(d.pop("vram_used_bytes", UNSET))

        def _parse_vram_total_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        vram_total_bytes = _parse_vram_total_bytes(d.pop("vram_total_bytes", UNSET))

        system_metrics = cls(
            metrics=metrics,
            cpu_percent=cpu_percent,
            memory_percent=memory_percent,
            active_sessions=active_sessions,
            requests_total=requests_total,
            avg_latency_ms=avg_latency_ms,
            gpu_percent=gpu_percent,
            vram_percent=vram_percent,
            vram_used_bytes=vram_used_bytes,
            vram_total_bytes=vram_total_bytes,
        )

        system_metrics.additional_properties = d
        return system_metrics

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
