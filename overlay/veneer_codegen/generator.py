"""Run openapi-python-client, pinned exactly, on a normalised contract.

It runs in this process. So its warnings are values, endpoints can be counted, and renamed things
get their wire names back before the templates write them. Templates beside this file replace
upstream's of the same name. `upstream.toml` holds the checksums of the originals, so that an
upgrade shows what must be reviewed.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from attrs import evolve
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from veneer_codegen.optional import without

with without("httpx._main"):  # httpx's own command line, which loads click and rich
    from openapi_python_client import Project, strings
from openapi_python_client.config import Config, MetaType
from openapi_python_client.parser import GeneratorData, import_string_from_class, properties
from openapi_python_client.parser import openapi as parser
from openapi_python_client.parser.errors import GeneratorError as Warning_
from openapi_python_client.parser.errors import PropertyError
from openapi_python_client.parser.properties import AnyProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.protocol import Value
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonCode, PythonIdentifier

from veneer_codegen import stamps
from veneer_codegen.client import methods, render
from veneer_codegen.client.plan import plan
from veneer_codegen.errors import GeneratorError
from veneer_codegen.normalise import tags
from veneer_codegen.normalise.operations import typed_name
from veneer_codegen.normalise.rules import MAP
from veneer_codegen.normalise.webhooks import TAG
from veneer_codegen.rendering import (
    MapProperty,
    Renderer,
    TaggedUnion,
    bare_type,
    finished,
    reflow,
    text,
    trim_quotes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from openapi_python_client import schema as oai
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties import Schemas
    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.properties.schemas import ReferencePath

    from veneer_codegen.client.facade import Facade
    from veneer_codegen.client.plan import ClientPlan
    from veneer_codegen.normalise import Normalised, Operation


@dataclass(frozen=True)
class Public:
    """The inputs of a public client: contract, facade, dotted package name, default class name."""

    document: Mapping[str, Any]
    facade: Facade
    package: str
    name: str


TEMPLATES: Final = Path(__file__).parent / "templates"
_UNUSED: Final = ("client.py", "errors.py")
_LONGEST_DEFAULT: Final = 200


class _Compiled(BytecodeCache):
    """Keeps compiled templates for the next client, and in a folder for the next process.

    Compiling takes most of the time of a small contract. jinja2 keeps a template's checksum with
    it. The folder's name has those of Python, jinja2 and all that is installed.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        path = self.folder / bucket.key if self.folder else None
        if bucket.key not in self._kept and path and path.is_file():
            self._kept[bucket.key] = path.read_bytes()
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()
        if self.folder and stamps.make(self.folder):
            with contextlib.suppress(OSError):
                (self.folder / bucket.key).write_bytes(self._kept[bucket.key])


_COMPILED: Final = _Compiled()


def keep_templates(folder: Path | None) -> None:
    """Keep compiled templates below a folder, or None for this process alone."""
    _COMPILED.folder = folder / f"templates-{stamps.environment()[:16]}" if folder else None


def generate(
    normalised: Normalised,
    destination: Path,
    public: Public | None = None,
    finish: Callable[[str], str] = str,
    modelled: Callable[[], object] = int,
) -> ClientPlan | None:
    """Write the client's package, unformatted, into `destination`, which must not exist.

    `public` adds the public client, whose plan is returned. `finish` returns the final text of each module. `modelled` is called once the models' folder
    is written: nothing changes it later. Raises GeneratorError if the generator
    warns, drops an operation or loses the type of a response, and ContractError if the facade's
    data does not fit the contract.
    """
    try:
        with _frugal():
            return _generate(normalised, destination, public, finish, modelled)
    except RecursionError:
        raise GeneratorError(
            "schemas are within each other, or refer to each other, too deeply to be written"
        ) from None


