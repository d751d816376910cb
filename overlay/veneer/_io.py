"""The few names that differ between threads and tasks: `async_x` and `AsyncX` for tasks, `x` and `X` for threads."""

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
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast

from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError

if TYPE_CHECKING:
    import anyio
    import httpx

T = TypeVar("T")
X = TypeVar("X")

_NEVER = float("inf")
_ends: contextvars.ContextVar[float] = contextvars.ContextVar("veneer_ends", default=_NEVER)


class SlotTimeoutError(TimeoutError):
    """No free connection came up within the pool limit."""


class OutOfTimeError(TimeoutError):
    """The time of a `time_limit` is up; never raised for any other limit."""


async def async_sleep(seconds: float) -> None:
    """Wait, seconds."""
    if in_asyncio():  # and anyio may not be loaded, or there be no file descriptor to load it with
        import asyncio

        await asyncio.sleep(seconds)
        return
    import anyio

    await anyio.sleep(seconds)


def sleep(seconds: float) -> None:
    """Wait, seconds."""
    job = _job.get()
    if job is None:
        time.sleep(seconds)
    else:
        job.sleep(seconds)


class AsyncPause:
    """One wait that another task may end before its time."""

    def __init__(self) -> None:
        self._scope: anyio.CancelScope | None = None

    async def take(self, wait: Callable[[float], Awaitable[None]], seconds: float) -> None:
        """Wait, by the function given, unless `end` is called."""
        import anyio

        with anyio.CancelScope() as self._scope:
            await wait(seconds)

    def end(self) -> None:
        """End the wait, where it has begun."""
        if self._scope is not None:
            self._scope.cancel()


class Pause:
    """One wait that another thread may end before its time."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def take(self, wait: Callable[[float], None], seconds: float) -> None:
        """Wait, by the function given, unless `end` is called."""
        job = _job.get()
        if wait is not sleep:
            wait(seconds)
        elif job is None:
            self._over.wait(seconds)
        else:
            job.pause(self._over, seconds)

    def end(self) -> None:
        """End the wait, where it has begun."""
        self._over.set()


async def async_turn() -> None:
    """Let other tasks run, and a time limit end this one."""
    await async_sleep(0)


def turn() -> None:
    """Let a time limit end what runs. Raises OutOfTimeError."""
    check_time()


def async_own(body: Any) -> Any:
    """Return the body of ours that is in a stream of httpx's, which would not end it; else the stream."""
    ours = getattr(body, "_stream", None)  # a test watches the name
    return ours if isinstance(ours, AsyncBodyChunks) else body


def own(body: Any) -> Any:
    """Return the body of ours that is in a stream of httpx's, which would not end it; else the stream."""
    ours = getattr(body, "_stream", None)
    return ours if isinstance(ours, BodyChunks) else body


async def async_end(pieces: AsyncIterator[bytes]) -> None:
    """Finish an iterator that may not have come to its end."""
    close = getattr(pieces, "aclose", None)
    if close is not None:
        await close()


def end(pieces: Iterator[bytes]) -> None:
    """Finish an iterator that may not have come to its end."""
    close = getattr(pieces, "close", None)
    if close is not None:
        close()


class Loading:
    """Something that a first call loads, in a thread of its own, so that neither the call's deadline nor an event loop waits for it."""

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
        except BaseException as error:  # noqa: BLE001  # raised where it is waited for
            self._error = error
        with self._lock:
            self._ended.set()
        for tell in self._tell:
            with contextlib.suppress(RuntimeError):  # its loop has closed
                tell()

    @property
    def failed(self) -> bool:
        """True once loading has raised."""
        return self._error is not None

    def wait(self, seconds: float | None) -> None:
        """Wait for the end, seconds. Raises OutOfTimeError, or what loading raised."""
        if not self._ended.wait(bounded(seconds)):
            raise OutOfTimeError
        if self._error is not None:
            raise self._error

    async def async_wait(self, seconds: float | None) -> None:
        """Wait for the end, seconds. Raises OutOfTimeError, or what loading raised."""
        async with async_time_limit(seconds):
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
    """Cancel what runs inside when the time is up. Raises OutOfTimeError."""

    __slots__ = ("_limit", "_seconds")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds

    async def __aenter__(self) -> None:
        if self._seconds is not None:
            self._limit = _cancelling(self._seconds)
            await self._limit.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._seconds is not None:
            try:
                await self._limit.__aexit__(kind, error, trace)
            except TimeoutError as late:
                if late is error:
                    raise
                raise OutOfTimeError from None

    def end(self) -> None:
        """Nothing: a task's limit has ended when its block was left."""


