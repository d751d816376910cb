"""Run workloads side by side on a noisy machine: warm workers, batches in random order, ratios per round."""

from __future__ import annotations

import json
import os
import random
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

import counts
import environments

HERE: Final = Path(__file__).resolve().parent
PATIENCE: Final = 180.0
"""The seconds after which a batch counts as hung."""
FAST: Final = ("httptools", "msgspec", "orjson")
"""What `pip install veneer[fast]` brings beside `pip install veneer`."""


class SubjectError(RuntimeError):
    """A subject failed, its process ended, or did not respond in time."""


class MissingToolError(SubjectError):
    """A tool that counts is not installed or not permitted."""


Sample = dict[str, Any]
"""One batch: `cpu` and `wall` in seconds an operation, or `value`."""
Subject = Callable[[int], Sample]


@dataclass(frozen=True, slots=True)
class Place:
    """The environment of a worker: `veneer[fast]`'s with pinned packages before it, or this one."""

    needs: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    dev: bool = False
    """This interpreter, with the development packages."""
    stock: bool = False
    """With the client that the generator's own templates write."""


@dataclass(frozen=True, slots=True)
class Row:
    """A subject of a workload: what a worker makes its batches by, or the code of a process."""

    make: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    code: str = ""
    tool: str = ""
    """What counts its operations (see counts.py)."""


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio to a baseline that the median of runs must not exceed; without baseline, a value."""

    who: str
    over: str
    bound: float
    clock: str = "cpu"


@dataclass(frozen=True, slots=True)
class Workload:
    """Subjects that do the same. Figures are those of one operation, of which a batch does `each` a time."""

    title: str
    rows: Mapping[str, Row]
    over: tuple[str, ...]
    """The baselines, of which the first is the main one."""
    targets: tuple[Target, ...] = ()
    clocks: tuple[str, ...] = ("cpu", "wall")
    unit: str = "µs"
    each: int = 1
    least: int = 1
    """The least operations of a batch, for example so that all tasks have some."""
    times: int | None = None
    """The operations of a batch, if they are not chosen by time."""
    runs: int = 100
    rounds: int = 100
    fresh: bool = False
    """Whether each batch needs a new worker."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a run: fresh processes, rounds in each, and seconds of a batch."""

    runs: int
    rounds: int
    seconds: float
    pages: int
    events: int
    """Events in memory and of a stream."""
    kept_calls: int
    kept_events: int
    mib: int
    kept_mib: int
    machine: bool
    """Whether to count system calls and instructions, which takes a minute."""


FULL: Final = Size(5, 3, 0.04, 100, 1_000, 10_000, 1_000_000, 256, 2_048, machine=True)
QUICK: Final = Size(1, 3, 0.03, 100, 1_000, 1_000, 20_000, 32, 64, machine=False)
TINY: Final = Size(1, 1, 0.0, 2, 50, 20, 200, 1, 1, machine=False)


