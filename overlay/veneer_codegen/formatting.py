"""Format generated and derived trees with the pinned formatter, independently of local settings."""

from __future__ import annotations

import ast
import subprocess
from typing import TYPE_CHECKING, Final

from ruff import find_ruff_bin  # type: ignore[import-untyped]  # the wheel carries no stubs

from veneer_codegen.errors import GeneratorError
from veneer_codegen.imports import LINE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SETTINGS: Final = (
    "--isolated",
    "--no-cache",
    f"--config=line-length={LINE}",
    "--config=target-version='py311'",
    "--config=lint.isort.known-first-party=['veneer','veneer_generated']",
)


class FormatError(GeneratorError):
    """The formatter could not read its input. The message is the formatter's."""


def format_tree(tree: Path, *, select: str = "I", only: Sequence[Path] = ()) -> None:
    """Sort imports and format every Python file below `tree`, in place.

    The formatter's binary is found through its package, not through PATH, and reads no settings
    file, so the bytes are equal on every machine. `select` names lint rules whose fixes are applied
    first. `only` lists the parts of the tree to format, if not all. Raises FormatError if a file is not
    valid Python.
    """
    if not any(tree.rglob("*.py")):
        return
    paths = [str(path) for path in only or (tree,)]
    _ruff(tree, "check", f"--select={select}", "--fix-only", *_SETTINGS, *paths)
    _ruff(tree, "format", *_SETTINGS, *paths)


def _ruff(tree: Path, *arguments: str) -> None:
    done = subprocess.run([find_ruff_bin(), *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise FormatError(_broken(tree) or done.stderr.strip() or done.stdout.strip())


def _broken(tree: Path) -> str:
    """Return the first file below a tree that is not valid Python, with its line."""
    for path in sorted(tree.rglob("*.py")):
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError) as error:
            line = error.lineno if isinstance(error, SyntaxError) else 0
            return f"{path.relative_to(tree)}: line {line}: the generated file is not valid Python: {error.args[0]}"
    return ""
