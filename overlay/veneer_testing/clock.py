"""Provide a clock for clients of a cassette: waits advance it and take no real time."""

from __future__ import annotations

import threading
import time

__all__ = ["ReplayClock"]


class ReplayClock:
    """Monotonic and wall time, in seconds, that advance by waits.

    Simultaneous waits overlap: the clock moves by the longer one. A `running` clock also advances by itself, for a
    cassette that records new responses too.
    """

    def __init__(self, wall: float, *, running: bool) -> None:
        self._wall = wall
        self._start = self._now = time.monotonic()
        self._ahead = 0.0
        self._running = running
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the monotonic time."""
        return time.monotonic() + self._ahead if self._running else self._now

    def wall(self) -> float:
        """Return the time of day in seconds since 1970, starting when the cassette was recorded."""
        return self._wall + self.now() - self._start

    def move_to(self, moment: float) -> None:
        """Move the monotonic time to `moment`, unless it is already later."""
        with self._lock:
            self._now = max(self._now, moment)  # exactly: deadlines are compared with it
            self._ahead += max(0.0, moment - self.now()) if self._running else 0.0
