"""Record and play without pytest around it: a cassette between whatever clients are made inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from veneer_testing._async.taps import async_tapped
from veneer_testing._sync.taps import tapped
from veneer_testing.cassette import Cassette
from veneer_testing.redaction import Redactor
from veneer_testing.tape import Tape

KEY = "sk-CANARY+7f3a/Zq=="
"""The clients' key: one that is written otherwise in a URL, in JSON and in Base64."""


@contextmanager
def recording(path: Path, **options: Any) -> Iterator[Tape]:
    """Keep what the clients inside are answered."""
    with _taped(Cassette(path), plays=False, records=True, **options) as tape:
        yield tape
    tape.cassette.save()


@contextmanager
def playing(path: Path, **options: Any) -> Iterator[Tape]:
    """Answer the clients inside from a file."""
    with _taped(Cassette.load(path), plays=True, records=False, **options) as tape:
        yield tape


@contextmanager
def _taped(cassette: Cassette, *, plays: bool, records: bool, shown: tuple[str, ...] = ()) -> Iterator[Tape]:
    tape = Tape(cassette, Redactor(frozenset(shown)), plays=plays, records=records, hint="Record it.")
    with tapped(tape), async_tapped(tape):
        yield tape
    tape.finish()


def written(path: Path, *interactions: dict[str, Any]) -> Path:
    """Write a cassette by hand."""
    cassette = Cassette(path, list(interactions), recorded_at=1_700_000_000.0)
    cassette.save()
    return path


def interaction(
    url: str, *, method: str = "GET", request: Any = None, status: int = 200, **answer: Any
) -> dict[str, Any]:
    """Return an interaction as it is in a file; `failure` takes the answer's place."""
    sent: dict[str, Any] = {"method": method, "url": url}
    if request is not None:
        sent["body"] = {"json": request}
    if "failure" in answer and "body" not in answer and "events" not in answer:
        return {
            "request": sent,
            "failure": {"message": "", "seconds": 0.0, "sent": True, **answer["failure"]},
        }
    headers = {"content-type": "text/event-stream" if "events" in answer else "application/json"}
    return {
        "request": sent,
        "response": {
            "seconds": 0.0,
            "status": status,
            **answer,
            "headers": headers | answer.get("headers", {}),
        },
    }


def outcome(error: Any) -> tuple[Any, ...]:
    """Return what an error says of a call, without the times and ports that differ between runs."""
    attempts = [(one.outcome, one.status, one.error, one.delay is not None) for one in error.attempts]
    return type(error), error.outcome, error.message, attempts


Both = Callable[[], Any]
