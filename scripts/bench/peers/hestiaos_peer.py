"""Drive hestiaos."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from operator import attrgetter
from typing import Any

import worker


def connect(job: worker.Job) -> Any:
    sdk = import_module("hestiaos")
    return sdk.Client(job.base_url, api_key=job.key, timeout=job.limit)


def connect_tasks(job: worker.Job) -> Any:
    sdk = import_module("hestiaos")
    return sdk.AsyncClient(job.base_url, api_key=job.key, timeout=job.limit)


def leave_open(client: Any) -> None:
    """Do nothing: the published sync client has no way to close."""


def method(path: str) -> Callable[[Any], Any]:
    """Return a call of a method without arguments: `method("system.status_async")(client)`."""
    return lambda client: attrgetter(path)(client)()


def operations(base_url: str, key: str) -> Iterator[worker.Operation]:
    """Yield every documented operation, async first, then through the sync client.

    Each call gets its own client: the published sync client fails at every second call.
    """
    sdk = import_module("hestiaos")
    kept: dict[str, Any] = {}

    def async_call(call: Callable[[Any], Awaitable[Any]]) -> Callable[[], Any]:
        async def run() -> Any:
            async with sdk.AsyncClient(base_url, api_key=key, timeout=10) as client:
                return await call(client)

        return lambda: asyncio.run(run())

    async def run(client: Any) -> Any:
        kept["run"] = await client.run_async("create a report")
        return kept["run"]

    async def streamed(client: Any) -> list[str]:
        return complete([event.type async for event in client.run_stream("create a report")])

    yield "run_async", async_call(run)
    yield "run_stream (async)", async_call(streamed)
    yield "chat.run_async", async_call(lambda client: client.chat.run_async("Hello!", session_id="abc"))
    yield "agents.run_async", async_call(lambda client: client.agents.run_async("agent-1", "analyze data"))
    yield "system.status_async", async_call(method("system.status_async"))
    yield "system.config_async", async_call(method("system.config_async"))
    yield "system.metrics_async", async_call(method("system.metrics_async"))
    yield "secrets.set_async", async_call(lambda client: client.secrets.set_async("peer-key", "my-value"))
    yield "secrets.get_async", async_call(lambda client: client.secrets.get_async("peer-key"))
    yield "secrets.delete_async", async_call(lambda client: client.secrets.delete_async("peer-key"))
    yield (
        "governance.explain_async",
        async_call(lambda client: client.governance.explain_async("WRITE", {"path": "/srv/data"})),
    )
    yield "governance.status_async", async_call(method("governance.status_async"))
    yield (
        "governance.trace_async",
        async_call(lambda client: required(client.governance.trace_async(kept["run"].trace_id))),
    )

    def fresh() -> Any:
        return sdk.Client(base_url, api_key=key, timeout=10)

    def sync_call(path: str) -> Callable[[], Any]:
        return lambda: method(path)(fresh())

    yield "run", lambda: fresh().run("create a report")
    yield "run_stream", lambda: complete([event.type for event in fresh().run_stream("create a report")])
    yield "chat.run", lambda: fresh().chat.run("Hello!", session_id="abc")
    yield "agents.run", lambda: fresh().agents.run("agent-1", "analyze data")
    yield "system.status", sync_call("system.status")
    yield "system.config", sync_call("system.config")
    yield "system.metrics", sync_call("system.metrics")
    yield "secrets.set", lambda: fresh().secrets.set("peer-key", "my-value")
    yield "secrets.get", lambda: fresh().secrets.get("peer-key")
    yield "secrets.delete", lambda: fresh().secrets.delete("peer-key")
    yield "governance.explain", lambda: fresh().governance.explain("WRITE", {"path": "/srv/data"})
    yield "governance.status", sync_call("governance.status")
    yield "governance.trace", lambda: fresh().governance.trace(kept["run"].trace_id)


def complete(types: list[str]) -> list[str]:
    """Raise for a stream without its last event: the published sync client hides early ends."""
    if types[-1:] != ["done"]:
        raise EOFError(f"ended after {types}")
    return types


async def required(answer: Awaitable[Any]) -> Any:
    """Raise for None: the published client returns None after any failure of this call."""
    value = await answer
    if value is None:
        raise LookupError("answered None")
    return value


SUBJECT = worker.Subject(
    distribution="hestiaos",
    packages=("hestiaos",),
    open=connect,
    close=leave_open,
    calls={
        "read": lambda client, _: client.system.status(),
        "write": lambda client, _: client.run("create a report"),
        "escape": lambda client, job: client.secrets.get(job.target),
    },
    operations=operations,
    open_tasks=connect_tasks,
    tasks={
        "read": lambda client, _: client.system.status_async(),
        "write": lambda client, _: client.run_async("create a report"),
    },
    lasting=False,
)

if __name__ == "__main__":
    worker.main(SUBJECT)
