"""Choose a call for the new project's test, with the least response of its schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.contract import pointers

if TYPE_CHECKING:
    from veneer_codegen.client.plan import Argument, ClientPlan, Method

_ARGUMENTS: Final = {"str": "x", "int": 1}
_FORMATS: Final = {
    "date-time": "2026-01-02T03:04:05+00:00",
    "date": "2026-01-02",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass(frozen=True)
class Example:
    """A call `client.<dotted>(<arguments>)`, its request and a response."""

    name: str = ""
    dotted: str = ""
    arguments: str = ""
    method: str = ""
    path: str = ""
    status: int = 200
    answer: Any = None


def example(document: Mapping[str, Any], plan: ClientPlan) -> Example:
    """Return the operation with the fewest arguments that returns a model, a list or nothing."""
    # This loads the generator, which `sample` does not need.
    from veneer_codegen.scaffold.infer_extensions import answer_schema

    found = [
        (len(required), method.result == "None", space, method, required)
        for space in (*plan.namespaces, plan.own)
        for method in space.methods
        if method.kind == "call" and not method.view and (required := _required(method)) is not None
    ]
    for _, empty, space, method, required in sorted(found, key=lambda row: row[:2]):
        verb, _, route = method.http.partition(" ")
        path = route.partition("?")[0]  # some contracts have constant parameters there
        for one in required:
            if one.place == "path":
                path = path.replace(f"{{{one.wire}}}", str(_ARGUMENTS[one.annotation]))
        answer = None
        if not empty:
            operation = document["paths"][route].get(verb.lower(), {})
            try:
                answer = sample(document, answer_schema(document, operation))
            except (KeyError, RecursionError):
                continue
        if "{" in path or not (empty or _fits(method, answer, plan)):
            continue
        positional = {one.name for one in method.arguments[: method.positional]}
        given = [
            repr(_ARGUMENTS[one.annotation])
            if one.name in positional
            else f"{one.name}={_ARGUMENTS[one.annotation]!r}"
            for one in required
        ]
        dotted = f"{space.attribute}.{method.name}" if space.attribute else method.name
        status = 204 if empty else 200
        return Example(method.name, dotted, ", ".join(given), verb, path, status, answer)
    return Example()


def _required(method: Method) -> list[Argument] | None:
    """Return the required arguments; None if one of them is not plain."""
    required = [one for one in method.arguments if not one.default]
    return required if all(one.annotation in _ARGUMENTS for one in required) else None


def _fits(method: Method, answer: Any, plan: ClientPlan) -> bool:
    """Return whether a result equals its response: models by `to_dict`, and empty lists."""
    if isinstance(answer, list):
        return method.result.startswith("list[") and not answer
    return isinstance(answer, dict) and method.result in plan.classes


def sample(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Any:
    """Return the least value of a schema: only required members, empty lists. Raises KeyError."""
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
