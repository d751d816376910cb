"""Run the sandbox: two loopback listeners (the API and the presigned origin) under one uvicorn server."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import math
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import uvicorn

from . import aerostack, hestiaos, hybridb, velerian
from .asgi import App
from .contract import contract_platform
from .state import KEYS, Options, State
from .wire import Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
    from types import ModuleType

    from .web import Platform

T = TypeVar("T")

PLATFORMS: dict[str, Platform] = {
    one.name: one for one in (hybridb.PLATFORM, hestiaos.PLATFORM, velerian.PLATFORM, aerostack.PLATFORM)
}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# The end of a platform's base URL, after its prefix.
SUFFIXES = {"aerostack": "/v1"}


def app(
    platforms: Sequence[str] | None = None,
    options: Options | None = None,
    *,
    contracts: Sequence[Platform] = (),
) -> App:
    """Return the sandbox as an ASGI application, with presigned URLs under `/_files` of the same origin.

    `contracts` are results of `contract_platform`; with them, the four platforms are served only if named.
    Faults of the connection (resets, cuts) need the sandbox's own server. Raises ValueError for an unknown platform.
    """
    served = _chosen(platforms, contracts)
    return App(_state(served, options or Options()), served)


def _chosen(platforms: Sequence[str] | None, contracts: Sequence[Platform]) -> dict[str, Platform]:
    """Return the platforms to serve, by name. Raises ValueError."""
    names = list(platforms if platforms is not None else () if contracts else PLATFORMS)
    if unknown := sorted(set(names) - set(PLATFORMS)):
        raise ValueError(f"no such platform: {', '.join(unknown)}; the platforms are {', '.join(PLATFORMS)}")
    served = {name: PLATFORMS[name] for name in names}
    for one in contracts:
        if one.name in served:
            raise ValueError(f"two platforms are called {one.name}: choose another name")
        served[one.name] = one
    return served


def _state(served: Mapping[str, Platform], options: Options) -> State:
    if options.root is not None and options.root not in served:
        raise ValueError(f"no such platform: {options.root}; the platforms are {', '.join(served)}")
    keys = {name: key for one in served.values() for name, key in one.keys.items()}
    return State(served, options, {**(KEYS if served.keys() & set(PLATFORMS) else {}), **keys})


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: its addresses and keys, and handles for tests in the same process.

    The methods do the same as the control API under `/_sandbox`.
    """

    url: str
    base_urls: Mapping[str, str]
    keys: Mapping[str, str]
    files_url: str
    state: State = field(repr=False)
    _loop: asyncio.AbstractEventLoop = field(repr=False)

    def reset(self) -> None:
        """Return to a fresh sandbox: state, time, faults, journal."""
        self._do(self.state.reset)

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock."""
        self._do(lambda: self.state.advance(seconds))

    def snapshot(self, name: str) -> None:
        """Save state and time under a name. Raises ValueError for an empty or long name, and for too large a state."""
        self._wait(self.state.snapshot(name))

    def restore(self, name: str) -> None:
        """Return to a snapshot. Raises KeyError if there is none, ValueError for an invalid or damaged file."""
        self._wait(self.state.restore(name))

    def now(self) -> float:
        """Return the time of the sandbox's clock, in seconds since 1970."""
        return self._do(self.state.clock.now)

    def send_webhook(self, name: str, url: str, payload: Any = None, *, platform: str | None = None) -> int:
        """Send a webhook or callback of the contract to an address, and return the response's status.

        It is signed as the contract says, with `keys["acme_webhook"]` and the sandbox's time. The default payload
        is generated from the contract. Raises ValueError for an unknown name or an unreachable address.
        """
        return self._wait(self.state.send_webhook(name, url, payload, platform))

    def fault(self, text: str, *, platform: str = "*", method: str = "*", path: str = "*") -> int:
        """Add a standing fault and return its id; docs/sandbox.md has the grammar. Raises FaultError."""
        return self._do(lambda: self.state.faults.add(text, platform, method, path).id)

    def clear_faults(self) -> None:
        """Remove all standing faults."""
        self._do(self.state.faults.remove)

    def journal(self, since: int = 0, **wanted: str) -> list[dict[str, Any]]:
        """Return the requests after number `since` whose fields have these values, oldest first."""
        return self._do(lambda: [one.describe() for one in self.state.journal.find(since, **wanted)])

    def effects(self, prefix: str = "") -> list[str]:
        """Return the effects in order, such as `execution.created exec_1`."""
        return [one for entry in self.journal() for one in entry["effects"] if one.startswith(prefix)]

    def _do(self, work: Callable[[], T]) -> T:
        async def on_loop() -> T:
            return work()

        return self._wait(on_loop())

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a certificate and its key for https, and seconds to wait before each handshake."""

    certfile: str
    keyfile: str
    slow: float = 0.0

    def check(self) -> None:
        """Raise ValueError for unreadable files, and for files that are not a certificate and its key."""
        if not (self.slow >= 0 and math.isfinite(self.slow)):
            raise ValueError("the wait before a handshake must be a number of seconds, 0 or more")
        for file in (self.certfile, self.keyfile):
            try:
                Path(file).read_bytes()
            except OSError as error:
                raise ValueError(f"{file} cannot be read: {error.strerror}") from None
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
                self.certfile,
                self.keyfile,
                password="",  # an encrypted key is refused instead of prompting on the terminal
            )
        except ssl.SSLError:
            raise ValueError(
                f"{self.certfile} and {self.keyfile} are not a certificate and its key in PEM"
            ) from None


class _Server(uvicorn.Server):
    """uvicorn's server with a callback when it listens, and without waiting for clients when it stops."""

    def __init__(self, config: uvicorn.Config, tls: Tls | None, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._slow = tls.slow if tls else 0.0
        self._on_ready = on_ready
        self._greeters: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([] if self._slow else sockets)
        for one in sockets or () if self._slow else ():
            one.setblocking(False)
            self._spawn(self._accept_slowly(one))
        self._on_ready()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._greeters.add(task)
        task.add_done_callback(self._greeters.discard)

    async def _accept_slowly(self, listener: socket.socket) -> None:
        """Accept connections at once, but delay their TLS handshakes."""
        while True:
            peer, _ = await asyncio.get_running_loop().sock_accept(listener)
            self._spawn(self._shake_hands(peer))

    async def _shake_hands(self, peer: socket.socket) -> None:
        with contextlib.ExitStack() as stack:
            stack.callback(peer.close)
            await asyncio.sleep(self._slow)
            # A client that did not wait raises OSError; so does ssl.SSLError, a subclass.
            with contextlib.suppress(OSError):
                loop = asyncio.get_running_loop()
                await loop.connect_accepted_socket(self._protocol, peer, ssl=self.config.ssl)
                stack.pop_all()

    def _protocol(self) -> Protocol:
        return Protocol(self.config, self.server_state, {})

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A black-holed request or an endless stream would keep the server from stopping.
        self.force_exit = True
        for task in self._greeters:
            task.cancel()
        for connection in list(self.server_state.connections):
            transport: asyncio.Transport = connection.transport
            transport.abort()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    """Listen on a port. Raises OSError with a remedy, ValueError for an invalid host or port."""
    if not host.strip():
        raise ValueError("the host is empty, which would mean every address of this machine")
    if not 0 <= port <= 65_535:
        raise ValueError(f"a port is a number from 0 to 65535, not {port}")
    try:
        host.encode("idna")
        return _bound(host, port)
    except UnicodeError:
        raise ValueError("the host is neither a name nor an address") from None
    except OSError as error:
        taken = (
            "; stop the program that uses it, or choose another port"
            if error.errno == errno.EADDRINUSE
            else ""
        )
        raise OSError(error.errno, f"{host}:{port}: {error.strerror}{taken}") from None


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio disables Nagle's algorithm only if the protocol is named; otherwise each response takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener


def _address(listener: socket.socket, host: str, tls: Tls | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{name}:{listener.getsockname()[1]}"


def serve(
    platforms: Sequence[str] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    options: Options | None = None,
    faults: Sequence[tuple[str, str, str, str]] = (),
    tls: Tls | None = None,
    contracts: Sequence[Platform] = (),
    on_ready: Callable[[Sandbox, uvicorn.Server], None] | None = None,
) -> None:
    """Serve until stopped (Ctrl-C in the main thread). Port 0 chooses a free one; `on_ready` gets the address.

    `faults` are arguments of Faults.add, `contracts` results of `contract_platform`. Raises OSError if the port is
    taken, ValueError for an unknown platform, an option out of range and an unusable data folder, FaultError for an
    invalid fault.
    """
    if tls is not None:
        tls.check()
    served = _chosen(platforms, contracts)
    state = _state(served, options or Options())
    with contextlib.ExitStack() as stack:
        stack.callback(state.store.close)
        for rule in faults:
            state.faults.add(*rule)
        api = stack.enter_context(contextlib.closing(_listen(host, port)))
        files = stack.enter_context(contextlib.closing(_listen(host, 0)))
        state.files_port, state.loopback = files.getsockname()[1], host in LOOPBACK
        url = _address(api, host, tls)
        bases = {
            one.name: f"{url}/{one.base}{SUFFIXES.get(one.name, '')}" for one in state.platforms.values()
        }

        def ready() -> None:
            if on_ready is not None:
                loop = asyncio.get_running_loop()
                on_ready(Sandbox(url, bases, state.keys, _address(files, host, tls), state, loop), server)

        config = uvicorn.Config(
            App(state, served), http=Protocol, loop="asyncio", ws="none", lifespan="off", access_log=False,
            log_level="error", server_header=False, proxy_headers=False, timeout_keep_alive=60,
            ssl_certfile=tls.certfile if tls else None, ssl_keyfile=tls.keyfile if tls else None,
        )  # fmt: skip
        server = _Server(config, tls, ready)
        server.run(sockets=[api, files])


@contextlib.contextmanager
def running(
    platforms: Sequence[str] | None = None,
    *,
    seed: int | None = 0,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: Tls | None = None,
    contract: Mapping[str, Any] | str | Path | None = None,
    rules: ModuleType | str | Path | None = None,
    name: str = "acme",
    **options: Any,
) -> Iterator[Sandbox]:
    """Run a sandbox in a thread of this process, and stop it on exit.

        with veneer_sandbox.running(platforms=["velerian"]) as sandbox:
            VelerianClient(api_key=sandbox.keys["velerian"], base_url=sandbox.base_urls["velerian"])

        with veneer_sandbox.running(contract="openapi.yaml", name="acme") as sandbox:
            AcmeClient(api_key=sandbox.keys["acme"], base_url=sandbox.base_urls["acme"])

    `contract` is an OpenAPI 3 document or the path of one, `rules` a module (or its path or name) with rules beyond it.
    `options` are the fields of Options. With a seed (the default is 0) the clock stops; `sandbox.advance(seconds)`
    moves it. Raises the errors of `serve`, and ValueError for an unusable contract or unusable rules.
    """
    if contract is None and rules is not None:
        raise ValueError("rules need a contract: running(contract=…, rules=…)")
    contracts = [] if contract is None else [contract_platform(contract, name, rules)]
    ready = threading.Event()
    started: list[tuple[Sandbox, uvicorn.Server]] = []
    failed: list[BaseException] = []

    def note(sandbox: Sandbox, server: uvicorn.Server) -> None:
        started.append((sandbox, server))
        ready.set()

    def work() -> None:
        try:
            chosen = Options(seed=seed, **options)
            serve(
                platforms, host=host, port=port, options=chosen, tls=tls, contracts=contracts, on_ready=note
            )
        except (OSError, TypeError, ValueError, SystemExit) as error:
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
