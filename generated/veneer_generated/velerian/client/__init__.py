# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""The public client of Velerian. Each name is loaded at its first use (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veneer_generated.velerian.client._async import AsyncVelerianClient as AsyncVelerianClient
    from veneer_generated.velerian.client._sync import VelerianClient as VelerianClient
    from veneer_generated.velerian.client.results import AttachmentUpload as AttachmentUpload
    from veneer_generated.velerian.client.results import EvidenceExport as EvidenceExport
    from veneer_generated.velerian.client.results import InvokeResult as InvokeResult
    from veneer_generated.velerian.client.results import NewApiKey as NewApiKey
    from veneer_generated.velerian.client.results import RunResult as RunResult
    from veneer_generated.velerian.client.results import UsageSummary as UsageSummary

_HOMES = {
    "AsyncVelerianClient": "_async",
    "VelerianClient": "_sync",
    "InvokeResult": "results",
    "EvidenceExport": "results",
    "UsageSummary": "results",
    "NewApiKey": "results",
    "AttachmentUpload": "results",
    "RunResult": "results",
}

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    "AsyncVelerianClient",
    "VelerianClient",
    "InvokeResult",
    "EvidenceExport",
    "UsageSummary",
    "NewApiKey",
    "AttachmentUpload",
    "RunResult",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
