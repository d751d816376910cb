"""The differences between two schemas themselves, and the pairs of schemas below them."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from veneer_codegen.changes.shapes import (
    LIMITS,
    Node,
    Shape,
    conditions,
    distinct,
    resolve,
    says_nothing,
    shape,
    signature,
    unique,
)
from veneer_codegen.contract import pointers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TYPED_FORMATS: Final = frozenset({"date", "date-time", "uuid", "binary"})
_SHOWN: Final = 10

Side = Literal["request", "response"]
Difference = tuple[str, str, str]
"""A kind of change, its place, and its description."""


def compare(before: Node, after: Node, side: Side) -> tuple[list[Difference], list[tuple[Node, Node]]]:
    """Return the differences between two schemas, and the pairs below them.

    A request has no read-only members, a response no write-only members.
    """
    old, new = _as_unions(before, after)
    hidden = list(_hidden(old, new, side))
    old, new, turned = _visible(old, new, side)
    renamed = renamed_properties(old, new)
    paired = _paired_members(old, new)
    here = [
        *_component(before, after, new),
        *hidden,
        *_types(old, new),
        *_enums(old, new),
        *_properties(old, new, renamed, turned),
        *_rest(old, new),
        *_conditions(old, new),
        *_unions(old, new, paired),
        *_details(old, new),
    ]
    return here, [*_children(old, new, renamed, turned), *paired]


def _component(before: Node, after: Node, new: Shape) -> Iterator[Difference]:
    """Yield the change of a renamed component, whose class is renamed too."""
    first, second = before.component, after.component
    gone = first and first not in after.document.components
    come = second and second not in before.document.components
    if gone and come and (new.properties or new.enum):
        yield "component-renamed", after.place, f"{first} is called {second} now: its class is renamed"


def _as_unions(before: Node, after: Node) -> tuple[Shape, Shape]:
    """Return both shapes as unions if one is a union.

    The other shape, perhaps a changed member of it, becomes a union of one.
    """
    old, new = shape(before), shape(after)
    if old.union and not new.union and _nearest(after, new, old):
        new = Shape(
            new.place, union=(after,), nullable=new.nullable, discriminator=old.discriminator,
            read_only=new.read_only, write_only=new.write_only, deprecated=new.deprecated,
        )  # fmt: skip
    elif new.union and not old.union and _nearest(before, old, new):
        old = Shape(
            old.place, union=(before,), nullable=old.nullable, discriminator=new.discriminator,
            read_only=old.read_only, write_only=old.write_only, deprecated=old.deprecated,
        )  # fmt: skip
    return old, new


def _nearest(node: Node, found: Shape, union: Shape) -> bool:
    """Return whether a schema is a member of a union, perhaps with more or fewer properties."""
    own, name = signature(node), _reference(node)
    return any(
        signature(member) == own or (name and _reference(member) == name) or _much_alike(found, shape(member))
        for member in union.union
    )


def _much_alike(first: Shape, second: Shape) -> bool:
    """Return whether two objects have most of their properties in common."""
    both = first.properties.keys() & second.properties.keys()
    return first.types == second.types == {"object"} and 2 * len(both) > min(
        len(first.properties), len(second.properties)
    )


def _visible(old: Shape, new: Shape, side: Side) -> tuple[Shape, Shape, dict[str, str]]:
    """Return both shapes without the properties that this direction never carries.

    Returned with the names that only one of them carries: `gone` or `come`.
    """
    hidden = [
        {name for name, node in found.properties.items() if _hides(shape(node), side)} for found in (old, new)
    ]
    if not any(hidden):
        return old, new, {}
    turned = {name: "come" for name in hidden[0] if name in new.properties.keys() - hidden[1]}
    turned |= {name: "gone" for name in hidden[1] if name in old.properties.keys() - hidden[0]}
    dropped = (hidden[0] | hidden[1]) - turned.keys()
    return _less(old, dropped), _less(new, dropped), turned


def _hidden(old: Shape, new: Shape, side: Side) -> Iterator[Difference]:
    """Yield changes of properties that the class has but this direction never carries."""
    for name, node in old.properties.items():
        if name not in new.properties and _hides(shape(node), side):
            yield "unused-property-removed", node.place, f"property {name} was removed"
    for name, node in new.properties.items():
        if name not in old.properties and _hides(shape(node), side):
            yield "property-added", node.place, f"optional property {name} was added"


def _hides(found: Shape, side: Side) -> bool:
    return found.read_only if side == "request" else found.write_only


def _less(found: Shape, names: set[str]) -> Shape:
    properties = {name: node for name, node in found.properties.items() if name not in names}
    return replace(found, properties=properties, required=found.required - names)


def _types(old: Shape, new: Shape) -> Iterator[Difference]:
    was, now = _type_text(old), _type_text(new)
    if old.types != new.types and bool(old.union) == bool(new.union):
        grown, shrunk = _widened(old.types, new.types), _widened(new.types, old.types)
        kind = "type-widened" if grown else "type-narrowed" if shrunk else "type-changed"
        yield kind, new.place, f"the type changed from {was} to {now}"
    elif bool(old.union) != bool(new.union):
        yield (
            (
                "type-widened"
                if new.union and not old.types - _member_types(new)
                else "type-narrowed"
                if old.union and not new.types - _member_types(old)
                else "type-changed"
            ),
            new.place,
            f"the type changed from {was} to {now}",
        )
    if (
        old.nullable != new.nullable
        and old.types != {"null"}
        and new.types != {"null"}
        and (old.types or old.union or old.enum)
        and (new.types or new.union or new.enum)
    ):
        yield (
            "null-allowed" if new.nullable else "null-refused",
            new.place,
            f"null is {'allowed' if new.nullable else 'refused'} now",
        )


def _widened(old: frozenset[str], new: frozenset[str]) -> bool:
    """Return whether `new` allows everything that `old` allows.

    No types means any type, and every integer is a number.
    """
    return not new or (
        bool(old) and all(kind in new or (kind == "integer" and "number" in new) for kind in old)
    )


def _member_types(found: Shape) -> frozenset[str]:
    return frozenset().union(*(shape(member).types for member in found.union))


def _type_text(found: Shape) -> str:
    return "a union" if found.union else " or ".join(sorted(found.types)) or "anything"


def _enums(old: Shape, new: Shape) -> Iterator[Difference]:
    known = unique(old.known), unique(new.known)
    for key in known[1].keys() - known[0].keys() if old.known and new.known else ():
        yield "known-value-added", new.place, f"the value {known[1][key]!r} is listed now"
    for key in known[0].keys() - known[1].keys() if old.known and new.known else ():
        yield "known-value-removed", new.place, f"the value {known[0][key]!r} is no longer listed"
    if old.enum is None and new.enum is None:
        return
    if old.enum is None:
        yield "enum-closed", new.place, f"only listed values are allowed now: {_values(new.enum or ())}"
    elif new.enum is None:
        yield "enum-opened", new.place, "any value is allowed now, not only listed ones"
    else:
        was, now = unique(old.enum), unique(new.enum)
        gone = [value for key, value in was.items() if key not in now]
        come = [value for key, value in now.items() if key not in was]
        if len(gone) == len(come) == 1 and len(was) > 1:
            yield "enum-value-renamed", new.place, f"the value {gone[0]!r} became {come[0]!r}"
            return
        for value in gone:
            yield "enum-value-removed", new.place, f"the value {value!r} was removed"
        for value in come:
            yield "enum-value-added", new.place, f"the value {value!r} was added"


def _values(values: tuple[Any, ...]) -> str:
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(repr(value) for value in values[:_SHOWN]) + more


def _properties(
    old: Shape, new: Shape, renamed: Mapping[str, str], turned: Mapping[str, str]
) -> Iterator[Difference]:
    for name, other in renamed.items():
        yield "property-renamed", new.properties[other].place, f"property renamed from {name} to {other}"
    for name, node in old.properties.items():
        if name not in new.properties and name not in renamed:
            yield "property-removed", node.place, f"property {name} was removed"
    targets = set(renamed.values())
    for name, node in new.properties.items():
        if name in turned:
            yield from _turned(name, node, required=name in new.required, come=turned[name] == "come")
        elif name not in old.properties and name not in targets:
            required = name in new.required
            yield (
                ("property-added-required" if required else "property-added"),
                node.place,
                f"{'required' if required else 'optional'} property {name} was added",
            )
        elif name in old.properties and (name in old.required) != (name in new.required):
            yield (
                ("property-now-required" if name in new.required else "property-now-optional"),
                node.place,
                f"property {name} is {'required' if name in new.required else 'optional'} now",
            )
    for name in sorted((old.required ^ new.required) - old.properties.keys() - new.properties.keys()):
        # A required name that is declared nowhere: a condition, or a map without a type for it.
        now = name in new.required
        yield (
            ("property-now-required" if now else "property-now-optional"),
            new.place,
            f"property {name} is {'required' if now else 'optional'} now",
        )


def _turned(name: str, node: Node, *, required: bool, come: bool) -> Iterator[Difference]:
    """Yield the change of a property that became, or is no longer, part of this direction."""
    if not come:
        read = shape(node).read_only
        yield (
            "property-read-only" if read else "property-write-only",
            node.place,
            "can only be read now" if read else "can only be written now",
        )
    elif required:
        yield "property-now-required", node.place, f"property {name} is required now"
    else:
        yield "property-read-write", node.place, "can be read and written now"


def _rest(old: Shape, new: Shape) -> Iterator[Difference]:
    """Yield changes of members that are not listed: additional properties and items of arrays."""
    both = old.types & new.types if old.types and new.types else old.types | new.types or {"object"}
    if "object" in both:
        about = "properties that are not listed"
        yield from _said("extra-properties", old.extra, new.extra, new.place, about)
        for name in old.patterns.keys() - new.patterns.keys():
            what = f"nothing is said of properties like {name} any more"
            yield "pattern-properties-removed", new.place, what
        for name in new.patterns.keys() - old.patterns.keys():
            yield "pattern-properties-added", new.place, f"the type of properties like {name} is said now"
    if "array" in both:
        for was, now, position in _positions(old, new):
            yield from _said("items", was, now, new.place, f"the item {position}")
        yield from _said("items", old.items, new.items, new.place, "items")


def _said(word: str, was: Node | bool, now: Node | bool, place: str, about: str) -> Iterator[Difference]:
    if (was is False) != (now is False):
        refused = now is False
        yield (
            f"{word}-refused" if refused else f"{word}-allowed",
            place,
            f"{about}: {'refused' if refused else 'allowed'} now",
        )
    elif says_nothing(was) != says_nothing(now):
        untyped = says_nothing(now)
        yield (
            f"{word}-untyped" if untyped else f"{word}-typed",
            place,
            f"{about}: {'of any type' if untyped else 'of one type'} now",
        )


def _positions(old: Shape, new: Shape) -> Iterator[tuple[Node | bool, Node | bool, int]]:
    """Yield the positions of a tuple that only one of two arrays lists, with both schemas."""
    lengths = sorted((len(old.prefix), len(new.prefix)))
    for position in range(*lengths):
        was = old.prefix[position] if position < len(old.prefix) else old.items
        now = new.prefix[position] if position < len(new.prefix) else new.items
        yield was, now, position


def _conditions(old: Shape, new: Shape) -> Iterator[Difference]:
    """Yield added and removed conditions.

    One of each, of the same keyword, is a changed condition.
    """
    for name in sorted({**old.dependent, **new.dependent}):
        was, now = (found.dependent.get(name, frozenset()) for found in (old, new))
        if now - was:
            yield "dependency-added", new.place, f"with {name}, {_names(now - was)} must be given now"
        if was - now:
            yield "dependency-removed", new.place, f"with {name}, {_names(was - now)} may be left out now"
    first, second = conditions(old), conditions(new)
    gone = Counter(_keyword(key) for key in first.keys() - second.keys())
    come = Counter(_keyword(key) for key in second.keys() - first.keys())
    for word in sorted({**gone, **come}):
        what = "added" if not gone[word] else "removed" if not come[word] else "changed"
        mild = word in {"contains", "propertyNames", "contentSchema"}
        kind = f"{'member-condition' if mild else 'condition'}-{what}"
        yield kind, new.place, f"the condition `{word}` was {what}"


def _keyword(key: str) -> str:
    word = key.partition(" ")[0].rstrip("'")
    return "if" if word in {"then", "else"} else word


def _names(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))


def renamed_properties(old: Shape, new: Shape) -> dict[str, str]:
    """Return renamed properties: the same shape, and the only pair or a similar name."""
    gone = [name for name in old.properties if name not in new.properties]
    come: dict[tuple[str, bool], list[str]] = {}
    for name, node in new.properties.items() if gone else ():
        if name not in old.properties:
            come.setdefault((signature(node), name in new.required), []).append(name)
    alone = len(gone) == sum(len(names) for names in come.values()) == 1
    renamed: dict[str, str] = {}
    for name in gone if come else ():
        twins = come.get((signature(old.properties[name]), name in old.required), [])
        best = best_name(name, twins, alone=alone)
        if best is not None:
            renamed[name] = best
            twins.remove(best)
    return renamed


_MOST_TWINS: Final = 50
"""The number of names to compare a name with. Among more, similarity means nothing."""


def best_name(name: str, twins: list[str], *, alone: bool) -> str | None:
    """Return the most similar name; for the only removed name, its only candidate."""
    if alone and len(twins) == 1:
        return twins[0]
    plain = name.lower().replace("_", "")
    scored = sorted(
        (
            (difflib.SequenceMatcher(None, plain, twin.lower().replace("_", "")).ratio(), twin)
            for twin in twins[:_MOST_TWINS]
        ),
        reverse=True,
    )
    return scored[0][1] if scored and scored[0][0] >= 0.6 else None


def _unions(old: Shape, new: Shape, paired: list[tuple[Node, Node]]) -> Iterator[Difference]:
    if not old.union or not new.union:
        return
    left, right = {id(before) for before, _ in paired}, {id(after) for _, after in paired}
    for member in old.union:
        if id(member) not in left:
            yield (
                "union-member-removed",
                new.place,
                f"{_member_name(member)} is not a member of the union any more",
            )
    for member in new.union:
        if id(member) not in right:
            yield "union-member-added", new.place, f"{_member_name(member)} is a new member of the union"


def _reference(member: Node) -> str:
    """Return the last part of a member's reference; empty for an inline member."""
    return resolve(member).component or (
        pointers.split(member.schema["$ref"])[-1]
        if isinstance(member.schema, dict) and str(member.schema.get("$ref", "")).startswith("#/")
        else ""
    )


