"""What a call costs, in counts that no other load on the machine moves: Python calls, loaded modules, kept memory."""

from __future__ import annotations

import asyncio
import cProfile
import gc
import importlib.util
import pstats
import socketserver
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.kit import KEY, endpoint
from veneer import AsyncClient, Client

pytestmark = pytest.mark.usefixtures("much_json")

GET = endpoint("get", "/items/{item}")
POST = endpoint("post", "/items")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server that answers every request with the same bytes and keeps nothing."""
    body = b'{"id":"plan_1","name":"Standard","seats":5}'
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(65536):  # one packet each, head and body
                self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{listener.server_address[1]}"
        listener.shutdown()


def python_calls(function: Callable[[], object]) -> int:
    """Calls of Python and C functions in one run, by cProfile; the least of a few, for the sake of what runs only once."""
    counts = []
    for _ in range(3):
        profile = cProfile.Profile()
        profile.enable()
        function()
        profile.disable()
        counts.append(int(pstats.Stats(profile).total_calls))  # type: ignore[attr-defined]  # typeshed lacks it
    return min(counts)


# Each bound is about 4 % above what was counted where OpenTelemetry is loaded, as in a whole run; CPython's releases differ by a few calls.
@pytest.mark.parametrize(
    ("subject", "default", "fast"),
    [
        (lambda client: client.request("GET", "/small", params={"a": "1"}).json(), 325, 305),
        (lambda client: client.request("POST", "/small", json={"name": "x"}).json(), 335, 315),
        (lambda client: client.call(GET, "1"), 330, 307),
        (lambda client: client.call(POST, body={"name": "x"}), 363, 340),
    ],
    ids=["GET", "POST", "endpoint GET", "endpoint POST"],
)
def test_a_sync_call_takes_no_more_python_calls_than_it_did(
    server: str, subject: Callable[[Client], object], default: int, fast: int
) -> None:
    for engine, bound in bounds(default, fast):
        with Client(server, api_key=KEY, engine=engine) as client:
            subject(client)
            count = python_calls(lambda: subject(client))  # called at once
        assert count <= bound, engine


@pytest.mark.parametrize(
    ("subject", "default", "fast"),
    [
        (lambda client: client.request("GET", "/small", params={"a": "1"}), 595, 570),
        (lambda client: client.call(GET, "1"), 615, 590),
    ],
    ids=["GET", "endpoint GET"],
)
def test_an_async_call_takes_no_more_python_calls_than_it_did(
    server: str, subject: Callable[[AsyncClient], Any], default: int, fast: int
) -> None:
    for engine, bound in bounds(default, fast):
        with asyncio.Runner() as runner:
            client = AsyncClient(server, api_key=KEY, engine=engine)

            async def call() -> None:
                await subject(client)  # noqa: B023  # as above

            runner.run(call())
            count = python_calls(lambda: runner.run(call()))
            runner.run(client.aclose())
        assert count <= bound, engine


def bounds(default: int, fast: int) -> list[tuple[Any, int]]:
    """The engines that are installed, each with its bound."""
    installed = importlib.util.find_spec("httptools") is not None
    return [("default", default), *([("fast", fast)] if installed else [])]


def loaded(statement: str) -> set[str]:
    code = f"import sys\nbefore = set(sys.modules)\n{statement}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("platform", ["hybridb", "hestiaos", "velerian", "aerostack"])
def test_importing_a_platform_loads_next_to_nothing(platform: str) -> None:
    assert loaded(f"import veneer.{platform}") <= {"__future__", "veneer", f"veneer.{platform}"}


def test_a_client_loads_neither_engine_nor_what_only_lists_streams_and_transfers_need() -> None:
    modules = loaded("from veneer import Client\nClient('http://127.0.0.1:9', api_key='key-x')")
    late = {"httpx", "httpcore", "h11", "anyio", "ssl", "asyncio", "attr", "uuid"}
    late |= {f"veneer._core.{name}" for name in ("page_styles", "pages", "streaming", "sse", "transfer")}
    assert not modules & late


def kept(calls: Callable[[int], object], count: int) -> int:
    """Bytes that are kept after so many calls, beyond those kept after a few."""
    calls(100)
    gc.collect()
    tracemalloc.start()
    try:
        calls(100)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        calls(count)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before


def kept_by_client(server: str, count: int, **options: Any) -> int:
    with Client(server, api_key=KEY, **options) as client:

        def calls(count: int) -> None:
            for number in range(count):
                client.request("GET", f"/items/{number % 50}", params={"n": number})

        return kept(calls, count)


def kept_by_tasks(server: str, count: int, **options: Any) -> int:
    with asyncio.Runner() as runner:
        client = AsyncClient(server, api_key=KEY, **options)

        async def work(count: int) -> None:
            for number in range(count):
                await client.request("GET", f"/items/{number % 50}", params={"n": number})

        try:
            return kept(lambda count: runner.run(work(count)), count)
        finally:
            runner.run(client.aclose())


def test_a_thousand_calls_keep_nothing(server: str) -> None:
    assert kept_by_client(server, 1_000) < 16_384


@pytest.mark.slow
@pytest.mark.parametrize("growth", [kept_by_client, kept_by_tasks], ids=["threads", "tasks"])
@pytest.mark.parametrize("engine", ["default", "fast"])
def test_ten_thousand_calls_keep_nothing(server: str, engine: str, growth: Callable[..., int]) -> None:
    if engine == "fast":
        pytest.importorskip("httptools", reason="httptools is not installed")
    assert growth(server, 10_000, engine=engine) < 16_384
