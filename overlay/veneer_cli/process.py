"""Serve the system as a command-line program must: usable streams, signals, a last line, an exit code."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

__all__ = [
    "CUT_OFF",
    "INTERRUPTED",
    "before_output",
    "discard_output",
    "ended",
    "interruptible",
    "leave_on_interrupt",
    "opened",
    "reason",
    "say",
    "tell",
]

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, as in shells."""

CUT_OFF = 141
"""Exit code if the reader of standard output closed it: 128 + SIGPIPE."""


class _Output(io.FileIO):
    """Standard output that remembers why a write failed: libraries turn that into their own exit codes."""

    failure: OSError | None = None

    def write(self, data: object, /) -> int:
        while _before:
            _before.pop()()
        try:
            return super().write(data)  # type: ignore[arg-type]  # any buffer
        except OSError as error:
            self.failure = error
            raise


def say(text: str) -> None:
    """Print on standard error, and ignore that it is closed."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def tell(program: str, why: str | OSError) -> None:
    """Print one line on standard error, harmless to a terminal."""
    from veneer_cli.text import line

    say(f"{program}: {line(why if isinstance(why, str) else reason(why))}")


def reason(error: OSError) -> str:
    """Return a system error's text with the file that it concerns."""
    where = "standard output" if error is _failure() else error.filename
    text = error.strerror or str(error)
    return text if where is None else f"{where}: {text}"


def opened(program: str) -> bool:
    """Make the standard streams usable; without standard output, print a line and return False.

    A closed stream is None in Python, and the next opened file would take its descriptor.
    """
    for name, descriptor, mode in (("stdin", 0, "r"), ("stderr", 2, "w")):
        if getattr(sys, name) is None:
            _claim(descriptor)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # for good
    out = sys.stdout
    if out is None:
        _claim(1)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        tell(program, "standard output is closed: give it a file or a pipe")
        return False
    if isinstance(out, io.TextIOWrapper):
        # Lone surrogates and characters that the terminal's encoding lacks are escaped, not fatal.
        if os.name == "posix" and out.fileno() == 1:
            buffer = io.BufferedWriter(_Output(1, "w", closefd=False))
            sys.stdout = io.TextIOWrapper(
                buffer, out.encoding, "backslashreplace", line_buffering=out.line_buffering
            )
        else:
            out.reconfigure(errors="backslashreplace")
    return True


def _claim(descriptor: int) -> None:
    """Occupy a closed descriptor."""
    with contextlib.suppress(OSError):
        found = os.open(os.devnull, os.O_RDWR)
        if found != descriptor:
            os.dup2(found, descriptor)
            os.close(found)


def ended(program: str, code: int) -> int:
    """Flush standard output and return the program's exit code."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if code == 0 and not isinstance(error, BrokenPipeError):
            tell(program, error)
            code = 1
    failure = _failure()
    if failure is not None:
        discard_output()
        code = CUT_OFF if failure.errno == errno.EPIPE else code or 1
    return code


def _failure() -> OSError | None:
    """Return why standard output could not be written; None if it could."""
    return getattr(getattr(getattr(sys.stdout, "buffer", None), "raw", None), "failure", None)


def discard_output(error: OSError | None = None) -> None:
    """Discard what is buffered for standard output: the interpreter would fail on it again at exit.

    With an `error`, do so only if it is standard output's.
    """
    if error is not None and error is not _failure():
        return
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        sys.stdout.flush()


def leave_on_interrupt(program: str) -> None:
    """End the process on Ctrl-C at once, with a line and its exit code, while no command runs.

    During an import, or at exit, the interpreter would print KeyboardInterrupt with its traceback.
    Where Ctrl-C is ignored (`nohup`, a background job), it stays ignored.
    """
    main_thread = threading.current_thread() is threading.main_thread()
    if not main_thread or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return

    last_word = f"{program}: interrupted\n".encode()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(OSError):
            os.write(2, last_word)  # not print: the signal may have come in the middle of one
        os._exit(INTERRUPTED)

    signal.signal(signal.SIGINT, leave)
    _handlers.append(leave)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt: a running command has connections and files to close."""
    if not _handlers or signal.getsignal(signal.SIGINT) is not _handlers[-1]:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _handlers[-1])


def before_output(act: Callable[[], None]) -> None:
    """Call a function once, before the first write to standard output."""
    if act not in _before:
        _before.append(act)


_before: list[Callable[[], None]] = []
_handlers: list[Callable[[int, FrameType | None], None]] = []
