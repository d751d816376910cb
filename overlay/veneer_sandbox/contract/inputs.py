"""Read a request by the contract: parameters by style, bodies by media type, all as JSON values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from veneer_sandbox.check import Location, Problem
from veneer_sandbox.responses import Refusal
from veneer_sandbox.web import Request, parse_json

from .access import cookies
from .reading import ContractDocument, ContractOperation, bare, is_json

_NUMBER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,40})(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: Final = {"true": True, "false": False, "null": None}
_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}
# OpenAPI ignores header parameters of the first three names; HTTP clients send the others by themselves.
_IGNORED: Final = frozenset(
    {
        "accept",
        "content-type",
        "authorization",
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "user-agent",
    }
)
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"


class Upload(NamedTuple):
    """An uploaded file, in a form or as the whole body."""

    content: bytes
    media_type: str
    filename: str | None = None
    field: str | None = None


class Inputs(NamedTuple):
    """The inputs of a request: arguments by name, the body's JSON value, and files."""

    path: dict[str, Any]
    query: dict[str, Any]
    headers: dict[str, Any]
    body: Any
    files: list[Upload]
    problems: list[Problem]


def read(document: ContractDocument, operation: ContractOperation, request: Request) -> Inputs:
    """Read and check a request; errors are in `problems`. Raises Refusal (415)."""
    inputs = Inputs({}, {}, {}, None, [], [])
    if operation.parameters:
        _read_parameters(document, operation, request, inputs)
    body, files = _body(document, operation, request, inputs.problems)
    return inputs._replace(body=body, files=files)


def _read_parameters(
    document: ContractDocument, operation: ContractOperation, request: Request, inputs: Inputs
) -> None:
    sources: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
        "path": (inputs.path, {name: [value] for name, value in request.params.items()}),
        "query": (inputs.query, request.query),
        "header": (inputs.headers, {name: [value] for name, value in request.headers.items()}),
        "cookie": ({}, {name: [value] for name, value in cookies(request).items()}),
    }
    for parameter in operation.parameters:
        name, place = parameter["name"], parameter["in"]
        if place == "querystring" or place not in sources or (place == "header" and name.lower() in _IGNORED):
            continue
        into, texts = sources[place]
        loc: Location = (place, name)
        value = _Parameter(document, parameter).read(texts)
        schema = _schema(document, parameter)
        if value is _NOTHING:
            if parameter.get("required") is True:
                inputs.problems.append(Problem(loc, "Field required", "missing"))
        elif not (value == "" and parameter.get("allowEmptyValue") is True):
            inputs.problems.extend(document.schemas.check(value, schema, loc))
            into[name] = value


_NOTHING: Final = object()


def _schema(document: ContractDocument, parameter: Mapping[str, Any]) -> Any:
    content = parameter.get("content")
    if isinstance(content, Mapping) and content:
        return document.node(next(iter(content.values()))).get("schema", True)
    return parameter.get("schema", True)


