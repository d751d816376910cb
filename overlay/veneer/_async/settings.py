"""The keyword arguments of a client as one type, so that platforms need not list them again."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from veneer._core.auth import Key
from veneer._core.options import Timeouts
from veneer._core.redact import Secret
from veneer._core.retry import RetryBudget, RetryPolicy

if TYPE_CHECKING:
    import ssl

    import httpx

    from veneer._core.deprecation import Deprecation
    from veneer._core.oauth import OAuth2
    from veneer._core.options import DebugLogger
    from veneer._core.proxies import Proxy
    from veneer._core.shared_limits import SharedLimits
    from veneer._core.violations import SchemaViolation
    from veneer._core.webhooks import WebhookSecret
    from veneer._http._async.external_client import AsyncHttpClient

__all__ = ["AsyncSettings"]


class AsyncSettings(TypedDict, total=False):
    """The arguments of every client besides address, key and `timeout`; each as in `veneer.AsyncClient`."""

    credentials: Mapping[str, Key] | None
    refresh_token: Callable[[], Awaitable[str] | str] | None
    auth: OAuth2 | None
    client_id: str | None
    client_secret: str | Secret | None
    scopes: Sequence[str]
    deadline: float | None
    timeouts: Timeouts | float | None
    retry: RetryPolicy | None
    max_retries: int | None
    headers: Mapping[str, str | None] | None
    query: Mapping[str, Any] | None
    http_client: AsyncHttpClient | None
    max_connections: int
    engine: Literal["auto", "default", "fast"]
    verify: bool | str | os.PathLike[str] | ssl.SSLContext
    cert: str | os.PathLike[str] | tuple[str | os.PathLike[str], ...] | None
    proxy: str | Proxy | None
    trust_env: bool
    retry_budget: RetryBudget | None
    limits: SharedLimits | None
    max_response_bytes: int | None
    on_request: Sequence[Callable[[httpx.Request], Awaitable[None] | None]]
    on_response: Sequence[Callable[[httpx.Response], Awaitable[None] | None]]
    on_result: Sequence[Callable[[httpx.Response, str], Awaitable[None] | None]]
    on_violation: Sequence[Callable[[SchemaViolation], Awaitable[None] | None]]
    on_deprecation: Sequence[Callable[[Deprecation], Awaitable[None] | None]]
    strict: bool
    webhook_secret: WebhookSecret | Sequence[WebhookSecret] | None
    debug_logger: DebugLogger | None
