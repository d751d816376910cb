"""Every operation of every contract is reached by a method, in threads and in tasks, and by the command line; docs/coverage.md is that list.

`make coverage` writes the page anew.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from platforms import test_flavours, test_twins
from veneer.sandbox import Sandbox
from veneer_cli.service import PLATFORMS as SERVICES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "coverage.md"
TITLES = {"hybridb": "hybriDB", "hestiaos": "HestiaOS", "velerian": "Velerian", "aerostack": "Aerostack"}
ANY_ROUTE = {"get", "post", "delete", "request", "paginate", "iter_paginated"}
HEAD = """\
# Coverage

Every operation of the four contracts: the methods that send it, and its command. `async:` gives
the methods of the async client where they have other names. Methods for any route are left out.
The methods are what a run of all of them sent to the sandbox. A command is
`veneer hybridb call get_health`.

`make coverage` writes this page; the tests fail while it is out of date.
"""


class Trail:
    """The methods called, each under the operations that it reached, by the sandbox's journal."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._seen = 0
        self._method = ""
        self._reached: dict[str, dict[str, None]] = {}

    def add(self, method: str) -> None:
        """Note the method that is called next."""
        self._look()
        self._method = method

    def reached(self) -> dict[str, dict[str, None]]:
        """Give the methods of each operation, in the order of their first call."""
        self._look()
        return self._reached

    def _look(self) -> None:
        for entry in self._sandbox.journal(self._seen, origin="api"):
            if self._method not in ANY_ROUTE:
                self._reached.setdefault(entry["operation"], {})[self._method] = None
            self._seen = entry["n"]


async def walked(platform: str, sandbox: Sandbox) -> tuple[dict[str, Any], dict[str, Any]]:
    """Call every method of a platform, in threads and then in tasks; give the methods by operation."""
    drive: Any = test_twins if platform in test_twins.SCENARIOS else test_flavours
    client, async_client, steps = made(platform)
    sandbox.reset()
    threads = Trail(sandbox)
    drive.in_threads(client, steps, threads)
    by_threads = threads.reached()
    sandbox.reset()
    tasks = Trail(sandbox)
    await drive.in_tasks(async_client, steps, tasks)
    return by_threads, {
        operation: {suffixed(async_client, method): None for method in methods}
        for operation, methods in tasks.reached().items()
    }


def made(platform: str) -> tuple[Any, Any, Any]:
    """Make both clients of a platform; give them and what is done with them."""
    if platform in test_twins.SCENARIOS:
        client, async_client, steps, _ = test_twins.SCENARIOS[platform]
        return client(), async_client(), steps
    make, steps = test_flavours.SCENARIOS[platform]
    return *make()[:2], steps


def suffixed(client: Any, method: str) -> str:
    """Give a method's name in tasks, where that has a suffix."""
    found = client
    for name in method.split(".")[:-1]:
        found = getattr(found, name)
    return f"{method}_async" if hasattr(found, f"{method.rpartition('.')[2]}_async") else method


def section(platform: str, threads: dict[str, Any], tasks: dict[str, Any]) -> Iterator[str]:
    """Write a platform's list; raises KeyError for an operation that nothing has reached."""
    yield f"\n## {TITLES[platform]}\n\n"
    for operation in SERVICES[platform].contract.operations:
        sync, other = (
            ", ".join(f"`{method}`" for method in flavour[operation.name]) for flavour in (threads, tasks)
        )
        line = f"- {operation.method} {operation.path}: {sync}"
        line += f"; async: {other}" if other != sync else ""
        line += f"; command: `{operation.name}`"
        yield textwrap.fill(line, 98, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        yield "\n"


@pytest.mark.anyio
async def test_every_operation_is_reached_and_the_page_says_by_what(sandbox: Sandbox) -> None:
    page = HEAD
    for platform in TITLES:
        page += "".join(section(platform, *await walked(platform, sandbox)))
    if os.environ.get("UPDATE"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8")
