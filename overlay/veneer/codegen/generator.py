"""Run openapi-python-client, exactly pinned, on a normalised contract, and put back what its input could not carry.

It is run in this process: its warnings come as values, each endpoint can be counted, and renamed things get their wire names back
before the templates write them. Templates beside this file replace the upstream ones of the same name; `templates.toml` holds the
checksums of the originals, so that an upgrade shows what has to be looked at again.
"""

from __future__ import annotations

import contextlib
import io
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import define, evolve
from openapi_python_client import Project
from openapi_python_client.config import Config, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError as Warning_
from openapi_python_client.parser.properties import AnyProperty, LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonCode

from veneer.codegen.errors import GeneratorError
from veneer.codegen.normalise.schemas import MAP

if TYPE_CHECKING:
    from openapi_python_client.parser.openapi import Endpoint

    from veneer.codegen.normalise import Normalised, Operation

TEMPLATES: Final = Path(__file__).parent / "templates"
_UNUSED: Final = ("client.py", "errors.py")


@define
class MapProperty(AnyProperty):
    """A free-form object: a dictionary with values of one type."""

    values: str = "Any"
    template = "map_property.py.jinja"

    def get_base_type_string(self) -> PythonCode:
        """Give the type as it stands in annotations."""
        return PythonCode(f"dict[str, {self.values}]")

    def get_base_json_type_string(self) -> PythonCode:
        """Give the type after `to_dict`: the same."""
        return self.get_base_type_string()

    def get_instance_type_string(self) -> PythonCode:
        """Give the class for `isinstance`."""
        return PythonCode("dict")


@define
class Tags:
    """What tells the members of a union apart: the name of a property and, for each of its values as source, a class."""

    name: str
    classes: dict[str, str]


def generate(normalised: Normalised, destination: Path) -> None:
    """Write the client's package into `destination`, which must not exist; not yet formatted.

    Raises GeneratorError when the generator warns, drops an operation, or loses the type of a response.
    """
    config = _config(normalised, destination)
    data = GeneratorData.from_dict(normalised.document, config=config)
    if isinstance(data, Warning_):
        raise GeneratorError(f"openapi-python-client refused its input: {data.header}: {data.detail}")
    operations = {operation.key: operation for operation in normalised.operations}
    _restore(data, normalised, operations)
    project = Project(openapi=data, config=config, custom_template_path=TEMPLATES)
    models = {str(model.class_info.name): model for model in data.models}
    project.env.globals.update(
        operation_of=lambda endpoint: operations[_key(endpoint)],
        style_of=_style,
        tags_of=lambda union: _tags(union, models),
    )
    project.env.filters.update(source=repr, reflow=_reflow)
    with contextlib.redirect_stdout(io.StringIO()):
        warnings = project.build()
    _check(data, operations, warnings)
    for name in _UNUSED:
        (destination / name).unlink()


def _config(normalised: Normalised, destination: Path) -> Config:
    return Config(
        meta_type=MetaType.NONE,
        class_overrides={},
        project_name_override="client",
        package_name_override="client",
        package_version_override="0",
        use_path_prefixes_for_title_model_names=False,
        post_hooks=[],
        docstrings_on_attributes=True,
        field_prefix="field_",
        generate_all_tags=False,
        http_timeout=1,
        literal_enums=True,
        document_source=destination,
        file_encoding="utf-8",
        content_type_overrides=dict.fromkeys(sorted(normalised.raw_bodies), "application/octet-stream"),
        overwrite=False,
        output_path=destination,
    )


def _key(endpoint: Endpoint) -> tuple[str, str]:
    return str(endpoint.tags[0]), str(endpoint.name)


def _restore(
    data: GeneratorData, normalised: Normalised, operations: dict[tuple[str, str], Operation]
) -> None:
    """Give renamed properties, parameters and operations their wire names, and free-form objects their type."""
    for model in data.models:
        for properties in (model.required_properties or [], model.optional_properties or []):
            for index, prop in enumerate(properties):
                wire = normalised.wire.get((model.class_info.name, _text(prop.name)))
                properties[index] = _mapped(prop)
                if wire is not None:
                    properties[index].name = UntrustedString(wire)
        if model.additional_properties is not None:
            model.additional_properties = _mapped(model.additional_properties)
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            if operation := operations.get(_key(endpoint)):
                _restore_endpoint(endpoint, operation)


