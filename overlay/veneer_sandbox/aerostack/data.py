"""Aerostack's cache, SQL database and queue."""

from __future__ import annotations

import base64
import math
import re
import sqlite3
from typing import TYPE_CHECKING, Any, Final

from veneer.sandbox.check import anything, array, integer, mapping, opt, shape, text
from veneer.sandbox.store import Doc
from veneer.sandbox.web import Answer, Ask, Refuse, Routes

if TYPE_CHECKING:
    from veneer.sandbox.store import Store

KEYS_SHOWN: Final = 1000
MAX_ROWS: Final = 10_000
MAX_TEXT: Final = 16 * 1024 * 1024
# Steps of SQLite's virtual machine, in thousands: well under a second of work.
MAX_KILO_STEPS: Final = 20_000

routes = Routes()


def cursor(key: str) -> str:
    """An opaque cursor that goes on behind this key."""
    return base64.urlsafe_b64encode(key.encode()).decode()


def behind(given: str | None) -> str:
    """The key that a cursor stands for."""
    try:
        return base64.b64decode((given or "").encode(), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise Refuse(400, "INVALID_CURSOR", "The cursor is not one of ours") from None


# Cache


def _cache(ask: Ask) -> str:
    return f"aerostack.cache.{ask.who['project']}"


def _live(ask: Ask, key: str) -> Doc | None:
    """An entry that has not expired; an expired one goes when it is met."""
    entry = ask.store.get(_cache(ask), key)
    if entry is not None and entry["expires"] is not None and entry["expires"] <= ask.clock.now():
        ask.store.remove(_cache(ask), key)
        return None
    return entry


def _set(ask: Ask, key: str, value: Any, ttl: float | None) -> None:
    expires = None if ttl is None else ask.clock.now() + ttl
    ask.store.put(_cache(ask), key, {"value": value, "expires": expires})
    ask.effect(f"cache.set {key}")


def _entry(ask: Ask, key: str) -> Doc:
    entry = _live(ask, key)
    return {"value": None if entry is None else entry["value"], "exists": entry is not None}


@routes("POST", "/v1/cache/get", body=shape(key=text()))
def cache_get(ask: Ask) -> Answer:
    """A value, and whether there is one."""
    return Answer(_entry(ask, ask.data["key"]))


TTL = opt(integer(0))


@routes("POST", "/v1/cache/set", body=shape(key=text(), value=anything(), ttl=TTL))
def cache_set(ask: Ask) -> Answer:
    """Keep any JSON value, for `ttl` seconds or for good."""
    _set(ask, ask.data["key"], ask.data["value"], ask.data["ttl"])
    return Answer({"success": True})


@routes("POST", "/v1/cache/delete", body=shape(key=text()))
def cache_delete(ask: Ask) -> Answer:
    """Forget a key."""
    _forget(ask, [ask.data["key"]])
    return Answer({"success": True})


@routes("POST", "/v1/cache/deleteMany", body=shape(keys=array(text(), most=500)))
def cache_delete_many(ask: Ask) -> Answer:
    """Forget keys: how many were asked for, how many there were."""
    keys = ask.data["keys"]
    return Answer({"success": True, "count": len(keys), "deleted": _forget(ask, keys)})


def _forget(ask: Ask, keys: list[str]) -> int:
    gone = [key for key in keys if _live(ask, key) is not None and ask.store.remove(_cache(ask), key)]
    for key in gone:
        ask.effect(f"cache.deleted {key}")
    return len(gone)


@routes("POST", "/v1/cache/getMany", body=shape(keys=array(text(), most=100)))
def cache_get_many(ask: Ask) -> Answer:
    """Values in the order asked for."""
    return Answer({"results": [{"key": key, **_entry(ask, key)} for key in ask.data["keys"]]})


@routes(
    "POST",
    "/v1/cache/setMany",
    body=shape(entries=array(shape(key=text(), value=anything(), ttl=TTL), most=100)),
)
def cache_set_many(ask: Ask) -> Answer:
    """Keep many values."""
    for entry in ask.data["entries"]:
        _set(ask, entry["key"], entry["value"], entry["ttl"])
    return Answer({"success": True, "count": len(ask.data["entries"])})


@routes("POST", "/v1/cache/expire", body=shape(key=text(), ttl=integer(0)))
def cache_expire(ask: Ask) -> Answer:
    """Let a key live so many seconds from now."""
    entry = _live(ask, ask.data["key"])
    if entry is not None:
        _set(ask, ask.data["key"], entry["value"], ask.data["ttl"])
    return Answer({"success": entry is not None})


@routes(
    "POST", "/v1/cache/increment",
    body=shape(key=text(), amount=opt(integer(), 1), initialValue=opt(integer(), 0), ttl=TTL),
)  # fmt: skip
def cache_increment(ask: Ask) -> Answer:
    """Add to a number, which begins at `initialValue`."""
    entry = _live(ask, ask.data["key"])
    before = ask.data["initialValue"] if entry is None else entry["value"]
    if isinstance(before, bool) or not isinstance(before, int):
        raise Refuse(400, "NOT_AN_INTEGER", "The value at this key is not a whole number")
    after = before + ask.data["amount"]
    ttl = ask.data["ttl"]
    if ttl is None and entry is not None and entry["expires"] is not None:
        ttl = entry["expires"] - ask.clock.now()
    _set(ask, ask.data["key"], after, ttl)
    return Answer({"value": after})


def _live_keys(ask: Ask, prefix: str, after: str = "") -> list[tuple[str, Doc]]:
    now = ask.clock.now()
    rows = ask.store.scan(_cache(ask), prefix, after)
    return [(key, entry) for key, entry in rows if entry["expires"] is None or entry["expires"] > now]


@routes("POST", "/v1/cache/flush", body=shape(prefix=opt(text(), "")))
def cache_flush(ask: Ask) -> Answer:
    """Forget all keys with this prefix, or all."""
    keys = [key for key, _ in _live_keys(ask, ask.data["prefix"])]
    return Answer({"success": True, "deleted": _forget(ask, keys)})


@routes("POST", "/v1/cache/keys", body=shape(prefix=opt(text(), "")))
def cache_keys(ask: Ask) -> Answer:
    """Keys with this prefix, at most a thousand."""
    keys = [key for key, _ in _live_keys(ask, ask.data["prefix"])]
    return Answer({"keys": keys[:KEYS_SHOWN], "truncated": len(keys) > KEYS_SHOWN})


@routes(
    "POST", "/v1/cache/list",
    body=shape(prefix=opt(text(), ""), limit=opt(integer(1, 1000), 100), cursor=opt(text())),
)  # fmt: skip
def cache_list(ask: Ask) -> Answer:
    """A page of keys with the time each expires (seconds since the epoch)."""
    limit = ask.data["limit"]
    rows = _live_keys(ask, ask.data["prefix"], behind(ask.data["cursor"]))
    keys = [
        {"key": key} | ({} if entry["expires"] is None else {"expiration": int(entry["expires"])})
        for key, entry in rows[:limit]
    ]
    more = len(rows) > limit
    body = {"keys": keys, "list_complete": not more}
    return Answer({**body, "cursor": cursor(rows[limit - 1][0])} if more else body)


# SQL


# The database of a project is all that its SQL may touch: no other file (VACUUM INTO attaches one), no settings,
# nothing temporary that would outlive a reset with the connection, no function that loads or shows machine code.
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


def _database(ask: Ask) -> sqlite3.Connection:
    base = ask.store.project(ask.who["project"])
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT)
    return base


