"""Cancelling a task that walks pages cancels the pages under way; so does interrupting a thread."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from core.kit import endpoint
from faultserver import FaultServer
from veneer import AsyncClient, Client, _io
from veneer._core.page_styles import OffsetPages

OFFSET = OffsetPages(total="total", reported_limit="limit")
# A thread that nothing wakes is waited for this long: half of it tells one from the other, on a busy machine too.
SOON = _io._JOIN_SECONDS / 2


def silent(own_faults: FaultServer) -> str:
    """A list whose first page comes and whose other pages never do."""
    body = json.dumps({"items": [0, 1], "total": 100}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return own_faults.space(scripts=[[head.encode() + body], [...]]).url("raw")


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 2
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.002)


@pytest.mark.anyio
async def test_cancelling_the_reading_task_ends_the_pages_under_way(own_faults: FaultServer) -> None:
    before = own_faults.open_connections
    async with AsyncClient(silent(own_faults)) as client:
        reader = asyncio.create_task(client.paginate("items", pages=OFFSET, concurrency=3).collect())
        await asyncio.to_thread(wait_until, lambda: own_faults.open_connections == before + 3)
        started = time.monotonic()
        reader.cancel()
        await asyncio.wait([reader])
        assert reader.cancelled()
        assert time.monotonic() - started < SOON
        assert not [task for task in asyncio.all_tasks() if "_fetch" in repr(task)]
        await asyncio.to_thread(wait_until, lambda: own_faults.open_connections == before)


def test_interrupting_the_reading_thread_ends_the_pages_under_way(
    own_faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own_faults.open_connections

    def interrupted(job: Any) -> Any:
        wait_until(lambda: own_faults.open_connections == before + 3)
        raise KeyboardInterrupt

    with Client(silent(own_faults)) as client:
        pages = client.paginate("items", pages=OFFSET, concurrency=3).pages()
        next(pages)
        monkeypatch.setattr(_io.Job, "result", interrupted)
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            next(pages)
        assert time.monotonic() - started < SOON
        assert not [thread for thread in threading.enumerate() if thread.name == "veneer-page"]
        wait_until(lambda: own_faults.open_connections == before)


def test_ending_a_finished_job_leaves_the_connection_that_it_used_alone(own_faults: FaultServer) -> None:
    space = own_faults.space({"items": []})
    with Client(space.url()) as client:
        job = _io.Job(client.request, "GET", "items")
        job.result()
        job.abandon()
        client.request("GET", "items")
    assert len({request.connection for request in space.requests()}) == 1


def test_ending_a_job_that_waits_for_a_connection_does_not_wait_for_one(own_faults: FaultServer) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"
    url = own_faults.space(script=[head, ...]).url("raw")
    with Client(url, max_connections=1) as client, client.chunks(endpoint(path="/held")):
        job = _io.Job(client.request, "GET", "items")
        time.sleep(0.02)
        started = time.monotonic()
        job.cancel()
        assert time.monotonic() - started < SOON
        assert not [thread for thread in threading.enumerate() if thread.name == "veneer-page"]
        with pytest.raises(_io.JobCancelled):
            job.result()


def test_ending_a_job_wakes_it_from_a_handshake_that_gets_no_answer() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent_server,
        Client(f"https://127.0.0.1:{silent_server.getsockname()[1]}") as client,
    ):
        job = _io.Job(client.request, "GET", "items")
        connection, _ = silent_server.accept()
        assert connection.recv(1)  # its hello
        started = time.monotonic()
        job.cancel()
        assert time.monotonic() - started < SOON
        assert not [thread for thread in threading.enumerate() if thread.name == "veneer-page"]
        connection.close()
