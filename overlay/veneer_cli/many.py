"""One operation over many inputs from the command line: `call … --each inputs.jsonl`."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from click.exceptions import Exit

from veneer._core.attempts import Outcome
from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError
from veneer._io import ReadInThread
from veneer_cli.connect import client
from veneer_cli.flags import flags_of, output_of
from veneer_cli.lines import Lines, Template, bound
from veneer_cli.masking import Mask
from veneer_cli.process import INTERRUPTED, say
from veneer_cli.resume import resuming
from veneer_cli.tally import Tally, duration

if TYPE_CHECKING:
    import click

    from veneer import Map, MapResult
    from veneer_cli.contract import Operation
    from veneer_cli.each import Many
    from veneer_cli.flags import Flags
    from veneer_cli.output import Output
    from veneer_cli.service import Service

__all__ = ["call_many", "rate_of"]

_TELL_SECONDS: Final = 0.2
_LOG_SECONDS: Final = 10.0
_STATES: Final = ("done", "failed", "unknown", "intended")
_STOPPING: Final = b"\nreading no further input, waiting for the calls under way; Ctrl-C again ends them\n"
_PER: Final[Mapping[str, float]] = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}


def rate_of(text: str) -> Any:
    """Read `50` (a second), `3000/m` or `100/60s`. Raises ConfigurationError."""
    from veneer import Rate

    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?)?(s|min|m|h))?", text)
    if found is None:
        raise ConfigurationError(f"--rate takes calls a second, or such as 100/60s or 3000/m, not {text!r}")
    limit, per = float(found[1]), float(found[2] or 1) * _PER[found[3] or ""]
    if not limit or not per:
        raise ConfigurationError(f"--rate takes numbers over 0, not {text!r}")
    return Rate(limit, per=per)


def call_many(
    ctx: click.Context,
    service: Service,
    operation: Operation,
    values: Mapping[str, Any],
    body: Any,
    many: Many,
    unwrap: str = "",
) -> None:
    """Call an operation with each line of a file; `values` and `body` are what all lines have.

    `unwrap` is the dotted path of the member of a response that is its result. Raises `Exit` with 1
    unless all are done, with 130 after Ctrl-C.
    """
    flags, out = flags_of(ctx), output_of(ctx)
    if many.each == "-" and flags.api_key_stdin:
        raise ConfigurationError("--each - and --api-key-stdin both read standard input")
    if operation.streams or operation.binary:
        what = "a stream" if operation.streams else "a file"
        raise ConfigurationError(f"{operation.name} answers {what}: --each is for answers of JSON or text")
    rate = None if many.rate is None else rate_of(many.rate)
    template = Template(service, operation, flags, values, body)
    with client(service, flags) as at:
        method = bound(at, service, operation, template, unwrap)
        lines = Lines(many.each, template)
        count = lines.count()
        if flags.shows:
            _show_first(method, lines)
            return
        _check_files(many)
        mapped = at.map(
            method,
            lines if count is not None else ReadInThread(lines),  # a pipe may be slow
            concurrency=many.concurrency,
            rate=rate,
            ordered=many.journal is None,
            journal=many.journal,
            again=many.again,
            total=many.total,
        )
        run = _Run(operation, many, flags, out, lines, count, mapped)
        run.carry_out()
    run.close(ctx)


def _show_first(method: Callable[..., Any], lines: Lines) -> None:
    """Show the request of the first line, by `CapturedError`."""
    given = next(iter(lines), None)
    if lines.error is not None:
        raise lines.error
    if given is not None:
        method(**given)


def _check_files(many: Many) -> None:
    """Raise ConfigurationError, before anything is sent, for a file that cannot be written or has two uses."""
    named = {
        "--each": many.each,
        "--out": many.out,
        "--journal": many.journal,
        "--report": many.report,
    }
    used: dict[str, str] = {}
    for option, given in named.items():
        if given is None or given == "-":
            continue
        path = Path(given)
        if option != "--each" and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise ConfigurationError(f"{option} {path}: a folder, or in one that does not exist")
        first = used.setdefault(os.path.realpath(path), option)
        if first != option and not path.is_char_device():
            raise ConfigurationError(f"{first} and {option} name the same file, {path}")
        is_resumed = many.journal is not None and many.journal.exists()
        if option == "--out" and not is_resumed and path.is_file() and path.stat().st_size:
            raise ConfigurationError(
                f"--out {path} has the results of another run: remove it, name another file, or resume"
                " that run by its --journal"
            )
        if option in {"--out", "--report"}:
            _check_writable(option, path)


def _check_writable(option: str, path: Path) -> None:
    is_new = not path.exists()
    if not (is_new or path.is_file()):  # a pipe would wait for its reader
        return
    try:
        path.open("ab").close()
        if is_new:
            path.unlink()
    except OSError as error:
        raise ConfigurationError(f"{option} {path} cannot be written: {error.strerror}") from None


class _Run:
    """One run over many inputs: its results, its end, and its messages."""

    def __init__(
        self,
        operation: Operation,
        many: Many,
        flags: Flags,
        out: Output,
        lines: Lines,
        count: int | None,
        mapped: Map[Any, Any],
    ) -> None:
        self._operation = operation
        self._many = many
        self._flags = flags
        self._out = out
        self._lines = lines
        self._count = count
        self._mapped = mapped
        self._mask = Mask(tuple(flags.secrets))
        self._tally = Tally(time.monotonic)
        self._told = self._logged = 0.0
        self._is_cut = False
        self._is_over = False
        self._end: VeneerError | None = None  # what the map ended with
        self._failures: list[str] = []  # files that could not be written

    def carry_out(self) -> None:
        """Run to the end, to the first Ctrl-C, or to the end of the total time."""
        try:
            with (
                _writing(self._many, self._out) as write,
                self._out.waiting(self._operation.name) as tell,
                _orderly(self._stop),
                self._mapped as results,
            ):
                for result in results:
                    state, said = self._state(result), ""
                    if result.error is not None:
                        said = self._said(result.error)
                    self._tally.add(result, state, said)
                    if write is not None:
                        write(self._row(result, state, said))
                    self._tell(tell)
        except KeyboardInterrupt:
            self._is_cut = True
        except DeadlineExceededError:
            self._is_over = True
        except VeneerError as error:
            if not self._tally.all.count:
                raise
            self._end = error
        except OSError as error:
            if self._many.out in {None, "-"}:
                raise
            self._fail("--out", error)

    def _stop(self) -> None:
        self._is_cut = True
        self._mapped.stop()
        self._lines.stop()

    def _state(self, result: MapResult[Any, Any]) -> str:
        if result.error is None:
            return "done"
        return "unknown" if result.outcome is Outcome.UNKNOWN else "failed"

    def _said(self, error: Exception) -> str:
        from veneer._journal import said

        return self._mask.text(said(error))

    def _row(self, result: MapResult[Any, Any], state: str, said: str) -> dict[str, Any]:
        row = {"index": result.index, "input": result.input, "state": state}
        row |= {"result": self._chosen(result.value)} if result.error is None else {"error": said}
        return {**row, "attempts": len(result.attempts)}

    def _chosen(self, value: Any) -> Any:
        return value if self._out.chosen is None else self._out.chosen(value)

    # -- while it runs ---------------------------------------------------------------------------------------------

    def _tell(self, tell: Callable[[str], None]) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            tell(self._standing())
        if self._flags.debug and now - self._logged >= _LOG_SECONDS:
            self._logged = now
            self._out.note(f"{self._operation.name}: {self._standing()}")

    def _standing(self) -> str:
        """Return the progress: `120 of 1,000 done, 3 failed, 1 unknown, 48.2/s, 18.2 s left`."""
        progress, rate = self._mapped.progress, self._tally.rate_now
        ended = self._tally.all.count + progress.skipped
        whole = "" if self._count is None else f" of {self._count:,}"
        left = ""
        if self._count is not None and rate > 0:
            left = f", {duration((self._count - ended) / rate)} left"
        failed, unknown = self._tally.all.failed, self._tally.all.unknown
        counts = (f"{failed:,} failed, " if failed else "") + (f"{unknown:,} unknown, " if unknown else "")
        return f"{ended:,}{whole}, {counts}{progress.under_way} under way, {rate:,.1f}/s{left}"

    # -- at its end ------------------------------------------------------------------------------------------------

    def close(self, ctx: click.Context) -> None:
        """Write the output, print the summary, and exit with a code unless all is done."""
        counts = self._counts()
        is_whole = self._lines.is_read and not (self._is_over or self._end or self._failures)
        if self._many.journal is not None and self._many.out is not None:
            with self._writing("--out"):
                self._write_all(self._many.journal, self._many.out)
        if self._many.report is not None:
            from veneer_cli.report import page

            ended = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
            text = page(self._operation.name, counts, self._tally, f"ended {ended}")
            with self._writing("--report"):
                self._many.report.write_text(text, encoding="utf-8")
        self._summarize(counts, [*self._failures, *self._remarks(ctx, counts, is_whole=is_whole)])
        is_good = is_whole and counts.keys() <= {"done"}
        if self._is_cut and not is_good:
            raise Exit(INTERRUPTED)
        if self._failures or not is_good:
            raise Exit(1)

    @contextlib.contextmanager
    def _writing(self, option: str) -> Iterator[None]:
        """Keep the failure to write a file for the summary, which says what came of the calls; not of standard output."""
        try:
            yield
        except (OSError, ConfigurationError) as error:
            if option == "--out" and self._many.out == "-":
                raise
            self._fail(option, error)

    def _fail(self, option: str, error: OSError | ConfigurationError) -> None:
        path = self._many.out if option == "--out" else self._many.report
        why = error.strerror if isinstance(error, OSError) else error.message
        kept = "; the journal has the results" if option == "--out" and self._many.journal else ""
        self._failures.append(f"{option} {path} cannot be written: {why}{kept}")

    def _counts(self) -> dict[str, int]:
        """Return the number of inputs in each state, with a journal including those of earlier runs."""
        if self._many.journal is None:
            counts = {state: getattr(self._tally.all, state, 0) for state in _STATES}
        else:
            from veneer import MapJournal

            with MapJournal(self._many.journal) as journal:
                counts = dict.fromkeys(_STATES, 0)
                for state, count in journal.counts().items():
                    counts[_named(state)] += count
        return {state: count for state, count in counts.items() if count}

    def _write_all(self, journal: Path, out: str) -> None:
        """Write the journal's results to a file, which gets its name when it is complete."""
        from veneer import MapJournal, _files

        with MapJournal(journal) as found:
            rows = (self._kept(row) for row in found.rows())
            if out == "-":
                for row in rows:
                    print(self._out.line(row))
                return
            spot = _files.place(out, "out")
            if spot.part is None:
                with Path(spot.path).open("wb") as file:
                    file.writelines(f"{self._out.line(row)}\n".encode() for row in rows)
                return
            with _files.growing(spot, spot.part) as part:
                for row in rows:
                    _files.write_all(part, f"{self._out.line(row)}\n".encode())
                _files.commit(part, spot.part, spot.path)

    def _kept(self, row: Any) -> dict[str, Any]:
        state = _named(row.state)
        kept = {"index": row.index, "input": row.input, "state": state}
        if state == "done":
            kept["result"] = self._chosen(row.result)
        elif row.error is not None:
            kept["error"] = self._mask.text(row.error)
        return {**kept, "attempts": row.attempts}

    def _remarks(self, ctx: click.Context, counts: Mapping[str, int], *, is_whole: bool) -> Iterator[str]:
        """Yield why the run is incomplete, and how to continue it."""
        secret = {one.name for one in self._operation.parameters if one.secret}
        if self._lines.error is not None:
            yield self._mask.text(self._lines.error.message)
        if isinstance(self._end, ConfigurationError):
            yield self._said(self._end)
        elif self._end is not None:
            yield "the last calls failed alike, through no fault of their inputs: no more are sent"
        if self._is_over:
            yield f"the {self._many.total:g} s of --total are over"
        if self._is_cut:
            yield "interrupted"
        left = (
            0 if self._count is None else self._count - self._tally.all.count - self._mapped.progress.skipped
        )
        if left:
            yield f"{left:,} of {self._count:,} were not sent"
        if is_whole and not counts.get("intended"):
            if self._many.journal is not None and counts.get("failed"):
                yield f"to send the failed ones again: {resuming(ctx, self._flags, secret, again='failed')}"
            if self._many.journal is not None and counts.get("unknown"):
                again = resuming(ctx, self._flags, secret, again="unknown")
                yield f"to send the unknown ones again, which may have been carried out: {again}"
            return
        if self._many.journal is None:
            yield "no --journal was given: a run without one cannot be resumed"
            return
        more = ", with the same lines on standard input" if self._many.each == "-" else ""
        yield f"to resume{more}: {resuming(ctx, self._flags, secret)}"

    def _summarize(self, counts: Mapping[str, int], remarks: list[str]) -> None:
        if self._flags.json:
            facts = {
                "operation": self._operation.name,
                **{state: counts.get(state, 0) for state in _STATES},
                "skipped": self._mapped.progress.skipped,
                "seconds": round(self._tally.seconds, 3),
                "rate": round(self._tally.rate, 2),
                "retries": self._tally.retries,
                "latency": self._tally.percentiles(),
                "errors": [asdict(one) for one in self._tally.kinds],
                "remarks": remarks,
            }
            say(self._out.line({"summary": facts}))
            return
        states = ", ".join(f"{count:,} {state}" for state, count in counts.items()) or "nothing to do"
        skipped = self._mapped.progress.skipped
        earlier = f" ({skipped:,} of earlier runs)" if skipped else ""
        for line in (f"{self._operation.name}: {states}{earlier}", *self._tally.told(), *remarks):
            self._out.note(" ".join(line.splitlines()))


def _named(state: str) -> str:
    """Return the state of a journal's row as shown: a request without a response may have been carried out."""
    return "unknown" if state == "sent" else state


@contextlib.contextmanager
def _writing(many: Many, out: Output) -> Iterator[Callable[[dict[str, Any]], None] | None]:
    """Yield a function that writes a result as it arrives; None with a journal, which is written at the end."""
    if many.journal is not None:
        yield None
    elif many.out in {None, "-"}:
        yield lambda row: print(out.line(row), flush=True)
    else:
        # A line at a time: others may follow the file.
        with Path(str(many.out)).open("w", encoding="utf-8", buffering=1) as file:
            yield lambda row: print(out.line(row), file=file)


@contextlib.contextmanager
def _orderly(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first Ctrl-C stop the run cleanly, the second raise. If Ctrl-C is ignored, it stays ignored."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def first(_signal: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with contextlib.suppress(OSError):
            os.write(
                sys.stderr.fileno(), _STOPPING
            )  # not print: the signal may have come in the middle of one
        stop()

    signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
