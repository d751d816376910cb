"""Read and write JSON text: by msgspec and orjson where they are installed and worth their import, with the same results as by the standard library."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable
from enum import Enum
from typing import Any, Generic, TypeVar

__all__ = ["WORTH_BYTES", "dumps", "loads", "loads_utf8"]

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


def _more(value: object) -> Any:
    """What is written beyond plain values, by either encoder."""
    from uuid import UUID

    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
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
