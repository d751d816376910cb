"""What a command-line program owes the system: streams that are there, signals, a last word on standard error, an exit code."""

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
"""Exit code after Ctrl-C: 128 + SIGINT, as shells have it."""

CUT_OFF = 141
"""Exit code where the reader of standard output went away: 128 + SIGPIPE."""


class _Output(io.FileIO):
    """Standard output that remembers why it could not be written: libraries turn that into exit codes of their own."""

    failure: OSError | None = None

    def write(self, data: object, /) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]  # any buffer
        except OSError as error:
            self.failure = error
            raise


def say(text: str) -> None:
    """Print on standard error; where that is gone, there is nobody to tell."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def tell(program: str, why: str | OSError) -> None:
    """Print one line on standard error, harmless to a terminal."""
    from veneer_cli.text import line

    say(f"{program}: {line(why if isinstance(why, str) else reason(why))}")


def reason(error: OSError) -> str:
    """Say what the system refused, and of which file."""
    where = "standard output" if error is _failure() else error.filename
    text = error.strerror or str(error)
    return text if where is None else f"{where}: {text}"


def opened(program: str) -> bool:
    """Make the standard streams ones that can be used; False, and a line, where there is no standard output.

    A stream that was closed is None in Python, and the next file that is opened would take its place.
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
        # A server's lone surrogates, and characters that the terminal's encoding lacks, are shown rather than fatal.
        if os.name == "posix" and out.fileno() == 1:
            buffer = io.BufferedWriter(_Output(1, "w", closefd=False))
            sys.stdout = io.TextIOWrapper(
                buffer, out.encoding, "backslashreplace", line_buffering=out.line_buffering
            )
        else:
            out.reconfigure(errors="backslashreplace")
    return True


def _claim(descriptor: int) -> None:
    """Occupy a descriptor that is closed."""
    with contextlib.suppress(OSError):
        found = os.open(os.devnull, os.O_RDWR)
        if found != descriptor:
            os.dup2(found, descriptor)
            os.close(found)


def ended(program: str, code: int) -> int:
    """Write what is left for standard output, and return the program's exit code."""
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
    """Why standard output could not be written; None where it could."""
    return getattr(getattr(getattr(sys.stdout, "buffer", None), "raw", None), "failure", None)


def discard_output(error: OSError | None = None) -> None:
    """Send what is left for standard output nowhere: the interpreter would fail on it once more while it ends.

    With an `error`, only where that is standard output's.
    """
    if error is not None and error is not _failure():
        return
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        sys.stdout.flush()


def leave_on_interrupt(program: str) -> None:
    """Let Ctrl-C end the process at once, with a line and its exit code, wherever no command runs.

    An exception in the middle of an import, or while the interpreter ends, is printed with its traceback by
    whoever meets it. Where Ctrl-C is ignored (`nohup`, a job in the background), it stays so.
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
    """Let Ctrl-C raise KeyboardInterrupt: a command that runs has connections to close and files to put away."""
    if not _handlers or signal.getsignal(signal.SIGINT) is not _handlers[-1]:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _handlers[-1])


_handlers: list[Callable[[int, FrameType | None], None]] = []
