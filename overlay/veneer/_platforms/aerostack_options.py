"""Aerostack's ways to set retries, time-outs and headers, in milliseconds as documented, read into the library's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from veneer._core.errors import ConfigurationError
from veneer._core.options import OptionChanges
from veneer._core.retry import RetryPolicy
from veneer._core.urls import check_base_url

__all__ = ["OPTIONS", "BackoffStrategy", "CallOptions", "Retries", "RetryConfig", "changes", "policy"]

_UNTIL_TIME_IS_UP = 1_000_000


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

    `retry_connection_errors` repeats where no answer came as well. What must not be repeated is not, whatever stands here: see `veneer.RetryPolicy`.
    """

    strategy: str
    backoff: BackoffStrategy
    retry_connection_errors: bool


Retries = RetryConfig | RetryPolicy | None
"""When to repeat a call; None leaves it to the client."""


class CallOptions(TypedDict, total=False):
    """What every operation takes.

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


OPTIONS = tuple(CallOptions.__annotations__)
"""The names of these options, for what checks keywords."""


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


def changes(retries: Retries, options: CallOptions) -> OptionChanges:
    """What these options change for a call. Raises TypeError for one that there is not."""
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
    return changed
