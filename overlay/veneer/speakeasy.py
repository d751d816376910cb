"""Clients in the form that Speakeasy's generator gives them: one request, both flavours on one object, milliseconds.

A derived client has this form where its facade says `style = "request"`:

    with SDK(api_key="…") as sdk:
        sdk.cache.cache_get(request={"key": "greeting"}, timeout_ms=250)
        sdk.cache.cache_get({"key": "greeting"}, RetryConfig("none", BackoffStrategy(0, 0, 1, 0), False))

Each operation is there twice, `name(…)` and `await name_async(…)`. What is set in milliseconds is read into
the library's own options, in seconds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypedDict, TypeVar, Unpack

from veneer._core.errors import ConfigurationError
from veneer._core.options import OptionChanges, PageOptions
from veneer._core.platform import GENERIC, Platform
from veneer._core.retry import RetryBudget, RetryPolicy
from veneer._core.urls import check_base_url, choose_base_url

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from veneer._async.client import AsyncClient
    from veneer._async.session import DebugLogger
    from veneer._core.auth import Key
    from veneer._core.deprecation import Deprecation
    from veneer._core.oauth import OAuth2
    from veneer._core.redact import Secret
    from veneer._core.violations import SchemaViolation
    from veneer._core.webhooks import WebhookSecret
    from veneer._http._async.external_client import AsyncHttpClient
    from veneer._http._sync.external_client import HttpClient
    from veneer._sync.client import Client

__all__ = [
    "OPTIONS",
    "PAGE_OPTIONS",
    "BackoffStrategy",
    "CallOptions",
    "DualClient",
    "DualSettings",
    "PageCallOptions",
    "Retries",
    "RetryConfig",
    "take_page_options",
    "with_options",
]

_UNTIL_TIME_IS_UP = 1_000_000

C = TypeVar("C", "Client", "AsyncClient")


# -- the options of a call ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BackoffStrategy:
    """How long to wait between attempts, and until when.

    | field | meaning | unit |
    |---|---|---|
    | initial_interval | the first wait, at most | ms |
    | max_interval | any wait, at most | ms |
    | exponent | each wait's bound is so many times the one before, ≥ 1 | |
    | max_elapsed_time | no attempt starts later than this after the first one; 0: never repeat | ms |
    """

    initial_interval: int
    max_interval: int
    exponent: float
    max_elapsed_time: int


@dataclass(frozen=True)
class RetryConfig:
    """Whether to repeat failed calls: `strategy` is `backoff`, anything else never repeats.

    `retry_connection_errors` repeats where no answer came as well. A call that must not be repeated
    is not, whatever is set here: see `veneer.RetryPolicy`.
    """

    strategy: str
    backoff: BackoffStrategy
    retry_connection_errors: bool


Retries = RetryConfig | RetryPolicy | None
"""When to repeat a call; None leaves it to the client."""


class CallOptions(TypedDict, total=False):
    """What every operation takes by name.

    | option | meaning | unit |
    |---|---|---|
    | server_url | another server, for this call | |
    | timeout_ms | bound of each step of an attempt: connecting, each silence, waiting for a connection | ms |
    | http_headers | added to the request | |
    | deadline | bound of the whole call, repeats and body included | s |
    | idempotency_key | sent as `Idempotency-Key`: vouches that the call may be repeated | |
    """

    server_url: str
    timeout_ms: float
    http_headers: Mapping[str, str]
    deadline: float | None
    idempotency_key: str


class PageCallOptions(CallOptions, PageOptions, total=False):
    """What every iterator takes by name: the options of a call, and those of `veneer.PageOptions`."""


OPTIONS = tuple(CallOptions.__annotations__)
"""The names of a call's options, for what checks keywords."""

PAGE_OPTIONS = (*PageOptions.__annotations__, *OPTIONS)
"""The names of an iterator's options, for what checks keywords."""


