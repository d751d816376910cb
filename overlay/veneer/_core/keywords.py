"""Name the right keyword where a caller gave a wrong one, in the name of the method that was called."""

from __future__ import annotations

import difflib
from collections.abc import Collection

__all__ = ["unexpected_keyword"]

# What different APIs call the same thing; a caller who knows one of them looks for it under that name.
_SAME = (
    ("limit", "page_size", "per_page", "pagesize", "size", "max_results", "page_limit", "count", "top"),
    ("offset", "skip", "start", "start_index", "start_at"),
    ("page", "page_number", "page_index", "page_num"),
    ("cursor", "page_token", "next_token", "after", "starting_after", "start_cursor", "marker"),
    ("rule", "stream_rule"),
    ("limits", "timeout", "timeouts"),
    ("max_items", "total_limit"),
    ("resume_from", "state", "resume"),
)
_SHOWN = 12


def unexpected_keyword(method: str, wrong: str, known: Collection[str]) -> TypeError:
    """Return the error for a keyword that a method does not take.

    >>> unexpected_keyword("iter_items", "page_size", ["limit", "offset"])
    TypeError("iter_items() got an unexpected keyword argument 'page_size'; did you mean 'limit'?")
    """
    right = _nearest(wrong, known)
    if right is not None:
        hint = f"did you mean {right!r}?"
    else:
        names = sorted(known)
        more = ", …" if len(names) > _SHOWN else ""
        hint = f"it takes {', '.join(names[:_SHOWN])}{more}" if names else "it takes no keywords"
    return TypeError(f"{method}() got an unexpected keyword argument {wrong!r}; {hint}")


def _nearest(wrong: str, known: Collection[str]) -> str | None:
    for group in _SAME:
        if wrong.lower() in group:
            found = next((name for name in group if name in known), None)
            if found is not None:
                return found
    return next(iter(difflib.get_close_matches(wrong, known, n=1)), None)
