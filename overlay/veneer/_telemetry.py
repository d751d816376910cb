"""OpenTelemetry spans, if its API is installed.

Semantic conventions for HTTP client spans, 1.23 and later:
<https://opentelemetry.io/docs/specs/semconv/http/http-spans/>.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

__all__ = ["attempt_span", "call_span", "finish_span", "propagate"]

_PORTS = {"http": 80, "https": 443}
_NO_SPAN: contextlib.AbstractContextManager[Any] = contextlib.nullcontext()
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})


def _api() -> tuple[Any, Any] | None:
    """Return the parts of the API that are used; None if the program does not record spans."""
    if "opentelemetry.trace" not in sys.modules:
        return None
    from opentelemetry import propagate as propagation
    from opentelemetry import trace

    return (
        None if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider) else (trace, propagation)
    )


@contextlib.contextmanager
def _span(api: tuple[Any, Any], name: str, kind: str, attributes: Mapping[str, Any]) -> Iterator[Any]:
    trace, _ = api
    # Errors are recorded by name only (`error.type`): an exception event would carry its message and stack.
    with trace.get_tracer("veneer").start_as_current_span(
        name,
        kind=getattr(trace.SpanKind, kind),
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except BaseException as error:
            _failed(span, type(error).__name__)
            raise


def _failed(span: Any, error: str) -> None:
    api = _api()
    if api is not None:
        span.set_attribute("error.type", error)
        span.set_status(api[0].StatusCode.ERROR)


def call_span(platform: str, operation: str) -> contextlib.AbstractContextManager[Any] | None:
    """Return the span of a whole call, its attempts inside; None if nothing records spans."""
    api = _api()
    if api is None:
        return None
    attributes = {"veneer.platform": platform, "veneer.operation": operation}
    return _span(api, f"{platform} {operation}", "INTERNAL", attributes)


def attempt_span(
    method: str, shown: Callable[[], str], resend: int
) -> contextlib.AbstractContextManager[Any]:
    """Return the span of one request; `shown` returns its masked URL, `resend` counts earlier attempts."""
    api = _api()
    if api is None:
        return _NO_SPAN
    url = shown()
    parts = urlsplit(url)
    known = method if method in _METHODS else "_OTHER"
    attributes: dict[str, Any] = {
        "http.request.method": known,
        "url.full": url,
        "server.address": parts.hostname or "",
        "server.port": parts.port or _PORTS.get(parts.scheme, 0),
    }
    if known != method:
        attributes["http.request.method_original"] = method
    if resend:
        attributes["http.request.resend_count"] = resend
    return _span(api, "HTTP" if known == "_OTHER" else method, "CLIENT", attributes)


def propagate(headers: MutableMapping[str, str]) -> None:
    """Add the headers that let the server join the trace (`traceparent`); none without a recorded trace."""
    api = _api()
    if api is not None:
        api[1].inject(headers)


def finish_span(span: Any, status: int | None, error: str | None = None) -> None:
    """Record a request's result: its status, and the name of its exception."""
    if span is None:
        return
    if status is not None:
        span.set_attribute("http.response.status_code", status)
        if error is None and status >= 400:
            error = str(status)
    if error is not None:
        _failed(span, error)
