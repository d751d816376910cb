"""Print results: tables on a terminal, plain lines in a pipe, JSON with --json."""

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

from veneer_cli.progress import shown
from veneer_cli.selection import Fields, Query, at
from veneer_cli.text import MAX_DEPTH, clean, json_escaped

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Output", "Progressed", "plain"]

Progressed = Callable[[int, int | None], None]
"""Called with the amount done and, if known, the total."""


def plain(value: Any, levels: int = MAX_DEPTH) -> Any:
    """Return a result (model, result value, page, date) as plain JSON types.

    Raises RecursionError for more than `levels` levels: Python's own limit varies between versions.
    """
    if levels < 0:
        raise RecursionError
    below = levels - 1
    if value is None or (isinstance(value, (bool, int, float, str)) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(one, below) for name, one in value.items()}
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "to_dict"):
        return plain(value.to_dict(), levels)
    if dataclasses.is_dataclass(value):
        # `raw` is the response as sent: the same data again.
        names = (field.name for field in dataclasses.fields(value) if field.name != "raw")
        return {name: plain(getattr(value, name), below) for name in names}
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [plain(one, below) for one in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


@dataclass(frozen=True, slots=True)
class Output:
    """Prints results: JSON if `json`, else tables on a terminal and plain lines elsewhere.

    `progress` may be shown if standard error is a terminal. `chosen` selects parts of a result.
    """

    json: bool = False
    progress: bool = True
    chosen: Fields | Query | None = None

    def value(self, value: Any) -> None:
        """Print one result: JSON, or its members as a table (in a pipe: as lines)."""
        if isinstance(self.chosen, Query):
            self.document(value)
            return
        found = self._of(value)
        if self.json or not isinstance(found, Mapping):
            self._document(found)
            return
        console = _console()
        if not console.is_terminal:
            for name, one in found.items():
                print(f"{name}: {_one_line(_cell(one))}")
            return
        _print_table(console, None, [(name, _cell(one)) for name, one in found.items()])

    def document(self, value: Any) -> None:
        """Print JSON, indented and coloured on a terminal, else on one line."""
        found = self._of(value)
        if isinstance(self.chosen, Query) and isinstance(found, str) and not self.json:
            self.text(f"{found}\n")
        else:
            self._document(found)

    def _of(self, value: Any) -> Any:
        """Return the selected parts of a result as plain JSON types."""
        found = plain(value)
        if self.chosen is None:
            return found
        found = self.chosen(found)
        if isinstance(self.chosen, Fields):
            self._remark(self.chosen)
        return found

    def _remark(self, fields: Fields) -> None:
        if said := fields.remark():
            self.note(said)

    def _document(self, found: Any) -> None:
        console = _console() if sys.stdout.isatty() else None
        if console is not None and console.is_terminal:
            from rich.json import JSON

            console.print(JSON(_dumps(found, indent=2)), soft_wrap=True)
        else:
            print(_dumps(found))

    def rows(self, rows: Iterable[Any], columns: Sequence[str]) -> None:
        """Print each result on a line as it arrives: JSON or tab-separated `columns`.

        A terminal without `json` gets one table of all results.
        """
        chosen = self.chosen
        if isinstance(chosen, Query):
            for row in rows:
                self.event(row)
            return
        if chosen is not None:
            rows, columns = (chosen(plain(row)) for row in rows), chosen.paths
        if self.json:
            for row in rows:
                print(_dumps(plain(row)))
        else:
            _print_rows(rows, columns, by_path=chosen is None)
        if chosen is not None:
            self._remark(chosen)

    def event(self, value: Any) -> None:
        """Print an event of a stream as a line of JSON, at once."""
        found = plain(value) if self.chosen is None else self.chosen(plain(value))
        if isinstance(self.chosen, Query) and isinstance(found, str) and not self.json:
            print(clean(found) if sys.stdout.isatty() else found, flush=True)
        else:
            print(_dumps(found), flush=True)

    def text(self, text: str) -> None:
        """Print a text unchanged."""
        with self.pieces() as write:
            write(text)

    @contextlib.contextmanager
    def pieces(self) -> Iterator[Callable[[str], None]]:
        """Print a text in pieces, each at once; the last line is ended even if their source fails."""
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
        """Print a remark on standard error."""
        print(clean(text), file=sys.stderr, flush=True)

    def line(self, value: Any) -> str:
        """Return a value as a line of JSON."""
        return _dumps(plain(value))

    @contextlib.contextmanager
    def transfer(self, label: str) -> Iterator[Progressed | None]:
        """Show the progress of a long transfer on standard error; yields None if nothing is shown."""
        if not self.progress:
            yield None
            return
        with shown(label, is_transfer=True) as display:
            yield display.transferred

    @contextlib.contextmanager
    def waiting(self, label: str) -> Iterator[Callable[[str], None]]:
        """Show on standard error what a long wait is for, and its state."""
        if not self.progress:
            yield lambda _: None
            return
        with shown(label) as display:
            yield display.tell

    def counted(self, rows: Iterable[Any], label: str) -> Iterator[Any]:
        """Yield rows and show how many there were so far."""
        with self.waiting(label) as tell:
            for count, row in enumerate(rows, 1):
                if count % 10 == 0:
                    tell(f"{count:,}")
                yield row


def _console() -> Console:
    # Rich honours NO_COLOR, FORCE_COLOR, TERM and COLUMNS; output is data, never markup.
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False)


def _print_rows(rows: Iterable[Any], columns: Sequence[str], *, by_path: bool) -> None:
    console = _console()
    found = (_cells(plain(row), columns, by_path=by_path) for row in rows)
    if not console.is_terminal:
        for cells in found:
            print("\t".join(_one_line(cell) for cell in cells))
        return
    _print_table(console, columns, list(found))


def _print_table(console: Console, columns: Sequence[str] | None, rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_header=columns is not None)
    names = columns if columns is not None else ("", "")
    # A column without values only takes space from the others.
    shown = [index for index in range(len(names)) if not rows or any(row[index] for row in rows)]
    for index in shown:
        table.add_column(names[index], overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[index]) for index in shown))
    console.print(table)


def _cells(row: Any, columns: Sequence[str], *, by_path: bool = True) -> list[str]:
    """Return a row's cells; a row that is not an object, against the contract, is one cell."""
    if isinstance(row, Mapping):
        return [_cell(at(row, column) if by_path else row.get(column)) for column in columns]
    return [_cell(row), *[""] * (len(columns) - 1)]


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
