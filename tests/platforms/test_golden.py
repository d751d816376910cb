"""The public surface of the four SDKs, and every request that their methods put on the wire, are as they were.

`UPDATE=1 python -m pytest tests/platforms/test_golden.py` writes both anew: what changes is a line of the commit.
"""

from __future__ import annotations

import difflib
import enum
import importlib
import inspect
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from platforms import test_flavours, test_twins
from platforms.test_coverage import made
from veneer.sandbox import Sandbox

GOLDEN = Path(__file__).parent / "golden"
PLATFORMS = ["hybridb", "hestiaos", "velerian", "aerostack"]
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_BOUNDARY = re.compile(r"(?:boundary=|--)[0-9a-f]{32}")
_ADDRESS = re.compile(r"127\.0\.0\.1:\d+")


def compare(name: str, text: str) -> None:
    """Hold a text against the file of that name; says what differs."""
    file = GOLDEN / name
    if os.environ.get("UPDATE"):
        file.write_text(text, encoding="utf-8")
    before = file.read_text(encoding="utf-8").splitlines()
    assert list(difflib.unified_diff(before, text.splitlines(), "before", "now", "", "", 0, "")) == []


# -- the surface -----------------------------------------------------------------------------------------------


def surface(platform: str) -> Iterator[str]:
    """Every public name of a platform's package; of each class its public members, each with the first line of its docstring."""
    package = importlib.import_module(f"veneer.{platform}")
    for name in sorted(package.__all__):
        yield from described(f"{platform}.{name}", getattr(package, name), set())


def described(path: str, value: Any, above: set[Any]) -> Iterator[str]:
    if inspect.isclass(value) and value.__module__.partition(".")[0].startswith("veneer"):
        yield f"{path}{signature(value)}{doc(value)}"
        if issubclass(value, BaseException) or value in above:
            return
        # A field without a default is no attribute of a class without slots.
        for name in sorted({*dir(value), *getattr(value, "__dataclass_fields__", ())}):
            if not name.startswith("_"):
                yield from member(f"{path}.{name}", value, name, above | {value})
    elif inspect.isfunction(value):
        yield f"{path}{signature(value)}{doc(value)}"
    else:
        yield path


def member(path: str, owner: type[Any], name: str, above: set[Any]) -> Iterator[str]:
    found = inspect.getattr_static(owner, name, None)
    if any(name in vars(base) for base in owner.__mro__ if base.__module__ in _SHELL):
        return  # a client's own: they are the library's, and the same everywhere
    getter = getattr(found, "fget", None) or getattr(found, "func", None)
    function = getattr(found, "__func__", found)
    if getter is not None:
        yield f"{path}: {annotation(getter)}{doc(getter)}"
        space = namespace(getter)
        if space is not None:
            for one in sorted(dir(space)):
                if not one.startswith("_"):
                    yield from member(f"{path}.{one}", space, one, above)
    elif inspect.isfunction(function):
        yield f"{path}{signature(function)}{doc(function)}"
    else:
        yield path


_SHELL = {"veneer._async.client", "veneer._sync.client"}


def namespace(getter: Any) -> Any:
    """The class of a namespace: named in an annotation for type checkers only, and imported by the getter."""
    name = str(getter.__annotations__.get("return", ""))
    source = inspect.getsource(getter)
    home = re.search(rf"from (\S+) import .*\b{re.escape(name)}\b", source)
    return getattr(importlib.import_module(home[1]), name) if home else None


def annotation(function: Any) -> str:
    return str(function.__annotations__.get("return", ""))


def signature(value: Any) -> str:
    if isinstance(value, enum.EnumMeta):
        return "(value)"  # what `inspect` says of enums is another thing in each Python
    try:
        return str(inspect.signature(value)).replace("'", "")
    except ValueError:
        return ""


def doc(value: Any) -> str:
    first = (inspect.getdoc(value) or "").partition("\n")[0]
    return f"  # {first}" if first else ""


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_public_surface_is_as_it_was(platform: str) -> None:
    compare(f"{platform}-surface.txt", "\n".join(surface(platform)) + "\n")


# -- the requests ----------------------------------------------------------------------------------------------


class Recorded:
    """The methods called, each with what it sent."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, method: str) -> None:
        self.lines.append(method)

    def hear(self, request: Any) -> None:
        headers = "".join(
            f" {name}={shown(value)}"
            for name, value in sorted(request.headers.items())
            if name not in {"host", "user-agent", "content-length", "accept-encoding", "connection"}
        )
        body = body_of(request)
        self.lines.append(
            f"  {request.method} {shown(request.url.raw_path.decode())}{headers}"
            + (f"\n    {body}" if body else "")
        )


def body_of(request: Any) -> str:
    if "multipart" in request.headers.get("content-type", ""):
        parts = getattr(request.stream, "_body", request.stream)  # in tasks, below what measures it
        return shown(repr(b"".join(parts)))
    content = request.content if hasattr(request, "_content") else b"(pieces)"
    try:
        return shown(json.dumps(json.loads(content), sort_keys=True)) if content else ""
    except ValueError:
        return repr(content)


def shown(text: str) -> str:
    text = _ADDRESS.sub("127.0.0.1", _UUID.sub("<uuid>", text))
    return _BOUNDARY.sub("<boundary>", text)


def sessions(client: Any) -> list[Any]:
    inner = [getattr(client, name, None) for name in ("_client", "_async_client")]
    return [one._session for one in inner if hasattr(one, "_session")] or [client._session]


@pytest.mark.anyio
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_request_is_as_it_was(platform: str, sandbox: Sandbox) -> None:
    drive: Any = test_twins if platform in test_twins.SCENARIOS else test_flavours
    client, async_client, steps = made(platform)
    threads, tasks = Recorded(), Recorded()
    for one, recorded in ((client, threads), (async_client, tasks)):
        for session in sessions(one):
            session.on_request = (recorded.hear,)
    drive.in_threads(client, steps, threads)
    sandbox.reset()
    await drive.in_tasks(async_client, steps, tasks)
    assert threads.lines == tasks.lines
    compare(f"{platform}-requests.txt", "\n".join(threads.lines) + "\n")
