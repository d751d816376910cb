"""A point in time by which a call must end, whatever it is doing."""

from __future__ import annotations

import math

from veneer._core.late import NamedTuple

__all__ = ["NEVER", "Deadline"]


class Deadline(NamedTuple):
    """`at` is a monotonic time in seconds, infinite without a deadline; `limit` is the caller's."""

    at: float
    limit: float | None

    @classmethod
    def after(cls, limit: float | None, now: float) -> Deadline:
        """Start a deadline of `limit` seconds (None: it never ends)."""
        return NEVER if limit is None else cls(now + limit, limit)

    def remaining(self, now: float) -> float | None:
        """Return the seconds left, never negative; None without a deadline (as timeout arguments expect)."""
        if self.limit is None:
            return None
        left = self.at - now
        return left if left > 0 else 0.0

    def passed(self, now: float) -> bool:
        """Return whether the time is up."""
        return now >= self.at


NEVER = Deadline(math.inf, None)
