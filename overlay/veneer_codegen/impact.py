"""Follow a change from the contract through the client to the hand-written lines that use it.

    contract ─▶ generated names (what is removed, added, or has another signature)
             ─▶ lines of the overlay that mention them
             ─▶ public methods around those lines, and whether their own signatures change
             ─▶ the version to release and the entry for the changelog

The clients of both contracts are generated and compared by their syntax trees, so the effect of a
change is not guessed.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veneer_codegen import contracts
from veneer_codegen.changes import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from veneer_codegen.changes import Change
    from veneer_codegen.contracts import Contract


@dataclass(frozen=True, order=True)
class NameChange:
    """A generated name that was removed, added or changed. `old` and `new` are source, or empty."""

    name: str
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        if not self.new:
            return f"- {self.name}"
        if not self.old:
            return f"+ {self.name}: {self.new}"
        return f"~ {self.name}: {self.old} -> {self.new}"


@dataclass(frozen=True, order=True)
class Use:
    """A hand-written line that mentions a changed name, and its function."""

    file: str
    line: int
    name: str
    function: str = ""
    public: bool = False
    in_signature: bool = False
    holds: str = ""
    """The changed class that `name` is made of, if `name` itself has not changed."""
    by_name: bool = False
    """Whether only the field's name matches, which may belong to something else."""

    def __str__(self) -> str:
        held = "whose fields change" if self.holds == self.name else f"which holds {self.holds}"
        what = f"{self.name}, {held}" if self.holds else self.name
        where = f" in {self.function}" if self.function else ""
        seen = " (its signature)" if self.in_signature else ""
        verb = "has the name of" if self.by_name else "uses"
        return f"{self.file}:{self.line}: {verb} {what}{where}{seen}"


@dataclass(frozen=True)
class Impact:
    """The effects of a contract's change on derived code, and on the people who import it."""

    names: tuple[NameChange, ...] = ()
    uses: tuple[Use, ...] = ()
    methods: tuple[str, ...] = field(default=())
    """Public functions that call what changed: `module:Class.method`."""
    signatures: tuple[str, ...] = field(default=())
    """Those of them whose own signature mentions a changed name."""


def measure(
    contract: Contract, old: Mapping[str, Any], new: Mapping[str, Any], sources: Iterable[tuple[str, str]]
) -> Impact:
    """Generate both versions and return the effects of their differences on `sources`.

    `sources` are pairs of a file's name and text. Raises CodegenError if a client cannot be
    generated from one of the versions.
    """
    before, after = (_surface(contract, json.dumps(content)) for content in (old, new))
    return trace(contract.package, before, after, sources)


def trace(
    package: str, before: dict[str, str], after: dict[str, str], sources: Iterable[tuple[str, str]]
) -> Impact:
    """Return the effects on `sources` of the differences between two surfaces."""
    names = tuple(changed_names(before, after))
    holders = find_holders(names, before | after)
    uses = tuple(
        sorted({use for file, text in sources for use in find_uses(file, text, package, names, holders)})
    )
    methods = sorted(
        {f"{Path(use.file).stem}:{use.function}" for use in uses if use.public and not use.by_name}
    )
    signatures = sorted(
        {f"{Path(use.file).stem}:{use.function}" for use in uses if use.public and use.in_signature}
    )
    return Impact(names, uses, tuple(methods), tuple(signatures))


@lru_cache(maxsize=8)
def _surface(contract: Contract, content: str) -> dict[str, str]:
    """Generate a client and return its names."""
    from veneer_codegen import generator
    from veneer_codegen.normalise import normalise

    with tempfile.TemporaryDirectory(prefix="veneer-impact-") as scratch:
        package = Path(scratch) / "client"
        generator.generate(normalise(json.loads(content), dict(contract.names)), package)
        return surface(package)


