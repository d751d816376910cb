"""What the guides and examples show works: every snippet and file runs against the sandbox."""

from __future__ import annotations

import importlib
import re
import runpy
from pathlib import Path

import pytest

from veneer.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ["hybridb", "hestiaos", "velerian", "aerostack", "pages-and-streams"]
SNIPPET = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def _desk(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder to write into."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_desk")
@pytest.mark.parametrize("guide", GUIDES)
def test_the_snippets_of_a_guide_run_one_after_the_other(guide: str) -> None:
    page = ROOT / "docs" / f"{guide}.md"
    text = page.read_text(encoding="utf-8")
    snippets = list(SNIPPET.finditer(text))
    assert snippets
    names: dict[str, object] = {"__name__": guide}
    for snippet in snippets:
        line = text.count("\n", 0, snippet.start(1))
        exec(compile("\n" * line + snippet[1], str(page), "exec"), names)


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
