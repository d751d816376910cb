"""Check request data against shapes written by hand, and say in the platform's words what is wrong.

InvokeRequest = shape(payload=mapping())
data = InvokeRequest(value, ("body",), problems)    # problems: list[Problem], empty when all is well
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

Location = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing wrong: where, what, and its kind in FastAPI's vocabulary."""

    loc: Location
    msg: str
    type: str


Check = Callable[[Any, Location, list[Problem]], Any]


@dataclass(frozen=True, slots=True)
class Optional:
    """A field that may be absent, and then has a default; `null` says whether JSON null counts as absent."""

    check: Check
    default: Any = None
    null: bool = False


def opt(check: Check, default: Any = None, *, null: bool = False) -> Optional:
    return Optional(check, default, null)


def text(least: int = 0, most: int | None = None, pattern: str | None = None) -> Check:
    """A string of so many characters; `pattern` is searched, as JSON Schema does."""
    expression = re.compile(pattern) if pattern else None

    def check(value: Any, loc: Location, problems: list[Problem]) -> Any:
        if not isinstance(value, str):
            problems.append(Problem(loc, "Input should be a valid string", "string_type"))
        elif len(value) < least:
            problems.append(
                Problem(loc, f"String should have at least {least} characters", "string_too_short")
            )
        elif most is not None and len(value) > most:
            problems.append(Problem(loc, f"String should have at most {most} characters", "string_too_long"))
        elif expression and not expression.search(value):
            problems.append(
                Problem(loc, f"String should match pattern '{pattern}'", "string_pattern_mismatch")
            )
        return value

    return check


def number(least: float | None = None, most: float | None = None) -> Check:
    def check(value: Any, loc: Location, problems: list[Problem]) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.append(Problem(loc, "Input should be a valid number", "float_type"))
        else:
            _bounds(value, least, most, loc, problems)
        return value

    return check


def integer(least: int | None = None, most: int | None = None) -> Check:
    """A whole number; 2.0 is one too, as in JSON Schema."""

    def check(value: Any, loc: Location, problems: list[Problem]) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            problems.append(Problem(loc, "Input should be a valid integer", "int_type"))
        else:
            _bounds(value, least, most, loc, problems)
        return value

    return check


def _bounds(
    value: float, least: float | None, most: float | None, loc: Location, problems: list[Problem]
) -> None:
    if least is not None and value < least:
        problems.append(
            Problem(loc, f"Input should be greater than or equal to {least}", "greater_than_equal")
        )
    if most is not None and value > most:
        problems.append(Problem(loc, f"Input should be less than or equal to {most}", "less_than_equal"))


def boolean() -> Check:
    def check(value: Any, loc: Location, problems: list[Problem]) -> Any:
        if not isinstance(value, bool):
            problems.append(Problem(loc, "Input should be a valid boolean", "bool_type"))
        return value

    return check


def choice(*values: str) -> Check:
    def check(value: Any, loc: Location, problems: list[Problem]) -> Any:
        if value not in values:
            expected = " or ".join(f"'{one}'" for one in values)
            problems.append(Problem(loc, f"Input should be {expected}", "enum"))
        return value

    return check


def anything() -> Check:
    return lambda value, _loc, _problems: value


def array(item: Check, least: int = 0, most: int | None = None) -> Check:
    def check(value: Any, loc: Location, problems: list[Problem]) -> Any:
        if not isinstance(value, list):
            problems.append(Problem(loc, "Input should be a valid list", "list_type"))
            return value
        if len(value) < least:
            problems.append(Problem(loc, f"List should have at least {least} items", "too_short"))
        if most is not None and len(value) > most:
            problems.append(Problem(loc, f"List should have at most {most} items", "too_long"))
        return [item(one, (*loc, at), problems) for at, one in enumerate(value)]

    return check


def mapping() -> Check:
    """Any JSON object."""

    def check(value: Any, loc: Location, problems: list[Problem]) -> Any:
        if not isinstance(value, dict):
            problems.append(Problem(loc, "Input should be a valid dictionary", "dict_type"))
        return value

    return check


def shape(**fields: Check | Optional) -> Check:
    """A JSON object with these fields; others pass through unseen. Absent optional fields get their default."""

    def check(value: Any, loc: Location, problems: list[Problem]) -> Any:
        if not isinstance(value, dict):
            problems.append(Problem(loc, "Input should be a valid dictionary", "dict_type"))
            return value
        out = dict(value)
        for name, field in fields.items():
            optional = field if isinstance(field, Optional) else None
            if optional and (name not in value or (optional.null and value[name] is None)):
                out[name] = optional.default
            elif name not in value:
                problems.append(Problem((*loc, name), "Field required", "missing"))
            else:
                inner = field.check if isinstance(field, Optional) else field
                out[name] = inner(value[name], (*loc, name), problems)
        return out

    return check


# Query parameters arrive as text. These read it first and then check as above.


def from_text(read: Callable[[str], Any], check: Check) -> Check:
    def both(value: Any, loc: Location, problems: list[Problem]) -> Any:
        # What cannot be read stays text, and the check names the type it wanted.
        with contextlib.suppress(ValueError):
            value = read(value)
        return check(value, loc, problems)

    return both


def _whole(text: str) -> int:
    # int() would also take " 1", "1_0" and "١".
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", text):
        raise ValueError(text)
    return int(text)


def _truth(text: str) -> bool:
    try:
        return {"true": True, "false": False}[text]
    except KeyError:
        raise ValueError(text) from None


def query_integer(least: int | None = None, most: int | None = None) -> Check:
    return from_text(_whole, integer(least, most))


def query_boolean() -> Check:
    return from_text(_truth, boolean())
