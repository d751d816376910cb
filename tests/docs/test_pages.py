"""What the pages show works: their Python runs against the sandbox as it stands, and type checkers accept it."""

from __future__ import annotations

import gc
import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from docs.pages import ROOT, Page, pages
from veneer.sandbox import Sandbox

PAGES = pages()
# A page is read from top to bottom: a block may give a name that an earlier one used to something else.
MYPY = ["--cache-dir", ".cache/mypy-pages", "--allow-redefinition-new", "--local-partial-types"]
# Of the plugins that are installed only those that pages speak of: the others take four seconds to load.
PYTEST = ["-q", "-p", "no:cacheprovider", "-p", "veneer.testing", "-p", "anyio.pytest_plugin", "-W", "error"]
# What a page that sets up its whole process says: it runs in one of its own.
PROCESS_WIDE = ("basicConfig(", "set_tracer_provider(", "settings.configure(")


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
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        for mode in ("once", "none"):
            done = run("pytest", *PYTEST, f"--veneer-record={mode}", "test_page.py", cwd=tmp_path)
            assert done.returncode == 0, done.stdout
            if not (tmp_path / "cassettes").exists():
                break  # what a page records it replays, too
    elif any(words in page.source for words in PROCESS_WIDE):
        (tmp_path / "page.py").write_text(page.source, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-W", "error", "page.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    else:
        exec(compile(page.source, str(page.path), "exec"), {"__name__": page.module})
        gc.collect()  # what a page leaves behind ends here: within `ast.parse` it is an error of Python 3.11
    with capsys.disabled():
        print(f"\npages: {page.path.relative_to(ROOT)}: {page.blocks} blocks run", end="")


def test_the_example_of_tables_runs(veneer_environment: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """`make demo`, which runs most examples, has no pyarrow."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra tables)")
    runpy.run_path(str(ROOT / "examples" / "tables.py"), run_name="__main__")
    assert "created_at     timestamp[us, tz=UTC]" in capsys.readouterr().out


@pytest.fixture(scope="module")
def modules() -> list[str]:
    """The pages as modules, where they are each time, and the examples: mypy knows again what did not change."""
    folder = ROOT / ".cache/pages"
    folder.mkdir(parents=True, exist_ok=True)
    sources = {f"{page.module}.py": page.source for page in PAGES}
    for name in {file.name for file in folder.glob("*.py")} - {*sources}:
        (folder / name).unlink()
    for name, source in sources.items():
        (folder / name).write_text(source, encoding="utf-8")
    return [str(folder), "examples"]


def test_mypy_in_its_strict_mode_accepts_pages_and_examples(modules: list[str]) -> None:
    done = run("mypy", *MYPY, *modules)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow  # `make types`
@pytest.mark.skipif(find_spec("pyright") is None, reason="pyright is not installed: `make types` installs it")
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
