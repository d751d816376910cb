"""A small authorization server and API on loopback: what it answers is a script, what it was asked is kept."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

WALL = 1_700_000_000.0
"""The time of day that clients of `core.kit` begin with."""

Answer = dict[str, Any] | int


class AuthorizationServer:
    """Gives tokens `t1`, `t2`, …; `/api` takes those that are in `good`.

    `answers` is what `/token` answers first: a body with 400 where it has an `error`, or a status. `lasts` is
    `expires_in`, `ahead` the seconds that its clock is ahead.
    """

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.auth: list[str] = []
        self.paths: list[str] = []
        self.calls: list[str] = []
        self.answers: list[Answer] = []
        self.lasts: float | None = 3600
        self.ahead = 0.0
        self.more: dict[str, Any] = {}
        self.good: set[str] = set()
        self.discovery: dict[str, Any] | None = None
        self.check: Callable[[dict[str, str]], Answer | None] = lambda _: None
        self.url = ""
        self._lock = threading.Lock()

    def token(self, form: dict[str, str]) -> Answer:
        """Answer one token request."""
        with self._lock:
            self.forms.append(form)
            given = self.answers.pop(0) if self.answers else self.check(form)
            if given is not None:
                return given
            token = f"t{len(self.forms)}-SECRET"
            self.good = {token}
            lasts = {} if self.lasts is None else {"expires_in": self.lasts}
            return {"access_token": token, "token_type": "Bearer", **lasts, **self.more}

    def basic(self) -> tuple[str, str]:
        """The id and secret of the last token request."""
        name, _, secret = base64.b64decode(self.auth[-1].removeprefix("Basic ")).decode().partition(":")
        return unquote_plus(name), unquote_plus(secret)


@contextmanager
def authorizing() -> Iterator[AuthorizationServer]:
    """Run a server until the block ends."""
    server = AuthorizationServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status: int, body: Any) -> None:
            content = json.dumps(body).encode()
            self.send_response_only(status)
            self.send_header("date", formatdate(WALL + server.ahead, usegmt=True))
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            form, path = dict(parse_qsl(body)), urlsplit(self.path).path
            server.paths.append(path)
            server.auth.append(self.headers.get("authorization", ""))
            if path == "/device":
                codes = {
                    "device_code": "device-SECRET",
                    "user_code": "AB-CD",
                    "interval": 5,
                    "expires_in": 900,
                }
                self.answer(200, {**codes, "verification_uri": f"{server.url}/go"})
                return
            given = server.token(form)
            if isinstance(given, int):
                self.answer(given, {})
            else:
                self.answer(400 if "error" in given else 200, given)

        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                self.answer(200, server.discovery or {})
                return
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            server.calls.append(token)
            good = token in server.good
            self.answer(200 if good else 401, {"token": token} if good else {"message": "expired"})

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    http.request_queue_size = 1000
    server.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
