"""Clients in the style of Speakeasy's generator: one request object, sync and async calls, milliseconds.

A derived client has this style if its facade has `style = "request"`:

    with SDK(api_key="…") as sdk:
        sdk.cache.cache_get(request={"key": "greeting"}, timeout_ms=250)
        sdk.cache.cache_get({"key": "greeting"}, RetryConfig("none", BackoffStrategy(0, 0, 1, 0), False))

Each operation exists twice, `name(…)` and `await name_async(…)`. Options in milliseconds are
converted into the library's own options, in seconds.
"""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypedDict, TypeVar, Unpack

from veneer._core.checks import check_mapping, check_one_name, check_range, seconds_of
from veneer._core.errors import ConfigurationError
from veneer._core.options import MapOptions, OptionChanges, PageOptions, Timeouts
from veneer._core.platform import GENERIC, Platform
from veneer._core.retry import RetryBudget, RetryPolicy
from veneer._core.urls import check_base_url, choose_base_url

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from veneer._async.client import AsyncClient
    from veneer._async.mapping import AsyncMap
    from veneer._async.session import DebugLogger
    from veneer._core.auth import Key
    from veneer._core.deprecation import Deprecation
    from veneer._core.oauth import OAuth2
    from veneer._core.redact import Secret
    from veneer._core.shared_limits import SharedLimits
    from veneer._core.violations import SchemaViolation
    from veneer._core.webhooks import WebhookSecret
    from veneer._http._async.external_client import AsyncHttpClient
    from veneer._http._sync.external_client import HttpClient
    from veneer._io import AsyncInputs, AsyncMethod, Method
    from veneer._sync.client import Client
    from veneer._sync.mapping import Map

__all__ = [
    "OPTIONS",
    "PAGE_OPTIONS",
    "BackoffStrategy",
    "CallOptions",
    "DualClient",
    "DualSettings",
    "IteratorOptions",
    "PageCallOptions",
    "Retries",
    "RetryConfig",
    "take_page_options",
    "with_options",
]

_UNTIL_TIME_IS_UP = 1_000_000

C = TypeVar("C", "Client", "AsyncClient")
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741  # input


# -- the options of a call ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BackoffStrategy:
    """How long to wait between attempts, and until when.

    | field | meaning | unit |
    |---|---|---|
    | initial_interval | the first wait, at most | ms |
    | max_interval | any wait, at most | ms |
    | exponent | factor from each wait's bound to the next, ≥ 1 | |
    | max_elapsed_time | no attempt starts later than this after the first one; 0: never retry | ms |
    """

    initial_interval: int
    max_interval: int
    exponent: float
    max_elapsed_time: int


@dataclass(frozen=True)
class RetryConfig:
    """Whether to retry failed calls: `strategy` is `backoff`; with anything else it never retries.

    `retry_connection_errors` also retries without a response. A call that must not be retried
    never is, whatever is set here: see `veneer.RetryPolicy`.
    """

    strategy: str
    backoff: BackoffStrategy
    retry_connection_errors: bool


Retries = RetryConfig | RetryPolicy | None
"""When to retry a call; None leaves it to the client."""


class CallOptions(TypedDict, total=False):
    """The keyword options of every operation.

    | option | meaning | unit |
    |---|---|---|
    | server_url | another server, for this call | |
    | timeout | bound of each step of an attempt: connecting, each silence, waiting for a connection | s |
    | timeout_ms | the same | ms |
    | http_headers | added to the request | |
    | deadline | bound of the whole call, retries and body included | s |
    | max_retries | retries after the first attempt; 0: never | |
    | idempotency_key | sent as `Idempotency-Key`: asserts that the call may be retried | |
    """

    server_url: str
    timeout: Timeouts | float | None
    timeout_ms: float
    http_headers: Mapping[str, str]
    deadline: float | None
    max_retries: int
    idempotency_key: str


class IteratorOptions(PageOptions, total=False):
    """The options of an iterator: `veneer.PageOptions`, and `page_size`, the most items per page."""

    page_size: int | None


class PageCallOptions(CallOptions, IteratorOptions, total=False):
    """The keyword options of every iterator: those of a call, of `veneer.PageOptions`, and `page_size`."""


