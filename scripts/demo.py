"""Check the generated clients, then run each platform's example against a sandbox: `make demo`."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

from veneer.sandbox import running
from veneer.testing import ENVIRONMENT
from veneer_codegen import drift

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = {
    "hybriDB: decide, execute, roll back": "hybridb.py",
    "HestiaOS: run, stream, trace": "hestiaos.py",
    "Velerian: invoke, evidence, audit log": "velerian.py",
    "Aerostack: chat, database, cache, storage": "aerostack.py",
    "All four, async": "async_all.py",
}


def main() -> int:
    """Run the demonstration. Return 0 if everything worked."""
    print("== The generated clients follow from their contracts", flush=True)
    if drift.main([], root=ROOT) != 0:
        return 1
    print("\n== The sandbox starts: four platforms on one free loopback port", flush=True)
    with running() as sandbox:
        for platform, (url, key) in ENVIRONMENT.items():
            os.environ[url] = sandbox.base_urls[platform]
            os.environ[key] = sandbox.keys[platform]
            print(f"{platform:10} {sandbox.base_urls[platform]}")
        for title, name in EXAMPLES.items():
            print(f"\n== {title} (examples/{name})", flush=True)
            runpy.run_path(str(ROOT / "examples" / name), run_name="__main__")
    print("\nThe sandbox has stopped. The code is in examples/, and README.md describes the next steps.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
