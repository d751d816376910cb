"""The code that differs between threads and tasks: `async_x` and `AsyncX` for tasks, `x` and `X` for threads."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import inspect
import io
import os
import queue
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast

from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError

if TYPE_CHECKING:
    import asyncio

    import anyio
    import httpx

T = TypeVar("T")
X = TypeVar("X")

AsyncMethod = Callable[..., Awaitable[T]]
"""A client's function that returns an awaitable of this value."""
Method = Callable[..., T]
"""A client's function that returns this value."""
AsyncInputs = Iterable[T] | AsyncIterable[T]
Inputs = Iterable[T]
async_client_names = ("_async_client", "_client")
"""The attributes in which generated groups of methods may hold their client."""
client_names = ("_client",)
"""The attributes in which generated groups of methods may hold their client."""

# A wait for a thread costs an async transfer as much as moving half a MiB, and a turn of the loop
# as much as moving 32 KiB: tasks move more at once. From 128 KiB on, the kernel maps new memory for
# what a socket's `recv` returns.
async_body_bytes, body_bytes = 256 * 1024, 64 * 1024
async_file_bytes, file_bytes = 512 * 1024, 256 * 1024

_NEVER = float("inf")


class _Unlimited:
    """What bounds and tracks code outside all limits: nothing."""

    __slots__ = ()
    until = _NEVER
    sent = False

    def __setattr__(self, name: str, value: object) -> None:
        """Note nothing: no attempt is under way."""


_limit: contextvars.ContextVar[_Unlimited | time_limit | async_attempt_limit] = contextvars.ContextVar(
    "veneer_limit",
    default=_Unlimited(),  # noqa: B039  # it cannot change
)


class SlotTimeoutError(TimeoutError):
    """No connection became free within the pool limit."""


class OutOfTimeError(TimeoutError):
    """The time of a `time_limit` is up; not raised for other limits."""


async def async_sleep(seconds: float) -> None:
    """Wait for some seconds."""
    if in_asyncio():  # anyio may not be loaded, and there may be no file descriptor to load it
        import asyncio

        await asyncio.sleep(seconds)
        return
    import anyio

    await anyio.sleep(seconds)


def sleep(seconds: float) -> None:
    """Wait for some seconds."""
    job = background.get()
    if job is None:
        time.sleep(seconds)
    else:
        job.sleep(seconds)


class AsyncPause:
    """One wait that another task may end early."""

    def __init__(self) -> None:
        self._scope: anyio.CancelScope | None = None

    async def take(self, wait: Callable[[float], Awaitable[None]], seconds: float) -> None:
        """Wait with the given function, until `end` is called at the latest."""
        import anyio

        with anyio.CancelScope() as self._scope:
            await wait(seconds)

    def end(self) -> None:
        """End the wait, if it has begun."""
        if self._scope is not None:
            self._scope.cancel()


class Pause:
    """One wait that another thread may end early."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def take(self, wait: Callable[[float], None], seconds: float) -> None:
        """Wait with the given function, until `end` is called at the latest."""
        job = background.get()
        if wait is not sleep:
            wait(seconds)
        elif job is None:
            self._over.wait(seconds)
        else:
            job.pause(self._over, seconds)

    def end(self) -> None:
        """End the wait, if it has begun."""
        self._over.set()


async def async_turn() -> None:
    """Let other tasks run, or a time limit end this one."""
    await async_sleep(0)


def turn() -> None:
    """Raise OutOfTimeError if the time limit is up."""
    check_time()


def async_own(body: Any) -> Any:
    """Return our body inside an httpx stream, which would not close it; else the stream."""
    ours = getattr(body, "_stream", None)  # a test watches the name
    return ours if isinstance(ours, AsyncBodyChunks) else body


def own(body: Any) -> Any:
    """Return our body inside an httpx stream, which would not close it; else the stream."""
    ours = getattr(body, "_stream", None)
    return ours if isinstance(ours, BodyChunks) else body


async def async_end(pieces: AsyncIterator[bytes]) -> None:
    """Close an iterator that may not have finished."""
    close = getattr(pieces, "aclose", None)
    if close is not None:
        await close()


def end(pieces: Iterator[bytes]) -> None:
    """Close an iterator that may not have finished."""
    close = getattr(pieces, "close", None)
    if close is not None:
        close()


class Loading:
    """Loads something for a first call in a thread, so that it blocks neither deadline nor event loop."""

    def __init__(self, load: Callable[[], object]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._tell: list[Callable[[], object]] = []
        self._error: BaseException | None = None
        thread = threading.Thread(target=self._run, daemon=True, name="veneer-load")
        try:
            thread.start()
        except RuntimeError:  # the process is ending, or has no threads
            self._run()

    def _run(self) -> None:
        try:
            self._load()
        except BaseException as error:  # noqa: BLE001  # raised by `wait`
            self._error = error
        with self._lock:
            self._ended.set()
        for tell in self._tell:
            with contextlib.suppress(RuntimeError):  # its loop has closed
                tell()

    @property
    def failed(self) -> bool:
        """Whether loading has failed."""
        return self._error is not None

    def wait(self, seconds: float | None) -> None:
        """Wait until it is loaded. Raises OutOfTimeError after `seconds`, or what loading raised."""
        if not self._ended.wait(bounded(seconds)):
            raise OutOfTimeError
        if self._error is not None:
            raise self._error

    async def async_wait(self, seconds: float | None) -> None:
        """Wait until it is loaded. Raises OutOfTimeError after `seconds`, or what loading raised."""
        with async_time_limit(seconds):
            if in_asyncio():
                await self._told()
            else:
                import anyio.to_thread

                await anyio.to_thread.run_sync(self._ended.wait, **_abandoning())
        if self._error is not None:
            raise self._error

    async def _told(self) -> None:
        import asyncio

        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        with self._lock:
            if self._ended.is_set():
                return
            self._tell.append(functools.partial(loop.call_soon_threadsafe, ended.set))
        await ended.wait()


class async_time_limit:  # noqa: N801  # a context manager, called as a function is
    """Cancel the block when the time is up. Raises OutOfTimeError."""

    __slots__ = ("_cancelling", "_limits", "_scope", "_seconds", "_task", "_token", "ends", "loop")
    _is_attempt = False

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._task: asyncio.Task[Any] | None = None
        self.ends: float | None = None
        """The time of the loop when the block is cancelled; None once it was."""
        self.loop: asyncio.AbstractEventLoop | None = None
        """The loop that the block runs in, if it is known."""

    def __enter__(self) -> None:
        if self._is_attempt:
            self._token = _limit.set(cast("async_attempt_limit", self))
        if self._seconds is None:
            return
        loop = _loop_of_asyncio()
        limits = None if loop is None else _LoopLimits.of(loop)
        task = None if limits is None else limits.task(loop)
        if limits is None or task is None:
            import anyio

            self._scope = anyio.fail_after(self._seconds)
            self._scope.__enter__()
            return
        self._task, self.loop, self._limits = task, loop, limits
        self._cancelling = task.cancelling()
        self.ends = ends = limits.now() + self._seconds
        limits.opened.add(self)
        if ends < limits.rings_at:
            limits.ring_at(ends)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_attempt:
            _limit.reset(self._token)
        if self._seconds is None:
            return
        task = self._task
        if task is None:
            try:
                self._scope.__exit__(kind, error, trace)
            except TimeoutError as late:
                if late is error:
                    raise
                raise OutOfTimeError from None
            return
        self._limits.opened.discard(self)
        if self.ends is not None:
            return
        import asyncio

        # As asyncio.timeout does it: a task that was cancelled by others, too, stays cancelled.
        if task.uncancel() <= self._cancelling and isinstance(error, asyncio.CancelledError):
            raise OutOfTimeError from None

    def expire(self) -> None:
        """Cancel the block."""
        self.ends = None
        if self._task is not None:
            self._task.cancel()


class async_attempt_limit(async_time_limit):  # noqa: N801  # a context manager, called as a function is
    """The time limit of an attempt, which notes whether a byte of its request may have left.

    An attempt within an attempt (of a hook or key function) has its own.
    """

    __slots__ = ("sent",)
    _is_attempt = True

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._task = self.ends = self.loop = None
        self.sent = False

    @property
    def until(self) -> float:
        """The end of the limit of the thread that the loop runs in, by `time.monotonic`."""
        outer = self._token.old_value
        return _NEVER if outer is contextvars.Token.MISSING else cast("Any", outer).until

    def end(self) -> None:
        """Do nothing: a task's limit ends with its block."""


