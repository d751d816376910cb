"""Find where in a document the generated parsing failed."""

from __future__ import annotations

import ast
import itertools
import json
import linecache
import re
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

__all__ = ["json_path_of_failure"]

_KEY = re.compile(r"""(?:\bpop\(|\bsrc_dict\[|\.get\()\s*(["'])((?:(?!\1)[^\\]|\\.)*)\1""")
_NAMES = ("src_dict", "data")
_UNKNOWN: Any = object()


def json_path_of_failure(error: BaseException) -> str:
    """Find where in a document a generated `from_dict` failed: `$.items[3].created_at`.

    The traceback's frames hold the nested values that were being read, and its lines name their keys: each value is looked up, by identity, in the one above it.
    """
    readings: list[tuple[Any, str | None]] = []
    trace = error.__traceback__
    while trace is not None:
        scope = trace.tb_frame.f_locals
        value = next((scope[name] for name in _NAMES if name in scope), _UNKNOWN)
        if value is not _UNKNOWN:
            if readings and readings[-1][0] is value:
                readings.pop()
            readings.append((value, _key_read(trace)))
        trace = trace.tb_next
    path = "$" + "".join(
        _between(outer, key, inner) for (outer, key), (inner, _) in itertools.pairwise(readings)
    )
    value, key = readings[-1] if readings else (None, None)
    if (
        isinstance(error, KeyError)
        and error.args
        and isinstance(value, Mapping)
        and error.args[0] not in value
    ):
        key = str(error.args[0])
    return path + _member(key) if key is not None and isinstance(value, Mapping) else path


def _key_read(trace: TracebackType) -> str | None:
    """The key that is read by the argument, or else the statement, in which a frame failed."""
    code = trace.tb_frame.f_code
    line, _, column, _ = next(itertools.islice(code.co_positions(), trace.tb_lasti // 2, None))
    source = "".join(linecache.getlines(code.co_filename))
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return None
    place = (line or trace.tb_lineno, column or 0)
    around = [
        node
        for node in nodes
        if isinstance(node, (ast.keyword, ast.stmt))
        and (node.lineno, node.col_offset) <= place < (node.end_lineno or 0, node.end_col_offset or 0)
    ]
    if not around:
        return None
    # The walk goes outside in: the last one is the innermost. A value that is used twice was read in the line before.
    before = linecache.getline(code.co_filename, around[-1].lineno - 1)
    found = _KEY.search(ast.get_source_segment(source, around[-1]) or "") or _KEY.search(before)
    return found[2] if found else None


def _between(outer: Any, key: str | None, inner: Any) -> str:
    """The path from one value to another inside of it, below `key` where that is known."""
    if key is None or not isinstance(outer, Mapping) or key not in outer:
        return _step(outer, inner) or ""
    below = "" if outer[key] is inner else _step(outer[key], inner)
    # Parts of a text that stands where a list should be are nobody's members.
    return _member(key) + below if below is not None else _step(outer, inner) or _member(key)


def _step(outer: Any, inner: Any) -> str | None:
    """The path from a value to one that stands somewhere inside it, by identity."""
    pairs: Iterable[tuple[str, Any]] = ()
    if isinstance(outer, Mapping):
        pairs = ((_member(key), value) for key, value in outer.items())
    elif isinstance(outer, list):
        pairs = ((f"[{index}]", value) for index, value in enumerate(outer))
    nested: list[tuple[str, Any]] = []
    for here, value in pairs:
        if value is inner:
            return here
        if isinstance(value, (Mapping, list)):
            nested.append((here, value))
    for here, value in nested:
        below = _step(value, inner)
        if below is not None:
            return here + below
    return None


def _member(key: str) -> str:
    """A member's step (RFC 9535 §2.5.1)."""
    return f".{key}" if key.isidentifier() else f"[{json.dumps(key)}]"
