"""Convert texts of a contract to Markdown: code, lists and emphasis stay, headings become text."""

from __future__ import annotations

import re
import textwrap
from typing import Final

from veneer_codegen.characters import printable

__all__ = ["code", "fenced", "line", "prose", "wrapped"]

_SPAN: Final = re.compile(r"((?<!`)(`+)(?!`).+?(?<!`)\2(?!`))", re.DOTALL)
_FENCE: Final = re.compile(r" {0,3}(```+|~~~+)")
_WIDTH: Final = 98
# Text that would begin a list, quote, heading or table after a line break.
_BLOCK: Final = re.compile(r" *([-+*](\s|$)|[#>|<]|=+$|-+$|~~~|```|\d{1,9}[.)](\s|$))")
# Text that no line may begin with, even in lists and quotes: headings, their underlines, open
# fences.
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
    """Return a text on one line, without HTML, images and other blocks."""
    return _STRUCTURE.sub(r"\1\\\2", _inline(" ".join(printable(text).split())))


def prose(text: str) -> str:
    """Return paragraphs with lists, tables and blocks of code.

    Headings become text, HTML is escaped.
    """
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


def wrapped(block: str) -> str:
    """Return a paragraph or list in lines of at most 98 columns; other blocks unchanged."""
    if block.startswith(("#", "|", "<", ">", "`" * 3)):
        return block
    return "\n".join(map(_wrapped, block.split("\n")))


def _wrapped(text: str) -> str:
    rest = textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    lines = rest if text.startswith("- ") else [one.strip() for one in rest]
    return text if any(map(_BLOCK.match, lines[1:])) else "\n".join(lines)


def _end_of_code(lines: list[str]) -> int:
    """Return the index of the fence that closes the one in the first line; 0 if there is none."""
    opened = _FENCE.match(lines[0])
    if opened is None:
        return 0
    closed = re.compile(rf" {{0,3}}{re.escape(opened[1])}+\s*$")
    return next((n for n in range(1, len(lines)) if closed.match(lines[n])), 0)


def _inline(text: str) -> str:
    """Return text without tags, images and comments outside code spans."""
    pieces = _SPAN.split(text)  # text, a span, its marks, text, …
    unbroken = (re.sub(r"<br ?/?>", " ", one, flags=re.IGNORECASE) for one in pieces[::3])
    plain = (re.sub(r"<|!(?=\[)", lambda found: f"\\{found[0]}", one) for one in unbroken)
    spans = [*pieces[1::3], ""]
    return "".join(one + span for one, span in zip(plain, spans, strict=True))
