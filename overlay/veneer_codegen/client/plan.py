"""Lay out a public client as values: namespaces, methods, arguments, results, docstrings."""

from __future__ import annotations

import builtins
import inspect
import keyword
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.strings import PythonCode

from veneer import AsyncClient, Client
from veneer._core.errors import ConfigurationError
from veneer._core.webhooks import WebhookScheme, scheme_of
from veneer.speakeasy import DualClient
from veneer_codegen.client import request_style
from veneer_codegen.client.types import Types, described, properties_of
from veneer_codegen.contract import pointers
from veneer_codegen.errors import ContractError
from veneer_codegen.normalise.names import identifier
from veneer_codegen.rendering import bare_type, kind_of, text
from veneer_codegen.servers import ServerAddress, first_server

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from openapi_python_client.parser import GeneratorData
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

    from veneer_codegen.client.facade import Facade, MethodFacts, Wait
    from veneer_codegen.normalise import Operation

__all__ = ["Argument", "ClientPlan", "Method", "Namespace", "Param", "Result", "plan"]

_WEBHOOKS: Final = "webhooks"
_DEEPEST: Final = 20
Kind = Literal["call", "list", "iter", "stream", "download", "wait"]
Place = Literal["path", "query", "header", "cookie", "body"]


@dataclass(frozen=True)
class Argument:
    """An argument of a method.

    `target` is its name in the operation or the body's model, `expression` the source of its value.
    `default` is source text, "" for a required argument.
    """

    name: str
    annotation: str
    default: str
    place: Place
    target: str
    wire: str
    expression: str
    words: str = ""

    @property
    def declared(self) -> str:
        """The argument's declaration in the method's signature."""
        return f"{self.name}: {self.annotation}" + (f" = {self.default}" if self.default else "")


@dataclass(frozen=True)
class Body:
    """How the body is built: from a model's `members` (source by attribute), or one argument."""

    model: str = ""
    members: tuple[tuple[str, str], ...] = ()
    whole: str = ""
    files: bool = False
    optional: bool = False
    not_given: str = ""
    """The condition under which an optional body is not sent: none of its members was given."""


@dataclass(frozen=True)
class Method:
    """One method. `result` is its annotation, with § in place of the async flavour's prefix."""

    name: str
    kind: Kind
    tag: str
    endpoint: str
    arguments: tuple[Argument, ...]
    positional: int
    body: Body | None
    result: str
    unwrap: str = ""
    view: str = ""
    json_rows: bool = False
    event: str = ""
    makes: bool = False
    """Whether the caller may pass a function that makes the events of a stream."""
    resumable: bool = False
    wait: Wait | None = None
    style: str = "keywords"
    streams: tuple[str, str, str] = ("", "", "")
    """The member of the body that requests a stream, its value, and the method that streams."""
    model: str = ""
    """The body's model, if it may be given in place of its members."""
    exact: bool = False
    """Whether the name is used without the suffix of the flavour."""
    also: tuple[str, ...] = ()
    """Further names in the same class, without the suffix."""
    http: str = ""
    summary: str = ""
    words: str = ""
    raises: tuple[tuple[str, str], ...] = ()
    example: str = ""
    deprecated: bool = False
    now: str = ""
    """The method's new name, if this one is an older name of it."""

    @property
    def parameters(self) -> str:
        """The method's parameters after self, as source."""
        return self._parameters(self._own({}))

    @property
    def overloads(self) -> tuple[tuple[str, str], ...]:
        """The parameters and result of each overload of a stream."""
        if self.kind != "stream" or not self.makes:
            return ()
        made = {"event": "Callable[[Any], _E]"}
        return (
            (self._parameters(self._own({"event": "None = None"})), self.result),
            (self._parameters(self._own(made)), "veneer.§Stream[_E]"),
        )

    @property
    def options(self) -> dict[str, str]:
        """The options of a stream or download beside its operation's arguments, by name."""
        taken = {one.name for one in self.arguments}
        return {name: free(name, taken) for name in _OPTIONS.get(self.kind, ()) if self._takes(name)}

    def _takes(self, option: str) -> bool:
        return {"event": self.makes, "last_event_id": self.resumable}.get(option, True)

    def _own(self, instead: Mapping[str, str]) -> list[str]:
        declared = _OPTIONS.get(self.kind, {})
        own = [f"{name}: {instead.get(option, declared[option])}" for option, name in self.options.items()]
        if self.body is not None and self.body.files:
            own.append("progress: Callable[[int, int | None], None] | None = None")
        if self.wait is not None:
            own += _waiting(self.wait)
        if self.style == "request":
            own.append(request_style.options(self.kind))
        elif self.kind == "iter":
            own.append("**page_options: Unpack[veneer.PageOptions]")
        return own

    def _parameters(self, own: Sequence[str]) -> str:
        first = [one.declared for one in self.arguments[: self.positional]]
        rest = [one.declared for one in self.arguments[self.positional :]]
        if self.style == "request":
            first.append(request_style.RETRIES)
        named = [*rest, *own]
        starred = ["*", *named] if named and not named[0].startswith("**") else named
        return ", ".join([*first, *starred])

    @property
    def first(self) -> str:
        """The argument in whose place the body's model may be given."""
        return next(one.name for one in self.arguments if one.place == "body")

    @property
    def needed(self) -> tuple[str, ...]:
        """Arguments that are required if the body's model is not given."""
        body = [one.name for one in self.arguments if one.place == "body" and not one.default]
        return tuple(name for name in body if name != self.first)

    @property
    def spoken(self) -> str:
        """The names of those arguments as text."""
        *more, last = (self.first, *self.needed)
        return f"{', '.join(more)} and {last}"

    @property
    def beside(self) -> str:
        """The condition that a member is given beside the body's model, and would be lost."""
        others = [one for one in self.arguments if one.place == "body" and one.name != self.first]
        return " or ".join(
            f"not isinstance({one.name}, Unset)" if one.default == "UNSET" else f"{one.name} is not None"
            for one in others
        )

    @property
    def modelled(self) -> str:
        """The parameters of the call with the body's model."""
        path = [one.declared for one in self.arguments if one.place == "path"]
        return ", ".join([*path, f"request: {self.model}", "/"])

    @property
    def either(self) -> str:
        """The parameters of the call with the body's model or with its members."""
        changed = {
            one.name: replace(one, annotation=f"{one.annotation} | {self.model}")
            if one.name == self.first
            else replace(one, annotation=f"{one.annotation} | None", default="None")
            for one in self.arguments
            if one.name in {self.first, *self.needed}
        }
        return replace(self, arguments=tuple(changed.get(one.name, one) for one in self.arguments)).parameters

    @property
    def sent(self) -> str:
        """The arguments that the operation is called with, as source."""
        in_order = all(one.place != "path" for one in self.arguments[self.positional :])
        path = [one.expression for one in self.arguments if one.place == "path" and in_order]
        named = [
            f"{one.target}={one.expression}"
            for one in self.arguments
            if one.place not in ({"path", "body"} if in_order else {"body"})
        ]
        return ", ".join([*path, *named, *(["body=_body"] if self.body is not None else [])])


_OPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "stream": {
        "event": "Callable[[Any], Any] | None = None",
        "rule": "veneer.StreamRule | None = None",
        "limits": "veneer.StreamLimits | None = None",
        "last_event_id": 'str = ""',
        "strict": "bool = False",
    },
    "download": {
        "to": "str | os.PathLike[str] | BinaryIO",
        "progress": "Callable[[int, int | None], None] | None = None",
        "resume": "bool = True",
        "total": "float | None = None",
    },
}


def _waiting(wait: Wait) -> tuple[str, ...]:
    return (
        f"every: float = {wait.every!r}",
        f"timeout: float = {wait.timeout!r}",
        "progress: Callable[[{result}], None] | None = None",
    )


@dataclass(frozen=True)
class Namespace:
    """The methods of one tag. `attribute` is its path on the client; "" is the client itself."""

    attribute: str
    title: str
    module: str
    words: str
    methods: tuple[Method, ...]
    unwrap: str = ""
    """The name of the method that verifies and reads a webhook, if this namespace has it."""

    @property
    def name(self) -> str:
        """The namespace's attribute on the client, or on the namespace that holds it."""
        return _last(self.attribute)


@dataclass(frozen=True)
class Param:
    """A typed dictionary in place of a model: keys with their types, and which are required."""

    name: str
    model: str
    words: str
    members: tuple[tuple[str, str, bool, str], ...]

    @property
    def functional(self) -> bool:
        """Whether a key is not a Python identifier, so that the class must be created by a call."""
        return any(keyword.iskeyword(key) or not key.isidentifier() for key, *_ in self.members)


@dataclass(frozen=True)
class Result:
    """A result made of a model: fields with types, defaults, and the model's attributes."""

    name: str
    model: str
    words: str
    fields: tuple[tuple[str, str, str, str], ...]
    sources: Mapping[str, str]


@dataclass(frozen=True)
class ClientPlan:
    """A whole client. `package` is the dotted name of the generated package that it belongs to."""

    package: str
    name: str
    title: str
    words: str
    suffix: str
    style: str
    own: Namespace
    namespaces: tuple[Namespace, ...]
    params: tuple[Param, ...]
    classes: frozenset[str]
    """The names of the generated package's models and enums."""
    results: tuple[Result, ...] = ()
    names: tuple[tuple[str, str, str], ...] = ()
    """With style "request", the names of Speakeasy's generator, with module and name there."""
    servers: tuple[str, ...] = ()
    version: str = ""
    webhooks: WebhookScheme | None = None
    """How the API signs its webhooks, if it has any."""
    server: ServerAddress | None = None
    """The contract's server, if its address has variables. Each is an argument of the client."""
    variables: tuple[tuple[str, str, str], ...] = ()
    """Those arguments: their names, the names of the variables, their annotations."""
    raw: bool = False
    """Whether client and namespaces have `with_raw_response`."""

    def within(self, attribute: str) -> tuple[Namespace, ...]:
        """Return the namespaces within one namespace; "" is the client itself."""
        return tuple(one for one in self.namespaces if one.attribute.rpartition(".")[0] == attribute)


def plan(
    data: GeneratorData,
    operations: Mapping[tuple[str, str], Operation],
    document: Mapping[str, Any],
    facade: Facade,
    package: str,
    default_name: str,
    secrets: Collection[tuple[str, str]] = (),
    *,
    webhooks: bool = False,
) -> ClientPlan:
    """Return the plan of a contract's client; `webhooks` adds a method that reads them.

    Raises ContractError if the facade's data names nothing, or one name twice, and for an unusable
    `x-veneer-webhooks`.
    """
    found = _Planner(data, operations, document, facade, package, secrets).plan(default_name)
    return _with_webhooks(found, document) if webhooks else found


