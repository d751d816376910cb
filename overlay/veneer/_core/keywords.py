"""Suggest the right keyword for a wrong one, in an error that names the called method."""

from __future__ import annotations

import difflib
from collections.abc import Collection

__all__ = ["unexpected_keyword"]

# Different names for the same option: a caller who knows another API tries its names first.
_SAME = (
    ("limit", "page_size", "per_page", "pagesize", "size", "max_results", "page_limit", "count", "top"),
    ("offset", "skip", "start", "start_index", "start_at"),
    ("page", "page_number", "page_index", "page_num"),
    ("cursor", "page_token", "next_token", "after", "starting_after", "start_cursor", "marker"),
    ("rule", "stream_rule"),
    ("timeout", "timeout_ms", "timeouts", "request_timeout", "timeout_seconds", "limits"),
    ("deadline", "total_timeout", "max_elapsed_time"),
    (
        "max_retries",
        "retries",
        "max_retry",
        "retry_count",
        "num_retries",
        "max_attempts",
        "max_network_retries",
    ),
    ("retry", "retry_config", "retry_policy", "retry_options"),
    ("headers", "http_headers", "default_headers", "extra_headers"),
    ("query", "default_query", "extra_query"),
    ("api_key", "api_key_auth", "token", "access_token", "bearer_token", "key", "security"),
    ("base_url", "server_url", "url", "host", "endpoint", "api_base", "server"),
    ("http_client", "client", "session"),
    ("idempotency_key", "idempotency"),
    ("verify", "verify_ssl", "verify_ssl_certs"),
    ("proxy", "proxies"),
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
