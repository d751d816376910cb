"""Write an overlay over an existing client of openapi-python-client."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from typing import Final

import veneer
from veneer_codegen import contracts
from veneer_codegen.client.plan import pascal
from veneer_codegen.scaffold import project
from veneer_codegen.scaffold.place import Layout

_PARTS: Final = ("client.py", "types.py", "api", "models")
_SHOWN: Final = 8
# Facts that only `_OPERATION` of a package generated here has.
_UNSAID: Final = (
    "credentials: every call sends the key, since no operation is known to need none",
    "retries: a POST that may have been carried out is never retried, since none is known to only read or to take an idempotency key",
    "pagination: pass its style, as in client.paginate(list_things, pages=veneer.OffsetPages())",
    "streams and downloads: client.stream and client.download take the operation, and read events as they arrive",
    "documented errors: a response's type is a union with the models of errors, but errors are always raised",
)


@dataclass(frozen=True)
class Stock:
    """A generated package: its import name, and its operations with method and path, if known."""

    package: str
    folder: Path
    operations: tuple[Operation, ...]
    unfit: tuple[str, ...]
    """Modules that the core cannot call, with the reasons."""


@dataclass(frozen=True)
class Operation:
    """One endpoint module: `things.list_things`, `GET`, `/things/{id}`. Unknown parts are empty."""

    module: str
    method: str = ""
    path: str = ""
    free: bool = False
    """Whether the operation can be called without arguments."""
    takes_client: bool = False
    """Whether the operation needs a stock client, as generators before 0.15 wrote it."""

    @property
    def key(self) -> str:
        """The request, without the names of its path parameters."""
        return f"{self.method} {re.sub(r'{[^{}]*}', '{}', self.path)}"


@dataclass(frozen=True)
class Overlay:
    """The files of an overlay, the client's name, and remarks on it."""

    files: Mapping[str, str]
    client: str
    about: tuple[str, ...]


def is_stock(folder: Path) -> bool:
    """Return whether a folder is a package of openapi-python-client, and not one of veneer's."""
    return all((folder / part).exists() for part in _PARTS) and not (folder / "client").is_dir()


def find(root: Path, layout: Layout, client: str) -> Stock:
    """Return a generated package by import name or folder.

    Raises UsageError if none can be called.
    """
    path = client.replace(".", "/")
    places = [
        root / client,
        root / layout.overlay / path,
        root / "src" / path,
        root / path,
        root / client / path,
    ]
    places += sorted(root.glob(f"*/{path}"))
    folder = next((place for place in places if (place / "__init__.py").is_file()), None)
    if folder is None:
        raise project.UsageError(
            f"there is no package {client} in {root}: pass its import name or its folder"
        )
    if not is_stock(folder):
        lacks = [part for part in _PARTS if not (folder / part).exists()]
        what = (
            f"it has no {', '.join(lacks)}" if lacks else "it is one of veneer's own, which needs no overlay"
        )
        raise project.UsageError(f"{client} is not a client of openapi-python-client: {what}")
    operations, unfit = [], []
    for path_ in sorted((folder / "api").rglob("*.py")):
        module = ".".join(path_.relative_to(folder / "api").with_suffix("").parts)
        if path_.stem == "__init__":
            continue
        operation, why = read_module(module, path_.read_text(encoding="utf-8"))
        if why:
            unfit.append(f"{module}: {why}")
        elif operation is not None:
            operations.append(operation)
    if not operations:
        why = f" ({unfit[0]})" if unfit else ""
        raise project.UsageError(
            f"no operation of {client} can be called as it is{why}: generate a new client with `veneer add --contract …`"
        )
    return Stock(_import_name(folder, root), folder, tuple(operations), tuple(unfit))


def _import_name(folder: Path, root: Path) -> str:
    """Return the dotted name of a package, including its parent packages."""
    parts = [folder.name]
    while folder.parent != root and (folder.parent / "__init__.py").is_file():
        folder = folder.parent
        parts.insert(0, folder.name)
    return ".".join(parts)


