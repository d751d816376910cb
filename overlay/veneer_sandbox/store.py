"""Store the sandbox's state in SQLite, with its ids and its clock."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Doc = dict[str, Any]

# The mark of the sandbox's databases (https://sqlite.org/pragma.html#pragma_application_id), and the version of
# their tables. Older folders have zeros.
APPLICATION: Final = 0x766E6562
VERSION: Final = 1
TABLES: Final = frozenset({"blob", "counter", "doc"})


class StoreError(ValueError):
    """A file or folder cannot be the sandbox's state; the message says what to do. Nothing in it was changed."""


# One table of JSON documents serves all resources: `kind` says which, `seq` remembers the order of arrival.
SCHEMA = """
CREATE TABLE IF NOT EXISTS doc (
    kind TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS doc_seq ON doc (kind, seq);
CREATE TABLE IF NOT EXISTS blob (id TEXT PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


@dataclass(slots=True)
class Clock:
    """The sandbox's clock, which can be moved, and is stopped if `frozen_at` is set."""

    frozen_at: float | None = None
    offset: float = 0.0

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return (time.time() if self.frozen_at is None else self.frozen_at) + self.offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward, or back by a negative number."""
        self.offset += seconds


def iso(moment: float) -> str:
    """Return a time as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> float:
    """Return the seconds since the epoch; a time without a zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def dump(value: Any) -> str:
    """Return compact JSON. Raises ValueError for NaN and infinities, which JSON does not have."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


