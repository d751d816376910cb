"""HestiaOS and Aerostack name their async calls `…_async`: every one of them answers as the call without the suffix, on the same state of the sandbox."""

from __future__ import annotations

import contextlib
import functools
import inspect
import io
from collections.abc import Callable
from typing import Any

import pytest

import veneer
from core.kit import Ticks, async_tick, tick
from platforms.test_twins import Called, Steps, operations, shown
from veneer import VeneerError
from veneer.aerostack import SDK
from veneer.hestiaos import AsyncClient, Client, SystemMetrics
from veneer.sandbox import Sandbox

CHAT = {"messages": [{"role": "user", "content": "Hello"}]}


def hestiaos(client: Any) -> Steps:
    run = yield client.run("create a report", session_id="s", mode_hint="deep", timeout_ms=500)
    yield client.run("rm -rf /")
    yield client.run_stream("use tool create a report", strict=True)
    yield client.run_stream("drop table users")
    yield client.trace(run.trace_id)
    yield client.health()
    yield client.system.status()
    yield client.system.config()
    yield client.system.metrics()
    yield client.chat.run("Hello!", session_id="abc")
    yield client.chat.send("Hello again!", session_id="abc")
    yield client.chat("And again!", session_id="abc")
    yield client.agents.run("agent-1", "fail", {"a": 1})
    yield client.agents("agent-1", "analyze data")
    yield client.secrets.set("a/b", "v", provider="vault", allowed_tools=["x"])
    yield client.secrets.get("a/b")
    yield client.secrets("a/b")
    yield client.secrets.delete("a/b")
    yield client.secrets.get("a/b")
    yield client.governance.explain("DELETE", {"sql": "drop table users"})
    yield client.governance.status()
    yield client.governance.trace("abc-123-def")
    yield client.governance.trace("nobody")


def aerostack(sdk: Any) -> Steps:
    yield sdk.ai.ai_chat(CHAT)
    yield sdk.ai.ai_chat_stream({**CHAT, "stream_options": {"include_usage": True}})
    yield sdk.gateway.gateway_chat("my-model", CHAT)
    yield sdk.gateway.gateway_chat_stream("my-model", CHAT)
    yield sdk.gateway.gateway_get_wallet("my-model")
    yield sdk.gateway.gateway_billing_log({"consumer_id": "consumer_sandbox", "api_id": "a", "units": 2})
    yield sdk.ai.ai_search_configure({"embedding_model": "m"})
    for number in range(3):
        text = f"Refunds take {number} days."
        yield sdk.ai.ai_search_ingest({"content": text, "type": "faq", "id": f"f{number}"})
    yield sdk.ai.ai_search_query({"text": "refunds", "top_k": 2})
    yield sdk.ai.ai_search_update({"id": "f0", "content": "Gone."})
    yield sdk.ai.ai_search_get({"id": "f0"})
    yield sdk.ai.ai_search_count()
    yield sdk.ai.ai_search_list_types()
    yield sdk.ai.ai_search_delete({"id": "f0"})
    yield sdk.ai.ai_search_delete_by_type({"type": "faq"})
    user = {"email": "ada@example.com", "password": "correct horse"}
    yield sdk.authentication.auth_signup({**user, "name": "Ada"})
    yield sdk.authentication.auth_signup(user)
    yield sdk.authentication.auth_signin(user)
    yield sdk.authentication.auth_signin({**user, "password": "wrong"})
    cache = sdk.cache
    yield cache.cache_set({"key": "a", "value": None, "ttl": 60})
    yield cache.cache_get({"key": "a"})
    yield cache.cache_set_many({"entries": [{"key": f"k{n}", "value": n} for n in range(5)]})
    yield cache.cache_get_many({"keys": ["k1", "none"]})
    yield cache.cache_list({"limit": 2})
    yield cache.cache_list_iter({"limit": 2})
    yield cache.cache_keys({"prefix": "k"})
    yield cache.cache_expire({"key": "k0", "ttl": 5})
    yield cache.cache_increment({"key": "n", "amount": 2, "initial_value": 40})
    yield cache.cache_delete({"key": "k1"})
    yield cache.cache_delete_many({"keys": ["k2", "none"]})
    yield cache.cache_flush()
    yield sdk.database.db_query({"sql": "SELECT name FROM users WHERE id = ?", "params": [1]})
    yield sdk.database.db_query({"sql": "SELECT nothing"})
    yield sdk.database.db_batch({"queries": [{"sql": "SELECT 1 AS one"}, {"sql": "nonsense"}]})
    job = yield sdk.queue.queue_enqueue({"type": "mail", "data": {"to": "ada"}, "delay": 60})
    yield sdk.queue.queue_get_job({"job_id": job.job_id})
    yield sdk.queue.queue_list_jobs({"type": "mail"})
    yield sdk.queue.queue_list_jobs_iter({"limit": 1})
    yield sdk.queue.queue_cancel_job({"job_id": job.job_id})
    yield sdk.services.services_invoke({"service_name": "echo", "data": {"job_id": 1}})
    storage = sdk.storage
    yield storage.storage_upload({"file": {"content": b"abc", "file_name": "a.txt"}, "key": "a/1.txt"})
    yield storage.storage_get({"key": "a/1.txt"})
    yield storage.storage_get({"key": "none"})
    yield storage.storage_download({"key": "a/1.txt"}, to=io.BytesIO())
    yield storage.storage_copy({"source_key": "a/1.txt", "dest_key": "a/2.txt"})
    yield storage.storage_move({"source_key": "a/2.txt", "dest_key": "b/3.txt"})
    yield storage.storage_exists({"key": "a/2.txt"})
    yield storage.storage_get_metadata({"key": "b/3.txt"})
    yield storage.storage_get_url({"key": "b/3.txt"})
    yield storage.storage_list({"prefix": "a/"})
    yield storage.storage_list_iter({"limit": 1})
    yield storage.storage_delete({"key": "a/1.txt"})


