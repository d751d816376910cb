"""Inject faults: the grammar of `X-Sandbox-Fault`, standing rules, and their effects on a response.

A fault is a list of `name` or `name=value`, separated by semicolons: `status=503;retry-after=2;times=2`.
docs/sandbox.md has a table of the names; the parser accepts those in `NAMES`.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from .responses import JSON, Response
from .store import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What each name takes: "" nothing, "n" a whole number, "s" seconds, "p" a share from 0 to 1, or words to choose from.
NAMES: Final[dict[str, str]] = {
    # when
    "times": "n", "after": "n", "rate": "p", "id": "text",
    # instead of the response
    "status": "n", "applied": "", "retry-after": "text", "retry-after-date": "s", "body": "json html empty text",
    # time and connection
    "latency": "s", "blackhole": "", "reset": "before after body", "truncate": "n", "dribble": "s", "pace": "s",
    # the response's content
    "content-type": "text", "bad-json": "", "bad-utf8": "", "repeat-cursor": "", "unknown-enum": "",
    "extra-field": "", "duplicate-field": "text", "missing-field": "text", "null-field": "text",
    # streams
    "heartbeats-only": "", "cut-sse": "n", "clean": "", "no-terminator": "",
}  # fmt: skip

ENUM_FIELDS: Final = frozenset(
    {"outcome", "status", "state", "mode", "decision", "delivery", "finish_reason", "role", "severity"}
)
UNKNOWN: Final = "sandbox_unknown"


class FaultError(ValueError):
    """A fault's text is invalid; the message says what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A parsed fault: its values by name."""

    text: str
    values: dict[str, Any]

    def has(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


def parse(text: str) -> Fault:
    """Parse a fault's text. Raises FaultError."""
    values: dict[str, Any] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        name, _, value = (one.strip() for one in part.partition("="))
        if name.startswith("header."):
            values.setdefault("headers", {})[name.removeprefix("header.").lower()] = value
        elif name in NAMES:
            values[name] = _read(name, NAMES[name], value)
        else:
            raise FaultError(
                f"there is no fault {name!r}; the faults are {', '.join(sorted(NAMES))}, header.NAME"
            )
    if not values:
        raise FaultError("an empty fault")
    return Fault(text, values)


def _read(name: str, kind: str, value: str) -> Any:
    try:
        return _READERS[kind](value) if kind in _READERS else _word(value, kind.split())
    except ValueError as error:
        raise FaultError(f"{name}={value!r}: {error}") from None


def _nothing(value: str) -> bool:
    if value:
        raise ValueError("takes no value")
    return True


def _whole(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("takes a whole number")
    return int(value)


def _share(value: str) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError("takes a share from 0 to 1")
    return share


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0 <= seconds <= 86400:
        raise ValueError("takes seconds, from 0 to 86400")
    return seconds


def _word(value: str, words: list[str]) -> str:
    if value not in words:
        raise ValueError(f"takes one of {', '.join(words)}")
    return value


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "": _nothing, "n": _whole, "s": _seconds, "p": _share, "text": str,
}  # fmt: skip


@dataclass(slots=True)
class Rule:
    """A fault for all requests that match, until it is removed."""

    id: int
    fault: Fault
    platform: str = "*"
    method: str = "*"
    path: str = "*"
    hits: int = 0

    def matches(self, platform: str, method: str, path: str) -> bool:
        wanted = ((platform, self.platform), (method, self.method), (path, self.path))
        return all(fnmatchcase(value, pattern) for value, pattern in wanted)

    def describe(self) -> dict[str, Any]:
        where = {"platform": self.platform, "method": self.method, "path": self.path}
        return {"id": self.id, "fault": self.fault.text, **where, "hits": self.hits}


@dataclass(slots=True)
class Faults:
    """The standing rules, and the counts behind `times=`, `after=` and `rate=`."""

    seed: int = 0
    rules: list[Rule] = field(default_factory=list)
    _seen: dict[Any, int] = field(default_factory=dict)
    _random: random.Random = field(init=False)
    _last: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - it must be repeatable

    def add(self, text: str, platform: str = "*", method: str = "*", path: str = "*") -> Rule:
        """Add a rule and return it. Raises FaultError."""
        self._last += 1
        rule = Rule(self._last, parse(text), platform, method.upper(), path)
        self.rules.append(rule)
        return rule

    def remove(self, rule_id: int | None = None) -> int:
        """Remove one rule, or all, and return how many were removed."""
        before = len(self.rules)
        self.rules = [rule for rule in self.rules if rule_id is not None and rule.id != rule_id]
        return before - len(self.rules)

    def clear(self) -> None:
        self.rules, self._seen = [], {}
        self.__post_init__()

    def pick(self, header: str | None, platform: str, method: str, path: str) -> Fault | None:
        """Return a request's fault: the header's, else that of the first rule that matches and fires.

        Raises FaultError.
        """
        if header is not None:
            fault = parse(header)
            return fault if self._fires(fault, (method, path, header)) else None
        for rule in self.rules:
            if rule.matches(platform, method, path) and self._fires(rule.fault, rule.id):
                rule.hits += 1
                return rule.fault
        return None

    def _fires(self, fault: Fault, key: Any) -> bool:
        seen = self._seen[key] = self._seen.get(key, 0) + 1
        skip = fault.get("after", 0)
        if seen <= skip or seen - skip > fault.get("times", float("inf")):
            return False
        return not fault.has("rate") or self._random.random() < fault.get("rate")


def skips_handler(fault: Fault) -> bool:
    """Return whether the fault responds to, drops or hangs a request before the platform sees it."""
    replaced = fault.has("status") or fault.has("blackhole") or fault.get("reset") == "before"
    return replaced and not fault.has("applied")


def stay_on_page(query: dict[str, list[str]], data: dict[str, Any]) -> None:
    """Remove the position in a list from a request, so that `repeat-cursor` returns the same page again."""
    for name in ("offset", "page", "cursor", "evidence_offset"):
        query.pop(name, None)
        if name in data:
            data[name] = None


def replacement(fault: Fault, response: Response, now: float) -> Response:
    """Return the response for `status=`: the platform's own error, or what `body=` names."""
    kind = fault.get("body", "json")
    if kind == "html":
        response.content, response.media_type = b"<html><body><h1>Bad gateway</h1></body></html>", "text/html"
    elif kind == "text":
        response.content, response.media_type = b"upstream error", "text/plain"
    elif kind == "empty":
        response.content = b""
    if fault.has("retry-after"):
        response.headers["retry-after"] = fault.get("retry-after")
    if fault.has("retry-after-date"):
        response.headers["retry-after"] = formatdate(now + fault.get("retry-after-date"), usegmt=True)
    return response


def distort(fault: Fault, response: Response) -> Response:
    """Return a response with its content and headers changed by the fault; wire.py does the rest."""
    response = replace(response, headers={**response.headers, **fault.get("headers", {})})
    if fault.has("content-type"):
        response.media_type = fault.get("content-type")
    if hasattr(response.content, "__next__"):
        response.content = _stream(fault, response.content)
    elif not isinstance(response.content, bytes) and response.content is not None:
        response.content = _json_bytes(fault, response.content)
    return response


def _json_bytes(fault: Fault, content: Any) -> bytes:
    content = json.loads(dump(content))
    if fault.has("repeat-cursor"):
        _repeat(content)
    if fault.has("unknown-enum"):
        content = _map_objects(content, lambda one: {k: _unknown(k, v) for k, v in one.items()})
    if fault.has("extra-field"):
        content = _map_objects(content, lambda one: {**one, "sandbox_extra": {"added": True}})
    if name := fault.get("missing-field"):
        content = _map_objects(content, lambda one: {k: v for k, v in one.items() if k != name})
    if name := fault.get("null-field"):
        content = _map_objects(content, lambda one: {k: None if k == name else v for k, v in one.items()})
    raw = dump(content).encode()
    if (name := fault.get("duplicate-field")) and isinstance(content, dict) and name in content:
        raw = b"{" + f"{dump(name)}:{dump(content[name])},".encode() + raw[1:]
    if fault.has("bad-json"):
        raw = raw[: len(raw) // 2]
    if fault.has("bad-utf8"):
        raw = raw[:-1] + b',"sandbox":"\xff\xfe"}'
    return raw


def _map_objects(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return change({key: _map_objects(one, change) for key, one in value.items()})
    return [_map_objects(one, change) for one in value] if isinstance(value, list) else value


def _unknown(key: str, value: Any) -> Any:
    return UNKNOWN if key in ENUM_FIELDS and isinstance(value, str) else value


def _repeat(content: Any) -> None:
    """Make a page claim that there is more, with a cursor that leads to the same page."""
    page = content.get("data", content) if isinstance(content, dict) else None
    if not isinstance(page, dict):
        return
    for name, more in (("list_complete", False), ("truncated", True), ("hasMore", True)):
        if name in page:
            page[name] = more
    if "list_complete" in page or "truncated" in page:
        page["cursor"] = UNKNOWN
    if isinstance(page.get("total"), int):
        page["total"] += 1_000_000


def _stream(fault: Fault, frames: Iterator[bytes | float]) -> Iterator[bytes | float]:
    pace = fault.get("pace", 0.02)
    try:
        if fault.has("heartbeats-only"):
            while True:
                yield b": ping\n\n"
                yield pace
        sent = 0
        for frame in frames:
            if fault.has("no-terminator") and isinstance(frame, bytes) and _ends(frame):
                break
            yield frame
            if isinstance(frame, bytes) and not frame.startswith(b":"):
                sent += 1
                if sent == fault.get("cut-sse"):
                    break
                if fault.has("pace"):
                    yield pace
    finally:
        # The platform's stream is closed, as it would be if the client had left.
        close = getattr(frames, "close", None)
        if close is not None:
            close()


def _ends(frame: bytes) -> bool:
    return b"[DONE]" in frame or b'"type":"done"' in frame


def json_error(status: int, message: str) -> Response:
    """Return a plain error of the sandbox's control API."""
    return Response({"error": message}, status, media_type=JSON)
