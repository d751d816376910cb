"""What `call --each` is made of: its figures over time, its report, and the command line that it prints."""

from __future__ import annotations

import re
import shlex
import sys

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer import MapResult, Outcome
from veneer_cli.flags import Flags
from veneer_cli.report import page
from veneer_cli.resume import resuming
from veneer_cli.tally import Latencies, Tally, duration

ROOT = click.Context(click.Command("veneer"), info_name="veneer")


def result(index: int, seconds: float, error: Exception | None = None) -> MapResult[None, None]:
    """A result that took so long."""
    return MapResult(index, None, None, error, Outcome.ANSWERED, (), seconds)


@given(st.lists(st.floats(0.0001, 1000), min_size=1), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_at_most_five_percent_too_high(seconds: list[float], share: float) -> None:
    latencies = Latencies()
    for one in seconds:
        latencies.add(one)
    exact = next(one for at, one in enumerate(sorted(seconds), 1) if at >= share * len(seconds))
    found = latencies.percentile(share)
    assert found is not None
    assert exact * 0.999999 <= found <= exact * 1.05 * 1.000001


@given(st.lists(st.tuples(st.floats(0, 10_000), st.sampled_from(["done", "failed", "unknown"]))))
def test_time_is_told_in_a_bounded_number_of_stretches_that_lose_nothing(
    ended: list[tuple[float, str]],
) -> None:
    now = 0.0
    tally = Tally(lambda: now)
    for index, (at, state) in enumerate(sorted(ended)):
        now = at
        tally.add(result(index, 0.1), state, "")
    assert len(tally.spans) <= 120
    assert tally.all.count == sum(span.count for span in tally.spans) == len(ended)
    for name in ("done", "failed", "unknown"):
        assert sum(getattr(span, name) for span in tally.spans) == getattr(tally.all, name)


def test_the_rate_of_now_is_of_the_last_seconds_and_the_slowest_are_kept() -> None:
    now = 0.0
    tally = Tally(lambda: now)
    for second in range(100):
        now = float(second)
        for call in range(1 if second < 50 else 10):
            tally.add(result(second * 10 + call, second / 100), "done", "")
    assert tally.rate_now == pytest.approx(10, rel=0.1)
    assert [index for _, index, _ in tally.slowest] == [999, 998, 997, 996, 995]


def test_errors_of_many_kinds_take_bounded_room() -> None:
    tally = Tally(lambda: 0.0)
    for index in range(100):
        tally.add(result(index, 1, type(f"E{index}Error", (Exception,), {})()), "failed", "said")
    assert len(tally.kinds) == 51
    assert (tally.kinds[0].name, tally.kinds[0].count, tally.kinds[0].index) == ("others", 50, 50)


def test_a_report_shows_text_of_others_as_text() -> None:
    tally = Tally(lambda: 0.0)
    tally.add(result(0, 1, ValueError()), "failed", "<script>alert('1')</script>&")
    text = page("<b>op</b>", {"failed": 1}, tally)
    assert "<script" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&amp;" in text


def test_a_report_of_nothing_is_a_page_too() -> None:
    assert "<svg" not in page("op", {}, Tally(lambda: 0.0))


def test_a_chart_marks_whole_units_of_time_and_leaves_out_what_never_came() -> None:
    now = 0.0
    tally = Tally(lambda: now)
    for index in range(100):
        now = index * 9.0  # a quarter of an hour
        tally.add(result(index, 0.4 + index / 1000), "done", "")
    text = page("op", {"done": 100}, tally, "ended then")
    marks = re.findall(r'text-anchor="(?:middle|end)">([^<]*)</text>', text)
    assert {"0", "5 min", "10 min", "150 ms", "600 ms"} <= {*marks}
    assert ('class="line done"' in text, "unknown" in text.partition("<body>")[2]) == (True, False)
    assert "<p>ended then</p>" in text


def test_a_single_point_is_seen() -> None:
    now = 0.0
    tally = Tally(lambda: now)
    now = 0.05
    tally.add(result(0, 0.1), "done", "")
    assert page("op", {"done": 1}, tally).count("<circle") == 4


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.08, "80 ms"), (2.44, "2.4 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_a_duration_is_said_for_a_person(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("words", "kept", "left_out"),
    [
        (["--each", "a b.jsonl", "-p", "q=it's"], ["--each", "a b.jsonl", "-p", "q=it's"], ""),
        (["--api-key", "KEY", "--each", "x"], ["--each", "x"], "--api-key"),
        (["--api-key=KEY", "-kKEY", "-k", "KEY"], [], "--api-key, -k"),
        (["-H", "X-Api-Key: 1", "-H", "X-Trace: 1"], ["-H", "X-Trace: 1"], "-H"),
        (["--header=Authorization: Bearer x"], [], "--header"),
        (["--credential", "a=b", "--credential", "a=@f"], ["--credential", "a=@f"], "--credential"),
        (["-p", "password=x", "-p", "n=1"], ["-p", "n=1"], "-p"),
        (["--body", '{"a": [{"client_secret": "x"}]}'], [], "--body"),
        (["--body", '{"a": 1}'], ["--body", '{"a": 1}'], ""),
        (["-p", "n=my-key-in-use"], [], "-p"),
        (["--base-url", "http://me:pass@h/"], [], "--base-url"),
        (["--base-url=http://me:pass@h/"], [], "--base-url"),
    ],
)
def test_the_line_that_resumes_has_no_secrets_and_says_so(
    monkeypatch: pytest.MonkeyPatch, words: list[str], kept: list[str], left_out: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/veneer", *words])
    said = resuming(ROOT, Flags(secrets=["my-key-in-use"]))
    assert shlex.split(said, comments=True) == ["veneer", *kept]
    assert said.partition("  # give again what is secret: ")[2] == left_out


def test_what_is_to_be_sent_again_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (["x"], ["x", "--again", "failed"]):
        monkeypatch.setattr(sys, "argv", ["veneer", *words])
        assert resuming(ROOT, Flags(), again="failed") == "veneer x --again failed"
