"""Clients on scripted transports, with a clock of their own: nothing here opens a socket or waits."""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from types import MappingProxyType, SimpleNamespace
from typing import Any, BinaryIO, NamedTuple, TypeVar, cast
from urllib.parse import quote

import anyio
import httpx
import pytest

from veneer import AsyncClient, Client, VeneerError, _io

T = TypeVar("T")

BASE = "https://api.test/v1"
KEY = "sk-CANARY-7f3a"

Answer = int | httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
"""A status (with an empty object), a whole response, something to raise, or a function of the request."""


class Wire:
    """Answer requests from a script, the last entry for ever, and keep what was sent."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = answers or (200,)
        self._lock = threading.Lock()
        self.requests: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
            self.requests.append(request)
            self.bodies.append(request.read())
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(request)
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return reply(answer)

    def sent(self, header: str) -> list[str | None]:
        """Give a header's value in each request."""
        return [request.headers.get(header) for request in self.requests]


def reply(
    status: int = 200,
    json: Any = None,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
    **body: Any,
) -> httpx.Response:
    """Make a response; an empty object where nothing is said of the body."""
    if not body and status not in {204, 304}:
        body = {"json": {} if json is None else json}
    return httpx.Response(status, headers=headers, **body)


class Ticks:
    """A clock that moves by the sleeps asked for, and remembers them; `random` is what jitter draws."""

    def __init__(self, random: float = 1.0) -> None:
        self.now = 1_000.0
        self.wall = 1_700_000_000.0
        self.random = random
        self.sleeps: list[float] = []

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.wall += seconds

    def sleep(self, seconds: float) -> None:
        """Sleep, as far as the clock can tell."""
        self.sleeps.append(seconds)
        self.advance(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Sleep, as far as the clock can tell."""
        self.sleep(seconds)


def async_wired(wire: Wire, ticks: Ticks | None = None, **options: Any) -> AsyncClient:
    """Make an async client whose requests go to the wire."""
    engine = httpx.AsyncClient(transport=httpx.MockTransport(wire), trust_env=False)
    made = AsyncClient(BASE, **{"api_key": KEY, "http_client": engine, **options})
    async_tick(made, ticks or Ticks())
    return made


def wired(wire: Wire, ticks: Ticks | None = None, **options: Any) -> Client:
    """Make a sync client whose requests go to the wire."""
    engine = httpx.Client(transport=httpx.MockTransport(wire), trust_env=False)
    made = Client(BASE, **{"api_key": KEY, "http_client": engine, **options})
    tick(made, ticks or Ticks())
    return made


def async_tick(made: AsyncClient, ticks: Ticks) -> None:
    """Put a client on this clock."""
    _clock(made, ticks)
    made._session.sleep = ticks.async_sleep


def tick(made: Client, ticks: Ticks) -> None:
    """Put a client on this clock."""
    _clock(made, ticks)
    made._session.sleep = ticks.sleep


def _clock(made: AsyncClient | Client, ticks: Ticks) -> None:
    session = made._session
    session.clock = lambda: ticks.now
    session.wall = lambda: ticks.wall
    session.random = lambda: ticks.random


async def async_together(count: int, call: Callable[[int], Awaitable[T]]) -> list[T | BaseException]:
    """Run `call(0)` … `call(count - 1)` as tasks at once; give the results or what they raised."""
    return await asyncio.gather(*(call(index) for index in range(count)), return_exceptions=True)


def together(count: int, call: Callable[[int], T]) -> list[T | BaseException]:
    """Run `call(0)` … `call(count - 1)` as threads at once; give the results or what they raised."""
    results: list[Any] = [None] * count

    def run(index: int) -> None:
        try:
            results[index] = call(index)
        except BaseException as error:  # noqa: BLE001  # given to the test
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


WATCHDOG_SECONDS = 60.0
"""How long a test waits for what never comes: no real wait is near it, on the busiest machine."""


@asynccontextmanager
async def async_watchdog(never: str) -> AsyncIterator[None]:
    """Fail with this sentence where a block does not end."""
    with anyio.move_on_after(WATCHDOG_SECONDS) as scope:
        yield
    assert not scope.cancelled_caught, f"{never}: gave up after {WATCHDOG_SECONDS:.0f} s"


@contextmanager
def watchdog(never: str) -> Iterator[None]:
    """Fail with this sentence where a block of the main thread does not end, whatever it waits in."""

    def fail(*_: object) -> None:
        raise AssertionError(f"{never}: gave up after {WATCHDOG_SECONDS:.0f} s")

    before = signal.signal(signal.SIGALRM, fail)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, WATCHDOG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, outer)
        signal.signal(signal.SIGALRM, before)


AsyncGate, Gate = anyio.Event, threading.Event
"""Closed until it is set."""


async def async_until(happened: Callable[[], object], never: str) -> None:
    """Wait until something has happened; fail with the sentence where it never does."""
    async with async_watchdog(never):
        while not happened():
            await _io.async_sleep(0.002)  # noqa: TID251  # between two looks


def until(happened: Callable[[], object], never: str) -> None:
    """Wait until something has happened; fail with the sentence where it never does."""
    with watchdog(never):
        while not happened():
            _io.sleep(0.002)  # noqa: TID251  # between two looks


LIMITS = (0.1, 0.4, 1.6, 6.4)
"""Seconds after which what never ends by itself is given up. The next one is for a machine too busy to come that far."""


async def async_at_a_limit(check: Callable[[float], Awaitable[None]]) -> None:
    """Check what happens when a limit has passed, with the first that is long enough for what comes before."""
    for limit in LIMITS[:-1]:
        with suppress(AssertionError, VeneerError, pytest.fail.Exception):
            return await check(limit)
    return await check(LIMITS[-1])


def at_a_limit(check: Callable[[float], None]) -> None:
    """Check what happens when a limit has passed, with the first that is long enough for what comes before."""
    for limit in LIMITS[:-1]:
        with suppress(AssertionError, VeneerError, pytest.fail.Exception):
            return check(limit)
    return check(LIMITS[-1])


def endpoint(
    method: str = "get",
    path: str = "/items/{item}",
    *,
    parse: Callable[[Any], Any] = lambda payload: payload,
    statuses: Sequence[int] = (200,),
    **facts: Any,
) -> Any:
    """Make what the generator writes for one operation; `facts` become its `_OPERATION`."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]

    def _get_kwargs(item: str = "1", *, body: Any = None, **query: Any) -> dict[str, Any]:
        url = path.format(**dict.fromkeys(names, quote(str(item), safe="")))
        kwargs: dict[str, Any] = {"method": method, "url": url, "params": query}
        return {**kwargs, "json": body} if body is not None else kwargs

    def _parse_response(*, client: Any, response: Any) -> Any:
        return parse(response.json()) if response.status_code in statuses else None

    operation = {"id": f"{method}_item", "method": method, "path": path, **facts}
    return SimpleNamespace(
        _get_kwargs=_get_kwargs,
        _parse_response=_parse_response,
        _OPERATION=operation,
        __name__=operation["id"],
    )


def chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and everything behind it."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]


def close(one: socket.socket) -> None:
    """Close a socket, and wake whoever waits for it."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def listening(treat: Callable[[socket.socket], None]) -> Iterator[str]:
    """Accept connections on loopback and treat each in a thread; give the address. Every connection is closed at the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_now: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                open_now.append(connection)
                threading.Thread(target=served, args=(connection,), daemon=True).start()

    def served(connection: socket.socket) -> None:
        with suppress(OSError):
            treat(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        close(listener)
        thread.join()  # only then is it known which connections there are
        for one in open_now:
            close(one)


class Sent(NamedTuple):
    """A request as it arrived; names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Site(NamedTuple):
    """A server of one script: its address, and what arrived."""

    url: str
    requests: list[Sent]

    def count(self, method: str) -> int:
        """How often a method arrived."""
        return [request.method for request in self.requests].count(method)


RESET = b"\0reset"
"""The answer of a server that resets the connection; no byte is that of one that hangs up."""


def read_request(stream: BinaryIO) -> Sent | None:
    """Read a request; None for one that did not come whole."""
    method, _, target = stream.readline().decode("latin-1").rpartition(" ")[0].partition(" ")
    lines = iter(lambda: stream.readline().decode("latin-1").strip(), "")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") != "chunked":
        length = int(headers.get("content-length", 0))
        body = stream.read(length)
        return Sent(method, target, headers, body) if target and len(body) == length else None
    body = b""
    while line := stream.readline():
        if not (size := int(line, 16)):
            return Sent(method, target, headers, body)
        body += stream.read(size + 2)[:-2]
    return None


@contextmanager
def serving(script: Callable[[Sent], bytes]) -> Iterator[Site]:
    """Answer each request on loopback with the bytes that a script gives, and close its connection."""
    requests: list[Sent] = []

    def treat(connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            request = read_request(stream)
        if request is None:
            return
        requests.append(request)
        answer = script(request)
        if answer == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
        connection.close()

    with listening(treat) as url:
        yield Site(url, requests)


def wired_reply(status: int, headers: Mapping[str, str] = MappingProxyType({}), body: bytes = b"{}") -> bytes:
    """A response as bytes, after which the connection is closed."""
    lines = [f"HTTP/1.1 {status} Status", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def refused_url() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def case(row: Mapping[str, Any], *names: str) -> str:
    """A test id of some columns of a table's row."""
    return " ".join(str(row.get(name)) for name in names)


def flat(rows: Any) -> list[dict[str, Any]]:
    """Read a table's rows as what they are."""
    return cast("list[dict[str, Any]]", rows)
