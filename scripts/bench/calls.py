"""Measure one small call, sync and async: ratios to httpx, published clients, a raw socket."""

from __future__ import annotations

import importlib
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import timing

if TYPE_CHECKING:
    from harness import Bench, Result, Samples, Subject

KEY = "key-for-the-bench"
ON_SNIFFIO = "httpx looks for sniffio at every lock. `pip install httpx` does not bring it, and each look that fails takes its time; that is the httpx of all ratios here."
METHODS = ("GET", "POST")
HTTPX = "httpx"
SNIFFIO = "httpx, where sniffio is installed"
RAW = "raw socket"
STOCK = "stock generated client"
DEFAULT, FAST = 'veneer, engine="default"', 'veneer, engine="fast"'
FACADE, FAST_FACADE = 'VelerianClient, engine="default"', 'VelerianClient, engine="fast"'
BOUNDS = {
    ("sync", DEFAULT): 0.65,
    ("async", DEFAULT): 0.70,
    ("sync", FAST): 0.20,
    ("async", FAST): 0.20,
}


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(url: str, stock: str | None = None) -> dict[str, timing.Batch]:
    """Return the subjects, ours and httpx's, named `<method> <sync or async> <who>`."""
    calls = {**plain(url), **facades(url), RAW: raw(url)}
    tasks = {**plain_tasks(url), **facade_tasks(url), RAW: raw_awaited(url)}
    made: dict[str, timing.Batch] = {}
    for method in METHODS:
        made |= {f"{method} sync {who}": timing.each(partial(call, method)) for who, call in calls.items()}
        made |= {
            f"{method} async {who}": timing.each_awaited(partial(task, method)) for who, task in tasks.items()
        }
    if stock is not None:
        made[f"GET sync {STOCK}"] = timing.each(stock_call(url, stock))
    return made


def arguments(method: str) -> dict[str, Any]:
    """Return the arguments of a small call."""
    return {"params": {"a": "1"}} if method == "GET" else {"json": {"name": "x", "value": 1}}


