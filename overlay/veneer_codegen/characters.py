"""Characters that no file may have; nothing but the standard library is loaded for them."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that no source file may have, or that let it read as something else than it is."""


def printable(value: str) -> str:
    """Put a mark in the place of control characters, and of those that turn the direction of text."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", re.sub(r"\r\n?", "\n", value))
