"""The class of `sdk.authentication`: `from veneer.aerostack.authentication import Authentication`."""

from veneer_generated.aerostack.client._both.authentication import Authentication

__all__ = ["Authentication"]
