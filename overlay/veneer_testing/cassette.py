"""Keep a server's responses in a file, and match requests to them. The file's format:

    {
      "cassette": 1,
      "recorded_at": "2026-11-28T10:00:00Z",
      "interactions": [
        {
          "request": {"method": "POST", "url": "https://api.example.com/things", "body": {"json": {"name": "a"}}},
          "response": {"seconds": 0.12, "status": 201, "headers": {"content-type": "application/json"}, "body": {"json": {"id": 1}}}
        },
        {"request": {…}, "failure": {"error": "ReadTimeout", "message": "", "seconds": 5.0, "sent": true}}
      ]
    }

A stream has `events` in place of `body`: texts with the seconds before each. An incomplete body has a `failure`
beside it.
"""

from __future__ import annotations

import difflib
import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from veneer._core.redact import MASK

__all__ = ["MATCH_ON", "Cassette", "CassetteError", "Kept"]

VERSION: Final = 1
MATCH_ON: Final = ("method", "scheme", "host", "port", "path", "query", "headers", "body")
"""The parts of a request that select its response by default; `headers` are those in `_CHOOSING`."""
_CHOOSING: Final = frozenset({"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-event-id", "range"})  # fmt: skip
_ENCODED_MASK: Final = re.compile(re.escape(quote(MASK, safe="")), re.IGNORECASE)

Kept = dict[str, Any]
"""A request, an answer or a failure as it is in the file."""


class CassetteError(Exception):
    """A cassette is unusable, or has no response for a request; the message says what to do."""


@dataclass
class Cassette:
    """The interactions of one test: `play` returns a request's response, in order for equal requests.

    `path` is its file; `recorded_at` the time of its first request, in seconds since 1970; `clients` the addresses of
    the fixtures' clients, and whether they had a key.
    """

    path: Path
    interactions: list[Kept] = field(default_factory=list)
    recorded_at: float = 0.0
    clients: dict[str, Any] = field(default_factory=dict)
    match_on: Sequence[str] = MATCH_ON

    def __post_init__(self) -> None:
        self._played = [False] * len(self.interactions)
        self._keys = [request_key(one["request"], self.match_on) for one in self.interactions]
        self._lock = threading.Lock()

    @classmethod
    def load(cls, path: Path, match_on: Sequence[str] = MATCH_ON) -> Cassette:
        """Read a cassette. Raises CassetteError for an invalid file."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            version = content["cassette"]
            if version != VERSION:
                raise CassetteError(f"{path} is a cassette of version {version}, but this veneer reads {VERSION}: update veneer, or record it again")  # fmt: skip
            recorded_at = datetime.fromisoformat(content["recorded_at"]).timestamp()
            found = [_checked(one) for one in content["interactions"]]
            return cls(path, found, recorded_at, dict(content.get("clients", {})), match_on)
        except OSError as error:
            raise CassetteError(f"{path} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CassetteError(f"{path} is not a cassette ({error}): fix it, or delete it and record it again") from None  # fmt: skip

    def save(self) -> None:
        """Write the file, and create its folders. Raises OSError."""
        moment = datetime.fromtimestamp(self.recorded_at, UTC).isoformat(timespec="milliseconds")
        content: dict[str, Any] = {"cassette": VERSION, "recorded_at": moment.replace("+00:00", "Z")}
        if self.clients:
            content["clients"] = dict(sorted(self.clients.items()))
        content["interactions"] = self.interactions
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside it and renamed, so that an interrupted run leaves no partial file.
        scratch = self.path.with_name(f".{self.path.name}.new")
        scratch.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        scratch.replace(self.path)

    def play(self, request: Kept) -> Kept | None:
        """Return the next interaction for a request; None if there is none left."""
        key = request_key(request, self.match_on)
        with self._lock:
            for index, known in enumerate(self._keys):
                if known == key and not self._played[index]:
                    self._played[index] = True
                    return self.interactions[index]
        return None

    def explain(self, request: Kept) -> str:
        """Return why a request has no response: the nearest interaction, and the difference."""
        key = request_key(request, self.match_on)
        shown = f"{request['method']} {request['url']}"
        if not self.interactions:
            return f"there is no response for {shown}: there is no cassette yet"
        times = self._keys.count(key)
        if times:
            return f"{shown} was recorded {_times(times)}, but sent again"
        index, nearest = max(enumerate(self._keys), key=lambda one: _nearness(key, one[1]))
        differing = "; ".join(_differences(key, nearest))
        return f"there is no response for {shown}; the nearest is interaction {index + 1}, where {differing}"

    @property
    def unplayed(self) -> int:
        """The number of interactions that were not requested."""
        return self._played.count(False)


def request_key(request: Kept, match_on: Iterable[str]) -> dict[str, Any]:
    """Return the comparable parts of a request, equal for equivalent requests."""
    parts = urlsplit(_plain(request["url"]))
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    headers = {name: value for name, value in request.get("headers", {}).items() if name in _CHOOSING}
    every = {
        "method": request["method"],
        "scheme": parts.scheme,
        "host": (parts.hostname or "").lower(),
        "port": port,
        "path": unquote(parts.path) or "/",
        # Order only matters between values of one name.
        "query": sorted(parse_qsl(parts.query, keep_blank_values=True), key=lambda pair: pair[0]),
        "headers": headers,
        "body": _comparable(request.get("body", {})),
    }
    return {name: every[name] for name in match_on}


def _plain(text: str) -> str:
    """Return a text with every mask in the same form."""
    return _ENCODED_MASK.sub(MASK, text)


def _comparable(body: Any) -> Any:
    """Return a body with joined texts and every mask in the same form."""
    if isinstance(body, dict):
        return {
            name: "".join(one) if name == "text" and isinstance(one, list) else _comparable(one)
            for name, one in body.items()
        }
    if isinstance(body, list):
        return [_comparable(one) for one in body]
    return _plain(body) if isinstance(body, str) else body


def _checked(interaction: Any) -> Kept:
    """Return an interaction that can be played. Raises KeyError, TypeError or ValueError."""
    request = interaction["request"]
    request_key(request, MATCH_ON)
    if "response" in interaction:
        int(interaction["response"]["status"])
    else:
        str(interaction["failure"]["error"])
    return dict(interaction)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _nearness(key: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Return how much two requests have in common; the path counts most."""
    weights = {"path": 8.0, "method": 4.0, "body": 2.0, "query": 2.0}
    return sum(
        weights.get(name, 1.0) * difflib.SequenceMatcher(None, str(value), str(other[name])).ratio()
        for name, value in key.items()
    )


def _differences(key: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for name, value in key.items():
        if value != other[name]:
            yield _difference(name, value, other[name])


def _difference(place: str, value: Any, recorded: Any) -> str:
    """Return the first place in which two values differ, in words."""
    if isinstance(value, dict) and isinstance(recorded, dict):
        for name in (*value, *(one for one in recorded if one not in value)):
            if name not in recorded:
                return f"{place} had no {name!r}"
            if name not in value:
                return f"{place} also had {name!r}"
            if value[name] != recorded[name]:
                return _difference(f"{place}.{name}", value[name], recorded[name])
    if isinstance(value, list) and isinstance(recorded, list) and len(value) == len(recorded):
        for index, (one, other) in enumerate(zip(value, recorded, strict=True)):
            if one != other:
                return _difference(f"{place}[{index}]", one, other)
    return f"{place} was {_short(recorded)}, but is {_short(value)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}…"
