"""Rewrite operations in the terms of the generator, and keep the facts that it drops."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import (
    METHODS,
    Found,
    body_rank,
    find_operations,
    is_json,
    is_texts,
    media_type,
)
from veneer_codegen.errors import ContractError
from veneer_codegen.normalise import extensions, names, styles
from veneer_codegen.normalise.report import Level
from veneer_codegen.normalise.rules import NULL, Schema
from veneer_codegen.normalise.schemas import Schemas, Scope
from veneer_codegen.servers import first_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from veneer_codegen.normalise.report import Report

_SAFE_METHODS: Final = frozenset({"get", "head", "options", "trace", "query"})
_TEXT: Final = frozenset(
    {
        "application/xml",
        "application/yaml",
        "application/x-yaml",
        "application/graphql",
        "application/javascript",
    }
)
_EVENTS: Final = "text/event-stream"
_LAST_EVENT_ID: Final = "last-event-id"
_SENT_BY_HTTP: Final = frozenset({"accept", "content-type", "authorization"})


def typed_name(location: str, placeholder: str) -> str:
    """Return the name of the parameter that carries another's type, where only text is allowed."""
    return f"x-veneer-{location}-{placeholder}"


@dataclass(frozen=True)
class Operation:
    """An operation of the generated module, and its place in the generator's input.

    key         package and module below `api/`
    slot        path and method in the generator's input
    security    alternative sets of schemes, an empty one for no credential; None: unknown
    arguments   wire names of renamed parameters
    styles      styles of parameters that the template cannot write itself
    encoding    styles of the members of a form
    multipart   the media type of a multipart body that is not form-data
    text        the response may be text instead of JSON
    typed       the response has a type
    described   the contract describes the response, or says that it is empty
    """

    key: tuple[str, str]
    slot: tuple[str, str]
    id: str
    method: str
    path: str
    place: str
    security: tuple[str | tuple[str, ...], ...] | None = None
    safe: bool = False
    idempotency: Mapping[str, Any] | None = None
    stream: Mapping[str, Any] | None = None
    pagination: Mapping[str, Any] | None = None
    accept: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    bodiless: tuple[str, ...] = ()
    text: bool = False
    typed: bool = False
    described: bool = False
    deprecated: bool = False
    arguments: Mapping[tuple[str, str], str] = field(default_factory=dict)
    styles: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    encoding: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    defaults: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    server: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    multipart: str = ""

    def facts(self) -> dict[str, Any]:
        """Return the facts for `_OPERATION` of the endpoint module, without empty ones."""
        security = self.security
        return {
            "id": self.id,
            "method": self.method,
            "path": self.path,
            **(
                {}
                if security is None
                else {"security": [one if isinstance(one, str) else list(one) for one in security]}
            ),
            "safe": self.safe,
            **({"deprecated": True} if self.deprecated else {}),
            **{
                name: value
                for name in (
                    "idempotency",
                    "stream",
                    "pagination",
                    "accept",
                    "errors",
                    "server",
                    "variables",
                )
                if (value := getattr(self, name)) or (name == "stream" and value is not None)
            },
            **({"bodiless": list(self.bodiless)} if self.bodiless else {}),
        }


