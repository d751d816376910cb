"""Read discriminators: the property that identifies a union's class, and the class of each value.

The functions are pure, on schemas in the generator's terms. Ambiguities are in `Told.problems`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from veneer_codegen.normalise.rules import Schema

MARK: Final = "x-veneer-tags:"
"""The mark of a union with a discriminator, as an `example` that the generator carries along."""

Value = str | int | float | bool


@dataclass(frozen=True)
class Tags:
    """A property, with a class for every value."""

    name: str
    classes: tuple[tuple[Value, str], ...]


@dataclass(frozen=True)
class TagTree:
    """The discriminators of a union.

    `tags` are tried in turn. `other` is the class of an object that no tag identifies. Without it,
    `possible` are the classes that the object may be.
    """

    tags: tuple[Tags, ...]
    other: str = ""
    possible: tuple[str, ...] = ()

    def renamed(self, names: Mapping[str, str]) -> TagTree:
        """Return the same tree with its classes renamed."""
        tags = [
            Tags(one.name, tuple((value, names.get(name, name)) for value, name in one.classes))
            for one in self.tags
        ]
        possible = tuple(names.get(name, name) for name in self.possible)
        return TagTree(tuple(tags), names.get(self.other, self.other), possible)


@dataclass(frozen=True)
class Member:
    """A member of a union: its pointer, its component's name, and the classes that it became."""

    pointer: str
    name: str
    classes: tuple[str, ...]


@dataclass
class Tagged:
    """A union with a discriminator, or around one.

    Its values are resolved when all classes are known.
    """

    place: str
    discriminator: Mapping[str, Any] | None
    members: Sequence[Member] = ()
    inner: Sequence[str] = ()
    """The numbers of the unions that this one contains."""
    other: str = ""
    inner_first: bool = False
    """Whether their discriminators are tried before this one's."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """The classes that the inner unions' classes became, if all were merged with other keywords."""


@dataclass(frozen=True)
class Told:
    """The result of resolving a discriminator. Each problem is one sentence."""

    tags: Tags | None
    other: str = ""
    problems: tuple[str, ...] = ()
    names: frozenset[tuple[Value, str]] = frozenset()
    """Component names that are accepted beside the values that the contract gives their classes."""


def number(schema: Schema) -> str:
    """Return the number of a union's discriminator; empty if it has none."""
    example = schema.get("example")
    return example.removeprefix(MARK) if isinstance(example, str) and example.startswith(MARK) else ""


def mark(number: str) -> Schema:
    """Return the keywords that mark a union."""
    return {"example": f"{MARK}{number}"}


def tell(
    tagged: Tagged,
    resolve: Callable[[str], tuple[str, str]],
    tag_of: Callable[[str, str], Schema | None],
) -> Told:
    """Return the classes of a discriminator's values.

    `resolve` returns the pointer and class of a mapping's value, `tag_of` the schema of a class's
    property. A class is identified by its values in the mapping, by those that it alone lists for
    the property, else by its component's name.
    """
    discriminator = tagged.discriminator or {}
    name = discriminator.get("propertyName")
    if not isinstance(name, str):
        return Told(None, "", ("it has no propertyName: the classes are told apart by their shape",))
    telling = _Telling(tagged, name, resolve, tag_of)
    mapping = discriminator.get("mapping")
    for text, target in mapping.items() if isinstance(mapping, dict) else ():
        telling.map(str(text), str(target))
    telling.take_listed()
    for member in tagged.members:
        if len(member.classes) == 1:
            telling.take_name(member.name, member.classes[0])
    other = telling.other(discriminator["defaultMapping"]) if "defaultMapping" in discriminator else ""
    classes = tuple(telling.found.items())
    return Told(Tags(name, classes), other or tagged.other, tuple(telling.problems), frozenset(telling.names))


