"""Build the wheel, and the environments in which `make wheels` checks it, outside the checkout."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wheel_pages import Environment

__all__ = ["CACHED", "PROJECT", "ROOT", "FailedError", "Installer", "User", "build", "ordinary_user"]

ROOT = Path(__file__).resolve().parents[1]
UV = str(Path(sys.executable).with_name("uv"))
PROJECT = frozenset({"cli", "codegen", "sandbox"})
"""The extras of a project of `veneer new`."""
_UNREACHABLE = re.compile(r"error sending request|dns error|failed to fetch|could not connect", re.IGNORECASE)


class FailedError(Exception):
    """A check failed or could not run. The message is for maintainers."""


@dataclass(frozen=True)
class User:
    """The user of the checks: a prefix of commands, and a home folder."""

    words: tuple[str, ...]
    home: Path
    owner: int | None = None

    def run(
        self, words: Sequence[str], folder: Path, programs: Path, more: Mapping[str, str] | None = None
    ) -> None:
        """Run a command as this user in a folder, its home. Raises FailedError with its output."""
        environ = {
            **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONPYCACHEPREFIX": str(self.home / "pycache"),  # no environment is writable
            **(more or {}),
        }
        done = subprocess.run(
            [*self.words, *words], cwd=folder, env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )  # fmt: skip
        if done.returncode:
            told = f"{done.stdout[-4000:]}{done.stderr[-4000:]}".strip()
            raise FailedError(f"{' '.join(words)} ended with {done.returncode}\n{told}")

    def folder(self, name: str) -> Path:
        """Return a new folder of this user."""
        made = self.home / name
        made.mkdir(parents=True)
        self._own(self.home, made)
        return made

    def write(self, folder: Path, files: Mapping[str, str]) -> None:
        """Write files of this user."""
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
            self._own(folder / name)

    def _own(self, *paths: Path) -> None:
        for path in paths:
            if self.owner is not None:
                os.chown(path, self.owner, -1)


def ordinary_user(home: Path, python: str) -> tuple[User, str, str]:
    """Return an ordinary user, an interpreter for it, and the reason if it is root after all."""
    if os.geteuid() != 0:
        return User((), home), python, ""
    setpriv, nobody = shutil.which("setpriv"), pwd.getpwnam("nobody")
    if setpriv is None:
        return User((), home), python, "all checks run as root: setpriv is missing"
    words = (setpriv, f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    version = subprocess.run(
        [python, "-c", _VERSION], capture_output=True, text=True, check=True
    ).stdout.strip()
    for one in (python, f"/usr/local/bin/{version}", f"/usr/bin/{version}"):
        # By `env`, since a direct child of setpriv would keep root's rights.
        tried = subprocess.run([*words, "env", one, "-c", ""], cwd="/", capture_output=True, check=False)
        if tried.returncode == 0:
            return User(words, home, nobody.pw_uid), one, ""
    return User((), home), python, f"all checks run as root: no other user can run {python}"


_VERSION = "import sys; print(f'python3.{sys.version_info.minor}')"
CACHED = threading.Event()
"""Set if the index is unreachable and the versions are those of the cache."""


def uv(*words: str) -> str:
    """Run uv with the checkout's cache; offline if the index is unreachable."""
    cache = {"UV_CACHE_DIR": str(ROOT / ".cache" / "uv"), "UV_PYTHON_DOWNLOADS": "never", "UV_NO_CONFIG": "1"}
    environ = {"UV_SYSTEM_CERTS": "1", **os.environ, **cache}  # the authorities that pip trusts
    if "PIP_INDEX_URL" in environ:
        environ.setdefault("UV_DEFAULT_INDEX", environ["PIP_INDEX_URL"])

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([UV, *words, *more], env=environ, capture_output=True, text=True, check=False)

    done = run(*(["--offline"] if CACHED.is_set() else []))
    if done.returncode and _UNREACHABLE.search(done.stderr) and not CACHED.is_set():
        CACHED.set()
        print("wheels: the package index is unreachable: versions are those of .cache/uv", flush=True)
        done = run("--offline")
    if done.returncode:
        raise FailedError(f"uv {words[0]} {words[1]}: {done.stderr.strip()[-1500:]}")
    return done.stdout


def build(folder: Path) -> Path:
    """Build wheel and sdist, check that the sdist builds an equal wheel, and return the wheel."""
    _hatchling(ROOT, folder)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as name:
        with tarfile.open(sdist) as archive:
            # Before 3.11.4 there is no filter; what is unpacked here was made here, or comes from the index.
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            archive.extractall(name)  # noqa: S202  # by the filter set here
        (source,) = Path(name).iterdir()
        _hatchling(source, Path(name), "-t", "wheel")
        (again,) = Path(name).glob("*.whl")
        with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
            differing = set(one.namelist()) ^ set(other.namelist())
    if differing:
        raise FailedError(f"the sdist builds another wheel: {', '.join(sorted(differing)[:10])}")
    return wheel


def _hatchling(source: Path, folder: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder), *words],
        cwd=source, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise FailedError(f"the build failed: {done.stdout}{done.stderr}")


class Installer:
    """Builds environments in `folder`, outside the checkout, each once."""

    def __init__(self, wheel: Path, folder: Path, python: str) -> None:
        self.wheel, self.folder, self.python = wheel, folder, python
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def install(self, environment: Environment, end: str) -> Path:
        """Install the wheel with extras and a page's packages.

        Return the folder of the programs.
        """
        folder = self.folder / f"{environment}-{end}"
        extras = f"[{','.join(sorted(environment.extras))}]" if environment.extras else ""
        with self._locks[folder.name]:
            if not folder.exists():
                self._install(
                    folder,
                    end,
                    environment.extras,
                    f"veneer{extras} @ {self.wheel.as_uri()}",
                    *environment.beside,
                )
        return folder / "bin"

    def install_project(self, project: Path, end: str) -> Path:
        """Install a project of `veneer new` for development. Return the folder of the programs."""
        folder = self.folder / f"project-{end}"
        group = ["--group", f"{project / 'pyproject.toml'}:dev", "--find-links", str(self.wheel.parent)]
        self._install(folder, end, PROJECT, "-e", str(project), *group, group=group)
        return folder / "bin"

    def _install(
        self, folder: Path, end: str, extras: frozenset[str], *asked: str, group: Sequence[str] = ()
    ) -> None:
        try:
            self._fill(folder, end, extras, asked, group)
        except FailedError:
            shutil.rmtree(folder, ignore_errors=True)  # the next caller must not find half of it
            raise

    def _fill(
        self, folder: Path, end: str, extras: frozenset[str], asked: Sequence[str], group: Sequence[str]
    ) -> None:
        uv("venv", "-q", "-p", self.python, str(folder))
        words = list(asked)
        if end == "lowest":
            lowest = folder / "lowest.txt"
            named = [str(ROOT / "pyproject.toml"), *(f"--extra={one}" for one in sorted(extras)), *group]
            text = uv(
                "pip",
                "compile",
                "-q",
                *named,
                "--resolution",
                "lowest-direct",
                "-p",
                self.python,
                "--no-header",
            )
            lowest.write_text(
                "\n".join(one for one in text.splitlines() if not one.startswith("veneer")), "utf-8"
            )
            words += ["-c", str(lowest)]
        uv("pip", "install", "-q", "-p", str(folder / "bin" / "python"), *words)

    def versions(self, programs: Path) -> dict[str, str]:
        """Return the installed versions, without veneer."""
        listed = uv("pip", "freeze", "-q", "-p", str(programs / "python"))
        return dict(line.split("==") for line in listed.splitlines() if "==" in line)
