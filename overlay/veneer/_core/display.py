"""Show values briefly: bounded in length and depth, secrets masked, unset members left out.

Loaded by the first repr or table, never by a call.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from html import escape
from itertools import islice
from typing import Any, Final
from uuid import UUID

from veneer._core.members import OTHERS, contract_class, shown_fields
from veneer._core.redact import MASK, mask_url
from veneer._core.secret_names import is_secret

__all__ = ["brief", "html", "members", "page_html"]

_CHARACTERS: Final = 80
"""Most characters of a text, or of another value's repr."""
_DEPTH: Final = 2
"""Levels that are shown below a value."""
_MEMBERS: Final = (2, 8, 24)
"""Most members of a value or mapping, by the levels left below it."""
_ITEMS: Final = 3
_ROWS: Final = 20
_COLUMNS: Final = 8


class _Missing:
    def __repr__(self) -> str:
        return "<missing>"


_MISSING: Final = _Missing()


# -- members -------------------------------------------------------------------------------------------------------


def members(value: Any) -> Iterator[tuple[str, Any, bool]]:
    """Yield each set member of a model or dataclass: its name, its value, and whether it is secret.

    A member is secret if the contract marks it, or by its name.
    """
    cls = contract_class(type(value))
    harmless = getattr(cls, "_HARMLESS", ())
    for name, shown in shown_fields(cls).items():
        found = getattr(value, name, _MISSING)
        # Each generated package has its own class for unset members; a result uses None.
        if type(found).__name__ == "Unset" or (found is None and not hasattr(cls, "__attrs_attrs__")):
            continue
        yield name, found, not shown or (name not in harmless and _is_secret(name, found))
    # Read by this name, it is not created if it is missing.
    others = getattr(value, "_unknown", None) if hasattr(cls, "_unknown") else getattr(value, OTHERS, None)
    if others:
        yield OTHERS, others, False


def _is_secret(name: object, value: Any) -> bool:
    return (
        isinstance(name, str)
        and value is not _MISSING
        and not isinstance(value, bool | None)
        and is_secret(name, value)
    )


def _shows_itself(value: Any) -> bool:
    """Return whether it is a Value, by its methods: that module imports this one."""
    return hasattr(type(value), "_members")


def _of(value: Any) -> Iterator[tuple[str, Any, bool]]:
    found: Iterator[tuple[str, Any, bool]] = value._members()  # noqa: SLF001  # its own
    return found


def _of_mapping(value: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, bool]]:
    return ((name, found, _is_secret(name, found)) for name, found in value.items())


# -- in one line ---------------------------------------------------------------------------------------------------


def brief(value: Any, depth: int = _DEPTH) -> str:
    """Return a value on one short line, with `depth` levels below it."""
    if _shows_itself(value):
        shown = list(_of(value))
        parts = (f"{name}={_or_mask(found, depth, secret)}" for name, found, secret in shown)
        return f"{type(value).__name__}({_joined(parts, _MEMBERS[depth], len(shown), depth)})"
    if isinstance(value, Mapping):
        pairs = (
            f"{brief(name, 0)}: {_or_mask(found, depth, secret)}"
            for name, found, secret in _of_mapping(value)
        )
        return f"{{{_joined(pairs, _MEMBERS[depth], len(value), depth)}}}"
    if isinstance(value, list) or type(value) is tuple:
        items = (brief(one, depth - 1) for one in value)
        return f"[{_joined(items, _ITEMS, len(value), depth)}]"
    if isinstance(value, str):
        return _cut(_repr(_cut(_unsigned(value))), 2 * _CHARACTERS)
    if isinstance(value, bytes | bytearray):
        return _repr(value) if len(value) <= _CHARACTERS // 4 else f"<{len(value):,} bytes>"
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else _cut(_repr(value))


def _or_mask(value: Any, depth: int, secret: bool) -> str:
    return repr(MASK) if secret else brief(value, depth - 1)


def _joined(parts: Iterable[str], limit: int, count: int, depth: int) -> str:
    """Join the first parts and the number of the others; at a negative depth, only that number."""
    if depth < 0:
        return f"… {count}" if count else ""
    more = [f"… {count - limit} more"] if count > limit else []
    return ", ".join([*islice(parts, limit), *more])


def _cut(text: str, limit: int = _CHARACTERS) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  # another repr's failure must not break ours
        return f"<{type(value).__name__}>"


def _unsigned(text: str) -> str:
    """Mask the query of a URL: presigned URLs have their secret there."""
    head = text[:8].lower()
    return mask_url(text) if head.startswith(("http://", "https://")) and set(text) & set("?#@") else text


# -- in a table ----------------------------------------------------------------------------------------------------


def html(value: Any) -> str:
    """Return a table for a notebook: a page's rows, else the members of a value."""
    name = type(value).__name__
    if isinstance(value, Mapping):
        found: Iterable[tuple[Any, Any, bool]] = _of_mapping(value)
    elif isinstance(value, Sized) and isinstance(value, Iterable):
        facts = [f", {name}={brief(one)}" for name, one, _ in _of(value) if not isinstance(one, list)]
        return page_html(f"{name}: {len(value):,} rows{''.join(facts)}", list(value))
    else:
        found = _of(value)
    rows = [(str(name), MASK if secret else _cell(one)) for name, one, secret in found]
    return _table(name, (), rows)


def page_html(title: str, items: Sequence[Any]) -> str:
    """Return a table of the first rows and their first members, for a notebook."""
    rows = [_row(item) for item in items[:_ROWS]]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = names[:_COLUMNS]
    cells = [[row.get(name, "") for name in columns] for row in rows]
    if len(names) > len(columns):
        columns.append(f"… {len(names) - len(columns)} more")
        cells = [[*one, ""] for one in cells]
    if len(items) > len(rows):
        title = f"{title}; the first {len(rows)}"
    return _table(title, columns, cells)


def _row(item: Any) -> dict[str, str]:
    if _shows_itself(item):
        found: Iterable[tuple[Any, Any, bool]] = _of(item)
    elif isinstance(item, Mapping):
        found = _of_mapping(item)
    else:
        return {"": _cell(item)}
    return {_cut(str(name)): MASK if secret else _cell(one) for name, one, secret in found}


def _cell(value: Any) -> str:
    return _cut(_unsigned(value)) if isinstance(value, str) else _cut(brief(value, 0))


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{_escaped(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{_escaped(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<table><caption>{_escaped(title)}</caption>"
        f"{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"
    )


def _escaped(text: str) -> str:
    """Return text as HTML: white space as blanks, other unprintable characters as U+FFFD."""
    return escape("".join(one if one.isprintable() else " " if one.isspace() else "\ufffd" for one in text))
