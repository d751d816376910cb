"""Write sbom.cdx.json: the packages of `pip install veneer`, with licences (part of `make lock`).

The wheel contains it (PEP 770). It has neither time nor serial number, so that the same lock gives
the same bytes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Install the pinned run-time dependencies into an empty environment, and describe it."""
    tools = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as scratch:
        environment, pinned = f"{scratch}/env", f"{scratch}/pinned.txt"
        for command in (
            ("uv", "pip", "compile", "-q", "pyproject.toml", "--python-version", "3.11", "-c", "requirements.lock", "-o", pinned),
            ("uv", "venv", "-q", "--python", sys.executable, environment),
            ("uv", "pip", "sync", "-q", "-p", environment, pinned),
            ("cyclonedx-py", "environment", "--output-reproducible", "--sv", "1.6", "--mc-type", "library",
             "--pyproject", "pyproject.toml", "-o", "sbom.cdx.json", environment),
        ):  # fmt: skip
            subprocess.run([tools / command[0], *command[1:]], cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
