"""Write a call of each method with the contract's examples, else with the least valid value."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import find_operations, parameters_of
from veneer_codegen.scaffold.examples import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import griffe

    from veneer_codegen.surface import Member

__all__ = ["Calls"]

_WIDTH: Final = 88
_LONGEST: Final = 400
_INDENT: Final = "    "
_MADE_UP: Final = "x"
"""The text that `sample` uses."""
# Values by a word of the annotation, in this order, if the contract has no value.
_PLAIN: Final[Mapping[str, Any]] = {
    "FileLike": b"content",
    "bytes": b"content",
    "str": _MADE_UP,
    "bool": True,
    "int": 1,
    "float": 1.5,
    "Mapping": {},
    "dict": {},
    "Sequence": [],
    "list": [],
}  # fmt: skip
_ACCEPTED: Final[Sequence[tuple[type | tuple[type, ...], str]]] = (
    (bool, r"\bbool\b"),
    (int, r"\b(int|float)\b"),
    (float, r"\bfloat\b"),
    (str, r"\bstr\b"),
    (list, r"\b(list|Sequence)\["),
    (dict, r"\b(dict|Mapping)\b|Param\b"),
)


class Calls:
    """Writes calls of one contract's operations.

    `find` returns a typed dictionary of the client by its name (`PipelineStepParam`).
    """

    def __init__(self, document: Mapping[str, Any], find: Callable[[str], Member | None]) -> None:
        self._document = document
        self._find = find
        self._operations = {f"{one.method.upper()} {one.path}": one for one in find_operations(document)}

    def lines(self, call: str, function: griffe.Function, request: str) -> list[str]:
        """Return the lines that call a method; none if no value is found for an argument.

        `call` is its dotted name, `request` its operation, as `GET /orders`.
        """
        arguments = self._arguments(function, request)
        if arguments is None:
            return []
        result = str(function.returns or "")
        if "Pager[" in result:
            more = ["max_items=10"] if any(one.name == "page_options" for one in function.parameters) else []
            return [*_call(f"for item in {call}", [*arguments, *more], ":"), f"{_INDENT}print(item)"]
        if "Stream[" in result:
            head = _call(f"with {call}", arguments, " as events:")
            return [*head, f"{_INDENT}for event in events:", f"{_INDENT * 2}print(event)"]
        if result == "None":
            return _call(call, arguments)
        return [*_call(f"result = {call}", arguments), "print(result)"]

    def _arguments(self, function: griffe.Function, request: str) -> list[str] | None:
        """Return the source of all required arguments."""
        schemas = self._schemas(request)
        found: list[str] = []
        for one in list(function.parameters)[1:]:
            kind = one.kind.value if one.kind else ""
            if one.default is not None or kind.startswith("variadic"):
                continue
            annotation = str(one.annotation or "Any").replace("PathLike[str]", "PathLike")
            value = self._value(one.name, annotation, schemas.get(_plain(one.name)))
            if value is None:
                return None
            found.append(value if "positional" in kind else f"{one.name}={value}")
        return found

    def _schemas(self, request: str) -> dict[str, Any]:
        """Return the schemas of arguments by plain name, including the whole body's."""
        operation = self._operations.get(request)
        if operation is None:
            return {}
        found: dict[str, Any] = {}
        body = pointers.follow(self._document, operation.node.get("requestBody"))
        content = body.get("content")
        for media in content.values() if isinstance(content, dict) else ():
            schema = media.get("schema") if isinstance(media, dict) else None
            found |= {"body": schema}
            found |= {_plain(name): node for name, node in self._members(schema).items()}
            break
        for parameter in parameters_of(self._document, operation):
            node = pointers.follow(self._document, parameter.get("schema"))
            shown = {key: parameter[key] for key in ("example", "examples") if key in parameter}
            found[_plain(str(parameter.get("name")))] = {**node, **shown}
        return found

    def _members(self, schema: Any, depth: int = 0) -> dict[str, Any]:
        node = pointers.follow(self._document, schema)
        found: dict[str, Any] = {}
        for part in node.get("allOf") or () if depth < 9 else ():
            found |= self._members(part, depth + 1)
        properties = node.get("properties")
        return (
            found | {str(key): one for key, one in properties.items()}
            if isinstance(properties, dict)
            else found
        )

    def _value(self, name: str, annotation: str, schema: Any) -> str | None:
        """Return the source of a value; None if none certainly fits."""
        for value in self._candidates(schema):
            keyed = _told(self._keyed(value, annotation), name.strip("_"))
            if _suits(keyed, annotation) and len(text := _source(keyed)) <= _LONGEST:
                return text
        if literal := re.search(r"Literal\[('[^']*'|\"[^\"]*\"|\d+)", annotation):
            return literal[1].replace("'", '"')
        if annotation == "Any":
            return "{}"
        if "PathLike" in annotation:
            return '"file.bin"' if re.search(r"\bstr\b", annotation) else 'b"content"'
        plain = next((value for word, value in _PLAIN.items() if re.search(rf"\b{word}\b", annotation)), None)
        return None if plain is None else _source(_told(plain, name.strip("_")))

    def _candidates(self, schema: Any) -> list[Any]:
        node = pointers.follow(self._document, schema)
        if not node:
            return []
        examples = node.get("examples")
        if isinstance(examples, dict):  # a parameter's examples, each with a `value`
            examples = [one.get("value") for one in examples.values() if isinstance(one, dict)]
        found = [node[key] for key in ("example", "default") if node.get(key) is not None]
        found += [one for one in examples if one is not None] if isinstance(examples, list) else []
        values = node.get("enum")
        found = [one for one in found if one in values] if isinstance(values, list) else found
        # In a malformed contract, only the type decides.
        with contextlib.suppress(AttributeError, KeyError, RecursionError, TypeError, ValueError):
            least = sample(self._document, schema)
            found += [[sample(self._document, node.get("items"))]] if least == [] else []
            found.append(least)
        return found

    def _keyed(self, value: Any, annotation: str) -> Any:
        """Return an object with the keys of its typed dictionary."""
        if isinstance(value, list):
            return [self._keyed(one, annotation) for one in value]
        named = re.search(r"\b\w+Param\b", annotation)
        found = self._find(named[0]) if named else None
        if not isinstance(value, dict) or found is None:
            return value
        keys = {_plain(key): (key, str(getattr(one, "annotation", ""))) for key, one in found.members.items()}
        pairs = ((*keys.get(_plain(key), (key, "")), one) for key, one in value.items())
        return {key: self._keyed(one, inner) for key, inner, one in pairs}


