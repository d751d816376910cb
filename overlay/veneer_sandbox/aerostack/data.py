"""Emulate Aerostack's cache, SQL database and queue."""

from __future__ import annotations

import base64
import math
import re
import sqlite3
from typing import TYPE_CHECKING, Any, Final

from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc
from veneer_sandbox.web import Request

from .common import behind, cursor, operation

if TYPE_CHECKING:
    from veneer_sandbox.store import Store

KEYS_SHOWN: Final = 1000
MAX_ROWS: Final = 10_000
MAX_TEXT: Final = 16 * 1024 * 1024
# Steps of SQLite's virtual machine, in thousands: well under a second of work.
MAX_KILO_STEPS: Final = 20_000


# Cache


def _cache(request: Request) -> str:
    return f"aerostack.cache.{request.who['project']}"


def _live(request: Request, key: str) -> Doc | None:
    """Return an entry that has not expired; remove an expired one."""
    entry = request.store.get(_cache(request), key)
    if entry is not None and entry["expires"] is not None and entry["expires"] <= request.clock.now():
        request.store.remove(_cache(request), key)
        return None
    return entry


def _set(request: Request, key: str, value: Any, ttl: float | None) -> None:
    expires = None if ttl is None else request.clock.now() + ttl
    request.store.put(_cache(request), key, {"value": value, "expires": expires})
    request.effect(f"cache.set {key}")


def _entry(request: Request, key: str) -> Doc:
    entry = _live(request, key)
    return {"value": None if entry is None else entry["value"], "exists": entry is not None}


@operation
def cache_get(request: Request) -> Response:
    """Return a value, and whether there is one."""
    return Response(_entry(request, request.data["key"]))


@operation
def cache_set(request: Request) -> Response:
    """Store any JSON value, for `ttl` seconds or without expiry."""
    _set(request, request.data["key"], request.data["value"], request.data["ttl"])
    return Response({"success": True})


@operation
def cache_delete(request: Request) -> Response:
    """Delete a key."""
    _forget(request, [request.data["key"]])
    return Response({"success": True})


@operation
def cache_delete_many(request: Request) -> Response:
    """Delete keys, and return how many were requested and how many existed."""
    keys = request.data["keys"]
    return Response({"success": True, "count": len(keys), "deleted": _forget(request, keys)})


def _forget(request: Request, keys: list[str]) -> int:
    gone = [
        key for key in keys if _live(request, key) is not None and request.store.remove(_cache(request), key)
    ]
    for key in gone:
        request.effect(f"cache.deleted {key}")
    return len(gone)


@operation
def cache_get_many(request: Request) -> Response:
    """Return values in the requested order."""
    return Response({"results": [{"key": key, **_entry(request, key)} for key in request.data["keys"]]})


@operation
def cache_set_many(request: Request) -> Response:
    """Store many values."""
    for entry in request.data["entries"]:
        _set(request, entry["key"], entry["value"], entry.get("ttl"))
    return Response({"success": True, "count": len(request.data["entries"])})


@operation
def cache_expire(request: Request) -> Response:
    """Let a key expire in some seconds."""
    entry = _live(request, request.data["key"])
    if entry is not None:
        _set(request, request.data["key"], entry["value"], request.data["ttl"])
    return Response({"success": entry is not None})


@operation
def cache_increment(request: Request) -> Response:
    """Add to a number, which starts at `initialValue`."""
    entry = _live(request, request.data["key"])
    before = request.data["initialValue"] if entry is None else entry["value"]
    if isinstance(before, bool) or not isinstance(before, int):
        raise Refusal(400, "NOT_AN_INTEGER", "The value at this key is not a whole number")
    after = before + request.data["amount"]
    ttl = request.data["ttl"]
    if ttl is None and entry is not None and entry["expires"] is not None:
        ttl = entry["expires"] - request.clock.now()
    _set(request, request.data["key"], after, ttl)
    return Response({"value": after})


def _live_keys(request: Request, prefix: str, after: str = "") -> list[tuple[str, Doc]]:
    now = request.clock.now()
    rows = request.store.scan(_cache(request), prefix, after)
    return [(key, entry) for key, entry in rows if entry["expires"] is None or entry["expires"] > now]


@operation
def cache_flush(request: Request) -> Response:
    """Delete all keys with this prefix, or all keys."""
    keys = [key for key, _ in _live_keys(request, request.data["prefix"] or "")]
    return Response({"success": True, "deleted": _forget(request, keys)})


@operation
def cache_keys(request: Request) -> Response:
    """Return keys with this prefix, at most a thousand."""
    keys = [key for key, _ in _live_keys(request, request.data["prefix"] or "")]
    return Response({"keys": keys[:KEYS_SHOWN], "truncated": len(keys) > KEYS_SHOWN})


@operation
def cache_list(request: Request) -> Response:
    """Return a page of keys with their expiry (seconds since the epoch)."""
    limit = request.data["limit"]
    rows = _live_keys(request, request.data["prefix"] or "", behind(request.data["cursor"]))
    keys = [
        {"key": key} | ({} if entry["expires"] is None else {"expiration": int(entry["expires"])})
        for key, entry in rows[:limit]
    ]
    more = len(rows) > limit
    body = {"keys": keys, "list_complete": not more}
    return Response({**body, "cursor": cursor(rows[limit - 1][0])} if more else body)


# SQL


# SQL may only touch its project's database: no other file (VACUUM INTO attaches one), no settings, nothing
# temporary that would survive a reset with the connection, no function that loads or shows machine code.
_DENIED: Final = frozenset(
    {
        sqlite3.SQLITE_ATTACH,
        sqlite3.SQLITE_DETACH,
        sqlite3.SQLITE_PRAGMA,
        sqlite3.SQLITE_CREATE_TEMP_INDEX,
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
    }
)
_DENIED_FUNCTIONS: Final = frozenset({"load_extension", "fts3_tokenizer"})


