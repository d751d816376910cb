"""Carry out the calls of a map in an executor: other threads, processes or machines.

What goes there is the client and the operation, pickled once; each worker process keeps the client
that it unpickled, and its connections. What comes back is the value or the error, with every attempt.
"""

from __future__ import annotations

import functools
import pickle
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from veneer._core.attempts import Attempt
from veneer._core.call import Bound
from veneer._core.errors import ConfigurationError
from veneer._core.heard import Heard
from veneer._core.mapping import Keyed

__all__ = ["binding"]

Bind = Callable[[Any], Callable[..., Any]]


class _Probed(BaseException):
    """A request would leave now; carries whether it may be repeated."""

    def __init__(self, *, safe: bool) -> None:
        super().__init__()
        self.safe = safe


class _Probe(Heard):
    """Ends a call before its first request leaves."""

    def sending(self, *, safe: bool) -> None:
        raise _Probed(safe=safe)


def binding(executor: Executor, called: tuple[Any, Any, Callable[..., Any]], bind: Bind) -> Bind:
    """Return what makes a lane's function that calls in the executor; `bind` makes one that calls here.

    `called` is what goes there: the client, the operation, and the function that binds one to the other.

    Raises ConfigurationError for an executor that is none, and for what cannot be pickled.
    """
    if not hasattr(executor, "submit"):
        raise ConfigurationError(
            f"executor takes a concurrent.futures.Executor, not {type(executor).__name__}"
        )
    if isinstance(executor, ThreadPoolExecutor):
        return functools.partial(_in_threads, executor, bind)
    client, operation, bound = called
    named = operation if callable(operation) else Bound(operation, (), {})
    try:
        payload = pickle.dumps((client, named, bound))
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"the client or the operation cannot be sent to an executor: {error}"
        ) from None
    probe = bind(_Probe())

    def of_lane(lane: Any) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                probe(*args, **kwargs)
            except _Probed as probed:
                lane.sending(safe=probed.safe)
            except Exception:  # noqa: BLE001, S110  # it is raised there as well, and is the result
                pass
            done = executor.submit(_carry_out, payload, args, kwargs, lane.new_key()).result()
            lane.learn(done[1])
            return done[0]

        return call

    return of_lane


def _in_threads(executor: Executor, bind: Bind, lane: Any) -> Callable[..., Any]:
    function = bind(lane)
    return lambda *args, **kwargs: executor.submit(function, *args, **kwargs).result()


def _carry_out(
    payload: bytes, args: tuple[Any, ...], kwargs: Mapping[str, Any], key: str | None
) -> tuple[Any, tuple[Attempt, ...]]:
    """Call the operation in a worker; return its value and attempts. Raises its error."""
    with _unpickling:  # threads of a worker share one client
        client, operation, bound = _unpickled(payload)
    heard = Keyed(key)
    value = bound(client, operation)[1](heard)(*args, **kwargs)
    return value, heard.attempts


_unpickling = threading.Lock()


@functools.lru_cache(maxsize=8)
def _unpickled(payload: bytes) -> tuple[Any, Any, Callable[..., Any]]:
    found: tuple[Any, Any, Callable[..., Any]] = pickle.loads(payload)  # noqa: S301  # made by `binding`, and sent by the caller's own executor
    return found
