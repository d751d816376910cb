"""Run openapi-python-client, exactly pinned, on a normalised contract, and put back what its input could not carry.

It is run in this process: its warnings come as values, each endpoint can be counted, and renamed things get their wire names back
before the templates write them. Templates beside this file replace the upstream ones of the same name; `upstream.toml` holds the
checksums of the originals, so that an upgrade shows what has to be looked at again.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve
from openapi_python_client import Project
from openapi_python_client.config import Config, MetaType
from openapi_python_client.parser import GeneratorData, import_string_from_class
from openapi_python_client.parser.errors import GeneratorError as Warning_
from openapi_python_client.parser.properties import AnyProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.protocol import Value
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonCode

from veneer_codegen.client import render
from veneer_codegen.client.plan import plan
from veneer_codegen.errors import GeneratorError
from veneer_codegen.normalise.schemas import MAP
from veneer_codegen.rendering import MapProperty, Renderer, reflow, text, trim_quotes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openapi_python_client.parser.openapi import Endpoint

    from veneer_codegen.client.facade import Facade
    from veneer_codegen.client.plan import ClientPlan
    from veneer_codegen.normalise import Normalised, Operation


@dataclass(frozen=True)
class Public:
    """What the public client is made from: the contract, its facade, the dotted name of the package, a name for the client's class."""

    document: Mapping[str, Any]
    facade: Facade
    package: str
    name: str


TEMPLATES: Final = Path(__file__).parent / "templates"
_UNUSED: Final = ("client.py", "errors.py")


def generate(normalised: Normalised, destination: Path, public: Public | None = None) -> ClientPlan | None:
    """Write the client's package into `destination`, which must not exist; not yet formatted.

    `public` asks for the public client too, whose plan is returned. Raises GeneratorError when the generator warns, drops an operation, or loses the type
    of a response, ContractError where the facade's data does not fit the contract.
    """
    config = _config(normalised, destination)
    data = GeneratorData.from_dict(normalised.document, config=config)
    if isinstance(data, Warning_):
        raise GeneratorError(f"openapi-python-client refused its input: {data.header}: {data.detail}")
    operations = {operation.key: operation for operation in normalised.operations}
    _restore(data, normalised, operations)
    project = Project(openapi=data, config=config, custom_template_path=TEMPLATES)
    renderer = Renderer(data.models, lambda endpoint: operations[_key(endpoint)], normalised.secrets)
    project.env.globals.update(renderer.globals)
    project.env.filters.update(source=repr, reflow=reflow, trim_quotes=trim_quotes)
    with contextlib.redirect_stdout(io.StringIO()):
        warnings = project.build()
    _check(data, operations, warnings)
    classes = [prop.class_info for prop in (*data.models, *data.enums)]
    stub = project.env.get_template("models_init.pyi.jinja").render(
        imports=[import_string_from_class(found) for found in classes]
    )
    (destination / "models" / "__init__.pyi").write_text(stub, encoding="utf-8")
    for name in _UNUSED:
        (destination / name).unlink()
    if public is not None:
        planned = plan(
            data, operations, public.document, public.facade, public.package, public.name, normalised.secrets
        )
        render.write(planned, destination / "client")
        return planned
    return None


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
                wire = normalised.wire.get((model.class_info.name, text(prop.name)))
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
        text(endpoint.path).split("#", 1)[0] if "#" in operation.slot[0] else text(endpoint.path)
    )
    for location in ("path", "query", "header", "cookie"):
        parameters = getattr(endpoint, f"{location}_parameters")
        for index, prop in enumerate(parameters):
            parameters[index] = _mapped(prop)
            if (wire := operation.arguments.get((location, text(prop.name)))) is not None:
                parameters[index].name = UntrustedString(wire)
    for holder in (*endpoint.bodies, *endpoint.responses):
        holder.prop = _mapped(holder.prop)


def _mapped(prop: Any) -> Any:
    """Turn what is marked as a free-form object into one, also within lists and unions; write texts as they are.

    Upstream escapes the quotes and backslashes of defaults and constants twice.
    """
    if isinstance(prop, ConstProperty):
        return evolve(prop, value=_plain(prop.value), default=_plain(prop.default))
    if isinstance(prop, StringProperty):
        return evolve(prop, default=_plain(prop.default))
    if isinstance(prop, ListProperty):
        return evolve(prop, inner_property=_mapped(prop.inner_property))
    if isinstance(prop, UnionProperty):
        return evolve(prop, inner_properties=[_mapped(inner) for inner in prop.inner_properties])
    example = text(prop.example) if isinstance(prop, AnyProperty) and prop.example else ""
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


def _plain(value: Any) -> Any:
    return (
        Value(PythonCode(repr(value.raw_value)), value.raw_value)
        if value is not None and isinstance(value.raw_value, str)
        else value
    )


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