def _member_name(member: Node) -> str:
    return _reference(member) or _type_text(shape(member))


def _paired_members(old: Shape, new: Shape) -> list[tuple[Node, Node]]:
    """Pair the members of two unions: by name, by shape, then the most similar objects."""
    if not old.union or not new.union:
        return []
    left, right = dict(enumerate(old.union)), dict(enumerate(new.union))
    pairs: list[tuple[Node, Node]] = []
    for alike in (_reference, signature, _own_type):
        waiting: dict[str, list[int]] = {}
        for number, member in right.items():
            waiting.setdefault(alike(member), []).append(number)
        for number, member in list(left.items()):
            key = alike(member)
            if key and waiting.get(key):
                pairs.append((left.pop(number), right.pop(waiting[key].pop(0))))
    for number, member in list(left.items()):
        twin = _largest_common(shape(member), right)
        if twin is not None:
            pairs.append((left.pop(number), right.pop(twin)))
    return pairs


def _own_type(member: Node) -> str:
    """Return the type of a member that is not an object.

    Strings with different limits are one type.
    """
    types = shape(member).types
    return ",".join(sorted(types)) if types != {"object"} else ""


def _largest_common(found: Shape, candidates: Mapping[int, Node]) -> int | None:
    best, most = None, 0
    for number, candidate in list(candidates.items())[:_MOST_TWINS]:
        other = shape(candidate)
        common = len(found.properties.keys() & other.properties.keys())
        if common > most and _much_alike(found, other):
            best, most = number, common
    return best


