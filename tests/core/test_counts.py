"""What calls, models and first calls cost is what `counts.toml` says, and memory does not grow with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core import counts
from core.kit import KEY
from veneer import AsyncClient, Client

TABLE = counts.read()
HERE = TABLE.get(counts.VERSION, {})


def test_a_subject_costs_what_its_row_says() -> None:
    """One test, since counting takes seconds and each worker of a run would do it."""
    counted, subjects = counts.count(), {name for rows in TABLE.values() for name in rows}
    skipped = {name: " and ".join(counts.missing(name)) for name in subjects if counts.missing(name)}
    gone = subjects - counted.keys() - skipped.keys()
    assert sorted(gone) == [], "nothing counts these any more: `make counts` takes out their rows"
    assert sorted(counted.keys() - subjects) == [], "`make counts` writes them"
    found = (counts.complaint(name, HERE[name], now) for name, now in counted.items() if name in HERE)
    if complaints := [complaint for complaint in found if complaint]:
        pytest.fail("\n".join(complaints), pytrace=False)
    if unwritten := sorted(counted.keys() - HERE.keys()):
        pytest.skip(f"no row for Python {counts.VERSION}, `make counts` writes it: {', '.join(unwritten)}")
    if skipped:
        pytest.skip(f"not counted: {', '.join(sorted(set(skipped.values())))} not installed")


@pytest.mark.parametrize(("now", "said"), [(103, "more"), (102, None), (98, None), (97, "better")])
def test_more_than_two_per_cent_either_way_is_a_complaint_with_the_command(
    now: int, said: str | None
) -> None:
    complaint = counts.complaint("calls: GET", 100, now)
    assert (complaint is None) == (said is None)
    for part in ("calls: GET", "100 before", f"{now} now", str(said), "`make counts`"):
        assert complaint is None or part in complaint


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with counts.server() as url:
        yield url


def kept_by_threads(url: str, count: int, **options: Any) -> int:
    with Client(url, api_key=KEY, **options) as client:

        def calls() -> None:
            for number in range(count // 10):
                client.request("GET", f"/items/{number % 50}", params={"n": number})

        return counts.bytes_kept(calls)


def kept_by_tasks(url: str, count: int, **options: Any) -> int:
    with asyncio.Runner() as runner:
        client = AsyncClient(url, api_key=KEY, **options)

        async def calls() -> None:
            for number in range(count // 10):
                await client.request("GET", f"/items/{number % 50}", params={"n": number})

        try:
            return counts.bytes_kept(lambda: runner.run(calls()))
        finally:
            runner.run(client.aclose())


@pytest.mark.usefixtures("much_json")
def test_a_thousand_calls_keep_nothing(url: str) -> None:
    assert kept_by_threads(url, 1_000) < 16_384


@pytest.mark.slow
@pytest.mark.usefixtures("much_json")
@pytest.mark.parametrize("growth", [kept_by_threads, kept_by_tasks], ids=["threads", "tasks"])
@pytest.mark.parametrize("engine", ["default", "fast"])
def test_ten_thousand_calls_keep_nothing(url: str, engine: str, growth: Callable[..., int]) -> None:
    if engine == "fast":
        pytest.importorskip("httptools", reason="httptools is not installed")
    assert growth(url, 10_000, engine=engine) < 16_384
