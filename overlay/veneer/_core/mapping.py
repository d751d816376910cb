"""Values of a map: one operation over many inputs, and its results."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from veneer._core import jsontext
from veneer._core.attempts import Attempt, Outcome
from veneer._core.errors import ConfigurationError
from veneer._core.heard import Heard
from veneer._core.redact import MASK, is_secret_name

__all__ = ["Keyed", "MapProgress", "MapResult", "arguments", "fingerprint", "key_of", "portable"]

I = TypeVar("I")  # noqa: E741  # input
T = TypeVar("T")

_KEY_SPACE: Final = "veneer map"


@dataclass(frozen=True, slots=True)
class MapResult(Generic[I, T]):
    """The result of one input of `map`: a value or an error.

    | field | meaning |
    |---|---|
    | index | the place of the input, from 0 |
    | input | the input itself |
    | value | what the operation returned; None with an error |
    | error | what it raised, None for a value |
    | outcome | what is known about the effect on the server: `Outcome.UNKNOWN` for a write that may have been carried out |
    | attempts | every attempt of the last request |
    | seconds | the call's duration, waits between attempts included |
    """

    index: int
    input: I
    value: T | None
    error: Exception | None
    outcome: Outcome
    attempts: tuple[Attempt, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """True for a value, False for an error."""
        return self.error is None

    def unwrap(self) -> T:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # None is the value of an operation without a body


@dataclass(slots=True)
class MapProgress:
    """The progress of a map, in inputs.

    `done` have a value. `failed` have an error and had no effect, or the server refused them.
    `unknown` are writes that may have been carried out. `skipped` were done in an earlier run of
    the same journal. `under_way` are in flight. `limit` is the most that may be in flight at once.
    """

    done: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0
    under_way: int = 0
    limit: int = 0


class Keyed(Heard):
    """The idempotency keys of one call's requests, the same ones each time that the call is repeated."""

    def __init__(self, key: str | None) -> None:
        super().__init__()
        self.key = key
        self._keys = 0

    def begin_keys(self, key: str | None) -> None:
        """Begin another call."""
        self.key, self._keys = key, 0

    def new_key(self) -> str | None:
        """Return the idempotency key of the call's next request that takes one."""
        self._keys += 1
        return self.key if self.key is None or self._keys == 1 else f"{self.key}-{self._keys}"


def arguments(given: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return an input as arguments: a mapping with text keys as keywords, else one positional argument."""
    if isinstance(given, Mapping) and all(isinstance(name, str) for name in given):
        return (), dict(given)
    return (given,), {}


def portable(value: Any) -> Any:
    """Return a value as JSON: models in their wire form, members with secret names masked."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is not dict:
        to_dict = getattr(value, "to_dict", None)
        value = to_dict() if callable(to_dict) else value
    if isinstance(value, Mapping):
        return {
            name: MASK if inner is not None and _is_secret(str(name)) else portable(inner)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [portable(inner) for inner in value]
    return value


_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_is_secret = lru_cache(4096)(is_secret_name)


def fingerprint(text: bytes) -> bytes:
    """Return a digest of an input's JSON, by which a resumed run recognizes it."""
    return hashlib.sha256(text).digest()[:16]


def key_of(run: str, index: int, digest: bytes) -> str:
    """Return an input's idempotency key: the same for the same run, input and index."""
    import uuid

    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{_KEY_SPACE} {run} {index} {digest.hex()}"))


def input_text(index: int, given: Any) -> bytes:
    """Return an input as JSON for the journal. Raises ConfigurationError that names what cannot be JSON."""
    shown = portable(given)
    try:
        return jsontext.dumps(shown)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"input {index} cannot be kept in a journal: {jsontext.misfit(shown)}"
        ) from error
