"""Time the SSE decoder against httpx-sse on the same bytes, interleaved, and print the ratios.

    python scripts/bench/sse.py                          # httpx-sse importable here
    python scripts/bench/sse.py --httpx-sse PATH         # PATH: a site-packages that has it (a throw-away environment)
    python scripts/bench/sse.py --quick --json

Both start from bytes in memory and end with events whose text has been read. httpx-sse reads them through `httpx.Response`,
which is its only door. A round runs every contender once in random order; the ratio is taken within a round, and the
table gives the median round with its quartiles, so that a noisy machine moves both sides.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from time import process_time

import httpx

from veneer._core.sse import Decoder

EVENTS = 20_000
TARGET = 0.60


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table: seconds a run, events, and the ratio to httpx-sse."""

    case: str
    contender: str
    seconds: float
    nanoseconds_per_event: float
    ratio: float
    low: float
    high: float


def chat_deltas(count: int) -> list[bytes]:
    """Chat completion chunks as an OpenAI-style server writes them, one event each, `[DONE]` last."""
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


def recut(body: bytes, size: int) -> list[bytes]:
    """Cut a body into chunks of `size` bytes."""
    return [body[start : start + size] for start in range(0, len(body), size)]


def ours(chunks: list[bytes]) -> int:
    """Count the events, reading each one's text."""
    decoder = Decoder()
    count = 0
    for chunk in chunks:
        for event in decoder.feed(chunk):
            if event.data is not None:
                count += 1
    return count


def theirs(chunks: list[bytes]) -> int:
    """The same through httpx-sse."""
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


def measure(name: str, chunks: list[bytes], events: int, rounds: int) -> list[Result]:
    """Run both, interleaved; raise SystemExit when one of them loses an event."""
    contenders: dict[str, Callable[[list[bytes]], int]] = {"httpx-sse": theirs, "veneer": ours}
    times: dict[str, list[float]] = {contender: [] for contender in contenders}
    rng = random.Random(11)  # noqa: S311 (not a secret)
    for turn in range(rounds + 1):
        for contender in rng.sample(sorted(contenders), len(contenders)):
            start = process_time()
            got = contenders[contender](chunks)
            spent = process_time() - start
            if got != events:
                raise SystemExit(f"{contender}: {got} events of {events} in {name}")
            if turn:  # the first round warms up
                times[contender].append(spent)
    results = []
    for contender, spent_ in times.items():
        ratios = [mine / base for mine, base in zip(spent_, times["httpx-sse"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
        seconds = statistics.median(spent_)
        results.append(Result(name, contender, seconds, seconds / events * 1e9, middle, low, high))
    return results


def cases(events: int) -> dict[str, list[bytes]]:
    """The three shapes that a stream arrives in."""
    deltas = chat_deltas(events)
    body = b"".join(deltas)
    return {
        "one chunk per event": deltas,
        "16 KiB chunks": recut(body, 16 * 1024),
        "64 B chunks": recut(body, 64),
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 when a ratio misses its target."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--httpx-sse", metavar="PATH", help="a directory to import httpx_sse from")
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--quick", action="store_true", help="a tenth of the events, five rounds")
    parser.add_argument("--json", action="store_true", help="one JSON object per line instead of the table")
    options = parser.parse_args(arguments)
    if options.httpx_sse:
        sys.path.append(options.httpx_sse)
    events, rounds = (options.events // 10, 5) if options.quick else (options.events, options.rounds)
    results = [row for name, chunks in cases(events).items() for row in measure(name, chunks, events, rounds)]
    for row in results:
        if options.json:
            print(json.dumps(asdict(row)))
        else:
            print(
                f"{row.case:<22}{row.contender:<12}{row.nanoseconds_per_event:>8.0f} ns/event"
                f"{row.ratio:>8.2f} × ({row.low:.2f}-{row.high:.2f})"
            )
    missed = [row.case for row in results if row.contender == "veneer" and row.ratio > TARGET]
    if missed:
        print(f"over {TARGET}: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
