"""Drive openai, the benchmark for small calls and typed chat streams."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import worker

MODEL = "m-1"
MESSAGES = [{"role": "user", "content": "Say it."}]


def connect(job: worker.Job) -> Any:
    return import_module("openai").OpenAI(base_url=job.base_url, api_key=job.key, timeout=job.limit)


def connect_tasks(job: worker.Job) -> Any:
    return import_module("openai").AsyncOpenAI(base_url=job.base_url, api_key=job.key, timeout=job.limit)


CALLS: dict[str, Callable[[Any, worker.Job], Any]] = {
    "read": lambda client, _: client.models.retrieve(MODEL),
    "write": lambda client, _: client.chat.completions.create(model=MODEL, messages=MESSAGES),
}
SUBJECT = worker.Subject(
    distribution="openai",
    packages=("openai",),
    open=connect,
    close=lambda client: client.close(),
    calls=CALLS,
    open_tasks=connect_tasks,
    tasks=CALLS,
)
