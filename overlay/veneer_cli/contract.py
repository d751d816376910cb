"""Read the operations of a platform's contract, each as a value that a client can call, its arguments typed by the contract."""

from __future__ import annotations

import difflib
import importlib.resources
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from veneer._core.errors import ConfigurationError
from veneer_cli.text import json_or_text, read_json

if TYPE_CHECKING:
    import httpx

__all__ = ["NOTHING", "Contract", "Operation", "Parameter", "document", "load", "read"]

NOTHING: Final[Any] = object()
"""Stands for a body that was not given; None is JSON's null."""

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_JSON = re.compile(r"application/(json|[\w.+-]+\+json)")
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument: `place` is path, query, header, cookie or body (a member of it); `kind` its JSON type, `file` or `any`."""

    name: str
    place: str
    kind: str
    items: str = "any"
    required: bool = False
    description: str = ""

    @property
    def type(self) -> str:
        """The type for people: `array of string`."""
        return f"array of {self.items}" if self.kind == "array" and self.items != "any" else self.kind


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a contract, callable like a generated endpoint module: `client.call(operation, values, body=…)`."""

    id: str
    name: str
    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: str
    answers: tuple[str, ...]
    _OPERATION: Mapping[str, Any]

    @property
    def __name__(self) -> str:
        """What messages call the operation, as if it were a module."""
        return self.name

    @property
    def streams(self) -> bool:
        """True where the answer is always a stream."""
        return self.answers == ("text/event-stream",)

    @property
    def binary(self) -> bool:
        """True where the answer is a file."""
        return bool(self.answers) and not any(
            _JSON.match(one) or one.startswith("text/") for one in self.answers
        )

    @property
    def paged(self) -> bool:
        """True where the answer is a page of a list."""
        return bool(self._OPERATION["pagination"])

    def _get_kwargs(self, values: Mapping[str, Any], *, body: Any = NOTHING) -> dict[str, Any]:
        """The request for values by parameter name; `body` is JSON, for other media bytes or an open file."""
        given = [(one, values[one.name]) for one in self.parameters if one.name in values]
        path = {one.name: _text(value) for one, value in given if one.place == "path"}
        # A name may stand in the path and in the body: a body of the caller's own is then left as it is.
        elsewhere = set() if body is NOTHING else {one.name for one, _ in given if one.place != "body"}
        members = {
            one.name: value for one, value in given if one.place == "body" and one.name not in elsewhere
        }
        request: dict[str, Any] = {
            "method": self.method,
            "url": re.sub(r"\{([^{}]*)\}", lambda match: quote(path[match[1]], safe=""), self.path),
            "params": {one.name: value for one, value in given if one.place == "query"},
            "headers": {one.name: _text(value) for one, value in given if one.place == "header"},
            "cookies": {one.name: _text(value) for one, value in given if one.place == "cookie"},
        }
        if self.body == "multipart/form-data":
            request |= _form({**(body if body is not NOTHING else {}), **members})
        elif members or body is not NOTHING:
            content = {**(body if body is not NOTHING else {}), **members} if members else body
            request["json" if _JSON.match(self.body) else "content"] = content
            if not _JSON.match(self.body):
                request["headers"]["Content-Type"] = self.body or "application/octet-stream"
        return request

    def _parse_response(self, *, client: Any, response: httpx.Response) -> Any:  # noqa: ARG002  # the protocol's
        """The answer as it is: JSON where the contract says so, else bytes; None for no body."""
        if not response.content:
            return None
        return response.json() if any(_JSON.match(one) for one in self.answers) else response.content

    def value(self, name: str, texts: Sequence[str]) -> tuple[str, Any]:
        """Type an argument by the contract; `name` is the contract's or its snake_case. Several texts make an array.

        Raises ConfigurationError for a name that the operation does not have and a text that does not fit.
        """
        found = next((one for one in self.parameters if name in {one.name, snake(one.name)}), None)
        if found is None:
            known = ", ".join(one.name for one in self.parameters) or "no parameters"
            raise ConfigurationError(f"{self.name} has no parameter {name!r}; it has {known}")
        if found.kind == "array" and not (len(texts) == 1 and texts[0].lstrip().startswith("[")):
            return found.name, [_typed(found.name, found.items, text) for text in texts]
        if len(texts) > 1:
            raise ConfigurationError(f"{found.name} of {self.name} takes one value")
        return found.name, _typed(found.name, found.kind, texts[0])

    def check(self, values: Mapping[str, Any], *, body: bool) -> None:
        """Raise ConfigurationError that names the required arguments which are missing; a whole body stands for its members."""
        missing = [
            one.name
            for one in self.parameters
            if one.required and one.name not in values and not (body and one.place == "body")
        ]
        if missing:
            given = " ".join(f"--param {name}=…" for name in missing)
            raise ConfigurationError(f"{self.name} needs {given}")


