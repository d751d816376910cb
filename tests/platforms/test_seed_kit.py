"""Examples are found in pages that were copied as text: among prose, without fences, even without their indentation."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from platforms.seed_kit import Fill, Snippet, compiled, find, run

PAGE = """\
Install

pip install thing
# or
pip install -e .

Usage

python
import os

def twice(n: int) -> int:
    # comment

    return 2 * n

Async (fast)

Size: 16 kB
VelerianError other anything else
from math import pi
print(pi)

A sentence, then a label:

Source

$ python -c "from math import tau; print(tau)"
"""

FLAT = """\
Some words.
# Example
from thing import open_it, Base
with open_it(
name="x",
) as it:
res = None
try:
res = it.go(a=1)
# Handle
print(res)
except ValueError as e:
print(e)
if res:
print(res)
The next sentence ends it.
import abc
class Mine(Base):
value: int
def __init__(self, value: int):
self.value = value
async def go(self):
return await self.value
made = Mine(1)
Notes
from thing import run
async def main():
async with run() as it:
# nothing yet
def other():
return 1
asyncio.run(main())
"""

FILL = Fill({"http://old.test": "http://new.test"}, "the-key", "http://base.test")


def test_examples_are_told_from_prose_labels_and_shell() -> None:
    found = find(PAGE)
    assert [snippet.line for snippet in found] == [10, 21, 28]
    assert [type(node).__name__ for node in ast.parse(found[0].source).body] == ["Import", "FunctionDef"]
    assert found[1].source == "from math import pi\nprint(pi)"
    assert found[2].source == "from math import tau; print(tau)"


def test_lost_indentation_is_given_back() -> None:
    first, second, third = find(FLAT)
    assert [node.lineno for node in ast.walk(ast.parse(first.source)) if isinstance(node, ast.If)] == [12]
    block = ast.parse(first.source).body[1]
    assert isinstance(block, ast.With)
    assert [type(node).__name__ for node in block.body] == ["Assign", "Try"]
    kinds = [type(node).__name__ for node in ast.parse(second.source).body]
    assert kinds == ["Import", "ClassDef", "Assign"]
    mine = ast.parse(second.source).body[1]
    assert isinstance(mine, ast.ClassDef)
    assert [type(node).__name__ for node in mine.body] == ["AnnAssign", "FunctionDef", "AsyncFunctionDef"]
    kinds = [type(node).__name__ for node in ast.parse(third.source).body]
    assert kinds == ["ImportFrom", "AsyncFunctionDef", "FunctionDef", "Expr"]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x = 'http://old.test'", "http://new.test"),
        ("x = '<YOUR_KEY_HERE>'", "the-key"),
        ("x = dict(api_key=...)['api_key']", "the-key"),
        ("x = dict(base_url=...)['base_url']", "http://base.test"),
        ("x = {...}", {}),
        ("x = {1, 2}", {1, 2}),
        ("from veneer import Client as x", "Client"),
        ("from velerian_sdk import VelerianError as x", "VelerianError"),
        ("import asyncio\nx = await asyncio.sleep(0, 'awaited')", "awaited"),
    ],
)
def test_only_import_roots_addresses_and_placeholders_are_filled(source: str, value: object) -> None:
    code, missing = compiled(Snippet(1, source), FILL, Path("page.txt"))
    names: dict[str, object] = {}
    run(code, names)
    assert getattr(names["x"], "__name__", names["x"]) == value
    assert missing <= {"dict"}
