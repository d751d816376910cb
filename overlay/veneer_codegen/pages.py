"""Pages derived from contracts and clients: `make generate` writes them, `make drift` checks them.

Text that a person wrote is never changed. A page is derived if one of its first lines has the mark.
Only a part of AGENTS.md is derived.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from veneer_codegen import contracts, coverage
from veneer_codegen.errors import GeneratorError
from veneer_codegen.reference import agents
from veneer_codegen.reports import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from veneer_codegen.contracts import Contract
    from veneer_codegen.reference import ClientReference
    from veneer_codegen.surface import Reader

MARK: Final = "<!-- Written by scripts/regenerate.py"
_FIRST: Final = 8
"""The number of lines that may have the mark of a derived page: llms.txt begins with its title."""
COVERAGE: Final = coverage.PAGE
_COVERAGE: Final = """\
{header}

# Coverage

Every operation of the contract, with the methods that send it. Both flavours have the same methods."""


def texts(root: Path, generated: Path, readers: Mapping[str, Reader] | None = None) -> dict[str, str]:
    """Return the derived pages of the packages below `generated`, by path below `root`.

    `readers` are readers of the surfaces by contract, if these were just read.
    """
    found: dict[str, str] = {}
    tables: list[str] = []
    told: list[agents.Described] = []
    for contract in contracts.read(root):
        wanted = contract.reference or contract.agents
        reader = (readers or {}).get(contract.name)
        client = client_of(contract, root, generated, reader) if wanted else None
        if client is not None and contract.reference:
            header = _header(contract, root)
            found |= {f"{contract.reference}/{name}": text for name, text in client.pages(header)}
            tables.append("\n".join([f"## {client.name}", "", *client.coverage()]))
        if client is not None and contract.agents:
            told.append(agents.Described(contract, client))
    if tables:
        head = _COVERAGE.format(header=f"{MARK} from {contracts.LIST}. -->")
        found[COVERAGE] = "\n\n".join([head, *tables]) + "\n"
    return found | _for_agents(root, told)


def _for_agents(root: Path, told: Sequence[agents.Described]) -> dict[str, str]:
    """Return llms.txt and AGENTS.md.

    The latter keeps hand-written text, with or without our part.
    """
    mark = f"{MARK} from {contracts.LIST} and the clients. -->"
    guide = root / agents.GUIDE
    existing = guide.read_text(encoding="utf-8") if guide.is_file() else ""
    if told:
        part = agents.guide(root, told, mark)
        return {
            agents.LINKS: agents.links(root, told, mark),
            agents.GUIDE: agents.merged(existing, part, mark),
        }
    rest = agents.merged(existing, "", mark)
    return {agents.GUIDE: rest} if rest != existing and rest.strip() else {}


def client_of(
    contract: Contract, root: Path, generated: Path, reader: Reader | None = None
) -> ClientReference | None:
    """Return the client of a contract, if it has one in both flavours."""
    from veneer_codegen import reference
    from veneer_codegen.surface.client import reader_of

    package = contract.package.partition(".")[0]
    data = generated / package / contracts.DATA / f"{contract.name}.json"
    if not data.is_file():
        return None
    document = json.loads(data.read_text(encoding="utf-8"))
    reader = reader or reader_of(contract, root, generated)
    client = reference.ClientReference(reader, contract.package, document)
    return client if client.name else None


def refuse(root: Path, pages: Mapping[str, str]) -> None:
    """Raise GeneratorError if a hand-written page is in the place of a derived one."""
    if foreign := next(
        (
            path
            for path in pages
            if path != agents.GUIDE and (root / path).exists() and not is_derived(root / path)
        ),
        None,
    ):
        raise GeneratorError(f"{foreign} is not written by `make generate`, which needs this path: move it")


def write(root: Path, pages: Mapping[str, str]) -> None:
    """Write the pages that differ below `root`, and remove those that are no longer derived."""
    for path in _stale(root, pages):
        path.unlink()
    for name, text in pages.items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def problems(root: Path, readers: Mapping[str, Reader] | None = None) -> Iterator[Problem]:
    """Yield the derived pages that are missing, stale or no longer derived."""
    pages = texts(root, contracts.generated(root), readers)
    for name, text in pages.items():
        path = root / name
        if not path.is_file():
            yield Problem(name, "missing: run `make generate`")
        elif path.read_text(encoding="utf-8", errors="replace") != text:
            yield Problem(name, "does not match the contract and the client: run `make generate`")
    for path in _stale(root, pages):
        yield Problem(path.relative_to(root).as_posix(), "describes nothing any more: run `make generate`")


def is_derived(path: Path) -> bool:
    """Return whether a file is a derived page."""
    return path.is_file() and is_ours(path.read_text(encoding="utf-8", errors="replace"))


def is_ours(text: str) -> bool:
    """Return whether one of a page's first lines has the mark of a derived page."""
    return any(line.startswith(MARK) for line in text.split("\n", _FIRST)[:_FIRST])


def _header(contract: Contract, root: Path) -> str:
    return f"{MARK} from {contract.source(root)} and the client: change these, not this page. -->"


def _stale(root: Path, pages: Mapping[str, str]) -> list[Path]:
    """Return the derived pages that no source gives any longer."""
    folders = {(root / contract.reference) for contract in contracts.read(root) if contract.reference}
    listed = sorted(path for folder in folders for path in folder.glob("*.md"))
    listed += [root / agents.LINKS, root / agents.GUIDE]
    return [path for path in listed if path.relative_to(root).as_posix() not in pages and is_derived(path)]
