"""The fault comparison kills what hangs, takes long sleeps in no time, and calls a broken promise by its name."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import faultserver
from faultserver import Request

ROOT = Path(__file__).resolve().parents[2]

#: A client library as small as can be: its read sleeps as long as its base URL says, its write raises.
SUBJECT = f"""
import sys
sys.path.insert(0, {str(ROOT / "scripts/bench/peers")!r})
import time, worker

def fail(client, job):
    raise LookupError("no")

worker.main(worker.Subject("pytest", ("sleepy",), lambda job: float(job.base_url), lambda client: None,
    {{"read": lambda client, job: time.sleep(client), "write": fail}}))
"""


@pytest.fixture(scope="module")
def faults() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_faults", ROOT / "scripts/trials/faults.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def promises(faults: ModuleType) -> ModuleType:
    assert faults
    return sys.modules["promises"]  # loaded with the comparison


@pytest.fixture
def sleepy(faults: ModuleType) -> Iterator[Any]:
    subject = faults.Subject("sleepy", "core", [sys.executable, "-c", SUBJECT, "faults"])
    yield subject
    subject.stop()


def job(call: str, seconds: float, *, travel: bool = False) -> dict[str, Any]:
    return {"call": call, "base_url": str(seconds), "key": "k", "travel": travel}


def test_a_subject_that_hangs_is_killed_and_started_again(sleepy: Any) -> None:
    assert sleepy.run(job("read", 60), 0.5)["outcome"] == "killed"
    assert sleepy.run(job("read", 0), 10)["outcome"] == "value"


def test_a_long_sleep_is_recorded_and_takes_no_time(sleepy: Any) -> None:
    report = sleepy.run(job("read", 3600, travel=True), 10)
    assert (report["outcome"], report["waits"]) == ("value", [3600.0])
    assert report["seconds"] < 1


def test_a_sleep_beside_the_call_tells_what_the_machine_is_late_by(sleepy: Any) -> None:
    reached, ended_before = (sleepy.run({**job("read", 0.2), "limit": limit}, 10) for limit in (0.1, 5.0))
    assert (reached["beside"] > 0, ended_before["beside"]) == (True, 0)


def test_an_exception_is_told_from_the_librarys_own(sleepy: Any) -> None:
    report = sleepy.run(job("write", 0), 10)
    assert (report["outcome"], report["kind"], report["own"]) == ("error", "LookupError", False)


def test_a_call_that_the_library_does_not_have_is_no_failure(sleepy: Any) -> None:
    assert sleepy.run(job("absolute", 0), 10)["outcome"] == "none"


def test_a_subject_that_cannot_start_is_reported(faults: ModuleType) -> None:
    broken = faults.Subject("broken", "core", [sys.executable, "-c", "raise SystemExit(3)"])
    assert broken.run(job("read", 0), 10)["text"] == "the process ended with 3"
    broken.stop()


def request(*, path: str = "/", body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()) -> Request:
    return Request(0, 1, "POST", path, path, headers, body, 0.0)


VALUE = {"outcome": "value", "seconds": 0.1}
ERROR = {"outcome": "error", "kind": "SdkError", "own": True, "seconds": 0.1}
RAW = {"outcome": "error", "kind": "ReadError", "own": False, "seconds": 0.1}


@pytest.mark.parametrize(
    ("promise", "kept", "broken"),
    [
        ("ends(1.0)", {"report": {**ERROR, "seconds": 1.2}}, {"report": {**ERROR, "seconds": 1.3}}),
        (
            "ends(1.0)",
            {"report": {**ERROR, "seconds": 1.4, "beside": 0.2}},
            {"report": {**ERROR, "seconds": 1.5, "beside": 0.2}},
        ),
        ("value", {"report": VALUE}, {"report": ERROR}),
        ("own_error", {"report": ERROR}, {"report": VALUE}),
        ("said", {"report": {**VALUE, "warned": ["Told"]}}, {"report": {**VALUE, "warned": []}}),
        ("said", {"report": ERROR}, {"report": RAW}),
        ("typed", {"report": VALUE}, {"report": RAW}),
        ("typed", {"report": {**RAW, "kind": "ValueError"}}, {"report": RAW, "requests": [request()]}),
        ("status(520)", {"report": {**ERROR, "status": 520}}, {"report": {**ERROR, "status": None}}),
        (
            "not_twice",
            {"report": VALUE, "requests": [request()]},
            {"report": VALUE, "requests": [request()] * 2},
        ),
        (
            "not_twice",
            {"report": VALUE, "requests": [request(headers=(("Idempotency-Key", "a"),))] * 2},
            {"report": VALUE, "requests": [request(headers=(("Idempotency-Key", k),)) for k in "ab"]},
        ),
        (
            "not_twice",
            {"report": VALUE, "requests": [request(body=b'{"idempotencyKey": "a"}')] * 2},
            {"report": VALUE, "requests": [request(body=b"[]")] * 2},
        ),
        (
            "tried(2)",
            {"report": VALUE, "requests": [request()] * 2},
            {"report": VALUE, "requests": [request()]},
        ),
        ("waited(4, 5)", {"report": {**VALUE, "waits": [2, 2.5]}}, {"report": {**VALUE, "waits": [0.5]}}),
        ("told(5.0)", {"report": {**ERROR, "retry_after": 5.0}}, {"report": {**ERROR, "retry_after": None}}),
        (
            "kept_home",
            {"report": VALUE, "elsewhere": [request()]},
            {"report": VALUE, "elsewhere": [request(headers=(("x-api-key", "canary-4f1d9c"),))]},
        ),
        (
            "inside",
            {"report": VALUE, "requests": [request(path="/a/..%2F..%2Fadmin%2Fkeys%3Fforce%3Dtrue%23x")]},
            {"report": VALUE, "strays": [request(path="/admin/keys?force=true")]},
        ),
        ("small(96)", {"report": {**ERROR, "mebibytes": 8}}, {"report": {**ERROR, "mebibytes": 640}}),
        (
            "few_more(20)",
            {"report": VALUE, "requests": [request()] * 32},
            {"report": VALUE, "requests": [request()] * 33},
        ),
    ],
)
def test_a_promise_tells_kept_from_broken(
    promises: ModuleType, promise: str, kept: dict[str, Any], broken: dict[str, Any]
) -> None:
    check = eval(promise, vars(promises))
    assert check(promises.Seen(**kept)) == ""
    assert check(promises.Seen(**broken)) != ""


def test_every_scenario_names_a_behaviour_of_the_server(promises: ModuleType) -> None:
    known = {*faultserver.behaviours.BEHAVIOURS, "refused", "deaf"}
    unknown = {
        s.title for s in promises.SCENARIOS if faultserver.parse(f"/t/{s.behaviour}/").behaviour not in known
    }
    assert not unknown
    assert len({s.title for s in promises.SCENARIOS}) == len(promises.SCENARIOS)


def test_the_matrix_shows_an_untyped_error_apart_from_a_broken_promise(promises: ModuleType) -> None:
    scenario = promises.Scenario("t", "read", "ok", (promises.typed, promises.tried(1)))
    marks = [
        promises.mark(scenario, promises.Seen(report, [request()] * sent))
        for report, sent in [
            (VALUE, 1),
            (RAW, 1),
            (RAW, 2),
            ({"outcome": "none"}, 0),
            ({"outcome": "killed", "text": ""}, 1),
        ]
    ]
    assert marks == ["✓", "○", "✗", "–", "✗"]
