"""Rewrite a contract in the terms of openapi-python-client, without silent losses.

The generator drops what it cannot express, with or without a warning. The rules here run first.
They rename, hoist, merge and unfold until nothing is left to drop, and report the cost of each
change. The contract itself is never changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from veneer_codegen.errors import ContractError
from veneer_codegen.normalise.operations import Operation, Operations
from veneer_codegen.normalise.report import Finding, Level, Report
from veneer_codegen.normalise.schemas import Schemas
from veneer_codegen.normalise.tags import TagTree
from veneer_codegen.normalise.webhooks import Sent, add_webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Finding", "Level", "Normalised", "Operation", "Report", "normalise"]


@dataclass(frozen=True)
class Normalised:
    """The generator's input, and the facts to restore in its output.

    wire          JSON names of renamed properties, by class and placeholder
    raw_bodies    content types whose bodies are sent as bytes
    defaults      defaults of properties, by class and placeholder
    secrets       attributes that no repr may show, by class
    harmless      attributes that a repr may show, whatever their names
    tags          discriminators of unions, by the number that marks the union
    webhooks      requests that the API sends
    """

    document: dict[str, Any]
    operations: tuple[Operation, ...]
    wire: Mapping[tuple[str, str], str]
    raw_bodies: frozenset[str]
    secrets: frozenset[tuple[str, str]]
    harmless: frozenset[tuple[str, str]]
    defaults: Mapping[tuple[str, str], Any]
    report: Report
    tags: Mapping[str, TagTree] = field(default_factory=dict)
    webhooks: tuple[Sent, ...] = ()


def normalise(
    contract: Mapping[str, Any], fixed: Mapping[str, str] | None = None, address: str = ""
) -> Normalised:
    """Return the generator's input for a contract whose references are bundled.

    `fixed` sets the class name of a schema key or the function name of an operationId. Relative
    servers of operations start at `address`, the document's. Losses are listed in the report, not
    raised. Raises ContractError if there is nothing to generate.
    """
    try:
        return _normalise(contract, fixed or {}, address)
    except RecursionError:
        raise ContractError(
            "schemas are within each other, or refer to each other, too deeply", place="#"
        ) from None


def _normalise(contract: Mapping[str, Any], fixed: Mapping[str, str], address: str) -> Normalised:
    document = json.loads(json.dumps(contract))
    for place in ("paths", "components", "components/schemas"):
        node: Any = document
        for key in place.split("/"):
            node = node.get(key)
            if node is None:
                break
            if not isinstance(node, dict):
                raise ContractError("not an object", place=f"#/{place}")
    report = Report()
    schemas = Schemas(document, report, fixed)
    operations = Operations(document, schemas, report, fixed, address)
    webhooks = add_webhooks(document, schemas, report, operations.paths)
    schemas.finish({"#/paths": operations.paths, "#/components": operations.kept})
    info = document.get("info") if isinstance(document.get("info"), dict) else {}
    return Normalised(
        document={
            "openapi": "3.1.0",
            "info": {"title": str(info.get("title", "API")), "version": str(info.get("version", "0"))},
            "paths": operations.paths,
            "components": {"schemas": schemas.classes},
        },
        operations=tuple(operations.operations),
        wire=schemas.wire,
        raw_bodies=frozenset(operations.raw_bodies),
        secrets=frozenset(schemas.secrets),
        harmless=frozenset(schemas.harmless),
        defaults=schemas.defaults,
        report=report,
        tags=schemas.tags,
        webhooks=tuple(webhooks),
    )