def _execute(ask: Ask, base: sqlite3.Connection, sql: str, params: list[Any]) -> list[Doc]:
    """Rows of one statement. Raises Refuse (400) for what SQLite refuses or what takes too long."""
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
            # The statement may hold values that nobody is to see.
            ask.effect(f"db.executed {_verb(sql)}")
    except (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeEncodeError, ValueError) as error:
        raise Refuse(400, "SQL_ERROR", str(error), {"sql": sql[:200]}) from None
    finally:
        base.set_authorizer(None)
        base.set_progress_handler(None, 0)
    return [dict(zip(names, map(_show, row), strict=True)) for row in rows]


def _verb(sql: str) -> str:
    """`INSERT` of an INSERT; empty where a comment comes first."""
    found = re.match(r"\s*(\w*)", sql)
    return "" if found is None else found[1].upper()


def _bind(value: Any) -> Any:
    if isinstance(value, list | dict):
        raise Refuse(400, "SQL_ERROR", "A parameter is text, a number, true, false or null")
    return value


def _show(value: Any) -> Any:
    """A cell as JSON: bytes become base64, infinities null."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return None if isinstance(value, float) and not math.isfinite(value) else value


@routes("POST", "/v1/db/query", body=shape(sql=text(), params=opt(array(anything()))))
def db_query(ask: Ask) -> Answer:
    """One SQL statement on the project's own database."""
    base = _database(ask)
    rows = _execute(ask, base, ask.data["sql"], ask.data["params"] or [])
    if base.in_transaction:
        # Each request stands alone: a BEGIN without its end must not hold the next one.
        base.rollback()
    return Answer({"results": rows, "count": len(rows)})


