"""Detect the layout of an existing repository, and the places of a client's files in it."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from veneer_codegen import contracts
from veneer_codegen.errors import CodegenError

PYPROJECT: Final = "pyproject.toml"
_BACKENDS: Final = {
    "hatchling": "hatchling",
    "setuptools": "setuptools",
    "poetry": "poetry",
    "uv_build": "uv_build",
    "pdm": "pdm",
    "flit_core": "flit",
}
# A repository has its own of these files, so a project's are left out.
_OWN: Final = ("overlay", "generated", "scripts", "tests", "openapi")


@dataclass(frozen=True)
class Layout:
    """The folders of a repository; `packages` is "" in a project of `veneer new`."""

    root: Path
    packages: str
    tests: str
    backend: str
    runner: str
    """The command that runs Python in the repository's environment: `uv run python`."""

    @property
    def overlay(self) -> str:
        """The folder of hand-written packages, as a path prefix."""
        return _prefix(self.packages or contracts.OVERLAY)

    @property
    def generated(self) -> str:
        """The folder of generated packages, as a path prefix."""
        return _prefix(self.packages or contracts.GENERATED)


def _prefix(folder: str) -> str:
    return "" if folder == "." else f"{folder}/"


def settings(root: Path) -> dict[str, Any]:
    """Return the repository's pyproject.toml; empty if there is none. Raises CodegenError."""
    try:
        return tomllib.loads((root / PYPROJECT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CodegenError(f"{PYPROJECT} cannot be read: {error}: mend it first") from error


def table(value: Any, *keys: str) -> Mapping[str, Any]:
    """Return a nested table; an empty one if any part of the path is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def find(root: Path) -> Layout:
    """Return the layout of a repository. Raises CodegenError for unreadable settings."""
    found = settings(root)
    backend = _backend(root, found)
    if (root / contracts.LIST).is_file():
        packages = contracts.packages(root)
    else:
        packages = _packages(root, found, backend)
    return Layout(root, packages, _tests(root, found), backend, _runner(root))


def _backend(root: Path, found: Mapping[str, Any]) -> str:
    """Return the repository's build backend; "" for none."""
    named = str(table(found, "build-system").get("build-backend", ""))
    if named:
        return _BACKENDS.get(re.split(r"[.:]", named)[0], named)
    if "build-system" in found or (root / "setup.py").is_file() or (root / "setup.cfg").is_file():
        return "setuptools"
    return ""


def _packages(root: Path, found: Mapping[str, Any], backend: str) -> str:
    """Return the folder of the packages: from settings, else `src`, else the root."""
    tool = table(found, "tool")
    said: list[Any] = []
    match backend:
        case "setuptools":
            where = table(tool, "setuptools", "packages", "find").get("where")
            said = [
                *(where if isinstance(where, list) else [where]),
                table(tool, "setuptools", "package-dir").get(""),
            ]
            said += [_setup_cfg(root)]
        case "poetry":
            listed = table(tool, "poetry").get("packages")
            said = [table(one).get("from") for one in (listed if isinstance(listed, list) else ())]
        case "uv_build":
            said = [table(tool, "uv", "build-backend").get("module-root", "src") or "."]
        case "pdm":
            said = [table(tool, "pdm", "build").get("package-dir")]
        case "hatchling":
            listed = table(tool, "hatch", "build", "targets", "wheel").get("packages")
            said = [
                str(PurePosixPath(str(one)).parent) for one in (listed if isinstance(listed, list) else ())
            ]
        case _:
            pass
    for one in said:
        if isinstance(one, str) and one and not one.startswith("/") and ".." not in one.split("/"):
            return one.strip("/")
    return "src" if (root / "src").is_dir() else "."


def _setup_cfg(root: Path) -> str | None:
    parser = configparser.ConfigParser()
    try:
        parser.read(root / "setup.cfg", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return None
    return parser.get("options.packages.find", "where", fallback=None)


def _tests(root: Path, found: Mapping[str, Any]) -> str:
    """Return the folder of the repository's tests."""
    paths = table(found, "tool", "pytest", "ini_options").get("testpaths")
    named = paths[0] if isinstance(paths, list) and paths else paths
    if isinstance(named, str) and (root / named).is_dir():
        return named.strip("/")
    return "test" if (root / "test").is_dir() and not (root / "tests").is_dir() else "tests"


def _runner(root: Path) -> str:
    for lock, tool in (("uv.lock", "uv"), ("poetry.lock", "poetry"), ("pdm.lock", "pdm")):
        if (root / lock).is_file():
            return f"{tool} run python"
    return "python"


def target(path: str, name: str, layout: Layout, scripts: str) -> str | None:
    """Return the place of a project's file in a repository; None if the repository has its own."""
    first, _, rest = path.partition("/")
    if first not in _OWN or path == f"generated/{'README.md'}":
        return None
    match first:
        case "overlay":
            return f"{layout.overlay}{rest}"
        case "generated":
            return f"{layout.generated}{rest}"
        case "scripts":
            return f"{scripts}/{rest}"
        case "tests":
            folder, _, file = rest.rpartition("/")
            named = re.sub(r"^test_", f"test_{name}_", file)
            return "/".join(part for part in (layout.tests, folder, named) if part)
        case _:
            return path
