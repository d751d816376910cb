"""`sdk.gateway`, sync and async."""

from __future__ import annotations

from veneer._async.aerostack.gateway import AsyncGateway
from veneer._sync.aerostack import gateway
from veneer.aerostack._both import Both

__all__ = ["Gateway"]


class Gateway(Both, gateway.Gateway, AsyncGateway):
    """`sdk.gateway`: chat, wallets and billing of consumers."""
