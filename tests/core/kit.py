"""Clients on scripted transports, with a clock of their own: nothing here opens a socket or waits."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any, TypeVar, cast
from urllib.parse import quote

import httpx

from veneer import AsyncClient, Client

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
        for one in (listener, *open_now):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        thread.join()


def case(row: Mapping[str, Any], *names: str) -> str:
    """A test id of some columns of a table's row."""
    return " ".join(str(row.get(name)) for name in names)


def flat(rows: Any) -> list[dict[str, Any]]:
    """Read a table's rows as what they are."""
    return cast("list[dict[str, Any]]", rows)
