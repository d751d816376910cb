"""Generate the clients of all contracts: `make generate`."""

from __future__ import annotations

import sys
from pathlib import Path

from veneer_codegen.optional import without
from veneer_codegen.regenerate import main

if __name__ == "__main__":
    # The generator loads httpx, which would load trio: a tenth of what one changed contract loads.
    with without("trio"):
        sys.exit(main(root=Path(__file__).resolve().parents[1]))
