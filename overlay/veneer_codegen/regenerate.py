"""Generate the clients of all contracts into a temporary tree, and swap it in when it is complete.

    contracts.toml ─▶ load ─▶ patch ─▶ normalise ─▶ openapi-python-client ─▶ header ─▶ format ─▶ api.toml ─▶ generated/

The bytes depend only on the contracts, their patches, this package and the pinned tools. The client
of an unchanged contract is copied from the current tree. After a failure the tree on disk is
unchanged.
"""

from __future__ import annotations

import argparse
import contextlib
import filecmp
import gc
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from veneer_codegen import contracts, lock, stamps
from veneer_codegen.errors import CodegenError, ContractError, GeneratorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from veneer_codegen import generator
    from veneer_codegen.client.plan import ClientPlan
    from veneer_codegen.contracts import Contract
    from veneer_codegen.impact import Impact
    from veneer_codegen.normalise import Report
    from veneer_codegen.surface import Difference, Reader

HEADER: Final = "# Written by scripts/regenerate.py from {source}: change the contract, not this file.\n"


@dataclass(frozen=True)
class Outcome:
    """The outcome for one contract. `report` and `plan` are None if nothing changed.

    seconds      the time that it took
    typed        the number of operations whose response the contract describes
    webhooks     the number of requests that the API sends
    differences  the changes of the public surface; empty for a new client
    impact       the hand-written code that they affect; None for a new client
    """

    contract: Contract
    operations: int
    seconds: float
    typed: int = 0
    webhooks: int = 0
    report: Report | None = None
    plan: ClientPlan | None = None
    differences: tuple[Difference, ...] = ()
    impact: Impact | None = None


@dataclass
class Tree:
    """A generated package (`generated/<name>`) that is being written to a temporary folder."""

    name: str
    root: Path
    outcomes: list[Outcome] = field(default_factory=list)
    readers: dict[str, Reader] = field(default_factory=dict)
    """The reader of each contract's client, by the contract's name."""


