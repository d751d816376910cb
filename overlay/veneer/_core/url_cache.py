"""Make addresses from what does not change between calls, worked out once for each set of options."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any
from urllib.parse import quote_plus

import httpx

from veneer._core.options import Options
from veneer._core.urls import Encoded, join

__all__ = ["Prepared", "encode_query"]

# Paths that httpx takes over as they are, far below its limit on length.
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]{0,4096})?")
_LONGEST_QUERY = 32_768
# Paths and likenesses that are remembered; those that hold an id are many.
_KEPT = 256


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
        self.headers: dict[Hashable, httpx.Headers] = {}
        self._query = {name: value for name, value in options.query.items() if value is not None}
        self._base_url = options.base_url
        self._base = httpx.URL(options.base_url)
        self._paths: dict[str, httpx.URL] = {}

    def remember(self, likeness: Hashable, headers: httpx.Headers) -> None:
        """Keep the headers that all requests of a likeness have in common."""
        if len(self.headers) >= _KEPT:  # credentials that change would fill it
            self.headers.clear()
        self.headers[likeness] = headers

    def url(self, target: str, params: Mapping[str, Any] | None, template: str | None = None) -> httpx.URL:
        """The URL of a path under the base URL (or of a whole address of its origin), the options' query under the call's.

        `template` is the contract's path, where the call has one. Raises httpx.InvalidURL, or what `join` raises.
        """
        query: Mapping[str, Any] = self._query
        if params:
            query = {**query, **params} if query else params
            if [value for value in query.values() if value is None]:
                query = {name: value for name, value in query.items() if value is not None}
        path = self._paths.get(target)
        if path is None:
            whole = join(self._base_url, target, template)
            path = self._path(whole.removeprefix(self._base_url))
            if path is None:
                url = httpx.URL(whole)
                return _merged(url, query) if query else url
            if len(self._paths) >= _KEPT:
                self._paths.clear()
            self._paths[target] = path
        if not query:
            return path
        encoded = encode_query(query)
        if len(encoded) > _LONGEST_QUERY:
            return _merged(path, query)
        scheme, userinfo, host, port, at, _, fragment = reference = path._uri_reference  # noqa: SLF001  # as below
        return _made(type(reference)(scheme, userinfo, host, port, at, encoded or None, fragment))

    def _path(self, path: str) -> httpx.URL | None:
        """The URL of a path that is added to the base URL's as it is; None for one that httpx had better look at."""
        if _PLAIN_PATH.fullmatch(path) is None:
            return None
        # Private, for want of a door: a test compares the result with httpx's own, for any path and query.
        base = self._base._uri_reference  # noqa: SLF001
        return _made(base._replace(path=base.path + path, query=None))


def _made(reference: Any) -> httpx.URL:
    url = httpx.URL.__new__(httpx.URL)
    url._uri_reference = reference  # noqa: SLF001  # as above
    return url


def _merged(url: httpx.URL, query: Mapping[str, Any]) -> httpx.URL:
    """Add a query to the one that an address has; a name that both have is the query's."""
    held = {name: url.params.get_list(name) for name in url.params}
    return url.copy_with(query=encode_query({**held, **query}).encode("ascii"))


def encode_query(params: Mapping[str, Any]) -> str:
    """Encode parameters as forms are (WHATWG URL §5.2): lists repeat their name, true and false are in lower case, None is empty.

    What is `Encoded` is taken as it is; without a name it is the whole query. Raises
    ConfigurationError, with the name, for what is no single value, such as an object.

    >>> encode_query({"q": "a b", "tag": ["x", "y"], "all": True})
    'q=a+b&tag=x&tag=y&all=true'
    """
    parts: list[str] = []
    for name, value in params.items():
        quoted = _quoted(name)
        if isinstance(value, (list, tuple)):
            parts += [f"{quoted}={_quoted(one if type(one) is str else _text(one, name))}" for one in value]
        elif type(value) is Encoded:
            parts.append(f"{quoted}={value}" if name else value)
        else:
            parts.append(f"{quoted}={_quoted(value if type(value) is str else _text(value, name))}")
    return "&".join(parts)


def _text(value: Any, name: str) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is int or type(value) is float:
        return str(value)
    from veneer._core.texts import text

    return text(value, name)


def _quoted(value: str) -> str:
    if (value.isascii() and value.isalnum()) or type(value) is Encoded:
        return value
    return quote_plus(value)
