"""The class of `sdk.cache`: `from veneer.aerostack.cache import Cache`."""

from veneer_generated.aerostack.client._both.cache import Cache

__all__ = ["Cache"]
