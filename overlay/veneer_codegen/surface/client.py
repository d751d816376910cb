"""The public surface of a contract's client, by the contract's entry in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veneer_codegen import contracts
from veneer_codegen.client import facade
from veneer_codegen.surface import file, reading

if TYPE_CHECKING:
    from pathlib import Path

    from veneer_codegen.contracts import Contract

__all__ = ["path_of", "reader_of", "text_of"]


def path_of(contract: Contract, generated: Path) -> Path:
    """Return the path of a client's `api.toml`."""
    return generated.joinpath(*contract.package.split("."), file.NAME)


def text_of(contract: Contract, root: Path, reader: reading.Reader) -> str:
    """Return the text of a client's `api.toml`, which `reader` reads."""
    return file.dump(reader.surface(), contract.source(root), facade.read(contract.facade).suffix)


def reader_of(contract: Contract, root: Path, generated: Path) -> reading.Reader:
    """Return the reader of the client below `generated`, with its part below `root`."""
    room = reading.room_of(root, contract.package)
    folders = [generated, contracts.overlay(root)]
    return reading.Reader(contract.package, folders, room, facade.read(contract.facade).suffix)