def _with_webhooks(found: ClientPlan, document: Mapping[str, Any]) -> ClientPlan:
    """Add `unwrap` to the namespace `webhooks`, which a tag of that name may have created."""
    declared = document.get("x-veneer-webhooks", "standard")
    try:
        if not isinstance(declared, (str, dict)):
            raise ConfigurationError("is the name of a scheme, or a mapping of its fields")
        scheme = scheme_of(declared)
    except ConfigurationError as error:
        raise ContractError(error.message, place="#/x-veneer-webhooks") from None
    spaces = {space.attribute: space for space in found.namespaces}
    space = spaces.get(_WEBHOOKS) or Namespace(
        _WEBHOOKS,
        free("Webhooks", {*found.classes, *(one.title for one in found.namespaces)}, "Operations"),
        free(_WEBHOOKS, {one.module for one in found.namespaces}),
        "The requests that the API sends.",
        (),
    )
    spaces[_WEBHOOKS] = replace(space, unwrap=free("unwrap", {one.name for one in space.methods}))
    return replace(found, namespaces=tuple(spaces.values()), webhooks=scheme)


def pascal(name: str) -> str:
    """Return the class name of a snake-case name."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_") if part)


def free(name: str, taken: Iterable[str], suffix: str = "_") -> str:
    """Return a name that is neither a keyword nor taken."""
    taken = set(taken)
    while name in taken or keyword.iskeyword(name):
        name += suffix
    return name


class _Planner:
    """The rules, applied to one parsed contract."""

    def __init__(
        self,
        data: GeneratorData,
        operations: Mapping[tuple[str, str], Operation],
        document: Mapping[str, Any],
        facade: Facade,
        package: str,
        secrets: Collection[tuple[str, str]],
    ) -> None:
        self._data = data
        self._operations = operations
        self._document = document
        self._facade = facade
        self._package = package
        self._secrets = secrets
        self._results: dict[str, Result] = {}
        self._types = Types(data.models)
        self._used: set[str] = set()

    def plan(self, default_name: str) -> ClientPlan:
        info = self._document.get("info") or {}
        own: list[Method] = []
        spaces: dict[str, list[Method]] = {}
        tags: dict[str, str] = {}
        for tag, endpoint, operation in self._endpoints():
            facts = self._facts(tag, endpoint, operation)
            usual = self._facade.namespaces.get(tag, tag)
            space, _, name = facts.name.rpartition(".") if facts.name else (usual, "", "")
            tags.setdefault(space, tag)
            methods = list(self._methods(tag, endpoint, operation, facts, space, name))
            same = [one.rpartition(".") for one in facts.also]
            if methods:
                also = tuple(last for home, _, last in same if home == space)
                methods[0] = replace(methods[0], also=also)
            (spaces.setdefault(space, []) if space else own).extend(methods)
            for further in facts.also:
                home, _, last = further.rpartition(".")
                if home != space:
                    one = replace(methods[0], name=last, also=(), exact=True)
                    (spaces.setdefault(home, []) if home else own).append(one)
            for path, (function, more) in self._facade.also.items():
                if function in _keys(tag, endpoint, operation):
                    self._used.add(path)
                    home, _, last = path.rpartition(".")
                    one = next(iter(self._methods(tag, endpoint, operation, more, home, last)))
                    one = replace(one, exact=True)
                    (spaces.setdefault(home, []) if home else own).append(one)
            for older, method in _older(facts, methods, space):
                (spaces.setdefault(older, []) if older else own).append(method)
        for path, wait in self._facade.waits.items():
            space, _, name = path.rpartition(".")
            (spaces.setdefault(space, []) if space else own).append(self._wait(name, wait))
        self._refuse_unused()
        spaces = _with_parents(spaces)
        classes = {*self._types.models, *(str(enum.class_info.name) for enum in self._data.enums)}
        namespaces = tuple(self._namespaces(spaces, tags, classes))
        title = " ".join(str(info.get("title") or default_name).split())
        methods = [*own, *(method for found in spaces.values() for method in found)]
        whole = self._facade.style == "request"
        return ClientPlan(
            package=self._package,
            name=self._facade.name or default_name,
            title=title,
            words=_sentence(str(info.get("description") or "")),
            suffix=self._facade.suffix or ("_async" if whole else ""),
            style=self._facade.style,
            own=Namespace("", "", "", "", self._distinct(own, "", spaces)),
            namespaces=namespaces,
            params=tuple(self._param(name, model) for name, model in sorted(self._types.params.items())),
            classes=frozenset(classes),
            results=tuple(self._results.values()),
            names=self._names(methods, classes) if whole else (),
            servers=request_style.servers(self._document),
            version=str(info.get("version") or ""),
            raw=self._facade.raw,
            **_server(self._document),
        )

    def _namespaces(
        self, spaces: Mapping[str, Sequence[Method]], tags: Mapping[str, str], classes: set[str]
    ) -> Iterator[Namespace]:
        """Return the namespaces, outer ones first. Each path has its own class and module."""
        attributes, titles, modules = {"": ""}, set(classes), set[str]()
        for space, methods in spaces.items():
            home, _, name = space.rpartition(".")
            raw = ["with_raw_response"] if self._facade.raw else []
            name = free(name, raw if home else {*self._taken(), *raw})
            attributes[space] = f"{attributes[home]}.{name}".lstrip(".")
            flat = space.replace(".", "_")
            title = free(pascal(flat), titles, "Operations")
            module = free(flat, modules)
            titles.add(title)
            modules.add(module)
            words = self._tag_words(tags.get(space, space)) or _listed(space, methods, spaces)
            yield Namespace(attributes[space], title, module, words, self._distinct(methods, space, spaces))

    def _names(self, methods: Sequence[Method], classes: set[str]) -> tuple[tuple[str, str, str], ...]:
        named = [
            request_style.Named(
                method.endpoint,
                next((one.annotation for one in method.arguments if one.place == "body"), ""),
                method.result,
                method.view,
            )
            for method in methods
            if method.kind in {"call", "list"}
        ]
        return request_style.names(self._package, named, self._types.params, classes, self._facade.names)

    def _taken(self) -> set[str]:
        """Return the names that the client's base class has already."""
        if self._facade.style == "request":
            return set(dir(DualClient))
        return {*dir(AsyncClient), *dir(Client)}

    # -- operations --------------------------------------------------------------------------------------------

    def _endpoints(self) -> Iterator[tuple[str, Endpoint, Operation]]:
        found = {
            (str(endpoint.tags[0]), str(endpoint.name)): endpoint
            for collection in self._data.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
        }
        for key, operation in self._operations.items():  # in the contract's order
            yield key[0], found[key], operation

    def _facts(self, tag: str, endpoint: Endpoint, operation: Operation) -> MethodFacts:
        keys = _keys(tag, endpoint, operation)
        self._used |= {*keys}
        return self._facade.of(*keys)

    def _refuse_unused(self) -> None:
        unknown = sorted(self._facade.methods.keys() - self._used)
        unknown += sorted(
            function for path, (function, _) in self._facade.also.items() if path not in self._used
        )
        unknown += sorted(set(self._facade.namespaces) - {key[0] for key in self._operations})
        if unknown:
            raise ContractError(f"the facade names {unknown[0]!r}, which the contract does not have")

    def _distinct(self, methods: Sequence[Method], space: str, spaces: Iterable[str]) -> tuple[Method, ...]:
        """Return the methods with distinct names.

        Methods that share a name get their operation's own. A name that hides one of the class's
        annotations is changed.
        """
        names = [method.name for method in methods]
        taken = {_last(one) for one in spaces if one.rpartition(".")[0] == space}
        taken |= set[str]() if space else self._taken()
        taken |= {"with_raw_response"} if self._facade.raw else set[str]()
        distinct: list[Method] = []
        for method in methods:
            wanted = _whole_name(method) if names.count(method.name) > 1 else method.name
            name, number = free(wanted, taken), 2
            while any(name == one.name for one in distinct):
                name, number = free(f"{wanted}_{number}", taken), number + 1
            distinct.append(replace(method, name=name))
        names = [method.name for method in distinct]
        if self._facade.style == "request":  # one object has both flavours
            names += [f"{name}{self._facade.suffix or '_async'}" for name in names]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            where = f"{space}.{twice[0]}" if space else twice[0]
            raise ContractError(f"two methods would be called {where}: name one in the facade")
        return tuple(distinct)

    def _methods(
        self, tag: str, endpoint: Endpoint, operation: Operation, facts: MethodFacts, space: str, name: str
    ) -> Iterator[Method]:
        """Return the methods of one operation: call or list, iterator, stream and download."""
        base = self._base(tag, endpoint, operation, facts)
        whole = self._facade.style == "request"
        own = str(endpoint.name).rstrip("_")
        short = name or free(own if whole else _short(own, space), ())
        streams = operation.stream
        only_stream = streams is not None and operation.accept in {"", streams.get("kind")}
        binary = base.result == "File"
        named = only_stream and ("stream" in short.split("_") or bool(name))
        stream_name = _last(facts.stream) or (short if named else f"stream_{short}")
        if streams is not None and facts.stream != "" and base.body is not None:
            base = replace(base, streams=self._asked(endpoint, streams, stream_name))
        if not only_stream and facts.call:
            if operation.pagination and facts.page:
                row = self._row(operation, base.result, facts)
                listing = replace(base, kind="list", result=f"veneer.§Page[{row}]", unwrap="", view="")
                yield replace(listing, name=short, json_rows=facts.rows == "json")
            else:
                yield replace(self._result(base, facts), name=short)
        if operation.pagination and facts.iter != "":
            row = self._row(operation, base.result, facts)
            iterating = replace(
                base, kind="iter", result=f"veneer.§Pager[{row}]", json_rows=facts.rows == "json"
            )
            yield self._paged(replace(iterating, name=_last(facts.iter) or _iterator(short)), operation)
        if streams is not None and facts.stream != "":
            event = facts.event or self._event(streams)
            kind = f"veneer.§Stream[{_last(event) or 'veneer.Event'}]"
            resumable = bool(streams.get("resumable"))
            arguments = tuple(
                one for one in base.arguments if not (resumable and one.wire.lower() == "last-event-id")
            )
            yield replace(
                base,
                name=stream_name,
                kind="stream",
                result=kind,
                event=event,
                makes=not facts.event,
                resumable=resumable,
                arguments=arguments,
            )
        if binary and facts.download != "":
            download = (
                _last(facts.download) or f"download_{short.removeprefix('get_').removeprefix('download_')}"
            )
            yield replace(base, name=download, kind="download", result="veneer.Download")

    def _base(self, tag: str, endpoint: Endpoint, operation: Operation, facts: MethodFacts) -> Method:
        node = self._node(operation)
        arguments, body = self._arguments(endpoint, facts)
        leaving = self._leaving(operation, node)
        arguments = [
            replace(one, words=f"Deprecated. {one.words}".rstrip())
            if (one.place, one.wire) in leaving
            else one
            for one in arguments
        ]
        path = [one for one in arguments if one.place == "path" and one.name not in facts.by_name]
        wanted = [
            name
            for name in (*([facts.whole] if facts.whole else []), *facts.positional)
            if name not in {one.name for one in path}
        ]
        if self._facade.style == "request":
            # Required arguments, then the request; `retries` comes last.
            must = [one for one in arguments if one.place not in {"path", "body"} and not one.default]
            must += [one for one in arguments if one.place == "body"]
            wanted += [one.name for one in must if one.name not in wanted]
        by_name = {one.name: one for one in arguments}
        if missing := [name for name in (*wanted, *facts.by_name) if name not in by_name]:
            raise ContractError(
                f"the facade names {missing[0]!r}, which is not an argument of {endpoint.name}: there are {', '.join(by_name)}"
            )
        first = [*path, *(by_name[name] for name in wanted)]
        required = [one for one in arguments if one not in first and not one.default]
        optional = [one for one in arguments if one not in first and one.default]
        summary, words = _said(node, str(endpoint.name))
        return Method(
            name="",
            kind="call",
            tag=tag,
            endpoint=str(endpoint.name),
            arguments=(*first, *required, *optional),
            positional=len(first),
            body=body,
            style=self._facade.style,
            result=_result_type(endpoint, operation),
            http=f"{operation.method.upper()} {operation.path}",
            summary=summary,
            words=words,
            raises=self._raises(node),
            deprecated=operation.deprecated,
            model=body.model if facts.model and body is not None and body.members else "",
        )

    def _node(self, operation: Operation) -> Mapping[str, Any]:
        try:
            node = pointers.resolve(self._document, operation.place)
        except KeyError:
            return {}
        return node if isinstance(node, dict) else {}

    def _leaving(self, operation: Operation, node: Mapping[str, Any]) -> set[tuple[str, str]]:
        """Return the parameters and members of the body that are deprecated, by place and name."""
        item = self._node_of({"$ref": operation.place.rpartition("/")[0]})
        declared = [*(item.get("parameters") or ()), *(node.get("parameters") or ())]
        parameters = [self._node_of(one) for one in declared]
        # An operation's parameter overrides its path's (the last one wins).
        said = {
            (str(one.get("in")), str(one.get("name"))): one.get("deprecated") is True
            or self._node_of(one.get("schema")).get("deprecated") is True
            for one in parameters
        }
        for media in (self._node_of(node.get("requestBody")).get("content") or {}).values():
            for name, schema in self._properties(media.get("schema") if isinstance(media, dict) else None):
                said["body", name] = schema.get("deprecated") is True
        return {key for key, deprecated in said.items() if deprecated}

    def _properties(self, schema: Any, depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the properties of a schema and of the schemas that it is made of."""
        found = self._node_of(schema)
        for part in found.get("allOf") or () if depth < _DEEPEST else ():
            yield from self._properties(part, depth + 1)
        for name, prop in (found.get("properties") or {}).items():
            yield name, {**self._node_of(prop), **(prop if isinstance(prop, dict) else {})}

    def _node_of(self, node: Any) -> Mapping[str, Any]:
        """Return the mapping that a node is or refers to; an empty one for anything else."""
        try:
            found = pointers.deref(self._document, node)
        except KeyError:
            return {}
        return found if isinstance(found, dict) else {}

    def _raises(self, node: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """Return the documented error classes with their descriptions."""
        found: dict[str, str] = {}
        for key, declared in (node.get("responses") or {}).items():
            status = str(key).upper()
            if status[0] in "23":
                continue
            response = pointers.deref(self._document, declared)
            name = (
                self._facade.errors.get(status)
                or _ERRORS.get(status)
                or _ERRORS.get(f"{status[0]}XX", "APIError")
            )
            words = " ".join(str((response or {}).get("description") or "").split())
            shown = {"DEFAULT": "any other status"}.get(status, status)
            found.setdefault(name, f"{shown}: {words}" if words else shown)
        return tuple(found.items())

    # -- arguments ---------------------------------------------------------------------------------------------

    def _arguments(self, endpoint: Endpoint, facts: MethodFacts) -> tuple[list[Argument], Body | None]:
        taken: set[str] = {"self"}
        if self._facade.style == "request":
            taken |= request_style.TAKEN
        if _uploads(endpoint, self._types):
            taken.add("progress")
        found: list[Argument] = []
        places: tuple[tuple[Place, Sequence[PropertyProtocol]], ...] = (
            ("path", endpoint.path_parameters),
            ("query", endpoint.query_parameters),
            ("header", endpoint.header_parameters),
            ("cookie", endpoint.cookie_parameters),
        )
        for place, properties in places:
            found += [self._argument(prop, place, facts, taken, nullable=False) for prop in properties]
        body = self._body(endpoint, facts, taken)
        return (found, None) if body is None else ([*found, *body[0]], body[1])

    def _argument(
        self, prop: PropertyProtocol, place: Place, facts: MethodFacts, taken: set[str], *, nullable: bool
    ) -> Argument:
        """Return an argument.

        `nullable` means that null can be sent, which differs from leaving it out.
        """
        own = str(prop.python_name)
        usual = own.removesuffix("_") if self._facade.builtins and own[:-1] in _BUILTINS else own
        name = facts.rename.get(own, usual)
        name = name if name not in taken else free(f"{name}_{place}", taken)
        taken.add(name)
        annotation = self._types.annotation(prop)
        value = self._types.conversion(prop, name)
        takes_none = self._types.takes_none(prop)
        if own in facts.defaults:
            annotation, default = f"{annotation} | None", "None"
            value = f"{facts.defaults[own]!r} if {name} is None else {value}"
        elif prop.required and prop.default is None:
            default = ""
        elif takes_none and nullable:
            annotation, default = f"{annotation} | Unset", "UNSET"
            value = value if value == name else f"{name} if isinstance({name}, Unset) else {value}"
        else:
            annotation = annotation if takes_none else f"{annotation} | None"
            default = "None"
            given = value if not takes_none else value.partition(" is None else ")[2] or value
            value = f"UNSET if {name} is None else {given}"
        return Argument(name, annotation, default, place, own, text(prop.name), value, described(prop))

    def _body(
        self, endpoint: Endpoint, facts: MethodFacts, taken: set[str]
    ) -> tuple[list[Argument], Body] | None:
        """Return the body with its arguments: an object's members, or one argument."""
        body = endpoint.bodies[0] if endpoint.bodies else None
        if body is None:
            return None
        model = self._types.models.get(bare_type(body.prop)) if isinstance(body.prop, ModelProperty) else None
        is_request = self._facade.style == "request"
        whole = facts.whole or ("request" if is_request else "")
        if whole or model is None or not properties_of(model):
            argument = _renamed(
                self._argument(body.prop, "body", facts, set(), nullable=False),
                whole if is_request else free(whole or "body", taken),
            )
            if is_request and model is not None and not argument.default and not model.required_properties:
                argument = replace(
                    argument,
                    annotation=f"{argument.annotation} | None",
                    default="None",
                    expression=request_style.nothing_required(argument.name, argument.expression),
                )
            return [argument], Body(
                whole=argument.expression,
                files=_uploads(endpoint, self._types),
                optional=bool(argument.default),
            )
        arguments, members = self._members(model, facts, taken)
        # A body without a choice (a status with a single value) is always sent.
        optional = not body.prop.required and bool(arguments)
        return arguments, Body(
            str(model.class_info.name),
            tuple(members),
            files=_uploads(endpoint, self._types),
            optional=optional,
            not_given=_none_given(arguments) if optional else "",
        )

    def _members(
        self, model: ModelProperty, facts: MethodFacts, taken: set[str]
    ) -> tuple[list[Argument], list[tuple[str, str]]]:
        """Return the members of a body's model as arguments, and the source of each attribute."""
        arguments: list[Argument] = []
        members: list[tuple[str, str]] = []
        for prop in properties_of(model):
            attribute = str(prop.python_name)
            same = facts.same.get(attribute)
            if attribute in facts.omit and not prop.required:
                continue
            if attribute in facts.flatten and isinstance(prop, ModelProperty):
                inner, parts = self._members(self._types.model(prop), facts, taken)
                arguments += inner
                made = ", ".join(f"{name}={value}" for name, value in parts)
                built = f"models.{bare_type(prop)}({made})"
                if not prop.required:
                    built = f"UNSET if {_none_given(inner)} else {built}"
                members.append((attribute, built))
            elif isinstance(prop, ConstProperty) and prop.required and attribute not in facts.defaults:
                members.append((attribute, prop.value.python_code.as_unembedded_code()))
            elif same is not None:
                members.append((attribute, same))
            else:
                argument = self._argument(prop, "body", facts, taken, nullable=True)
                arguments.append(argument)
                members.append((attribute, argument.expression))
        return arguments, members

    def _param(self, name: str, model: ModelProperty) -> Param:
        members = []
        for prop in properties_of(model):
            annotation = self._types.annotation(prop)
            members.append((self._types.key(prop), annotation, prop.required, described(prop)))
        words = " ".join(text(model.description).split()) if model.description else ""
        return Param(f"{name}Param", name, words, tuple(members))

    # -- results -----------------------------------------------------------------------------------------------

    def _result(self, method: Method, facts: MethodFacts) -> Method:
        """Return the method with its result unwrapped, and converted to the facade's class."""
        unwrap, result = "", method.result
        wanted = self._facade.unwrap if facts.unwrap is None else facts.unwrap
        prop = self._member(result, wanted) if wanted else None
        if facts.unwrap and prop is None:
            raise ContractError(f"the facade unwraps {facts.unwrap!r}, which {result} does not have")
        if prop is not None:
            unwrap, result = f".{prop.python_name}", bare_type(prop)
            result = result if prop.required else f"{result} | Unset"
        if facts.result:
            home, _, name = facts.result.rpartition(".")
            base = facts.base or (name if not home else "")
            if base:
                self._derive(base, result, facts)
            return replace(
                method,
                result=name,
                unwrap=unwrap,
                view=f"{home or f'{self._package}.client.results'}.{name}",
            )
        return replace(method, result="bytes" if result == "File" else result, unwrap=unwrap)

    def _derive(self, name: str, kind: str, facts: MethodFacts) -> None:
        """Plan a result that is made of a model. Raises ContractError if there is no model."""
        model = self._types.models.get(kind)
        if model is None:
            raise ContractError(f"the facade makes {name!r} of {kind}, which is not a model")
        if (known := self._results.get(name)) is not None and known.model != kind:
            raise ContractError(f"the facade makes {name!r} of two models, {known.model} and {kind}")
        found: list[tuple[str, str, str, str]] = []
        sources: dict[str, str] = {}
        for prop in properties_of(model):
            own = str(prop.python_name)
            field_name = facts.fields.get(own) or free(self._types.key(prop), ())
            if field_name != own:
                sources[field_name] = own
            annotation = _none_last(bare_type(prop))
            default, factory = "", ""
            if not prop.required and isinstance(prop, ListProperty):
                factory = "list"
            elif not prop.required:
                default = "None"
                annotation = annotation if self._types.takes_none(prop) else f"{annotation} | None"
            if factory or (kind, own) in self._secrets:
                given = [f"default_factory={factory}"] if factory else ["default=None"] if default else []
                hidden = ["repr=False"] if (kind, own) in self._secrets else []
                default = f"field({', '.join([*given, *hidden])})"
            found.append((field_name, annotation, default, described(prop)))
        words = " ".join(text(model.description).split()) if model.description else ""
        self._results[name] = Result(name, kind, words, tuple(found), sources)

    def _member(self, kind: str, wire: str) -> PropertyProtocol | None:
        model = self._types.models.get(kind)
        if model is None:
            return None
        return next((prop for prop in properties_of(model) if text(prop.name) == wire), None)

    def _row(self, operation: Operation, result: str, facts: MethodFacts) -> str:
        """Return the type of the rows at the pagination's path; Any if it is not known."""
        if facts.rows == "json":
            return "dict[str, Any]"
        kind = result
        for key in str((operation.pagination or {}).get("items", "items")).split("."):
            prop = self._member(kind, key) if key else None
            if key and prop is None:
                return "Any"
            if prop is not None:
                kind = bare_type(prop).removesuffix(" | None").removeprefix("None | ")
                if isinstance(prop, ListProperty):
                    return bare_type(prop.inner_property)
        match = re.fullmatch(r"list\[(.+)\]", kind)
        return match[1] if match else "Any"

    def _paged(self, method: Method, operation: Operation) -> Method:
        """Return the method without pagination arguments, but with `page_size`."""
        pagination = operation.pagination or {}
        counted = {
            str(pagination.get(key))
            for key in ("offset", "page", "cursor", "page_number")
            if pagination.get(key)
        }
        arguments, left_out = [], set()
        for one in method.arguments:
            if one.wire == str(pagination.get("limit")):
                sized = _renamed(replace(one, words="The number of rows in a page."), "page_size")
                if self._facade.page_size is not None and sized.default:
                    sized = replace(
                        sized, annotation="int", default=str(self._facade.page_size), expression="page_size"
                    )
                arguments.append(sized)
            elif one.wire not in counted:
                arguments.append(one)
            else:
                left_out.add(one.target)
        body, kept = method.body, {one.target: one for one in arguments if one.place == "body"}
        if body is not None and body.members:
            members = [
                (name, kept[name].expression if name in kept else value)
                for name, value in body.members
                if name not in left_out
            ]
            given = _none_given([one for one in arguments if one.place == "body"]) if body.optional else ""
            body = replace(body, members=tuple(members), not_given=given)
        positional = sum(one in arguments for one in method.arguments[: method.positional])
        return replace(method, arguments=tuple(arguments), positional=positional, body=body)

    def _asked(self, endpoint: Endpoint, stream: Mapping[str, Any], method: str) -> tuple[str, str, str]:
        """Return the member that requests a stream, its value, and the method that streams.

        A method that waits for the whole response must not request a stream.
        """
        wanted = stream.get("request")
        body = endpoint.bodies[0]
        if not isinstance(wanted, dict) or len(wanted) != 1 or not body.prop.required:
            return ("", "", "")
        ((wire, value),) = wanted.items()
        prop = self._member(bare_type(body.prop), str(wire))
        return ("", "", "") if prop is None else (str(prop.python_name), repr(value), method)

    def _event(self, stream: Mapping[str, Any]) -> str:
        name = str(stream.get("item", ""))
        return name if name in self._types.models else ""

    def _wait(self, name: str, wait: Wait) -> Method:
        """Return a method that polls, with the operation's arguments and result."""
        found = [
            (tag, endpoint, operation)
            for tag, endpoint, operation in self._endpoints()
            if wait.poll in _keys(tag, endpoint, operation)
        ]
        if len(found) != 1:
            raise ContractError(f"the facade's wait {name!r} polls {wait.poll!r}, which is not one operation")
        tag, endpoint, operation = found[0]
        facts = self._facts(tag, endpoint, operation)
        method = self._result(self._base(tag, endpoint, operation, facts), facts)
        for member in wait.until:
            if self._member(method.result, member) is None:
                raise ContractError(
                    f"the facade's wait {name!r} looks at {member!r}, which {method.result} does not have"
                )
        return replace(method, name=name, kind="wait", wait=wait)

    def _tag_words(self, tag: str) -> str:
        for node in self._document.get("tags") or ():
            if (
                isinstance(node, dict)
                and re.sub(r"\W+", "_", str(node.get("name", ""))).strip("_").lower() == tag
            ):
                return _sentence(str(node.get("description") or ""))
        return ""


def _older(facts: MethodFacts, methods: Sequence[Method], space: str) -> Iterator[tuple[str, Method]]:
    """Yield the methods under their older names, each with its namespace."""
    for name in facts.was if methods else ():
        home, dot, short = name.rpartition(".")
        now = f"{space}.{methods[0].name}" if space else methods[0].name
        yield (home if dot else space), replace(methods[0], name=short, now=now, also=())


_ERRORS: Final = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableError",
    "429": "RateLimitError",
    "5XX": "ServerError",
}


