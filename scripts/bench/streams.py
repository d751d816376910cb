"""Event streams over HTTP, one chunk per event: veneer beside httpx with httpx-sse, and typed chat answers beside openai's client.

    python scripts/bench/streams.py [--quick]

The peers come from the environment that runs this; what is not installed is left out.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import harness
import httpx

import veneer
from veneer.aerostack import ChatCompletionChunk
from veneer_generated.aerostack.api.ai import ai_chat
from veneer_generated.aerostack.models import ChatMessage, ChatRequest

EVENTS = 1_000
KEY = "key-for-the-bench"
BASELINE = "httpx + httpx-sse"
OPENAI = "openai"


def _endpoint(path: str) -> Any:
    """What the generator would write for a stream."""
    request = {"method": "get", "url": path}
    facts = {"id": "events", "stream": {"kind": "text/event-stream", "sentinel": "[DONE]"}}
    return SimpleNamespace(_get_kwargs=lambda: request, _parse_response=lambda **_: None, _OPERATION=facts)


def plain(url: str) -> dict[str, Callable[[], object]]:
    """Events as text, sync."""
    subjects: dict[str, Callable[[], object]] = {}
    if importlib.util.find_spec("httpx_sse") is not None:
        sse = importlib.import_module("httpx_sse")
        engine = httpx.Client(base_url=url)

        def by_httpx() -> int:
            with sse.connect_sse(engine, "GET", f"/events/{EVENTS}") as source:
                return sum(len(event.data) for event in source.iter_sse() if event.data != "[DONE]")

        subjects[BASELINE] = by_httpx
    client = veneer.Client(url)
    endpoint = _endpoint(f"/events/{EVENTS}")

    def by_veneer() -> int:
        with client.stream(endpoint) as stream:
            return sum(len(event.data) for event in stream)

    return {**subjects, "veneer": by_veneer}


def plain_async(url: str, loop: asyncio.AbstractEventLoop) -> dict[str, Callable[[], object]]:
    """Events as text, async."""
    subjects: dict[str, Callable[[], object]] = {}
    if importlib.util.find_spec("httpx_sse") is not None:
        sse = importlib.import_module("httpx_sse")
        engine = httpx.AsyncClient(base_url=url)

        async def by_httpx() -> int:
            async with sse.aconnect_sse(engine, "GET", f"/events/{EVENTS}") as source:
                return sum([len(event.data) async for event in source.aiter_sse() if event.data != "[DONE]"])

        subjects[BASELINE] = harness.in_loop(loop, by_httpx)
    client = veneer.AsyncClient(url)
    endpoint = _endpoint(f"/events/{EVENTS}")

    async def by_veneer() -> int:
        async with client.stream(endpoint) as stream:
            return sum([len(event.data) async for event in stream])

    return {**subjects, "veneer": harness.in_loop(loop, by_veneer)}


def typed(url: str) -> dict[str, Callable[[], object]]:
    """Chat chunks as models, their text joined."""
    subjects: dict[str, Callable[[], object]] = {}
    messages = [{"role": "user", "content": "Say it."}]
    if importlib.util.find_spec("openai") is not None:
        peer = importlib.import_module("openai").OpenAI(base_url=url, api_key=KEY)

        def by_openai() -> str:
            with peer.chat.completions.create(model="m-1", messages=messages, stream=True) as stream:
                return "".join(chunk.choices[0].delta.content or "" for chunk in stream)

        subjects[OPENAI] = by_openai
    client = veneer.Client(url, api_key=KEY)
    body = ChatRequest(messages=[ChatMessage.from_dict(message) for message in messages])

    def by_veneer() -> str:
        with client.stream(ai_chat, body=body, event=ChatCompletionChunk.from_dict) as stream:
            return "".join(chunk.text for chunk in stream)

    return {**subjects, "veneer": by_veneer}


def main(quick: bool) -> None:
    """Print the tables."""
    rounds = 5 if quick else 15
    loop = asyncio.new_event_loop()
    with harness.server() as url:
        for title, subjects in {
            f"{EVENTS:,} events over HTTP, sync": plain(url),
            f"{EVENTS:,} events over HTTP, async": plain_async(url, loop),
            f"{EVENTS:,} typed chat chunks, sync": typed(url),
        }.items():
            for name, function in subjects.items():
                assert function() == next(iter(subjects.values()))(), name
            table = harness.compare(subjects, baseline=next(iter(subjects)), batch=2, rounds=rounds)
            print(f"\n{title}\n{'':24}{'µs an event':>12}{'events/s':>12}{'wall ×':>9}{'cpu ×':>9}")
            for name, row in table.items():
                print(
                    f"{name:24}{row.wall / EVENTS:12.1f}{EVENTS / row.wall * 1e6:12,.0f}{row.ratio_wall:9.2f}{row.ratio_cpu:9.2f}"
                )
    loop.close()


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
