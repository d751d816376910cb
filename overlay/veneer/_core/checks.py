"""Check callers' options: each error names the option, the type of its value, and what it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from veneer._core.errors import ConfigurationError
from veneer._core.late import pattern

__all__ = [
    "LONGEST",
    "check_bool",
    "check_functions",
    "check_kind",
    "check_mapping",
    "check_one_name",
    "check_range",
    "check_seconds",
    "is_token",
    "seconds_of",
    "take_alias",
]

_TOKEN: Final = pattern(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 §5.6.2

LONGEST: Final = 100 * 365 * 86_400
"""Most seconds of any option: operating systems refuse waits that do not fit their clocks."""


def check_seconds(name: str, value: Any, without: str, or_else: str = "") -> None:
    """Raise ConfigurationError unless a value is positive seconds or None (`without` says what that means).

    `or_else` is what else the option takes.
    """
    if value is not None and (not _is_number(value) or not 0 < value <= LONGEST):
        besides = f", {or_else}" if or_else else ""
        most = f" (at most {LONGEST:,})" if _is_number(value) and value > 0 else ""
        raise ConfigurationError(
            f"{name} takes positive seconds as a number{most}{besides}, or None for {without}, not {_shown(value)}"
        )


def seconds_of(name: str, milliseconds: Any) -> float:
    """Return an option's milliseconds as seconds. Raises ConfigurationError unless they are positive."""
    most = LONGEST * 1000
    check_range(name, milliseconds, "positive milliseconds as a number", good=lambda ms: 0 < ms <= most)
    return float(milliseconds) / 1000


def check_one_name(given: Mapping[str, Any], *names: str) -> None:
    """Raise ConfigurationError if an option is given under two of its names."""
    found = [f"{name}=" for name in names if name in given]
    if len(found) > 1:
        raise ConfigurationError(f"{' and '.join(found)} are two names of one option: pass {found[0]} alone")


def check_range(
    name: str, value: Any, wanted: str, *, good: Callable[[Any], bool], whole: bool = False
) -> None:
    """Raise ConfigurationError unless a value is a number, whole if `whole`, and `good`."""
    if not _is_number(value) or (whole and not isinstance(value, int)) or not good(value):
        raise ConfigurationError(f"{name} takes {wanted}, not {_shown(value)}")


def check_mapping(name: str, value: Any) -> None:
    """Raise ConfigurationError unless a value is a mapping of names to values."""
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name} takes a mapping such as {{'name': 'value'}}, not {_kind(value)}")


def check_kind(name: str, value: Any, good: Callable[[Any], bool], wanted: str) -> None:
    """Raise ConfigurationError unless a value is None or `good`; `wanted` describes good ones."""
    if value is not None and not good(value):
        raise ConfigurationError(f"{name} takes {wanted}, not {_kind(value)}")


def check_bool(name: str, value: Any) -> None:
    """Raise ConfigurationError unless a value is True or False: text such as "no" would be true."""
    if not isinstance(value, bool):
        raise ConfigurationError(f"{name} takes True or False, not {_kind(value)}")


def check_functions(name: str, value: Any) -> tuple[Callable[..., Any], ...]:
    """Return functions as a tuple. Raises ConfigurationError unless it is a list of callables."""
    if callable(value) or not isinstance(value, Iterable):
        raise ConfigurationError(f"{name} takes a list of functions, not {_kind(value)}: put it in brackets")
    found = tuple(value)
    wrong = next((one for one in found if not callable(one)), None)
    if wrong is not None or None in found:
        raise ConfigurationError(f"{name} takes functions, not {_kind(wrong)}")
    return found


def take_alias(settings: Any, name: str, alias: str, value: Any) -> None:
    """Put an option given under an alias into the settings; None means that it was not given.

    Raises ConfigurationError if it is in the settings too.
    """
    if value is not None:
        check_one_name({**settings, alias: value}, name, alias)
        settings[name] = value


def is_token(text: str) -> bool:
    """Return whether text is an HTTP token: the name of a method or header."""
    return _TOKEN.fullmatch(text) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    """Return a number as text; for anything else its type, as the value may be a secret."""
    return repr(value) if _is_number(value) else _kind(value)


def _kind(value: Any) -> str:
    return "None" if value is None else f"{type(value).__name__}"