class _LoopLimits:
    """The open time limits of a loop, with one timer for all: nearly every one is closed unused.

    `opened` are cancelled when their time is up, unless they are discarded before. The timer
    rings at `rings_at`, by the loop's clock.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        import asyncio

        self.loop = loop
        self.task = asyncio.current_task
        own = type(loop).time is asyncio.BaseEventLoop.time and "time" not in vars(loop)
        self.now = time.monotonic if own else loop.time  # the same, without a call of Python
        self.opened: set[async_time_limit] = set()
        self.rings_at = _NEVER
        self._timer: asyncio.TimerHandle | None = None

    @staticmethod
    def of(loop: asyncio.AbstractEventLoop) -> _LoopLimits:
        """Return the limits of this thread's loop."""
        if _here.limits is None or _here.limits.loop is not loop:
            _here.limits = _LoopLimits(loop)
        return _here.limits

    def ring_at(self, ends: float) -> None:
        """Set the timer to another time."""
        if self._timer is not None:
            self._timer.cancel()
        self.rings_at, self._timer = ends, None
        if ends != _NEVER:
            self._timer = self.loop.call_at(ends, self._ring)

    def _ring(self) -> None:
        now = self.now()
        for limit in [one for one in self.opened if one.ends is not None and one.ends <= now]:
            self.opened.discard(limit)
            limit.expire()
        self.ring_at(min((one.ends for one in self.opened if one.ends is not None), default=_NEVER))


class _Here(threading.local):
    limits: _LoopLimits | None = None


_here = _Here()


def _loop_of_asyncio() -> asyncio.AbstractEventLoop | None:
    """Return the loop of asyncio that is running in this thread; None if there is none."""
    asyncio: Any = sys.modules.get("asyncio")
    try:
        loop: asyncio.AbstractEventLoop | None = asyncio._get_running_loop()  # noqa: SLF001  # public, for writers of loops
    except AttributeError:  # it is not loaded yet
        return None
    return loop


def _asyncio_task() -> asyncio.Task[Any] | None:
    """Return the task of asyncio that is running (trio as the guest of a loop has none)."""
    loop = _loop_of_asyncio()
    if loop is None:
        return None
    import asyncio

    return asyncio.current_task(loop)


def in_asyncio() -> bool:
    """Return whether an asyncio task is running."""
    return _asyncio_task() is not None


class time_limit:  # noqa: N801  # a context manager, called as a function is
    """Bound all socket waits inside; they raise OutOfTimeError. (A thread cannot be cancelled.)

    For an attempt, it also notes whether a byte of its request may have left, as `sent`.
    """

    __slots__ = ("_outer", "_seconds", "sent", "until")
    loop = None

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._outer: Any = None
        self.until = _NEVER
        self.sent = False

    def __enter__(self) -> None:
        self._outer = outer = _limit.get()
        until = outer.until
        if self._seconds is not None and (own := time.monotonic() + self._seconds) < until:
            until = own
        self.until = until
        _limit.set(self)

    def __exit__(self, *_: object) -> None:
        if self._outer is not None:
            _limit.set(self._outer)
            self._outer = None

    def end(self) -> None:
        """End a limit whose exit was interrupted: a signal handler may raise as its block is left."""
        self.__exit__()


