"""The compared clients, by name: how each sends the small GET and POST. Imported by the workers only.

All send a bearer token and read the JSON of the response. Pools are as each client makes them, but
for 100 threads, where those that have a size for it get 100.
"""

from __future__ import annotations

import importlib
import json
import socket
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import timing

KEY: Final = "key-for-the-bench"
HEADERS: Final = {"Authorization": f"Bearer {KEY}"}
QUERY: Final = {"a": "1"}
BODY: Final = {"name": "x", "value": 1}

Call = Callable[[], object]
Task = Callable[[], Awaitable[object]]


# -- sync: GET and POST ------------------------------------------------------------------------------------------------


def _httpx(url: str, module: str = "httpx") -> tuple[Call, Call]:
    library = importlib.import_module(module)
    limits = library.Limits(max_connections=100, max_keepalive_connections=100)
    client = library.Client(base_url=url, headers=HEADERS, limits=limits)
    return (
        lambda: client.get("/small", params=QUERY).json(),
        lambda: client.post("/small", json=BODY).json(),
    )


def _urllib3(url: str) -> tuple[Call, Call]:
    pool = importlib.import_module("urllib3").PoolManager(headers=HEADERS, maxsize=100)
    return (
        lambda: pool.request("GET", f"{url}/small", fields=QUERY).json(),
        lambda: pool.request("POST", f"{url}/small", json=BODY).json(),
    )


def _requests(url: str, module: str = "requests") -> tuple[Call, Call]:
    library = importlib.import_module(module)
    session = library.Session()
    session.headers.update(HEADERS)
    session.mount("http://", importlib.import_module(f"{module}.adapters").HTTPAdapter(pool_maxsize=100))
    return (
        lambda: session.get(f"{url}/small", params=QUERY).json(),
        lambda: session.post(f"{url}/small", json=BODY).json(),
    )


def _pyreqwest(url: str) -> tuple[Call, Call]:
    builder = importlib.import_module("pyreqwest.client").SyncClientBuilder()
    client = builder.base_url(f"{url}/").default_headers(HEADERS).error_for_status(True).build()
    return (
        lambda: client.get("small").query(QUERY).build().send().json(),
        lambda: client.post("small").body_json(BODY).build().send().json(),
    )


def _veneer(url: str) -> tuple[Call, Call]:
    import veneer

    client = veneer.Client(url, api_key=KEY)
    return (
        lambda: client.request("GET", "/small", params=QUERY).json(),
        lambda: client.request("POST", "/small", json=BODY).json(),
    )


def _models(url: str) -> tuple[Call, Call]:
    """Return typed calls: the same 273 bytes as a page of one audit entry; an invoked ABP."""
    from veneer.velerian import VelerianClient

    reader, writer = (VelerianClient(f"{url}/{name}", api_key=KEY) for name in ("small", "velerian"))
    return reader.list_audit_log, lambda: writer.invoke_abp("abp_demo", payload={})


def _stock(url: str) -> tuple[Call, Call]:
    """Return the call of the generator's own client for the same operation; no POST."""
    endpoint = importlib.import_module("stock.api.audit.list_audit_log_api_v2_audit_log_get")
    client = importlib.import_module("stock").AuthenticatedClient(f"{url}/small", token=KEY)
    return lambda: endpoint.sync_detailed(client=client), lambda: None


def _raw(url: str) -> tuple[Call, Call]:
    """Send the bytes of a request through a socket and wait for those of its response: the floor."""
    address, requests = _bytes(url)
    connection = socket.create_connection(address)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(request: bytes) -> object:
        connection.sendall(request)
        return connection.recv(65536)

    return lambda: call(requests[0]), lambda: call(requests[1])


def _bytes(url: str) -> tuple[tuple[str, int], tuple[bytes, bytes]]:
    parts = urlsplit(url)
    head = f" /small?a=1 HTTP/1.1\r\nhost: {parts.netloc}\r\naccept: */*\r\nauthorization: Bearer {KEY}\r\n"
    body = json.dumps(BODY)
    more = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    requests = f"GET{head}\r\n".encode(), f"POST{head}{more}\r\n{body}".encode()
    return (str(parts.hostname), int(parts.port or 80)), requests