class Worker:
    """A warm process that makes and runs batches; started again after it was killed."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.command, self.environment = command, environment
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  # closed with the worker
        self.process: subprocess.Popen[str] | None = None

    def run(self, row: Row, times: int) -> Sample:
        """Run a batch. Raises SubjectError."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                text=True,
                env=self.environment,
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):  # it has ended already, which reading reports
            self.process.stdin.write(json.dumps([row.make, row.arguments, times]) + "\n")
            self.process.stdin.flush()
        ready = select.select([self.process.stdout], [], [], PATIENCE)[0]
        answer = self.process.stdout.readline() if ready else ""
        if not answer:
            self.stop()
            self.errors.seek(0)
            said = self.errors.read().strip().splitlines() or ["it ended" if ready else "no answer"]
            raise SubjectError(said[-1][:200])
        sample: Sample = json.loads(answer)
        if "error" in sample:
            raise SubjectError(sample["error"].splitlines()[0][:200])
        return sample

    def stop(self) -> None:
        """Kill the process; a later batch starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@dataclass(slots=True)
class Bench:
    """Shared parts of the workloads: servers, folders, workers, and what was left out."""

    size: Size
    scratch: Path
    kept: Path
    """The folder of installed packages."""
    install: bool
    python: Path
    """The interpreter of the environment that `pip install veneer[fast]` gives."""
    cpu: int | None
    """The processor that workers run on."""
    left_out: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """Our subjects that failed."""
    _workers: dict[tuple[str, Place], Worker] = field(default_factory=dict)

    def keep(self, workload: Workload | None = None) -> None:
        """Stop the workers that a workload does not need: memory is for the measured."""
        needed = workload.rows if workload else {}
        for (who, place), worker in list(self._workers.items()):
            if who not in needed or needed[who].place != place:
                worker.stop()
                worker.errors.close()
                del self._workers[who, place]

    def worker(self, who: str, place: Place) -> Worker:
        """Return the worker of a subject. Raises LookupError if its place cannot be had."""
        if (who, place) not in self._workers:
            command, environment = self.command(place)
            self._workers[who, place] = Worker(command, environment)
        return self._workers[who, place]

    def command(self, place: Place) -> tuple[list[str], dict[str, str]]:
        """Return how a worker of a place is started. Raises LookupError if the place cannot be had."""
        path = [str(self.target(one)) for one in place.needs]
        if place.stock:
            path.append(str(self.stock()))
        options = {
            "folders": [str(HERE), str(HERE / "peers")],
            "hidden": place.hidden,
            "cpu": self.cpu,
        }
        python = sys.executable if place.dev else str(self.python)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "SSL_CERT_FILE": str(self.trusted)}
        return [python, str(HERE / "timing.py"), json.dumps(options)], environment

    @property
    def trusted(self) -> Path:
        """The bundle of authorities that the workers trust."""
        return self.scratch / "authorities.pem"

    def target(self, requirement: str) -> Path:
        """Return the folder of a package. Raises LookupError, with a note, if it cannot be had."""
        try:
            return environments.target(requirement, self.kept, install=self.install)
        except LookupError as error:
            self.left_out[requirement] = str(error)
            raise

    def stock(self) -> Path:
        """Return the folder of package `stock`, Velerian's client by the generator's own templates.

        Raises LookupError if it cannot be generated.
        """
        folder = self.scratch / "stock"
        if not folder.exists():
            folder.mkdir()
            (folder / "config.yml").write_text("post_hooks: []\n")
            contract = json.loads(
                (resources.files("veneer_generated.contracts") / "velerian.json").read_text()
            )
            for schema in contract["components"]["schemas"].values():
                schema.pop("title", None)  # the generator fails for equal titles
            (folder / "contract.json").write_text(json.dumps(contract))
            command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
            command += ["--path", "contract.json", "--config", "config.yml", "--output-path", "stock"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                self.left_out["stock generated client"] = (done.stderr or done.stdout).strip()[-200:]
        if not (folder / "stock").exists():
            raise LookupError("the generator failed")
        return folder

    def subject(self, who: str, row: Row, workload: Workload) -> Subject:
        """Return what runs a row's batches. Raises LookupError if its place cannot be had."""
        if row.code:
            return self.child(row.code)
        if row.tool:
            return self.counted(row)
        self.worker(who, row.place)

        def subject(times: int) -> Sample:
            worker = self.worker(who, row.place)
            if workload.fresh:
                worker.stop()
            return worker.run(row, times)

        return subject

    def child(self, code: str) -> Subject:
        """Run code in a process up to the line that it prints: `[CPU, wall or null, value]`."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "SSL_CERT"))}
        more = {"PYTHONPYCACHEPREFIX": str(self.scratch / "compiled"), "SSL_CERT_FILE": str(self.trusted)}

        def subject(times: int) -> Sample:
            assert times == 1
            begun = time.perf_counter()
            with subprocess.Popen(
                [str(self.python), "-c", code],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**kept, **more},
            ) as process:
                assert process.stdout is not None
                line = process.stdout.readline()
                spent = time.perf_counter() - begun
                _, errors = process.communicate()
            if process.returncode:
                raise SubjectError(errors.strip().splitlines()[-1][:200])
            cpu, wall, value = json.loads(line)
            return {"cpu": cpu, "wall": spent if wall is None else wall, "value": value}

        return subject

    def counted(self, row: Row) -> Subject:
        """Count by a tool, in processes of its own. Raises LookupError if the place cannot be had."""
        command, environment = self.command(row.place)
        line = json.dumps([row.make, row.arguments, "{times}"]) + "\n"

        def subject(_: int) -> Sample:
            try:
                value = counts.by_tool(row.tool, command, environment, line, self.scratch)
            except OSError as error:
                raise MissingToolError(str(error)) from None
            return {"cpu": 0.0, "wall": 0.0, "value": value}

        return subject

    def measure(self, workload: Workload) -> dict[str, list[Sample]]:
        """Run every subject once a round, in random order, after a first batch that tells how long it takes.

        What fails is left out, with a note.
        """
        subjects: dict[str, Subject] = {}
        times: dict[str, int] = {}
        samples: dict[str, list[Sample]] = {}
        timed = "value" not in workload.clocks

        def attempt(who: str, count: int) -> Sample | None:
            try:
                return subjects[who](count)
            except SubjectError as error:
                ours = who.lower().startswith(("veneer", "velerianclient", "asyncvelerian"))
                ours = ours and not isinstance(error, MissingToolError)
                (self.broken if ours else self.left_out)[f"{workload.title}: {who}"] = f"{error}"
                subjects.pop(who)
                samples.pop(who, None)
                return None

        for who, row in workload.rows.items():
            try:
                subjects[who] = self.subject(who, row, workload)
            except LookupError:  # it is noted as left out
                continue
            times[who] = workload.times or (workload.least if self.size.seconds else 1)
            for _ in range(2 if workload.times is None and timed else 0):  # the first is cold
                first = attempt(who, workload.least) if self.size.seconds and who in subjects else None
                if first is not None:
                    one = max(first["cpu"] / workload.least, 1e-9)
                    times[who] = max(workload.least, round(self.size.seconds / one))
        rounds = min(workload.rounds, self.size.rounds)
        for _ in range(rounds):
            for who in random.sample(list(subjects), len(subjects)):
                if (sample := attempt(who, times[who])) is not None:
                    count = times[who] * workload.each
                    scaled = {clock: sample[clock] / count for clock in ("cpu", "wall")}
                    samples.setdefault(who, []).append({**scaled, "value": sample["value"]})
        return {who: samples[who] for who in workload.rows if who in samples}


def measured(bench: Bench, chosen: dict[str, Workload]) -> dict[str, Any]:
    """Run the workloads, and return the figures of each by its name."""
    found: dict[str, list[Any]] = {name: [] for name in chosen}
    for turn in range(bench.size.runs):
        bench.keep()  # nothing: a run's processes are its own
        for name, workload in chosen.items():
            if turn < workload.runs:
                started = time.perf_counter()
                bench.keep(workload)
                found[name].append(bench.measure(workload))
                spent = time.perf_counter() - started
                print(f"run {turn + 1}, {name}: {spent:.1f} s", file=sys.stderr, flush=True)
    bench.keep()
    return {
        name: {
            "title": workload.title,
            "unit": workload.unit,
            "over": workload.over,
            "notes": workload.notes,
            "subjects": summary(workload, found[name]),
        }
        for name, workload in chosen.items()
    }


def summary(workload: Workload, runs: Sequence[Mapping[str, list[Sample]]]) -> dict[str, dict[str, Any]]:
    """Return the figures of each subject: medians, and ratios as median, least and most of the runs."""
    found: dict[str, dict[str, Any]] = {}
    for who in workload.rows:
        own = [run[who] for run in runs if who in run]
        if not own:
            continue
        figure: dict[str, Any] = {
            clock: _rounded(statistics.median(sample[clock] for run in own for sample in run))
            for clock in workload.clocks
        }
        over: dict[str, dict[str, list[float]]] = {}
        for base in workload.over:
            both = [run for run in runs if who in run and base in run]
            if both and who != base:
                over[base] = {clock: _ratios(both, who, base, clock) for clock in workload.clocks}
        found[who] = {**figure, "over": over}
    return found


def _ratios(runs: Sequence[Mapping[str, list[Sample]]], who: str, base: str, clock: str) -> list[float]:
    medians = [
        statistics.median(
            own[clock] / other[clock] if other[clock] else float(bool(own[clock]))
            for own, other in zip(run[who], run[base], strict=True)
        )
        for run in runs
    ]
    return [_rounded(figure) for figure in (statistics.median(medians), min(medians), max(medians))]


def _rounded(figure: float) -> float:
    return float(f"{figure:.4g}")
