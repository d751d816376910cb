"""A project gets what a newer veneer writes, and keeps what its owner wrote; nothing is lost in silence."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.kit import invoke
from scripts.codegen_project import TINY, snapshot
from veneer_codegen.scaffold import add, edits, project, record, update

RECORD = ".veneer/acme_ping.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that this veneer wrote."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "ping.yaml").write_text(TINY)
    project.new("acme-ping", str(folder / "ping.yaml"), folder / "project")
    return folder / "project"


@pytest.fixture(scope="module")
def now(made: Path) -> Any:
    """What this veneer writes, worked out once: the tests change what is there, not the contract."""
    return record.read(made)["acme_ping"].files


@pytest.fixture
def old(made: Path, now: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it whose record says that an older veneer wrote it."""
    root = tmp_path / "project"
    shutil.copytree(made, root)
    path = root / RECORD
    path.write_text(path.read_text().replace(json.dumps(_version(path)), '"0.0.9"', 1))
    monkeypatch.setattr(update, "written", lambda *_: (dict(now), edits.Wanted(())))
    return root


def _version(path: Path) -> str:
    return str(json.loads(path.read_text())["veneer"])


def was(root: Path, path: str, text: str | None, *, own: str | None = None) -> None:
    """Let an older veneer have written a text (None: not the file), and the owner have changed it since."""
    held = json.loads((root / RECORD).read_text())
    held["files"].pop(path, None)
    if text is not None:
        held["files"][path] = text.split("\n")
    (root / RECORD).write_text(json.dumps(held))
    there = text if own is None else own
    if there is None:
        (root / path).unlink(missing_ok=True)
    else:
        (root / path).write_text(there)


def run(root: Path, *options: str) -> Any:
    return invoke("update", "--into", str(root), *options)


def test_a_project_that_was_just_made_has_nothing_to_update(made: Path) -> None:
    before = snapshot(made)
    done = run(made)
    assert (done.exit_code, done.stdout) == (0, ""), done.stderr
    assert "nothing to do" in done.stderr
    assert snapshot(made) == before


def test_the_record_has_what_is_the_owners_to_change_and_nothing_that_is_derived(now: Any) -> None:
    for path in ("Makefile", "pyproject.toml", "README.md", "overlay/acme_ping/_platform.py", "tests/test_client.py", "scripts/drift.py"):  # fmt: skip
        assert path in now
    assert not [path for path in now if path.startswith(("generated/", "openapi/acme", "openapi/contracts"))]
    assert not [path for path in now if "_sync" in path]


def _theirs_only(text: str) -> tuple[str, str]:
    return text.replace("types: setup", "types: setup old"), text.replace("types: setup", "types: setup old")


CASES: list[Any] = [
    pytest.param(lambda text: (f"{text}old:\n", None), "changed", lambda text: text, id="an untouched file"),
    pytest.param(lambda text: (f"{text}\nold:\n", f"mine:\n\n{text}\nold:\n"), "merged", lambda text: f"mine:\n\n{text}", id="changed by both, apart"),
    pytest.param(lambda text: (None, "mine\n"), "conflict", lambda text: "mine\n", id="a new file where the owner has one"),
    pytest.param(lambda text: ("old\n", "mine\n"), "conflict", lambda text: "mine\n", id="changed by both, in one place"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "fate", "expected"), CASES)
def test_what_becomes_of_a_file(
    change: Callable[[str], tuple[str | None, str | None]],
    fate: str,
    expected: Callable[[str], str],
    old: Path,
    now: Any,
) -> None:
    text = now["Makefile"]
    before, own = change(text)
    was(old, "Makefile", before, own=own)
    found = update.find(old)
    assert [(one.path, one.fate) for one in found.files] == [("Makefile", fate)]
    update.write(found)
    assert (old / "Makefile").read_text() == expected(text)
    rejected = old / "Makefile.rej"
    assert rejected.is_file() == (fate == "conflict")
    if rejected.is_file():  # the rest of what veneer writes, which git can still apply
        subprocess.run(["git", "apply", "--unsafe-paths", "Makefile.rej"], cwd=old, check=True)
        assert (old / "Makefile").read_text() == text
    assert [one.fate for one in update.find(old).files] == []


def test_a_file_that_the_owner_removed_stays_away_and_one_that_is_no_longer_written_goes(old: Path) -> None:
    was(old, "README.md", "# Old\n")
    (old / "README.md").unlink()
    was(old, "gone.txt", "as written\n")
    was(old, "kept.txt", "as written\n", own="changed\n")
    was(old, "scripts/drift.py", None)
    found = update.find(old)
    assert {one.path: one.fate for one in found.files} == {
        "README.md": "kept",
        "gone.txt": "removed",
        "kept.txt": "kept",
        "scripts/drift.py": "new",
    }
    update.write(found)
    assert [(old / path).exists() for path in ("README.md", "gone.txt", "kept.txt", "scripts/drift.py")] == [
        False,
        False,
        True,
        True,
    ]


