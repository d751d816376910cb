"""`veneer velerian`: governed runs, their evidence, the audit log, networks and attachments."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veneer._core.errors import ConfigurationError
from veneer_cli.call import add_contract_commands
from veneer_cli.connect import connection
from veneer_cli.flags import flags_of, output_of, service_of
from veneer_cli.inputs import json_object
from veneer_cli.options import command, group
from veneer_cli.output import Output, plain
from veneer_cli.service import PLATFORMS

if TYPE_CHECKING:
    from veneer.velerian import EvidenceExport, NetworkRun, VelerianClient

__all__ = ["app"]

app = group("velerian", "Velerian: governed runs, evidence, audit log, networks.", PLATFORMS["velerian"])
networks = group("networks", "Networks of agents.")
keys = group("keys", "API keys.")
app.add_typer(networks)
app.add_typer(keys)
add_contract_commands(app)

Abp = Annotated[str, typer.Argument(help="The ABP's id.")]
Format = Annotated[str | None, typer.Option("--format", help="The file's format.")]
To = Annotated[Path | None, typer.Option("--output", "-o", help="Write the exported file here.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until it has ended; exit 1 unless it succeeded.")]
Timeout = Annotated[
    float, typer.Option("--timeout", min=0.001, metavar="SECONDS", help="With --wait: at most.")
]
Every = Annotated[
    float, typer.Option("--every", min=0.001, metavar="SECONDS", help="With --wait: ask so often.")
]


def _client(ctx: typer.Context) -> VelerianClient:
    from veneer.velerian import VelerianClient

    return VelerianClient(**connection(service_of(ctx), flags_of(ctx)).arguments())


@command(app, "invoke")
def invoke(
    ctx: typer.Context,
    abp: Abp,
    payload: Annotated[str | None, typer.Option("--payload", "-i", metavar="JSON|@FILE|-")] = None,
) -> None:
    """Run an ABP under its governance; exit 1 unless there is output that may be used."""
    flags = flags_of(ctx)
    given = json_object(payload, flags, "--payload")
    with _client(ctx) as client:
        verdict = client.invoke_abp(abp, payload=given)
    output_of(ctx).value(verdict)
    if not verdict.is_allowed or verdict.model_error:
        raise typer.Exit(1)


@command(app, "evidence")
def evidence(
    ctx: typer.Context,
    abp: Abp,
    invocation: Annotated[str, typer.Argument(help="As `invoke` gave it.")],
    file_format: Format = None,
    to: To = None,
) -> None:
    """Export the evidence of an invocation; with --output, download it."""
    with _client(ctx) as client:
        _exported(ctx, client, client.invocation_evidence(abp, invocation, format=file_format), to)


@command(app, "evidence-package")
def evidence_package(
    ctx: typer.Context,
    abp: Abp,
    since: Annotated[str, typer.Option("--since", metavar="MOMENT", help="ISO 8601.")],
    file_format: Format = None,
    to: To = None,
) -> None:
    """Export all evidence of an ABP since a moment; with --output, download it."""
    with _client(ctx) as client:
        _exported(ctx, client, client.evidence_package(abp, since=since, format=file_format), to)


def _exported(ctx: typer.Context, client: VelerianClient, export: EvidenceExport, to: Path | None) -> None:
    out = output_of(ctx)
    if to is None:
        out.value(export)
        return
    with out.transfer(to.name) as progress:
        done = client.download_export(export, to=to, progress=progress)
    out.value(done)


@command(app, "audit-log")
def audit_log(
    ctx: typer.Context,
    action: Annotated[str | None, typer.Option("--action", help="Such as abp.invoke.")] = None,
    kind: Annotated[str | None, typer.Option("--resource-kind")] = None,
    resource: Annotated[str | None, typer.Option("--resource-id")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="The user's id.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="MOMENT", help="ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="MOMENT", help="ISO 8601.")] = None,
    limit: Limit = 50,
    every: All = False,
) -> None:
    """List entries of the audit log."""
    with _client(ctx) as client:
        entries = client.iter_audit_log(
            action=action, resource_kind=kind, resource_id=resource, actor_user_id=actor, since=since,
            until=until, page_size=_page(limit, every=every),
        )  # fmt: skip
        columns = ("created_at", "action", "actor_user_id", "resource_kind", "resource_id")
        _rows(ctx, entries, columns, None if every else limit)


@command(app, "abps")
def abps(ctx: typer.Context, limit: Limit = 50, every: All = False) -> None:
    """List ABPs."""
    with _client(ctx) as client:
        rows = client.abps.iter(page_size=_page(limit, every=every))
        _rows(ctx, rows, ("id", "name", "status", "created_at"), None if every else limit)


@command(app, "approvals")
def approvals(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option("--status", help="Only those that stand so.")] = None,
    limit: Limit = 50,
    every: All = False,
) -> None:
    """List what waits, or waited, for a human."""
    with _client(ctx) as client:
        rows = client.approvals.iter(status=status, page_size=_page(limit, every=every))
        _rows(ctx, rows, ("id", "status", "created_at"), None if every else limit)


@command(app, "runs")
def runs(ctx: typer.Context, limit: Limit = 50, every: All = False) -> None:
    """List runs of agents."""
    with _client(ctx) as client:
        rows = client.agent_runs.iter(page_size=_page(limit, every=every))
        _rows(ctx, rows, ("id", "status", "created_at"), None if every else limit)


@command(app, "plans")
def plans(ctx: typer.Context) -> None:
    """List plans."""
    with _client(ctx) as client:
        found: Any = client.list_plans()
        _rows(ctx, found if isinstance(found, list) else [found], ("id", "name"), None)


@command(app, "usage")
def usage(ctx: typer.Context) -> None:
    """Show what the tenant used."""
    out = output_of(ctx)
    with _client(ctx) as client:
        found = plain(client.usage_summary())
    packs = {} if out.json else {"evidence_packs": f"{len(found['evidence_packs'])} on the first page"}
    out.value({**found, **packs})


@command(app, "attach")
def attach(
    ctx: typer.Context,
    file: Annotated[list[Path], typer.Argument(help="Files that a run is to work on.")],
    content_type: Annotated[str | None, typer.Option("--content-type", help="Default: by the name.")] = None,
) -> None:
    """Upload files as attachments of runs; their ids go to `networks run --attachment`."""
    out = output_of(ctx)
    with _client(ctx) as client:
        rows = (_uploaded(client, out, one, content_type) for one in file)
        out.rows(rows, ("attachment_id", "filename", "size_bytes", "status"))


def _uploaded(client: VelerianClient, out: Output, file: Path, content_type: str | None = None) -> Any:
    if not file.is_file():
        raise ConfigurationError(f"{file} is no file")
    with out.transfer(file.name) as progress:
        return client.attachments.upload(file, content_type=content_type, progress=progress)


@command(networks, "run")
def networks_run(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(help="The network.")],
    prompt: Annotated[str, typer.Option("--prompt", help="What to do.")],
    file: Annotated[list[Path] | None, typer.Option("--file", help="Upload this file for the run.")] = None,
    attachment: Annotated[list[str] | None, typer.Option("--attachment", help="An id from `attach`.")] = None,
    metadata: Annotated[str | None, typer.Option("--metadata", metavar="JSON|@FILE|-")] = None,
    wait: Wait = False,
    timeout: Timeout = 900.0,
    every: Every = 3.0,
) -> None:
    """Queue a run of a network."""
    flags = flags_of(ctx)
    more = json_object(metadata, flags, "--metadata") if metadata is not None else None
    out = output_of(ctx)
    with _client(ctx) as client:
        ids = [*(attachment or ()), *(_uploaded(client, out, one).attachment_id for one in file or ())]
        queued = client.invoke_network(
            slug, prompt_text=prompt, metadata=more, attachment_ids=ids or None, wait=False
        )
        _finish(client, out, queued, timeout if wait else None, every)


@command(networks, "show")
def networks_show(
    ctx: typer.Context,
    run_id: Annotated[str, typer.Argument(help="As `networks run` gave it.")],
    wait: Wait = False,
    timeout: Timeout = 900.0,
    every: Every = 3.0,
) -> None:
    """Show how a run stands."""
    with _client(ctx) as client:
        _finish(client, output_of(ctx), client.get_run(run_id), timeout if wait else None, every)


def _finish(
    client: VelerianClient, out: Output, run: NetworkRun, timeout: float | None, every: float
) -> None:
    """Print a run; with `timeout` (seconds) when it has ended."""
    if timeout is not None:
        with out.waiting(run.run_id) as tell:
            run = client.await_run(
                run.run_id, run_timeout=timeout, poll_interval=every, progress=lambda one: tell(one.status)
            )
    out.value(run)
    if run.status in {"failed", "blocked"}:
        raise typer.Exit(1)


@command(keys, "list")
def keys_list(ctx: typer.Context, limit: Limit = 50, every: All = False) -> None:
    """List API keys, without their secrets."""
    with _client(ctx) as client:
        rows = client.api_keys.iter(page_size=_page(limit, every=every))
        _rows(ctx, rows, ("id", "name", "scopes", "created_at"), None if every else limit)


@command(keys, "revoke")
def keys_revoke(ctx: typer.Context, key_id: Annotated[str, typer.Argument()]) -> None:
    """End an API key."""
    with _client(ctx) as client:
        client.api_keys.revoke(key_id)


def _page(limit: int, *, every: bool) -> int:
    return 100 if every else min(limit, 100)


def _rows(ctx: typer.Context, rows: Iterable[Any], columns: tuple[str, ...], limit: int | None) -> None:
    out = output_of(ctx)
    out.rows(out.counted(itertools.islice(rows, limit), str(ctx.info_name)), columns)
