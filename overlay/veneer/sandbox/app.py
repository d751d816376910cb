"""The ASGI application: find the platform, apply faults, run the handler, keep the journal."""

from __future__ import annotations

import asyncio
import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from . import files, wire
from .check import Problem
from .control import control
from .faults import Fault, FaultError, distort, json_wrong, replacement, skips_handler, stay_on_page
from .journal import Entry
from .store import iso
from .web import Answer, Ask, Invalid, Platform, Refuse, Route, Table, names_of, split_query

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.types import Receive, Scope, Send

    from .world import World

MAX_BODY: Final = 64 * 1024 * 1024


class Home(NamedTuple):
    """Where a request goes: a platform under its prefix, or (None) the presigned origin."""

    platform: Platform | None
    table: Table
    mount: str


class App:
    """The sandbox as an ASGI application, for its own server or any other."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._homes = {
            one.base: Home(one, Table(one.routes), f"/{one.base}") for one in world.platforms.values()
        }
        self._files = Home(None, Table([]), "")
        self._control = control(world)
        root = world.options.root
        self._root = None if root is None else Home(*self._homes[world.platforms[root].base][:2], "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; lifespan and websockets are not spoken."""
        if scope["type"] != "http":
            raise RuntimeError(f"the sandbox speaks HTTP, not {scope['type']}")
        path = scope["raw_path"].decode("latin-1")
        if files.is_for(self.world, scope, path):
            await self._serve(self._files, path, scope, receive, send)
            return
        base, _, rest = path.removeprefix("/").partition("/")
        home = self._homes.get(base)
        if home is not None:
            await self._serve(home, f"/{rest}", scope, receive, send)
        elif path == "/" or base == "_sandbox":
            await self._control(scope, receive, send)
        elif self._root is not None:
            await self._serve(self._root, path, scope, receive, send)
        else:
            bases = ", ".join(f"/{one}" for one in self._homes)
            await wire.send_answer(
                json_wrong(404, f"no platform here; there are {bases}"), None, scope, receive, send
            )

    async def _serve(self, home: Home, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        world, method = self.world, scope["method"]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        routes, values = home.table.find(path)
        route = routes.get(method)
        entry = self._note(home.platform, route, path, scope, headers)
        try:
            try:
                fault = world.faults.pick(headers.get("x-sandbox-fault"), entry.platform, method, path)
            except FaultError as error:
                answer = json_wrong(400, f"X-Sandbox-Fault: {error}")
                entry.outcome = await wire.send_answer(answer, None, scope, receive, send)
                entry.status = 400
                return
            if not await self._delay(fault, entry, scope, receive):
                return
            raw = await _read(receive)
            if raw is None:
                answer = json_wrong(413, f"the sandbox reads bodies of at most {MAX_BODY} bytes")
                entry.outcome, entry.status = await wire.send_answer(answer, None, scope, receive, send), 413
                return
            entry.body_bytes, entry.body_digest = len(raw), hashlib.blake2b(raw, digest_size=8).hexdigest()
            query = split_query(scope["query_string"])
            base = f"{scope['scheme']}://{headers.get('host', 'localhost')}{home.mount}"
            ask = Ask(world, route, method, path, {}, query, headers, raw, base)
            if route is not None:
                ask.params = dict(zip(names_of(route.path), values, strict=True))
            answer = await self._answer(home.platform, routes, ask, fault)
            entry.effects, entry.idempotency_key, entry.status = (
                ask.effects,
                ask.idempotency_key,
                answer.status,
            )
            if fault is not None:
                if fault.has("blackhole"):
                    entry.outcome, entry.status = "hung", None
                    await wire.left(receive)
                    return
                answer = distort(fault, answer)
            entry.outcome = await wire.send_answer(answer, fault, scope, receive, send)
        finally:
            world.journal.done(entry)

    def _note(
        self, platform: Platform | None, route: Route | None, path: str, scope: Scope, headers: dict[str, str]
    ) -> Entry:
        world = self.world
        entry = Entry(
            n=world.journal.count + 1,
            at=iso(world.clock.now()),
            origin="files" if platform is None else "api",
            platform="files" if platform is None else platform.name,
            operation=None if route is None else route.name,
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            fault=headers.get("x-sandbox-fault"),
        )
        world.journal.add(entry)
        return entry

    async def _delay(self, fault: Fault | None, entry: Entry, scope: Scope, receive: Receive) -> bool:
        """What happens before the request is read; False when that was all."""
        pause = self.world.options.latency
        if fault is not None:
            entry.fault = fault.text
            if fault.get("reset") == "before":
                entry.outcome = "reset"
                await wire.reset(scope, receive)
                return False
            pause += fault.get("latency", 0)
        if pause:
            await asyncio.sleep(pause)
        return True

    async def _answer(
        self, platform: Platform | None, routes: Mapping[str, Route], ask: Ask, fault: Fault | None
    ) -> Answer:
        if platform is None:
            real = None if fault is not None and skips_handler(fault) else files.serve(ask)
        else:
            real = (
                None
                if fault is not None and skips_handler(fault)
                else await self._run(platform, routes, ask, fault)
            )
        if fault is not None and fault.has("status"):
            return replacement(fault, lambda status: _simulated(platform, status), self.world.clock.now())
        return Answer(b"") if real is None else real

    async def _run(
        self, platform: Platform, routes: Mapping[str, Route], ask: Ask, fault: Fault | None
    ) -> Answer:
        route = routes.get(ask.method)
        if route is None:
            return refused(platform, _unknown(routes))
        try:
            platform.guard(ask, route)
            ask.read_query()
            ask.read_json()
            if route.form:
                ask.form = await _form(ask)
            if fault is not None and fault.has("repeat-cursor"):
                stay_on_page(ask.query, ask.data)
                ask.read_query()
            return route.handler(ask)
        except Refuse as refusal:
            return refused(platform, refusal)
        except Invalid as invalid:
            return platform.invalid(invalid.problems)


def refused(platform: Platform, refusal: Refuse) -> Answer:
    """A refusal in the platform's words, with its headers."""
    answer = platform.wrong(refusal)
    answer.headers.update(refusal.headers)
    return answer


def _unknown(routes: Mapping[str, Route]) -> Refuse:
    """No such path, or no such method there (RFC 9110 section 15.5.6: with Allow)."""
    if not routes:
        return Refuse(404, "NOT_FOUND", "Not Found")
    allow = ", ".join(sorted(routes))
    return Refuse(405, "METHOD_NOT_ALLOWED", "Method Not Allowed", headers={"allow": allow})


def _simulated(platform: Platform | None, status: int) -> Answer:
    """The platform's error shape for a status that a fault asked for."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown error"
    if platform is None or status < 400:
        return Answer({"message": phrase}, status)
    code = {429: "RATE_LIMITED", 503: "SERVICE_UNAVAILABLE", 401: "UNAUTHORIZED", 404: "NOT_FOUND"}
    refusal = Refuse(status, code.get(status, "INTERNAL_ERROR"), f"{phrase} (simulated)")
    answer = platform.wrong(refusal)
    answer.status = status
    return answer


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None when it is too large to keep."""
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY:
            chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks) if size <= MAX_BODY else None


async def _form(ask: Ask) -> dict[str, object]:
    """The fields of a multipart form; a file is (filename, content type, bytes). Raises Invalid."""
    if not ask.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Invalid([Problem(("body",), "Content-Type should be multipart/form-data", "content_type")])

    async def body() -> AsyncGenerator[bytes, None]:
        yield ask.raw

    out: dict[str, object] = {}
    try:
        form = await MultiPartParser(Headers(ask.headers), body(), max_part_size=MAX_BODY).parse()
    except (MultiPartException, ValueError) as error:
        raise Invalid([Problem(("body",), f"Multipart error: {error}", "multipart_invalid")]) from None
    for name, value in form.multi_items():
        out[name] = (
            value if isinstance(value, str) else (value.filename, value.content_type, await value.read())
        )
    await form.close()
    return out
