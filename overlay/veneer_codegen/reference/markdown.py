"""Write words of a contract into Markdown: their code, lists and emphasis stay, the page's structure is ours."""

from __future__ import annotations

import re
from typing import Final

from veneer_codegen.characters import printable

__all__ = ["code", "fenced", "line", "prose"]

_SPAN: Final = re.compile(r"((?<!`)(`+)(?!`).+?(?<!`)\2(?!`))", re.DOTALL)
_FENCE: Final = re.compile(r" {0,3}(```+|~~~+)")
# What a line may not begin with, in lists and quotes too: headings, underlines of headings, fences that nothing closes.
_STRUCTURE: Final = re.compile(
    r"^((?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*)(#|=+\s*$|-+\s*$|```|~~~|\[[^\]]*\]:)", re.MULTILINE
)


def code(text: str) -> str:
    """Return a text as a code span on one line."""
    shown = " ".join(printable(text).split())
    marks = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    pad = " " if "`" in shown else ""
    return f"{marks}{pad}{shown}{pad}{marks}" if shown else ""


def fenced(source: str, language: str = "python") -> str:
    """Return source as a block of code."""
    marks = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", source)), 3)
    return f"{marks}{language}\n{source}\n{marks}"


def line(text: str) -> str:
    """Return words on one line, without what would be read as HTML, an image or another block."""
    return _STRUCTURE.sub(r"\1\\\2", _inline(" ".join(printable(text).split())))


def prose(text: str) -> str:
    """Return paragraphs: lists, tables and whole blocks of code stay; headings are text, and HTML is shown and not read."""
    found: list[str] = []
    lines = printable(text).strip().split("\n")
    while lines:
        end = _end_of_code(lines)
        if end:
            found.append("\n".join(lines[: end + 1]))
            del lines[: end + 1]
            continue
        size = next((n for n in range(1, len(lines)) if _end_of_code(lines[n:])), len(lines))
        found.append(_STRUCTURE.sub(r"\1\\\2", _inline("\n".join(lines[:size]))))
        del lines[:size]
    return "\n".join(found)


def _end_of_code(lines: list[str]) -> int:
    """Return the place of the fence that closes the one in the first line; 0 where there is none."""
    opened = _FENCE.match(lines[0])
    if opened is None:
        return 0
    closed = re.compile(rf" {{0,3}}{re.escape(opened[1])}+\s*$")
    return next((n for n in range(1, len(lines)) if closed.match(lines[n])), 0)


def _inline(text: str) -> str:
    """Return text in which nothing but code spans is taken literally: no tag, no image, no comment."""
    pieces = _SPAN.split(text)  # text, a span, its marks, text, …
    unbroken = (re.sub(r"<br ?/?>", " ", one, flags=re.IGNORECASE) for one in pieces[::3])
    plain = (re.sub(r"<|!(?=\[)", lambda found: f"\\{found[0]}", one) for one in unbroken)
    spans = [*pieces[1::3], ""]
    return "".join(one + span for one, span in zip(plain, spans, strict=True))
