"""Run one operation over many inputs: several at once, within its rate, nothing lost or sent twice."""

from __future__ import annotations

import copy
import inspect
import math
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from veneer import _io
from veneer._core.attempts import Attempt, Outcome
from veneer._core.call import operation_of
from veneer._core.checks import check_range, check_seconds
from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError
from veneer._core.heard import Heard
from veneer._core.mapping import Keyed, MapProgress, MapResult, arguments
from veneer._core.retry import rate_limit
from veneer._core.throttle import Concurrency, Rate, Start, Throttle, check_rate

if TYPE_CHECKING:
    import os
    from concurrent.futures import Executor

    import httpx

    from veneer._async.session import AsyncSession
    from veneer._async.turns import AsyncSharedTurns
    from veneer._journal import Planned, Writer

__all__ = ["AsyncLane", "AsyncMap", "start_map"]

I = TypeVar("I")  # noqa: E741  # input
T = TypeVar("T")

# How long a call that is to be repeated waits, seconds, before it looks again for room; and how
# long nothing is done at most, before it is seen that nothing more is to be read.
_LOOK_AGAIN = 0.05
_LONGEST_NAP = 0.5
_NEVER = math.inf


@dataclass(frozen=True, slots=True)
class _Input:
    """An input that has been read: its place, itself, and what the journal needs of it."""

    index: int
    value: Any
    entry: Planned | None


