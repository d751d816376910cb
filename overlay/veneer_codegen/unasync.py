"""Derive sync modules from hand-written async code, token by token, and check them.

The shell and the facades are written once, under `_async/`. Each file there has one derived module
under `_sync/`: without `async` and `await`, with names changed by the rules below, and formatted.
Files are compared in full and both ways, so edited, missing and left-over modules are found.

    rule             example
    a table          aclose -> close, __aenter__ -> __enter__, AsyncByteStream -> SyncByteStream
    Async prefix     AsyncClient -> Client
    async_ prefix    async_sleep -> sleep        (`async_` alone is a parameter, and is kept)
    _async suffix    run_async -> run
    the module       veneer._async.pager -> veneer._sync.pager

A comment line `# unasync: keep NAME …` keeps names that only look like these, such as a contract's
`AsyncJob` or `run_async`.

Strings change in two cases: words that begin with `Async` and a capital, anywhere (`__all__`,
forward references, messages), and in docstrings also `await`, `async with`, `async for`, `async
def` and the names of the table.
"""

from __future__ import annotations

import ast
import io
import re
import tempfile
import tokenize
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from veneer_codegen import contracts, stamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAMES: Final[Mapping[str, str]] = {
    "AsyncByteStream": "SyncByteStream",
    "PerLoop": "PerProcess",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "_async": "_sync",
    "aclose": "close",
    "aiter": "iter",
    "aiter_bytes": "iter_bytes",
    "anext": "next",
    "handle_async_request": "handle_request",
}
"""Names that no pattern covers."""

PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    "Async*": (r"^(_*)Async(?=[A-Z])", r"\1"),
    "async_*": (r"^(_*)async_(?=\w)", r"\1"),
    "*_async": (r"(?<=\w)_async$", ""),
}
"""Rules by shape, as a pattern and its replacement, tried in this order after the table."""

_HEADER: Final = "# Derived from {source} by scripts/unasync.py: edit that file, not this one.\n"
_DOCSTRING_WORDS: Final = re.compile(r"\b(?:await(?= [\w.]+\()|async(?= (?:with|for|def)\b)) ")
_KEEP: Final = re.compile(r"^# unasync: keep (.+)$", re.MULTILINE)
_CLASS_WORD: Final = re.compile(r"\b_*Async(?=[A-Z])\w+")


@dataclass(frozen=True)
class Twin:
    """A tree of async sources and its derived tree, both relative to the project's root."""

    source: str
    target: str


TWINS: Final = (
    Twin("overlay/veneer/_async", "overlay/veneer/_sync"),
    Twin("tests/core/_async", "tests/core/_sync"),
    Twin("tests/platforms/_async", "tests/platforms/_sync"),
)


def twins_below(root: Path) -> tuple[Twin, ...]:
    """Return a project's `_async` trees: two or three levels below overlay/, two below tests/."""
    if contracts.packages(root):  # the repository's other packages and tests are not derived
        found = [folder for room in contracts.rooms(root) for folder in room.glob("_*sync")]
    else:
        patterns = ("overlay/*/_*sync", "overlay/*/*/_*sync", "tests/*/_*sync")
        found = [folder for pattern in patterns for folder in root.glob(pattern)]
    folders = {
        folder.with_name("_async").relative_to(root).as_posix()
        for folder in found
        if folder.name in {"_async", "_sync"}
    }
    return tuple(Twin(source, f"{source.removesuffix('_async')}_sync") for source in sorted(folders))


class CannotDeriveError(ValueError):
    """A source that no rule can derive from. The message names file, line and remedy."""


def sync_name(name: str, used: Counter[str]) -> str:
    """Return the sync name of an identifier, and count the applied rule."""
    rule, renamed = _renamed(name)
    if rule:
        used[rule] += 1
    return renamed


@cache
def _renamed(name: str) -> tuple[str, str]:
    """Return the rule for an identifier, or "", and its sync name."""
    if name in NAMES:
        return name, NAMES[name]
    for rule, (pattern, replacement) in PATTERNS.items():
        if (renamed := re.sub(pattern, replacement, name)) != name:
            return rule, renamed
    return "", name


