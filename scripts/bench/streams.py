"""Measure event streams over HTTP, beside httpx with httpx-sse, and typed chats beside openai."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from contextlib import ExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import timing

if TYPE_CHECKING:
    from harness import Bench, Result

KEY = "key-for-the-bench"
EVENTS = 1_000
PEER = "httpx + httpx-sse"
DEFAULT, FAST = 'veneer, engine="default"', 'veneer, engine="fast"'
OPENAI = "openai"
ENGINES: dict[str, dict[str, Any]] = {DEFAULT: {"engine": "default"}, FAST: {"engine": "fast"}}
BOUNDS = {DEFAULT: 0.80, FAST: 0.25}


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(url: str, events: int, library: str | None) -> dict[str, timing.Batch]:
    """Return subjects that read streams as text and as chat chunks.

    `library` is httpx_sse's folder.
    """
    if library is not None:
        sys.path.append(library)
    found: dict[str, timing.Batch] = {}
    if importlib.util.find_spec("httpx_sse") is not None:
        found = {f"sync {PEER}": by_httpx(url, events), f"async {PEER}": by_httpx_tasks(url, events)}
    for who, options in ENGINES.items():
        found[f"sync {who}"] = by_veneer(url, events, options)
        found[f"async {who}"] = by_veneer_tasks(url, events, options)
        found[f"chat {who}"] = chat(url, events, options)
    return found


def checked(function: Callable[[], int], expected: int) -> timing.Batch:
    """Read, and check that nothing is lost."""

    def one() -> None:
        got = function()
        if got != expected:
            raise ValueError(f"{got} characters of {expected}")

    return timing.each(one)


def text(events: int) -> int:
    """Return the number of characters in the data of some events."""
    from loopback import EVENT

    return events * (len(EVENT) - len("data: \n\n"))


def endpoint(events: int) -> Any:
    """Return an endpoint module for a stream, as the generator writes it."""
    request = {"method": "get", "url": f"/events/{events}"}
    facts = {"id": "events", "stream": {"kind": "text/event-stream", "sentinel": "[DONE]"}}
    return SimpleNamespace(_get_kwargs=lambda: request, _parse_response=lambda **_: None, _OPERATION=facts)


def by_httpx(url: str, events: int) -> timing.Batch:
    """Return a subject that reads events as text by httpx."""
    import httpx

    sse = importlib.import_module("httpx_sse")
    client = httpx.Client(base_url=url)

    def function() -> int:
        with sse.connect_sse(client, "GET", f"/events/{events}") as source:
            return sum(len(event.data) for event in source.iter_sse() if event.data != "[DONE]")

    return checked(function, text(events))


def by_httpx_tasks(url: str, events: int) -> timing.Batch:
    """Return the same subject, async."""
    import httpx

    sse = importlib.import_module("httpx_sse")
    client = httpx.AsyncClient(base_url=url)

    async def function() -> int:
        async with sse.aconnect_sse(client, "GET", f"/events/{events}") as source:
            seen = 0
            async for event in source.aiter_sse():
                seen += len(event.data) if event.data != "[DONE]" else 0
            return seen

    return checked(lambda: timing.loop().run_until_complete(function()), text(events))


def by_veneer(url: str, events: int, options: dict[str, Any]) -> timing.Batch:
    """Return the same subject by ours."""
    import veneer

    client, operation = veneer.Client(url, **options), endpoint(events)

    def function() -> int:
        with client.stream(operation) as stream:
            return sum(len(event.data) for event in stream)

    return checked(function, text(events))


def by_veneer_tasks(url: str, events: int, options: dict[str, Any]) -> timing.Batch:
    """Return the same subject by ours, async."""
    import veneer

    client, operation = veneer.AsyncClient(url, **options), endpoint(events)

    async def function() -> int:
        async with client.stream(operation) as stream:
            seen = 0
            async for event in stream:
                seen += len(event.data)
            return seen

    return checked(lambda: timing.loop().run_until_complete(function()), text(events))


def chat(url: str, events: int, options: dict[str, Any]) -> timing.Batch:
    """Return a subject that reads chat chunks as models and joins their text."""
    import veneer
    from veneer.aerostack import ChatCompletionChunk
    from veneer_generated.aerostack.api.ai import ai_chat
    from veneer_generated.aerostack.models import ChatMessage, ChatRequest

    client = veneer.Client(f"{url}/chat/{events}", api_key=KEY, **options)
    body = ChatRequest(messages=[ChatMessage.from_dict({"role": "user", "content": "Say it."})])

    def function() -> int:
        with client.stream(ai_chat, body=body, event=ChatCompletionChunk.from_dict) as stream:
            return len("".join(chunk.text for chunk in stream))

    return checked(function, events * len("word "))


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Compare them, sync, async and typed."""
    from harness import Check, Result, Spread, Table, ratio, spread
    from report import show

    events = EVENTS if bench.size.rounds > 1 else 20
    with ExitStack() as stack:
        found = stack.enter_context(
            bench.worker("streams", url=bench.url, events=events, library=bench.library("httpx-sse"))
        )
        openai = stack.enter_context(bench.peer(OPENAI, events=events))
        every = found | ({f"{OPENAI}: chat": openai["chat"]} if openai else {})
        samples = bench.compare(every, batch=1, rounds=bench.size.rounds)
    result = Result()
    for mode in ("sync", "async"):
        base = f"{mode} {PEER}"
        rows = [
            [
                who,
                show(spread(samples, f"{mode} {who}"), 1e6 / events),
                show(spread(samples, f"{mode} {who}", "cpu"), 1e6 / events),
                show(ratio(samples, f"{mode} {who}", base)),
                show(ratio(samples, f"{mode} {who}", base, "cpu")),
            ]
            for who in (PEER, *ENGINES)
        ]
        columns = ["", "wall, µs an event", "CPU, µs an event", "wall, ratio to httpx", "CPU, ratio to httpx"]
        result.tables.append(
            Table(f"{events:,} events over HTTP, one chunk per event, {mode}", columns, rows)
        )
        for who, bound in BOUNDS.items():
            for clock in ("cpu", "wall"):
                what = f"SSE over HTTP, {mode}, {'default' if who == DEFAULT else 'fast'} engine, {'CPU' if clock == 'cpu' else 'wall'}"
                result.checks.append(Check(what, PEER, ratio(samples, f"{mode} {who}", base, clock), bound))
    rows = []
    for name in (f"{OPENAI}: chat", *(f"chat {who}" for who in ENGINES)):
        rates = Spread.of([events / sample.wall for sample in samples.get(name, [])])
        share = ratio(samples, f"{OPENAI}: chat", name)
        rows.append([OPENAI if OPENAI in name else name.removeprefix("chat "), show(rates), show(share)])
        if OPENAI not in name:
            engine = "default" if name.endswith(DEFAULT) else "fast"
            what = f"typed SSE chat stream, events a second, {engine} engine"
            result.checks.append(Check(what, "openai's stream", share, 10.0, at_least=True))
    columns = ["", "events a second", "ratio to openai"]
    result.tables.append(Table(f"{events:,} typed chat chunks over HTTP, sync", columns, rows))
    return result