attempt_limit = time_limit


def sending(timeout: float | None) -> float | None:
    """Return a timeout as `bounded` does, and note as `mark_sent` does that the request may reach the server."""
    limit = _limit.get()
    ends = limit.until
    if ends != _NEVER:
        left = ends - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        if timeout is None or left < timeout:
            timeout = left
    limit.sent = True
    return timeout


def mark_sent() -> None:
    """Note that from now on this attempt's request may reach the server."""
    _limit.get().sent = True


def is_sent() -> bool:
    """Return whether this attempt's request may have reached the server."""
    return _limit.get().sent


def in_attempt() -> bool:
    """Return whether an attempt of ours is under way here."""
    return not isinstance(_limit.get(), _Unlimited)


async def async_maybe_await(value: Awaitable[T] | T) -> T:
    """Return the result of the caller's function, awaited if it is awaitable."""
    return cast("T", await value if inspect.isawaitable(value) else value)


def maybe_await(value: Awaitable[T] | T) -> T:
    """Return the result of the caller's function. Raises ConfigurationError for a coroutine."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise ConfigurationError(
            "a sync client needs plain functions; use the async client for coroutine functions"
        )
    return value


class Raised(BaseException):
    """Carries an exception of the caller's code past everything that would convert or swallow it.

    Not an `Exception`: engines convert those. Its receiver raises `error` with
    `reraise`.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class _Theirs:
    """Encloses the caller's code (hooks, key functions, bodies): its exceptions are carried as Raised."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        # Cancellation and interrupts pass unchanged, and so does the end of our time limit,
        # which in a thread reaches the caller's code through the clients that it uses.
        if isinstance(error, OutOfTimeError):
            return
        if isinstance(error, DeadlineExceededError) and error.of_outer_call:
            check_time()
        if isinstance(error, Exception):
            raise Raised(error) from None


theirs = _Theirs()


async def async_ask(function: Callable[..., Awaitable[T] | T], *args: Any) -> T:
    """Call the caller's function, and await its result if it is awaitable. Its exceptions become Raised."""
    with theirs:
        return await async_maybe_await(function(*args))


def ask(function: Callable[..., Awaitable[T] | T], *args: Any) -> T:
    """Call the caller's function. Its exceptions become Raised."""
    with theirs:
        return maybe_await(function(*args))


async def async_tell(function: Callable[..., Awaitable[Any] | Any], *args: Any) -> None:
    """Call the caller's function outside an attempt; its exceptions pass unchanged."""
    try:
        await async_ask(function, *args)
    except Raised as raised:
        error = raised.error
    else:
        return
    reraise(error)


def tell(function: Callable[..., Any], *args: Any) -> None:
    """Call the caller's function outside an attempt; its exceptions pass unchanged."""
    try:
        ask(function, *args)
    except Raised as raised:
        error = raised.error
    else:
        return
    reraise(error)


def reraise(error: Exception) -> NoReturn:
    """Raise an exception of the caller's code again with its own context, which `raise` would replace."""
    context = error.__context__
    if isinstance(error, VeneerError):
        error.of_caller = True  # so that outer code does not take it for this call's
    try:
        raise error
    finally:
        error.__context__ = context


def async_check_engine(engine: object) -> None:
    """Raise ConfigurationError for a sync HTTP client: it would block the event loop."""
    if _manages("__enter__", engine) and not _manages("__aenter__", engine) and not _sends_async(engine):
        raise ConfigurationError("an async client needs an async http_client, such as httpx.AsyncClient()")


def check_engine(engine: object) -> None:
    """Raise ConfigurationError for an async HTTP client."""
    if _sends_async(engine) or (_manages("__aenter__", engine) and not _manages("__enter__", engine)):
        raise ConfigurationError("a sync client needs a sync http_client, such as httpx.Client()")


def _manages(name: str, engine: object) -> bool:
    """Return whether a client has this context manager method, as sync or async clients do."""
    return hasattr(type(engine), name)


def _sends_async(engine: object) -> bool:
    return inspect.iscoroutinefunction(getattr(engine, "send", None))


class AsyncLock:
    """One holder at a time in each event loop."""

    def __init__(self) -> None:
        self._locks: PerLoop[anyio.Lock] = PerLoop(_new_lock)

    async def __aenter__(self) -> None:
        await self._locks.get().acquire()

    async def __aexit__(self, *_: object) -> None:
        self._locks.get().release()


def _new_lock() -> anyio.Lock:
    import anyio

    return anyio.Lock()


