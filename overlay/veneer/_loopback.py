"""Receive a browser's redirect on a loopback port, once (RFC 8252 §7.3)."""

from __future__ import annotations

import contextlib
import hmac
import http.server
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

__all__ = ["Loopback"]

_SECONDS = 30.0
_PAGE = b"<!doctype html><meta charset=utf-8><title>Done</title><p>You can close this window."


class Loopback:
    """A server on 127.0.0.1 that keeps the parameters of one redirect, and tells the person to close the tab.

    `redirect` is its own URL, `answer` the parameters, None until they arrive. Requests with
    another `state`, or for another path, are answered 404 and change nothing.
    """

    def __init__(self, path: str, state: str) -> None:
        self.answer: Mapping[str, str] | None = None
        waiter = self

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = _SECONDS

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                found = dict(parse_qsl(parts.query))
                ours = hmac.compare_digest(found.get("state", "").encode(), state.encode())
                if parts.path != path or not ours or waiter.answer is not None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.send_header("content-length", str(len(_PAGE)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(_PAGE)
                waiter.answer = found

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
                """Log nothing: the line holds the code."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.redirect = f"http://127.0.0.1:{self._server.server_port}{path}"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
            name="veneer-login",
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
