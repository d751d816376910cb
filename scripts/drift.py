"""Check that generated and derived code follows from its sources: `make drift`."""

from __future__ import annotations

import sys
from pathlib import Path

from veneer_codegen.drift import main

if __name__ == "__main__":
    sys.exit(main(root=Path(__file__).resolve().parents[1]))