SYNC: Final[dict[str, Callable[[str], tuple[Call, Call]]]] = {
    "httpx": _httpx,
    "httpx2": lambda url: _httpx(url, "httpx2"),
    "urllib3": _urllib3,
    "requests": _requests,
    "niquests": lambda url: _requests(url, "niquests"),
    "pyreqwest": _pyreqwest,
    "veneer": _veneer,
    "models": _models,
    "stock": _stock,
    "raw": _raw,
}


# -- async: GET --------------------------------------------------------------------------------------------------------


async def _httpx_tasks(url: str, module: str = "httpx") -> Task:
    client = importlib.import_module(module).AsyncClient(base_url=url, headers=HEADERS, timeout=60)

    async def call() -> object:
        return (await client.get("/small", params=QUERY)).json()

    return call


async def _niquests_tasks(url: str) -> Task:
    session = importlib.import_module("niquests").AsyncSession()
    session.headers.update(HEADERS)

    async def call() -> object:
        return (await session.get(f"{url}/small", params=QUERY)).json()

    return call


async def _aiohttp_tasks(url: str) -> Task:
    session = importlib.import_module("aiohttp").ClientSession(url, headers=HEADERS, raise_for_status=True)

    async def call() -> object:
        async with session.get("/small", params=QUERY) as response:
            return await response.json()

    return call


async def _pyreqwest_tasks(url: str) -> Task:
    builder = importlib.import_module("pyreqwest.client").ClientBuilder()
    client = builder.base_url(f"{url}/").default_headers(HEADERS).error_for_status(True).build()

    async def call() -> object:
        return await (await client.get("small").query(QUERY).build().send()).json()

    return call


async def _veneer_tasks(url: str) -> Task:
    import veneer

    client = veneer.AsyncClient(url, api_key=KEY)

    async def call() -> object:
        return (await client.request("GET", "/small", params=QUERY)).json()

    return call


async def _models_tasks(url: str) -> Task:
    from veneer.velerian import AsyncVelerianClient

    return AsyncVelerianClient(f"{url}/small", api_key=KEY).list_audit_log


ASYNC: Final[dict[str, Callable[[str], Awaitable[Task]]]] = {
    "httpx": _httpx_tasks,
    "httpx2": lambda url: _httpx_tasks(url, "httpx2"),
    "niquests": _niquests_tasks,
    "aiohttp": _aiohttp_tasks,
    "pyreqwest": _pyreqwest_tasks,
    "veneer": _veneer_tasks,
    "models": _models_tasks,
}


# -- batches of them ---------------------------------------------------------------------------------------------------


def sync(url: str, client: str, method: str = "GET", threads: int = 0) -> timing.Batch:
    """Return a batch of small calls, one after the other or by threads that share the client."""
    call = SYNC[client](url)[method == "POST"]
    return timing.in_threads(call, threads) if threads else timing.each(call)


def tasks(url: str, client: str, flights: int = 1, loop: str = "asyncio") -> timing.Batch:
    """Return a batch of small GETs with so many in flight."""

    async def make() -> Task:
        return await ASYNC[client](url)

    return timing.in_flight(timing.loop(loop).run_until_complete(make()), flights, loop)


_AUDIT, _INVOKE = "/api/v2/audit-log", "/api/v2/abps/abp_demo/invoke"


def typed(url: str, step: str, method: str = "GET") -> timing.Batch:
    """Return a batch of one client's calls that get the same bytes.

    `step` is how: `request` with a path, `call` of the operation, or the platform's `method`.
    """
    from veneer.velerian import VelerianClient
    from veneer_generated.velerian.api.abps import invoke_abp
    from veneer_generated.velerian.api.audit import list_audit_log
    from veneer_generated.velerian.models import AbpsInvokeRequest

    client = VelerianClient(f"{url}/{'small' if method == 'GET' else 'velerian'}", api_key=KEY)
    steps: dict[str, Call] = {
        "GET request": lambda: client.request("GET", _AUDIT).json(),
        "GET call": lambda: client.call(list_audit_log),
        "GET method": client.list_audit_log,
        "POST request": lambda: client.request("POST", _INVOKE, json={"payload": {}}).json(),
        "POST call": lambda: client.call(invoke_abp, "abp_demo", body=AbpsInvokeRequest(payload={})),
        "POST method": lambda: client.invoke_abp("abp_demo", payload={}),
    }
    return timing.each(steps[f"{method} {step}"])


