"""Run the sandbox: two loopback listeners (the API and the presigned origin) under one uvicorn server."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import uvicorn

from . import aerostack, hestiaos, hybridb, velerian
from .app import App
from .wire import Protocol
from .world import KEYS, Options, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .web import Platform

PLATFORMS: dict[str, Platform] = {
    one.name: one for one in (hybridb.PLATFORM, hestiaos.PLATFORM, velerian.PLATFORM, aerostack.PLATFORM)
}
# What a client appends to a platform's prefix to get its base URL.
SUFFIXES = {"aerostack": "/v1"}


def app(platforms: Sequence[str] | None = None, options: Options | None = None) -> App:
    """The sandbox as an ASGI application; presigned URLs then live under `/_files` of the same origin."""
    return App(_world(platforms, options or Options()))


def _world(platforms: Sequence[str] | None, options: Options) -> World:
    names = list(PLATFORMS) if platforms is None else list(platforms)
    if unknown := set(names) - set(PLATFORMS):
        raise ValueError(f"no such platform: {', '.join(sorted(unknown))}; there are {', '.join(PLATFORMS)}")
    return World({name: PLATFORMS[name] for name in names}, options)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: its addresses and keys, and its world for tests that live in the same process."""

    url: str
    base_urls: Mapping[str, str]
    keys: Mapping[str, str]
    files_url: str
    world: World = field(repr=False)


class _Server(uvicorn.Server):
    """uvicorn's server that says when it listens and does not wait for clients when it stops."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A black-holed request or an endless stream would hold a patient server for ever.
        self.force_exit = True
        for connection in list(self.server_state.connections):
            transport: asyncio.Transport = connection.transport
            transport.abort()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named; without that each answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _address(listener: socket.socket, host: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


def serve(
    platforms: Sequence[str] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    options: Options | None = None,
    faults: Sequence[tuple[str, str, str, str]] = (),
    on_ready: Callable[[Sandbox, _Server], None] | None = None,
) -> None:
    """Serve until stopped (Ctrl-C in the main thread). Port 0 chooses a free one; `on_ready` learns the address.

    Raises OSError when the port is taken, ValueError for an unknown platform, FaultError for a fault's text.
    """
    world = _world(platforms, options or Options())
    for rule in faults:
        world.faults.add(*rule)
    with contextlib.ExitStack() as stack:
        stack.callback(world.store.close)
        api = stack.enter_context(contextlib.closing(_listen(host, port)))
        files = stack.enter_context(contextlib.closing(_listen(host, 0)))
        world.files_url, world.files_port = _address(files, host), files.getsockname()[1]
        url = _address(api, host)
        bases = {
            one.name: f"{url}/{one.base}{SUFFIXES.get(one.name, '')}" for one in world.platforms.values()
        }
        sandbox = Sandbox(url, bases, KEYS, world.files_url, world)
        config = uvicorn.Config(
            App(world), http=Protocol, loop="asyncio", ws="none", lifespan="off", access_log=False,
            proxy_headers=False,
            log_level="error", server_header=False, timeout_keep_alive=60,
        )  # fmt: skip
        server = _Server(config, lambda: on_ready(sandbox, server) if on_ready else None)
        server.run(sockets=[api, files])


@contextlib.contextmanager
def running(
    platforms: Sequence[str] | None = None,
    *,
    seed: int | None = 0,
    host: str = "127.0.0.1",
    port: int = 0,
    **options: Any,
) -> Iterator[Sandbox]:
    """A sandbox in a thread of this process, stopped on leaving.

        with veneer.sandbox.running(platforms=["velerian"]) as sandbox:
            VelerianClient(api_key=sandbox.keys["velerian"], base_url=sandbox.base_urls["velerian"])

    `options` are the fields of Options. With a seed (the default is 0) time stands still; move it with
    `sandbox.world.advance(seconds)` or `POST /_sandbox/clock`. Raises what `serve` raises.
    """
    ready = threading.Event()
    started: list[tuple[Sandbox, _Server]] = []
    failed: list[BaseException] = []

    def note(sandbox: Sandbox, server: _Server) -> None:
        started.append((sandbox, server))
        ready.set()

    def work() -> None:
        try:
            serve(platforms, host=host, port=port, options=Options(seed=seed, **options), on_ready=note)
        except (OSError, ValueError, SystemExit) as error:
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=work, name="veneer-sandbox", daemon=True)
    thread.start()
    ready.wait()
    if not started:
        thread.join()
        raise failed[0] if failed else RuntimeError("the sandbox's thread died; its traceback is on stderr")
    sandbox, server = started[0]
    try:
        yield sandbox
    finally:
        server.should_exit = True
        thread.join()
