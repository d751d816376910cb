"""Cancelling, several event loops, forks: what tasks and processes do to a client."""

from __future__ import annotations

import asyncio
import random
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from core.kit import KEY, Wire, async_until, async_wired, endpoint, listening, together
from core.netkit import Certificates, accepting, answering
from faultserver import FaultServer
from veneer import AsyncClient, Client, ConfigurationError, DeadlineExceededError, _io

GET = endpoint("get")


@pytest.mark.anyio
@pytest.mark.parametrize("rounds", [10, pytest.param(50, marks=pytest.mark.slow)])
async def test_g6_cancelled_requests_give_their_connections_back(
    own_faults: FaultServer, rounds: int
) -> None:
    space = own_faults.space()
    chance = random.Random(rounds)
    async with AsyncClient(space.url("ok,latency=0.03"), max_connections=10) as client:

        async def cancelled() -> None:
            with anyio.move_on_after(chance.random() * 0.06):
                await client.request("GET", "x")

        for _ in range(rounds):
            await asyncio.gather(*(cancelled() for _ in range(60)))
        results = await asyncio.gather(*(client.request("GET", "x") for _ in range(30)))
        assert [result.status_code for result in results] == [200] * 30
        assert client._session._engines.get()._pool._slots.free == 10
    await async_until(lambda: own_faults.open_connections == 0, "a connection stays open")


@pytest.mark.anyio
async def test_cancelling_ends_the_call_at_once_and_is_never_repeated(faults: FaultServer) -> None:
    space = faults.space()
    async with AsyncClient(space.url("blackhole"), max_connections=1) as client:
        task = asyncio.create_task(client.request("GET", "x"))
        await async_until(space.requests, "nothing was sent")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        ok = client.with_options(base_url=space.url("ok"))
        assert (await ok.request("GET", "x")).status_code == 200
    assert len(space.requests()) == 2


@pytest.mark.anyio
async def test_cancelling_while_a_retry_sleeps_ends_it() -> None:
    wire = Wire(503)
    client = async_wired(wire)
    with anyio.CancelScope() as scope:

        async def sleep(_seconds: float) -> None:
            scope.cancel()
            await anyio.sleep_forever()

        client._session.sleep = sleep
        await client.call(GET)
    assert (scope.cancelled_caught, len(wire.requests)) == (True, 1)


@pytest.mark.anyio
async def test_a_callers_own_time_limit_is_its_own_error(faults: FaultServer) -> None:
    async with AsyncClient(faults.space().url("blackhole"), deadline=30) as client:
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.05):
                await client.request("GET", "x")
    assert type(caught.value) is TimeoutError


