# Derived from overlay/veneer/_async/client.py by scripts/unasync.py: edit that file, not this one.
"""Call the operations of an API: the base client of all platforms, usable with any generated package."""

from __future__ import annotations

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
    check_keywords,
    from_endpoint,
    generic,
    operation_of,
    presigned,
    takes,
    unbound,
)
from veneer._core.checks import check_functions, check_kind, check_mapping, check_range
from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError
from veneer._core.options import MAX_PAGES, ClientConfig, DebugLogger, OptionChanges, Options, Timeouts
from veneer._core.platform import GENERIC, Platform, as_it_is
from veneer._core.redact import Secret, clear_locals, is_secret_name
from veneer._core.responses import CallResult, parse
from veneer._core.retry import RetryBudget, RetryPolicy
from veneer._core.urls import ServerURL, choose_base_url, is_loopback

# Modules for lists, streams and transfers are loaded on first use: a first plain call does not wait for them.
if TYPE_CHECKING:
    import ssl
    from concurrent.futures import Executor

    import httpx

    from veneer._core.deprecation import Deprecation
    from veneer._core.oauth import OAuth2
    from veneer._core.options import MapOptions
    from veneer._core.pages import PageStyle
    from veneer._core.proxies import Proxy
    from veneer._core.shared_limits import SharedLimits
    from veneer._core.sse import Event
    from veneer._core.streaming import StreamLimits, StreamRule
    from veneer._core.throttle import Concurrency, Rate
    from veneer._core.transfer import Destination, Download, Progress
    from veneer._core.violations import SchemaViolation
    from veneer._core.webhooks import Webhook, WebhookScheme, WebhookSecret
    from veneer._http._sync.external_client import HttpClient
    from veneer._io import Inputs, Loading, Method
    from veneer._sync.mapping import Map
    from veneer._sync.pager import Pager
    from veneer._sync.session import Exchange, Session
    from veneer._sync.streams import Stream
    from veneer._sync.transfers import Chunks
    from veneer.webhooks import Webhooks

__all__ = ["Client"]

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")
I = TypeVar("I")  # noqa: E741  # input


class _Unset:
    """Marks an argument that was not given: None means "no limit"."""

    def __repr__(self) -> str:
        return "<platform's default>"


_UNSET: Any = _Unset()
_EXPOSED = "credentials go over plain http:// to another machine; use https://"


