"""Round trips of every operation of published contracts: `python scripts/contract_trips.py NAME PACKAGE CONTRACT`.

Each operation is called with values for all its parameters, over a transport that responds as the
contract promises. The request is compared with the specification's rules, and the result with the
response. The expectations are read from the contract here, by the rules of OpenAPI 3, RFC 6570 and
JSON Schema alone. Nothing of the normaliser is used.
"""

from __future__ import annotations

import argparse
import datetime as dt
import email
import importlib
import inspect
import io
import json
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.policy import HTTP
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin
from urllib.parse import quote, unquote, unquote_plus
from uuid import UUID

import httpx

import veneer
from veneer._core.members import dumped
from veneer_codegen import documents

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_DEPTH: Final = 5
_TEXT: Final = "a b/ü&=+"
_DATED: Final = {
    "date": "2024-05-06",
    "date-time": "2024-05-06T07:08:09+00:00",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}
_OF_HTTP: Final = ("accept", "content-type", "content-length", "content-encoding", "host", "authorization")
"""Headers of the message itself.

OpenAPI ignores the first and last, and a client computes the rest.
"""
_NONE: Final = object()
"""The mark of a schema without a value, or without one that can be found."""


# -- values that fit a schema ------------------------------------------------------------------------------------


class Schemas:
    """Makes values that fit the schemas of one contract, in requests or in responses."""

    def __init__(self, document: Mapping[str, Any], variant: int) -> None:
        self._document, self._variant = document, variant

    def deref(self, node: Any) -> Any:
        """Return the target of references (RFC 6901)."""
        for _ in range(50):
            if not (isinstance(node, Mapping) and isinstance(node.get("$ref"), str)):
                break
            found: Any = self._document
            for key in node["$ref"].removeprefix("#").split("/")[1:]:
                step = unquote(key).replace("~1", "/").replace("~0", "~")
                found = self.deref(found)
                found = found[int(step)] if isinstance(found, list) else found[step]
            node = found
        return node

    def value(self, node: Any, *, sent: bool, depth: int = 0) -> Any:
        """Return a value of a schema: with all members, or in later variants the required ones."""
        schema = self.whole(node)
        if depth > _DEPTH * 3 or schema is False:
            return _NONE
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            listed = [one for one in schema["enum"] if one is not None] or [None]
            return listed[self._variant % len(listed)]
        members = [one for key in ("oneOf", "anyOf") for one in schema.get(key) or ()]
        members = [one for one in members if self.whole(one).get("type") != "null"]
        if members:
            chosen = members[self._variant % len(members)]
            value = self.value(chosen, sent=sent, depth=depth + 1)
            if (
                isinstance(value, dict) and "properties" in schema
            ):  # keywords beside a union apply to every member
                value = {**self._object(schema, sent=sent, depth=depth), **value}
            return self._tagged(value, chosen, schema)
        kinds = schema.get("type", self._implied(schema))
        kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
        if kind == "object":
            return self._object(schema, sent=sent, depth=depth)
        if kind == "array":
            item = self.value(schema.get("items", {}), sent=sent, depth=depth + 1)
            return [] if item is _NONE else [item]
        if kind == "string":
            return _DATED.get(schema.get("format", ""), _TEXT)
        return {"integer": 7, "number": 1.5, "boolean": True, "null": None}.get(str(kind), _TEXT)

    def _implied(self, schema: Mapping[str, Any]) -> str:
        if schema.keys() & {"properties", "additionalProperties", "required"}:
            return "object"
        return "array" if "items" in schema else "string"

    def _object(self, schema: Mapping[str, Any], *, sent: bool, depth: int) -> Any:
        required = set(schema.get("required") or ())
        found: dict[str, Any] = {}
        for name, node in (schema.get("properties") or {}).items():
            facts = self.whole(node)
            if facts.get("readOnly" if sent else "writeOnly") is True:
                continue
            if name not in required and (self._variant or depth >= _DEPTH):
                continue
            one = self.value(node, sent=sent, depth=depth + 1)
            if one is not _NONE:
                found[name] = one
            elif name in required:
                return _NONE
        extra = schema.get("additionalProperties")
        if isinstance(extra, Mapping) and not schema.get("properties") and depth < _DEPTH:
            one = self.value(extra, sent=sent, depth=depth + 1)
            found |= {} if one is _NONE else {"some key": one}
        return found

    def _tagged(self, value: Any, chosen: Any, schema: Mapping[str, Any]) -> Any:
        """Return a union's value with the tag that its discriminator has for the member."""
        discriminator = schema.get("discriminator")
        reference = chosen.get("$ref", "") if isinstance(chosen, Mapping) else ""
        if not isinstance(value, dict) or not isinstance(discriminator, Mapping) or not reference:
            return value
        name = reference.rpartition("/")[2]
        mapping = discriminator.get("mapping") or {}
        named = [tag for tag, one in mapping.items() if one in (reference, name)]
        return {**value, discriminator["propertyName"]: (named or [name])[0]}

    def whole(self, node: Any) -> Any:
        """Return a schema with its references followed and its `allOf` merged."""
        if isinstance(node, Mapping) and "$ref" in node and node.keys() & {"required", "properties", "type"}:
            node = {
                "allOf": [{"$ref": node["$ref"]}],
                **{key: one for key, one in node.items() if key != "$ref"},
            }
        node = self.deref(node)
        if node is True or node is None:
            return {}
        if not isinstance(node, Mapping) or "allOf" not in node:
            return node
        merged: dict[str, Any] = {}
        for part in (*node["allOf"], {key: one for key, one in node.items() if key != "allOf"}):
            facts = self.whole(part)
            if facts is False:
                return False
            for key, one in facts.items():
                if key == "properties":
                    held = merged.get(key, {})
                    merged[key] = {
                        **held,
                        **{
                            name: {"allOf": [held[name], part]} if name in held else part
                            for name, part in one.items()
                        },
                    }
                elif key == "required" and isinstance(one, list):
                    merged[key] = [*merged.get(key, []), *one]
                else:
                    merged[key] = one
        return merged


