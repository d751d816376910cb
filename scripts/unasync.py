"""Write the sync modules derived from the async sources, or with --check report differences."""

from __future__ import annotations

import sys
from pathlib import Path

from veneer_codegen.unasync import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], root=Path(__file__).resolve().parents[1]))
