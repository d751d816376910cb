"""The class of `sdk.storage`: `from veneer.aerostack.storage import Storage`."""

from veneer_generated.aerostack.client._both.storage import Storage

__all__ = ["Storage"]
