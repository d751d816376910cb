"""The Python of the project's pages: every ```python block of a page, one after the other, on the lines where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page with Python in it: `source` has as many lines in front of a block as the page has."""

    path: Path
    blocks: int
    source: str

    @property
    def module(self) -> str:
        """A name for the page's Python as a module."""
        return f"page_{re.sub(r'[^a-z0-9]', '_', self.path.stem.lower())}"


def read(path: Path) -> Page:
    """Read a page; later blocks may use the names of earlier ones."""
    text = path.read_text(encoding="utf-8")
    source, blocks = "", 0
    for block in _BLOCK.finditer(text):
        source += "\n" * (text.count("\n", 0, block.start(1)) - source.count("\n")) + block[1]
        blocks += 1
    return Page(path, blocks, source)


def pages() -> list[Page]:
    """Give every page of the project that has Python in it."""
    every = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*.md")]
    return [page for page in map(read, sorted(every)) if page.blocks]
