"""The public surface of a contract's client, by the contract's entry in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veneer_codegen import contracts, stamps
from veneer_codegen.client import facade
from veneer_codegen.surface import file, reading

if TYPE_CHECKING:
    from pathlib import Path

    from veneer_codegen.contracts import Contract

__all__ = ["path_of", "reader_of", "text_of"]


def path_of(contract: Contract, generated: Path) -> Path:
    """Return the path of a client's `api.toml`."""
    return generated.joinpath(*contract.package.split("."), file.NAME)


def text_of(
    contract: Contract,
    root: Path,
    reader: reading.Reader,
    generated: Path,
    known: stamps.Stamps | None = None,
) -> str:
    """Return the text of a client's `api.toml`, which `reader` reads below `generated`.

    If `known` proves that it is the same, nothing is read.
    """
    suffix = facade.read(contract.facade).suffix
    package = generated.joinpath(*contract.package.split("."))
    places = [contracts.overlay(root), package]
    proof = _proof(contract, root, places, suffix) if known else ""
    text = known.get(f"surface of {contract.name}", proof) if known else None
    if text is None:
        text = file.dump(reader.surface(), contract.source(root), suffix)
        if known and all(any(path.is_relative_to(place) for place in places) for path in reader.files()):
            known.put(f"surface of {contract.name}", proof, text)
    return str(text)


def _proof(contract: Contract, root: Path, places: list[Path], suffix: str) -> str:
    """Return the checksum of what a surface is read from; "" if that may be a whole repository."""
    if contracts.packages(root):
        return ""
    # The file itself is no source of it.
    files = stamps.of_folders(places, without=(file.NAME,))
    names = (contract.package, contract.source(root), suffix)
    return stamps.of(stamps.tools(), files, *names) if files else ""


def reader_of(contract: Contract, root: Path, generated: Path) -> reading.Reader:
    """Return the reader of the client below `generated`, with its part below `root`."""
    room = reading.room_of(root, contract.package)
    folders = [generated, contracts.overlay(root)]
    return reading.Reader(contract.package, folders, room, facade.read(contract.facade).suffix)
