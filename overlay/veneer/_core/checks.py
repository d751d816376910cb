"""Check what callers give as options: each refusal names the option, what was given by its type, and what to give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from veneer._core.errors import ConfigurationError

__all__ = ["LONGEST", "check_bool", "check_functions", "check_mapping", "check_range", "check_seconds"]

LONGEST: Final = 100 * 365 * 86_400
"""Seconds that any option may ask for: operating systems refuse waits that do not fit their clocks."""


def check_seconds(name: str, value: Any, without: str) -> None:
    """Raise ConfigurationError for what is no positive number of seconds, or None (`without` says what that means)."""
    if value is not None and (not _is_number(value) or not 0 < value <= LONGEST):
        raise ConfigurationError(
            f"{name} takes positive seconds as a number (at most {LONGEST:,}), or None for {without}, not {_shown(value)}"
        )


def check_range(
    name: str, value: Any, wanted: str, *, good: Callable[[Any], bool], whole: bool = False
) -> None:
    """Raise ConfigurationError for what is no number, no whole one where that is wanted, or not `good`."""
    if not _is_number(value) or (whole and not isinstance(value, int)) or not good(value):
        raise ConfigurationError(f"{name} takes {wanted}, not {_shown(value)}")


def check_mapping(name: str, value: Any) -> None:
    """Raise ConfigurationError for what is no mapping of names to values."""
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name} takes a mapping such as {{'name': 'value'}}, not {_kind(value)}")


def check_bool(name: str, value: Any) -> None:
    """Raise ConfigurationError for what is neither True nor False: a text such as "no" would be true."""
    if not isinstance(value, bool):
        raise ConfigurationError(f"{name} takes True or False, not {_kind(value)}")


def check_functions(name: str, value: Any) -> tuple[Callable[..., Any], ...]:
    """Return functions as a tuple. Raises ConfigurationError for one that is not in a list, and for what cannot be called."""
    if callable(value) or not isinstance(value, Iterable):
        raise ConfigurationError(
            f"{name} takes a list of functions, not {_kind(value)}: put it into brackets"
        )
    found = tuple(value)
    wrong = next((one for one in found if not callable(one)), None)
    if wrong is not None or None in found:
        raise ConfigurationError(f"{name} takes functions, not {_kind(wrong)}")
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    """A number itself; of anything else the type, as its text may be a secret."""
    return repr(value) if _is_number(value) else _kind(value)


def _kind(value: Any) -> str:
    return "None" if value is None else f"{type(value).__name__}"
