"""Batches of a published client's calls, and httpx's in the same environment, for ../timing.py."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import timing
import worker

KEY = "key-for-the-bench"
KINDS = {"GET": "read", "POST": "write"}


def subjects(url: str, distribution: str, **options: Any) -> dict[str, timing.Batch]:
    """Return the batches as `<method> <sync or async> <who>`, and those of only this client."""
    platform = distribution.partition("-")[0]
    subject: worker.Subject = import_module(f"{platform}_peer").SUBJECT
    job = worker.Job(call="read", base_url=f"{url}/{platform}", key=KEY, limit=10)
    found = baseline(url)
    if subject.lasting:
        client = subject.open(job)
        for method, kind in KINDS.items():
            found[f"{method} sync {distribution}"] = timing.each(bound(subject.calls[kind], client, job))
    if subject.open_tasks is not None:
        client = subject.open_tasks(job)
        for method, kind in KINDS.items():
            call = bound(subject.tasks[kind], client, job)
            found[f"{method} async {distribution}"] = timing.each_awaited(call)
    return found | subject.more(url, **options)


def bound(call: Callable[[Any, worker.Job], Any], client: Any, job: worker.Job) -> Callable[[], Any]:
    return lambda: call(client, job)


def baseline(url: str) -> dict[str, timing.Batch]:
    """Return httpx's own small calls."""
    httpx = import_module("httpx")
    plain = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"})
    tasks = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {KEY}"})
    sent = {"GET": {"params": {"a": "1"}}, "POST": {"json": {"name": "x", "value": 1}}}

    def of(method: str) -> dict[str, timing.Batch]:
        async def awaited() -> object:
            return (await tasks.request(method, "/small", **sent[method])).json()

        return {
            f"{method} sync httpx": timing.each(
                lambda: plain.request(method, "/small", **sent[method]).json()
            ),
            f"{method} async httpx": timing.each_awaited(awaited),
        }

    return of("GET") | of("POST")
