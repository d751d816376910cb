"""A command shows that it takes long from two seconds on, by a timer that tests fire themselves."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout

import pytest

from cli.kit import Invoke
from veneer_cli import process, progress
from veneer_cli.output import Output


class Timer:
    """Stands for `threading.Timer`: two seconds are over when a test says so."""

    armed: list[Timer]

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self.seconds, self.fire = seconds, act

    def start(self) -> None:
        Timer.armed.append(self)

    def cancel(self) -> None:
        if self in Timer.armed:
            Timer.armed.remove(self)


class Terminal(io.StringIO):
    """A terminal that keeps what it was sent."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal, and the timer of the tests."""
    Timer.armed = []
    made = Terminal()
    monkeypatch.setattr(progress, "timer", Timer)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(progress, "_current", [])
    return made


def test_nothing_is_seen_before_two_seconds_and_nothing_stays(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.shown("export.zip") as display:
        (timer,) = Timer.armed
        display.tell("half")
        assert (timer.seconds, terminal.getvalue()) == (2, "")
        timer.fire()
        assert "export.zip: half" in terminal.getvalue()
        display.tell("nearly all")
    assert terminal.getvalue().endswith("\x1b[2K")  # the line is cleared
    assert Timer.armed == []


def test_what_ends_in_time_is_never_seen(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.shown("export.zip"):
        (timer,) = Timer.armed
    timer.fire()  # too late
    assert terminal.getvalue() == ""


def test_bytes_are_shown_with_how_many_there_are(terminal: Terminal) -> None:
    with redirect_stderr(terminal), Output().transfer("big.bin") as transferred:
        assert transferred is not None
        transferred(500_000, 2_000_000)
        Timer.armed[0].fire()
        assert "0.5/2.0 MB" in terminal.getvalue()


def test_a_display_within_another_takes_its_place_and_gives_it_back(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.shown("outer"):
        with progress.shown("inner"):
            assert len(Timer.armed) == 1
            Timer.armed[0].fire()
            assert ("outer" in terminal.getvalue(), "inner" in terminal.getvalue()) == (False, True)
        Timer.armed[0].fire()
        assert "outer" in terminal.getvalue()


def test_output_on_the_terminal_ends_it(terminal: Terminal) -> None:
    with redirect_stderr(terminal), redirect_stdout(Terminal()), progress.shown("outer"):
        (timer,) = Timer.armed
        while process._before:
            process._before.pop()()
        timer.fire()
    assert (terminal.getvalue(), Timer.armed) == ("", [])


def test_what_a_server_says_cannot_steer_the_terminal(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.shown("a\x1b[31m\nb") as display:
        display.tell("\x1b]0;owned\x07")
        Timer.armed[0].fire()
    assert "\x1b[31m" not in terminal.getvalue()
    assert "\x1b]0" not in terminal.getvalue()


def test_without_a_terminal_there_is_no_timer(monkeypatch: pytest.MonkeyPatch, veneer: Invoke) -> None:
    Timer.armed = []
    monkeypatch.setattr(progress, "timer", Timer)
    with progress.shown("x"):
        assert Timer.armed == []
    assert veneer("hestiaos", "health").stderr == ""
