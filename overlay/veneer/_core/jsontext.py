"""Read and write JSON, by msgspec and orjson if installed, with the standard library's results."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Generic, TypeVar

__all__ = [
    "WORTH_BYTES", "Written", "chunks", "dumps", "is_worth_text", "loads", "loads_utf8", "misfit", "plain", "quoted",
]  # fmt: skip

F = TypeVar("F")


def loads(text: bytes | str) -> Any:
    """Read JSON. Raises ValueError for invalid text, RecursionError for endless nesting.

    orjson is not used: it turns integers of more than 64 bits into floats.
    """
    decode = _decoder.function or _decoder.after(len(text))
    if decode is not None:
        try:
            return decode(text)
        except (ValueError, RecursionError):
            pass  # it is stricter (NaN, lone surrogates, UTF-16): let the standard library decide
    return json.loads(text)


def loads_utf8(text: bytes) -> Any:
    """Read JSON as UTF-8 whatever its first bytes are; invalid bytes become U+FFFD."""
    decode = _decoder.after(len(text))
    if decode is not None:
        try:
            return decode(text)
        except (ValueError, RecursionError):
            pass  # see `loads`
    return json.loads(text.decode("utf-8", "replace"))


def dumps(value: Any) -> bytes:
    """Write compact UTF-8 JSON. Raises TypeError, ValueError or RecursionError for other values."""
    if type(value) is Written:
        return value.text
    encode = _encoder.function
    if encode is not None:
        try:
            text = encode(value)
        except TypeError:
            pass  # subclasses, keys that are not text, large integers: see `loads`
        else:
            if b"null" not in text:  # null could be a NaN
                return text
    text = "".join(chunks(value, 0)).encode()
    _encoder.after(len(text))
    return text


class Written(Mapping[str, Any]):
    """A model as the JSON text that `dumps` returns for it; also a mapping of its members."""

    def __init__(self, text: bytes) -> None:
        self.text = text

    @functools.cached_property
    def _members(self) -> Any:
        return loads(self.text)

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def is_worth_text() -> bool:
    """Return whether so much was written that functions for the classes of models pay; orjson pays more."""
    return _encoder.function is None and _encoder.bytes >= WORTH_BYTES


def misfit(value: Any) -> str:
    """Return the place and type of the first value that `dumps` refuses: `$.input.when: set`."""
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
    kind = type(value).__name__
    remedy = _REMEDIES.get(kind) or next((text for test, text in _KINDS if test(value)), "")
    return kind + remedy


_DEEPEST = 100
"""Levels that are searched for values that do not fit."""
_KEYS = (str, int, float, type(None))  # all are written as text
_REMEDIES = {
    "bytes": ": decode it, or give its base64",
    "set": ": give a list",
    "frozenset": ": give a list",
    "Decimal": " with more digits than a float holds: give text, or a float",
    "timedelta": ": give its seconds, or text",
    "complex": ": give its parts, or text",
    "memoryview": ": decode it, or give its base64",
    "bytearray": ": decode it, or give its base64",
    "module": ": give a value",
    "function": ": call it",
    "coroutine": ": await it",
}
_KINDS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (lambda one: isinstance(one, type), ": give a value"),
    (lambda one: hasattr(one, "__dataclass_fields__"), ": give dataclasses.asdict(…) of it"),
    (lambda one: hasattr(one, "model_dump"), ": give its model_dump(mode='json')"),
    (lambda one: hasattr(one, "to_dict"), ": give its to_dict()"),
    (lambda one: hasattr(one, "_asdict"), ": give its _asdict()"),
    (lambda one: hasattr(one, "tolist"), ": give its tolist()"),  # NumPy's scalars and arrays
    (lambda one: hasattr(one, "__fspath__"), ": give str(…) of it"),
    (lambda one: isinstance(one, Mapping), ": give dict(…) of it"),
    (lambda one: isinstance(one, Iterable), ": give a list"),
    (
        lambda one: type(one) is not object and "__str__" in vars(type(one)),
        ": give str(…) of it, or what JSON has",
    ),
    (lambda _: True, ": give text, a number, true, false, null, a list or a dict"),
)
"""Hints for further types, the most specific first."""


def plain(value: object) -> Any:
    """Return dates, UUIDs, enums and decimals as JSON values. Raises TypeError for other types."""
    from datetime import date, datetime, time
    from decimal import Decimal
    from uuid import UUID

    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        # Local time, as everywhere in Python: RFC 3339 requires a zone.
        value = value.astimezone()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite():
        number = int(value) if value == value.to_integral_value() else float(value)
        if Decimal(repr(number)) == value:
            return number
    raise TypeError(f"{type(value).__name__} is not JSON")


# Without the check for cycles it takes an eighth of the time: a cycle is a RecursionError anyway.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False, default=plain
)
quoted = json.encoder.encode_basestring
# What `_ENCODER.encode` makes for each value anew, which takes longer than a small body.
_make = getattr(json.encoder, "c_make_encoder", None)
chunks: Callable[..., Iterable[str]] = (
    _make(None, plain, quoted, None, ":", ",", False, False, False) if _make else _ENCODER.iterencode
)


def _load_decoder() -> Callable[[bytes | str], Any] | None:
    try:
        msgspec = importlib.import_module("msgspec")
    except ImportError:
        return None
    # Before 0.21 its errors were not ValueErrors: an older release counts as not installed.
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
    """A faster function, loaded after enough use: a short process would not earn back its import."""

    def __init__(self, load: Callable[[], F | None]) -> None:
        self._load = load
        self.bytes = 0
        self.function: F | None = None

    def after(self, size: int) -> F | None:
        """Count `size` bytes and return the function if it is loaded; None if it is not installed."""
        if self.function is None and self.bytes < WORTH_BYTES:
            self.bytes += size
            if self.bytes >= WORTH_BYTES:
                self.function = self._load()
        return self.function


WORTH_BYTES = 128 * 1024
"""Bytes after which the faster function is loaded: reading them takes about as long as its import."""
_decoder = _Late(_load_decoder)
_encoder = _Late(_load_encoder)
