"""Build wheel and sdist of the last commit: `make dist`.

The same commit gives the same bytes in any clone: `make dist-check`.

Uncommitted changes are left out. The folder's path, the umask, file times and git's settings do not
matter. The bytes depend on the commit and the packages of requirements.lock. Another zlib may
compress differently.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
# Two different clones: the folder's name, the umask, and other surroundings of a build.
_CLONES: Final = (
    ("a", 0o077, {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"}),
    ("another folder/clone", 0o002, {"TZ": "America/Adak", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"}),
)


def main(arguments: list[str] | None = None) -> int:
    """Build into dist/, or compare two builds. Return 0 on success."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="build from two clones and compare the bytes")
    parser.add_argument("--tag", help="refuse unless this is the version's tag")
    parser.add_argument("--repository", help="refuse unless this is the repository that pyproject.toml names")
    options = parser.parse_args(arguments)
    if options.check:
        return check()
    problems = release_problems(ROOT, options.tag, options.repository)
    for problem in problems:
        print(f"dist: {problem}", file=sys.stderr)
    if problems:
        return 1
    if _git(ROOT, "status", "--porcelain").strip():
        print("dist: building the last commit; uncommitted changes are left out")
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    try:
        build(ROOT, ROOT / "dist")
        found = hashes(ROOT / "dist")
        said = _run(ROOT / "dist", "twine", "--no-color", "check", "--strict", *found)
    except subprocess.CalledProcessError as error:
        print(f"dist: {' '.join(map(str, error.cmd))} failed:\n{error.output}", file=sys.stderr)
        return 1
    print("\n".join([*(f"{digest}  dist/{name}" for name, digest in found.items()), said.strip()]))
    return 0


def release_problems(root: Path, tag: str | None, repository: str | None) -> list[str]:
    """Return why the commit must not be released as `tag` from `repository`.

    Empty ones are not checked.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version, home = project["version"], project["urls"]["Repository"]
    found = []
    if tag and tag != f"v{version}":
        found.append(f"the tag is {tag}, pyproject.toml says {version}: tag v{version}, or set `version`")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if tag and not re.search(rf"^## \[{re.escape(version)}\]", changelog, re.MULTILINE):
        found.append(f"CHANGELOG.md has no heading `## [{version}]`: move the entries of Unreleased below it")
    if repository and repository.lower() != home.lower():
        found.append(f"this is {repository}, pyproject.toml says {home}: set its URLs, which links need")
    return found


def build(root: Path, into: Path) -> None:
    """Build wheel and sdist of a clone's last commit."""
    time = _git(root, "log", "-1", "--format=%ct").decode().strip()
    # git's settings for line endings and modes would change the output.
    tree = _git(
        root, "-c", "core.autocrlf=false", "-c", "core.eol=lf", "-c", "tar.umask=022", "archive", "HEAD"
    )
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(fileobj=io.BytesIO(tree)) as archive:
        # Before 3.11.4 there is no filter; what is unpacked here was made here, or comes from the index.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(scratch)  # noqa: S202  # by the filter set here
        _run(scratch, "hatchling", "build", "-d", str(into.resolve()), SOURCE_DATE_EPOCH=time)


def check() -> int:
    """Build from two clones that share only the commit, and print hashes and differences."""
    found: list[Mapping[str, str]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, umask, environment in _CLONES:
            clone = Path(scratch, name)
            before = os.umask(umask)
            try:
                subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
                for number, path in enumerate(sorted(clone.rglob("*"))):
                    os.utime(path, (number, number * umask), follow_symlinks=False)
                script = [sys.executable, "scripts/dist.py"]
                done = subprocess.run(script, cwd=clone, env=os.environ | environment, check=False)
            finally:
                os.umask(before)
            if done.returncode:
                return 1
            found.append(hashes(clone / "dist"))
    first, second = found
    if first != second:
        print(
            f"dist-check: two clones of one commit gave different bytes: {first} and {second}",
            file=sys.stderr,
        )
        return 1
    print("dist-check: both clones gave the same bytes")
    return 0


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each distribution in a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def _git(root: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=root, check=True, stdout=subprocess.PIPE).stdout


def _run(folder: str | Path, module: str, *arguments: str, **environment: str) -> str:
    """Run a tool that is installed beside this interpreter, and return its output."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder, env=os.environ | environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ).stdout  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
