"""Hold the state of a running sandbox: data, time, faults, journal, options."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from .faults import Faults
from .journal import Journal
from .responses import Refusal
from .snapshots import Snapshots
from .store import Clock, Store, opened

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from .responses import Delivery


# 2026-01-01T00:00:00Z: where the clock stops if the sandbox has a seed.
EPOCH: Final = 1_767_225_600.0

# The keys that a fresh sandbox accepts; every platform refuses all others.
KEYS: Final[Mapping[str, str]] = {
    "hybridb": "hdb_sandbox",
    "hestiaos": "hestia_sandbox",
    "velerian": "vk_live_sandbox",
    "aerostack": "ak_sandbox",
    "aerostack_consumer": "consumer_sandbox",
}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a sandbox.

    | option | meaning |
    |---|---|
    | seed | determines ids, texts and random faults; with one, the clock stops at 2026-01-01 until it is moved |
    | data | a folder where state and snapshots outlive the process; None: memory |
    | latency | seconds before every response |
    | rate_limit | requests per minute and key (not HestiaOS, which documents no 429); None: no limit |
    | require_key | HestiaOS refuses calls without a key too |
    | older_hestiaos | HestiaOS responds to chat, agents and metrics in the form of older servers |
    | root | the platform that is also served without a prefix |
    | show_headers | further headers whose values the journal shows |

    Raises ValueError for values out of range.
    """

    seed: int | None = None
    data: Path | None = None
    latency: float = 0.0
    rate_limit: int | None = None
    require_key: bool = False
    older_hestiaos: bool = False
    root: str | None = None
    show_headers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.latency >= 0 and math.isfinite(self.latency)):
            raise ValueError("the latency must be a number of seconds, 0 or more")
        if self.rate_limit is not None and self.rate_limit < 1:
            raise ValueError("the rate limit must be 1 or more requests a minute")
        object.__setattr__(self, "show_headers", tuple(name.lower() for name in self.show_headers))


class Seeded(Protocol):
    """A platform as a sandbox's state knows it: its name, its prefix, and its initial data."""

    @property
    def name(self) -> str: ...

    @property
    def base(self) -> str: ...

    @property
    def seed(self) -> Callable[[State], None]: ...

    @property
    def deliver(self) -> Callable[[State, str, Any], Delivery] | None: ...

    @property
    def contract(self) -> Mapping[str, Any]: ...


@dataclass(slots=True)
class State:
    """The state of one sandbox. Handlers run one at a time on its event loop, so no lock is needed."""

    platforms: Mapping[str, Seeded]
    options: Options = field(default_factory=Options)
    keys: Mapping[str, str] = field(default_factory=lambda: KEYS)
    clock: Clock = field(init=False)
    store: Store = field(init=False)
    faults: Faults = field(init=False)
    journal: Journal = field(default_factory=Journal)
    # Requests by platform since the start or the last reset; the journal's numbers continue.
    requests: Counter[str] = field(default_factory=Counter)
    snapshots: Snapshots = field(init=False)
    # The port of the presigned origin; None: it is under `/_files` of the API's own.
    files_port: int | None = None
    # Whether only this machine can reach the sandbox, and so only by this machine's own names.
    loopback: bool = False
    started: float = field(init=False)
    _fresh: dict[str, bytes] = field(init=False, repr=False)
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seed = self.options.seed
        self.clock = Clock(None if seed is None else EPOCH)
        self.faults = Faults(seed or 0)
        self.store = Store(None, seed or 0)
        for platform in self.platforms.values():
            platform.seed(self)
        self._fresh = self.store.dump()
        data = self.options.data
        self.snapshots = Snapshots(None if data is None else data / "snapshots")
        if data is not None:
            self.store.close()
            self.store = Store(data, seed or 0)
            if self.store.new:
                self.store.restore(opened(self._fresh, trusted=True))
        self._set_clock()
        self.started = self.clock.now()

    def _set_clock(self) -> None:
        """Set the clock to the time at which the state was left."""
        saved = self.store.get("sandbox", "clock") or self.store.put("sandbox", "clock", {"offset": 0.0})
        self.clock.offset = saved["offset"]

    def advance(self, seconds: float) -> None:
        """Move the time of all platforms."""
        self.clock.advance(seconds)
        self.store.put("sandbox", "clock", {"offset": self.clock.offset})

    def reset(self) -> None:
        """Reset state, time, faults, counts and journal; snapshots stay."""
        self._return_to(opened(self._fresh, trusted=True))
        self.started = self.clock.now()
        self.requests.clear()
        self.faults.clear()
        self.journal.clear()

    async def send_webhook(
        self, name: str, url: str, payload: Any = None, platform: str | None = None
    ) -> int:
        """Send a signed webhook to an address, and return the response's status.

        The default payload is generated from the contract. `platform` is needed if there are several. Raises
        ValueError for an unknown name or an unreachable address.
        """
        senders = [
            one for one in self.platforms.values() if one.deliver is not None and platform in (None, one.name)
        ]
        if len(senders) != 1 or (deliver := senders[0].deliver) is None:
            there = ", ".join(one.name for one in self.platforms.values() if one.deliver is not None)
            raise ValueError(
                f"say which platform sends it: {there}" if there else "no contract with webhooks is served"
            )
        delivery = deliver(self, name, payload)
        import httpx

        try:
            async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
                response = await client.request(
                    delivery.method, url, headers=dict(delivery.headers), content=delivery.body
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ValueError(f"{url} did not take the webhook: {error or type(error).__name__}") from None
        return response.status_code

    async def snapshot(self, name: str) -> None:
        """Save state and time under a name. Raises ValueError for an invalid name or too large a state, and OSError."""
        # Packing a large state takes seconds; requests are served meanwhile.
        await asyncio.to_thread(self.snapshots.save, name, self.store.dump())

    async def restore(self, name: str) -> None:
        """Return to a snapshot; faults and journal stay. Raises KeyError, and ValueError for a damaged one."""
        self._return_to(await asyncio.to_thread(self.snapshots.load, name))

    def _return_to(self, bases: Mapping[str, sqlite3.Connection]) -> None:
        self.store.restore(bases)
        self._set_clock()
        self._windows.clear()

    def meter(self, key: str) -> None:
        """Count a request against the rate limit of this key. Raises Refusal (429 with Retry-After)."""
        limit = self.options.rate_limit
        if limit is None:
            return
        now = self.clock.now()
        started, used = self._windows.get(key, (now, 0))
        if now - started >= 60:
            started, used = now, 0
        if used >= limit:
            wait = str(max(1, round(started + 60 - now)))
            message = f"Rate limit of {limit} requests a minute reached"
            raise Refusal(429, "RATE_LIMITED", message, headers={"retry-after": wait})
        self._windows[key] = (started, used + 1)

    def describe(self) -> dict[str, Any]:
        """Return a description of the sandbox as JSON."""
        return {
            "platforms": {one.name: f"/{one.base}" for one in self.platforms.values()},
            "keys": dict(self.keys),
            "now": self.clock.now(),
            "frozen": self.clock.frozen_at is not None,
            "uptime_s": self.journal.uptime(),
            "requests": self.requests.total(),
            "faults": [rule.describe() for rule in self.faults.rules],
            "snapshots": self.snapshots.names(),
        }
