"""Aerostack's storage: objects by key, with ETags and ranges."""

from __future__ import annotations

from typing import Any, Final

from veneer.sandbox import files
from veneer.sandbox.check import Problem, integer, opt, shape, text
from veneer.sandbox.store import Doc
from veneer.sandbox.web import Answer, Ask, Invalid, Refuse, Routes

from .data import behind, cursor

DEFAULT_TYPE: Final = "application/octet-stream"

routes = Routes()


def _kind(ask: Ask) -> str:
    return f"aerostack.object.{ask.who['project']}"


def _blob(ask: Ask, key: str) -> str:
    """Where an object's bytes are: a key in a table, so that `../` in it is only text."""
    return f"public/{ask.who['project']}/{key}"


def _url(ask: Ask, key: str) -> str:
    return files.public_url(ask, f"{ask.who['project']}/{key}")


def _save(ask: Ask, key: str, content: bytes, media_type: str) -> None:
    meta = {"key": key, "size": len(content), "lastModified": ask.now(), "contentType": media_type}
    ask.store.put_blob(_blob(ask, key), content)
    ask.store.put("file", _blob(ask, key), {"contentType": media_type})
    ask.store.put(_kind(ask), key, {**meta, "etag": files.etag(content)})
    ask.effect(f"object.saved {key}")


def _object(ask: Ask, key: str) -> Doc:
    found = ask.store.get(_kind(ask), key)
    if found is None:
        raise Refuse(404, "NOT_FOUND", f"There is no object {key}")
    return found


def _drop(ask: Ask, key: str) -> bool:
    ask.store.remove_blob(_blob(ask, key))
    ask.store.remove("file", _blob(ask, key))
    removed = ask.store.remove(_kind(ask), key)
    if removed:
        ask.effect(f"object.deleted {key}")
    return removed


@routes("POST", "/v1/storage/upload", form=True)
def storage_upload(ask: Ask) -> Answer:
    """Keep a file under a key."""
    upload: Any = ask.form.get("file")
    key = ask.form.get("key")
    problems = []
    if not isinstance(upload, tuple):
        problems.append(Problem(("body", "file"), "Input should be a file", "missing"))
    if not isinstance(key, str):
        problems.append(Problem(("body", "key"), "Field required", "missing"))
    if problems:
        raise Invalid(problems)
    _name, kind, content = upload
    named = ask.form.get("contentType")
    _save(ask, str(key), content, str(named or kind or DEFAULT_TYPE))
    return Answer({"url": _url(ask, str(key))})


@routes("POST", "/v1/storage/get", body=shape(key=text()))
def storage_get(ask: Ask) -> Answer:
    """An object's bytes."""
    found = _object(ask, ask.data["key"])
    content = ask.store.get_blob(_blob(ask, found["key"])) or b""
    return files.ranged(ask, content, DEFAULT_TYPE)


@routes(
    "POST", "/v1/storage/list",
    body=shape(prefix=opt(text(), ""), limit=opt(integer(1, 1000), 100), cursor=opt(text())),
)  # fmt: skip
def storage_list(ask: Ask) -> Answer:
    """A page of objects by key."""
    limit = ask.data["limit"]
    rows = ask.store.scan(_kind(ask), ask.data["prefix"], behind(ask.data["cursor"]), limit + 1)
    body = {"objects": [one for _, one in rows[:limit]], "truncated": len(rows) > limit}
    return Answer({**body, "cursor": cursor(rows[limit - 1][0])} if len(rows) > limit else body)


@routes("POST", "/v1/storage/delete", body=shape(key=text()))
def storage_delete(ask: Ask) -> Answer:
    """Remove an object; one that is not there is removed already."""
    _drop(ask, ask.data["key"])
    return Answer({"success": True})


@routes("POST", "/v1/storage/exists", body=shape(key=text()))
def storage_exists(ask: Ask) -> Answer:
    """Whether there is such an object."""
    return Answer({"exists": ask.store.get(_kind(ask), ask.data["key"]) is not None})


@routes("POST", "/v1/storage/getMetadata", body=shape(key=text()))
def storage_get_metadata(ask: Ask) -> Answer:
    """An object's size, type, time and ETag."""
    found = ask.store.get(_kind(ask), ask.data["key"])
    if found is None:
        return Answer({"exists": False})
    return Answer({"exists": True, **{name: value for name, value in found.items() if name != "key"}})


@routes("POST", "/v1/storage/getUrl", body=shape(key=text()))
def storage_get_url(ask: Ask) -> Answer:
    """A URL on another origin that needs no key."""
    return Answer({"url": _url(ask, _object(ask, ask.data["key"])["key"])})


@routes("POST", "/v1/storage/copy", body=shape(sourceKey=text(), destKey=text()))
def storage_copy(ask: Ask) -> Answer:
    """Copy an object."""
    return _copy(ask, move=False)


@routes("POST", "/v1/storage/move", body=shape(sourceKey=text(), destKey=text()))
def storage_move(ask: Ask) -> Answer:
    """Move an object."""
    return _copy(ask, move=True)


def _copy(ask: Ask, *, move: bool) -> Answer:
    source, target = ask.data["sourceKey"], ask.data["destKey"]
    found = _object(ask, source)
    if source != target:
        _save(ask, target, ask.store.get_blob(_blob(ask, source)) or b"", found["contentType"])
        if move:
            _drop(ask, source)
    return Answer({"success": True, "url": _url(ask, target)})