class Lock:
    """One holder at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        left = time_left()
        if not self._lock.acquire(timeout=-1 if left is None else max(0.0, left)):
            raise OutOfTimeError

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def time_left() -> float | None:
    """Return the seconds until the innermost `time_limit` ends, negative after it; None without one."""
    ends = _limit.get().until
    return None if ends == _NEVER else ends - time.monotonic()


def bounded(timeout: float | None, waits: int = 1) -> float | None:
    """Return the timeout of the next of `waits` waits: at most its share of the time left. Raises OutOfTimeError."""
    ends = _limit.get().until
    if ends == _NEVER:
        return timeout
    left = (ends - time.monotonic()) / waits
    if left <= 0:
        raise OutOfTimeError
    return left if timeout is None or left < timeout else timeout


def check_time() -> None:
    """Raise OutOfTimeError if the time of the innermost `time_limit` is up: it ended a wait."""
    if _limit.get().until <= time.monotonic():
        raise OutOfTimeError from None


class AsyncSlots:
    """A first-come queue for the engine's pool; a cancelled waiter leaves nothing behind."""

    def __init__(self, count: int) -> None:
        self._count = self.free = count
        self._waiters: deque[Any] = deque()

    def take_free(self) -> object:
        """Return a slot if one is free, else None."""
        if not self.free:  # if one is, nobody waits: a waiter gets the slot directly
            return None
        self.free -= 1
        return self

    async def take(self, seconds: float | None) -> object:
        """Wait for a slot, and return it. Raises SlotTimeoutError."""
        if self.take_free() is not None:
            return self
        task = _asyncio_task()
        mine: Any = _AnyioFuture() if task is None else task.get_loop().create_future()
        self._waiters.append(mine)
        try:
            with async_time_limit(seconds):
                await mine
        except BaseException as error:
            if mine.done() and not mine.cancelled():  # the slot came too late
                self.give(self)
            elif mine in self._waiters:
                self._waiters.remove(mine)
            if isinstance(error, OutOfTimeError):
                raise SlotTimeoutError from None
            raise
        return self

    def give(self, slot: object) -> None:
        """Free a slot; None does nothing."""
        if slot is None:
            return
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():  # its task was cancelled, and has not run since
                waiter.set_result(None)
                return
        self.free += 1

    @property
    def taken(self) -> int:
        """How many are taken."""
        return self._count - self.free


class _AnyioFuture:
    """What is used of `asyncio.Future`, under trio."""

    def __init__(self) -> None:
        import anyio

        self._event = anyio.Event()
        self.done = self._event.is_set

    def __await__(self) -> Generator[Any, Any, None]:
        return self._event.wait().__await__()

    def set_result(self, _: None) -> None:
        self._event.set()

    def cancelled(self) -> bool:
        return False


class Slots:
    """A queue for the engine's pool, first come first served as far as the system's locks are.

    A slot is an object, and a lost one returns by itself: a signal handler may raise
    between any two steps of a thread, even between taking a slot and storing it.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        # CPython has this queue in C (unlike its semaphores), and finalizers may put
        # into.
        self._free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        for _ in range(count):
            self._free.put(Slot(self))

    def take_free(self) -> object:
        """Return a slot if one is free, else None."""
        try:
            return self._free.get_nowait()
        except queue.Empty:
            return None

    def take(self, seconds: float | None) -> object:
        """Wait for a slot, and return it.

        Raises SlotTimeoutError, or OutOfTimeError if the time limit comes first.
        """
        job = background.get()
        get = self._free.get if job is None else functools.partial(job.get, self._free)
        try:
            return get(timeout=bounded(seconds))
        except queue.Empty:
            check_time()
            raise SlotTimeoutError from None

    def give(self, slot: Any) -> None:
        """Free a slot; None does nothing."""
        if slot is not None:
            self._free.put(slot)

    @property
    def free(self) -> int:
        """How many are free."""
        return self._free.qsize()

    @property
    def taken(self) -> int:
        """How many are taken."""
        return self._count - self._free.qsize()


class Slot:
    """One of a `Slots`, held by the user of a connection."""

    __slots__ = ("_home",)

    def __init__(self, home: Slots) -> None:
        self._home = weakref.ref(home)

    def __del__(self) -> None:
        home = self._home()
        if home is not None:
            home.give(Slot(home))


def _running_loop() -> object:
    task = _asyncio_task()
    if task is not None:
        return task.get_loop()
    trio = sys.modules.get("trio")
    if trio is None:
        raise RuntimeError("no event loop runs here")
    return trio.lowlevel.current_trio_token()


_process = os.getpid()  # asked once for a process: it is a system call


def _note_fork() -> None:
    global _process  # noqa: PLW0603  # a fork changes it
    _process = os.getpid()


if hasattr(os, "register_at_fork"):  # Windows has no forks
    os.register_at_fork(after_in_child=_note_fork)


class PerLoop(Generic[T]):
    """One value for each event loop and process: sockets cannot move between loops or through a fork."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._pid = _process
        self._values: weakref.WeakKeyDictionary[object, T] = weakref.WeakKeyDictionary()
        self._last: tuple[Callable[[], object], T] | None = None

    def get(self, loop: object = None) -> T:
        """Return the running loop's value, created on first use; `loop` is that loop, if the caller knows it."""
        last = self._last
        if loop is not None and last is not None and last[0]() is loop and self._pid == _process:
            return last[1]
        if self._pid != _process:
            self._values = weakref.WeakKeyDictionary()
            self._pid = _process
        loop = _running_loop()
        found = self._values.get(loop)
        if found is None:
            found = self._values[loop] = self._make()
        self._last = weakref.ref(loop), found
        return found

    def peek(self) -> T | None:
        """Return the running loop's value, or None."""
        return self._values.get(_running_loop()) if self.made else None

    def drop(self) -> None:
        """Drop the running loop's value."""
        self._last = None
        if self.made:
            self._values.pop(_running_loop(), None)

    @property
    def made(self) -> bool:
        """Whether any loop of this process has a value."""
        return bool(self._values) and self._pid == _process


class PerProcess(Generic[T]):
    """One value for each process: sockets do not survive a fork."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._pid = 0
        self._value: T | None = None
        self._inherited: T | None = None
        self._lock = threading.Lock()

    def get(self, _loop: object = None) -> T:
        """Return the process's value, created on first use."""
        found = self._value
        if found is not None and self._pid == _process:
            return found
        if self._pid not in {0, _process}:
            # Another thread of the parent may have held the lock at the fork.
            self._lock = threading.Lock()
            # The sockets belong to the parent: a clean close here would end its connections, so they are kept.
            self._inherited = self._value
        with self._lock:
            found = self.peek()
            if found is None:
                found = self._value = self._make()
                self._pid = _process
            return found

    def peek(self) -> T | None:
        """Return the process's value, or None."""
        return self._value if self.made else None

    def drop(self) -> None:
        """Drop the value."""
        if self.made:
            self._value = None

    @property
    def made(self) -> bool:
        """Whether this process has a value."""
        return self._value is not None and self._pid == _process


