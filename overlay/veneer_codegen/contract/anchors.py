"""Turn references by name (`$anchor`, `$id`, `$self`, `$dynamicRef`) into JSON pointers.

https://json-schema.org/draft/2020-12/json-schema-core#section-8.2
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from veneer_codegen.contract import pointers

DATA: Final = frozenset({"example", "examples", "default", "enum", "const", "value"})
"""Keywords whose values are data: a `$ref` in them is not a reference."""
_NAMED: Final = ("/properties", "/patternProperties", "/schemas", "/$defs")
"""The ends of places whose keys are names, not keywords."""


_MOST_COPIES: Final = 1000
"""The most schemas to copy for one instance of a generic type.

Beyond that, generic ones are used.
"""


class Located(NamedTuple):
    """An object of a document, its place, and its schema resource's (`#`: the document)."""

    value: dict[str, Any]
    place: str
    resource: str


def nodes(document: Any) -> Iterator[Located]:
    """Yield every object of a document that is not data."""
    stack: list[tuple[Any, str, str]] = [(document, "#", "#")]
    while stack:
        current, place, resource = stack.pop()
        if isinstance(current, dict):
            named = place.endswith(_NAMED)
            if isinstance(current.get("$id"), str) and not named:
                resource = place
            yield Located(current, place, resource)
            stack += [
                (value, pointers.join(place, key), resource)
                for key, value in reversed(current.items())
                if isinstance(value, (dict, list)) and (named or not (key in DATA or key.startswith("x-")))
            ]
        elif isinstance(current, list):
            stack += [
                (value, pointers.join(place, index), resource)
                for index, value in reversed(list(enumerate(current)))
                if isinstance(value, (dict, list))
            ]


def localise(document: Any, address: str) -> None:
    """Replace references by name into the document itself with pointers; keep all others."""
    names = _Names(document, address)
    if not names.any:
        return
    found = list(nodes(document))
    for node, place, resource in found:
        for key in ("$ref", "$dynamicRef"):
            if isinstance(node.get(key), str) and (pointer := names.pointer(node[key], resource, place)):
                node[key] = pointer
    _specialise(document, found, names)
    for node, _, _ in found:
        if isinstance(node.get("$dynamicRef"), str):
            node.setdefault("$ref", node.pop("$dynamicRef"))


def pointer_of(document: Any, fragment: str) -> str:
    """Return the pointer of a fragment that names an anchor; any other fragment unchanged."""
    if not fragment or fragment.startswith("/"):
        return fragment
    pointer = _Names(document, "").pointer(f"#{fragment}", "#")
    return pointer.removeprefix("#") if pointer else fragment


class _Names:
    """The names of a document's schemas: addresses, and anchors by their schema resource."""

    def __init__(self, document: Any, address: str) -> None:
        self._document = document
        self._addresses: dict[str, str] = {}
        self._bases = {"#": address}
        self._anchors: dict[tuple[str, str], list[str]] = {}
        self._places: dict[str, list[str]] = {}
        self.dynamic: dict[str, list[str]] = {}
        """The places of the dynamic anchors by their names."""
        root = document.get("$self") if isinstance(document, dict) else None
        self.any = isinstance(root, str)
        if isinstance(root, str):
            self._name("#", urljoin(address, root))
        for node, place, resource in nodes(document):
            if resource == place and isinstance(node.get("$id"), str):
                self.any = True
                above = place.rpartition("/")[0]
                while above not in self._bases:
                    above = above.rpartition("/")[0]
                self._name(place, urljoin(self._bases[above], node["$id"]))
            for key in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(key), str):
                    self.any = True
                    self._anchors.setdefault((resource, node[key]), []).append(place)
                    self._places.setdefault(node[key], []).append(place)
            if isinstance(node.get("$dynamicAnchor"), str):
                self.dynamic.setdefault(node["$dynamicAnchor"], []).append(place)

    def _name(self, place: str, address: str) -> None:
        self._bases[place] = urldefrag(address).url
        self._addresses.setdefault(self._bases[place], place)

    def pointer(self, reference: str, resource: str, place: str = "#") -> str:
        """Return the place of a reference by name, as `#/…`; empty for any other."""
        target, fragment = urldefrag(reference)
        if target:
            found = self._addresses.get(urldefrag(urljoin(self._bases[resource], target)).url)
            if found is None:
                return ""
            resource = found
        if not fragment:
            return resource if target or resource != "#" else ""
        if fragment.startswith("/"):
            inner = f"{resource}{fragment}"
            if resource != "#" and _leads(self._document, inner):
                return inner
            return f"#{fragment}" if target else ""
        name = unquote(fragment)
        places = self._anchors.get((resource, name)) or ([] if target else self._places.get(name, []))
        around = [one for one in places if place.startswith(f"{one}/")]
        if (resource, name) not in self._anchors and len(places) > 1:
            return ""  # the names of several resources
        return (around or places or [""])[0]


