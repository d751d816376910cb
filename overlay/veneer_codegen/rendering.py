"""The functions of templates: kinds of properties, functions of unions, facts of operations."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeGuard, TypeVar

from attrs import define
from jinja2 import Template
from openapi_python_client.parser.properties import AnyProperty, LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonCode

from veneer_codegen.characters import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

    from veneer_codegen.normalise import Operation
    from veneer_codegen.normalise.tags import TagTree
    from veneer_codegen.normalise.webhooks import Sent

Kind = Literal["plain", "model", "datetime", "date", "uuid", "file", "list", "nullable", "union"]

_KINDS: Final[tuple[tuple[type, Kind], ...]] = (
    (ModelProperty, "model"),
    (DateTimeProperty, "datetime"),
    (DateProperty, "date"),
    (UuidProperty, "uuid"),
    (FileProperty, "file"),
    (ListProperty, "list"),
    (UnionProperty, "union"),
)
_CONSTANTS_DEPTH: Final = 2


@define
class MapProperty(AnyProperty):
    """A free-form object: a dictionary whose values have one type."""

    values: str = "Any"

    def get_base_type_string(self) -> PythonCode:
        """Return the type for annotations."""
        return PythonCode(f"dict[str, {self.values}]")

    def get_base_json_type_string(self) -> PythonCode:
        """Return the type after `to_dict`, which is the same."""
        return self.get_base_type_string()

    def get_instance_type_string(self) -> PythonCode:
        """Return the class for `isinstance`."""
        return PythonCode("dict")


@define
class TaggedUnion(UnionProperty):
    """A union. `mark` is the number of its discriminator, if it has one."""

    mark: str = ""


@dataclass(frozen=True)
class TagValues:
    """A discriminator: the name of a property, and the class of each value (as source)."""

    name: str
    classes: dict[str, str]


@dataclass(frozen=True)
class Branches:
    """The classes of a union: their tags, the class of an unknown tag, and those that no tag names.

    `closed` means that an object with an unknown tag is none of them.
    """

    tags: tuple[TagValues, ...]
    other: str
    rest: tuple[ModelProperty, ...]
    closed: bool


@dataclass(frozen=True)
class Helper:
    """The two functions of a union in a module, and the values that the union takes.

    Flags allow null, plain values, objects of any shape and any text. `words` are the texts that it
    lists, `told` is its discriminator, and `closed` refuses objects with an unknown tag.
    """

    property: UnionProperty
    parse: str
    dump: str
    nullable: bool
    open: bool
    takes_objects: bool
    takes_text: bool
    words: tuple[str, ...]
    told: Branches
    closed: bool


@dataclass(frozen=True)
class Rows:
    """The rows in a paginated response: attribute, type, and whether they are optional."""

    name: str
    type: str
    optional: bool


@dataclass(frozen=True)
class SentEvent:
    """A request that the API sends: its payload, its reading function, and its identifying member.

    `reader` is empty if a class reads the payload.
    """

    sent: Sent
    prop: PropertyProtocol
    reader: str
    discriminator: tuple[str, str] | None


def kind_of(prop: PropertyProtocol) -> Kind:
    """Return the kind of a property by its conversion from JSON and back. `plain` needs none."""
    kind = _kind_of_class(type(prop))
    if kind == "list" and isinstance(prop, ListProperty):
        return "plain" if kind_of(prop.inner_property) == "plain" else "list"
    if kind == "union" and isinstance(prop, UnionProperty):
        members = _members(prop)
        if all(kind_of(member) == "plain" for member in members):
            return "plain"
        return "nullable" if len(members) == 1 else "union"
    return kind


@cache
def _kind_of_class(cls: type) -> Kind:
    """Return the kind of a class of properties."""
    return next((kind for one, kind in _KINDS if issubclass(cls, one)), "plain")


def _members(union: UnionProperty) -> list[PropertyProtocol]:
    return [member for member in union.inner_properties if not _is(member, NoneProperty)]


_P = TypeVar("_P", bound="PropertyProtocol")


def _is(prop: PropertyProtocol, kind: type[_P]) -> TypeGuard[_P]:
    """Return whether a property is of a kind. They are protocols, for which `isinstance` is slow."""
    return _is_below(type(prop), kind)


_is_below: Final = cache(issubclass)


def only_member(union: UnionProperty) -> PropertyProtocol:
    """Return the one member of a union that is not null."""
    (member,) = _members(union)
    return member


def members_of(union: UnionProperty, kind: str) -> list[PropertyProtocol]:
    """Return the members of a union of one kind. `text` members are parsed from a JSON string.

    Dates come first, because a date would also be read as a datetime.
    """
    kinds = {"datetime", "date", "uuid"} if kind == "text" else {kind}
    found = [member for member in union.inner_properties if kind_of(member) in kinds]
    return sorted(found, key=lambda member: kind_of(member) != "date")


def dumped_members(union: UnionProperty) -> list[PropertyProtocol]:
    """Return the members of a union that are not plain JSON.

    Datetimes, which are dates too, come first.
    """
    found = [member for member in union.inner_properties if kind_of(member) != "plain"]
    return sorted(found, key=lambda member: kind_of(member) == "date")


def bare_type(prop: PropertyProtocol) -> str:
    """Return the annotation of a property that is present."""
    return prop.get_type_string(no_optional=True).as_unembedded_code()


def class_of(prop: ModelProperty) -> str:
    """Return the class of a model by its package, which loads it at its first use."""
    return f"models.{prop.class_info.name}"


def instance_type(prop: PropertyProtocol) -> str:
    """Return the class for an `isinstance` check."""
    if isinstance(prop, ModelProperty):
        return class_of(prop)
    return prop.get_instance_type_string().as_unembedded_code()


def text(value: Any) -> str:
    """Return a string of the contract as it is."""
    return str(value.get_untrusted_value()) if isinstance(value, UntrustedString) else str(value)


def facts_of(operation: Operation, endpoint: Endpoint) -> dict[str, Any]:
    """Return the facts for `_OPERATION` of an endpoint module.

    `arguments` are the contract's names of arguments whose Python names differ.
    """
    listed = (
        one
        for place in ("path", "query", "header", "cookie")
        for one in getattr(endpoint, f"{place}_parameters")
    )
    names = {str(one.python_name): text(one.name) for one in listed}
    differing = {name: wire for name, wire in names.items() if name != wire}
    return operation.facts() | ({"arguments": differing} if differing else {})


def page_rows(
    models: Mapping[str, ModelProperty], paged: Iterable[tuple[PropertyProtocol, str]]
) -> dict[str, Rows]:
    """Return the classes that are pages, with their rows. `paged` are responses with paths of rows.

    A class whose rows differ between operations is not a page.
    """
    found: dict[str, set[Rows]] = {}
    for answer, path in paged:
        owner, prop = "", answer
        for key in path.split("."):
            owner = bare_type(prop)
            named = [one for one in _properties(models.get(owner)) if text(one.name) == key]
            if not named:
                break
            (prop,) = named
        else:
            inner = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
            lists = [one for one in inner if isinstance(one, ListProperty)]
            if len(lists) == 1:
                item = bare_type(lists[0].inner_property)
                optional = not prop.required or len(inner) > 1
                found.setdefault(owner, set()).add(Rows(str(prop.python_name), item, optional))
    return {name: rows.pop() for name, rows in found.items() if len(rows) == 1}


def _properties(model: ModelProperty | None) -> list[PropertyProtocol]:
    return [*(model.required_properties or []), *(model.optional_properties or [])] if model else []


def trim_quotes(value: str) -> str:
    """Return a text that is safe between triple quotes."""
    return f"{value} " if value.endswith(('"', "\\")) else value


def reflow(value: str, width: int = 100) -> str:
    """Return a text with its paragraphs refilled.

    Lists, tables and indented lines are unchanged.
    """
    paragraphs = re.split(r"\n[ \t]*\n", printable(value).strip())
    return "\n\n".join(
        paragraph.rstrip()
        if re.search(r"^([-*|#>`]|\s|\d+[.)])", paragraph, re.MULTILINE)
        else paragraph
        if len(paragraph) <= width and paragraph == paragraph.strip() and not _BREAK.search(paragraph)
        else textwrap.fill(paragraph, width, break_long_words=False, break_on_hyphens=False)
        for paragraph in paragraphs
    )


_BREAK: Final = re.compile(r"[\t\n\v\f\r]")


def nullable(union: UnionProperty) -> bool:
    """Return whether null is a member of a union."""
    return len(_members(union)) < len(union.inner_properties)


def styled(operation: Operation, prop: PropertyProtocol, location: str, value: str) -> str:
    """Return the source that writes a parameter in its style; "" if it needs none."""
    how = operation.styles.get((location, _argument(operation, prop, location)))
    if how is None:
        return ""
    name = repr(text(prop.name))
    match how.get("as"):
        case "json":
            made = f"styles.as_json({value}, {name})"
            quoted = made if location in {"query", "header"} else f"quote({made})"
            return quoted if location in {"path", "header"} else f"{{{name}: {quoted}}}"
        case "form":
            return f"styles.form({value}, {how['encoding']!r})"
        case "whole":
            return f"styles.whole_query({name}, {value})"
    options = "".join(f", {key}={option!r}" for key, option in how.items())
    return f"styles.{location}({name}, {value}{options})"


def _argument(operation: Operation, prop: PropertyProtocol, location: str) -> str:
    """Return the name of a parameter in the generator's input."""
    wire = text(prop.name)
    return next(
        (key for (place, key), name in operation.arguments.items() if (place, name) == (location, wire)), wire
    )