def test_an_engine_of_the_other_flavour_is_refused_before_anything_is_sent() -> None:
    plain, tasks = httpx.Client(), httpx.AsyncClient()
    with pytest.raises(ConfigurationError, match=r"httpx\.AsyncClient\(\)"):
        asyncio.run(AsyncClient("https://api.test", http_client=plain).call(GET))  # type: ignore[arg-type]  # what a caller may try
    with pytest.raises(ConfigurationError, match=r"httpx\.Client\(\)"):
        Client("https://api.test", http_client=tasks).call(GET)  # type: ignore[arg-type]  # as above
    with pytest.raises(ConfigurationError, match="plain functions"):
        Client("https://api.test", api_key=_io.async_turn).call(GET)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_exit_is_neither_swallowed_nor_repeated(kind: type[BaseException]) -> None:
    calls: list[httpx.Request] = []

    def leave(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise kind

    engine = httpx.Client(transport=httpx.MockTransport(leave))
    with pytest.raises(kind):
        Client("https://api.test", http_client=engine).call(GET)
    assert len(calls) == 1


def test_a_client_works_from_one_event_loop_after_another(faults: FaultServer) -> None:
    space = faults.space()
    client = AsyncClient(space.url(), api_key=KEY)

    async def use() -> int:
        try:
            return (await client.request("GET", "x")).status_code
        finally:
            engine = client._session._engines.get()
            await engine.aclose()

    assert [asyncio.run(use()) for _ in range(3)] == [200] * 3
    asyncio.run(client.aclose())


def test_a_client_works_from_several_event_loops_at_once(faults: FaultServer) -> None:
    space = faults.space()
    renewals: list[int] = []

    async def refresh() -> str:
        renewals.append(1)
        await _io.async_turn()
        return "new"

    client = AsyncClient(
        space.url("ok,latency=0.01"), api_key="old", refresh_token=refresh, max_connections=4
    )
    statuses: list[int] = []

    async def use() -> None:
        results = await asyncio.gather(*(client.request("GET", "x") for _ in range(8)))
        statuses.extend(result.status_code for result in results)
        await client._session._engines.get().aclose()

    threads = [threading.Thread(target=asyncio.run, args=(use(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 32
    asyncio.run(client.aclose())


FORKS = Path(__file__).with_name("forks.py")


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system has no fork")
@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_a_client_works_on_both_sides_of_a_fork(faults: FaultServer, flavour: str) -> None:
    space = faults.space()
    done = subprocess.run(
        [sys.executable, "-W", "error", str(FORKS), flavour, space.url()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (["parent:200", "child:200", "parent:200"], "")
    connections = [request.connection for request in space.requests()]
    assert connections[0] != connections[1], "the child used its parent's connection"


@pytest.mark.anyio
async def test_g9_64_requests_in_flight_keep_using_the_same_connections(faults: FaultServer) -> None:
    space = faults.space()
    async with AsyncClient(space.url()) as client:

        async def worker() -> None:
            for _ in range(5):
                await client.request("GET", "/items")

        await asyncio.gather(*(worker() for _ in range(64)))
    seen = space.requests()
    assert len(seen) == 320
    # The engine's own pool closes what it takes for surplus: 320 requests, nearly 320 connections.
    assert len({request.connection for request in seen}) <= 64


def test_certificates_of_a_clients_own_serve_one_event_loop_after_another_and_threads(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    with accepting(answering(), certificates.server(wants_client=True)) as port:
        options: dict[str, Any] = {"verify": certificates.authority, "cert": certificates.client}
        client = AsyncClient(f"https://127.0.0.1:{port}", trust_env=False, **options)

        async def once(*, last: bool) -> int:
            status = (await client.request("GET", "x")).status_code
            await (client if last else client._session._engines.get()).aclose()
            return status

        assert [asyncio.run(once(last=last)) for last in (False, True)] == [200, 200]
        with Client(f"https://127.0.0.1:{port}", trust_env=False, **options) as sync:
            results = together(4, lambda _: sync.request("GET", "x").status_code)
        assert results == [200] * 4


def test_a_process_without_a_file_to_spare_gets_an_error_of_ours_and_goes_on_later(
    own_faults: FaultServer,
) -> None:
    """Each attempt needs a socket; nothing was sent where there is none."""
    code = """
import asyncio, os, resource, sys
import veneer

url, other = sys.argv[1:]
held = []

def hold():
    try:
        while True: held.append(os.dup(0))
    except OSError: pass

def tell(error):
    for one in held: os.close(one)
    held.clear()
    print([attempt.outcome.name for attempt in error.attempts], "Too many open files" in str(error))

async def tasks():
    async with veneer.AsyncClient(url, max_retries=1) as client:
        await client.request("GET", "x")
        hold()
        try: await client.with_options(base_url=other).request("POST", "x")
        except veneer.ConnectError as error: tell(error)
        print((await client.with_options(base_url=other).request("POST", "x")).status_code)

def threads():
    with veneer.Client(url, max_retries=1) as client:
        client.request("GET", "x")
        hold()
        try: client.with_options(base_url=other).request("POST", "x")
        except veneer.ConnectError as error: tell(error)
        print(client.with_options(base_url=other).request("POST", "x").status_code)

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
asyncio.run(tasks())
threads()
"""
    pytest.importorskip("resource")
    space = own_faults.space()
    done = subprocess.run(
        [sys.executable, "-c", code, space.url(), space.other_url()],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.splitlines() == ["['NOT_SENT', 'NOT_SENT'] True", "200"] * 2, done.stderr


@pytest.mark.anyio
async def test_other_tasks_run_while_a_body_that_never_waits_is_sent(engine: str) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await _io.async_turn()
            turns += 1

    async def pieces() -> AsyncIterator[bytes]:
        while turns < 20:
            yield b"z" * 100

    def treat(connection: socket.socket) -> None:
        data = b""
        while not data.endswith(b"0\r\n\r\n"):
            data = (data + connection.recv(1 << 20))[-5:]
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    with listening(treat) as url:
        async with AsyncClient(url, deadline=60) as client:
            counting = asyncio.create_task(count())
            await client.request("POST", "x", content=pieces())
            counting.cancel()
    assert turns >= 20


@pytest.mark.anyio
async def test_a_file_that_stalls_is_left_at_the_deadline(faults: FaultServer) -> None:
    may_read = threading.Event()

    class Stalling:
        def read(self, _size: int) -> bytes:
            may_read.wait(60)
            return b""

    async with AsyncClient(faults.space().url(), deadline=0.05) as client:
        with pytest.raises(DeadlineExceededError):
            await client.request("POST", "x", content=Stalling())
    may_read.set()


@pytest.mark.anyio
async def test_other_tasks_run_while_a_first_call_loads_the_engine(
    faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_load = threading.Event()
    async with AsyncClient(faults.space({"a": 1}).url(), deadline=60) as client:
        load = client._make_session
        monkeypatch.setattr(client, "_make_session", lambda: may_load.wait(60) and load())
        calls = [asyncio.create_task(client.request("GET", "x")) for _ in range(5)]
        await _io.async_turn()
        assert not any(call.done() for call in calls)
        may_load.set()
        assert [(await call).json() for call in calls] == [{"a": 1}] * 5
        assert len(client._shared) == 1
