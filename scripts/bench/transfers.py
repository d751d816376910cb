"""Upload and download 2 GiB in flat memory, sync and async. `python scripts/bench/transfers.py [--mib N]`

Uploads are read from a sparse file, downloads are written to a path. Exit status 1 when the peak grew by 16 MiB or more.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import flat
import loopback

import veneer

SHORT = 8 * flat.MIB


def _sparse(folder: Path, length: int) -> Path:
    path = folder / f"{length}.bin"
    with path.open("wb") as file:
        file.truncate(length)
    return path


def _upload(url: str, folder: Path, length: int) -> None:
    with veneer.Client(url) as client:
        client.upload_url(f"{url}/sink", _sparse(folder, length))


def _download(url: str, folder: Path, length: int) -> None:
    with veneer.Client(url) as client:
        saved = client.download_url(f"{url}/file/{length}", to=folder / "saved.bin")
    assert saved.bytes == length


async def _async_upload(url: str, folder: Path, length: int) -> None:
    async with veneer.AsyncClient(url) as client:
        await client.upload_url(f"{url}/sink", _sparse(folder, length))


async def _async_download(url: str, folder: Path, length: int) -> None:
    async with veneer.AsyncClient(url) as client:
        saved = await client.download_url(f"{url}/file/{length}", to=folder / "saved.bin")
    assert saved.bytes == length


WAYS = {
    "upload, sync": _upload,
    "upload, async": lambda *job: asyncio.run(_async_upload(*job)),
    "download, sync": _download,
    "download, async": lambda *job: asyncio.run(_async_download(*job)),
}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "URL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    length = options.mib * flat.MIB
    if options.one:
        way, url = options.one
        with tempfile.TemporaryDirectory(prefix="veneer-transfers-") as folder:
            job = WAYS[way]
            flat.report(flat.measure(lambda size: job(url, Path(folder), size), short=SHORT, long=length))
        return 0
    print(f"{options.mib:,} MiB over loopback\n\n{'':17}{'seconds':>9}{'MiB/s':>9}{'peak grew by':>15}")
    worst = 0.0
    with loopback.server() as url:
        for way in WAYS:
            run = flat.in_child("--one", way, url, "--mib", str(options.mib))
            worst = max(worst, run.growth)
            print(f"{way:17}{run.seconds:9.1f}{options.mib / run.seconds:9,.0f}{run.growth:11.1f} MiB")
    return int(worst >= flat.BOUND)


if __name__ == "__main__":
    sys.exit(main())