def _cancelling(seconds: float) -> contextlib.AbstractAsyncContextManager[Any]:
    """Cancel a block and raise TimeoutError: by asyncio itself, which takes a third of anyio's steps, or by anyio."""
    if in_asyncio():
        import asyncio

        return asyncio.timeout(seconds)
    return _anyio_cancelling(seconds)


@contextlib.asynccontextmanager
async def _anyio_cancelling(seconds: float) -> AsyncIterator[None]:
    import anyio

    with anyio.fail_after(seconds):
        yield


def in_asyncio() -> bool:
    """Tell whether a task of asyncio's runs (trio may be the guest of a loop, and then has none there)."""
    import asyncio

    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False


class time_limit:  # noqa: N801  # as above
    """Let no socket operation inside wait beyond the time (a thread cannot be cancelled; its waits can be bounded). They raise OutOfTimeError."""

    __slots__ = ("_outer", "_seconds")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._outer: float | None = None

    def __enter__(self) -> None:
        if self._seconds is not None:
            self._outer = outer = _ends.get()
            _ends.set(min(outer, time.monotonic() + self._seconds))

    def __exit__(self, *_: object) -> None:
        if self._outer is not None:
            _ends.set(self._outer)
            self._outer = None

    def end(self) -> None:
        """End a limit that could not: the handler of a signal may raise as its block is left."""
        self.__exit__()


async def async_maybe_await(value: Awaitable[T] | T) -> T:
    """Await what a caller's function returned, if it can be awaited."""
    return cast("T", await value if inspect.isawaitable(value) else value)


def maybe_await(value: Awaitable[T] | T) -> T:
    """Take what a caller's function returned. Raises ConfigurationError for a coroutine: a sync client cannot await."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise ConfigurationError(
            "a sync client needs plain functions; use the async client for coroutine functions"
        )
    return value


class Raised(BaseException):
    """Carries what a caller's own code raised past everything that would judge, convert or swallow it.

    Not an `Exception`: engines turn those into their own. Whoever takes it out raises `error` by
    `reraise`.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class _Theirs:
    """Encloses a caller's own code (hooks, key functions, bodies): what it raises is carried on as Raised."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        # Cancellation and interrupts go their own way, and so does the end of a time limit of ours,
        # which in a thread reaches their code by the clients that it uses.
        if isinstance(error, OutOfTimeError):
            return
        if isinstance(error, DeadlineExceededError) and error.of_outer_call:
            check_time()
        if isinstance(error, Exception):
            raise Raised(error) from None


theirs = _Theirs()


async def async_ask(function: Callable[..., Awaitable[T] | T], *args: Any) -> T:
    """Call a caller's function, and await what it returns if it can be awaited. Raises Raised for what it raises."""
    with theirs:
        return await async_maybe_await(function(*args))


def ask(function: Callable[..., Awaitable[T] | T], *args: Any) -> T:
    """Call a caller's function. Raises Raised for what it raises."""
    with theirs:
        return maybe_await(function(*args))


async def async_tell(function: Callable[..., Awaitable[Any] | Any], *args: Any) -> None:
    """Call a caller's function outside of an attempt; what it raises comes out as it is."""
    try:
        await async_ask(function, *args)
    except Raised as raised:
        error = raised.error
    else:
        return
    reraise(error)


def tell(function: Callable[..., Any], *args: Any) -> None:
    """Call a caller's function outside of an attempt; what it raises comes out as it is."""
    try:
        ask(function, *args)
    except Raised as raised:
        error = raised.error
    else:
        return
    reraise(error)


def reraise(error: Exception) -> NoReturn:
    """Raise an exception of a caller's code once more as it was: its context too, which `raise` alone would replace."""
    context = error.__context__
    if isinstance(error, VeneerError):
        error.of_caller = True  # so that nobody further out takes it for one of this call
    try:
        raise error
    finally:
        error.__context__ = context


def async_check_engine(engine: object) -> None:
    """Refuse a sync HTTP client before it is used: it would block, and its answers cannot be awaited. Raises ConfigurationError."""
    if _manages("__enter__", engine) and not _manages("__aenter__", engine) and not _sends_async(engine):
        raise ConfigurationError("an async client needs an async http_client, such as httpx.AsyncClient()")


def check_engine(engine: object) -> None:
    """Refuse an async HTTP client before it is used. Raises ConfigurationError."""
    if _sends_async(engine) or (_manages("__aenter__", engine) and not _manages("__enter__", engine)):
        raise ConfigurationError("a sync client needs a sync http_client, such as httpx.Client()")