class Operations:
    """The operations of one contract.

    `paths` is the generator's input, `operations` holds the rest.
    """

    def __init__(
        self,
        document: dict[str, Any],
        schemas: Schemas,
        report: Report,
        fixed: Mapping[str, str],
        address: str = "",
    ) -> None:
        self._address = address
        self.paths: dict[str, dict[str, Any]] = {}
        self.operations: list[Operation] = []
        self.kept: list[Schema] = []
        """Schemas of errors and stream items, which users need though no function mentions them."""
        self.raw_bodies: set[str] = set()
        self._document = document
        self._schemas = schemas
        self._report = report
        found = list(
            find_operations(document, lambda rule, place, detail: report.add(rule, place, detail, Level.LOSS))
        )
        components = document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        self._schemes: Mapping[str, Any] = schemes if isinstance(schemes, dict) else {}
        server = first_server(document.get("servers"), address)
        if server is not None and server.fault:
            report.add(
                "server",
                "#/servers/0",
                f"the client has to be given a base URL: {server.fault}",
                Level.WEAKER,
            )
        self._says_security = "security" in document or any("security" in one.node for one in found)
        schemas.multipart = {
            reference for operation in found for reference in _multipart_references(document, operation)
        }
        for operation, key in zip(found, self._name(found, fixed), strict=True):
            try:
                self._add(operation, key)
            except RecursionError:
                raise ContractError(
                    "its schemas are within each other, or refer to each other, too deeply",
                    place=operation.place,
                ) from None

    def _name(self, found: list[Found], fixed: Mapping[str, str]) -> list[tuple[str, str]]:
        """Choose the package and module of each operation.

        Duplicates keep their whole ids, or get numbers.
        """
        tags = [_tag(operation.node) for operation in found]
        short = [
            fixed.get(str(operation.node.get("operationId")))
            or names.operation_name(_operation_id(operation), operation.method, operation.path)
            for operation in found
        ]
        keys = list(zip(tags, short, strict=True))
        taken: set[tuple[str, str]] = set()
        chosen: list[tuple[str, str]] = []
        for operation, (tag, name) in zip(found, keys, strict=True):
            candidate = name
            if keys.count((tag, name)) > 1:
                candidate = names.operation_name(_operation_id(operation) or name, "", "")
            number = 2
            while (tag, candidate) in taken:
                base = (
                    names.identifier(f"{name}_{operation.method}")
                    if number == 2
                    else names.identifier(f"{name}_{operation.method}_{number - 1}")
                )
                candidate, number = base, number + 1
            if candidate != name:
                self._report.add(
                    "operation-renamed",
                    operation.place,
                    f"{tag}.{candidate}: {name} stands for several operations",
                )
            taken.add((tag, candidate))
            chosen.append((tag, candidate))
        return chosen

    def _add(self, found: Found, key: tuple[str, str]) -> None:
        node, name = found.node, names.class_name(key[1])
        parameters = _Parameters(self._document, self._schemas, found, name)
        path = parameters.path
        if found.method in METHODS and found.method not in self.paths.get(path, {}):
            slot = (path, found.method)
        else:  # an HTTP method that the generator does not know takes another's place, and is restored later
            slot = (f"{path}#{found.method}#{key[0]}.{key[1]}", "post")
            if found.method not in METHODS:
                self._report.add(
                    "method", found.place, f"{found.method.upper()} is written in after the generator"
                )
        facts_of_body: dict[str, Any] = {}
        body = self._body(found, name, parameters, facts_of_body)
        responses, facts = self._responses(found, name)
        if facts["stream"] is not None and parameters.takes(_LAST_EVENT_ID):
            facts["stream"] = {"resumable": True, **facts["stream"]}
        if not (parameters.kept or body or facts["described"]):
            what = "the contract describes no parameter, body or response: the response is returned as it is"
            self._report.add("untyped-operation", found.place, what, Level.WEAKER)
        self.paths.setdefault(slot[0], {})[slot[1]] = {
            **{text: node[text] for text in ("summary", "description") if isinstance(node.get(text), str)},
            "operationId": key[1],
            "tags": [key[0]],
            **({"parameters": parameters.kept} if parameters.kept else {}),
            **({"requestBody": body} if body else {}),
            "responses": responses,
        }
        self.operations.append(
            Operation(
                key=key,
                slot=slot,
                id=_operation_id(found) or key[1],
                method=found.method,
                path=found.path,
                place=found.place,
                security=self._security(found),
                safe=found.method in _SAFE_METHODS or node.get("x-veneer-safe") is True,
                idempotency=self._extension(found, "x-veneer-idempotency", extensions.idempotency),
                pagination=self._extension(found, "x-veneer-pagination", extensions.pagination),
                deprecated=node.get("deprecated") is True,
                arguments=parameters.wire,
                styles=parameters.styles,
                defaults=parameters.defaults,
                **self._server(found),
                **facts_of_body,
                **facts,
            )
        )

    def _server(self, found: Found) -> dict[str, Any]:
        """Return an operation's own server, with the defaults of its variables."""
        server = first_server(found.servers, self._address)
        if server is None or server == first_server(self._document.get("servers"), self._address):
            return {}
        if server.fault:
            place = pointers.join(found.place, "servers", 0)
            self._report.add("server", place, f"sent to the client's base URL: {server.fault}", Level.WEAKER)
            return {}
        defaults = {name: one.default for name, one in server.variables.items()}
        return {"server": server.url, "variables": defaults}

    def _security(self, found: Found) -> tuple[str | tuple[str, ...], ...] | None:
        """Return an operation's security; None if the contract has no `security` at all.

        A scheme without a credential in the request (mutual TLS) is left out of its requirement.
        """
        if not self._says_security:
            return None
        own = "security" in found.node
        requirements = (found.node if own else self._document).get("security")
        if not isinstance(requirements, list):
            return ()
        place = pointers.join(found.place, "security") if own else "#/security"
        for name in dict.fromkeys(name for one in requirements if isinstance(one, dict) for name in one):
            if name not in self._schemes:
                self._report.add(
                    "security", place, f"the contract has no security scheme {name!r}", Level.WEAKER
                )
        named = [
            tuple(name for name in requirement if not self._is_of_the_connection(name))
            for requirement in requirements
            if isinstance(requirement, dict)
        ]
        return tuple(names[0] if len(names) == 1 else names for names in dict.fromkeys(named))

    def _is_of_the_connection(self, name: str) -> bool:
        try:
            scheme = pointers.deref(self._document, self._schemes.get(name))
        except KeyError:
            return False
        return isinstance(scheme, dict) and scheme.get("type") == "mutualTLS"

    def _deref(self, node: Any, place: str, what: str) -> Any:
        try:
            return pointers.deref(self._document, node)
        except KeyError as error:
            self._report.add("reference", place, f"{what}: {error.args[0]} leads nowhere", Level.LOSS)
            return None

    # Request bodies

    def _body(
        self, found: Found, name: str, parameters: _Parameters, facts: dict[str, Any]
    ) -> dict[str, Any] | None:
        place = pointers.join(found.place, "requestBody")
        node = self._deref(found.node.get("requestBody"), place, "request body")
        if not isinstance(node, dict) or not isinstance(node.get("content"), dict) or not node["content"]:
            if node is not None:
                self._report.add("request-body", place, "has no content: nothing is sent", Level.WEAKER)
            return None
        content = node["content"]
        chosen = min(content, key=body_rank)
        if len(content) > 1:
            self._report.add(
                "one-of-several-bodies", place, f"{chosen} of {', '.join(content)}", Level.WEAKER
            )
        media = content[chosen] if isinstance(content[chosen], dict) else {}
        scope_place = pointers.join(place, "content", chosen, "schema")
        kind, schema = media_type(chosen), media.get("schema")
        required = node.get("required") is True
        is_multipart = kind.startswith("multipart/")
        if is_multipart or kind == "application/x-www-form-urlencoded":
            scope = Scope(scope_place, f"{name}_Body", "multipart" if is_multipart else "form")
            form = self._schemas.form(_encoded(schema, media) if is_multipart else schema, scope)
            facts["encoding"] = parameters.encoding(media, form, pointers.join(place, "content", chosen))
            if kind != "multipart/form-data" and is_multipart:
                facts["multipart"] = kind
            return self._with_content(required, "multipart/form-data" if is_multipart else kind, form)
        if is_json(kind):
            body = self._schemas.schema(schema, Scope(scope_place, f"{name}_Body"))
            return self._with_content(required, kind, self._sendable(body, scope_place, required=required))
        self.raw_bodies.add(chosen)
        return self._with_content(required, chosen, {"type": "string", "format": "binary"})

    def _with_content(self, required: bool, kind: str, schema: Schema) -> dict[str, Any]:
        return {"required": required, "content": {kind: {"schema": schema}}}

    def _sendable(self, body: Schema, place: str, *, required: bool) -> Schema:
        """Return an optional body's schema without null, which means the same as no body."""
        if "anyOf" not in body or required or NULL not in body["anyOf"]:
            return body
        members = [member for member in body["anyOf"] if member != NULL]
        self._report.add("null-body", place, "an optional body is left out instead of sent as null")
        return members[0] if len(members) == 1 else {**body, "anyOf": members}

    # Responses

    def _responses(self, found: Found, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Keep the successful responses for the generator.

        Errors become facts, and their models are kept.
        """
        place = pointers.join(found.place, "responses")
        declared = found.node.get("responses")
        statuses: dict[str, Any] = {}
        for key, node in declared.items() if isinstance(declared, dict) else ():
            if str(key).startswith("x-"):
                continue
            if (status := _status(str(key))) is None:
                self._report.add(
                    "status", pointers.join(place, key), "no HTTP status, range or default", Level.WEAKER
                )
                continue
            statuses[status] = (str(key), node)
        successes = {status: value for status, value in statuses.items() if status.startswith("2")}
        if not successes and "default" in statuses:
            successes = {"default": statuses["default"]}
        facts: dict[str, Any] = {"errors": {}, "accept": "", "stream": self._declared_stream(found)}
        typed: dict[str, dict[str, Any]] = {}
        accepted: list[str] = []
        bodiless: list[str] = []
        for status, (key, node) in sorted(successes.items()):
            content = self._content(node, pointers.join(place, key))
            if not content:
                bodiless.append(status)
                continue
            response = self._success(
                content, pointers.join(place, key), _response_name(name, status, successes), facts, accepted
            )
            if response is not None:
                typed[status] = response
        facts["bodiless"] = tuple(bodiless) if typed else ()
        for status, (key, node) in statuses.items():
            if status not in successes and not status.startswith(("1", "3")):
                self._error(status, node, pointers.join(place, key), name, facts)
        facts["accept"] = ", ".join(sorted(dict.fromkeys(accepted), key=lambda kind: not is_json(kind)))
        if problem := extensions.stream(facts["stream"]):
            where = pointers.join(found.place, "x-veneer-stream")
            self._report.add("extension", where, problem, Level.LOSS)
            facts["stream"] = None
        elif facts["stream"] is not None and not facts["stream"].get("kind"):
            self._report.add(
                "stream-without-a-kind",
                pointers.join(found.place, "x-veneer-stream"),
                "no response has a media type of streams: set it in `kind`",
                Level.WEAKER,
            )
        facts["typed"] = any(not _is_any(content["schema"]) for content in typed.values())
        facts["described"] = (
            facts["typed"] or facts["stream"] is not None or found.method == "head" or _is_bodiless(statuses)
        )
        facts["text"] = any(content.get("text") for content in typed.values())
        return _widened(typed), facts

    def _extension(self, found: Found, name: str, check: Callable[[Any], str]) -> Mapping[str, Any] | None:
        """Return an extension of the operation. A malformed one is a loss."""
        said = found.node.get(name)
        problem = check(said) if said is not None else ""
        if problem:
            self._report.add("extension", pointers.join(found.place, name), problem, Level.LOSS)
        return None if problem else said

    def _declared_stream(self, found: Found) -> dict[str, Any] | None:
        """Return the operation's `x-veneer-stream`. `true` only means that it streams."""
        declared = found.node.get("x-veneer-stream")
        if declared is None or isinstance(declared, dict):
            return declared
        if declared is not True:
            place = pointers.join(found.place, "x-veneer-stream")
            self._report.add("extension", place, "x-veneer-stream is neither an object nor true", Level.LOSS)
            return None
        return {}

    def _content(self, node: Any, place: str) -> dict[str, Any]:
        response = self._deref(node, place, "response")
        content = response.get("content") if isinstance(response, dict) else None
        return content if isinstance(content, dict) else {}

    def _success(
        self, content: dict[str, Any], place: str, name: str, facts: dict[str, Any], accepted: list[str]
    ) -> dict[str, Any] | None:
        """Return the content of a success for the parser; None if it is only a stream of events."""
        accepted += [kind for kind in content if kind != "*/*"]
        chosen = min(content, key=_response_rank)
        declared = media_type(str((facts["stream"] or {}).get("kind", "")))
        streamed = {kind for kind, media in content.items() if _streams(kind, media, declared)}
        for kind, media in content.items():
            if kind in streamed:
                self._stream(media, kind, pointers.join(place, "content", kind), name, facts)
        if media_type(chosen) == _EVENTS:
            return None
        if len(content) > 1 and not all(
            media_type(kind) == _EVENTS or is_json(media_type(kind)) for kind in content
        ):
            self._report.add(
                "one-of-several-responses", place, f"{chosen} of {', '.join(content)}", Level.WEAKER
            )
        media = content[chosen] if isinstance(content[chosen], dict) else {}
        kind = media_type(chosen)
        if is_json(kind) and chosen not in streamed:
            scope = Scope(pointers.join(place, "content", chosen, "schema"), name)
            schema = self._schemas.schema(media.get("schema"), scope)
            beside = any(
                _is_text(one) and one not in streamed and _is_string(content[one]) for one in content
            )
            text = beside and not _is_any(schema) and schema.get("type") != "string"
            return {"kind": "application/json", "schema": schema, "text": text}
        if _is_text(kind) or chosen in streamed:
            return {"kind": "text/plain", "schema": {"type": "string"}}
        if kind == "*/*" and "schema" in media and not _binary(media["schema"]):
            scope = Scope(pointers.join(place, "content", chosen, "schema"), name)
            schema = self._schemas.schema(media.get("schema"), scope)
            # A string of any media type is the text itself, unless it is sent as JSON.
            return {"kind": "application/json", "schema": schema, "text": schema.get("type") == "string"}
        return {"kind": "application/octet-stream", "schema": {"type": "string", "format": "binary"}}

    def _stream(self, media: Any, kind: str, place: str, name: str, facts: dict[str, Any]) -> None:
        """Keep the model of a stream's items, and record the stream in the facts."""
        media = media if isinstance(media, dict) else {}
        key = "itemSchema" if "itemSchema" in media else "schema"
        own = media.get("x-veneer-stream")
        facts["stream"] = {
            "kind": media_type(kind),
            **(own if isinstance(own, dict) else {}),
            **(facts["stream"] or {}),
        }
        if key in media:
            schema, schema_place = _event_data(media[key], pointers.join(place, key))
            item = self._schemas.schema(schema, Scope(schema_place, f"{name}_Event"))
            self.kept.append(item)
            if one := self._schemas.class_of(item):
                facts["stream"]["item"] = one
            elif "anyOf" in item:
                what = "its events have several types: each is its JSON, unless `event=` converts it"
                self._report.add("stream-of-a-union", schema_place, what, Level.WEAKER)

    def _error(self, status: str, node: Any, place: str, name: str, facts: dict[str, Any]) -> None:
        for kind, media in self._content(node, place).items():
            if is_json(media_type(kind)) and isinstance(media, dict) and "schema" in media:
                schema = self._schemas.schema(
                    media["schema"],
                    Scope(pointers.join(place, "content", kind, "schema"), f"{name}_Error{status}"),
                )
                self.kept.append(schema)
                if one := self._schemas.class_of(schema):
                    facts["errors"][status] = one
                return


class _Parameters:
    """The parameters of one operation in the generator's terms, and the path with valid names."""

    def __init__(self, document: dict[str, Any], schemas: Schemas, found: Found, name: str) -> None:
        self.kept: list[dict[str, Any]] = []
        self.wire: dict[tuple[str, str], str] = {}
        self.styles: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.defaults: dict[tuple[str, str], Any] = {}
        self.path = found.path
        self._document = document
        self._schemas = schemas
        self._name = name
        self._found = found
        self._taken: dict[str, set[str]] = {}
        self._variables = list(dict.fromkeys(re.findall(r"{([^{}]+)}", found.path)))
        for place, node in self._declared():
            self._add(node, place)
        self._complete_path()
        self.path = _with_each_variable_once(self.path, found)

    def takes(self, header: str) -> bool:
        """Return whether the operation has a header parameter of a lower-case name."""
        return any(
            parameter["in"] == "header"
            and self.wire.get(("header", parameter["name"]), parameter["name"]).lower() == header
            for parameter in self.kept
        )

    def _note(self, rule: str, place: str, detail: str, level: Level = Level.NOTE) -> None:
        self._schemas.note(rule, place, detail, level)

    def _declared(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the operation's own parameters, then the path's others."""
        seen: set[tuple[str, str]] = set()
        own = self._found.node.get("parameters")
        if own is not None and not isinstance(own, list):
            self._note("parameter", pointers.join(self._found.place, "parameters"), "not a list", Level.LOSS)
            own = []
        places = [pointers.join(self._found.place, "parameters", index) for index in range(len(own or ()))]
        shared = [
            pointers.join("#/paths", self._found.path, "parameters", index)
            for index in range(len(self._found.shared))
        ]
        for place, node in zip([*places, *shared], [*(own or ()), *self._found.shared], strict=True):
            try:
                parameter = pointers.deref(self._document, node)
            except KeyError as error:
                self._note("reference", place, f"parameter: {error.args[0]} leads nowhere", Level.LOSS)
                continue
            if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
                self._note("parameter", place, "no parameter with a name", Level.LOSS)
                continue
            key = (parameter["name"], str(parameter.get("in")))
            if key not in seen:
                seen.add(key)
                yield place, parameter
            elif place in places:
                self._note(
                    "parameter-twice", place, f"{key[0]} is there already: the first one counts", Level.WEAKER
                )

    def _add(self, node: dict[str, Any], place: str) -> None:
        name, location = node["name"], str(node.get("in"))
        whole = location == "querystring" and isinstance(node.get("content"), dict) and node["content"]
        if location not in ("path", "query", "header", "cookie") and not whole:
            return self._note(
                "parameter-location",
                place,
                f"{name} in {location!r} cannot be sent by the generated client",
                Level.LOSS,
            )
        if location == "path" and name not in self._variables:
            return self._note(
                "path-parameter-unused", place, f"{name} is not in the path {self._found.path}", Level.WEAKER
            )
        if location == "header" and name.lower() in _SENT_BY_HTTP:
            return self._note(
                "header-parameter-ignored",
                place,
                f"{name} is for the client to send (OpenAPI 3.1, Parameter Object)",
            )
        schema = self._value_schema(node, place, location)
        default = self._default(node)
        if default is not None:
            self.defaults[location, name] = default
        required = node.get("required") is True or location == "path"
        self._keep(
            name, location, schema, required=required, description=node.get("description"), place=place
        )
        return None

    def _value_schema(self, node: dict[str, Any], place: str, location: str) -> Schema:
        """Return the schema of a parameter, and record its style."""
        name = node["name"]
        scope = Scope(pointers.join(place, "schema"), f"{self._name}_{name}")
        content = node.get("content")
        if "schema" not in node and isinstance(content, dict) and content:
            kind, media = next(iter(content.items()))
            media = media if isinstance(media, dict) else {}
            schema = self._schemas.schema(
                media.get("schema"), Scope(pointers.join(place, "content", kind, "schema"), scope.name)
            )
            if location == "querystring" and media_type(kind) == "application/x-www-form-urlencoded":
                encoding = self.encoding(media, schema, pointers.join(place, "content", kind))
                self.styles[location, name] = {"as": "form", "encoding": encoding}
                return schema
            if is_json(media_type(kind)):
                self.styles[location, name] = {"as": "whole" if location == "querystring" else "json"}
                return schema
            if location == "querystring":
                self._note("parameter-content", place, f"a query that is {kind} cannot be sent", Level.LOSS)
            else:
                self._note("parameter-content", place, f"{name} is {kind}: pass it as text", Level.WEAKER)
            return {"type": "string"}
        schema = self._schemas.schema(node.get("schema", {"type": "string"}), scope)
        schema = schema if location == "query" else self._without_null(schema)
        kinds = self._kinds(schema)
        style = styles.styled(
            node,
            location,
            kinds,
            self._nested(schema),
            self._document.get(styles.ARRAYS),
            lambda what: self._note("parameter-style", place, f"{name}: {what}", Level.WEAKER),
        )
        if style or not self._is_plain(schema, kinds, location):
            self.styles[location, name] = style
        return schema

    def _default(self, node: dict[str, Any]) -> Any:
        """Return the default of a parameter: its schema's own or its reference's."""
        content = node.get("content")
        media: Any = next(iter(content.values()), {}) if isinstance(content, dict) else {}
        schema = node.get("schema", media.get("schema") if isinstance(media, dict) else None)
        return self._schemas.said(schema).get("default")

    def encoding(self, media: Mapping[str, Any], schema: Schema, place: str) -> dict[str, dict[str, Any]]:
        """Return the encoding of a form's members, without the defaults of their types."""
        found = {}
        nodes = media.get("encoding")
        properties = self._schemas.expand(schema).get("properties", {})
        for name, node in nodes.items() if isinstance(nodes, dict) else ():
            inner = properties.get(name, {})
            style = styles.encoded(
                node if isinstance(node, dict) else {},
                self._kinds(inner),
                self._nested(inner),
                self._document.get(styles.ARRAYS),
                lambda what, name=name: self._note(  # type: ignore[misc]
                    "form-encoding", pointers.join(place, "encoding", name), f"{name}: {what}", Level.WEAKER
                ),
            )
            if style:
                found[name] = style
        return found

    def _without_null(self, schema: Schema) -> Schema:
        """Return a schema without null, which no path, header or cookie can carry."""
        members = [member for member in schema.get("anyOf", ()) if member != NULL]
        if "anyOf" not in schema or len(members) == len(schema["anyOf"]):
            return schema
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**rest, **members[0]} if len(members) == 1 else {**rest, "anyOf": members}

    def _is_plain(self, schema: Schema, kinds: set[str], location: str) -> bool:
        """Return whether the template can write a value without `veneer.styles`."""
        expanded = self._schemas.expand(schema)
        dated = expanded.get("format") in {"date", "date-time", "uuid"}
        if location == "query":
            items = expanded.get("items", {})
            return kinds <= {"string", "number", "boolean"} or (
                kinds == {"array"}
                and "anyOf" not in expanded
                and self._kinds(items) <= {"string", "number", "boolean"}
            )
        if "const" in expanded:
            return False
        return {
            "path": kinds <= {"string", "number"} or kinds == {"boolean"},
            "header": len(kinds) == 1
            and kinds <= {"string", "number", "boolean"}
            and "anyOf" not in schema
            and not dated,
            "cookie": kinds == {"string"} and "anyOf" not in schema and not dated,
        }[location]

    def _nested(self, schema: Schema) -> list[str]:
        """Return the names of nested objects and lists: members of an object, or `items`."""
        expanded = self._schemas.expand(schema)
        if "anyOf" in expanded:
            return [name for member in expanded["anyOf"] for name in self._nested(member)]
        inner = dict(expanded.get("properties", {}))
        if expanded.get("type") == "array":
            inner["items"] = expanded["items"]
        return [name for name, one in inner.items() if self._kinds(one) & {"object", "map", "array"}]

    def _kinds(self, schema: Schema) -> set[str]:
        """Return the JSON types that a parameter may have; `map` is a free-form object."""
        expanded = self._schemas.expand(schema)
        if "anyOf" in expanded:
            return set().union(*(self._kinds(member) for member in expanded["anyOf"] if member != NULL))
        if str(expanded.get("example", "")).startswith("x-veneer-map:"):
            return {"map"}
        if "const" in expanded:
            return {"string"}
        kind = expanded.get("type", "any")
        return {"number"} if kind == "integer" else {kind}

    def _keep(
        self, name: str, location: str, schema: Schema, *, required: bool, description: Any, place: str
    ) -> None:
        target = "query" if location == "querystring" else location
        taken = self._taken.setdefault(target, set())
        placeholder = names.argument_placeholder(name, target, taken)
        if location == "path":
            if re.fullmatch(r"[a-zA-Z_-][a-zA-Z0-9_-]*", placeholder) is None:
                placeholder = names.argument_placeholder(names.ascii_identifier(name), location, taken)
            self.path = self.path.replace(f"{{{name}}}", f"{{{placeholder}}}")
        if placeholder != name:
            self.wire[target, placeholder] = name
            self._note("parameter-renamed", place, f"{name} is the argument {names.identifier(placeholder)}")
        taken.add(names.identifier(placeholder))
        text = {"description": description} if isinstance(description, str) else {}
        if (default := self.defaults.pop((location, name), None)) is not None:
            self.defaults[target, placeholder] = default
        style = self.styles.pop((location, name), None)
        if style is not None:
            self.styles[target, placeholder] = style
            if target != "query":  # the generator takes any type only in the query
                self.kept.append(
                    {
                        "name": typed_name(target, placeholder),
                        "in": "query",
                        "required": required,
                        "schema": schema,
                    }
                )
                schema = {"type": "string"}
        self.kept.append({"name": placeholder, "in": target, "required": required, "schema": schema, **text})

    def _complete_path(self) -> None:
        """Add the variables of the path that the parameters lack, as text."""
        declared = {(parameter["in"], parameter["name"]) for parameter in self.kept}
        for variable in self._variables:
            if f"{{{variable}}}" in self.path and ("path", variable) not in declared:
                self._note(
                    "path-parameter-added",
                    self._found.place,
                    f"{variable} is in the path and nowhere else: text",
                )
                self._keep(
                    variable,
                    "path",
                    {"type": "string"},
                    required=True,
                    description=None,
                    place=self._found.place,
                )


def _with_each_variable_once(path: str, found: Found) -> str:
    """Return a path for the generator, without repeated variables and stray braces."""
    variables = re.findall(r"{([^{}]+)}", path)
    if len(set(variables)) == len(variables) and not re.search(r"[{}]", re.sub(r"{[^{}]+}", "", path)):
        return path
    return "/".join(
        [
            "",
            *(f"{{{variable}}}" for variable in dict.fromkeys(variables)),
            f"#{found.method}#{names.identifier(found.path)}",
        ]
    )


def _streams(kind: str, media: Any, declared: str) -> bool:
    """Return whether a success is a stream, by its media type or by an extension."""
    plain = media_type(kind)
    marked = isinstance(media, dict) and media.get("x-veneer-stream") not in (None, False)
    return plain in (_EVENTS, declared) or is_texts(plain) or marked


def _response_rank(kind: str) -> int:
    plain = media_type(kind)
    order = (plain == "application/json", is_json(plain), plain.startswith("text/") and plain != _EVENTS, plain not in {_EVENTS, "*/*"}, plain == _EVENTS)  # fmt: skip
    return order.index(True) if True in order else len(order)


def _is_text(kind: str) -> bool:
    plain = media_type(kind)
    return (plain.startswith("text/") and plain != _EVENTS) or plain in _TEXT or plain.endswith("+xml")


def _is_string(media: Any) -> bool:
    schema = media.get("schema") if isinstance(media, dict) else None
    return isinstance(schema, dict) and schema.get("type") == "string" and not _binary(schema)


def _operation_id(found: Found) -> str | None:
    value = found.node.get("operationId")
    return value if isinstance(value, str) and names.tells(value) else None


def _tag(node: Mapping[str, Any]) -> str:
    tags = node.get("tags")
    first = (
        next((tag for tag in tags if isinstance(tag, str) and tag.strip()), None)
        if isinstance(tags, list)
        else None
    )
    return names.tag_identifier(first or "default")


def _status(key: str) -> str | None:
    """Return a status as `200`, `2XX` or `default`; None for anything else."""
    if key.lower() == "default":
        return "default"
    upper = key.upper()
    return upper if re.fullmatch(r"[1-5](\d\d|XX)", upper) else None


def _response_name(name: str, status: str, successes: Mapping[str, Any]) -> str:
    return f"{name}_Response" if len(successes) == 1 else f"{name}_Response{status}"


def _is_bodiless(statuses: Mapping[str, tuple[str, Any]]) -> bool:
    """Return whether a successful response has no body, by its statuses (RFC 9110 §15)."""
    succeeding = {status for status in statuses if status[0] in "123"}
    return bool(succeeding) and all(status in {"204", "205"} or status[0] in "13" for status in succeeding)


def _binary(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("format") == "binary"


def _is_any(schema: Schema) -> bool:
    return not schema.keys() - {"description"}


def _widened(typed: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Use the first success for every 2xx that the contract does not list."""
    responses: dict[str, Any] = {}
    for status, content in typed.items():
        unknown = "2XX" not in typed and status == next(iter(typed))
        key = "2XX" if unknown or status == "default" else status
        responses[key] = {"description": "", "content": {content["kind"]: {"schema": content["schema"]}}}
    return responses or {"2XX": {"description": ""}}


def _encoded(schema: Any, media: Mapping[str, Any]) -> Any:
    """Mark parts of a multipart body as binary if their content type is neither text nor JSON."""
    encoding = media.get("encoding")
    if (
        not isinstance(encoding, dict)
        or not isinstance(schema, dict)
        or not isinstance(schema.get("properties"), dict)
    ):
        return schema
    properties = dict(schema["properties"])
    for name, part in encoding.items():
        kind = media_type(str(part.get("contentType", ""))) if isinstance(part, dict) else ""
        bare = properties.get(name)
        if (
            kind
            and not is_json(kind)
            and not kind.startswith("text/")
            and isinstance(bare, dict)
            and not bare.keys() & {"$ref", "items", "properties"}
        ):
            properties[name] = {**bare, "type": "string", "format": "binary"}
    return {**schema, "properties": properties}


def _multipart_references(document: Mapping[str, Any], found: Found) -> Iterator[str]:
    """Yield the references that are the schemas of multipart bodies: their strings may be files."""
    try:
        body = pointers.deref(document, found.node.get("requestBody"))
    except KeyError:
        return
    content = body.get("content") if isinstance(body, dict) else None
    for kind, media in content.items() if isinstance(content, dict) else ():
        schema = media.get("schema") if isinstance(media, dict) else None
        if (
            media_type(kind).startswith("multipart/")
            and isinstance(schema, dict)
            and isinstance(schema.get("$ref"), str)
        ):
            yield pointers.join("#", *pointers.split(schema["$ref"]))


def _event_data(schema: Any, place: str) -> tuple[Any, str]:
    """Return the schema of an event's `data`, if the item describes the whole event (OpenAPI 3.2).

    The data may be one of several, such as a chunk or a closing `[DONE]`. Only JSON is an item.
    """
    contents = [
        (data["contentSchema"], pointers.join(data_place, "contentSchema"))
        for event, event_place in _alternatives(schema, place)
        if isinstance(event.get("properties"), dict)
        for data, data_place in _alternatives(
            event["properties"].get("data"), pointers.join(event_place, "properties", "data")
        )
        if "contentSchema" in data
    ]
    if len(contents) > 1:
        return {"anyOf": [content for content, _ in contents]}, place
    return contents[0] if contents else (schema, place)


def _alternatives(schema: Any, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield a schema and all members of its `anyOf` and `oneOf`, with their places."""
    if isinstance(schema, dict):
        yield schema, place
        for word in ("anyOf", "oneOf"):
            members = schema.get(word)
            for index, member in enumerate(members if isinstance(members, list) else ()):
                yield from _alternatives(member, pointers.join(place, word, index))
