"""Find the Python in a page that was copied as text, and run it: import roots replaced, addresses and placeholders filled, nothing else."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

ROOTS = {
    "hestiaos": "veneer.hestiaos",
    "velerian_sdk": "veneer.velerian",
    "aerostack": "veneer.aerostack",
    "stellrai": "veneer.hybridb",
}
REPAIRS = [
    (
        r"(?m)(?<=^},\n)RetryConfig\(",
        "retries=RetryConfig(",
        "a positional argument after a keyword is no Python: it gets its name",
    ),
]
_LABEL = re.compile(r"[A-Z][\w /-]*(?: \(.*\))?|[a-z]+")
_SHELL = re.compile(r'python -c "(?P<code>[^"]+)"')
_HEADER = re.compile(r"(?:async )?(?:with|def|for|class|if|try|except)\b.*:", re.DOTALL)


@dataclass(frozen=True)
class Snippet:
    """One example: where it begins (1-based line) and its source."""

    line: int
    source: str


# -- finding -------------------------------------------------------------------------------------------------------


def find(page: str) -> list[Snippet]:
    """Give the Python examples of a page, in order. A page that has lost its indentation gets it back, and `REPAIRS` are made."""
    for wrong, right, _ in REPAIRS:
        page = re.sub(wrong, right, page)
    lines = page.splitlines()
    flat = not any(line.startswith((" ", "\t")) for line in lines)
    found = [*(_flat_blocks(lines) if flat else _blocks(lines)), *_one_liners(lines)]
    return sorted(found, key=lambda snippet: snippet.line)


def _one_liners(lines: list[str]) -> Iterator[Snippet]:
    for number, line in enumerate(lines, 1):
        if match := _SHELL.search(line):
            yield Snippet(number, match["code"])


def _blocks(lines: list[str]) -> Iterator[Snippet]:
    """Give the longest runs of paragraphs that are Python and do something."""
    paragraphs = list(_paragraphs(lines))
    begin = 0
    while begin < len(paragraphs):
        end, found = begin, None
        while end < len(paragraphs) and not _is_prose(paragraphs[end][1]):
            source = _joined(paragraphs[begin : end + 1])
            end += 1
            if _is_code(source):
                found = end, Snippet(paragraphs[begin][0], source)
        if found is not None:
            yield found[1]
        begin = begin + 1 if found is None else found[0]


def _joined(paragraphs: list[tuple[int, str]]) -> str:
    """Put paragraphs together as they stood, blank lines between them."""
    text, (first, _) = "", paragraphs[0]
    for number, paragraph in paragraphs:
        text += "\n" * (number - first - text.count("\n")) + paragraph
    return text


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Give the line number and text of each run of lines that are not blank; a language's name above code is a paragraph of its own."""
    begin, held = 0, list[str]()
    for number, line in enumerate([*lines, ""], 1):
        if line.strip() and line.strip() not in {"python", "bash"}:
            begin, held = (begin if held else number), [*held, line]
        elif held:
            yield from _split(begin, held)
            held = []


def _split(begin: int, held: list[str]) -> Iterator[tuple[int, str]]:
    """Part prose from the code that follows it without a blank line: code begins with an import."""
    for index, line in enumerate(held):
        if index and line.startswith(("import ", "from ")) and _is_code("\n".join(held[index:])):
            if not _parses("\n".join(held)):
                yield begin, "\n".join(held[:index])
                yield begin + index, "\n".join(held[index:])
                return
            break
    yield begin, "\n".join(held)


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _is_code(source: str) -> bool:
    return _parses(source) and any(_acts(statement) for statement in ast.parse(source).body)