def _generate(
    normalised: Normalised,
    destination: Path,
    public: Public | None,
    finish: Callable[[str], str],
    modelled: Callable[[], object],
) -> ClientPlan | None:
    config = _config(normalised, destination)
    data = GeneratorData.from_dict(normalised.document, config=config)
    if isinstance(data, Warning_):
        raise GeneratorError(f"openapi-python-client refused its input: {data.header}: {data.detail}")
    _forget_input(data)
    operations = {operation.key: operation for operation in normalised.operations}
    _restore(data, normalised, operations)
    payloads = data.endpoint_collections_by_tag.pop(PythonIdentifier(TAG, ""), None)
    project = Project(openapi=data, config=config, custom_template_path=TEMPLATES)
    renderer = Renderer(
        data.models, lambda endpoint: operations[_key(endpoint)], normalised.secrets, normalised.harmless,
        normalised.tags, _paged(data, operations),
    )  # fmt: skip
    project.env.bytecode_cache = _COMPILED
    project.env.template_class = finished(finish)
    project.env.globals.update(renderer.globals)
    project.env.auto_reload = False
    # jinja2 makes a chain of each template's globals, which it then copies for each module. Nothing changes them here.
    project.env.make_globals = lambda d: {**project.env.globals, **(d or {})}  # type: ignore[method-assign]
    project.env.filters.update(
        source=repr, bare_type=bare_type, reflow=cache(reflow), trim_quotes=trim_quotes
    )
    for name in ("in_double_quote_literal", "safe_for_docstring"):
        project.env.filters[name] = cache(project.env.filters[name])
    upstreams = project._build_models  # noqa: SLF001  # there is no hook between models and endpoints

    def build_models() -> None:
        upstreams()
        classes = [prop.class_info for prop in (*data.models, *data.enums)]
        stub = project.env.get_template("models_init.pyi.jinja").render(
            imports=[import_string_from_class(found) for found in classes]
        )
        (destination / "models" / "__init__.pyi").write_text(stub, encoding="utf-8")
        modelled()

    project._build_models = build_models  # type: ignore[method-assign]  # noqa: SLF001
    with contextlib.redirect_stdout(io.StringIO()):
        warnings = project.build()
    _check(data, operations, warnings)
    if normalised.webhooks:
        events = renderer.events(normalised.webhooks, payloads.endpoints if payloads else ())
        named = [event.prop for event in events]
        imports = {
            line
            for prop in named
            for line in (*prop.get_imports(prefix="."), *prop.get_lazy_imports(prefix="."))
        }
        code = project.env.get_template("webhooks.py.jinja").render(
            events=events, imports=[line for line in imports if line.startswith("from .models.")]
        )
        (destination / "webhooks.py").write_text(code, encoding="utf-8")
    for name in _UNUSED:
        (destination / name).unlink()
    if public is not None:
        planned = plan(
            data, operations, public.document, public.facade, public.package, public.name, normalised.secrets,
            webhooks=(destination / "webhooks.py").is_file(),
        )  # fmt: skip
        render.write(planned, destination / "client", finish)
        (destination / methods.NAME).write_text(methods.dump(planned), encoding="utf-8")
        return planned
    return None


def _paged(
    data: GeneratorData, operations: Mapping[tuple[str, str], Operation]
) -> Iterator[tuple[PropertyProtocol, str]]:
    """Yield the responses of paginated operations, each with the path of its rows."""
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            operation = operations.get(_key(endpoint))
            if operation is not None and operation.pagination is not None and endpoint.responses:
                yield next(iter(endpoint.responses)).prop, str(operation.pagination.get("items", "items"))


@contextlib.contextmanager
def _frugal() -> Iterator[None]:
    """Make upstream complete every endpoint in place, and remember the names that it derives.

    It makes three deep copies of each new endpoint, with all models below its parameters and
    responses, and drops the originals. And it derives each name again for each use, ten times on
    average. And it copies the table of all schemas for each of them. Together that is most of the
    time of a large contract.
    """
    copies, names, adding = vars(parser), vars(strings), vars(properties)
    upstreams = adding["update_schemas_with_data"]
    own = {name: names[name] for name in ("sanitize", "snake_case", "pascal_case")}
    original = copies["deepcopy"]
    copies["deepcopy"] = copy.copy
    adding["update_schemas_with_data"] = _add_schema
    names.update({name: cache(function) for name, function in own.items()})
    try:
        yield
    finally:
        copies["deepcopy"] = original
        adding["update_schemas_with_data"] = upstreams
        names.update(own)


def _add_schema(
    *, ref_path: ReferencePath, data: oai.Schema, schemas: Schemas, config: Config
) -> Schemas | PropertyError:
    """Do what upstream's `update_schemas_with_data` does, in place."""
    prop, schemas = properties.property_from_data(
        data=data, name=ref_path, schemas=schemas, required=True, parent_name="", config=config,
        process_properties=False, roots={ref_path},
    )  # fmt: skip
    if isinstance(prop, PropertyError):
        prop.detail = f"{prop.header}: {prop.detail}" if prop.detail is not None else prop.header
        prop.header = f"Unable to parse schema {ref_path.get_untrusted_value()}"
        return prop
    schemas.classes_by_reference.setdefault(ref_path, prop)
    return schemas


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


