"""Measure the time to a first response: imports, a cold process, a second client in a warm one."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import timing

if TYPE_CHECKING:
    from harness import Bench, Result, Subject

KEY = "key-for-the-bench"
IMPORTS = (
    "httpx",
    "veneer",
    "veneer.velerian",
    "veneer.hybridb",
    "veneer.hestiaos",
    "veneer.aerostack",
)
COLD = {
    "httpx.Client": "import httpx\nhttpx.Client(base_url=URL, headers=HEADERS).get('/small').json()",
    "veneer.Client": "import veneer\nveneer.Client(URL, api_key=KEY).request('GET', '/small').json()",
    'veneer.Client, engine="default"': "import veneer\nveneer.Client(URL, api_key=KEY, engine='default').request('GET', '/small').json()",
    "VelerianClient": "from veneer.velerian import VelerianClient\nVelerianClient(URL + '/velerian', api_key=KEY).list_plans()",
    'VelerianClient, engine="default"': "from veneer.velerian import VelerianClient\nVelerianClient(URL + '/velerian', api_key=KEY, engine='default').list_plans()",
    "VelerianClient, a response with models": "from veneer.velerian import VelerianClient\nVelerianClient(URL + '/velerian', api_key=KEY).list_audit_log()",
}
COLD_TASKS = {
    "httpx.AsyncClient": "import asyncio, httpx\n\nasync def main():\n    async with httpx.AsyncClient(base_url=URL, headers=HEADERS) as client:\n        (await client.get('/small')).json()\n\nasyncio.run(main())",
    "veneer.AsyncClient": "import asyncio, veneer\n\nasync def main():\n    async with veneer.AsyncClient(URL, api_key=KEY) as client:\n        (await client.request('GET', '/small')).json()\n\nasyncio.run(main())",
    "AsyncVelerianClient": "import asyncio\nfrom veneer.velerian import AsyncVelerianClient\n\nasync def main():\n    async with AsyncVelerianClient(URL + '/velerian', api_key=KEY) as client:\n        await client.list_plans()\n\nasyncio.run(main())",
}


# -- in the worker: a second client ------------------------------------------------------------------------------------


def subjects(secure: str) -> dict[str, timing.Batch]:
    """Return subjects that create further clients, alone and with a first response over HTTPS."""
    import httpx

    import veneer
    from veneer.velerian import VelerianClient

    def by_httpx() -> None:
        httpx.Client(base_url=secure).close()

    def by_veneer() -> None:
        veneer.Client(secure, api_key=KEY).close()

    def by_facade() -> None:
        VelerianClient(f"{secure}/velerian", api_key=KEY).close()

    def answered_by_httpx() -> None:
        with httpx.Client(base_url=secure, headers={"Authorization": f"Bearer {KEY}"}) as client:
            client.get("/small").json()

    def answered_by_veneer() -> None:
        with veneer.Client(secure, api_key=KEY) as client:
            client.request("GET", "/small").json()

    made = {
        "httpx.Client()": by_httpx,
        "veneer.Client(…)": by_veneer,
        "VelerianClient(…)": by_facade,
        "httpx.Client, answered over HTTPS": answered_by_httpx,
        "veneer.Client, answered over HTTPS": answered_by_veneer,
    }
    return {who: timing.each(function) for who, function in made.items()}


BATCHES = {
    "httpx.Client()": 3,
    "veneer.Client(…)": 50,
    "VelerianClient(…)": 50,
    "httpx.Client, answered over HTTPS": 3,
    "veneer.Client, answered over HTTPS": 10,
}


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Measure imports, cold processes and second clients."""
    import loopback
    from harness import Result

    result = Result()
    certificate, trusted = certificates(bench.scratch)
    python = str(bench.python)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SSL_CERT"))}
    environment = {**kept, "PYTHONPYCACHEPREFIX": str(bench.scratch / "compiled")}
    _imports(bench, result, python, environment)
    with loopback.server(certificate) as secure:
        trusting = {**environment, "SSL_CERT_FILE": str(trusted)}
        for scheme, url, settings in (
            ("HTTP", bench.url, environment),
            ("HTTPS", secure, trusting),
        ):
            _cold(bench, result, scheme, url, python, settings)
        _second(bench, result, secure, {**os.environ, "SSL_CERT_FILE": str(trusted)})
    return result


def certificates(scratch: Path) -> tuple[Path, Path]:
    """Return a certificate for 127.0.0.1, and a bundle of authorities of the usual size with its own."""
    import certifi
    import trustme

    authority = trustme.CA()
    certificate, trusted = scratch / "server.pem", scratch / "authorities.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    trusted.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
    return certificate, trusted


