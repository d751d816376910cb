"""`sdk.authentication`, sync and async."""

from __future__ import annotations

from veneer._async.aerostack.authentication import AsyncAuthentication
from veneer._sync.aerostack import authentication
from veneer.aerostack._both import Both

__all__ = ["Authentication"]


class Authentication(Both, authentication.Authentication, AsyncAuthentication):
    """`sdk.authentication`: users and their sessions."""
