# Derived from overlay/veneer/_async/mapping.py by scripts/unasync.py: edit that file, not this one.
"""Run one operation over many inputs: several at once, within its rate, nothing lost or sent twice."""

from __future__ import annotations

import copy
import functools
import inspect
import math
import os
import threading
from collections import deque
from collections.abc import Callable, Collection
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from veneer import _io
from veneer._core.attempts import Attempt, Outcome
from veneer._core.call import operation_of
from veneer._core.checks import check_range, check_seconds
from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError
from veneer._core.heard import Heard
from veneer._core.mapping import Keyed, MapProgress, MapResult, arguments, is_shared
from veneer._core.retry import rate_limit
from veneer._core.throttle import Concurrency, Rate, Start, Throttle, check_rate

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import httpx

    from veneer._journal import Writer
    from veneer._sync.session import Session
    from veneer._sync.turns import SharedTurns

__all__ = ["Lane", "Map", "start_map"]

I = TypeVar("I")  # noqa: E741  # input
T = TypeVar("T")

# How long a call that is to be repeated waits, seconds, before it looks again for room; and how
# long nothing is done at most, before it is seen that nothing more is to be read.
_LOOK_AGAIN = 0.05
_LONGEST_NAP = 0.5
_NEVER = math.inf
_ANSWERED = Outcome.ANSWERED
# Inputs that an earlier run has done, and that are passed over in one go.
_PASSED = 1000


# An input that has been read: its place, itself, its cost, and its JSON where there is a journal.
_Input = tuple[int, Any, float, bytes | None]