def _details(old: Shape, new: Shape) -> Iterator[Difference]:
    same_types = old.types == new.types or old.types & new.types
    if old.format != new.format and same_types:
        typed = {old.format, new.format} & _TYPED_FORMATS
        yield (
            ("format-type-changed" if typed else "format-changed"),
            new.place,
            f"the format changed from {old.format or 'none'} to {new.format or 'none'}",
        )
    for word, was, now in (
        ("encoding", old.encoding, new.encoding),
        ("media type", old.media, new.media),
    ):
        if was != now and same_types:
            yield (
                "content-changed" if was and now else "content-said",
                new.place,
                f"the {word} of the text changed from {was or 'none'} to {now or 'none'}",
            )
    if old.pattern != new.pattern:
        yield (
            ("pattern-changed" if new.pattern else "pattern-removed"),
            new.place,
            f"the pattern changed from {old.pattern or 'none'} to {new.pattern or 'none'}",
        )
    for key in sorted(old.limits.keys() | new.limits.keys()):
        before, after = old.limits.get(key), new.limits.get(key)
        if before != after:
            yield (
                ("limit-tightened" if _tighter(key, before, after) else "limit-loosened"),
                new.place,
                f"{key} changed from {'none' if before is None else before} to {'none' if after is None else after}",
            )
    if distinct(old.default) != distinct(new.default):
        yield "default-changed", new.place, f"the default changed from {old.default!r} to {new.default!r}"
    if _other_tags(old, new):
        yield "discriminator-changed", new.place, "what tells the members of the union apart changed"
    if new.deprecated and not old.deprecated:
        yield "property-deprecated", new.place, "is deprecated now"
    if new.read_only and not old.read_only:
        yield "property-read-only", new.place, "can only be read now"
    if new.write_only and not old.write_only:
        yield "property-write-only", new.place, "can only be written now"


