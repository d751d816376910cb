"""Compare what veneer and the four published clients do when things go wrong: one fault server, one table.

    python scripts/bench/faults.py                       # everything; a few minutes
    python scripts/bench/faults.py --only storm --subjects veneer.velerian velerian-sdk
    python scripts/bench/faults.py --peers .cache/peers  # keep the peers' environments for the next run

Each scenario is one call against the loopback server in tests/faultserver, made by a process of the subject's own
environment with a hard time limit. Long sleeps are recorded and taken in no time, so that an hour's `Retry-After` can be
tried. Beside each outcome stands whether the promise of docs/design.md was kept; peers are reported as they are.
The exit code is 1 when veneer breaks a promise.
"""

from __future__ import annotations

import argparse
import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PEERS: Final = Path(__file__).resolve().parent / "peers"
sys.path[:0] = [str(ROOT / "tests"), str(PEERS)]

from environments import PINS, environments, interpreter  # noqa: E402

import faultserver  # noqa: E402  # lives in tests/, which is not a package
from faultserver import FaultServer, Request  # noqa: E402

CANARY: Final = "canary-4f1d9c"
GRACE: Final = 0.25
#: A call still running after its limit and this many seconds is killed and reported as such.
PATIENCE: Final = 3.0
UNTYPED: Final = "an error that is not the library's own"
ESCAPE: Final = "../../admin/keys?force=true#x"

ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "velerian": {
        "read": {"items": [], "limit": 50, "offset": 0, "total": 0},
        "write": {
            "invocation_id": "inv_1",
            "outcome": "allowed",
            "is_allowed": True,
            "requires_human": False,
            "withheld": False,
            "constraint_count": 0,
            "aggregated_conditions": [],
        },
    },
    "hybridb": {
        "read": {"success": True, "data": {"decisionId": "dec_1", "outcome": "approved"}},
        "write": {"success": True, "data": {"decisionId": "dec_1", "outcome": "approved"}},
    },
    "hestiaos": {
        "read": {
            "status": "OK",
            "ollama": True,
            "vllm": True,
            "dsgk": True,
            "storage": True,
            "version": "1.0",
            "uptime_seconds": 1.0,
        },
        "write": {
            "result": "ALLOW",
            "output": "done",
            "mode": "ALLOW",
            "budget": 1.0,
            "trace_id": "t-1",
            "latency_ms": 1.0,
        },
    },
    "aerostack": {"read": {"value": 1, "exists": True}, "write": {"success": True, "result": {}}},
    "core": {"read": {}, "write": {}},
}


@dataclass(frozen=True)
class Seen:
    """What one subject did in one scenario, from both ends."""

    report: dict[str, Any]
    requests: Sequence[Request] = ()
    elsewhere: Sequence[Request] = ()
    strays: Sequence[Request] = ()

    @property
    def outcome(self) -> str:
        return str(self.report["outcome"])

    @property
    def seconds(self) -> float:
        return float(self.report.get("seconds", 0.0))

    @property
    def waited(self) -> float:
        return float(sum(self.report.get("waits", ())))

    @property
    def ran(self) -> bool:
        return self.outcome not in {"none", "absent"}


Promise = Callable[[Seen], str]


# -- promises: each gives what was broken, or nothing ------------------------------------------------------------------


def ends(limit: float) -> Promise:
    """The call is over within its limit and a quarter of a second."""

    def check(seen: Seen) -> str:
        late = seen.outcome == "killed" or seen.seconds > limit + GRACE
        return f"did not end within {limit + GRACE:g} s" if late else ""

    return check


def value(seen: Seen) -> str:
    """The call succeeds."""
    return "" if seen.outcome == "value" else "no value"


def own_error(seen: Seen) -> str:
    """A failure is an error of the library's own."""
    if seen.outcome == "value":
        return "no error"
    return typed(seen)


def typed(seen: Seen) -> str:
    """If the call fails, then with an error of the library's own."""
    # A plain ValueError for an argument that cannot be used, before anything is sent, is as good as one's own class.
    refused = seen.report.get("kind") == "ValueError" and not seen.requests
    return UNTYPED if seen.outcome == "error" and not seen.report["own"] and not refused else ""


def status(code: int) -> Promise:
    """The error knows the status."""
    return lambda seen: "" if seen.report.get("status") == code else f"the error does not say {code}"


def not_twice(seen: Seen) -> str:
    """A write is not repeated once it may have been carried out, unless an idempotency key makes that harmless."""
    keys = {idempotency_key(request) for request in seen.requests}
    repeated = len(seen.requests) > 1 and (None in keys or len(keys) > 1)
    return f"sent {len(seen.requests)} times without one idempotency key" if repeated else ""


def idempotency_key(request: Request) -> str | None:
    """Find the key in the header or, as hybriDB has it, in the body."""
    if header := request.header("idempotency-key"):
        return header
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    return body.get("idempotencyKey") if isinstance(body, dict) else None


def tried(times: int) -> Promise:
    """The server got so many requests."""
    return lambda seen: (
        "" if len(seen.requests) == times else f"{len(seen.requests)} requests instead of {times}"
    )


