"""The pages keep the house's style: short lines, and the words that readers of this field know."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.pages import ROOT

WIDTH = 99
_LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
)
PAGES = [ROOT / name for name in _LISTED.stdout.split() if (ROOT / name).is_file()]
# What a native engineer would not write, and what to write.
REFUSED = {
    r"as above": "the name of the section, with a link",
    r"stands?": "is, or is written",
    r"heed(s|ed)?": "follows, or respects",
    r"whoever": "anyone, or a subject",
    r"says? so": "the subject and what it says",
    r"walk(s|ed|ing)?": "paginate, or iterate",
    r"twins?": "the derived module",
    r"doors?": "the public package",
    r"hops?": "redirect",
    r"time-outs?": "timeout",
    r"ask(s|ed|ing)? again": "retry, or poll",
    r"is no (?!longer|more\b|other\b)(?<!there is no )": "is not a …",
    r"no more and no less": "exactly",
}
_WORDS = re.compile(
    "|".join(
        rf"\b{words}" + (r"\b" if words[-1].isalpha() or words[-1] in "?)" else "") for words in REFUSED
    ),
    re.IGNORECASE,
)
_CODE = re.compile(r"^```.*?^```|^    .*?$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_line_is_longer_than_an_editor_shows(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [f"{n}: {line}" for n, line in enumerate(lines, 1) if len(line) > WIDTH] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_uses_the_words_of_its_field(page: Path) -> None:
    lines = _CODE.sub(lambda code: "\n" * code[0].count("\n"), page.read_text(encoding="utf-8")).splitlines()
    assert [
        f"{n}: {found[0]}: {line}" for n, line in enumerate(lines, 1) if (found := _WORDS.search(line))
    ] == []


# The words of REFUSED that are gone from docstrings, comments and messages as well.
GONE = re.compile(r"\b(heed(s|ed)?|whoever|doors?(?!\.py))\b", re.IGNORECASE)


@pytest.mark.parametrize(
    "package", ["veneer", "veneer_cli", "veneer_codegen", "veneer_sandbox", "veneer_testing"]
)
def test_docstrings_comments_and_messages_use_the_words_of_their_field(package: str) -> None:
    sources = [
        path for path in sorted((ROOT / "overlay" / package).rglob("*.py")) if "_sync" not in path.parts
    ]
    assert sources
    assert [
        f"{name(path)}:{n}: {word[0]}"
        for path in sources
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (word := GONE.search(line))
    ] == []


# Code whose docstrings, comments and messages use none of these words, and whose docstrings of functions open
# with a verb: what the function does for its caller.
_EVERYWHERE = r"as above|says? so|time-outs?|ask(s|ed|ing)? again"
_TOOLS = rf"{_EVERYWHERE}|twins?|hops?"
PLAIN = {
    "overlay/veneer": rf"{_EVERYWHERE}|stands|walks",
    "overlay/veneer_cli": rf"{_TOOLS}|stands? for|so many",
    "overlay/veneer_sandbox": rf"{_TOOLS}|stands? for|so many",
    "overlay/veneer_testing": rf"{_TOOLS}|stands? for|so many",
    "overlay/veneer_codegen": rf"{_TOOLS}|stands?(?! for)|whoever|thereby|(is|are) to be",
    "scripts": rf"{_TOOLS}|stands?(?! for)|whoever|thereby|(is|are) to be",
}
_NO_VERB = re.compile(r"(Give|Tell|Say|Hand|What|Whether|The|An?|How) ")


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings (docstrings too) and comments of a file, with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type in {tokenize.STRING, tokenize.COMMENT}:
            yield token.start[0], token.string


@pytest.mark.parametrize("folder", PLAIN)
def test_code_is_described_in_the_words_of_its_field(folder: str) -> None:
    words = re.compile(rf"\b({PLAIN[folder]})\b", re.IGNORECASE)
    sources = [path for path in sorted((ROOT / folder).rglob("*.py")) if "_sync" not in path.parts]
    assert sources
    assert [
        f"{name(path)}:{line}: {word[0]}"
        for path in sources
        for line, text in prose(path)
        if not text.startswith('f"') and (word := words.search(text))
    ] == []


@pytest.mark.parametrize("folder", PLAIN)
def test_the_docstring_of_a_function_opens_with_what_it_does(folder: str) -> None:
    functions = [
        (path, node)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not any("property" in ast.unparse(one) for one in node.decorator_list)
    ]
    assert functions
    assert [
        f"{name(path)}:{node.lineno}: {words}"
        for path, node in functions
        if _NO_VERB.match(words := ast.get_docstring(node) or "")
    ] == []