def _manages(name: str, engine: object) -> bool:
    """Clients are context managers of their own flavour, in whichever package."""
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
    """Seconds until the innermost `time_limit` ends, negative when it is over; None outside of one."""
    ends = _ends.get()
    return None if ends == _NEVER else ends - time.monotonic()


def bounded(timeout: float | None, waits: int = 1) -> float | None:
    """The time-out for the next of so many waits: `timeout`, or a share of what is left of the innermost `time_limit` where that is less. Raises OutOfTimeError where nothing is."""
    ends = _ends.get()
    if ends == _NEVER:
        return timeout
    left = (ends - time.monotonic()) / waits
    if left <= 0:
        raise OutOfTimeError
    return left if timeout is None or left < timeout else timeout


def check_time() -> None:
    """Raise OutOfTimeError where the time of the innermost `time_limit` is up: it is what ended a wait."""
    if _ends.get() <= time.monotonic():
        raise OutOfTimeError from None


class AsyncSlots:
    """A queue before the engine's pool, first come first served: callers wait here, where a cancelled waiter leaves nothing behind."""

    def __init__(self, count: int) -> None:
        self._count = self.free = count
        self._waiters: deque[anyio.Event] = deque()

    async def take(self, seconds: float | None) -> object:
        """Wait for a slot, and return it. Raises SlotTimeoutError."""
        if self.free:  # and nobody waits: whoever does is given the slot itself
            self.free -= 1
            return self
        import anyio

        mine = anyio.Event()
        self._waiters.append(mine)
        try:
            with anyio.move_on_after(seconds):
                await mine.wait()
                return self
            raise SlotTimeoutError
        except BaseException:
            if mine.is_set():  # the slot came too late
                self.give(self)
            else:
                self._waiters.remove(mine)
            raise

    def give(self, slot: object) -> None:
        """Free a slot; None is none."""
        if slot is None:
            return
        if self._waiters:
            self._waiters.popleft().set()
        else:
            self.free += 1

    @property
    def taken(self) -> int:
        """How many are taken."""
        return self._count - self.free


class Slots:
    """A queue before the engine's pool, first come first served as far as the system's locks are.

    A slot is an object, and one that is lost comes back by itself: a signal's handler may raise
    between any two steps of a thread, also between taking a slot and knowing it.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        # A queue, which CPython has in C (its semaphores are not), and which finalizers may put
        # into.
        self._free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        for _ in range(count):
            self._free.put(Slot(self))

    def take(self, seconds: float | None) -> object:
        """Wait for a slot, and return it.

        Raises SlotTimeoutError, or OutOfTimeError where the time limit comes first.
        """
        try:
            return self._free.get_nowait()
        except queue.Empty:
            pass
        job = _job.get()
        get = self._free.get if job is None else functools.partial(job.get, self._free)
        try:
            return get(timeout=bounded(seconds))
        except queue.Empty:
            check_time()
            raise SlotTimeoutError from None

    def give(self, slot: Any) -> None:
        """Free a slot; None is none."""
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
    """One of a `Slots`, held by whoever may use a connection."""

    __slots__ = ("_home",)

    def __init__(self, home: Slots) -> None:
        self._home = weakref.ref(home)

    def __del__(self) -> None:
        home = self._home()
        if home is not None:
            home.give(Slot(home))


def _running_loop() -> object:
    if in_asyncio():
        import asyncio

        return asyncio.get_running_loop()
    trio = sys.modules.get("trio")
    if trio is None:
        raise RuntimeError("no event loop runs here")
    return trio.lowlevel.current_trio_token()


class PerLoop(Generic[T]):
    """One value for each event loop (and process): sockets do not move between loops, nor through a fork."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._pid = os.getpid()
        self._values: weakref.WeakKeyDictionary[object, T] = weakref.WeakKeyDictionary()

    def get(self) -> T:
        """The running loop's value, made at the first need."""
        if self._pid != os.getpid():
            self._values = weakref.WeakKeyDictionary()
            self._pid = os.getpid()
        loop = _running_loop()
        found = self._values.get(loop)
        if found is None:
            found = self._values[loop] = self._make()
        return found

    def peek(self) -> T | None:
        """The running loop's value if there is one."""
        return self._values.get(_running_loop()) if self.made else None

    def drop(self) -> None:
        """Forget the running loop's value."""
        if self.made:
            self._values.pop(_running_loop(), None)

    @property
    def made(self) -> bool:
        """True while any loop of this process has a value."""
        return bool(self._values) and self._pid == os.getpid()