def _restore_endpoint(endpoint: Endpoint, operation: Operation) -> None:
    endpoint.method = operation.method
    endpoint.path = UntrustedString(
        _text(endpoint.path).split("#", 1)[0] if "#" in operation.slot[0] else _text(endpoint.path)
    )
    for location in ("path", "query", "header", "cookie"):
        parameters = getattr(endpoint, f"{location}_parameters")
        for index, prop in enumerate(parameters):
            parameters[index] = _mapped(prop)
            if (wire := operation.arguments.get((location, _text(prop.name)))) is not None:
                parameters[index].name = UntrustedString(wire)
    for holder in (*endpoint.bodies, *endpoint.responses):
        holder.prop = _mapped(holder.prop)


def _mapped(prop: Any) -> Any:
    """Turn what is marked as a free-form object into one, also within lists and unions."""
    if isinstance(prop, ListProperty):
        return evolve(prop, inner_property=_mapped(prop.inner_property))
    if isinstance(prop, UnionProperty):
        return evolve(prop, inner_properties=[_mapped(inner) for inner in prop.inner_properties])
    example = _text(prop.example) if isinstance(prop, AnyProperty) and prop.example else ""
    if not example.startswith(MAP):
        return prop
    return MapProperty(
        name=prop.name,
        required=prop.required,
        default=prop.default,
        python_name=prop.python_name,
        description=prop.description,
        example=None,
        values=example.removeprefix(MAP),
    )


def _text(value: Any) -> str:
    return str(value.get_untrusted_value()) if isinstance(value, UntrustedString) else str(value)


def _reflow(text: str, width: int = 100) -> str:
    """Fill each paragraph anew; lists, tables and indented lines stay as they are."""
    paragraphs = re.split(r"\n[ \t]*\n", text.strip())
    return "\n\n".join(
        paragraph.rstrip()
        if re.search(r"^([-*|#>`]|\s|\d+[.)])", paragraph, re.MULTILINE)
        else textwrap.fill(paragraph, width, break_long_words=False)
        for paragraph in paragraphs
    )


_SEPARATORS: Final = {"csv": ",", "space": " ", "pipe": "|"}


def _style(operation: Operation, prop: Any) -> str:
    """Say how a query parameter is written: '' as it is, 'deep', 'json', 'pairs', or the separator of a joined list."""
    style = operation.styles.get(_text(prop.name), "")
    if not style and (isinstance(prop, MapProperty) or prop.json_is_dict):
        return "pairs"
    return _SEPARATORS.get(style, style)


def _tags(union: UnionProperty, models: dict[str, ModelProperty]) -> Tags | None:
    """Find a property whose constants differ between all the classes of a union."""
    members = [
        models[prop.class_info.name] for prop in union.inner_properties if isinstance(prop, ModelProperty)
    ]
    if len(members) < 2:
        return None
    values = [_constants(member) for member in members]
    for name in values[0]:
        if not all(name in of_member for of_member in values):
            continue
        classes = [
            (value, str(member.class_info.name))
            for member, found in zip(members, values, strict=True)
            for value in found[name]
        ]
        if len(dict(classes)) == len(classes):
            return Tags(name, dict(classes))
    return None


def _constants(model: ModelProperty) -> dict[str, list[str]]:
    """Give, for each property of a class that can have only listed values, those values as source."""
    found: dict[str, list[str]] = {}
    for prop in [*(model.required_properties or []), *(model.optional_properties or [])]:
        if isinstance(prop, ConstProperty):
            found[_text(prop.name)] = [prop.value.python_code.as_unembedded_code()]
        elif isinstance(prop, LiteralEnumProperty):
            found[_text(prop.name)] = [repr(value) for value in sorted(prop.values, key=str)]
    return found


def _check(data: GeneratorData, operations: dict[tuple[str, str], Operation], warnings: Any) -> None:
    """Hold the output against the input: no warning, every operation, every typed response."""
    problems = [f"{warning.header} {warning.detail or ''}".strip() for warning in warnings]
    endpoints = {
        _key(endpoint): endpoint
        for collection in data.endpoint_collections_by_tag.values()
        for endpoint in collection.endpoints
    }
    for key, operation in operations.items():
        name = f"{operation.method.upper()} {operation.path}"
        if key not in endpoints:
            problems.append(f"{name} was not generated")
        elif operation.typed and endpoints[key].response_type() == PythonCode("Any"):
            problems.append(f"{name} lost the type of its response")
    if problems:
        raise GeneratorError("openapi-python-client dropped something:\n  " + "\n  ".join(problems))
