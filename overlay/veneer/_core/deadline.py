"""A point in time by which a call has ended, whatever it was doing."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["NEVER", "Deadline"]


class Deadline(NamedTuple):
    """`at` is a monotonic time in seconds, infinite for a call without a deadline; `limit` is what the caller asked for."""

    at: float
    limit: float | None

    @classmethod
    def after(cls, limit: float | None, now: float) -> Deadline:
        """Start a deadline of `limit` seconds (None: never ends)."""
        return NEVER if limit is None else cls(now + limit, limit)

    def remaining(self, now: float) -> float | None:
        """Seconds left, never negative; None without a deadline (what time-out arguments expect)."""
        return None if self.limit is None else max(0.0, self.at - now)

    def passed(self, now: float) -> bool:
        """Tell whether the time is up."""
        return now >= self.at


NEVER = Deadline(math.inf, None)
