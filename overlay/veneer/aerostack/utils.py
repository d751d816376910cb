"""When Aerostack's calls are repeated, in milliseconds: `from veneer.aerostack.utils import BackoffStrategy, RetryConfig`."""

from __future__ import annotations

from veneer._platforms.aerostack_options import BackoffStrategy, RetryConfig

__all__ = ["BackoffStrategy", "RetryConfig"]
