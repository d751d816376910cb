"""hybriDB's clients: `from veneer.hybridb.client import HybriDBClient`."""

from veneer._async.hybridb.client import AsyncHybriDBClient
from veneer._platforms.hybridb import DEFAULT_BASE_URL
from veneer._sync.hybridb.client import HybriDBClient

__all__ = ["DEFAULT_BASE_URL", "AsyncHybriDBClient", "HybriDBClient"]
