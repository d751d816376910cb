"""Every Python example of the platforms' own pages runs against the sandbox with only the package root of its imports replaced.

The pages are not ours: they are read where they stand, beside the project, and nothing of them is copied. Where they are absent, these tests say so.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import itertools
import logging
import re
import shlex
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from platforms.seed_kit import REPAIRS, ROOTS, Fill, Snippet, compiled, find, run
from veneer.hestiaos import AsyncClient
from veneer.sandbox import Sandbox
from veneer.velerian import VelerianClient

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
PLATFORMS = ["hybridb", "hestiaos", "velerian", "aerostack"]
pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the platforms' pages are not here (../shared/seeds)"
)

# What a reader of a page has at hand although the page does not make it.
AT_HAND: Mapping[str, Callable[[], dict[str, Any]]] = {
    "hybridb": dict,
    "hestiaos": lambda: {"client": AsyncClient()},
    "velerian": lambda: {"client": VelerianClient(), "abp_id": "abp_demo"},
    "aerostack": lambda: {name: getattr(typing, name) for name in ("Any", "Optional", "Union")},
}


def addresses(sandbox: Sandbox) -> dict[str, str]:
    """Where the pages' addresses are on this machine."""
    return {
        "http://localhost:8000": sandbox.base_urls["hestiaos"],
        "http://localhost:8787/v1": sandbox.base_urls["aerostack"],
    }


# -- what examples define is called too ----------------------------------------------------------------------------


def wrappers(made: Mapping[str, Any]) -> None:
    decision = made["request_decision"]("payment.authorize", "payment.initiate", {"amount": 1}, "seed-d")
    execution = made["trigger_pipeline"](
        "payment.execute.standard", {"amount": 1}, decision["decisionId"], "seed-e"
    )
    assert made["rollback"](execution["id"], "user_request")["status"] == "rolled_back"


def payment(made: Mapping[str, Any]) -> None:
    done = made["process_payment"]("alice", 120, "1001")
    assert done["status"] == "success"
    assert made["reverse_payment"](done["execution_id"]) == {"reversed": True}
    assert made["process_payment"]("mallory", 120, "1002")["status"] == "blocked"


def decision_in_a_task(made: Mapping[str, Any]) -> None:
    asked = made["request_decision_async"]("payment.authorize", "payment.initiate", {"amount": 1})
    assert asyncio.run(asked)["outcome"] == "approved"


def both_mains(made: Mapping[str, Any]) -> None:
    made["main"]()
    asyncio.run(made["amain"]())


def wrapped_client(made: Mapping[str, Any]) -> None:
    async def chat() -> None:
        async with httpx.AsyncClient() as inner, made["SDK"](async_client=made["CustomClient"](inner)) as sdk:
            await sdk.ai.ai_chat_async(request={"messages": [{}]})

    asyncio.run(chat())


CALLS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "request_decision": wrappers,
    "trigger_pipeline": wrappers,
    "rollback": wrappers,
    "process_payment": payment,
    "reverse_payment": payment,
    "request_decision_async": decision_in_a_task,
    "main": both_mains,
    "amain": both_mains,
    "CustomClient": wrapped_client,
}


def defined(snippet: Snippet) -> set[str]:
    """Give the public functions and classes that an example defines and does not call itself."""
    tree = ast.parse(snippet.source)
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = {node.name for node in tree.body if isinstance(node, kinds)} - called
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return {name for name in functions | classes if not name.startswith("_")}


# -- the runs ------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A reader's machine: the environment that the pages ask for, a file to upload, an empty folder, logging as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example.file").write_bytes(b"\xff\xd8 not really a JPEG")
    monkeypatch.setenv("VELERIAN_ABP_ID", "abp_demo")
    monkeypatch.setenv("AEROSTACK_SERVER_URL", sandbox.base_urls["aerostack"])
    monkeypatch.setattr(
        "veneer_generated.aerostack.client.SDK._servers", (sandbox.base_urls["aerostack"],) * 2
    )
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield sandbox
    root.handlers[:], root.level = handlers, level


def close(made: Mapping[str, Any]) -> None:
    """Close what an example left open."""
    for value in made.values():
        if inspect.isclass(value) or inspect.ismodule(value):
            continue
        if callable(getattr(value, "aclose", None)) and not callable(getattr(value, "close", None)):
            asyncio.run(value.aclose())
        elif callable(getattr(value, "close", None)) and not inspect.isgenerator(value):
            value.close()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_example_of_a_page_runs(
    platform: str, reader: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    page = SEEDS / f"{platform}.txt"
    snippets = find(page.read_text(encoding="utf-8"))
    fill = Fill(addresses(reader), reader.keys[platform], reader.base_urls[platform])
    files = contextlib.ExitStack()  # the pages leave their files open
    known: dict[str, Any] = {"open": lambda *given: files.enter_context(open(*given))}  # noqa: PTH123, SIM115
    for snippet in snippets:
        code, missing = compiled(snippet, fill, page)
        known |= {name: value for name, value in AT_HAND[platform]().items() if name in missing}
        client = known.get("client") if "client" in missing else None
        with contextlib.redirect_stdout(io.StringIO()):
            run(code, known, client)
            for call in dict.fromkeys(CALLS[name] for name in sorted(defined(snippet))):
                call(known)
        close({name: value for name, value in known.items() if not name.startswith("__")})
    files.close()
    repaired = [reason for wrong, _, reason in REPAIRS if re.search(wrong, page.read_text(encoding="utf-8"))]
    with capsys.disabled():
        where = ", ".join(str(snippet.line) for snippet in snippets)
        print(
            f"\nseeds: {platform}: {len(snippets)} Python examples run, none skipped (lines {where})", end=""
        )
        for reason in repaired:
            print(f"\nseeds: {platform}: repaired: {reason}", end="")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_line_that_imports_the_package_is_left_out(platform: str) -> None:
    text = (SEEDS / f"{platform}.txt").read_text(encoding="utf-8")
    covered = {
        number
        for snippet in find(text)
        for number in range(snippet.line, snippet.line + snippet.source.count("\n") + 1)
    }
    imports = re.compile(rf"(?:^|\")(?:from|import) (?:{'|'.join(ROOTS)})\b")
    asked = {number for number, line in enumerate(text.splitlines(), 1) if imports.search(line)}
    assert asked
    assert asked - covered == set()


def commands() -> list[str]:
    """Give the lines of the page that call the `hestiaos` command: each stands below a comment."""
    lines = (SEEDS / "hestiaos.txt").read_text(encoding="utf-8").splitlines() if SEEDS.is_dir() else []
    return [
        line
        for above, line in itertools.pairwise(lines)
        if above.startswith("#") and line.startswith("hestiaos ")
    ]


@pytest.mark.parametrize("line", commands())
def test_every_command_line_of_the_page_runs(line: str, reader: Sandbox) -> None:
    command = line.partition("|")[0]
    for address, here in addresses(reader).items():
        command = command.replace(address, here)
    script = "import sys; from veneer_cli import hestiaos; sys.exit(hestiaos())"
    ran = subprocess.run(
        [sys.executable, "-c", script, *shlex.split(command)[1:]],
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ran.stdout.strip()