def _leads(document: Any, pointer: str) -> bool:
    try:
        pointers.resolve(document, pointer)
    except KeyError:
        return False
    return True


def _specialise(document: Any, found: list[Located], names: _Names) -> None:
    """Replace a schema that redefines another's dynamic anchors by a copy with those in place.

    This is how JSON Schema writes generic types: `{$ref: Page, $defs: {T: {$dynamicAnchor: T, type:
    integer}}}`.
    """
    if not names.dynamic:
        return
    owners: dict[str, dict[str, str]] = {}
    for name, places in names.dynamic.items():
        for place in places:
            owners.setdefault(place, {})[name] = place
            owner, defs, key = place.rpartition("/$defs/")
            if defs and "/" not in key:
                owners.setdefault(owner, {})[name] = place
    for node, place, _ in found:
        own = owners.get(place)
        if not own or not isinstance(node.get("$ref"), str) or not node["$ref"].startswith("#"):
            continue
        rest = {key: value for key, value in node.items() if key != "$ref"}
        made = _Copy(document, own, names, place).of(node["$ref"])
        if made is not None:
            node.clear()
            node.update({**made, **rest})


class _Copy:
    """A copy of a schema, and of its references, with other targets of dynamic references."""

    def __init__(self, document: Any, own: Mapping[str, str], names: _Names, place: str) -> None:
        self._document = document
        self._own = own
        self._anchored = {one: name for name in own for one in names.dynamic[name]}
        self._place = place
        self._active: list[str] = []
        self._left = _MOST_COPIES

    def of(self, reference: str) -> dict[str, Any] | None:
        """Return a copy of a reference's target; None if nothing in it is generic."""
        if not self._left or not self._is_generic(reference, set()):
            return None
        self._left -= 1
        self._active.append(reference)
        try:
            target = pointers.resolve(self._document, reference)
            made = self._copied(target)
        finally:
            self._active.pop()
        return {
            key: value
            for key, value in made.items()
            if key not in {"$id", "$anchor", "$dynamicAnchor", "$defs"}
        }

    def _copied(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._copied(one) for one in node]
        if not isinstance(node, dict):
            return node
        name = self._anchored.get(str(node.get("$dynamicRef")))
        if name is not None:
            return {
                **{key: self._copied(value) for key, value in node.items() if key != "$dynamicRef"},
                "$ref": self._own[name],
            }
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            if reference in self._active:
                return {**node, "$ref": self._place} if reference == self._active[0] else copy.deepcopy(node)
            if (made := self.of(reference)) is not None:
                return {**made, **{key: value for key, value in node.items() if key != "$ref"}}
        return {key: value if key in DATA else self._copied(value) for key, value in node.items()}

    def _is_generic(self, reference: str, seen: set[str]) -> bool:
        """Return whether a reference's target has a dynamic reference, directly or indirectly."""
        if reference in seen or not _leads(self._document, reference):
            return False
        seen.add(reference)
        for node, _, _ in nodes(pointers.resolve(self._document, reference)):
            if str(node.get("$dynamicRef")) in self._anchored:
                return True
            further = node.get("$ref")
            if isinstance(further, str) and further.startswith("#") and self._is_generic(further, seen):
                return True
        return False
