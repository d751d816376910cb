"""Build temporary environments: one for each published client by pip, and a minimal one for veneer."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from packaging.requirements import Requirement

#: The compared packages, pinned: another version would be another comparison.
PINS: Final = {
    "velerian-sdk": "0.1.2",
    "hybridb-sdk": "0.1.0",
    "hestiaos": "1.0.1",
    "aerostack": "0.1.2",
}
#: Further packages that the benchmarks compare with.
OTHERS: Final = {"openai": "3.54.0", "httpx-sse": "0.4.3"}
#: Further packages of their environments: the baseline, if it is not a dependency.
WITH: Final = {"openai": "httpx==0.28.1"}


@contextmanager
def environments(kept: Path | None) -> Iterator[Path]:
    """Yield the folder of the environments: the kept one, or one that is deleted at the end."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with TemporaryDirectory(prefix="veneer-peers-") as folder:
        yield Path(folder)


def installed(distribution: str, folder: Path) -> bool:
    """Return whether this distribution's environment is ready."""
    return (_home(distribution, folder) / "installed").exists()


def packages(distribution: str, folder: Path) -> Path:
    """Return the folder that this distribution was installed into, to import it from another environment."""
    return next(_home(distribution, folder).glob("**/site-packages"))


def _home(distribution: str, folder: Path) -> Path:
    return folder / f"{distribution}-{(PINS | OTHERS)[distribution]}"


def interpreter(distribution: str, folder: Path) -> Path:
    """Return the Python that has this distribution installed, building its environment if needed.

    Raises `subprocess.CalledProcessError` if pip cannot install it, for example without an index.
    """
    home = _home(distribution, folder)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not installed(distribution, folder):
        version = (PINS | OTHERS)[distribution]
        print(
            f"installing {distribution}=={version} into a throw-away environment …",
            file=sys.stderr,
            flush=True,
        )
        venv.create(home, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        more = [WITH[distribution]] if distribution in WITH else []
        subprocess.run([*pip, f"{distribution}=={version}", *more], check=True)
        (home / "installed").touch()  # last, so that an interrupted installation starts again
    return python


def lean(home: Path) -> Path:
    """Build an environment like that of `pip install veneer[fast]`, linked from this one.

    Return its Python. Development packages would change the figures: httpx imports trio if it finds
    it, and calls sniffio at every lock. `pip install httpx` installs neither.
    """
    venv.create(home, with_pip=False, symlinks=True)
    paths = sysconfig.get_paths("venv", vars={"base": str(home), "platbase": str(home)})
    site = Path(paths["purelib"])
    for name in _needed("veneer", "fast") - {"veneer"}:
        link(name, site)
    folders = {Path(str(files(package))).parent for package in ("veneer", "veneer_generated")}
    (site / "veneer.pth").write_text("\n".join(map(str, sorted(folders))))
    return Path(paths["scripts"], "python")


def link(name: str, folder: Path) -> None:
    """Make the packages of a distribution importable from a folder. Raises PackageNotFoundError."""
    folder.mkdir(exist_ok=True)
    found = metadata.distribution(name)
    tops = {file.parts[0] for file in found.files or ()}
    for top in tops - {"..", "__pycache__"}:
        (folder / top).symlink_to(Path(str(found.locate_file(top))))


def _needed(name: str, extra: str = "") -> set[str]:
    """Return this distribution and its installed requirements."""
    wanted = [Requirement(line) for line in metadata.distribution(name).requires or ()]
    used = [r.name for r in wanted if r.marker is None or r.marker.evaluate({"extra": extra})]
    return {name}.union(*(_needed(each) for each in used))
