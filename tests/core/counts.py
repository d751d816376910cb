"""Count what a call, a model and a first call cost, and compare with `counts.toml`: `make counts`.

Counts do not move with the load of the machine. They do with CPython's minor versions, so the table
has a section for each, and with releases of dependencies: they hold for those of requirements.lock.
Every count is made in a process of its own, from which the optional packages are shut out but for
those that the row is about, so that it is the same whatever is installed and whatever ran before.
"""

from __future__ import annotations

import asyncio
import cProfile
import gc
import importlib.util
import json
import os
import pstats
import socketserver
import subprocess
import sys
import threading
import tomllib
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_suffix(".toml")
VERSION = "{}.{}".format(*sys.version_info)
HEAD = "# What each subject of counts.py takes, by Python's minor version. Written by `make counts`.\n"
TOLERANCE = 0.02
"""The share by which a count may differ from its row."""

FLAVOURS = {"default": (), "fast": ("httptools", "msgspec", "orjson"), "opentelemetry": ("opentelemetry",)}
"""The optional packages that calls are counted with: none, the extra `fast`, a loaded OpenTelemetry."""
OPTIONAL = {"brotli", "click", "h2", "rich", "sniffio", "socksio", "trio", "zstandard"}.union(
    *FLAVOURS.values()
)

FIRST = {
    "aerostack": "with sdk.SDK('k', server_url=URL) as one: one.cache.cache_get(request={'key': 'x'})",
    "hestiaos": "with sdk.Client(URL, api_key='k') as client: client.health()",
    "hybridb": "with sdk.HybriDBClient(URL, api_key='k') as client: client.get_decision('1')",
    "velerian": "with sdk.VelerianClient(URL, api_key='k') as client: client.list_plans()",
    "velerian async": "async with sdk.AsyncVelerianClient(URL, api_key='k') as client: await client.list_plans()",
}
"""A call for each platform, from a process that has made none."""

ANSWERS = {
    "/api/v2/plans": b"[]",
    "/api/v1/decisions/1": b'{"success":true,"data":{"decisionId":"1","outcome":"approved"}}',
    "/api/v1/health": b'{"status":"up","version":"1","uptime_seconds":1.0}',
    "/cache/get": b'{"exists":false}',
}
ENTRY = (
    '{"id":"aud_0123456789","created_at":"2026-11-01T12:00:00+00:00","action":"abp.invoke","resource_kind":"abp",'
    '"resource_id":"abp_demo","actor_user_id":"user_ada","details":{"n":1,"outcome":"allowed"}}'
)
PAGE = f'{{"items":[{",".join([ENTRY] * 100)}],"limit":100,"offset":0,"total":100}}'
CHUNK = (
    '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"m-1",'
    '"choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}'
)


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while request := self.request.recv(65536):  # one packet each, head and body
            path = request.split()[1].decode().partition("?")[0]
            body = ANSWERS.get(path, b'{"id":"plan_1","name":"Standard","seats":5}')
            head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            self.request.sendall(head % len(body) + body)