def async_abandon(_engines: object) -> None:
    """Do nothing: a finalizer cannot close what belongs to an event loop."""


def abandon(engines: PerProcess[Any]) -> None:
    """Close the connections that a finalizer found open."""
    engine = engines.peek()
    if engine is not None:
        engine.close()


async def async_run(function: Callable[..., T], *args: Any) -> T:
    """Run a blocking function (mostly for disks) without blocking the event loop."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(functools.partial(function, *args))


async def async_read(file: Any, size: int) -> bytes:
    """Read a file without blocking the event loop; a stalled read (of a pipe) is abandoned with the call."""
    import anyio.to_thread

    read = functools.partial(file.read, size)
    return cast("bytes", await anyio.to_thread.run_sync(read, **_abandoning()))


@functools.cache
def _abandoning() -> dict[str, Any]:
    import anyio.to_thread

    known = inspect.signature(anyio.to_thread.run_sync).parameters
    return {"abandon_on_cancel" if "abandon_on_cancel" in known else "cancellable": True}  # anyio 4.1


def run(function: Callable[..., T], *args: Any) -> T:
    """Run a blocking function."""
    return function(*args)


class AsyncBodyChunks:
    """A body in pieces of at most `size` bytes, from a file or iterator. Each iteration starts over."""

    def __init__(self, source: Any, size: int) -> None:
        self._source = source
        self._size = size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        source = self._source
        with theirs:  # no exception is thrown in at a yield
            if hasattr(source, "read"):
                while piece := await async_read(source, self._size):
                    yield piece
            elif hasattr(source, "__aiter__"):
                pieces = aiter(source)
                try:
                    async for piece in pieces:
                        yield piece
                finally:
                    await async_end(pieces)
            else:
                for piece in source:
                    yield piece


class BodyChunks:
    """A body in pieces of at most `size` bytes, from a file or iterator. Each iteration starts over."""

    def __init__(self, source: Any, size: int) -> None:
        if not hasattr(source, "read") and not hasattr(source, "__iter__"):
            raise ConfigurationError("a sync client cannot send an async iterator; use the async client")
        self._source = source
        self._size = size

    def __iter__(self) -> Iterator[bytes]:
        source = self._source
        with theirs:  # as in AsyncBodyChunks
            if hasattr(source, "read"):
                while piece := source.read(self._size):
                    check_time()
                    yield piece
                return
            pieces = iter(source)
            try:
                for piece in pieces:
                    check_time()  # the caller's HTTP client has a timeout for each piece, not for all
                    yield piece
            finally:
                end(pieces)


class _TheirFile:
    """The caller's file in a form: its reading errors are the caller's."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> Any:
        with theirs:
            return self._file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def their_files(files: Any) -> list[tuple[str, Any]]:
    """Return the files of a form for httpx, with reading errors marked as the caller's.

    httpx refuses a file in text mode.
    """
    return [
        (name, (part[0], _guised(part[1]), *part[2:]) if isinstance(part, (tuple, list)) else _guised(part))
        for name, part in (files.items() if isinstance(files, Mapping) else files)
    ]


def _guised(part: Any) -> Any:
    return _TheirFile(part) if hasattr(part, "read") and not isinstance(part, io.TextIOBase) else part


def async_check_executor(executor: object) -> None:
    """Raise ConfigurationError for any executor: tasks cannot leave their loop."""
    raise ConfigurationError(
        f"executor= is for the sync client, whose calls {type(executor).__name__} can carry out; tasks run in their loop"
    )


def check_executor(executor: object) -> None:
    """Do nothing: threads may wait for an executor."""


class AsyncCallGroup(Generic[T]):
    """Calls running in their own tasks, which add results to be taken out (asyncio)."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: list[asyncio.Future[tuple[Any, Any]]] = []  # what tasks without a call wait for
        self.results: deque[T] = deque()
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._woken = False

    def begin(self) -> None:
        """Take the running event loop. Raises ConfigurationError without asyncio."""
        if self._loop is None:
            if not in_asyncio():
                raise ConfigurationError("concurrent calls need asyncio")
            import asyncio

            self._loop = asyncio.get_running_loop()

    def start(self, function: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> None:
        """Start a call, in a task that has none any more where there is one; after `begin`."""
        while self._idle:
            waiter = self._idle.pop()
            if not waiter.done():  # its task may have been cancelled
                waiter.set_result((function, args))
                return
        if self._loop is not None:
            task = self._loop.create_task(self._work(self._loop, function, args))
            self._tasks.add(task)
            task.add_done_callback(self._end)

    async def _work(self, loop: asyncio.AbstractEventLoop, function: Any, args: Any) -> None:
        while True:
            await function(*args)
            self._idle.append(loop.create_future())
            function, args = await self._idle[-1]

    def add(self, result: T) -> None:
        """Add a result."""
        self.results.append(result)
        if not self._woken:
            self.wake()

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = _cancelled() if task.cancelled() else task.exception()
        if error is not None:
            self._error = error
            self.wake()

    def wake(self) -> None:
        """End the wait, or the next one."""
        self._woken = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self, seconds: float | None) -> None:
        """Wait for a result or for `wake`, for at most `seconds`."""
        if not self._woken and self._loop is not None:
            self._waiter = waiter = self._loop.create_future()
            timer = None if seconds is None else self._loop.call_later(seconds, _wake, waiter)
            try:
                await waiter
            finally:
                self._waiter = None
                if timer is not None:
                    timer.cancel()
        self._woken = False

    def check(self) -> None:
        """Raise what a call raised that has no result."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    async def aclose(self) -> None:
        """Cancel all calls, and wait until they have released their connections."""
        import asyncio

        tasks = set(self._tasks)
        self.abandon()
        if tasks:
            await asyncio.wait(tasks)
        self._error = None

    def abandon(self) -> None:
        """Cancel all calls without waiting for them."""
        for task in tuple(self._tasks):
            loop = task.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(task.cancel)  # a finalizer may run in any thread


