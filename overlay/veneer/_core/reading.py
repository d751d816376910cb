"""Read a response that breaks its contract: decode what fits, keep the rest, name each place.

Generated parsing comes first and does not know this module. Only if it fails is the JSON read
again, by the models' annotations: a fitting response costs nothing, and any package of
openapi-python-client works.

    a required member is missing            the rest is usable; reading that one raises MissingMemberError
    null, another type, another format      kept as sent
    a union that nothing fits               kept as sent, unless a tag names one of its classes
    a discriminator of an unknown value     kept as sent
    a row of a list                         likewise, and its neighbours are decoded
"""

from __future__ import annotations

import datetime as dt
import functools
import sys
import typing
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Literal, NamedTuple

from veneer._core.annotations import Scope, expected, first_model, is_model, is_optional, members_of, union_of
from veneer._core.call import UNFIT
from veneer._core.dotted_path import attribute_names
from veneer._core.late import is_class
from veneer._core.members import OTHERS, contract_class, declared, dumped
from veneer._core.partial import make, make_partial
from veneer._core.violations import SchemaViolation, json_type, member

__all__ = ["is_another", "plan_of", "read", "read_as", "violations"]


class _Reading:
    """One reading: the violations so far, and whether values that generated parsing accepts are checked."""

    __slots__ = ("found", "thorough")

    def __init__(self, *, thorough: bool = False) -> None:
        self.found: list[SchemaViolation] = []
        self.thorough = thorough

    def keep(self, value: Any, kind: str, path: str, wanted: str = "") -> Any:
        """Note a violation, and return the value unchanged."""
        self.found.append(SchemaViolation(kind, path, wanted, "" if kind == "missing" else json_type(value)))
        return value


_Reader = Callable[[Any, str, _Reading], Any]


def read(hint: Any, scope: Scope, payload: Any) -> tuple[Any, list[SchemaViolation]]:
    """Read JSON as an annotation's type, and return it with each place that does not fit."""
    reading = _Reading()
    return _reader(hint, scope)(payload, "$", reading), reading.found


def read_as(model: Any, payload: Any) -> tuple[Any, list[SchemaViolation]]:
    """Read JSON as a model, and return it with each place that does not fit."""
    reading = _Reading()
    return _model_reader(model)(payload, "$", reading), reading.found


def violations(value: Any) -> list[SchemaViolation]:
    """Return the places of a decoded value that break its contract, with paths relative to the value.

    `value` is a model, or a list or mapping of models. Every member is checked, also the plain ones
    that decoding accepts as sent (text instead of a number), and values that the contract does not
    list. Empty if everything fits, and for values without a contract.
    """
    reading = _Reading(thorough=True)
    _look(value, "$", reading)
    return reading.found


def _look(value: Any, path: str, reading: _Reading) -> None:
    if is_model(type(value)):  # some are mappings too
        _model_reader(contract_class(type(value)))(dumped(value), path, reading)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            _look(one, path + member(str(name)), reading)
    elif isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            _look(one, f"{path}[{index}]", reading)


# -- by annotation ---------------------------------------------------------------------------------------------


def _reader(hint: Any, scope: Scope) -> _Reader:
    """Return the function that reads an annotation's type."""
    members = members_of(hint)
    if len(members) > 1:
        return _union_reader(members, scope)
    (hint,) = members or [Any]
    arguments = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if is_model(hint):
        return _model_reader(hint)
    if origin is list:
        return _list_reader(_reader(arguments[0], scope))
    if origin is dict:
        return _map_reader(_reader(arguments[1], scope))
    if origin is Literal:
        return _listed_reader(hint, arguments)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_reader(hint)
    if is_class(hint, "uuid", "UUID"):
        return _text_reader(hint, hint)
    if hint in _TEXTS:
        return _text_reader(hint, scope.get(_TEXTS[hint][0]) or _TEXTS[hint][1])
    return _plain_reader(hint) if hint in _PLAIN else _as_sent


def _parse_datetime(text: str) -> dt.datetime:
    from dateutil.parser import isoparse

    return isoparse(text)


# What text is read as: a type, the name that its module may use for the parser, and ours.
_TEXTS: Final[Mapping[Any, tuple[str, Callable[[str], Any]]]] = {
    dt.datetime: ("read_datetime", _parse_datetime),
    dt.date: ("", dt.date.fromisoformat),
}
_NAMED: Final = 6
"""Most members of a union that a violation names."""
_PLAIN: Final[Mapping[Any, frozenset[str]]] = {
    str: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer"}),
    float: frozenset({"integer", "number"}),
    type(None): frozenset({"null"}),
}


