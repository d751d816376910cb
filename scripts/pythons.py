"""Run the tests on every supported Python that this machine has: `make test-pythons`.

Each gets its own environment, from requirements-test.lock. Missing versions are listed, and skipped
unless they were requested.

    python scripts/pythons.py                    # all of SUPPORTED
    python scripts/pythons.py 3.13 /opt/bin/python3.14
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SUPPORTED: Final = ("3.11", "3.12", "3.13", "3.14", "3.14t")
# These need compilers on free-threaded Python. veneer and its tests work without them.
NOT_FREE_THREADED: Final = ("brotli", "orjson", "zstandard")
_ASKED: Final = """
import json, sys, sysconfig
print(json.dumps([sys.version.split()[0], "%d.%d" % sys.version_info[:2], bool(sysconfig.get_config_var("Py_GIL_DISABLED"))]))
"""


def main(names: Sequence[str]) -> int:
    """Run the tests on these versions, or on all that are installed.

    Return 0 if all passed and no requested version is missing.
    """
    outcomes = {}
    for name in names or SUPPORTED:
        python = find_python(name)
        if python is None:
            outcomes[name] = "FAILED: not on this machine" if names else "skipped: not on this machine"
        else:
            print(f"== {name}: {python}", flush=True)
            outcomes[name] = _tested(python)
    print("\n".join(f"{name:8} {outcome}" for name, outcome in outcomes.items()))
    return int(any(outcome.startswith("FAILED") for outcome in outcomes.values()))


def find_python(name: str) -> str | None:
    """Return a working interpreter of a version ("3.13", "3.14t") or path, from PATH or pyenv, or None."""
    for candidate in _candidates(name):
        found = _about(candidate)
        if found and ("/" in name or name == f"{found[1]}{'t' if found[2] else ''}"):
            return candidate
    return None


def wanted(lock: str, *, free_threaded: bool) -> str:
    """Return the installable part of a lock."""
    packages = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    return "".join(
        one for one in packages if not (free_threaded and one.partition("==")[0] in NOT_FREE_THREADED)
    )


def _candidates(name: str) -> Iterator[str]:
    if "/" in name:
        yield name
        return
    for command in (f"python{name}", "python3", "python"):  # a shim of pyenv may exist and not run
        yield from filter(None, [shutil.which(command)])
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(home.glob(f"versions/{name.rstrip('t')}*/bin/python"), reverse=True))


def _about(python: str) -> tuple[str, str, bool] | None:
    """Return version, minor version, and whether it is free-threaded; None if it does not run."""
    try:
        done = subprocess.run([python, "-c", _ASKED], capture_output=True, check=True)
        version, minor, free = json.loads(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
    return version, minor, free


def _tested(python: str) -> str:
    """Run the tests in an environment of this interpreter, and return the result."""
    version, _, free = _about(python) or ("", "", False)
    home = ROOT / ".cache" / "pythons" / f"{version}{'t' if free else ''}"
    inside, lock = str(home / "bin" / "python"), home / "requirements.lock"
    left_out = f", without {', '.join(NOT_FREE_THREADED)}: no wheels" if free else ""
    print(f"   packages of requirements-test.lock{left_out} …", flush=True)
    home.mkdir(parents=True, exist_ok=True)
    lock.write_text(wanted((ROOT / "requirements-test.lock").read_text("utf-8"), free_threaded=free), "utf-8")
    pip = [inside, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    for command in (
        [python, "-m", "venv", str(home)],
        [*pip, "--require-hashes", "-r", str(lock)],
        [*pip, "--no-deps", "--no-build-isolation", "-e", "."],
    ):
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            return f"FAILED: {version}: {' '.join(command)}"
    workers = os.environ.get("WORKERS", str(min(8, (os.cpu_count() or 1) + 1)))
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    tests = subprocess.run(
        [inside, "-m", "pytest", "-q", "-m", "not slow", "-n", workers, "--dist", "worksteal", *os.environ.get("ARGS", "").split()],
        cwd=ROOT, env=environ | {"PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "pycache")}, check=False,
    )  # fmt: skip
    return f"{'FAILED' if tests.returncode else 'passed'}: {version}{left_out}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
