"""Read an answer: is it a success, which error is it, what does its body say?"""

from __future__ import annotations

import importlib
import itertools
import json
import linecache
import re
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from veneer._core.call import Operation
from veneer._core.errors import BODY_LIMIT, APIError
from veneer._core.platform import Platform
from veneer._core.redact import mask_text, mask_url

if TYPE_CHECKING:
    import httpx

__all__ = ["api_error", "json_path_of_failure", "payload_of"]

NOT_JSON: Any = object()
"""What `payload_of` gives for a body that is not JSON."""


def payload_of(response: httpx.Response) -> Any:
    """Parse a body as JSON; NOT_JSON for anything else: HTML of a proxy, half a document, wrong bytes, nesting without end."""
    if not response.content:
        return NOT_JSON
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return NOT_JSON


def api_error(
    platform: Platform,
    operation: Operation,
    response: httpx.Response,
    payload: Any,
    *,
    retry_after: float | None,
    secrets: Iterable[str] = (),
) -> APIError:
    """Make the error that an answer stands for: the platform's class, with everything that the answer says."""
    status = response.status_code
    problem = platform.describe(payload if payload is not NOT_JSON else None)
    kind = platform.error_class(status, problem.code)
    message = _message(status, response.reason_phrase, problem.code, problem.message)
    error = kind(
        mask_text(message, secrets),
        operation=operation.id,
        method=response.request.method,
        url=mask_url(str(response.request.url)),
        response=response,
        retry_after=retry_after,
    )
    error.status_code = status
    error.code = problem.code
    error.body = _text(response)[:BODY_LIMIT]
    error.detail = problem.detail if payload is not NOT_JSON else (error.body or None)
    error.data = _typed(operation, status, payload)
    error.request_id = next(
        (found for name in platform.request_ids if (found := response.headers.get(name))), None
    )
    return error


def _message(status: int, reason: str, code: str | None, message: str | None) -> str:
    head = f"{status} {reason}".strip()
    said = f"{code}: {message}" if code and message else (message or code or "")
    return f"{head}: {said[:500]}" if said else head


def _text(response: httpx.Response) -> str:
    try:
        return response.text
    except (LookupError, UnicodeError):  # a charset nobody knows
        return response.content.decode("utf-8", "replace")


def _typed(operation: Operation, status: int, payload: Any) -> Any:
    """Parse the payload with the contract's model for this status; the payload itself where there is none or it does not fit."""
    if payload is NOT_JSON:
        return None
    errors = operation.errors
    name = errors.get(str(status)) or errors.get(f"{status // 100}XX") or errors.get("default")
    package = operation.module.partition(".api.")[0]
    if not name or not package or not isinstance(payload, Mapping):
        return payload
    try:
        return getattr(importlib.import_module(f"{package}.models"), name).from_dict(payload)
    except (ImportError, AttributeError, KeyError, TypeError, ValueError):
        return payload


_POP = re.compile(r"""\bpop\(\s*["']((?:[^"'\\]|\\.)*)["']""")


def json_path_of_failure(error: BaseException) -> str:
    """Find where in a document a generated `from_dict` failed: `$.items[3].created_at`.

    The frames of the traceback hold the nested objects; each is looked up, by identity, in the one above it. The innermost name is the missing key, or the
    key that the failing line was reading.
    """
    objects: list[Any] = []
    leaf = str(error.args[0]) if isinstance(error, KeyError) and error.args else None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        scope = trace.tb_frame.f_locals
        for name in ("src_dict", "data"):
            found = scope.get(name)
            if isinstance(found, (Mapping, list)) and not any(found is known for known in objects):
                objects.append(found)
        if (
            leaf is None
            and trace.tb_next is None
            or (trace.tb_next is not None and _leaves_models(trace.tb_next))
        ):
            match = _POP.search(linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno))
            leaf = match[1] if match else None
        trace = trace.tb_next
    path = "$"
    for outer, inner in itertools.pairwise(objects):
        path += _step(outer, inner) or ""
    return f"{path}.{leaf}" if leaf is not None else path


def _leaves_models(trace: TracebackType) -> bool:
    return not {"src_dict", "data"} & trace.tb_frame.f_locals.keys()


def _step(outer: Any, inner: Any) -> str | None:
    """The path from a value to one that stands somewhere inside it, by identity."""
    pairs = (
        outer.items() if isinstance(outer, Mapping) else enumerate(outer) if isinstance(outer, list) else ()
    )
    nested: list[tuple[str, Any]] = []
    for key, value in pairs:
        here = f"[{key}]" if isinstance(outer, list) else f".{key}"
        if value is inner:
            return here
        if isinstance(value, (Mapping, list)):
            nested.append((here, value))
    for here, value in nested:
        below = _step(value, inner)
        if below is not None:
            return here + below
    return None
