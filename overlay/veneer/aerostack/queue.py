"""The class of `sdk.queue`: `from veneer.aerostack.queue import Queue`."""

from veneer_generated.aerostack.client._both.queue import Queue

__all__ = ["Queue"]
