"""`sdk.queue`, sync and async."""

from __future__ import annotations

from veneer._async.aerostack.queue import AsyncQueue
from veneer._sync.aerostack import queue
from veneer.aerostack._both import Both

__all__ = ["Queue"]


class Queue(Both, queue.Queue, AsyncQueue):
    """`sdk.queue`: jobs."""
