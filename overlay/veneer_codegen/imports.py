"""The imports of a module that a template wrote, as the formatter would leave them.

The formatter drops and sorts imports too, but a fix takes it much longer than to find nothing to
fix. What is not done here, it still does: the bytes are the same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["LINE", "tidy"]

LINE: Final = 110
"""The longest line, in characters."""

_FUTURE: Final = "from __future__ import annotations\n"
_BLOCK: Final = re.compile(r"(?:(?:import|from) [^\n(]*\n|\n)*")
_TYPING: Final = re.compile(r"if TYPE_CHECKING:\n((?:    [^\n(]+\n|\n)+)")


def tidy(text: str) -> str:
    """Return a module without the imported names that its text does not hold, and with sorted imports."""
    start = 0 if text.startswith(_FUTURE) else text.find(f'"""\n\n{_FUTURE}')
    if start < 0:
        return text
    start = text.index(_FUTURE, start) + len(_FUTURE)
    found = _BLOCK.match(text, start)
    end = found.end() if found else start
    rest, groups = text[end:], list(_used(text[start:end], text[end:]))
    relative = [line for group in groups for line in group if line.startswith("from .")]
    groups = [[line for line in group if not line.startswith("from .")] for group in groups]
    groups.append(sorted(_merged(relative), key=_order))
    head = "".join("\n" + "\n".join(group) + "\n" for group in groups if group)
    if typing := _TYPING.match(rest):
        lines = "\n".join(_merged(typing[1].split("\n")))
        return f"{text[:start]}{head}\nif TYPE_CHECKING:\n{lines}{rest[typing.end() :]}"
    blank = "\n\n" if rest.startswith(("@", "class ", "def ")) else "\n"
    return f"{text[:start]}{head}{blank}{rest}"


def _used(block: str, rest: str) -> Iterator[list[str]]:
    """Yield each paragraph of imports with the names that the rest holds, in one line for each module."""
    paragraphs: list[list[str]] = []
    names: dict[str, set[str]] = {}
    for paragraph in block.split("\n\n"):
        lines: dict[str, None] = {}
        for line in paragraph.splitlines():
            if not line or ".models." in line:
                lines |= {line: None} if line else {}
                continue
            source, words = _imported(line)
            kept = [name for name, word, search in words if word in rest and search(rest)]
            if not kept:
                continue
            if source == "import " or " as " in line:  # a line of its own
                source, kept = f"{source}{', '.join(kept)}", []
            if source not in names:
                lines[source] = None
            names.setdefault(source, set()).update(kept)
        paragraphs.append(list(lines))
    for lines_of in paragraphs:
        yield [f"{line}{', '.join(sorted(names.get(line, ()), key=_rank))}" for line in lines_of]


@cache
def _imported(line: str) -> tuple[str, list[tuple[str, str, Callable[[str], object]]]]:
    """Return a line ahead of its names, and each name with the word that it defines."""
    source, found, names = line.rpartition("import ")
    words = {name: name.split(" ")[-1] for name in names.split(", ")}
    # A pattern is searched for much faster if a word is its head.
    patterns = {name: _ELSEWHERE.get(word, rf"{word}\b(?<!\w{word})") for name, word in words.items()}
    return f"{source}{found}", [(name, words[name], re.compile(patterns[name]).search) for name in words]


# Words that are also parts of the paths of imports, or of each model's docstrings.
_ELSEWHERE: Final = {
    "models": r"models\.(?<![.\w]models\.)",
    "UNSET": r"UNSET\b(?<!\wUNSET)(?! are left out)",
}


def _rank(name: str) -> tuple[int, str]:
    """Return the place of a name among those of a module: constants, classes, all others."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def _merged(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines of imports, with those of one enum in one line.

    Upstream also imports a function that our enums do not have. The formatter wraps a line that is
    too long with it before it drops it, and leaves the line wrapped.
    """
    parts = [line.partition(" import ") for line in lines]
    checks: dict[str, str] = {}
    for source, _, name in parts:
        if ".models." in source and name.startswith("check_"):
            checks[source] = f"{checks.get(source, '')}, {name}"
    for source, found, name in parts:
        line = f"{source}{found}{name}"
        if ".models." not in source:
            yield line
        elif name.startswith("check_"):
            continue  # for the formatter, it is unused
        elif len(f"{line}{checks.get(source, '')}") > LINE:
            pad = " " * (len(source) - len(source.lstrip()))
            yield f"{source}{found}(\n{pad}    {name},\n{pad})"
        else:
            yield line


def _order(line: str) -> tuple[str, tuple[int, str]]:
    source, _, names = line.partition(" import ")
    return source, _rank(names.partition(",")[0])
