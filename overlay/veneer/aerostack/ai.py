"""The class of `sdk.ai`: `from veneer.aerostack.ai import Ai`."""

from veneer_generated.aerostack.client._both.ai import Ai

__all__ = ["Ai"]
