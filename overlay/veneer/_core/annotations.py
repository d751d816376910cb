"""Resolve the annotations of generated modules: of attributes, unions and operations' results."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import operator
import sys
import types
import typing
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Final, Literal, Union

from veneer._core.late import is_class
from veneer._core.violations import json_type

__all__ = [
    "Scope",
    "expected",
    "first_model",
    "is_model",
    "is_optional",
    "members_of",
    "result_type",
    "union_of",
]

_NAMES: Final = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
    dt.datetime: "date-time",
    dt.date: "date",
}


class Scope(dict[str, Any]):
    """The names in a generated module's annotations: its own, and models imported for type checkers.

    The models are loaded from their package by name.
    """

    def __init__(self, module: types.ModuleType | None) -> None:
        super().__init__(vars(module) if module is not None else {})
        name = str(self.get("__name__", ""))
        package = name.partition(".api.")[0] + ".models" if ".api." in name else name.rpartition(".")[0]
        self._models = sys.modules.get(package)

    def __missing__(self, name: str) -> Any:
        found = getattr(self._models, name, None)
        if found is None:
            raise KeyError(name)
        return found

    def resolve(self, annotation: Any) -> Any:
        """Return the type that an annotation names; Any for one that cannot be resolved."""
        holder = types.SimpleNamespace(__annotations__={"it": annotation})
        try:
            return typing.get_type_hints(holder, {}, self)["it"]
        except (NameError, TypeError, AttributeError, SyntaxError):
            return Any

    def union_parser(self, members: Sequence[Any]) -> Callable[[Any], Any] | None:
        """Return the module's function for a union, which knows its discriminator, or None."""
        wanted = set(map(str, members))
        for name, one in self.items():
            if name.startswith("_parse_") and name != "_parse_response" and inspect.isfunction(one):
                parsed = members_of(self.resolve(one.__annotations__.get("return")))
                if set(map(str, parsed)) == wanted:
                    return one
        return None


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in {Union, types.UnionType}


def _is_unset(hint: Any) -> bool:
    return isinstance(hint, type) and hint.__name__ == "Unset"  # each generated package has its own


def is_optional(hint: Any) -> bool:
    """Return whether an attribute may be left out."""
    return any(map(_is_unset, typing.get_args(hint)))


def is_model(hint: Any) -> bool:
    """Return whether an annotation is a generated model."""
    # `hasattr(hint, "__attrs_attrs__")` would load attrs for a generated model.
    by_attrs = isinstance(hint, type) and any("__attrs_attrs__" in vars(one) for one in hint.__mro__)
    return by_attrs and hasattr(hint, "from_dict")


def members_of(hint: Any) -> list[Any]:
    """Return the members of a union, without Unset; for anything else, itself."""
    parts = typing.get_args(hint) if _is_union(hint) else (hint,)
    return [one for one in parts if not _is_unset(one)]


def union_of(members: Sequence[Any]) -> Any:
    """Return the union of types that are known only at run time."""
    return members[0] if len(members) == 1 else functools.reduce(operator.or_, members)


def expected(hint: Any) -> list[str]:
    """Return the contract's names for an annotation's types."""
    if _is_union(hint):
        return [name for one in members_of(hint) for name in expected(one)]
    if typing.get_origin(hint) is Literal:
        return sorted({json_type(one) for one in typing.get_args(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return sorted({json_type(one.value) for one in hint})
    if is_class(hint, "uuid", "UUID"):
        return ["uuid"]
    return ["array" if typing.get_origin(hint) is list else _NAMES.get(hint, "object")]


def result_type(endpoint: object, error: BaseException | None, payload: Any) -> tuple[Any, Scope] | None:
    """Return an endpoint's result type, with the names in its scope; None if it is unknown.

    It is the annotation of its parsing. If that is several types, or none, it is the model that
    parsing failed in.
    """
    scope = Scope(sys.modules.get(str(getattr(endpoint, "__name__", ""))))
    function = getattr(endpoint, "_parse_response", None)
    hint = scope.resolve(getattr(function, "__annotations__", {}).get("return", Any))
    members = [one for one in members_of(hint) if one is not type(None)]
    failed, source = first_model(error)
    if failed is not None and (len(members) != 1 or members == [Any]):
        naming = [one for one in members if _mentions(one, failed)]
        if naming:
            members = naming[:1]
        elif source is payload:
            members = [failed]
        elif isinstance(payload, list) and any(source is one for one in payload):
            members = [types.GenericAlias(list, (failed,))]
    return None if not members or members == [Any] else (union_of(members), scope)


def first_model(error: BaseException | None) -> tuple[Any, Any]:
    """Return the outermost class whose `from_dict` raised an exception, and its input; else two Nones."""
    trace = None if error is None else error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_name == "from_dict" and isinstance(frame.f_locals.get("cls"), type):
            return frame.f_locals["cls"], frame.f_locals.get("src_dict")
        trace = trace.tb_next
    return None, None


def _mentions(hint: Any, cls: Any) -> bool:
    return hint is cls or any(_mentions(one, cls) for one in typing.get_args(hint))
