"""Find parents with a discriminator whose children use allOf: `Cat: {allOf: [{$ref: Pet}, …]}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veneer_codegen.contract import pointers
from veneer_codegen.documents import EXTERNAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Family:
    """A parent with a discriminator, and the pointers of its children, `heirs`.

    `own` means that the discriminator is the parent's own, not one of its own parents'.
    """

    discriminator: Mapping[str, Any]
    heirs: tuple[str, ...]
    own: bool


def families(document: Mapping[str, Any]) -> dict[str, Family]:
    """Return the parents with a discriminator by pointer, each with its children."""
    schemas = dict(_components(document))
    children: dict[str, list[str]] = {}
    for pointer, schema in schemas.items():
        for parent in parents(schema):
            children.setdefault(parent, []).append(pointer)
    found: dict[str, Family] = {}
    for pointer, schema in schemas.items():
        if not isinstance(schema, dict) or schema.keys() & {"oneOf", "anyOf"}:
            continue
        discriminator, own = _discriminator(schemas, pointer, set())
        heirs = _descendants(children, pointer)
        mapping = discriminator.get("mapping") if discriminator else None
        if isinstance(mapping, dict):
            mapped = {str(value): _mapped(schemas, target) for value, target in mapping.items()}
            if own:
                heirs += [
                    one for one in dict.fromkeys(mapped.values()) if one in schemas and one not in heirs
                ]
            else:  # a parent's mapping may name its other children
                kept = {value: mapping[value] for value, one in mapped.items() if one in {*heirs, pointer}}
                discriminator = {**(discriminator or {}), "mapping": kept}
        heirs = [one for one in heirs if one != pointer]
        if discriminator and heirs:
            found[pointer] = Family(discriminator, tuple(heirs), own)
    return found


def _components(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every named schema of the contract and of bundled documents, with its pointer."""
    external = document.get(EXTERNAL)
    documents = [("#", document)]
    if isinstance(external, dict):
        documents += [(pointers.join("#", EXTERNAL, key), one) for key, one in external.items()]
    for place, one in documents:
        if not isinstance(one, dict):
            continue
        components = one.get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else None
        for key, schema in schemas.items() if isinstance(schemas, dict) else ():
            yield pointers.join(place, "components", "schemas", key), schema
        if place != "#":
            yield place, one


def parents(schema: Any) -> list[str]:
    """Return the pointers in a schema's allOf."""
    parts = schema.get("allOf") if isinstance(schema, dict) else None
    return [
        pointers.join("#", *pointers.split(part["$ref"]))
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, dict) and isinstance(part.get("$ref"), str) and part["$ref"].startswith("#")
    ]


def _descendants(children: Mapping[str, list[str]], pointer: str) -> list[str]:
    """Return the descendants of a schema, each once, the deepest first."""
    seen = {pointer}
    found: list[str] = []
    level = [pointer]
    while level:
        level = [
            one
            for one in dict.fromkeys(child for one in level for child in children.get(one, ()))
            if one not in seen
        ]
        seen |= set(level)
        found = level + found
    return found


def _discriminator(
    schemas: Mapping[str, Any], pointer: str, seen: set[str]
) -> tuple[Mapping[str, Any] | None, bool]:
    """Return a schema's discriminator, perhaps from its allOf, and whether it is its own."""
    schema = schemas.get(pointer)
    if not isinstance(schema, dict) or pointer in seen:
        return None, False
    seen.add(pointer)
    parts = schema.get("allOf")
    inline = [part for part in (parts if isinstance(parts, list) else ()) if isinstance(part, dict)]
    for one in [schema, *inline]:
        if isinstance(one.get("discriminator"), dict) and not one.keys() & {"oneOf", "anyOf"}:
            return one["discriminator"], True
    for parent in parents(schema):
        inherited, _ = _discriminator(schemas, parent, seen)
        if inherited is not None:
            return inherited, False
    return None, False


def _mapped(schemas: Mapping[str, Any], target: Any) -> str:
    """Return the pointer of a mapping's value, which may be a name (OpenAPI, Discriminator Object)."""
    named = pointers.join("#/components/schemas", str(target))
    if named in schemas or not str(target).startswith("#"):
        return named
    return pointers.join("#", *pointers.split(target))
