"""Compare how veneer and the four published clients handle faults: one server, one table.

    python scripts/trials/faults.py                       # everything; a few minutes
    python scripts/trials/faults.py --only storm --subjects veneer.velerian velerian-sdk
    python scripts/trials/faults.py --peers .cache/peers  # keep the peers' environments for the next run

Each scenario is one call against the loopback server in tests/faultserver, made by a process of the
subject's own environment with a hard time limit. Long sleeps are recorded and skipped, so that an
hour's `Retry-After` can be tried. Each outcome shows whether the promise of docs/design.md was
kept; peers are reported as they are. The exit code is 1 if veneer breaks a promise or one of its
public packages is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PEERS: Final = ROOT / "scripts/bench/peers"
sys.path[:0] = [str(ROOT / "tests"), str(PEERS), str(PEERS.parent)]

# The peers, the benchmarks and the server are not in packages.
from answers import ANSWERS  # noqa: E402
from environments import PINS, environments, interpreter  # noqa: E402
from promises import CANARY, ESCAPE, SCENARIOS, Scenario, Seen, broken, mark  # noqa: E402

import faultserver  # noqa: E402
from faultserver import FaultServer  # noqa: E402

#: A call that still runs this many seconds after its limit is killed and reported.
PATIENCE: Final = 3.0
#: The seconds in which a process must start, load its subject and open a client.
START: Final = 120.0


# -- subjects ----------------------------------------------------------------------------------------------------------


@dataclass
class Subject:
    """A client library in its own process, which is restarted after it was killed."""

    name: str
    platform: str
    command: list[str]
    process: subprocess.Popen[str] | None = None
    lines: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    version: str = ""
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def ours(self) -> bool:
        return self.name.startswith("veneer")

    def run(self, job: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Run a job. If its call takes too long, kill the process and report that."""
        process = self.process
        if process is None or process.poll() is not None:
            process = self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
            )
            self.lines = queue.SimpleQueue()
            threading.Thread(target=_pump, args=(process, self.lines), daemon=True).start()
        if process.stdin is None:
            raise RuntimeError("a process without pipes")
        with suppress(BrokenPipeError):  # it has ended already, which reading reports
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        limit = START
        while True:
            try:
                line = self.lines.get(timeout=limit)
            except queue.Empty:
                self.stop()
                return {"outcome": "killed", "seconds": limit, "text": f"still running after {limit:g} s"}
            if not line:
                return {"outcome": "crashed", "text": f"the process ended with {process.wait()}"}
            report: dict[str, Any] = json.loads(line)
            if report != {"begun": True}:
                break
            limit = seconds
        self.version = str(report.get("version", self.version))
        return report

    def stop(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdin is not None:
                with suppress(BrokenPipeError):
                    self.process.stdin.close()
            self.process = None


def _environment() -> dict[str, str]:
    """Return the environment variables of a subject's process.

    Bytecode is kept away from the sources.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bytecode")}


def compiled() -> None:
    """Compile the modules that pip would compile when it installs veneer."""
    folders = [str(ROOT / "overlay" / "veneer"), str(ROOT / "generated" / "veneer_generated")]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *folders], env=_environment(), check=True)


def _pump(process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    """Pass on the output of a process, and None at its end."""
    if process.stdout is not None:
        for line in process.stdout:
            lines.put(line)
        process.stdout.close()
    lines.put("")


def subjects(folder: Path, wanted: Sequence[str]) -> Iterable[Subject]:
    """Yield the chosen subjects: published clients by distribution, `veneer.<platform>[.async]`."""
    for name in wanted:
        if name in PINS:
            platform = name.partition("-")[0]
            yield Subject(
                name, platform, [str(interpreter(name, folder)), str(PEERS / f"{platform}_peer.py"), "faults"]
            )
        else:
            platform, _, flavour = name.removeprefix("veneer.").partition(".")
            script = str(PEERS / "veneer_doors.py")
            yield Subject(name, platform, [sys.executable, script, "faults", platform, flavour or "sync"])


def attempt(server: FaultServer, subject: Subject, scenario: Scenario) -> Seen:
    """Run one scenario with one subject."""
    answers = ANSWERS[subject.platform]
    space = server.space(answers.get(scenario.call, answers["read"]))
    addresses = {"refused": server.refused_url, "deaf": server.deaf_url}
    job = {
        "call": scenario.call,
        "base_url": addresses.get(scenario.behaviour) or space.url(scenario.behaviour),
        "key": CANARY,
        "limit": scenario.limit,
        "target": {"absolute": f"{space.other_url()}/elsewhere", "escape": ESCAPE}.get(scenario.call, ""),
        "travel": scenario.travel,
        "threads": scenario.threads,
        "calls": scenario.calls,
        "max_bytes": scenario.max_bytes,
    }
    lost = len(server.requests(""))
    report = subject.run(job, PATIENCE + (scenario.limit if not scenario.travel else 5.0))
    return Seen(report, space.requests(0), space.requests(1), server.requests("")[lost:])


# -- tables ------------------------------------------------------------------------------------------------------------


def detail(seen: Seen) -> str:
    """Return an outcome in a few words."""
    report = seen.report
    match seen.outcome:
        case "none" | "absent" | "killed" | "crashed":
            what = str(report["text"])
        case "storm":
            what = ", ".join(f"{count} × {kind}" for kind, count in sorted(report["kinds"].items()))
        case "error":
            what = str(report["kind"])
        case _:
            what = "value"
    if not seen.ran:
        return what
    extra = [f"{seen.seconds:.2f} s", f"{len(seen.requests)} req"]
    if seen.waited:
        extra.append(f"waited {seen.waited:.2f} s")
    if seen.elsewhere:
        extra.append(f"{len(seen.elsewhere)} elsewhere")
    if report.get("mebibytes", 0) > 50:
        extra.append(f"+{report['mebibytes']:.0f} MiB")
    return f"{what} · {' · '.join(extra)}"


def print_scenario(scenario: Scenario, subjects: Sequence[Subject]) -> None:
    """Print one scenario's block, one line per subject."""
    print(f"\n{scenario.title}  ({scenario.call}, {scenario.behaviour}, limit {scenario.limit:g} s)")
    for subject in subjects:
        seen = subject.seen[scenario.title]
        problems = "; ".join(broken(scenario, seen))
        print(
            f"  {mark(scenario, seen)} {subject.name:<24} {detail(seen)}{'  ← ' + problems if problems else ''}"
        )


def print_matrix(scenarios: Sequence[Scenario], subjects: Sequence[Subject]) -> None:
    """Print kept and broken promises side by side."""
    width = max(len(s.title) for s in scenarios)
    print("\n✓ kept   ○ kept, but the error is not the library's own   ✗ broken   – not offered\n")
    for number, subject in enumerate(subjects):
        print(f"{'':<{width}}  {'│ ' * number}┌ {subject.name} {subject.version}")
    for scenario in scenarios:
        print(
            f"{scenario.title:<{width}}  {' '.join(mark(scenario, s.seen[scenario.title]) for s in subjects)}"
        )
    print()
    for subject in subjects:
        marks = [mark(scenario, subject.seen[scenario.title]) for scenario in scenarios]
        print(f"{subject.name:<24} kept {marks.count('✓')} of {len(marks) - marks.count('–')}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="only scenarios whose title or behaviour contains this")
    parser.add_argument("--subjects", nargs="+", default=DEFAULT_SUBJECTS, metavar="NAME")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="keep the peers' environments here")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every outcome here")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="also write the outcomes here as a table"
    )
    options = parser.parse_args(arguments)
    scenarios = [s for s in SCENARIOS if options.only in s.title or options.only in s.behaviour]
    with environments(options.peers) as folder, faultserver.running() as server:
        running = list(subjects(folder, options.subjects))
        if any(subject.ours for subject in running):
            compiled()
        try:
            for subject in running:
                if subject.ours:  # its first process writes the bytecode of veneer's requirements
                    attempt(server, subject, FIRST)
                    subject.stop()
            for scenario in scenarios:
                for subject in running:
                    subject.seen[scenario.title] = attempt(server, subject, scenario)
                print_scenario(scenario, running)
        finally:
            for subject in running:
                subject.stop()
    print_matrix(scenarios, running)
    if options.markdown:
        options.markdown.write_text(as_markdown(scenarios, running))
    if options.json:
        options.json.write_text(json.dumps(as_data(scenarios, running), indent=1, ensure_ascii=False) + "\n")
    ours = [(s, subject.seen[s.title]) for subject in running if subject.ours for s in scenarios]
    # A package that cannot be imported keeps no promise either.
    return int(any(seen.outcome == "absent" or broken(scenario, seen) for scenario, seen in ours))


