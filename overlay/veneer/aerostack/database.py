"""The class of `sdk.database`: `from veneer.aerostack.database import Database`."""

from veneer_generated.aerostack.client._both.database import Database

__all__ = ["Database"]
