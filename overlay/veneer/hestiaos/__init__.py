"""The SDK of HestiaOS: `from veneer.hestiaos import AsyncClient, Client`."""

from __future__ import annotations

from veneer import __version__ as __version__

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from typing import Any

    from veneer._core.streaming import StreamLimits as StreamLimits
    from veneer._platforms.hestiaos import GovernanceBlock as GovernanceBlock
    from veneer._platforms.hestiaos import HestiaError as HestiaError
    from veneer._platforms.hestiaos import InvalidInput as InvalidInput
    from veneer._platforms.hestiaos import NotFound as NotFound
    from veneer._platforms.hestiaos_models import AgentResult as AgentResult
    from veneer._platforms.hestiaos_models import ChatResponse as ChatResponse
    from veneer._platforms.hestiaos_models import ErrorResponse as ErrorResponse
    from veneer._platforms.hestiaos_models import HealthResponse as HealthResponse
    from veneer._platforms.hestiaos_models import RunResponse as RunResponse
    from veneer._platforms.hestiaos_models import StreamEvent as StreamEvent
    from veneer._platforms.hestiaos_models import SystemMetrics as SystemMetrics
    from veneer._platforms.hestiaos_models import SystemStatus as SystemStatus
    from veneer._platforms.hestiaos_models import TraceResponse as TraceResponse
    from veneer._sync.hestiaos.client import Client as Client
    from veneer.hestiaos._client import AsyncClient as AsyncClient

_HOMES = {
    # clients
    "AsyncClient": "veneer.hestiaos._client",
    "Client": "veneer._sync.hestiaos.client",
    # streams
    "StreamEvent": "veneer._platforms.hestiaos_models",
    "StreamLimits": "veneer._core.streaming",
    # answers
    "AgentResult": "veneer._platforms.hestiaos_models",
    "ChatResponse": "veneer._platforms.hestiaos_models",
    "ErrorResponse": "veneer._platforms.hestiaos_models",
    "HealthResponse": "veneer._platforms.hestiaos_models",
    "RunResponse": "veneer._platforms.hestiaos_models",
    "SystemMetrics": "veneer._platforms.hestiaos_models",
    "SystemStatus": "veneer._platforms.hestiaos_models",
    "TraceResponse": "veneer._platforms.hestiaos_models",
    # errors
    "GovernanceBlock": "veneer._platforms.hestiaos",
    "HestiaError": "veneer._platforms.hestiaos",
    "InvalidInput": "veneer._platforms.hestiaos",
    "NotFound": "veneer._platforms.hestiaos",
}

__all__ = [
    "__version__",
    # clients
    "AsyncClient",
    "Client",
    # streams
    "StreamEvent",
    "StreamLimits",
    # answers
    "AgentResult",
    "ChatResponse",
    "ErrorResponse",
    "HealthResponse",
    "RunResponse",
    "SystemMetrics",
    "SystemStatus",
    "TraceResponse",
    # errors
    "GovernanceBlock",
    "HestiaError",
    "InvalidInput",
    "NotFound",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    found = globals()[name] = getattr(importlib.import_module(home), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
