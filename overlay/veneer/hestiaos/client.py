"""HestiaOS's clients and what their calls return: `from veneer.hestiaos.client import AsyncClient, Client`."""

from veneer._platforms.hestiaos_models import AgentResult, ChatResponse, SystemMetrics, SystemStatus
from veneer._sync.hestiaos.client import Client
from veneer.hestiaos._client import AsyncClient

__all__ = ["AgentResult", "AsyncClient", "ChatResponse", "Client", "SystemMetrics", "SystemStatus"]
