"""A real Redis for tests, and a server that limits a rate."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["Redis", "redis_server"]


class Redis:
    """A Redis of Debian's package on a port of loopback, with nothing kept on disk."""

    def __init__(self, program: str, folder: Path, password: str | None = None) -> None:
        self._program = program
        self._folder = folder
        self._password = password
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        if self._password is not None:
            options += ["--requirepass", self._password]
        self._process = subprocess.Popen(
            [self._program, *options, "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as one:
                one.sendall(b"PING\r\n")
                if one.recv(64):
                    return
            assert self._process.poll() is None, "redis-server ended at once"
            threading.Event().wait(0.01)  # it opens its port when it likes

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def redis_server(password: str | None = None) -> Iterator[Redis]:
    """Run a Redis. Skips the test where there is none."""
    pytest.importorskip("redis", reason="the package redis is not installed (extra fleet)")
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian's package redis-server)")
    with tempfile.TemporaryDirectory() as folder:
        server = Redis(program, Path(folder), password)
        server.start()
        try:
            yield server
        finally:
            server.kill()