def _cancelled() -> BaseException:
    import asyncio

    return asyncio.CancelledError()


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


class CallGroup(Generic[T]):
    """Calls running in reused threads, which add results to be taken out."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[_PooledCall | None] = queue.SimpleQueue()
        self._news: queue.SimpleQueue[_PooledCall | None] = (
            queue.SimpleQueue()
        )  # those that end; None to wake
        self.results: deque[T] = deque()
        self._error: BaseException | None = None
        self._calls: set[_PooledCall] = set()
        self._threads = 0

    def begin(self) -> None:
        """Do nothing: threads start as they are needed."""

    def start(self, function: Callable[..., None], *args: Any) -> None:
        """Start a call."""
        call = _PooledCall(function, *args)
        self._calls.add(call)
        if len(self._calls) > self._threads:
            self._threads += 1
            threading.Thread(
                target=_work, args=(self._work, self._news), daemon=True, name="veneer-map"
            ).start()
        self._work.put(call)

    def add(self, result: T) -> None:
        """Add a result."""
        self.results.append(result)
        self._news.put(None)

    def wake(self) -> None:
        """End the wait, or the next one."""
        self._news.put(None)

    def wait(self, seconds: float | None) -> None:
        """Wait for a result or for `wake`, for at most `seconds`."""
        with contextlib.suppress(queue.Empty):
            call = self._news.get(timeout=seconds)
            while True:
                if call is not None:
                    self._end(call)
                call = self._news.get_nowait()

    def _end(self, call: _PooledCall) -> None:
        self._calls.discard(call)
        self._error = self._error or call.error

    def check(self) -> None:
        """Raise what a call raised that has no result."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def close(self) -> None:
        """Cancel all calls, and wait until they have released their connections."""
        self.abandon()
        with contextlib.suppress(queue.Empty):  # one that cannot be woken ends by its timeouts
            while self._calls:
                call = self._news.get(timeout=_JOIN_SECONDS)
                if call is not None:
                    self._end(call)
        self._error = None

    def abandon(self) -> None:
        """Cancel all calls without waiting for them."""
        for call in tuple(self._calls):
            call.abandon()
        for _ in range(self._threads):
            self._work.put(None)
        self._threads = 0


def _work(work: queue.SimpleQueue[_PooledCall | None], news: queue.SimpleQueue[_PooledCall | None]) -> None:
    while (call := work.get()) is not None:
        call.run()
        news.put(call)
        del call


class _NotYet:
    """The next input has not come yet."""


NOT_YET = _NotYet()


class ReadyInputs(Generic[T]):
    """Inputs that are read where the results are iterated."""

    is_slow = False

    def __init__(self, inputs: Iterable[T], *, may_wait: bool = False) -> None:
        self._iterator = iter(inputs)
        self._is_stopped = False
        self.may_wait = may_wait

    def take(self, _room: int) -> T | _NotYet:
        """Return the next input. Raises StopIteration after the last, and what reading it raises."""
        one = next(self._iterator)
        if self._is_stopped:  # also while it was read
            raise StopIteration
        return one

    def stop(self) -> None:
        """Have none come after those that were read. A signal handler may call it."""
        self._is_stopped = True
        self._iterator = iter(())

    def abandon(self) -> None:
        """Do nothing: nothing is read ahead."""

    close = abandon

    async def aclose(self) -> None:
        """Do nothing: nothing is read ahead."""


class _SlowInputs(Generic[T]):
    """Inputs that are read elsewhere, no further than there is room, and wake a group as they come."""

    is_slow = True
    may_wait = False

    def __init__(self, group: AsyncCallGroup[Any] | CallGroup[Any]) -> None:
        self._group = group
        self._read: deque[T] = deque()
        self._allowed = self._count = self._taken = 0  # inputs that may be read, were read, were taken
        self._is_over = self._is_stopped = False
        self._error: BaseException | None = None

    def take(self, room: int) -> T | _NotYet:
        """Return the next input, `NOT_YET` where it has not come; so many may be read from now on.

        Raises StopIteration after the last, and what reading it raised.
        """
        is_over = self._is_over or self._is_stopped  # first: the last input may come meanwhile
        if self._read:
            self._taken += 1
            return self._read.popleft()
        if is_over:
            error, self._error = self._error, None
            raise StopIteration if error is None else error
        self._allowed = self._taken + room
        self._go_on()
        return NOT_YET

    def stop(self) -> None:
        """Have none come after those that were read. A signal handler may call it."""
        self._is_stopped = True

    def _go_on(self) -> None:
        raise NotImplementedError

    def _add(self, one: T) -> None:
        self._count += 1
        self._read.append(one)
        self._group.wake()

    def _end(self, error: BaseException | None) -> None:
        self._error, self._is_over = error, True
        self._group.wake()