class Client:
    """A client of one API.

    | argument | meaning |
    |---|---|
    | base_url | the API's address; default: the platform's, or its environment variable |
    | api_key | the credential, or a function that returns it (called for each request); default: the platform's environment variable |
    | credentials | further credentials, by the contract's security scheme name |
    | refresh_token | a function that returns a new `api_key` (or, without one, a new credential) when the server rejects the old one as expired; concurrent calls share one renewal |
    | auth | how to get tokens, an `OAuth2`; the endpoints of the contract's OAuth 2 scheme are filled in |
    | client_id, client_secret, scopes | the same for the contract's scheme, in short |
    | deadline | seconds for a whole call with all its retries; None: only the timeouts bound it |
    | timeout, timeouts | seconds for each step of an attempt: one number for all, or `Timeouts`; two names of one option |
    | retry, max_retries | the retry policy, or only its number of retries (0: never) |
    | retry_budget | bounds the retries of all calls together; several clients may share one |
    | limits | `SharedLimits`: a rate and a retry budget that processes and machines share (extra `fleet`) |
    | headers, query | sent with every request |
    | max_response_bytes | longest body read into memory, after decompression |
    | http_client | your own `httpx.Client` or `httpx2.Client` (or anything with its `build_request` and `send`); it is neither changed nor closed |
    | max_connections | most connections at once; further calls wait, at most `timeouts.pool` |
    | verify | False: any certificate is accepted, and anyone on the path can read and change everything; a path: the file (PEM) or folder of the authorities to trust; an `ssl.SSLContext`: used unchanged |
    | cert | a client certificate (mTLS): a path, or (certificate, key) or (certificate, key, password) |
    | proxy | the proxy for all requests: http://, https://, socks5:// or socks5h://, with `user:password@` if it needs that; default: the environment's |
    | trust_env | False: variables for proxies and certificates (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, …) are not read |
    | engine | the parser of responses: `"fast"` is llhttp, in C (needs `veneer[fast]`), `"default"` is Python, `"auto"` is llhttp if installed; both accept the same responses |
    | on_request, on_response | called for each request and response, retries included |
    | on_result | called with each response and the called path, once its body is read (not that of a stream or download) |
    | on_violation | called with each place of a response that breaks the contract, a `SchemaViolation` |
    | on_deprecation | called with a `Deprecation` for each response of a deprecated operation (by its contract, or its `Deprecation` and `Sunset` headers); a DeprecationWarning is given once for each operation |
    | strict | True: a response that breaks the contract is a ResponseInvalidError; by default what fits is decoded, the rest is kept as sent and reported once (a log line and a SchemaViolationWarning) |
    | webhook_secret | the secret that signs the API's webhooks, or several while one is replaced; default: the platform's environment variable |
    | debug_logger | logs requests and responses, credentials masked |
    | platform | facts about the API: its schemes, errors and defaults |

    Raises ConfigurationError for invalid arguments. The engine is loaded on the first call.
    """

    _platform: Platform = GENERIC

    @check_keywords()
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
        timeout: Timeouts | float | None = _UNSET,
        timeouts: Timeouts | float | None = _UNSET,
        retry: RetryPolicy | None = None,
        max_retries: int | None = None,
        headers: Mapping[str, str | None] | None = None,
        query: Mapping[str, Any] | None = None,
        http_client: HttpClient | None = None,
        max_connections: int = 100,
        engine: Literal["auto", "default", "fast"] = "auto",
        verify: bool | str | os.PathLike[str] | ssl.SSLContext = True,
        cert: str | os.PathLike[str] | tuple[str | os.PathLike[str], ...] | None = None,
        proxy: str | Proxy | None = None,
        trust_env: bool = True,
        retry_budget: RetryBudget | None = None,
        limits: SharedLimits | None = None,
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
        for name, mapping in {"credentials": credentials, "headers": headers, "query": query}.items():
            if mapping is not None:
                check_mapping(name, mapping)
        reader = _engine(engine, http_client)
        own = {**facts.headers, **(headers or {})}
        changes: OptionChanges = {"headers": own, "query": query or {}, "strict": strict}
        if (
            timeout is not _UNSET and timeout is not facts.timeouts
        ):  # a package may show its platform's default
            changes["timeout"] = timeout
        if timeouts is not _UNSET:
            changes["timeouts"] = timeouts
        if max_retries is not None:
            changes["max_retries"] = max_retries
        if max_response_bytes is not None:
            changes["max_response_bytes"] = max_response_bytes
        self._options = Options(
            base_url=_base_url(base_url, facts),
            servers=_servers(base_url, facts),
            deadline=facts.deadline if deadline is _UNSET else deadline,
            timeouts=facts.timeouts,
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
            warnings.warn(_EXPOSED, UserWarning, stacklevel=3)  # check_keywords is between
        check_range(
            "max_connections", max_connections, "a whole number, 1 or more", good=lambda n: n > 0, whole=True
        )
        check_kind("refresh_token", refresh_token, callable, "a function that returns a new key")
        check_kind("retry_budget", retry_budget, lambda one: hasattr(one, "take"), "a veneer.RetryBudget")
        check_kind("debug_logger", debug_logger, lambda one: hasattr(one, "debug"), "a logging.Logger")
        self._refresh_token = refresh_token
        self._webhook_secrets = _webhook_secrets(webhook_secret, facts)
        self._config = ClientConfig(
            retry_budget=retry_budget if retry_budget is not None else RetryBudget(),
            limits=_limits(limits, retry_budget),
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
        self._shared: list[Session] = []
        self._loading: list[Loading] = []

    # -- calls -------------------------------------------------------------------------------------------------

    def call(self, endpoint: Endpoint[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call an operation with its own arguments and return its result.

        `endpoint` is a generated endpoint module:
        `client.call(list_audit_log, action="abp.invoke")`. Raises the errors of `veneer` (or
        the platform's names for them).
        """
        call = from_endpoint(endpoint, *args, **kwargs)
        session = self._shared[0] if self._shared else self._loaded(call)
        parsed, _ = session.exchange(call, self._options)
        value = parse(self._platform, endpoint, call.operation, parsed, strict=self._options.strict)
        if parsed.violations:
            session.tell(parsed.violations)
        return value

    def call_raw(self, endpoint: Endpoint[P, T], /, *args: P.args, **kwargs: P.kwargs) -> CallResult[T]:
        """Call an operation and return its value, the raw response and every attempt."""
        call = from_endpoint(endpoint, *args, **kwargs)
        parsed, attempts = self._exchange(call)
        value = parse(self._platform, endpoint, call.operation, parsed, strict=self._options.strict)
        if parsed.violations:
            self._session.tell(parsed.violations)
        return CallResult(value, parsed.response, attempts)

    def request(
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
        """Call a path without an endpoint module and return the raw response; all else is as in `call`.

        `path` is relative to the base URL, or an absolute URL of the same origin; `path_params`
        fill its `{name}` parts, percent-encoded. `content` is bytes, text, a path (`os.PathLike`),
        a file or an iterator; files and paths are sent in pieces.
        """
        complete = self._platform.complete_path
        if complete is not as_it_is:
            path = complete(path)
        call = generic(method, path, path_params, params, json, content, data, files, headers)
        if content is None:
            session = self._shared[0] if self._shared else self._loaded(call)
            return (session.exchange(call, self._options)).parsed.response
        with _opened(content) as body:
            return (self._exchange(call._replace(content=body))).parsed.response

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
        page_size: int | None = None,
        concurrency: int = 1,
        prefetch: bool = False,
        resume_from: Mapping[str, Any] | None = None,
        max_pages: int | None = MAX_PAGES,
        max_items: int | None = None,
        as_json: bool = False,
        **kwargs: Any,
    ) -> Pager[Any]:
        """Iterate all items of a list operation, or of a path.

        | argument | meaning |
        |---|---|
        | endpoint, … | an endpoint module with its own arguments, or a path with `params` (a GET) |
        | pages | how the list is paged; by default as in the contract, for a path by limit and offset |
        | items | path of the rows in a response |
        | item | converts a row into a value |
        | page_size | the most items per page, sent in the operation's own parameter |
        | concurrency | pages in flight at once, if offsets and totals determine them |
        | prefetch | request the next page while the caller processes one |
        | resume_from | the `state` of an earlier iterator |
        | max_pages, max_items | the bound after which PaginationError is raised if there is more |
        | as_json | rows are JSON as sent, not models |

        Order, items and errors are those of sequential pagination. Raises PaginationLoopError if
        the server repeats a page.
        """
        from veneer._sync import pager

        read: Callable[[Exchange], Any]
        module: Any = None
        if params is not None:
            kwargs["params"] = params
        if isinstance(endpoint, str):
            call = self._route_call("paginate", endpoint, args, kwargs)
            from veneer._core.page_styles import AssumedPages

            style: PageStyle = pages if pages is not None else AssumedPages()
            read = _json_of
        else:
            module, given, named = unbound(endpoint, args, kwargs)
            if page_size is not None and takes(module, "page_size"):
                named, page_size = {**named, "page_size": page_size}, None
            call = from_endpoint(module, *given, **named)
            style = pages if pages is not None else _style_of(call.operation)

            def parsed(done: Exchange) -> Any:
                return parse(self._platform, module, call.operation, done.parsed, strict=self._options.strict)

            read = _json_of if as_json else parsed

        if page_size is not None:
            from veneer._core.page_styles import sized

            call = sized(call, style, page_size)
        if items is not None and not isinstance(items, str):
            raise ConfigurationError(
                f"items takes the path of the rows, such as 'data.rows', not {type(items).__name__}"
            )
        if items is not None:
            style = dataclasses.replace(cast("Any", style), items=items)
        return pager.Pager(
            lambda state: pager.start_pages(
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
            call.operation.id,
            (call, self._options.base_url, style, module if item is None else None),
        )

    # -- many calls --------------------------------------------------------------------------------------------

    @overload
    def map(
        self, operation: Endpoint[..., T], inputs: Inputs[I], /, **options: Unpack[MapOptions]
    ) -> Map[I, T]: ...

    @overload
    def map(self, operation: Method[T], inputs: Inputs[I], /, **options: Unpack[MapOptions]) -> Map[I, T]: ...

    def map(
        self,
        operation: Any,
        inputs: Inputs[Any],
        /,
        *,
        concurrency: Concurrency = 10,
        rate: Rate | float | None = None,
        ordered: bool = True,
        journal: str | os.PathLike[str] | None = None,
        again: Collection[str] = (),
        total: float | None = None,
        abort_after: int | None = 20,
        executor: Executor | None = None,
    ) -> Map[Any, Any]:
        """Run an operation over many inputs, several at once, and iterate the results.

        | argument | meaning |
        |---|---|
        | operation | an endpoint module, or a method of a client (`client.todos.create`) |
        | inputs | any iterable, for tasks also an async one, read on demand: a mapping is keyword arguments, anything else a single positional argument |
        | concurrency | calls in flight at once, or `"auto"`: as many as the server handles, by its refusals (429, 503) and response times, at most `max_connections` |
        | rate | most calls per second, or a `Rate` such as `Rate(90_000, per=60, cost=count_tokens)`; the server's RateLimit fields and Retry-After always apply |
        | ordered | results in the order of the inputs; False: as they arrive |
        | journal | a file (SQLite) that records inputs and results: the same call resumes an interrupted run |
        | again | with a journal, which inputs of an earlier run are sent again: `"failed"`, `"unknown"` |
        | total | seconds for the whole run; then DeadlineExceededError is raised |
        | abort_after | results in a row that fail alike through no fault of their inputs (401, no connection; before the first success also 403 and what was not sent), after which the run ends with their error; None never |
        | executor | sync client only: where the calls run, any `concurrent.futures.Executor` (processes, Dask, Ray); the client is pickled for it |

        An error of one input is its result and does not end the run; an exception of `inputs` is raised
        after the results of the inputs before it. Each call has this client's
        options: `client.with_options(deadline=20).map(…)`. A write without an idempotency key that
        may have been carried out is never sent again; the journal has it as `unknown`. Raises
        ConfigurationError for invalid arguments.
        """
        from veneer._sync.mapping import start_map

        return start_map(
            self, self._session, operation, inputs, concurrency=concurrency, rate=rate, ordered=ordered, journal=journal,
            again=again, total=total, abort_after=abort_after, executor=executor,
        )  # fmt: skip

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
    ) -> Stream[Event]: ...

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
    ) -> Stream[E]: ...

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
    ) -> Stream[Event]: ...

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
    ) -> Stream[E]: ...

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
    ) -> Stream[Any]:
        """Open an operation, or a path, as a stream of events (server-sent events or JSON Lines).

        | argument | meaning |
        |---|---|
        | endpoint, … | an endpoint module with its own arguments, or a path with `params`, `method` (GET), `json` and `headers` |
        | event | converts an event's JSON into a value (`StreamEvent.from_dict`); without it, plain events are returned |
        | rule | when the stream is complete, and whether it resumes after a cut; the contract fills in the rest |
        | limits | bounds of the stream itself; `deadline` bounds only its opening |
        | last_event_id | where to resume |
        | strict | check the order of events that the contract documents |

        Nothing is sent until the stream is entered or iterated.
        """
        from veneer._core.streaming import StreamLimits
        from veneer._sync.streams import Stream

        if isinstance(endpoint, str):
            call = self._route_call("stream", endpoint, args, kwargs)
        else:
            call = from_endpoint(endpoint, *args, **kwargs)
        return Stream(
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
        """Return the call for a path. Raises TypeError for arguments that only an operation takes."""
        given = {key: kwargs.pop(key) for key in ("params", "json", "headers") if key in kwargs}
        method = kwargs.pop("method", "GET")
        if args or kwargs:
            stray = ", ".join([*map(repr, args), *kwargs])
            raise TypeError(f"{name}() with a path takes its arguments as params=, not {stray}")
        return generic(method, self._platform.complete_path(path), **given)

    def wait(
        self,
        endpoint: Endpoint[..., T],
        /,
        *args: Any,
        until: Callable[[T], bool],
        every: float = 2.0,
        timeout: float = 600.0,  # noqa: ASYNC109  # the wait's own limit; cancellation works as usual
        error: Callable[[T | None, float], VeneerError] | None = None,
        progress: Callable[[T], None] | None = None,
        **kwargs: Any,
    ) -> T:
        """Poll an operation until `until(result)` is true, and return that result.

        `every` and `timeout` are seconds; waits are jittered and follow Retry-After. After
        `timeout` it raises WaitTimeoutError (or the result of `error(last, waited)`): the run
        itself continues.
        """
        from veneer._sync.waiter import wait

        def poll(left: float) -> CallResult[T]:
            bound = left if self._options.deadline is None else min(left, self._options.deadline)
            return self.with_options(deadline=bound).call_raw(endpoint, *args, **kwargs)

        return wait(
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
    ) -> Chunks:
        """Return an operation's body in pieces: `with client.chunks(…) as body: for
        piece in body: …`.

        `total` bounds the whole transfer in seconds, your own time between pieces included. A piece
        is returned before the rest has arrived: only a loop that ends by itself has seen a complete
        body.
        """
        from veneer._sync.transfers import Chunks

        call = from_endpoint(endpoint, *args, **kwargs)
        return Chunks(self._session, call, self._options, resume=resume, total=total)

    def download(
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
        """Write an operation's body to a path or file, in constant memory.

        A path gets its name only when every byte is there.
        `progress(bytes done, total bytes or None)` is called as bytes arrive; `resume` requests the
        rest after a cut if the server sends ranges and a strong validator. `deadline` bounds the
        opening of each response, `timeouts.read` each silence, `total` the whole download
        (seconds). Raises StreamTruncatedError for a body shorter than announced, StreamTimeoutError
        if a limit passed, ResponseInvalidError for a body that is damaged or longer than announced.
        """
        from veneer._sync.transfers import save

        chunks = self.chunks(endpoint, *args, resume=resume, total=total, **kwargs)
        return save(chunks, to, progress)

    def download_url(
        self,
        url: str,
        *,
        to: Destination,
        progress: Progress | None = None,
        resume: bool = True,
        total: float | None = None,
    ) -> Download:
        """Write the body at a presigned URL to a path or file, as `download` does. No credential of
        this client goes there.
        """
        from veneer._sync.transfers import Chunks, save

        call = presigned("GET", url)
        chunks = Chunks(self._session, call, self._options, resume=resume, total=total)
        return save(chunks, to, progress)

    def upload_url(
        self,
        url: str,
        content: Any,
        *,
        method: str = "PUT",
        content_type: str = "application/octet-stream",
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> httpx.Response:
        """Send a path, file, bytes or iterator to a presigned URL, without reading it whole.

        No credential or header of this client is sent. Pass the headers that the store signed as
        `headers`. Raises ConfigurationError for text, which may be meant as a path.
        """
        if isinstance(content, str):
            raise ConfigurationError(
                "content is text: pass pathlib.Path(…) to send a file, or text.encode() to send text"
            )
        sent = {"content-type": content_type, **(headers or {})}
        with _opened(content, progress) as body:
            call = presigned(method, url, content=body, headers=sent)
            return (self._exchange(call)).parsed.response

    # -- tokens ------------------------------------------------------------------------------------------------

    def fetch_tokens(self, *, anew: bool = False) -> None:
        """Fetch the tokens of OAuth 2 credentials now: a person logs in before the first call, not during it.

        `anew` uses the flow's own grant even if there is a refresh token. Does nothing for other
        credentials. Raises TokenError if a server issues none.
        """
        for held in self._session.credentials.values():
            if held.tokens is not None:
                held.fetch(anew=anew)

    # -- webhooks ----------------------------------------------------------------------------------------------

    def webhook_reader(
        self,
        events: Sequence[Webhook] = (),
        *,
        scheme: str | Mapping[str, Any] | WebhookScheme = "standard",
        secret: WebhookSecret | Sequence[WebhookSecret] | None = None,
        tolerance: float | None = 300.0,
    ) -> Webhooks[Any]:
        """Return a reader that verifies this API's webhooks with this client's secret and clock.

        `events` are the contract's (`WEBHOOKS` of a generated package); the others are as in
        `veneer.Webhooks`. Raises ConfigurationError without a secret.
        """
        from veneer.webhooks import Webhooks

        held = self._webhook_secrets if secret is None else secret
        if held is None:
            variable = self._platform.env_webhook_secret
            where = f"pass webhook_secret= or set {variable}" if variable else "pass webhook_secret="
            raise ConfigurationError(f"no webhook secret: {where}")
        return Webhooks(held, scheme=scheme, events=events, tolerance=tolerance, clock=self._wall)

    def _wall(self) -> float:
        return self._shared[0].wall() if self._shared else time.time()

    # -- options and lifecycle ---------------------------------------------------------------------------------

    def with_options(self, **changes: Unpack[OptionChanges]) -> Self:
        """Return a cheap view of this client with other options; it shares connections, credentials and budget.

        `client.with_options(deadline=20, retry=RetryPolicy(max_retries=0)).call(…)`
        """
        view = self.__copy__()
        view._options = self._options.merged(**changes)
        if ("base_url" in changes or "headers" in changes) and _exposed(
            view._options, self._platform, self._keys
        ):
            warnings.warn(_EXPOSED, UserWarning, stacklevel=2)
        return view

    def _step(self, name: str) -> Self:
        """Return a view for a further request of a method that sends several.

        The caller's idempotency key belongs to the first; the others have keys derived from it.
        """
        key = self._options.idempotency_key
        held = self._options.headers.get("idempotency-key")
        if held is not None:
            return self.with_options(headers={"idempotency-key": f"{held}-{name}"})
        return self if key is None else self.with_options(idempotency_key=f"{key}-{name}")

    def __copy__(self) -> Self:
        view = type(self).__new__(type(self))
        view.__dict__.update(self.__dict__)
        return view

    def __getstate__(self) -> dict[str, Any]:
        """Return the client's arguments for pickling; the copy opens its own connections.

        Credentials are pickled as their source, an environment variable or a function of a
        module. Raises ConfigurationError for a credential or an HTTP client given by value.
        """
        own = next((name for name in ("http_client", "verify") if _is_own(getattr(self._config, name))), None)
        if own is not None:
            raise ConfigurationError(
                f"a client with its own {own}= cannot be pickled: create it where it is used"
            )
        return {**self.__dict__, "_shared": [], "_loading": []}

    @property
    def options(self) -> Options:
        """The options of this client or view."""
        return self._options

    @property
    def closed(self) -> bool:
        """True after `close`."""
        return bool(self._shared) and self._shared[0].closed

    def close(self) -> None:
        """Close the connections; may be called twice. The caller's `http_client` stays open."""
        self._session.close()

    def __enter__(self) -> Self:
        if not self._shared:
            from veneer import _ahead

            _ahead.load(self._loading, self._make_session, type(self), self._options.deadline)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        held = ", ".join(f"{name}='***'" for name in self._keys)
        return f"{type(self).__name__}({self._options.base_url!r}{', ' + held if held else ''})"

    def _exchange(self, call: Call) -> Exchange:
        session = self._shared[0] if self._shared else self._loaded(call)
        return session.exchange(call, self._options)

    def _loaded(self, call: Call) -> Session:
        """Load the engine within the first call's deadline. Raises DeadlineExceededError."""
        from veneer import _io

        begun = time.monotonic()
        limit = self._options.deadline
        if not self._loading or self._loading[-1].failed:
            self._loading.append(_io.Loading(self._make_session))
        try:
            self._loading[-1].wait(limit)
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
    def _session(self) -> Session:
        if not self._shared:
            self._make_session()
        return self._shared[0]

    def _make_session(self) -> None:
        # Views share the list: the first one to make the session makes it for all.
        ours = self._config.http_client is None and self._config.verify is True
        if ours and self._options.base_url.startswith("https:"):
            from veneer._http import tls

            tls.begin(trust_env=self._config.trust_env)
        from veneer._sync.credentials import Credential
        from veneer._sync.session import Session

        # Those of further schemes are fixed: `refresh_token` renews only one.
        default = next(iter(self._platform.schemes), None)
        renewed = {default} if default in self._keys else set(self._keys)
        made = Session(
            self._platform,
            {
                name: Credential(key, self._refresh_token if name in renewed else None)
                for name, key in self._keys.items()
            },
            self._config,
        )
        for name, credential_ in made.credentials.items():
            key = self._keys[name]
            if is_flow(key):
                from veneer._sync.oauth import Tokens

                credential_.tokens = Tokens(key, made)
        self._shared.append(made)


def _limits(limits: SharedLimits | None, retry_budget: RetryBudget | None) -> SharedLimits | None:
    """Return limits as given. Raises ConfigurationError for what is none, and for two retry budgets."""
    if limits is None:
        return None
    from veneer._core.shared_limits import SharedLimits

    if not isinstance(limits, SharedLimits):
        raise ConfigurationError(f"limits takes a veneer.SharedLimits, not {type(limits).__name__}")
    if limits.retry_budget is not None and retry_budget is not None:
        raise ConfigurationError("a retry budget is given twice: leave retry_budget= out, limits= has one")
    return limits


def _is_own(value: object) -> bool:
    """Return whether an HTTP client or TLS settings are the caller's."""
    return value is not None and not isinstance(value, bool)


def _json_of(done: Exchange) -> Any:
    return done.parsed.payload


def _opened(content: Any, progress: Progress | None = None) -> AbstractContextManager[Any]:
    if content is None:
        return nullcontext()
    from veneer._core.transfer import opened

    return opened(content, progress)


def _style_of(operation: Operation) -> PageStyle:
    import veneer._core.page_styles as styles

    if operation.pagination is None:
        raise ConfigurationError(
            f"the contract does not say how {operation.id} is paged: pass pages=OffsetPages(…) or another style"
        )
    return styles.style_of(operation.pagination)


def _engine(name: str, http_client: object) -> str:
    if name not in {"auto", "default", "fast"}:
        raise ConfigurationError(f"no engine is called {name!r}; there are 'auto', 'default' and 'fast'")
    if http_client is not None and not (
        hasattr(http_client, "build_request") and hasattr(http_client, "send")
    ):
        given = type(http_client).__name__
        raise ConfigurationError(f"http_client takes a client of httpx, or one with its methods, not {given}")
    if name != "auto" and http_client is not None:
        raise ConfigurationError("http_client has its own engine; leave engine= out")
    if name == "fast":
        from veneer._http.http1 import llhttp_problem

        problem = llhttp_problem()
        if problem is not None:
            raise ConfigurationError(problem)
    return name


def _network(
    http_client: object, *, verify: object, cert: object, proxy: str | Proxy | None, trust_env: bool
) -> dict[str, Any]:
    """Check the options for connections, and read certificates."""
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
    """Return the server variables for operations with their own server; None if the caller chose the address."""
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


def _authenticated(platform: Platform, options: Options, http_client: HttpClient | None) -> bool:
    """Return whether the caller authenticates with a header or their own HTTP client."""
    headers = [scheme.header for scheme in platform.schemes.values()]
    if any(options.headers.get(name) is not None for name in headers):
        return True
    if http_client is None:
        return False
    from veneer._http._sync.external_client import ExternalClient

    return ExternalClient(http_client).authenticates(headers)


def _webhook_secrets(
    given: WebhookSecret | Sequence[WebhookSecret] | None, platform: Platform
) -> tuple[WebhookSecret, ...] | None:
    """Return the webhook secrets: the given ones, else the environment's."""
    if given is None and platform.env_webhook_secret:
        given = os.environ.get(platform.env_webhook_secret, "").strip() or None
    if given is None:
        return None
    from veneer._core.webhooks import secrets_of

    return secrets_of(given)


def _keys(
    platform: Platform, given: Key | None, key: Key | None, further: Mapping[str, Key] | None
) -> dict[str, Key]:
    """Return every credential by its scheme's name, fixed ones checked.

    `key` is the one `given`, else the environment's.
    """
    keys: dict[str, Key] = dict(further or {})
    unknown = sorted(set(keys) - set(platform.schemes))
    if unknown:
        raise ConfigurationError(
            f"no security scheme is called {unknown[0]!r}; there are {', '.join(platform.schemes)}"
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
    """Return the credentials, with that of the platform's OAuth 2 scheme.

    Raises ConfigurationError if the arguments set it twice, or there is no OAuth 2 scheme.
    """
    if auth is not None and not is_flow(auth):
        raise ConfigurationError(
            f"auth takes a veneer.OAuth2, not {type(auth).__name__}: pass a key as api_key="
        )
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
