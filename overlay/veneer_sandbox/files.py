"""The other origin: presigned uploads and downloads, where a platform's credential must never arrive."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from .web import Answer, Ask

if TYPE_CHECKING:
    from starlette.types import Scope

    from .world import World

# Where this origin lives when the sandbox has no second port (mounted as an ASGI application).
PREFIX: Final = "/_files"
# What a platform takes as a credential, or a browser keeps as one.
CREDENTIALS: Final = frozenset({"authorization", "x-aerostack-key", "cookie", "proxy-authorization"})


def is_for(world: World, scope: Scope, path: str) -> bool:
    """Whether a request came to this origin."""
    if world.files_port is None:
        return path.startswith(PREFIX + "/")
    server = scope.get("server")
    return server is not None and server[1] == world.files_port


def presign(ask: Ask, method: str, key: str, lifetime: float) -> tuple[str, float]:
    """A URL on this origin that lets anybody do `method` on `key` for so many seconds, and when it expires."""
    expires = ask.clock.now() + lifetime
    path = quote(key, safe="/~.-_")
    return (
        f"{_origin(ask)}/{path}?expires={expires:.0f}&signature={_sign(ask.world, method, key, f'{expires:.0f}')}",
        expires,
    )


def public_url(ask: Ask, key: str) -> str:
    """A lasting URL on this origin for an object that anybody may read.

    The key is a parameter: in a path, clients would resolve the dots of `a/../b`.
    """
    return f"{_origin(ask)}/public?key={quote(key, safe='')}"


def _origin(ask: Ask) -> str:
    """This origin under the name by which the client reached the API, for clients on other machines."""
    parts = urlsplit(ask.base)
    if ask.world.files_port is None:
        return f"{parts.scheme}://{parts.netloc}{PREFIX}"
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{name}:{ask.world.files_port}"


def _sign(world: World, method: str, key: str, expires: str) -> str:
    text = f"{method} {key} {expires}".encode()
    return hmac.new(f"sandbox-{world.store.seed}".encode(), text, hashlib.sha256).hexdigest()


def serve(ask: Ask) -> Answer:
    """Answer a request to this origin, as an object store does."""
    if ask.headers.keys() & CREDENTIALS:
        # What S3 answers when a presigned URL comes with an Authorization header.
        return _refusal(
            400, "InvalidArgument", "Only one auth mechanism allowed: send no credential to a presigned URL"
        )
    key = unquote(ask.path.removeprefix(PREFIX).lstrip("/"))
    if key == "public":
        key = "public/" + ask.query.get("key", [""])[-1]
        if ask.method not in ("GET", "HEAD"):
            return _refusal(405, "MethodNotAllowed", "Public objects are read only")
    else:
        expires = ask.query.get("expires", [""])[-1]
        signature = ask.query.get("signature", [""])[-1]
        if not hmac.compare_digest(signature.encode(), _sign(ask.world, ask.method, key, expires).encode()):
            return _refusal(403, "SignatureDoesNotMatch", "The signature does not match")
        if float(expires) < ask.clock.now():
            return _refusal(403, "AccessDenied", "Request has expired")
    if ask.method == "PUT":
        ask.store.put_blob(key, ask.raw)
        ask.effect(f"file.uploaded {key}")
        return Answer(status=200, headers={"etag": etag(ask.raw)})
    content = ask.store.get_blob(key) if ask.method in ("GET", "HEAD") else None
    if content is None:
        return _refusal(404, "NoSuchKey", "The specified key does not exist")
    meta: dict[str, Any] = ask.store.get("file", key) or {}
    return ranged(ask, content, meta.get("contentType", "application/octet-stream"))


def _refusal(status: int, code: str, message: str) -> Answer:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    return Answer(body, status, media_type="application/xml")


def etag(content: bytes) -> str:
    """A strong ETag of the content."""
    return f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'


def ranged(ask: Ask, content: bytes, media_type: str) -> Answer:
    """The content, or the part that `Range: bytes=…` asks for (RFC 9110 section 14), or 304 for a known ETag."""
    tag = etag(content)
    headers = {"etag": tag, "accept-ranges": "bytes"}
    if ask.headers.get("if-none-match") == tag:
        return Answer(status=304, headers=headers)
    wanted = ask.headers.get("range", "")
    if not wanted.startswith("bytes=") or "," in wanted or ask.headers.get("if-range", tag) != tag:
        return Answer(content, headers=headers, media_type=media_type)
    first, _, last = wanted.removeprefix("bytes=").strip().partition("-")
    if not (first or last) or not (first + last).isdecimal():
        return Answer(content, headers=headers, media_type=media_type)
    size = len(content)
    begin, end = (int(first), int(last or size - 1)) if first else (max(0, size - int(last)), size - 1)
    if begin >= size or begin > end:
        return Answer(b"", 416, {**headers, "content-range": f"bytes */{size}"}, media_type)
    end = min(end, size - 1)
    return Answer(
        content[begin : end + 1], 206, {**headers, "content-range": f"bytes {begin}-{end}/{size}"}, media_type
    )
