"""What a platform module is written in: routes, the request as `Request`, the platform itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from .check import Check, Optional, Problem, shape
from .responses import JSON, Invalid, Refusal, Response
from .store import iso

if TYPE_CHECKING:
    from .state import State
    from .store import Clock, Store

# Levels of JSON that a request may have.
MAX_DEPTH: Final = 200
# A stream yields the bytes to send and, between them, numbers: seconds to pause.
Stream = Iterator[bytes | float]


Handler = Callable[["Request"], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `options` is what the platform's own guard reads, for instance the scope it needs."""

    method: str
    path: str
    handler: Handler
    body: Check | None = None
    query: Check | None = None
    open: bool = False
    form: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.handler.__name__


@dataclass(slots=True)
class Request:
    """A request as a handler sees it, with everything that it may touch."""

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
    who: dict[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None

    @property
    def store(self) -> Store:
        return self.state.store

    @property
    def clock(self) -> Clock:
        return self.state.clock

    def now(self) -> str:
        """This moment as the platforms write it."""
        return iso(self.clock.now())

    def effect(self, what: str) -> None:
        """Note in the journal that this request changed something, for instance `decision.created dec_1`."""
        self.effects.append(what)

    def bearer(self) -> str | None:
        """The token of `Authorization: Bearer …`, or None."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None

    def read_query(self) -> None:
        """Fill `args` from the query string; a parameter given twice is refused. Raises Invalid."""
        if self.route is None or self.route.query is None:
            return
        problems: list[Problem] = []
        flat: dict[str, Any] = {}
        for name, values in self.query.items():
            flat[name] = values[-1]
            if len(values) > 1:
                problems.append(Problem(("query", name), "Input should be given once", "too_many"))
        self.args = self.route.query(flat, ("query",), problems)
        if problems:
            raise Invalid(problems)

    def read_json(self) -> None:
        """Fill `data` from the body. Raises Invalid."""
        if self.route is None or self.route.body is None:
            return
        problems: list[Problem] = []
        self.data = self.route.body(self._parse(), ("body",), problems)
        if problems:
            raise Invalid(problems)
        key = self.headers.get("idempotency-key") or self.data.get("idempotencyKey")
        self.idempotency_key = key if isinstance(key, str) else None

    def _parse(self) -> Any:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON and not kind.endswith("+json"):
            raise Invalid([Problem(("body",), f"Content-Type should be {JSON}", "content_type")])
        try:
            return parse_json(self.raw)
        except ValueError as error:
            raise Invalid([Problem(("body",), f"JSON decode error: {error}", "json_invalid")]) from None


def parse_json(raw: bytes) -> Any:
    """Strict JSON: no NaN, no lone surrogates, bounded depth. Raises ValueError."""
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
    """Python's own limit differs between versions, and between reading and writing."""
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


class Table:
    """The routes of one platform, found segment by segment on the *undecoded* path.

    `/api/secrets/a%2Fb` is the secret `a/b`: each segment is decoded after it was cut.
    """

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes
        self._fixed: dict[str, dict[str, Route]] = {}
        self._tree: dict[str, Any] = {}
        for route in routes:
            if "{" not in route.path:
                self._fixed.setdefault(route.path, {})[route.method] = route
            node = self._tree
            for part in route.path.strip("/").split("/"):
                node = node.setdefault("{}" if part.startswith("{") else part, {})
            node.setdefault("", {})[route.method] = route

    def find(self, raw_path: str) -> tuple[dict[str, Route], list[str]]:
        """The routes at this path by method (none: unknown path) and its parameters' values, in order."""
        fixed = self._fixed.get(raw_path)
        if fixed is not None:
            return fixed, []
        return _walk(self._tree, raw_path.removeprefix("/").split("/")) or ({}, [])


def _walk(node: dict[str, Any], parts: list[str]) -> tuple[dict[str, Route], list[str]] | None:
    if not parts:
        return (node[""], []) if "" in node else None
    first, *rest = parts
    if not first:
        return None
    if first in node and first != "{}" and (found := _walk(node[first], rest)):
        return found
    if "{}" in node and (found := _walk(node["{}"], rest)):
        return found[0], [unquote(first), *found[1]]
    return None


def names_of(path: str) -> list[str]:
    """The names of a template's parameters, in order."""
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


class Routes(list[Route]):
    """Collects handlers: `@routes("POST", "/api/v1/run", body=shape(input=text()))`."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        body: Check | None = None,
        query: Mapping[str, Check | Optional] | None = None,
        open: bool = False,  # noqa: A002 - reads as it is meant
        form: bool = False,
        **options: Any,
    ) -> Callable[[Handler], Handler]:
        asked = shape(**query) if query is not None else None

        def add(handler: Handler) -> Handler:
            self.append(Route(method, path, handler, body, asked, open, form, options))
            return handler

        return add


@dataclass(frozen=True, slots=True)
class Platform:
    """One emulated platform.

    `guard(request, route)` identifies the caller or refuses; `error_response(refusal)` and `invalid(problems)` word errors in the
    platform's shape; `seed(state)` writes what a fresh sandbox holds.
    """

    name: str
    base: str
    routes: Routes
    guard: Callable[[Request, Route], None]
    error_response: Callable[[Refusal], Response]
    invalid: Callable[[list[Problem]], Response]
    seed: Callable[[State], None]
