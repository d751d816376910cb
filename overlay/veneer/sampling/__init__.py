"""Compare real responses with the contract: `Client(…, on_result=[sampler])`, then `sampler.report()`."""

from __future__ import annotations

import importlib.resources
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError
from veneer._core.violations import SchemaViolation
from veneer.sampling._conformance import Routes, check_answer

if TYPE_CHECKING:
    import httpx

__all__ = ["Report", "Sampler", "SchemaViolation"]

# What the comparison raises for an invalid contract; it must not affect a call.
_MALFORMED = (AttributeError, KeyError, TypeError, ValueError, IndexError, RecursionError)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings so far: each once, with its count, most frequent first.

    `seen` counts responses, `sampled` those compared, `failed` those that could not be. `dropped`
    counts findings beyond the bound. `first_seen` is when each finding first occurred.
    """

    contract: str
    seen: int
    sampled: int
    failed: int
    dropped: int
    findings: tuple[tuple[SchemaViolation, int], ...]
    first_seen: Mapping[SchemaViolation, datetime] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        head = f"{self.contract}: {self.sampled:,} of {self.seen:,} responses compared, {len(self.findings):,} findings"
        more = [f"{self.failed:,} could not be compared: is the contract valid?"] if self.failed else []
        more += [f"{self.dropped:,} findings more than are kept"] if self.dropped else []
        return "\n".join([head, *(f"{one}: {count:,}×" for one, count in self.findings), *more])

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON types."""
        return {
            "contract": self.contract,
            "seen": self.seen,
            "sampled": self.sampled,
            "failed": self.failed,
            "dropped": self.dropped,
            "findings": [
                {
                    **one.to_dict(),
                    "count": count,
                    "first_seen": self.first_seen[one].isoformat(timespec="seconds"),
                }
                for one, count in self.findings
            ],
        }

    def to_json(self) -> str:
        """Return the report as JSON text."""
        return json.dumps(self.to_dict(), indent=2)


class Sampler:
    """A hook that compares a share of a client's responses with the contract and keeps the violations.

    | argument | meaning |
    |---|---|
    | contract | the name of a platform or of a project's package, or an OpenAPI document (its external references bundled) |
    | rate | the share of responses to compare, 0 to 1 |
    | max_findings | most different findings to keep; further ones are only counted |
    | max_bytes | longer bodies are not compared |
    | enum_values | keep values that an enum does not list, where they are words or small numbers; nothing else of a response is ever kept |

    One sampler may serve several clients, threads and tasks. It never makes a call fail. Raises
    ConfigurationError for a platform that is not installed and for arguments out of range.
    """

    def __init__(
        self,
        contract: str | Mapping[str, Any],
        *,
        rate: float = 0.1,
        max_findings: int = 1000,
        max_bytes: int = 4 * 1024 * 1024,
        enum_values: bool = False,
        random: Callable[[], float] = random.random,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not 0 <= rate <= 1:
            raise ConfigurationError("rate is the share of responses to compare: 0 to 1")
        document = _packaged(contract) if isinstance(contract, str) else contract
        if not isinstance(document.get("paths"), Mapping):
            raise ConfigurationError("the contract has no paths: give an OpenAPI document")
        self.contract = (
            contract if isinstance(contract, str) else str(document.get("info", {}).get("title", "API"))
        )
        self.rate = rate
        self._document = document
        self._routes = Routes(document)
        self._limits = max_findings, max_bytes
        self._enum_values = enum_values
        self._random, self._now = random, now
        self._lock = threading.Lock()
        self._counts: Counter[SchemaViolation] = Counter()
        self._first: dict[SchemaViolation, datetime] = {}
        self._seen = self._sampled = self._failed = self._dropped = 0

    def __call__(self, response: httpx.Response, target: str) -> None:
        """Compare a response; `target` is the called path, relative to the base URL, or a whole URL."""
        chosen = self._random() < self.rate
        with self._lock:
            self._seen += 1
        if not chosen:
            return
        failed = False
        found: list[SchemaViolation] = []
        try:
            found = self._compare(response, target)
        except _MALFORMED:
            failed = True
        with self._lock:
            self._sampled += 1
            self._failed += failed
            for one in found:
                if one in self._counts or len(self._counts) < self._limits[0]:
                    self._counts[one] += 1
                    if one not in self._first:
                        self._first[one] = self._now()
                else:
                    self._dropped += 1

    def report(self) -> Report:
        """Return the findings so far."""
        with self._lock:
            findings = tuple(self._counts.most_common())
            return Report(
                self.contract,
                self._seen,
                self._sampled,
                self._failed,
                self._dropped,
                findings,
                dict(self._first),
            )

    def __repr__(self) -> str:
        return f"Sampler({self.contract!r}, rate={self.rate!r}, sampled={self._sampled}, findings={len(self._counts)})"

    def _compare(self, response: httpx.Response, target: str) -> list[SchemaViolation]:
        method, media = response.request.method, response.headers.get("content-type", "")
        route = self._routes.find(method, target)
        if route is None:
            if method == "HEAD":  # it is that of a GET, listed or not
                return []
            # The path is not shown: it may hold ids.
            return [SchemaViolation("route", "", operation=f"{method} *")]
        content = _content(response)
        if content is not None and len(content) > self._limits[1]:
            content = None
        body: Any = None
        if content and "json" in media:
            try:
                body = json.loads(content)
            except (ValueError, RecursionError):
                return [
                    SchemaViolation("body", "", "JSON", "not JSON", route.name, str(response.status_code))
                ]
        size = None if content is None else len(content)
        return check_answer(
            self._document, route, response.status_code, media, body, size=size, enum_values=self._enum_values
        )


def _content(response: httpx.Response) -> bytes | None:
    """Return the body if it has been read; those of streams and downloads belong to the caller."""
    import httpx

    try:
        return response.content
    except httpx.ResponseNotRead:
        return None


def _packaged(name: str) -> Mapping[str, Any]:
    for package in ("veneer_generated", f"{name}_generated"):
        try:
            file = importlib.resources.files(f"{package}.contracts") / f"{name}.json"
            found: Mapping[str, Any] = json.loads(file.read_bytes())
        except (ModuleNotFoundError, FileNotFoundError):
            continue
        return found
    raise ConfigurationError(f"no contract of {name!r} is installed: pass the document itself")
