"""HestiaOS's clients and what their calls return: `from veneer.hestiaos.client import AsyncClient, Client`."""

from veneer.hestiaos._blocking import AsyncClient
from veneer.hestiaos._sync import Client
from veneer.hestiaos.results import ChatResponse, SystemMetrics
from veneer_generated.hestiaos.models import AgentResult, SystemStatus

__all__ = ["AgentResult", "AsyncClient", "ChatResponse", "Client", "SystemMetrics", "SystemStatus"]
