"""The options of callers, as frozen values: for a client and all its views, and for each view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from veneer._core.checks import (
    check_bool,
    check_mapping,
    check_one_name,
    check_range,
    check_seconds,
    is_token,
)
from veneer._core.errors import ConfigurationError
from veneer._core.late import NamedTuple, Protocol, dataclass, field, field_names, pattern, replace
from veneer._core.redact import is_secret_name
from veneer._core.retry import RetryBudget, RetryPolicy
from veneer._core.urls import check_base_url

if TYPE_CHECKING:
    import os
    import ssl
    from collections.abc import Collection
    from concurrent.futures import Executor

    from veneer._core.heard import Heard
    from veneer._core.proxies import Proxy
    from veneer._core.shared_limits import SharedLimits
    from veneer._core.throttle import Concurrency, Rate

__all__ = [
    "MAX_PAGES",
    "ClientConfig",
    "DebugLogger",
    "MapOptions",
    "OptionChanges",
    "Options",
    "PageOptions",
    "Timeouts",
]

MAX_PAGES = 100_000
"""Most pages of one pagination, by default."""

_FORBIDDEN = pattern(r"[\x00-\x08\x0a-\x1f\x7f]")


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits of one attempt, in seconds; None waits forever.

    | field | bounds |
    |---|---|
    | connect | TCP and TLS handshake |
    | read | silence between two reads |
    | write | silence between two writes |
    | pool | waiting for a free connection |
    """

    connect: float | None = 5.0
    read: float | None = 60.0
    write: float | None = 60.0
    pool: float | None = 60.0

    def __post_init__(self) -> None:
        for name in ("connect", "read", "write", "pool"):
            check_seconds(f"the {name} timeout", getattr(self, name), "no limit")

    @classmethod
    def of(cls, value: Timeouts | float | None, option: str = "timeout") -> Timeouts:
        """Return a number as the same limit for everything, and a `Timeouts` unchanged."""
        if isinstance(value, Timeouts):
            return value
        check_seconds(option, value, "no limit", or_else="a veneer.Timeouts")
        return cls(value, value, value, value)


class DebugLogger(Protocol):
    """The interface of `debug_logger`: any `logging.Logger` has it."""

    def debug(self, msg: str, *args: Any) -> None: ...


class ClientConfig(NamedTuple):
    """The settings that a client and all its views share: connections, retry budget, hooks and loggers.

    Made once, from checked arguments: `verify` is TLS settings or True for the default ones,
    `proxy` a parsed address. Each is as in `veneer.AsyncClient`; hooks and `http_client` are
    sync or async, as the client is.
    """

    retry_budget: RetryBudget
    http_client: Any = None
    max_connections: int = 100
    engine: str = "auto"
    verify: bool | ssl.SSLContext = True
    proxy: Proxy | None = None
    trust_env: bool = True
    on_request: tuple[Callable[..., Any], ...] = ()
    on_response: tuple[Callable[..., Any], ...] = ()
    on_result: tuple[Callable[..., Any], ...] = ()
    on_violation: tuple[Callable[..., Any], ...] = ()
    on_deprecation: tuple[Callable[..., Any], ...] = ()
    debug_logger: DebugLogger | None = None
    limits: SharedLimits | None = None

    def __repr__(self) -> str:
        # The caller's objects may show secrets: a client its headers, a partial its arguments.
        shown = {"retry_budget", "max_connections", "engine", "proxy", "trust_env", "limits"}
        parts = [f"{name}={value!r}" for name, value in self._asdict().items() if name in shown]
        return f"ClientConfig({', '.join(parts)})"


class PageOptions(TypedDict, total=False):
    """Options of a pagination; each as in `paginate`."""

    concurrency: int
    prefetch: bool
    resume_from: Mapping[str, Any] | None
    max_pages: int | None
    max_items: int | None


class MapOptions(TypedDict, total=False):
    """Options of many calls; each as in `map`."""

    concurrency: Concurrency
    rate: Rate | float | None
    ordered: bool
    journal: str | os.PathLike[str] | None
    again: Collection[str]
    total: float | None
    abort_after: int | None
    executor: Executor | None


