# Derived from tests/core/_async/test_wait.py by scripts/unasync.py: edit that file, not this one.
"""A wait asks politely, heeds the server, ends in time, and says what it last saw."""

from __future__ import annotations

from typing import Any

import pytest
from core.kit import Ticks, Wire, endpoint, reply, watchdog, wired
from faultserver import FaultServer
from hypothesis import given, settings
from hypothesis import strategies as st

from veneer import (
    Client,
    ConfigurationError,
    DeadlineExceededError,
    NotFoundError,
    VeneerError,
    WaitTimeoutError,
    _io,
)

pytestmark = pytest.mark.anyio

RUN = endpoint(path="/runs/{item}")


def run(status: str, **headers: str) -> Any:
    """An answer that tells how the run stands."""
    return reply(
        json={"status": status}, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def done(value: Any) -> bool:
    """Whether a run has ended."""
    return bool(value["status"] == "done")


@pytest.mark.parametrize(("random", "delay"), [(0.0, 1.5), (0.5, 2.0), (1.0, 2.5)])
def test_asks_are_spread_about_the_interval(random: float, delay: float) -> None:
    ticks = Ticks(random)
    wire = Wire(run("queued"), run("running"), run("done"))
    assert wired(wire, ticks).wait(RUN, "r1", until=done, every=2) == {"status": "done"}
    assert ticks.sleeps == [delay, delay]
    assert wire.requests[0].url.path == "/v1/runs/r1"


def test_a_run_that_is_done_is_not_waited_for() -> None:
    ticks = Ticks()
    wired(Wire(run("done")), ticks).wait(RUN, until=done)
    assert ticks.sleeps == []


def test_the_server_can_ask_for_a_longer_wait_and_not_for_a_shorter_one() -> None:
    ticks = Ticks(0.5)
    wire = Wire(run("queued", retry_after="7"), run("queued", retry_after="0"), run("done"))
    wired(wire, ticks).wait(RUN, until=done, every=2)
    assert ticks.sleeps == [7.0, 2.0]


def test_a_run_that_does_not_end_is_an_error_with_its_last_value() -> None:
    ticks = Ticks(0.5)
    started = ticks.now
    with pytest.raises(
        WaitTimeoutError, match=r"get_item: not done after 9\.0 s of 10 s; it continues on the server"
    ) as caught:
        wired(Wire(run("running")), ticks).wait(RUN, until=done, every=4, timeout=10)
    assert ticks.sleeps == [4.0, 4.0, 1.0]  # the last ask comes while there is a second for its answer
    assert (caught.value.last, caught.value.waited_s) == ({"status": "running"}, ticks.now - started)
    assert isinstance(caught.value, TimeoutError)


def test_a_server_that_wants_no_ask_in_time_is_not_asked() -> None:
    ticks = Ticks()
    wire = Wire(run("queued", retry_after="60"))
    with pytest.raises(WaitTimeoutError):
        wired(wire, ticks).wait(RUN, until=done, timeout=30)
    assert (ticks.sleeps, len(wire.requests)) == ([], 1)


class RunTimeoutError(VeneerError):
    """A platform's own error."""


def test_the_error_can_be_the_callers_own() -> None:
    seen: list[Any] = []

    def own(last: Any, waited: float) -> VeneerError:
        seen.append((last, waited))
        return RunTimeoutError("too long")

    with pytest.raises(RunTimeoutError):
        wired(Wire(run("running")), Ticks()).wait(RUN, until=done, every=2, timeout=4, error=own)
    assert seen == [({"status": "running"}, 3.0)]


def test_each_value_is_told() -> None:
    told: list[str] = []
    wire = Wire(run("queued"), run("running"), run("done"))
    wired(wire).wait(RUN, until=done, progress=lambda value: told.append(value["status"]))
    assert told == ["queued", "running", "done"]


def test_failures_that_may_pass_are_repeated_and_others_end_the_wait() -> None:
    wire = Wire(run("queued"), 503, run("queued"), reply(404, {"message": "no such run"}))
    with pytest.raises(NotFoundError, match="no such run"):
        wired(wire).wait(RUN, until=done)
    assert len(wire.requests) == 4


def test_the_wait_ends_in_time_although_the_server_does_not_answer(faults: FaultServer) -> None:
    url = faults.space().url("blackhole")
    with Client(url, timeouts=None) as client, watchdog("the wait goes on after its limit"):
        with pytest.raises(WaitTimeoutError) as caught:
            client.wait(RUN, until=done, timeout=0.2)
    assert caught.value.last is None


def test_a_shorter_deadline_of_the_client_bounds_each_ask(faults: FaultServer) -> None:
    url = faults.space().url("blackhole")
    with (
        Client(url, deadline=0.2, timeouts=None) as client,
        watchdog("an ask goes on after the deadline"),
    ):
        with pytest.raises(DeadlineExceededError, match=r"deadline of 0\.2 s"):
            client.wait(RUN, until=done, timeout=10_000)


@pytest.mark.parametrize("wrong", [{"every": 0}, {"every": -1}, {"timeout": 0}])
def test_times_that_cannot_be_kept_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="positive"):
        wired(Wire()).wait(RUN, until=done, **wrong)


@settings(deadline=None)
@given(every=st.floats(0.01, 50), times=st.floats(0.1, 20), random=st.floats(0, 1))
def test_a_wait_never_passes_its_limit_and_uses_nearly_all_of_it(
    every: float, times: float, random: float
) -> None:
    limit = every * times
    ticks = Ticks(random)
    started = ticks.now
    begin = _io.attempt_limit.__init__
    with pytest.MonkeyPatch.context() as patch:
        # Each ask also has a limit of real time, some of a millisecond.
        patch.setattr(_io.attempt_limit, "__init__", lambda limit, _: begin(limit, None))
        with pytest.raises(WaitTimeoutError):
            wired(Wire(run("running")), ticks).wait(RUN, until=done, every=every, timeout=limit)
    assert limit - min(1.0, every / 2) - 0.01 <= ticks.now - started <= limit
    assert all(0.75 * every <= delay <= 1.25 * every for delay in ticks.sleeps[:-1])
