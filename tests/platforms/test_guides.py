"""The examples run against the sandbox, and the guides name all that there is; what the guides show is run in `docs/test_pages.py`."""

from __future__ import annotations

import importlib
import re
import runpy
from pathlib import Path

import pytest

from veneer.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def _desk(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder to write into."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_desk")
@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_an_example_runs_and_prints_something(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("platform", ["hybridb", "velerian"])
def test_a_guide_names_everything_that_its_door_exports(platform: str) -> None:
    text = (ROOT / "docs" / f"{platform}.md").read_text(encoding="utf-8")
    names = importlib.import_module(f"veneer.{platform}").__all__
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []
