"""Keep the sandbox's state in SQLite, its ids and its clock."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Doc = dict[str, Any]

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
    """Tell the sandbox's time; it can be moved forward, and stands still when `frozen_at` is set."""

    frozen_at: float | None = None
    offset: float = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return (time.time() if self.frozen_at is None else self.frozen_at) + self.offset

    def advance(self, seconds: float) -> None:
        """Move forward (or, with a negative number, back)."""
        self.offset += seconds


def iso(moment: float) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> float:
    """Seconds since the epoch; a time without a zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def dump(value: Any) -> str:
    """Compact JSON; raises ValueError on NaN and infinities, which JSON does not have."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


@dataclass(slots=True)
class Store:
    """Documents, blobs, counters, and one SQL database per Aerostack project.

    Without `folder` everything is in memory. Keys are values in a table, never paths on disk.
    """

    folder: Path | None = None
    seed: int = 0
    _main: sqlite3.Connection = field(init=False, repr=False)
    _projects: dict[str, sqlite3.Connection] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._main = self._connect("sandbox")
        self._main.executescript(SCHEMA)
        if self.folder is not None:
            for file in sorted(self.folder.glob("project-*.sqlite3")):
                name = bytes.fromhex(file.stem.removeprefix("project-")).decode()
                self._projects[name] = self._connect(file.stem)

    def _connect(self, name: str) -> sqlite3.Connection:
        where = ":memory:"
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            where = str(self.folder / f"{name}.sqlite3")
        # The server runs in one thread, which need not be the one that opened the store.
        base = sqlite3.connect(where, isolation_level=None, check_same_thread=False)
        base.execute("PRAGMA journal_mode=WAL")
        # State must outlive the process, not a power cut.
        base.execute("PRAGMA synchronous=OFF")
        # 1 GiB at the usual page size: a runaway test must not fill the disk.
        base.execute("PRAGMA max_page_count=262144")
        return base

    # Documents

    def get(self, kind: str, key: str) -> Doc | None:
        row = self._main.execute("SELECT body FROM doc WHERE kind=? AND id=?", (kind, key)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, key: str, doc: Doc) -> Doc:
        """Insert or replace; a replaced document keeps its place in the order of arrival."""
        self._main.execute(
            "INSERT INTO doc VALUES (?1, ?2, (SELECT coalesce(max(seq), 0) + 1 FROM doc WHERE kind=?1), ?3)"
            " ON CONFLICT (kind, id) DO UPDATE SET body=excluded.body",
            (kind, key, dump(doc)),
        )
        return doc

    def remove(self, kind: str, key: str) -> bool:
        return self._main.execute("DELETE FROM doc WHERE kind=? AND id=?", (kind, key)).rowcount > 0

    def rows(
        self, kind: str, where: Mapping[str, Any] | None = None, limit: int = -1, offset: int = 0
    ) -> list[Doc]:
        """Documents in order of arrival whose top-level fields equal `where` (None: no condition)."""
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
        """(key, document) in order of key, with keys that start with `prefix` and sort behind `after`."""
        found = self._main.execute(
            "SELECT id, body FROM doc WHERE kind=?1 AND id>?2 AND substr(id, 1, length(?3))=?3 ORDER BY id LIMIT ?4",
            (kind, after, prefix, limit),
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
        """1, 2, 3, … for each name."""
        row = self._main.execute(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value=value+1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    def new_id(self, prefix: str, size: int = 8) -> str:
        """An id that looks random and is the same in every run with the same seed and the same calls."""
        text = f"{self.seed}/{prefix}/{self.next(prefix)}"
        return prefix + hashlib.blake2b(text.encode(), digest_size=size).hexdigest()

    # Project databases

    def project(self, name: str) -> sqlite3.Connection:
        """The SQL database of one Aerostack project."""
        if name not in self._projects:
            self._projects[name] = self._connect(f"project-{name.encode().hex()}")
        return self._projects[name]

    # The whole

    def dump(self) -> dict[str, bytes]:
        """Everything, as SQLite images by name; the main one is the empty name."""
        return {"": self._main.serialize()} | {
            name: base.serialize() for name, base in self._projects.items()
        }

    def restore(self, images: Mapping[str, bytes]) -> None:
        """Put back what `dump` returned; a project that is not in it becomes empty."""
        _overwrite(self._main, images[""])
        for name, base in self._projects.items():
            _overwrite(base, images.get(name, b""))
        for name in images.keys() - self._projects.keys() - {""}:
            _overwrite(self.project(name), images[name])

    def close(self) -> None:
        for base in (self._main, *self._projects.values()):
            base.close()


def _condition(kind: str, where: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
    wanted = {name: value for name, value in (where or {}).items() if value is not None}
    clause = " AND ".join(["kind=?", *(f"json_extract(body, '$.{name}')=?" for name in wanted)])
    return clause, [kind, *wanted.values()]


def _overwrite(base: sqlite3.Connection, image: bytes) -> None:
    source = sqlite3.connect(":memory:")
    try:
        if image:
            # Memory knows no write-ahead log, which the image of a file declares: https://sqlite.org/c3ref/deserialize.html
            source.deserialize(image[:18] + b"\x01\x01" + image[20:])
        source.backup(base)
    finally:
        source.close()