def surface(package: Path) -> dict[str, str]:
    """Return every name that a generated package offers, with its signature as source."""
    names: dict[str, str] = {}
    for path in sorted(package.glob("api/*/*.py")):
        functions = {
            node.name: node
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef)
        }
        if "_get_kwargs" in functions:
            returns = functions["_parse_response"].returns
            arguments = functions["_get_kwargs"].args
            module = f"api.{path.parent.name}.{path.stem}"
            names[module] = f"-> {ast.unparse(returns) if returns else 'Any'}"
            defaults = dict(
                zip(
                    (argument.arg for argument in reversed(arguments.args)),
                    reversed(arguments.defaults),
                    strict=False,
                )
            )
            defaults |= {
                argument.arg: default
                for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                if default
            }
            for argument in (*arguments.args, *arguments.kwonlyargs):
                names[f"{module}({argument.arg})"] = _declared(
                    argument.annotation, defaults.get(argument.arg)
                )
    for path in sorted(package.glob("models/*.py")):
        for node in _fields(path.read_text(encoding="utf-8")):
            if isinstance(node, ast.ClassDef):
                fields = [
                    item
                    for item in node.body
                    if isinstance(item, ast.AnnAssign) and not ast.unparse(item.target).startswith("_")
                ]
                own = [item for item in fields if ast.unparse(item.target) != "additional_properties"]
                names[f"models.{node.name}"] = f"class with {len(own)} fields" if not own else "class"
                for item in own:
                    names[f"models.{node.name}.{ast.unparse(item.target)}"] = _declared(
                        item.annotation, _default(item.value)
                    )
                required = [ast.unparse(item.target) for item in own if _default(item.value) is None]
                if required:
                    names[f"models.{node.name}(positional)"] = ", ".join(required)
            elif (
                isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias" and node.value
            ):
                names[f"models.{ast.unparse(node.target)}"] = ast.unparse(node.value)
    return names


def _fields(text: str) -> list[ast.stmt]:
    """Return the statements of a model's module, without the bodies of methods."""
    from veneer_codegen.surface.shapes import without_bodies

    with contextlib.suppress(SyntaxError):
        return ast.parse(without_bodies(text, "models")).body
    return ast.parse(text).body


def _declared(annotation: ast.expr | None, default: ast.expr | None) -> str:
    text = ast.unparse(annotation) if annotation else "Any"
    return f"{text} = {ast.unparse(default)}" if default is not None else text


def _default(value: ast.expr | None) -> ast.expr | None:
    """Return the default of an attribute, which may be an argument of `_attrs_field`."""
    if isinstance(value, ast.Call):
        return next((keyword.value for keyword in value.keywords if keyword.arg == "default"), None)
    return value


