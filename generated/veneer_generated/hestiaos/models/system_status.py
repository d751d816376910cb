# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SystemStatus")


@_attrs_define
class SystemStatus:
    """Which parts of the server are up."""

    status: str
    """ ok when well. """
    version: str
    """ The version that answers. """
    uptime_seconds: float
    """ Seconds since it started. """
    ollama: bool | None | Unset = UNSET
    """ Whether Ollama answers. """
    vllm: bool | None | Unset = UNSET
    """ Whether vLLM answers. """
    dsgk: bool | None | Unset = UNSET
    """ Whether the governance kernel answers. """
    storage: bool | None | Unset = UNSET
    """ Whether storage answers. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        version = self.version

        uptime_seconds = self.uptime_seconds

        ollama: bool | None | Unset
        if isinstance(self.ollama, Unset):
            ollama = UNSET
        else:
            ollama = self.ollama

        vllm: bool | None | Unset
        if isinstance(self.vllm, Unset):
            vllm = UNSET
        else:
            vllm = self.vllm

        dsgk: bool | None | Unset
        if isinstance(self.dsgk, Unset):
            dsgk = UNSET
        else:
            dsgk = self.dsgk

        storage: bool | None | Unset
        if isinstance(self.storage, Unset):
            storage = UNSET
        else:
            storage = self.storage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "version": version,
                "uptime_seconds": uptime_seconds,
            }
        )
        if ollama is not UNSET:
            field_dict["ollama"] = ollama
        if vllm is not UNSET:
            field_dict["vllm"] = vllm
        if dsgk is not UNSET:
            field_dict["dsgk"] = dsgk
        if storage is not UNSET:
            field_dict["storage"] = storage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = d.pop("status")

        version = d.pop("version")

        uptime_seconds = d.pop("uptime_seconds")

        def _parse_ollama(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        ollama = _parse_ollama(d.pop("ollama", UNSET))

        def _parse_vllm(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        vllm = _parse_vllm(d.pop("vllm", UNSET))

        def _parse_dsgk(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        dsgk = _parse_dsgk(d.pop("dsgk", UNSET))

        def _parse_storage(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        storage = _parse_storage(d.pop("storage", UNSET))

        system_status = cls(
            status=status,
            version=version,
            uptime_seconds=uptime_seconds,
            ollama=ollama,
            vllm=vllm,
            dsgk=dsgk,
            storage=storage,
        )

        system_status.additional_properties = d
        return system_status

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
