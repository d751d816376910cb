"""Aerostack's SDK: one object for threads and for tasks."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from veneer._async.aerostack.client import AsyncClient
from veneer._core.auth import Key, from_environment
from veneer._core.errors import ConfigurationError
from veneer._core.retry import RetryBudget, RetryPolicy
from veneer._core.urls import choose_base_url
from veneer._platforms import given
from veneer._platforms.aerostack import PLATFORM, server
from veneer._platforms.aerostack_options import RetryConfig, policy
from veneer._sync.aerostack.client import Client

# A namespace is loaded at its first use.
if TYPE_CHECKING:
    import ssl

    from veneer._async.session import DebugLogger
    from veneer._core.violations import SchemaViolation
    from veneer.aerostack.ai import Ai
    from veneer.aerostack.authentication import Authentication
    from veneer.aerostack.cache import Cache
    from veneer.aerostack.database import Database
    from veneer.aerostack.gateway import Gateway
    from veneer.aerostack.httpclient import AsyncHttpClient, HttpClient
    from veneer.aerostack.queue import Queue
    from veneer.aerostack.services import Services
    from veneer.aerostack.storage import Storage

__all__ = ["SDK"]


class SDK:
    """Aerostack: database, users, cache, queue, storage, services and AI of a project.

        with SDK(api_key_auth="…") as sdk:
            sdk.ai.ai_chat(request={"messages": [{"role": "user", "content": "Hello"}]})

        async with SDK(api_key_auth="…") as sdk:
            await sdk.ai.ai_chat_async(request={"messages": [{"role": "user", "content": "Hello"}]})

    | argument | meaning |
    |---|---|
    | api_key_auth | the project's key, or a function that gives it; default: AEROSTACK_API_KEY. A call that needs it and has none raises ConfigurationError |
    | server_url | the API's address; default: AEROSTACK_SERVER_URL, else the server by index |
    | server_idx | 0: production (default), 1: local development |
    | client, async_client | your own `httpx.Client` and `httpx.AsyncClient`, or objects around them; neither changed nor closed |
    | retry_config | when calls are repeated; a `RetryConfig` (milliseconds) or a `veneer.RetryPolicy` (seconds) |
    | timeout_ms | bound of each step of an attempt in milliseconds: connecting, each silence, waiting for a connection |
    | debug_logger | gets what is sent and answered, credentials masked |
    | consumer_key | a gateway consumer's key, for `gateway_chat` and `gateway_get_wallet` |
    | http_headers | sent with every request |
    | deadline | seconds for a whole call with all its repeats (600); None: only the time-outs bound it |
    | max_connections | connections at once, for threads and for tasks each |
    | verify, cert, proxy, trust_env | certificates and proxies, as in `veneer.Client`; a `client` or `async_client` of your own has its own |
    | max_response_bytes | longest body read into memory, after decompression (64 MiB) |
    | strict | an answer that breaks the contract raises ResponseValidationError; by default what fits is decoded and the rest is told |
    | on_violation | called with each place of an answer that breaks the contract, a `veneer.SchemaViolation` |

    Calls raise `errors.SDKBaseError`; arguments that cannot work raise ConfigurationError. Nothing connects before the first call.
    """

    def __init__(
        self,
        api_key_auth: Key | None = None,
        server_idx: int | None = None,
        server_url: str | None = None,
        *,
        client: HttpClient | None = None,
        async_client: AsyncHttpClient | None = None,
        retry_config: RetryConfig | RetryPolicy | None = None,
        timeout_ms: float | None = None,
        debug_logger: DebugLogger | None = None,
        consumer_key: Key | None = None,
        http_headers: Mapping[str, str] | None = None,
        deadline: float | None = PLATFORM.deadline,
        max_connections: int = 100,
        verify: bool | str | os.PathLike[str] | ssl.SSLContext = True,
        cert: str | os.PathLike[str] | tuple[str | os.PathLike[str], ...] | None = None,
        proxy: str | None = None,
        trust_env: bool = True,
        max_response_bytes: int | None = None,
        strict: bool = False,
        on_violation: Sequence[Callable[[SchemaViolation], None]] = (),
    ) -> None:
        server_url = choose_base_url(
            server_url,
            os.environ,
            PLATFORM.env_base_url,
            server(0 if server_idx is None else server_idx),
            argument="server_url",
        )
        key = from_environment(api_key_auth, PLATFORM.env_api_key, os.environ, required=False)
        settings: dict[str, Any] = given(
            consumer_key=consumer_key,
            retry=None if retry_config is None else policy(retry_config),
            timeouts=None if timeout_ms is None else timeout_ms / 1000,
            debug_logger=debug_logger,
            headers=http_headers,
            max_response_bytes=max_response_bytes,
        )
        settings |= {
            "deadline": deadline,
            "max_connections": max_connections,
            "retry_budget": RetryBudget(),
            "strict": strict,
            "on_violation": on_violation,
        }
        network: dict[str, Any] = {"verify": verify, "cert": cert, "proxy": proxy, "trust_env": trust_env}
        # A caller's own HTTP client may bring its own credentials.
        self._client = Client(
            server_url,
            api_key=_no_key if key is None and client is None else key,
            http_client=client,
            **(settings if client and not async_client else settings | network),
        )
        self._async_client = AsyncClient(
            server_url,
            api_key=_no_key if key is None and async_client is None else key,
            http_client=async_client,
            **(settings if async_client and not client else settings | network),
        )

    @cached_property
    def ai(self) -> Ai:
        """Chat, and search by meaning."""
        from veneer.aerostack.ai import Ai

        return Ai(self._client, self._async_client)

    @cached_property
    def authentication(self) -> Authentication:
        """Users and their sessions."""
        from veneer.aerostack.authentication import Authentication

        return Authentication(self._client, self._async_client)

    @cached_property
    def cache(self) -> Cache:
        """Values by key, for a time."""
        from veneer.aerostack.cache import Cache

        return Cache(self._client, self._async_client)

    @cached_property
    def database(self) -> Database:
        """SQL."""
        from veneer.aerostack.database import Database

        return Database(self._client, self._async_client)

    @cached_property
    def gateway(self) -> Gateway:
        """Chat, wallets and billing of consumers."""
        from veneer.aerostack.gateway import Gateway

        return Gateway(self._client, self._async_client)

    @cached_property
    def queue(self) -> Queue:
        """Jobs."""
        from veneer.aerostack.queue import Queue

        return Queue(self._client, self._async_client)

    @cached_property
    def services(self) -> Services:
        """Other services of the project."""
        from veneer.aerostack.services import Services

        return Services(self._client, self._async_client)

    @cached_property
    def storage(self) -> Storage:
        """Files by key."""
        from veneer.aerostack.storage import Storage

        return Storage(self._client, self._async_client)

    def close(self) -> None:
        """Close the connections of the sync calls. A second time does nothing; your own client stays open."""
        self._client.close()

    async def aclose(self) -> None:
        """Close all connections. A second time does nothing; your own clients stay open."""
        self.close()
        await self._async_client.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"SDK({self._client.options.base_url!r})"


def _no_key() -> str:
    raise ConfigurationError(f"no API key: pass api_key_auth= or set {PLATFORM.env_api_key}")