@contextmanager
def server() -> Iterator[str]:
    """Run a server that answers at once and keeps nothing; its base URL."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as listener:
        listener.daemon_threads = True
        threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.server_address[1]}"
        listener.shutdown()


def printed(program: str, url: str = "", packages: tuple[str, ...] = ()) -> str:
    """Return what a program prints in a process that has only these of the optional packages.

    The program finds the server's URL as `URL`.
    """
    hide = f"import sys\nfor name in {sorted(OPTIONAL - set(packages))}: sys.modules[name] = None"
    done = subprocess.run(
        [sys.executable, "-c", f"{hide}\nURL = {url!r}\n{program}"],
        capture_output=True, text=True, check=False, timeout=120, env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- in a process of its own -------------------------------------------------------------------------------------------


def python_calls(subject: Callable[[], object]) -> int:
    """Count the calls of Python and C functions in one warm run, the least of a few."""
    subject()
    counts = []
    for _ in range(5):
        gc.collect()
        gc.disable()  # so that nobody else's finalizers run meanwhile
        profile = cProfile.Profile()
        profile.enable()
        subject()
        profile.disable()
        gc.enable()
        counts.append(int(pstats.Stats(profile).total_calls))  # type: ignore[attr-defined]  # typeshed lacks it
    return min(counts)


def bytes_kept(make: Callable[[], object]) -> int:
    """Count the bytes that ten of something keep, beyond those that the first ones keep."""
    make()
    tracemalloc.start()
    make()
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    held = [make() for _ in range(10)]
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(held) == 10
    return after - before


def count_calls(url: str, flavour: str) -> dict[str, int]:
    """Count warm calls and an event of a typed chat."""
    from core.kit import KEY, endpoint
    from veneer import AsyncClient, Client
    from veneer._core import jsontext
    from veneer._core.sse import Decoder
    from veneer._core.stream_reader import StreamReader, Terminator
    from veneer_generated.aerostack.models import ChatCompletionChunk

    jsontext.loads(jsontext.dumps("x" * jsontext.WORTH_BYTES))  # what reads and writes JSON is loaded then
    if flavour == "opentelemetry":
        importlib.import_module("opentelemetry.trace")
    engine: Any = "fast" if flavour == "fast" else "default"
    get, post = endpoint("get", "/items/{item}"), endpoint("post", "/items")
    calls: dict[str, Callable[[Any], Any]] = {
        "GET": lambda client: client.request("GET", "/small", params={"a": "1"}),
        "POST": lambda client: client.request("POST", "/small", json={"name": "x"}),
        "operation GET": lambda client: client.call(get, "1"),
        "operation POST": lambda client: client.call(post, body={"name": "x"}),
    }
    with Client(url, api_key=KEY, engine=engine) as client:
        found = {f"calls: {name}, sync": python_calls(partial(call, client)) for name, call in calls.items()}
        found["calls: JSON of an answer"] = python_calls(client.request("GET", "/small").json)
    with asyncio.Runner() as runner:
        tasks = AsyncClient(url, api_key=KEY, engine=engine)

        async def awaited(call: Callable[[Any], Any]) -> None:
            await call(tasks)

        for name, call in calls.items():
            found[f"calls: {name}, async"] = python_calls(
                lambda call=call: runner.run(awaited(call))  # type: ignore[misc]  # PEP 484 has no default for lambdas
            )
        runner.run(tasks.aclose())

    reader = StreamReader(Decoder(), Terminator.of("[DONE]"))
    event = f"data: {CHUNK}\n\n".encode()
    found["calls: event of a typed chat"] = python_calls(
        lambda: [ChatCompletionChunk.from_dict(one.json()) for one in reader.feed(event)]
    )
    return {f"{name}, {flavour}": count for name, count in found.items()}


def count_models() -> dict[str, int]:
    """Count models from JSON and back."""
    from veneer_generated.aerostack.models import ChatCompletionChunk
    from veneer_generated.velerian.models import AuditPage

    page, chunk = json.loads(PAGE), json.loads(CHUNK)
    return {
        "bytes: ten pages of models": bytes_kept(lambda: AuditPage.from_dict(json.loads(PAGE))),
        "calls: read a page of models": python_calls(lambda: AuditPage.from_dict(page)),
        "calls: read a model of a chat": python_calls(lambda: ChatCompletionChunk.from_dict(chunk)),
        "calls: write a page of models": python_calls(AuditPage.from_dict(page).to_dict),
    }


DEFINED = """
own = {name: module for name, module in sys.modules.items() if name.startswith("veneer")}
types = {value for module in own.values() for value in vars(module).values() if isinstance(value, type)}
written = [type(vars(value).get("__dataclass_params__")).__name__ == "_DataclassParams" for value in types if value.__module__ in own]
print(len(own), sum(written))
"""
"""A dataclass takes a third of a millisecond to define, as long as three small modules take to load."""


# -- beside them -------------------------------------------------------------------------------------------------------


def first_call(name: str) -> str:
    """Return a program that makes this one of the first calls."""
    head = f"import veneer.{name.partition(' ')[0]} as sdk\n"
    if not name.endswith("async"):
        return head + FIRST[name]
    return f"{head}import asyncio\nasync def main():\n    {FIRST[name]}\nasyncio.run(main())"


def count() -> dict[str, int]:
    """Count every subject whose packages are installed."""
    worker = f"import json\nsys.path.insert(0, {str(TABLE.parents[1])!r})\nfrom core import counts\n"
    found: dict[str, int] = json.loads(printed(f"{worker}print(json.dumps(counts.count_models()))"))
    with server() as url:
        for flavour, packages in FLAVOURS.items():
            if not missing(flavour):
                program = f"{worker}print(json.dumps(counts.count_calls(URL, {flavour!r})))"
                found |= json.loads(printed(program, url, packages))
        for name in FIRST:
            modules, dataclasses = map(int, printed(f"{first_call(name)}\n{DEFINED}", url).split())
            found[f"modules: first call, {name}"] = modules
            found[f"dataclasses: first call, {name}"] = dataclasses
    return found


def missing(subject: str) -> list[str]:
    """Return the packages that a subject is about and that are not installed."""
    packages = FLAVOURS.get(subject.rpartition(", ")[2], ())
    return [name for name in packages if importlib.util.find_spec(name) is None]


def read() -> dict[str, dict[str, int]]:
    """Return the table: for each minor version of Python, the count of each subject."""
    return tomllib.loads(TABLE.read_text()) if TABLE.exists() else {}


def complaint(subject: str, before: int, now: int) -> str | None:
    """Return what is wrong with a count, None where it is within the tolerance of its row."""
    figures = f"{subject}: {before:,} before, {now:,} now, on Python {VERSION}."
    if now > before * (1 + TOLERANCE):
        return f"{figures} Take out what costs more; where it is worth it, `make counts` writes it down."
    if now < before * (1 - TOLERANCE):
        return f"{figures} That is better: hold it by `make counts`, which writes it down."
    return None


def write(now: dict[str, int]) -> None:
    """Write this version's section anew and print what differs.

    What is not counted for want of a package keeps its row; what nothing counts any more has none.
    """
    table = read()
    before = table.setdefault(VERSION, {})
    table[VERSION] = before | now
    for version, rows in table.items():
        table[version] = {name: rows[name] for name in sorted(rows) if name in now or missing(name)}
    after = table[VERSION]
    changed = sorted(name for name in before.keys() | after if before.get(name) != after.get(name))
    print(f"{len(changed)} of {len(after)} rows of Python {VERSION} changed{':' if changed else '.'}")
    for name in changed:
        print(f"{name:44} {before.get(name, '–'):>9} → {after.get(name, '–'):>9}")
    for reason in sorted({f"{' and '.join(missing(name))} not installed" for name in after.keys() - now}):
        print(f"Rows kept, not counted: {reason}.")
    sections = [
        f'\n["{version}"]\n' + "".join(f'"{name}" = {value}\n' for name, value in rows.items())
        for version, rows in sorted(table.items(), key=lambda item: int(item[0].partition(".")[2]))
    ]
    TABLE.write_text(HEAD + "".join(sections))


if __name__ == "__main__":
    write(count())