def _as_sent(value: Any, _path: str, _reading: _Reading) -> Any:
    return value


def _plain_reader(hint: Any) -> _Reader:
    allowed, (wanted,) = _PLAIN[hint], expected(hint)

    def read_plain(value: Any, path: str, reading: _Reading) -> Any:
        return value if json_type(value) in allowed else reading.keep(value, "type", path, wanted)

    return read_plain


def _listed_reader(hint: Any, listed: Sequence[Any]) -> _Reader:
    types = expected(hint)

    def read_listed(value: Any, path: str, reading: _Reading) -> Any:
        if json_type(value) not in types:
            return reading.keep(value, "type", path, " or ".join(types))
        if reading.thorough and value not in listed:  # else it may be a newer server's value, and fits
            reading.keep(value, "enum", path)
        return value

    return read_listed


def _enum_reader(hint: type[Enum]) -> _Reader:
    types = expected(hint)

    def read_enum(value: Any, path: str, reading: _Reading) -> Any:
        if json_type(value) not in types:
            return reading.keep(value, "type", path, " or ".join(types))
        try:
            return hint(value)
        except ValueError:
            return reading.keep(value, "enum", path)

    return read_enum


def _text_reader(hint: Any, parse: Callable[[str], Any]) -> _Reader:
    (wanted,) = expected(hint)

    def read_text(value: Any, path: str, reading: _Reading) -> Any:
        if not isinstance(value, str):
            return reading.keep(value, "type", path, f"string ({wanted})")
        try:
            return parse(value)
        except (ValueError, OverflowError):
            return reading.keep(value, "format", path, wanted)

    return read_text


def _list_reader(inner: _Reader) -> _Reader:
    def read_list(value: Any, path: str, reading: _Reading) -> Any:
        if not isinstance(value, list):
            return reading.keep(value, "type", path, "array")
        return [inner(one, f"{path}[{index}]", reading) for index, one in enumerate(value)]

    return read_list


def _map_reader(inner: _Reader) -> _Reader:
    def read_map(value: Any, path: str, reading: _Reading) -> Any:
        if not isinstance(value, dict):
            return reading.keep(value, "type", path, "object")
        # Names outside the contract are data, and data is not shown.
        return {name: inner(one, f"{path}.*", reading) for name, one in value.items()}

    return read_map


def _union_reader(members: Sequence[Any], scope: Scope) -> _Reader:
    parser = scope.union_parser(members)
    models = [one for one in members if is_model(one)]
    readers = [_reader(one, scope) for one in members]
    wanted = _wanted(members, models)

    def read_union(value: Any, path: str, reading: _Reading) -> Any:
        chosen, tag = _chosen(parser, models, value) if models and isinstance(value, dict) else (None, "")
        if chosen is not None:
            return _model_reader(chosen)(value, path, reading)
        if tag and value.get(tag) is not None:
            reading.keep(value[tag], "enum", path + member(tag))
            return value
        every = list(zip(members, readers, strict=True))
        possible = [(one, reader) for one, reader in every if not is_another(one, value)] or every
        fitting = []
        for _, reader in possible:
            attempt = _Reading(thorough=reading.thorough)
            made = reader(value, path, attempt)
            if not attempt.found:
                if not tag:
                    return made
                fitting.append(made)
        if tag:  # without a tag, take the single class that fits, if there is one
            return fitting[0] if len(fitting) == 1 else _untold(value, path, tag, reading)
        # If only one member has the value's type, its violations are the most useful.
        meant = [reader for one, reader in possible if _may_be(one, value)]
        return (
            meant[0](value, path, reading) if len(meant) == 1 else reading.keep(value, "type", path, wanted)
        )

    return read_union


def _wanted(members: Sequence[Any], models: Sequence[Any]) -> str:
    named = [[one.__name__] if one in models and len(models) > 1 else expected(one) for one in members]
    names = list(dict.fromkeys(name for names in named for name in names))
    more = [f"{len(names) - _NAMED} others"] if len(names) > _NAMED + 1 else []
    return " or ".join([*(names[:_NAMED] if more else names), *more])


def _may_be(hint: Any, value: Any) -> bool:
    """Return whether a value has an annotation's JSON type, whatever its content."""
    kinds = {"date-time": "string", "date": "string", "uuid": "string", "number": "integer"}
    found = json_type(value)
    return any(found in {name, kinds.get(name)} for name in expected(hint))


