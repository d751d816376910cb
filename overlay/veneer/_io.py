"""The few names that differ between threads and tasks: `async_x` and `AsyncX` for tasks, `x` and `X` for threads."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import inspect
import os
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    import anyio
    import httpcore

T = TypeVar("T")

_NEVER = float("inf")
_SLICE = 64 * 1024
_ends: contextvars.ContextVar[float] = contextvars.ContextVar("veneer_ends", default=_NEVER)


class SlotTimeoutError(TimeoutError):
    """No free connection came up within the pool limit."""


async def async_sleep(seconds: float) -> None:
    """Wait, seconds."""
    import anyio

    await anyio.sleep(seconds)


def sleep(seconds: float) -> None:
    """Wait, seconds."""
    job = _job.get()
    if job is None:
        time.sleep(seconds)
    else:
        job.sleep(seconds)


@contextlib.asynccontextmanager
async def async_time_limit(seconds: float | None) -> AsyncIterator[None]:
    """Cancel what runs inside when the time is up. Raises TimeoutError."""
    if seconds is None:
        yield
        return
    import anyio

    with anyio.fail_after(seconds):
        yield


@contextlib.contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Let no socket operation inside wait beyond the time (a thread cannot be cancelled; its waits can be bounded)."""
    if seconds is None:
        yield
        return
    token = _ends.set(min(_ends.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ends.reset(token)


async def async_settle(value: Awaitable[T] | T) -> T:
    """Await what a caller's function returned, if it can be awaited."""
    return await value if inspect.isawaitable(value) else value


def settle(value: Awaitable[T] | T) -> T:
    """Take what a caller's function returned. Raises TypeError for a coroutine: a sync client cannot await."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise TypeError("a sync client needs plain functions; use the async client for coroutine functions")
    return value


class AsyncLock:
    """One holder at a time, made at the first use (so that it belongs to the running event loop)."""

    def __init__(self) -> None:
        self._lock: anyio.Lock | None = None

    async def __aenter__(self) -> None:
        if self._lock is None:
            import anyio

            self._lock = anyio.Lock()
        await self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.release()


class Lock:
    """One holder at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class AsyncSlots:
    """A queue before the engine's pool: callers wait here, where a cancelled waiter leaves nothing behind."""

    def __init__(self, count: int) -> None:
        import anyio

        self._free = anyio.Semaphore(count, fast_acquire=True)

    async def take(self, seconds: float | None) -> None:
        """Wait for a slot. Raises SlotTimeoutError."""
        try:
            self._free.acquire_nowait()
        except (
            Exception
        ) as error:  # anyio.WouldBlock; named below, so that anyio is not imported before the first wait
            import anyio

            if not isinstance(error, anyio.WouldBlock):
                raise
            with anyio.move_on_after(seconds) as scope:
                await self._free.acquire()
                return
            if scope.cancelled_caught:
                raise SlotTimeoutError from None

    def give(self) -> None:
        """Free a slot."""
        self._free.release()


class Slots:
    """A queue before the engine's pool, first come first served as far as the operating system's locks are."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)

    def take(self, seconds: float | None) -> None:
        """Wait for a slot. Raises SlotTimeoutError."""
        left = _ends.get() - time.monotonic()
        wait = min(left, _NEVER if seconds is None else seconds)
        if not self._free.acquire(timeout=None if wait == _NEVER else max(0.0, wait)):
            raise SlotTimeoutError

    def give(self) -> None:
        """Free a slot."""
        self._free.release()


class AsyncLocal(Generic[T]):
    """One value for each event loop (and process): sockets do not move between loops, nor through a fork."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._pid = 0
        self._value: Any = None

    def get(self) -> T:
        """The running loop's value, made at the first need."""
        found = self.peek()
        if found is None:
            if self._value is None or self._pid != os.getpid():
                from anyio.lowlevel import RunVar

                self._value = RunVar("veneer_engine", None)
                self._pid = os.getpid()
            found = self._make()
            self._value.set(found)
        return found

    def peek(self) -> T | None:
        """The running loop's value if there is one."""
        if self._value is None or self._pid != os.getpid():
            return None
        return cast("T | None", self._value.get())

    def drop(self) -> None:
        """Forget the running loop's value."""
        if self.peek() is not None:
            self._value.set(None)

    @property
    def made(self) -> bool:
        """True once any loop had a value."""
        return self._value is not None


class Local(Generic[T]):
    """One value for each process: sockets do not survive a fork."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._pid = 0
        self._value: T | None = None
        self._lock = threading.Lock()

    def get(self) -> T:
        """The process's value, made at the first need."""
        found = self.peek()
        if found is not None:
            return found
        if self._pid != os.getpid():
            # Another thread of the parent may have held the lock at the fork.
            self._lock = threading.Lock()
        with self._lock:
            found = self.peek()
            if found is None:
                found = self._value = self._make()
                self._pid = os.getpid()
            return found

    def peek(self) -> T | None:
        """The process's value if there is one."""
        return self._value if self._pid == os.getpid() else None

    def drop(self) -> None:
        """Forget the value."""
        self._value = None

    @property
    def made(self) -> bool:
        """True while there is a value."""
        return self._value is not None


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The process's TLS settings (certificates verified), made at the first HTTPS client and shared: each costs tens of milliseconds."""
    import httpx

    return httpx.create_ssl_context()


@functools.cache
def no_tls_context() -> ssl.SSLContext:
    """Settings for pools that only speak plain HTTP: no certificate is loaded, so no handshake could succeed."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def bound_by_time_limit(pool: Any) -> None:
    """Make a sync connection pool's sockets heed `time_limit`.

    The engine reads its time-outs once for a body and gives each read the whole of it, so a body that dribbles outlives any limit; its network backend is
    the documented place to bound each single wait.
    """
    pool._network_backend = _bounded_backend()  # noqa: SLF001  # httpx passes on no backend of its own; a test watches the name


def async_bound_by_time_limit(pool: Any) -> None:
    """Nothing to do: tasks can be cancelled."""


def _left(timeout: float | None) -> float | None:
    left = _ends.get() - time.monotonic()
    if left == _NEVER:
        return timeout
    # A socket takes 0 for "do not wait at all", which is another error: wait a millisecond instead.
    return max(0.001, left if timeout is None else min(left, timeout))


@functools.cache
def _bounded_backend() -> httpcore.NetworkBackend:
    import httpcore

    class Stream(httpcore.NetworkStream):
        def __init__(self, inner: httpcore.NetworkStream) -> None:
            self._inner = inner

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            _watch(self._inner)
            return self._inner.read(max_bytes, _left(timeout))

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            # In slices: the engine gives each partial send the whole time-out again.
            _watch(self._inner)
            for start in range(0, len(buffer), _SLICE):
                self._inner.write(buffer[start : start + _SLICE], _left(timeout))

        def close(self) -> None:
            self._inner.close()

        def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,
        ) -> httpcore.NetworkStream:
            return Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

        def get_extra_info(self, info: str) -> Any:
            return self._inner.get_extra_info(info)

    class Backend(httpcore.SyncBackend):
        def connect_tcp(
            self, host: str, port: int, timeout: float | None = None, *args: Any, **kw: Any
        ) -> Any:
            _watch(None)
            return Stream(super().connect_tcp(host, port, _left(timeout), *args, **kw))

        def connect_unix_socket(self, path: str, timeout: float | None = None, *args: Any, **kw: Any) -> Any:
            return Stream(super().connect_unix_socket(path, _left(timeout), *args, **kw))

    return cast("httpcore.NetworkBackend", Backend())


async def async_run(function: Callable[..., T], *args: Any) -> T:
    """Run a blocking function (disk, mostly) without stopping the event loop."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(functools.partial(function, *args))


def run(function: Callable[..., T], *args: Any) -> T:
    """Run a blocking function."""
    return function(*args)


async def async_pieces(source: Any, size: int) -> AsyncIterator[bytes]:
    """Read a file in pieces of `size` bytes, or pass on what an iterator gives."""
    if hasattr(source, "read"):
        while piece := await async_run(source.read, size):
            yield piece
    elif hasattr(source, "__aiter__"):
        async for piece in source:
            yield piece
    else:
        for piece in source:
            yield piece


def pieces(source: Any, size: int) -> Iterator[bytes]:
    """Read a file in pieces of `size` bytes, or pass on what an iterator gives."""
    if hasattr(source, "read"):
        while piece := source.read(size):
            yield piece
    elif hasattr(source, "__aiter__"):
        raise TypeError("a sync client cannot read an async iterator; use the async client")
    else:
        yield from source


class AsyncJob(Generic[T]):
    """A call under way in a task of its own (asyncio)."""

    def __init__(self, function: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> None:
        import asyncio

        self._task = asyncio.get_running_loop().create_task(function(*args))

    async def result(self) -> T:
        """Wait for the call's result; cancelling the wait cancels the call."""
        return await self._task

    async def cancel(self) -> None:
        """End the call and wait until it has let go of its connection."""
        import asyncio

        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.exception()  # read, so that nobody is told that it was never retrieved

    def abandon(self) -> None:
        """End the call without waiting for its end."""
        if not self._task.get_loop().is_closed():
            self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
            self._task.cancel()


class JobCancelled(BaseException):  # like asyncio.CancelledError, which it is to threads: not an error, and not to be caught as one
    """The call in this thread was cancelled."""


class Job(Generic[T]):
    """A call under way in a thread of its own; cancelling it wakes its socket, so that no thread outlives its use."""

    def __init__(self, function: Callable[..., T], *args: Any) -> None:
        self._function = functools.partial(function, *args)
        self._cancelled = threading.Event()
        self._socket: Any = None
        self._result: T | None = None
        self._error: BaseException | None = None
        context = contextvars.copy_context()
        context.run(_job.set, self)
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), daemon=True, name="veneer-page"
        )
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._function()
        except BaseException as error:  # noqa: BLE001  # raised again by result(), in the thread that asks
            self._error = error

    def result(self) -> T:
        """Wait for the call's result."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return cast("T", self._result)

    def cancel(self) -> None:
        """End the call and wait until it has let go of its connection."""
        self.abandon()
        self._thread.join()

    def abandon(self) -> None:
        """End the call without waiting for its end."""
        import socket

        self._cancelled.set()
        waiting = self._socket
        if waiting is not None:
            with contextlib.suppress(OSError):
                waiting.shutdown(socket.SHUT_RDWR)

    def watch(self, stream: Any) -> None:
        """Remember where this thread is about to wait. Raises JobCancelled when it is not wanted any more."""
        self._socket = stream.get_extra_info("socket") if stream is not None else None
        if self._cancelled.is_set():
            raise JobCancelled

    def sleep(self, seconds: float) -> None:
        """Wait, unless cancelled. Raises JobCancelled."""
        if self._cancelled.wait(seconds):
            raise JobCancelled


_job: contextvars.ContextVar[Job[Any] | None] = contextvars.ContextVar("veneer_job", default=None)


def _watch(stream: Any) -> None:
    job = _job.get()
    if job is not None:
        job.watch(stream)
