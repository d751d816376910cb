"""The class of `sdk.services`: `from veneer.aerostack.services import Services`."""

from veneer_generated.aerostack.client._both.services import Services

__all__ = ["Services"]
