"""Upload and download 2 GiB in constant memory, sync and async, from a sparse file and to a path."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import memory
import timing

if TYPE_CHECKING:
    from harness import Bench, Result

BOUND_MIB = 16.0


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(url: str, space: str) -> dict[str, timing.Batch]:
    """Return subjects that move files of this size in MiB."""
    home = Path(space)
    ways: dict[str, Callable[[int], None]] = {
        "upload, sync": lambda length: _upload(url, home, length),
        "download, sync": lambda length: _download(url, home, length),
        "upload, async": lambda length: _await(_async_upload(url, home, length)),
        "download, async": lambda length: _await(_async_download(url, home, length)),
    }
    return {
        name: memory.measured(lambda mib, w=way: w(mib * memory.MIB))  # type: ignore[misc]  # PEP 484 has no default for lambdas
        for name, way in ways.items()
    }


async def _settle(job: Awaitable[None]) -> None:
    await job


def _await(job: Awaitable[None]) -> None:
    timing.loop().run_until_complete(_settle(job))


def _sparse(folder: Path, length: int) -> Path:
    path = folder / f"{length}.bin"
    with path.open("wb") as file:
        file.truncate(length)
    return path


def _upload(url: str, folder: Path, length: int) -> None:
    import veneer

    with veneer.Client(url) as client:
        client.upload_url(f"{url}/sink", _sparse(folder, length))


def _download(url: str, folder: Path, length: int) -> None:
    import veneer

    with veneer.Client(url) as client:
        saved = client.download_url(f"{url}/file/{length}", to=folder / "saved.bin")
    assert saved.bytes == length


async def _async_upload(url: str, folder: Path, length: int) -> None:
    import veneer

    async with veneer.AsyncClient(url) as client:
        await client.upload_url(f"{url}/sink", _sparse(folder, length))


async def _async_download(url: str, folder: Path, length: int) -> None:
    import veneer

    async with veneer.AsyncClient(url) as client:
        saved = await client.download_url(f"{url}/file/{length}", to=folder / "saved.bin")
    assert saved.bytes == length


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Measure transfers, each subject in its own process."""
    from harness import Check, Result, Spread

    ways = [f"{what}, {mode}" for what in ("upload", "download") for mode in ("sync", "async")]
    with tempfile.TemporaryDirectory(prefix="veneer-transfers-") as folder:
        whole = dict.fromkeys(ways, bench.size.mib)
        table, grown = memory.growth(
            bench, "transfers", whole, "MiB over loopback", "MiB a second", space=folder
        )
    checks = [
        Check(
            f"memory after {bench.size.mib:,} MiB, {way}",
            "after a tenth",
            Spread(grown[way], grown[way], grown[way]),
            BOUND_MIB,
            unit="MiB",
        )
        for way in grown
    ]
    return Result([table], checks)