OPTIONS = tuple(CallOptions.__annotations__)
"""The names of a call's options, to check keywords."""

PAGE_OPTIONS = (*IteratorOptions.__annotations__, *OPTIONS)
"""The names of an iterator's options, to check keywords."""


def policy(config: RetryConfig | RetryPolicy) -> RetryPolicy:
    """Read a configuration in milliseconds. Raises ConfigurationError for values out of range."""
    if isinstance(config, RetryPolicy):
        return config
    if not isinstance(config, RetryConfig):
        raise ConfigurationError(
            f"retries takes a RetryConfig or a veneer.RetryPolicy, not {type(config).__name__}: "
            "pass a number of retries as max_retries="
        )
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

    Raises TypeError for an unknown option, ConfigurationError for invalid values.
    """
    if retries is None and not options:
        return client
    for name in options:
        if name not in OPTIONS:
            from veneer._core.keywords import unexpected_keyword

            method = sys._getframe(1).f_code.co_name  # noqa: SLF001  # of the operation that was called
            raise unexpected_keyword(method, name, ("request", "retries", *OPTIONS))
    changed: OptionChanges = {}
    if retries is not None:
        changed["retry"] = policy(retries)
    if (url := options.get("server_url")) is not None:
        changed["base_url"] = check_base_url(url, "server_url")
    _take_time_out(options, changed)
    if (times := options.get("max_retries")) is not None:
        changed["max_retries"] = times
    if (headers := options.get("http_headers")) is not None:
        changed["headers"] = headers
    if "deadline" in options:
        changed["deadline"] = options["deadline"]
    if (key := options.get("idempotency_key")) is not None:
        changed["idempotency_key"] = key
    return client.with_options(**changed) if changed else client


def _take_time_out(given: CallOptions | DualSettings, options: OptionChanges | dict[str, Any]) -> None:
    """Add a timeout in seconds or milliseconds to a client's options. Raises ConfigurationError for both."""
    milliseconds = given.get("timeout_ms")
    if "timeout" in given:
        check_one_name(
            {name: value for name, value in given.items() if value is not None}, "timeout", "timeout_ms"
        )
        options["timeout"] = given["timeout"]
    elif milliseconds is not None:
        options["timeout"] = seconds_of("timeout_ms", milliseconds)


def take_page_options(options: PageCallOptions) -> IteratorOptions:
    """Remove the page options from an iterator's options, and return them."""
    given: dict[str, Any] = options  # type: ignore[assignment]  # the method's own keywords, a dict
    taken: IteratorOptions = {
        name: given.pop(name) for name in IteratorOptions.__annotations__ if name in given
    }  # type: ignore[assignment]  # those names
    return taken


# -- the client --------------------------------------------------------------------------------------------------


class DualSettings(TypedDict, total=False):
    """The keyword arguments of `DualClient` besides key and address."""

    client: HttpClient | None
    async_client: AsyncHttpClient | None
    retry_config: Retries
    max_retries: int | None
    timeout: Timeouts | float | None
    timeout_ms: float | None
    debug_logger: DebugLogger | None
    limits: SharedLimits | None
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
_SAME = ("credentials", "auth", "client_id", "client_secret", "scopes", "deadline", "debug_logger", "limits", "max_retries", "max_connections", "max_response_bytes", "strict", "on_violation", "on_deprecation", "webhook_secret")  # fmt: skip