@dataclass(slots=True)
class Store:
    """Documents, blobs, counters, and one SQL database per Aerostack project.

    Without `folder` everything is in memory. Keys are values in a table, never paths on disk.
    """

    folder: Path | None = None
    seed: int = 0
    _main: sqlite3.Connection = field(init=False, repr=False, default=cast("sqlite3.Connection", None))
    _lock: sqlite3.Connection | None = field(init=False, repr=False, default=None)
    _projects: dict[str, sqlite3.Connection] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        with contextlib.ExitStack() as opened:
            opened.callback(self.close)
            projects = []
            if self.folder is not None:
                self._lock = _locked(self.folder)
                projects = _projects(self.folder)
            # All are checked before any is written to.
            self._main = self._connect("sandbox", TABLES)
            for name in projects:
                self._projects[name] = self._connect(f"project-{name.encode().hex()}")
            if projects and not _tables(self._main):
                raise StoreError(
                    f"{self.folder} has databases of projects, but not the sandbox's own: move them away,"
                    " or choose another --data"
                )
            for base in (self._main, *self._projects.values()):
                _prepare(base)
            self._main.executescript(SCHEMA)
            opened.pop_all()

    @property
    def new(self) -> bool:
        """True if nothing was ever stored."""
        return self._main.execute("SELECT 1 FROM doc LIMIT 1").fetchone() is None

    def _connect(self, name: str, tables: frozenset[str] = frozenset()) -> sqlite3.Connection:
        """Open a database without writing to it, and check its tables unless it is new. Raises StoreError."""
        where = ":memory:" if self.folder is None else str(self.folder / f"{name}.sqlite3")
        try:
            # The server runs in one thread, which may not be the one that opened the store.
            base = sqlite3.connect(where, isolation_level=None, check_same_thread=False)
            try:
                if self.folder is not None:
                    check(base, tables)
            except BaseException:
                base.close()
                raise
        except (sqlite3.Error, StoreError) as error:
            raise StoreError(f"{where} {_why(error)}: move it away, or choose another --data") from None
        return base

    # Documents

    def get(self, kind: str, key: str) -> Doc | None:
        row = self._main.execute("SELECT body FROM doc WHERE kind=? AND id=?", (kind, key)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, key: str, doc: Doc) -> Doc:
        """Insert or replace; a replaced document keeps its place in the order of arrival."""
        self._main.execute(
            # Python 3.12 warns of numbers (?1).
            "INSERT INTO doc VALUES (:kind, :key, (SELECT coalesce(max(seq), 0) + 1 FROM doc WHERE kind=:kind), :body)"
            " ON CONFLICT (kind, id) DO UPDATE SET body=excluded.body",
            {"kind": kind, "key": key, "body": dump(doc)},
        )
        return doc

    def remove(self, kind: str, key: str) -> bool:
        return self._main.execute("DELETE FROM doc WHERE kind=? AND id=?", (kind, key)).rowcount > 0

    def rows(
        self, kind: str, where: Mapping[str, Any] | None = None, limit: int = -1, offset: int = 0
    ) -> list[Doc]:
        """Return the documents whose top-level fields equal `where` (None: no condition), in order of arrival.

        `{"created_at >=": …}` compares with another operator.
        """
        clause, values = _condition(kind, where)
        query = f"SELECT body FROM doc WHERE {clause} ORDER BY seq LIMIT ? OFFSET ?"  # noqa: S608 - names are ours
        # SQLite's integers end at 2**63-1; nothing lies beyond that offset anyway.
        found = self._main.execute(query, (*values, min(limit, 2**62), min(offset, 2**62)))
        return [json.loads(body) for (body,) in found]

    def count(self, kind: str, where: Mapping[str, Any] | None = None) -> int:
        clause, values = _condition(kind, where)
        row = self._main.execute(f"SELECT count(*) FROM doc WHERE {clause}", values).fetchone()  # noqa: S608
        return int(row[0])

    def scan(self, kind: str, prefix: str = "", after: str = "", limit: int = -1) -> list[tuple[str, Doc]]:
        """Return (key, document) pairs in order of key, with keys that start with `prefix` and sort behind `after`."""
        found = self._main.execute(
            "SELECT id, body FROM doc WHERE kind=? AND id>? AND substr(id, 1, length(?))=? ORDER BY id LIMIT ?",
            (kind, after, prefix, prefix, limit),
        )
        return [(key, json.loads(body)) for key, body in found]

    def load(self, kind: str, docs: Mapping[str, Doc]) -> None:
        """Insert many new documents at once, in their order."""
        start = self.count(kind)
        rows = ((kind, key, start + n, dump(doc)) for n, (key, doc) in enumerate(docs.items(), 1))
        with self._main:
            self._main.execute("BEGIN")
            self._main.executemany("INSERT OR REPLACE INTO doc VALUES (?, ?, ?, ?)", rows)

    # Blobs, counters, ids

    def get_blob(self, key: str) -> bytes | None:
        row = self._main.execute("SELECT bytes FROM blob WHERE id=?", (key,)).fetchone()
        return None if row is None else row[0]

    def put_blob(self, key: str, content: bytes) -> None:
        self._main.execute("INSERT OR REPLACE INTO blob VALUES (?, ?)", (key, content))

    def remove_blob(self, key: str) -> None:
        self._main.execute("DELETE FROM blob WHERE id=?", (key,))

    def next(self, name: str) -> int:
        """Return 1, 2, 3, … per name."""
        row = self._main.execute(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value=value+1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    def new_id(self, prefix: str, size: int = 8) -> str:
        """Return an id that looks random but is the same in every run with the same seed and the same calls."""
        text = f"{self.seed}/{prefix}/{self.next(prefix)}"
        return prefix + hashlib.blake2b(text.encode(), digest_size=size).hexdigest()

    # Project databases

    def project(self, name: str) -> sqlite3.Connection:
        """Return the SQL database of one Aerostack project."""
        if name not in self._projects:
            base = self._connect(f"project-{name.encode().hex()}")
            _prepare(base)
            self._projects[name] = base
        return self._projects[name]

    # The whole

    def dump(self) -> dict[str, bytes]:
        """Return all data as SQLite images by name; the main one has the empty name."""
        return {"": self._main.serialize()} | {
            name: base.serialize() for name, base in self._projects.items()
        }

    def restore(self, bases: Mapping[str, sqlite3.Connection]) -> None:
        """Restore the databases of a `dump` that `opened` opened, and close them; other projects become empty."""
        with contextlib.ExitStack() as stack:
            for one in bases.values():
                stack.callback(one.close)
            nothing = stack.enter_context(contextlib.closing(sqlite3.connect(":memory:")))
            for name in bases.keys() - {""}:
                self.project(name)
            bases[""].backup(self._main)
            for name, base in self._projects.items():
                bases.get(name, nothing).backup(base)

    def close(self) -> None:
        for base in (self._main, *self._projects.values(), self._lock):
            if base is not None:
                base.close()


def check(base: sqlite3.Connection, tables: frozenset[str]) -> None:
    """Check that a database is the sandbox's, without writing to it.

    Raises StoreError for another program's, a newer sandbox's and a damaged database, sqlite3.Error for other files.
    """
    application, version = _marks(base)
    found = _tables(base)
    if application not in (0, APPLICATION) or (application == 0 and tables and found and not tables <= found):
        raise StoreError("is another program's database")
    if application == APPLICATION and version > VERSION:
        raise StoreError("was written by a newer version of veneer")
    if found and not tables <= found:
        raise StoreError("lacks the sandbox's tables")
    (verdict,) = base.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StoreError(f"is damaged ({verdict.strip().splitlines()[-1]})")


def _marks(base: sqlite3.Connection) -> tuple[int, int]:
    (application,), (version,) = (
        base.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    return application, version


def _tables(base: sqlite3.Connection) -> set[str]:
    return {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='table'")}


def _prepare(base: sqlite3.Connection) -> None:
    """Set up a database for the sandbox, and mark it as the sandbox's."""
    base.execute("PRAGMA journal_mode=WAL")
    # State must outlive the process, not a power cut.
    base.execute("PRAGMA synchronous=OFF")
    # 1 GiB at the usual page size: a runaway test must not fill the disk.
    base.execute("PRAGMA max_page_count=262144")
    if _marks(base) != (APPLICATION, VERSION):
        base.execute(f"PRAGMA application_id={APPLICATION}")
        base.execute(f"PRAGMA user_version={VERSION}")


def _why(error: Exception) -> str:
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return f"is damaged ({error})"
    return f"cannot be used ({error})" if isinstance(error, sqlite3.Error) else str(error)


def _locked(folder: Path) -> sqlite3.Connection:
    """Lock the folder until the connection is closed or the process ends. Raises StoreError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(folder / "lock", timeout=0, isolation_level=None, check_same_thread=False)
    except OSError as error:
        raise StoreError(f"--data {folder} cannot be used: {error.strerror}") from None
    except sqlite3.Error:
        raise StoreError(f"--data {folder} cannot be written") from None
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise StoreError(f"another sandbox uses {folder}: stop it, or choose another --data") from None
        raise StoreError(f"--data {folder} cannot be written ({error})") from None
    return lock


def _projects(folder: Path) -> list[str]:
    """Return the projects with databases in a folder; similar files of other programs are not touched."""
    found = []
    for file in sorted(folder.glob("project-*.sqlite3")):
        with contextlib.suppress(ValueError):
            found.append(bytes.fromhex(file.stem.removeprefix("project-")).decode())
    return found


def _condition(kind: str, where: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
    wanted = {name: value for name, value in (where or {}).items() if value is not None}
    compared = ((name, sign or "=") for name, _, sign in (one.partition(" ") for one in wanted))
    clause = " AND ".join(["kind=?", *(f"json_extract(body, '$.{name}'){sign}?" for name, sign in compared)])
    return clause, [kind, *wanted.values()]


def opened(images: Mapping[str, bytes], *, trusted: bool = False) -> dict[str, sqlite3.Connection]:
    """Open images as databases in memory. Unless `trusted`, raises StoreError for images not from `Store.dump`."""
    if "" not in images:
        raise StoreError("it is not a snapshot of a sandbox")
    bases: dict[str, sqlite3.Connection] = {}
    with contextlib.ExitStack() as stack:
        for name, image in images.items():
            what = f"its database of project {name!r}" if name else "its database"
            try:
                bases[name] = sqlite3.connect(":memory:", check_same_thread=False)
                stack.callback(bases[name].close)
                if image:
                    # A database in memory has no write-ahead log, which the image of a file declares:
                    # https://sqlite.org/c3ref/deserialize.html
                    bases[name].deserialize(b"".join((image[:18], b"\x01\x01", memoryview(image)[20:])))
                if not trusted:
                    _check_image(bases[name], frozenset() if name else TABLES)
            except (sqlite3.Error, StoreError) as error:
                raise StoreError(f"{what} {_why(error)}") from None
        stack.pop_all()
    return bases


def _check_image(base: sqlite3.Connection, tables: frozenset[str]) -> None:
    check(base, tables)
    if tables and base.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        raise StoreError("is empty")