class _Parameter:
    """Reads one parameter from its texts."""

    def __init__(self, document: ContractDocument, parameter: Mapping[str, Any]) -> None:
        self._document, self._node = document, parameter
        self._name, self._place = parameter["name"], parameter["in"]
        self._style = parameter.get("style") or ("form" if self._place in ("query", "cookie") else "simple")
        self._explode = parameter.get("explode", self._style == "form") is True
        self._schema = _schema(document, parameter)

    def read(self, texts: Mapping[str, list[str]]) -> Any:
        """Return the value; _NOTHING if the parameter was not sent."""
        kinds = self._document.kinds(self._schema)
        name = self._name.lower() if self._place == "header" else self._name
        found = texts.get(name)
        if isinstance(self._node.get("content"), Mapping):
            return _NOTHING if not found else _json_or_text(found[-1])
        if self._place == "query" and (deep := _deep(texts, name)) is not _NOTHING:
            return typed(self._document, deep, self._schema)
        if "object" in kinds and not kinds & {"string", "array"} and self._style == "form" and self._explode:
            members = {
                one: values for one, values in texts.items() if one in self._document.members(self._schema)
            }
            plain = {one: values if len(values) > 1 else values[-1] for one, values in members.items()}
            return typed(self._document, plain, self._schema) if plain else _NOTHING
        if not found:
            return _NOTHING
        found = [self._bare(one) for one in found]
        if "array" in kinds and not ("string" in kinds and len(found) == 1):
            return typed(self._document, self._list(found), self._schema)
        if "object" in kinds and "string" not in kinds:
            return typed(self._document, self._pairs(found[-1]), self._schema)
        return typed(self._document, found[-1], self._schema)

    def _bare(self, text: str) -> str:
        if self._place != "path":
            return text
        if self._style == "matrix":
            return text.removeprefix(";").removeprefix(f"{self._name}=")
        return text.removeprefix(".") if self._style == "label" else text

    def _list(self, texts: list[str]) -> list[str]:
        if len(texts) > 1 or (self._style == "form" and self._explode):
            return texts
        separator = _SEPARATORS.get(self._style, ",")
        if self._explode and self._style == "label":
            separator = "."
        if self._explode and self._style == "matrix":
            separator = f";{self._name}="
        parts = [part.strip() if self._place == "header" else part for part in texts[0].split(separator)]
        return parts if texts[0] else []

    def _pairs(self, text: str) -> dict[str, str]:
        separator = (
            {"label": ".", "matrix": ";"}.get(self._style, ",")
            if self._explode
            else _SEPARATORS.get(self._style, ",")
        )
        parts = text.split(separator)
        if self._explode:
            return {name: value for name, _, value in (part.partition("=") for part in parts)}
        return dict(zip(parts[::2], parts[1::2], strict=False))


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _deep(texts: Mapping[str, list[str]], name: str) -> Any:
    """Return the value of `name[a][b]=…` and `name[]=…` parameters; _NOTHING if there are none."""
    pairs = [(key, value) for key, values in texts.items() for value in values if key.startswith(f"{name}[")]
    return nest(pairs).get(name, _NOTHING) if pairs else _NOTHING


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return form fields with `a[b]`, `a[]` and `a[0]` as objects and lists; a repeated field is a list."""
    out: dict[str, Any] = {}
    for key, value in pairs:
        first, *rest = re.findall(r"[^\[\]]+|\[\]", key.replace("[]", "[]")) or [key]
        _place(out, [first, *rest], value)
    return {name: _listed(value) for name, value in out.items()}


def _place(into: dict[str, Any], path: Sequence[str], value: Any) -> None:
    name, *rest = path
    if name == "[]":
        name = str(len(into))
    if rest:
        inner = into.setdefault(name, {})
        if isinstance(inner, dict):
            _place(inner, rest, value)
    elif name in into:
        into[name] = [*(into[name] if isinstance(into[name], list) else [into[name]]), value]
    else:
        into[name] = value


def _listed(value: Any) -> Any:
    """Convert objects whose members are 0, 1, 2 … to lists."""
    if isinstance(value, dict):
        value = {name: _listed(one) for name, one in value.items()}
        if value and list(value) == [str(at) for at in range(len(value))]:
            return list(value.values())
    return value


def typed(document: ContractDocument, value: Any, schema: Any) -> Any:
    """Convert text to the schema's JSON type: unchanged if it fits, else as a number, a boolean or null."""
    if isinstance(value, str):
        return _scalar(document, value, schema)
    if isinstance(value, list):
        items = document.items(schema)
        return [typed(document, one, items) for one in value]
    if isinstance(value, dict):
        if "array" in (kinds := document.kinds(schema)) and "object" not in kinds:
            return [typed(document, one, document.items(schema)) for one in value.values()]
        members, more = document.members(schema), document.said(schema, "additionalProperties")
        kept = {}
        for name, one in value.items():
            member = members.get(name, more if isinstance(more, Mapping) else True)
            listed = "array" in (kinds := document.kinds(member)) and "string" not in kinds
            kept[name] = typed(document, [one] if listed and isinstance(one, str) else one, member)
        return kept
    return value


