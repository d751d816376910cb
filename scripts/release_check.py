"""Compare the public surface with that of a release: `make release-check BASE=v0.1.0`."""

from __future__ import annotations

import sys
from pathlib import Path

from veneer_codegen.surface.release import main

if __name__ == "__main__":
    sys.exit(main(root=Path(__file__).resolve().parents[1]))
