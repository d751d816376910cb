"""What the pages show works: their Python runs against the sandbox as it stands, and type checkers accept it."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from docs.pages import ROOT, Page, pages
from veneer.sandbox import Sandbox

PAGES = pages()
# A page is read from top to bottom: a block may give a name that an earlier one used to something else.
MYPY = ["--cache-dir", ".cache/mypy-pages", "--allow-redefinition-new", "--local-partial-types"]
PYTEST = ["-q", "-p", "no:cacheprovider", "-W", "error"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.name)
def test_the_python_of_a_page_runs(
    page: Page,
    veneer_environment: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A page that shows tests is run as one, by pytest."""
    monkeypatch.chdir(tmp_path)
    if "\ndef test_" in page.source:
        (tmp_path / "test_page.py").write_text(page.source, encoding="utf-8")
        # What the page records it replays, too.
        for mode in ("once", "none"):
            done = run("pytest", *PYTEST, f"--veneer-record={mode}", "test_page.py", cwd=tmp_path)
            assert done.returncode == 0, done.stdout
    else:
        exec(compile(page.source, str(page.path), "exec"), {"__name__": page.module})
        gc.collect()  # what a page leaves behind ends here: within `ast.parse` it is an error of Python 3.11
    with capsys.disabled():
        print(f"\npages: {page.path.relative_to(ROOT)}: {page.blocks} blocks run", end="")


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The pages as modules, and the examples."""
    folder = tmp_path_factory.mktemp("pages")
    for page in PAGES:
        (folder / f"{page.module}.py").write_text(page.source, encoding="utf-8")
    return [str(folder), "examples"]


def test_mypy_in_its_strict_mode_accepts_pages_and_examples(modules: list[str]) -> None:
    done = run("mypy", *MYPY, *modules)
    assert done.returncode == 0, done.stdout


def test_pyright_accepts_pages_and_examples(modules: list[str]) -> None:
    done = run("pyright", "--pythonpath", sys.executable, *modules)
    assert done.returncode == 0, done.stdout


def run(module: str, *words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
