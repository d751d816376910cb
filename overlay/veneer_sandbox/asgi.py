"""The ASGI application: find the platform, apply faults, run the handler, keep the journal."""

from __future__ import annotations

import asyncio
import sqlite3
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from . import files, wire
from .check import Problem
from .control import control
from .faults import Fault, FaultError, distort, json_error, replacement, skips_handler, stay_on_page
from .journal import Entry, shown_headers, shown_query
from .responses import Invalid, Refusal, Response
from .store import iso
from .web import Matches, Platform, Request, Route, Table, names_of, split_query

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.types import Receive, Scope, Send

    from .state import State

MAX_BODY: Final = 64 * 1024 * 1024
PIECE: Final = 256 * 1024
NO_FAULT: Final = Fault("", {})
# Where a platform publishes its contract, below its prefix.
PUBLISHED: Final = frozenset({"openapi.json", "v1/openapi.json"})


class TooLargeError(Exception):
    """The request's body is larger than the sandbox reads."""


class Home(NamedTuple):
    """The target of a request: a platform under its prefix, or (None) the presigned origin."""

    platform: Platform | None
    table: Table
    mount: str


class App:
    """The sandbox as an ASGI application, for its own server or any other."""

    def __init__(self, state: State, platforms: Mapping[str, Platform]) -> None:
        self.state = state
        self._homes = {one.base: Home(one, Table(one.routes), f"/{one.base}") for one in platforms.values()}
        self._files = Home(None, Table([]), "")
        self._control = control(state)
        root = state.options.root
        self._root = None if root is None else Home(*self._homes[platforms[root].base][:2], "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request; lifespan and websockets are not supported."""
        if scope["type"] != "http":
            raise RuntimeError(f"the sandbox speaks HTTP, not {scope['type']}")
        path = scope["raw_path"].decode("latin-1")
        base, _, rest = path.removeprefix("/").partition("/")
        if files.is_for(self.state, scope, path):
            await self._serve(self._files, path, scope, receive, send)
        elif base in self._homes and rest in PUBLISHED and scope["method"] == "GET":
            contract = f"/_sandbox/contracts/{base}"
            await self._control({**scope, "path": contract, "raw_path": contract.encode()}, receive, send)
        elif base in self._homes:
            await self._serve(self._homes[base], f"/{rest}", scope, receive, send)
        elif path == "/" or base == "_sandbox":
            await self._control(scope, receive, send)
        elif self._root is not None:
            await self._serve(self._root, path, scope, receive, send)
        else:
            there = json_error(
                404, f"no platform here; the platforms are {', '.join(f'/{one}' for one in self._homes)}"
            )
            await wire.send_answer(there, NO_FAULT, scope, receive, send)

    async def _serve(self, home: Home, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through the journal, the faults and the platform."""
        state, method = self.state, scope["method"]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = split_query(scope["query_string"])
        found = home.table.find(path, query)
        route, values = found.get(method, (None, []))
        entry = self._note(home, route, path, scope, headers)
        fault = NO_FAULT
        try:
            fault = (
                state.faults.pick(headers.get("x-sandbox-fault"), entry.platform, method, path) or NO_FAULT
            )
            entry.fault = fault.text or None
            if pause := state.options.latency + fault.get("latency", 0):
                await asyncio.sleep(pause)
            raw = await _read(receive)
            entry.body_bytes, entry.body_digest = len(raw), state.journal.digest(raw)
            base = f"{scope['scheme']}://{headers.get('host', 'localhost')}{home.mount}"
            request = Request(state, route, method, path, {}, query, headers, raw, base, entry.effects)
            if route is not None:
                request.params = dict(zip(names_of(route.path), values, strict=True))
            response = await self._answer(home.platform, found, request, fault)
            entry.idempotency_key, entry.status = request.idempotency_key, response.status
        except FaultError as error:
            response = json_error(400, f"X-Sandbox-Fault: {error}")
        except TooLargeError:
            response = json_error(413, f"the sandbox reads bodies of at most {MAX_BODY} bytes")
        try:
            entry.outcome = await wire.send_answer(response, fault, scope, receive, send)
            if entry.outcome in ("hung", "reset"):
                entry.status = None
            else:
                entry.status, entry.retry_after = response.status, response.headers.get("retry-after")
        finally:
            state.journal.done(entry)

    def _note(
        self, home: Home, route: Route | None, path: str, scope: Scope, headers: dict[str, str]
    ) -> Entry:
        """Enter a request in the journal on arrival."""
        entry = Entry(
            n=self.state.journal.count + 1,
            at=iso(self.state.clock.now()),
            origin="files" if home.platform is None else "api",
            platform="files" if home.platform is None else home.platform.name,
            operation=None if route is None else route.name,
            method=scope["method"],
            path=path,
            query=shown_query(
                scope["query_string"].decode("latin-1"),
                key=home.platform is None,
                secrets=() if home.platform is None else home.platform.secrets,
            ),
            headers=shown_headers(headers, self.state.options.show_headers),
        )
        self.state.journal.add(entry)
        self.state.requests[entry.platform] += 1
        return entry

    async def _answer(
        self, platform: Platform | None, found: Matches, request: Request, fault: Fault
    ) -> Response:
        """Return the platform's response, or the one that the fault makes of it."""
        real = Response(b"")
        if not skips_handler(fault):
            real = files.serve(request) if platform is None else await _run(platform, found, request, fault)
        if fault.has("status"):
            real = replacement(
                fault, _simulated(platform, request, fault.get("status")), self.state.clock.now()
            )
        return distort(fault, real) if fault.values else real


async def _run(platform: Platform, found: Matches, request: Request, fault: Fault) -> Response:
    """Return the platform's response: check the caller, check the request, run the handler."""
    if request.route is None:
        return _refused(platform, request, _unknown(found))
    try:
        platform.guard(request, request.route)
        if request.route.form:
            request.parts = await _form(request)
            request.form = dict(request.parts)
        repeats = fault.has("repeat-cursor")
        if repeats:
            stay_on_page(request.query, {})
        if request.route.read is not None:
            request.route.read(request)
        if repeats:
            stay_on_page({}, request.data)
        return request.route.handler(request)
    except Refusal as refusal:
        return _refused(platform, request, refusal)
    except Invalid as invalid:
        return platform.invalid(invalid.problems)
    except sqlite3.Error as error:
        # The disk is full, or the file was removed.
        return _refused(
            platform, request, Refusal(500, "INTERNAL_ERROR", f"the sandbox cannot keep its state: {error}")
        )


def _refused(platform: Platform, request: Request, refusal: Refusal) -> Response:
    """Return a refusal in the platform's error shape, with its headers."""
    refusal.route = request.route
    response = platform.error_response(refusal)
    response.headers.update(refusal.headers)
    return response


def _unknown(found: Matches) -> Refusal:
    """Return a refusal for an unknown path or method (with Allow: RFC 9110 section 15.5.6)."""
    if not found:
        return Refusal(404, "NOT_FOUND", "Not Found")
    allow = ", ".join(sorted(found))
    return Refusal(405, "METHOD_NOT_ALLOWED", "Method Not Allowed", headers={"allow": allow})


CODES: Final = {429: "RATE_LIMITED", 503: "SERVICE_UNAVAILABLE", 401: "UNAUTHORIZED", 404: "NOT_FOUND"}


def _simulated(platform: Platform | None, request: Request, status: int) -> Response:
    """Return the platform's error shape for the status of a fault."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown error"
    if platform is None or status < 400:
        return Response({"message": phrase}, status)
    refusal = Refusal(status, CODES.get(status, "INTERNAL_ERROR"), f"{phrase} (simulated)")
    response = _refused(platform, request, refusal)
    response.status = status
    return response


async def _read(receive: Receive) -> bytes:
    """Return the whole body. Raises TooLargeError only after the last byte: the client is then ready to read the response."""
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY:
            chunks.append(chunk)
        more = message.get("more_body", False)
    if size > MAX_BODY:
        raise TooLargeError
    return b"".join(chunks)


async def _form(request: Request) -> list[tuple[str, object]]:
    """Return the fields of a multipart form; a file is (filename, content type, bytes). Raises Invalid."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        if request.route is not None and not request.route.only_form:
            return []
        raise Invalid([Problem(("body",), "Content-Type should be multipart/form-data", "content_type")])

    async def body() -> AsyncGenerator[bytes, None]:
        # In pieces, so that other clients are served while a large form is read.
        for at in range(0, len(request.raw), PIECE):
            yield request.raw[at : at + PIECE]
            await asyncio.sleep(0)

    out: list[tuple[str, object]] = []
    try:
        form = await MultiPartParser(Headers(request.headers), body(), max_part_size=MAX_BODY).parse()
    except (MultiPartException, ValueError) as error:
        raise Invalid([Problem(("body",), f"Multipart error: {error}", "multipart_invalid")]) from None
    for name, value in form.multi_items():
        out.append(
            (
                name,
                value if isinstance(value, str) else (value.filename, value.content_type, await value.read()),
            )
        )
    await form.close()
    return out
