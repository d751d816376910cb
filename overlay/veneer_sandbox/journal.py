"""Record requests and their effects, so that a test can prove "exactly once". No credential is kept."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

HIDDEN: Final = "***"

# Headers whose values are kept. Any other may carry a credential, and the journal may be shown on a screen.
# `Options.show_headers` adds to them.
SHOWN_HEADERS: Final = frozenset(
    """
    accept accept-charset accept-encoding accept-language cache-control connection content-digest
    content-encoding content-language content-length content-range content-type date expect host
    idempotency-key if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive
    last-event-id max-forwards origin pragma prefer priority range repr-digest te traceparent tracestate
    trailer transfer-encoding upgrade user-agent want-repr-digest x-correlation-id x-request-id
    x-retry-count x-sandbox-fault x-sdk-version x-stainless-retry-count
    """.split()  # noqa: SIM905 - as words
)
# A query parameter is a credential if its name contains one of these words.
_SECRET_WORDS: Final = frozenset(
    """
    apikey assertion auth authorization bearer code cookie credential jwt otp pass passcode passphrase
    passwd password pin pwd secret sig signature token verifier
    """.split()  # noqa: SIM905 - as words
)
_SECRET_KEYS: Final = re.compile(
    r"(api|access|account|app|auth|client|private|secret|service|session|shared|signing|subscription)key$"
)


def shown_headers(headers: Mapping[str, str], more: Collection[str] = ()) -> dict[str, str]:
    """Return headers as the journal keeps them: names, and values that cannot be credentials."""
    return {
        name: value if name in SHOWN_HEADERS or name in more else HIDDEN for name, value in headers.items()
    }


def shown_query(query: str, *, key: bool = False, secrets: Collection[str] = ()) -> str:
    """Return a query string as the journal keeps it; with `key`, a parameter of that name is not a credential.

    `secrets` are parameters that are credentials whatever their names.
    """
    pairs = (pair.partition("=") for pair in query.split("&"))
    return "&".join(
        f"{name}{sign}{HIDDEN if sign and (_is_secret(name, key=key) or unquote_plus(name) in secrets) else value}"
        for name, sign, value in pairs
    )


def _is_secret(name: str, *, key: bool) -> bool:
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", unquote_plus(name))]
    if words == ["key"]:
        return not key
    singular = {word.removesuffix("s") for word in words}
    return bool(singular & _SECRET_WORDS) or bool(_SECRET_KEYS.search("".join(words).removesuffix("s")))


@dataclass(slots=True)
class Entry:
    """One request, credentials hidden. `outcome` is `open`, then answered, reset, cut, hung or left (by the client)."""

    n: int
    at: str
    origin: str
    platform: str
    operation: str | None
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body_bytes: int = 0
    status: int | None = None
    outcome: str = "open"
    fault: str | None = None
    idempotency_key: str | None = None
    effects: list[str] = field(default_factory=list)
    body_digest: str = ""
    # Seconds of real time, which passes even while the sandbox's clock is stopped: when the request came,
    # counted from the sandbox's start, and how long it took.
    uptime_s: float = 0.0
    took_s: float | None = None
    # The response's Retry-After header as sent.
    retry_after: str | None = None

    def describe(self) -> dict[str, Any]:
        """Return the entry as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Journal:
    """The last `size` requests, oldest first."""

    size: int = 10_000
    # A key of this process: without it, nobody can test guesses of a body against its digest.
    _key: bytes = field(default_factory=lambda: os.urandom(16), repr=False)
    entries: deque[Entry] = field(init=False)
    count: int = 0
    _watchers: set[asyncio.Queue[Entry]] = field(default_factory=set)
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.entries = deque(maxlen=self.size)

    def digest(self, body: bytes) -> str:
        """Return a keyed digest of a body, which only serves to compare bodies."""
        return hashlib.blake2b(body, digest_size=8, key=self._key).hexdigest()

    def uptime(self) -> float:
        """Return the seconds since the sandbox started."""
        return round(time.monotonic() - self._started, 4)

    def add(self, entry: Entry) -> None:
        entry.uptime_s = self.uptime()
        self.count += 1
        self.entries.append(entry)

    def done(self, entry: Entry) -> None:
        """Notify watchers that a request is over."""
        entry.took_s = round(self.uptime() - entry.uptime_s, 4)
        for queue in self._watchers:
            if not queue.full():
                queue.put_nowait(entry)

    def watch(self) -> asyncio.Queue[Entry]:
        queue: asyncio.Queue[Entry] = asyncio.Queue(maxsize=1000)
        self._watchers.add(queue)
        return queue

    def unwatch(self, queue: asyncio.Queue[Entry]) -> None:
        self._watchers.discard(queue)

    def clear(self) -> None:
        self.entries.clear()

    def find(self, since: int = 0, **wanted: str) -> list[Entry]:
        """Return the entries with n > since whose fields have these values."""
        return [
            one
            for one in self.entries
            if one.n > since and all(str(getattr(one, name)) == value for name, value in wanted.items())
        ]
