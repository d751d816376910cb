"""Answers of a server in a file: which request is answered by which, and what the file looks like.

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

A stream has `events` in place of `body`: texts with the seconds that passed before each. A body that did not come to its end
has a `failure` beside it.
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
"""What of a request says which answer it gets, unless told otherwise; `headers` are those that choose what is answered."""
_CHOOSING: Final = frozenset({"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-event-id", "range"})  # fmt: skip
_ENCODED_MASK: Final = re.compile(re.escape(quote(MASK, safe="")), re.IGNORECASE)

Kept = dict[str, Any]
"""A request, an answer or a failure as it is in the file."""


class CassetteError(Exception):
    """A cassette that cannot be used, or that has no answer for a request; the message says what to do."""


@dataclass
class Cassette:
    """The interactions of one test: `play` gives each request its answer, in their order for requests that are alike.

    `path` is its file; `recorded_at` the time of day of its first request, seconds since 1970; `clients` says where clients of
    fixtures went, and whether with a key.
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
        """Read a cassette. Raises CassetteError for a file that is none."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            version = content["cassette"]
            if version != VERSION:
                raise CassetteError(f"{path} is a cassette of version {version}, and this veneer reads {VERSION}: update veneer, or record it again")  # fmt: skip
            recorded_at = datetime.fromisoformat(content["recorded_at"]).timestamp()
            found = [_checked(one) for one in content["interactions"]]
            return cls(path, found, recorded_at, dict(content.get("clients", {})), match_on)
        except OSError as error:
            raise CassetteError(f"{path} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CassetteError(f"{path} is not a cassette ({error}): mend it, or delete it and record it again") from None  # fmt: skip

    def save(self) -> None:
        """Write the file, and the folders that it is in. Raises OSError."""
        moment = datetime.fromtimestamp(self.recorded_at, UTC).isoformat(timespec="milliseconds")
        content: dict[str, Any] = {"cassette": VERSION, "recorded_at": moment.replace("+00:00", "Z")}
        if self.clients:
            content["clients"] = dict(sorted(self.clients.items()))
        content["interactions"] = self.interactions
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Sideways, so that a run that is interrupted leaves no half of a file.
        scratch = self.path.with_name(f".{self.path.name}.new")
        scratch.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        scratch.replace(self.path)

    def play(self, request: Kept) -> Kept | None:
        """Return the next answer that is kept for a request, with the request; None where there is none left."""
        key = request_key(request, self.match_on)
        with self._lock:
            for index, known in enumerate(self._keys):
                if known == key and not self._played[index]:
                    self._played[index] = True
                    return self.interactions[index]
        return None

    def explain(self, request: Kept) -> str:
        """Return why a request has no answer: what is nearest to it, and what differs."""
        key = request_key(request, self.match_on)
        shown = f"{request['method']} {request['url']}"
        if not self.interactions:
            return f"no answer is kept for {shown}: there is no cassette yet"
        times = self._keys.count(key)
        if times:
            return f"{shown} was recorded {_times(times)}, and is sent once more"
        index, nearest = max(enumerate(self._keys), key=lambda one: _nearness(key, one[1]))
        differing = "; ".join(_differences(key, nearest))
        return f"no answer is kept for {shown}; nearest is interaction {index + 1}, where {differing}"

    @property
    def unplayed(self) -> int:
        """How many of its interactions nobody asked for."""
        return self._played.count(False)


def request_key(request: Kept, match_on: Iterable[str]) -> dict[str, Any]:
    """Return what a request is compared by: what means the same, is the same."""
    parts = urlsplit(_plain(request["url"]))
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    headers = {name: value for name, value in request.get("headers", {}).items() if name in _CHOOSING}
    every = {
        "method": request["method"],
        "scheme": parts.scheme,
        "host": (parts.hostname or "").lower(),
        "port": port,
        "path": unquote(parts.path) or "/",
        # Order matters only between values of one name.
        "query": sorted(parse_qsl(parts.query, keep_blank_values=True), key=lambda pair: pair[0]),
        "headers": headers,
        "body": _comparable(request.get("body", {})),
    }
    return {name: every[name] for name in match_on}


def _plain(text: str) -> str:
    """Return a text in which the mask is written in one way."""
    return _ENCODED_MASK.sub(MASK, text)


def _comparable(body: Any) -> Any:
    """Return a body with texts in one piece, its masks written in one way."""
    if isinstance(body, dict):
        return {
            name: "".join(one) if name == "text" and isinstance(one, list) else _comparable(one)
            for name, one in body.items()
        }
    if isinstance(body, list):
        return [_comparable(one) for one in body]
    return _plain(body) if isinstance(body, str) else body


def _checked(interaction: Any) -> Kept:
    """Return an interaction that has what is needed to play it. Raises KeyError, TypeError or ValueError."""
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
    """Name the first place in which two values differ."""
    if isinstance(value, dict) and isinstance(recorded, dict):
        for name in (*value, *(one for one in recorded if one not in value)):
            if name not in recorded:
                return f"{place} had no {name!r}"
            if name not in value:
                return f"{place} had {name!r} besides"
            if value[name] != recorded[name]:
                return _difference(f"{place}.{name}", value[name], recorded[name])
    if isinstance(value, list) and isinstance(recorded, list) and len(value) == len(recorded):
        for index, (one, other) in enumerate(zip(value, recorded, strict=True)):
            if one != other:
                return _difference(f"{place}[{index}]", one, other)
    return f"{place} was {_short(recorded)}, and is {_short(value)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}…"