class AsyncSlowInputs(_SlowInputs[T]):
    """Inputs of an async iterable, which a task reads (asyncio)."""

    def __init__(self, inputs: AsyncIterable[T], group: AsyncCallGroup[Any]) -> None:
        super().__init__(group)
        self._inputs = inputs
        self._task: asyncio.Task[None] | None = None
        self._waiter: asyncio.Future[None] | None = None

    def _go_on(self) -> None:
        if self._task is None:
            import asyncio

            self._task = asyncio.get_running_loop().create_task(self._run())
        elif self._waiter is not None:
            _wake(self._waiter)

    async def _run(self) -> None:
        import asyncio

        try:
            async for one in self._inputs:
                if self._is_stopped:
                    break
                self._add(one)
                while self._count >= self._allowed:
                    self._waiter = asyncio.get_running_loop().create_future()
                    await self._waiter
        except BaseException as error:  # noqa: BLE001  # raised where the results are iterated
            self._end(error)
        else:
            self._end(None)

    def abandon(self) -> None:
        """Read no further; do not wait for the end of the reading."""
        if self._task is not None and not self._task.get_loop().is_closed():
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)  # a finalizer may run in any thread

    async def aclose(self) -> None:
        """Read no further, and wait until what reads has noticed."""
        if self._task is not None and not self._task.done():
            import asyncio

            self._task.cancel()
            await asyncio.wait([self._task], timeout=_JOIN_SECONDS)


class ReadInThread(Generic[T]):
    """Inputs of a map that may be read in a thread of their own."""

    def __init__(self, inputs: Iterable[T]) -> None:
        self.inputs = inputs

    def __iter__(self) -> Iterator[T]:
        return iter(self.inputs)


class SlowInputs(_SlowInputs[T]):
    """Inputs that a thread reads: one that has to be waited for holds up no result."""

    def __init__(self, inputs: Iterable[T], group: CallGroup[Any]) -> None:
        super().__init__(group)
        self._inputs: Iterable[T] | None = inputs
        self._has_begun = False
        self._more = threading.Semaphore(0)

    def _go_on(self) -> None:
        if self._has_begun:
            self._more.release()
            return
        self._has_begun = True
        run = functools.partial(contextvars.copy_context().run, self._run)
        threading.Thread(target=run, daemon=True, name="veneer-inputs").start()

    def _run(self) -> None:
        inputs, self._inputs = self._inputs or (), None
        try:
            for one in inputs:
                if self._is_stopped:
                    break
                self._add(one)
                while self._count >= self._allowed and not self._is_stopped:
                    self._more.acquire()
        except BaseException as error:  # noqa: BLE001  # raised where the results are iterated
            self._end(error)
        else:
            self._end(None)

    def abandon(self) -> None:
        """Read no further, without waiting: a thread that waits for an input ends when that comes."""
        self._is_stopped = True
        self._more.release()

    close = abandon


def async_inputs(inputs: Any, group: AsyncCallGroup[Any]) -> ReadyInputs[Any] | AsyncSlowInputs[Any]:
    """Return what reads the inputs of a map."""
    return ReadyInputs(inputs) if isinstance(inputs, Iterable) else AsyncSlowInputs(inputs, group)


def inputs(inputs: Any, group: CallGroup[Any]) -> ReadyInputs[Any] | SlowInputs[Any]:
    """Return what reads the inputs of a map: the thread that iterates the results, unless they say otherwise.

    A database's rows often belong to the thread that asked for them.
    """
    if isinstance(inputs, ReadInThread):
        return SlowInputs(inputs.inputs, group)
    return ReadyInputs(inputs, may_wait=not isinstance(inputs, Collection))


def async_check_inputs(inputs: object) -> None:
    """Raise ConfigurationError for what cannot be iterated."""
    if not isinstance(inputs, (Iterable, AsyncIterable)):
        raise ConfigurationError(_NO_INPUTS.format(type(inputs).__name__))


def check_inputs(inputs: object) -> None:
    """Raise ConfigurationError for what cannot be iterated without an event loop."""
    if not isinstance(inputs, Iterable):
        asks = ": AsyncClient takes an async iterable" if isinstance(inputs, AsyncIterable) else ""
        raise ConfigurationError(_NO_INPUTS.format(type(inputs).__name__) + asks)


_NO_INPUTS = "inputs are given as a list or another iterable, not as {}"


class AsyncBackgroundCall(Generic[T]):
    """A call running in its own task (asyncio)."""

    def __init__(self, function: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> None:
        if not in_asyncio():
            raise ConfigurationError(
                "requesting pages ahead needs asyncio: leave concurrency= and prefetch= out"
            )
        import asyncio

        self._task = asyncio.get_running_loop().create_task(function(*args))

    async def result(self) -> T:
        """Wait for the call's result; cancelling the wait cancels the call."""
        return await self._task

    async def cancel(self) -> None:
        """Cancel the call and wait until it has released its connection."""
        import asyncio

        self.abandon()
        await asyncio.wait([self._task])

    def abandon(self) -> None:
        """Cancel the call without waiting for it."""
        loop = self._task.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._end)  # a finalizer may run in any thread

    def _end(self) -> None:
        # Its exception is read, so that asyncio does not report it as never retrieved.
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._task.cancel()


class BackgroundCallCancelled(
    BaseException
):  # like asyncio.CancelledError, but for threads: not an error, and not to be caught as one
    """The call in this thread was cancelled."""


