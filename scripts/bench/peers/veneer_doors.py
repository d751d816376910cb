"""Drive one of veneer's public packages: `python veneer_doors.py faults velerian [async]`."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import worker


@dataclass(frozen=True)
class Door:
    """One platform's client: its module, its name, and its calls.

    `operations` are the modules that a process's first calls need. `suffix` marks async methods.
    """

    module: str
    names: dict[str, str]
    key: str
    address: str
    calls: dict[str, Callable[[Any, worker.Job, str], Any]]
    operations: tuple[str, ...] = ()
    suffix: str = ""


def endpoint(method: str) -> Any:
    """Return an endpoint module as the generator writes it."""

    def _get_kwargs(item: str = "1") -> dict[str, Any]:
        return {"method": method, "url": f"/items/{quote(item, safe='')}"}

    def _parse_response(*, client: Any, response: Any) -> dict[str, Any]:  # noqa: ARG001  # the generator's signature
        return dict(response.json())

    return SimpleNamespace(
        _get_kwargs=_get_kwargs, _parse_response=_parse_response, __name__=f"{method}_item"
    )


DECISION = {"decision_type": "payment.authorize", "action": "payment.initiate", "input_data": {"amount": 100}}
DOORS = {
    "core": Door(
        "veneer",
        {"sync": "Client", "async": "AsyncClient"},
        "api_key",
        "base_url",
        {
            "read": lambda client, _job, _end: client.call(endpoint("get")),
            "write": lambda client, _job, _end: client.call(endpoint("post")),
            "absolute": lambda client, job, _end: client.request("GET", job.target),
            "escape": lambda client, job, _end: client.call(endpoint("get"), job.target),
        },
    ),
    "velerian": Door(
        "veneer.velerian",
        {"sync": "VelerianClient", "async": "AsyncVelerianClient"},
        "api_key",
        "base_url",
        {
            "read": lambda client, _job, _end: client.list_audit_log(),
            "write": lambda client, _job, _end: client.invoke_abp(
                "abp_demo", payload={"prompt": "Summarize."}
            ),
            "absolute": lambda client, job, _end: client.get(job.target),
            "escape": lambda client, job, _end: client.invocation_evidence("abp_1", job.target),
        },
        (
            "veneer_generated.velerian.client.results",
            "veneer_generated.velerian.api.abps.invoke_abp",
            "veneer_generated.velerian.api.audit.list_audit_log",
        ),
    ),
    "hybridb": Door(
        "veneer.hybridb",
        {"sync": "HybriDBClient", "async": "AsyncHybriDBClient"},
        "api_key",
        "base_url",
        {
            "read": lambda client, _job, _end: client.get_decision("dec_1"),
            "write": lambda client, _job, _end: client.request_decision(**DECISION),
            "escape": lambda client, job, _end: client.get_decision(job.target),
        },
        (
            "veneer_generated.hybridb.api.decisions.request_decision",
            "veneer_generated.hybridb.api.decisions.get_decision",
        ),
    ),
    "hestiaos": Door(
        "veneer.hestiaos",
        {"sync": "Client", "async": "AsyncClient"},
        "api_key",
        "base_url",
        {
            "read": lambda client, _job, end: getattr(client.system, f"status{end}")(),
            "write": lambda client, _job, end: getattr(client, f"run{end}")("create a report"),
            "escape": lambda client, job, end: getattr(client.secrets, f"get{end}")(job.target),
        },
        ("veneer._{flavour}.hestiaos.system",),
        suffix="_async",
    ),
    "aerostack": Door(
        "veneer.aerostack",
        {"sync": "SDK", "async": "SDK"},
        "api_key_auth",
        "server_url",
        {
            "read": lambda client, _job, end: getattr(client.cache, f"cache_get{end}")(request={"key": "k"}),
            "write": lambda client, _job, end: getattr(client.services, f"services_invoke{end}")(
                request={"service_name": "s", "data": {}}
            ),
        },
        ("veneer_generated.aerostack.client._both.cache", "veneer_generated.aerostack.client._both.services"),
        suffix="_async",
    ),
}


def subject(name: str, flavour: str) -> worker.Subject:
    """Return the subject of one public package. Async calls run as tasks of one event loop."""
    door = DOORS[name]
    loop = _looping() if flavour == "async" else None

    def settle(value: Any) -> Any:
        async def awaited() -> Any:
            return await value

        if loop is None or not inspect.isawaitable(value):
            return value
        return asyncio.run_coroutine_threadsafe(awaited(), loop).result()

    def connect(job: worker.Job) -> Any:
        module = import_module(door.module)
        if not hasattr(module, door.names[flavour]):
            raise ImportError(f"{door.module} has no {door.names[flavour]}")
        make = getattr(module, door.names[flavour])
        # Other clients load theirs with their package, before a call is timed. The engine is loaded
        # within it.
        for operations in door.operations:
            import_module(operations.format(flavour=flavour))
        options = {door.key: job.key, door.address: job.base_url, "deadline": job.limit}
        if job.max_bytes:
            options["max_response_bytes"] = job.max_bytes
        return make(**options)

    def close(client: Any) -> None:
        settle((client.__exit__ if loop is None else client.__aexit__)(None, None, None))

    end = "" if loop is None else door.suffix

    def settled(call: Callable[[Any, worker.Job, str], Any]) -> Callable[[Any, worker.Job], Any]:
        def one(client: Any, job: worker.Job) -> Any:
            return settle(call(client, job, end))

        return one

    calls = {kind: settled(call) for kind, call in door.calls.items()}
    return worker.Subject("veneer", ("veneer",), connect, close, calls)


def _looping() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


if __name__ == "__main__":
    worker.main(subject(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "sync"))
