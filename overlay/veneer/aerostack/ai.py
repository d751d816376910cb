"""`sdk.ai`, sync and async."""

from __future__ import annotations

from veneer._async.aerostack.ai import AsyncAi
from veneer._sync.aerostack import ai
from veneer.aerostack._both import Both

__all__ = ["Ai"]


class Ai(Both, ai.Ai, AsyncAi):
    """`sdk.ai`: chat, and search by meaning."""
