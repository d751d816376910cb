"""hybriDB's clients: `from veneer.hybridb.client import HybriDBClient`."""

from veneer.hybridb._async import AsyncHybriDBClient
from veneer.hybridb._sync import HybriDBClient
from veneer.hybridb.platform import DEFAULT_BASE_URL

__all__ = ["DEFAULT_BASE_URL", "AsyncHybriDBClient", "HybriDBClient"]
