"""Make httpx's request values: the first of an attempt, and those that redirects ask for.

A call is a sequence of requests, each on one origin: it goes on with the next where a redirect says
so. Outcome, rules of statuses and credential are those of the request that failed. A repeat begins
where nothing can be done twice: GET redirected is sent again from the start of the call, while
whatever may have acted (a POST that was answered 303) is never sent again once it was answered;
only what came after it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import httpx

from veneer._core.auth import Scheme
from veneer._core.errors import ConfigurationError
from veneer._core.options import check_header
from veneer._core.redact import Secret, is_secret_name
from veneer._core.urls import RedirectRefusedError, redirect_target, same_origin

__all__ = [
    "Positions",
    "Redirect",
    "carried_secrets",
    "carries",
    "encoded",
    "in_chunks",
    "once_more",
    "plain_request",
    "redirected",
    "rewind",
    "with_cookies",
    "with_host",
]

Positions = list[tuple[Any, int]]
"""Where each file in a request's body stood when the call began."""

# Kept on a redirect to another origin: everything else may be a credential of this one.
_HARMLESS_HEADERS = frozenset(
    {b"accept", b"accept-encoding", b"accept-language", b"if-range", b"range", b"user-agent"}
)
_BODY_HEADERS = frozenset({b"content-length", b"content-type", b"transfer-encoding"})
# A request without a body says so where its method has one as a rule (RFC 9110 §8.6).
_BODY_EXPECTED = frozenset({"POST", "PUT", "PATCH", "QUERY"})
_FOLLOWED = frozenset({301, 302, 303, 307, 308})


def in_chunks(headers: Mapping[str, str | None]) -> bool:
    """Tell whether a caller's own headers (names in lower case) have the body sent in chunks.

    Raises ConfigurationError for headers by which client and server could disagree where the
    request ends: another coding than `chunked`, a length beside it, or one that is no number (RFC
    9112 §6.1 to §6.3).
    """
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if length is not None and not (length.isascii() and length.isdigit()):
        raise ConfigurationError("the header content-length is not a number of bytes")
    if coding is None:
        return False
    if coding.strip().lower() != "chunked":
        raise ConfigurationError("the header transfer-encoding can only be chunked")
    if length is not None:
        raise ConfigurationError("of the headers transfer-encoding and content-length only one can be sent")
    return True


def plain_request(
    method: str,
    url: httpx.URL,
    headers: httpx.Headers,
    content: bytes,
    extensions: dict[str, Any],
    *,
    chunked: bool = False,
) -> httpx.Request:
    """Make the request that httpx would make, at a tenth of the cost."""
    request = httpx.Request(
        method, url, headers=headers, stream=httpx.ByteStream(content), extensions=extensions
    )
    if not chunked and (content or method in _BODY_EXPECTED):
        request.headers["content-length"] = str(len(content))  # whatever a caller said
    request._content = content  # noqa: SLF001  # what `read` would do, in ten steps; a test watches the name
    return request


def with_host(headers: list[tuple[bytes, bytes]], url: httpx.URL) -> httpx.Headers:
    """Headers that name the URL's host, unless they name one."""
    if not any(name == b"host" for name, _ in headers):
        headers.insert(0, (b"host", url.netloc))
    return httpx.Headers(headers)


def encoded(headers: Mapping[str, str | None]) -> list[tuple[bytes, bytes]]:
    """Headers as bytes, without those that are None: the engine would encode text as ASCII, and HTTP allows ISO 8859-1 (RFC 9110 §5.5)."""
    return [
        (name.encode("ascii"), value.encode("latin-1"))
        for name, value in headers.items()
        if value is not None
    ]


def with_cookies(header: str, cookies: Mapping[str, str]) -> str:
    """Add cookies to a Cookie header (RFC 6265 §4.2), but those whose names it has.

    Raises ConfigurationError for a value that no header can carry.
    """
    held = {pair.partition("=")[0].strip() for pair in header.split(";")}
    pairs = [header] if header else []
    for name, value in cookies.items():
        if name not in held:
            pairs.append(check_header("cookie", f"{name}={value}"))
    return "; ".join(pairs)


