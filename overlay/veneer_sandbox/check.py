"""Describe a problem with a request's data, however it was checked."""

from __future__ import annotations

from typing import NamedTuple

Location = tuple[str | int, ...]


class Problem(NamedTuple):
    """A problem: its place, its text, and its type in FastAPI's vocabulary."""

    loc: Location
    msg: str
    type: str
