"""Call the operations of an API: the client that platforms' packages build on, and that serves any generated package."""

from __future__ import annotations

import copy
import dataclasses
import os
import time
import warnings
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Self, TypeVar, Unpack, cast, overload

from veneer._core.attempts import Outcome
from veneer._core.auth import Key, credential, from_environment, is_flow
from veneer._core.call import (
    Call,
    Endpoint,
    Operation,
    from_endpoint,
    generic,
    operation_of,
    presigned,
    unbound,
)
from veneer._core.checks import check_functions, check_mapping, check_range
from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError
from veneer._core.options import MAX_PAGES, ClientConfig, DebugLogger, OptionChanges, Options, Timeouts
from veneer._core.platform import GENERIC, Platform
from veneer._core.redact import Secret, clear_locals, is_secret_name
from veneer._core.responses import CallResult, parse
from veneer._core.retry import RetryBudget, RetryPolicy
from veneer._core.urls import ServerURL, choose_base_url, is_loopback

# What only lists, streams and transfers need is loaded by the first of them: a program's first plain call waits for none of it.
if TYPE_CHECKING:
    import ssl

    import httpx

    from veneer._async.pager import AsyncPager
    from veneer._async.session import AsyncSession, Exchange
    from veneer._async.streams import AsyncStream
    from veneer._async.transfers import AsyncChunks
    from veneer._core.deprecation import Deprecation
    from veneer._core.oauth import OAuth2
    from veneer._core.pages import PageStyle
    from veneer._core.proxies import Proxy
    from veneer._core.sse import Event
    from veneer._core.streaming import StreamLimits, StreamRule
    from veneer._core.transfer import Destination, Download, Progress
    from veneer._core.violations import SchemaViolation
    from veneer._core.webhooks import Webhook, WebhookScheme, WebhookSecret
    from veneer._http._async.external_client import AsyncHttpClient
    from veneer._io import Loading
    from veneer.webhooks import Webhooks

__all__ = ["AsyncClient"]

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")


class _Unset:
    """Tells an argument that was not given from None, which means "no limit"."""

    def __repr__(self) -> str:
        return "<platform's default>"


_UNSET: Any = _Unset()
_EXPOSED = "credentials go over plain http:// to another machine; use https://"


