"""Measure the event-stream decoder on bytes in memory, beside httpx-sse on the same bytes."""

from __future__ import annotations

import importlib
import importlib.util
import random
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import timing

if TYPE_CHECKING:
    from harness import Bench, Result

PEER, OURS = "httpx-sse", "veneer"
SHAPES = ("one chunk per event", "16 KiB chunks", "64 B chunks")


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(events: int, library: str | None) -> dict[str, timing.Batch]:
    """Return subjects that decode events in three shapes. `library` is the folder of httpx_sse."""
    if library is not None:
        sys.path.append(library)
    decoders: dict[str, Callable[[list[bytes]], int]] = {OURS: ours}
    if importlib.util.find_spec("httpx_sse") is not None:
        decoders[PEER] = theirs
    return {
        f"{shape}: {who}": timing.each(exactly(events, decode, chunks))
        for shape, chunks in shapes(events).items()
        for who, decode in decoders.items()
    }


def exactly(events: int, decode: Callable[[list[bytes]], int], chunks: list[bytes]) -> Callable[[], None]:
    """Decode, and check that no event is lost."""

    def function() -> None:
        got = decode(chunks)
        if got != events:
            raise ValueError(f"{got} events of {events}")

    return function


def chat_deltas(count: int) -> list[bytes]:
    """Return chat completion chunks as OpenAI-style servers write them, one per event, `[DONE]` last."""
    head = (
        '{"id":"chatcmpl-9xQ2","object":"chat.completion.chunk","created":1760000000,"model":"m-1","choices":'
    )
    words = ["the ", "über", " 東京 ", "answer", " is ", "\\n\\n", "42", "…"]
    tail = ',"finish_reason":null}]}'
    rng = random.Random(7)  # noqa: S311 (not a secret)
    deltas = [
        f'data: {head}[{{"index":0,"delta":{{"content":"{rng.choice(words)}"}}{tail}\n\n'.encode()
        for _ in range(count - 1)
    ]
    return [*deltas, b"data: [DONE]\n\n"]


def shapes(events: int) -> dict[str, list[bytes]]:
    """Return the three shapes that a stream arrives in."""
    deltas = chat_deltas(events)
    body = b"".join(deltas)
    return dict(zip(SHAPES, (deltas, recut(body, 16 * 1024), recut(body, 64)), strict=True))


def recut(body: bytes, size: int) -> list[bytes]:
    """Return a body in chunks of `size` bytes."""
    return [body[start : start + size] for start in range(0, len(body), size)]


def ours(chunks: list[bytes]) -> int:
    """Count the events, reading each one's text."""
    from veneer._core.sse import Decoder

    decoder = Decoder()
    count = 0
    for chunk in chunks:
        for event in decoder.feed(chunk):
            if event.data is not None:
                count += 1
    return count


def theirs(chunks: list[bytes]) -> int:
    """Return the same by httpx-sse, which only reads `httpx.Response`."""
    import httpx

    event_source = importlib.import_module("httpx_sse").EventSource

    class Body(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return iter(chunks)

    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Body())
    count = 0
    for event in event_source(response).iter_sse():
        if event.data is not None:
            count += 1
    return count


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Compare the decoders by CPU time, since they do not wait."""
    from harness import Check, Result, Table, ratio, spread
    from report import show

    with bench.worker("sse", events=bench.size.events, library=bench.library(PEER)) as found:
        samples = bench.compare(found, batch=1, rounds=bench.size.rounds)
    result = Result()
    rows = []
    for shape in SHAPES:
        share = ratio(samples, f"{shape}: {OURS}", f"{shape}: {PEER}", "cpu")
        result.checks.append(Check(f"SSE from memory, {shape}", PEER, share, 0.60))
        per_event = 1e9 / bench.size.events
        theirs_, ours_ = (spread(samples, f"{shape}: {who}", "cpu") for who in (PEER, OURS))
        rows.append([shape, show(theirs_, per_event), show(ours_, per_event), show(share)])
    columns = ["", "httpx-sse, ns an event", "veneer, ns an event", "ratio to httpx-sse"]
    result.tables.append(Table("Events from bytes in memory", columns, rows))
    return result
