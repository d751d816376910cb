"""Check the extras' features inside an environment of `make wheels`. Only the wheel is needed.

    python wheel_probe.py all cli,sandbox    # public modules, missing extras, commands, sandbox
    python wheel_probe.py glance cli,sandbox # imports, `veneer --help`, one call of the sandbox
    python wheel_probe.py serve veneer sandbox --port 0   # start a server, call it, stop it

It prints one line per fault. The exit code is the number of faults.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

# The public modules that need an extra. veneer.testing needs pytest, which is in no extra.
NEEDS = {"veneer.sandbox": "sandbox"}
# Commands that need another extra beside the command line's.
COMMANDS = {
    "new x --contract none.yaml": "codegen",
    "add --contract none.yaml --package x": "codegen",
    "update": "codegen",
    "call --contract none.yaml x": "codegen",
    "operations --contract none.yaml": "codegen",
    "doctor velerian --base-url http://127.0.0.1:9": "codegen",
    "mcp velerian": "mcp",
    "login velerian": "keyring",
    "sandbox --rules none": "sandbox",
}
OAUTH = "[velerian.oauth]\nclient_id = 'probe'\nissuer = 'http://127.0.0.1:9'\n"
SERVED_FOR = 60.0
"""The seconds in which a server must respond and stop: more than the slowest machine needs."""


def main(words: list[str]) -> int:
    """Run the command line `words`. Return the number of faults."""
    what, *rest = words
    if what == "serve":
        return _count(serve(rest))
    extras = frozenset(filter(None, rest[0].split(",")))
    return _count(glance(extras) if what == "glance" else everything(extras))


def _count(problems: Iterator[str]) -> int:
    count = 0
    for problem in problems:
        print(problem, flush=True)
        count += 1
    return min(count, 100)


def everything(extras: frozenset[str]) -> Iterator[str]:
    """Yield the faults of an environment."""
    yield from modules(extras)
    yield from fast(extras)
    yield from oauth(extras)
    yield from tables(extras)
    yield from programs(extras)
    if offers_commands(extras):
        yield from commands(extras)
        yield from helps()
    yield from sandbox(extras)


def glance(extras: frozenset[str]) -> Iterator[str]:
    """Yield the faults of a quick check."""
    yield from modules(extras)
    yield from programs(extras)
    yield from sandbox(extras)


def offers_commands(extras: frozenset[str]) -> bool:
    """Return whether the extras include the command line."""
    return bool(extras & {"cli", "mcp"})


def modules(extras: frozenset[str]) -> Iterator[str]:
    """Import all names of all public modules. A module whose extra is missing must name it."""
    import veneer

    found = [one.name for one in pkgutil.walk_packages(veneer.__path__, "veneer.")]
    names = ["veneer", *(one for one in found if "._" not in one)]
    if len(names) < 30:
        yield f"only {len(names)} public modules were found"
    for name in names:
        extra = NEEDS.get(name, "")
        there = _has("pytest") if name == "veneer.testing" else not extra or extra in extras
        try:
            module = importlib.import_module(name)
            for one in getattr(module, "__all__", ()):
                getattr(module, one)
        except ImportError as error:
            if there:
                yield f"{name} cannot be imported: {error!r}"
            elif f"veneer[{extra or 'sandbox'}]" not in str(error):
                yield f"{name} does not name its extra: {error!r}"
        else:
            if not there:
                yield f"{name} works without its extra"


def _has(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return False
    return True


def fast(extras: frozenset[str]) -> Iterator[str]:
    """Use the engine of the extra `fast`."""
    import veneer

    try:
        veneer.Client("http://127.0.0.1:9", engine="fast").close()
    except veneer.ConfigurationError as error:
        if "fast" in extras or "veneer[fast]" not in str(error):
            yield f"engine='fast': {error!r}"
    else:
        if "fast" not in extras:
            yield "engine='fast' works without its extra"


def oauth(extras: frozenset[str]) -> Iterator[str]:
    """Sign an assertion with a key, which needs the extra `oauth`."""
    import httpx

    import veneer

    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.read())
        return httpx.Response(200, json={"access_token": "token", "token_type": "Bearer"})

    key = '{"kty": "oct", "k": "c2l4dGVlbi1ieXRlcy1vZi1hLXNlY3JldC1hbmQtbW9yZQ"}'
    address = "http://127.0.0.1:9/token"
    flow = veneer.OAuth2("probe", token_url=address, grant="jwt_bearer", key=key, algorithm="HS256")
    engine = httpx.Client(transport=httpx.MockTransport(answer))
    try:
        with veneer.Client("http://127.0.0.1:9", auth=flow, http_client=engine) as client:
            client.fetch_tokens()
    except veneer.ConfigurationError as error:
        if "oauth" in extras or "veneer[oauth]" not in str(error):
            yield f"OAuth2 with a key: {error!r}"
    else:
        if "oauth" not in extras or not sent:
            yield f"OAuth2 with a key sent {len(sent)} requests"


def tables(extras: frozenset[str]) -> Iterator[str]:
    """Write rows as a Parquet file, which needs the extra `tables`."""
    import httpx

    import veneer

    page = httpx.MockTransport(
        lambda _: httpx.Response(200, json={"items": [{"n": 1, "tags": ["x"]}, {"n": 2.5}]})
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        httpx.Client(transport=page) as engine,
        veneer.Client("http://127.0.0.1:9", api_key="probe", http_client=engine) as client,
    ):
        rows = client.paginate("items", pages=veneer.CursorPages(items="items"))
        try:
            count = rows.to_parquet(f"{folder}/rows.parquet", journal=f"{folder}/run.sqlite")
            found = (
                importlib.import_module("pyarrow.parquet").read_table(f"{folder}/rows.parquet").to_pylist()
            )
        except veneer.ConfigurationError as error:
            if "tables" in extras or "veneer[tables]" not in str(error):
                yield f"to_parquet: {error!r}"
        else:
            if "tables" not in extras or (count, found[1]["n"]) != (2, 2.5):
                yield f"to_parquet wrote {count} rows: {found}"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            words, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )


def programs(extras: frozenset[str]) -> Iterator[str]:
    """Run `--help` of the installed programs."""
    for program in ("veneer", "hestiaos"):
        done = run(_beside(program), "--help")
        if offers_commands(extras):
            if done.returncode or "Usage" not in done.stdout or done.stderr:
                yield f"{program} --help: {done.returncode} {done.stderr[-500:]}"
        elif done.returncode == 0 and "Usage" in done.stdout:
            continue  # another extra installed its requirements
        elif done.returncode != 2 or "veneer[cli]" not in done.stderr or done.stderr.count("\n") != 1:
            yield f"{program} without its extra: {done.returncode} {done.stderr[-500:]}"


def _beside(program: str) -> str:
    return str(Path(sys.executable).with_name(program))


def commands(extras: frozenset[str]) -> Iterator[str]:
    """Run a command of each extra. Only a missing extra is named, in one line."""
    settings = Path(os.environ["HOME"]) / ".config" / "veneer" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(OAUTH, encoding="utf-8")
    settings.chmod(0o600)
    for line, extra in COMMANDS.items():
        done = run(_beside("veneer"), *line.split())
        named = f"veneer[{extra}]" in done.stderr
        if (
            "Traceback" in done.stderr
            or named == (extra in extras)
            or (named and done.stderr.count("\n") != 1)
        ):
            yield f"veneer {line}: {done.returncode} {done.stderr.strip()[-500:]}"
    settings.unlink()


def helps() -> Iterator[str]:
    """Run `--help` of every command, in this process, as the program does."""
    import veneer_cli

    paths = list(_paths())
    if len(paths) < 50:
        yield f"only {len(paths)} commands were found"
    for path in paths:
        out, told = io.StringIO(), io.StringIO()
        sys.argv = ["veneer", *path, "--help"]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
            try:
                code = veneer_cli.main()
            except Exception as error:  # noqa: BLE001  # a user would see any exception
                code = -1
                told.write(repr(error))
        if code or "usage" not in out.getvalue().lower():
            yield f"veneer {' '.join(path)} --help: {code} {told.getvalue()[-500:]}"


def _paths() -> Iterator[tuple[str, ...]]:
    """Yield the words of every command and group."""
    from veneer_cli.app import tree
    from veneer_cli.tree import lines

    every = [*lines(tree())]
    yield from dict.fromkeys(path[:depth] for path in every for depth in range(len(path) + 1))


def sandbox(extras: frozenset[str]) -> Iterator[str]:
    """Start the sandbox by each of its names. Without its extra, both name the extra."""
    for words in ([_beside("veneer"), "sandbox"], [sys.executable, "-m", "veneer.sandbox"]):
        if "sandbox" in extras:
            yield from serve([*words, "--port", "0"])
            continue
        done = run(*words, "--port", "0")
        if done.returncode != 2 or "veneer[sandbox]" not in done.stderr or "Traceback" in done.stderr:
            yield f"{' '.join(words)} without its extra: {done.returncode} {done.stderr[-500:]}"


def serve(words: list[str]) -> Iterator[str]:
    """Start a server that prints its address first, call it once, and stop it by its process id."""
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a background job ignores it, and children inherit that
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    watchdog = threading.Timer(SERVED_FOR, server.kill)
    watchdog.start()
    assert server.stdout is not None
    try:
        url = server.stdout.readline().strip()
        status = 0
        with contextlib.suppress(OSError, ValueError), urllib.request.urlopen(url) as answer:  # noqa: S310  # its own
            status = answer.status
        server.send_signal(signal.SIGINT)
        told = server.communicate()[1]
    finally:
        watchdog.cancel()
        server.kill()
        server.wait()
    if status != 200 or server.returncode:
        yield f"{' '.join(words)}: {url or 'no address'}, {status}, ended by {server.returncode}: {told[-500:]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