QUERIES = array(shape(sql=text(), params=opt(array(anything()))), most=25)


@routes("POST", "/v1/db/batch", body=shape(queries=QUERIES))
def db_batch(ask: Ask) -> Answer:
    """Statements one after the other, each with its own result; a failure does not undo the others."""
    base, out = _database(ask), []
    for query in ask.data["queries"]:
        try:
            out.append({"results": _execute(ask, base, query["sql"], query["params"] or []), "success": True})
        except Refuse as refusal:
            out.append({"results": [], "success": False, "error": refusal.message})
    if base.in_transaction:
        base.rollback()
    return Answer({"results": out, "success": all(one["success"] for one in out)})


# Queue


def _jobs(ask: Ask) -> str:
    return f"aerostack.job.{ask.who['project']}"


@routes("POST", "/v1/queue/enqueue", body=shape(type=text(), data=mapping(), delay=opt(integer(0), 0)))
def queue_enqueue(ask: Ask) -> Answer:
    """Add a job; it waits `delay` seconds, is worked on for one, and is then done."""
    number_of = ask.store.next("aerostack.job")
    job_id = f"job_{number_of:08d}"
    job = {"id": job_id, "type": ask.data["type"], "data": ask.data["data"], "projectId": ask.who["project"]}
    due = ask.clock.now() + ask.data["delay"]
    ask.store.put(_jobs(ask), job_id, {**job, "createdAt": ask.now(), "due": due, "status": "pending"})
    ask.effect(f"job.created {job_id}")
    return Answer({"jobId": job_id, "success": True}, 201)


def _job(ask: Ask, job: Doc) -> Doc:
    """A job as it stands at this moment."""
    status, late = job["status"], ask.clock.now() - job["due"]
    if status == "pending" and late >= 1:
        failed = job["data"].get("fail") is True
        status = "failed" if failed else "completed"
    elif status == "pending" and late >= 0:
        status = "processing"
    return {**{name: value for name, value in job.items() if name != "due"}, "status": status}


@routes("POST", "/v1/queue/job", body=shape(jobId=text()))
def queue_get_job(ask: Ask) -> Answer:
    """One job."""
    job = ask.store.get(_jobs(ask), ask.data["jobId"])
    return Answer({"job": None if job is None else _job(ask, job), "exists": job is not None})


@routes("POST", "/v1/queue/cancel", body=shape(jobId=text()))
def queue_cancel_job(ask: Ask) -> Answer:
    """Cancel a job that still waits."""
    job = ask.store.get(_jobs(ask), ask.data["jobId"])
    if job is None:
        return Answer({"success": False, "note": "There is no such job"})
    status = _job(ask, job)["status"]
    if status != "pending":
        return Answer({"success": False, "note": f"The job is {status}"})
    ask.store.put(_jobs(ask), job["id"], {**job, "status": "cancelled"})
    ask.effect(f"job.cancelled {job['id']}")
    return Answer({"success": True})


@routes(
    "POST", "/v1/queue/jobs",
    body=shape(
        status=opt(text()), type=opt(text()), limit=opt(integer(1, 200), 50), cursor=opt(text())
    ),
)  # fmt: skip
def queue_list_jobs(ask: Ask) -> Answer:
    """A page of jobs, oldest first."""
    status, kind, limit = ask.data["status"], ask.data["type"], ask.data["limit"]
    rows = [_job(ask, job) for _, job in ask.store.scan(_jobs(ask), after=behind(ask.data["cursor"]))]
    jobs = [job for job in rows if status in (None, job["status"]) and kind in (None, job["type"])]
    body = {"jobs": jobs[:limit], "list_complete": len(jobs) <= limit}
    return Answer(body if len(jobs) <= limit else {**body, "cursor": cursor(jobs[limit - 1]["id"])})


# A fresh project


def seed(store: Store) -> None:
    """A table to query."""
    base = store.project("sandbox")
    base.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT)")
    people = [(name, f"{name.lower()}@example.com") for name in ("Ada", "Grace", "Alan")]
    base.executemany("INSERT INTO users (name, email) VALUES (?, ?)", people)
