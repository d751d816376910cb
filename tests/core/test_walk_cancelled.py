"""Cancelling a task that walks pages cancels the pages under way; so does interrupting a thread."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from typing import Any

import pytest

from core.kit import async_until, async_watchdog, endpoint, until, watchdog
from faultserver import FaultServer
from veneer import AsyncClient, Client, _io
from veneer._core.page_styles import OffsetPages

OFFSET = OffsetPages(total="total", reported_limit="limit")
pytestmark = pytest.mark.usefixtures("joined")


def silent(own_faults: FaultServer) -> str:
    """A list whose first page comes and whose other pages never do."""
    body = json.dumps({"items": [0, 1], "total": 100}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return own_faults.space(scripts=[[head.encode() + body], [...]]).url("raw")


def pages_under_way() -> set[threading.Thread]:
    """The threads that wait for a page, also those of earlier tests."""
    return {thread for thread in threading.enumerate() if thread.name == "veneer-page"}


OPEN = "a page is not asked for, or its connection stays open"
WAITS = "ending a call waits for the server"


@pytest.mark.anyio
async def test_cancelling_the_reading_task_ends_the_pages_under_way(own_faults: FaultServer) -> None:
    before = own_faults.open_connections
    async with AsyncClient(silent(own_faults), timeouts=None) as client:
        reader = asyncio.create_task(client.paginate("items", pages=OFFSET, concurrency=3).collect())
        await async_until(lambda: own_faults.open_connections == before + 3, OPEN)
        reader.cancel()
        async with async_watchdog(WAITS):
            await asyncio.wait([reader])
        assert reader.cancelled()
        assert not [task for task in asyncio.all_tasks() if "_fetch" in repr(task)]
        await async_until(lambda: own_faults.open_connections == before, OPEN)


def test_interrupting_the_reading_thread_ends_the_pages_under_way(
    own_faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = pages_under_way()
    before = own_faults.open_connections

    def interrupted(job: Any) -> Any:
        until(lambda: own_faults.open_connections == before + 3, OPEN)
        raise KeyboardInterrupt

    with Client(silent(own_faults), timeouts=None) as client:
        pages = client.paginate("items", pages=OFFSET, concurrency=3).pages()
        next(pages)
        monkeypatch.setattr(_io.BackgroundCall, "result", interrupted)
        with watchdog(WAITS), pytest.raises(KeyboardInterrupt):
            next(pages)
        assert pages_under_way() <= others
        until(lambda: own_faults.open_connections == before, OPEN)


def test_ending_a_finished_job_leaves_the_connection_that_it_used_alone(own_faults: FaultServer) -> None:
    space = own_faults.space({"items": []})
    with Client(space.url()) as client:
        job = _io.BackgroundCall(client.request, "GET", "items")
        job.result()
        job.abandon()
        client.request("GET", "items")
    assert len({request.connection for request in space.requests()}) == 1


def test_ending_a_job_that_waits_for_a_connection_does_not_wait_for_one(
    own_faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = pages_under_way()
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"
    url = own_faults.space(script=[head, ...]).url("raw")
    with Client(url, max_connections=1, timeouts=None) as client, client.chunks(endpoint(path="/held")):
        waits = threading.Event()
        take = _io.BackgroundCall.get
        monkeypatch.setattr(
            _io.BackgroundCall, "get", lambda *args, **limit: (waits.set(), take(*args, **limit))[1]
        )
        job = _io.BackgroundCall(client.request, "GET", "items")
        assert waits.wait(60), "the call does not wait for a connection"
        with watchdog(WAITS):
            job.cancel()
        assert pages_under_way() <= others
        with pytest.raises(_io.BackgroundCallCancelled):
            job.result()


def test_ending_a_job_wakes_it_from_a_handshake_that_gets_no_answer() -> None:
    others = pages_under_way()
    with (
        socket.create_server(("127.0.0.1", 0)) as silent_server,
        Client(f"https://127.0.0.1:{silent_server.getsockname()[1]}", timeouts=None) as client,
    ):
        job = _io.BackgroundCall(client.request, "GET", "items")
        connection, _ = silent_server.accept()
        assert connection.recv(1)  # its hello
        with watchdog(WAITS):
            job.cancel()
        assert pages_under_way() <= others
        connection.close()
