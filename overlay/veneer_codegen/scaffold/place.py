"""Find out how an existing repository is laid out, and where a client's files go in it."""

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
# A repository has these of its own: a project's files of the same purpose stay out of it.
_OWN: Final = ("overlay", "generated", "scripts", "tests", "openapi")


@dataclass(frozen=True)
class Layout:
    """Where things are in a repository, relative to its root; `packages` is "" for a project of `veneer new`."""

    root: Path
    packages: str
    tests: str
    backend: str
    runner: str
    """What runs Python in the repository's environment: `uv run python`."""

    @property
    def overlay(self) -> str:
        """The folder of hand-written packages, as a prefix of paths."""
        return _prefix(self.packages or contracts.OVERLAY)

    @property
    def generated(self) -> str:
        """The folder of generated packages, as a prefix of paths."""
        return _prefix(self.packages or contracts.GENERATED)


def _prefix(folder: str) -> str:
    return "" if folder == "." else f"{folder}/"


def settings(root: Path) -> dict[str, Any]:
    """Read the repository's pyproject.toml; empty where there is none. Raises CodegenError for one that cannot be read."""
    try:
        return tomllib.loads((root / PYPROJECT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CodegenError(f"{PYPROJECT} cannot be read: {error}: mend it first") from error


def table(value: Any, *keys: str) -> Mapping[str, Any]:
    """Return a table of a table; an empty one where any of them is not there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def find(root: Path) -> Layout:
    """Find out how a repository is laid out. Raises CodegenError for settings that cannot be read."""
    found = settings(root)
    backend = _backend(root, found)
    if (root / contracts.LIST).is_file():
        packages = contracts.packages(root)
    else:
        packages = _packages(root, found, backend)
    return Layout(root, packages, _tests(root, found), backend, _runner(root))


def _backend(root: Path, found: Mapping[str, Any]) -> str:
    """Return which tool packs the repository; "" for none."""
    named = str(table(found, "build-system").get("build-backend", ""))
    if named:
        return _BACKENDS.get(re.split(r"[.:]", named)[0], named)
    if "build-system" in found or (root / "setup.py").is_file() or (root / "setup.cfg").is_file():
        return "setuptools"
    return ""


def _packages(root: Path, found: Mapping[str, Any], backend: str) -> str:
    """Return the folder of the repository's packages: what its settings say, else `src` where that is there, else the root."""
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
    """Return where a file of a project of `veneer new` goes in a repository; None for one that the repository has of its own."""
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