def sync_source(source: str, used: Counter[str]) -> str:
    """Return the sync text of one async module, with its comments and layout.

    Raises CannotDeriveError for an f-string that a rule would change, because its tokens differ
    between versions of Python.
    """
    kept = {name for line in _KEEP.findall(source) for name in line.split()}
    docstrings, fstrings = _string_places(source, kept)
    lines = source.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    edits: list[tuple[tuple[int, int], tuple[int, int], str]] = []
    for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        if fstrings and any(start <= token.start < end for start, end in fstrings):
            continue
        if token.type == tokenize.NAME and token.string in {"async", "await"}:
            edits.append((token.start, following.start, ""))
        elif token.type == tokenize.NAME and token.string not in kept:
            edits.append((token.start, token.end, sync_name(token.string, used)))
        elif token.type == tokenize.STRING:
            edits.append(
                (token.start, token.end, _sync_string(token.string, docstring=token.start in docstrings))
            )
    for start, end, text in reversed(edits):
        _replace(lines, start, end, text)
    return "".join(lines)


def _string_places(
    source: str, kept: set[str]
) -> tuple[set[tuple[int, int]], list[tuple[tuple[int, int], tuple[int, int]]]]:
    """Return the starts of docstrings and the spans of f-strings.

    Raises for f-strings that would change.
    """
    docstrings: set[tuple[int, int]] = set()
    fstrings: list[tuple[tuple[int, int], tuple[int, int]]] = []
    text_lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstrings.update(_docstring_starts(node.body, text_lines))
        if isinstance(node, ast.JoinedStr):
            span = _span(node, text_lines)
            segment = _segment(span, text_lines)
            words = set(re.findall(r"\w+", segment)) - kept
            if any(word == "await" or _renamed(word)[1] != word for word in words):
                raise CannotDeriveError(
                    f"line {node.lineno}: {segment} changes in the sync module: assign the value to a name before the f-string"
                )
            fstrings.append(span)
    return docstrings, fstrings


def _docstring_starts(body: Iterable[ast.stmt], lines: list[str]) -> Iterable[tuple[int, int]]:
    """Yield the starts of a body's string statements: its docstring, and those below attributes."""
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            yield _span(statement.value, lines)[0]


