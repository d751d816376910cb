"""Make up a call that the new project's test can make: an operation with simple arguments, and the least answer of its schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from veneer.codegen import pointers
from veneer.codegen.scaffold.endpoints import Argument
from veneer.codegen.scaffold.facade import Method, Namespace
from veneer.codegen.scaffold.recognise import answer_schema

_ARGUMENTS: Final = {"str": "x", "int": 1}
_FORMATS: Final = {
    "date-time": "2026-01-02T03:04:05+00:00",
    "date": "2026-01-02",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass(frozen=True)
class Example:
    """A call of `client.<namespace>.<name>(<arguments>)`, what it sends, and an answer; an empty namespace where no operation is simple enough."""

    namespace: str = ""
    name: str = ""
    arguments: str = ""
    method: str = ""
    path: str = ""
    status: int = 200
    answer: Any = None


def example(document: Mapping[str, Any], namespaces: Iterable[Namespace]) -> Example:
    """Choose the operation with the fewest arguments that answers with a model, a list or nothing."""
    found = [
        (len(required), method.result == "None", namespace, method, required)
        for namespace in namespaces
        for method in namespace.methods
        if method.kind == "call" and (required := _required(method)) is not None
    ]
    for _, empty, namespace, method, required in sorted(found, key=lambda row: row[:2]):
        facts = method.endpoint.facts
        sent = {argument.name: _ARGUMENTS[argument.annotation] for argument in required}
        path = str(facts["path"]).partition("?")[0]  # some contracts put constant parameters there
        if "{" in path:
            for argument in method.endpoint.path:
                path = path.replace(f"{{{argument.name}}}", str(sent[argument.name]))
        answer = None
        if not empty:
            operation = document["paths"][facts["path"]].get(facts["method"], {})
            try:
                answer = sample(document, answer_schema(document, operation))
            except (KeyError, RecursionError):
                continue
        if "{" in path or not (empty or _fits(method, answer)):
            continue
        given = [repr(sent[argument.name]) for argument in method.endpoint.path]
        named = [
            f"{argument.name}={sent[argument.name]!r}"
            for argument in required
            if argument in method.endpoint.named
        ]
        return Example(
            namespace.attribute,
            method.name,
            ", ".join([*given, *named]),
            str(facts["method"]).upper(),
            path,
            204 if empty else 200,
            answer,
        )
    return Example()


def _required(method: Method) -> list[Argument] | None:
    """Give the arguments that must be given; None where one of them is not plain."""
    endpoint = method.endpoint
    required = [argument for argument in (*endpoint.path, *endpoint.named) if not argument.default]
    return required if all(argument.annotation in _ARGUMENTS for argument in required) else None


def _fits(method: Method, answer: Any) -> bool:
    """Tell whether a result gives its answer back: a model does by `to_dict`, an empty list as it is."""
    if isinstance(answer, list):
        return method.result.startswith("list[") and not answer
    return isinstance(answer, dict) and ".models." in method.endpoint.imports.get(method.result, "")


def sample(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Any:
    """Give the least value of a schema: required members only, empty lists. Raises KeyError for a reference that leads nowhere."""
    node = pointers.deref(document, schema)
    if depth > 20:
        raise RecursionError("the schema has no finite value")
    if not isinstance(node, dict):
        return {}
    for key in ("const", "enum"):
        if key in node:
            return node[key] if key == "const" else next((v for v in node[key] if v is not None), None)
    if node.get("allOf"):
        parts = [sample(document, part, depth + 1) for part in node["allOf"]]
        own = sample(document, {key: value for key, value in node.items() if key != "allOf"}, depth + 1)
        merged: dict[str, Any] = {}
        for part in [*parts, own]:
            if not isinstance(part, dict):
                return part
            merged |= part
        return merged
    for key in ("oneOf", "anyOf"):
        if node.get(key):
            return sample(document, node[key][0], depth + 1)
    stated = node.get("type")
    kind = next((name for name in stated if name != "null"), "null") if isinstance(stated, list) else stated
    plain: dict[Any, Any] = {"integer": 1, "number": 1.5, "boolean": True, "null": None, "array": []}
    if kind in plain:
        return plain[kind]
    if kind == "string":
        return _FORMATS.get(str(node.get("format")), "x")
    properties = node.get("properties") or {}
    return {
        name: sample(document, properties.get(name, {}), depth + 1) for name in node.get("required") or ()
    }