def _authorize(action: int, _first: str | None, second: str | None, *_rest: str | None) -> int:
    denied = action in _DENIED or (action == sqlite3.SQLITE_FUNCTION and second in _DENIED_FUNCTIONS)
    return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK


def _database(request: Request) -> sqlite3.Connection:
    base = request.store.project(request.who["project"])
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT)
    return base


def _execute(request: Request, base: sqlite3.Connection, sql: str, params: list[Any]) -> list[Doc]:
    """Run one statement and return its rows. Raises Refusal (400) if SQLite refuses it or it takes too long."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return int(steps > MAX_KILO_STEPS)

    base.set_authorizer(_authorize)
    base.set_progress_handler(count, 1000)
    try:
        found = base.execute(sql, [_bind(value) for value in params])
        names = [column[0] for column in found.description or ()]
        rows = found.fetchmany(MAX_ROWS)
        found.close()
        if not names:
            # The statement may contain confidential values.
            request.effect(f"db.executed {_verb(sql)}")
    except (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeEncodeError, ValueError) as error:
        raise Refusal(400, "SQL_ERROR", str(error), {"sql": sql[:200]}) from None
    finally:
        base.set_authorizer(None)
        base.set_progress_handler(None, 0)
    return [dict(zip(names, map(_show, row), strict=True)) for row in rows]


def _verb(sql: str) -> str:
    """Return a statement's first word, such as `INSERT`; empty if a comment comes first."""
    found = re.match(r"\s*(\w*)", sql)
    return "" if found is None else found[1].upper()


def _bind(value: Any) -> Any:
    if isinstance(value, list | dict):
        raise Refusal(400, "SQL_ERROR", "A parameter is text, a number, true, false or null")
    return value


def _show(value: Any) -> Any:
    """Return a cell as JSON: bytes become base64, infinities null."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return None if isinstance(value, float) and not math.isfinite(value) else value


@operation
def db_query(request: Request) -> Response:
    """Run one SQL statement on the project's own database."""
    base = _database(request)
    rows = _execute(request, base, request.data["sql"], request.data["params"] or [])
    if base.in_transaction:
        # Requests are independent: an open transaction must not affect the next one.
        base.rollback()
    return Response({"results": rows, "count": len(rows)})


@operation
def db_batch(request: Request) -> Response:
    """Run statements one after the other, each with its own result; a failure does not undo the others."""
    base, out = _database(request), []
    for query in request.data["queries"]:
        try:
            out.append(
                {"results": _execute(request, base, query["sql"], query.get("params", [])), "success": True}
            )
        except Refusal as refusal:
            out.append({"results": [], "success": False, "error": refusal.message})
    if base.in_transaction:
        base.rollback()
    return Response({"results": out, "success": all(one["success"] for one in out)})


# Queue


def _jobs(request: Request) -> str:
    return f"aerostack.job.{request.who['project']}"


@operation
def queue_enqueue(request: Request) -> Response:
    """Add a job, which waits `delay` seconds, runs for one, and is then done."""
    job_id = f"job_{request.store.next('aerostack.job'):08d}"
    job = {"id": job_id, "type": request.data["type"], "data": request.data["data"]}
    job |= {"projectId": request.who["project"], "createdAt": request.now(), "status": "pending"}
    due = request.clock.now() + (request.data["delay"] or 0)
    request.store.put(_jobs(request), job_id, {**job, "due": due})
    request.effect(f"job.created {job_id}")
    return Response({"jobId": job_id, "success": True}, 201)


def _job(request: Request, job: Doc) -> Doc:
    """Return a job with its current state."""
    status, late = job["status"], request.clock.now() - job["due"]
    if status == "pending" and late >= 1:
        failed = job["data"].get("fail") is True
        status = "failed" if failed else "completed"
    elif status == "pending" and late >= 0:
        status = "processing"
    return {**{name: value for name, value in job.items() if name != "due"}, "status": status}


@operation
def queue_get_job(request: Request) -> Response:
    """Return one job."""
    job = request.store.get(_jobs(request), request.data["jobId"])
    return Response({"job": None if job is None else _job(request, job), "exists": job is not None})


@operation
def queue_cancel_job(request: Request) -> Response:
    """Cancel a job that is still waiting."""
    job = request.store.get(_jobs(request), request.data["jobId"])
    if job is None:
        return Response({"success": False, "note": "There is no such job"})
    status = _job(request, job)["status"]
    if status != "pending":
        return Response({"success": False, "note": f"The job is {status}"})
    request.store.put(_jobs(request), job["id"], {**job, "status": "cancelled"})
    request.effect(f"job.cancelled {job['id']}")
    return Response({"success": True})


@operation
def queue_list_jobs(request: Request) -> Response:
    """Return a page of jobs, oldest first."""
    status, kind, limit = request.data["status"], request.data["type"], request.data["limit"]
    rows = [
        _job(request, job)
        for _, job in request.store.scan(_jobs(request), after=behind(request.data["cursor"]))
    ]
    jobs = [job for job in rows if status in (None, job["status"]) and kind in (None, job["type"])]
    body = {"jobs": jobs[:limit], "list_complete": len(jobs) <= limit}
    return Response(body if len(jobs) <= limit else {**body, "cursor": cursor(jobs[limit - 1]["id"])})


# A fresh project


def seed(store: Store) -> None:
    """Create a table to query."""
    base = store.project("sandbox")
    base.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT)")
    people = [(name, f"{name.lower()}@example.com") for name in ("Ada", "Grace", "Alan")]
    base.executemany("INSERT INTO users (name, email) VALUES (?, ?)", people)
