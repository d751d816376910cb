"""Read a fault address: a token, a behaviour with its options, and the path that the client meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Route:
    """What one request address asks for.

    `path` is the rest of the target as sent, query included and never decoded: tests of path encoding compare it.
    """

    token: str
    behaviour: str
    value: str
    options: Mapping[str, str]
    path: str

    def number(self, option: str, default: float) -> float:
        """Give an option as a number, in the unit its behaviour documents."""
        return float(self.options.get(option, default))


def parse(target: str) -> Route:
    """Split `/token/behaviour[=value][,option=value…]/rest`; raises `ValueError` when it has no behaviour.

    Values are percent-decoded, so that an option can hold a space, a comma or a slash.
    """
    # Not urlsplit: a client's mistake such as `//` or `/..` has to stay visible in `path`.
    empty, token, segment, *rest = [*target.split("/", 3), "", ""][:4]
    if empty or not token or not segment:
        raise ValueError(f"not a fault address: {target!r}")
    segment, question, query = segment.partition("?")
    path = f"/{rest[0]}" if not question else f"?{query}"
    (behaviour, value), *options = [_pair(item) for item in segment.split(",")]
    return Route(token, behaviour, value, dict(options), path)


def _pair(item: str) -> tuple[str, str]:
    name, _, value = item.partition("=")
    return unquote(name), unquote(value)
