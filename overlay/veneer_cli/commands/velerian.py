"""`veneer velerian`: governed runs, their evidence, the audit log, networks and attachments."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
from click.exceptions import Exit

from veneer._core.errors import ConfigurationError
from veneer_cli.flags import flags_of, output_of, service_of
from veneer_cli.inputs import json_object
from veneer_cli.output import Output, plain
from veneer_cli.parameters import argument, option
from veneer_cli.service import PLATFORMS
from veneer_cli.tree import add_contract_commands, command, group

if TYPE_CHECKING:
    from veneer.velerian import EvidenceExport, NetworkRun, VelerianClient

__all__ = ["app"]

app = group("velerian", service=PLATFORMS["velerian"])
networks = group("networks", "Networks of agents.")
keys = group("keys", "API keys.")
app.add(networks)
app.add(keys)
add_contract_commands(app)

Abp = Annotated[str, argument(help="The ABP's id.")]
Format = Annotated[str | None, option("--format", help="The file format.")]
To = Annotated[Path | None, option("--output", "-o", help="Write the exported file here.")]
Limit = Annotated[int, option("--limit", "-n", min=1, help="At most this many.")]
All = Annotated[bool, option("--all", help="List all.")]
Wait = Annotated[bool, option("--wait", help="Wait until it ends; exit 1 unless it succeeded.")]
Timeout = Annotated[
    float, option("--timeout", min=0.001, metavar="SECONDS", help="With --wait: the longest wait.")
]
Every = Annotated[
    float, option("--every", min=0.001, metavar="SECONDS", help="With --wait: the polling interval.")
]


def _client(ctx: click.Context) -> VelerianClient:
    from veneer.velerian import VelerianClient
    from veneer_cli.connect import connection

    return VelerianClient(**connection(service_of(ctx), flags_of(ctx)).arguments())


@command(app, "invoke")
def invoke(
    ctx: click.Context,
    abp: Abp,
    payload: Annotated[str | None, option("--payload", "-i", metavar="JSON|@FILE|-")] = None,
) -> None:
    """Run an ABP under its governance; exit 1 unless its output may be used."""
    flags = flags_of(ctx)
    given = json_object(payload, flags, "--payload")
    with _client(ctx) as client:
        verdict = client.invoke_abp(abp, payload=given)
    output_of(ctx).value(verdict)
    if not verdict.is_allowed or verdict.model_error:
        raise Exit(1)


@command(app, "evidence")
def evidence(
    ctx: click.Context,
    abp: Abp,
    invocation: Annotated[str, argument(help="The id that `invoke` printed.")],
    file_format: Format = None,
    to: To = None,
) -> None:
    """Export the evidence of an invocation; with --output, download it."""
    with _client(ctx) as client:
        _exported(ctx, client, client.invocation_evidence(abp, invocation, format=file_format), to)


@command(app, "evidence-package")
def evidence_package(
    ctx: click.Context,
    abp: Abp,
    since: Annotated[str, option("--since", metavar="MOMENT", help="ISO 8601.")],
    file_format: Format = None,
    to: To = None,
) -> None:
    """Export all evidence of an ABP since a time; with --output, download it."""
    with _client(ctx) as client:
        _exported(ctx, client, client.evidence_package(abp, since=since, format=file_format), to)


def _exported(ctx: click.Context, client: VelerianClient, export: EvidenceExport, to: Path | None) -> None:
    out = output_of(ctx)
    if to is None:
        out.value(export)
        return
    with out.transfer(to.name) as progress:
        done = client.download_export(export, to=to, progress=progress)
    out.value(done)


@command(app, "audit-log")
def audit_log(
    ctx: click.Context,
    action: Annotated[str | None, option("--action", help="Such as abp.invoke.")] = None,
    kind: Annotated[str | None, option("--resource-kind")] = None,
    resource: Annotated[str | None, option("--resource-id")] = None,
    actor: Annotated[str | None, option("--actor", help="The user's id.")] = None,
    since: Annotated[str | None, option("--since", metavar="MOMENT", help="ISO 8601.")] = None,
    until: Annotated[str | None, option("--until", metavar="MOMENT", help="ISO 8601.")] = None,
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
def abps(ctx: click.Context, limit: Limit = 50, every: All = False) -> None:
    """List ABPs."""
    with _client(ctx) as client:
        rows = client.abps.iter(page_size=_page(limit, every=every))
        _rows(ctx, rows, ("id", "name", "status", "created_at"), None if every else limit)


@command(app, "approvals")
def approvals(
    ctx: click.Context,
    status: Annotated[str | None, option("--status", help="Only approvals with this status.")] = None,
    limit: Limit = 50,
    every: All = False,
) -> None:
    """List pending and past approvals by people."""
    with _client(ctx) as client:
        rows = client.approvals.iter(status=status, page_size=_page(limit, every=every))
        _rows(ctx, rows, ("id", "status", "created_at"), None if every else limit)


@command(app, "runs")
def runs(ctx: click.Context, limit: Limit = 50, every: All = False) -> None:
    """List runs of agents."""
    with _client(ctx) as client:
        rows = client.agent_runs.iter(page_size=_page(limit, every=every))
        _rows(ctx, rows, ("id", "status", "created_at"), None if every else limit)


@command(app, "plans")
def plans(ctx: click.Context) -> None:
    """List plans."""
    with _client(ctx) as client:
        found: Any = client.list_plans()
        _rows(ctx, found if isinstance(found, list) else [found], ("id", "name"), None)


@command(app, "usage")
def usage(ctx: click.Context) -> None:
    """Show the tenant's usage."""
    out = output_of(ctx)
    with _client(ctx) as client:
        found = plain(client.usage_summary())
    packs = {} if out.json else {"evidence_packs": f"{len(found['evidence_packs'])} on the first page"}
    out.value({**found, **packs})


