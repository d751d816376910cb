"""Generate the clients of all contracts: `make generate`."""

from __future__ import annotations

import sys
from pathlib import Path

from veneer_codegen.regenerate import main

if __name__ == "__main__":
    sys.exit(main(root=Path(__file__).resolve().parents[1]))