class BackgroundCall(Generic[T]):
    """A call running in its own thread; cancelling it wakes its socket, so that no thread lingers."""

    def __init__(self, function: Callable[..., T], *args: Any) -> None:
        self._function = functools.partial(function, *args)
        self._cancelled = threading.Event()
        self._lock = threading.RLock()  # a finalizer may call `abandon` in this very thread
        self._stream: Any = None
        self._result: T | None = None
        self._error: BaseException | None = None
        self._context = contextvars.copy_context()
        self._context.run(background.set, self)
        self._begin()

    def _begin(self) -> None:
        self._thread = threading.Thread(
            target=self._context.run, args=(self._run,), daemon=True, name="veneer-page"
        )
        self._thread.start()

    def _run(self) -> None:
        time.sleep(0)  # lets the starting thread run first: it has a page to return
        self._call()

    def _call(self) -> None:
        try:
            self._result = self._function()
        except BaseException as error:  # noqa: BLE001  # raised by result() in the waiting thread
            self._error = error

    def result(self) -> T:
        """Wait for the call's result."""
        self._thread.join()
        return self.outcome()

    def outcome(self) -> T:
        """Return the result of a finished call. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return cast("T", self._result)

    def cancel(self) -> None:
        """Cancel the call and wait until it has released its connection.

        Only waits for a new connection and for the caller's HTTP client cannot be woken: their
        threads end by their timeouts.
        """
        self.abandon()
        self._thread.join(_JOIN_SECONDS)

    def abandon(self) -> None:
        """Cancel the call without waiting for it."""
        with self._lock:
            self._cancelled.set()
            if self._stream is not None:
                _shut(self._stream)

    @contextlib.contextmanager
    def waiting(self, stream: Any) -> Iterator[None]:
        """Return a context in which `abandon` can wake this thread from a wait for a network stream.

        Raises BackgroundCallCancelled if the call was cancelled.
        """
        with self._lock:
            if self._cancelled.is_set():
                raise BackgroundCallCancelled
            self._stream = stream
        try:
            yield
        finally:
            with self._lock:  # from now on the connection may serve another call
                self._stream = None

    def sleep(self, seconds: float) -> None:
        """Wait for some seconds. Raises BackgroundCallCancelled when cancelled."""
        if self._cancelled.wait(seconds):
            raise BackgroundCallCancelled

    def pause(self, over: threading.Event, seconds: float) -> None:
        """Wait until the event is set, for at most `seconds`. Raises BackgroundCallCancelled when cancelled."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and not over.wait(min(left, _LOOK_UP_SECONDS)):
            if self._cancelled.is_set():
                raise BackgroundCallCancelled

    def get(self, free: queue.SimpleQueue[Slot], timeout: float | None) -> Slot:
        """Take from a queue, checking for cancellation from time to time.

        Raises queue.Empty, or BackgroundCallCancelled.
        """
        ends = _NEVER if timeout is None else time.monotonic() + timeout
        while not self._cancelled.is_set():
            left = ends - time.monotonic()
            try:
                return free.get(timeout=max(0.0, min(left, _LOOK_UP_SECONDS)))
            except queue.Empty:
                if left <= 0:
                    raise
        raise BackgroundCallCancelled


class _PooledCall(BackgroundCall[None]):
    """A call that a thread of `CallGroup` runs."""

    @property
    def error(self) -> BaseException | None:
        """What it raised."""
        return self._error

    def _begin(self) -> None:
        pass  # a thread takes it

    def run(self) -> None:
        """Run it in this thread, unless it was cancelled before."""
        if not self._cancelled.is_set():
            self._context.run(self._call)
        else:
            self._error = BackgroundCallCancelled()


background: contextvars.ContextVar[BackgroundCall[Any] | None] = contextvars.ContextVar(
    "veneer_background_call", default=None
)
_JOIN_SECONDS = 1.0
_LOOK_UP_SECONDS = 0.05


_nobody_waits = contextlib.nullcontext()


def waiting(stream: Any) -> contextlib.AbstractContextManager[None]:
    """Return a context for a wait from which a `BackgroundCall` can be woken.

    A stream of None does not exist yet. Raises BackgroundCallCancelled.
    """
    job = background.get()
    return _nobody_waits if job is None else job.waiting(stream)


def interruptible(stream: Any, wait: Callable[[X], T], argument: X) -> T:
    """Wait for a network stream with a function so that a `BackgroundCall` can be woken.

    Raises BackgroundCallCancelled, or what the function raises.
    """
    job = background.get()
    if job is None:
        return wait(argument)
    with job.waiting(stream):
        return wait(argument)


def _shut(stream: Any) -> None:
    """Shut down the connection below a network stream: that wakes a waiting thread, unlike closing."""
    import socket

    with contextlib.suppress(OSError):
        # The plain socket's method even with TLS: an SSLSocket's own would remove the TLS state under the reader.
        socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)


def async_interrupt(_response: httpx.Response) -> None:
    """Do nothing: closing a response wakes the task that reads it."""


def interrupt(response: httpx.Response) -> None:
    """Wake a thread that reads a response, which can then only be closed.

    Only if the response does not share its connection, as in HTTP/2.
    """
    stream = response.extensions.get("network_stream")
    if stream is not None and response.http_version.startswith("HTTP/1"):
        _shut(stream)


_closing: set[Any] = set()


def async_close_later(response: httpx.Response) -> None:
    """Close a response from a finalizer (asyncio)."""
    import asyncio

    try:
        task = asyncio.get_running_loop().create_task(response.aclose())
    except RuntimeError:  # no running loop: its connections end with it
        return
    _closing.add(task)
    task.add_done_callback(_closing.discard)


def close_later(response: httpx.Response) -> None:
    """Close a response from a finalizer."""
    response.close()


def async_shield() -> contextlib.AbstractContextManager[Any]:
    """Return a context in which a clean-up can finish although its task was cancelled."""
    anyio = sys.modules.get("anyio")
    if anyio is None:  # asyncio cancels once; only anyio's scopes cancel again at each wait
        return contextlib.nullcontext()
    shield: contextlib.AbstractContextManager[Any] = anyio.CancelScope(shield=True)
    return shield


def shield() -> contextlib.AbstractContextManager[Any]:
    """Return an empty context: threads are not cancelled."""
    return contextlib.nullcontext()