def plain(url: str) -> dict[str, Callable[[str], object]]:
    """Return the calls by method name, through httpx and through ours."""
    import httpx

    import veneer

    def of(client: Any) -> Callable[[str], object]:
        return lambda method: client.request(method, "/small", **arguments(method)).json()

    return {
        HTTPX: of(httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"})),
        DEFAULT: of(veneer.Client(url, api_key=KEY, engine="default")),
        FAST: of(veneer.Client(url, api_key=KEY, engine="fast")),
    }


def plain_tasks(url: str, path: str = "/small") -> dict[str, Callable[[str], Awaitable[object]]]:
    """Return the same calls, async."""
    import httpx

    import veneer

    def of(client: Any) -> Callable[[str], Awaitable[object]]:
        async def call(method: str) -> object:
            return (await client.request(method, path, **arguments(method))).json()

        return call

    return {
        HTTPX: of(httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {KEY}"})),
        DEFAULT: of(veneer.AsyncClient(url, api_key=KEY, engine="default")),
        FAST: of(veneer.AsyncClient(url, api_key=KEY, engine="fast")),
    }


def facades(url: str) -> dict[str, Callable[[str], object]]:
    """Return the typed calls: a page of the audit log, an invoked ABP."""
    from veneer.velerian import VelerianClient

    def of(client: VelerianClient) -> Callable[[str], object]:
        def call(method: str) -> object:
            return client.list_audit_log() if method == "GET" else client.invoke_abp("abp_demo", payload={})

        return call

    space = f"{url}/velerian"
    return {
        FACADE: of(VelerianClient(space, api_key=KEY, engine="default")),
        FAST_FACADE: of(VelerianClient(space, api_key=KEY, engine="fast")),
    }


def facade_tasks(url: str) -> dict[str, Callable[[str], Awaitable[object]]]:
    """Return the same calls, async."""
    from veneer.velerian import AsyncVelerianClient

    def of(client: AsyncVelerianClient) -> Callable[[str], Awaitable[object]]:
        async def call(method: str) -> object:
            if method == "GET":
                return await client.list_audit_log()
            return await client.invoke_abp("abp_demo", payload={})

        return call

    space = f"{url}/velerian"
    return {
        f"Async{FACADE}": of(AsyncVelerianClient(space, api_key=KEY, engine="default")),
        f"Async{FAST_FACADE}": of(AsyncVelerianClient(space, api_key=KEY, engine="fast")),
    }


def stock_call(url: str, folder: str) -> Callable[[], object]:
    """Return `list_audit_log` as the generator's own templates write it."""
    sys.path.append(folder)
    endpoint = importlib.import_module("stock.api.audit.list_audit_log_api_v2_audit_log_get")
    client = importlib.import_module("stock").AuthenticatedClient(f"{url}/velerian", token=KEY)
    return lambda: endpoint.sync_detailed(client=client)


def _bytes(url: str) -> tuple[tuple[str, int], dict[str, bytes]]:
    parts = urlsplit(url)
    head = f" /small?a=1 HTTP/1.1\r\nhost: {parts.netloc}\r\naccept: */*\r\nauthorization: Bearer {KEY}\r\n"
    body = '{"name":"x","value":1}'
    more = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    requests = {"GET": f"GET{head}\r\n".encode(), "POST": f"POST{head}{more}\r\n{body}".encode()}
    return (str(parts.hostname), int(parts.port or 80)), requests


def raw(url: str) -> Callable[[str], object]:
    """Send the bytes of a request and wait for those of its response."""
    address, requests = _bytes(url)
    connection = socket.create_connection(address)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(method: str) -> bytes:
        connection.sendall(requests[method])
        return connection.recv(65536)

    return call


def raw_awaited(url: str) -> Callable[[str], Awaitable[object]]:
    """Return the same call in an event loop."""
    address, requests = _bytes(url)
    connection = socket.create_connection(address)
    connection.setblocking(False)
    loop = timing.loop()

    async def call(method: str) -> bytes:
        await loop.sock_sendall(connection, requests[method])
        return await loop.sock_recv(connection, 65536)

    return call


# -- in the parent ------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Measure all subjects in the same rounds.

    A published client is compared with httpx in its process.
    """
    from harness import PEERS, Result

    with ExitStack() as stack:
        ours = stack.enter_context(bench.worker("calls", url=bench.url, stock=bench.stock()))
        every: dict[str, Subject] = dict(ours)
        other = stack.enter_context(bench.with_sniffio("calls"))
        every |= {f"{m} async {SNIFFIO}": other[f"{m} async {HTTPX}"] for m in METHODS if other}
        for peer in PEERS:
            found = stack.enter_context(bench.peer(peer))
            every |= {f"{peer}: {name}": subject for name, subject in found.items()}
        samples = bench.compare(every, batch=bench.size.batch, rounds=bench.size.rounds)
    result = Result()
    for mode, method in product(("sync", "async"), METHODS):
        _report(result, samples, method, mode)
    return result


def _report(result: Result, samples: Samples, method: str, mode: str) -> None:
    from harness import PEERS, Check, Table, ratio, spread
    from report import show

    base = f"{method} {mode} {HTTPX}"
    ours = f"{method} {mode} "
    lines = {name.removeprefix(ours): (name, base) for name in samples if name.startswith(ours)}
    for peer in PEERS:
        own = f"{peer}: {ours}"
        lines |= {
            name.removeprefix(own): (name, f"{peer}: {base}")
            for name in samples
            if name.startswith(own) and name != f"{peer}: {base}"
        }
    rows = [
        [
            shown,
            show(spread(samples, name, "wall"), 1e6),
            show(spread(samples, name, "cpu"), 1e6),
            show(ratio(samples, name, of, "wall")),
            show(ratio(samples, name, of, "cpu")),
        ]
        for shown, (name, of) in lines.items()
    ]
    columns = ["", "wall µs", "CPU µs", "wall, ratio to httpx", "CPU, ratio to httpx"]
    here = {name.partition(":")[0] for name in samples}
    lacking = [peer for peer in PEERS if peer in here and peer not in lines]
    notes = [
        f"No row for {peer}: it has no {mode} client, or one that fails at its second call."
        for peer in lacking
    ]
    if mode == "async":
        notes.append(ON_SNIFFIO)
    result.tables.append(Table(f"Small {method}, {mode}", columns, rows, notes))
    baseline = "httpx.Client.request" if mode == "sync" else "httpx.AsyncClient.request"
    for who in (DEFAULT, FAST):
        for clock in ("cpu", "wall"):
            engine = "default" if who == DEFAULT else "fast"
            result.checks.append(
                Check(
                    f"small {method}, {mode}, {engine} engine, {'CPU' if clock == 'cpu' else 'wall'}",
                    baseline,
                    ratio(samples, f"{method} {mode} {who}", base, clock),
                    BOUNDS[mode, who],
                )
            )