def test_the_patch_does_what_applying_does_and_nothing_is_written_without_it(old: Path, now: Any) -> None:
    was(old, "Makefile", "old\n", own="mine\n")
    was(old, "README.md", f"{now['README.md']}\nold end", own=f"My words\n\n{now['README.md']}\nold end")
    was(old, "scripts/drift.py", None)
    before = snapshot(old)
    done = run(old)
    assert done.exit_code == 1
    assert snapshot(old) == before
    assert "README.md: merged with your changes" in done.stderr
    assert "Makefile: your lines were kept; rejected changes are in Makefile.rej of the patch" in done.stderr
    assert "nothing was written; next: `veneer update --apply`" in done.stderr
    other = old.parent / "other"
    shutil.copytree(old, other)
    subprocess.run(
        ["git", "apply", "--unsafe-paths", "-"], cwd=other, input=done.stdout, text=True, check=True
    )
    done = run(old, "--apply")
    assert done.exit_code == 1  # a conflict is left
    assert "next: look at Makefile.rej" in done.stderr
    assert snapshot(old) == snapshot(other)
    assert run(old).exit_code == 0


def test_a_project_without_a_record_is_told_how_to_begin_one(old: Path, made: Path) -> None:
    (old / RECORD).unlink()
    (old / "Makefile").write_text("mine\n")
    before = snapshot(old)
    done = run(old)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "veneer update --adopt" in done.stderr
    done = run(old, "--adopt")
    assert (done.exit_code, snapshot(old)) == (1, before)
    assert done.stdout.startswith("diff --git a/Makefile b/Makefile\n")
    assert ".veneer" not in done.stdout
    done = run(old, "--adopt", "--apply")
    assert done.exit_code == 0
    assert snapshot(old).keys() - before.keys() == {RECORD}
    assert (old / "Makefile").read_text() == "mine\n"
    assert (run(old).exit_code, run(old, "--adopt").exit_code) == (0, 2)


@pytest.mark.parametrize("text", ["", "[]", '{"files": 1}', '{"files": {"a": 1}, "veneer": "1"}'])
def test_a_record_that_is_damaged_is_named_with_the_remedy(old: Path, text: str) -> None:
    (old / RECORD).write_text(text)
    done = run(old)
    assert done.exit_code == 1
    assert done.stderr == (
        f"veneer: {RECORD} is damaged: restore it from version control, or run `veneer update --adopt`\n"
    )
    assert run(old, "--adopt", "--apply").exit_code == 0
    assert run(old).exit_code == 0


def test_a_record_does_not_lead_out_of_the_project(old: Path) -> None:
    was(old, "Makefile", "old\n")
    held = json.loads((old / RECORD).read_text())
    held["files"]["../outside"] = ["x"]
    (old / RECORD).write_text(json.dumps(held))
    (old.parent / "outside").write_text("x")
    assert "is damaged" in run(old, "--apply").stderr
    assert (old.parent / "outside").read_text() == "x"


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.exit_code == 2
    assert "there is no openapi/contracts.toml" in done.stderr


def test_the_owners_patches_and_names_decide_what_is_written_anew(made: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(made, root)
    (root / "openapi/facades").mkdir()
    (root / "openapi/facades/acme_ping.toml").write_text(
        '[methods.ping]\nreason = "the documents call it so"\nname = "knock"\n'
    )
    found = update.find(root)
    texts = {one.path: one.text or "" for one in found.files}
    assert "client.knock(" in texts["README.md"]
    assert "openapi" not in {path.split("/")[0] for path in texts}


def test_a_client_in_a_repository_is_updated_in_its_places_and_settings(tmp_path: Path) -> None:
    (tmp_path / "ping.yaml").write_text(TINY)
    root = tmp_path / "repo"
    (root / "src/mine").mkdir(parents=True)
    (root / "src/mine/__init__.py").touch()
    settings = '[project]\nname = "mine"\nversion = "1"\ndependencies = []\n'
    (root / "pyproject.toml").write_text(settings)
    add.add("acme-ping", str(tmp_path / "ping.yaml"), root, scripts="tools")
    (root / "tests/conftest.py").write_text("mine = 1\n")
    record_file = root / RECORD
    held = json.loads(record_file.read_text())
    del held["files"]["tests/conftest.py"]  # as where the repository had one before
    record_file.write_text(json.dumps(held))
    assert update.find(root).files == ()
    path = root / RECORD
    path.write_text(path.read_text().replace(json.dumps(_version(path)), '"0.0.9"', 1))
    (root / "pyproject.toml").write_text(f'{settings}[dependency-groups]\ndev = ["veneer[cli]==0.0.9"]\n')
    drift, platform = "tools/drift.py", "src/acme_ping/_platform.py"
    was(root, drift, "old\n")
    was(
        root,
        platform,
        (root / platform).read_text() + "OLD = 1\n",
        own=(root / platform).read_text() + "OLD = 2\n",
    )
    found = update.find(root)
    assert {one.path: one.fate for one in found.files} == {
        drift: "changed",
        platform: "conflict",
        "pyproject.toml": "changed",
    }
    assert any("'veneer[cli]==0.0.9' is listed already" in line for line in found.by_hand)
