"""A process loads before its first answer what that answer needs, and nothing that only another call needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core import counts
from core.counts import FIRST, first_call

GROUPS = {"velerian": "plans", "hybridb": "decisions", "hestiaos": "system", "aerostack": "cache"}
"""The group that the operation of a platform's first call belongs to."""
NAMESPACES = {"aerostack": {"cache"}}
"""Modules of the facade beside its client."""
GET = "get(URL + '/cache/get')"
HTTPX = {
    "velerian": f"import httpx\nwith httpx.Client() as client: client.{GET}.json()",
    "velerian async": "import asyncio, httpx\nasync def main():\n"
    f"    async with httpx.AsyncClient() as client: (await client.{GET}).json()\nasyncio.run(main())",
}
"""The same with httpx alone."""
SILENT = """
import asyncio, socket
from veneer import AsyncClient, DeadlineExceededError
server = socket.create_server(("127.0.0.1", 0))
async def main():
    async with AsyncClient(f"http://127.0.0.1:{server.getsockname()[1]}", deadline=0.3) as client:
        try: await client.request("GET", "x")
        except DeadlineExceededError: return
asyncio.run(main())
server.close()
"""
ALL_OPERATIONS = """
import importlib, pkgutil
import veneer_generated.{0}.api as api
found = [one.name for one in pkgutil.walk_packages(api.__path__, api.__name__ + ".") if not one.ispkg]
assert len(found) > 10, found
for name in found: importlib.import_module(name)
"""
MODELS = f"""
import httpx
from veneer import Client
from veneer_generated.velerian.api.audit import list_audit_log
answers = httpx.MockTransport(lambda request: httpx.Response(200, content={counts.PAGE!r}))
with Client("http://127.0.0.1:9", api_key="key-x", http_client=httpx.Client(transport=answers)) as client:
    assert len(client.call(list_audit_log).items) == 100
"""
THREADS = """
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
assert sorted(results) == sorted([("Abps", 0), ("Approvals", 0), ("ApiKeys", 0), ("Attachments", 0)] * 2), results
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with counts.server() as url:
        yield url


def loaded(program: str, url: str = "") -> set[str]:
    """Return the modules that a program has loaded at its end, without the optional packages."""
    return set(counts.printed(f"{program}\nprint(*sys.modules)", url).split())


def below(package: str, modules: set[str]) -> set[str]:
    return {name.removeprefix(f"{package}.") for name in modules if name.startswith(f"{package}.")}


@pytest.mark.parametrize("platform", GROUPS)
def test_importing_a_platform_loads_next_to_nothing(platform: str) -> None:
    more = loaded(f"import veneer.{platform}") - loaded("pass")
    assert more <= {"__future__", "veneer", f"veneer.{platform}"}


@pytest.mark.parametrize("platform", GROUPS)
def test_importing_all_operations_of_a_platform_loads_none_of_its_models(platform: str) -> None:
    assert [name for name in loaded(ALL_OPERATIONS.format(platform)) if ".models." in name] == []


@pytest.mark.parametrize("first", FIRST)
def test_a_first_call_loads_its_own_operations_and_no_others(first: str, url: str) -> None:
    platform, _, flavour = first.partition(" ")
    modules = loaded(first_call(first), url)
    operations = below(f"veneer_generated.{platform}.api", modules)
    assert {name.partition(".")[0] for name in operations} == {GROUPS[platform]}
    client = below(f"veneer_generated.{platform}.client._{flavour or 'sync'}", modules)
    assert client == NAMESPACES.get(platform, set())
    others = set(GROUPS) - {platform}
    assert not {name for name in modules if name.startswith("veneer") and others & set(name.split("."))}


@pytest.mark.parametrize("first", HTTPX)
def test_a_first_call_without_models_loads_little_beyond_what_httpx_loads(first: str, url: str) -> None:
    more = loaded(first_call(first), url) - loaded(HTTPX[first], url)
    others = {name for name in more if not name.startswith("veneer")}
    # A client that is entered on an event loop loads in a thread what all of its models need.
    shared = {"attr", "attrs", "uuid", "_uuid", "platform", "decimal", "_decimal", "numbers"}
    ahead = {name for name in others if name.partition(".")[0] in shared}
    assert not ahead or first == "velerian async"
    assert others - ahead <= {"_contextvars", "contextvars", "_heapq", "heapq", "_queue", "queue"}


ENTERED = """
import asyncio, sys, threading
from veneer.{module} import {name}
imported = []
class Recorder:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is threading.main_thread(): imported.append(name)
async def main():
    async with {name}({arguments}) as client:
        sys.meta_path.insert(0, Recorder())
        await {call}
        sys.meta_path.pop(0)
asyncio.run(main())
print(*imported)
"""


@pytest.mark.parametrize(
    ("module", "name", "arguments", "call"),
    [
        ("velerian", "AsyncVelerianClient", "URL, api_key='k'", "client.list_plans()"),
        ("hybridb", "AsyncHybriDBClient", "URL, api_key='k'", "client.get_decision('1')"),
        ("hestiaos", "AsyncClient", "URL, api_key='k'", "client.health_async()"),
        ("aerostack", "SDK", "'k', server_url=URL", "client.cache.cache_get_async(request={'key': 'x'})"),
    ],
    ids=["velerian", "hybridb", "hestiaos", "aerostack"],
)
def test_the_first_call_of_an_entered_async_client_imports_on_its_loop_no_more_than_the_operation(
    module: str, name: str, arguments: str, call: str, url: str
) -> None:
    program = ENTERED.format(module=module, name=name, arguments=arguments, call=call)
    imported = set(counts.printed(program, url).split())
    assert {one for one in imported if not one.startswith("veneer")} == set()
    # Of aerostack the modules of a namespace, and what reads a mapping as a model.
    assert len(imported) <= 17, sorted(imported)
    assert not {one for one in imported if one.startswith(("veneer._http", "veneer._async"))}


def test_a_first_call_that_ends_at_its_deadline_loads_nothing_more_for_that(url: str) -> None:
    assert not {name for name in loaded(SILENT) if name.partition(".")[0] == "anyio"}


SELDOM = {f"veneer._core.{name}" for name in ("page_styles", "pages", "streaming", "sse", "transfer")}


@pytest.mark.parametrize(
    ("program", "late"),
    [
        (
            "from veneer import Client\nClient('http://127.0.0.1:9', api_key='key-x')",
            {"httpx", "httpcore", "h11", "anyio", "ssl", "asyncio", "attr", "uuid"},
        ),
        (
            first_call("velerian"),
            {"attr", "dateutil", "uuid", "asyncio", "anyio.lowlevel", "veneer._core.misfit"}
            | {"veneer_generated.velerian.client.results"},
        ),
    ],
    ids=["a client", "a call"],
)
def test_what_only_some_calls_need_waits_for_them(program: str, late: set[str], url: str) -> None:
    assert not loaded(program, url) & (late | SELDOM)


def test_a_call_loads_the_models_of_its_own_answer_and_no_others() -> None:
    models = {name.rpartition(".")[2] for name in loaded(MODELS) if ".models." in name}
    assert models == {"audit_entry", "audit_page"}


def test_threads_may_make_the_first_calls_of_a_process_together(url: str) -> None:
    counts.printed(THREADS, url)