def _plain(name: str) -> str:
    """Return the part that a contract's name and its Python name share."""
    return re.sub(r"[\W_]", "", name).lower()


def _told(value: Any, name: str) -> Any:
    """Return a value whose placeholder texts name their arguments."""
    if isinstance(value, dict):
        return {key: _told(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(one, name) for one in value]
    return name if value == _MADE_UP else value


def _suits(value: Any, annotation: str) -> bool:
    """Return whether an argument of this type takes a value.

    Other names are enums or typed dictionaries.
    """
    if annotation == "Any":
        return True
    if (
        isinstance(value, str)
        and re.search(r"Literal\[|\b[A-Z]\w+$", annotation)
        and not re.search(r"Param|FileLike", annotation)
    ):
        return True
    return any(isinstance(value, kind) and re.search(words, annotation) for kind, words in _ACCEPTED)


def _call(head: str, arguments: Sequence[str], tail: str = "") -> list[str]:
    """Return a call on one line, or with one argument a line."""
    flat = f"{head}({', '.join(arguments)}){tail}"
    if len(flat) <= _WIDTH and "\n" not in flat:
        return [flat]
    lines = [f"{one},".replace("\n", f"\n{_INDENT}") for one in arguments]
    return "\n".join([f"{head}(", *(f"{_INDENT}{one}" for one in lines), f"){tail}"]).split("\n")


def _source(value: Any) -> str:
    """Return a value as source, with one member a line if it is long."""
    if isinstance(value, (str, bytes)):
        text = repr(value)
        prefix, quoted = ("b", text[1:]) if isinstance(value, bytes) else ("", text)
        plain = quoted.startswith("'") and '"' not in quoted and "\\'" not in quoted
        return f'{prefix}"{quoted[1:-1]}"' if plain else text
    if isinstance(value, dict):
        parts = [f"{_source(key)}: {_source(one)}" for key, one in value.items()]
        opened, closed = "{", "}"
    elif isinstance(value, list):
        parts, opened, closed = [_source(one) for one in value], "[", "]"
    else:
        return repr(value)
    flat = f"{opened}{', '.join(parts)}{closed}"
    if len(flat) <= _WIDTH - 20 and "\n" not in flat:
        return flat
    inner = "".join(f"{_INDENT}{one},\n".replace("\n", f"\n{_INDENT}").removesuffix(_INDENT) for one in parts)
    return f"{opened}\n{inner}{closed}"
