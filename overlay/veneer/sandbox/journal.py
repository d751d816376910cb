"""Remember what reached the sandbox and what it changed, so that a test can prove "once"."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

# Values of these headers are never kept: the journal may be shown on a screen.
SECRET_HEADERS = frozenset({"authorization", "x-aerostack-key", "cookie", "proxy-authorization"})


@dataclass(slots=True)
class Entry:
    """One request. `outcome` is `open` until it was answered, reset, cut, or left by the client."""

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

    def describe(self) -> dict[str, Any]:
        """As JSON; a credential's header says that it was there and not what it was."""
        shown = {name: "***" if name in SECRET_HEADERS else value for name, value in self.headers.items()}
        out = {name: getattr(self, name) for name in self.__slots__}
        return {**out, "headers": shown}


@dataclass(slots=True)
class Journal:
    """The last `size` requests, oldest first."""

    size: int = 10_000
    entries: deque[Entry] = field(init=False)
    count: int = 0
    _watchers: set[asyncio.Queue[Entry]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.entries = deque(maxlen=self.size)

    def add(self, entry: Entry) -> None:
        self.count += 1
        self.entries.append(entry)

    def done(self, entry: Entry) -> None:
        """Tell those who watch that this request is over."""
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
        """Entries with n > since whose fields have these values."""
        return [
            one
            for one in self.entries
            if one.n > since and all(str(getattr(one, name)) == value for name, value in wanted.items())
        ]