class Map(Generic[I, T]):
    """The results of one operation over many inputs: an iterator and context manager.

        with client.map(invoke_abp, inputs, journal="run.sqlite") as results:
            for result in results:
                print(result.index, result.value if result.ok else result.error)

    | use | gives |
    |---|---|
    | iterating | a `MapResult` for each input that is called |
    | `.drain()` | runs to the end, keeps no result, and returns the progress |
    | `.progress` | how many inputs are done, failed, unknown, skipped and under way |
    | `.stop()` | reads no further input; the results of those that were read still come |

    Inputs are read as there is room for them. Leaving the block, or `close()`, reads no further
    input and waits for the calls under way, whose results go into the journal; an exception ends
    them. Dropping the iterator ends them without waiting. What reading an input raises comes out
    after the results of the inputs before it.
    """

    def __init__(
        self,
        make_lane: Callable[[_Run], Lane],
        inputs: _io.Inputs[I],
        run: _Run,
        *,
        ordered: bool,
        total: float | None,
        abort_after: int | None,
    ) -> None:
        self._make_lane = make_lane
        self._run = run
        self._ordered = ordered
        self._total = total
        self._abort_after = abort_after
        self._end = _NEVER if total is None else run.clock() + total
        self._progress = MapProgress()
        self._calls = run.calls
        self._inputs = _io.inputs(inputs, self._calls)
        self._count = 0  # inputs that were read
        self._open = 0  # inputs that wait to be called, are called, or wait to be given out
        self._order: deque[int] = deque()  # these, where they are given out in order
        self._ready: dict[int, MapResult[I, T]] = {}
        self._alike: list[int] = []  # the last inputs, whose calls failed alike through no fault of theirs
        self._error: BaseException | None = None  # raised when all results were given out
        self._failure: type[Exception] | None = None
        self._is_over = False  # no further input is read
        self._gave_up = False
        self._closed = False
        self._process = os.getpid()

    @property
    def progress(self) -> MapProgress:
        """How far it has come; a copy."""
        self._progress.under_way = self._open - len(self._ready) - len(self._run.stock)
        self._progress.limit = self._run.throttle.limit
        return copy.copy(self._progress)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> MapResult[I, T]:
        if self._ready and (found := self._given()) is not None:
            return found
        try:
            while True:
                wait = self._start()
                if not self._open and self._is_over:
                    self.close()
                    raise self._last_word()
                self._wait(wait)
                if self._ready and not self._inputs.may_wait:
                    self._start()  # first: what is done with a result may take its time
                if self._ready:
                    if self._inputs.may_wait and self._run.writer is not None:
                        self._write_down([], self._run.writer, marked=False)
                    if (found := self._given()) is not None:
                        return found
        except StopIteration:
            raise
        except BaseException:
            self._abort()
            raise

    def _last_word(self) -> BaseException:
        """Return what is raised after the last result: what ended the run before its time, once."""
        error, self._error = self._error, None
        return StopIteration() if error is None else error

    def drain(self) -> MapProgress:
        """Run to the end, keep no result, and return the progress: the journal has the results."""
        for _ in self:
            pass
        return self.progress

    def stop(self) -> None:
        """Read no further input; the results of those that were read still come. A signal handler may call it."""
        self._inputs.stop()

    def _wait(self, seconds: float | None) -> None:
        """Wait until a call has ended or another may start. Raises DeadlineExceededError when the total time is up."""
        if os.getpid() != self._process:
            raise ConfigurationError(
                "a map ends in the process that began it: begin another one after a fork"
            )
        run = self._run
        left = self._end - run.clock()
        if left <= 0:
            raise DeadlineExceededError(f"the {self._total:g} s for all inputs are over; {self.progress}")
        bound = left if seconds is None else min(left, seconds)
        if self._open == len(self._ready) and not self._inputs.is_slow:
            run.sleep(min(bound, _LONGEST_NAP))
            return
        if not self._is_over and self._inputs.is_slow:
            bound = min(bound, _LONGEST_NAP)  # so that a stop is noticed while no input comes
        self._calls.wait(None if bound == _NEVER else bound)
        self._take()

    def _take(self) -> None:
        """Count and keep the results that there are. Raises what a call raised that has none."""
        results = self._calls.results
        while results:
            self._land(results.popleft())
        self._calls.check()

    def _given(self) -> MapResult[I, T] | None:
        """Return the next result that is to be given out, None while there is none."""
        if self._ordered:
            found = self._ready.pop(self._order[0], None)
            if found is None:
                return None
            self._order.popleft()
        else:
            found = self._ready.pop(next(iter(self._ready)))
        self._open -= 1
        return found

    def _start(self) -> float | None:
        """Start what may start now; return the seconds until more may, None where that is not a matter of time."""
        run = self._run
        self._calls.begin()
        if self._closed:
            return None
        marked = run.writer is not None and run.writer.marks and run.turns is None
        if run.paced or marked:
            return self._start_paced(marked=marked)
        wait, read = None, []
        if not self._is_over:
            # As many may be done and wait to be given out as may be under way: the first may take the longest.
            limit = run.throttle.limit
            count, _ = run.may_start(limit)
            room = min(2 * limit - self._open, count + limit // 2 - len(run.stock))
            read = self._read(room) if room > 0 else []
            if len(read) < room and not self._is_over and not self._inputs.is_slow:
                wait = 0.0  # those of an earlier run are passed over
        if run.writer is not None:  # also where nothing is read: what the loop is given is in the journal
            read = self._write_down(read, run.writer, marked=False)
        run.stock += read
        self._open += len(read)
        if self._ordered:
            self._order += [one[0] for one in read]
        while (found := run.next_of_stock()) is not None:
            self._launch(*found, marked=False)
        return run.may_start(1)[1] or wait

    def _start_paced(self, *, marked: bool) -> float | None:
        """Start inputs as they are read: none is kept in stock."""
        run, wait = self._run, None
        batch: list[tuple[_Input, Start]] = []
        while (found := run.next_of_stock()) is not None:  # from before the first that must not be repeated
            self._launch(*found, marked=False)
        while not self._is_over:
            room = 2 * run.throttle.limit - self._open - len(batch)
            count, wait = run.may_start(room) if room > 0 else (0, None)
            if not count:
                break
            read = self._read(count)
            batch += [(one, run.started(one[2])) for one in read]
            if len(read) < count:
                wait = None if self._is_over or self._inputs.is_slow else 0.0
                break
        written = [one for one, _ in batch]
        if run.writer is not None:
            try:
                written = self._write_down(written, run.writer, marked=marked)
            finally:
                for _ in batch[len(written) :]:
                    run.dropped(starting=run.turns is not None)
        for one, start in batch[: len(written)]:
            self._open += 1
            if self._ordered:
                self._order.append(one[0])
            self._launch(one, start, marked=marked)
        return wait

    def _launch(self, one: _Input, start: Start, *, marked: bool) -> None:
        lane = self._run.free.pop() if self._run.free else self._make_lane(self._run)
        self._calls.start(lane.work, one, start, marked)

    def _read(self, most: int) -> list[_Input]:
        """Read inputs that are to be called, as many as there are now. After the last, or an error, it is over."""
        found: list[_Input] = []
        rate, writer, passed = self._run.rate, self._run.writer, 0
        try:
            while len(found) < most and passed < _PASSED:
                value: Any = self._inputs.take(most - len(found))
                if value is _io.NOT_YET:
                    break
                index, text = self._count, None
                if writer is not None:
                    known = writer.look(index, value)
                    if isinstance(known, str):
                        self._count, passed = index + 1, passed + 1
                        self._progress.skipped += 1
                        self._progress.unknown += known == "unknown"
                        continue
                    text = known
                found.append((index, value, 1.0 if rate is None else rate.cost_of(value), text))
                self._count = index + 1
        except StopIteration:
            self._is_over = True
        except Exception as error:  # noqa: BLE001  # raised after the results of the inputs before
            self._fail(error)
        return found

    def _write_down(self, batch: list[_Input], writer: Writer, *, marked: bool) -> list[_Input]:
        """Have the journal have a batch before it is called; return what may be called."""
        entries = [(place, text) for place, _, _, text in batch if text is not None]
        try:
            if not batch:
                writer.flush()
            elif marked:
                _io.run(writer.intend, entries, marked)  # it waits for the disk
            else:
                writer.intend(entries, marked)
        except ConfigurationError as error:
            self._fail(error)
            return []
        except BaseException:
            if marked:
                writer.reopen(index for index, _ in entries)
            raise
        return batch

    def _land(self, result: MapResult[I, T]) -> None:
        """Count a result, keep it, and give it out when it is its turn."""
        writer, progress = self._run.writer, self._progress
        if result.error is None:
            state = "done"
            progress.done += 1
            self._alike.clear()
        elif result.outcome is Outcome.UNKNOWN:
            state = "unknown"
            progress.unknown += 1
            self._alike.clear()
        else:
            state = "failed"
            progress.failed += 1
            if self._abort_after is not None:
                state = self._judged(result, result.error, self._abort_after)
        self._ready[result.index] = result
        if writer is not None:
            writer.finish(result, state)

    def _judged(self, result: MapResult[I, T], error: Exception, most: int) -> str:
        """Return the journal's state of a failed input, and end the run where so many have failed alike."""
        if not is_shared(error, result.outcome, any_done=self._progress.done > 0):
            self._alike.clear()
            return "failed"
        if self._gave_up:
            return "intended" if type(error) is self._failure else "failed"
        if type(error) is not self._failure:
            self._alike.clear()
            self._failure = type(error)
        self._alike.append(result.index)
        if len(self._alike) < most:
            return "failed"
        self._gave_up = True
        error.add_note(
            f"the last {most} calls of the map failed alike, through no fault of their inputs, so it sends no "
            "more (abort_after=None sends all)"
        )
        self._fail(error)
        if self._run.writer is not None:
            self._run.writer.reopen(self._alike)
        return "intended"

    def _fail(self, error: Exception) -> None:
        """Read no further input, and raise an error when all results were given out."""
        self._is_over = True
        self._error = self._error or error

    # -- its end -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Read no further input, wait for the calls under way, and close the journal."""
        self._is_over = True
        self._open -= self._run.drop_stock()
        try:
            while self._open > len(self._ready) and not self._closed:
                self._calls.wait(None)
                self._take()
        finally:
            self._abort()

    def _abort(self) -> None:
        """End the calls under way, and close the journal."""
        if self._closed:
            return
        self._closed = self._is_over = True
        try:
            self._run.drop_stock()
            self._inputs.close()
            self._calls.close()
            self._take()
        finally:
            self._open = len(self._ready)
            if self._ordered:
                self._order = deque(index for index in self._order if index in self._ready)
            if self._run.writer is not None and os.getpid() == self._process:
                self._run.writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._abort()

    def __del__(self) -> None:
        if not self._closed and os.getpid() == self._process:
            self._inputs.abandon()
            self._calls.abandon()
            if self._run.writer is not None:
                self._run.writer.close()

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
        session: Session,
        turns: SharedTurns | None,
    ) -> None:
        self.operation = operation
        self.throttle = throttle
        self.rate = rate
        self.writer = writer
        self.clock = session.clock
        self.wall = session.wall
        self.sleep = session.sleep
        self.turns = turns
        self.paced = rate is not None or throttle.learns or turns is not None
        self.calls: _io.CallGroup[MapResult[Any, Any]] = _io.CallGroup()
        self.stock: deque[_Input] = deque()  # inputs that a call which ends goes on with
        self.starting = 0  # calls that have not come to their turn at shared limits yet
        self.free: list[Lane] = []
        self._lock = threading.Lock()

    def may_start(self, most: int) -> tuple[int, float | None]:
        """Return how many calls may start now, and where none may the seconds until one may, None where another has to end before."""
        with self._lock:
            now, turns = self.clock(), self.turns
            count, wait = self.throttle.room(now)
            if count and turns is not None:
                wait = turns.desk.ahead(now, self.starting)
                count = 0 if wait > 0 else 1
            return min(count, most), None if wait == _NEVER else wait

    def next_of_stock(self, ended: Start | None = None) -> tuple[_Input, Start] | None:
        """Take an input of the stock whose call may start now, in the place of one that has `ended` or beside those under way."""
        with self._lock:
            throttle, stock = self.throttle, self.stock
            if ended is not None:
                if stock and throttle.is_plain and not throttle.waiting:
                    return stock.popleft(), ended  # the number under way is what it was
                throttle.ended()
            now = self.clock()
            if not stock or throttle.room(now)[0] <= 0:
                return None
            return stock.popleft(), throttle.started(now)

    def drop_stock(self) -> int:
        """Drop inputs that were read and are not called any more; return their number."""
        with self._lock:
            count = len(self.stock)
            self.stock.clear()
            return count

    def started(self, cost: float) -> Start:
        """Account for a call that starts now, of what it costs in the rate's units."""
        with self._lock:
            self.starting += self.turns is not None
            return self.throttle.started(self.clock(), cost)

    def dropped(self, *, starting: bool) -> None:
        """Account for a call that ends without a result, or is not made; `starting` before its turn at shared limits."""
        with self._lock:
            self.starting -= starting
            self.throttle.ended()

    def arrived(self) -> None:
        """Account for a call that comes to its turn, or has ended before."""
        with self._lock:
            self.starting -= 1

    def answered(self, start: Start, response: httpx.Response) -> None:
        """Learn from a response how much the server handles."""
        told = None
        for name, _ in response.headers.raw:  # the quickest way to see that there is none
            if b"ratelimit" in name.lower():
                told = rate_limit(response.headers, wall=self.wall())
                break
        if told is not None or self.throttle.learns:
            with self._lock:
                now = self.clock()
                self.throttle.answered(start, now, response.status_code)
                if told is not None:
                    self.throttle.told(now, remaining=told[0], seconds=told[1])

    def learned(self, start: Start, status: int | None) -> None:
        """Learn from the status of a response to another process."""
        with self._lock:
            self.throttle.answered(start, self.clock(), status)

    def room(self, seconds: float) -> Start:
        """Release a call's place, wait some seconds and until there is room again, and take it."""
        with self._lock:
            self.throttle.ended()
            self.throttle.waiting += 1
        try:
            self.sleep(seconds)
            while True:
                with self._lock:
                    now = self.clock()
                    wait = self.throttle.wait(now, again=True)
                    if wait <= 0:
                        return self.throttle.started(now, 1.0)
                self.sleep(min(wait, _LOOK_AGAIN))
        except BaseException:
            with self._lock:
                self.throttle.under_way += 1  # it ends as one that was under way
            raise
        finally:
            with self._lock:
                self.throttle.waiting -= 1


