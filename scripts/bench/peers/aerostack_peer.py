"""Drive aerostack."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

import worker


def connect(job: worker.Job) -> Any:
    """Open an SDK with its documented retry example and a timeout: by default it has neither."""
    sdk, utils = import_module("aerostack"), import_module("aerostack.utils")
    return sdk.SDK(
        api_key_auth=job.key,
        server_url=job.base_url,
        timeout_ms=int(job.limit * 1000),
        retry_config=utils.RetryConfig("backoff", utils.BackoffStrategy(1, 50, 1.1, 100), False),
    )


def operations(base_url: str, key: str) -> Iterator[worker.Operation]:
    """Yield every operation that the published package has, sync and async."""
    sdk = import_module("aerostack")
    client = sdk.SDK(api_key_auth=key, server_url=base_url, timeout_ms=10_000)
    people = ("sync", "async")
    signup = {
        who: {"email": f"peer-{who}@example.com", "password": "correct horse", "name": "Peer"}
        for who in people
    }
    requests: list[tuple[str, str, Callable[[str], dict[str, Any]]]] = [
        ("ai", "ai_chat", lambda _: {"messages": [{}], "model": "@cf/meta/llama-3-8b-instruct"}),
        ("authentication", "auth_signup", lambda who: signup[who]),
        ("authentication", "auth_signin", lambda who: {k: signup[who][k] for k in ("email", "password")}),
        ("cache", "cache_set", lambda _: {"key": "user:1", "value": {"n": 1}, "ttl": 60}),
        ("cache", "cache_get", lambda _: {"key": "user:1"}),
        ("database", "db_query", lambda _: {"sql": "SELECT ? AS n", "params": [1]}),
        ("queue", "queue_enqueue", lambda _: {"type": "send-email", "data": {"to": "a@example.com"}}),
        ("services", "services_invoke", lambda _: {"service_name": "billing", "data": {"n": 1}}),
        ("storage", "storage_upload", upload),
    ]
    for resource, name, body in requests:
        yield name, partial(called, client, resource, name, body("sync"))
    for resource, name, body in requests:
        yield f"{name}_async", partial(called_async, base_url, key, resource, f"{name}_async", body("async"))


def called(client: Any, resource: str, name: str, request: dict[str, Any]) -> Any:
    return getattr(getattr(client, resource), name)(request=request)


def called_async(base_url: str, key: str, resource: str, name: str, request: dict[str, Any]) -> Any:
    async def run() -> Any:
        sdk = import_module("aerostack")
        async with sdk.SDK(api_key_auth=key, server_url=base_url, timeout_ms=10_000) as client:
            return await called(client, resource, name, request)

    return asyncio.run(run())


def upload(who: str) -> dict[str, Any]:
    content = b"bytes" if who == "sync" else io.BufferedReader(io.BytesIO(b"stream"))
    file = {"content": content, "file_name": "example.file"}
    return {"content_type": "image/jpeg", "file": file, "key": "avatars/user-123.jpg"}


SUBJECT = worker.Subject(
    distribution="aerostack",
    packages=("aerostack",),
    open=connect,
    close=lambda client: client.__exit__(None, None, None),
    calls={
        "read": lambda client, _: client.cache.cache_get(request={"key": "k"}),
        "write": lambda client, _: client.services.services_invoke(request={"service_name": "s", "data": {}}),
    },
    operations=operations,
    open_tasks=connect,
    tasks={
        "read": lambda client, _: client.cache.cache_get_async(request={"key": "k"}),
        "write": lambda client, _: client.services.services_invoke_async(
            request={"service_name": "s", "data": {}}
        ),
    },
)

if __name__ == "__main__":
    worker.main(SUBJECT)