class AsyncMap(Generic[I, T]):
    """The results of one operation over many inputs: an iterator and context manager.

        async with client.map(invoke_abp, inputs, journal="run.sqlite") as results:
            async for result in results:
                print(result.index, result.value if result.ok else result.error)

    | use | gives |
    |---|---|
    | iterating | a `MapResult` for each input that is called |
    | `.drain()` | runs to the end, keeps no result, and returns the progress |
    | `.progress` | how many inputs are done, failed, unknown, skipped and under way |
    | `.stop()` | reads no further input; the results of the calls under way still come |

    Inputs are read as there is room for them. Leaving the block, or `aclose()`, reads no further
    input and waits for the calls under way, whose results go into the journal; an exception ends
    them. Dropping the iterator ends them without waiting.
    """

    def __init__(
        self,
        make_lane: Callable[[_Run], AsyncLane],
        inputs: Iterable[I],
        run: _Run,
        *,
        ordered: bool,
        total: float | None,
    ) -> None:
        self._make_lane = make_lane
        self._inputs: Iterator[tuple[int, I]] | None = enumerate(inputs)
        self._run = run
        self._ordered = ordered
        self._total = total
        self._end = _NEVER if total is None else run.clock() + total
        self._progress = MapProgress()
        self._calls: _io.AsyncCallGroup[MapResult[I, T]] = _io.AsyncCallGroup()
        self._order: deque[int] = deque()  # inputs that are called or wait to be given out
        self._ready: dict[int, MapResult[I, T]] = {}
        self._stopped = False
        self._closed = False

    @property
    def progress(self) -> MapProgress:
        """How far it has come; a copy."""
        self._progress.under_way = len(self._order) - len(self._ready)
        self._progress.limit = self._run.throttle.limit
        return copy.copy(self._progress)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> MapResult[I, T]:
        try:
            while (found := self._given()) is None:
                wait = self._start()
                if not self._order and wait is None:
                    raise StopAsyncIteration
                await self._wait(wait)
        except StopAsyncIteration:
            await self.aclose()
            raise
        except BaseException:
            await self._abort()
            raise
        return found

    async def drain(self) -> MapProgress:
        """Run to the end, keep no result, and return the progress: the journal has the results."""
        async for _ in self:
            pass
        return self.progress

    def stop(self) -> None:
        """Read no further input; the results of the calls under way still come. A signal handler may call it."""
        self._stopped = True

    async def _wait(self, seconds: float | None) -> None:
        """Wait until a call has ended or another may start. Raises DeadlineExceededError when the total time is up."""
        left = self._end - self._run.clock()
        if left <= 0:
            raise DeadlineExceededError(f"the {self._total:g} s for all inputs are over; {self.progress}")
        bound = left if seconds is None else min(left, seconds)
        if len(self._order) == len(self._ready):
            await self._run.sleep(min(bound, _LONGEST_NAP))
            return
        await self._calls.wait(None if bound == _NEVER else bound)
        for result in self._calls.take():
            self._land(result)

    def _given(self) -> MapResult[I, T] | None:
        """Return the next result that is to be given out, None while there is none."""
        if not self._ready:
            return None
        index = self._order[0] if self._ordered else next(iter(self._ready))
        found = self._ready.pop(index, None)
        if found is not None:
            if self._ordered:
                self._order.popleft()
            else:
                self._order.remove(index)
        return found

    def _start(self) -> float | None:
        """Start what may start now; return the seconds until more may, None where nothing is left to read or there is no room."""
        batch: list[tuple[_Input, AsyncLane, Start]] = []
        wait: float | None = None
        run = self._run
        if self._stopped:
            self._inputs = None
        while self._inputs is not None and len(self._order) < self._most():
            seconds = run.wait()
            if seconds > 0:
                wait = None if seconds == _NEVER else seconds
                break
            one = self._read()
            if one is None:
                break
            self._order.append(one.index)
            batch.append((one, run.free.pop() if run.free else self._make_lane(run), run.started(one.value)))
        if batch and run.writer is not None:
            run.writer.intend([(one.index, one.entry) for one, _, _ in batch if one.entry is not None])
        for one, lane, start in batch:
            lane.begin(one, start)
            self._calls.start(lane.call, one)
        return wait

    def _most(self) -> int:
        """Return how many inputs may be in flight or finished: in order, the first may take the longest."""
        limit = self._run.throttle.limit
        return 2 * limit if self._ordered else limit

    def _read(self) -> _Input | None:
        """Read the next input that is to be called; None after the last."""
        if self._inputs is None:
            return None
        for index, value in self._inputs:
            if self._stopped:  # while those of an earlier run are passed over, or while it was read
                break
            if self._run.writer is None:
                return _Input(index, value, None)
            entry = self._run.writer.look(index, value)
            if not isinstance(entry, str):
                return _Input(index, value, entry)
            self._progress.skipped += 1
            if entry == "unknown":
                self._progress.unknown += 1
        self._inputs = None
        return None

    def _land(self, result: MapResult[I, T]) -> None:
        """Count a result, keep it, and give it out when it is its turn."""
        state = "done"
        if result.error is not None:
            state = "unknown" if result.outcome is Outcome.UNKNOWN else "failed"
        setattr(self._progress, state, getattr(self._progress, state) + 1)
        if self._run.writer is not None:
            self._run.writer.finish(result, state)
        self._ready[result.index] = result

    # -- its end -------------------------------------------------------------------------------------------------

    async def aclose(self) -> None:
        """Read no further input, wait for the calls under way, and close the journal."""
        self._inputs = None
        while len(self._order) > len(self._ready):
            await self._calls.wait(None)
            for result in self._calls.take():
                self._land(result)
        await self._abort()

    async def _abort(self) -> None:
        """End the calls under way, and close the journal."""
        if not self._closed:
            self._closed = True
            self._inputs = None
            await self._calls.aclose()
            if self._run.writer is not None:
                self._run.writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            await self.aclose()
        else:
            await self._abort()

    def __del__(self) -> None:
        if not self._closed:
            self._calls.abandon()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._run.operation}, {self.progress})"


