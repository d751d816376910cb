"""Find the requests that an API sends, webhooks and callbacks, and normalise their payloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import METHODS, find_operations, is_json, media_type
from veneer_codegen.normalise import names
from veneer_codegen.normalise.report import Level
from veneer_codegen.normalise.schemas import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veneer_codegen.normalise.report import Report
    from veneer_codegen.normalise.schemas import Schemas

TAG: Final = "veneer_webhook_payloads"
"""The tag of the payloads in the generator's input, where each is the response of an operation."""
_ROOTS: Final = ("webhooks", "x-webhooks")
"""The keys of a contract's webhooks. The second was used before OpenAPI 3.1."""

Kind = Literal["webhook", "callback"]


@dataclass(frozen=True)
class Sent:
    """A request that the API sends, with a typed payload. `key` is its operation in the input."""

    key: str
    name: str
    method: str
    kind: Kind


class _Found(NamedTuple):
    name: str
    kind: Kind
    method: str
    place: str
    node: Mapping[str, Any]


def add_webhooks(
    document: Mapping[str, Any], schemas: Schemas, report: Report, paths: dict[str, dict[str, Any]]
) -> list[Sent]:
    """Add the payloads of webhooks and callbacks to the input, and return their requests.

    A callback of several operations is added once.
    """
    made: list[Sent] = []
    seen: list[tuple[str, str, str, Any]] = []
    for found in _find(document, report):
        media = _payload(document, found, report)
        if media is None:
            continue
        place, content = media
        key = (found.name, found.kind, found.method, content)
        if key in seen:
            continue
        seen.append(key)
        name = f"webhook_{len(made) + 1}"
        scope = Scope(place, names.class_name(f"{found.name}_payload"))
        schema = schemas.schema(content, scope)
        response = {"description": "", "content": {"application/json": {"schema": schema}}}
        paths[f"/{TAG}/{name}"] = {
            "post": {"operationId": name, "tags": [TAG], "responses": {"2XX": response}}
        }
        made.append(Sent(name, found.name, found.method, found.kind))
    return made


def _find(document: Mapping[str, Any], report: Report) -> Iterator[_Found]:
    for root in _ROOTS:
        declared = document.get(root)
        for name, node in declared.items() if isinstance(declared, dict) else ():
            yield from _operations(document, name, "webhook", pointers.join("#", root, name), node, report)
    for operation in find_operations(document):
        callbacks = operation.node.get("callbacks")
        for name, node in callbacks.items() if isinstance(callbacks, dict) else ():
            place = pointers.join(operation.place, "callbacks", name)
            requests = _deref(document, node, place, report)
            for expression, item in requests.items() if isinstance(requests, dict) else ():
                if not expression.startswith("x-"):
                    at = pointers.join(place, expression)
                    yield from _operations(document, name, "callback", at, item, report)


def _operations(
    document: Mapping[str, Any], name: str, kind: Kind, place: str, node: Any, report: Report
) -> Iterator[_Found]:
    item = _deref(document, node, place, report)
    if not isinstance(item, dict):
        return
    for method in (*METHODS, "query"):
        at = pointers.join(place, method)
        operation = _deref(document, item.get(method), at, report)
        if isinstance(operation, dict):
            yield _Found(name, kind, method, at, operation)


def _payload(document: Mapping[str, Any], found: _Found, report: Report) -> tuple[str, Any] | None:
    """Return the schema of a JSON payload with its place; None if there is none."""
    place = pointers.join(found.place, "requestBody")
    body = _deref(document, found.node.get("requestBody"), place, report)
    content = body.get("content") if isinstance(body, dict) else None
    if not isinstance(content, dict) or not content:
        report.add("webhook-without-payload", found.place, f"the {found.kind} {found.name} has no body")
        return None
    kind = next((one for one in content if is_json(media_type(one)) or media_type(one) == "*/*"), None)
    if kind is None:
        what = f"the {found.kind} {found.name} is {', '.join(content)}, which is not JSON: it is not read"
        report.add("webhook-payload", place, what, Level.WEAKER)
        return None
    media = content[kind] if isinstance(content[kind], dict) else {}
    return pointers.join(place, "content", kind, "schema"), media.get("schema")


def _deref(document: Mapping[str, Any], node: Any, place: str, report: Report) -> Any:
    try:
        return pointers.deref(document, node)
    except KeyError as error:
        report.add("reference", place, f"{error.args[0]} leads nowhere", Level.LOSS)
        return None