@command(app, "attach")
def attach(
    ctx: click.Context,
    file: Annotated[list[Path], argument(help="Files for a run to work on.")],
    content_type: Annotated[str | None, option("--content-type", help="Default: from the file name.")] = None,
) -> None:
    """Upload files as attachments; pass their ids to `networks run --attachment`."""
    out = output_of(ctx)
    with _client(ctx) as client:
        rows = (_uploaded(client, out, one, content_type) for one in file)
        out.rows(rows, ("attachment_id", "filename", "size_bytes", "status"))


def _uploaded(client: VelerianClient, out: Output, file: Path, content_type: str | None = None) -> Any:
    if not file.is_file():
        raise ConfigurationError(f"{file} is not a file")
    with out.transfer(file.name) as progress:
        return client.attachments.upload(file, content_type=content_type, progress=progress)


@command(networks, "run")
def networks_run(
    ctx: click.Context,
    slug: Annotated[str, argument(help="The network.")],
    prompt: Annotated[str, option("--prompt", help="What to do.")],
    file: Annotated[list[Path] | None, option("--file", help="Upload this file for the run.")] = None,
    attachment: Annotated[list[str] | None, option("--attachment", help="An id from `attach`.")] = None,
    metadata: Annotated[str | None, option("--metadata", metavar="JSON|@FILE|-")] = None,
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
    ctx: click.Context,
    run_id: Annotated[str, argument(help="The id that `networks run` printed.")],
    wait: Wait = False,
    timeout: Timeout = 900.0,
    every: Every = 3.0,
) -> None:
    """Show the state of a run."""
    with _client(ctx) as client:
        _finish(client, output_of(ctx), client.get_run(run_id), timeout if wait else None, every)


def _finish(
    client: VelerianClient, out: Output, run: NetworkRun, timeout: float | None, every: float
) -> None:
    """Print a run; with `timeout` (seconds), wait until it ends."""
    if timeout is not None:
        with out.waiting(run.run_id) as tell:
            run = client.await_run(
                run.run_id, run_timeout=timeout, poll_interval=every, progress=lambda one: tell(one.status)
            )
    out.value(run)
    if run.status in {"failed", "blocked"}:
        raise Exit(1)


@command(keys, "list")
def keys_list(ctx: click.Context, limit: Limit = 50, every: All = False) -> None:
    """List API keys, without their secrets."""
    with _client(ctx) as client:
        rows = client.api_keys.iter(page_size=_page(limit, every=every))
        _rows(ctx, rows, ("id", "name", "scopes", "created_at"), None if every else limit)


@command(keys, "revoke")
def keys_revoke(ctx: click.Context, key_id: Annotated[str, argument()]) -> None:
    """Revoke an API key."""
    with _client(ctx) as client:
        client.api_keys.revoke(key_id)


def _page(limit: int, *, every: bool) -> int:
    return 100 if every else min(limit, 100)


def _rows(ctx: click.Context, rows: Iterable[Any], columns: tuple[str, ...], limit: int | None) -> None:
    out = output_of(ctx)
    out.rows(out.counted(itertools.islice(rows, limit), str(ctx.info_name)), columns)