# -- the specification's rules for requests -------------------------------------------------------------------------


def scalar(value: Any) -> str:
    """Return a scalar as text, with JSON's form of booleans and numbers."""
    return value if isinstance(value, str) else json.dumps(value)


def flat(value: Any) -> bool:
    """Return whether OpenAPI defines a value's style: a scalar, or a list or object of scalars."""
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return not any(isinstance(one, (list, Mapping)) for one in inner)


def in_path(name: str, value: Any, style: str, explode: bool) -> str:  # a fact of the contract
    """Return an expanded path variable (RFC 6570 sections 3.2.2, 3.2.5 and 3.2.7)."""
    lead, join = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}[style]
    key = f"{name}=" if style == "matrix" else ""
    if isinstance(value, Mapping):
        pairs = [(quote(one, safe=""), quote(scalar(two), safe="")) for one, two in value.items()]
        if explode:
            return lead + join.join(f"{one}={two}" for one, two in pairs)
        return lead + key + ",".join(part for pair in pairs for part in pair)
    if isinstance(value, list):
        items = [quote(scalar(one), safe="") for one in value]
        if explode:
            return lead + join.join(f"{key}{one}" for one in items)
        return lead + key + ",".join(items)
    return lead + key + quote(scalar(value), safe="")


def in_query(name: str, value: Any, style: str, explode: bool) -> list[tuple[str, str]]:
    """Return the pairs of a query parameter or of a member of a form, decoded."""
    if style == "deepObject" and isinstance(value, (Mapping, list)):
        return list(deep(name, value))
    mark = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
    if isinstance(value, list):
        if explode:
            return [(name, scalar(one)) for one in value]
        return [(name, mark.join(map(scalar, value)))]
    if isinstance(value, Mapping):
        if explode:
            return [(key, scalar(one)) for key, one in value.items()]
        return [(name, mark.join(scalar(part) for pair in value.items() for part in pair))]
    return [(name, scalar(value))]


