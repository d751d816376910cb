"""Print results: tables where a person reads, plain lines in a pipe, JSON with --json."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from veneer_cli.text import clean, json_escaped

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Output", "Progressed", "plain"]

Progressed = Callable[[int, int | None], None]
"""Called with what is done and, where it is known, what there is in all."""


def plain(value: Any) -> Any:
    """Turn a result (model, result value, page, date) into JSON's own types."""
    if value is None or (isinstance(value, (bool, int, float, str)) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if dataclasses.is_dataclass(value):
        # `raw` is the answer as sent: the same again.
        names = (field.name for field in dataclasses.fields(value) if field.name != "raw")
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go. `json` asks for JSON; without it the terminal decides between tables and plain lines. `progress` may be shown where standard error is a terminal."""

    json: bool = False
    progress: bool = True

    def value(self, value: Any) -> None:
        """Print one result: JSON, or a table (in a pipe: lines) of its members."""
        found = plain(value)
        if self.json or not isinstance(found, Mapping):
            self.document(found)
            return
        console = _console()
        if not console.is_terminal:
            for name, one in found.items():
                print(f"{name}: {_one_line(_cell(one))}")
            return
        _print_table(console, None, [(name, _cell(one)) for name, one in found.items()])

    def document(self, value: Any) -> None:
        """Print JSON: indented and coloured on a terminal, else as one line."""
        found = plain(value)
        console = _console() if sys.stdout.isatty() else None
        if console is not None and console.is_terminal:
            from rich.json import JSON

            console.print(JSON(_dumps(found, indent=2)), soft_wrap=True)
        else:
            print(_dumps(found))

    def rows(self, rows: Iterable[Any], columns: Sequence[str]) -> None:
        """Print results one for each line as they come: JSON, or tab-separated `columns`; on a terminal a table of all of them."""
        if self.json:
            for row in rows:
                print(_dumps(plain(row)))
            return
        console = _console()
        found = (_cells(plain(row), columns) for row in rows)
        if not console.is_terminal:
            for cells in found:
                print("\t".join(_one_line(cell) for cell in cells))
            return
        _print_table(console, columns, list(found))

    def event(self, value: Any) -> None:
        """Print an event of a stream as a line of JSON, at once."""
        print(_dumps(plain(value)), flush=True)

    def text(self, text: str) -> None:
        """Print a text as it is."""
        with self.pieces() as write:
            write(text)

    @contextlib.contextmanager
    def pieces(self) -> Iterator[Callable[[str], None]]:
        """Print a text in pieces, each at once; the last line is ended, also where what gives them fails."""
        last = "\n"

        def write(piece: str) -> None:
            nonlocal last
            if piece:
                last = piece[-1]
                sys.stdout.write(clean(piece) if sys.stdout.isatty() else piece)
                sys.stdout.flush()

        try:
            yield write
        finally:
            if last != "\n":
                print(flush=True)

    def note(self, text: str) -> None:
        """Tell a person something that is no result, on standard error."""
        print(clean(text), file=sys.stderr, flush=True)

    def line(self, value: Any) -> str:
        """A value as a line of JSON."""
        return _dumps(plain(value))

    @contextlib.contextmanager
    def transfer(self, label: str) -> Iterator[Progressed | None]:
        """Show bytes done on standard error; None where nothing is shown."""
        if not (self.progress and sys.stderr.isatty()):
            yield None
            return
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
        )
        with Progress(*columns, console=_console(stderr=True), transient=True) as shown:
            task = shown.add_task(clean(label), total=None)
            yield lambda done, total: shown.update(task, completed=done, total=total)

    @contextlib.contextmanager
    def waiting(self, label: str) -> Iterator[Callable[[str], None]]:
        """Show that something is waited for, and how it stands, on standard error."""
        if not (self.progress and sys.stderr.isatty()):
            yield lambda _: None
            return
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        with Progress(*columns, console=_console(stderr=True), transient=True) as shown:
            task = shown.add_task(clean(label), total=None)
            yield lambda state: shown.update(task, description=clean(f"{label}: {state}"))

    def counted(self, rows: Iterable[Any], label: str) -> Iterator[Any]:
        """Pass rows on and show how many there were, where nothing else is printed meanwhile."""
        if self.json and sys.stdout.isatty():
            yield from rows
            return
        with self.waiting(label) as tell:
            for count, row in enumerate(rows, 1):
                if count % 10 == 0:
                    tell(f"{count:,}")
                yield row


def _console(*, stderr: bool = False) -> Console:
    # Rich honours NO_COLOR, FORCE_COLOR, TERM and COLUMNS; what is printed is data, never markup.
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def _print_table(console: Console, columns: Sequence[str] | None, rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_header=columns is not None)
    names = columns if columns is not None else ("", "")
    # A column without a single value only takes space from the others.
    shown = [index for index in range(len(names)) if not rows or any(row[index] for row in rows)]
    for index in shown:
        table.add_column(names[index], overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[index]) for index in shown))
    console.print(table)


def _cells(row: Any, columns: Sequence[str]) -> list[str]:
    """A row's cells; what is not an object, against the contract, is one cell."""
    if isinstance(row, Mapping):
        return [_cell(_at(row, column)) for column in columns]
    return [_cell(row), *[""] * (len(columns) - 1)]


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return clean(value if isinstance(value, str) else _dumps(value))


def _one_line(text: str) -> str:
    return text.replace("\t", "\\t").replace("\n", "\\n")


def _dumps(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent)
    return json_escaped(text)