class _Run:
    """What the calls of one map share. Its methods do not wait; threads may call them side by side."""

    def __init__(
        self,
        operation: str,
        throttle: Throttle,
        rate: Rate | None,
        writer: Writer | None,
        session: AsyncSession,
        turns: AsyncSharedTurns | None,
    ) -> None:
        self.operation = operation
        self.throttle = throttle
        self.rate = rate
        self.writer = writer
        self.clock = session.clock
        self.wall = session.wall
        self.sleep = session.sleep
        self.turns = turns
        self.starting = 0  # calls that have not come to their turn at shared limits yet
        self.free: list[AsyncLane] = []
        self._lock = threading.Lock()

    def wait(self) -> float:
        """Seconds until another call may start."""
        with self._lock:
            now, turns = self.clock(), self.turns
            wait = self.throttle.wait(now)
            return wait if wait > 0 or turns is None else turns.desk.ahead(now, self.starting)

    def started(self, value: Any) -> Start:
        """Account for a call of an input that starts now."""
        cost = 1.0 if self.rate is None else self.rate.cost_of(value)
        with self._lock:
            self.starting += 1
            return self.throttle.started(self.clock(), cost)

    def arrived(self) -> None:
        """Account for a call that comes to its turn, or has ended before."""
        with self._lock:
            self.starting -= 1

    def answered(self, start: Start, response: httpx.Response) -> None:
        """Learn from a response how much the server handles."""
        told = None
        if any(
            b"ratelimit" in name.lower() for name, _ in response.headers.raw
        ):  # the quickest way to see that there is none
            told = rate_limit(response.headers, wall=self.wall())
        with self._lock:
            now = self.clock()
            self.throttle.answered(start, now, response.status_code)
            if told is not None:
                self.throttle.told(now, remaining=told[0], seconds=told[1])

    def learned(self, start: Start, status: int | None) -> None:
        """Learn from the status of a response to another process."""
        with self._lock:
            self.throttle.answered(start, self.clock(), status)

    def ended(self) -> None:
        """Account for a call that has ended."""
        with self._lock:
            self.throttle.ended()

    async def room(self, seconds: float) -> Start:
        """Release a call's place, wait some seconds and until there is room again, and take it."""
        with self._lock:
            self.throttle.ended()
            self.throttle.waiting += 1
        try:
            await self.sleep(seconds)
            while True:
                with self._lock:
                    now = self.clock()
                    wait = self.throttle.wait(now, again=True)
                    if wait <= 0:
                        return self.throttle.started(now, 1.0)
                await self.sleep(min(wait, _LOOK_AGAIN))
        except BaseException:
            with self._lock:
                self.throttle.under_way += 1  # it ends as one that was under way
            raise
        finally:
            with self._lock:
                self.throttle.waiting -= 1


class AsyncLane(Keyed):
    """One of the calls that may be under way at once: a view of the client, used for one input after the other."""

    def __init__(self, run: _Run, bind: Callable[[Any], _io.AsyncMethod[Any]], outer: Heard | None) -> None:
        super().__init__(None)
        self._run = run
        self._outer = outer
        self._start: Start | None = None
        self._index = 0
        self._repeatable = True
        self._partly = False
        self._starting = False
        self._function = bind(self)
        self.sleep = self._pause  # its place is free for another call meanwhile

    def begin(self, one: _Input, start: Start) -> None:
        """Take an input whose call starts now."""
        self._index, self._start = one.index, start
        self.begin_keys(None if one.entry is None else one.entry.key)
        self._repeatable = True
        self._partly = False
        self._starting = True
        self.attempts = ()

    async def call(self, one: _Input) -> MapResult[Any, Any]:
        """Call the operation with an input; what it raises is a result as well."""
        run, begun = self._run, self._run.clock()
        value, error, outcome = None, None, Outcome.ANSWERED
        try:
            args, kwargs = arguments(one.value)
            value = await self._function(*args, **kwargs)
        except Exception as raised:  # noqa: BLE001  # an error of one input is its result
            error, outcome = raised, self._outcome(raised)
            self.attempts = getattr(raised, "attempts", ())
        finally:
            self._arrive()
            run.ended()
        result = MapResult(one.index, one.value, value, error, outcome, self.attempts, run.clock() - begun)
        run.free.append(self)
        return result

    def _outcome(self, error: Exception) -> Outcome:
        """Return what is known of a failed call's effect, of all its requests together.

        Requests that may be repeated leave nothing open. After one that must not be repeated, only
        an error of that very request says what became of it.
        """
        if self._repeatable:
            known = error.outcome if isinstance(error, VeneerError) else Outcome.NOT_SENT
            return Outcome.NOT_SENT if known is Outcome.UNKNOWN else known
        return error.outcome if isinstance(error, VeneerError) and not self._partly else Outcome.UNKNOWN

    # -- what the client tells while it calls ----------------------------------------------------------------------

    def sending(self, *, safe: bool) -> None:
        """Write down that a request leaves which must not be sent a second time."""
        self._arrive()
        self._partly = not self._repeatable  # an earlier request may have been carried out
        if not safe:
            self._repeatable = False
            if self._run.writer is not None:
                self._run.writer.sending(self._index)

    def leaving(self) -> None:
        """Begin the time of an answer when the attempt leaves: its turn at shared limits says nothing of the server."""
        if self._start is not None:
            self._start = self._start._replace(at=self._run.clock())

    def _arrive(self) -> None:
        if self._starting:
            self._starting = False
            self._run.arrived()

    def add(self, response: httpx.Response, request_ids: tuple[str, ...]) -> None:
        """Learn from each answer how much the server bears."""
        if self._start is not None:
            self._run.answered(self._start, response)
        if self._outer is not None:
            self._outer.add(response, request_ids)

    def learn(self, attempts: tuple[Attempt, ...]) -> None:
        """Learn from the attempts of a call that was carried out elsewhere."""
        self.attempts = attempts
        for attempt in attempts:
            if self._start is not None:
                self._run.learned(self._start, attempt.status)

    async def _pause(self, seconds: float) -> None:
        self._start = await self._run.room(seconds)