class PerProcess(Generic[T]):
    """One value for each process: sockets do not survive a fork."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._pid = 0
        self._value: T | None = None
        self._inherited: T | None = None
        self._lock = threading.Lock()

    def get(self) -> T:
        """The process's value, made at the first need."""
        found = self.peek()
        if found is not None:
            return found
        if self._pid not in {0, os.getpid()}:
            # Another thread of the parent may have held the lock at the fork.
            self._lock = threading.Lock()
            # The parent's sockets are the parent's: nothing here may close them in an orderly way, so they are kept as they are.
            self._inherited = self._value
        with self._lock:
            found = self.peek()
            if found is None:
                found = self._value = self._make()
                self._pid = os.getpid()
            return found

    def peek(self) -> T | None:
        """The process's value if there is one."""
        return self._value if self.made else None

    def drop(self) -> None:
        """Forget the value."""
        if self.made:
            self._value = None

    @property
    def made(self) -> bool:
        """True while there is a value of this process."""
        return self._value is not None and self._pid == os.getpid()


def async_abandon(_engines: object) -> None:
    """Nothing: what belongs to an event loop cannot be closed from a finalizer."""


def abandon(engines: PerProcess[Any]) -> None:
    """Close what a finalizer found open."""
    engine = engines.peek()
    if engine is not None:
        engine.close()


async def async_run(function: Callable[..., T], *args: Any) -> T:
    """Run a blocking function (disk, mostly) without stopping the event loop."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(functools.partial(function, *args))


async def async_read(file: Any, size: int) -> bytes:
    """Read from a file without stopping the event loop; a read that stalls (a pipe's, a network's) is left to itself when the call ends."""
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
    """A body in pieces of at most `size` bytes: a file from where it stands, or what an iterator gives. Each iteration begins anew."""

    def __init__(self, source: Any, size: int) -> None:
        self._source = source
        self._size = size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        source = self._source
        with theirs:  # nothing is thrown in at a yield
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
    """A body in pieces of at most `size` bytes: a file from where it stands, or what an iterator gives. Each iteration begins anew."""

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
                    check_time()  # an HTTP client of the caller's has a time-out for each piece, none for all
                    yield piece
            finally:
                end(pieces)


class _TheirFile:
    """A caller's file in a form: what reading it raises is the caller's."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> Any:
        with theirs:
            return self._file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def their_files(files: Any) -> list[tuple[str, Any]]:
    """Return the files of a form, as httpx takes them, so that reading errors are the caller's.

    One opened as text is left for httpx to refuse.
    """
    return [
        (name, (part[0], _guised(part[1]), *part[2:]) if isinstance(part, (tuple, list)) else _guised(part))
        for name, part in (files.items() if isinstance(files, Mapping) else files)
    ]


def _guised(part: Any) -> Any:
    return _TheirFile(part) if hasattr(part, "read") and not isinstance(part, io.TextIOBase) else part


class AsyncBackgroundCall(Generic[T]):
    """A call under way in a task of its own (asyncio)."""

    def __init__(self, function: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> None:
        if not in_asyncio():
            raise ConfigurationError("pages ahead need asyncio: leave concurrency= and prefetch= out")
        import asyncio

        self._task = asyncio.get_running_loop().create_task(function(*args))

    async def result(self) -> T:
        """Wait for the call's result; cancelling the wait cancels the call."""
        return await self._task

    async def cancel(self) -> None:
        """End the call and wait until it has let go of its connection."""
        import asyncio

        self.abandon()
        await asyncio.wait([self._task])

    def abandon(self) -> None:
        """End the call without waiting for its end."""
        loop = self._task.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._end)  # a finalizer may run in any thread

    def _end(self) -> None:
        # Its exception is read, so that nobody is told that it never was.
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._task.cancel()


class BackgroundCallCancelled(
    BaseException
):  # like asyncio.CancelledError, which it is to threads: not an error, and not to be caught as one
    """The call in this thread was cancelled."""


