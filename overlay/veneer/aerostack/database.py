"""`sdk.database`, sync and async."""

from __future__ import annotations

from veneer._async.aerostack.database import AsyncDatabase
from veneer._sync.aerostack import database
from veneer.aerostack._both import Both

__all__ = ["Database"]


class Database(Both, database.Database, AsyncDatabase):
    """`sdk.database`: SQL."""
