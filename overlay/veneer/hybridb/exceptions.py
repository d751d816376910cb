"""hybriDB's errors: `from veneer.hybridb.exceptions import HybriDBError`. The tree is in `veneer._platforms.hybridb`."""

from veneer._platforms.hybridb import HybriDBConnectionError, HybriDBError, HybriDBTimeoutError

__all__ = ["HybriDBConnectionError", "HybriDBError", "HybriDBTimeoutError"]
