"""`mcp`: offer an API's operations to agents over the Model Context Protocol (extra `mcp`)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from veneer._core.errors import ConfigurationError
from veneer_cli.connect import connection
from veneer_cli.flags import flags_of, service_of
from veneer_cli.parameters import option

if TYPE_CHECKING:
    from veneer_cli.flags import Flags
    from veneer_cli.mcp.server import Tools
    from veneer_cli.service import Service

__all__ = ["mcp", "offered"]

TOKEN = "VENEER_MCP_TOKEN"  # noqa: S105  # the variable's name
"""The environment variable of the token that HTTP clients need."""

Only = Annotated[
    list[str] | None,
    option(
        "--only",
        metavar="NAME",
        help="Offer only this operation, tag or path (wildcards allowed); repeatable.",
    ),
]
Without = Annotated[
    list[str] | None,
    option("--without", metavar="NAME", help="Do not offer this operation, tag or path; repeatable."),
]
ReadOnly = Annotated[bool, option("--read-only", help="Offer only operations that change nothing.")]
Files = Annotated[
    Path | None,
    option(
        "--files",
        metavar="FOLDER",
        help="Read uploads from this folder and write downloads to it; default: no files are read or written.",
    ),
]
Http = Annotated[
    int | None,
    option(
        "--http",
        metavar="PORT",
        min=0,
        max=65535,
        help=f"Serve HTTP on 127.0.0.1 instead of standard input and output; clients need the token in {TOKEN}, else a printed one.",
    ),
]


def mcp(
    ctx: click.Context,
    only: Only = None,
    without: Without = None,
    read_only: ReadOnly = False,
    files: Files = None,
    http: Http = None,
) -> None:
    """Offer the API's operations to agents over the Model Context Protocol (extra `mcp`).

    They get two tools, search and call. Keys and addresses come from the settings. An agent can
    neither see nor choose them.
    """
    _serve(ctx, service_of(ctx), only, without, files, http, read_only=read_only)


def _serve(
    ctx: click.Context,
    service: Service,
    only: Sequence[str] | None,
    without: Sequence[str] | None,
    files: Path | None,
    http: int | None,
    *,
    read_only: bool,
) -> None:
    """Serve an API's operations until the client leaves: on standard input and output, or a port of 127.0.0.1.

    Raises ConfigurationError as `offered` does.
    """
    tools = offered(
        service, flags_of(ctx), only=only or (), without=without or (), files=files, read_only=read_only
    )
    import asyncio

    from veneer_cli.progress import end

    end()  # a server shows no progress

    from veneer_cli.mcp.server import serve_http, serve_stdio

    asyncio.run(serve_stdio(tools) if http is None else serve_http(tools, http, _token()))


def offered(
    service: Service,
    flags: Flags,
    *,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    read_only: bool = False,
    files: Path | None = None,
) -> Tools:
    """Return the tools that call an API.

    Raises ConfigurationError for settings that cannot work, for a name that selects nothing, and if
    the extra is missing.
    """
    if flags.api_key_stdin:
        raise ConfigurationError(
            "--api-key-stdin: the protocol uses standard input; use the environment or the settings file"
        )
    try:
        from veneer_cli.mcp.server import Tools
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"veneer", "veneer_cli", "veneer_codegen"}:
            raise
        raise ConfigurationError('`mcp` needs its extra: pip install "veneer[mcp]"') from None
    from veneer_cli.mcp.caller import Caller
    from veneer_cli.mcp.catalog import Catalog

    if files is not None and not files.is_dir():
        raise ConfigurationError(f"--files: {files} is not a folder")
    connection(service, flags)  # report wrong settings to the user now, not to an agent later
    document = _chosen(service, only, without)
    catalog = Catalog(document, read_only=read_only)
    if not catalog.offered:
        raise ConfigurationError("no operation is left to offer: every one of them may change something")
    title = str((document.get("info") or {}).get("title") or service.name)
    return Tools(title, catalog, Caller(service, catalog, flags, files), read_only=read_only)


def _token() -> str | None:
    found = os.environ.get(TOKEN)
    if found is not None and not found.strip():
        raise ConfigurationError(f"{TOKEN} is empty: give a token, or leave it out")
    return found


def _chosen(service: Service, only: Sequence[str], without: Sequence[str]) -> Mapping[str, Any]:
    """Return the contract with the selected operations only; names of `operations` work too."""
    document = service.document
    if not only and not without:
        return document
    from veneer_cli.mcp.catalog import Catalog

    try:
        from veneer_codegen import selection
        from veneer_codegen.errors import ContractError
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f'--only and --without need the extra: pip install "veneer[codegen]" ({error.name} is missing)'
        ) from None

    listed = Catalog(document).offered

    def widened(names: Sequence[str]) -> Iterator[str]:
        for name in names:
            own = [one.operation for one in listed if fnmatchcase(one.operation.name, name)]
            yield from (f"{one.method} {one.path}" for one in own)
            if not own or any(fnmatchcase(one.namespace, name) for one in listed):
                yield name

    try:
        return selection.select(document, [*widened(only)], [*widened(without)])
    except ContractError as error:
        raise ConfigurationError(error.reason) from None
