"""How fast the sandbox is: its cache routes, on one core."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest

CONNECTIONS, EACH = 20, 250


async def drive(port: int, path: str, body: bytes) -> float:
    """Requests a second, with raw sockets, so that the client is not what is measured."""
    head = f"POST {path} HTTP/1.1\r\nhost: sandbox\r\nx-aerostack-key: ak_sandbox\r\ncontent-type: application/json"
    request = f"{head}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(EACH):
            writer.write(request)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert b" 200 " in answer
            await reader.readexactly(int(answer.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return CONNECTIONS * EACH / (time.perf_counter() - start)


@pytest.mark.slow
@pytest.mark.parametrize("route", ["set", "get", "increment"])
def test_cache_routes_serve_two_thousand_requests_a_second(
    route: str, capsys: pytest.CaptureFixture[str]
) -> None:
    body = b'{"key":"k","value":1}' if route == "set" else b'{"key":"k"}'
    command = [sys.executable, "-m", "veneer.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().rpartition(":")[2])
            best = max(asyncio.run(drive(port, f"/aerostack/v1/cache/{route}", body)) for _ in range(2))
        finally:
            process.terminate()
    with capsys.disabled():
        print(f"\ncache/{route}: {best:,.0f} requests a second")
    assert best >= 2000