def changed_names(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[NameChange]:
    """Return the differences of two surfaces, without the members of removed and added names."""
    for name in sorted(before.keys() | after.keys()):
        owner = re.split(r"\(", name)[0] if "(" in name else name.rpartition(".")[0]
        if owner in before.keys() ^ after.keys():
            continue
        if before.get(name) != after.get(name):
            yield NameChange(name, before.get(name, ""), after.get(name, ""))


def find_holders(names: Iterable[NameChange], signatures: Mapping[str, str]) -> dict[str, str]:
    """Return the classes and endpoints that contain a changed class, with that class."""
    owners = {
        ".".join(re.split(r"[.(]", change.name)[:2]) for change in names if change.name.startswith("models.")
    }
    mentions: dict[str, set[str]] = {}
    for name, signature in signatures.items():
        owner = re.split(r"\(", name)[0] if name.startswith("api.") else ".".join(re.split(r"[.(]", name)[:2])
        for word in re.findall(r"[A-Za-z_]\w*", signature):
            if f"models.{word}" in signatures and f"models.{word}" != owner:
                mentions.setdefault(f"models.{word}", set()).add(owner)
    found: dict[str, str] = {}
    todo = [(owner, owner) for owner in sorted(owners)]
    while todo:
        name, changed = todo.pop(0)
        for holder in sorted(mentions.get(name, set()) - found.keys() - owners):
            found[holder] = changed
            todo.append((holder, changed))
    return found | {owner: owner for owner in owners}


def overlay_sources(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the hand-written files that may use generated names."""
    for path in sorted(path for room in contracts.rooms(root) for path in room.rglob("*.py")):
        if not {"_sync", "codegen"} & set(path.relative_to(root).parts):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def find_uses(
    file: str, text: str, package: str, names: Iterable[NameChange], holders: Mapping[str, str] | None = None
) -> Iterator[Use]:
    """Return the lines of a module that mention changed names of a generated package.

    Inside functions, names that contain changed ones count too. Classes and endpoints are
    recognised by their imports, fields and arguments by their own names in modules and calls that
    use the class or endpoint.
    """
    tree = ast.parse(text)
    imported = _imported(tree, package)
    names = list(names)
    wanted = {change.name for change in names}
    gone = _gone_fields(names) if package.rpartition(".")[2] in re.split(r"[/._]", file) else {}
    if not imported and not gone:
        return
    holders = {name: changed for name, changed in (holders or {}).items() if name not in wanted}
    functions = _functions(tree)
    for node in ast.walk(tree):
        found = [(name, line, "", False) for name, line in _mentions(node, imported, wanted)]
        if (word := _by_name(node)) in gone:
            found.append((gone[word], getattr(node, "lineno", 0), "", True))
        if isinstance(node, ast.Name) and (name := imported.get(node.id, "")) in holders:
            found.append((name, node.lineno, holders[name], False))
        for name, line, holds, by_name in found:
            around = [function for function in functions if function.first <= line <= function.last]
            inner = around[-1] if around else None
            if holds and not inner:
                continue
            yield Use(
                file, line, name, inner.name if inner else "",
                public=bool(inner and not re.search(r"(^|\.)_|<locals>", inner.name)),
                in_signature=bool(inner and line <= inner.signature_ends),
                holds=holds,
                by_name=by_name,
            )  # fmt: skip


def _gone_fields(names: Iterable[NameChange]) -> dict[str, str]:
    """Return the fields of removed classes by their own names."""
    return {
        change.name.rpartition(".")[2]: change.name
        for change in names
        if not change.new and re.fullmatch(r"models\.\w+\.\w+", change.name)
    }


def _by_name(node: ast.AST) -> str:
    """Return the field that a node mentions without its class, such as in `getattr`."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@dataclass(frozen=True)
class _Function:
    name: str
    first: int
    last: int
    signature_ends: int


def _functions(tree: ast.Module) -> list[_Function]:
    """Return the functions of a module with their lines, outer ones first."""
    found: list[_Function] = []

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append(
                    _Function(
                        f"{prefix}{child.name}",
                        child.lineno,
                        child.end_lineno or child.lineno,
                        child.body[0].lineno - 1,
                    )
                )
                visit(child, f"{prefix}{child.name}.<locals>.")
            elif isinstance(child, ast.ClassDef):
                visit(child, f"{prefix}{child.name}.")
            else:
                visit(child, prefix)

    visit(tree, "")
    return found


def _imported(tree: ast.Module, package: str) -> dict[str, str]:
    """Return a module's imports from a generated package, with their paths there."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and node.level == 0
            and node.module
            and f"{node.module}.".startswith(f"{package}.")
        ):
            inner = node.module.removeprefix(package).strip(".")
            for alias in node.names:
                # A model may be imported from its own module or from `models`.
                path = (
                    f"models.{alias.name}"
                    if inner.startswith("models")
                    else f"{inner}.{alias.name}".strip(".")
                )
                found[alias.asname or alias.name] = path
    return found


def _mentions(node: ast.AST, imported: Mapping[str, str], wanted: set[str]) -> Iterator[tuple[str, int]]:
    """Yield the changed names that a node mentions, with their lines."""
    if isinstance(node, ast.Name) and (path := imported.get(node.id)) in wanted:
        yield path, node.lineno
    elif isinstance(node, ast.alias):
        path = imported.get(node.asname or node.name)
        if path in wanted:
            yield path, node.lineno
    elif isinstance(node, ast.Attribute):
        yield from (
            (name, node.end_lineno or node.lineno) for name in _attributes(node, imported) if name in wanted
        )
    elif isinstance(node, ast.Call):
        yield from _arguments(node, imported, wanted)


def _attributes(node: ast.Attribute, imported: Mapping[str, str]) -> Iterator[str]:
    """Yield the meanings of `a.b`: a name in an imported module, or a class's field."""
    head, _, rest = ast.unparse(node).partition(".")
    if rest and head in imported:
        yield f"{imported[head]}.{rest}"
    yield from (
        f"{path}.{node.attr}" for path in dict.fromkeys(imported.values()) if path.startswith("models.")
    )


def _arguments(node: ast.Call, imported: Mapping[str, str], wanted: set[str]) -> Iterator[tuple[str, int]]:
    """Yield the changed arguments of a call of a class, or of a call that takes an endpoint.

    Omitted arguments count too: they may be required now, or have another position.
    """
    given = {keyword.arg: keyword.value.lineno for keyword in node.keywords}
    for callee in (node.func, *node.args):
        if isinstance(callee, ast.Name) and (path := imported.get(callee.id)):
            for name in wanted:
                if name.startswith((f"{path}(", f"{path}.")):
                    yield name, given.get(re.split(r"[(.)]", name.removeprefix(path))[1], callee.lineno)


def release(changes: Iterable[Change], current: str) -> str:
    """Return the version that follows from the worst change, by https://semver.org.

    Before 1.0.0 a minor release may break callers.
    """
    changes = list(changes)
    worst = max((change.severity for change in changes), default=None)
    added = any(change.kind.endswith("added") for change in changes)
    return next_version(current, worst, added=added)


def next_version(current: str, worst: Severity | None, *, added: bool) -> str:
    """Return the version after a release with the worst change `worst` and new names (`added`)."""
    major, minor, patch = (int(part) for part in [*re.findall(r"\d+", current), 0, 0, 0][:3])
    if worst is None:
        return current
    if worst is Severity.BREAKING:
        return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    if worst is Severity.RISKY or added:
        return f"{major}.{minor + 1}.0" if major else f"0.{minor}.{patch + 1}"
    return f"{major}.{minor}.{patch + 1}"


def changelog(contract: str, changes: Iterable[Change], impact: Impact) -> str:
    """Return the entry for the changelog: public names first, breaking changes marked."""
    listed = list(changes)
    lines = [f"- **{contract}** follows a new version of its contract."]
    for severity, title in (
        (Severity.BREAKING, "Breaking"),
        (Severity.RISKY, "May behave differently"),
        (Severity.COMPATIBLE, "Also"),
    ):
        lines += [f"  - {title}: {_entry(change)}" for change in listed if change.severity is severity]
    if impact.signatures:
        lines.append(f"  - Signatures that change: {', '.join(f'`{name}`' for name in impact.signatures)}.")
    return "\n".join(lines) + "\n"


def _entry(change: Change) -> str:
    operations = ", ".join(f"`{operation}`" for operation in change.operations[:3])
    return (
        f"{change.message} ({operations}{' and more' if len(change.operations) > 3 else ''})"
        if operations
        else change.message
    )


def write_changelog(path: Path, entry: str) -> bool:
    """Write an entry under `## [Unreleased]` / `### Changed`.

    Return False if it is there already.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Changelog\n"
    if entry in text:
        return False
    if "## [Unreleased]" not in text:
        head, separator, rest = text.partition("\n## ")
        text = f"{head.rstrip()}\n\n## [Unreleased]\n{separator}{rest}"
    start = text.index("## [Unreleased]")
    end = text.find("\n## ", start + 1)
    section = text[start : end if end >= 0 else len(text)]
    if "### Changed\n" in section:
        changed = (
            section.replace("### Changed\n", f"### Changed\n\n{entry}", 1)
            .replace(f"{entry}\n\n", f"{entry}\n")
            .replace(f"{entry}\n-", f"{entry}-")
        )
    else:
        changed = f"{section.rstrip()}\n\n### Changed\n\n{entry}"
    rest = text[end:] if end >= 0 else ""
    path.write_text(f"{text[:start]}{changed.rstrip()}\n{rest}", encoding="utf-8")
    return True