def _forget_input(data: GeneratorData) -> None:
    """Drop what the properties were made of, half of the memory: nothing reads it again."""
    for model in data.models:
        model.data.properties = None
        model.data.allOf, model.data.anyOf, model.data.oneOf = [], [], []
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            for response in endpoint.responses:
                response.data = None  # type: ignore[assignment]  # of no use but to templates that we replace


def _restore(
    data: GeneratorData, normalised: Normalised, operations: dict[tuple[str, str], Operation]
) -> None:
    """Restore the wire names and free-form objects that the input could not carry."""
    for model in data.models:
        for listed in (model.required_properties or [], model.optional_properties or []):
            for index, prop in enumerate(listed):
                wire = normalised.wire.get((model.class_info.name, text(prop.name)))
                default = normalised.defaults.get((model.class_info.name, text(prop.name)))
                listed[index] = _with_default(_mapped(prop), default)
                if wire is not None:
                    listed[index].name = UntrustedString(wire)
        if model.additional_properties is not None:
            model.additional_properties = _mapped(model.additional_properties)
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            if operation := operations.get(_key(endpoint)):
                _restore_endpoint(endpoint, operation)
            for response in endpoint.responses if str(endpoint.tags[0]) == TAG else ():
                response.prop = _mapped(response.prop)


def _restore_endpoint(endpoint: Endpoint, operation: Operation) -> None:
    endpoint.method = operation.method
    typed = {text(prop.name): prop for prop in endpoint.query_parameters}
    for location in ("path", "query", "header", "cookie"):
        parameters = getattr(endpoint, f"{location}_parameters")
        for index, prop in enumerate(parameters):
            carrier = typed.pop(typed_name(location, text(prop.name)), None)
            if carrier is not None:
                endpoint.query_parameters.remove(carrier)
                shown = {"python_name": prop.python_name, "description": prop.description}
                prop = evolve(carrier, name=prop.name, **shown)  # noqa: PLW2901
            default = operation.defaults.get((location, text(prop.name)))
            parameters[index] = _with_default(_mapped(prop), default)
            if (wire := operation.arguments.get((location, text(prop.name)))) is not None:
                parameters[index].name = UntrustedString(wire)
    endpoint.path = UntrustedString(_path_format(operation.path, endpoint.path_parameters))
    for holder in (*endpoint.bodies, *endpoint.responses):
        holder.prop = _mapped(holder.prop)


def _with_default(prop: Any, default: Any) -> Any:
    """Return a property whose description names the server's default, which clients never send."""
    words = " ".join(text(prop.description).split()) if prop.description else ""
    said = json.dumps(default, ensure_ascii=False)
    if default is None or len(said) > _LONGEST_DEFAULT or re.search(r"\bdefault", words, re.IGNORECASE):
        return prop
    words = f"{words}{'' if words[-1] in '.!?:' else '.'} " if words else ""
    return evolve(prop, description=UntrustedString(f"{words}Default: {said}."))


def _path_format(path: str, parameters: Iterable[Any]) -> str:
    """Return the path with the arguments' names as variables, and the rest percent-encoded.

    A fragment, by which some contracts distinguish operations of one path, is never sent.
    """
    arguments = {text(prop.name): str(prop.python_name) for prop in parameters}
    made = ""
    for index, part in enumerate(re.split(r"{([^{}]+)}", path)):
        if index % 2:
            made += f"{{{arguments[part]}}}"
            continue
        kept, fragment, _ = part.partition("#")
        made += "".join(
            piece if number % 2 else quote(piece, safe="/?!$&'()*+,;=:@")
            for number, piece in enumerate(re.split(r"(%[0-9A-Fa-f]{2})", kept))
        )
        if fragment:
            break
    return made


def _mapped(prop: Any) -> Any:
    """Return a property with its marks applied: free-form objects, and discriminators of unions.

    Texts are written unescaped, because upstream escapes the quotes and backslashes of defaults and
    constants twice.
    """
    if isinstance(prop, ConstProperty):
        return evolve(prop, value=_plain(prop.value), default=_plain(prop.default))
    if isinstance(prop, StringProperty):
        return evolve(prop, default=_plain(prop.default))
    if isinstance(prop, ListProperty):
        return evolve(prop, inner_property=_mapped(prop.inner_property))
    if isinstance(prop, UnionProperty):
        return TaggedUnion(
            name=prop.name,
            required=prop.required,
            default=prop.default,
            python_name=prop.python_name,
            description=prop.description,
            example=None,
            inner_properties=[_mapped(inner) for inner in prop.inner_properties],
            mark=text(prop.example).removeprefix(tags.MARK) if prop.example else "",
        )
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
    """Check the output against the input: no warning, every operation, every typed response."""
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
