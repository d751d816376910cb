"""Exercise published contracts in the sandbox: `make sandbox-trips`.

Two figures are counted for each contract of `make contracts`. The HTTP client knows nothing of the
sandbox, and the validator is not the sandbox's (jsonschema with OpenAPI's vocabularies).

operations   Each is called once with its required values. It is served if the response's status is a
             declared success and its JSON fits the declared schema.
resources    A path with POST, and a path below it with one parameter and GET. A resource lives if POST
             creates it; the response, its Location or the list has its id; GET returns it with the
             sent values; the list has it (if GET of the collection returns an array of objects);
             PATCH, PUT or POST changes it and GET shows that (if there is one, and a member to
             change); and after DELETE (if there is one) GET returns 404. A resource whose request no
             value fits, because the contract contradicts itself, is listed and not counted.

`--fuzz N` runs schemathesis on each sandbox instead, with N examples of each operation. Its
contract also declares that bad requests are refused, because a contract may return 404 without
declaring it. Three cases that a schema cannot express are allowed: a cursor from no page, an
If-Match of another version, and a `schema` of an event stream that is of an event's data. Bodies of
XML and forms beside others are left out. The sandbox does not read XML, and in a form neither side
can tell the text `1` from the number, or an empty list from none.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

import httpx
from openapi_schema_validator import (
    OAS30Validator,
    OAS31Validator,
    oas30_format_checker,
    oas31_format_checker,
)
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from veneer.sandbox import Sandbox, running
from veneer_sandbox import samples
from veneer_sandbox.schemas import ContractSchemas, SchemaError

ROOT: Final = Path(__file__).resolve().parents[1]
METHODS: Final = ("get", "head", "options", "trace", "put", "post", "patch", "query", "delete")
"""The methods in the order of calls: removals come last."""
PROBES: Final = 60


class Call(NamedTuple):
    """An operation of the contract."""

    method: str
    path: str
    node: Mapping[str, Any]
    shared: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


@dataclass
class Tally:
    """The counts of one contract."""

    operations: int = 0
    served: int = 0
    resources: int = 0
    lived: int = 0
    faults: list[str] = field(default_factory=list)


class Traveller:
    """Calls the operations of one contract."""

    def __init__(self, document: Mapping[str, Any], client: httpx.Client) -> None:
        self.document, self.client = document, client
        self.tally = Tally()
        self.schemas = ContractSchemas(document)
        self._is_3_0 = str(document["openapi"]).startswith("3.0")
        self._registry: Registry[Any] = Registry().with_resource(
            "urn:contract", DRAFT202012.create_resource(_readable(document))
        )
        self._ids: dict[tuple[str, str], str] = {}
        self._last: Call

    @cached_property
    def calls(self) -> list[Call]:
        """Every operation."""
        found = []
        for path, item in self.document.get("paths", {}).items():
            shared = self.resolve(item)
            found += [
                Call(method, path, shared[method], shared)
                for method in METHODS
                if isinstance(shared.get(method), Mapping)
            ]
        return found

    @cached_property
    def by_path(self) -> dict[str, dict[str, Call]]:
        """The operations by path; parameters are `{}`."""
        found: dict[str, dict[str, Call]] = {}
        for call in self.calls:
            found.setdefault(_shape(call.path), {}).setdefault(call.method, call)
        return found

    def resolve(self, node: Any) -> Any:
        """Return the target of a reference."""
        try:
            return self.schemas.resolve(node)
        except SchemaError:
            return {}

    # Checking

    def judge(self, call: Call, response: httpx.Response) -> str | None:
        """Return the fault of a response; None if it is a success that the contract declares."""
        status = response.status_code
        declared = call.node.get("responses", {})
        key = next(
            (
                one
                for one in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
                if one in declared
            ),
            None,
        )
        succeeds = any(one == "default" or one[0] in "23" for one in declared)
        if not 200 <= status < 400 or (key is None and succeeds):
            return f"{status} {response.text[:200]}"
        content = self.resolve(declared.get(key, {})).get("content") or {}
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not content or status in (204, 304):
            return None if not response.content or not content else f"{status} has content"
        names = {one.partition(";")[0].strip().lower(): self.resolve(media) for one, media in content.items()}
        media = names.get(kind, next((media for one, media in names.items() if fnmatchcase(kind, one)), None))
        if media is None:
            return f"{status} is {kind or 'nothing'}, and not {' or '.join(names)}"
        if _is_json(response):
            return self.validate(response.json(), media.get("schema", True))
        return None

    def validate(self, value: Any, schema: Any) -> str | None:
        """Return the validator's complaint about a value."""
        if isinstance(schema, bool):
            return None
        local = json.loads(re.sub(r'"#(/[^"]*)"', r'"urn:contract#\1"', json.dumps(_readable(schema))))
        validator = OAS30Validator if self._is_3_0 else OAS31Validator
        checker = oas30_format_checker if self._is_3_0 else oas31_format_checker
        judge = validator(local, registry=self._registry, format_checker=checker)
        # Indistinguishable alternatives are common, and no value fits only one of them.
        errors = (one for one in judge.iter_errors(value) if "is valid under each of" not in one.message)
        error = next(errors, None)
        return None if error is None else f"{error.json_path}: {error.message[:200]}"

    # Calling

    def send(
        self,
        call: Call,
        path: str,
        *,
        seed: str = "1",
        body: Any = None,
        known: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """Call an operation at a path, with its required values."""
        self._last = call
        query = parse_qsl(call.path.partition("?")[2].partition("#")[0])
        headers: dict[str, str] = {}
        cookies = []
        for parameter in self.parameters(call):
            if parameter.get("required") is not True or parameter["in"] == "path":
                continue
            content = parameter.get("content")
            schema = (
                next(iter(content.values())).get("schema", True) if content else parameter.get("schema", True)
            )
            value = self.generate(schema, f"{seed}/{parameter['name']}")
            value = (known or {}).get(parameter["name"], value)
            for name, text in _spelled(parameter, value):
                if parameter["in"] == "query":
                    query.append((name, text))
                elif parameter["in"] == "header":
                    headers[name] = re.sub(r"[^\x20-\x7e]", "x", text).strip()
                elif parameter["in"] == "cookie":
                    cookies.append(f"{name}={quote(text)}")
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        made = self.body(call, seed, body)
        url = path + (f"?{urlencode(query)}" if query else "")
        return self.client.request(
            call.method.upper(), url, headers=headers | made.pop("headers", {}), **made
        )

    def parameters(self, call: Call) -> list[Mapping[str, Any]]:
        """Return the parameters of an operation."""
        found = {}
        for source in (call.shared, call.node):
            for one in source.get("parameters", ()):
                parameter = self.resolve(one)
                if "name" in parameter:
                    found[parameter["in"], parameter["name"]] = parameter
        return list(found.values())

    def generate(self, schema: Any, seed: str) -> Any:
        """Return a valid value of a request."""
        return samples.generate(self.schemas, schema, seed, direction="request")

    def body(self, call: Call, seed: str, value: Any = None) -> dict[str, Any]:
        """Return the body of a request, as arguments of httpx."""
        content = self.resolve(call.node.get("requestBody", {})).get("content") or {}
        if not content:
            return {}
        kind = next((one for one in content if "json" in one), next(iter(content)))
        schema = self.resolve(content[kind]).get("schema", True)
        bare = kind.partition(";")[0].strip().lower()
        headers = {"content-type": bare if "*" not in bare else "application/octet-stream"}
        if "json" in bare or bare in ("application/x-www-form-urlencoded", "multipart/form-data"):
            value = self.generate(schema, seed) if value is None else value
        if "json" in bare:
            return {"content": json.dumps(value), "headers": headers}
        if bare == "application/x-www-form-urlencoded":
            return {"content": urlencode(_flat("", value)), "headers": headers}
        if bare == "multipart/form-data":
            return {"files": [(name, (None, text)) for name, text in _flat("", value)] or [("x", (None, ""))]}
        text = value if isinstance(value, str) else self.generate(schema, seed)
        return {"content": text if isinstance(text, str) else json.dumps(text), "headers": headers}

    # Ids

    def place(self, path: str) -> str:
        """Return a path with ids of existing things, which are created if the contract allows it."""
        path = re.split(r"[?#]", path, maxsplit=1)[0]
        done, parts = "", path.strip("/").split("/")
        for at, part in enumerate(parts):
            names = re.findall(r"\{([^}]*)\}", part)
            if part == f"{{{names[0]}}}" if names else False:
                done += "/" + quote(self.id_at("/" + "/".join(parts[:at]), done, names[0], path), safe="")
            elif names:
                text = re.sub(
                    r"\{([^}]*)\}", lambda found: quote(self.made_up(path, found[1]), safe=""), part
                )
                stem = re.fullmatch(r"\{[^}]*\}(\.\w+)", part)
                if stem:
                    text = (
                        quote(self.id_at("/" + "/".join(parts[:at]), done, names[0], path), safe="") + stem[1]
                    )
                done += "/" + text
            else:
                done += "/" + part
        return done + ("/" if path.endswith("/") and len(path) > 1 else "")

    def made_up(self, path: str, name: str) -> str:
        """Return a value for a parameter of a path."""
        for call in self.by_path[_shape(path)].values():
            for parameter in self.parameters(call):
                if (parameter["in"], parameter["name"]) == ("path", name):
                    value = self.generate(parameter.get("schema", True), f"{path}/{name}")
                    return (
                        ",".join(map(str, value))
                        if isinstance(value, list)
                        else str(value)
                        if not isinstance(value, dict)
                        else "x"
                    )
        return "x"

    def _may_be(self, path: str, name: str, value: str) -> bool:
        """Return whether a value is valid for a path's parameter."""
        schemas = [
            parameter.get("schema", True)
            for call in self.by_path[_shape(path)].values()
            for parameter in self.parameters(call)
            if (parameter["in"], parameter["name"]) == ("path", name)
        ]
        values = [value, int(value)] if value.isdecimal() else [value]
        return not schemas or any(not self.schemas.check(one, schemas[0]) for one in values)

    def id_at(self, collection: str, done: str, name: str, path: str) -> str:
        """Return the id of something in the collection at a path."""
        if (done, collection) not in self._ids:
            found = self._find_id(collection, done, name)
            known = found is not None and self._may_be(path, name, found)
            made = self._ids[done, collection] = found if known and found else self.made_up(path, name)
            put = self.by_path.get(f"{_shape(collection)}/{{}}", {}).get("put")
            if not known and put is not None and "201" in put.node.get("responses", {}):
                self.send(put, f"{done}/{quote(made, safe='')}{_ending(put.path)}")
        return self._ids[done, collection]

    def _find_id(self, collection: str, done: str, name: str) -> str | None:
        methods = self.by_path.get(_shape(collection), {})
        for method in ("post", "get"):
            if method in methods:
                response = self.send(methods[method], done + _ending(methods[method].path))
                if response.is_success and (found := self.id_in(response, collection, done, name)):
                    return found
        return None

    def id_in(self, response: httpx.Response, collection: str, done: str, name: str) -> str | None:
        """Return the id in a response or its Location: a value at which GET finds something."""
        item = self.by_path.get(f"{_shape(collection)}/{{}}", {})
        candidates = list(dict.fromkeys(_candidates(response, name)))[:PROBES]
        if response.request.headers.get("content-type", "").endswith("json") and response.request.content:
            # Callers may choose the id.
            sent = [*_objects(json.loads(response.request.content), 1)]
            candidates += [
                str(value) for one in sent for value in one.values() if isinstance(value, str | int)
            ]
        if "get" not in item:
            return candidates[0] if candidates else None
        for candidate in candidates:
            path = f"{done}/{quote(candidate, safe='')}{_ending(item['get'].path)}"
            if self.send(item["get"], path).status_code < 400:
                return candidate
        return None

    # Counting

    def visit(self) -> None:
        """Call every operation once."""
        for call in sorted(self.calls, key=lambda one: METHODS.index(one.method)):
            self.tally.operations += 1
            if call.method in ("post", "put"):
                # Unique values do not exist yet.
                self._afresh()
            try:
                path = self.place(call.path)
                response = self.send(call, path)
                fault = self.judge(call, response)
            except SchemaError as error:
                fault = f"no request can be made: {error}"
            if call.method == "delete":
                self._afresh()
            if fault is None:
                self.tally.served += 1
            else:
                self.tally.faults.append(f"{call}: {fault}")

    def _afresh(self) -> None:
        """Reset the sandbox."""
        self.client.post(str(self.client.base_url.copy_with(path="/_sandbox/reset")))
        self._ids.clear()

    def resources(self) -> Iterator[tuple[Call, Call]]:
        """Yield the operations that create a thing and that return one."""
        for call in self.calls:
            item = self.by_path.get(f"{_shape(call.path)}/{{}}", {})
            if call.method == "post" and "get" in item:
                yield call, item["get"]

    def live(self) -> None:
        """Exercise every resource."""
        for create, get in self.resources():
            self._afresh()
            try:
                fault = self._life(create, get)
            except SchemaError as error:
                self.tally.faults.append(
                    f"resource {create.path}, not counted: no request can be made: {error}"
                )
                continue
            self.tally.resources += 1
            if fault is None:
                self.tally.lived += 1
            else:
                self.tally.faults.append(f"resource {create.path}: {fault}")

    def _life(self, create: Call, get: Call) -> str | None:
        home = self.place(create.path)
        collection, stem, end = _stem(create.path), _stem(home), _ending(get.path)
        name = re.findall(r"\{([^}]*)\}", get.path)[-1]
        sent = self._body_value(create, "life")
        response = self.send(create, home, body=sent, seed="life")
        if fault := self.judge(create, response):
            return f"create: {fault}"
        made = self.id_in(response, collection, stem, name)
        if made is None and "get" in self.by_path[_shape(create.path)]:
            made = self.id_in(
                self.send(self.by_path[_shape(create.path)]["get"], home), collection, stem, name
            )
        if made is None:
            return "create: the id is unknown"
        path = f"{stem}/{quote(made, safe='')}{end}"
        response = self.send(get, path)
        if fault := self.judge(get, response) or self._shows(sent, response):
            return f"get: {fault}"
        if fault := self._listed(create, home, made, response):
            return f"list: {fault}"
        methods = self.by_path[_shape(get.path)]
        change = next((methods[one] for one in ("patch", "put", "post") if one in methods), None)
        if change is not None and (fault := self._changes(change, get, path, made)):
            return f"change: {fault}"
        if "delete" in methods:
            response = self.send(methods["delete"], path)
            if fault := self.judge(methods["delete"], response):
                return f"delete: {fault}"
            if (status := self.send(get, path).status_code) != 404:
                return f"delete: GET returns {status} afterwards"
        return None

    def _body_value(self, call: Call, seed: str) -> Any:
        content = self.resolve(call.node.get("requestBody", {})).get("content") or {}
        kind = next((one for one in content if "json" in one), next(iter(content), ""))
        if "json" not in kind and "form" not in kind:
            return None
        return self.generate(self.resolve(content[kind]).get("schema", True), seed)

    def _shows(self, sent: Any, response: httpx.Response) -> str | None:
        """Return the fault of a response whose members differ from the sent ones of the same name."""
        if not isinstance(sent, Mapping) or not _is_json(response):
            return None
        answer, given = response.json(), _entity(sent)
        shown = list(_objects(answer, 1))
        # In a nested object, a member of the same name may mean something else: the `type` of its
        # owner.
        own = [one for one in shown if not given.keys().isdisjoint(one)][:1]
        shown = own if own and isinstance(answer, Mapping) else shown
        for name, value in given.items():
            if isinstance(value, Mapping | list) or value is None:
                continue
            found = [one[name] for one in shown if name in one and not isinstance(one[name], Mapping | list)]
            if (
                found
                and not any(str(value) == str(one) for one in found)
                and not self._cannot(name, value, response)
            ):
                return f"{name} was sent as {value!r}, and is {found[0]!r}"
        return None

    def _cannot(self, name: str, value: Any, response: httpx.Response) -> bool:
        """Return whether a response cannot have a member's value, because its schema differs."""
        call = self._last
        declared = call.node.get("responses", {})
        content = (
            self.resolve(declared.get(str(response.status_code), declared.get("default", {}))).get("content")
            or {}
        )
        schema = next(
            (self.resolve(media).get("schema", True) for one, media in content.items() if "json" in one), True
        )
        changed = json.loads(response.text)
        for one in _objects(changed):
            if name in one:
                one[name] = value
                break
        return self.validate(changed, schema) is not None

    def _listed(self, create: Call, home: str, made: str, thing: httpx.Response) -> str | None:
        """Return the fault of a collection's list that lacks a thing."""
        listing = self.by_path[_shape(create.path)].get("get")
        if listing is None:
            return None
        is_json = _is_json(thing)
        # A list may be filtered by its things' members.
        known = (
            {name: value for one in _objects(thing.json(), 1) for name, value in one.items()}
            if is_json
            else {}
        )
        response = self.send(listing, home, known=known)
        if fault := self.judge(listing, response):
            return fault
        if not _is_json(response):
            return None
        rows = [rows for rows in _arrays(response.json()) if rows is not None]
        if not rows:
            return None
        held = {str(value) for one in _objects(response.json()) for value in one.values()}
        held |= {str(one) for array in rows for one in array if not isinstance(one, Mapping | list)}
        return None if made in held else "the thing is not in it"

    def _changes(self, change: Call, get: Call, path: str, made: str) -> str | None:
        sent = self._body_value(change, "change")
        if isinstance(sent, dict):
            # Its id does not change.
            before = self.send(get, path)
            now = {
                name
                for one in _objects(before.json() if _is_json(before) else None)
                for name, value in one.items()
                if str(value) == made
            }
            sent = {
                name: made if name in now and isinstance(value, str) else value
                for name, value in sent.items()
            }
        response = self.send(change, path, body=sent, seed="change")
        if fault := self.judge(change, response):
            return fault
        response = self.send(get, path)
        return self.judge(get, response) or self._shows(sent, response)


def _stem(path: str) -> str:
    path = re.split(r"[?#]", path, maxsplit=1)[0]
    return re.sub(r"(?:\.json|/)$", "", path)


def _ending(path: str) -> str:
    """Return the ending of a path after its last name: `.json`, `/` or nothing."""
    return re.split(r"[?#]", path, maxsplit=1)[0][len(_stem(path)) :]


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", _stem(path))


def _is_json(response: httpx.Response) -> bool:
    """Return whether a response is one JSON document."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return bool(response.content) and bool(
        kind == "application/json" or (kind.endswith("+json") and kind != "application/stream+json")
    )


def _entity(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of an envelope."""
    (only,) = sent.values() if len(sent) == 1 else (None,)
    return only if isinstance(only, Mapping) else sent


def _readable(node: Any) -> Any:
    """Return the schema for responses: write-only members are optional, and alternatives are by shape.

    A discriminator's values are often not names of schemas, which the validator would report.
    """
    if isinstance(node, list):
        return [_readable(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    out = {
        name: _readable(one)
        for name, one in node.items()
        if not (name == "discriminator" and isinstance(one, Mapping) and "propertyName" in one)
    }
    properties, required = out.get("properties"), out.get("required")
    if isinstance(properties, Mapping) and isinstance(required, list):
        hidden = {
            name
            for name, one in properties.items()
            if isinstance(one, Mapping) and one.get("writeOnly") is True
        }
        out["required"] = [name for name in required if name not in hidden]
    return out


def _spelled(parameter: Mapping[str, Any], value: Any) -> list[tuple[str, str]]:
    """Return a parameter as pairs of texts, in the contract's style."""
    name, place = parameter["name"], parameter["in"]
    style = parameter.get("style") or ("form" if place in ("query", "cookie") else "simple")
    explode = parameter.get("explode", style == "form")
    if "content" in parameter:
        return [(name, json.dumps(value))]
    if isinstance(value, list):
        texts = [_text(one) for one in value]
        separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
        return (
            [(name, one) for one in texts] if style == "form" and explode else [(name, separator.join(texts))]
        )
    if isinstance(value, Mapping):
        if style == "deepObject":
            return _flat(name, value)
        if style == "form" and explode:
            return [(one, _text(inner)) for one, inner in value.items()]
        return [(name, ",".join(f"{one},{_text(inner)}" for one, inner in value.items()))]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    """Return the fields of a form: `a[b]`, `a[0]`."""
    if isinstance(value, Mapping):
        pairs = [(f"{name}[{one}]" if name else one, inner) for one, inner in value.items()]
    elif isinstance(value, list):
        pairs = [(f"{name}[{at}]", one) for at, one in enumerate(value)]
    else:
        return [(name, "" if value is None else _text(value))]
    return [pair for one, inner in pairs for pair in _flat(one, inner)]


def _objects(value: Any, depth: int = 5) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner if depth else ():
        yield from _objects(one, depth - 1)


def _arrays(value: Any, depth: int = 3) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict) and depth:
        for one in value.values():
            yield from _arrays(one, depth - 1)


def _candidates(response: httpx.Response, name: str) -> Iterator[str]:
    """Yield the possible ids in a response, the likeliest first."""
    if location := response.headers.get("location"):
        yield httpx.URL(location).path.rstrip("/").rpartition("/")[2]
    if not _is_json(response):
        return
    answer = response.json()
    objects = list(_objects(answer, 3))
    short = name.lower().replace("_", "")
    for wanted in (name, "id", "uuid", "gid", "sid", "key", "name", "slug", "number", "code"):
        for one in objects:
            for key, value in one.items():
                matches = key.lower().replace("_", "") == wanted.lower().replace("_", "")
                if matches and isinstance(value, str | int) and not isinstance(value, bool):
                    yield str(value)
    for one in objects:
        for key, value in one.items():
            if short.endswith(key.lower()) and isinstance(value, str | int) and not isinstance(value, bool):
                yield str(value)
    for one in objects:
        scalars = (value for value in one.values() if isinstance(value, str | int) and value != "")
        yield from (str(value) for value in scalars if not isinstance(value, bool))
    for array in _arrays(answer):
        yield from (str(one) for one in array if isinstance(one, str | int))


def travel(document: Mapping[str, Any]) -> Tally:
    """Return the counts of one contract in its own sandbox."""
    with running(contract=document, name="api") as sandbox, connected(sandbox) as client:
        traveller = Traveller(document, client)
        traveller.visit()
        traveller.live()
        return traveller.tally


def connected(sandbox: Sandbox) -> httpx.Client:
    """Return a client with a credential for every scheme of the contract."""
    key = sandbox.keys["api"]
    schemes = (sandbox.state.platforms["api"].contract or {}).get("components", {}).get("securitySchemes", {})
    headers = {"authorization": f"Bearer {key}"}
    query: dict[str, str] = {}
    cookies: dict[str, str] = {}
    for node in schemes.values():
        if node.get("type") == "apiKey":
            {"header": headers, "query": query, "cookie": cookies}[node["in"]][node["name"]] = key
        elif str(node.get("scheme", "")).lower() == "basic" and len(schemes) == 1:
            headers["authorization"] = httpx.BasicAuth("user", key)._auth_header  # noqa: SLF001 - the header as text
    return httpx.Client(
        base_url=sandbox.base_urls["api"], headers=headers, params=query, cookies=cookies, timeout=60
    )


_REFUSALS: Final = ("400", "401", "403", "404", "405", "409", "412", "415", "422")
_CURSORS: Final = re.compile(r"cursor|token|after|before|marker|continue|iterator", re.IGNORECASE)


def fuzz(document: Mapping[str, Any], examples: int, scratch: Path) -> dict[str, Any]:
    """Run schemathesis on a contract's sandbox, with a folder for its files.

    Return cases and report.
    """
    told = json.loads(json.dumps(document))
    schemas, lines = (
        ContractSchemas(told),
        ["[checks.not_a_server_error]", 'expected-statuses = ["2xx", "3xx", "4xx"]'],
    )
    for path, item in told.get("paths", {}).items():
        shared = schemas.resolve(item)
        for method in METHODS:
            if not isinstance(node := shared.get(method), dict):
                continue
            declared = node.setdefault("responses", {})
            content = schemas.resolve(node.get("requestBody", {})).get("content", {})
            for kind in [kind for kind in content if ("xml" in kind or "form" in kind) and len(content) > 1]:
                content.pop(kind) if len(content) > 1 else None
            forms = any("form" in kind for kind in content)
            if "default" not in declared and "4XX" not in declared:
                for status in _REFUSALS:
                    declared.setdefault(status, {"description": "Refused."})
            given = [
                schemas.resolve(one) for one in (*shared.get("parameters", ()), *node.get("parameters", ()))
            ]
            hard = any(_CURSORS.search(one["name"]) or one["name"].lower() == "if-match" for one in given)
            streams = re.search(r"event-stream|stream\+json", json.dumps(declared)) is not None
            name = json.dumps(f"{method.upper()} {path}")
            if hard or streams or forms:
                lines += ["[[operations]]", f"include-name = {name}"]
            if forms:
                lines.append("checks.negative_data_rejection.enabled = false")
            if hard or forms:
                lines.append(
                    'checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 412, 422]'
                )
            if streams:
                lines.append("checks.response_schema_conformance.enabled = false")
    (scratch / "contract.json").write_text(json.dumps(told))
    (scratch / "schemathesis.toml").write_text("\n".join(lines))
    with running(contract=document, name="api") as sandbox:
        client = connected(sandbox)
        command = [
            sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run", "contract.json",
            "--url", sandbox.base_urls["api"], "--mode", "all", "--max-examples", str(examples), "--seed", "1",
            "--no-color", "--suppress-health-check", "all", "--header", f"Authorization: {client.headers['authorization']}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=scratch)
    found = re.findall(r"Test cases:\n\s*(\d+) generated", done.stdout)
    return {
        "cases": int(found[0]) if found else 0,
        "code": done.returncode,
        "report": done.stdout + done.stderr,
    }


def one(path: Path, cache: Path) -> Tally:
    """Return the counts of a contract in a file."""
    from veneer_codegen import documents

    # A contract in many files may refer to any file that was fetched with it.
    above = next((folder for folder in path.parents if folder.parent == cache), path.parent)
    return travel(documents.load(path, [os.path.relpath(above, path.parent)]).content)


def fuzz_all(names: list[str], cache: Path, examples: int) -> int:
    """Run schemathesis on all contracts. Return 1 if it finds a fault."""
    import contracts  # beside this file
    from veneer_codegen import documents

    failed = False
    for source in contracts.SOURCES:
        if names and source.name not in names:
            continue
        document = documents.load(contracts.fetch(source, cache)).content
        with tempfile.TemporaryDirectory(prefix="sandbox-fuzz-") as scratch:
            result = fuzz(document, examples, Path(scratch))
        failed |= result["code"] != 0
        print(
            f"{source.name:22}{result['cases']:>8} cases  {'ok' if result['code'] == 0 else 'FAILED'}",
            flush=True,
        )
        if result["code"]:
            print(result["report"][-12_000:], flush=True)
    return int(failed)


def main() -> int:
    """Count contracts in separate processes and print the table.

    Return 1 if something is not served.
    """
    import contracts

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="contracts to run (default: all)")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache/contracts")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "--fuzz", type=int, metavar="N", help="run schemathesis, with N examples of each operation"
    )
    parser.add_argument(
        "--faults", type=int, default=5, help="the number of faults to show for each contract"
    )
    options = parser.parse_args()
    if options.one:
        tally = one(options.one.absolute(), options.cache.absolute())
        print(json.dumps(vars(tally)))
        return 0
    if options.fuzz:
        return fuzz_all(options.names, options.cache, options.fuzz)
    sources = {source.name: source for source in contracts.SOURCES}
    total = Tally()
    print(f"{'contract':22}{'operations':>11}{'served':>8}{'resources':>11}{'lived':>7}")
    for name in options.names or sources:
        path = contracts.fetch(sources[name], options.cache)
        command = [sys.executable, __file__, "--one", str(path), "--cache", str(options.cache)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            total.faults.append(name)
            print(f"{name:22} {done.stderr.strip().splitlines()[-1][:200]}", flush=True)
            continue
        tally = Tally(**json.loads(done.stdout.splitlines()[-1]))
        print(
            f"{name:22}{tally.operations:>11}{tally.served:>8}{tally.resources:>11}{tally.lived:>7}",
            flush=True,
        )
        for fault in tally.faults[: options.faults]:
            print(f"  {fault}")
        for key in ("operations", "served", "resources", "lived"):
            setattr(total, key, getattr(total, key) + getattr(tally, key))
        total.faults += tally.faults
    print(f"{'all':22}{total.operations:>11}{total.served:>8}{total.resources:>11}{total.lived:>7}")
    return int(bool(total.faults))


if __name__ == "__main__":
    sys.exit(main())
