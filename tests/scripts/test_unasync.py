"""Sync modules are derived token by token, and any difference from them is seen."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from veneer_codegen import unasync

if TYPE_CHECKING:
    from pathlib import Path

TWIN = unasync.Twin("pkg/_async", "pkg/_sync")

EVERY_RULE = '''
"""Drive an `AsyncClient`: async with, then `await client.call(page)` and aclose."""
from collections.abc import AsyncIterator, Iterator
from veneer._async.pager import AsyncPager
from veneer._io import async_sleep

import httpx

__all__ = ["AsyncClient"]


class _AsyncBody(httpx.AsyncByteStream): ...


class AsyncClient:
    async def __aenter__(self): return self
    engines = PerLoop()
    async def __aexit__(self, *exc): await self.aclose()
    async def aclose(self):
        """Close it; prose may await its end."""
        await async_sleep(0, async_=True)
    def __aiter__(self): return self
    async def __anext__(self):
        try:
            return await anext(aiter(self))
        except StopAsyncIteration:
            raise RuntimeError("AsyncClient is closed, await it") from None
    async def run_async(self, response):
        async with response as r:
            data = await r.text_async()
        async for part in response.aiter_bytes(): data += part
        return [x async for x in await self.transport.handle_async_request(data)]
'''


def sync(source: str) -> str:
    return unasync.sync_source(textwrap.dedent(source), Counter())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pkg/_async/inner").mkdir(parents=True)
    (tmp_path / "pkg/_async/client.py").write_text(EVERY_RULE)
    (tmp_path / "pkg/_async/inner/note.py").write_text("VALUE = 1\n")
    unasync.write(tmp_path, [TWIN])
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("async def f(): return await g()", "def f(): return g()"),
        ("x = [await y for y in z]", "x = [y for y in z]"),
        ("async with a as b, c: ...", "with a as b, c: ..."),
        ("async for x in AsyncPager(): ...", "for x in Pager(): ..."),
        ("class _AsyncBody: ...", "class _Body: ..."),
        ("await async_sleep(1)", "sleep(1)"),
        ("call(async_=True)", "call(async_=True)"),
        ("client.run_async()", "client.run()"),
        ("from veneer._async.client import AsyncClient", "from veneer._sync.client import Client"),
        ("asynchronous = Asyncable", "asynchronous = Asyncable"),
        ('__all__ = ["AsyncClient", "Page"]', '__all__ = ["Client", "Page"]'),
        (
            'raise X("await it: aclose and async with stay")',
            'raise X("await it: aclose and async with stay")',
        ),
        ('"""Say `await client.call(x)`, then aclose."""', '"""Say `client.call(x)`, then close."""'),
        ("# async comments stay", "# async comments stay"),
        ("ü = await f('é')  # ß", "ü = f('é')  # ß"),
    ],
)
def test_each_rule_changes_what_it_names_and_nothing_else(before: str, after: str) -> None:
    assert sync(before) == after


def test_an_await_before_a_line_break_leaves_the_break() -> None:
    assert sync("x = (await\n     f())\n") == "x = (\n     f())\n"


@pytest.mark.parametrize("source", ['f"{await f()}"', 'f"AsyncClient {x}"', 'f"{self.aclose}"'])
def test_an_fstring_that_would_have_to_change_is_refused_with_its_line(source: str) -> None:
    with pytest.raises(unasync.CannotDeriveError, match=r"line 2.*before the f-string"):
        sync("async def f():\n  return " + source)


def test_an_fstring_that_need_not_change_is_kept() -> None:
    assert sync('f"{type(self).__name__} {x!r:>{width}}"') == 'f"{type(self).__name__} {x!r:>{width}}"'


def test_the_twin_names_its_source_and_runs_without_a_loop(project: Path) -> None:
    text = (project / "pkg/_sync/client.py").read_text()
    assert text.startswith(
        "# Derived from pkg/_async/client.py by scripts/unasync.py: edit that file, not this one.\n"
    )
    assert "async" not in text.replace("_async", "").replace("async_=", "").split("\n", 1)[1]
    assert "from collections.abc import Iterator\n" in text, "imports that become equal are merged"


def test_a_current_twin_has_no_differences_and_every_rule_is_used(project: Path) -> None:
    assert unasync.compare(project, [TWIN]) == []


def test_writing_twice_changes_nothing(project: Path) -> None:
    assert unasync.write(project, [TWIN]) == []


@pytest.mark.parametrize(
    ("name", "edit", "problem"),
    [
        ("appended line", lambda text: text + "\n", "text added or cut at the end"),
        ("cut tail", lambda text: text[: text.rindex("return")], "line 4"),
        ("one byte", lambda text: text.replace("Client", "client", 1), "line 3"),
    ],
)
def test_an_edit_anywhere_in_a_twin_is_named(project: Path, name: str, edit: object, problem: str) -> None:
    path = project / "pkg/_sync/client.py"
    assert callable(edit)
    path.write_text(edit(path.read_text()))
    (found,) = unasync.compare(project, [TWIN])
    assert found.startswith("pkg/_sync/client.py: "), name
    assert problem in found


def test_a_missing_and_a_left_over_file_are_named(project: Path) -> None:
    (project / "pkg/_sync/inner/note.py").unlink()
    (project / "pkg/_sync/extra.bin").write_bytes(b"\xff")
    assert unasync.compare(project, [TWIN]) == [
        "pkg/_sync/extra.bin: it has no source (left over or added by hand)",
        "pkg/_sync/inner/note.py: missing",
    ]
    assert len(unasync.write(project, [TWIN])) == 2
    assert unasync.compare(project, [TWIN]) == []


def test_a_rule_that_matches_nothing_fails(project: Path) -> None:
    (project / "pkg/_async/client.py").write_text(EVERY_RULE.replace("aiter_bytes", "iter"))
    unasync.write(project, [TWIN])
    assert unasync.compare(project, [TWIN]) == ["unasync rule 'aiter_bytes' matches nothing: remove it"]


def test_a_source_that_is_not_python_is_named_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "overlay/veneer/_async").mkdir(parents=True)
    (project / "overlay/veneer/_async/broken.py").write_text("def (")
    assert unasync.main([], root=project) == 1
    assert "overlay/veneer/_async/broken.py" in capsys.readouterr().out
    assert not (project / "overlay/veneer/_sync").exists()
