"""Show progress on a terminal's standard error when a command takes more than two seconds.

A command has a display from its start; its first line of output ends it. A nested display replaces it.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from veneer_cli import process
from veneer_cli.text import line

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["AFTER", "Display", "end", "shown"]

AFTER: Final = 2.0
"""Seconds before progress is shown."""

timer: Callable[[float, Callable[[], None]], Any] = threading.Timer
"""Calls a function after some seconds, unless it is cancelled; tests replace it."""

_current: list[Display] = []


class Display:
    """The progress of something slow: a label, its state, and bytes for a transfer."""

    def __init__(self, label: str, *, is_transfer: bool = False) -> None:
        self._label = line(label)
        self._state: dict[str, Any] = {"description": self._label}
        self._is_transfer = is_transfer
        self._lock = threading.Lock()
        self._timer: Any = None
        self._shown: Progress | None = None

    def tell(self, state: str) -> None:
        """Show a new state."""
        self._update(description=f"{self._label}: {line(state)}")

    def transferred(self, done: int, total: int | None) -> None:
        """Show how many bytes are done, and of how many if known."""
        self._update(completed=done, total=total)

    def arm(self) -> None:
        """Show the display in two seconds."""
        self._timer = timer(AFTER, self._show)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Remove the display."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._shown is not None:
                self._shown.stop()
                self._shown = None

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TransferSpeedColumn,
        )

        text = TextColumn("{task.description}", markup=False)
        with self._lock:
            if self._timer is None:  # stopped meanwhile
                return
            columns = (
                (text, BarColumn(), DownloadColumn(), TransferSpeedColumn())
                if self._is_transfer
                else (SpinnerColumn(), text, TimeElapsedColumn())
            )
            console = Console(stderr=True, markup=False, emoji=False, highlight=False)
            # Standard output carries data, so it is not redirected.
            shown = Progress(*columns, console=console, transient=True, redirect_stdout=False)
            shown.add_task(**{"total": None, **self._state})
            shown.start()
            self._shown = shown

    def _update(self, **state: Any) -> None:
        self._state |= state
        with self._lock:
            if self._shown is not None:
                self._shown.update(self._shown.task_ids[0], **state)


@contextlib.contextmanager
def shown(label: str, *, is_transfer: bool = False) -> Iterator[Display]:
    """Show progress while something slow runs; nothing if standard error is not a terminal."""
    made = Display(label, is_transfer=is_transfer)
    if not sys.stderr.isatty():
        yield made
        return
    outer = _current[-1] if _current else None
    if outer is not None:
        outer.stop()
    _current.append(made)
    if sys.stdout.isatty():  # other output does not disturb the display
        process.before_output(end)
    made.arm()
    try:
        yield made
    finally:
        made.stop()
        if made in _current:  # nothing was printed so far
            _current.remove(made)
            if outer is not None:
                outer.arm()


def end() -> None:
    """Remove the display for good: output or a prompt follows."""
    while _current:
        _current.pop().stop()
