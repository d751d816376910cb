"""What `make bench` measures: the workloads, who does each, and the targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from environments import PINS
from runner import FAST, Place, Row, Size, Target, Workload

KEY: Final = "key-for-the-bench"
LEAN = Place()
PLAIN = Place(hidden=FAST)
SNIFFIO = "httpx, with sniffio"
VENEER, BOTH = "veneer", "veneer[fast]"
MODELS, BOTH_MODELS = "veneer, models", "veneer[fast], models"
RAW, STOCK = "raw socket", "stock generated client"
OPENAI, HTTPX_SSE, VELERIAN = "openai==3.54.0", "httpx-sse==0.4.3", f"velerian-sdk=={PINS['velerian-sdk']}"
UVLOOP = "uvloop==0.23.0"

#: The compared clients: how `subjects.py` calls them, and where. Pinned, as another version is another comparison.
CLIENTS: Final[dict[str, tuple[str, Place]]] = {
    "httpx": ("httpx", LEAN),
    SNIFFIO: ("httpx", Place(("sniffio==1.3.1",))),
    "httpx2": ("httpx2", Place(("httpx2==2.16.2",))),
    "urllib3": ("urllib3", Place(("urllib3==2.8.0",))),
    "requests": ("requests", Place(("requests==2.34.2",))),
    "niquests": ("niquests", Place(("niquests==3.21.2",))),
    "aiohttp": ("aiohttp", Place(("aiohttp==3.14.5",))),
    "pyreqwest": ("pyreqwest", Place(("pyreqwest==0.15.1",))),
    VENEER: ("veneer", PLAIN),
    BOTH: ("veneer", LEAN),
    MODELS: ("models", PLAIN),
    BOTH_MODELS: ("models", LEAN),
    STOCK: ("stock", Place(stock=True)),
    RAW: ("raw", LEAN),
}
OURS: Final = (VENEER, BOTH, MODELS, BOTH_MODELS)
SYNC: Final = ("httpx", "httpx2", "urllib3", "requests", "niquests", "pyreqwest", *OURS)
ASYNC: Final = ("httpx", SNIFFIO, "httpx2", "niquests", "aiohttp", "pyreqwest", *OURS)
FEW: Final = ("httpx", "httpx2", "aiohttp", "pyreqwest", *OURS)

ON_SNIFFIO = "httpx looks for sniffio at every lock; `pip install httpx` does not bring it, and each look that fails takes its time."
WITH_MODELS = "With models it is a page of a list, which knows the next one: more than typing. What typing costs is a table of its own."
STEPS: Final = {"client.request": "request", "client.call": "call", "the client's method": "method"}
POOLS = "httpx, httpx2, aiohttp and veneer keep 100 connections at most, as they come; pyreqwest as many as there are calls."


def _calls(names: tuple[str, ...], make: str, place: Place | None = None, **more: Any) -> dict[str, Row]:
    rows = {}
    for who in names:
        client, own = CLIENTS[who]
        needs = replace(own, needs=(*own.needs, *(place.needs if place else ())))
        rows[who] = Row(f"subjects:{make}", {"client": client, **more}, needs)
    return rows


def _published(url: str, method: str) -> dict[str, Row]:
    pins = {**{name: f"{name}=={pin}" for name, pin in PINS.items()}, "openai": OPENAI}
    return {
        name: Row(
            "subjects:published", {"url": url, "distribution": name, "method": method}, Place((requirement,))
        )
        for name, requirement in pins.items()
    }


def calls(url: str) -> dict[str, Workload]:
    """Return the small calls: one after the other, many in flight, by threads."""
    fast = {bound: Target(BOTH, *bound) for bound in (("httpx", 0.16), ("pyreqwest", 1.0))}
    sync = (Target(VENEER, "httpx", 0.65), *fast.values())
    base = ("httpx", "urllib3", "pyreqwest", BOTH)
    tasks = ("httpx", "aiohttp", "pyreqwest", BOTH)
    loop = Place((UVLOOP,))
    return {
        "GET": Workload(
            "Small GET, sync",
            _calls((*SYNC, STOCK, RAW), "sync", url=url) | _published(url, "GET"),
            base,
            sync,
            notes=(WITH_MODELS,),
        ),
        "POST": Workload(
            "Small POST, sync",
            _calls((*SYNC, RAW), "sync", url=url, method="POST") | _published(url, "POST"),
            base,
            sync,
            notes=("With models it is another operation with another response.",),
        ),
        "async": Workload(
            "Small GET, async, one in flight",
            _calls(ASYNC, "tasks", url=url),
            tasks,
            (Target(VENEER, "httpx", 0.70), Target(BOTH, "aiohttp", 0.75)),
            notes=(ON_SNIFFIO, WITH_MODELS),
        ),
        "64": Workload(
            "Small GET, async, 64 in flight",
            _calls(ASYNC, "tasks", url=url, flights=64),
            tasks,
            (Target(BOTH, "aiohttp", 0.70), Target(BOTH, "pyreqwest", 1.15)),
            least=128,
        ),
        "64 uvloop": Workload(
            "Small GET, async, 64 in flight, uvloop",
            _calls(FEW, "tasks", loop, url=url, flights=64, loop="uvloop"),
            tasks,
            (Target(BOTH, "aiohttp", 0.70),),
            least=128,
        ),
        "1000": Workload(
            "Small GET, async, 1,000 in flight",
            _calls(("aiohttp", "pyreqwest", *OURS), "tasks", url=url, flights=1_000),
            ("aiohttp", "pyreqwest"),
            (Target(BOTH, "aiohttp", 0.70),),
            least=1_000,
            rounds=2,
            notes=("Without httpx, whose pool takes some 10 ms of each of 1,000.", POOLS),
        ),
        "threads": Workload(
            "Small GET, sync, by 100 threads",
            _calls(SYNC, "sync", url=url, threads=100),
            ("httpx", "urllib3", "pyreqwest"),
            (Target(BOTH, "urllib3", 1.0),),
            least=400,
        ),
        "lenient": Workload(
            "100 audit entries over HTTP that fit the contract",
            {
                "strict=True": Row("subjects:lenient", {"url": url, "strict": True}),
                "veneer[fast], as it comes": Row("subjects:lenient", {"url": url, "strict": False}),
            },
            ("strict=True",),
            (Target("veneer[fast], as it comes", "strict=True", 1.02),),
        ),
    }


def typed(url: str) -> dict[str, Workload]:
    """Return what a typed call costs beside an untyped one of the same client for the same bytes.

    `client.call` shows the price of typing: arguments, models. The client's method adds what its
    platform's documents say: a page that knows the next one, a result without unset members.
    """
    kinds: dict[str, tuple[str, str, dict[str, str]]] = {
        "typed GET": ("GET of a page of one row, sync", "typed", {}),
        "typed async": ("GET of a page of one row, async, one in flight", "typed_tasks", {}),
        "typed POST": ("POST with a result, sync", "typed", {"method": "POST"}),
    }
    return {
        name: Workload(
            f"Typed and untyped: {title}",
            {
                f"{who}{flavour}": Row(f"subjects:{make}", {"url": url, "step": step, **more}, place)
                for who, step in STEPS.items()
                for flavour, place in (("", PLAIN), (", fast", LEAN))
            },
            ("client.request", "client.request, fast"),
            tuple(
                Target(f"{who}{flavour}", f"client.request{flavour}", bound)
                for flavour in ("", ", fast")
                for who, bound in (("client.call", 1.05), ("the client's method", 1.25))
            ),
        )
        for name, (title, make, more) in kinds.items()
    }


def models() -> dict[str, Workload]:
    """Return decoding, encoding and kept memory of 100 models, with msgspec and orjson and without."""
    subjects = {
        "stock generated": ("stock", Place(stock=True)),
        VENEER: ("veneer", PLAIN),
        BOTH: ("veneer", LEAN),
        "pydantic": ("pydantic", Place(dev=True)),
        "json alone": ("json", LEAN),
    }
    bounds = {"decode": (0.50, 0.36), "encode": (0.40, 0.35), "kept": (0.60, 0.60)}
    titles = {"decode": "Decode 100 audit entries", "encode": "Encode 100 audit entries"}
    made = {}
    for what, pair in bounds.items():
        clock = "value" if what == "kept" else "cpu"
        targets = tuple(
            Target(who, "stock generated", bound, clock)
            for who, bound in zip((VENEER, BOTH), pair, strict=True)
        )
        rows = {
            who: Row("models:batch", {"who": name, "what": what}, place)
            for who, (name, place) in subjects.items()
        }
        made[what] = Workload(
            titles.get(what, "Memory of 100 audit entries"), rows, ("stock generated",), targets
        )
    counted = {"clocks": ("value",), "unit": "bytes", "runs": 1, "rounds": 1, "times": 1}
    return {**made, "kept": replace(made["kept"], **counted)}  # type: ignore[arg-type]  # checked by the class


def streams(url: str, size: Size) -> dict[str, Workload]:
    """Return event streams from memory, over HTTP, and typed."""
    made = {}
    peer = Place((HTTPX_SSE,))
    for shape in ("one chunk per event", "16 KiB chunks", "64 B chunks"):
        rows = {
            who: Row("streams:in_memory", {"who": who, "shape": shape, "events": size.events}, place)
            for who, place in (("httpx-sse", peer), (VENEER, PLAIN))
        }
        target = Target(VENEER, "httpx-sse", 0.60)
        made[f"sse {shape}"] = Workload(
            f"Events from memory, {shape}", rows, ("httpx-sse",), (target,), unit="ns", each=size.events
        )
    for mode in ("sync", "async"):
        rows = {
            who: Row("streams:over_http", {"url": url, "who": f"{name} {mode}", "events": size.events}, place)
            for who, name, place in (
                ("httpx + httpx-sse", "httpx", peer),
                (VENEER, "veneer", PLAIN),
                (BOTH, "veneer", LEAN),
            )
        }
        pair = (Target(VENEER, "httpx + httpx-sse", 0.80), Target(BOTH, "httpx + httpx-sse", 0.25))
        made[f"events {mode}"] = Workload(
            f"Events over HTTP, one chunk per event, {mode}",
            rows,
            ("httpx + httpx-sse",),
            pair,
            each=size.events,
        )
    rows = {
        who: Row("streams:chat", {"url": url, "who": name, "events": size.events}, place)
        for who, name, place in (
            ("openai", "openai", Place((OPENAI,))),
            (VENEER, "veneer", PLAIN),
            (BOTH, "veneer", LEAN),
        )
    }
    both = (Target(VENEER, "openai", 0.10), Target(BOTH, "openai", 0.10))
    made["chat"] = Workload("Typed chat chunks over HTTP, sync", rows, ("openai",), both, each=size.events)
    return made


def pages(url: str, size: Size) -> dict[str, Workload]:
    """Return pages with and without work on them. Waiting is what counts: targets are by the wall."""
    made = {}
    for name, work, bound in (("pages", 0.0, 0.17), ("pages, work", 0.02, 0.50)):
        common = {"url": url, "pages": size.pages, "work": work}
        rows = {
            "velerian-sdk": Row("pages:walk", {**common, "library": "velerian_sdk"}, Place((VELERIAN,))),
            "veneer, one by one": Row("pages:walk", common),
            "veneer, prefetch=True": Row("pages:walk", {**common, "prefetch": True}),
            "veneer, concurrency=8": Row("pages:walk", {**common, "concurrency": 8}),
            "veneer, async, concurrency=8": Row("pages:walk_tasks", {**common, "concurrency": 8}),
        }
        title = f"{size.pages} pages of 100 rows, 20 ms each" + (
            ", and 20 ms of work on each" if work else ""
        )
        target = Target("veneer, concurrency=8", "velerian-sdk", bound, "wall")
        options: dict[str, Any] = {"unit": "ms", "times": 1, "rounds": 1, "runs": 3}
        made[name] = Workload(title, rows, ("velerian-sdk",), (target,), **options)
    return made


def transfers(url: str, size: Size, space: str) -> dict[str, Workload]:
    """Return whole files beside curl and httpx, by CPU a MiB."""
    made = {}
    for way, title in (("down", "Download"), ("up", "Upload")):
        rows = {
            who: Row("subjects:transfer", {"url": url, "who": f"{name} {way}", "mib": size.mib, "space": space}, place)
            for who, name, place in (
                ("httpx", "httpx", LEAN),
                ("curl", "curl", LEAN),
                (VENEER, "veneer", PLAIN),
                (BOTH, "veneer", LEAN),
            )
        }  # fmt: skip
        made[title.lower()] = Workload(
            f"{title} of a file of {size.mib} MiB, of which 1 MiB",
            rows,
            ("httpx", "curl"),
            each=size.mib,
            times=1,
        )
    return made


def memory(url: str, size: Size, space: str) -> dict[str, Workload]:
    """Return what memory grows by after the first tenth of many calls, a long stream, a large file."""
    small = {"sync": "subjects:sync", "async": "subjects:tasks"}
    events = {"maker": "streams:over_http", "size": "events"}
    files = {"maker": "subjects:transfer", "size": "mib"}
    work: dict[str, tuple[int, str, dict[str, dict[str, Any]]]] = {
        "calls": (
            size.kept_calls,
            "calls",
            {m: {"maker": small[m], "arguments": {"url": url, "client": "veneer"}} for m in small},
        ),
        "events": (
            size.kept_events,
            "events",
            {m: {**events, "arguments": {"url": url, "who": f"veneer {m}"}} for m in small},
        ),
    }
    for way in ("down", "up"):
        given = {
            mode: {**files, "arguments": {"url": url, "who": f"{who} {way}", "space": space}}
            for mode, who in (("sync", "veneer"), ("async", "veneer-async"))
        }
        work[way] = (size.kept_mib, f"MiB {way}", given)
    return {
        f"memory {name}": Workload(
            f"Memory that {times:,} {what} take beyond their first tenth",
            rows := {
                f"{who}, {mode}": Row("memory:growth", inner, place)
                for who, place in ((VENEER, PLAIN), (BOTH, LEAN))
                for mode, inner in made.items()
            },
            (),
            tuple(Target(who, "", 16.0 if "MiB" in what else 2.0, "value") for who in rows),
            clocks=("value",),
            unit="MiB",
            times=times,
            runs=1,
            rounds=1,
            fresh=True,
        )
        for name, (times, what, made) in work.items()
    }


# -- starts ------------------------------------------------------------------------------------------------------------

_FACADE = "from veneer.velerian import VelerianClient\nVelerianClient(URL + '/{}', api_key=KEY).{}()"
COLD: Final = {
    "httpx.Client": "import httpx\nhttpx.Client(base_url=URL, headers=HEADERS).get('/small').json()",
    "veneer.Client": "import veneer\nveneer.Client(URL, api_key=KEY).request('GET', '/small').json()",
    "VelerianClient": _FACADE.format("velerian", "list_plans"),
    "VelerianClient, models": _FACADE.format("small", "list_audit_log"),
}
_TASK = (
    "import asyncio\n{}\n\nasync def main():\n    async with {} as client:\n        {}\n\nasyncio.run(main())"
)
_AUDITED = (
    "from veneer.velerian import AsyncVelerianClient",
    "AsyncVelerianClient(URL + '/{}', api_key=KEY)",
)
COLD_TASKS: Final = {
    "httpx.AsyncClient": _TASK.format("import httpx", "httpx.AsyncClient(base_url=URL, headers=HEADERS)", "(await client.get('/small')).json()"),
    "veneer.AsyncClient": _TASK.format("import veneer", "veneer.AsyncClient(URL, api_key=KEY)", "(await client.request('GET', '/small')).json()"),
    "AsyncVelerianClient": _TASK.format(_AUDITED[0], _AUDITED[1].format("velerian"), "await client.list_plans()"),
    "AsyncVelerianClient, models": _TASK.format(_AUDITED[0], _AUDITED[1].format("small"), "await client.list_audit_log()"),
}  # fmt: skip
IMPORTS: Final = (
    "httpx",
    "veneer",
    "veneer.velerian",
    "veneer.hybridb",
    "veneer.hestiaos",
    "veneer.aerostack",
)
_IMPORT = (
    "import sys, time\nbefore = len(sys.modules)\nwall, cpu = time.perf_counter(), time.process_time()\nimport {}\n"
    "cpu, wall = time.process_time() - cpu, time.perf_counter() - wall\nprint([cpu, wall, len(sys.modules) - before])"
)
_COLD_NOTE = "From the start of the process to its first response, with files in the system's cache and the packages of `veneer[fast]`."


def starts(url: str, secure: str) -> dict[str, Workload]:
    """Return imports, cold processes and further clients."""
    imports = {f"import {name}": Row(code=_IMPORT.format(name)) for name in IMPORTS}
    imported = Target("import veneer.velerian", "import httpx", 0.10)
    options: dict[str, Any] = {"unit": "ms", "times": 1}
    made = {
        "import": Workload("Import", imports, ("import httpx",), (imported,), **options),
        "modules": Workload(
            "Modules that an import brings",
            imports,
            ("import httpx",),
            (replace(imported, clock="value"),),
            clocks=("value",),
            unit="modules",
            times=1,
            runs=1,
            rounds=1,
        ),
    }
    tail = "\nimport time\nprint(f'[{time.process_time()}, null, null]', flush=True)"
    for scheme, at in (("HTTP", url), ("HTTPS", secure)):
        head = f"URL, KEY = {at!r}, {KEY!r}\nHEADERS = {{'Authorization': 'Bearer ' + KEY}}\n"
        for kind, codes in (("", COLD), (", async", COLD_TASKS)):
            base, *ours = codes
            targets = tuple(Target(who, base, 0.95 if "models" in who else 1.0, "wall") for who in ours)
            made[f"cold {scheme}{kind}"] = Workload(
                f"A cold process to its first response, {scheme}{kind}",
                {who: Row(code=f"{head}{code}{tail}") for who, code in codes.items()},
                (base,),
                targets,
                notes=(_COLD_NOTE,),
                **options,
            )
    for name, answered, title in (
        ("second", False, "A second client in a process"),
        ("answered", True, "A second client in a process to its first response, HTTPS"),
    ):
        rows = {
            who: Row("subjects:second", {"secure": secure, "who": who, "answered": answered})
            for who in ("httpx", "veneer")
        }
        bound = 0.20 if answered else 0.05
        made[name] = Workload(title, rows, ("httpx",), (Target("veneer", "httpx", bound),), rounds=1)
    return made


def every(url: str, secure: str, size: Size, space: str) -> dict[str, Workload]:
    """Return all workloads by name, but for the counts."""
    return {
        **calls(url),
        **typed(url),
        **models(),
        **starts(url, secure),
        **streams(url, size),
        **pages(url, size),
        **transfers(url, size, space),
        **memory(url, size, space),
    }


def names(workloads: Mapping[str, Workload]) -> str:
    """Return their names for a message."""
    return ", ".join(f'"{name}"' if " " in name else name for name in workloads)
