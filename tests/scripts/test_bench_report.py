"""The figures of docs/benchmarks.md and README.md are those of docs/benchmarks.json."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def report() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_report", ROOT / "scripts/bench/report.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def entry(machine: str, ratio: float, **more: Any) -> dict[str, Any]:
    """The entry of a machine whose sync calls took this share of httpx's CPU time."""
    ours = {"cpu": ratio * 1e-4, "over": {"httpx": {"cpu": [ratio, ratio - 0.01, ratio + 0.02]}}}
    subjects = {"httpx": {"cpu": 1e-4, "over": {}}, "veneer[fast]": ours}
    found = {"title": "Small GET, sync", "unit": "µs", "over": ["httpx"], "notes": [], "subjects": subjects}
    facts = {"date": "2026-11-28", "commit": "b6cd9e7b", "note": "", "facts": [], "left_out": {}}
    return {"machine": machine, **facts, "targets": [], "figures": {"GET": found}, **more}


def test_the_page_is_rendered_from_the_data(report: Any) -> None:
    assert report.page(report.load()) == report.PAGE.read_text()


def test_the_figures_of_the_readme_are_those_of_the_data(report: Any) -> None:
    text = report.README.read_text()
    assert report.with_figures(text, report.load()) == text


def test_the_data_are_of_two_kinds_of_machine_at_least(report: Any) -> None:
    assert len({one["machine"].partition(",")[0] for one in report.load()}) >= 2


def test_a_range_is_of_all_machines(report: Any) -> None:
    assert "| a small call, sync |  | 0.17–0.41 × | httpx |" in report.readme(
        [entry("a", 0.17), entry("b", 0.41)]
    )


def test_a_figure_of_one_machine_is_no_range(report: Any) -> None:
    assert "| 0.17 × |" in report.readme([entry("a", 0.17)])


def test_a_machines_entry_replaces_the_one_of_its_kind_alone(report: Any) -> None:
    old, other, new = entry("a", 0.4), entry("b", 0.3), entry("a", 0.2)
    assert report.added([old, other], new) == [new, other]


def test_a_missed_target_is_called_missed(report: Any) -> None:
    one = {
        "what": "Small GET, sync", "who": "veneer[fast]", "over": "httpx", "clock": "cpu", "unit": "µs",
        "bound": 0.16, "figure": [0.17, 0.16, 0.19], "wall": [0.2, 0.19, 0.21], "met": False,
    }  # fmt: skip
    said = " ".join(report.targets(entry("a", 0.17, targets=[one])).split())
    assert "CPU 0.170 (0.160–0.190); wall 0.200 (0.190–0.210); target ≤ 0.160 × httpx: **missed**" in said
    assert "0 met, 1 missed, 0 not measured." in said


def test_a_table_that_is_too_wide_becomes_a_list_and_loses_nothing(report: Any) -> None:
    said = report.table(["", "first", "second"], [["x" * 60, "1" * 30, "2 (1–3)"]])
    assert said.startswith("- " + "x" * 60)
    assert "1" * 30 in said
    assert "2 (1–3)" in said
    assert max(map(len, said.splitlines())) < 100
