"""Build the throw-away environments: for each published client a venv filled by plain pip, for veneer one with what it needs and no more."""

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

#: What is compared, exactly: another version would be another comparison.
PINS: Final = {
    "velerian-sdk": "0.1.2",
    "hybridb-sdk": "0.1.0",
    "hestiaos": "1.0.1",
    "aerostack": "0.1.2",
}
#: What more the benchmarks compare with.
OTHERS: Final = {"openai": "3.54.0", "httpx-sse": "0.4.3"}
#: What their environments need besides: the baseline of the measurements, where it is no dependency.
WITH: Final = {"openai": "httpx==0.28.1"}


@contextmanager
def environments(kept: Path | None) -> Iterator[Path]:
    """Give the folder of the environments: the one to keep between runs, or one that is deleted at the end."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with TemporaryDirectory(prefix="veneer-peers-") as folder:
        yield Path(folder)


def installed(distribution: str, folder: Path) -> bool:
    """Whether `interpreter` would find this distribution's environment ready."""
    return (_home(distribution, folder) / "installed").exists()


def packages(distribution: str, folder: Path) -> Path:
    """Give the folder that this distribution was installed into, to import it from another environment."""
    return next(_home(distribution, folder).glob("**/site-packages"))


def _home(distribution: str, folder: Path) -> Path:
    return folder / f"{distribution}-{(PINS | OTHERS)[distribution]}"


def interpreter(distribution: str, folder: Path) -> Path:
    """Give the Python that has this distribution installed, building its environment at the first need.

    Raises `subprocess.CalledProcessError` when pip cannot install it (no index within reach, say).
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
        (home / "installed").touch()  # last, so that an interrupted installation is begun again
    return python


def lean(home: Path) -> Path:
    """Build an environment that has what `pip install veneer[fast]` brings, linked from this one, and give its Python.

    What only development needs would be measured otherwise: httpx imports trio where it finds it, and asks sniffio at
    every lock; `pip install httpx` brings neither.
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
    """Make what a distribution installed here importable from a folder. Raises PackageNotFoundError."""
    folder.mkdir(exist_ok=True)
    found = metadata.distribution(name)
    tops = {file.parts[0] for file in found.files or ()}
    for top in tops - {"..", "__pycache__"}:
        (folder / top).symlink_to(Path(str(found.locate_file(top))))


def _needed(name: str, extra: str = "") -> set[str]:
    """This distribution and all that it requires, of what is installed here."""
    wanted = [Requirement(line) for line in metadata.distribution(name).requires or ()]
    used = [r.name for r in wanted if r.marker is None or r.marker.evaluate({"extra": extra})]
    return {name}.union(*(_needed(each) for each in used))
