"""Find the hand-written lines that do not fit a generated client, with mypy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from veneer_codegen import contracts
from veneer_codegen.reports import Problem
from veneer_codegen.surface.reading import room_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from veneer_codegen.contracts import Contract

__all__ = ["misfits", "users"]

_DERIVED: Final = {"_sync", "__pycache__"}


def users(root: Path, contract: Contract) -> list[Path]:
    """Return the hand-written modules that name the packages of a contract's client."""
    names = [contract.package, *([room] if (room := room_of(root, contract.package)) else [])]
    named = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names))
    return [
        path
        for folder in (*contracts.rooms(root), root / "examples")
        for path in sorted(folder.rglob("*.py"))
        if not _DERIVED & set(path.parts) and named.search(path.read_text(encoding="utf-8"))
    ]


def misfits(root: Path, generated: Path, changed: Sequence[Contract]) -> list[Problem]:
    """Return the lines that do not fit the clients below `generated`, a temporary tree.

    Empty if no hand-written code uses the changed clients.
    """
    paths = list(dict.fromkeys(path for contract in changed for path in users(root, contract)))
    if not paths:
        return []
    if find_spec("mypy") is None:
        shown = ", ".join(str(path.relative_to(root)) for path in paths)
        return [Problem(shown, "not checked, mypy is not installed: `pip install mypy`, then `make drift`")]
    found = _checked(root, generated, paths)
    known = set(_checked(root, contracts.generated(root), paths)) if found else set()
    return [
        Problem(place, f"no longer fits: {words}: fix it, then `make generate`")
        for place, words in found
        if (place, words) not in known
    ]


def _checked(root: Path, generated: Path, paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Return mypy's errors in some modules, with their lines, for the client below `generated`."""
    named = [path.relative_to(root).as_posix() for path in paths]
    with tempfile.TemporaryDirectory(prefix="veneer-fit-") as scratch:
        settings = Path(scratch) / "mypy.ini"
        # The project's own settings do not fit: their paths name the current client.
        settings.write_text("[mypy]\n", encoding="utf-8")
        done = subprocess.run(  # noqa: S603  # fixed arguments
            [
                sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases", "--namespace-packages",
                "--follow-imports=silent", "--no-error-summary", "--hide-error-context", "--no-pretty",
                f"--config-file={settings}", f"--cache-dir={root / '.mypy_cache' / 'drift'}", *named,
            ],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "MYPYPATH": os.pathsep.join([str(generated), str(contracts.overlay(root))])},
        )  # fmt: skip
    if done.returncode not in {0, 1}:
        return [(contracts.GENERATED, (done.stderr.strip() or done.stdout.strip()).splitlines()[-1])]
    found = [
        re.match(r"([^:]+:\d+): error: (.*?)(?:  \[([\w-]+)\])?$", line) for line in done.stdout.splitlines()
    ]
    return [(match[1], match[2]) for match in found if match and match[3] != "unused-ignore"]
