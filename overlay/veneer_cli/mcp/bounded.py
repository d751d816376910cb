"""Keep an agent's conversation short: show long JSON in part, and keep it so that the rest can be read."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from veneer._core.errors import ConfigurationError
from veneer_cli.text import json_escaped
from veneer_codegen.contract import pointers

__all__ = ["Kept", "Shelf", "as_text", "shortened"]

# How much of a long value is shown, from most to least: entries of lists and objects, characters of texts, levels.
_STEPS: Final = ((200, 4000, 12), (100, 2000, 10), (50, 1000, 8), (30, 500, 6), (20, 300, 5), (10, 200, 4), (5, 120, 3), (3, 60, 2))  # fmt: skip
_CUT: Final = "…"


def as_text(value: Any) -> str:
    """Return JSON on one line, with invisible characters escaped: they could hide words from human readers."""
    return json_escaped(json.dumps(value, ensure_ascii=False, default=str))


def shortened(value: Any, longest: int) -> Any:
    """Return a value whose JSON has at most `longest` characters; marks replace what is left out."""
    if len(as_text(value)) <= longest:
        return value
    if isinstance(value, str):
        return _start(value, longest)
    for entries, characters, levels in _STEPS:
        found = _part(value, entries, characters, levels)
        if len(as_text(found)) <= longest:
            return found
    return _said(value)


def _start(text: str, longest: int) -> str:
    """Return as much of a text's beginning as fits, escapes counted."""
    size = min(len(text), longest)
    while len(as_text(found := _cut_text(text, size))) > longest and size > 0:
        size //= 2
    return found


def _cut_text(text: str, size: int) -> str:
    return f"{text[:size]}{_CUT} ({len(text) - size:,} more characters)"


def _part(value: Any, entries: int, characters: int, levels: int) -> Any:
    if isinstance(value, str) and len(value) > characters:
        return _cut_text(value, characters)
    if isinstance(value, (list, dict)) and value and levels == 0:
        return _said(value)
    if isinstance(value, list):
        rest = [f"{_CUT} ({len(value) - entries:,} more entries)"] if len(value) > entries else []
        return [_part(one, entries, characters, levels - 1) for one in value[:entries]] + rest
    if isinstance(value, dict):
        named = list(value.items())
        more = {_CUT: f"{len(named) - entries:,} more members"} if len(named) > entries else {}
        return {name: _part(one, entries, characters, levels - 1) for name, one in named[:entries]} | more
    return value


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return f"{_CUT} an object with {len(value):,} members"
    return (
        f"{_CUT} a list of {len(value):,} entries"
        if isinstance(value, list)
        else f"{_CUT} {len(str(value)):,} characters"
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """A long `value`, or the `arguments` that continue a list or stream, kept under a name."""

    operation: str
    value: Any = None
    arguments: Any = None

    def at(self, pointer: str, offset: int) -> Any:
        """Return the part at a JSON pointer (RFC 6901), from an entry or character on.

        Raises ConfigurationError if there is no such part.
        """
        if pointer and not pointer.startswith("/"):
            raise ConfigurationError(f"pointer is a JSON pointer such as /items/0, not {pointer!r}")
        found = self.value
        for key in pointers.split(pointer):
            if isinstance(found, dict) and key in found:
                found = found[key]
            elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            else:
                raise ConfigurationError(f"the result has nothing at {pointer}: {key!r} is not there")
        if isinstance(found, dict):
            return dict(list(found.items())[offset:])
        return found[offset:] if isinstance(found, (list, str)) else found


class Shelf:
    """Keeps values under short names; drops the oldest when there are too many."""

    def __init__(self, entries: int = 64, characters: int = 32 * 1024 * 1024) -> None:
        self._kept: OrderedDict[str, tuple[Kept, int]] = OrderedDict()
        self._entries = entries
        self._characters = characters
        self._given = 0

    def keep(self, kept: Kept) -> str:
        """Keep a value and return its name."""
        self._given += 1
        name = f"m{self._given}"
        self._kept[name] = (kept, 0 if kept.value is None else len(as_text(kept.value)))
        while len(self._kept) > self._entries or (
            len(self._kept) > 1 and sum(size for _, size in self._kept.values()) > self._characters
        ):
            self._kept.popitem(last=False)
        return name

    def take(self, name: str) -> Kept:
        """Return the value kept under a name. Raises ConfigurationError if there is none."""
        try:
            return self._kept[name][0]
        except KeyError:
            raise ConfigurationError(f"nothing is kept as {name!r}: call the operation again") from None