def read_module(module: str, text: str) -> tuple[Operation | None, str]:
    """Return an endpoint module's operation, or why it cannot be called."""
    try:
        functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    except (SyntaxError, ValueError):
        return None, "it is not Python"
    builds, parses = functions.get("_get_kwargs"), functions.get("_parse_response")
    if builds is None and parses is None and not {"sync_detailed", "sync"} & functions.keys():
        return None, ""
    if builds is None or parses is None:
        return None, "it has no _get_kwargs and _parse_response"
    names = {one.arg for one in (*parses.args.args, *parses.args.kwonlyargs)}
    if names != {"client", "response"}:
        return None, "an early generator wrote it: its _parse_response does not take client and response"
    taken = [*builds.args.posonlyargs, *builds.args.args]
    found = {
        key.value: node.values[number]
        for node in ast.walk(builds)
        if isinstance(node, ast.Dict)
        for number, key in enumerate(node.keys)
        if isinstance(key, ast.Constant) and key.value in {"method", "url"}
    }
    required = len(taken) - len(builds.args.defaults) + sum(one is None for one in builds.args.kw_defaults)
    takes_client = "client" in {one.arg for one in (*taken, *builds.args.kwonlyargs)}
    return Operation(
        module, _text(found.get("method")).upper(), _text(found.get("url")), not required, takes_client
    ), ""


def _text(node: ast.AST | None) -> str:
    """Return the text of a constant, or of `"…".format(…)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def overlay_name(package: str) -> str:
    """Return the default name of a generated package's overlay: `acme` for `acme_client`."""
    name = package.rpartition(".")[2]
    shorter = re.sub(r"_(api_)?client$", "", name)
    return shorter if shorter != name else f"{name}_overlay"


def requirements() -> tuple[str, ...]:
    """Return an overlay's requirements beside those of the generated package."""
    return (f"veneer>={veneer.__version__}",)


def python() -> str:
    """Return the Python versions that veneer itself requires."""
    return str(metadata("veneer").json.get("requires_python", ""))


def overlay(
    found: Stock,
    name: str,
    contract: str | None,
    allow_refs: tuple[str, ...],
    say: Callable[[str], None],
) -> Overlay:
    """Return the overlay `name` of a generated package.

    `contract` is the place of its document, if known.
    """
    client = f"{pascal(name)}Client"
    render = project.renderer(
        {
            "name": name,
            "client": client,
            "env": name.upper(),
            "package": found.package,
            "operation": next((one for one in found.operations if one.free), found.operations[0]),
            "free": any(one.free for one in found.operations),
        }
    )
    files = {
        f"overlay/{name}/__init__.py": render("stock_package.py"),
        f"overlay/{name}/_platform.py": render("stock_platform.py"),
        f"overlay/{name}/py.typed": "",
        "tests/test_operations.py": render("stock_test.py"),
    }
    about = [f"{len(found.operations)} operations of {found.package} can be called as they are"]
    about += [f"cannot be called: {one}" for one in found.unfit[:_SHOWN]]
    if len(found.unfit) > _SHOWN:
        about.append(f"cannot be called: {len(found.unfit) - _SHOWN} more")
    if older := [one.module for one in found.operations if one.takes_client]:
        about.append(
            f"to be called with `client=`, a client of {found.package} (generators before 0.15): {', '.join(older[:_SHOWN])}"
        )
    if contract is None:
        about.append(
            "no contract was given: address and credentials are those of stock clients. With --contract they are the contract's, and the new name of every method is listed"
        )
        about += [f"{found.package} does not say {line}" for line in _UNSAID]
        return Overlay(files, client, tuple(about))
    say(f"reading {contract}")
    with tempfile.TemporaryDirectory(prefix="veneer-add-") as scratch:
        made = project.build(name, contract, Path(scratch), allow=("*",), allow_refs=allow_refs)
        files[f"overlay/{name}/_platform.py"] = (
            Path(scratch) / contracts.OVERLAY / name / "_platform.py"
        ).read_text(encoding="utf-8")
    rows = migration(found.operations, made.methods)
    page = f"docs/{name}-migration.md"
    files[page] = render("stock_migration.md", rows=rows)
    about += [f"{old} → {new}" for old, new in rows[:_SHOWN]]
    more = f", {len(rows) - _SHOWN} more than here" if len(rows) > _SHOWN else ""
    about.append(f"{page} has the new name of each method{more}")
    about += [f"{found.package} does not say {line}" for line in _UNSAID]
    about.append("generated anew, it says all that: `veneer add --contract …` with another --package")
    return Overlay(files, client, tuple(about))


def migration(operations: Iterable[Operation], methods: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Yield the stock modules with the methods of a new client that send the same requests."""
    new: dict[str, list[str]] = {}
    for request, dotted in methods:
        method, _, path = request.partition(" ")
        names = new.setdefault(Operation("", method, path).key, [])
        if dotted not in names:
            names.append(dotted)
    return [
        (
            f"{one.module}.sync",
            " or ".join(f"client.{name}" for name in new.get(one.key, [])) or "not in the contract",
        )
        for one in operations
    ]