class BackgroundCall(Generic[T]):
    """A call under way in a thread of its own; cancelling it wakes its socket, so that no thread outlives its use."""

    def __init__(self, function: Callable[..., T], *args: Any) -> None:
        self._function = functools.partial(function, *args)
        self._cancelled = threading.Event()
        self._lock = threading.RLock()  # a finalizer may call `abandon` in this very thread
        self._stream: Any = None
        self._result: T | None = None
        self._error: BaseException | None = None
        context = contextvars.copy_context()
        context.run(_job.set, self)
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), daemon=True, name="veneer-page"
        )
        self._thread.start()

    def _run(self) -> None:
        time.sleep(0)  # lets the thread that began this one go on first: it has a page to give
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
        """End the call and wait until it has let go of its connection.

        Of all waits only those for a new connection, and for a caller's own HTTP client, cannot be woken: their threads end by their time-outs.
        """
        self.abandon()
        self._thread.join(_JOIN_SECONDS)

    def abandon(self) -> None:
        """End the call without waiting for its end."""
        with self._lock:
            self._cancelled.set()
            if self._stream is not None:
                _shut(self._stream)

    @contextlib.contextmanager
    def waiting(self, stream: Any) -> Iterator[None]:
        """Let `abandon` wake this thread from a wait for a network stream.

        Raises BackgroundCallCancelled where the call is not wanted any more.
        """
        with self._lock:
            if self._cancelled.is_set():
                raise BackgroundCallCancelled
            self._stream = stream
        try:
            yield
        finally:
            with self._lock:  # from here on the connection may be another call's
                self._stream = None

    def sleep(self, seconds: float) -> None:
        """Wait, unless cancelled. Raises BackgroundCallCancelled."""
        if self._cancelled.wait(seconds):
            raise BackgroundCallCancelled

    def pause(self, over: threading.Event, seconds: float) -> None:
        """Wait until the event is set, at most so long, unless cancelled. Raises BackgroundCallCancelled."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and not over.wait(min(left, _LOOK_UP_SECONDS)):
            if self._cancelled.is_set():
                raise BackgroundCallCancelled

    def get(self, free: queue.SimpleQueue[Slot], timeout: float | None) -> Slot:
        """Take from a queue, unless cancelled (which nothing but looking up can tell).

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


_job: contextvars.ContextVar[BackgroundCall[Any] | None] = contextvars.ContextVar(
    "veneer_background_call", default=None
)
_JOIN_SECONDS = 1.0
_LOOK_UP_SECONDS = 0.05


_nobody_waits = contextlib.nullcontext()


def waiting(stream: Any) -> contextlib.AbstractContextManager[None]:
    """Enclose a wait for a network stream, so that a `BackgroundCall` can be woken from it.

    None is a stream that is not there yet. Raises BackgroundCallCancelled.
    """
    job = _job.get()
    return _nobody_waits if job is None else job.waiting(stream)


def interruptible(stream: Any, wait: Callable[[X], T], argument: X) -> T:
    """Wait for a network stream by a function so that a `BackgroundCall` can be woken.

    Raises BackgroundCallCancelled, or what the function raises.
    """
    job = _job.get()
    if job is None:
        return wait(argument)
    with job.waiting(stream):
        return wait(argument)


def _shut(stream: Any) -> None:
    """End the connection below a network stream, so that a thread which waits for it wakes up (closing would not wake it)."""
    import socket

    with contextlib.suppress(OSError):
        # The plain socket's method also where TLS is on top: that one's own would pull the TLS state from under the reader.
        socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)


def async_interrupt(_response: httpx.Response) -> None:
    """Nothing: closing a response wakes the task that reads it."""


def interrupt(response: httpx.Response) -> None:
    """Wake a thread that reads a response, which is then only good for closing.

    Only where the connection is the response's alone: HTTP/2 shares it.
    """
    stream = response.extensions.get("network_stream")
    if stream is not None and response.http_version.startswith("HTTP/1"):
        _shut(stream)


_closing: set[Any] = set()


def async_close_later(response: httpx.Response) -> None:
    """Close, from a finalizer, a response that nobody reads any more (asyncio)."""
    import asyncio

    try:
        task = asyncio.get_running_loop().create_task(response.aclose())
    except RuntimeError:  # no loop runs here: its connections end with it
        return
    _closing.add(task)
    task.add_done_callback(_closing.discard)


def close_later(response: httpx.Response) -> None:
    """Close, from a finalizer, a response that nobody reads any more."""
    response.close()


def async_shield() -> contextlib.AbstractContextManager[Any]:
    """Let a clean-up finish although its task was cancelled."""
    anyio = sys.modules.get("anyio")
    if anyio is None:  # asyncio cancels once, and only anyio's scopes do so again at each wait
        return contextlib.nullcontext()
    shield: contextlib.AbstractContextManager[Any] = anyio.CancelScope(shield=True)
    return shield


def shield() -> contextlib.AbstractContextManager[Any]:
    """Nothing to do: threads are not cancelled."""
    return contextlib.nullcontext()