def waited(low: float, high: float) -> Promise:
    """The waits add up to what the server asked for."""
    return lambda seen: (
        "" if low <= seen.waited <= high else f"waited {seen.waited:.2f} s instead of {high:g} s"
    )


def told(seconds: float) -> Promise:
    """The error carries the server's wish."""
    return lambda seen: (
        "" if seen.report.get("retry_after") == seconds else "the error does not carry the wish"
    )


def kept_home(seen: Seen) -> str:
    """The key never reaches another origin."""
    return "the key went to another origin" if any(r.holds(CANARY) for r in seen.elsewhere) else ""


def inside(seen: Seen) -> str:
    """A path parameter stays one path segment, or is refused before anything is sent."""
    escaped = [
        r.path
        for r in (*seen.requests, *seen.strays)
        if "..%2F..%2Fadmin%2Fkeys%3Fforce%3Dtrue%23x" not in r.path
    ]
    return f"requested {escaped[0][:60]}" if escaped else ""


def small(mebibytes: float) -> Promise:
    """Memory stays bounded."""
    return lambda seen: (
        ""
        if seen.report.get("mebibytes", 0.0) < mebibytes
        else f"took {seen.report['mebibytes']:.0f} MiB of memory"
    )


def few_more(calls: int) -> Promise:
    """Retries stay within the budget: ten requests and a tenth more than calls."""
    most = calls + 10 + calls // 10
    return lambda seen: (
        "" if len(seen.requests) <= most else f"{len(seen.requests)} requests for {calls} calls"
    )


# -- scenarios ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scenario:
    """One call against one behaviour. `limit` is the call's time-out or deadline in seconds."""

    title: str
    call: str
    behaviour: str
    promises: tuple[Promise, ...]
    limit: float = 1.0
    travel: bool = False
    threads: int = 0
    calls: int = 0
    max_bytes: int = 0


def patient(title: str, behaviour: str, *promises: Promise, call: str = "read") -> Scenario:
    """Make a scenario in which waiting is allowed and takes no time."""
    return Scenario(title, call, behaviour, (*promises, typed), limit=30.0, travel=True)


SCENARIOS: Final = (
    Scenario("body dribbles for ever", "read", "dribble", (ends(1.0), own_error)),
    Scenario("headers dribble for ever", "read", "dribble-head", (ends(1.0), own_error)),
    Scenario("black hole, read", "read", "blackhole", (ends(1.0), own_error)),
    Scenario("black hole, write", "write", "blackhole", (ends(1.0), own_error, not_twice)),
    Scenario("connection refused", "write", "refused", (ends(1.0), own_error)),
    Scenario("connection never accepted", "write", "deaf", (ends(1.0), own_error)),
    patient("reset before the request is read, write", "reset-before,times=1", not_twice, call="write"),
    patient("reset after the request, write", "reset-after,times=1", not_twice, call="write"),
    patient("reset after the request, read", "reset-after,times=1", value, tried(2)),
    patient("reset in the body, write", "reset-body=5,times=1", not_twice, call="write"),
    patient("closed without an answer, write", "close,times=1", not_twice, call="write"),
    *(
        patient(f"{code} once, write", f"status={code},times=1", not_twice, call="write")
        for code in (500, 502, 503, 504)
    ),
    *(
        patient(f"{code} once, read", f"status={code},times=1", value, tried(2))
        for code in (500, 502, 503, 504)
    ),
    patient(
        "Retry-After: 3600",
        "status=503,retry-after=3600,times=1",
        own_error,
        told(3600.0),
        waited(0, 0),
        tried(1),
    ),
    patient("Retry-After: 5 on 503", "status=503,retry-after=5,times=1", value, waited(5, 5), tried(2)),
    patient(
        "Retry-After: 5 on 429, write",
        "status=429,retry-after=5,times=1",
        value,
        waited(5, 5),
        tried(2),
        call="write",
    ),
    patient(
        "Retry-After: a date in 5 s", "status=503,retry-after=date+5,times=1", value, waited(3.5, 5), tried(2)
    ),
    patient(
        "Retry-After: a date that is past",
        "status=503,retry-after=date-60,times=1",
        value,
        waited(0, 0.5),
        tried(2),
    ),
    patient(
        "retry-after-ms: 1500", "status=503,h.retry-after-ms=1500,times=1", value, waited(1.5, 1.5), tried(2)
    ),
    patient("Retry-After: soon", "status=503,retry-after=soon,times=1", value, waited(0, 8), tried(2)),
    patient("Retry-After: inf", "status=503,retry-after=inf,times=1", value, waited(0, 8), tried(2)),
    patient("x-should-retry: false", "status=503,h.x-should-retry=false,times=1", own_error, tried(1)),
    patient("520 for ever", "status=520", own_error, status(520)),
    patient("JSON cut short", "ok,body=cut-json", own_error),
    patient("JSON cut short, error status", "status=400,body=cut-json", own_error, status(400)),
    patient("body shorter than announced, read", "short-body,times=1", value, tried(2)),
    patient("HTML 503 once, read", "status=503,body=html,times=1", value, tried(2)),
    patient("HTML 503 for ever", "status=503,body=html", own_error, status(503)),
    patient("HTML where JSON is due", "ok,body=html", own_error),
    patient("bytes that are not UTF-8", "status=400,body=non-utf8", own_error, status(400)),
    patient("a list where an object is due", "ok,body=list", own_error),
    patient("an empty success", "ok,body=empty", own_error),
    Scenario(
        "gzip bomb of 300 MiB", "read", "gzip-bomb=300", (own_error, small(96)), 30.0, max_bytes=32 << 20
    ),
    Scenario("a header of 1 MiB", "read", "huge-header=1024", (own_error,), 5.0),
    *(
        patient(f"{code} to another origin, write", f"redirect={code}", kept_home, call="write")
        for code in (302, 307)
    ),
    patient("307 to another origin, read", "redirect=307", kept_home),
    patient("redirects without end", "redirect=302,to=loop", own_error),
    patient("absolute URL elsewhere", "ok", kept_home, call="absolute"),
    patient(f"id {ESCAPE!r}", "ok", inside, call="escape"),
    Scenario(
        "429 storm, 50 threads × 4 reads", "read", "status=429", (few_more(200),), 30.0, threads=50, calls=4
    ),
)