class Lane(Keyed):
    """One of the calls that may be under way at once: a view of the client, used for one input after the other."""

    def __init__(self, run: _Run, bind: Callable[[Any], _io.Method[Any]], outer: Heard | None) -> None:
        super().__init__(None)
        self._run = run
        self._outer = outer
        self._start = Start(-math.inf, 0, 0)
        self._index = 0
        self._text: bytes | None = None
        self._repeatable, self._partly, self._marked, self._starting = True, False, False, False
        self._function = bind(self)
        self.sleep = self._pause  # its place is free for another call meanwhile

    def work(self, one: _Input, start: Start, marked: bool) -> None:  # passed on to a task
        """Call the operation with an input, and go on with those in stock; what a call raises is its result as well.

        `marked` is whether the journal has the input as one that must not be repeated.
        """
        run, begun = self._run, self._run.clock()
        while True:
            self._index, given, _, self._text = one
            self._start, self._starting, self._marked = start, run.turns is not None, marked
            self.key, self._keys, self.attempts = None, 0, ()
            self._repeatable, self._partly = True, False
            value, error, outcome = None, None, _ANSWERED
            try:
                args, kwargs = arguments(given)
                value = self._function(*args, **kwargs)
            except Exception as raised:  # noqa: BLE001  # an error of one input is its result
                error, outcome = raised, self._outcome(raised)
                self.attempts = getattr(raised, "attempts", ())
            except BaseException:
                run.dropped(starting=self._starting)
                raise
            if self._starting:
                self._arrive()
            found, now = run.next_of_stock(self._start), run.clock()
            run.calls.add(MapResult(one[0], given, value, error, outcome, self.attempts, now - begun))
            if found is None:
                break
            (one, start), begun = found, now
        run.free.append(self)

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
        if self._starting:
            self._arrive()
        self._partly = not self._repeatable  # an earlier request may have been carried out
        if not safe:
            if self._run.writer is not None and not self._marked:
                self._run.writer.sending(self._index)
                self._marked = True
            self._repeatable = False

    def new_key(self) -> str | None:
        """Return the idempotency key of the call's next request that takes one: with a journal, the input's own."""
        if self._text is None or self._run.writer is None:
            return None
        if self.key is None:
            self.key = self._run.writer.key(self._index, self._text)
        return super().new_key()

    def leaving(self) -> None:
        """Begin the time of an answer when the attempt leaves: its turn at shared limits says nothing of the server."""
        self._start = self._start._replace(at=self._run.clock())

    def _arrive(self) -> None:
        self._starting = False
        self._run.arrived()

    def add(self, response: httpx.Response, request_ids: tuple[str, ...]) -> None:
        """Learn from each answer how much the server bears."""
        self._run.answered(self._start, response)
        if self._outer is not None:
            self._outer.add(response, request_ids)

    def learn(self, attempts: tuple[Attempt, ...]) -> None:
        """Learn from the attempts of a call that was carried out elsewhere."""
        self.attempts = attempts
        for attempt in attempts:
            self._run.learned(self._start, attempt.status)

    def _pause(self, seconds: float) -> None:
        self._start = self._run.room(seconds)


