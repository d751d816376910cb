"""`call` and `operations`: every operation of a contract from the command line."""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from veneer._core.errors import ConfigurationError
from veneer_cli.connect import client
from veneer_cli.contract import Contract, Operation, load
from veneer_cli.endpoints import Given, arranged
from veneer_cli.flags import Flags, flags_of, output_of
from veneer_cli.inputs import json_of, opened, source
from veneer_cli.options import command
from veneer_cli.output import Output

if TYPE_CHECKING:
    from veneer import Client
    from veneer._core.call import Bound
    from veneer._core.sse import Event

__all__ = ["add_contract_commands"]


def add_contract_commands(app: typer.Typer) -> None:
    """Give a platform's group (named as the platform) the commands `call` and `operations`."""
    command(app, "call")(call)
    command(app, "operations")(operations)


def _names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    found = _contract(ctx).operations
    return [(one.name, one.summary) for one in found if one.name.startswith(incomplete)]


def call(
    ctx: typer.Context,
    operation: Annotated[
        str,
        typer.Argument(help="operationId, its name in the SDK, or 'METHOD /path'.", autocompletion=_names),
    ],
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            "-p",
            metavar="NAME=VALUE",
            help="An argument, or a member of the body; a file is @PATH.",
        ),
    ] = None,
    body: Annotated[
        str | None, typer.Option("--body", "-b", metavar="JSON|@FILE|-", help="The request's body.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the answer to this file; - prints it.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All pages; one line of JSON for each row.")] = False,
    limit: Annotated[int | None, typer.Option("--max-items", min=1, help="With --all: no more rows.")] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, help="With --all: pages under way at once.")
    ] = 1,
    stream: Annotated[
        bool, typer.Option("--stream", help="Ask for a stream; one line for each event.")
    ] = False,
) -> None:
    """Call any operation of the contract and print its answer as it is, as JSON."""
    flags = flags_of(ctx)
    found = _contract(ctx).find(operation)
    with contextlib.ExitStack() as stack:
        values = _values(found, param or (), stack)
        given = _content(found, body, flags, stack)
        found.check(values, body=given is not None)
        asked = arranged(_platform(ctx), found, values, given, stream=stream)
        out = output_of(ctx)
        with client(_platform(ctx), flags) as at:
            if output is not None or (found.binary and not flags.shows):
                _download(at, asked, out, output)
            elif every:
                _paginate(at, asked, out, limit, concurrency)
            elif stream or found.streams:
                _stream(at, asked, out)
            else:
                _answer(at, asked, out)


def operations(
    ctx: typer.Context,
    operation: Annotated[
        str | None, typer.Argument(help="Show the parameters of this one.", autocompletion=_names)
    ] = None,
) -> None:
    """List the operations that `call` reaches, or the parameters of one."""
    out = output_of(ctx)
    if operation is None:
        out.rows(_listed(_contract(ctx)), ("name", "method", "path", "summary"))
    else:
        rows = _described(_contract(ctx).find(operation))
        out.rows(rows, ("name", "in", "type", "required", "description"))


def _platform(ctx: typer.Context) -> str:
    """The group's name, however the program was called."""
    if ctx.parent is None:
        raise AssertionError("a command without its group")
    return str(ctx.parent.command.name)


def _contract(ctx: typer.Context) -> Contract:
    return load(_platform(ctx))


def _answer(at: Client, asked: Bound[Any], out: Output) -> None:
    """Print the answer; an empty one is `null` with --json and nothing without."""
    found = at.call(asked)
    if isinstance(found, bytes):
        sys.stdout.buffer.write(found)
    elif found is not None or out.json:
        out.document(found)


def _paginate(at: Client, asked: Bound[Any], out: Output, limit: int | None, concurrency: int) -> None:
    rows = at.paginate(asked, concurrency=concurrency)
    for row in itertools.islice(out.counted(rows, asked.endpoint.operation.name), limit):
        out.event(row)


def _stream(at: Client, asked: Bound[Any], out: Output) -> None:
    with at.stream(asked) as events:
        for event in events:
            out.event(_data(event))


def _download(at: Client, asked: Bound[Any], out: Output, to: Path | None) -> None:
    """Write the answer's bytes to a file, or to standard output where that is no terminal or was asked for."""
    if to is None and sys.stdout.isatty():
        raise ConfigurationError(
            f"{asked.endpoint.operation.name} answers a file: give --output FILE, or --output - to print it"
        )
    if to is None or str(to) == "-":
        at.download(asked, to=sys.stdout.buffer)
        return
    with out.transfer(to.name) as progress:
        done = at.download(asked, to=to, progress=progress)
    out.value({"path": done.path, "bytes": done.bytes, "content_type": done.content_type})


def _data(event: Event) -> Any:
    try:
        return event.json()
    except ValueError:
        return event.data


def _values(operation: Operation, given: Sequence[str], stack: contextlib.ExitStack) -> dict[str, Any]:
    """The --param arguments by name, typed by the contract; files stay open for the call."""
    texts: dict[str, list[str]] = {}
    for pair in given:
        name, sign, text = pair.partition("=")
        if not sign:
            raise ConfigurationError(f"--param takes NAME=VALUE, not {pair!r}")
        texts.setdefault(name, []).append(text)
    values = dict(operation.value(name, found) for name, found in texts.items())
    files = {one.name for one in operation.parameters if one.kind == "file"}
    return {name: _file(str(value), stack) if name in files else value for name, value in values.items()}


def _file(text: str, stack: contextlib.ExitStack) -> BinaryIO:
    if not text.startswith("@"):
        raise ConfigurationError(f"a file is given as @PATH, not {text!r}")
    return opened(text[1:], stack)


def _content(
    operation: Operation, body: str | None, flags: Flags, stack: contextlib.ExitStack
) -> Given | None:
    """The --body argument: JSON where the contract takes JSON or a form, else a file, or text as it is."""
    if body is None:
        return None
    if not operation.body:
        raise ConfigurationError(f"{operation.name} takes no body")
    structured = "json" in operation.body or operation.body == "multipart/form-data"
    return Given(json_of(body, flags, "--body") if structured else source(body, flags, stack))


def _listed(contract: Contract) -> Iterator[dict[str, Any]]:
    for one in contract.operations:
        yield {
            "name": one.name,
            "method": one.method,
            "path": one.path,
            "summary": one.summary,
            "id": one.id,
            "stream": bool(one.streams),
            "paged": one.paged,
        }


def _described(operation: Operation) -> Iterator[dict[str, Any]]:
    for one in operation.parameters:
        yield {
            "name": one.name,
            "in": one.place,
            "type": one.type,
            "required": one.required,
            "description": one.description,
        }
