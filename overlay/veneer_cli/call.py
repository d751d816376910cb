"""`call` and `operations`: every operation of a contract from the command line."""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import click
from click.shell_completion import CompletionItem

from veneer._core.errors import ConfigurationError
from veneer_cli import each
from veneer_cli.connect import client
from veneer_cli.contract import Contract, Operation, has_members
from veneer_cli.endpoints import Given, arranged
from veneer_cli.flags import Flags, flags_of, output_of, service_of
from veneer_cli.inputs import file_of, json_of, source
from veneer_cli.output import Output
from veneer_cli.parameters import Action, action, argument, option
from veneer_cli.service import Service

if TYPE_CHECKING:
    from veneer import Client
    from veneer._core.call import Bound
    from veneer._core.sse import Event

__all__ = [
    "All",
    "Body",
    "MaxItems",
    "To",
    "body_of_all",
    "call",
    "content",
    "download",
    "operations",
    "paginate",
    "print_answer",
    "stream",
]

Body = Annotated[str | None, option("--body", "-b", metavar="JSON|@FILE|-", help="The request's body.")]
To = Annotated[Path | None, option("--output", "-o", help="Write the response to this file; - prints it.")]
All = Annotated[bool, option("--all", help="Get all pages.")]
MaxItems = Annotated[int | None, option("--max-items", min=1, help="With --all: at most this many rows.")]


def _names(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    service = ctx.find_object(Service) or _chosen(ctx)
    found = () if service is None else service.contract.operations
    return [CompletionItem(one.name, help=one.summary) for one in found if one.name.startswith(incomplete)]


def _chosen(ctx: click.Context) -> Service | None:
    """Return the API of a --contract that is a file; a completion fetches nothing."""
    path = ctx.params.get("contract")
    if not isinstance(path, str) or not Path(path).is_file():
        return None
    from veneer_cli.from_contract import contract_service

    with contextlib.suppress(ConfigurationError):
        return contract_service(path)
    return None


def _call(
    ctx: click.Context,
    operation: Annotated[
        str,
        argument(help="The operationId, the name in the SDK, or 'METHOD /path'.", shell_complete=_names),
    ],
    param: Annotated[
        list[str] | None,
        option(
            "--param",
            "-p",
            metavar="NAME=VALUE",
            help="An argument, or a member of the body; @PATH for a file.",
        ),
    ] = None,
    body: Body = None,
    output: To = None,
    every: All = False,
    limit: MaxItems = None,
    streamed: Annotated[bool, option("--stream", help="Request a stream; print one line per event.")] = False,
    **more: Any,
) -> None:
    """Call any operation of the contract and print the response unchanged, as JSON.

    With --each, call it with every line of a file, several at once.
    """
    flags, service = flags_of(ctx), service_of(ctx)
    found = service.contract.find(operation)
    many = each.chosen(ctx, ctx.params, ("output", "every", "limit", "streamed"))
    if many is not None:
        from veneer_cli.many import call_many

        call_many(ctx, service, found, _named(found, param or ()), body_of_all(found, body, flags), many)
        return
    with contextlib.ExitStack() as stack:
        values = _values(found, param or (), stack)
        given = content(found, body, flags, stack)
        found.check(values, body=given is not None)
        asked = arranged(service, found, values, given, stream=streamed)
        to = output_of(ctx)
        with client(service, flags) as at:
            if output is not None or (found.binary and not flags.shows):
                download(at, asked, to, output)
            elif every:
                paginate(at, asked, to, limit, more["concurrency"])
            elif streamed or found.streams:
                stream(at, asked, to)
            else:
                print_answer(at.call(asked), to)


_own = action(_call)
call: Final = Action(_own.run, (*_own.parameters, *each.options()), _own.help)
"""The command that calls any operation."""


def operations(
    ctx: click.Context,
    operation: Annotated[
        str | None, argument(help="Show the parameters of this operation.", shell_complete=_names)
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
    """Print a response as JSON or bytes; an empty one is `null` with --json, else nothing."""
    if isinstance(found, bytes):
        sys.stdout.buffer.write(found)
    elif found is not None or out.json:
        out.document(found)


def paginate(
    at: Client,
    asked: Bound[Any],
    out: Output,
    limit: int | None,
    concurrency: int | Literal["auto"] | None,
    columns: Sequence[str] = (),
) -> None:
    """Print the rows of all pages as they arrive: `columns` if there are any, else JSON."""
    if concurrency == "auto":
        raise ConfigurationError(
            "--concurrency auto is for --each: give the number of pages to request at once"
        )
    rows = at.paginate(asked, concurrency=concurrency or 1)
    some = itertools.islice(out.counted(rows, asked.endpoint.operation.name), limit)
    if columns:
        out.rows(some, columns)
        return
    for row in some:
        out.event(row)


def stream(at: Client, asked: Bound[Any], out: Output) -> None:
    """Print the events of a stream as they arrive, each as one line of JSON."""
    with at.stream(asked) as events:
        for event in events:
            out.event(_data(event))


def download(at: Client, asked: Bound[Any], out: Output, to: Path | None) -> None:
    """Write the response's bytes to a file, to a pipe, or with `--output -` to a terminal."""
    if to is None and sys.stdout.isatty():
        raise ConfigurationError(
            f"{asked.endpoint.operation.name} returns a file: give --output FILE, or --output - to print it"
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
    """Return the --param arguments by name, typed by the contract; files stay open for the call."""
    kinds = {one.name: one for one in operation.parameters}
    return {name: file_of(kinds[name], value, stack) for name, value in _named(operation, given).items()}


def _named(operation: Operation, given: Sequence[str]) -> dict[str, Any]:
    texts: dict[str, list[str]] = {}
    for pair in given:
        name, sign, text = pair.partition("=")
        if not sign:
            raise ConfigurationError(f"--param takes NAME=VALUE, not {pair!r}")
        texts.setdefault(name, []).append(text)
    return dict(operation.value(name, found) for name, found in texts.items())


def content(
    operation: Operation, body: str | None, flags: Flags, stack: contextlib.ExitStack
) -> Given | None:
    """Read the --body argument: JSON for a JSON or form body, else a file or plain text."""
    if body is None:
        return None
    if not operation.body:
        raise ConfigurationError(f"{operation.name} takes no body")
    structured = has_members(operation.body)
    return Given(json_of(body, flags, "--body") if structured else source(body, flags, stack))


def body_of_all(operation: Operation, body: str | None, flags: Flags) -> Any:
    """Return the --body of many calls: JSON, or text that names each one's content; None without one."""
    if body is None:
        return None
    if not operation.body:
        raise ConfigurationError(f"{operation.name} takes no body")
    if has_members(operation.body):
        return json_of(body, flags, "--body")
    if body == "-":
        raise ConfigurationError("--body - can be read only once: with --each give @FILE")
    return body


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
