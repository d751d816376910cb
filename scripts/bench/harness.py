"""Measure side by side on a noisy machine: warm workers, batches in random order, ratios per round."""

from __future__ import annotations

import json
import os
import random
import select
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import resources
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, Final, Literal

from environments import PINS, installed, interpreter, link, packages

HERE: Final = Path(__file__).resolve().parent
KEY: Final = "key-for-the-bench"
PATIENCE: Final = 120.0
"""The seconds after which a batch counts as hung."""

Clock = Literal["wall", "cpu"]


class SubjectEndedError(RuntimeError):
    """A subject's process ended, or did not respond in time."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One batch: its wall and CPU seconds, and the subject's own value."""

    wall: float
    cpu: float
    value: Any = None


Subject = Callable[[int], Sample]
"""Runs a batch of a given size. Raises SubjectEndedError."""
Samples = dict[str, list[Sample]]
"""The batches of each subject by round, in seconds per operation."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and the quartiles around it."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread | None:
        """Return the spread of measured values; None if there are none."""
        if not figures:
            return None
        low, middle, high = statistics.quantiles(figures, n=4) if len(figures) > 1 else [*figures] * 3
        return cls(middle, low, high)


@dataclass(frozen=True, slots=True)
class Check:
    """A target and its measurement: a ratio to a baseline in the same rounds, or an absolute figure."""

    what: str
    baseline: str
    figure: Spread | None
    bound: float
    at_least: bool = False
    unit: str = "×"

    @property
    def met(self) -> bool | None:
        """Whether the median meets the target; None if nothing was measured."""
        if self.figure is None:
            return None
        middle = self.figure.middle
        return middle >= self.bound if self.at_least else middle <= self.bound


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a title. The first column is the subject."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]]
    notes: Sequence[str] = ()


@dataclass(slots=True)
class Result:
    """The results of a case."""

    tables: list[Table] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a run: rounds, and the work of each batch."""

    rounds: int
    batch: int
    cold: int
    """Rounds of whole processes."""
    pages: int
    walks: int
    """Rounds of pagination."""
    events: int
    """Events in memory."""
    memory_calls: int
    memory_events: int
    mib: int
    """Length of a transfer."""
    machine: bool
    """Whether to count system calls and instructions, which takes a minute."""


FULL = Size(15, 100, 15, 100, 3, 20_000, 10_000, 1_000_000, 2048, machine=True)
QUICK = Size(5, 40, 5, 100, 1, 5_000, 1_000, 20_000, 64, machine=False)
TINY = Size(1, 2, 1, 3, 1, 200, 20, 200, 1, machine=False)