def _scalar(document: ContractDocument, text: str, schema: Any) -> Any:
    if not document.schemas.check(text, schema):
        return text
    if text in _WORDS:
        other: Any = _WORDS[text]
    elif _NUMBER.fullmatch(text):
        other = float(text) if re.search(r"[.eE]", text) else int(text)
    elif text[:1] in "[{" and document.kinds(schema) & {"object", "array"}:
        other = _json_or_text(text)
    else:
        return text
    return text if document.schemas.check(other, schema) and not _means(document, other, schema) else other


def _means(document: ContractDocument, value: Any, schema: Any) -> bool:
    """Return whether a value has the schema's type, so that its other errors must be reported."""
    kind = {bool: "boolean", int: "integer", float: "number"}.get(type(value), "")
    kinds = document.kinds(schema)
    return kind in kinds or (kind == "integer" and "number" in kinds)


# Bodies


def _body(
    document: ContractDocument, operation: ContractOperation, request: Request, problems: list[Problem]
) -> tuple[Any, list[Upload]]:
    content, required = operation.body
    sent = request.headers.get("content-type", "")
    kind = bare(sent)
    if not request.raw and not kind.startswith(_MULTIPART):
        # An empty form has no fields, which its schema may allow.
        if required and content and kind == _FORM:
            schema = document.node(_media(content, kind)).get("schema", True)
            problems.extend(document.schemas.check({}, schema, ("body",)))
        elif required and content and {bare(one) for one in content} != {_FORM}:
            problems.append(Problem(("body",), "A body is required", "missing"))
        return None, []
    if not content:
        return None, []
    media = _media(content, kind)
    if media is None:
        raise Refusal(
            415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Type should be {' or '.join(map(bare, content))}"
        )
    schema = document.node(media).get("schema", True)
    files: list[Upload] = []
    value: Any = None
    if is_json(kind):
        try:
            value = parse_json(request.raw)
        except ValueError as error:
            problems.append(Problem(("body",), f"JSON decode error: {error}", "json_invalid"))
            return None, []
    elif kind == _FORM:
        pairs = parse_qsl(request.raw.decode("utf-8", "replace"), keep_blank_values=True)
        value = typed(document, nest(pairs), schema)
    elif kind == _MULTIPART:
        value, files = _parts(document, request, schema)
    else:
        files = [Upload(request.raw, sent or "application/octet-stream")]
        if kind.startswith("text/") and "string" in document.kinds(schema):
            value = request.raw.decode("utf-8", "replace")
        else:
            return None, files
    problems.extend(document.schemas.check(value, schema, ("body",)))
    return value, files


def _media(content: Mapping[str, Any], kind: str) -> Any:
    """Return the contract's entry for a media type, the exact type before ranges; `+json` counts as JSON."""
    for name, media in content.items():
        if bare(name) == kind:
            return media
    for name, media in content.items():
        if "*" in name and kind and fnmatchcase(kind, bare(name)):
            return media
    if not kind and len(content) == 1:
        (only,) = content.values()
        name = next(iter(content))
        return only if not is_json(name) and bare(name) not in (_FORM, _MULTIPART) else None
    return next((media for name, media in content.items() if is_json(name) and is_json(kind)), None)


def _parts(document: ContractDocument, request: Request, schema: Any) -> tuple[dict[str, Any], list[Upload]]:
    """Return the fields of a multipart form, with text in place of files."""
    files: list[Upload] = []
    pairs: list[tuple[str, Any]] = []
    for name, part in request.parts:
        if isinstance(part, str):
            pairs.append((name, part))
            continue
        filename, media_type, content = part
        if is_json(media_type or "") and not filename:
            pairs.append((name, content.decode("utf-8", "replace")))
            continue
        kind, name = media_type or "application/octet-stream", name.removesuffix("[]")  # noqa: PLW2901 - the list's own name
        files.append(Upload(content, kind, filename, name))
        pairs.append((name, content.decode("latin-1")))
    uploaded, value = {upload.field for upload in files}, nest(pairs)
    members = document.members(schema)
    for name, one in value.items():
        member = members.get(name, True)
        listed = "array" in (kinds := document.kinds(member)) and "string" not in kinds
        one = [one] if listed and not isinstance(one, list | dict) else one  # noqa: PLW2901 - one of a list
        value[name] = one if name in uploaded else typed(document, one, member)
    return value, files
