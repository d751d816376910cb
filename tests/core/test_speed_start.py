"""What a cold process loads and defines before its first answer, in counts: nothing that another call needs, nothing beyond httpx but our own."""

from __future__ import annotations

import json
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import NamedTuple

import pytest

ANSWERS = {
    "/api/v2/plans": [],
    "/api/v1/decisions/1": {"success": True, "data": {"decisionId": "1", "outcome": "approved"}},
    "/api/v1/health": {"status": "up", "version": "1", "uptime_seconds": 1.0},
    "/cache/get": {"exists": False},
}


class First(NamedTuple):
    """A program that makes one call, and the operations' group that this call belongs to."""

    platform: str
    program: str
    group: str
    facade: frozenset[str] = frozenset()
    """Modules of the facade beside its client."""


SYNC = {
    "velerian": First(
        "velerian",
        "from veneer.velerian import VelerianClient\n"
        "with VelerianClient(URL, api_key='k') as client: client.list_plans()",
        "plans",
    ),
    "hybridb": First(
        "hybridb",
        "from veneer.hybridb import HybriDBClient\n"
        "with HybriDBClient(URL, api_key='k') as client: client.get_decision('1')",
        "decisions",
        frozenset({"decisions"}),
    ),
    "hestiaos": First(
        "hestiaos",
        "from veneer.hestiaos import Client\nwith Client(URL, api_key='k') as client: client.health()",
        "system",
    ),
    "aerostack": First(
        "aerostack",
        "from veneer.aerostack import SDK\n"
        "with SDK('k', server_url=URL) as sdk: sdk.cache.cache_get(request={'key': 'x'})",
        "cache",
        frozenset({"cache"}),
    ),
}
ASYNC = First(
    "velerian",
    "import asyncio\n"
    "from veneer.velerian import AsyncVelerianClient\n"
    "async def main():\n"
    "    async with AsyncVelerianClient(URL, api_key='k') as client: await client.list_plans()\n"
    "asyncio.run(main())",
    "plans",
)
HTTPX = "import httpx\nwith httpx.Client() as client: client.get(URL + '/cache/get').json()"
ASYNC_HTTPX = (
    "import asyncio, httpx\n"
    "async def main():\n"
    "    async with httpx.AsyncClient() as client: (await client.get(URL + '/cache/get')).json()\n"
    "asyncio.run(main())"
)
PROGRAMS = [pytest.param(first, id=name) for name, first in {**SYNC, "velerian async": ASYNC}.items()]


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        path = self.rfile.readline().split()[1].decode().partition("?")[0]
        length = 0
        while line := self.rfile.readline().strip():
            name, _, value = line.lower().partition(b":")
            length = int(value) if name == b"content-length" else length
        self.rfile.read(length)
        body = json.dumps(ANSWERS[path]).encode()
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
            % (len(body), body)
        )


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as listener:
        listener.daemon_threads = True
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{listener.server_address[1]}"
        listener.shutdown()


OPTIONAL = ("click", "httptools", "msgspec", "opentelemetry", "orjson", "rich")


def said(program: str, url: str, then: str) -> set[str]:
    """The words that `then` prints after a program in a process of its own, which has none of the optional packages."""
    without = f"for name in {OPTIONAL}: sys.modules[name] = None"
    code = f"import sys\n{without}\nURL = {url!r}\n{program}\n{then}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def loaded(program: str, url: str) -> set[str]:
    return said(program, url, "print(*sys.modules)")


def below(package: str, modules: set[str]) -> set[str]:
    return {name.removeprefix(f"{package}.") for name in modules if name.startswith(f"{package}.")}


@pytest.mark.parametrize("first", PROGRAMS)
def test_a_first_call_loads_its_own_operations_and_no_others(first: First, url: str) -> None:
    modules = loaded(first.program, url)
    operations = below(f"veneer_generated.{first.platform}.api", modules)
    assert {name.partition(".")[0] for name in operations} == {first.group}
    colour = "_async" if first is ASYNC else "_sync"
    assert below(f"veneer.{colour}.{first.platform}", modules) == {"client", *first.facade}
    others = set(SYNC) - {first.platform}
    assert not {name for name in modules if name.startswith("veneer") and others & set(name.split("."))}


@pytest.mark.parametrize(
    ("first", "engine"),
    [
        pytest.param(SYNC["velerian"], HTTPX, id="sync"),
        pytest.param(ASYNC, ASYNC_HTTPX, id="async"),
    ],
)
def test_a_first_call_without_models_loads_little_beyond_what_httpx_loads(
    first: First, engine: str, url: str
) -> None:
    more = loaded(first.program, url) - loaded(engine, url)
    own = {name for name in more if name.partition(".")[0] in {"veneer", "veneer_generated"}}
    assert more - own <= {"_contextvars", "contextvars", "_heapq", "heapq", "_queue", "queue"}
    assert len(own) <= 41


def test_a_first_call_that_ends_at_its_deadline_loads_nothing_more_for_that(url: str) -> None:
    silent = (
        "import asyncio, socket\n"
        "from veneer import AsyncClient, DeadlineExceededError\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "async def main():\n"
        "    url = f'http://127.0.0.1:{server.getsockname()[1]}'\n"
        "    async with AsyncClient(url, deadline=0.3) as client:\n"
        "        try: await client.request('GET', 'x')\n"
        "        except DeadlineExceededError: return\n"
        "asyncio.run(main())\n"
        "server.close()"
    )
    assert not {name for name in loaded(silent, url) if name.partition(".")[0] == "anyio"}


def test_what_only_some_calls_need_waits_for_them(url: str) -> None:
    modules = loaded(SYNC["velerian"].program, url)
    late = {"attr", "dateutil", "uuid", "asyncio", "anyio.lowlevel", "veneer._platforms.velerian_models"}
    late |= {
        f"veneer._core.{name}" for name in ("misfit", "page_styles", "pages", "streaming", "sse", "transfer")
    }
    assert not modules & late


def test_a_plain_call_defines_no_more_dataclasses_than_it_did(url: str) -> None:
    # Each takes a third of a millisecond to define, as long as three small modules take to load.
    then = (
        "print(*{value.__name__ for name, module in sys.modules.items() if name.startswith('veneer') "
        "for value in vars(module).values() if isinstance(value, type) and '__dataclass_params__' in vars(value)})"
    )
    defined = said(SYNC["velerian"].program, url, then)
    assert defined <= {"Options", "Platform", "RetryPolicy", "Timeouts"}


def test_threads_may_make_the_first_calls_of_a_process_together(url: str) -> None:
    program = """
import threading
from veneer.velerian import VelerianClient
client = VelerianClient(URL, api_key="k")
start, results = threading.Barrier(8), []
def call(number):
    start.wait()
    names = (client.abps, client.approvals, client.api_keys, client.attachments)
    results.append((type(names[number % 4]).__name__, len(client.list_plans())))
threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
client.close()
assert sorted(results) == sorted([("List", 0), ("Approvals", 0), ("ApiKeys", 0), ("Attachments", 0)] * 2), results
"""
    assert said(program, url, "print('done')") == {"done"}
