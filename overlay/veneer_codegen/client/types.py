"""The types of a method's arguments, and their conversion to what the generated models take."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from openapi_python_client.parser.properties import AnyProperty, ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.union import UnionProperty

from veneer_codegen.rendering import MapProperty, bare_type, kind_of, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from openapi_python_client.parser.properties.protocol import PropertyProtocol

__all__ = ["Types", "properties_of"]

_ANNOTATIONS = {
    "datetime": "datetime.datetime | str",
    "date": "datetime.date | str",
    "uuid": "UUID | str",
    "file": "FileLike",
}
_CONVERSIONS = {
    "datetime": "as_datetime({})",
    "date": "as_date({})",
    "uuid": "as_uuid({})",
    "file": "as_file(types.File, {})",
}


def properties_of(model: ModelProperty) -> list[PropertyProtocol]:
    """Return the members of a model, required ones first."""
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def _alternatives(annotation: str) -> Iterator[str]:
    """Yield the members of a union. A union in brackets is part of a member."""
    held = ""
    for part in annotation.split(" | "):
        held = f"{held} | {part}" if held else part
        if held.count("[") == held.count("]"):
            yield held
            held = ""


class Types:
    """The annotations and conversions of arguments. `params` are models with typed dictionaries."""

    def __init__(self, models: Iterable[ModelProperty]) -> None:
        self.models: Mapping[str, ModelProperty] = {str(model.class_info.name): model for model in models}
        self.params: dict[str, ModelProperty] = {}

    def model(self, prop: PropertyProtocol) -> ModelProperty:
        """Return the complete model of a property, which may itself be an earlier stage of it."""
        return self.models[bare_type(prop)]

    def annotation(self, prop: PropertyProtocol) -> str:
        """Return the annotation of a required argument."""
        kind = kind_of(prop)
        if kind in _ANNOTATIONS:
            return _ANNOTATIONS[kind]
        if isinstance(prop, ListProperty):
            return f"Sequence[{self.annotation(prop.inner_property)}]"
        if isinstance(prop, UnionProperty):
            return " | ".join(dict.fromkeys(self._members(prop)))
        if isinstance(prop, MapProperty):
            return f"Mapping[str, {prop.values}]"
        if isinstance(prop, ModelProperty):
            name = bare_type(prop)
            if not properties_of(self.model(prop)):
                return f"{name} | Mapping[str, Any]"
            self._take(name)
            return f"{name} | {name}Param"
        return bare_type(prop)

    def _members(self, union: UnionProperty) -> Iterator[str]:
        # None comes last, as is usual.
        for member in sorted(union.inner_properties, key=lambda one: isinstance(one, NoneProperty)):
            yield from _alternatives(self.annotation(member))

    def _take(self, name: str) -> None:
        """Record that a model, and the models inside it, need typed dictionaries."""
        if name not in self.params:
            self.params[name] = self.models[name]
            for inner in properties_of(self.models[name]):
                self.annotation(inner)

    def conversion(self, prop: PropertyProtocol, source: str) -> str:
        """Return the expression that converts an argument for the models and operations."""
        kind = kind_of(prop)
        if kind in _CONVERSIONS:
            return _CONVERSIONS[kind].format(source)
        if kind == "model":
            return f"as_model(models.{bare_type(prop)}, {source})"
        if isinstance(prop, UnionProperty):
            members = [one for one in prop.inner_properties if not isinstance(one, NoneProperty)]
            if len(members) > 1:
                return self._choice(prop, source)
            value = self.conversion(members[0], source)
            return source if value == source else f"None if {source} is None else {value}"
        if isinstance(prop, ListProperty):
            inner = self.conversion(prop.inner_property, "item")
            return f"as_list({source})" if inner == "item" else f"[{inner} for item in as_list({source})]"
        return f"as_dict({source})" if isinstance(prop, MapProperty) else source

    def _choice(self, union: UnionProperty, source: str) -> str:
        members = union.inner_properties
        models = [f"models.{bare_type(one)}" for one in members if isinstance(one, ModelProperty)]
        lists = [
            self.conversion(one.inner_property, "item") for one in members if isinstance(one, ListProperty)
        ]
        maps = [one for one in members if isinstance(one, MapProperty)]
        if any(isinstance(one, AnyProperty) and one not in maps for one in members):
            return source
        if not models and not lists and not maps:
            return source
        models = [] if maps else models  # a mapping may be something other than a model
        # Lists are told apart by their items, so the items of at most one need a conversion.
        items = [f"item=lambda item: {one}" for one in lists if one != "item"]
        return f"as_one_of({', '.join([source, *models, *items[:1]])})"

    def takes_none(self, prop: PropertyProtocol) -> bool:
        """Return whether null is a value of the property."""
        return isinstance(prop, UnionProperty) and any(
            isinstance(member, NoneProperty) for member in prop.inner_properties
        )

    def key(self, prop: PropertyProtocol) -> str:
        """Return a member's key in a typed dictionary: its attribute without a suffix."""
        name = str(prop.python_name)
        if name == f"{text(prop.name)}_value":  # a name that the model's module itself uses
            return text(prop.name)
        bare = name.removesuffix("_")
        return bare if name.endswith("_") and (keyword.iskeyword(bare) or bare in _BUILTIN) else name


_BUILTIN = frozenset(
    {"type", "format", "id", "object", "input", "filter", "from", "in", "list", "set", "max", "min"}
)


def described(prop: PropertyProtocol) -> str:
    """Return a property's own description on one line."""
    return " ".join(text(prop.description).split()) if prop.description else ""
