"""Read a contract: its operations with their parameters, bodies and responses, and its schemas.

The document is a mapping with local references. They are resolved when needed, so that a contract of a thousand
operations starts at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from veneer_sandbox.responses import JSON
from veneer_sandbox.schemas import ContractSchemas, SchemaError

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
EVENTS: Final = "text/event-stream"
LINES: Final = (
    "application/jsonl", "application/x-ndjson", "application/ndjson", "application/x-jsonlines",
    "application/json-lines", "application/json-seq", "application/stream+json",
)  # fmt: skip


class ContractFileError(ValueError):
    """The sandbox cannot serve the contract; the message says what to do."""


def load(path: str | Path) -> dict[str, Any]:
    """Read a contract from a file, JSON or YAML. Raises ContractFileError."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ContractFileError(f"{path} cannot be read: {why}") from None
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else _yaml(text, path)
    except (ValueError, RecursionError) as error:
        raise ContractFileError(f"{path} is neither JSON nor YAML: {_line(error)}") from None
    return check_document(document, str(path))


def _yaml(text: str, path: str | Path) -> Any:
    try:
        import yaml
    except ModuleNotFoundError:
        raise ContractFileError(
            f"{path} is YAML, which needs the extra: pip install 'veneer[sandbox]'"
        ) from None

    class Core(yaml.SafeLoader):
        """A loader that keeps dates as text, as in JSON."""

    Core.yaml_implicit_resolvers = {
        first: [one for one in rules if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        # Written and read as JSON: keys become text (`200:`), and values that JSON lacks are refused.
        return json.loads(json.dumps(yaml.load(text, Core), allow_nan=False))  # noqa: S506 - a safe loader
    except (yaml.YAMLError, TypeError) as error:
        raise ValueError(_line(error)) from None


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


def check_document(document: Any, where: str = "the contract") -> dict[str, Any]:
    """Return an OpenAPI 3 document that the sandbox can serve. Raises ContractFileError."""
    if not isinstance(document, Mapping):
        raise ContractFileError(f"{where} is not an OpenAPI document: it should be an object")
    if "swagger" in document:
        raise ContractFileError(f"{where} is Swagger 2.0: convert it to OpenAPI 3 first")
    version = document.get("openapi")
    if not (isinstance(version, str) and version.startswith("3.")):
        raise ContractFileError(f"{where} is not an OpenAPI 3 document: it should have `openapi: 3.x`")
    if not isinstance(document.get("paths", {}), Mapping):
        raise ContractFileError(f"{where}: `paths` should be an object")
    for pointer in _references(document):
        if not pointer.startswith("#"):
            raise ContractFileError(
                f"{where} refers to {pointer!r}: `veneer sandbox --contract` (extra `codegen`) reads other files too"
            )
    return dict(document)


def _references(node: Any) -> Iterator[str]:
    """Yield the document's references; those within data are skipped."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += node
        elif isinstance(node, Mapping):
            if isinstance(pointer := node.get("$ref"), str):
                yield pointer
            pending += [
                value
                for key, value in node.items()
                if key not in ("example", "examples", "default", "enum", "const", "value") and key[:2] != "x-"
            ]


def squeezed(name: str) -> str:
    """Return a name in lower case without separators: `nextCursor` equals `next_cursor`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def bare(media_type: str) -> str:
    """Return a media type without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON, but not a stream of JSON."""
    kind = bare(media_type)
    return (kind == JSON or kind.endswith("+json") or kind == "text/json") and kind not in LINES


def is_read(media_type: str) -> bool:
    """Return whether a media type has members: JSON, or one of the two kinds of form."""
    return is_json(media_type) or bare(media_type) in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    )


class Said(NamedTuple):
    """A response that an operation declares: its status, media types and headers."""

    status: str
    content: Mapping[str, Any]
    headers: Mapping[str, Any]


class ContractDocument:
    """A contract and its schemas. Raises ContractFileError."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.content = check_document(document)
        self.schemas = ContractSchemas(self.content)
        # Storing the schema with its members keeps its `id()` unique.
        self._members: dict[int, tuple[Any, dict[str, Any]]] = {}

    def resolve(self, node: Any) -> Any:
        """Return the target of a reference; an empty object if it is broken."""
        try:
            found = self.schemas.resolve(node)
        except SchemaError:
            return {}
        return found if isinstance(found, Mapping | bool) else {}

    def node(self, node: Any) -> Mapping[str, Any]:
        """Return a node as an object, with references resolved."""
        found = self.resolve(node)
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def operations(self) -> list[ContractOperation]:
        """The operations, in the order of the document."""
        found = []
        for path, item in self.content.get("paths", {}).items():
            shared = self.node(item)
            # 3.2 has a separate member for other methods than the usual ones.
            more = shared.get("additionalOperations")
            nodes = {name: shared[name] for name in METHODS if name in shared} | dict(more or {})
            found += [
                ContractOperation(self, name.upper(), str(path), node, shared)
                for name, node in nodes.items()
                if isinstance(node, Mapping)
            ]
        return found

    def members(self, schema: Any) -> dict[str, Any]:
        """Return the members that a value may have, of all alternatives, with their schemas."""
        found = self._members.get(id(schema))
        if found is None:
            found = self._members[id(schema)] = (schema, {})
            for part in self.parts(schema, alternatives=True):
                properties = part.get("properties")
                for name, member in properties.items() if isinstance(properties, Mapping) else ():
                    found[1].setdefault(name, member)
        return found[1]

    def parts(self, schema: Any, *, alternatives: bool = False) -> Iterator[Mapping[str, Any]]:
        """Yield a schema and its parts, with references resolved, each once."""
        pending, seen = [schema], set()
        while pending:
            one = pending.pop(0)
            if not isinstance(one, Mapping) or id(one) in seen:
                continue
            seen.add(id(one))
            if "$ref" in one:
                pending.append(self.resolve(one))
            yield one
            for key in ("allOf", *(("oneOf", "anyOf") if alternatives else ())):
                if isinstance(one.get(key), list):
                    pending += one[key]

    def kinds(self, schema: Any) -> set[str]:
        """Return the JSON types of a schema; empty if it has none."""
        kinds: set[str] = set()
        for part in self.parts(schema, alternatives=True):
            named = part.get("type")
            kinds |= (
                {named} if isinstance(named, str) else set(named or ()) if isinstance(named, list) else set()
            )
            if "properties" in part:
                kinds.add("object")
            if "items" in part:
                kinds.add("array")
        return kinds - {"null"}

    def said(self, schema: Any, key: str) -> Any:
        """Return the value of a keyword in a schema or a part of it; None if there is none."""
        return next((part[key] for part in self.parts(schema) if key in part), None)

    def items(self, schema: Any) -> Any:
        """Return the schema of a list's items."""
        return next(
            (part["items"] for part in self.parts(schema, alternatives=True) if "items" in part), True
        )

    def at(self, schema: Any, path: tuple[str, ...]) -> Any:
        """Return the schema at a path of members."""
        for name in path:
            schema = self.members(schema).get(name, True)
        return schema

    def same(self, one: Any, other: Any) -> bool:
        """Return whether two schemas are the same component."""
        targets = [
            {id(part) for part in self.parts(schema)} if isinstance(schema, Mapping) else set()
            for schema in (one, other)
        ]
        return bool(targets[0] & targets[1])


@dataclass(frozen=True, eq=False)
class ContractOperation:
    """One operation of a contract."""

    document: ContractDocument
    method: str
    path: str
    node: Mapping[str, Any]
    shared: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its operationId, or its method and path."""
        name = self.node.get("operationId")
        return name if isinstance(name, str) and name else f"{self.method} {self.path}"

    @property
    def route(self) -> str:
        """The path's template without a query or a fragment, which some contracts append."""
        return re.split(r"[?#]", self.path, maxsplit=1)[0]

    @cached_property
    def selector(self) -> dict[str, list[str]]:
        """The query after its path, which distinguishes it from other operations of the path."""
        return parse_qs(self.path.partition("?")[2].partition("#")[0], keep_blank_values=True)

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path's segments; parameters are `{}`, without an ending such as `.json`."""
        path = self.route.strip("/")
        path = re.sub(r"\.(?:json|xml)$", "", path)
        return tuple(re.sub(r"\{[^}]*\}", "{}", part) for part in path.split("/"))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the path's parameters, in order."""
        return tuple(re.findall(r"\{([^}]*)\}", self.route))

    @cached_property
    def parameters(self) -> list[Mapping[str, Any]]:
        """Its parameters, including those of its path; its own come first and override the path's."""
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for source in (self.shared, self.node):
            given = source.get("parameters")
            for one in given if isinstance(given, list) else ():
                parameter = self.document.node(one)
                if isinstance(parameter.get("name"), str) and isinstance(parameter.get("in"), str):
                    found[parameter["in"], parameter["name"]] = parameter
        return list(found.values())

    def parameter(self, name: str, place: str = "query") -> Mapping[str, Any] | None:
        """Return a parameter by its name and place."""
        return next((one for one in self.parameters if (one["in"], one["name"]) == (place, name)), None)

    @cached_property
    def body(self) -> tuple[Mapping[str, Any], bool]:
        """The media types of its body, and whether the body is required."""
        node = self.document.node(self.node.get("requestBody"))
        content = node.get("content")
        return (content if isinstance(content, Mapping) else {}), node.get("required") is True

    @cached_property
    def body_schema(self) -> Any:
        """The schema of its body if that has members, else None."""
        for kind, media in self.body[0].items():
            if is_read(kind):
                return self.document.node(media).get("schema")
        return None

    @cached_property
    def answers(self) -> dict[str, Said]:
        """Its responses by status: `200`, `4XX` or `default`."""
        given = self.node.get("responses")
        found = {}
        for status, node in given.items() if isinstance(given, Mapping) else ():
            response = self.document.node(node)
            content, headers = response.get("content"), response.get("headers")
            found[str(status).upper() if str(status) != "default" else "default"] = Said(
                str(status),
                content if isinstance(content, Mapping) else {},
                headers if isinstance(headers, Mapping) else {},
            )
        return found

    def answer(self, status: int) -> Said | None:
        """Return the response declared for a status: its own, its class's, or the default."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.answers:
                return self.answers[key]
        return None

    def success(self, *preferred: int) -> tuple[int, Said]:
        """Return a success status and its response: a preferred status, else the lowest."""
        good = sorted(int(one) for one in self.answers if one.isdecimal() and 200 <= int(one) < 400)
        for status in preferred:
            if status in good:
                return status, self.answers[str(status)]
        if good:
            return good[0], self.answers[str(good[0])]
        for key, status in (("2XX", next(iter(preferred), 200)), ("3XX", 302), ("default", 200)):
            if key in self.answers:
                return status, self.answers[key]
        # It declares only errors, or nothing.
        return 200, Said("", {}, {})

    def json_schema(self, said: Said) -> Any:
        """Return the schema of a response's JSON; None if it has none."""
        for kind, media in said.content.items():
            if is_json(kind) or kind in ("*/*", "application/*"):
                return self.document.node(media).get("schema", True)
        return None

    @cached_property
    def result(self) -> Any:
        """The schema of its successful response's JSON; None if it has none."""
        return self.json_schema(self.success(*PREFERRED.get(self.method, (200,)))[1])


PREFERRED: Final = {
    "GET": (200,), "HEAD": (200,), "POST": (201, 200, 202, 204), "PUT": (200, 201, 204), "PATCH": (200, 204),
    "DELETE": (204, 200, 202),
}  # fmt: skip
