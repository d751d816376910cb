"""Export a list as a Parquet file: typed columns, flat memory, and a journal from which a killed run goes on.

Reads VELERIAN_BASE_URL and VELERIAN_API_KEY. Needs `pip install "veneer[tables]"`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from veneer.velerian import VelerianClient


def main() -> None:
    """Export the audit log, and print what the file has."""
    with VelerianClient() as client, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audit.parquet"
        # Run this again after an error or a kill: it requests only what is missing.
        count = client.iter_audit_log(page_size=500).to_parquet(path, journal=Path(folder) / "audit.sqlite")
        print(f"{count} rows, {path.stat().st_size // 1024} KiB")
        for field in pq.read_schema(path):
            print(f"{field.name:14} {field.type}")


if __name__ == "__main__":
    main()