_BUILTINS: Final = frozenset(name for name in dir(builtins) if name.islower()) - frozenset(
    {"bool", "bytes", "dict", "float", "int", "isinstance", "list", "str"}
)
"""Builtins that an argument may hide: no method calls them, and no annotation names them."""


def _result_type(endpoint: Endpoint, operation: Operation) -> str:
    result = endpoint.response_type()
    if result == PythonCode("Any"):
        return "Any" if operation.accept else "None"
    named = result.as_unembedded_code()
    return f"{named} | str" if operation.text and named != "str" else named


def _uploads(endpoint: Endpoint, types: Types) -> bool:
    """Return whether an operation's body is a file, or has files as members."""
    body = endpoint.bodies[0].prop if endpoint.bodies else None
    if body is None:
        return False
    members = properties_of(types.model(body)) if isinstance(body, ModelProperty) else [body]
    inner = [one.inner_property if isinstance(one, ListProperty) else one for one in members]
    return any(kind_of(one) == "file" for one in inner)


def _server(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the server of a contract and the arguments of its variables, if it has any."""
    server = first_server(document.get("servers"))
    if server is None or not server.variables or server.fault or "://" not in server.url:
        return {}
    arguments = []
    taken = {"self", *inspect.signature(Client.__init__).parameters}
    for name, variable in server.variables.items():
        argument = free(identifier(name), taken)
        taken.add(argument)
        kind = f"Literal[{', '.join(map(repr, variable.allowed))}]" if variable.allowed else "str"
        arguments.append((argument, name, kind))
    return {"server": server, "variables": tuple(arguments)}


def _none_given(arguments: Sequence[Argument]) -> str:
    """Return the condition that none of some arguments was given, as source."""
    return " and ".join(
        f"isinstance({one.name}, Unset)" if one.default == "UNSET" else f"{one.name} is None"
        for one in arguments
    )


def _listed(space: str, methods: Sequence[Method], spaces: Iterable[str]) -> str:
    """Return the description of a namespace that the contract does not describe."""
    held = [_last(one) for one in spaces if one.rpartition(".")[0] == space]
    names = ", ".join(f"`{name}`" for name in (*(method.name for method in methods), *held))
    return f"{re.sub('[._]', ' ', space).capitalize()}: {names}."


def _with_parents(spaces: Mapping[str, list[Method]]) -> dict[str, list[Method]]:
    """Return the namespaces with those that only hold others, outer ones first."""
    found: dict[str, list[Method]] = {}
    for space in spaces:
        parts = space.split(".")
        for depth in range(1, len(parts) + 1):
            found.setdefault(".".join(parts[:depth]), spaces.get(".".join(parts[:depth]), []))
    return found


def _keys(tag: str, endpoint: Endpoint, operation: Operation) -> tuple[str, ...]:
    """Return an operation's keys in the facade's data, the narrowest first."""
    request = f"{operation.method.upper()} {operation.path}"
    return f"{tag}.{endpoint.name}", str(endpoint.name), request


def _none_last(annotation: str) -> str:
    return f"{annotation.removeprefix('None | ')} | None" if annotation.startswith("None | ") else annotation


def _renamed(argument: Argument, name: str) -> Argument:
    expression = re.sub(rf"\b{re.escape(argument.name)}\b", name, argument.expression)
    return replace(argument, name=name, expression=expression)


def _last(name: str | None) -> str:
    return (name or "").rpartition(".")[2]


def _stem(word: str) -> str:
    """Return a word without its plural ending."""
    for ending, single in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss"):
            return word.removesuffix(ending) + single
    return word


def _short(function: str, space: str) -> str:
    """Return an operation's name without its namespace: `get_pack_run` of `pack_runs` is `get`."""
    words, said = function.split("_"), [_stem(word) for word in space.split("_")]
    for start in range(len(words) - len(said) + 1):
        if [_stem(word) for word in words[start : start + len(said)]] == said:
            left = words[:start] + words[start + len(said) :]
            name = "_".join(left)
            return name if name.isidentifier() and not keyword.iskeyword(name) else function
    return function


def _iterator(name: str) -> str:
    first, _, rest = name.partition("_")
    return "_".join(["iter", *([rest] if first == "list" and rest else [] if first == "list" else [name])])


def _whole_name(method: Method) -> str:
    """Return the name of a method whose short name is ambiguous."""
    own = method.endpoint
    prefixes = {"stream": "stream_", "download": "download_"}
    return _iterator(own) if method.kind == "iter" else f"{prefixes.get(method.kind, '')}{own}"


def _sentence(words: str) -> str:
    """Return the first sentence of a text, on one line."""
    line = " ".join(words.split("\n\n", maxsplit=1)[0].split())
    match = re.match(r".*?[.!?](?=\s|$)", line)
    return match[0] if match else line


def _said(node: Mapping[str, Any], function: str) -> tuple[str, str]:
    """Return the first line of a method's docstring, and the rest.

    The first line is the summary if it says more than the function's name, of which FastAPI makes
    it. Otherwise it is the description's first sentence.
    """
    summary = " ".join(str(node.get("summary") or "").split())
    description = str(node.get("description") or "").strip()
    only_name = re.sub(r"\W+", "_", summary).lower() in {function, function.rstrip("_")}
    if summary and not (only_name and description):
        rest = description if description.rstrip(".") != summary.rstrip(".") else ""
        return summary.rstrip(".") + ".", rest
    first = _sentence(description) or f"{function.replace('_', ' ').capitalize()}."
    return first, " ".join(description.split()).removeprefix(
        first
    ).strip() if "\n\n" not in description else description.partition(first)[2].strip()