def policy(config: RetryConfig | RetryPolicy) -> RetryPolicy:
    """Read a configuration in milliseconds. Raises ConfigurationError for values out of range."""
    if isinstance(config, RetryPolicy):
        return config
    if not isinstance(config, RetryConfig):
        raise ConfigurationError("retries must be a RetryConfig or a RetryPolicy")
    backoff = config.backoff
    if config.strategy != "backoff" or backoff.max_elapsed_time <= 0:
        return RetryPolicy(max_retries=0)
    try:
        return RetryPolicy(
            max_retries=_UNTIL_TIME_IS_UP,
            connection_errors=config.retry_connection_errors,
            base=backoff.initial_interval / 1000,
            factor=backoff.exponent,
            cap=backoff.max_interval / 1000,
            max_elapsed=backoff.max_elapsed_time / 1000,
        )
    except ValueError as error:
        raise ConfigurationError(f"{backoff!r}, in seconds: {error}") from None


def with_options(client: C, retries: Retries, options: CallOptions) -> C:
    """Return a view of a client with the options of one call; the client itself where there are none.

    Raises TypeError for an option that there is not, ConfigurationError for values that cannot work.
    """
    if retries is None and not options:
        return client
    for name in options:
        if name not in OPTIONS:
            raise TypeError(
                f"unexpected keyword argument {name!r}; every operation takes {', '.join(OPTIONS)}"
            )
    changed: OptionChanges = {}
    if retries is not None:
        changed["retry"] = policy(retries)
    if (url := options.get("server_url")) is not None:
        changed["base_url"] = check_base_url(url, "server_url")
    if (timeout := options.get("timeout_ms")) is not None:
        changed["timeouts"] = timeout / 1000
    if (headers := options.get("http_headers")) is not None:
        changed["headers"] = headers
    if "deadline" in options:
        changed["deadline"] = options["deadline"]
    if (key := options.get("idempotency_key")) is not None:
        changed["idempotency_key"] = key
    return client.with_options(**changed) if changed else client


def take_page_options(options: PageCallOptions) -> PageOptions:
    """Take the options of pages out of an iterator's options, and return them."""
    given: dict[str, Any] = options  # type: ignore[assignment]  # the method's own keywords, a dict
    taken: PageOptions = {name: given.pop(name) for name in PageOptions.__annotations__ if name in given}  # type: ignore[assignment]  # those names
    return taken


# -- the client --------------------------------------------------------------------------------------------------


class DualSettings(TypedDict, total=False):
    """What a client for both takes by name besides its key and address; each as in `DualClient`."""

    client: HttpClient | None
    async_client: AsyncHttpClient | None
    retry_config: Retries
    timeout_ms: float | None
    debug_logger: DebugLogger | None
    credentials: Mapping[str, Key]
    auth: OAuth2 | None
    client_id: str | None
    client_secret: str | Secret | None
    scopes: Sequence[str]
    http_headers: Mapping[str, str] | None
    deadline: float | None
    max_connections: int
    verify: bool | str | os.PathLike[str] | ssl.SSLContext
    cert: str | os.PathLike[str] | tuple[str | os.PathLike[str], ...] | None
    proxy: str | None
    trust_env: bool
    max_response_bytes: int | None
    strict: bool
    webhook_secret: WebhookSecret | Sequence[WebhookSecret] | None
    on_violation: Sequence[Callable[[SchemaViolation], None]]
    on_deprecation: Sequence[Callable[[Deprecation], None]]


_NETWORK = ("verify", "cert", "proxy", "trust_env")
_SAME = ("credentials", "auth", "client_id", "client_secret", "scopes", "deadline", "debug_logger", "max_connections", "max_response_bytes", "strict", "on_violation", "on_deprecation", "webhook_secret")  # fmt: skip


