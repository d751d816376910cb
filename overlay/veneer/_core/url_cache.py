"""Build URLs from the parts that stay the same between calls, computed once per set of options."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import httpx

from veneer._core.options import Options
from veneer._core.urls import Encoded, join

__all__ = ["HeaderField", "HeaderTemplate", "Prepared", "encode_query"]

HeaderField = tuple[bytes, bytes, bytes]
"""A header as `httpx.Headers` keeps it: its name, the name in lower case, its value."""


class HeaderTemplate(NamedTuple):
    """The headers of similar requests. `slots` are the call's own: index, the call's name, a value that most have.

    They hold while the credentials are the same object as `used`.
    """

    used: object
    fields: tuple[HeaderField, ...]
    slots: tuple[tuple[int, str, str | None], ...]


# Paths that httpx keeps unchanged, far below its length limit.
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]{0,4096})?")
_LONGEST_QUERY = 32_768
# How many paths and header sets are cached; paths that hold an id are many.
_KEPT = 256
_new, _new_tuple = object.__new__, tuple.__new__
_FRAMING = frozenset({"content-length", "transfer-encoding"})


class Prepared:
    """What all requests of one set of options share: the base URL parsed, the timeouts by httpx's names.

    httpx parses a URL in 15 µs, and twice more for its parameters. Here only new parts are parsed;
    unusual ones are left to httpx.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        limits = options.timeouts
        self.timeouts = {
            "connect": limits.connect,
            "read": limits.read,
            "write": limits.write,
            "pool": limits.pool,
        }
        self.headers: dict[Hashable, HeaderTemplate] = {}
        # Whether requests that are alike have the same headers: the options do not say how bodies are framed.
        self.same_headers = _FRAMING.isdisjoint(options.headers)
        self._query = {name: value for name, value in options.query.items() if value is not None}
        self._base_url = options.base_url
        self._base = httpx.URL(options.base_url)
        self._paths: dict[str, httpx.URL] = {}

    def serves(self, options: Options) -> bool:
        """Return whether requests of these options have the same base URL, headers and timeouts, and no query."""
        held = self._options
        return (
            held.base_url == options.base_url
            and held.headers == options.headers
            and held.timeouts == options.timeouts
            and not held.query
            and not options.query
        )

    def remember(self, likeness: Hashable, headers: HeaderTemplate) -> None:
        """Keep the headers that all similar requests share."""
        if len(self.headers) >= _KEPT:  # credentials that change would fill it
            self.headers.clear()
        self.headers[likeness] = headers

    def url(self, target: str, params: Mapping[str, Any] | None, template: str | None = None) -> httpx.URL:
        """Return the URL of a path below the base URL, or of an absolute URL of its origin.

        The call's query overrides the options'. `template` is the contract's path, if the call has
        one. Raises httpx.InvalidURL, or what `join` raises.
        """
        query: Mapping[str, Any] = self._query
        if params:
            query = {**query, **params} if query else params
            for name in query:
                if query[name] is None:
                    query = {name: value for name, value in query.items() if value is not None}
                    break
        try:
            path = self._paths[target]
        except KeyError:
            whole = join(self._base_url, target, template)
            made = self._path(whole.removeprefix(self._base_url))
            if made is None:
                url = httpx.URL(whole)
                return _merged(url, query) if query else url
            if len(self._paths) >= _KEPT:
                self._paths.clear()
            path = self._paths[target] = made
        if not query:
            return path
        encoded = encode_query(query)
        if len(encoded) > _LONGEST_QUERY:
            return _merged(path, query)
        scheme, userinfo, host, port, at, _, fragment = reference = path._uri_reference  # noqa: SLF001  # see `_path`
        parts = (scheme, userinfo, host, port, at, encoded or None, fragment)
        url = _new(httpx.URL)
        url._uri_reference = _new_tuple(type(reference), parts)  # noqa: SLF001  # same
        return url

    def _path(self, path: str) -> httpx.URL | None:
        """Return the URL of a path that can be appended unchanged; None if httpx must parse it."""
        if _PLAIN_PATH.fullmatch(path) is None:
            return None
        # Private, as there is no public way: a test compares the result with httpx's own.
        base = self._base._uri_reference  # noqa: SLF001
        return _made(base._replace(path=base.path + path, query=None))


def _made(reference: Any) -> httpx.URL:
    url = _new(httpx.URL)
    url._uri_reference = reference  # noqa: SLF001  # see `_path`
    return url


def _merged(url: httpx.URL, query: Mapping[str, Any]) -> httpx.URL:
    """Return a URL with `query` added; names in `query` replace those in the URL."""
    held = {name: url.params.get_list(name) for name in url.params}
    return url.copy_with(query=encode_query({**held, **query}).encode("ascii"))


def encode_query(params: Mapping[str, Any]) -> str:
    """Encode parameters as form data (WHATWG URL §5.2): lists repeat their name, None is empty.

    Booleans are in lower case. `Encoded` text is kept as it is; without a name it is the whole
    query. Raises ConfigurationError, with the name, for a value that is not scalar, such as an
    object.

    >>> encode_query({"q": "a b", "tag": ["x", "y"], "all": True})
    'q=a+b&tag=x&tag=y&all=true'
    """
    parts: list[str] = []
    for name in params:
        value = params[name]
        quoted = name if name.isalnum() and name.isascii() else _quoted(name)
        if type(value) is str:
            parts.append(f"{quoted}={value if value.isalnum() and value.isascii() else quote_plus(value)}")
        elif isinstance(value, (list, tuple)):
            parts += [f"{quoted}={_quoted(one if type(one) is str else _text(one, name))}" for one in value]
        elif type(value) is Encoded:
            parts.append(f"{quoted}={value}" if name else value)
        else:
            parts.append(f"{quoted}={_quoted(_text(value, name))}")
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
