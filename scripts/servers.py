"""Round trips with real servers of the registries: `make servers`, or `make servers ARGS="prefect"`.

Each server of servers.toml is installed once below .cache/servers/ with the ordinary clients (pip,
npm). It is started on free ports of 127.0.0.1 in an empty folder, and called by the client that
`veneer new` makes from the server's own contract (roundtrips.py). An unavailable server is skipped,
with the reason. The exit code is 1 if a value was lost or anything else failed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from veneer_codegen import documents
from veneer_codegen.contract.operations import find_operations

ROOT: Final = Path(__file__).resolve().parents[1]
CACHE: Final = ROOT / ".cache/servers"
INSTALL_SECONDS: Final = 1200
START_SECONDS: Final = 150
TRIP_SECONDS: Final = 300
COLUMNS: Final = ("version", "contract", "generated", "calls", "values", "lost", "told", "listed", "streams", "resumes", "errors", "typed", "faults")  # fmt: skip

Server = Mapping[str, Any]


class UnavailableError(Exception):
    """A server is unavailable. The message is the reason."""


# -- installing ------------------------------------------------------------------------------------------------


def install(name: str, server: Server) -> Path:
    """Return a server's folder, installing it if needed. Raises UnavailableError."""
    home = CACHE / name
    wanted = json.dumps([sys.version_info[:2], server.get("pip"), server.get("npm")])
    mark = home / "installed.json"
    if mark.is_file() and mark.read_text() == wanted:
        return home
    print(f"{name}: installing", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    if packages := server.get("pip"):
        _run(sys.executable, "-m", "venv", home / "venv")
        pip = (home / "venv/bin/python", "-m", "pip", "--disable-pip-version-check")
        _run(*pip, "install", "-q", *packages)
        if not server["contract"].startswith("/"):
            source = f"--no-binary={packages[0].partition('=')[0]}"
            _run(*pip, "download", "-q", "--no-deps", source, "-d", home, packages[0])
    if packages := server.get("npm"):
        _run("npm", "install", "--loglevel=error", "--no-audit", "--no-fund", "--prefix", home, *packages)
    mark.write_text(wanted)
    return home


def _run(*command: object) -> None:
    try:
        done = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{command[0]}: {type(error).__name__}") from error
    if done.returncode:
        raise UnavailableError(f"{Path(str(command[0])).name}: {_end(done.stderr or done.stdout)}")


def _end(text: str) -> str:
    """Return a program's messages about its failure: the first lines with errors, else its last ones."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()]
    lines = [line for line in lines if line and not line.startswith(("WARNING", "hint:"))]
    telling = [line for line in lines if "error" in line.lower()]
    return " / ".join(telling[:2] or lines[-2:])[:300]


# -- running ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def running(server: Server, home: Path, folder: Path) -> Iterator[int]:
    """Start a server in an empty folder, and yield its port when it responds.

    It is stopped at the end. Raises UnavailableError.
    """
    for name, text in server.get("files", {}).items():
        (folder / name).write_text(text)
    with contextlib.ExitStack() as held:
        listeners = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        ports = [one.getsockname()[1] for one in listeners]
    bins = [str(home / "venv/bin"), str(home / "node_modules/.bin"), os.environ["PATH"]]
    environment = {
        "PATH": os.pathsep.join(bins),
        "HOME": str(folder),
        **{f"PORT{index or ''}": str(port) for index, port in enumerate(ports)},
        **{name: text.format(folder=folder) for name, text in server.get("environment", {}).items()},
    }
    program = shutil.which(server["command"][0], path=environment["PATH"])
    if program is None:
        raise UnavailableError(f"{server['command'][0]}: not installed")
    command = [program, *(part.format(port=ports[0]) for part in server["command"][1:])]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _await(process, f"http://127.0.0.1:{ports[0]}{server.get('api', '')}", folder / "log")
        yield ports[0]
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):  # the process leads its own group
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)


def _await(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(address, timeout=5).status_code < 500:
                return
        time.sleep(0.3)
    raise UnavailableError(f"it does not start: {_end(log.read_text(errors='replace'))}")


# -- using -----------------------------------------------------------------------------------------------------


def trip(name: str, server: Server) -> dict[str, Any]:
    """Install and start a server, make a client from its contract, and return the round trips' results."""
    home = install(name, server)
    with tempfile.TemporaryDirectory(prefix=f"veneer-{name}-") as scratch:
        folder, project = Path(scratch) / "server", Path(scratch) / "project"
        folder.mkdir()
        print(f"{name}: starting", flush=True)
        with running(server, home, folder) as port:
            contract = _contract(server, home, port, Path(scratch))
            operations = len(list(find_operations(documents.load(str(contract)).content)))
            generated = _generate(name, contract, project)
            print(f"{name}: {generated} of {operations} operations generated", flush=True)
            row = _use(name, port, project)
    packages = [*server.get("pip", ()), *server.get("npm", ())]
    return {
        **row,
        "version": re.split("==|@", packages[0])[-1],
        "contract": operations,
        "generated": generated,
    }


def _contract(server: Server, home: Path, port: int, folder: Path) -> Path:
    """Return a file with the server's contract: requested, or from its source distribution."""
    where = server["contract"]
    if where.startswith("/"):
        headers = server.get("client", {}).get("headers")
        target = folder / "contract.json"
        target.write_bytes(httpx.get(f"http://127.0.0.1:{port}{where}", headers=headers, timeout=60).content)
        return target
    target = folder / f"contract{Path(where).suffix}"
    (archive,) = home.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        (member,) = [one for one in source.getmembers() if one.name.endswith(f"/{where}")]
        content = source.extractfile(member)
        target.write_bytes(content.read() if content else b"")
    return target


def _generate(name: str, contract: Path, project: Path) -> int:
    command = [
        sys.executable,
        "-m",
        "veneer",
        "new",
        f"{name}-trip",
        "--contract",
        str(contract),
        "--into",
        str(project),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TRIP_SECONDS)
    if done.returncode:
        raise RuntimeError(f"veneer new: {_end(done.stderr)}")
    return len(list(project.glob("generated/*/*/api/*/[a-z]*.py")))


def _use(name: str, port: int, project: Path) -> dict[str, Any]:
    path = os.pathsep.join(
        [*(str(project / part) for part in ("overlay", "generated")), os.environ.get("PYTHONPATH", "")]
    )
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/roundtrips.py"), name, str(port)],
        env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True, check=False, timeout=TRIP_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the round trips ended with {done.returncode}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Run the round trips and print their results."""
    servers = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=[*servers, []], metavar="NAME", help=", ".join(servers))
    names = parser.parse_args().names or list(servers)
    rows: dict[str, dict[str, Any]] = {}
    skipped: dict[str, str] = {}
    for name in names:
        try:
            rows[name] = trip(name, servers[name])
        except UnavailableError as error:
            skipped[name] = str(error)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            rows[name] = {"faults": [str(error)]}
    print("\n" + "".join(f"{column:>12}" for column in ("server", *COLUMNS)))
    for name, row in rows.items():
        cells = [len(row[key]) if isinstance(row.get(key), list) else row.get(key, "–") for key in COLUMNS]
        print("".join(f"{cell!s:>12}" for cell in (name, *cells)))
    for name, row in rows.items():
        for what in ("told", "listed", "lost", "faults"):
            for line in row.get(what, ()):
                print(f"{name}: {what}: {line}")
    for name, reason in skipped.items():
        print(f"{name}: skipped: {reason}")
    return int(any(row.get("lost") or row["faults"] for row in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
