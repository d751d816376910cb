"""Read Link headers (RFC 8288) and decide which next links may be followed, with no I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from veneer._core.late import NamedTuple, pattern

__all__ = ["Link", "next_link", "parse_links", "same_origin_target"]

_OWS = " \t"
_NAME_END = pattern(r"[=;,\s]|$")
_TOKEN_END = pattern(r"[;,]|$")
_LINK_START = pattern(r"[<\"]")
_CLOSING_QUOTE = pattern(r'[^"\\]*(?:\\.[^"\\]*)*')
_ESCAPE = pattern(r"\\(.)", re.DOTALL)
# URL parsers remove or move controls and spaces; some read a backslash as a slash: https://url.spec.whatwg.org/#url-parsing
_FORBIDDEN = pattern(r"[\x00-\x20\x7f\\]")
_PORTS = {"http": 80, "https": 443}
# RFC 3986 §2.2 and §2.3, and "%": encoded characters are kept.
_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=%-._~"


class Link(NamedTuple):
    """One link: its target as written, its relation types in lower case, and its other parameters.

    Parameter names are in lower case; the first of equal names counts (RFC 8288 §3.3, §3.4.1).
    `title*` is decoded (RFC 8187).
    """

    uri: str
    rel: tuple[str, ...] = ()
    params: Mapping[str, str] = MappingProxyType({})


def parse_links(value: str | Iterable[str]) -> list[Link]:
    """Parse a Link header, or all its lines, in linear time. It never raises: invalid parts are skipped.

    >>> parse_links('</items?page=2>; rel="next"')
    [Link(uri='/items?page=2', rel=('next',), params={})]
    """
    lines = [value] if isinstance(value, str) else value
    return [link for line in lines for link in _parse_line(line)]


def next_link(value: str | Iterable[str], request_url: str, rel: str = "next") -> str | None:
    """Return the absolute URL of the first link with this relation to the requested resource, or None.

    A link with an `anchor` elsewhere is about another resource (RFC 8288 §3.2), and one with
    `results="false"` leads to a page without rows (Sentry always links to a next page).
    `same_origin_target` decides whether the URL may be followed.
    """
    for link in parse_links(value):
        about = link.params.get("anchor", "")
        if link.params.get("results", "").lower() == "false":
            continue
        if rel in link.rel and urljoin(request_url, about) == request_url:
            return urljoin(request_url, link.uri)
    return None


def same_origin_target(base_url: str, target: str, request_url: str | None = None) -> str:
    """Resolve a link from a server, and return it if the client's credentials may go there.

    The result is absolute, without a fragment, on the base URL's origin and below its path.
    A relative target is resolved against `request_url`, by default the base URL.

    Raises ValueError with the reason: another origin, a user name, a path outside the base, or a
    form that URL parsers read differently (controls, spaces, backslashes, `https:/host`).
    """
    if _FORBIDDEN.search(target):
        raise ValueError("the link has a space, control character or backslash")
    given = _split(target)
    if given.scheme and not given.netloc:
        raise ValueError(f"the link is not an http(s) URL with a host (scheme {given.scheme!r})")
    if "@" in given.netloc:
        raise ValueError("the link carries a user name")
    base, parts = _split(base_url), _split(urljoin(request_url or base_url, target))
    if _origin(parts) != _origin(base):
        raise ValueError(f"the link leads to another origin, {_origin_text(parts)}, not {_origin_text(base)}")
    path = _inside(base.path, parts.path or "/")
    query = quote(parts.query, safe=_URL_CHARACTERS)
    return urlunsplit((base.scheme, base.netloc, quote(path, safe=_URL_CHARACTERS), query, ""))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (it is parsed when read, and raises only then)
    except ValueError as error:
        raise ValueError(f"the link is not a URL: {error}") from None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _origin_text(parts: SplitResult) -> str:
    scheme, host, port = _origin(parts)
    return f"{scheme}://{host}" + (f":{port}" if port != _PORTS.get(scheme) else "")


def _inside(base: str, path: str) -> str:
    # Servers resolve dot segments, some even encoded ones.
    if ".." in unquote(path).replace("\\", "/").split("/"):
        raise ValueError("the link's path climbs with '..'")
    root = base.rstrip("/")
    if path != root and not path.startswith(f"{root}/"):
        raise ValueError(f"the link leads outside of {root}/")
    return path


def _parse_line(line: str) -> Iterable[Link]:
    at = 0
    while (start := _LINK_START.search(line, at)) is not None:
        if start[0] == '"':  # between links, a quoted comma or "<" does not start one
            _, at = _quoted(line, start.end())
            continue
        end = line.find(">", start.end())
        if end < 0:
            return
        params, at = _parameters(line, end + 1)
        rel = params.pop("rel", "")
        yield Link(line[start.end() : end].strip(), tuple(rel.lower().split()), MappingProxyType(params))


def _parameters(line: str, at: int) -> tuple[dict[str, str], int]:
    """Read `; name=value` after a target, up to the comma that ends the link."""
    params: dict[str, str] = {}
    while at < len(line) and line[at] != ",":
        if line[at] != ";":
            at += 1
            continue
        at = _skip(line, at + 1)
        end = _end(_NAME_END, line, at)
        name = line[at:end].lower()
        at = _skip(line, end)
        value = ""
        if at < len(line) and line[at] == "=":
            value, at = _value(line, _skip(line, at + 1))
        if name:
            params.setdefault(name, _extended(value) if name.endswith("*") else value)
    return params, at + 1


def _value(line: str, at: int) -> tuple[str, int]:
    if at < len(line) and line[at] == '"':
        return _quoted(line, at + 1)
    end = _end(_TOKEN_END, line, at)
    return line[at:end].strip(_OWS), end


def _quoted(line: str, at: int) -> tuple[str, int]:
    """Read a quoted string (RFC 9110 §5.6.4); an unclosed one extends to the end of the line."""
    match = _CLOSING_QUOTE.match(line, at)
    end = match.end() if match else at
    return _ESCAPE.sub(r"\1", line[at:end]), end + 1


def _extended(value: str) -> str:
    """Decode `charset'language'percent-encoded` (RFC 8187 §3.2); other text is returned unchanged."""
    charset, _, rest = value.partition("'")
    _, quote_, encoded = rest.partition("'")
    if not quote_ or charset.lower() not in {"utf-8", "iso-8859-1"}:
        return value
    return unquote(encoded, encoding=charset, errors="replace")


def _skip(line: str, at: int) -> int:
    while at < len(line) and line[at] in _OWS:
        at += 1
    return at


def _end(pattern: re.Pattern[str], line: str, at: int) -> int:
    match = pattern.search(line, at)
    return match.start() if match else len(line)
