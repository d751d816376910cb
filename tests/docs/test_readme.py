"""What a newcomer meets: the README's first lines work as they stand, and its links lead somewhere from the package index too."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.pages import ROOT, read
from docs.test_links import anchors

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPOSITORY = PROJECT["urls"]["Repository"]
_START = re.compile(r"^    pip install .*\n(?:    .+\n)+", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, list[str]]]:
    """The second line of the README, on a port of its own: the address, and the `export` lines that it prints."""
    command = [sys.executable, "-m", *start()[1].split(), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        address = running.stdout.readline().strip()
        lines = iter(running.stderr.readline, "")
        yield address, [line.strip() for line, _ in zip(lines, range(4), strict=False)]
        running.terminate()
        running.communicate()


def start() -> list[str]:
    """The five shell lines that a newcomer types."""
    found = _START.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    return [line.strip() for line in found[0].splitlines()]


def test_the_first_five_lines_of_the_readme_work_as_they_stand(
    sandbox: tuple[str, list[str]], tmp_path: Path
) -> None:
    """All but the first, which the check of the wheel runs."""
    address, printed = sandbox
    install, serve, export, *run = start()
    assert install.startswith("pip install 'veneer[")
    assert serve == "veneer sandbox"
    export = export.replace("http://127.0.0.1:8780", address)
    assert export in printed  # what the README says is what the sandbox prints
    first = read(ROOT / "README.md").source.strip().split("\n\n\n")[0]
    (tmp_path / "first.py").write_text(first, encoding="utf-8")
    folder = Path(sys.executable).parent
    script = "\n".join(["set -eu", f'PATH="{folder}:$PATH"', export, *run])
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith(" approved")


def test_every_link_of_the_index_s_page_is_absolute_and_has_its_target_in_the_tree() -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "metadata"], cwd=ROOT, capture_output=True, check=True
    )
    links = _LINK.findall(json.loads(built.stdout)["readme"]["text"])
    assert len(links) == len(_LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))) > 20
    here = f"{REPOSITORY}/blob/v{PROJECT['version']}/"
    missing = []
    for link in links:
        path, _, anchor = link.removeprefix(here).partition("#")
        target = ROOT / path
        if not link.startswith(here) or not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


def test_the_project_s_addresses_are_those_of_one_repository() -> None:
    assert [url for url in PROJECT["urls"].values() if not f"{url}/".startswith(f"{REPOSITORY}/")] == []
