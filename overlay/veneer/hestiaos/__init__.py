"""The SDK of HestiaOS: `from veneer.hestiaos import AsyncClient, Client`. Every name is loaded on first use."""

from __future__ import annotations

from veneer import __version__ as __version__
from veneer import lazy

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from veneer._core.streaming import StreamLimits as StreamLimits
    from veneer.hestiaos.client import *
    from veneer.hestiaos.errors import *
    from veneer.hestiaos.models import *
    from veneer.hestiaos.results import StreamEvent as StreamEvent

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "veneer._core.streaming": "StreamLimits",
        "veneer.hestiaos._blocking": "AsyncClient",
        "veneer.hestiaos._sync": "Client",
        "veneer.hestiaos.errors": "GovernanceBlock HestiaError InvalidInput NotFound",
        "veneer.hestiaos.results": "ChatResponse StreamEvent SystemMetrics",
        "veneer_generated.hestiaos.models": """
            AgentResult ErrorResponse HealthResponse RunResponse SystemStatus TraceResponse
        """,
    },
)
