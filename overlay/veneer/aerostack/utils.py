"""When calls are retried, in milliseconds: `from veneer.aerostack.utils import BackoffStrategy, RetryConfig`."""

from veneer.speakeasy import BackoffStrategy, RetryConfig

__all__ = ["BackoffStrategy", "RetryConfig"]
