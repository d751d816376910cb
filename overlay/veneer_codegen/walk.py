"""Walk the operations of a contract, as it stands; what they need to be generated or compared is for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from veneer._core.jsonlines import is_lines, is_sequence
from veneer_codegen import pointers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The methods that the generator knows, in its order."""


@dataclass(frozen=True)
class Found:
    """An operation as the contract has it."""

    method: str
    path: str
    place: str
    node: Mapping[str, Any]
    shared: tuple[Any, ...] = ()


def find_operations(
    document: Mapping[str, Any], lost: Callable[[str, str, str], object] = lambda *_: None
) -> Iterator[Found]:
    """Give every operation below `paths`, with those that 3.2 adds (`query`, `additionalOperations`).

    `lost` is told of each that cannot be read: rule, place and reason.
    """
    paths = document.get("paths")
    for path, node in paths.items() if isinstance(paths, dict) else ():
        place = pointers.join("#/paths", path)
        try:
            item = pointers.deref(document, node)
        except KeyError as error:
            item = None
            lost("reference", place, f"{error.args[0]} leads nowhere")
        if not isinstance(item, dict):
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
            if isinstance(operation, dict):
                yield Found(method, path, pointers.join(place, method), operation, shared)
            else:
                lost("operation", pointers.join(place, method), "not an object")


def media_type(kind: str) -> str:
    """Give a media type without its parameters, in lower case."""
    return kind.split(";", 1)[0].strip().lower()


def is_json(kind: str) -> bool:
    """Tell whether a media type is one JSON value (RFC 6839 §3.1)."""
    return kind in {"application/json", "text/json"} or (kind.endswith("+json") and not is_texts(kind))


def is_texts(kind: str) -> bool:
    """Tell whether a media type is one JSON value after another."""
    return is_lines(kind) or is_sequence(kind)
