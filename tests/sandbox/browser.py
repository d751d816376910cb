"""Headless Chromium, driven over its debugging pipe with nothing but the standard library."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# The browser reads commands from descriptor 3 and writes answers to 4; this gives our pipes these numbers, by way of
# two high ones, since a pipe may itself have one of the wanted numbers.
LAUNCH = """
import os, sys
reader, writer = os.dup2(int(sys.argv[1]), 50), os.dup2(int(sys.argv[2]), 51)
os.dup2(reader, 3)
os.dup2(writer, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


# How often a condition is looked at before a wait fails: minutes, which no real wait comes near.
LOOKS = 12_000


def find() -> str | None:
    """The browser: what VENEER_CHROMIUM names, else one on PATH."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("VENEER_CHROMIUM") or next(
        (path for name in names if (path := shutil.which(name))), None
    )


class Page:
    """One page. Commands go to the browser as JSON that ends with a NUL, on the pipe of its fd 3; answers come on 4."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = send, os.fdopen(receive, "rb", buffering=0)
        self._last, self._buffer, self._session = 0, b"", ""
        self.errors: list[str] = []
        self._loaded: set[str] = set()

    def attach(self) -> None:
        """Open a page and listen to its errors."""
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.command("Runtime.enable")
        self.command("Page.enable")
        self.command("Page.setLifecycleEventsEnabled", enabled=True)
        self.command("Log.enable")

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = self._receive.read(65536)
            assert chunk, "the browser is gone"
            self._buffer += chunk
        text, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(text)
        if answer.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
            self.errors.append(json.dumps(answer["params"]))
        if answer.get("method") == "Page.lifecycleEvent" and answer["params"]["name"] == "load":
            self._loaded.add(answer["params"]["loaderId"])
        return answer

    def open(self, url: str) -> None:
        """Load an address, and wait until this very page has loaded."""
        loader = self.command("Page.navigate", url=url)["loaderId"]
        while loader not in self._loaded:
            self._read()

    def run(self, script: str) -> Any:
        """The value of an expression; a promise is awaited."""
        answer = self.command("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait, in the browser, until an expression is true that only what is waited for makes true."""
        script = f"""new Promise((done, fail) => {{
            let looks = 0;
            const look = () => {{
                let held = false;
                try {{ held = !!({condition}); }} catch {{ }}
                if (held) done(true);
                else if (++looks > {LOOKS}) fail(new Error({json.dumps("never: " + condition)}));
                else setTimeout(look, 10);
            }};
            look();
        }})"""
        self.run(script)

    def act(self, script: str) -> None:
        """Do what a person would, and wait until the page says that this action is over."""
        before = self.run("Number(document.body.dataset.actions ?? 0)")
        self.run(script)
        self.wait(f"Number(document.body.dataset.actions ?? 0) > {before}")

    def screenshot(self, path: Path, width: int = 1280, height: int = 1000) -> None:
        """Write what the page looks like, as PNG."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.command("Emulation.setDeviceMetricsOverride", **size)
        path.write_bytes(base64.b64decode(self.command("Page.captureScreenshot")["data"]))


@contextmanager
def page(executable: str, profile: Path) -> Iterator[Page]:
    """A fresh browser with one page, ended with the block."""
    to_read, to_send = os.pipe()
    from_read, from_send = os.pipe()

    command = [sys.executable, "-c", LAUNCH, str(to_read), str(from_send), executable]
    command += ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    command += ["--disable-extensions", f"--user-data-dir={profile}", "--remote-debugging-pipe"]
    pipes = (to_read, from_send)
    process = subprocess.Popen(command, pass_fds=pipes, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(to_read)
    os.close(from_send)
    opened = Page(to_send, from_read)
    try:
        opened.attach()
        yield opened
    finally:
        opened._receive.close()
        os.close(to_send)
        process.terminate()
        process.wait()
