"""Run the fault server on a thread of its own and keep what reaches it."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from faultserver.behaviours import BEFORE_BODY, BEHAVIOURS, Exchange, Script, full
from faultserver.route import Route, parse
from faultserver.wire import Head, Request, read_body, read_head


@dataclass(slots=True)
class Space:
    """A corner of the server for one test: its own answer, its own counts."""

    server: FaultServer
    token: str
    answer: bytes
    scripts: Sequence[Script] = ((),)
    hits: Counter[str] = field(default_factory=Counter)

    def url(self, behaviour: str = "ok") -> str:
        """Give the base URL under which every path meets this behaviour."""
        return f"{self.server.url}/{self.token}/{behaviour}"

    def other_url(self, behaviour: str = "ok") -> str:
        """Give the same on the second origin."""
        return f"{self.server.other_url}/{self.token}/{behaviour}"

    def script(self, number: int) -> Script:
        """Give the script for the so-manyth request (1-based) that asks for one; the last is for all later ones too."""
        return self.scripts[min(number, len(self.scripts)) - 1]

    def requests(self, origin: int | None = None) -> list[Request]:
        """Give what has arrived, in order; origin 0 is the first server, 1 the other, None both."""
        return self.server.requests(self.token, origin)

    def wait(self, count: int, timeout: float = 60) -> list[Request]:
        """Wait until so many requests have arrived; raises `TimeoutError` after so many seconds."""
        return self.server.wait(self.token, count, timeout)


class FaultServer:
    """Two origins on loopback, and three addresses that fail before a request can be sent; see `running`."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._spaces: dict[str, Space] = {}
        self._requests: list[tuple[str, Request]] = []
        self._arrived = threading.Condition()
        self._connections = 0
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault server", daemon=True)

    # -- what tests ask ------------------------------------------------------------------------------------------

    def space(self, answer: Any = None, *, script: Script = (), scripts: Sequence[Script] = ()) -> Space:
        """Open a space whose `ok` answers this JSON value (an empty object by default); `scripts` are one for each `raw` request."""
        body = json.dumps({} if answer is None else answer).encode()
        space = Space(self, secrets.token_hex(6), body, scripts or (script,))
        self._spaces[space.token] = space
        return space

    def requests(self, token: str, origin: int | None = None) -> list[Request]:
        """Give the requests of one space, in the order in which they arrived."""
        with self._arrived:
            return [r for key, r in self._requests if key == token and origin in {None, r.origin}]

    def wait(self, token: str, count: int, timeout: float = 60) -> list[Request]:
        """Wait until a space has had so many requests; raises `TimeoutError`."""
        with self._arrived:
            if not self._arrived.wait_for(
                lambda: sum(key == token for key, _ in self._requests) >= count, timeout
            ):
                raise TimeoutError(f"fewer than {count} requests within {timeout} s")
        return self.requests(token)

    @property
    def open_connections(self) -> int:
        """Count the connections that clients hold open now, on both origins."""
        return len(self._open)

    # -- life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen; returns when every address answers."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Break all connections and end the thread; harmless when it has ended already."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        scheme = "https" if self._tls else "http"
        origins = [
            await asyncio.start_server(
                partial(self._accept, origin), "127.0.0.1", 0, ssl=self._tls, limit=1 << 20
            )
            for origin in (0, 1)
        ]
        resetting = await asyncio.start_server(_reset_at_once, "127.0.0.1", 0)
        self.url, self.other_url, self.reset_url = (
            f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in (*origins, resetting)
        )
        with closing(_refusing()) as refused, closing(_Deaf()) as deaf:
            self.refused_url = f"{scheme}://127.0.0.1:{refused.getsockname()[1]}"
            self.deaf_url = f"{scheme}://127.0.0.1:{deaf.listener.getsockname()[1]}"
            self._ready.set()
            await self._stopping.wait()
        for server in (*origins, resetting):
            server.close()
        for task, writer in self._open.items():
            task.cancel()
            writer.transport.abort()  # a task that has not begun yet would not do it
        await asyncio.gather(*self._open, return_exceptions=True)

    # -- one connection ------------------------------------------------------------------------------------------

    def _accept(self, origin: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        task = asyncio.create_task(self._serve(origin, self._connections, reader, writer))
        self._open[task] = writer
        task.add_done_callback(self._open.pop)

    async def _serve(
        self, origin: int, connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            await self._converse(origin, connection, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _converse(
        self, origin: int, connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        reusable = True
        while reusable and (message := await read_head(reader)):
            at = time.monotonic()
            route, space = self._place(message[1])
            body = b"" if route.behaviour in BEFORE_BODY else await read_body(reader, message)
            number = self._record(
                space, Request(origin, connection, *_named(message, route), body, at), route
            )
            urls = (self.url, self.other_url)
            exchange = Exchange(
                route, message[0], space.answer, space.script(number), urls[origin], urls[1 - origin], reader, writer
            )  # fmt: skip
            await _treat(exchange, number)
            reusable = exchange.reusable

    def _place(self, target: str) -> tuple[Route, Space]:
        """Find the space of a target; one that left its space (by `..`, say) is kept under the empty token."""
        try:
            route = parse(target)
        except ValueError:
            route = Route("", "lost", "", {}, target)
        lost = Space(self, "", b"{}")
        return route, self._spaces.get(route.token, lost)

    def _record(self, space: Space, request: Request, route: Route) -> int:
        """Keep the request; give its 1-based number among those that met the same behaviour."""
        key = f"{route.behaviour}={route.value}"
        with self._arrived:
            space.hits[key] += 1
            self._requests.append((space.token, request))
            self._arrived.notify_all()
            return space.hits[key]


def _named(message: Head, route: Route) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    method, target, headers = message
    return method, target, route.path, headers


async def _treat(exchange: Exchange, number: int) -> None:
    route = exchange.route
    await asyncio.sleep(route.number("latency", 0))
    if route.behaviour not in BEHAVIOURS:
        await exchange.send(full(exchange, 404, "text/plain", b"no such behaviour"))
        return
    if number > route.number("times", float("inf")):
        exchange.route = replace(route, behaviour="ok", value="", options={})
    await BEHAVIOURS[exchange.route.behaviour](exchange)


async def _reset_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    Exchange(Route("", "", "", {}, ""), "", b"", (), "", "", reader, writer).reset()


def _refusing() -> socket.socket:
    """Hold a port without listening, so that nothing else takes it: connections are refused."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held


class _Deaf:
    """A listener whose queue is full and which never accepts: the next connection attempt waits for ever."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self._queued = [socket.socket() for _ in range(2)]
        for client in self._queued:
            client.setblocking(False)
            client.connect_ex(self.listener.getsockname())

    def close(self) -> None:
        for client in (*self._queued, self.listener):
            client.close()


@contextmanager
def running(*, tls: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """Run a fault server until the block ends; with a TLS context both origins speak HTTPS."""
    server = FaultServer(tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()