class DualClient:
    """One object for threads and tasks: a client for each, and namespaces with every operation twice.

    | argument | meaning |
    |---|---|
    | api_key | the credential, or a function that returns it; default: the platform's environment variable. A call that needs it and has none raises ConfigurationError |
    | server_url | the API's address; default: the platform's environment variable, else the server by index |
    | server_idx | which of the contract's servers, from 0 (default) |
    | client, async_client | your own `httpx.Client` and `httpx.AsyncClient`, or objects around them; neither changed nor closed |
    | retry_config | when calls are retried; a `RetryConfig` (milliseconds) or a `veneer.RetryPolicy` (seconds) |
    | max_retries | retries after the first attempt; 0: never |
    | timeout | bound of each step of an attempt in seconds, or `veneer.Timeouts`: connecting, each silence, waiting for a connection |
    | timeout_ms | the same in milliseconds |
    | debug_logger | logs requests and responses, credentials masked |
    | limits | `veneer.SharedLimits`: a rate and a retry budget that processes and machines share |
    | credentials | further credentials, by the contract's security scheme name |
    | auth, client_id, client_secret, scopes | how to get tokens, as in `veneer.Client` |
    | http_headers | sent with every request |
    | deadline | seconds for a whole call with all its retries (600); None: only the timeouts bound it |
    | max_connections | most connections at once, for threads and for tasks each |
    | verify, cert, proxy, trust_env | certificates and proxies, as in `veneer.Client`; not for your own `client` or `async_client` |
    | max_response_bytes | longest body read into memory, after decompression (64 MiB) |
    | strict | a response that breaks the contract is an error; by default what fits is decoded and the rest is reported |
    | on_violation | called with each place of a response that breaks the contract, a `veneer.SchemaViolation` |
    | on_deprecation | called with a `veneer.Deprecation` for each response of a deprecated operation |
    | webhook_secret | the secret of the API's webhooks, as in `veneer.Client` |

    Raises ConfigurationError for invalid arguments. Nothing connects before the first call.
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
        # With its own tokens, it needs no key.
        needs_key = facts.env_api_key and not (shared.get("auth") or shared.get("client_id"))
        if (headers := settings.get("http_headers")) is not None:
            check_mapping("http_headers", headers)
        shared["headers"] = headers
        if getattr(shared.get("limits"), "retry_budget", None) is None:
            shared["retry_budget"] = RetryBudget()
        if (retries := settings.get("retry_config")) is not None:
            shared["retry"] = policy(retries)
        _take_time_out(settings, shared)
        # The caller's HTTP client may have its own credentials and certificates: these
        # apply to the client without one, and are an error if the caller gives both.
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
        last = len(self._servers) - 1
        if last < 0:
            raise ConfigurationError("server_idx must be left out: the contract has no servers")
        check_range(
            "server_idx", index, f"a whole number from 0 to {last}", good=lambda n: 0 <= n <= last, whole=True
        )
        return self._servers[index]

    def _no_key(self) -> str:
        raise ConfigurationError(
            f"no API key: pass {self._key_argument}= or set {self._platform.env_api_key}"
        )

    def with_options(self, **changes: Unpack[OptionChanges]) -> Self:
        """Return a view of this client with other options; it shares connections, credentials and budgets.

        `sdk.with_options(deadline=20, max_retries=0).cache.cache_get(…)`
        """
        view = copy.copy(self)
        for name in [
            name for name in vars(view) if isinstance(getattr(type(view), name, None), cached_property)
        ]:
            delattr(view, name)  # a namespace is bound to the client that created it
        view._client = self._client.with_options(**changes)  # noqa: SLF001  # a copy of this client
        view._async_client = self._async_client.with_options(**changes)  # noqa: SLF001  # the same
        return view

    def map(self, operation: Method[T], inputs: Iterable[I], /, **options: Unpack[MapOptions]) -> Map[I, T]:
        """Run an operation over many inputs, as `veneer.Client.map` does: `sdk.map(sdk.cache.cache_get, requests)`."""
        return self._client.map(operation, inputs, **options)

    def map_async(
        self, operation: AsyncMethod[T], inputs: AsyncInputs[I], /, **options: Unpack[MapOptions]
    ) -> AsyncMap[I, T]:
        """Run an operation over many inputs, as `veneer.AsyncClient.map` does: `sdk.map_async(sdk.cache.cache_get_async, requests)`."""
        return self._async_client.map(operation, inputs, **options)

    def close(self) -> None:
        """Close the connections of sync calls; may be called twice. Your own client stays open."""
        self._client.close()

    async def aclose(self) -> None:
        """Close all connections; may be called twice. Your own clients stay open."""
        self.close()
        await self._async_client.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        ours = self._async_client
        if not ours._shared:  # noqa: SLF001  # our own client's
            from veneer import _ahead

            loading, make = ours._loading, ours._make_session  # noqa: SLF001  # the same
            await _ahead.async_load(loading, make, type(self), ours.options.deadline)
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