def carries(request: httpx.Request, scheme: Scheme, secret: Secret) -> bool:
    """Return whether a request carries a credential in its place: redirects and hooks may change it."""
    value = scheme.value(secret)
    if scheme.place == "query":
        return bool(request.url.params.get(scheme.name) == value)
    if scheme.place == "cookie":
        pairs = [pair.strip() for pair in request.headers.get("cookie", "").split(";")]
        return f"{scheme.name}={value}" in pairs
    return bool(request.headers.get(scheme.name) == value)


def carried_secrets(request: httpx.Request, schemes: Collection[Scheme]) -> list[str]:
    """Return the values in a request that may be credentials, by the names of their places."""
    found: list[str] = []
    names = {scheme.name.lower() for scheme in schemes}
    for name, value in request.headers.multi_items():
        if name == "cookie":
            found += [pair.partition("=")[2].strip() for pair in value.split(";")]
        elif name in names or is_secret_name(name):
            found += [value, value.rpartition(" ")[2]]
    found += [
        value
        for name, value in request.url.params.multi_items()
        if name.lower() in names or is_secret_name(name)
    ]
    return found


def rewind(positions: Positions | None) -> None:
    """Set the files of a body back to where they stood."""
    for stream, position in positions or ():
        stream.seek(position)


class Redirect(NamedTuple):
    """What a redirect comes to: the request that it asks for, or the cause why that is not sent.

    `same_origin` tells whether the request stays with the origin that redirected, and keeps its
    credential.
    """

    request: httpx.Request | None
    cause: str = ""
    same_origin: bool = False


def redirected(request: httpx.Request, response: httpx.Response, *, replayable: bool) -> Redirect | None:
    """Return what an answer comes to as a redirect (RFC 9110 §15.4); None for one that is none.

    POST becomes GET after 301 and 302, any method but HEAD after 303; QUERY stays what it is after
    301 and 302 (RFC 10008 §2.5). Credentials stay with the client's own origin: on the way to
    another one only harmless headers go along, and never a body. A request that has lost them does
    not get them back.
    """
    status = response.status_code
    if status not in _FOLLOWED:
        return None
    here = str(request.url)
    try:
        target = redirect_target(here, response.headers.get("location"))
    except RedirectRefusedError as refused:
        return Redirect(None, str(refused))
    method = request.method
    if method not in {"GET", "HEAD"} and (status == 303 or (status in {301, 302} and method == "POST")):
        method = "GET"
    bodiless = method != request.method or method in {"GET", "HEAD"}
    same = same_origin(here, target)
    if not bodiless and not same:
        return Redirect(None, f"it leads to another origin, where no {method} is sent on")
    if not bodiless and not replayable:
        return Redirect(None, "the body cannot be sent twice")
    headers = [
        (name, value)
        for name, value in request.headers.raw
        if (same or name.lower() in _HARMLESS_HEADERS) and not (bodiless and name.lower() in _BODY_HEADERS)
    ]
    stream = None if bodiless else request.stream
    try:
        following = httpx.Request(
            method, target, headers=headers, stream=stream, extensions=request.extensions
        )
    except httpx.InvalidURL:
        return Redirect(None, "its Location is not an address")
    if isinstance(stream, httpx.ByteStream):
        following.read()  # so that hooks can see its content
    return Redirect(following, same_origin=same)


def once_more(
    request: httpx.Request, headers: Mapping[str, str | None], extensions: dict[str, Any]
) -> httpx.Request:
    """Make a request again; those of its headers that have a value in `headers` get it."""
    raw = [
        (name, value if (now := headers.get(name.decode("ascii").lower())) is None else now.encode("latin-1"))
        for name, value in request.headers.raw
    ]
    again = httpx.Request(
        request.method, request.url, headers=raw, stream=request.stream, extensions=extensions
    )
    if isinstance(request.stream, httpx.ByteStream):
        again.read()
    return again
