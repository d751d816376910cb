"""Limits that processes share: a rate, a retry budget and where they are kept, as a value."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from veneer._core.errors import ConfigurationError
from veneer._core.redact import Secret
from veneer._core.retry import RetryBudget
from veneer._core.throttle import Rate, check_rate

__all__ = ["SharedLimits", "SharedLimitsWarning", "Source", "place"]

VARIABLE: Final = "VENEER_LIMITS_URL"

Source = Secret | str | Callable[[], str]
"""Where the address of a store comes from."""


class SharedLimitsWarning(UserWarning):
    """Says that the store of shared limits is away: each process keeps to a share of its own meanwhile."""


class SharedLimits:
    """A rate, a retry budget or both that all clients of a name share, whatever process or machine they are in.

        limits = veneer.SharedLimits("redis://limits.internal", name="velerian", rate=500)
        client = VelerianClient(limits=limits)

    | argument | meaning |
    |---|---|
    | url | where Redis is, `redis://`, `rediss://` or `unix://`, or a function that returns it; default: the environment variable `VENEER_LIMITS_URL` |
    | name | what the limits are of, such as the API: those of one name are one |
    | rate | calls a second at most, every attempt counted, or a `Rate` without a cost |
    | retry_budget | bounds the retries of all of them together; how full it is, is kept in the store |

    Each attempt waits for its turn before it leaves, which counts into the call's deadline. Turns
    are spread evenly, a fiftieth slower than the rate. While the store cannot be reached, each
    process takes an equal part of the rate, by the number of those that were there, and a budget of
    its own; a SharedLimitsWarning and the log say it once. It is tried again after a second, then
    more and more seldom; no wait for it is longer than a quarter of a second.

    Pickled by its settings. A URL with a password goes by reference to its source: the environment
    variable, or a function of a module. Raises ConfigurationError for what cannot work, such as a
    missing extra `fleet`.
    """

    def __init__(
        self,
        url: str | Callable[[], str] | None = None,
        *,
        name: str,
        rate: Rate | float | None = None,
        retry_budget: RetryBudget | None = None,
    ) -> None:
        if importlib.util.find_spec("redis") is None:
            raise ConfigurationError("SharedLimits needs redis: pip install 'veneer[fleet]'")
        if not isinstance(name, str) or not name:
            raise ConfigurationError("SharedLimits(name=) takes a text such as the API's name")
        self._url = _source(url)
        self._name = name
        self._rate = check_rate(rate)
        if self._rate is not None and self._rate.cost is not None:
            raise ConfigurationError(
                "SharedLimits(rate=) counts calls: leave cost= out, or give that rate to map"
            )
        if retry_budget is not None and not isinstance(retry_budget, RetryBudget):
            raise ConfigurationError(
                f"SharedLimits(retry_budget=) takes a RetryBudget, not {type(retry_budget).__name__}"
            )
        if self._rate is None and retry_budget is None:
            raise ConfigurationError("SharedLimits takes rate=, retry_budget= or both")
        self._retry_budget = retry_budget

    @property
    def name(self) -> str:
        """What the limits are of."""
        return self._name

    @property
    def rate(self) -> Rate | None:
        """The rate that is shared, None for none."""
        return self._rate

    @property
    def retry_budget(self) -> RetryBudget | None:
        """The settings of the budget that is shared, None for none."""
        return self._retry_budget

    @property
    def source(self) -> Source:
        """Where the store's address comes from."""
        return self._url

    def __copy__(self) -> SharedLimits:
        made = SharedLimits.__new__(SharedLimits)
        made.__dict__.update(self.__dict__)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _limits, (self._url, self._name, self._rate, self._retry_budget)

    def __repr__(self) -> str:
        parts = (f"name={self._name!r}", f"rate={self._rate!r}", f"retry_budget={self._retry_budget!r}")
        return f"{type(self).__name__}({', '.join(parts)})"


def _limits(url: Source, name: str, rate: Rate | None, budget: RetryBudget | None) -> SharedLimits:
    given = None if isinstance(url, Secret) else url  # a secret comes from the environment, here as there
    return SharedLimits(given, name=name, rate=rate, retry_budget=budget)


def _source(url: str | Callable[[], str] | None) -> Source:
    """Return where the store's address comes from, as a secret where it has one in it."""
    if url is None:
        found = os.environ.get(VARIABLE, "").strip()
        if not found:
            raise ConfigurationError(
                f"SharedLimits does not know where Redis is: give its URL, or set {VARIABLE}"
            )
        place(found)
        return Secret(found, VARIABLE)
    if isinstance(url, str):
        place(url)
        return Secret(url) if "@" in url or "password" in url else url
    if not callable(url):
        raise ConfigurationError(
            f"SharedLimits takes a URL or a function that returns one, not {type(url).__name__}"
        )
    return url


def place(url: Any) -> str:
    """Return a store's address without anything secret. Raises ConfigurationError for what is no address of one."""
    if isinstance(url, str):
        try:
            parts = urlsplit(url)
            if parts.scheme == "unix" or (parts.scheme in {"redis", "rediss"} and parts.hostname):
                port = f":{parts.port}" if parts.port else ""
                return f"{parts.scheme}://{parts.hostname or ''}{port}"
        except ValueError:
            pass
    raise ConfigurationError(
        "the store of shared limits is a redis://, rediss:// or unix:// URL; what was given is none"
    )
