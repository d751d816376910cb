"""Read and write JSON text: by msgspec and orjson where they are installed, with the same results as by the standard library."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable
from enum import Enum
from typing import Any

__all__ = ["dumps", "loads", "loads_utf8"]


def loads(text: bytes | str) -> Any:
    """Read JSON. Raises ValueError for what is none, RecursionError for nesting without end.

    Not by orjson: it turns integers of more than 64 bits into floats.
    """
    decode = _decoder()
    if decode is not None:
        try:
            return decode(text)
        except (ValueError, RecursionError):
            pass  # it is stricter (NaN, lone surrogates, UTF-16): the standard library has the last word
    return json.loads(text)


def loads_utf8(text: bytes) -> Any:
    """Read JSON that is UTF-8 whatever it begins with; as `loads` of the text, in which bytes that are no UTF-8 are U+FFFD."""
    decode = _decoder()
    if decode is not None:
        try:
            return decode(text)
        except (ValueError, RecursionError):
            pass  # as above
    return json.loads(text.decode("utf-8", "replace"))


def dumps(value: Any) -> bytes:
    """Write JSON, compact and UTF-8. Raises TypeError, ValueError or RecursionError for what JSON cannot hold (NaN, sets, open files, …)."""
    encode = _encoder()
    if encode is not None:
        try:
            text = encode(value)
        except TypeError:
            pass  # subclasses, keys that are not text, large integers: as above
        else:
            if b"null" not in text:  # which could be a NaN
                return text
    return _ENCODER.encode(value).encode()


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


@functools.cache
def _decoder() -> Callable[[bytes | str], Any] | None:
    try:
        decode: Callable[[bytes | str], Any] = importlib.import_module("msgspec.json").decode
    except ImportError:
        return None
    return decode


@functools.cache
def _encoder() -> Callable[[Any], bytes] | None:
    try:
        orjson = importlib.import_module("orjson")
    except ImportError:
        return None
    strict = (
        orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
    )
    encode: Callable[[Any], bytes] = functools.partial(orjson.dumps, option=strict)
    return encode
