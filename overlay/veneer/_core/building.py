"""Build a request's models from mappings: keys are attributes or the contract's names."""

from __future__ import annotations

import datetime as dt
import functools
import typing
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from veneer._core.annotations import is_model, members_of
from veneer._core.call import UNFIT
from veneer._core.errors import ConfigurationError
from veneer._core.late import is_a
from veneer._core.reading import is_another, plan_of, read_as

__all__ = ["build", "build_one_of"]


def build(model: Any, given: Any) -> Any:
    """Return a model for a mapping. Raises ConfigurationError that names the first place that does not fit."""
    if not isinstance(given, Mapping):
        raise ConfigurationError(
            f"{model.__name__}: give one, or a mapping of its members, not {type(given).__name__}"
        )
    files: dict[str, Any] = {}
    payload = _object(model, given, files)
    try:
        made = model.from_dict(payload)
    except UNFIT:
        _, violations = read_as(model, payload)
    else:
        for attribute, file in files.items():
            setattr(made, attribute, file)
        return made
    what = violations[0].what.removeprefix("$.") if violations else "it does not fit"
    raise ConfigurationError(f"{model.__name__}: {what}")


def build_one_of(models: Sequence[Any], given: Mapping[str, Any]) -> Any:
    """Return the model that a mapping fits best: by its constants, then by its keys.

    If none fits, a single error says what each is missing.
    """
    missed = []
    for model in sorted(models, key=lambda one: _distance(one, given)):
        try:
            return build(model, given)
        except ConfigurationError as error:
            missed.append(error.message)
    raise ConfigurationError("; ".join(missed))


def _distance(model: Any, given: Mapping[str, Any]) -> tuple[bool, int]:
    """Rank a model by its distance from a mapping: another constant first, then unknown keys."""
    keys = _keys_of(model)
    payload = {keys[name].wire if name in keys else name: value for name, value in given.items()}
    return is_another(model, payload), len(given.keys() - keys.keys())


def _wire(hint: Any, value: Any) -> Any:
    """Return the JSON of a value for an annotation."""
    if isinstance(value, Mapping):
        models = [one for one in members_of(hint) if is_model(one)]
        if len(models) == 1:
            return _object(models[0], value)
        inner = next(
            (typing.get_args(one)[1] for one in members_of(hint) if typing.get_origin(one) is dict), Any
        )
        return {str(name): _wire(inner, one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        inner = next(
            (typing.get_args(one)[0] for one in members_of(hint) if typing.get_origin(one) is list), Any
        )
        return [_wire(inner, one) for one in value]
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if is_a(value, "uuid", "UUID"):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    return value.to_dict() if hasattr(value, "to_dict") else value


class _Key(NamedTuple):
    """A mapping's key: the attribute, its name in the contract, its annotation, the class of its files."""

    attribute: str
    wire: str
    hint: Any
    files: Any


def _object(model: Any, given: Mapping[str, Any], files: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a model's JSON for a mapping.

    A file is not JSON: it goes into `files`, by attribute, and an empty one takes its place.
    """
    keys = _keys_of(model)
    found: dict[str, Any] = {}
    for name, value in given.items():
        key = keys.get(name)
        if key is None:
            found[str(name)] = _wire(Any, value)
        elif key.files is None and type(value) in _PLAIN:
            found[key.wire] = value
        elif files is not None and key.files is not None:
            from veneer._core.uploads import file_of

            many = isinstance(value, (list, tuple))
            files[key.attribute] = (
                [file_of(key.files, one) for one in value] if many else file_of(key.files, value)
            )
            found[key.wire] = [b"" for _ in value] if many else b""
        else:
            found[key.wire] = _wire(key.hint, value)
    return found


_PLAIN = frozenset({str, int, float, bool, type(None)})
"""Types that are JSON already."""


@functools.cache
def _keys_of(model: Any) -> Mapping[str, _Key]:
    """Return a model's keys: attributes (keywords also without `_`) and the contract's names."""
    plan = plan_of(model)
    parts = {
        part.attribute: _Key(
            part.attribute, plan.names.get(part.attribute, part.attribute), part.hint, _file_kind(part.hint)
        )
        for part in plan.parts
    }
    wires = {key.wire: key for key in parts.values()}
    bare = {name.removesuffix("_"): key for name, key in parts.items() if name.removesuffix("_") not in wires}
    return {**wires, **bare, **parts}


def _file_kind(hint: Any) -> Any:
    """Return the class of an attribute's file or list of files, or None."""
    for one in members_of(hint):
        inner = typing.get_args(one)[0] if typing.get_origin(one) is list else one
        if isinstance(inner, type) and inner.__name__ == "File" and hasattr(inner, "to_tuple"):
            return inner
    return None
