"""The class of `sdk.gateway`: `from veneer.aerostack.gateway import Gateway`."""

from veneer_generated.aerostack.client._both.gateway import Gateway

__all__ = ["Gateway"]
