"""The sandbox's control API: `/`, and under `/_sandbox` the journal, faults, clock, reset and snapshots."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .faults import FaultError
from .store import iso, parse_iso

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from .state import State


PAGE: Final = Path(__file__).with_name("page")
_MEDIA_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
# The page runs only its own files and connects only to the sandbox; text never becomes script.
_PAGE_HEADERS: Final = {
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class CommandError(ValueError):
    """A command is invalid; the message says what to send."""


def control(state: State) -> ASGIApp:
    """Return the application for `/` and `/_sandbox`."""
    api = ControlAPI(state)
    routes = [
        Route("/", api.page),
        Route("/_sandbox/page/{name}", api.page),
        Route("/_sandbox", api.about),
        Route("/_sandbox/reset", api.reset, methods=["POST"]),
        Route("/_sandbox/clock", api.clock, methods=["GET", "POST"]),
        Route("/_sandbox/faults", api.faults, methods=["GET", "POST", "DELETE"]),
        Route("/_sandbox/faults/{id:int}", api.remove_fault, methods=["DELETE"]),
        Route("/_sandbox/journal", api.journal, methods=["GET", "DELETE"]),
        Route("/_sandbox/journal/stream", api.journal_stream),
        Route("/_sandbox/snapshots", api.snapshots, methods=["GET", "POST"]),
        Route("/_sandbox/snapshots/{name:path}", api.remove_snapshot, methods=["DELETE"]),
        Route("/_sandbox/snapshots/{name:path}/restore", api.restore, methods=["POST"]),
        Route("/_sandbox/contracts/{name}", api.contract),
        Route("/_sandbox/webhooks/{name:path}", api.webhook, methods=["POST"]),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            CommandError: lambda _request, error: JSONResponse({"error": str(error)}, 400),
            FaultError: lambda _request, error: JSONResponse({"error": str(error)}, 400),
        },
    )
    return _same_site(app, state)


def _same_site(app: ASGIApp, state: State) -> ASGIApp:
    """Refuse commands that another web site's page sends through the user's browser.

    That page has another origin, or it made its own name point to this machine (DNS rebinding).
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        host, origin = headers.get(b"host", b""), headers.get(b"origin")
        foreign = origin is not None and urlsplit(origin).netloc != host
        if foreign or (state.loopback and not _is_ours(host.decode("latin-1"))):
            refusal = JSONResponse(
                {"error": "a browser may send commands only from the sandbox's own page"}, 403
            )
            await refusal(scope, receive, send)
        else:
            await app(scope, receive, send)

    return guarded


