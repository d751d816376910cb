"""Choose the types of a table's columns: one for all rows, by the contract and by the values. No I/O.

    kind                          values                                   joined with another kind
    null                          null, or nothing yet                     that kind
    bool
    int, long, decimal W S        whole numbers up to 2⁵³, up to 64 bits,  the larger one
                                  with W digits before the point, S after
    float                         numbers of 64 bits                       float with int, else json
    moment                        date-times of a contract, none read yet  instant, local or text
    instant, local, date, time    date-times with a zone, without one, …   text
    text
    bytes
    [kind]                        lists of a kind                          list of the joined kinds
    {name: kind}                  objects, with the kinds of their members all members of both
    json                          anything, as JSON text                   json

Kinds are JSON, so that a journal can keep them. `json` is what is left where no other kind holds
all values unchanged: a column never loses a value, and never stops an export.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias
from uuid import UUID

from veneer._core.annotations import is_model, members_of, result_type
from veneer._core.reading import plan_of

__all__ = ["Kind", "declared_rows", "is_text", "json_text", "moment", "plain", "unfit", "widened"]

Kind: TypeAlias = "str | list[Any] | dict[str, Any]"

_WIDEST: Final = 2000
"""Members of an object that become columns at most; one with more is JSON text, as its keys are data."""
_DEEPEST: Final = 16
"""Levels that become lists and objects; what is deeper is JSON text."""
_EXACT: Final = 2**53
"""Whole numbers up to here are floats without a loss."""
_DIGITS: Final = 76
_MOMENTS: Final = frozenset({"moment", "instant", "local", "date", "time"})
_TEXTS: Final = _MOMENTS | {"text"}
_WHOLE: Final = {"int": "decimal 16 0", "long": "decimal 19 0"}
_LEAVES: Final = frozenset({type(None), bool, int, float, str, bytes, Decimal, dt.datetime, dt.date, dt.time})
_DATETIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?")


# -- values ----------------------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """Return a row as dicts, lists and plain values, models by their JSON. Raises TypeError for others."""
    cls = type(value)
    if cls in _LEAVES:
        return value
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if isinstance(value, (list, tuple)):
        return [one if type(one) in _LEAVES else plain(one) for one in value]
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise TypeError("a key that is not text")
        return {str(name): one if type(one) in _LEAVES else plain(one) for name, one in value.items()}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (dt.date, dt.time)):  # such as a date-time that holds nanoseconds
        return value.isoformat()
    for base in (str, int, float):
        if isinstance(value, base):
            return base(value)
    raise TypeError(cls.__name__)


def unfit(value: Any, path: str = "") -> str:
    """Return the path and the type of the first value that `plain` refuses."""
    children: Iterable[tuple[str, Any]] = ()
    if hasattr(value, "to_dict"):
        value = value.to_dict()
    if isinstance(value, Mapping):
        odd = next((name for name in value if not isinstance(name, str)), None)
        if odd is not None:
            return f"{path or 'the row'} has a key that is {type(odd).__name__}, not text"
        children = ((f"{path}.{name}" if path else name, one) for name, one in value.items())
    elif isinstance(value, (list, tuple)):
        children = ((f"{path}[{index}]", one) for index, one in enumerate(value))
    for at, one in children:
        try:
            plain(one)
        except TypeError:
            return unfit(one, at)
    return f"{path or 'the row'} is {type(value).__name__}"


def json_text(value: Any) -> str:
    """Return a plain value as JSON text: dates in ISO 8601, broken decimals as text, bytes in base64."""
    text = _JSON.encode(value)
    return text if text.isascii() or _encodable((text,)) else _ASCII.encode(value)


def _odd(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        whole = _kind_of_decimal(value) != "json" and value == int(value)
        return int(value) if whole else str(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_odd)
_ASCII: Final = json.JSONEncoder(separators=(",", ":"), default=_odd)


def moment(value: Any, kind: str) -> Any:
    """Return a date or time of a kind, also from its text; None for one that the kind does not hold."""
    if isinstance(value, str):
        try:
            if kind == "date":
                found = dt.date.fromisoformat(value)
                value = found if found.isoformat() == value else None  # not the form with weeks
            elif kind != "time":
                value = dt.datetime.fromisoformat(value) if _DATETIME.fullmatch(value) else None
        except ValueError:
            return None
    return value if _moment_kind(value) == kind else None


def _moment_kind(value: Any) -> str:
    if isinstance(value, dt.datetime):
        if value.utcoffset() is None:
            return "local"
        # In UTC the first and the last hours that there are may be in another year, which no datetime has.
        return "instant" if dt.MINYEAR < value.year < dt.MAXYEAR else "text"
    if isinstance(value, dt.time):
        return "time" if value.tzinfo is None else "text"
    return "date" if isinstance(value, dt.date) else ""


def _encodable(texts: Iterable[str]) -> bool:
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True


# -- kinds of values -------------------------------------------------------------------------------------------------


def is_text(kind: Kind) -> bool:
    """Return whether values of a kind are kept as JSON text: `json`, and objects that have no members."""
    return kind in ("json", {})


def widened(kind: Kind, values: Sequence[Any], depth: int = 0) -> Kind:
    """Return the kind that holds what the given one does, and these plain values. Raises TypeError for others."""
    types = dict.fromkeys(map(type, values))
    for cls in types:
        if cls is not type(None) and kind != "json":
            same = values if len(types) == 1 else [value for value in values if type(value) is cls]
            kind = _joined(kind, _kind_of(cls, same, kind, depth))
    return kind


def _kind_of(cls: type, values: Sequence[Any], known: Kind, depth: int) -> Kind:
    """Return the kind of values of one type; text is dates where those are known of it."""
    if cls is str:
        return _kind_of_text(values, known)
    if cls is int:
        return _kind_of_integers(min(values), max(values))
    if cls in {list, dict} and depth == _DEEPEST:
        return "json"
    if cls is list:
        inner = known[0] if isinstance(known, list) else "null"
        return [widened(inner, [one for value in values for one in value], depth + 1)]
    if cls is dict:
        return _kind_of_objects(values, known if isinstance(known, dict) else {}, depth)
    if cls is Decimal:
        return _all_joined(map(_kind_of_decimal, values))
    if cls in {dt.datetime, dt.date, dt.time}:
        return _all_joined(map(_moment_kind, values))
    if cls not in _LEAVES:
        raise TypeError(cls.__name__)
    return cls.__name__  # bool, float, bytes


def _kind_of_text(values: Sequence[str], known: Kind) -> Kind:
    if isinstance(known, str) and known in _MOMENTS:
        for kind in ("instant", "local") if known == "moment" else (known,):
            if all(moment(value, kind) is not None for value in values):
                return kind
    return "text" if _encodable(values) else "json"


def _kind_of_integers(low: int, high: int) -> Kind:
    most = max(high, -low)
    if most <= _EXACT:
        return "int"
    if low >= -(2**63) and high < 2**63:
        return "long"
    return f"decimal {len(str(most))} 0" if most < 10**_DIGITS else "json"


def _kind_of_decimal(value: Decimal) -> Kind:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # NaN, Infinity
        return "json"
    scale = max(0, -exponent)
    whole = max(1, len(digits) + exponent)
    return f"decimal {whole} {scale}" if whole + scale <= _DIGITS else "json"


def _kind_of_objects(values: Sequence[dict[str, Any]], known: dict[str, Any], depth: int) -> Kind:
    columns: dict[str, list[Any]] = {name: [] for name in known}
    for value in values:
        for name, one in value.items():
            columns.setdefault(name, []).append(one)
    if len(columns) > _WIDEST or not _encodable(columns):
        return "json"
    return {name: widened(known.get(name, "null"), column, depth + 1) for name, column in columns.items()}


def _joined(one: Kind, other: Kind) -> Kind:
    """Return the kind that holds the values of both."""
    if "null" in (one, other) or one == other:
        return other if one == "null" else one
    if isinstance(one, dict) and isinstance(other, dict):
        names = dict.fromkeys((*one, *other))
        both = {name: _joined(one.get(name, "null"), other.get(name, "null")) for name in names}
        return both if len(both) <= _WIDEST else "json"
    if isinstance(one, list) and isinstance(other, list):
        return [_joined(one[0], other[0])]
    if isinstance(one, str) and isinstance(other, str):
        return _joined_leaves(one, other)
    return "json"


def _all_joined(kinds: Iterable[Kind]) -> Kind:
    found: Kind = "null"
    for kind in kinds:
        found = _joined(found, kind)
    return found


def _joined_leaves(one: str, other: str) -> Kind:
    pair = {one, other}
    if pair <= _TEXTS:
        found = pair - {"moment"}
        return found.pop() if len(found) == 1 and found <= {"instant", "local", "text"} else "text"
    if pair in ({"int", "float"}, {"int", "long"}):
        return (pair - {"int"}).pop()
    sizes = [_WHOLE.get(kind, kind).split() for kind in pair]
    if all(size[0] == "decimal" for size in sizes):
        whole, scale = (max(int(size[place]) for size in sizes) for place in (1, 2))
        return f"decimal {whole} {scale}" if whole + scale <= _DIGITS else "json"
    return "json"


# -- kinds of a contract -----------------------------------------------------------------------------------------------

_DECLARED: Final[Mapping[Any, Kind]] = {
    str: "text", bool: "bool", int: "int", float: "float", UUID: "text", dt.datetime: "moment", dt.date: "date",
}  # fmt: skip


def declared_rows(endpoint: object, items: str) -> Kind:
    """Return the kind of an operation's rows, which are at the path `items` of its responses; null if it is unknown."""
    found = result_type(endpoint, None, None)
    hint = found[0] if found is not None else Any
    for name in filter(None, items.split(".")):
        plan = plan_of(hint) if is_model(hint) else None
        hint = next((part.hint for part in plan.parts if _name(plan, part) == name), Any) if plan else Any
    kind = _declared(hint, ())
    return kind[0] if isinstance(kind, list) else "null"


def _name(plan: Any, part: Any) -> str:
    name: str = plan.names.get(part.attribute, part.attribute)
    return name


def _declared(hint: Any, within: tuple[Any, ...]) -> Kind:
    members = [one for one in members_of(hint) if one is not type(None)]
    if len(members) != 1:
        return _all_joined(_declared(one, within) for one in members)
    (hint,) = members
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return [_declared(arguments[0], within)]
    if origin is dict:
        return "json"  # its keys are data
    if origin is typing.Literal:
        return widened("null", [*map(plain, arguments)])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return widened("null", [plain(one) for one in hint])
    return _declared_object(hint, within) if is_model(hint) else _DECLARED.get(hint, "null")


def _declared_object(model: Any, within: Sequence[Any]) -> Kind:
    plan = plan_of(model)
    if model in within or (not plan.parts and plan.others is not None):
        return "json"
    if not plan.names:  # other generators' models do not say the wire names of their attributes
        return "null"
    return {_name(plan, part): _declared(part.hint, (*within, model)) for part in plan.parts}