class Flavour:
    """Stand for a client or a namespace, and give its methods by their name without a suffix; note which are called."""

    def __init__(self, value: Any, suffix: str, called: Called, prefix: str = "") -> None:
        self._value, self._suffix, self._called, self._prefix = value, suffix, called, prefix

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._value, name + self._suffix, None) or getattr(self._value, name)
        path = f"{self._prefix}{name}"
        if not inspect.isroutine(found):
            return Flavour(found, self._suffix, self._called, f"{path}.")

        def later(*args: Any, **kwargs: Any) -> Callable[[], Any]:
            self._called.add(path)
            return functools.partial(found, *args, **kwargs)

        return later

    def __call__(self, *args: Any, **kwargs: Any) -> Callable[[], Any]:
        """Call the namespace itself."""
        return functools.partial(self._value, *args, **kwargs)


def plain(value: Any) -> Any:
    """Give what two answers are compared by; the sandbox counts its requests over resets."""
    if isinstance(value, SystemMetrics):
        return {**value.to_dict(), "metrics": None, "requests_total": None}
    return shown(value)


def methods(client: Any, namespaces: list[str]) -> set[str]:
    """Give every public method, those of the namespaces as `namespace.method`, without the suffix of tasks."""
    inherited = {*dir(veneer.Client), *dir(veneer.AsyncClient), *namespaces}
    own = {name for name in dir(client) if not name.startswith("_")} - inherited
    nested = {f"{name}.{one}" for name in namespaces for one in dir(getattr(client, name)) if one[0] != "_"}
    return {name.removesuffix("_async") for name in own | nested} - inherited


def in_threads(client: Any, steps: Callable[[Any], Steps], called: Called) -> list[Any]:
    walk, given, answers = steps(Flavour(client, "", called)), None, []
    with client, contextlib.suppress(StopIteration):
        while True:
            call = walk.send(given)
            try:
                given = call()
                given = list(given) if hasattr(given, "__next__") else given
            except VeneerError as error:
                given = error
            answers.append(plain(given))
    return answers


async def in_tasks(client: Any, steps: Callable[[Any], Steps], called: Called) -> list[Any]:
    walk, given, answers = steps(Flavour(client, "_async", called)), None, []
    async with client:
        with contextlib.suppress(StopIteration):
            while True:
                call = walk.send(given)
                try:
                    given = call()
                    if inspect.isawaitable(given):
                        given = await given
                    elif hasattr(given, "__anext__"):
                        given = [one async for one in given]
                except VeneerError as error:
                    given = error
                answers.append(plain(given))
    return answers


def hestiaos_clients() -> tuple[Any, Any, list[str]]:
    client, async_client = Client(), AsyncClient()
    tick(client, Ticks())
    async_tick(async_client, Ticks())
    return client, async_client, ["system", "chat", "agents", "secrets", "governance"]


def namespaces_of(kind: type) -> list[str]:
    return [
        name
        for name in dir(kind)
        if isinstance(inspect.getattr_static(kind, name), functools.cached_property)
    ]


def aerostack_clients() -> tuple[Any, Any, list[str]]:
    made = [SDK(consumer_key="consumer_sandbox") for _ in range(2)]
    for sdk in made:
        tick(sdk._client, Ticks())
        async_tick(sdk._async_client, Ticks())
    return made[0], made[1], namespaces_of(SDK)


SCENARIOS = {"hestiaos": (hestiaos_clients, hestiaos), "aerostack": (aerostack_clients, aerostack)}


@pytest.mark.anyio
@pytest.mark.parametrize("platform", SCENARIOS)
async def test_both_flavours_give_equal_answers_for_every_method_and_operation(
    platform: str, sandbox: Sandbox
) -> None:
    make, steps = SCENARIOS[platform]
    client, async_client, namespaces = make()
    called, twins_called = set[str](), set[str]()
    answers = in_threads(client, steps, called)
    reached = {entry["operation"] for entry in sandbox.journal(platform=platform)}
    sandbox.reset()
    twins = await in_tasks(async_client, steps, twins_called)
    assert answers == twins
    assert called == twins_called == methods(client, namespaces)
    assert operations(platform) == len(reached)
