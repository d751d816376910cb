"""What the templates ask of a parsed contract: kinds of properties, functions of unions, facts of operations."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from attrs import define
from openapi_python_client.parser.properties import AnyProperty, LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
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

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

    from veneer_codegen.normalise import Operation

Kind = Literal["plain", "model", "datetime", "date", "uuid", "file", "list", "nullable", "union"]

_KINDS: Final[tuple[tuple[type, Kind], ...]] = (
    (ModelProperty, "model"),
    (DateTimeProperty, "datetime"),
    (DateProperty, "date"),
    (UuidProperty, "uuid"),
    (FileProperty, "file"),
)
_CONSTANTS_DEPTH: Final = 2
_SEPARATORS: Final = {"csv": ",", "space": " ", "pipe": "|"}


@define
class MapProperty(AnyProperty):
    """A free-form object: a dictionary with values of one type."""

    values: str = "Any"
    template: ClassVar[str] = "map_property.py.jinja"

    def get_base_type_string(self) -> PythonCode:
        """Give the type as it stands in annotations."""
        return PythonCode(f"dict[str, {self.values}]")

    def get_base_json_type_string(self) -> PythonCode:
        """Give the type after `to_dict`: the same."""
        return self.get_base_type_string()

    def get_instance_type_string(self) -> PythonCode:
        """Give the class for `isinstance`."""
        return PythonCode("dict")


@dataclass(frozen=True)
class Tags:
    """What tells the members of a union apart: the name of a property and, for each of its values as source, a class."""

    name: str
    classes: dict[str, str]


@dataclass(frozen=True)
class Helper:
    """The two functions that a module has for a union: their names, whether it takes null, values of plain types, objects of any shape and any text, and the texts that it lists."""

    property: UnionProperty
    parse: str
    dump: str
    nullable: bool
    open: bool
    takes_objects: bool
    takes_text: bool
    words: tuple[str, ...]


def kind_of(prop: PropertyProtocol) -> Kind:
    """Say how a value is turned from JSON into Python and back; `plain` ones are the same in both."""
    for cls, kind in _KINDS:
        if isinstance(prop, cls):
            return kind
    if isinstance(prop, ListProperty):
        return "plain" if kind_of(prop.inner_property) == "plain" else "list"
    if isinstance(prop, UnionProperty):
        members = _members(prop)
        if all(kind_of(member) == "plain" for member in members):
            return "plain"
        return "nullable" if len(members) == 1 else "union"
    return "plain"


def _members(union: UnionProperty) -> list[PropertyProtocol]:
    return [member for member in union.inner_properties if not isinstance(member, NoneProperty)]


def only_member(union: UnionProperty) -> PropertyProtocol:
    """Give the one member of a union that is not null."""
    (member,) = _members(union)
    return member


def members_of(union: UnionProperty, kind: str) -> list[PropertyProtocol]:
    """Give the members of a union of one kind; `text` are those that a JSON string is parsed into."""
    kinds = {"datetime", "date", "uuid"} if kind == "text" else {kind}
    return [member for member in union.inner_properties if kind_of(member) in kinds]


def bare_type(prop: PropertyProtocol) -> str:
    """Give the annotation of a property that is there."""
    return prop.get_type_string(no_optional=True).as_unembedded_code()


def class_of(prop: ModelProperty) -> str:
    """Give the class of a model as modules name it: by the package, which loads it when it is first asked for."""
    return f"models.{prop.class_info.name}"


def instance_type(prop: PropertyProtocol) -> str:
    """Give the class for an `isinstance` check."""
    if isinstance(prop, ModelProperty):
        return class_of(prop)
    return prop.get_instance_type_string().as_unembedded_code()


def text(value: Any) -> str:
    """Give a string of the contract as it is."""
    return str(value.get_untrusted_value()) if isinstance(value, UntrustedString) else str(value)


def trim_quotes(value: str) -> str:
    """Make a text safe to stand between triple quotes on one line: it must not end with a quote or a backslash."""
    return f"{value} " if value.endswith(('"', "\\")) else value


def reflow(value: str, width: int = 100) -> str:
    """Fill each paragraph anew; lists, tables and indented lines stay as they are."""
    paragraphs = re.split(r"\n[ \t]*\n", value.strip())
    return "\n\n".join(
        paragraph.rstrip()
        if re.search(r"^([-*|#>`]|\s|\d+[.)])", paragraph, re.MULTILINE)
        else textwrap.fill(paragraph, width, break_long_words=False, break_on_hyphens=False)
        for paragraph in paragraphs
    )


def multipart_cases(union: UnionProperty) -> list[tuple[str, PropertyProtocol]]:
    """Give the members of a union that go into a form in different ways, each with its class; plain texts and numbers come last, as one."""
    cases: dict[str, PropertyProtocol] = {}
    scalar: PropertyProtocol | None = None
    for member in _members(union):
        if kind_of(member) == "plain" and not isinstance(
            member, MapProperty | ListProperty | BooleanProperty
        ):
            scalar = scalar or member
        else:
            cases.setdefault(instance_type(member), member)
    return [*cases.items(), *([("object", scalar)] if scalar else [])]


def nullable(union: UnionProperty) -> bool:
    """Tell whether null is a member of a union."""
    return len(_members(union)) < len(union.inner_properties)


def style_of(operation: Operation, prop: PropertyProtocol) -> str:
    """Say how a query parameter is written: '' as it is, 'deep', 'json', 'pairs', or the separator of a joined list."""
    style = operation.styles.get(text(prop.name), "")
    if not style and (isinstance(prop, MapProperty) or prop.json_is_dict):
        return "pairs"
    return _SEPARATORS.get(style, style)


class Renderer:
    """The globals of the templates for one contract."""

    def __init__(
        self,
        models: Iterable[ModelProperty],
        operation_of: Callable[[Endpoint], Operation],
        secrets: Collection[tuple[str, str]],
    ) -> None:
        self._models = {str(model.class_info.name): model for model in models}
        self._helpers: dict[int, Helper] = {}
        self._secrets = secrets
        self.globals: dict[str, Any] = {
            "bare_type": bare_type,
            "class_of": class_of,
            "constants_of": self.constants_of,
            "declared": self.declared,
            "helper_of": lambda prop: self._helpers[id(prop)],
            "helpers_of": self.helpers_of,
            "instance_type": instance_type,
            "kind_of": kind_of,
            "members_of": members_of,
            "multipart_cases": multipart_cases,
            "nullable": nullable,
            "only_member": only_member,
            "operation_of": operation_of,
            "style_of": style_of,
            "tags_of": self.tags_of,
        }

    def declared(self, model: ModelProperty, prop: PropertyProtocol) -> str:
        """Give the line that declares an attribute; a secret one is left out of the repr."""
        line = prop.to_string().as_unembedded_code()
        if (str(model.class_info.name), str(prop.python_name)) not in self._secrets:
            return line
        typed, _, default = line.partition(" = ")
        return f"{typed} = _attrs_field({f'default={default}, ' if default else ''}repr=False)"

    def helpers_of(self, properties: Iterable[PropertyProtocol]) -> list[Helper]:
        """Name the functions of all unions within some properties of one module."""
        helpers: list[Helper] = []
        for union in _unions(properties):
            base, number = str(union.python_name), 2
            name = base
            while any(helper.parse == f"_parse_{name}" for helper in helpers):
                name, number = f"{base}_{number}", number + 1
            members = _members(union)
            helper = Helper(
                union,
                parse=f"_parse_{name}",
                dump=f"_dump_{name}",
                nullable=nullable(union),
                open=any(kind_of(member) == "plain" for member in members),
                takes_objects=any(isinstance(member, AnyProperty) for member in members),
                takes_text=any(
                    isinstance(member, StringProperty | AnyProperty) and not isinstance(member, MapProperty)
                    for member in members
                ),
                words=tuple(
                    sorted({word for member in members for word in _listed(member) if isinstance(word, str)})
                ),
            )
            self._helpers[id(union)] = helper
            helpers.append(helper)
        return helpers

    def constants_of(self, model: ModelProperty, depth: int = 0) -> dict[tuple[str, ...], Any]:
        """Give the properties of a class that have one value alone, with their paths: its own, and of objects that it must have."""
        found: dict[tuple[str, ...], Any] = {}
        required = model.required_properties or []
        for prop in [*required, *(model.optional_properties or [])]:
            listed = _listed(prop)
            if len(listed) == 1:
                found[(text(prop.name),)] = listed[0]
            elif isinstance(prop, ModelProperty) and prop in required and depth < _CONSTANTS_DEPTH:
                inner = self.constants_of(self._models[str(prop.class_info.name)], depth + 1)
                found |= {(text(prop.name), *path): value for path, value in inner.items()}
        return found

    def tags_of(self, union: UnionProperty) -> Tags | None:
        """Find a property whose constants differ between all the classes of a union."""
        members = [
            self._models[str(prop.class_info.name)]
            for prop in union.inner_properties
            if isinstance(prop, ModelProperty)
        ]
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
                return Tags(name, dict(classes))
        return None


def _unions(properties: Iterable[PropertyProtocol]) -> Iterator[UnionProperty]:
    for prop in properties:
        if isinstance(prop, ListProperty):
            yield from _unions([prop.inner_property])
        elif isinstance(prop, UnionProperty):
            if kind_of(prop) == "union":
                yield prop
            yield from _unions(prop.inner_properties)


def _constants(model: ModelProperty) -> dict[str, list[str]]:
    """Give, for each property of a class that can have only listed values, those values as source."""
    properties = [*(model.required_properties or []), *(model.optional_properties or [])]
    return {text(prop.name): list(map(repr, listed)) for prop in properties if (listed := _listed(prop))}


def _listed(prop: PropertyProtocol) -> list[Any]:
    """Return the values of a property that can have only listed ones; none for any other."""
    if isinstance(prop, ConstProperty):
        return [prop.value.raw_value]
    return sorted(prop.values, key=str) if isinstance(prop, LiteralEnumProperty) else []