def finished(finish: Callable[[str], str]) -> type[Template]:
    """Return the class of templates whose results `finish` completes before they are written."""

    class Finished(Template):
        def render(self, *arguments: Any, **facts: Any) -> str:
            return finish(super().render(*arguments, **facts))

    return Finished


class Renderer:
    """The globals of the templates for one contract."""

    def __init__(
        self,
        models: Iterable[ModelProperty],
        operation_of: Callable[[Endpoint], Operation],
        secrets: Collection[tuple[str, str]],
        harmless: Collection[tuple[str, str]],
        tags: Mapping[str, TagTree],
        paged: Iterable[tuple[PropertyProtocol, str]] = (),
    ) -> None:
        self._models = {str(model.class_info.name): model for model in models}
        shown: dict[str, list[str]] = {}
        for model, name in sorted(harmless):
            shown.setdefault(model, []).append(name)
        rows = page_rows(self._models, paged)
        self._found: dict[tuple[str, int], dict[tuple[str, ...], Any]] = {}
        self._helpers: dict[int, Helper] = {}
        self._secrets = secrets
        self._tags = tags
        self.globals: dict[str, Any] = {
            "bare_type": bare_type,
            "class_of": class_of,
            "constants_of": self.constants_of,
            "declared": self.declared,
            "dumped_members": dumped_members,
            "facts_of": facts_of,
            "harmless_of": lambda model: shown.get(str(model.class_info.name)),
            "helper_of": lambda prop: self._helpers[id(prop)],
            "helpers_of": self.helpers_of,
            "instance_type": instance_type,
            "kind_of": kind_of,
            "members_of": members_of,
            "nullable": nullable,
            "only_member": only_member,
            "operation_of": operation_of,
            "rows_of": lambda model: rows.get(str(model.class_info.name)),
            "styled": styled,
            "styles_path": lambda operation: any(place == "path" for place, _ in operation.styles),
        }

    def declared(self, model: ModelProperty, prop: PropertyProtocol) -> str:
        """Return the line that declares an attribute. A secret is masked in the repr."""
        line = prop.to_string().as_unembedded_code()
        if (str(model.class_info.name), str(prop.python_name)) not in self._secrets:
            return line
        typed, _, default = line.partition(" = ")
        return f"{typed} = _attrs_field({f'default={default}, ' if default else ''}repr=False)"

    def helpers_of(self, properties: Iterable[PropertyProtocol]) -> list[Helper]:
        """Return the functions of all unions within some properties of one module."""
        helpers: list[Helper] = []
        for union in _unions(properties):
            base, number = str(union.python_name), 2
            name = base
            while any(helper.parse == f"_parse_{name}" for helper in helpers):
                name, number = f"{base}_{number}", number + 1
            members, told = _members(union), self.told_of(union)
            takes_objects = any(isinstance(member, AnyProperty) for member in members)
            helper = Helper(
                union,
                parse=f"_parse_{name}",
                dump=f"_dump_{name}",
                nullable=nullable(union),
                open=any(kind_of(member) == "plain" for member in members),
                takes_objects=takes_objects,
                takes_text=any(
                    isinstance(member, StringProperty | AnyProperty) and not isinstance(member, MapProperty)
                    for member in members
                ),
                words=tuple(
                    sorted({word for member in members for word in _listed(member) if isinstance(word, str)})
                ),
                told=told,
                closed=told.closed and not takes_objects,
            )
            self._helpers[id(union)] = helper
            helpers.append(helper)
        return helpers

    def constants_of(self, model: ModelProperty, depth: int = 0) -> dict[tuple[str, ...], Any]:
        """Return the single-valued properties of a class and its required objects, by path."""
        key = (str(model.class_info.name), depth)
        if key not in self._found:
            self._found[key] = self._constants_of(model, depth)
        return self._found[key]

    def _constants_of(self, model: ModelProperty, depth: int) -> dict[tuple[str, ...], Any]:
        found: dict[tuple[str, ...], Any] = {}
        required = model.required_properties or []
        for prop in [*required, *(model.optional_properties or [])]:
            listed = _listed(prop)
            if len(listed) == 1:
                found[(text(prop.name),)] = listed[0]
            elif _is(prop, ModelProperty) and prop in required and depth < _CONSTANTS_DEPTH:
                inner = self.constants_of(self._models[str(prop.class_info.name)], depth + 1)
                found |= {(text(prop.name), *path): value for path, value in inner.items()}
        return found

    def told_of(self, union: UnionProperty) -> Branches:
        """Return the discriminator of a union, else one of constants that differ."""
        found = [prop for prop in union.inner_properties if isinstance(prop, ModelProperty)]
        names = {str(prop.class_info.name) for prop in found}
        tree = self._tags.get(union.mark) if isinstance(union, TaggedUnion) else None
        tags = tuple(
            TagValues(one.name, {repr(value): name for value, name in one.classes if name in names})
            for one in (tree.tags if tree else ())
        )
        if tree is None or not any(one.classes for one in tags):
            inferred = self._inferred(found)
            return Branches((inferred,) if inferred else (), "", tuple(found), closed=False)
        named = {name for one in tags for name in one.classes.values()}
        rest = tuple(
            prop for prop in found
            if (name := str(prop.class_info.name)) not in named or name in tree.possible
        )  # fmt: skip
        other = tree.other if tree.other in names else ""
        if not other and len(rest) == 1 and str(rest[0].class_info.name) in tree.possible:
            other = str(rest[0].class_info.name)
        if other and len(tags) == 1:
            classes = {value: name for value, name in tags[0].classes.items() if name != other}
            tags = (TagValues(tags[0].name, classes),)
        return Branches(tags, other, () if other else rest, closed=not other and not rest)

    def events(self, sent: Sequence[Sent], endpoints: Iterable[Endpoint]) -> list[SentEvent]:
        """Return the requests that the API sends, each with its unique constant."""
        answers = {str(endpoint.name): next(iter(endpoint.responses)).prop for endpoint in endpoints}
        props = [answers[one.key] for one in sent]
        constants = [self._texts(prop) for prop in props]
        members = Counter(member for found in constants for member in found)
        values = Counter(item for found in constants for item in found.items())
        events = []
        for number, (one, prop, found) in enumerate(zip(sent, props, constants, strict=True), 1):
            own = [item for item in found.items() if values[item] == 1]
            told = max(own, key=lambda item: members[item[0]], default=None)
            reader = "" if isinstance(prop, ModelProperty) else f"_read_{number}"
            events.append(SentEvent(one, prop, reader, told))
        return events

    def _texts(self, prop: PropertyProtocol) -> dict[str, str]:
        """Return the members of a payload with a single text in all classes that it may be."""
        classes = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
        if not all(isinstance(one, ModelProperty) for one in classes):
            return {}
        each = [
            {
                path[0]: value
                for path, value in self.constants_of(self._models[bare_type(one)]).items()
                if len(path) == 1
            }
            for one in classes
        ]
        return {
            name: value
            for name, value in each[0].items()
            if isinstance(value, str) and all(other.get(name) == value for other in each)
        }

    def _inferred(self, found: list[ModelProperty]) -> TagValues | None:
        """Find a property whose constants differ between all the classes of a union."""
        members = [self._models[str(prop.class_info.name)] for prop in found]
        if len(members) < 2:
            return None
        values = [_constants(member) for member in members]
        for name in values[0]:
            if not all(name in found for found in values):
                continue
            classes = [
                (value, str(member.class_info.name))
                for member, found in zip(members, values, strict=True)
                for value in found[name]
            ]
            if len(dict(classes)) == len(classes):
                return TagValues(name, dict(classes))
        return None


def _unions(properties: Iterable[PropertyProtocol]) -> Iterator[UnionProperty]:
    for prop in properties:
        if _is(prop, ListProperty):
            yield from _unions([prop.inner_property])
        elif _is(prop, UnionProperty):
            if kind_of(prop) == "union":
                yield prop
            yield from _unions(prop.inner_properties)


def _constants(model: ModelProperty) -> dict[str, list[str]]:
    """Return the listed values, as source, of a class's properties that can have no others."""
    properties = [*(model.required_properties or []), *(model.optional_properties or [])]
    return {text(prop.name): list(map(repr, listed)) for prop in properties if (listed := _listed(prop))}


def _listed(prop: PropertyProtocol) -> list[Any]:
    """Return the listed values of a property that can have no others; none for any other."""
    if _is(prop, ConstProperty):
        return [prop.value.raw_value]
    return sorted(prop.values, key=str) if _is(prop, LiteralEnumProperty) else []
