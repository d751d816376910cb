"""Read generated endpoint modules as text: their arguments, results and facts, with the imports that their types need."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veneer._core.pick import _names


@dataclass(frozen=True)
class Argument:
    """An argument of an operation; `default` is source text, "" where there is none."""

    name: str
    annotation: str
    default: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.annotation}" + (f" = {self.default}" if self.default else "")


@dataclass(frozen=True)
class Endpoint:
    """One generated endpoint module. `imports` binds each name of its types to the statement that imports it."""

    tag: str
    name: str
    summary: str
    facts: Mapping[str, Any]
    path: tuple[Argument, ...]
    named: tuple[Argument, ...]
    result: str
    imports: Mapping[str, str]


@dataclass(frozen=True)
class Package:
    """A generated package: where it is, and its dotted name."""

    folder: Path
    name: str

    def endpoints(self) -> Iterator[Endpoint]:
        """Give every endpoint module, by tag and name."""
        for path in sorted((self.folder / "api").glob("*/*.py")):
            if path.stem != "__init__":
                yield _endpoint(path, f"{self.name}.api.{path.parent.name}.{path.stem}")

    def models(self) -> dict[str, Path]:
        """Give the module of each model class."""
        stub = ast.parse((self.folder / "models" / "__init__.pyi").read_text(encoding="utf-8"))
        return {
            alias.name: self.folder / "models" / f"{node.module}.py"
            for node in stub.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def row(self, endpoint: Endpoint, items: str, models: Mapping[str, Path]) -> tuple[str, dict[str, str]]:
        """Give the type of the rows at a path of an operation's result, and the imports that it needs; `Any` where it cannot be told."""
        kind, imports = endpoint.result, dict(endpoint.imports)
        for _, attributes in _names(items):
            path = models.get(_bare(kind))
            if path is None:
                return "Any", {}
            tree = ast.parse(path.read_text(encoding="utf-8"))
            imports = _imports(tree, f"{self.name}.models.{path.stem}")
            fields = _fields(tree, _bare(kind))
            kind = next((fields[name] for name in attributes if name in fields), "")
        element = _element(kind)
        return (element, imports) if element else ("Any", {})


def _endpoint(path: Path, module: str) -> Endpoint:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    arguments = functions["_get_kwargs"].args
    defaults = dict(zip([a.arg for a in arguments.args][::-1], arguments.defaults[::-1], strict=False))
    returns = functions["_parse_response"].returns
    return Endpoint(
        tag=path.parent.name,
        name=path.stem,
        summary=(ast.get_docstring(tree) or "").partition("\n\n")[0].replace("\n", " "),
        facts=_facts(tree),
        path=tuple(_argument(node, defaults.get(node.arg)) for node in arguments.args),
        named=tuple(
            _argument(node, default)
            for node, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        ),
        result=_bare(ast.unparse(returns)) if returns else "Any",
        imports=_imports(tree, module),
    )


def _argument(node: ast.arg, default: ast.expr | None) -> Argument:
    annotation = ast.unparse(node.annotation) if node.annotation else "Any"
    return Argument(node.arg, annotation, ast.unparse(default) if default else "")


def _facts(tree: ast.Module) -> dict[str, Any]:
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "_OPERATION" and node.value:
            return dict(ast.literal_eval(node.value))
    return {}


def _imports(tree: ast.Module, module: str) -> dict[str, str]:
    """Bind each imported name to an absolute import statement."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module != "__future__":
            base = ".".join(module.split(".")[: -node.level]) if node.level else ""
            source = ".".join(part for part in (base, node.module or "") if part)
            for alias in node.names:
                found[alias.asname or alias.name] = f"from {source} import {alias.name}" + (
                    f" as {alias.asname}" if alias.asname else ""
                )
        elif isinstance(node, ast.Import):
            found |= {alias.name: f"import {alias.name}" for alias in node.names if not alias.asname}
    return found


def names(annotation: str) -> set[str]:
    """Give the names that a type mentions."""
    return {node.id for node in ast.walk(ast.parse(annotation)) if isinstance(node, ast.Name)}


def _fields(tree: ast.Module, name: str) -> dict[str, str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return {
                field.target.id: ast.unparse(field.annotation)
                for field in node.body
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
            }
    return {}


def _bare(annotation: str) -> str:
    """Leave None and Unset out of a union."""
    members = _members(ast.parse(annotation, mode="eval").body) if annotation else []
    return " | ".join(kind for kind in map(ast.unparse, members) if kind not in {"None", "Unset"}) or "None"


def _members(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_members(node.left), *_members(node.right)]
    return [node]


def _element(annotation: str) -> str:
    node = ast.parse(_bare(annotation), mode="eval").body
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "list":
        return ast.unparse(node.slice)
    return ""