class OptionChanges(TypedDict, total=False):
    """The options of `with_options`; each as in `Options`. `timeout` and `timeouts` are the same option."""

    deadline: float | None
    timeout: Timeouts | float | None
    timeouts: Timeouts | float | None
    retry: RetryPolicy
    max_retries: int
    headers: Mapping[str, str | None]
    query: Mapping[str, Any]
    base_url: str
    idempotency_key: str | None
    max_response_bytes: int
    strict: bool
    heard: Heard | None


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """Settings of a client, or of a view of it.

    | field | meaning | unit |
    |---|---|---|
    | base_url | the API's address | absolute URL |
    | deadline | bound of a whole call: waiting, sending, every retry and the body; None: only the timeouts | s |
    | timeouts | bounds of one attempt | s |
    | retry | when a call is retried | |
    | headers, query | added to every request; a header set to None is never sent | |
    | idempotency_key | the key of the next call, instead of a generated one | |
    | max_response_bytes | longest body read into memory, after decompression | bytes |
    | strict | a response that breaks the contract is an error; else what fits is decoded and the rest kept as sent | |
    | servers | values of the contract's server variables, for operations with their own server; None: all go to the caller's `base_url` | |
    | heard | keeps the response of each attempt: status, headers, request id | |
    """

    base_url: str
    deadline: float | None = 600.0
    timeouts: Timeouts = field(default_factory=Timeouts)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    headers: Mapping[str, str | None] = field(default_factory=_empty)
    query: Mapping[str, Any] = field(default_factory=_empty)
    idempotency_key: str | None = None
    max_response_bytes: int = 64 * 1024 * 1024
    strict: bool = False
    servers: Mapping[str, str] | None = None
    heard: Heard | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", check_base_url(self.base_url))
        object.__setattr__(self, "headers", MappingProxyType(_checked(self.headers)))
        check_mapping("query", self.query)
        object.__setattr__(self, "query", MappingProxyType(dict(self.query)))
        check_seconds("deadline", self.deadline, "no deadline")
        if not isinstance(self.retry, RetryPolicy):
            raise ConfigurationError("retry must be a RetryPolicy, such as RetryPolicy(max_retries=0)")
        check_range(
            "max_response_bytes",
            self.max_response_bytes,
            "a number of bytes, 1 or more",
            good=lambda size: size > 0,
        )
        check_bool("strict", self.strict)
        if self.idempotency_key is not None:
            check_header("idempotency_key", self.idempotency_key)

    def merged(self, **changes: Unpack[OptionChanges]) -> Options:
        """Return these options with changes; headers and query are merged, everything else is replaced."""
        merged: dict[str, Any] = dict(changes)
        if "max_retries" in changes:
            merged["retry"] = replace(changes.get("retry", self.retry), max_retries=merged.pop("max_retries"))
        wrong = next((name for name in changes if name not in OptionChanges.__annotations__), None)
        if wrong is not None and wrong != "servers":
            from veneer._core.keywords import unexpected_keyword

            raise unexpected_keyword("with_options", wrong, OptionChanges.__annotations__)
        if "base_url" in changes:
            merged["servers"] = None
        if "timeout" in changes:
            check_one_name(changes, "timeout", "timeouts")
            merged["timeouts"] = Timeouts.of(merged.pop("timeout"))
        elif "timeouts" in changes:
            merged["timeouts"] = Timeouts.of(changes["timeouts"], "timeouts")
        if "headers" in changes:
            merged["headers"] = {**self.headers, **_checked(changes["headers"])}
        if "query" in changes:
            check_mapping("query", changes["query"])
            merged["query"] = {**self.query, **changes["query"]}
        return replace(self, **merged)

    def __reduce__(self) -> tuple[Any, ...]:
        secret = next((name for name, value in self.headers.items() if value and is_secret_name(name)), None)
        if secret is not None or self.heard is not None:
            what = "heard=" if secret is None else f"the header {secret!r}, which is a credential"
            raise ConfigurationError(
                f"options with {what} cannot be pickled: leave it out, and set it after unpickling"
            )
        held: dict[str, Any] = {name: getattr(self, name) for name in field_names(type(self))}
        plain = {
            name: dict(value) if isinstance(value, MappingProxyType) else value
            for name, value in held.items()
        }
        return _options_of, (plain,)

    def __repr__(self) -> str:
        # Values may be credentials, whatever their names.
        return (
            f"Options(base_url={self.base_url!r}, deadline={self.deadline!r}, timeouts={self.timeouts!r}, "
            f"retry={self.retry!r}, headers={sorted(self.headers)!r}, query={sorted(self.query)!r}, "
            f"max_response_bytes={self.max_response_bytes!r}, strict={self.strict!r})"
        )


def _options_of(held: dict[str, Any]) -> Options:
    return Options(**held)


def _checked(headers: Mapping[str, str | None]) -> dict[str, str | None]:
    check_mapping("headers", headers)
    return {
        name.lower(): None if value is None else check_header(name, value) for name, value in headers.items()
    }


def check_header(name: str, value: str) -> str:
    """Return a header value that HTTP allows (RFC 9110 §5.5, ISO 8859-1). Raises ConfigurationError, without the value in its text."""
    if not isinstance(name, str) or not isinstance(value, str):
        raise ConfigurationError("names and values of headers are text")
    if not is_token(name):
        raise ConfigurationError("a header name must be a token of ASCII letters, digits and -_.!#$%&'*+^`|~")
    if _FORBIDDEN.search(value):
        raise ConfigurationError(
            f"the value of header {name!r} has a control character or line break; HTTP forbids them"
        )
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise ConfigurationError(
            f"the value of header {name!r} has characters outside ISO 8859-1; encode them first"
        ) from None
    return value