def start_map(
    client: Any,
    session: Session,
    operation: Any,
    inputs: _io.Inputs[Any],
    *,
    concurrency: Concurrency,
    rate: Rate | float | None,
    ordered: bool,
    journal: str | os.PathLike[str] | None,
    again: Collection[str],
    total: float | None,
    abort_after: int | None,
    executor: Executor | None,
) -> Map[Any, Any]:
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
    if abort_after is not None:
        check_range(
            "abort_after",
            abort_after,
            "a number of results, 1 or more, or None",
            good=lambda n: n > 0,
            whole=True,
        )
    if again and journal is None:
        raise ConfigurationError("again= is for a run that is resumed: give its journal=")
    _io.check_inputs(inputs)
    name, bind, outer = bound(client, operation)
    limit = check_rate(rate)
    if executor is not None:
        _io.check_executor(executor)
        from veneer._remote import binding

        bind = binding(executor, (client, operation, bound), bind)
    most = session.max_connections if concurrency == "auto" else concurrency
    writer = None
    if journal is not None:
        from veneer._journal import Writer

        writer = Writer(journal, name, again)
    turns = session.turns if executor is None else None
    run = _Run(name, Throttle(concurrency, limit, most), limit, writer, session, turns)
    return Map(
        lambda run: Lane(run, bind, outer),
        inputs,
        run,
        ordered=ordered,
        total=total,
        abort_after=abort_after,
    )


def bound(client: Any, operation: Any) -> tuple[str, Callable[[Any], _io.Method[Any]], Heard | None]:
    """Return an operation's name, what makes a function of it that a lane hears, and what the caller has hear it.

    An endpoint module is called by this client, a method by a view of the client that it belongs to.
    """
    if not inspect.ismethod(operation):
        name = operation_of(operation).id

        def of_endpoint(lane: Heard) -> _io.Method[Any]:
            return functools.partial(client.with_options(heard=lane).call, operation)

        return name, of_endpoint, client.options.heard
    owner: Any = operation.__self__
    held = next((name for name in _io.client_names if hasattr(owner, name)), "")
    holder: Any = owner if hasattr(owner, "with_options") else getattr(owner, held, None)
    if not hasattr(holder, "with_options"):
        raise ConfigurationError(
            "map takes an endpoint module, or a method of a client such as client.todos.create"
        )

    def of_method(lane: Heard) -> _io.Method[Any]:
        view = holder.with_options(heard=lane)
        if holder is not owner:
            group = copy.copy(owner)
            setattr(group, held, view)
            view = group
        bound: _io.Method[Any] = operation.__func__.__get__(view)
        return bound

    return f"{type(owner).__name__}.{operation.__name__}", of_method, holder.options.heard