@dataclass(frozen=True, slots=True)
class Contract:
    """The operations of a platform, in the contract's order."""

    operations: tuple[Operation, ...]

    def find(self, text: str) -> Operation:
        """Find an operation by its operationId, its name in the SDK (`invoke_abp`, `invoke-abp`), or `"METHOD /path"`.

        Raises ConfigurationError with the names that come close.
        """
        wanted = {text, text.replace("-", "_")}
        method, _, path = text.partition(" ")
        for one in self.operations:
            if wanted & {one.id, one.name} or (one.method == method.upper() and one.path == path.strip()):
                return one
        names = [one.name for one in self.operations]
        close = difflib.get_close_matches(text.replace("-", "_"), names, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "`operations` lists them"
        raise ConfigurationError(f"no operation {text!r}; {hint}")


def load(platform: str) -> Contract:
    """Read the operations of a platform's contract."""
    return read(document(platform))


def document(platform: str) -> dict[str, Any]:
    """Read a platform's contract from the generated package's data."""
    file = importlib.resources.files("veneer_generated.contracts") / f"{platform}.json"
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def read(document: Mapping[str, Any]) -> Contract:
    """Read an OpenAPI document whose references are local."""
    return Contract(tuple(_operations(document)))


def snake(name: str) -> str:
    """`decisionId` → `decision_id`, `X-Trace` → `x_trace`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).strip("_").lower()


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield _operation(document, path, method, item)


def _operation(document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]) -> Operation:
    facts = item[method]
    identifier = str(facts.get("operationId") or f"{method} {path}")
    name = _name(identifier, path, method)
    content: Mapping[str, Any] = _resolve(document, facts.get("requestBody", {})).get("content", {})
    media = next((one for one in content if _JSON.match(one)), next(iter(content), ""))
    answers = _answers(document, facts)
    security = facts.get("security", document.get("security"))
    return Operation(
        id=identifier,
        name=name,
        method=method.upper(),
        path=path,
        summary=str(facts.get("summary") or facts.get("description") or "").strip().partition("\n")[0],
        parameters=(
            *_parameters(document, [*item.get("parameters", []), *facts.get("parameters", [])]),
            *_members(document, content.get(media, {}).get("schema", {}), media),
        ),
        body=media,
        answers=answers,
        _OPERATION={
            "method": method,
            "path": path,
            "security": None if security is None else [tuple(one) for one in security],
            "safe": bool(facts.get("x-veneer-safe", False)),
            "idempotency": facts.get("x-veneer-idempotency"),
            "stream": facts.get("x-veneer-stream"),
            "pagination": facts.get("x-veneer-pagination"),
            "accept": ", ".join(one for one in answers if one != "text/event-stream"),
        },
    )


def _name(identifier: str, path: str, method: str) -> str:
    """The operation's name in the SDK. FastAPI's ids end in the route and method, which the name leaves out."""
    suffix = f"{re.sub(r'[^A-Za-z0-9_]', '_', path)}_{method}"
    return snake(identifier.removesuffix(suffix)) or snake(identifier)


def _answers(document: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for status, response in facts.get("responses", {}).items():
        if str(status).startswith("2"):
            found |= dict.fromkeys(_resolve(document, response).get("content", {}))
    return tuple(found)


def _parameters(document: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> Iterator[Parameter]:
    # An operation's parameter replaces the path's of the same name and place.
    merged = {(one["name"], one["in"]): one for one in (_resolve(document, each) for each in listed)}
    for one in merged.values():
        yield _parameter(document, one["name"], one["in"], one.get("schema", {}), one)


def _members(document: Mapping[str, Any], schema: Mapping[str, Any], media: str) -> Iterator[Parameter]:
    """The members of an object body, which --param reaches by name too."""
    if not (_JSON.match(media) or media == "multipart/form-data"):
        return
    required, members = _object(document, schema)
    for name, one in members.items():
        yield _parameter(
            document, name, "body", one, {**_resolve(document, one), "required": name in required}
        )


def _object(document: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[set[str], dict[str, Any]]:
    found = _resolve(document, schema)
    required, members = set(found.get("required", [])), dict(found.get("properties", {}))
    for part in found.get("allOf", []):
        more_required, more = _object(document, part)
        required |= more_required
        members |= more
    return required, members


def _parameter(
    document: Mapping[str, Any], name: str, place: str, schema: Mapping[str, Any], facts: Mapping[str, Any]
) -> Parameter:
    kind, items = _kind(document, schema)
    required = facts.get("required") is True
    return Parameter(name, place, kind, items, required, str(facts.get("description", "")).strip())


def _kind(document: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[str, str]:
    """A schema's type and, for an array, that of its items; `any` where there are several."""
    found = _resolve(document, schema)
    if found.get("format") == "binary" or found.get("contentMediaType") == "application/octet-stream":
        return "file", "any"
    kind = found.get("type")
    kinds = {one for one in (kind if isinstance(kind, list) else [kind]) if one not in {None, "null"}}
    parts = (part for key in ("anyOf", "oneOf", "allOf") for part in found.get(key, []))
    kinds |= {_kind(document, part)[0] for part in parts if part != {"type": "null"}}
    if not kinds and "properties" in found:
        kinds = {"object"}
    if not kinds and "enum" in found:
        kinds = {"string"} if all(isinstance(one, str) for one in found["enum"]) else set()
    only = kinds.pop() if len(kinds) == 1 else "any"
    return only, _kind(document, found.get("items", {}))[0] if only == "array" else "any"


def _resolve(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    seen = 0
    while "$ref" in value and seen < 100:  # a reference to itself ends too
        target: Any = document
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        value, seen = target, seen + 1
    return value


_SHOWN: Final = 60
"""Characters of a wrong argument that its error quotes."""


def _typed(name: str, kind: str, text: str) -> Any:
    try:
        match kind:
            case "integer":
                return int(text)
            case "number":
                return _number(text)
            case "boolean":
                return _boolean(text)
            case "object" | "array":
                return read_json(text)
            case "any":
                return json_or_text(text)
            case _:
                return text
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: {error.message}") from None
    except ValueError:
        shown = repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
        raise ConfigurationError(f"{name} takes {_article(kind)}, not {shown}") from None


def _number(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):  # JSON has no form for it
        raise ValueError(text)
    return found


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise ValueError(text)


def _article(kind: str) -> str:
    if kind in {"object", "array"}:
        return f"a JSON {kind}"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _form(members: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a multipart body: open files as files, everything else as fields."""
    files = {name: value for name, value in members.items() if hasattr(value, "read")}
    fields = {name: _text(value) for name, value in members.items() if name not in files}
    return {"files": files, "data": fields}
