"""List the operations of a contract as written, with their parameters and successful responses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from veneer._core.jsonlines import is_lines, is_sequence
from veneer_codegen.contract import pointers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The HTTP methods that the generator knows, in its order."""


@dataclass(frozen=True)
class Found:
    """An operation as the contract has it."""

    method: str
    path: str
    place: str
    node: Mapping[str, Any]
    shared: tuple[Any, ...] = ()
    servers: Any = None


def find_operations(
    document: Mapping[str, Any], lost: Callable[[str, str, str], object] = lambda *_: None
) -> Iterator[Found]:
    """Yield every operation below `paths`, including 3.2's `query` and `additionalOperations`.

    `lost` is called for operations that cannot be read, with rule, place and reason.
    """
    paths = document.get("paths")
    for path, node in paths.items() if isinstance(paths, dict) else ():
        place = pointers.join("#/paths", path)
        try:
            item = pointers.deref(document, node)
        except KeyError as error:
            lost("reference", place, f"{error.args[0]} leads nowhere")
            continue
        if not isinstance(item, dict):
            lost("operation", place, "not an object")
            continue
        extra = item.get("additionalOperations")
        methods = {method: item[method] for method in (*METHODS, "query") if method in item}
        methods |= (
            {str(method).lower(): operation for method, operation in extra.items()}
            if isinstance(extra, dict)
            else {}
        )
        parameters = item.get("parameters")
        shared = tuple(parameters) if isinstance(parameters, list) else ()
        for method, operation in methods.items():
            if isinstance(operation, dict) and isinstance(operation.get("$ref"), str):
                lost("reference", pointers.join(place, method), f"{operation['$ref']} leads nowhere")
            elif isinstance(operation, dict):
                servers = operation.get("servers") or item.get("servers")
                yield Found(method, path, pointers.join(place, method), operation, shared, servers)
            else:
                lost("operation", pointers.join(place, method), "not an object")


def parameters_of(document: Mapping[str, Any], found: Found) -> list[Mapping[str, Any]]:
    """Return an operation's parameters. Its own replace its path's with the same name and place."""
    own = found.node.get("parameters")
    listed = (*found.shared, *(own if isinstance(own, list) else ()))
    nodes = (pointers.follow(document, one) for one in listed)
    return list({(str(one.get("name")), str(one.get("in"))): one for one in nodes}.values())


def successes_of(document: Mapping[str, Any], operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the responses of an operation with a status of 2xx."""
    listed = operation.get("responses")
    answers = listed.items() if isinstance(listed, dict) else ()
    return [pointers.follow(document, one) for status, one in answers if str(status).startswith("2")]


def function_of(operation_id: str, method: str, path: str) -> str:
    """Return an operationId without the path and method that FastAPI appends.

    FastAPI makes `list_audit_log_api_v2_audit_log_get` of the function `list_audit_log`
    (fastapi.utils.generate_unique_id).
    """
    appended = re.sub(r"\W", "_", path) + f"_{method}"
    return operation_id.removesuffix(appended) or operation_id


def media_type(kind: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return kind.split(";", 1)[0].strip().lower()


def is_json(kind: str) -> bool:
    """Return whether a media type is one JSON value (RFC 6839 §3.1)."""
    return kind in {"application/json", "text/json"} or (kind.endswith("+json") and not is_texts(kind))


def is_texts(kind: str) -> bool:
    """Return whether a media type is a sequence of JSON values."""
    return is_lines(kind) or is_sequence(kind)


def body_rank(kind: str) -> int:
    """Return the rank of a request's media type. The lowest of several is sent."""
    plain = media_type(kind)
    order = (plain == "application/json", is_json(plain), plain == "multipart/form-data", plain == "application/x-www-form-urlencoded", plain != "*/*")  # fmt: skip
    return order.index(True) if True in order else len(order)