def regenerate(
    root: Path,
    *,
    fresh: bool = False,
    destination: Path | None = None,
    surfaces: bool = True,
    known: stamps.Stamps | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Bring `generated/` below `root` up to date, and return the outcome for each contract.

    `fresh` generates unchanged contracts too. `destination` takes the packages in place of
    `generated/`. `surfaces=False` omits `api.toml`, for a project without its hand-written part.
    `known` has the surfaces that are proven, and the folder of compiled templates. Raises CodegenError; then nothing on disk has changed.
    """
    from veneer_codegen import pages

    listed = contracts.read(root)
    generated = contracts.generated(root)
    generated.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    with (
        rare_collections(),
        tempfile.TemporaryDirectory(dir=None if destination else generated, prefix=".new-") as scratch,
    ):
        trees = [
            _build(name, listed, root, Path(scratch), fresh=fresh, surfaces=surfaces, known=known, say=say)
            for name in _packages(listed)
        ]
        for tree in trees:
            outcomes += [_compared(outcome, root, Path(scratch)) for outcome in tree.outcomes]
        readers = {name: reader for tree in trees for name, reader in tree.readers.items()}
        derived = pages.texts(root, Path(scratch), readers) if surfaces and destination is None else {}
        pages.refuse(root, derived)
        for tree in trees:
            _swap(Path(scratch) / tree.name, (destination or generated) / tree.name)
    if surfaces and destination is None:
        pages.write(root, derived)
    if contracts.packages(root):
        return outcomes  # a page about generated code does not belong beside other packages
    page = (destination or generated) / "README.md"
    words = (Path(__file__).parent / "templates" / "README.md").read_bytes()
    if not page.is_file() or page.read_bytes() != words:
        page.write_bytes(words)
    return outcomes


_MANY: Final = 500
"""The models of a contract whose formatting is begun before the endpoints are written."""


@contextlib.contextmanager
def rare_collections() -> Iterator[None]:
    """Collect cyclic garbage less often: a contract's trees are large, with few cycles."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _packages(listed: tuple[Contract, ...]) -> list[str]:
    return list(dict.fromkeys(contract.package.partition(".")[0] for contract in listed))


def _build(
    package: str,
    listed: tuple[Contract, ...],
    root: Path,
    scratch: Path,
    *,
    fresh: bool,
    surfaces: bool,
    known: stamps.Stamps | None,
    say: Callable[[str], None],
) -> Tree:
    """Write one top-level package: its contracts' clients, their patched contracts, the lock."""
    from veneer_codegen.surface import client

    current = contracts.generated(root) / package
    recorded = None if fresh else lock.read(current / lock.NAME)
    if recorded and (recorded.tools != lock.tools() or recorded.pipeline != lock.pipeline()):
        recorded = None
    target = scratch / package
    (target / contracts.DATA).mkdir(parents=True)
    tree = Tree(package, target)
    entries: dict[str, dict[str, object]] = {}
    for contract in listed:
        if contract.package.partition(".")[0] != package:
            continue
        entry = recorded.contracts.get(contract.name) if recorded else None
        started = time.monotonic()
        if (
            recorded
            and entry
            and lock.unchanged(contract, entry, root)
            and _copy(contract, recorded, current, target)
        ):
            entries[contract.name] = dict(entry)
            tree.outcomes.append(_outcome(contract, entry, started))
            continue
        say(f"{contract.name}: reading {contract.source(root)}")
        made, report, plan = _generate(contract, root, target, known, say)
        entries[contract.name] = made
        tree.outcomes.append(replace(_outcome(contract, made, started), report=report, plan=plan))
    _write_package(target, package, listed)
    for outcome in tree.outcomes if surfaces else ():
        if outcome.report is not None or not client.path_of(outcome.contract, scratch).is_file():
            say(f"{outcome.contract.name}: reading the public surface of {outcome.operations} operations")
        tree.readers[outcome.contract.name] = write_surface(outcome.contract, root, scratch, known)
    text = lock.Lock(lock.tools(), lock.pipeline(), entries, lock.tree(target)).dump()
    (target / lock.NAME).write_text(text, encoding="utf-8")
    return tree


def _outcome(contract: Contract, entry: Mapping[str, Any], started: float) -> Outcome:
    """Return the outcome of an unchanged contract from its lock."""
    operations, typed, webhooks = (int(entry.get(key, 0)) for key in ("operations", "typed", "webhooks"))
    return Outcome(contract, operations, time.monotonic() - started, typed, webhooks)


def _copy(contract: Contract, recorded: lock.Lock, current: Path, target: Path) -> bool:
    """Copy an unchanged client. Return False if one of its files does not match the lock."""
    names = [
        f"{contract.package.partition('.')[2].replace('.', '/')}/",
        f"{contracts.DATA}/{contract.name}.json",
    ]
    wanted = {
        path: digest
        for path, digest in recorded.files.items()
        if path.startswith(names[0]) or path == names[1]
    }
    if not wanted or any(
        not (current / path).is_file() or lock.sha256(current / path) != digest
        for path, digest in wanted.items()
    ):
        return False
    for path in wanted:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(current / path, target / path)
    return True


def _generate(
    contract: Contract,
    root: Path,
    target: Path,
    known: stamps.Stamps | None,
    say: Callable[[str], None],
) -> tuple[dict[str, object], Report, ClientPlan | None]:
    """Generate one client. Return its entry in the lock, its findings, and its plan."""
    from concurrent.futures import Future, ThreadPoolExecutor

    from veneer_codegen import generator, imports
    from veneer_codegen.formatting import format_tree
    from veneer_codegen.normalise import normalise

    source = contract.source(root)
    try:
        document = contract.load()
        say(f"{contract.name}: fitting {len(document.content.get('paths') or ())} paths to the generator")
        normalised = normalise(document.content, dict(contract.names), contract.upstream)
    except ContractError as error:
        raise error.within(source) from error
    if losses := normalised.report.losses(contract.allow):
        listed = "\n  ".join(str(loss) for loss in losses)
        raise ContractError(
            f"this cannot be generated (allow it by name in contracts.toml, or correct the contract with a patch):\n  {listed}",
            source=source,
        )
    package = target.joinpath(*contract.package.split(".")[1:])
    package.parent.mkdir(parents=True, exist_ok=True)
    say(
        f"{contract.name}: writing {len(normalised.operations)} operations and {len(normalised.document['components']['schemas'])} models"
    )
    generator.keep_templates(known.folder if known else None)
    models = package / "models"
    early: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:  # the formatter is a process of its own: it needs no turn of Python's

        def format_(*parts: Path) -> Future[None]:
            return pool.submit(format_tree, package, select="I,F401", only=parts)

        def modelled() -> None:
            # For a few models, the start of two more processes costs more than it saves.
            if len(normalised.document["components"]["schemas"]) >= _MANY:
                early.append(format_(models))

        try:
            header = HEADER.format(source=source)
            public = _public(contract, document.content, root)
            plan = generator.generate(
                normalised, package, public, lambda text: header + imports.tidy(text), modelled
            )
        except GeneratorError as error:
            raise GeneratorError(f"{source}: {error}") from error
        except ContractError as error:  # the facade's data does not fit the contract
            raise error.within(_facade_source(contract, root) or source) from error
        (package / "py.typed").write_text("", encoding="utf-8")
        say(f"{contract.name}: formatting {sum(1 for _ in package.rglob('*.py'))} files")
        others = [
            path for path in package.iterdir() if path != models and (path.is_dir() or path.suffix == ".py")
        ]
        formatted = [*early, format_(*others) if early else format_()]
        with (target / contracts.DATA / f"{contract.name}.json").open("w", encoding="utf-8") as file:
            contracts.write(document.content, file)
        for one in formatted:
            one.result()
    entry: dict[str, object] = {
        "operations": len(normalised.operations),
        "typed": sum(operation.described for operation in normalised.operations),
        **({"webhooks": len(normalised.webhooks)} if normalised.webhooks else {}),
        "allowed_losses": sorted({str(loss) for loss in normalised.report.losses()}),
        "inputs": lock.inputs(contract, document.files, root),
    }
    return entry, normalised.report, plan


def write_surface(
    contract: Contract, root: Path, generated: Path, known: stamps.Stamps | None = None
) -> Reader:
    """Write a client's `api.toml`, with its hand-written part below `root`. Return its reader."""
    from veneer_codegen.surface import client

    reader = client.reader_of(contract, root, generated)
    text = client.text_of(contract, root, reader, generated, known)
    client.path_of(contract, generated).write_text(text, encoding="utf-8")
    return reader


def _compared(outcome: Outcome, root: Path, scratch: Path) -> Outcome:
    """Return the outcome with the public surface's changes and the affected lines."""
    from veneer_codegen import impact, surface

    contract = outcome.contract
    inner = contract.package.split(".")
    before, after = (base.joinpath(*inner) for base in (contracts.generated(root), scratch))
    if not (before / surface.NAME).is_file():
        return outcome
    texts = [(place / surface.NAME).read_text(encoding="utf-8") for place in (before, after)]
    differences: tuple[Difference, ...] = ()
    if texts[0] != texts[1]:
        old, new = (
            surface.load(text, str(place)) for text, place in zip(texts, (before, after), strict=True)
        )
        differences = tuple(surface.compare(old, new))
    touched = None
    if outcome.report is not None and not _equal(before, after):
        names, names_now = impact.surface(before), impact.surface(after)
        if names != names_now:
            touched = impact.trace(contract.package, names, names_now, impact.overlay_sources(root))
    return replace(outcome, differences=differences, impact=touched)


def _equal(before: Path, after: Path) -> bool:
    """Return whether two clients have the same endpoints and models, to the byte."""
    old, new = (
        {path.relative_to(base) for part in ("api", "models") for path in base.glob(f"{part}/**/*.py")}
        for base in (before, after)
    )
    return old == new and all((before / name).read_bytes() == (after / name).read_bytes() for name in old)


def _public(contract: Contract, content: dict[str, Any], root: Path) -> generator.Public:
    from veneer_codegen import generator
    from veneer_codegen.client import facade
    from veneer_codegen.client.plan import pascal

    source = _facade_source(contract, root)
    name = f"{pascal(contract.package.rpartition('.')[2])}Client"
    return generator.Public(content, facade.read(contract.facade, source), contract.package, name)


def _facade_source(contract: Contract, root: Path) -> str:
    return contract.facade.relative_to(root).as_posix() if contract.facade else ""


def _write_package(target: Path, name: str, listed: tuple[Contract, ...]) -> None:
    """Write the modules that belong to no single contract."""
    inner = {contract.package for contract in listed}
    parents = {parent for package in inner for parent in _parents(package)} - inner - {name}
    modules = {
        "__init__.py": f"Clients generated from the contracts of {contracts.LIST}; the lock beside this file lists the sources.",
        f"{contracts.DATA}/__init__.py": f"The contracts that the clients of {name} were generated from, patched, as JSON: one `<name>.json` each.",
    }
    modules |= {
        f"{parent.partition('.')[2].replace('.', '/')}/__init__.py": "Generated clients."
        for parent in parents
        if parent.startswith(f"{name}.")
    }
    for module, words in modules.items():
        (target / module).write_text(
            f'{HEADER.format(source=contracts.LIST)}\n"""{words}"""\n', encoding="utf-8"
        )
    (target / "py.typed").write_text("", encoding="utf-8")


def _parents(package: str) -> list[str]:
    parts = package.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _swap(new: Path, current: Path) -> None:
    """Replace the current tree by a finished one. Unchanged files keep their times."""
    for path in new.rglob("*"):
        old = current / path.relative_to(new)
        if path.is_file() and old.is_file() and filecmp.cmp(old, path, shallow=False):
            shutil.copystat(old, path)
    current.parent.mkdir(parents=True, exist_ok=True)
    previous = new.with_name(f"{new.name}.old")
    if current.exists():
        current.replace(previous)
    try:
        shutil.move(new, current)
    except OSError:
        if previous.exists():
            previous.replace(current)
        raise


def main(arguments: list[str] | None = None, *, root: Path | None = None) -> int:
    """Run the command line.

    Return 0 if the tree is up to date, 1 with a message after a failure.
    """
    parser = argparse.ArgumentParser(
        description="Generate the clients of all contracts in openapi/contracts.toml."
    )
    parser.add_argument("--fresh", action="store_true", help="generate unchanged contracts too")
    parser.add_argument(
        "--report",
        action="store_true",
        help="list every change that was made for the generator, not only losses",
    )
    parser.add_argument(
        "--root", type=Path, default=root or Path.cwd(), help="the project (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    try:
        outcomes = _unless_proven(options.root.resolve(), fresh=options.fresh)
    except CodegenError as error:
        print(f"error: {error}\nnothing was changed", file=sys.stderr)
        return 1
    for outcome in outcomes:
        _print(outcome, every=options.report)
    return 0


def _unless_proven(root: Path, *, fresh: bool) -> list[Outcome]:
    """Bring a project up to date, unless it is proven that this would change nothing."""
    known, before = stamps.Stamps(root), lock.state(root)
    if not fresh and (known.get("generate", before) or known.get("drift", before)):
        return _recorded(root)
    outcomes = regenerate(root, fresh=fresh, known=None if fresh else known, say=print)
    if lock.state(root) == before:
        known.put("generate", before)
    known.save()
    return outcomes


def _recorded(root: Path) -> list[Outcome]:
    """Return the outcomes of unchanged contracts, from their locks."""
    listed, started = contracts.read(root), time.monotonic()
    outcomes = []
    for package in _packages(listed):
        found = lock.read(contracts.generated(root) / package / lock.NAME) or lock.Lock()
        outcomes += [
            _outcome(contract, found.contracts.get(contract.name, {}), started)
            for contract in listed
            if contract.package.partition(".")[0] == package
        ]
    return outcomes


def counted(outcome: Outcome) -> str:
    """Return the counts of a contract's operations, typed operations and webhooks as text."""
    untyped = outcome.operations - outcome.typed
    typed = f"{outcome.typed} typed" if untyped else "all typed"
    webhooks = f" and {_number(outcome.webhooks, 'webhook')}" if outcome.webhooks else ""
    return f"{_number(outcome.operations, 'operation')} ({typed}){webhooks}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _print(outcome: Outcome, *, every: bool) -> None:
    name, seconds = outcome.contract.name, outcome.seconds
    if outcome.report is None:
        print(f"{name}: {counted(outcome)}, unchanged")
    else:
        print(f"{name}: {counted(outcome)} in {seconds:.1f} s")
        for finding in outcome.report.findings:
            if every or finding.level:
                print(f"  {finding.level.name.lower()}: {finding}")
    if not outcome.differences and not outcome.impact:
        return
    from veneer_codegen import reports

    lines = reports.titled(f"the public surface of {name}", outcome.differences)
    lines += reports.affected(outcome.impact) if outcome.impact else []
    print("\n".join(f"  {line}".rstrip() for line in lines), end="\n\n" if lines else "")
    if outcome.impact and outcome.impact.uses:
        print("  `make drift types` names the lines that no longer fit\n")
