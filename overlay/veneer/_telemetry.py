"""OpenTelemetry spans where its API is installed, nothing where it is not (semantic conventions for HTTP client spans, 1.23 and later)."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["attempt_span", "call_span", "finish_span"]


@functools.cache
def _trace() -> Any:
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace


@contextlib.contextmanager
def _span(name: str, kind: str, attributes: Mapping[str, Any]) -> Iterator[Any]:
    trace = _trace()
    if trace is None:
        yield None
        return
    # Errors are recorded by name only (`error.type`): an exception event would carry its message and stack.
    with trace.get_tracer("veneer").start_as_current_span(
        name,
        kind=getattr(trace.SpanKind, kind),
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield span


def call_span(platform: str, operation: str) -> contextlib.AbstractContextManager[Any]:
    """The span of a whole call, its attempts inside."""
    return _span(
        f"{platform} {operation}", "INTERNAL", {"veneer.platform": platform, "veneer.operation": operation}
    )


def attempt_span(
    method: str, url: str, host: str, port: int | None, resend: int
) -> contextlib.AbstractContextManager[Any]:
    """The span of one request; `url` has its query values masked, `resend` counts earlier attempts."""
    attributes: dict[str, Any] = {"http.request.method": method, "url.full": url, "server.address": host}
    if port is not None:
        attributes["server.port"] = port
    if resend:
        attributes["http.request.resend_count"] = resend
    return _span(method, "CLIENT", attributes)


def finish_span(span: Any, status: int | None, error: str | None) -> None:
    """Write down what came of it."""
    if span is None:
        return
    if status is not None:
        span.set_attribute("http.response.status_code", status)
    if error is not None:
        span.set_attribute("error.type", error)
        span.set_status(_trace().StatusCode.ERROR)
