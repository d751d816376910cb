"""Define the parts of a platform module: routes, `Request`, and the platform itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from .check import Problem
from .responses import Delivery, Refusal, Response
from .store import iso

if TYPE_CHECKING:
    from .state import State
    from .store import Clock, Doc, Store

# How many levels of JSON a request may have.
MAX_DEPTH: Final = 200
# A stream yields the bytes to send and, between them, numbers: seconds to pause.
Stream = Iterator[bytes | float]


Handler = Callable[["Request"], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `options` are for the platform's guard, such as the scope that it needs."""

    method: str
    path: str
    handler: Handler
    # Fills the request's arguments and data, for handlers that do not read them themselves. Raises Invalid.
    read: Callable[[Request], None] | None = None
    form: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    # Whether it only takes a form as its body.
    only_form: bool = True
    # The query that distinguishes it from another route of the same path and method.
    selector: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name in the journal."""
        return self.title or self.handler.__name__


@dataclass(slots=True)
class Request:
    """A request with everything that a handler may use."""

    state: State
    route: Route | None
    method: str
    path: str
    params: dict[str, str]
    query: dict[str, list[str]]
    headers: dict[str, str]
    raw: bytes
    # The address that the client used, down to the platform's root: `http://127.0.0.1:8780/velerian`.
    base: str
    # What was done, in order: the journal holds the same list, so that a stream can still add to it.
    effects: list[str]
    # Filled in on the way to the handler: the checked body and query, the form, and who asks.
    data: dict[str, Any] = field(default_factory=dict)
    args: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    # The form's fields as they came, repeated ones too.
    parts: list[tuple[str, Any]] = field(default_factory=list)
    who: dict[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None

    @property
    def store(self) -> Store:
        return self.state.store

    @property
    def clock(self) -> Clock:
        return self.state.clock

    def now(self) -> str:
        """Return the current time in the platforms' format."""
        return iso(self.clock.now())

    def effect(self, what: str) -> None:
        """Record an effect of this request in the journal, such as `decision.created dec_1`."""
        self.effects.append(what)

    def kept(self, kind: str, key: str, code: str, missing: str) -> Doc:
        """Return a stored document. Raises Refusal (404)."""
        found = self.store.get(kind, key)
        if found is None:
            raise Refusal(404, code, missing)
        return found

    def bearer(self) -> str | None:
        """Return the token of `Authorization: Bearer …`, or None."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def parse_json(raw: bytes) -> Any:
    """Parse strict JSON: no NaN, no lone surrogates, bounded depth. Raises ValueError."""
    try:
        value = json.loads(raw, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _check_depth(value)
    if b"\\u" in raw:
        # A lone surrogate is a legal escape that no UTF-8 text can hold.
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _check_depth(value: Any) -> None:
    """Raise ValueError for deep nesting; Python's own limit varies, and differs for reading and writing."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        inner = (
            one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)
        )
        level = [child for children in inner for child in children]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def split_query(query: bytes) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        out.setdefault(name, []).append(value)
    return out


Matches = dict[str, tuple[Route, list[str]]]
"""The routes of a path by method, each with the values of its parameters in order."""


class Table:
    """The routes of one platform, found segment by segment on the *undecoded* path.

    `/api/secrets/a%2Fb` is the secret `a/b`: each segment is decoded after splitting. Fixed segments come before
    those that are parameters in part (`{id}.json`), and these before whole ones.
    """

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes
        self._root = _Node()
        for route in routes:
            node = self._root
            for part in route.path.removeprefix("/").split("/"):
                node = node.child(part)
            node.routes.append(route)

    def find(self, raw_path: str, query: Mapping[str, list[str]]) -> Matches:
        """Return the routes of the first template that matches a path and query; none if there is no route."""
        for routes, values in self._root.walk(raw_path.removeprefix("/").split("/"), []):
            found: Matches = {}
            for route in sorted(routes, key=lambda one: -len(one.selector)) if len(routes) > 1 else routes:
                if all(query.get(name) == wanted for name, wanted in route.selector.items()):
                    found.setdefault(route.method, (route, values))
            if found:
                return found
        return {}


class _Node:
    """A segment of paths: its next segments, and the routes that end here."""

    __slots__ = ("fixed", "mixed", "routes", "whole")

    def __init__(self) -> None:
        self.routes: list[Route] = []
        self.fixed: dict[str, _Node] = {}
        self.mixed: dict[str, tuple[re.Pattern[str], _Node]] = {}
        self.whole: _Node | None = None

    def child(self, part: str) -> _Node:
        """Return the node of a segment, created if it is new."""
        shape = PARAMETER.sub("{}", part)
        if shape == "{}":
            self.whole = self.whole or _Node()
            return self.whole
        if "{}" in shape:
            pattern = re.compile("([^/]+?)".join(map(re.escape, shape.split("{}"))))
            return self.mixed.setdefault(shape, (pattern, _Node()))[1]
        return self.fixed.setdefault(part, _Node())

    def walk(self, parts: list[str], values: list[str]) -> Iterator[tuple[list[Route], list[str]]]:
        """Yield the routes of each template that matches a path, with the values of its parameters."""
        if not parts:
            yield self.routes, values
            return
        first, *rest = parts
        # A client may escape more of a fixed segment than needed.
        if (node := self.fixed.get(first) or self.fixed.get(unquote(first))) is not None:
            yield from node.walk(rest, values)
        for pattern, node in self.mixed.values():
            if found := pattern.fullmatch(first):
                yield from node.walk(rest, [*values, *map(unquote, found.groups())])
        if first and self.whole is not None:
            yield from self.whole.walk(rest, [*values, unquote(first)])


PARAMETER: Final = re.compile(r"\{([^}]*)\}")


def names_of(path: str) -> list[str]:
    """Return the names of a template's parameters, in order."""
    return PARAMETER.findall(path)


@dataclass(frozen=True, slots=True)
class Platform:
    """One emulated platform.

    `guard(request, route)` identifies or refuses the caller. `error_response(refusal)` and `invalid(problems)` return
    errors in the platform's shape. `seed(state)` writes the initial data. `keys` are the accepted keys by name.
    `contract` is published. `deliver(state, name, payload)` returns the request of a webhook, if it sends any.
    """

    name: str
    base: str
    routes: list[Route]
    guard: Callable[[Request, Route], None]
    error_response: Callable[[Refusal], Response]
    invalid: Callable[[list[Problem]], Response]
    seed: Callable[[State], None]
    contract: Mapping[str, Any]
    keys: Mapping[str, str] = field(default_factory=dict)
    deliver: Callable[[State, str, Any], Delivery] | None = None
    # Query parameters that carry credentials.
    secrets: frozenset[str] = frozenset()
