"""Find operations that no method of the client calls and no exception excuses, from the source."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import TYPE_CHECKING, Final

from veneer_codegen import contracts
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from veneer_codegen.contracts import Contract

EXCEPTIONS: Final = "openapi/coverage.toml"
PAGE: Final = "docs/coverage.md"
"""The page that lists the methods of every operation, if a project has one."""


def facades(root: Path, contract: Contract) -> list[Path]:
    """Return the source files of a contract's public client, generated and hand-written."""
    derived = contracts.generated(root).joinpath(*contract.package.split("."), "client", "_async")
    rooms = [
        folder
        for pattern in (f"{contract.name}/_async", f"*/{contract.name}/_async")
        for folder in sorted(contracts.overlay(root).glob(pattern))
    ]
    return [path for folder in (derived, *rooms) for path in sorted(folder.rglob("*.py"))]


def uncovered(root: Path, contract: Contract) -> list[str]:
    """Return the faults of a contract's coverage: uncalled operations and needless exceptions.

    A contract without any client is not checked.
    """
    sources = facades(root, contract)
    if not sources:
        return []
    excused = exceptions(root).get(contract.name, {})
    used = set().union(
        *(used_modules(source.read_text(encoding="utf-8"), contract.package) for source in sources)
    )
    generated = set(endpoint_modules(root, contract.package))
    problems = [
        f"{contract.name}: no method calls {module} (call it, or excuse it in {EXCEPTIONS}), then `make drift`"
        for module in sorted(generated - used - excused.keys())
    ]
    problems += [
        f"{EXCEPTIONS}: {contract.name}.{module} does not exist"
        for module in sorted(excused.keys() - generated)
    ]
    problems += [
        f"{EXCEPTIONS}: {contract.name}.{module} is called by a method: remove it"
        for module in sorted(excused.keys() & used)
    ]
    problems += [
        f"{EXCEPTIONS}: {contract.name}.{module} has no reason"
        for module, reason in sorted(excused.items())
        if not reason.strip()
    ]
    return problems


def unlisted(root: Path, generated: Path) -> list[str]:
    """Return the faults of the project's page of methods: missing operations and unknown rows.

    Empty if there is no such page.
    """
    from veneer_codegen import surface
    from veneer_codegen.surface import client

    page = root / PAGE
    if not page.is_file() or contracts.packages(
        root
    ):  # in an existing repository, a page of that name is its own
        return []
    rows = set(
        re.findall(r"^(?:\| |- )([A-Z]+ /\S*?)(?: \||: )", page.read_text(encoding="utf-8"), re.MULTILINE)
    )
    wanted: set[str] = set()
    for contract in contracts.read(root):
        place = client.path_of(contract, generated)
        if place.is_file():
            wire = surface.load(place.read_text(encoding="utf-8"), str(place)).table("wire")
            wanted |= {request.partition(", ")[0] for request in wire.values()}
    return [f"{PAGE}: has no row for {one}: `make coverage`" for one in sorted(wanted - rows)] + [
        f"{PAGE}: has a row for {one}, which no contract has: `make coverage`"
        for one in sorted(rows - wanted)
    ]


def endpoint_modules(root: Path, package: str) -> Iterator[str]:
    """Yield each generated endpoint as `tag.operation`."""
    api = contracts.generated(root).joinpath(*package.split("."), "api")
    for path in sorted(api.glob("*/*.py")):
        if path.stem != "__init__":
            yield f"{path.parent.name}.{path.stem}"


def exceptions(root: Path) -> dict[str, dict[str, str]]:
    """Return the excused operations of `[exceptions.<contract>]`, each with its reason.

    A line is `"tag.operation" = "reason"`. Raises ContractError for anything else.
    """
    path = root / EXCEPTIONS
    if not path.is_file():
        return {}
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8")).get("exceptions", {})
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"not TOML: {error}", source=EXCEPTIONS) from error
    if any(
        not isinstance(reason, str) for operations in listed.values() for reason in dict(operations).values()
    ):
        raise ContractError(
            'each exception is `"tag.operation" = "reason"`', source=EXCEPTIONS, place="[exceptions]"
        )
    return {name: dict(operations) for name, operations in listed.items()}


def used_modules(source: str, package: str) -> set[str]:
    """Return the endpoints, as `tag.operation`, that a module uses.

    An import alone does not count.
    """
    api = f"{package}.api"
    imported = list(_imports(ast.parse(source), api))  # functions may import different endpoints by one name
    used: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        dotted = _dotted(node)
        for name, target in imported if dotted else ():
            if dotted == name or dotted.startswith(f"{name}."):
                tail = dotted[len(name) :].split(".")[1:]
                used.add(".".join([*target, *tail][:2]))
    return used


def _imports(tree: ast.Module, api: str) -> Iterable[tuple[str, list[str]]]:
    """Yield the names that an import binds below the package's `api`, with their paths there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if f"{full}." == f"{api}." or full.startswith(f"{api}."):
                    yield alias.asname or alias.name, full.removeprefix(api).split(".")[1:]
                elif api.startswith(f"{full}."):
                    yield f"{alias.asname or alias.name}{api.removeprefix(full)}", []
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith(f"{api}."):
                    yield (alias.asname or alias.name), alias.name.removeprefix(api).split(".")[1:]


def _dotted(node: ast.AST) -> str:
    """Return the dotted name that an expression is (`a.b.c`), else ""."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
