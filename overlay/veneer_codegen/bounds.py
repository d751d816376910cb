"""Limits of a document that are checked before it is parsed: nesting, numbers, text and size.

Each check is one pass without recursion. Its error names the place.
"""

from __future__ import annotations

import math
import re
import stat
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.contract import pointers
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 100_000_000
"""The greatest size of a document, in bytes."""

DEEPEST: Final = 200
"""The greatest nesting of objects and arrays."""

_MOST_REPEATED: Final = 30_000_000
"""The greatest number of bytes that aliases may add to a YAML document."""

_LONGEST_NUMBER: Final = 4_000
"""The greatest number of digits of an integer. Python's own limit is 4,300."""


def read_file(path: Path) -> bytes:
    """Return the bytes of a regular file. Raises ContractError for a device, pipe or folder."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise ContractError(f"cannot be read: {_kind(facts.st_mode)}, not a file", source=str(path))
        if facts.st_size > LARGEST:
            raise ContractError(too_large(), source=str(path))
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        reason = error.strerror if isinstance(error, OSError) else None
        raise ContractError(f"cannot be read: {reason or error}", source=repr(str(path))[1:-1]) from error
    if len(data) > LARGEST:
        raise ContractError(too_large(), source=str(path))
    return data


def too_large() -> str:
    """Return the error of a document that is too large."""
    return f"larger than {LARGEST:,} bytes"


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def check_values(content: Any) -> None:
    """Raise ContractError for values that are too deep, or neither JSON numbers nor text."""
    level: list[Any] = [content]
    depth = 0
    while level:
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                below += node.values()
                if any(not key.isascii() and not _is_text(key) for key in node):
                    raise _refused(content)
            elif isinstance(node, list):
                below += node
            elif isinstance(node, str):
                if not node.isascii() and not _is_text(node):
                    raise _refused(content)
            elif (isinstance(node, float) and not math.isfinite(node)) or (
                type(node) is int and not -_TOO_LONG < node < _TOO_LONG
            ):
                raise _refused(content)
        depth += 1
        if depth > DEEPEST and below:
            raise _refused(content)
        level = below


_TOO_LONG: Final = 10**400


def _is_text(text: str) -> bool:
    """Return whether a text can be encoded: a lone surrogate cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(content: Any) -> ContractError:
    """Return the error of the first value that is refused, with its place."""
    for place, depth, node in _walk(content):
        if isinstance(node, str) and not _is_text(node):
            return ContractError("holds a lone surrogate, which is not text", place=place)
        if isinstance(node, float) and not math.isfinite(node):
            return ContractError("a number that is not finite", place=place)
        if type(node) is int and not -_TOO_LONG < node < _TOO_LONG:
            return ContractError("a number of more than 400 digits", place=place)
        if depth > DEEPEST and isinstance(node, dict | list) and node:
            return too_deep(place)
    return ContractError("cannot be read")


def too_deep(place: str = "") -> ContractError:
    """Return the error of a document that is nested too deeply."""
    shown = place if len(place) <= 100 else f"{place[:100]}…"
    return ContractError(f"nested deeper than {DEEPEST} levels", place=shown)


def deep_line(text: str) -> str:
    """Return the line at which a JSON text is nested too deeply."""
    depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if depth > DEEPEST:
            return f"line {text.count(chr(10), 0, found.start()) + 1}"
    return ""


def _walk(content: Any) -> Iterator[tuple[str, int, Any]]:
    """Yield keys and values with places and depths, to one level below the limit."""
    stack: list[tuple[str, int, Any]] = [("#", 0, content)]
    while stack:
        place, depth, node = stack.pop()
        yield place, depth, node
        if depth > DEEPEST:
            continue
        if isinstance(node, dict):
            for key, value in node.items():
                where = pointers.join(place, key if _is_text(key) else ascii(key)[1:-1])
                if not _is_text(key):
                    yield where, depth + 1, key
                stack.append((where, depth + 1, value))
        elif isinstance(node, list):
            stack += [(pointers.join(place, index), depth + 1, value) for index, value in enumerate(node)]


def integer(text: str) -> int:
    """Return an integer. Raises ContractError if it has more digits than Python reads."""
    if len(text) > _LONGEST_NUMBER:
        raise ContractError(f"an integer of {len(text):,} digits")
    return int(text)


def may_be_deep(text: str) -> bool:
    """Return whether a YAML text may be nested too deeply to compose safely."""
    steps = (1 if mark in "[{" else -1 for mark in re.findall(r"[\[\]{}]", text))
    if max(accumulate(steps), default=0) > DEEPEST:
        return True
    return any(len(lead) > DEEPEST for lead in re.findall(r"^[ \t?:-]+", text, re.MULTILINE))


def check_nodes(root: Any) -> None:
    """Raise ContractError for YAML that is too deep or whose aliases repeat too much."""
    weights: dict[int, int] = {}
    depths: dict[int, int] = {}
    own = 0
    waiting: set[int] = set()
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        key = id(node)
        line = f"line {node.start_mark.line + 1}"
        if done:
            inner = [id(child) for child in _children(node)]
            weights[key] = _weight(node) + sum(weights[child] for child in inner)
            depths[key] = 1 + max((depths[child] for child in inner), default=0)
            waiting.discard(key)
            if depths[key] > DEEPEST + 1:
                raise ContractError(too_deep().reason, place=line)
            if weights[key] - own > _MOST_REPEATED:
                raise ContractError(f"its aliases repeat more than {_MOST_REPEATED:,} bytes", place=line)
        elif key in waiting:
            # The loader's own message for the circles that it finds.
            raise ContractError(
                "not YAML: found unconstructable recursive node",
                place=f"{line} column {node.start_mark.column + 1}",
            )
        elif key not in weights:
            own += _weight(node)
            waiting.add(key)
            stack.append((node, True))
            stack += [(child, False) for child in _children(node)]


def _children(node: Any) -> Iterator[Any]:
    if isinstance(node.value, list):
        for child in node.value:
            if isinstance(child, tuple):
                yield from child
            else:
                yield child


def _weight(node: Any) -> int:
    return 64 + (len(node.value) if isinstance(node.value, str) else 0)
