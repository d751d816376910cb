"""Remember the deprecated operations that were called, so that `doctor` lists them with their days left."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veneer._core.deprecation import Deprecation

if TYPE_CHECKING:
    from veneer_cli.service import Service

__all__ = ["met", "remember", "state_path"]

_LARGEST = 1_048_576
_MOST = 1_000


def state_path(environ: Mapping[str, str] | None = None, folder: str = "veneer") -> Path | None:
    """Return the path of the file, `deprecations.json` in a folder under XDG_STATE_HOME.

    Where that is unset, it is ~/.local/state. Returns None for a user without a home.
    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    given = (os.environ if environ is None else environ).get("XDG_STATE_HOME", "")
    try:
        home = Path(given) if given and Path(given).is_absolute() else Path.home() / ".local/state"
    except RuntimeError:  # no HOME, and no entry for the user
        return None
    return home / folder / "deprecations.json"


def remember(service: Service, found: Deprecation) -> None:
    """Record an operation if it is new. A file that cannot be written does not fail the call."""
    path = state_path(folder=service.program)
    if path is None or service.table is None:
        return
    known = _read(path)
    operations = known.setdefault(service.name, {})
    key, facts = f"{found.method} {found.path}", found.to_dict()
    if operations.get(key) == facts or len(operations) >= _MOST:
        return
    operations[key] = facts
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            json.dump(known, file, indent=1)
        Path(file.name).replace(path)


def met(service: Service) -> list[Deprecation]:
    """Return the deprecated operations that were called, the next to go first."""
    path = state_path(folder=service.program)
    found = _read(path).get(service.name, {}) if path is not None else {}
    read = [one for facts in found.values() if (one := _of(facts)) is not None]
    return sorted(read, key=lambda one: (one.sunset is None, str(one.sunset), one.path))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Read the file; an invalid file counts as empty."""
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    tables = found.items() if isinstance(found, dict) else ()
    return {name: table for name, table in tables if isinstance(table, dict)}


def _of(facts: Any) -> Deprecation | None:
    try:
        read: dict[str, Any] = {name: str(facts[name]) for name in ("operation", "method", "path", "link")}
        read |= {name: _time(facts[name]) for name in ("since", "sunset")}
        return Deprecation(**read, in_contract=facts["in_contract"] is True)
    except (KeyError, TypeError, ValueError):
        return None


def _time(text: Any) -> datetime | None:
    when = None if text is None else datetime.fromisoformat(text)
    return when if when is None or when.tzinfo is not None else when.astimezone()