#: A call without a verdict.
FIRST: Final = Scenario("a first call", "read", "ok", (), limit=30.0)

DEFAULT_SUBJECTS: Final = [
    "veneer.velerian",
    "veneer.velerian.async",
    "veneer.hybridb",
    "veneer.hestiaos",
    "veneer.aerostack",
    "veneer.core",
    "veneer.core.async",
    *PINS,
]


def as_markdown(scenarios: Sequence[Scenario], subjects: Sequence[Subject]) -> str:
    """Return the comparison as a Markdown table."""
    rows = [
        ["scenario", *(f"{subject.name} {subject.version}" for subject in subjects)],
        ["---"] * (len(subjects) + 1),
        *(
            [
                s.title,
                *(
                    f"{mark(s, subject.seen[s.title])} {detail(subject.seen[s.title])}"
                    for subject in subjects
                ),
            ]
            for s in scenarios
        ),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def as_data(scenarios: Sequence[Scenario], subjects: Sequence[Subject]) -> list[dict[str, Any]]:
    """Return every outcome as plain data."""
    return [
        {
            "scenario": scenario.title,
            "subject": subject.name,
            "kept": mark(scenario, seen),
            "broken": broken(scenario, seen),
            "requests": len(seen.requests),
            "elsewhere": len(seen.elsewhere),
            **seen.report,
        }
        for scenario in scenarios
        for subject in subjects
        for seen in [subject.seen[scenario.title]]
    ]


if __name__ == "__main__":
    sys.exit(main())
