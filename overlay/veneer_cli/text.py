"""Make a server's text harmless to a terminal, and read a user's text as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from veneer._core.errors import ConfigurationError

__all__ = ["MAX_DEPTH", "clean", "json_escaped", "json_or_text", "line", "read_json"]

MAX_DEPTH = 200
"""How many levels of JSON an argument, or a response that is shown, may have."""

# Every character, except line feed and tab, that may control a terminal (ECMA-48 C0, DEL and C1),
# reorder text (Unicode bidi controls), end a line elsewhere (U+2028, U+2029), or be invisible.
# Joiners (U+200B to U+200D) stay: scripts and emoji need them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """Return a text with every character escaped that could control a terminal or deceive its reader."""
    return _UNSAFE.sub(_shown, text)


def line(text: str) -> str:
    """Return a text on one line, harmless to a terminal."""
    return " ".join(clean(text).split())


def json_escaped(text: str) -> str:
    """Return JSON text with these characters escaped; its value stays the same.

    JSON itself escapes C0, and allows the others only in strings.
    """
    return _UNSAFE.sub(_as_json, text)


def read_json(text: str | bytes) -> Any:
    """Read JSON. Raises ValueError for invalid JSON, ConfigurationError for too many levels."""
    try:
        found = json.loads(text, parse_constant=_refused)
    except RecursionError:
        raise _too_deep() from None
    level, depth = [found], 0
    while level := [
        child
        for one in level
        if isinstance(one, (dict, list))
        for child in (one.values() if isinstance(one, dict) else one)
    ]:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep()
    return found


def json_or_text(text: str) -> Any:
    """Read JSON, or return other text unchanged. Raises ConfigurationError for too many levels."""
    try:
        return read_json(text)
    except ConfigurationError:
        raise
    except ValueError:
        return text


def _too_deep() -> ConfigurationError:
    return ConfigurationError(f"JSON with more than {MAX_DEPTH} levels is not sent")


def _refused(name: str) -> Any:
    raise ValueError(f"JSON has no {name}")


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _as_json(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