def _is_ours(host: str) -> bool:
    """Return whether a Host header names this machine, by an address or as localhost."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or bool(ipaddress.ip_address(name))
    except ValueError:
        return False


class ControlAPI:
    """The handlers of the control API."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def page(self, request: Request) -> Response:
        """Return the page, or one of its files."""
        name = request.path_params.get("name", "index.html")
        if name not in {one.name for one in PAGE.iterdir()}:
            return JSONResponse({"error": f"the page has no file {name!r}"}, 404)
        file = PAGE / name
        return FileResponse(file, media_type=_MEDIA_TYPES[file.suffix], headers=_PAGE_HEADERS)

    async def about(self, _request: Request) -> Response:
        """Return a description of the running sandbox."""
        return JSONResponse(self.state.describe())

    async def reset(self, _request: Request) -> Response:
        """Reset the sandbox."""
        self.state.reset()
        return JSONResponse({"reset": True})

    async def clock(self, request: Request) -> Response:
        """Return the time, or move it: {"advance_s": 3600} or {"now": "2026-01-02T00:00:00Z"}."""
        if request.method == "POST":
            command = await _object(request)
            now = self.state.clock.now()
            try:
                if "now" in command:
                    self.state.advance(parse_iso(command["now"]) - now)
                else:
                    self.state.advance(float(command["advance_s"]))
                iso(self.state.clock.now())
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                self.state.advance(now - self.state.clock.now())
                raise CommandError(
                    f'send {{"advance_s": seconds}} or {{"now": "ISO 8601"}}: {error!r}'
                ) from None
        now = self.state.clock.now()
        return JSONResponse(
            {"now": iso(now), "epoch_s": now, "frozen": self.state.clock.frozen_at is not None}
        )

    async def faults(self, request: Request) -> Response:
        """List, add ({"fault", "platform"?, "method"?, "path"?} with * as a wildcard) or remove all rules."""
        faults = self.state.faults
        if request.method == "DELETE":
            return JSONResponse({"removed": faults.remove()})
        if request.method == "GET":
            return JSONResponse({"faults": [rule.describe() for rule in faults.rules]})
        command = await _object(request)
        where = {name: command[name] for name in ("platform", "method", "path") if name in command}
        if not all(isinstance(value, str) for value in (command.get("fault"), *where.values())):
            raise CommandError('send {"fault": "status=503", "platform"?, "method"?, "path"?}, all text')
        return JSONResponse(faults.add(command["fault"], **where).describe(), 201)

    async def remove_fault(self, request: Request) -> Response:
        """Remove one rule."""
        removed = self.state.faults.remove(request.path_params["id"])
        return JSONResponse({"removed": removed}, 200 if removed else 404)

    async def journal(self, request: Request) -> Response:
        """Return the requests received, oldest first, filtered by `since=N` and fields of an entry."""
        journal = self.state.journal
        if request.method == "DELETE":
            journal.clear()
            return JSONResponse({"cleared": True})
        wanted = dict(request.query_params)
        try:
            entries = journal.find(int(wanted.pop("since", "0")), **wanted)
        except (AttributeError, ValueError) as error:
            raise CommandError(f"filter the journal by since=N and by fields of an entry: {error}") from None
        return JSONResponse({"count": journal.count, "entries": [one.describe() for one in entries]})

    async def journal_stream(self, _request: Request) -> Response:
        """Stream new journal entries as server-sent events."""
        return StreamingResponse(self._watch(), media_type="text/event-stream")

    async def _watch(self) -> AsyncIterator[str]:
        queue = self.state.journal.watch()
        try:
            yield ": open\nretry: 1000\n\n"
            while True:
                try:
                    entry = await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    yield ": ping\n\n"
                else:
                    yield f"id: {entry.n}\ndata: {json.dumps(entry.describe())}\n\n"
        finally:
            self.state.journal.unwatch(queue)

    async def snapshots(self, request: Request) -> Response:
        """List snapshots, or take one: {"name": "before"}."""
        if request.method == "POST":
            name = (await _object(request)).get("name")
            if not isinstance(name, str):
                raise CommandError('send {"name": "before"}')
            try:
                await self.state.snapshot(name)
            except ValueError as error:
                raise CommandError(str(error)) from None
            except OSError as error:
                raise CommandError(f"the snapshot cannot be written: {error.strerror}") from None
        return JSONResponse(
            {"snapshots": self.state.snapshots.names()}, 201 if request.method == "POST" else 200
        )

    async def restore(self, request: Request) -> Response:
        """Return to a snapshot."""
        name = request.path_params["name"]
        try:
            await self.state.restore(name)
        except KeyError:
            return _no_snapshot(name)
        except ValueError as error:
            raise CommandError(str(error)) from None
        return JSONResponse({"restored": name})

    async def remove_snapshot(self, request: Request) -> Response:
        """Remove a snapshot."""
        name = request.path_params["name"]
        try:
            self.state.snapshots.remove(name)
        except KeyError:
            return _no_snapshot(name)
        except OSError as error:
            raise CommandError(f"the snapshot cannot be removed: {error.strerror}") from None
        return JSONResponse({"removed": name})

    async def webhook(self, request: Request) -> Response:
        """Send a webhook: {"url": "http://…", "payload"?: {…}, "platform"?: "acme"}."""
        command = await _object(request)
        url, platform = command.get("url"), command.get("platform")
        if not isinstance(url, str) or not isinstance(platform, str | None):
            raise CommandError(
                'send {"url": "http://127.0.0.1:8000/hooks", "payload"?: {…}, "platform"?: "acme"}'
            )
        try:
            status = await self.state.send_webhook(
                request.path_params["name"], url, command.get("payload"), platform
            )
        except ValueError as error:
            raise CommandError(str(error)) from None
        return JSONResponse({"sent": request.path_params["name"], "status": status})

    async def contract(self, request: Request) -> Response:
        """Return a platform's contract, for the page's forms."""
        name = request.path_params["name"]
        platform = self.state.platforms.get(name)
        if platform is None:
            return JSONResponse({"error": f"no contract for {name!r}"}, 404)
        return JSONResponse(platform.contract)


def _no_snapshot(name: str) -> Response:
    return JSONResponse({"error": f"there is no snapshot {name!r}"}, 404)


async def _object(request: Request) -> dict[str, Any]:
    try:
        value = await request.json()
    except ValueError as error:
        raise CommandError(f"send a JSON object: {error}") from None
    if not isinstance(value, dict):
        raise CommandError("send a JSON object")
    return value
