"""Make addresses from what does not change between calls, worked out once for each set of options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

import httpx

from veneer._core.options import Options

__all__ = ["Prepared", "encode_query"]

# Paths that httpx takes over as they are, far below its limit on length.
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]{0,4096})?")
_LONGEST_QUERY = 32_768


class Prepared:
    """What all requests of one set of options share: the base URL parsed, the time-outs by httpx's names.

    httpx parses an address in 15 µs, and twice more for its parameters; here only what is new is looked at, and anything out of the ordinary is left to httpx.
    """

    def __init__(self, options: Options) -> None:
        limits = options.timeouts
        self.timeouts = {
            "connect": limits.connect,
            "read": limits.read,
            "write": limits.write,
            "pool": limits.pool,
        }
        self._query = {name: value for name, value in options.query.items() if value is not None}
        self._base_url = options.base_url
        self._base = httpx.URL(options.base_url)

    def url(self, text: str, params: Mapping[str, Any] | None) -> httpx.URL:
        """The URL that `join` gave with the options' query under the call's. Raises httpx.InvalidURL."""
        query = {**self._query, **(params or {})}
        query = {name: value for name, value in query.items() if value is not None}
        encoded = encode_query(query) if query else ""
        path = text.removeprefix(self._base_url)
        if _PLAIN_PATH.fullmatch(path) is None or len(encoded) > _LONGEST_QUERY:
            url = httpx.URL(text)
            return url.copy_merge_params(query) if query else url
        # Private, for want of a door: a test compares the result with httpx's own, for any path and query.
        base = self._base._uri_reference  # noqa: SLF001
        url = httpx.URL.__new__(httpx.URL)
        url._uri_reference = base._replace(path=base.path + path, query=encoded or None)  # noqa: SLF001
        return url


def encode_query(params: Mapping[str, Any]) -> str:
    """Encode parameters as forms are (WHATWG URL §5.2): lists repeat their name, true and false are in lower case, None is empty.

    >>> encode_query({"q": "a b", "tag": ["x", "y"], "all": True})
    'q=a+b&tag=x&tag=y&all=true'
    """
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        if isinstance(value, (list, tuple)):
            pairs += [(name, _text(one)) for one in value]
        else:
            pairs.append((name, _text(value)))
    return "&".join([f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs])


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
