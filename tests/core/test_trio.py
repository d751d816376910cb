"""The async client under trio keeps the same promises: only pages ahead need asyncio."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from core.kit import Wire, async_watchdog, async_wired, endpoint, listening, reply
from core.netkit import Certificates, accepting, answering, tunnelling
from faultserver import FaultServer
from veneer import (
    APIError,
    AsyncClient,
    ConfigurationError,
    ConnectError,
    DeadlineExceededError,
    OffsetPages,
    RequestTimeoutError,
    Timeouts,
)

pytestmark = pytest.mark.anyio
EVENTS = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n"


@pytest.fixture(params=["trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["default", "fast"])
def open_client(request: pytest.FixtureRequest) -> Callable[..., AsyncClient]:
    return lambda url, **options: AsyncClient(url, engine=request.param, **options)


async def test_calls_side_by_side_share_connections(
    own_faults: FaultServer, open_client: Callable[..., AsyncClient]
) -> None:
    space = own_faults.space({"n": 1})
    got = []
    async with open_client(space.url(), max_connections=5) as client:

        async def call() -> None:
            got.append((await client.request("POST", "x", json={"a": 1})).json())

        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(call)
    assert got == [{"n": 1}] * 20
    assert len({request.connection for request in space.requests()}) <= 5


async def test_a_deadline_holds(faults: FaultServer, open_client: Callable[..., AsyncClient]) -> None:
    url = faults.space().url("blackhole")
    async with (
        open_client(url, deadline=0.05, timeouts=None) as client,
        async_watchdog("a call goes on after its deadline"),
    ):
        with pytest.raises(DeadlineExceededError):
            await client.request("GET", "x")


async def test_time_outs_and_refused_connections_are_ours(
    faults: FaultServer, open_client: Callable[..., AsyncClient]
) -> None:
    brief = Timeouts(read=0.02)
    async with open_client(faults.space().url("blackhole"), timeouts=brief, max_retries=0) as client:
        with pytest.raises(RequestTimeoutError):
            await client.request("GET", "x")
    async with open_client("http://127.0.0.1:1", max_retries=0) as client:
        with pytest.raises(ConnectError):
            await client.request("GET", "x")


async def test_cancelling_gives_the_connection_back(
    own_faults: FaultServer, open_client: Callable[..., AsyncClient]
) -> None:
    space = own_faults.space({"n": 1})
    async with open_client(space.url("ok,latency=0.05"), max_connections=1) as client:
        for _ in range(3):
            with anyio.move_on_after(0.01):
                await client.request("GET", "x")
        assert (await client.request("GET", "x")).json() == {"n": 1}


async def test_a_stream_can_be_left(own_faults: FaultServer, open_client: Callable[..., AsyncClient]) -> None:
    space = own_faults.space(script=[EVENTS, ...])
    async with (
        open_client(space.url("raw")) as client,
        client.stream(endpoint(path="/events", stream={"kind": "text/event-stream"})) as stream,
    ):
        assert (await anext(stream)).data == "1"


async def pieces() -> AsyncIterator[bytes]:
    for _ in range(80):
        yield b"z" * 100_000


@pytest.mark.parametrize("body", [lambda: b"z" * 8_000_000, pieces], ids=["bytes", "iterator"])
async def test_an_early_refusal_is_the_answer(
    body: Callable[[], Any], open_client: Callable[..., AsyncClient]
) -> None:
    done = threading.Event()

    def treat(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
        done.wait(60)

    with listening(treat) as url:
        async with open_client(url, deadline=30, max_retries=0) as client:
            with pytest.raises(APIError) as caught:
                await client.request("POST", "x", content=body())
        done.set()
    assert caught.value.status_code == 413


async def test_an_echo_is_read_while_it_is_sent(open_client: Callable[..., AsyncClient]) -> None:
    def treat(connection: socket.socket) -> None:
        rest = connection.recv(65_536).partition(b"\r\n\r\n")[2]
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 8000000\r\n\r\n" + rest)
        while data := connection.recv(65_536):
            connection.sendall(data)

    with listening(treat) as url:
        async with open_client(url, deadline=60) as client:
            response = await client.request("POST", "x", content=b"z" * 8_000_000)
    assert response.content == b"z" * 8_000_000


async def test_a_body_that_never_waits_is_left_at_the_deadline(
    open_client: Callable[..., AsyncClient],
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(5_000_000):
            yield b"z" * 100
        raise AssertionError("the body was asked for pieces for ever")

    def treat(connection: socket.socket) -> None:
        while connection.recv(1 << 20):
            pass

    with listening(treat) as url:
        async with open_client(url, deadline=0.2) as client:
            with pytest.raises(DeadlineExceededError):
                await client.request("POST", "x", content=endless())


async def test_a_first_call_ends_at_its_deadline_while_the_engine_is_loaded(
    faults: FaultServer, open_client: Callable[..., AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    may_load = threading.Event()
    client = open_client(faults.space({"a": 1}).url(), deadline=0.05)
    load = client._make_session
    monkeypatch.setattr(client, "_make_session", lambda: may_load.wait(60) and load())
    async with client:
        with pytest.raises(DeadlineExceededError, match="while the engine was loaded"):
            await client.request("GET", "x")
        may_load.set()
        assert (await client.with_options(deadline=60).request("GET", "x")).json() == {"a": 1}


async def test_pages_come_one_by_one_and_pages_ahead_are_refused_in_words(
    faults: FaultServer, open_client: Callable[..., AsyncClient]
) -> None:
    space = faults.space({"items": [1, 2], "total": 2})
    pages = OffsetPages(total="total")
    async with open_client(space.url()) as client:
        assert await client.paginate("items", pages=pages).collect() == [1, 2]
        with pytest.raises(ConfigurationError, match="requesting pages ahead needs asyncio"):
            await client.paginate("items", pages=pages, prefetch=True).collect()


@pytest.mark.parametrize("tunnel", [False, True], ids=["direct", "tunnel"])
async def test_connections_are_made_as_the_client_says(
    tmp_path: Path, open_client: Callable[..., AsyncClient], tunnel: bool
) -> None:
    certificates, seen = Certificates(tmp_path), list[bytes]()
    with (
        accepting(answering(), certificates.server(wants_client=True)) as port,
        accepting(tunnelling(seen)) as through,
    ):
        options: dict[str, Any] = {"verify": certificates.authority, "cert": certificates.client}
        if tunnel:
            options["proxy"] = f"127.0.0.1:{through}"
        async with open_client(f"https://127.0.0.1:{port}", trust_env=False, **options) as client:
            assert (await client.request("POST", "x")).status_code == 200
            (idle,) = client._session._engines.get()._pool._idle.values()
            stream = idle[0].backend.stream if tunnel else idle[0]._stream
            assert stream.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert len(seen) == int(tunnel)


async def test_a_server_that_is_not_trusted_or_not_there_is_named(
    tmp_path: Path, open_client: Callable[..., AsyncClient]
) -> None:
    with accepting(answering(), Certificates(tmp_path).server()) as port:
        said = rf"the certificate of 127\.0\.0\.1:{port} is not trusted: .*verify="
        async with open_client(f"https://127.0.0.1:{port}", max_retries=0, trust_env=False) as client:
            with pytest.raises(ConnectError, match=said):
                await client.request("GET", "x")
    async with open_client("http://127.0.0.1:1", max_retries=0) as client:
        with pytest.raises(ConnectError, match=r"no connection: 127\.0\.0\.1:1: .*Connection refused"):
            await client.request("GET", "x")


async def test_a_table_that_is_cancelled_leaves_its_journal_to_the_next_run(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra tables)")
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(int(request.url.params.get("offset", 0)))
        if len(asked) == 3:
            scope.cancel()
        return reply(
            json={"items": [{"n": n} for n in range(asked[-1], asked[-1] + 2)], "total": 10, "limit": 2}
        )

    pages = async_wired(Wire(answer)).paginate(
        "items", pages=OffsetPages(total="total", reported_limit="limit")
    )
    with anyio.CancelScope() as scope:
        await pages.to_parquet(tmp_path / "rows.parquet", journal=tmp_path / "run.sqlite", batch_rows=1)
    assert scope.cancelled_caught
    assert (
        await pages.to_parquet(tmp_path / "rows.parquet", journal=tmp_path / "run.sqlite", batch_rows=1) == 10
    )
    assert asked == [0, 2, 4, 4, 6, 8]