class AsyncClient:
    """A client of one API.

    | argument | meaning |
    |---|---|
    | base_url | where the API is; default: the platform's, or its environment variable |
    | api_key | the credential, or a function that gives it (called for each request); default: the platform's environment variable |
    | credentials | further ones, by the contract's security scheme name |
    | refresh_token | gives a new `api_key` (without one, a new one of `credentials`) when the server calls the old one expired; concurrent calls share one renewal |
    | auth | how to get tokens, an `OAuth2`; where the platform's contract has an OAuth 2 scheme, its endpoints are known |
    | client_id, client_secret, scopes | the same for the contract's scheme, in short |
    | deadline | seconds for a whole call with all its retries; None: only the time-outs bound it |
    | timeouts | seconds for each step of an attempt, a number for all of them or `Timeouts` |
    | retry, max_retries | the policy, or only its number of retries (0: never) |
    | retry_budget | bounds the retries of all calls together; give several clients one to share it |
    | headers, query | sent with every request |
    | max_response_bytes | longest body read into memory, after decompression |
    | http_client | your own `httpx.AsyncClient` or `httpx2.AsyncClient` (or anything with its `build_request` and `send`); it is neither changed nor closed |
    | max_connections | connections at once; further calls wait, at most `timeouts.pool` |
    | verify | False: any certificate is taken, and whoever is on the way can read and change everything; a path: the file (PEM) or folder of the authorities to trust; an `ssl.SSLContext`: used as it is |
    | cert | a certificate of the client's own (mTLS): a path, or (certificate, key) or (certificate, key, password) |
    | proxy | the proxy for all requests: http://, https://, socks5:// or socks5h://, with `user:password@` where it asks for that; default: the environment's |
    | trust_env | False: variables for proxies and certificates (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, …) are not read |
    | engine | who reads responses: `"fast"` is llhttp, in C (needs `veneer[fast]`), `"default"` is Python, `"auto"` the former where it is installed; they accept the same |
    | on_request, on_response | called for each request and response, retries included |
    | on_result | called with each response and the path that was called, once its body is read (a stream's or download's is not) |
    | on_violation | called with each place of an answer that breaks the contract, a `SchemaViolation` |
    | on_deprecation | called with each answer of an operation that is to go away, by its contract or by `Deprecation` and `Sunset` headers: a `Deprecation`; a DeprecationWarning tells it once for each operation |
    | strict | such a place is a ResponseInvalidError; by default what fits is decoded, the rest is kept as sent and told once (a log line and a SchemaViolationWarning) |
    | webhook_secret | the secret that the API's webhooks are signed with, several while one is replaced; default: the platform's environment variable |
    | debug_logger | gets what is sent and answered, credentials masked |
    | platform | what is known of the API: its schemes, errors and defaults |

    Raises ConfigurationError for arguments that cannot work. The engine is loaded at the first call.
    """

    _platform: Platform = GENERIC

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: Key | None = None,
        credentials: Mapping[str, Key] | None = None,
        refresh_token: Callable[[], Awaitable[str] | str] | None = None,
        auth: OAuth2 | None = None,
        client_id: str | None = None,
        client_secret: str | Secret | None = None,
        scopes: Sequence[str] = (),
        deadline: float | None = _UNSET,
        timeouts: Timeouts | float | None = _UNSET,
        retry: RetryPolicy | None = None,
        max_retries: int | None = None,
        headers: Mapping[str, str | None] | None = None,
        query: Mapping[str, Any] | None = None,
        http_client: AsyncHttpClient | None = None,
        max_connections: int = 100,
        engine: Literal["auto", "default", "fast"] = "auto",
        verify: bool | str | os.PathLike[str] | ssl.SSLContext = True,
        cert: str | os.PathLike[str] | tuple[str | os.PathLike[str], ...] | None = None,
        proxy: str | Proxy | None = None,
        trust_env: bool = True,
        retry_budget: RetryBudget | None = None,
        max_response_bytes: int | None = None,
        on_request: Sequence[Callable[[httpx.Request], Awaitable[None] | None]] = (),
        on_response: Sequence[Callable[[httpx.Response], Awaitable[None] | None]] = (),
        on_result: Sequence[Callable[[httpx.Response, str], Awaitable[None] | None]] = (),
        on_violation: Sequence[Callable[[SchemaViolation], Awaitable[None] | None]] = (),
        on_deprecation: Sequence[Callable[[Deprecation], Awaitable[None] | None]] = (),
        strict: bool = False,
        webhook_secret: WebhookSecret | Sequence[WebhookSecret] | None = None,
        debug_logger: DebugLogger | None = None,
        platform: Platform | None = None,
    ) -> None:
        if platform is not None:
            self._platform = platform
        facts = self._platform
        if not isinstance(facts, Platform):
            raise ConfigurationError(f"platform takes a veneer.Platform, not {type(facts).__name__}")
        if credentials is not None:
            check_mapping("credentials", credentials)
        if headers is not None:
            check_mapping("headers", headers)
        reader = _engine(engine, http_client)
        own = {**facts.headers, **(headers or {})}
        changes: OptionChanges = {"headers": own, "query": query or {}, "strict": strict}
        if max_retries is not None:
            changes["max_retries"] = max_retries
        if max_response_bytes is not None:
            changes["max_response_bytes"] = max_response_bytes
        self._options = Options(
            base_url=_base_url(base_url, facts),
            servers=_servers(base_url, facts),
            deadline=facts.deadline if deadline is _UNSET else deadline,
            timeouts=facts.timeouts if timeouts is _UNSET else Timeouts.of(timeouts),
            retry=retry if retry is not None else facts.retry,
        ).merged(**changes)
        credentials = _with_oauth(
            facts, credentials, auth=auth, client_id=client_id, client_secret=client_secret, scopes=scopes
        )
        given = bool(credentials) or _authenticated(facts, self._options, http_client)
        key = from_environment(
            api_key, facts.env_api_key, os.environ, required=facts.key_required and not given
        )
        self._keys = _keys(facts, api_key, key, credentials)
        if refresh_token is not None and is_flow(next(iter(self._keys.values()), None)):
            raise ConfigurationError("OAuth2 renews its own tokens: leave refresh_token= out")
        if _exposed(self._options, self._platform, self._keys):
            warnings.warn(_EXPOSED, UserWarning, stacklevel=2)
        check_range(
            "max_connections", max_connections, "a whole number, 1 or more", good=lambda n: n > 0, whole=True
        )
        self._refresh_token = refresh_token
        self._webhook_secrets = _webhook_secrets(webhook_secret, facts)
        self._config = ClientConfig(
            retry_budget=retry_budget if retry_budget is not None else RetryBudget(),
            http_client=http_client,
            max_connections=max_connections,
            engine=reader,
            **_network(http_client, verify=verify, cert=cert, proxy=proxy, trust_env=trust_env),
            on_request=check_functions("on_request", on_request),
            on_response=check_functions("on_response", on_response),
            on_result=check_functions("on_result", on_result),
            on_violation=check_functions("on_violation", on_violation),
            on_deprecation=check_functions("on_deprecation", on_deprecation),
            debug_logger=debug_logger,
        )
        self._shared: list[AsyncSession] = []
        self._loading: list[Loading] = []

    # -- calls -------------------------------------------------------------------------------------------------

    async def call(self, endpoint: Endpoint[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call an operation with its own arguments and give its result.

        `endpoint` is a generated endpoint module: `await client.call(list_audit_log, action="abp.invoke")`. Raises the errors of `veneer` (or the platform's names for them).
        """
        return (await self.call_raw(endpoint, *args, **kwargs)).value

    async def call_raw(self, endpoint: Endpoint[P, T], /, *args: P.args, **kwargs: P.kwargs) -> CallResult[T]:
        """Call an operation and give its value with the raw response and every attempt that it took."""
        call = from_endpoint(endpoint, *args, **kwargs)
        done = await self._exchange(call)
        value = parse(self._platform, endpoint, call.operation, done.parsed, strict=self._options.strict)
        if done.parsed.violations:
            await self._session.tell(done.parsed.violations)
        return CallResult(value, done.parsed.response, done.attempts)

    async def request(
        self,
        method: str,
        path: str,
        *,
        path_params: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        content: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Call a route that no endpoint module covers, with the same credentials, retries and errors; give the raw response.

        `path` is relative to the base URL, or an absolute URL of the same origin; `path_params` fill its `{name}` parts, percent-encoded. `content` is bytes, text, a path (`os.PathLike`), a file
        or an iterator; files and paths are sent in pieces.
        """
        with _opened(content) as body:
            call = generic(
                method, self._platform.complete_path(path), path_params=path_params, params=params, json=json, content=body,
                data=data, files=files, headers=headers,
            )  # fmt: skip
            return (await self._exchange(call)).parsed.response

    # -- pages -------------------------------------------------------------------------------------------------

    def paginate(
        self,
        endpoint: Endpoint[..., Any] | str,
        /,
        *args: Any,
        pages: PageStyle | None = None,
        items: str | None = None,
        item: Callable[[Any], Any] | None = None,
        params: Mapping[str, Any] | None = None,
        concurrency: int = 1,
        prefetch: bool = False,
        resume_from: Mapping[str, Any] | None = None,
        max_pages: int | None = MAX_PAGES,
        max_items: int | None = None,
        as_json: bool = False,
        **kwargs: Any,
    ) -> AsyncPager[Any]:
        """Iterate all items of a list operation, or of a route by its path.

        | argument | meaning |
        |---|---|
        | endpoint, … | an endpoint module with its own arguments, or a path with `params` (a GET) |
        | pages | how the list is paged; by default what the contract says, for a path limit and offset |
        | items | path of the rows in an answer |
        | item | turns a row into a value |
        | concurrency | pages under way at once, where offsets and totals tell which ones there are |
        | prefetch | ask for the next page while the caller works on one |
        | resume_from | the `state` of an earlier iterator |
        | max_pages, max_items | where it stops with PaginationError although there is more |
        | as_json | rows are JSON as it was sent, not models |

        Order, items and errors are those of the sequential pagination. Raises PaginationLoopError where the server repeats itself.
        """
        from veneer._async.pager import AsyncPager, start_pages
        from veneer._core.page_styles import AssumedPages

        read: Callable[[Exchange], Any]
        if params is not None:
            kwargs["params"] = params
        if isinstance(endpoint, str):
            call = self._route_call("paginate", endpoint, args, kwargs)
            style: PageStyle = pages if pages is not None else AssumedPages()
            read = _json_of
        else:
            module, given, named = unbound(endpoint, args, kwargs)
            call = from_endpoint(module, *given, **named)
            style = pages if pages is not None else _style_of(call.operation)

            def parsed(done: Exchange) -> Any:
                return parse(self._platform, module, call.operation, done.parsed, strict=self._options.strict)

            read = _json_of if as_json else parsed

        if items is not None:
            style = dataclasses.replace(cast("Any", style), items=items)
        return AsyncPager(
            lambda state: start_pages(
                self._session,
                call,
                self._options,
                style,
                read,
                item,
                concurrency=concurrency,
                prefetch=prefetch,
                resume_from=state,
                max_pages=max_pages,
                max_items=max_items,
            ),
            resume_from,
        )

    # -- streams and waiting -----------------------------------------------------------------------------------

    @overload
    def stream(
        self,
        path: str,
        /,
        *,
        event: None = None,
        method: str = "GET",
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        rule: StreamRule | None = None,
        limits: StreamLimits | None = None,
        last_event_id: str = "",
    ) -> AsyncStream[Event]: ...

    @overload
    def stream(
        self,
        path: str,
        /,
        *,
        event: Callable[[Any], E],
        method: str = "GET",
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        rule: StreamRule | None = None,
        limits: StreamLimits | None = None,
        last_event_id: str = "",
    ) -> AsyncStream[E]: ...

    @overload
    def stream(
        self,
        endpoint: Endpoint[..., Any],
        /,
        *args: Any,
        event: None = None,
        rule: StreamRule | None = None,
        limits: StreamLimits | None = None,
        last_event_id: str = "",
        strict: bool = False,
        **kwargs: Any,
    ) -> AsyncStream[Event]: ...

    @overload
    def stream(
        self,
        endpoint: Endpoint[..., Any],
        /,
        *args: Any,
        event: Callable[[Any], E],
        rule: StreamRule | None = None,
        limits: StreamLimits | None = None,
        last_event_id: str = "",
        strict: bool = False,
        **kwargs: Any,
    ) -> AsyncStream[E]: ...

    def stream(
        self,
        endpoint: Endpoint[..., Any] | str,
        /,
        *args: Any,
        event: Callable[[Any], Any] | None = None,
        rule: StreamRule | None = None,
        limits: StreamLimits | None = None,
        last_event_id: str = "",
        strict: bool = False,
        **kwargs: Any,
    ) -> AsyncStream[Any]:
        """Open an operation, or a route by its path, as a stream of events (server-sent events or JSON Lines).

        | argument | meaning |
        |---|---|
        | endpoint, … | an endpoint module with its own arguments, or a path with `params`, `method` (GET), `json` and `headers` |
        | event | turns an event's JSON into a value (`StreamEvent.from_dict`); without it the events come as they are |
        | rule | when the stream is whole, and whether it goes on after a cut; what it leaves open is as the contract says |
        | limits | bounds of the stream itself; `deadline` bounds its opening only |
        | last_event_id | where to go on from |
        | strict | check the order of events that the contract documents |

        Nothing is sent before the stream is entered or iterated.
        """
        from veneer._async.streams import AsyncStream
        from veneer._core.streaming import StreamLimits

        if isinstance(endpoint, str):
            call = self._route_call("stream", endpoint, args, kwargs)
        else:
            call = from_endpoint(endpoint, *args, **kwargs)
        return AsyncStream(
            self._session,
            call,
            self._options,
            rule,
            limits if limits is not None else StreamLimits(),
            event,
            last_event_id,
            strict=strict,
        )

    def _route_call(self, name: str, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        """Make the call of a method that takes a path. Raises TypeError for what only an operation could take."""
        given = {key: kwargs.pop(key) for key in ("params", "json", "headers") if key in kwargs}
        method = kwargs.pop("method", "GET")
        if args or kwargs:
            stray = ", ".join([*map(repr, args), *kwargs])
            raise TypeError(f"{name}() of a path takes its arguments as params=, not {stray}")
        return generic(method, self._platform.complete_path(path), **given)

    async def wait(
        self,
        endpoint: Endpoint[..., T],
        /,
        *args: Any,
        until: Callable[[T], bool],
        every: float = 2.0,
        timeout: float = 600.0,  # noqa: ASYNC109  # the wait's own limit; cancelling works as anywhere
        error: Callable[[T | None, float], VeneerError] | None = None,
        progress: Callable[[T], None] | None = None,
        **kwargs: Any,
    ) -> T:
        """Call an operation again and again until `until(result)` is true, and give that result.

        `every` and `timeout` are seconds; waits are jittered and heed Retry-After. Raises WaitTimeoutError (or what `error(last, waited)` gives) when the time is over: the run itself goes on.
        """
        from veneer._async.waiter import async_wait

        async def poll(left: float) -> CallResult[T]:
            bound = left if self._options.deadline is None else min(left, self._options.deadline)
            return await self.with_options(deadline=bound).call_raw(endpoint, *args, **kwargs)

        return await async_wait(
            self._session,
            poll,
            operation=operation_of(endpoint).id,
            until=until,
            every=every,
            timeout=timeout,
            error=error,
            progress=progress,
        )

    # -- transfers ---------------------------------------------------------------------------------------------

    def chunks(
        self,
        endpoint: Endpoint[..., Any],
        /,
        *args: Any,
        resume: bool = True,
        total: float | None = None,
        **kwargs: Any,
    ) -> AsyncChunks:
        """Read an operation's body piece by piece: `async with client.chunks(…) as body: async for
        piece in body: …`.

        `total` bounds all of it in seconds, your own time between two pieces included. A piece is
        given out before the rest is known to follow: only a loop that ends by itself has seen a
        body that is whole.
        """
        from veneer._async.transfers import AsyncChunks

        call = from_endpoint(endpoint, *args, **kwargs)
        return AsyncChunks(self._session, call, self._options, resume=resume, total=total)

    async def download(
        self,
        endpoint: Endpoint[..., Any],
        /,
        *args: Any,
        to: Destination,
        progress: Progress | None = None,
        resume: bool = True,
        total: float | None = None,
        **kwargs: Any,
    ) -> Download:
        """Write an operation's body to a path or file, in flat memory.

        A path gets its name only when every byte is there. `progress(bytes done, bytes in all or
        None)`; `resume` asks for the rest after a cut where the server gives ranges and a strong
        validator. `deadline` bounds the opening of each answer, `timeouts.read` the silence,
        `total` everything together (seconds). Raises StreamTruncatedError for a body shorter than
        announced, StreamTimeoutError where a limit passed, ResponseInvalidError for a body that is
        damaged or longer than announced.
        """
        from veneer._async.transfers import async_save

        chunks = self.chunks(endpoint, *args, resume=resume, total=total, **kwargs)
        return await async_save(chunks, to, progress)

    async def download_url(
        self,
        url: str,
        *,
        to: Destination,
        progress: Progress | None = None,
        resume: bool = True,
        total: float | None = None,
    ) -> Download:
        """Write a presigned address's body to a path or file, as `download` does. No credential of
        this client goes there.
        """
        from veneer._async.transfers import AsyncChunks, async_save

        call = presigned("GET", url)
        chunks = AsyncChunks(self._session, call, self._options, resume=resume, total=total)
        return await async_save(chunks, to, progress)

    async def upload_url(
        self,
        url: str,
        content: Any,
        *,
        method: str = "PUT",
        content_type: str = "application/octet-stream",
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> httpx.Response:
        """Send a path, file, bytes or iterator to a presigned address, without reading it whole.

        No credential of this client goes there, nor any header but those that stores sign: give them as `headers`.
        """
        sent = {"content-type": content_type, **(headers or {})}
        with _opened(content, progress) as body:
            call = presigned(method, url, content=body, headers=sent)
            return (await self._exchange(call)).parsed.response

    # -- tokens ------------------------------------------------------------------------------------------------

    async def fetch_tokens(self, *, anew: bool = False) -> None:
        """Get the tokens of OAuth 2 credentials now: a person logs in before the first call, not during it.

        `anew` begins with the flow's own grant, whatever refresh token there is. Does nothing for other
        credentials. Raises TokenError where a server gives none.
        """
        for held in self._session.credentials.values():
            if held.tokens is not None:
                await held.fetch(anew=anew)

    # -- webhooks ----------------------------------------------------------------------------------------------

    def webhook_reader(
        self,
        events: Sequence[Webhook] = (),
        *,
        scheme: str | Mapping[str, Any] | WebhookScheme = "standard",
        secret: WebhookSecret | Sequence[WebhookSecret] | None = None,
        tolerance: float | None = 300.0,
    ) -> Webhooks[Any]:
        """Return what verifies and reads the webhooks of this API, by this client's secret and clock.

        `events` are the contract's (`WEBHOOKS` of a generated package); the others are as in `veneer.Webhooks`.
        Raises ConfigurationError where there is no secret.
        """
        from veneer.webhooks import Webhooks

        held = self._webhook_secrets if secret is None else secret
        if held is None:
            variable = self._platform.env_webhook_secret
            where = f"pass webhook_secret= or set {variable}" if variable else "pass webhook_secret="
            raise ConfigurationError(f"no secret of webhooks: {where}")
        return Webhooks(held, scheme=scheme, events=events, tolerance=tolerance, clock=self._wall)

    def _wall(self) -> float:
        return self._shared[0].wall() if self._shared else time.time()

    # -- options and lifecycle ---------------------------------------------------------------------------------

    def with_options(self, **changes: Unpack[OptionChanges]) -> Self:
        """Give a view of this client with other options; it shares connections, credentials and retry budget, and costs next to nothing.

        `client.with_options(deadline=20, retry=RetryPolicy(max_retries=0)).call(…)`
        """
        view = copy.copy(self)
        view._options = self._options.merged(**changes)
        if ("base_url" in changes or "headers" in changes) and _exposed(
            view._options, self._platform, self._keys
        ):
            warnings.warn(_EXPOSED, UserWarning, stacklevel=2)
        return view

    def _step(self, name: str) -> Self:
        """Return a view for a further request of a method that makes several.

        The caller's idempotency key belongs to the first; the others have keys that follow from it.
        """
        key = self._options.idempotency_key
        held = self._options.headers.get("idempotency-key")
        if held is not None:
            return self.with_options(headers={"idempotency-key": f"{held}-{name}"})
        return self if key is None else self.with_options(idempotency_key=f"{key}-{name}")

    @property
    def options(self) -> Options:
        """The options of this client or view."""
        return self._options

    @property
    def closed(self) -> bool:
        """True after `aclose`."""
        return bool(self._shared) and self._shared[0].closed

    async def aclose(self) -> None:
        """Close the connections. A second time does nothing; a caller's own `http_client` stays open."""
        await self._session.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        held = ", ".join(f"{name}='***'" for name in self._keys)
        return f"{type(self).__name__}({self._options.base_url!r}{', ' + held if held else ''})"

    async def _exchange(self, call: Call) -> Exchange:
        session = self._shared[0] if self._shared else await self._loaded(call)
        return await session.exchange(call, self._options)

    async def _loaded(self, call: Call) -> AsyncSession:
        """Load the engine for a first call, whose time runs meanwhile. Raises DeadlineExceededError."""
        from veneer import _io

        begun = time.monotonic()
        limit = self._options.deadline
        if not self._loading or self._loading[-1].failed:
            self._loading.append(_io.Loading(self._make_session))
        try:
            await self._loading[-1].async_wait(limit)
        except _io.OutOfTimeError:
            over = self._platform.error_type(DeadlineExceededError)(
                f"{call.operation.id}: the deadline passed while the engine was loaded",
                operation=call.operation.id,
                method=call.method,
            )
            over.outcome = Outcome.NOT_SENT
            raise over from None
        session = self._shared[0]
        session.spent = time.monotonic() - begun
        return session

    @property
    def _session(self) -> AsyncSession:
        if not self._shared:
            self._make_session()
        return self._shared[0]

    def _make_session(self) -> None:
        # Views share the list, so that whichever makes the session first makes it for all.
        ours = self._config.http_client is None and self._config.verify is True
        if ours and self._options.base_url.startswith("https:"):
            from veneer._http import tls

            tls.begin(trust_env=self._config.trust_env)
        from veneer._async.credentials import AsyncCredential
        from veneer._async.session import AsyncSession

        # Those of further schemes are what they are: `refresh_token` does not say whose it renews.
        default = next(iter(self._platform.schemes), None)
        renewed = {default} if default in self._keys else set(self._keys)
        made = AsyncSession(
            self._platform,
            {
                name: AsyncCredential(key, self._refresh_token if name in renewed else None)
                for name, key in self._keys.items()
            },
            self._config,
        )
        for name, credential_ in made.credentials.items():
            key = self._keys[name]
            if is_flow(key):
                from veneer._async.oauth import AsyncTokens

                credential_.tokens = AsyncTokens(key, made)
        self._shared.append(made)


def _json_of(done: Exchange) -> Any:
    return done.parsed.payload


def _opened(content: Any, progress: Progress | None = None) -> AbstractContextManager[Any]:
    if content is None:
        return nullcontext()
    from veneer._core.transfer import opened

    return opened(content, progress)


def _style_of(operation: Operation) -> PageStyle:
    from veneer._core.page_styles import style_of

    if operation.pagination is None:
        raise ConfigurationError(
            f"the contract does not say how {operation.id} is paged: pass pages=OffsetPages(…) or another style"
        )
    return style_of(operation.pagination)


def _engine(name: str, http_client: object) -> str:
    if name not in {"auto", "default", "fast"}:
        raise ConfigurationError(f"no engine is called {name!r}; there are 'auto', 'default' and 'fast'")
    if http_client is not None and not (
        hasattr(http_client, "build_request") and hasattr(http_client, "send")
    ):
        given = type(http_client).__name__
        raise ConfigurationError(f"http_client takes a client of httpx, or one with its methods, not {given}")
    if name != "auto" and http_client is not None:
        raise ConfigurationError("http_client is an engine of its own; leave engine= out")
    if name == "fast":
        from veneer._http.http1 import llhttp_problem

        problem = llhttp_problem()
        if problem is not None:
            raise ConfigurationError(problem)
    return name


def _network(
    http_client: object, *, verify: object, cert: object, proxy: str | Proxy | None, trust_env: bool
) -> dict[str, Any]:
    """Check how connections are to be made, and read certificates."""
    usual = {
        "verify": verify is True,
        "cert": cert is None,
        "proxy": proxy is None,
        "trust_env": trust_env is True,
    }
    others = [f"{name}=" for name, is_usual in usual.items() if not is_usual]
    if not others:
        return {"verify": True, "proxy": None, "trust_env": True}
    if http_client is not None:
        raise ConfigurationError(
            f"http_client makes its own connections: give {' and '.join(others)} to it, and not to this client"
        )
    if not isinstance(trust_env, bool):
        raise ConfigurationError("trust_env takes True or False")
    if proxy is not None and not isinstance(proxy, str) and not hasattr(proxy, "url"):
        raise ConfigurationError(
            f"proxy takes an address, such as http://proxy:3128, not {type(proxy).__name__}"
        )
    if isinstance(proxy, str):
        from veneer._core.proxies import given_proxy

        try:
            proxy = given_proxy(proxy, "proxy=")
        except ConfigurationError as error:
            clear_locals(error)  # the address may hold a password
            raise
    from veneer._http import tls

    return {
        "verify": tls.own_settings(verify, cert, trust_env=trust_env),
        "proxy": proxy,
        "trust_env": trust_env,
    }


def _base_url(given: str | None, platform: Platform) -> str:
    return choose_base_url(given, os.environ, platform.env_base_url, platform.base_url)


def _servers(given: str | None, platform: Platform) -> Mapping[str, str] | None:
    """Return the values of server variables, for operations with a server of their own; None where the caller chose the address."""
    if isinstance(given, ServerURL):
        return given.variables
    return {} if given is None and (platform.env_base_url or "") not in os.environ else None


def _exposed(options: Options, platform: Platform, keys: Collection[str]) -> bool:
    """Return whether credentials would go over plain HTTP to another machine."""
    if not options.base_url.startswith("http://") or is_loopback(options.base_url):
        return False
    of_schemes = {scheme.header for scheme in platform.schemes.values()}
    given = [name for name, value in options.headers.items() if value is not None]
    return bool(keys) or any(name in of_schemes or is_secret_name(name) for name in given)


def _authenticated(platform: Platform, options: Options, http_client: AsyncHttpClient | None) -> bool:
    """Return whether the caller authenticates by a header, or by an HTTP client of their own."""
    headers = [scheme.header for scheme in platform.schemes.values()]
    if any(options.headers.get(name) is not None for name in headers):
        return True
    if http_client is None:
        return False
    from veneer._http._async.external_client import AsyncExternalClient

    return AsyncExternalClient(http_client).authenticates(headers)


def _webhook_secrets(
    given: WebhookSecret | Sequence[WebhookSecret] | None, platform: Platform
) -> tuple[WebhookSecret, ...] | None:
    """Return the secrets of the platform's webhooks: those given, else the environment's."""
    if given is None and platform.env_webhook_secret:
        given = os.environ.get(platform.env_webhook_secret, "").strip() or None
    if given is None:
        return None
    from veneer._core.webhooks import secrets_of

    return secrets_of(given)


def _keys(
    platform: Platform, given: Key | None, key: Key | None, further: Mapping[str, Key] | None
) -> dict[str, Key]:
    """Return every credential by its scheme's name; fixed ones are checked, before anything is sent.

    `key` is the one `given`, else the environment's.
    """
    keys: dict[str, Key] = dict(further or {})
    unknown = sorted(set(keys) - set(platform.schemes))
    if unknown:
        raise ConfigurationError(
            f"no security scheme is called {unknown[0]!r}; there is {', '.join(platform.schemes)}"
        )
    default = next(iter(platform.schemes), None)
    if key is not None and default is None:
        raise ConfigurationError(f"{platform.name} has no security scheme: no credential can be sent")
    if given is not None and default in keys:
        raise ConfigurationError(
            f"api_key= is the credential of {default!r}, and so is credentials[{default!r}]: pass one"
        )
    if key is not None and default is not None:
        keys = {default: key, **keys}
    for flow in filter(is_flow, keys.values()):
        flow.check()
    return {
        name: value if callable(value) or is_flow(value) else credential(cast("str | Secret", value))
        for name, value in keys.items()
    }


def _with_oauth(
    platform: Platform,
    credentials: Mapping[str, Key] | None,
    *,
    auth: OAuth2 | None,
    client_id: str | None,
    client_secret: str | Secret | None,
    scopes: Sequence[str],
) -> Mapping[str, Key] | None:
    """Return the credentials with that of the platform's OAuth 2 scheme.

    Raises ConfigurationError where the arguments say it twice, and where there is no such scheme.
    """
    short = {"client_id=": client_id, "client_secret=": client_secret, "scopes=": scopes}
    given = [name for name, value in short.items() if value]
    if auth is not None and given:
        raise ConfigurationError(f"auth= has its own {given[0].rstrip('=')}: leave {given[0]} out")
    if auth is None and given:
        if not platform.oauth:
            raise ConfigurationError(
                f"{platform.name} has no OAuth 2 scheme for {given[0]}: pass auth=veneer.OAuth2(token_url=…)"
            )
        from veneer._core.oauth import OAuth2

        auth = OAuth2(client_id or "", client_secret, scopes)
    completed: dict[str, Key] = {
        name: key.completed(platform.oauth[name]) if is_flow(key) and name in platform.oauth else key
        for name, key in (credentials or {}).items()
    }
    if auth is not None:
        name = next(iter(platform.oauth or platform.schemes), None)
        if name is None:
            raise ConfigurationError(f"{platform.name} has no security scheme: no token can be sent")
        if name in completed:
            raise ConfigurationError(
                f"auth= is the credential of {name!r}, and so is credentials[{name!r}]: pass one"
            )
        completed[name] = auth.completed(platform.oauth[name]) if name in platform.oauth else auth
    return completed or credentials
