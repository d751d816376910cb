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


def more(url: str, events: int = 0) -> dict[str, Callable[[int], Any]]:
    """Return subjects that read a stream of typed chat chunks and join their text."""
    client = import_module("openai").OpenAI(base_url=f"{url}/chat/{events}", api_key="key-for-the-bench")

    def chat(times: int) -> int:
        text = ""
        for _ in range(times):
            with client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True) as stream:
                text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
        return len(text)

    return {"chat": chat}


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
    more=more,
)