class DualClient:
    """One object for threads and for tasks: a client of each kind, below namespaces that have every operation twice.

    | argument | meaning |
    |---|---|
    | api_key | the credential, or a function that gives it; default: the platform's environment variable. A call that needs it and has none raises ConfigurationError |
    | server_url | the API's address; default: the platform's environment variable, else the server by index |
    | server_idx | which of the contract's servers, from 0 (default) |
    | client, async_client | your own `httpx.Client` and `httpx.AsyncClient`, or objects around them; neither changed nor closed |
    | retry_config | when calls are repeated; a `RetryConfig` (milliseconds) or a `veneer.RetryPolicy` (seconds) |
    | timeout_ms | bound of each step of an attempt in milliseconds: connecting, each silence, waiting for a connection |
    | debug_logger | gets what is sent and answered, credentials masked |
    | credentials | further ones, by the contract's security scheme name |
    | auth, client_id, client_secret, scopes | how to get tokens, as in `veneer.Client` |
    | http_headers | sent with every request |
    | deadline | seconds for a whole call with all its repeats (600); None: only the time-outs bound it |
    | max_connections | connections at once, for threads and for tasks each |
    | verify, cert, proxy, trust_env | certificates and proxies, as in `veneer.Client`; a `client` or `async_client` of your own has its own |
    | max_response_bytes | longest body read into memory, after decompression (64 MiB) |
    | strict | an answer that breaks the contract is an error; by default what fits is decoded and the rest is told |
    | on_violation | called with each place of an answer that breaks the contract, a `veneer.SchemaViolation` |
    | on_deprecation | called with each answer of an operation that is to go away, a `veneer.Deprecation` |
    | webhook_secret | the secret of the API's webhooks, as in `veneer.Client` |

    Raises ConfigurationError for arguments that cannot work. Nothing connects before the first call.
    """

    _platform: ClassVar[Platform] = GENERIC
    _servers: ClassVar[Sequence[str]] = ()
    _key_argument: ClassVar[str] = "api_key"

    def __init__(
        self,
        api_key: Key | None = None,
        server_idx: int | None = None,
        server_url: str | None = None,
        **settings: Unpack[DualSettings],
    ) -> None:
        import veneer
        from veneer._core.auth import from_environment

        _refuse_unknown(type(self).__name__, settings)
        facts = self._platform
        url = choose_base_url(
            server_url, os.environ, facts.env_base_url, self._server(server_idx), argument="server_url"
        )
        key = from_environment(api_key, facts.env_api_key, os.environ, required=False)
        own, async_own = settings.get("client"), settings.get("async_client")
        shared: dict[str, Any] = {name: settings[name] for name in _SAME if name in settings}  # type: ignore[literal-required]  # its own names
        network: dict[str, Any] = {name: settings[name] for name in _NETWORK if name in settings}  # type: ignore[literal-required]  # its own names
        # With tokens of its own, it is not missing a key.
        needs_key = facts.env_api_key and not (shared.get("auth") or shared.get("client_id"))
        shared |= {"headers": settings.get("http_headers"), "retry_budget": RetryBudget()}
        if (retries := settings.get("retry_config")) is not None:
            shared["retry"] = policy(retries)
        if (timeout := settings.get("timeout_ms")) is not None:
            shared["timeouts"] = timeout / 1000
        # A caller's own HTTP client may bring its own credentials, and has its own certificates: these
        # are for the flavour that has none, and an error where neither has.
        self._client = veneer.Client(
            url,
            api_key=self._no_key if key is None and own is None and needs_key else key,
            http_client=own,
            platform=facts,
            **shared,
            **({} if own and not async_own else network),
        )
        self._async_client = veneer.AsyncClient(
            url,
            api_key=self._no_key if key is None and async_own is None and needs_key else key,
            http_client=async_own,
            platform=facts,
            **shared,
            **({} if async_own and not own else network),
        )

    def _server(self, index: int | None) -> str | None:
        if index is None:
            return self._servers[0] if self._servers else self._platform.base_url
        if not 0 <= index < len(self._servers):
            last = len(self._servers) - 1
            wanted = (
                f"from 0 to {last}, not {index}" if self._servers else "left out: the contract has no servers"
            )
            raise ConfigurationError(f"server_idx must be {wanted}")
        return self._servers[index]

    def _no_key(self) -> str:
        raise ConfigurationError(
            f"no API key: pass {self._key_argument}= or set {self._platform.env_api_key}"
        )

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
        return f"{type(self).__name__}({self._client.options.base_url!r})"


def _refuse_unknown(name: str, settings: Mapping[str, Any]) -> None:
    known = DualSettings.__annotations__
    for one in settings:
        if one not in known:
            from veneer._core.keywords import unexpected_keyword

            raise unexpected_keyword(name, one, ("server_idx", "server_url", *known))
