"""Scenarios, and checks of docs/design.md's "What a call promises"."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from faultserver import Request

#: The key of every subject, which is easy to find wherever it leaks.
CANARY: Final = "canary-4f1d9c"
#: The seconds by which a call may end late, beyond the lateness of an equal sleep in its process.
GRACE: Final = 0.25
UNTYPED: Final = "an error that is not the library's own"
ESCAPE: Final = "../../admin/keys?force=true#x"


@dataclass(frozen=True)
class Seen:
    """A subject's behaviour in one scenario, seen by client and server."""

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


# -- promises: each returns the fault, or "" -----------------------------------------------------------------------------


def ends(limit: float) -> Promise:
    """Check that a call ends within its limit, a quarter of a second and the lateness of a sleep."""

    def check(seen: Seen) -> str:
        within = limit + GRACE + seen.report.get("beside", 0.0)
        late = seen.outcome == "killed" or seen.seconds > within
        return f"did not end within {within:.3g} s" if late else ""

    return check


def value(seen: Seen) -> str:
    """Check that the call succeeds."""
    return "" if seen.outcome == "value" else "no value"


def own_error(seen: Seen) -> str:
    """Check that a failure is one of the library's own errors."""
    if seen.outcome == "value":
        return "no error"
    return typed(seen)


def said(seen: Seen) -> str:
    """Check that an unfit response is returned with a warning, or is one of the library's own errors."""
    if seen.outcome == "value" and not seen.report.get("warned"):
        return "neither an error nor a warning"
    return typed(seen)


def typed(seen: Seen) -> str:
    """Check that a failure, if any, is one of the library's own errors."""
    # A plain ValueError for an unusable argument, before anything is sent, is as good as an own
    # class.
    refused = seen.report.get("kind") == "ValueError" and not seen.requests
    return UNTYPED if seen.outcome == "error" and not seen.report["own"] and not refused else ""


def status(code: int) -> Promise:
    """Check that the error has the status."""
    return lambda seen: "" if seen.report.get("status") == code else f"the error does not say {code}"


def not_twice(seen: Seen) -> str:
    """Check that a write that may have been carried out is only retried with an idempotency key."""
    # A body that the server did not read shows no key: the read ones must agree.
    unread = [
        request
        for request in seen.requests
        if not request.body and request.header("content-length") not in {None, "0"}
    ]
    keys = {idempotency_key(request) for request in seen.requests if request not in unread}
    repeated = len(seen.requests) > 1 and (None in keys or len(keys) > 1)
    return f"sent {len(seen.requests)} times without one idempotency key" if repeated else ""


def idempotency_key(request: Request) -> str | None:
    """Return the key in the header or, for hybriDB, in the body."""
    if header := request.header("idempotency-key"):
        return header
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    return body.get("idempotencyKey") if isinstance(body, dict) else None


def tried(times: int) -> Promise:
    """Check the number of requests that the server received."""
    return lambda seen: (
        "" if len(seen.requests) == times else f"{len(seen.requests)} requests instead of {times}"
    )


def waited(low: float, high: float) -> Promise:
    """Check that the waits add up to the server's `Retry-After`."""
    return lambda seen: (
        "" if low <= seen.waited <= high else f"waited {seen.waited:.2f} s instead of {high:g} s"
    )


def told(seconds: float) -> Promise:
    """Check that the error has the server's `Retry-After`."""
    return lambda seen: "" if seen.report.get("retry_after") == seconds else "the error does not have it"


def kept_home(seen: Seen) -> str:
    """Check that the key never reaches another origin."""
    return "the key went to another origin" if any(r.holds(CANARY) for r in seen.elsewhere) else ""


def inside(seen: Seen) -> str:
    """Check that a path parameter stays one path segment, or is refused before sending."""
    escaped = [
        r.path
        for r in (*seen.requests, *seen.strays)
        if "..%2F..%2Fadmin%2Fkeys%3Fforce%3Dtrue%23x" not in r.path
    ]
    return f"requested {escaped[0][:60]}" if escaped else ""


def small(mebibytes: float) -> Promise:
    """Check that memory stays bounded."""
    return lambda seen: (
        ""
        if seen.report.get("mebibytes", 0.0) < mebibytes
        else f"took {seen.report['mebibytes']:.0f} MiB of memory"
    )


def few_more(calls: int) -> Promise:
    """Check that retries stay within the budget: ten requests and a tenth more than calls."""
    most = calls + 10 + calls // 10
    return lambda seen: (
        "" if len(seen.requests) <= most else f"{len(seen.requests)} requests for {calls} calls"
    )


# -- scenarios ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scenario:
    """One call against one behaviour. `limit` is the call's timeout or deadline in seconds."""

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
    """Return a scenario in which waiting is allowed and takes no time."""
    return Scenario(title, call, behaviour, (*promises, typed), limit=30.0, travel=True)


SCENARIOS: Final = (
    Scenario("body dribbles forever", "read", "dribble", (ends(1.0), own_error)),
    Scenario("headers dribble forever", "read", "dribble-head", (ends(1.0), own_error)),
    Scenario("black hole, read", "read", "blackhole", (ends(1.0), own_error)),
    Scenario("black hole, write", "write", "blackhole", (ends(1.0), own_error, not_twice)),
    Scenario("connection refused", "write", "refused", (ends(1.0), own_error)),
    Scenario("connection never accepted", "write", "deaf", (ends(1.0), own_error)),
    patient("reset before the request is read, write", "reset-before,times=1", not_twice, call="write"),
    patient("reset after the request, write", "reset-after,times=1", not_twice, call="write"),
    patient("reset after the request, read", "reset-after,times=1", value, tried(2)),
    patient("reset in the body, write", "reset-body=5,times=1", not_twice, call="write"),
    patient("closed without a response, write", "close,times=1", not_twice, call="write"),
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
    patient("520 forever", "status=520", own_error, status(520)),
    patient("JSON cut short", "ok,body=cut-json", own_error),
    patient("JSON cut short, error status", "status=400,body=cut-json", own_error, status(400)),
    patient("body shorter than announced, read", "short-body,times=1", value, tried(2)),
    patient("HTML 503 once, read", "status=503,body=html,times=1", value, tried(2)),
    patient("HTML 503 forever", "status=503,body=html", own_error, status(503)),
    patient("HTML instead of JSON", "ok,body=html", own_error),
    patient("bytes that are not UTF-8", "status=400,body=non-utf8", own_error, status(400)),
    patient("a list instead of an object", "ok,body=list", said),
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
    patient("endless redirects", "redirect=302,to=loop", own_error),
    patient("absolute URL elsewhere", "ok", kept_home, call="absolute"),
    patient(f"id {ESCAPE!r}", "ok", inside, call="escape"),
    Scenario(
        "429 storm, 50 threads × 4 reads", "read", "status=429", (few_more(200),), 30.0, threads=50, calls=4
    ),
)


# -- verdicts ----------------------------------------------------------------------------------------------------


def broken(scenario: Scenario, seen: Seen) -> list[str]:
    """Return the broken promises, each once."""
    if seen.outcome in {"killed", "crashed"}:
        return [str(seen.report["text"])]
    problems = [promise(seen) for promise in scenario.promises if seen.ran]
    return [problem for problem in dict.fromkeys(problems) if problem]


def mark(scenario: Scenario, seen: Seen) -> str:
    """Return one character for the matrix."""
    if not seen.ran:
        return "–"
    problems = broken(scenario, seen)
    return "✓" if not problems else "○" if problems == [UNTYPED] else "✗"