class _Telling:
    """The values of one discriminator: the mapping's first, component names last."""

    def __init__(
        self,
        tagged: Tagged,
        name: str,
        resolve: Callable[[str], tuple[str, str]],
        tag_of: Callable[[str, str], Schema | None],
    ) -> None:
        self.found: dict[Value, str] = {}
        self.names: set[tuple[Value, str]] = set()
        self.problems: list[str] = []
        self._tagged = tagged
        self._name = name
        self._resolve = resolve
        self._mapped: set[str] = set()
        self._alone: set[str] = set()
        self._tag = {one: tag_of(one, name) for member in tagged.members for one in member.classes}

    def map(self, text: str, target: str) -> None:
        """Add one entry of the mapping."""
        classes = self._classes(target)
        if not classes:
            self.problems.append(f"{text!r} is mapped to {target}, which is not a member of the union")
        elif len(classes) == 1:
            self._mapped.add(classes[0])
            for value in _values(text, self._tag.get(classes[0])):
                self.found.setdefault(value, classes[0])
        elif not self._tagged.inner:
            self.problems.append(f"{text!r} is mapped to {target}, a union that no discriminator tells apart")

    def take_listed(self) -> None:
        """Add the values that only one class lists for the property."""
        listed = {one: _listed(tag) for one, tag in self._tag.items()}
        often = Counter(value for values in listed.values() for value in set(map(_exact, values)))
        for one, values in listed.items():
            for value in values:
                if often[_exact(value)] == 1 and value not in self.found:
                    self.found[value] = one
                    self._alone.add(one)

    def take_name(self, name: str, one: str) -> None:
        """Add the component's name of a class that has no other value, or that allows the name."""
        tag, mapped = self._tag[one], one in self._mapped
        listed = _listed(tag)
        if one in self._alone or (mapped and listed):
            return
        for value in _values(name, tag) if name else ():
            if value not in self.found and mapped:
                self.names.add((value, one))
            if self.found.setdefault(value, one) != one:
                self.problems.append(
                    f"{value!r} means {self.found[value]} and for {one}: the former is taken"
                )
        if mapped:
            return
        if not name:
            self.problems.append(
                f"{one} has no value of {self._name} of its own: it is told apart by its shape"
            )
        elif listed:
            values = ", ".join(map(repr, listed))
            self.problems.append(
                f"{one} lists {values} for {self._name}, as others do: it is known by its name alone, {name!r}"
            )

    def other(self, target: Any) -> str:
        """Return the class that 3.2's defaultMapping names; empty if it names none."""
        classes = self._classes(str(target))
        if len(classes) == 1:
            return classes[0]
        self.problems.append(f"its defaultMapping, {target}, is not one member of the union")
        return ""

    def _classes(self, target: str) -> tuple[str, ...]:
        """Return the classes of the member that a mapping names, by reference, class or name."""
        pointer, name = self._resolve(target)
        members = self._tagged.members
        for member in members:
            if pointer and member.pointer == pointer:
                return member.classes
        if name and any(name in member.classes for member in members):
            return (name,)
        return next((member.classes for member in members if member.name and member.name == target), ())


def combine(own: Told | None, inner: Sequence[TagTree], *, inner_first: bool) -> TagTree:
    """Return a union's discriminator joined with those inside it.

    The first class of a value wins.
    """
    outer = (own.tags,) if own and own.tags else ()
    nested = tuple(one for tree in inner for one in tree.tags)
    joined: dict[str, Tags] = {}
    for one in (*nested, *outer) if inner_first else (*outer, *nested):
        before = joined.get(one.name, Tags(one.name, ())).classes
        known = {_exact(value) for value, _ in before}
        more = tuple(item for item in one.classes if _exact(item[0]) not in known)
        joined[one.name] = Tags(one.name, (*before, *more))
    possible = dict.fromkeys(name for tree in inner for name in (tree.other, *tree.possible) if name)
    return TagTree(tuple(joined.values()), own.other if own else "", tuple(possible))


def _listed(tag: Schema | None) -> list[Value]:
    """Return the only values that a property can have; none if it can have others."""
    if tag is None:
        return []
    if "anyOf" in tag:
        inner = [member for member in tag["anyOf"] if member.get("type") != "null"]
        values = [_listed(member) for member in inner]
        return [one for each in values for one in each] if all(values) else []
    if "const" in tag:
        return [tag["const"]]
    return list(tag.get("enum", ()))


def _values(text: str, tag: Schema | None) -> Iterator[Value]:
    """Yield the JSON values that a mapping's key, which is always text."""
    kinds = _kinds(tag)
    if not kinds or "string" in kinds:
        yield text
    if (not kinds or kinds & {"integer", "number"}) and re.fullmatch(r"-?(0|[1-9]\d{0,18})", text):
        yield int(text)
    elif "number" in kinds and re.fullmatch(r"-?\d{1,18}\.\d{1,18}", text):
        yield float(text)
    elif "boolean" in kinds and text in {"true", "false"}:
        yield text == "true"


def _kinds(tag: Schema | None) -> set[str]:
    if not tag:
        return set()
    if "anyOf" in tag:
        return set().union(*(_kinds(member) for member in tag["anyOf"])) - {"null"}
    if "const" in tag:
        return {{str: "string", bool: "boolean", int: "integer", float: "number"}.get(type(tag["const"]), "")}
    return {str(tag["type"])} if "type" in tag else set()


def _exact(value: Value) -> tuple[type, Value]:
    """Return a key that differs for `True` and `1`, which are equal in Python."""
    return type(value), value