def start_map(
    client: Any,
    session: AsyncSession,
    operation: Any,
    inputs: Iterable[Any],
    *,
    concurrency: Concurrency,
    rate: Rate | float | None,
    ordered: bool,
    journal: str | os.PathLike[str] | None,
    again: Collection[str],
    total: float | None,
    executor: Executor | None,
) -> AsyncMap[Any, Any]:
    """Begin a map. Raises ConfigurationError for what cannot work."""
    if concurrency != "auto":
        check_range(
            "concurrency",
            concurrency,
            'a whole number, 1 or more, or "auto"',
            good=lambda n: n > 0,
            whole=True,
        )
    check_seconds("total", total, "no limit")
    if again and journal is None:
        raise ConfigurationError("again= is for a run that is resumed: give its journal=")
    if not isinstance(inputs, Iterable):
        raise ConfigurationError(
            f"inputs are given as a list or another iterable, not as {type(inputs).__name__}"
        )
    name, bind, outer = async_bound(client, operation)
    limit = check_rate(rate)
    if executor is not None:
        _io.async_check_executor(executor)
        from veneer._remote import binding

        bind = binding(executor, (client, operation, async_bound), bind)
    most = session.max_connections if concurrency == "auto" else concurrency
    writer = None
    if journal is not None:
        from veneer._journal import Writer

        writer = Writer(journal, name, again)
    turns = session.turns if executor is None else None
    run = _Run(name, Throttle(concurrency, limit, most), limit, writer, session, turns)
    return AsyncMap(lambda run: AsyncLane(run, bind, outer), inputs, run, ordered=ordered, total=total)


def async_bound(
    client: Any, operation: Any
) -> tuple[str, Callable[[Any], _io.AsyncMethod[Any]], Heard | None]:
    """Return an operation's name, what makes a function of it that a lane hears, and what the caller has hear it.

    An endpoint module is called by this client, a method by a view of the client that it belongs to.
    """
    if not inspect.ismethod(operation):
        name = operation_of(operation).id

        def of_endpoint(lane: Heard) -> _io.AsyncMethod[Any]:
            view = client.with_options(heard=lane)

            async def call(*args: Any, **kwargs: Any) -> Any:
                return await view.call(operation, *args, **kwargs)

            return call

        return name, of_endpoint, client.options.heard
    owner: Any = operation.__self__
    held = next((name for name in _io.async_client_names if hasattr(owner, name)), "")
    holder: Any = owner if hasattr(owner, "with_options") else getattr(owner, held, None)
    if not hasattr(holder, "with_options"):
        raise ConfigurationError(
            "map takes an endpoint module, or a method of a client such as client.todos.create"
        )

    def of_method(lane: Heard) -> _io.AsyncMethod[Any]:
        view = holder.with_options(heard=lane)
        if holder is not owner:
            group = copy.copy(owner)
            setattr(group, held, view)
            view = group
        bound: _io.AsyncMethod[Any] = operation.__func__.__get__(view)
        return bound

    return f"{type(owner).__name__}.{operation.__name__}", of_method, holder.options.heard