def _acts(statement: ast.stmt) -> bool:
    """Whether a statement is one that an example has and a sentence has not."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call | ast.Await)
    return not isinstance(statement, ast.AnnAssign) or statement.value is not None


def _is_prose(paragraph: str) -> bool:
    return "\n" not in paragraph and _LABEL.fullmatch(paragraph.strip()) is not None


# -- lost indentation ----------------------------------------------------------------------------------------------


def _flat_blocks(lines: list[str]) -> Iterator[Snippet]:
    """Give the runs of logical lines that are Python, each from an import on, indented again."""
    number = 0
    while number < len(lines):
        if not re.match(r"(?:from [\w.]+ import|import) \w", lines[number]):
            number += 1
            continue
        logical = list(_logical(lines, number))
        yield Snippet(number + 1, _indented(logical))
        number += sum(text.count("\n") + 1 for text in logical)


def _logical(lines: list[str], begin: int) -> Iterator[str]:
    """Give the logical lines from `begin` to where the text is no longer Python."""
    while begin < len(lines):
        end = next(
            (end for end in range(begin + 1, len(lines) + 1) if _is_line("\n".join(lines[begin:end]))), None
        )
        text = None if end is None else "\n".join(lines[begin:end])
        if end is None or text is None or _is_prose(text):
            return
        yield text
        begin = end


def _is_line(text: str) -> bool:
    """Whether this is one whole line of Python: a statement, a comment, or the head of a block."""
    if text.startswith("#"):
        return "\n" not in text
    before = "try:\n pass\n" if text.startswith("except") else ""
    after = "\nfinally:\n pass" if text.startswith("try") else ""
    body = "\n pass" if _HEADER.fullmatch(text) else ""
    return _parses(f"{before}{text}{body}{after}")


def _indented(logical: Iterable[str]) -> str:
    """Indent logical lines by what stands in them: a head opens a block; where it closes follows from the next line or a `return`."""
    lines: list[str] = []
    blocks: list[str] = []
    empty = False
    for text in logical:
        word = text.removeprefix("async ").split(None, 1)[0].rstrip(":") if not text.startswith("#") else "#"
        depth = _depth(word, text, blocks)
        if empty and depth < len(blocks):
            lines[-1] += f"\n{'    ' * len(blocks)}pass"
        if word != "#":
            blocks = blocks[:depth]
        lines.append("    " * depth + text)
        opens = _HEADER.fullmatch(text) is not None
        blocks += [word] if opens else []
        if word == "return":
            blocks.append("ended")
        empty = opens or (empty and word == "#")
    if empty:
        lines.append("    " * len(blocks) + "pass")
    return "\n".join(lines)


def _depth(word: str, text: str, blocks: list[str]) -> int:
    """How many of the open blocks a line stands in."""
    inside_class = "class" in blocks
    if word in {"class", "import", "from"} or text.startswith("asyncio.run("):
        return 0
    if word == "def":
        return blocks.index("class") + 1 if inside_class else 0
    if word == "except":
        return blocks.index("try")
    if "ended" in blocks:
        return 0
    return len(blocks)


# -- running -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fill:
    """What stands for a page's placeholders: its addresses, `<YOUR_…>` and `api_key=...`, `base_url=...`, `{...}`."""

    addresses: Mapping[str, str]
    key: str
    base_url: str


class _Filled(ast.NodeTransformer):
    """Replace import roots, addresses and placeholders."""

    def __init__(self, fill: Fill) -> None:
        self._fill = fill

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        root, dot, rest = (node.module or "").partition(".")
        node.module = f"{ROOTS.get(root, root)}{dot}{rest}"
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str):
            key = self._fill.key if re.fullmatch(r"<YOUR_\w+>", node.value) else node.value
            return ast.copy_location(ast.Constant(self._fill.addresses.get(key, key)), node)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        stands_for = {"api_key": self._fill.key, "base_url": self._fill.base_url}.get(node.arg or "")
        if stands_for is not None and _is_ellipsis(node.value):
            node.value = ast.copy_location(ast.Constant(stands_for), node.value)
        self.generic_visit(node)
        return node

    def visit_Set(self, node: ast.Set) -> ast.expr:
        if len(node.elts) == 1 and _is_ellipsis(node.elts[0]):
            return ast.copy_location(ast.Dict(keys=[], values=[]), node)
        return node


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def compiled(snippet: Snippet, fill: Fill, page: Path) -> tuple[CodeType, set[str]]:
    """Compile an example (top-level `await` included) and give the names that it uses without having made them."""
    tree = _Filled(fill).visit(ast.parse(snippet.source))
    ast.increment_lineno(ast.fix_missing_locations(tree), snippet.line - 1)
    code = compile(tree, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    made = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    made |= {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    used = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return code, used - made


def run(code: CodeType, namespace: dict[str, Any], client: Any = None) -> None:
    """Run compiled code; code that awaits gets an event loop, in which a client at hand is closed."""
    if not code.co_flags & inspect.CO_COROUTINE:
        exec(code, namespace)
        return

    async def awaited() -> None:
        try:
            await eval(code, namespace)
        finally:
            if client is not None:
                await client.aclose()

    asyncio.run(awaited())
