"""Characters that no file may contain. Only the standard library is used."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that no source file may contain, or that make it look different from what it is."""


def printable(value: str) -> str:
    """Return text with control and bidirectional characters replaced by a mark."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", re.sub(r"\r\n?", "\n", value))