def _span(node: ast.expr, lines: list[str]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return a node's span in the character columns of tokens."""

    def column(row: int, offset: int) -> tuple[int, int]:
        return row, len(lines[row - 1].encode()[:offset].decode())

    return column(node.lineno, node.col_offset), column(
        node.end_lineno or node.lineno, node.end_col_offset or 0
    )


def _segment(span: tuple[tuple[int, int], tuple[int, int]], lines: list[str]) -> str:
    """Return the source of a span. `ast.get_source_segment` splits the whole source each time."""
    (first, left), (last, right) = span
    if first == last:
        return lines[first - 1][left:right]
    return "\n".join([lines[first - 1][left:], *lines[first : last - 1], lines[last - 1][:right]])


def _sync_string(literal: str, *, docstring: bool) -> str:
    """Return a string with its class names changed, in a docstring also keywords."""
    text = _CLASS_WORD.sub(lambda match: sync_name(match[0], Counter()), literal)
    if docstring:
        text = _DOCSTRING_WORDS.sub("", text)
        text = re.sub(r"\b\w+\b", lambda match: NAMES.get(match[0], match[0]), text)
    return text


def _replace(lines: list[str], start: tuple[int, int], end: tuple[int, int], text: str) -> None:
    """Replace a span of (1-based line, column) positions. Later edits must be done first."""
    (first, left), (last, right) = start, end
    tail = lines[last - 1][right:]
    lines[first - 1 : last] = (lines[first - 1][:left] + text + tail).splitlines(keepends=True)


def derive(
    root: Path, twins: Iterable[Twin], known: stamps.Stamps | None = None
) -> tuple[dict[Path, bytes], Counter[str]]:
    """Return the derived files, by path relative to `root`, and the use of each rule.

    A file that a stamp proves is not derived again. Raises CannotDeriveError for a source that the
    rules do not cover.
    """
    known = known or stamps.Stamps()
    derived: dict[Path, bytes] = {}
    used: Counter[str] = Counter()
    new: dict[Path, tuple[str, bytes, Counter[str]]] = {}
    with tempfile.TemporaryDirectory(prefix="veneer-unasync-") as scratch:
        for twin in twins:
            for path in sorted((root / twin.source).rglob("*.py")):
                source, data = path.relative_to(root).as_posix(), path.read_bytes()
                relative = Path(twin.target, path.relative_to(root / twin.source))
                present = (root / relative).read_bytes() if (root / relative).is_file() else None
                if present is not None and (counts := known.get(source, _proof(source, data, present))):
                    derived[relative] = present
                    used.update(counts)
                    continue
                counts = Counter(derived=1)  # so that a file without any use has a true value too
                try:
                    text = sync_source(data.decode().replace("\r\n", "\n"), counts)
                except (CannotDeriveError, SyntaxError) as error:
                    raise CannotDeriveError(f"{source}: {error}") from error
                target = Path(scratch, relative)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(_HEADER.format(source=source) + text, encoding="utf-8")
                new[relative] = source, data, counts
        if new:
            from veneer_codegen.formatting import format_tree

            format_tree(Path(scratch))
        for relative, (source, data, counts) in new.items():
            derived[relative] = Path(scratch, relative).read_bytes()
            used.update(counts)
            known.put(source, _proof(source, data, derived[relative]), counts)
    return derived, used


def _proof(source: str, data: bytes, derived: bytes) -> str:
    """Return the checksum of a source, its derived module, and the rules and tools that derive it."""
    return stamps.of(_rules(), source, data, derived)


@cache
def _rules() -> str:
    here = Path(__file__)
    return stamps.of(stamps.environment(), here.read_bytes(), here.with_name("formatting.py").read_bytes())


def compare(root: Path, twins: Iterable[Twin] | None = None, known: stamps.Stamps | None = None) -> list[str]:
    """Return the differences between derived trees, by default the project's, and their sources.

    Unused rules are listed too, but not in projects of `veneer new`, which did not choose the
    rules.
    """
    own = twins is not None or (root / TWINS[0].source).is_dir()
    twins = twins_below(root) if twins is None else tuple(twins)
    derived, used = derive(root, twins, known)
    present = _present(root, twins)
    problems = [
        f"{path.as_posix()}: {_difference(derived.get(path), present.get(path))}"
        for path in sorted(derived.keys() | present.keys())
        if derived.get(path) != present.get(path)
    ]
    if derived and own:
        problems += [
            f"unasync rule {rule!r} matches nothing: remove it"
            for rule in (*NAMES, *PATTERNS)
            if rule not in used
        ]
    return problems


def _present(root: Path, twins: Iterable[Twin]) -> dict[Path, bytes]:
    """Return every file of a derived tree."""
    return {
        path.relative_to(root): path.read_bytes()
        for twin in twins
        for path in sorted((root / twin.target).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _difference(wanted: bytes | None, present: bytes | None) -> str:
    if wanted is None:
        return "it has no source (left over or added by hand)"
    if present is None:
        return "missing"
    pairs = zip(wanted.splitlines(), present.splitlines(), strict=False)
    line = next((number for number, (a, b) in enumerate(pairs, 1) if a != b), None)
    return f"line {line} does not match its source" if line else "text added or cut at the end"


def write(root: Path, twins: Iterable[Twin] | None = None, known: stamps.Stamps | None = None) -> list[Path]:
    """Update the derived trees, by default the project's.

    Return the changed paths, relative to `root`.
    """
    twins = twins_below(root) if twins is None else tuple(twins)
    derived, _ = derive(root, twins, known)
    present = _present(root, twins)
    changed = [
        path for path in sorted(derived.keys() | present.keys()) if derived.get(path) != present.get(path)
    ]
    for path in changed:
        target = root / path
        if path in derived:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(derived[path])
        else:
            target.unlink()
    return changed


def main(arguments: list[str], *, root: Path) -> int:
    """Run the command line: write the sync modules, or compare them with `--check`."""
    known = stamps.Stamps(root)
    try:
        if "--check" in arguments:
            problems = compare(root, known=known)
            print("\n".join(problems) or "the sync modules are current")
            return 1 if problems else 0
        for path in write(root, known=known):
            print(f"updated {path.as_posix()}")
    except CannotDeriveError as error:
        print(error)
        return 1
    finally:
        known.save()
    return 0
