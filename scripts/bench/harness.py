"""Measure things side by side on a noisy machine: a loopback server that does not limit, interleaved batches, medians and ratios."""

from __future__ import annotations

import asyncio
import contextlib
import cProfile
import functools
import json
import pstats
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

AUDIT_ENTRY = {
    "id": "aud_0123456789",
    "created_at": "2026-11-01T12:00:00Z",
    "action": "abp.invoke",
    "resource_kind": "abp",
    "resource_id": "abp_demo",
    "actor_user_id": "user_ada",
    "details": {"n": 1, "outcome": "allowed"},
}
BODIES = {
    "/small": b'{"id":"plan_1","name":"Standard","seats":5}',
    "/api/v2/audit-log": json.dumps(
        {"items": [AUDIT_ENTRY] * 100, "limit": 100, "offset": 0, "total": 100}
    ).encode(),
}


EVENT = (
    b'data: {"type":"token","data":{"text":"word "},"trace_id":"tr_1","timestamp":"2026-11-01T12:00:00Z"}\n\n'
)
CHAT = (
    b'data: {"id":"chatcmpl-9xQ2","object":"chat.completion.chunk","created":1760000000,"model":"m-1","choices":'
    b'[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}\n\n'
)
_DONE = b"data: [DONE]\n\n"


def _answer(path: str) -> bytes:
    """The bytes of a whole response; `/events/<count>` and chats are streams with a chunk for each event."""
    name, _, count = path.strip("/").rpartition("/")
    if name == "events" or path.endswith("/completions") or "chat" in path:
        event, number = (EVENT, int(count)) if name == "events" else (CHAT, 1000)
        chunks = b"%x\r\n%s\r\n" % (len(event), event) * number + b"%x\r\n%s\r\n0\r\n\r\n" % (
            len(_DONE),
            _DONE,
        )
        return (
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
            + chunks
        )
    body = BODIES.get(path, BODIES["/small"])
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


_answers = functools.lru_cache(64)(_answer)


class _Protocol(asyncio.Protocol):
    """Answer each request at once, with no more parsing than pipelined loopback clients need."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            path = self._buffer.split(b" ", 2)[1].partition(b"?")[0].decode()
            self._buffer = self._buffer[end + 4 + length :]
            self._transport.write(_answers(path))


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A server in a process of its own; its base URL. It ends with the block, or with its parent."""
    process = subprocess.Popen(  # this file, by this interpreter
        [sys.executable, str(Path(__file__).resolve()), "serve"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@dataclass(frozen=True)
class Measured:
    """Microseconds for one operation: the median over batches, the middle half's width, and the ratio to the baseline."""

    wall: float
    cpu: float
    spread: float
    ratio_wall: float
    ratio_cpu: float


def compare(
    subjects: Mapping[str, Callable[[], object]], *, baseline: str, batch: int = 200, rounds: int = 15
) -> dict[str, Measured]:
    """Time subjects in interleaved batches of random order; ratios are medians of the ratios within a round."""
    for function in subjects.values():
        for _ in range(batch):
            function()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in subjects}
    order = list(subjects)
    for _ in range(rounds):
        random.shuffle(order)
        for name in order:
            function = subjects[name]
            wall, cpu = time.perf_counter(), time.process_time()
            for _ in range(batch):
                function()
            times[name].append(
                ((time.perf_counter() - wall) / batch * 1e6, (time.process_time() - cpu) / batch * 1e6)
            )
    return {name: _measured(times[name], times[baseline]) for name in subjects}


def _measured(own: list[tuple[float, float]], base: list[tuple[float, float]]) -> Measured:
    walls = [wall for wall, _ in own]
    quartiles = statistics.quantiles(walls, n=4)
    return Measured(
        wall=statistics.median(walls),
        cpu=statistics.median(cpu for _, cpu in own),
        spread=quartiles[2] - quartiles[0],
        ratio_wall=statistics.median(a[0] / b[0] for a, b in zip(own, base, strict=True)),
        ratio_cpu=statistics.median(a[1] / b[1] for a, b in zip(own, base, strict=True)),
    )


def calls(function: Callable[[], object]) -> int:
    """Python and C calls of one run, by cProfile: a count that no other load moves."""
    function()
    profile = cProfile.Profile()
    profile.enable()
    function()
    profile.disable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed lacks it


def in_loop(
    loop: asyncio.AbstractEventLoop, function: Callable[[], Awaitable[object]]
) -> Callable[[], object]:
    """Make an async subject callable from a synchronous timer."""

    async def once() -> object:
        return await function()

    return lambda: loop.run_until_complete(once())


if __name__ == "__main__" and sys.argv[1:] == ["serve"]:
    asyncio.run(_serve())
