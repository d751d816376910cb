"""Read when an operation goes away, from its contract and the headers of its responses.

Deprecation: @1688169599                           RFC 9745: since when; drafts of it had `true` and HTTP dates
Sunset: Sat, 31 Dec 2026 23:59:59 GMT              RFC 8594: when it may go away
Link: <https://…>; rel="deprecation" (or "sunset")  where its owner says more
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from veneer._core.violations import warn_caller

if TYPE_CHECKING:
    import httpx
    from typing_extensions import deprecated

    from veneer._core.call import Call
else:

    def deprecated(message, /, **_):
        """Mark a function as deprecated for type checkers (PEP 702).

        The client warns at run time: one DeprecationWarning for each operation.
        """

        def mark(function: Any) -> Any:
            function.__deprecated__ = message
            return function

        return mark


__all__ = ["Deprecation", "deprecated", "is_told", "of_answer", "read_since", "read_sunset", "warn_once"]

_HEADERS = (b"deprecation", b"sunset")
_STRUCTURED = re.compile(r"@(-?\d{1,15})")
_DAY = 86_400.0


class Deprecation(NamedTuple):
    """An operation that will be removed.

    `since` is when it was deprecated, `sunset` when it may stop working, each None if unknown;
    `link` is its owner's page about it, "" for none. `in_contract` is whether the contract marks it
    as deprecated.
    """

    operation: str
    method: str
    path: str
    since: datetime | None = None
    sunset: datetime | None = None
    link: str = ""
    in_contract: bool = False

    def days_left(self, now: datetime) -> int | None:
        """Return the whole days until its sunset, negative after it; None without one."""
        return None if self.sunset is None else math.floor((self.sunset - now).total_seconds() / _DAY)

    def said(self, now: datetime | None = None) -> str:
        """Return the deprecation in words: since when, until when, and with `now` the days left."""
        named = (
            "" if " " in self.operation else f" ({self.operation})"
        )  # a plain request is named by method and path already
        text = f"{self.method} {self.path}{named} is deprecated"
        if self.since is not None:
            text += f" since {self.since:%Y-%m-%d}"
        days = None if now is None else self.days_left(now)
        if self.sunset is not None:
            left = "" if days is None else f" ({left_in_words(days)})"
            text += f"; it may go away on {self.sunset:%Y-%m-%d}{left}"
        return f"{text}; see {self.link}" if self.link else text

    def __str__(self) -> str:
        return self.said()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types, times in RFC 3339."""
        facts = self._asdict()
        for name in ("since", "sunset"):
            facts[name] = None if facts[name] is None else facts[name].isoformat()
        return facts


def left_in_words(days: int) -> str:
    """Return the days left in words: `12 days left`, `3 days ago`."""
    if days < 0:
        return f"{-days} {'day' if days == -1 else 'days'} ago"
    return f"{days} {'day' if days == 1 else 'days'} left"


def is_told(headers: list[tuple[bytes, bytes]]) -> bool:
    """Return whether response headers announce a deprecation or sunset."""
    return any(name.lower() in _HEADERS for name, _ in headers)


def of_answer(call: Call, response: httpx.Response) -> Deprecation | None:
    """Return the operation's deprecation from response and contract; None if there is none."""
    headers, operation = response.headers, call.operation
    since, told = read_since(headers.get("deprecation", ""))
    sunset = read_sunset(headers.get("sunset", ""))
    if not (told or sunset or operation.deprecated):
        return None
    link = ""
    if "link" in headers:
        from veneer._core.links import next_link

        lines, own = headers.get_list("link"), str(response.request.url)
        link = next_link(lines, own, "deprecation") or next_link(lines, own, "sunset") or ""
    path = operation.path or call.target.partition("?")[0]
    return Deprecation(operation.id, call.method, path, since, sunset, link, operation.deprecated)


def read_since(value: str) -> tuple[datetime | None, bool]:
    """Read a `Deprecation` header: since when, and whether the operation is deprecated."""
    text = value.strip()
    if text.lower() in {"", "false", "?0"}:
        return None, False
    structured = _STRUCTURED.match(text)
    if structured is None:
        return read_sunset(text), True
    try:
        return datetime.fromtimestamp(int(structured[1]), UTC), True
    except (ValueError, OverflowError, OSError):
        return None, True


def read_sunset(value: str) -> datetime | None:
    """Read an HTTP date (RFC 9110 §5.6.7), or RFC 3339 as some servers send it; None otherwise."""
    from email.utils import parsedate_to_datetime

    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            when = read(value.strip())
            return (when if when.tzinfo is not None else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, IndexError, OverflowError, TypeError):
            continue
    return None


_MOST_WARNED = 10_000
_warned: set[tuple[str, str, str]] = set()


def warn_once(home: str, found: Deprecation, now: datetime) -> bool:
    """Warn about an operation at the caller's line, once per process.

    `home` distinguishes operations of two APIs: the operation's module, or the server's address.
    Returns whether this was the first time.
    """
    key = (home, found.method, found.path)
    if key in _warned or len(_warned) >= _MOST_WARNED:
        return False
    _warned.add(key)
    warn_caller(found.said(now), DeprecationWarning)
    return True
