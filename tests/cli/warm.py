"""`veneer` as a process that need not start: forked from one that has imported what commands import.

`python warm.py serve SOCKET` waits, and forks a process for each `python -IS warm.py ask SOCKET WORDS…`, with its
standard streams, folder and environment. What an interpreter does as it starts (encodings, closed streams, imports that
are interrupted) is not in it: tests of that start `python -m veneer` itself.
"""

from __future__ import annotations

import os
import sys

_USUAL = [
    *(f"veneer_cli.{name}" for name in ("app", "from_contract", "output", "progress", "selection", "dryrun", "logs")),
    *(f"veneer_cli.commands.{name}" for name in ("completion", "doctor", "sample")),
    *(f"{package}.{name}" for package in ("veneer", "veneer_cli.commands", "veneer_generated") for name in ("aerostack", "hestiaos", "hybridb", "velerian")),
    *("veneer._sync.client", "veneer._http._sync.transport", "httptools", "brotli", "rich.console", "rich.table", "rich.json", "rich.progress", "httpx", "httpcore", "attrs", "veneer._async.client", "veneer._sync.session"),
]  # fmt: skip
#: What takes long to import is imported at the first command that needs it, for all that follow.
_HEAVY = {
    "mcp": "veneer_cli.mcp.server",
    "--contract": "veneer_codegen.documents",
    "doctor": "veneer_codegen.documents",
}


def ask(path: str, words: list[str]) -> int:
    """Have a command run with this program's streams, and give its exit code. What loads slowly is not imported."""
    import _socket

    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    line.connect(path)
    environ = [f"{name}={value}" for name, value in os.environ.items()]
    parts = [os.getcwd(), str(len(words)), *words, *environ]  # noqa: PTH109  # pathlib takes longer than all the rest
    content = "\0".join(parts).encode("utf-8", "surrogateescape")
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
    line.sendmsg([len(content).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    line.sendall(content)
    return (line.recv(1) or b"\xff")[0]


def serve(path: str) -> bool:
    """Fork for each request until standard input ends, then False; True in a process that has become a command."""
    import contextlib
    import gc
    import importlib
    import select
    import socket

    for name in _USUAL:
        importlib.import_module(name)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    print("listening", flush=True)
    while 0 not in select.select([listener.fileno(), 0], [], [])[0]:
        line, _ = listener.accept()
        head, streams, _, _ = socket.recv_fds(line, 4, 3)
        content = b""
        while len(content) < int.from_bytes(head, "big"):
            content += line.recv(65536)
        folder, count, *rest = content.decode("utf-8", "surrogateescape").split("\0")
        words, environ = rest[: int(count)], rest[int(count) :]
        for word in {*words} & {*_HEAVY}:
            importlib.import_module(_HEAVY[word])
        gc.collect()
        gc.freeze()
        if os.fork() == 0:
            _keep(line)
            _become(streams, folder, words, environ)
            return True
        for one in (line.detach(), *streams):
            os.close(one)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    return False


def _keep(line: object) -> None:
    """Fork once more; the process that is left behind tells how the other ended, its last words written."""
    command = os.fork()
    if command:
        code = os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])
        line.sendall(bytes([code if code >= 0 else 128 - code]))  # type: ignore[attr-defined]
        os._exit(0)


def _become(streams: list[int], folder: str, words: list[str], environ: list[str]) -> None:
    """Make this process look as one that was started for a command."""
    for number, (one, name) in enumerate(zip(streams, ("stdin", "stdout", "stderr"), strict=True)):
        os.dup2(one, number)
        errors = "backslashreplace" if number == 2 else "surrogateescape"
        stream = open(number, "w" if number else "r", encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        stream.reconfigure(line_buffering=number == 2 or stream.isatty())
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.closerange(3, 1024)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(one.partition("=")[::2] for one in environ)
    sys.argv = ["veneer", *words]


if __name__ == "__main__":
    if sys.argv[1] == "ask":
        os._exit(ask(sys.argv[2], sys.argv[3:]))
    if serve(sys.argv[2]):
        from veneer_cli import main

        sys.exit(main())
