# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""The public client of hybriDB. Each name is loaded at its first use (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veneer_generated.hybridb.client._async import AsyncHybriDBClient as AsyncHybriDBClient
    from veneer_generated.hybridb.client._sync import HybriDBClient as HybriDBClient
    from veneer_generated.hybridb.client.params import (
        ExecutePipelineRequestParam as ExecutePipelineRequestParam,
    )
    from veneer_generated.hybridb.client.params import (
        IdentityMappingRequestParam as IdentityMappingRequestParam,
    )
    from veneer_generated.hybridb.client.params import PipelineStepParam as PipelineStepParam
    from veneer_generated.hybridb.client.params import PublishEventRequestParam as PublishEventRequestParam
    from veneer_generated.hybridb.client.params import (
        SetCircuitBreakerRequestParam as SetCircuitBreakerRequestParam,
    )
    from veneer_generated.hybridb.client.results import NewApiKey as NewApiKey
    from veneer_generated.hybridb.client.results import Tokens as Tokens

_HOMES = {
    "AsyncHybriDBClient": "_async",
    "HybriDBClient": "_sync",
    "Tokens": "results",
    "NewApiKey": "results",
    "ExecutePipelineRequestParam": "params",
    "IdentityMappingRequestParam": "params",
    "PipelineStepParam": "params",
    "PublishEventRequestParam": "params",
    "SetCircuitBreakerRequestParam": "params",
}

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    "AsyncHybriDBClient",
    "HybriDBClient",
    "Tokens",
    "NewApiKey",
    "ExecutePipelineRequestParam",
    "IdentityMappingRequestParam",
    "PipelineStepParam",
    "PublishEventRequestParam",
    "SetCircuitBreakerRequestParam",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
