"""Run one subject's calls in its own environment, and print their outcomes as JSON lines.

A subject's script ends with `worker.main(SUBJECT)` and is run in one of two ways:

    python velerian_peer.py faults                    # jobs on standard input, one report per job
    python velerian_peer.py operations BASE_URL KEY   # every documented operation once, one report each

Only the standard library is used, because the environments hold only the peers.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TextIO

Operation = tuple[str, Callable[[], object]]


@dataclass(frozen=True)
class Job:
    """One job, made from a JSON line.

    `limit` (seconds) is passed wherever the subject takes a bound on a call. `travel` makes long
    sleeps return at once and moves the clock instead. `threads` > 0 makes `calls` calls from each
    of that many threads over one client.
    """

    call: str
    base_url: str
    key: str
    limit: float = 1.0
    target: str = ""
    travel: bool = False
    threads: int = 0
    calls: int = 0
    max_bytes: int = 0


@dataclass(frozen=True)
class Subject:
    """The driver of one client library.

    `calls` maps a kind of call (read, write, absolute, escape) to a function of the client and the
    job. The library does not offer a missing kind. `packages` are the import names whose exceptions
    count as its own. `tasks` are the async calls of the client that `open_tasks` returns. `lasting`
    is False if a sync client does not survive its first call.
    """

    distribution: str
    packages: tuple[str, ...]
    open: Callable[[Job], Any]
    close: Callable[[Any], object]
    calls: dict[str, Callable[[Any, Job], object]]
    operations: Callable[[str, str], Iterator[Operation]] | None = None
    open_tasks: Callable[[Job], Any] | None = None
    tasks: dict[str, Callable[[Any, Job], Any]] = field(default_factory=dict)
    lasting: bool = True


@dataclass
class Clock:
    """Records every sleep of the process and, while travelling, skips it.

    It replaces `time.sleep`, `asyncio.sleep` and the clocks for the whole process, so it is
    installed before the subject is imported.
    """

    travelling: bool = False
    waits: list[float] = field(default_factory=list)
    real_sleep: Callable[[float], None] = time.sleep
    _ahead: float = 0.0
    _begun: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def install(self) -> None:
        """Replace the process's clocks."""
        real_sleep, real_async_sleep = time.sleep, asyncio.sleep

        def sleep(seconds: float, /) -> None:
            real_sleep(self._shortened(seconds))

        async def async_sleep(delay: float, result: Any = None) -> Any:
            return await real_async_sleep(self._shortened(delay), result)

        setattr(time, "sleep", sleep)  # noqa: B010  # mypy has no way to say that a module is changed
        setattr(asyncio, "sleep", async_sleep)  # noqa: B010
        wall, monotonic = time.time, time.monotonic
        setattr(time, "time", lambda: wall() + self._ahead - self._begun)  # noqa: B010
        setattr(time, "monotonic", lambda: monotonic() + self._ahead)  # noqa: B010

    def begin(self, *, travelling: bool) -> None:
        """Start a job: clear the waits, and reset the wall clock to the server's time."""
        self.travelling, self.waits, self._begun = travelling, [], self._ahead

    def _shortened(self, seconds: float) -> float:
        with self._lock:
            if seconds > 0:
                self.waits.append(seconds)
            if not self.travelling:
                return seconds
            self._ahead += max(0.0, seconds)
            return 0.0


def main(subject: Subject) -> None:
    """Run the command line."""
    out, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not break the report
    mode, *arguments = sys.argv[1:]
    if mode == "operations":
        _operations(subject, out, *arguments)
        return
    clock = Clock()
    clock.install()
    for line in sys.stdin:
        _say(out, _report(subject, Job(**json.loads(line)), clock, lambda: _say(out, {"begun": True})))


def _operations(subject: Subject, out: TextIO, base_url: str, key: str) -> None:
    if subject.operations is None:
        raise SystemExit(f"{subject.distribution} lists no operations")
    for name, call in subject.operations(base_url, key):
        _say(out, {"operation": name, **_outcome(subject, call)})


def _say(out: TextIO, report: dict[str, Any]) -> None:
    print(json.dumps(report), file=out, flush=True)


def _report(subject: Subject, job: Job, clock: Clock, begun: Callable[[], None]) -> dict[str, Any]:
    if job.call not in subject.calls:
        return {"outcome": "none", "text": "not offered"}
    clock.begin(travelling=job.travel)
    before = _peak()
    beside = _Beside(job.limit, clock.real_sleep)
    try:
        client = subject.open(job)
    except ImportError as error:
        return {"outcome": "absent", "text": f"not importable: {error}"}
    begun()
    if not job.travel:
        beside.start()
    started = time.perf_counter()
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            report = (
                _storm(subject, client, job)
                if job.threads
                else _outcome(subject, lambda: _call(subject, client, job))
            )
        report["warned"] = sorted({one.category.__name__ for one in warned})
        report["seconds"] = time.perf_counter() - started
        report["beside"] = beside.late(report["seconds"])
    finally:
        subject.close(client)
    return {**report, "waits": clock.waits, "mebibytes": _peak() - before, "version": _version(subject)}


class _Beside(threading.Thread):
    """A thread that sleeps as long as a call may take. Its lateness is the machine's."""

    def __init__(self, seconds: float, sleep: Callable[[float], None]) -> None:
        super().__init__(daemon=True)
        self._seconds = seconds
        self._sleep = sleep
        self._late = 0.0

    def run(self) -> None:
        begun = time.perf_counter()
        self._sleep(self._seconds)
        self._late = time.perf_counter() - begun - self._seconds

    def late(self, taken: float) -> float:
        """Return the thread's lateness in seconds, if a call of this length reached its limit."""
        if taken < self._seconds or not self.ident:
            return 0.0
        self.join()
        return self._late


def _call(subject: Subject, client: Any, job: Job) -> object:
    return subject.calls[job.call](client, job)


def _outcome(subject: Subject, call: Callable[[], object]) -> dict[str, Any]:
    """Return whether a call returned a value or raised an error of any class."""
    try:
        value = call()
    except Exception as error:  # noqa: BLE001  # reporting any exception of a foreign library is the purpose
        return {"outcome": "error", **describe(subject, error)}
    return {"outcome": "value", "text": repr(value)[:120]}


def describe(subject: Subject, error: BaseException) -> dict[str, Any]:
    """Return the facts of an exception: class, whether it is the library's own, status, Retry-After."""
    kinds = [kind for kind in type(error).__mro__ if kind.__module__.partition(".")[0] in subject.packages]
    return {
        "kind": type(error).__name__,
        "own": bool(kinds),
        "text": str(error)[:160],
        "status": next(
            (v for n in ("status_code", "status") if isinstance(v := getattr(error, n, None), int)), None
        ),
        "retry_after": getattr(error, "retry_after", None),
    }


def _storm(subject: Subject, client: Any, job: Job) -> dict[str, Any]:
    def one(_: int) -> str:
        report = _outcome(subject, lambda: subject.calls[job.call](client, job))
        return str(report.get("kind", "value"))

    with ThreadPoolExecutor(job.threads) as pool:
        kinds = Counter(pool.map(one, range(job.threads * job.calls)))
    return {"outcome": "storm", "kinds": dict(kinds), "text": ""}


def _peak() -> float:
    """Return the process's peak memory in MiB (ru_maxrss is KiB on Linux, bytes on macOS)."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _version(subject: Subject) -> str:
    try:
        return version(subject.distribution)
    except PackageNotFoundError:
        return "?"
