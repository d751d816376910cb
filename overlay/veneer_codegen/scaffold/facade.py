"""Say what the classes of a typed client are, as values for the templates: a namespace for each tag, a method for each operation."""

from __future__ import annotations

import builtins
import inspect
import keyword
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from veneer import AsyncClient, Client
from veneer.codegen import unasync
from veneer.codegen.scaffold.endpoints import Argument, Endpoint, Package, names

BOUND: Final = "Bound"
EVENT: Final = "_E"
"""What a caller's own function makes of a stream's event."""
_LAST_EVENT_ID: Final = "last_event_id"


@dataclass(frozen=True)
class Method:
    """One method: `kind` is the client's method that it uses (call, paginate or stream), `result` its type."""

    name: str
    kind: str
    endpoint: Endpoint
    result: str
    event: str = ""

    @property
    def target(self) -> str:
        """The name by which the method's module knows the endpoint: no argument can hide it."""
        return f"_{self.endpoint.name}"

    @property
    def named(self) -> list[Argument]:
        """The operation's keyword arguments; where a stream goes on from is the client's own."""
        dropped = {_LAST_EVENT_ID} if self.resumable else set()
        return [argument for argument in self.endpoint.named if argument.name not in dropped]

    @property
    def resumable(self) -> bool:
        """True for a stream that goes on from the id of an event."""
        return self.kind == "stream" and bool((self.endpoint.facts.get("stream") or {}).get("resumable"))

    @property
    def options(self) -> dict[str, tuple[str, str]]:
        """What a stream takes beside its operation's arguments: argument, type and default by the client's name for it."""
        if self.kind != "stream":
            return {}
        taken = {argument.name for argument in (*self.endpoint.path, *self.named)}
        found = {
            "event": "collections.abc.Callable[[typing.Any], typing.Any] | None = None",
            "rule": "veneer.StreamRule | None = None",
            "limits": "veneer.StreamLimits | None = None",
            **({_LAST_EVENT_ID: 'str = ""'} if self.resumable else {}),
        }
        return {name: (free(name, taken), annotation) for name, annotation in found.items()}

    @property
    def parameters(self) -> str:
        """What stands between the method's parentheses."""
        return self._parameters({})

    @property
    def overloads(self) -> list[tuple[str, str]]:
        """The parameters and result of each way to call a stream: its events as the contract has them, or as the caller makes them."""
        if self.kind != "stream":
            return []
        own = {"event": "None = None"}
        made = {"event": f"collections.abc.Callable[[typing.Any], {EVENT}]"}
        return [
            (self._parameters(own), self.result),
            (self._parameters(made), f"veneer.AsyncStream[{EVENT}]"),
        ]

    def _parameters(self, instead: Mapping[str, str]) -> str:
        options = [
            f"{argument}: {instead.get(name, annotation)}"
            for name, (argument, annotation) in self.options.items()
        ]
        named = [*map(str, self.named), *options]
        return ", ".join(["self", *map(str, self.endpoint.path), *(["*", *named] if named else [])])

    @property
    def hidden(self) -> bool:
        """True where the client's own method has an argument of the same name as the operation."""
        own = set(inspect.signature(getattr(AsyncClient, self.kind)).parameters) - {"self", "args", "kwargs"}
        return not own.isdisjoint(argument.name for argument in self.named)

    @property
    def arguments(self) -> str:
        """What the client's method is given."""
        named = [argument.name for argument in self.named]
        path = [argument.name for argument in self.endpoint.path]
        if self.hidden:
            given = ", ".join(f"{name!r}: {name}" for name in named)
            first = [f"{BOUND}({self.target}, {{{given}}})", *path]
        else:
            first = [self.target, *path, *(f"{name}={name}" for name in named)]
        options = {name: argument for name, (argument, _) in self.options.items()}
        if self.event:
            event = options["event"]
            options["event"] = f"{self.event}.from_dict if {event} is None else {event}"
        return ", ".join([*first, *(f"{name}={value}" for name, value in options.items())])

    @property
    def union(self) -> bool:
        """True where the result is one of several types: mypy joins what it infers for them to `object`."""
        return self.kind == "call" and " | " in self.result

    @property
    def expression(self) -> str:
        """What the method does."""
        call = f"self._client.{self.kind}({self.arguments})"
        awaited = f"await {call}" if self.kind == "call" else call
        return f"cast({self.result}, {awaited})" if self.union else awaited

    @property
    def summary(self) -> str:
        """The operation's first line, safe between triple quotes, with its method and path."""
        method, path = str(self.endpoint.facts["method"]).upper(), self.endpoint.facts["path"]
        words = self.endpoint.summary.rstrip(". ") or self.endpoint.name
        return _quoted(f"{_KINDS[self.kind].format(words)}. {method} {path}")


_KINDS: Final = {"call": "{}", "paginate": "Iterate all rows: {}", "stream": "Stream the events: {}"}


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "'")


