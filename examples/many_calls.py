"""Run one operation over many inputs: stop half-way, resume, and decide about what is unknown.

Reads VELERIAN_BASE_URL, VELERIAN_API_KEY and VELERIAN_ABP_ID (default: the sandbox's `abp_demo`).
`make demo` points them to a local sandbox.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from veneer import MapJournal, MapProgress
from veneer.velerian import VelerianClient

ABP = os.environ.get("VELERIAN_ABP_ID", "abp_demo")


def inputs() -> Iterator[dict[str, Any]]:
    """Yield the arguments of each call; a resumed run needs the same ones in the same order."""
    for number in range(30):
        yield {"abp_id": ABP, "payload": {"prompt": f"Summarize filing {number}."}}


def run(client: VelerianClient, journal: Path, *, most: int = 30) -> MapProgress:
    """Invoke with each input that has no result yet, at most so many."""
    with client.map(client.invoke_abp, inputs(), concurrency=5, rate=200, journal=journal) as results:
        for count, result in enumerate(results, 1):
            if not result.ok:
                print(f"#{result.index} {result.outcome.name}: {result.error}")
            if count == most:
                results.stop()
        return results.progress


def main() -> None:
    """Run a part, then the rest, and print what came of all."""
    with tempfile.TemporaryDirectory() as folder, VelerianClient() as client:
        journal = Path(folder) / "run.sqlite"  # on a disk that outlives the process
        print("first run ", run(client, journal, most=10))
        print("second run", run(client, journal))

        with MapJournal(journal) as kept:
            print("states    ", kept.counts())
            # These writes have no idempotency key: they may have been carried out although no
            # response came. Look each up on the server. Those that were not carried out go out
            # again with `client.map(…, again=["unknown"])`.
            for row in kept.rows("unknown"):
                print(f"unknown    #{row.index} {row.input}: {row.error}")
            lines = kept.to_jsonl(Path(folder) / "results.jsonl")
            print("results   ", lines, "lines of JSON")


if __name__ == "__main__":
    main()