def deep(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Return the pairs of a nested object, as Stripe defines them: indices for lists of objects."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from deep(f"{name}[{key}]", one)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            # OpenAPI does not define a list of scalars here: with `[]` or without are both correct.
            yield from deep(f"{name}[{number}]" if isinstance(one, (Mapping, list)) else name, one)
    else:
        yield name, scalar(value)


# -- a call and its outcome ------------------------------------------------------------------------------------------


def squeezed(name: str) -> str:
    """Return the part of a name that arguments and wire names share."""
    return re.sub(r"[\W_]", "", name).lower()


class Names(dict[str, Any]):
    """The names in annotations of a generated package."""

    def __init__(self, package: str) -> None:
        self._models = importlib.import_module(f"{package}.models")
        types = importlib.import_module(f"{package}.types")
        super().__init__(
            vars(types)
            | {"datetime": dt, "UUID": UUID, "Any": Any, "Literal": Literal, "BytesIO": io.BytesIO}
        )

    def __missing__(self, name: str) -> Any:
        try:
            return getattr(self._models, name)
        except AttributeError:
            raise KeyError(name) from None

    def read(self, annotation: Any) -> Any:
        """Return the type that an annotation means."""
        return eval(annotation, {}, self) if isinstance(annotation, str) else annotation  # noqa: S307  # generated here

    def typed(self, annotation: Any, value: Any) -> Any:
        """Return a JSON value as an argument's annotated type."""
        kind = self.read(annotation)
        if get_origin(kind) in (Union, UnionType):
            return self._one_of(get_args(kind), value)
        if get_origin(kind) is list and isinstance(value, list):
            return [self.typed(get_args(kind)[0], one) for one in value]
        if kind is self["File"]:
            return kind(io.BytesIO(str(value).encode()), "name.txt", "text/plain")
        if isinstance(value, str) and kind is dt.datetime:
            return dt.datetime.fromisoformat(value)
        if isinstance(value, str) and kind is dt.date:
            return dt.date.fromisoformat(value)
        if isinstance(value, str) and kind is UUID:
            return UUID(value)
        if isinstance(value, Mapping) and hasattr(kind, "from_dict"):
            return self._model(kind, value)
        return value

    def _one_of(self, kinds: Sequence[Any], value: Any) -> Any:
        """Return the value of a union's member, preferring one whose JSON equals the value."""
        made = []
        for kind in kinds:
            if kind in (type(None), self["Unset"]) and value is not None:
                continue
            if isinstance(value, str) and kind is str:
                return value
            try:
                one = self.typed(kind, value)
            except (KeyError, TypeError, ValueError, AttributeError):
                continue
            if same(dumped(one), value):
                return one
            made.append(one)
        return made[0] if made else value

    def _model(self, kind: Any, value: Mapping[str, Any]) -> Any:
        if not any("File" in str(one.type) for one in getattr(kind, "__attrs_attrs__", ())):
            return kind.from_dict(dict(value))
        fields = {squeezed(one.name): one for one in kind.__attrs_attrs__}
        return kind(
            **{
                fields[squeezed(name)].name: self.typed(fields[squeezed(name)].type, one)
                for name, one in value.items()
            }
        )


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal. Datetimes are compared by their instants."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    return bool(one == other)


class Trips:
    """The round trips of one contract. `faults` are the mismatches with their operations."""

    def __init__(self, document: Mapping[str, Any], package: str, variant: int) -> None:
        self._schemas = Schemas(document, variant)
        self._document, self._package = document, package
        self._names = Names(package)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self._modules = {
            (facts["method"], facts["path"]): module
            for module in modules(package)
            for facts in [module._OPERATION]
        }

    def run(self) -> None:
        """Call every operation of the contract."""
        for path, node in self._document["paths"].items():
            item = self._schemas.deref(node)
            for method in _METHODS:
                if method in item:
                    self._trip(method, path, self._schemas.deref(item[method]), item.get("parameters") or ())

    def _fault(self, operation: str, what: str) -> None:
        self.faults.append(f"{operation}: {what}"[:400])

    def _trip(self, method: str, path: str, node: Mapping[str, Any], shared: Sequence[Any]) -> None:
        name = f"{method.upper()} {path}"
        module = self._modules.get((method, path))
        if module is None:
            return self._fault(name, "no module")
        self.counts["operations"] += 1
        parameters = {}
        self._defaults = set()
        for one in (*shared, *(node.get("parameters") or ())):
            facts = self._schemas.deref(one)
            parameters[facts["in"], facts["name"]] = facts
            default = self._schemas.whole(facts.get("schema")).get("default")
            if default is not None and flat(default):
                self._defaults |= set(in_query(facts["name"], default, "form", facts.get("explode", True)))
        try:
            given, expected = self._arguments(module, parameters)
            kind, body = self._body(module, node, given)
            answered, reply = self._reply(node)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return self._fault(name, f"the trip: {type(error).__name__} {error}")
        asked: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            request.read()
            asked.append(request)
            return reply()

        with httpx.Client(transport=httpx.MockTransport(answer)) as engine:
            client = veneer.Client("https://host.test/base", http_client=engine)
            try:
                value = client.call(module, **given)
            except Exception as error:  # noqa: BLE001  # any exception is a mismatch
                self._fault(name, f"{'answer' if asked else 'request'}: {type(error).__name__} {error}")
                if not asked:
                    return None
                value = _NONE
        self._compare_request(name, asked[0], method, path, expected, (kind, body))
        if value is not _NONE and answered is not _NONE and not same(dumped(value), answered):
            self._fault(name, f"answer: {dumped(value)!r} instead of {answered!r}")
        self.counts["right"] += not (self.faults and self.faults[-1].startswith(f"{name}: "))
        return None

    def _arguments(
        self, module: Any, parameters: Mapping[tuple[str, str], Any]
    ) -> tuple[dict[str, Any], dict[tuple[str, str], Any]]:
        """Return the arguments of a call, and their expected wire form by place and name."""
        taken = inspect.signature(module._get_kwargs).parameters
        given: dict[str, Any] = {}
        expected: dict[tuple[str, str], Any] = {}
        for (place, name), facts in parameters.items():
            if place == "header" and name.lower() in _OF_HTTP:
                continue
            content = facts.get("content")
            node = (
                next(iter(content.values())).get("schema", {})
                if content
                else facts.get("schema", {"type": "string"})
            )
            value = self._schemas.value(node, sent=True)
            if value is _NONE or value is None or value in ([], {}):
                continue
            if self._schemas._variant and not facts.get("required") and place != "path":  # noqa: SLF001  # ours
                continue
            free = [one for one in taken if one not in given]
            exact = [one for one in free if squeezed(one) in (squeezed(name), squeezed(f"{name}_{place}"))]
            near = [one for one in free if squeezed(one).startswith(squeezed(name))]
            argument = next(iter((*exact, *near)), None)
            if argument is None:
                raise LookupError(f"no argument for the {place} parameter {name!r}")
            style = facts.get("style", "simple" if place in ("path", "header") else "form")
            explode = facts.get("explode", style == "form")
            if not content and not flat(value) and style != "deepObject":
                if facts.get("required"):
                    raise LookupError(
                        f"the {place} parameter {name!r} is nested: nothing says how it is written"
                    )
                continue
            kind = taken[argument].annotation
            text = self._names.read(kind) is str and not isinstance(value, str)
            given[argument] = (
                self._as_text(place, name, value, style, explode) if text else self._names.typed(kind, value)
            )
            expected[place, name] = json.dumps(value) if content else (value, style, explode)
            self.counts["texts"] += text
        for name, one in taken.items():
            if name not in given and name != "body" and one.default is inspect.Parameter.empty:
                raise LookupError(f"the argument {name!r} is not known")
        return given, expected

    def _as_text(self, place: str, name: str, value: Any, style: str, explode: bool) -> str:
        """Return a value as text, if the generated code takes it as text."""
        if place == "path":
            return unquote(in_path(name, value, style, explode))
        return in_query(name, value, style, explode)[0][1]

    def _body(self, module: Any, node: Mapping[str, Any], given: dict[str, Any]) -> tuple[str, Any]:
        body = self._schemas.deref(node.get("requestBody"))
        taken = inspect.signature(module._get_kwargs).parameters
        if not body or not body.get("content"):
            return "", None
        if "body" not in taken:
            raise LookupError("no argument for the body")
        if self._schemas._variant and not body.get("required"):  # noqa: SLF001  # ours
            return "", None
        kind = min(body["content"], key=_rank)
        value = self._schemas.value(body["content"][kind].get("schema", {}), sent=True)
        annotation = taken["body"].annotation
        if _rank(kind) == 4:
            given["body"] = self._names["File"](io.BytesIO(b"some bytes"))
            return kind, b"some bytes"
        if value is _NONE:
            raise LookupError("no value fits the body")
        if _rank(kind) in (2, 3) and not isinstance(value, Mapping):
            if body.get("required"):
                raise LookupError("the form has no names for its parts")
            self.counts["undescribed"] += 1
            return "", None
        given["body"] = self._names.typed(annotation, value)
        return kind, value

    def _reply(self, node: Mapping[str, Any]) -> tuple[Any, Callable[[], httpx.Response]]:
        """Return the JSON value of the response, and the response; `_NONE` if it is not JSON."""
        for status, one in sorted(node.get("responses", {}).items(), key=lambda pair: str(pair[0])):
            if not str(status).startswith("2") and str(status).lower() != "default":
                continue
            return self._answer(int(status) if str(status).isdigit() else 200, one)
        return _NONE, lambda: httpx.Response(204)

    def _answer(self, code: int, node: Any) -> tuple[Any, Callable[[], httpx.Response]]:
        content = self._schemas.deref(node).get("content") or {}
        kind = next((kind for kind in content if re.match(r"application/(.*\+)?json", kind)), None)
        if not content:
            return None, lambda: httpx.Response(code)
        if kind is None:
            found = "text/plain" if "*" in min(content) else min(content)
            return _NONE, lambda: httpx.Response(code, content=b"text", headers={"content-type": found})
        value = self._schemas.value(content[kind].get("schema", {}), sent=False)
        if value is _NONE:
            return _NONE, lambda: httpx.Response(204)
        return value, lambda: httpx.Response(code, json=value, headers={"content-type": kind})

    def _compare_request(
        self,
        name: str,
        request: httpx.Request,
        method: str,
        path: str,
        expected: Mapping[Any, Any],
        sent: tuple[str, Any],
    ) -> None:
        if request.method.lower() != method:
            self._fault(name, f"method: {request.method}")
        target, _, query = request.url.raw_path.decode("ascii").partition("?")
        wanted = path.partition("#")[0].partition("?")[0]  # a fragment is never sent
        pairs: list[tuple[str, str]] = []
        cookies = {}
        for (place, key), value in expected.items():
            if place == "path":
                written = quote(value, safe="") if isinstance(value, str) else in_path(key, *value)
                wanted = wanted.replace(f"{{{key}}}", written)
            elif place == "query":
                pairs += [(key, value)] if isinstance(value, str) else in_query(key, *value)
            elif place == "header":
                text = (
                    value if isinstance(value, str) else unquote(in_path(key, value[0], "simple", value[2]))
                )
                if (
                    request.headers.get(key) != text.encode().decode("latin-1")
                    and request.headers.get(key) != text
                ):
                    self._fault(name, f"header {key}: {request.headers.get(key)!r} instead of {text!r}")
            else:
                cookies[key] = value
        if unquote(target) != unquote(f"/base{wanted}"):
            self._fault(name, f"path: {target} instead of /base{wanted}")
        fixed = path.partition("#")[0].partition("?")[2]
        found = [
            (unquote_plus(one.partition("=")[0]), unquote_plus(one.partition("=")[2]))
            for one in query.split("&")
            if one and one not in fixed.split("&")
        ]
        extra = Counter(found) - Counter(pairs)
        if unasked := [pair for pair in extra if pair in self._defaults]:
            self._fault(name, f"default: {unasked} sent unasked")
            found = [pair for pair in found if pair not in unasked]
        if Counter(found) != Counter(pairs):
            self._fault(
                name,
                f"query: {sorted((Counter(found) - Counter(pairs)).items())} instead of {sorted((Counter(pairs) - Counter(found)).items())}",
            )
        for key, value in cookies.items():
            text = value if isinstance(value, str) else in_query(key, *value)[0][1]
            if f"{key}=" not in request.headers.get("cookie", ""):
                self._fault(name, f"cookie {key}: {request.headers.get('cookie')!r} has no {text!r}")
        self._compare_body(name, request, *sent)

    def _compare_body(self, name: str, request: httpx.Request, kind: str, value: Any) -> None:
        content = request.content
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not kind:
            if content:
                self._fault(name, f"body: {content[:80]!r} where none was given")
            return
        rank = _rank(kind)
        if not value and rank == 2 and not content:
            return  # a form without a part has no body
        if media != kind.partition(";")[0].strip().lower() and not (_rank(kind) == 4 and "*" in kind):
            self._fault(name, f"content-type: {media} instead of {kind}")
        if rank < 2:
            if not same(json.loads(content or b"null"), value):
                self._fault(name, f"body: {content[:150]!r} instead of {value!r}")
        elif rank == 2 and value:
            message = email.message_from_bytes(
                b"content-type: " + request.headers["content-type"].encode() + b"\r\n\r\n" + content,
                policy=HTTP,
            )
            found = Counter(
                (str(part.get_param("name", header="content-disposition")), _part(part))
                for part in message.iter_parts()
            )
            wanted = Counter(
                (key, _json(one) if isinstance(one, (Mapping, list)) else scalar(one))
                for key, items in value.items()
                for one in (items if isinstance(items, list) else [items])
            )
            if found != wanted:
                self._fault(name, f"parts: {list(found - wanted)} instead of {list(wanted - found)}")
        elif rank == 3:
            encoding = self._encoding(name, kind)
            pairs = [
                pair for key, one in value.items() for pair in _member(key, one, encoding.get(key) or {})
            ]
            found = Counter(
                (unquote_plus(one.partition("=")[0]).removesuffix("[]"), unquote_plus(one.partition("=")[2]))
                for one in content.decode().split("&")
                if one
            )
            if found != Counter(pairs):
                self._fault(
                    name,
                    f"form: {list(found - Counter(pairs))} instead of {list(Counter(pairs) - found)}",
                )
        elif content != value:
            self._fault(name, f"body: {content[:80]!r} instead of {value!r}")

    def _encoding(self, name: str, kind: str) -> Mapping[str, Any]:
        method, _, path = name.partition(" ")
        operation = self._schemas.deref(self._schemas.deref(self._document["paths"][path])[method.lower()])
        return self._schemas.deref(operation["requestBody"])["content"][kind].get("encoding") or {}


def _member(name: str, value: Any, encoding: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of a form's member by its encoding, by default JSON (OpenAPI 3.1, 4.8.15)."""
    if encoding.keys() & {"style", "explode", "allowReserved"}:
        style = encoding.get("style", "form")
        return in_query(name, value, style, encoding.get("explode", style == "form"))
    if isinstance(value, Mapping):
        return [(name, _json(value))]
    items = value if isinstance(value, list) else [value]
    return [(name, _json(one) if isinstance(one, (Mapping, list)) else scalar(one)) for one in items]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _part(part: Any) -> str:
    text = part.get_payload(decode=True).decode()
    return _json(json.loads(text)) if part.get_content_type() == "application/json" else text


def _rank(kind: str) -> int:
    """Return the rank of a body's media type: JSON, its relatives, multipart, form, anything else."""
    plain = kind.partition(";")[0].strip().lower()
    order = (plain == "application/json", plain.endswith("+json") or plain == "text/json", plain.startswith("multipart/"), plain == "application/x-www-form-urlencoded")  # fmt: skip
    return order.index(True) if True in order else 4


def modules(package: str) -> Iterator[Any]:
    """Yield every endpoint module of a generated package."""
    home = Path(str(importlib.import_module(package).__file__)).parent
    for path in sorted(home.glob("api/*/*.py")):
        if path.stem != "__init__":
            yield importlib.import_module(f"{package}.api.{path.parent.name}.{path.stem}")


def main() -> int:
    """Make the round trips of one contract and print the outcomes. Return 1 after a mismatch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="the generated package")
    parser.add_argument("contract", type=Path)
    parser.add_argument("--variants", type=int, default=3, help="the number of values of each schema")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(options.package.parent))
    document = documents.load(options.contract).content
    faults: list[str] = []
    counts: Counter[str] = Counter()
    for variant in range(options.variants):
        trips = Trips(document, options.package.name, variant)
        trips.run()
        counts += trips.counts
        faults += [one for one in trips.faults if one not in faults]
    print(json.dumps({**counts, "faults": faults}, indent=1, ensure_ascii=False))
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
