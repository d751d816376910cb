"""Build the requests that redirects ask for, and those that a retry begins with.

A call is a sequence of requests, each on one origin: each redirect adds the next. Outcome, status
rules and credential are those of the request that failed. A retry begins where nothing can run
twice: a redirected GET is sent again from the start of the call, while a request that may have
acted (a POST that was answered 303) is never sent again once it was answered; only the requests
after it are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx

from veneer._core.requests import CallProgress
from veneer._core.retry import READING_METHODS
from veneer._core.urls import RedirectRefusedError, redirect_target, same_origin

__all__ = ["Redirect", "follow", "once_more", "redirected"]

_MAX_REDIRECTS = 10

# Kept on a redirect to another origin: any other header may be a credential of this one.
_HARMLESS_HEADERS = frozenset(
    {b"accept", b"accept-encoding", b"accept-language", b"if-range", b"range", b"user-agent"}
)
_BODY_HEADERS = frozenset({b"content-length", b"content-type", b"transfer-encoding"})
_FOLLOWED = frozenset({301, 302, 303, 307, 308})


class Redirect(NamedTuple):
    """The result of a redirect: the next request, or the reason why it is not sent.

    `same_origin` is whether the request stays on the origin that redirected, and keeps its
    credential.
    """

    request: httpx.Request | None
    cause: str = ""
    same_origin: bool = False


def redirected(request: httpx.Request, response: httpx.Response, *, replayable: bool) -> Redirect | None:
    """Return the redirect of a response (RFC 9110 §15.4); None if it is not one.

    POST becomes GET after 301 and 302, any method but HEAD after 303; QUERY stays QUERY after
    301 and 302 (RFC 10008 §2.5). Credentials stay on the client's own origin: to
    another one, only harmless headers are sent, and never a body. A request that has lost them does
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
        return Redirect(None, f"it leads to another origin, where no {method} is sent")
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


def follow(
    request: httpx.Request, response: httpx.Response, progress: CallProgress, *, replayable: bool
) -> httpx.Request | None:
    """Return the request that follows a redirect.

    None for a response that is not a redirect, and for a request that must not be sent: `progress`
    gets the reason.
    """
    redirect = redirected(request, response, replayable=replayable)
    if redirect is None:
        return None
    following = redirect.request
    if following is None:
        progress.refused = redirect.cause
        return None
    if request.method not in READING_METHODS:
        progress.acted = (*progress.acted, request.url)
    if following.method not in READING_METHODS and following.url in progress.acted:
        progress.refused = f"it leads back to where this {following.method} was sent already"
        return None
    if progress.hops == _MAX_REDIRECTS - 1:
        progress.refused = f"it is the {_MAX_REDIRECTS}th, one after the other"
        return None
    progress.hops += 1
    progress.trusted = progress.trusted and redirect.same_origin
    return following


def once_more(
    request: httpx.Request, headers: Mapping[str, str | None], extensions: dict[str, Any]
) -> httpx.Request:
    """Return a copy of a request; its headers that have a value in `headers` get that value."""
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
