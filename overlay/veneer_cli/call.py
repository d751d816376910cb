"""`call` and `operations`: every operation of a contract from the command line."""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, get_type_hints

import typer

from veneer._core.errors import ConfigurationError
from veneer_cli.connect import client
from veneer_cli.contract import Contract, Operation, Parameter, has_members
from veneer_cli.endpoints import Given, arranged
from veneer_cli.flags import Flags, flags_of, output_of, service_of
from veneer_cli.from_contract import contract_service
from veneer_cli.inputs import json_of, opened, source
from veneer_cli.options import command
from veneer_cli.output import Output
from veneer_cli.service import Service

if TYPE_CHECKING:
    from veneer import Client
    from veneer._core.call import Bound
    from veneer._core.sse import Event

__all__ = [
    "All",
    "Body",
    "Concurrency",
    "MaxItems",
    "To",
    "add_contract_commands",
    "call",
    "content",
    "download",
    "file_of",
    "of_contract",
    "operations",
    "paginate",
    "print_answer",
    "stream",
]

Body = Annotated[str | None, typer.Option("--body", "-b", metavar="JSON|@FILE|-", help="The request's body.")]
To = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write the answer to this file; - prints it.")
]
All = Annotated[bool, typer.Option("--all", help="All pages.")]
MaxItems = Annotated[int | None, typer.Option("--max-items", min=1, help="With --all: no more rows.")]
Concurrency = Annotated[
    int, typer.Option("--concurrency", min=1, help="With --all: pages under way at once.")
]


def add_contract_commands(app: typer.Typer, panel: str | None = None) -> None:
    """Give the group of an API the commands `call` and `operations`; `panel` is their place in the help."""
    command(app, "call", rich_help_panel=panel)(call)
    command(app, "operations", rich_help_panel=panel)(operations)


def _names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    service = ctx.find_object(Service) or _chosen(ctx)
    found = () if service is None else service.contract.operations
    return [(one.name, one.summary) for one in found if one.name.startswith(incomplete)]


def _chosen(ctx: typer.Context) -> Service | None:
    """The API of a --contract that is a file, for completions: nothing is fetched for them."""
    path = ctx.params.get("contract")
    if not isinstance(path, str) or not Path(path).is_file():
        return None
    with contextlib.suppress(ConfigurationError):
        return contract_service(path)
    return None


def of_contract(function: Callable[..., None]) -> Callable[..., None]:
    """Return a command of an API as one of any contract, which an option names."""
    hints = get_type_hints(function, include_extras=True)
    own = [
        one.replace(annotation=hints[one.name], kind=inspect.Parameter.KEYWORD_ONLY)
        for one in inspect.signature(function).parameters.values()
    ]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, default, annotation in (
            ("contract", inspect.Parameter.empty, Annotated[str, CONTRACT]),
            ("allow_ref", None, AllowRef),
        )
    ]

    @functools.wraps(function)
    def run(ctx: typer.Context, contract: str, allow_ref: list[str] | None, **given: Any) -> None:
        ctx.obj = contract_service(contract, tuple(allow_ref or ()), given.get("operation") or "")
        function(ctx=ctx, **given)

    signature = inspect.Signature([*own, *more])
    run.__signature__ = signature  # type: ignore[attr-defined]  # as inspect documents it
    run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    return run


CONTRACT = typer.Option(
    "--contract",
    "-c",
    metavar="FILE_OR_URL",
    help="The OpenAPI 3 document, or the server that publishes it.",
)
AllowRef = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-ref", metavar="FILE_OR_URL", help="Let references lead here, outside the contract's folder."
    ),
]


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
    body: Body = None,
    output: To = None,
    every: All = False,
    limit: MaxItems = None,
    concurrency: Concurrency = 1,
    streamed: Annotated[
        bool, typer.Option("--stream", help="Ask for a stream; one line for each event.")
    ] = False,
) -> None:
    """Call any operation of the contract and print its answer as it is, as JSON."""
    flags, service = flags_of(ctx), service_of(ctx)
    found = service.contract.find(operation)
    with contextlib.ExitStack() as stack:
        values = _values(found, param or (), stack)
        given = content(found, body, flags, stack)
        found.check(values, body=given is not None)
        asked = arranged(service, found, values, given, stream=streamed)
        out = output_of(ctx)
        with client(service, flags) as at:
            if output is not None or (found.binary and not flags.shows):
                download(at, asked, out, output)
            elif every:
                paginate(at, asked, out, limit, concurrency)
            elif streamed or found.streams:
                stream(at, asked, out)
            else:
                print_answer(at.call(asked), out)


def operations(
    ctx: typer.Context,
    operation: Annotated[
        str | None, typer.Argument(help="Show the parameters of this one.", autocompletion=_names)
    ] = None,
) -> None:
    """List the operations that `call` reaches, or the parameters of one."""
    out, contract = output_of(ctx), service_of(ctx).contract
    if operation is None:
        out.rows(_listed(contract), ("name", "method", "path", "summary"))
    else:
        rows = _described(contract.find(operation))
        out.rows(rows, ("name", "in", "type", "required", "description"))


def print_answer(found: Any, out: Output) -> None:
    """Print an answer as JSON, or its bytes; an empty one is `null` with --json and nothing without."""
    if isinstance(found, bytes):
        sys.stdout.buffer.write(found)
    elif found is not None or out.json:
        out.document(found)


def paginate(
    at: Client,
    asked: Bound[Any],
    out: Output,
    limit: int | None,
    concurrency: int,
    columns: Sequence[str] = (),
) -> None:
    """Print the rows of all pages, as they come: JSON, or `columns` where there are some."""
    rows = at.paginate(asked, concurrency=concurrency)
    some = itertools.islice(out.counted(rows, asked.endpoint.operation.name), limit)
    if columns:
        out.rows(some, columns)
        return
    for row in some:
        out.event(row)


def stream(at: Client, asked: Bound[Any], out: Output) -> None:
    """Print the events of a stream as they come, one line of JSON each."""
    with at.stream(asked) as events:
        for event in events:
            out.event(_data(event))


def download(at: Client, asked: Bound[Any], out: Output, to: Path | None) -> None:
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
    kinds = {one.name: one for one in operation.parameters}
    return {name: file_of(kinds[name], value, stack) for name, value in values.items()}


def file_of(parameter: Parameter, value: Any, stack: contextlib.ExitStack) -> Any:
    """Return an argument that is a file, or a list of files, as open files; any other as it is.

    A file is `@PATH`. Raises ConfigurationError for one that cannot be read.
    """
    if parameter.kind == "array" and parameter.items == "file":
        return [_file(str(one), stack) for one in value]
    return _file(str(value), stack) if parameter.kind == "file" else value


def _file(text: str, stack: contextlib.ExitStack) -> BinaryIO:
    if not text.startswith("@"):
        raise ConfigurationError(f"a file is given as @PATH, not {text!r}")
    return opened(text[1:], stack)


def content(
    operation: Operation, body: str | None, flags: Flags, stack: contextlib.ExitStack
) -> Given | None:
    """The --body argument: JSON where the contract takes JSON or a form, else a file, or text as it is."""
    if body is None:
        return None
    if not operation.body:
        raise ConfigurationError(f"{operation.name} takes no body")
    structured = has_members(operation.body)
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
