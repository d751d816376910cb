"""`veneer hestiaos`, which is `hestiaos` too: runs under governance, their traces, the server's health, secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from veneer_cli.call import add_contract_commands
from veneer_cli.connect import connection
from veneer_cli.flags import flags_of, output_of, service_of
from veneer_cli.inputs import json_object, secret
from veneer_cli.options import command, group
from veneer_cli.output import plain
from veneer_cli.service import PLATFORMS

if TYPE_CHECKING:
    from veneer.hestiaos import Client, StreamEvent

__all__ = ["app"]

app = group(
    "hestiaos",
    "HestiaOS: run under governance, read traces, check health, keep secrets.",
    PLATFORMS["hestiaos"],
)
secrets = group("secrets", "The vault.")
app.add_typer(secrets)
add_contract_commands(app)

_RUN = ("result", "trace_id", "output", "mode", "budget", "latency_ms")
_HEALTH = ("status", "version", "uptime_seconds")

Input = Annotated[str, typer.Argument(metavar="TEXT", help="What to do.")]
Session = Annotated[str | None, typer.Option("--session", help="Go on with this session.")]
Agent = Annotated[str | None, typer.Option("--agent", help="The agent that it is for.")]
Mode = Annotated[str | None, typer.Option("--mode", help="A hint: fast, balanced or deep.")]
Limit = Annotated[int | None, typer.Option("--timeout-ms", min=1, help="The server's limit.")]


def _client(ctx: typer.Context) -> Client:
    from veneer.hestiaos import Client

    return Client(**connection(service_of(ctx), flags_of(ctx)).arguments())


@command(app, "run")
def run(
    ctx: typer.Context,
    text: Input,
    session: Session = None,
    agent: Agent = None,
    mode: Mode = None,
    timeout_ms: Limit = None,
) -> None:
    """Run a command through governance; exit 1 where governance blocks it."""
    with _client(ctx) as client:
        done = plain(client.run(text, session, agent, mode, timeout_ms))
    output_of(ctx).value({**dict.fromkeys(_RUN), **done})
    if "BLOCK" in (done.get("result"), done.get("mode")):
        raise typer.Exit(1)


@command(app, "stream")
def stream(
    ctx: typer.Context,
    text: Input,
    session: Session = None,
    agent: Agent = None,
    mode: Mode = None,
    timeout_ms: Limit = None,
) -> None:
    """Run a command and print its output as it comes (with --json: its events); exit 1 where it fails."""
    out = output_of(ctx)
    failed = False
    with (
        _client(ctx) as client,
        client.run_stream(text, session, agent, mode, timeout_ms) as events,
        out.pieces() as write,
    ):
        said = False
        for event in events:
            failed = failed or event.is_error()
            if out.json:
                out.event(event)
            elif event.is_tool_call() or event.is_error():
                out.note(f"{event.type}: {out.line(event.data)}")
            else:
                piece = _output(event, said=said)
                said = said or bool(piece)
                write(piece)
    if failed:
        raise typer.Exit(1)


def _output(event: StreamEvent, *, said: bool) -> str:
    """What an event adds to the output; the output as a whole only where nothing was `said` before."""
    piece = event.data.get("text", event.data.get("delta"))
    if event.is_final() and not said:
        piece = event.data.get("result")
    return piece if isinstance(piece, str) and not (event.is_final() and said) else ""


@command(app, "trace")
def trace(ctx: typer.Context, trace_id: Annotated[str, typer.Argument(help="As `run` gave it.")]) -> None:
    """Show what governance decided on a run, and why; exit 1 where there is no such trace."""
    with _client(ctx) as client:
        output_of(ctx).value(client.trace(trace_id))


@command(app, "health")
def health(ctx: typer.Context) -> None:
    """Check that the server answers."""
    with _client(ctx) as client:
        found = plain(client.health())
    output_of(ctx).value({**dict.fromkeys(_HEALTH), **found})


@command(app, "status")
def status(ctx: typer.Context) -> None:
    """Show the server's status and which of its parts are up."""
    with _client(ctx) as client:
        output_of(ctx).value(client.system.status())


@command(app, "metrics")
def metrics(ctx: typer.Context) -> None:
    """Show the server's figures."""
    with _client(ctx) as client:
        output_of(ctx).value(client.system.metrics().metrics)


@command(app, "chat")
def chat(ctx: typer.Context, message: Annotated[str, typer.Argument()], session: Session = None) -> None:
    """Say something, in a new session or one that goes on."""
    with _client(ctx) as client:
        answer = client.chat.run(message, session)
    out = output_of(ctx)
    if out.json:
        out.value(answer)
    else:
        out.text(str(answer.result))
        out.note(f"session: {answer.session_id}")


@command(app, "agent")
def agent(
    ctx: typer.Context,
    agent_id: Annotated[str, typer.Argument()],
    task: Annotated[str, typer.Argument()],
    config: Annotated[str | None, typer.Option("--config", metavar="JSON|@FILE|-")] = None,
) -> None:
    """Give an agent a task and wait for it; exit 1 where it failed or was blocked."""
    flags = flags_of(ctx)
    settings: dict[str, Any] | None = None if config is None else json_object(config, flags, "--config")
    with _client(ctx) as client:
        done = client.agents.run(agent_id, task, settings)
    output_of(ctx).value(done)
    if done.status in {"FAILED", "BLOCKED"}:
        raise typer.Exit(1)


@command(app, "explain")
def explain(
    ctx: typer.Context,
    command_type: Annotated[str, typer.Argument()],
    command_input: Annotated[str | None, typer.Option("--input", "-i", metavar="JSON|@FILE|-")] = None,
) -> None:
    """Show what governance would decide on a command, without running it."""
    flags = flags_of(ctx)
    given = json_object(command_input, flags, "--input")
    with _client(ctx) as client:
        output_of(ctx).value(client.governance.explain(command_type, given))


Key = Annotated[str, typer.Argument(metavar="NAME", help="The secret's name.")]


@command(secrets, "get")
def secrets_get(ctx: typer.Context, key: Key) -> None:
    """Print a secret's value."""
    with _client(ctx) as client:
        value = client.secrets.get(key)
    out = output_of(ctx)
    if out.json:
        out.value({"value": value})
    else:
        out.text(value)


@command(secrets, "set")
def secrets_set(
    ctx: typer.Context,
    key: Key,
    provider: Annotated[str, typer.Option("--provider")] = "custom",
    tool: Annotated[list[str] | None, typer.Option("--tool", help="May read it; default: all.")] = None,
) -> None:
    """Keep a secret; its value is asked for, or read from standard input."""
    value = secret(f"value of {key}", flags_of(ctx))
    with _client(ctx) as client:
        client.secrets.set(key, value, provider, tool or ("*",))


@command(secrets, "delete")
def secrets_delete(ctx: typer.Context, key: Key) -> None:
    """Forget a secret."""
    with _client(ctx) as client:
        client.secrets.delete(key)
