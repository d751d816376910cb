"""Emulate Aerostack's storage: objects by key, with ETags and ranges."""

from __future__ import annotations

from typing import Final

from veneer_sandbox import files
from veneer_sandbox.check import Problem
from veneer_sandbox.responses import Invalid, Response
from veneer_sandbox.store import Doc
from veneer_sandbox.web import Request

from .common import behind, cursor, operation

DEFAULT_TYPE: Final = "application/octet-stream"


def _kind(request: Request) -> str:
    return f"aerostack.object.{request.who['project']}"


def _blob(request: Request, key: str) -> str:
    """Return the key of an object's bytes in a table, where `../` is only text."""
    return f"public/{request.who['project']}/{key}"


def _url(request: Request, key: str) -> str:
    return files.public_url(request, f"{request.who['project']}/{key}")


def _save(request: Request, key: str, content: bytes, media_type: str) -> None:
    meta = {"key": key, "size": len(content), "lastModified": request.now(), "contentType": media_type}
    request.store.put_blob(_blob(request, key), content)
    request.store.put("file", _blob(request, key), {"contentType": media_type})
    request.store.put(_kind(request), key, {**meta, "etag": files.etag(content)})
    request.effect(f"object.saved {key}")


def _object(request: Request, key: str) -> Doc:
    return request.kept(_kind(request), key, "NOT_FOUND", f"There is no object {key}")


def _drop(request: Request, key: str) -> bool:
    request.store.remove_blob(_blob(request, key))
    request.store.remove("file", _blob(request, key))
    removed = request.store.remove(_kind(request), key)
    if removed:
        request.effect(f"object.deleted {key}")
    return removed


@operation
def storage_upload(request: Request) -> Response:
    """Store a file under a key."""
    upload, key = request.form["file"], request.form["key"]
    if not isinstance(upload, tuple):
        raise Invalid([Problem(("body", "file"), "Input should be a file", "missing")])
    if not isinstance(key, str):
        raise Invalid([Problem(("body", "key"), "Input should be a valid string", "string_type")])
    _name, kind, content = upload
    _save(request, key, content, str(request.form.get("contentType") or kind or DEFAULT_TYPE))
    return Response({"url": _url(request, key)})


@operation
def storage_get(request: Request) -> Response:
    """Return an object's bytes."""
    found = _object(request, request.data["key"])
    content = request.store.get_blob(_blob(request, found["key"])) or b""
    return files.ranged(request, content, DEFAULT_TYPE)


@operation
def storage_list(request: Request) -> Response:
    """Return a page of objects by key."""
    limit = request.data["limit"]
    rows = request.store.scan(
        _kind(request), request.data["prefix"] or "", behind(request.data["cursor"]), limit + 1
    )
    body = {"objects": [one for _, one in rows[:limit]], "truncated": len(rows) > limit}
    return Response({**body, "cursor": cursor(rows[limit - 1][0])} if len(rows) > limit else body)


@operation
def storage_delete(request: Request) -> Response:
    """Remove an object; a missing object counts as removed."""
    _drop(request, request.data["key"])
    return Response({"success": True})


@operation
def storage_exists(request: Request) -> Response:
    """Return whether an object exists."""
    return Response({"exists": request.store.get(_kind(request), request.data["key"]) is not None})


@operation
def storage_get_metadata(request: Request) -> Response:
    """Return an object's size, type, time and ETag."""
    found = request.store.get(_kind(request), request.data["key"])
    if found is None:
        return Response({"exists": False})
    return Response({"exists": True, **{name: value for name, value in found.items() if name != "key"}})


@operation
def storage_get_url(request: Request) -> Response:
    """Return a URL on another origin that needs no key."""
    return Response({"url": _url(request, _object(request, request.data["key"])["key"])})


@operation
def storage_copy(request: Request) -> Response:
    """Copy an object."""
    return _copy(request, move=False)


@operation
def storage_move(request: Request) -> Response:
    """Move an object."""
    return _copy(request, move=True)


def _copy(request: Request, *, move: bool) -> Response:
    source, target = request.data["sourceKey"], request.data["destKey"]
    found = _object(request, source)
    if source != target:
        _save(request, target, request.store.get_blob(_blob(request, source)) or b"", found["contentType"])
        if move:
            _drop(request, source)
    return Response({"success": True, "url": _url(request, target)})