@dataclass(slots=True)
class Bench:
    """Shared parts of the cases: server, scratch folder, peers' environments, and what was left out."""

    url: str
    size: Size
    scratch: Path
    peers: Path
    install: bool
    python: Path
    """The interpreter of the minimal environment for veneer."""
    left_out: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """Our subjects that failed."""

    @contextmanager
    def worker(
        self,
        module: str,
        *,
        python: Path | None = None,
        folder: Path = HERE,
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Iterator[dict[str, Subject]]:
        """Start a warm process and yield its subjects by name, until the block ends.

        Raises SubjectEndedError.
        """
        command = [
            str(python or self.python),
            str(HERE / "timing.py"),
            str(folder),
            module,
            json.dumps(options),
        ]
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment,
            )

            def ask(line: str) -> Any:
                assert process.stdin is not None
                assert process.stdout is not None
                with suppress(BrokenPipeError):  # it has ended already, which reading reports
                    process.stdin.write(line)
                    process.stdin.flush()
                ready = select.select([process.stdout], [], [], PATIENCE)[0]
                answer = process.stdout.readline() if ready else ""
                if not answer:
                    errors.seek(0)
                    said = errors.read().strip().splitlines() or ["it ended" if ready else "no answer"]
                    raise SubjectEndedError(said[-1][:200])
                return json.loads(answer)

            try:
                names = ask("")
                yield {
                    name: lambda times, name=name: Sample(**ask(json.dumps([name, times]) + "\n"))  # type: ignore[misc]  # PEP 484 has no default for lambdas
                    for name in names
                }
            finally:
                process.kill()
                process.communicate()

    @contextmanager
    def peer(self, distribution: str, **options: Any) -> Iterator[dict[str, Subject]]:
        """Yield the subjects of a published client's worker; none, with a note, if it is unavailable."""
        with ExitStack() as stack:
            try:
                if not self.available(distribution):
                    yield {}
                    return
                python = interpreter(distribution, self.peers)
                options |= {"url": self.url, "distribution": distribution}
                found = stack.enter_context(
                    self.worker("timed", python=python, folder=HERE / "peers", **options)
                )
            except SubjectEndedError as error:
                self.left_out[distribution] = str(error)
                found = {}
            yield found

    @contextmanager
    def with_sniffio(self, module: str) -> Iterator[dict[str, Subject]]:
        """Yield the subjects of a worker with sniffio, which httpx imports at every lock; none without it."""
        folder = self.scratch / "sniffio"
        if not folder.exists():
            try:
                link("sniffio", folder)
            except PackageNotFoundError:
                self.left_out["httpx with sniffio"] = "sniffio is not installed here"
        if not (folder / "sniffio").exists():
            yield {}
            return
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        with self.worker(module, environment=environment, url=self.url) as found:
            yield found

    def library(self, distribution: str) -> str | None:
        """Return the folder to import a pure library from; None, with a note, if it is unavailable."""
        return str(packages(distribution, self.peers)) if self.available(distribution) else None

    def stock(self) -> str | None:
        """Return the folder of package `stock`, Velerian's client by the generator's own templates.

        None, with a note, if it cannot be generated.
        """
        folder = self.scratch / "stock"
        if not folder.exists():
            folder.mkdir()
            (folder / "config.yml").write_text("post_hooks: []\n")
            named = resources.files("veneer_generated.contracts") / "velerian.json"
            contract = json.loads(named.read_text())
            for schema in contract["components"]["schemas"].values():
                schema.pop("title", None)  # the generator fails for equal titles
            (folder / "contract.json").write_text(json.dumps(contract))
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
                    *("--path", "contract.json", "--config", "config.yml", "--output-path", "stock"),
                ],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                self.left_out["stock generated client"] = (done.stderr or done.stdout).strip()[-200:]
        return str(folder) if (folder / "stock").exists() else None

    def available(self, distribution: str) -> bool:
        """Return whether a distribution's environment exists, after trying to build it if allowed."""
        if installed(distribution, self.peers):
            return True
        if not self.install:
            self.left_out[distribution] = "not installed; a full run installs it"
            return False
        try:
            interpreter(distribution, self.peers)
        except (subprocess.CalledProcessError, OSError) as error:
            self.left_out[distribution] = f"cannot be installed: {str(error)[:160]}"
            return False
        return True

    def compare(
        self,
        subjects: Mapping[str, Subject],
        *,
        batch: int | Mapping[str, int],
        rounds: int,
        warm: bool = True,
    ) -> Samples:
        """Run every subject once a round, in random order, after a warm-up round.

        A subject that fails is left out, with a note.
        """
        samples: Samples = {name: [] for name in subjects}
        running = dict(subjects)
        for turn in range(0 if warm else 1, rounds + 1):
            for name in random.sample(list(running), len(running)):
                times = batch if isinstance(batch, int) else batch[name]
                try:
                    sample = running[name](times)
                except SubjectEndedError as error:
                    (self.left_out if name.startswith(tuple(PEERS)) else self.broken)[name] = str(error)
                    del running[name], samples[name]
                    continue
                if turn:
                    samples[name].append(Sample(sample.wall / times, sample.cpu / times, sample.value))
        return samples


PEERS: Final = (*PINS, "openai")
"""The published clients whose small calls are compared."""


def spread(samples: Samples, name: str, clock: Clock = "wall") -> Spread | None:
    """Return the seconds of one operation."""
    return Spread.of([getattr(sample, clock) for sample in samples.get(name, [])])


def ratio(samples: Samples, name: str, base: str, clock: Clock = "wall") -> Spread | None:
    """Return a subject's seconds over the baseline's in the same round."""
    own, other = samples.get(name, []), samples.get(base, [])
    if len(own) != len(other):  # one of them failed
        return None
    return Spread.of([getattr(a, clock) / getattr(b, clock) for a, b in zip(own, other, strict=True)])
