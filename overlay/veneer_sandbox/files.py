"""Serve presigned uploads and downloads on another origin, which must never get a platform's credential."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from .responses import Response
from .web import Request

if TYPE_CHECKING:
    from starlette.types import Scope

    from .state import State

# The prefix of this origin if the sandbox has no second port (mounted as an ASGI application).
PREFIX: Final = "/_files"
# Headers that platforms or browsers use for credentials.
CREDENTIALS: Final = frozenset({"authorization", "x-aerostack-key", "cookie", "proxy-authorization"})


def is_for(state: State, scope: Scope, path: str) -> bool:
    """Return whether a request is for this origin."""
    if state.files_port is None:
        return path.startswith(PREFIX + "/")
    server = scope.get("server")
    return server is not None and server[1] == state.files_port


def presign(request: Request, method: str, key: str, lifetime: float) -> tuple[str, float]:
    """Return a URL that lets anyone use `method` on `key` for `lifetime` seconds, and its expiry."""
    expires = request.clock.now() + lifetime
    path = quote(key, safe="/~.-_")
    return (
        f"{_origin(request)}/{path}?expires={expires:.0f}&signature={_sign(request.state, method, key, f'{expires:.0f}')}",
        expires,
    )


def public_url(request: Request, key: str) -> str:
    """Return a permanent URL for an object that anyone may read.

    The key is a parameter: in a path, clients would resolve the dots of `a/../b`.
    """
    return f"{_origin(request)}/public?key={quote(key, safe='')}"


def _origin(request: Request) -> str:
    """Return this origin under the host name of the request, for clients on other machines."""
    parts = urlsplit(request.base)
    if request.state.files_port is None:
        return f"{parts.scheme}://{parts.netloc}{PREFIX}"
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{name}:{request.state.files_port}"


def _sign(state: State, method: str, key: str, expires: str) -> str:
    text = f"{method} {key} {expires}".encode()
    return hmac.new(f"sandbox-{state.store.seed}".encode(), text, hashlib.sha256).hexdigest()


def serve(request: Request) -> Response:
    """Serve a request to this origin as an object store does."""
    if request.headers.keys() & CREDENTIALS:
        # S3's response to a presigned URL with an Authorization header.
        return _refusal(
            400, "InvalidArgument", "Only one auth mechanism allowed: send no credential to a presigned URL"
        )
    key = unquote(request.path.removeprefix(PREFIX).lstrip("/"))
    if key == "public":
        key = "public/" + request.query.get("key", [""])[-1]
        if request.method not in ("GET", "HEAD"):
            return _refusal(405, "MethodNotAllowed", "Public objects are read only")
    else:
        expires = request.query.get("expires", [""])[-1]
        signature = request.query.get("signature", [""])[-1]
        if not hmac.compare_digest(
            signature.encode(), _sign(request.state, request.method, key, expires).encode()
        ):
            return _refusal(403, "SignatureDoesNotMatch", "The signature does not match")
        if float(expires) < request.clock.now():
            return _refusal(403, "AccessDenied", "Request has expired")
    if request.method == "PUT":
        request.store.put_blob(key, request.raw)
        request.effect(f"file.uploaded {key}")
        return Response(status=200, headers={"etag": etag(request.raw)})
    content = request.store.get_blob(key) if request.method in ("GET", "HEAD") else None
    if content is None:
        return _refusal(404, "NoSuchKey", "The specified key does not exist")
    meta: dict[str, Any] = request.store.get("file", key) or {}
    return ranged(request, content, meta.get("contentType", "application/octet-stream"))


def _refusal(status: int, code: str, message: str) -> Response:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    return Response(body, status, media_type="application/xml")


def etag(content: bytes) -> str:
    """Return a strong ETag of the content."""
    return f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'


def ranged(request: Request, content: bytes, media_type: str) -> Response:
    """Return the content, the part that `Range` requests (RFC 9110 section 14), or 304 for a known ETag."""
    tag = etag(content)
    headers = {"etag": tag, "accept-ranges": "bytes"}
    if request.headers.get("if-none-match") == tag:
        return Response(status=304, headers=headers)
    wanted = request.headers.get("range", "")
    if not wanted.startswith("bytes=") or "," in wanted or request.headers.get("if-range", tag) != tag:
        return Response(content, headers=headers, media_type=media_type)
    first, _, last = wanted.removeprefix("bytes=").strip().partition("-")
    if not (first or last) or not (first + last).isdecimal():
        return Response(content, headers=headers, media_type=media_type)
    size = len(content)
    begin, end = (int(first), int(last or size - 1)) if first else (max(0, size - int(last)), size - 1)
    if begin >= size or begin > end:
        return Response(b"", 416, {**headers, "content-range": f"bytes */{size}"}, media_type)
    end = min(end, size - 1)
    return Response(
        content[begin : end + 1], 206, {**headers, "content-range": f"bytes {begin}-{end}/{size}"}, media_type
    )