def child(python: str, code: str, environment: Mapping[str, str]) -> Subject:
    """Run code in its own process up to the line that it prints: `[wall or null, CPU, value]`."""
    from harness import Sample, SubjectEndedError

    def subject(times: int) -> Sample:
        assert times == 1
        started = time.perf_counter()
        with subprocess.Popen(
            [python, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(environment),
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            spent = time.perf_counter() - started
            _, errors = process.communicate()
        if process.returncode:
            raise SubjectEndedError(errors.strip().splitlines()[-1][:200])
        wall, cpu, value = json.loads(line)
        return Sample(spent if wall is None else wall, cpu, value)

    return subject


def _imports(bench: Bench, result: Result, python: str, environment: Mapping[str, str]) -> None:
    from harness import Check, Spread, Table, ratio, spread
    from report import show

    code = (
        "import sys, time\nbefore = len(sys.modules)\nwall, cpu = time.perf_counter(), time.process_time()\nimport {}\n"
        "cpu, wall = time.process_time() - cpu, time.perf_counter() - wall\nprint([wall, cpu, len(sys.modules) - before])"
    )
    processes = {name: child(python, code.format(name), environment) for name in IMPORTS}
    samples = bench.compare(processes, batch=1, rounds=bench.size.cold, warm=bench.size.cold > 1)
    modules = {name: float(own[-1].value) for name, own in samples.items()}
    rows = [
        [
            f"import {name}",
            show(spread(samples, name), 1e3),
            show(ratio(samples, name, "httpx")),
            f"{modules[name]:.0f}",
            f"{modules[name] / modules['httpx']:.3f}",
        ]
        for name in samples
    ]
    columns = [
        "",
        "ms over a bare interpreter",
        "ratio to httpx",
        "modules over a bare interpreter",
        "ratio to httpx",
    ]
    result.tables.append(Table("Import", columns, rows))
    share = modules["veneer.velerian"] / modules["httpx"]
    found = {"time": ratio(samples, "veneer.velerian", "httpx"), "modules": Spread(share, share, share)}
    for what, figure in found.items():
        result.checks.append(Check(f"`import veneer.velerian`, {what}", "`import httpx`", figure, 0.10))


def _cold(
    bench: Bench, result: Result, scheme: str, url: str, python: str, environment: Mapping[str, str]
) -> None:
    from harness import Check, Table, ratio, spread
    from report import show

    head = f"URL, KEY = {url!r}, {KEY!r}\nHEADERS = {{'Authorization': 'Bearer ' + KEY}}\n"
    tail = "\nimport time\nprint(f'[null, {time.process_time()}, null]', flush=True)"
    processes = {
        name: child(python, head + code + tail, environment) for name, code in {**COLD, **COLD_TASKS}.items()
    }
    samples = bench.compare(processes, batch=1, rounds=bench.size.cold, warm=bench.size.cold > 1)

    def base(name: str) -> str:
        return "httpx.AsyncClient" if name in COLD_TASKS else "httpx.Client"

    rows = [
        [
            name,
            show(spread(samples, name), 1e3),
            show(spread(samples, name, "cpu"), 1e3),
            show(ratio(samples, name, base(name))),
            show(ratio(samples, name, base(name), "cpu")),
        ]
        for name in samples
    ]
    columns = ["", "wall ms", "CPU ms", "wall, ratio to httpx", "CPU, ratio to httpx"]
    notes = ["From the start of the process to its first response, with files in the system's cache."]
    result.tables.append(Table(f"A cold process to its first response, {scheme}", columns, rows, notes))
    for name in ("veneer.Client", "VelerianClient", "veneer.AsyncClient", "AsyncVelerianClient"):
        figure = ratio(samples, name, base(name))
        result.checks.append(
            Check(f"cold process to first response, {scheme}, {name}", base(name), figure, 1.0)
        )


def _second(bench: Bench, result: Result, secure: str, environment: Mapping[str, str]) -> None:
    from harness import Check, Table, ratio, spread
    from report import show

    with bench.worker("starts", environment=environment, secure=secure) as found:
        small = bench.size.rounds == 1
        samples = bench.compare(found, batch=1 if small else BATCHES, rounds=bench.size.rounds)

    def base(name: str) -> str:
        return "httpx.Client, answered over HTTPS" if "answered" in name else "httpx.Client()"

    rows = [
        [name, show(spread(samples, name), 1e6), show(ratio(samples, name, base(name)))] for name in samples
    ]
    result.tables.append(Table("A second client in a process", ["", "µs", "ratio to httpx"], rows))
    for name in ("veneer.Client(…)", "VelerianClient(…)"):
        figure = ratio(samples, name, "httpx.Client()")
        result.checks.append(Check(f"second client in a process, {name}", "httpx.Client()", figure, 0.05))
