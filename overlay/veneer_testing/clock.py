"""A clock for clients whose answers are on file: waits pass on it and take no time."""

from __future__ import annotations

import threading
import time

__all__ = ["ReplayClock"]


class ReplayClock:
    """Monotonic and wall time, in seconds, that move where something waits.

    Two that wait at once wait side by side: the clock then moves by the longer wait. `running` clocks go on by themselves
    besides, for a cassette that also gets new answers.
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
        """Return the time of day: seconds since 1970, from when the cassette was recorded on."""
        return self._wall + self.now() - self._start

    def move_to(self, moment: float) -> None:
        """Let the monotonic time be `moment`, unless it is later already."""
        with self._lock:
            self._now = max(self._now, moment)  # exactly: deadlines are compared with it
            self._ahead += max(0.0, moment - self.now()) if self._running else 0.0
