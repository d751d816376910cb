"""The pages lead somewhere: every link into the project has a target, and the index knows every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.pages import ROOT

PAGES = [
    path
    for pattern in ("*.md", "docs/*.md", "examples/*.md", "openapi/*.md", "generated/*.md")
    for path in sorted(ROOT.glob(pattern))
]
_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def links(page: Path) -> list[tuple[str, str]]:
    """Give the path and anchor of each link of a page that does not leave the project."""
    return _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Give the names of a page's headings, as Git hosts make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_has_a_target(page: Path) -> None:
    missing = []
    for path, anchor in links(page):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(f"{path}#{anchor}")
    assert missing == []


def test_the_index_has_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    listed = {path for path, _ in links(index)}
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - listed == {"index.md"}