@dataclass(frozen=True)
class Namespace:
    """The operations of one tag. `attribute` is its name on the client, `module` its file, `title` its sync class."""

    tag: str
    attribute: str
    module: str
    title: str
    methods: tuple[Method, ...]
    imports: tuple[str, ...]

    @property
    def endpoints(self) -> list[str]:
        """The endpoint modules that the methods use."""
        return sorted({method.endpoint.name for method in self.methods})

    @property
    def union(self) -> bool:
        """True where a result is one of several types."""
        return any(method.union for method in self.methods)

    @property
    def streams(self) -> bool:
        """True where a method gives a stream."""
        return any(method.kind == "stream" for method in self.methods)

    @property
    def bound(self) -> bool:
        """True where an argument's name is one of the client's own."""
        return any(method.hidden for method in self.methods)

    @cached_property
    def kept(self) -> list[str]:
        """The contract's own names that the rules of the sync twin would take for ours."""
        found = {self.tag, self.attribute, self.module}
        for method in self.methods:
            found |= {method.name, method.target, method.endpoint.name}
            for argument in (*method.endpoint.path, *method.endpoint.named):
                found |= {argument.name, *names(argument.annotation)}
            found |= names(method.result)
        for statement in self.imports:
            found |= set(statement.replace(".", " ").split())
        return sorted(
            name for name in found if name.isidentifier() and unasync.sync_name(name, Counter()) != name
        )


def namespaces(package: Package) -> list[Namespace]:
    """Lay out the whole client of a generated package."""
    models = package.models()
    by_tag: dict[str, list[Endpoint]] = {}
    for endpoint in package.endpoints():
        by_tag.setdefault(endpoint.tag, []).append(endpoint)
    return [_namespace(package, tag, found, models) for tag, found in by_tag.items()]


def _namespace(
    package: Package, tag: str, endpoints: list[Endpoint], models: Mapping[str, Path]
) -> Namespace:
    methods: list[Method] = []
    available: dict[str, str] = {}
    taken = {endpoint.name for endpoint in endpoints}
    for endpoint in endpoints:
        available |= endpoint.imports
        for method, imports in _methods(package, endpoint, models, taken):
            methods.append(method)
            available.update(imports)
    used = {name for method in methods for name in _mentioned(method)}
    statements = sorted({available[name] for name in used if name in available})
    # A method called `list` or `datetime` would hide that name from the annotations of its class.
    hiding = used | set(dir(builtins))
    methods = [replace(method, name=free(method.name, hiding)) for method in methods]
    return Namespace(
        tag=tag,
        attribute=free(tag, {*dir(AsyncClient), *dir(Client)}),
        module=free(tag, {"client"}),
        title=free(pascal(tag), set(models), "Operations"),
        methods=tuple(methods),
        imports=tuple(statements),
    )


def _methods(
    package: Package, endpoint: Endpoint, models: Mapping[str, Path], taken: set[str]
) -> Iterable[tuple[Method, dict[str, str]]]:
    """Give the methods of one operation: its call, its iterator where it is paged, its stream where it has one."""
    stream, pages = endpoint.facts.get("stream"), endpoint.facts.get("pagination")
    accept = str(endpoint.facts.get("accept") or "")
    only_stream = stream is not None and accept == stream.get("kind")
    if not only_stream:
        result = "None" if endpoint.result == "Any" and not accept else endpoint.result
        yield Method(endpoint.name, "call", endpoint, result), {}
    if pages:
        row, imports = package.row(endpoint, str(pages.get("items", "items")), models)
        yield (
            Method(
                free(f"iter_{endpoint.name.removeprefix('list_') or 'all'}", taken),
                "paginate",
                endpoint,
                f"veneer.AsyncPager[{row}]",
            ),
            imports,
        )
    if stream is not None:
        event = _event(str(stream.get("item", "")), models)
        kind = f"veneer.AsyncStream[{event or 'veneer.Event'}]"
        named = only_stream and "stream" in endpoint.name.split("_")
        name = endpoint.name if named else free(f"stream_{endpoint.name}", taken)
        source = f"from {package.name}.models.{models[event].stem} import {event}" if event else ""
        yield Method(name, "stream", endpoint, kind, event), {event: source} if event else {}


def _event(name: str, models: Mapping[str, Path]) -> str:
    path = models.get(name)
    return name if path is not None and "def from_dict" in path.read_text(encoding="utf-8") else ""


def _mentioned(method: Method) -> set[str]:
    arguments: tuple[Argument, ...] = (*method.endpoint.path, *method.endpoint.named)
    mentioned = names(method.result)
    for argument in arguments:
        mentioned |= names(argument.annotation) | (names(argument.default) if argument.default else set())
    return mentioned


def free(name: str, taken: Iterable[str], suffix: str = "_") -> str:
    """Give a name that is no keyword and not taken."""
    while name in set(taken) or keyword.iskeyword(name):
        name += suffix
    return name


def pascal(name: str) -> str:
    """Give the class name for a snake-case name."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_") if part)
