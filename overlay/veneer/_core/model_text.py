"""Write generated models as JSON text, without the dictionaries of `to_dict`: one function for each class.

It is compiled from what `to_dict` is generated from, the names and types of the members. Whatever else a model may
need (unknown members, unions, a `to_dict` of its own) is an error: then `to_dict` is called.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable
from typing import Any, Final

from veneer._core.jsontext import Written, chunks, quoted
from veneer._core.members import declared

__all__ = ["written"]

Writer = Callable[[Any], str]


def written(model: Any) -> Written | dict[str, Any]:
    """Return a model for `jsontext.dumps`: its text, or its `to_dict()` where only that can tell it.

    It is text only if neither the model nor one in it has unknown members.
    """
    try:
        return Written(_write(model).encode())
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        pass  # `to_dict` or `misfit` tells what is wrong, if anything is
    made: dict[str, Any] = model.to_dict()
    return made


def _write(model: Any) -> str:
    """Return the JSON text of `model.to_dict()`.

    Raises TypeError if only `to_dict` can tell it, and what `to_dict` and the encoder raise.
    """
    return _writers[type(model)](model)


def _write_list(models: Any) -> str:
    if type(models) is not list:  # an iterator can be read only once, and `to_dict` may come after this
        raise TypeError(f"{type(models).__name__} is not a list")
    return f"[{','.join([_writers[type(one)](one) for one in models])}]"


def _utc(value: Any) -> str:
    """Return the text of a datetime in UTC, in a third of the time of `isoformat`; empty for any other value."""
    if type(value) is not _DATETIME or value.tzinfo is not _UTC or (year := value.year) < _FOUR_DIGITS:
        return ""
    second = (
        _SECONDS[value.second]
        if not value.microsecond
        else f'{value.second:02}.{value.microsecond:06}+00:00"'
    )
    return (
        f'"{year}{_MONTHS[value.month]}{_DAYS[value.day]}{_HOURS[value.hour]}{_MINUTES[value.minute]}{second}'
    )


class _Writers(dict[type, Writer]):
    def __missing__(self, cls: type) -> Writer:
        self[cls] = writer = _compiled(cls)
        return writer


def _refuse(model: Any) -> str:
    raise TypeError(f"{type(model).__name__} is written by its to_dict()")


def _compiled(cls: Any) -> Writer:
    """Return the function for a class's models; `_refuse` if only their `to_dict` can write them."""
    owner: Any = next((one for one in cls.__mro__ if "to_dict" in vars(one)), cls)
    names: dict[str, str] | None = vars(owner).get("_NAMES")
    if names is None:
        return _refuse
    scope = {**vars(sys.modules[owner.__module__]), **_HELPERS}
    hints, required = declared(owner), owner._REQUIRED  # noqa: SLF001  # of generated models
    lines, body = [], ""
    for at, (name, attribute) in enumerate(names.items()):
        text = _expression(owner, str(hints[attribute]), f"v{at}")
        if text is None:
            return _refuse
        lines.append(f"v{at} = self.{attribute}")
        key = f",{quoted(name)}:"
        if name in required:
            body += repr(key)[1:-1].replace("{", "{{").replace("}", "}}") + f"{{{text}}}"
        else:
            scope[f"k{at}"] = key
            body += f'{{"" if v{at} is UNSET else k{at}}}{{"" if v{at} is UNSET else {text}}}'
    if hasattr(owner, "_unknown"):
        lines.append("if self._unknown: raise TypeError('unknown members')")
    # The comma in front of the first member is cut off; it is unknown which that is if all may be left out.
    whole = f"f'{{{{{body[1:]}}}}}'" if required else f"'{{' + f'{body}'[1:] + '}}'"
    exec("\n ".join(["def writer(self):", *lines, f"return {whole}"]), scope)  # noqa: S102  # attributes of generated code
    writer: Writer = scope["writer"]
    return writer


def _expression(owner: Any, hint: str, value: str) -> str | None:
    """Return the source of a member's text by its type; None if only `to_dict` can write it."""
    models = sys.modules[owner.__module__.rpartition(".")[0]]
    kind, *others = [one for one in hint.split(" | ") if one not in {"None", "Unset"}] or [""]
    call = None if others else _CALLS.get(kind)
    item = kind.removeprefix("list[").removesuffix("]")
    if not others and hasattr(getattr(models, item, None), "to_dict"):
        call = "write({})" if item == kind else "write_list({})"
    if call is None:
        words = set(re.findall(r"[A-Za-z_][\w.]*", re.sub(r"(['\"]).*?\1", "", hint))) - _PLAIN
        if any(isinstance(getattr(models, word, type), type) for word in words):
            return None  # what is left has values of plain types, or is the name of a Literal
        return f"join(chunks({value}, 0))"
    text = call.format(value)
    return f'"null" if {value} is None else {text}' if "None" in hint else text


_PLAIN: Final = frozenset(["Any", "Literal", "None", "Unset", "bool", "dict", "float", "int", "list", "str"])
_CALLS: Final = {
    "str": "quoted({0})",
    "datetime.datetime": "utc({0}) or quoted(write_datetime({0}))",
    "datetime.date": "quoted({0}.isoformat())",
    "UUID": "quoted(str({0}))",
}
_HELPERS: Final = {
    "quoted": quoted, "chunks": chunks, "join": "".join, "utc": _utc, "write": _write, "write_list": _write_list
}  # fmt: skip
_DATETIME, _UTC = dt.datetime, dt.UTC
_FOUR_DIGITS: Final = 1000
_MONTHS, _DAYS, _HOURS, _MINUTES, _SECONDS = (
    [text.format(number) for number in range(60)]
    for text in ("-{:02}-", "{:02}T", "{:02}:", "{:02}:", '{:02}+00:00"')
)
_writers = _Writers()
