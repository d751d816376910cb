"""A release is what its tag, its repository and its workflows say; every check of the workflows is a make target."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = {
    path.name: yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / ".github/workflows").iterdir()
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DIST = runpy.run_path(str(ROOT / "scripts/dist.py"))
PYTHONS = runpy.run_path(str(ROOT / "scripts/pythons.py"))
_PIN = re.compile(
    r"^ *-? *uses: (?:\./\S+|[\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+)(?:  # zizmor: .*)?$", re.MULTILINE
)
_PACKAGE = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    return [(name, job, what) for name, flow in WORKFLOWS.items() for job, what in flow["jobs"].items()]


def pins(lock: str) -> dict[str, str]:
    """Each package of a lock, with its version."""
    return dict(_PACKAGE.findall((ROOT / lock).read_text("utf-8")))


def test_every_command_of_the_workflows_is_a_target_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    run = [step["run"] for _, _, job in jobs() for step in job.get("steps", ()) if "run" in step]
    assert {re.match(r"make ([a-z-]+)(?: [A-Z]+=\"\$\S+\")*$", line)[1] for line in run} <= targets  # type: ignore[index]


def test_every_action_is_pinned_by_the_commit_of_a_named_version() -> None:
    for name in WORKFLOWS:
        text = (ROOT / ".github/workflows" / name).read_text("utf-8")
        assert len(_PIN.findall(text)) == text.count("uses: "), name


def test_new_projects_get_the_same_pins() -> None:
    made, ours = (
        {line.strip().removeprefix("- ") for path in folder.glob("*.yml*") for line in path.read_text("utf-8").splitlines() if "uses:" in line}
        for folder in (ROOT / "overlay/veneer_codegen/scaffold/templates", ROOT / ".github/workflows")
    )  # fmt: skip
    assert made == ours


def test_a_workflow_may_read_the_sources_and_only_publishing_may_ask_for_an_identity() -> None:
    assert [flow["permissions"] for flow in WORKFLOWS.values()] == [{"contents": "read"}] * len(WORKFLOWS)
    asked = {(name, job): what["permissions"] for name, job, what in jobs() if "permissions" in what}
    assert asked == {("release.yml", "publish"): {"id-token": "write"}}
    assert WORKFLOWS["release.yml"]["jobs"]["publish"]["environment"]["name"] == "pypi"


def test_ci_tests_each_python_that_the_classifiers_name_and_the_free_threaded_one() -> None:
    tested = {"3.11", *WORKFLOWS["ci.yml"]["jobs"]["tests"]["strategy"]["matrix"]["python"]}
    named = re.findall(r"Python :: (3\.\d+)\b", " ".join(PROJECT["project"]["classifiers"]))
    assert tested == {*named, "3.14t"} == set(PYTHONS["SUPPORTED"])


@pytest.mark.parametrize(
    ("tag", "repository", "said"),
    [
        (None, None, []),
        ("v1.2.0", "https://github.com/acme/shop", []),
        ("v1.2.0", "https://GitHub.com/Acme/Shop", []),
        ("1.2.0", None, ["the tag is 1.2.0, pyproject.toml says 1.2.0: tag v1.2.0, or set `version`"]),
        (None, "https://github.com/mallory/shop", ["this is https://github.com/mallory/shop, pyproject.toml says https://github.com/acme/shop: set its URLs, which links need"]),
    ],
)  # fmt: skip
def test_a_release_is_refused_unless_it_is_what_the_project_says(
    tmp_path: Path, tag: str | None, repository: str | None, said: list[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nversion = "1.2.0"\nurls = { Repository = "https://github.com/acme/shop" }\n', "utf-8"
    )
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n\n## [1.2.0] - 2026-11-28\n", "utf-8")
    assert DIST["release_problems"](tmp_path, tag, repository) == said


def test_a_version_without_its_heading_in_the_changelog_is_not_released(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nversion = "1.2.0"\nurls = { Repository = "" }\n', "utf-8"
    )
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n\n## [1.1.0]\n", "utf-8")
    said = ["CHANGELOG.md has no heading `## [1.2.0]`: move the entries of Unreleased below it"]
    assert DIST["release_problems"](tmp_path, "v1.2.0", None) == said


def test_each_step_of_the_environment_holds_the_one_before_it() -> None:
    demo, test, dev = map(pins, ("requirements-demo.lock", "requirements-test.lock", "requirements.lock"))
    assert len(demo) < len(test) < len(dev)
    assert demo.items() <= test.items() <= dev.items()


def test_the_list_of_what_is_installed_is_that_of_the_lock_and_names_no_time() -> None:
    bom = json.loads((ROOT / "sbom.cdx.json").read_text("utf-8"))
    assert (bom["bomFormat"], bom["metadata"]["component"]["version"]) == (
        "CycloneDX",
        PROJECT["project"]["version"],
    )
    assert not {"serialNumber", "timestamp"} & {*bom, *bom["metadata"]}
    listed = {one["name"].replace("_", "-"): one["version"] for one in bom["components"]}
    assert listed.items() <= pins("requirements.lock").items()
    needed = {re.split(r"[^\w-]", one)[0] for one in PROJECT["project"]["dependencies"]}
    direct = next(one for one in bom["dependencies"] if one["ref"] == "root-component")["dependsOn"]
    assert {one.split("==")[0] for one in direct} == needed


def test_a_free_threaded_environment_leaves_out_what_has_no_wheels_for_it_and_nothing_else() -> None:
    lock = (ROOT / "requirements-test.lock").read_text("utf-8")
    assert PYTHONS["wanted"](lock, free_threaded=False) == lock
    left = dict(_PACKAGE.findall(PYTHONS["wanted"](lock, free_threaded=True)))
    assert set(pins("requirements-test.lock")) - set(left) == set(PYTHONS["NOT_FREE_THREADED"])


def test_an_interpreter_that_is_not_of_the_version_or_does_not_run_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a shim of pyenv, which is there for versions that are not chosen."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    about = '#!/bin/sh\necho \'["3.13.1", "3.13", false]\'\n'
    for name, text in {
        "python3.12": "#!/bin/sh\nexit 127\n",
        "python3.14": about,
        "python3.13": about,
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / name).chmod(0o755)
    found = [
        PYTHONS["find_python"](name)
        for name in ("3.12", "3.13", "3.13t", "3.14", str(tmp_path / "python3.12"))
    ]
    assert found == [None, str(tmp_path / "python3.13"), None, None, None]