def typed_tasks(url: str, step: str) -> timing.Batch:
    """Return the same batch of GETs, async, one in flight."""
    from veneer.velerian import AsyncVelerianClient
    from veneer_generated.velerian.api.audit import list_audit_log

    async def make() -> Task:
        client = AsyncVelerianClient(f"{url}/small", api_key=KEY)

        async def request() -> object:
            return (await client.request("GET", _AUDIT)).json()

        return {
            "request": request,
            "call": lambda: client.call(list_audit_log),
            "method": client.list_audit_log,
        }[step]

    return timing.in_flight(timing.loop().run_until_complete(make()))


def published(url: str, distribution: str, method: str) -> timing.Batch:
    """Return a batch of a published client's small calls, sync where it has a sync client."""
    worker, platform = importlib.import_module("worker"), distribution.partition("-")[0]
    subject = importlib.import_module(f"{platform}_peer").SUBJECT
    kind = "read" if method == "GET" else "write"
    job = worker.Job(call=kind, base_url=f"{url}/{platform}", key=KEY, limit=10)
    if not subject.lasting:
        raise LookupError("it has no sync client, or one that fails at its second call")
    client = subject.open(job)
    return timing.each(lambda: subject.calls[kind](client, job))


def lenient(url: str, *, strict: bool) -> timing.Batch:
    """Return a batch of 100 audit entries read over HTTP; all of them fit."""
    from veneer.velerian import VelerianClient

    return timing.each(VelerianClient(f"{url}/audit", api_key=KEY, strict=strict).list_audit_log)


def second(secure: str, who: str, *, answered: bool) -> timing.Batch:
    """Return a batch of further clients in a warm process, alone or with a first response over HTTPS."""
    makers: dict[str, Callable[[], Any]] = {
        "httpx": lambda: importlib.import_module("httpx").Client(base_url=secure, headers=HEADERS),
        "veneer": lambda: importlib.import_module("veneer").Client(secure, api_key=KEY),
    }

    def one() -> None:
        with makers[who]() as client:
            if answered:
                client.request("GET", "/small").json()

    return timing.each(one)


def transfer(url: str, who: str, mib: int, space: str) -> timing.Batch:
    """Return a batch that moves this many MiB: `who` is `<client> down` or `<client> up`."""
    client, way = who.split()
    length = mib << 20
    sparse, saved = f"{space}/{mib}.bin", f"{space}/saved.bin"
    with Path(sparse).open("wb") as file:
        file.truncate(length)  # sparse, so that the disk has no share
    curl = ["curl", "-s", "-S", "--fail", "--noproxy", "*", "-H", "Expect:", "-o", saved]
    return timing.each(
        {
            "curl down": lambda: subprocess.run([*curl, f"{url}/file/{length}"], check=True),
            "curl up": lambda: subprocess.run([*curl, "-T", sparse, f"{url}/sink"], check=True),
            "httpx down": lambda: _httpx_down(f"{url}/file/{length}", saved),
            "httpx up": lambda: _httpx_up(f"{url}/sink", sparse),
            "veneer down": lambda: _moved(url, "download_url", f"{url}/file/{length}", to=saved),
            "veneer up": lambda: _moved(url, "upload_url", f"{url}/sink", Path(sparse)),
            "veneer-async down": lambda: _moved_later(url, "download_url", f"{url}/file/{length}", to=saved),
            "veneer-async up": lambda: _moved_later(url, "upload_url", f"{url}/sink", Path(sparse)),
        }[f"{client} {way}"]
    )


def _httpx_down(url: str, saved: str) -> None:
    import httpx

    with httpx.stream("GET", url) as response, Path(saved).open("wb") as file:
        file.writelines(response.iter_bytes())


def _httpx_up(url: str, sparse: str) -> None:
    import httpx

    with Path(sparse).open("rb") as file:
        httpx.put(url, content=file).raise_for_status()


def _moved(url: str, method: str, *arguments: Any, **options: Any) -> None:
    import veneer

    with veneer.Client(url) as client:
        getattr(client, method)(*arguments, **options)


def _moved_later(url: str, method: str, *arguments: Any, **options: Any) -> None:
    import veneer

    async def run() -> None:
        async with veneer.AsyncClient(url) as client:
            await getattr(client, method)(*arguments, **options)

    timing.loop().run_until_complete(run())
