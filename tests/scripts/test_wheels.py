"""What `make wheels` runs of the pages, and in what; the trials themselves are that target."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docs.pages import ROOT

PAGES = runpy.run_path(str(ROOT / "scripts/wheel_pages.py"))
PROBE = runpy.run_path(str(ROOT / "scripts/wheel_probe.py"))


def page(tmp_path: Path, text: str) -> Any:
    """Read a README."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    (found,) = PAGES["pages"](tmp_path)
    return found


def commands(page: Any) -> list[tuple[int, str, str]]:
    return [(line.number, line.text, str(line.environment)) for line in page.lines]


def test_a_line_has_the_extras_of_the_nearest_installation_above_it(tmp_path: Path) -> None:
    text = """
    pip install 'veneer[cli,sandbox]' pytest
    veneer sandbox

Keys are kept where `pip install "veneer[keyring]"` was said.

```sh
veneer velerian plans
```

    pip install "veneer[codegen,cli]"
    veneer update
"""
    assert commands(page(tmp_path, text)) == [
        (3, "veneer sandbox", "cli,sandbox,+pytest"),
        (8, "veneer velerian plans", "cli,sandbox,+pytest"),
        (12, "veneer update", "cli,codegen"),
    ]


def test_prose_says_what_to_install_until_a_line_of_code_does(tmp_path: Path) -> None:
    text = """It needs `pip install "veneer[cli]"`.\n\n    veneer new x \\\n        --into x\n    not a command\n"""
    assert commands(page(tmp_path, text)) == [(4, "veneer new x --into x", "cli")]


@pytest.mark.parametrize(
    "line",
    [
        "veneer call --contract https://api.example.com/openapi.json x",
        "curl -d '{}' http://127.0.0.1:8780/",
        "veneer velerian invoke … --dry-run",
        "make check",
    ],
)
def test_what_another_machine_or_a_contributor_is_needed_for_is_not_run(tmp_path: Path, line: str) -> None:
    found = page(tmp_path, f"```sh\nveneer --help\n{line}\n```\n")
    assert [bool(one.reason) for one in found.lines] == [False, True]


def test_each_reason_not_to_run_a_line_is_that_of_a_line() -> None:
    lines = [line for page in PAGES["pages"](ROOT) for line in page.lines]
    assert [one for one in PAGES["NOT_RUN"] if not any(re.match(one, line.text) for line in lines)] == []


def test_a_page_ends_at_the_line_that_fails_and_names_it(tmp_path: Path) -> None:
    found = page(tmp_path, "```sh\nprintf one\nfalse\nprintf two\n```\n")
    script = PAGES["script"](found, {PAGES["Environment"](): Path("/bin")}, "probe.py", {})
    done = subprocess.run(["/bin/sh", "-e"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "one", "README.md:3\n")


def test_a_server_of_a_page_is_started_and_ended_and_addresses_lead_to_the_sandbox(tmp_path: Path) -> None:
    text = "```sh\nveneer sandbox --name acme  # one\nexport URL=http://127.0.0.1:8780/x\n```\n"
    found = page(tmp_path, text)
    places = {PAGES["Environment"](): Path("/bin")}
    script = PAGES["script"](found, places, "probe.py", {"http://127.0.0.1:8780": "http://127.0.0.1:1"})
    lines = script.splitlines()
    assert "python probe.py serve veneer sandbox --name acme --port 0" in lines
    assert "export URL=http://127.0.0.1:1/x" in lines


def test_a_page_finds_the_files_that_it_names(tmp_path: Path) -> None:
    text = """
    veneer add --contract shop.yaml
    python first.py

`first.py` has a line:

```python
print(1)
```
"""
    files = page(tmp_path, text).files("{}")
    assert files.pop("pyproject.toml").startswith("[project]")
    assert files == {"first.py": "print(1)\n", "shop.yaml": "{}"}


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("print('http://127.0.0.1:1')", ": http://127.0.0.1:1, 0, ended by "),
        ("raise SystemExit('no such port')", ": no address, 0, ended by 1: no such port"),
    ],
    ids=["no answer", "no start"],
)
def test_a_server_that_does_not_serve_is_told_with_what_it_said(program: str, told: str) -> None:
    (problem,) = PROBE["serve"]([sys.executable, "-c", program])
    assert told in problem