def is_another(hint: Any, value: Any) -> bool:
    """Return whether an object's constant differs from a class's."""
    for path, constant in getattr(hint, "_CONSTANTS", {}).items():
        held = value
        for name in path:
            held = held.get(name, constant) if isinstance(held, dict) else constant
        if held != constant:
            return True
    return False


def _untold(value: Any, path: str, tag: str, reading: _Reading) -> Any:
    """Keep an object with an unknown tag as it was sent."""
    reading.keep(value, "missing", path + member(tag))
    return value


def _chosen(
    parser: Callable[[Any], Any] | None, models: Sequence[Any], value: dict[str, Any]
) -> tuple[Any, str]:
    """Return the class to read a union's object as: the module's function picks it, or fails in it.

    Without that function, it is the single class whose constants the object has. None if it is
    unknown, with the name of the discriminator whose value is unknown.
    """
    if parser is not None:
        try:
            made = parser(value)
        except UNFIT as error:
            failed = first_model(error)[0]
            return failed, "" if failed is not None else str(getattr(error, "tag", ""))
        return (type(made) if is_model(type(made)) else None), ""
    named = [one for one in models if _has_constants(one, value)]
    return (named[0] if len(named) == 1 else None), ""


def _has_constants(model: Any, value: Mapping[str, Any]) -> bool:
    plan = plan_of(model)
    names = plan.wire_names(value)
    constants = [part for part in plan.parts if part.required and typing.get_origin(part.hint) is Literal]
    return bool(constants) and all(
        value.get(names.get(part.attribute, "")) in typing.get_args(part.hint) for part in constants
    )


# -- models ----------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A member of a model, by its attribute."""

    attribute: str
    hint: Any
    required: bool
    read: _Reader


class _Plan(NamedTuple):
    """How a model is read: its members, their wire names if it has them, and its unknown members."""

    parts: tuple[_Part, ...]
    names: Mapping[str, str]
    others: _Reader | None
    unset: Any

    def wire_names(self, value: Mapping[str, Any]) -> Mapping[str, str]:
        """Return each attribute's wire name; for a model without them, of those that an object has."""
        if self.names:
            return self.names
        attributes = {part.attribute for part in self.parts}
        return {one: name for name in value for one in attribute_names(name) if one in attributes}


@functools.cache
def plan_of(model: Any) -> _Plan:
    generated = next(one for one in model.__mro__ if "__attrs_attrs__" in vars(one))
    scope = Scope(sys.modules.get(generated.__module__))
    parts: list[_Part] = []
    others: _Reader | None = None
    for name, declaration in declared(model).items():
        annotation = scope.resolve(declaration)
        if name == OTHERS:
            others = _reader((*typing.get_args(annotation), Any, Any)[1], scope)
            continue
        hint = union_of(members_of(annotation))
        parts.append(_Part(name, hint, not is_optional(annotation), _reader(hint, scope)))
    wires = getattr(model, "_NAMES", None)
    names = {attribute: wire for wire, attribute in wires.items()} if isinstance(wires, Mapping) else {}
    return _Plan(tuple(parts), names, others, scope.get("UNSET"))


def _model_reader(model: Any) -> _Reader:
    def read_model(value: Any, path: str, reading: _Reading) -> Any:
        if not isinstance(value, dict):
            return reading.keep(value, "type", path, "object")
        if not reading.thorough:
            try:
                return model.from_dict(value)
            except UNFIT:
                pass
        return _read_members(model, value, path, reading)

    return read_model


def _read_members(model: Any, value: dict[str, Any], path: str, reading: _Reading) -> Any:
    plan, before = plan_of(model), len(reading.found)
    names = plan.wire_names(value)
    attributes: dict[str, Any] = {}
    for part in plan.parts:
        wire = names.get(part.attribute, part.attribute)
        if wire in value:
            attributes[part.attribute] = part.read(value[wire], path + member(wire), reading)
        elif part.required:
            reading.keep(None, "missing", path + member(wire))
        else:
            attributes[part.attribute] = plan.unset
    if plan.others is not None:
        known = set(names.values())
        attributes[OTHERS] = {
            name: plan.others(one, f"{path}.*", reading) for name, one in value.items() if name not in known
        }
    if len(reading.found) == before:
        return make(model, attributes)
    return make_partial(model, attributes, path, names, plan.unset)