# -- subjects ----------------------------------------------------------------------------------------------------------


@dataclass
class Subject:
    """A client library in a process of its own, which is started again after it had to be killed."""

    name: str
    platform: str
    command: list[str]
    process: subprocess.Popen[str] | None = None
    version: str = ""
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def ours(self) -> bool:
        return self.name.startswith("veneer")

    def run(self, job: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Do a job; after so many seconds the process is killed and the job reported as such."""
        process = self.process
        if process is None or process.poll() is not None:
            process = self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        with suppress(BrokenPipeError):  # it has ended already; reading says so
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        if not select.select([process.stdout], [], [], seconds)[0]:
            self.stop()
            return {"outcome": "killed", "seconds": seconds, "text": f"still running after {seconds:g} s"}
        line = process.stdout.readline()
        if not line:
            return {"outcome": "crashed", "text": f"the process ended with {process.wait()}"}
        report: dict[str, Any] = json.loads(line)
        self.version = str(report.get("version", self.version))
        return report

    def stop(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def subjects(folder: Path, wanted: Sequence[str]) -> Iterable[Subject]:
    """Give the subjects asked for: published clients by distribution, veneer's doors by `veneer.<platform>[.async]`."""
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
    """Let one subject meet one scenario."""
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


def broken(scenario: Scenario, seen: Seen) -> list[str]:
    """Name the promises that were not kept, each once."""
    if seen.outcome in {"killed", "crashed"}:
        return [str(seen.report["text"])]
    problems = [promise(seen) for promise in scenario.promises if seen.ran]
    return [problem for problem in dict.fromkeys(problems) if problem]


def mark(scenario: Scenario, seen: Seen) -> str:
    """Give one character for the matrix."""
    if not seen.ran:
        return "–"
    problems = broken(scenario, seen)
    return "✓" if not problems else "○" if problems == [UNTYPED] else "✗"


def detail(seen: Seen) -> str:
    """Put an outcome into a few words."""
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
    """Print one scenario's block: a line for each subject."""
    print(f"\n{scenario.title}  ({scenario.call}, {scenario.behaviour}, limit {scenario.limit:g} s)")
    for subject in subjects:
        seen = subject.seen[scenario.title]
        problems = "; ".join(broken(scenario, seen))
        print(
            f"  {mark(scenario, seen)} {subject.name:<24} {detail(seen)}{'  ← ' + problems if problems else ''}"
        )


def print_matrix(scenarios: Sequence[Scenario], subjects: Sequence[Subject]) -> None:
    """Print what was kept and what was broken, side by side."""
    width = max(len(s.title) for s in scenarios)
    print("\n✓ kept   ○ kept, but for an error that is not the library's own   ✗ broken   – no such door\n")
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
    """Run the comparison; give the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="only scenarios whose title or behaviour contains this")
    parser.add_argument("--subjects", nargs="+", default=DEFAULT_SUBJECTS, metavar="NAME")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="keep the peers' environments here")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every outcome here too")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the outcomes here as a table too"
    )
    options = parser.parse_args(arguments)
    scenarios = [s for s in SCENARIOS if options.only in s.title or options.only in s.behaviour]
    with environments(options.peers) as folder, faultserver.running() as server:
        running = list(subjects(folder, options.subjects))
        try:
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
    return int(
        any(broken(s, subject.seen[s.title]) for subject in running if subject.ours for s in scenarios)
    )


DEFAULT_SUBJECTS: Final = [
    "veneer.velerian",
    "veneer.velerian.async",
    "veneer.hybridb",
    "veneer.hestiaos",
    "veneer.aerostack",
    "veneer.core",
    *PINS,
]


def as_markdown(scenarios: Sequence[Scenario], subjects: Sequence[Subject]) -> str:
    """Give the comparison as a Markdown table."""
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
    """Give every outcome as plain data."""
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
