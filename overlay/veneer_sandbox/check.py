"""What is wrong with a request's data, whichever way it was checked."""

from __future__ import annotations

from typing import NamedTuple

Location = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing wrong: where, what, and its kind in FastAPI's vocabulary."""

    loc: Location
    msg: str
    type: str
