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


def _home(distribution: str, folder: Path) -> Path:
    return folder / f"{distribution}-{PINS[distribution]}"


def interpreter(distribution: str, folder: Path) -> Path:
    """Return the Python that has this distribution installed, building its environment if needed.

    Raises `subprocess.CalledProcessError` if pip cannot install it, for example without an index.
    """
    home = _home(distribution, folder)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not installed(distribution, folder):
        version = PINS[distribution]
        print(
            f"installing {distribution}=={version} into a throw-away environment …",
            file=sys.stderr,
            flush=True,
        )
        venv.create(home, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"{distribution}=={version}"], check=True)
        (home / "installed").touch()  # last, so that an interrupted installation starts again
    return python


def target(requirement: str, folder: Path, *, install: bool) -> Path:
    """Return the folder that a pinned package is installed into for benchmarks, to put on a path.

    Raises LookupError with the reason if it is not there, or cannot be installed.
    """
    home = folder / f"{requirement.replace('==', '-')}-{sys.version_info[0]}.{sys.version_info[1]}"
    if (home / "installed").exists():
        return home
    if not install:
        raise LookupError("not installed; a full run installs it")
    print(f"installing {requirement} for the benchmarks …", file=sys.stderr, flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--upgrade", "--target", str(home), requirement], capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise LookupError(f"cannot be installed: {(lines or ['pip failed'])[-1][:160]}")
    (home / "installed").touch()
    return home


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


def certificates(folder: Path, trusted: Path) -> Path:
    """Return a certificate for 127.0.0.1; write a bundle of authorities of the usual size with its own."""
    import certifi
    import trustme

    authority = trustme.CA()
    certificate = folder / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    trusted.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
    return certificate