def _tighter(key: str, before: Any, after: Any) -> bool:
    if before is None or after is None:
        return before is None
    if LIMITS[key] == 0 or not isinstance(before, int | float) or not isinstance(after, int | float):
        return True
    return bool((after - before) * LIMITS[key] > 0)


def _other_tags(old: Shape, new: Shape) -> bool:
    """Return whether a discriminator has other values for members that both unions have."""
    if not old.discriminator or not new.discriminator:
        return bool(old.discriminator) != bool(new.discriminator)
    if old.discriminator.get("propertyName") != new.discriminator.get("propertyName"):
        return True
    names = [{_reference(member) for member in found.union} for found in (old, new)]
    both = names[0] & names[1]
    tags = [{value: name for value, name in _mapping(found).items() if name in both} for found in (old, new)]
    return tags[0] != tags[1]


def _mapping(found: Shape) -> dict[str, str]:
    """Return the component name of each value of a discriminator."""
    mapping = (found.discriminator or {}).get("mapping")
    said = {
        str(value): pointers.split(target)[-1] if str(target).startswith("#/") else str(target)
        for value, target in (mapping.items() if isinstance(mapping, dict) else ())
    }
    mapped = set(said.values())
    implied = {name: name for name in map(_reference, found.union) if name and name not in mapped}
    return {**implied, **said}


def _children(
    old: Shape, new: Shape, renamed: Mapping[str, str], turned: Mapping[str, str]
) -> list[tuple[Node, Node]]:
    """Yield the pairs of schemas below two shapes."""
    pairs = [
        (node, new.properties[renamed.get(name, name)])
        for name, node in old.properties.items()
        if renamed.get(name, name) in new.properties and name not in turned
    ]
    pairs += [(node, new.patterns[name]) for name, node in old.patterns.items() if name in new.patterns]
    first, second = conditions(old), conditions(new)
    pairs += [
        (node, second[key]) for key, node in first.items() if key in second and not key.startswith("not ")
    ]
    pairs += zip(old.prefix, new.prefix, strict=False)
    for was, now, _ in _positions(old, new):
        pairs += _typed_pair(was, now)
    return pairs + _typed_pair(old.extra, new.extra) + _typed_pair(old.items, new.items)


def _typed_pair(was: Node | bool, now: Node | bool) -> list[tuple[Node, Node]]:
    """Yield a pair of two schemas of the same members, if both restrict them."""
    if isinstance(was, Node) and isinstance(now, Node) and says_nothing(was) == says_nothing(now):
        return [(was, now)]
    return []
