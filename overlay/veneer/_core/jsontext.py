"""Read and write JSON text: by msgspec and orjson where they are installed and worth their import, with the same results as by the standard library."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Generic, TypeVar

__all__ = ["WORTH_BYTES", "dumps", "loads", "loads_utf8", "misfit"]

F = TypeVar("F")


def loads(text: bytes | str) -> Any:
    """Read JSON. Raises ValueError for what is none, RecursionError for nesting without end.

    Not by orjson: it turns integers of more than 64 bits into floats.
    """
    decode = _decoder.after(len(text))
    if decode is not None:
        try:
            return decode(text)
        except (ValueError, RecursionError):
            pass  # it is stricter (NaN, lone surrogates, UTF-16): the standard library has the last word
    return json.loads(text)


def loads_utf8(text: bytes) -> Any:
    """Read JSON that is UTF-8 whatever it begins with; as `loads` of the text, in which bytes that are no UTF-8 are U+FFFD."""
    decode = _decoder.after(len(text))
    if decode is not None:
        try:
            return decode(text)
        except (ValueError, RecursionError):
            pass  # as above
    return json.loads(text.decode("utf-8", "replace"))


def dumps(value: Any) -> bytes:
    """Write JSON, compact and UTF-8. Raises TypeError, ValueError or RecursionError for what JSON cannot hold (NaN, sets, open files, …)."""
    encode = _encoder.function
    if encode is not None:
        try:
            text = encode(value)
        except TypeError:
            pass  # subclasses, keys that are not text, large integers: as above
        else:
            if b"null" not in text:  # which could be a NaN
                return text
    text = _ENCODER.encode(value).encode()
    _encoder.after(len(text))
    return text


def misfit(value: Any) -> str:
    """Name the place and type of the first thing in a value that `dumps` refuses: `$.input.when: set`; never the value itself."""
    path = "$"
    for _ in range(_DEEPEST):
        odd = (
            next((key for key in value if not isinstance(key, _KEYS)), None)
            if isinstance(value, dict)
            else None
        )
        if odd is not None:
            return f"{path}: a key that is {type(odd).__name__}, not text"
        found = next(((at, one) for at, one in _children(value) if not _fits(one)), None)
        if found is None:
            return f"{path}: {_unfit(value)}"
        path, value = path + found[0], found[1]
    return f"{path[:80]}…: nested too deeply"


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield (f".{key}" if str(key).isidentifier() else f"[{str(key)!r}]"), one
    elif isinstance(value, (list, tuple)):
        yield from ((f"[{index}]", one) for index, one in enumerate(value))


def _fits(value: Any) -> bool:
    try:
        dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _unfit(value: Any) -> str:
    if isinstance(value, float):
        return f"JSON has no {value}"
    if isinstance(value, str):
        return "text with half a surrogate pair"
    return type(value).__name__ + _REMEDIES.get(type(value).__name__, "")


_DEEPEST = 100
"""Levels that are looked into for what does not fit."""
_KEYS = (str, int, float, type(None))  # the others than text are written as text
_REMEDIES = {
    "bytes": ": decode it, or give its base64",
    "set": ": give a list",
    "frozenset": ": give a list",
    "Decimal": " with more digits than a float holds: give text, or a float",
    "timedelta": ": give its seconds, or text",
}


def _more(value: object) -> Any:
    """What is written beyond plain values, by either encoder."""
    from datetime import date, datetime, time
    from decimal import Decimal
    from uuid import UUID

    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        # Local time, as everywhere in Python: RFC 3339 has no moment without a zone.
        value = value.astimezone()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite():
        number = int(value) if value == value.to_integral_value() else float(value)
        if Decimal(repr(number)) == value:
            return number
    raise TypeError(f"{type(value).__name__} is not JSON")


# Without a look-out for what holds itself, an eighth of the time: nesting without end is a RecursionError anyway.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False, default=_more
)


def _load_decoder() -> Callable[[bytes | str], Any] | None:
    try:
        msgspec = importlib.import_module("msgspec")
    except ImportError:
        return None
    # Before 0.21 its errors were no ValueErrors: such a release counts as not installed.
    return msgspec.json.decode if issubclass(msgspec.DecodeError, ValueError) else None


def _load_encoder() -> Callable[[Any], bytes] | None:
    try:
        orjson = importlib.import_module("orjson")
    except ImportError:
        return None
    strict = (
        orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
    )
    encode: Callable[[Any], bytes] = functools.partial(orjson.dumps, option=strict)
    return encode


class _Late(Generic[F]):
    """A faster function, loaded once enough has gone through the standard library's: a process that makes a few calls is over before it pays."""

    def __init__(self, load: Callable[[], F | None]) -> None:
        self._load = load
        self._bytes = 0
        self.function: F | None = None

    def after(self, size: int) -> F | None:
        """The function if it is loaded, counting so many bytes; None also where it is not installed."""
        if self.function is None and self._bytes < WORTH_BYTES:
            self._bytes += size
            if self._bytes >= WORTH_BYTES:
                self.function = self._load()
        return self.function


WORTH_BYTES = 128 * 1024
"""What the standard library has read, or written, when a faster one is loaded: about as long as that takes."""
_decoder = _Late(_load_decoder)
_encoder = _Late(_load_encoder)
