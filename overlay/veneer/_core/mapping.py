"""Values of a map: one operation over many inputs, and its results."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from veneer._core import jsontext
from veneer._core.attempts import Attempt, Outcome
from veneer._core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    PermissionDeniedError,
    TokenError,
)
from veneer._core.heard import Heard
from veneer._core.redact import MASK, is_secret_name

__all__ = ["KeySpace", "Keyed", "MapProgress", "MapResult", "arguments", "is_shared", "portable"]

I = TypeVar("I")  # noqa: E741  # input
T = TypeVar("T")


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

    def new_key(self) -> str | None:
        """Return the idempotency key of the call's next request that takes one."""
        self._keys += 1
        return self.key if self.key is None or self._keys == 1 else f"{self.key}-{self._keys}"


class KeySpace:
    """The idempotency keys of one run's inputs: UUIDs (version 5) of the run, the place and the input's JSON."""

    def __init__(self, run: str) -> None:
        import uuid

        # RFC 9562 §5.5; systems that forbid SHA-1 for security allow it for names.
        self._seed = hashlib.sha1(
            uuid.NAMESPACE_OID.bytes + f"veneer map {run} ".encode(), usedforsecurity=False
        )

    def key(self, index: int, text: bytes) -> str:
        """Return an input's key: the same for the same run, place and input."""
        digest = self._seed.copy()
        digest.update(b"%d %b" % (index, text))
        hexed = digest.hexdigest()
        variant = "89ab"[int(hexed[16], 16) & 3]
        return f"{hexed[:8]}-{hexed[8:12]}-5{hexed[13:16]}-{variant}{hexed[17:20]}-{hexed[20:32]}"


def arguments(given: Any) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Return an input as arguments: a mapping with text keys as keywords, else one positional argument."""
    if type(given) is dict:
        if _TEXT.issuperset(map(type, given)):
            return (), given
    elif type(given) in _PLAIN or not isinstance(given, Mapping):
        return (given,), {}
    return ((), dict(given)) if all(isinstance(name, str) for name in given) else ((given,), {})


def is_shared(error: Exception, outcome: Outcome, *, any_done: bool) -> bool:
    """Return whether a failure without effect is the run's rather than its input's.

    The credential or the way to the server is. So is, while no call has succeeded, a lack of
    permission, and whatever keeps requests from being sent.
    """
    if isinstance(error, (AuthenticationError, ConnectError, TokenError)):
        return True
    return not any_done and (isinstance(error, PermissionDeniedError) or outcome is Outcome.NOT_SENT)


def portable(value: Any) -> Any:
    """Return a value as JSON: models in their wire form, members with secret names masked."""
    if _is_clean(value):
        return value
    if type(value) is not dict:
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


def _is_clean(value: Any) -> bool:
    """Return whether a value is JSON as it is, without a member that could be secret."""
    kind = type(value)
    if kind is dict:
        for name, inner in value.items():
            if name not in _harmless and not _learn_harmless(name):
                return False
            if type(inner) not in _PLAIN and not _is_clean(inner):
                return False
        return True
    return kind in _PLAIN or (kind is list and all(map(_is_clean, value)))


def _learn_harmless(name: Any) -> bool:
    if type(name) is not str or is_secret_name(name):
        return False
    if len(_harmless) < _MOST_NAMES:
        _harmless.add(name)
    return True


_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_TEXT: Final = frozenset({str})
# Names of members that were looked at: those of one operation are few, but ids may be names.
_harmless: set[str] = set()
_MOST_NAMES: Final = 4096
_is_secret = lru_cache(_MOST_NAMES)(is_secret_name)


def input_text(index: int, given: Any) -> bytes:
    """Return an input as JSON for the journal. Raises ConfigurationError that names what cannot be JSON."""
    shown = given
    try:
        shown = given if _is_clean(given) else portable(given)
        return jsontext.dumps(shown)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"input {index} cannot be kept in a journal: {jsontext.misfit(shown)}"
        ) from error


def result_text(value: Any) -> str:
    """Return a result as JSON text; what JSON cannot hold is kept as text, or by its type."""
    try:
        return jsontext.dumps(value if _is_clean(value) else portable(value)).decode()
    except (TypeError, ValueError, RecursionError, AttributeError):  # also a member that the server left out
        return jsontext.dumps(_approximate(value, _DEEPEST)).decode()


def _approximate(value: Any, levels: int) -> Any:
    try:
        value = portable(value)
        jsontext.dumps(value)
    except (TypeError, ValueError, RecursionError, AttributeError):
        if levels and isinstance(value, Mapping):
            return {
                _whole(str(name)): MASK if is_secret_name(str(name)) else _approximate(inner, levels - 1)
                for name, inner in value.items()
            }
        if levels and isinstance(value, (list, tuple)):
            return [_approximate(inner, levels - 1) for inner in value]
        if isinstance(value, (str, float)):
            return _whole(str(value))
        return f"<{type(value).__name__}>"
    return value


def _whole(text: str) -> str:
    """Replace halves of surrogate pairs, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode()


_DEEPEST: Final = 50
