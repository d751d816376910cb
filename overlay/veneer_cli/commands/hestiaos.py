"""`veneer hestiaos`, also `hestiaos`: governed runs, their traces, the server's health, secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import click
from click.exceptions import Exit

from veneer_cli.flags import flags_of, output_of, service_of
from veneer_cli.inputs import json_object, secret
from veneer_cli.output import plain
from veneer_cli.parameters import argument, option
from veneer_cli.service import PLATFORMS
from veneer_cli.tree import (
    COMPLETION,
    CONFIG,
    LOGIN,
    LOGOUT,
    Group,
    add_contract_commands,
    command,
    deferred,
    group,
)

if TYPE_CHECKING:
    from veneer.hestiaos import Client, StreamEvent

__all__ = ["app"]

app = group("hestiaos", service=PLATFORMS["hestiaos"])
secrets = group("secrets", "The vault.")
app.add(secrets)
add_contract_commands(app)


def program() -> Group:
    """Return `hestiaos` as a program of its own: the group and the general commands."""
    home = Group(app.name, app.about, app.service, commands={**app.commands})
    for name, about in (("login", LOGIN), ("logout", LOGOUT)):
        home.add(deferred(name, f"veneer_cli.commands.login:{name}", about))
    home.add(deferred("config", "veneer_cli.commands.config:app", CONFIG))
    home.add(deferred("completion", "veneer_cli.commands.completion:completion", COMPLETION))
    return home


_RUN = ("result", "trace_id", "output", "mode", "budget", "latency_ms")
_HEALTH = ("status", "version", "uptime_seconds")

Input = Annotated[str, argument(metavar="TEXT", help="What to do.")]
Session = Annotated[str | None, option("--session", help="Continue this session.")]
Agent = Annotated[str | None, option("--agent", help="The agent to use.")]
Mode = Annotated[str | None, option("--mode", help="A hint: fast, balanced or deep.")]
Limit = Annotated[int | None, option("--timeout-ms", min=1, help="The server's time limit.")]


def _client(ctx: click.Context) -> Client:
    from veneer.hestiaos import Client
    from veneer_cli.connect import connection

    return Client(**connection(service_of(ctx), flags_of(ctx)).arguments())


@command(app, "run")
def run(
    ctx: click.Context,
    text: Input,
    session: Session = None,
    agent: Agent = None,
    mode: Mode = None,
    timeout_ms: Limit = None,
) -> None:
    """Run a command through governance; exit 1 if governance blocks it."""
    with _client(ctx) as client:
        done = plain(client.run(text, session, agent, mode, timeout_ms))
    output_of(ctx).value({**dict.fromkeys(_RUN), **done})
    if "BLOCK" in (done.get("result"), done.get("mode")):
        raise Exit(1)


@command(app, "stream")
def stream(
    ctx: click.Context,
    text: Input,
    session: Session = None,
    agent: Agent = None,
    mode: Mode = None,
    timeout_ms: Limit = None,
) -> None:
    """Run a command and print its output as it arrives (with --json: its events); exit 1 if it fails."""
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
        raise Exit(1)


def _output(event: StreamEvent, *, said: bool) -> str:
    """Return what an event adds to the output; the whole output counts only if none was `said`."""
    piece = event.data.get("text", event.data.get("delta"))
    if event.is_final() and not said:
        piece = event.data.get("result")
    return piece if isinstance(piece, str) and not (event.is_final() and said) else ""


@command(app, "trace")
def trace(ctx: click.Context, trace_id: Annotated[str, argument(help="The id that `run` printed.")]) -> None:
    """Show what governance decided on a run, and why; exit 1 if there is no trace."""
    with _client(ctx) as client:
        output_of(ctx).value(client.trace(trace_id))


@command(app, "health")
def health(ctx: click.Context) -> None:
    """Check that the server responds."""
    with _client(ctx) as client:
        found = plain(client.health())
    output_of(ctx).value({**dict.fromkeys(_HEALTH), **found})


@command(app, "status")
def status(ctx: click.Context) -> None:
    """Show the server's status and which of its parts are up."""
    with _client(ctx) as client:
        output_of(ctx).value(client.system.status())


@command(app, "metrics")
def metrics(ctx: click.Context) -> None:
    """Show the server's metrics."""
    with _client(ctx) as client:
        output_of(ctx).value(client.system.metrics().metrics)


@command(app, "chat")
def chat(ctx: click.Context, message: Annotated[str, argument()], session: Session = None) -> None:
    """Send a message, in a new session or an existing one."""
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
    ctx: click.Context,
    agent_id: Annotated[str, argument()],
    task: Annotated[str, argument()],
    config: Annotated[str | None, option("--config", metavar="JSON|@FILE|-")] = None,
) -> None:
    """Run a task with an agent and wait for it; exit 1 if it failed or was blocked."""
    flags = flags_of(ctx)
    settings: dict[str, Any] | None = None if config is None else json_object(config, flags, "--config")
    with _client(ctx) as client:
        done = client.agents.run(agent_id, task, settings)
    output_of(ctx).value(done)
    if done.status in {"FAILED", "BLOCKED"}:
        raise Exit(1)


@command(app, "explain")
def explain(
    ctx: click.Context,
    command_type: Annotated[str, argument()],
    command_input: Annotated[str | None, option("--input", "-i", metavar="JSON|@FILE|-")] = None,
) -> None:
    """Show what governance would decide on a command, without running it."""
    flags = flags_of(ctx)
    given = json_object(command_input, flags, "--input")
    with _client(ctx) as client:
        output_of(ctx).value(client.governance.explain(command_type, given))


Key = Annotated[str, argument(metavar="NAME", help="The secret's name.")]


@command(secrets, "get")
def secrets_get(ctx: click.Context, key: Key) -> None:
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
    ctx: click.Context,
    key: Key,
    provider: Annotated[str, option("--provider")] = "custom",
    tool: Annotated[list[str] | None, option("--tool", help="A tool that may read it; default: all.")] = None,
) -> None:
    """Store a secret; its value is read from a prompt or standard input."""
    value = secret(f"value of {key}", flags_of(ctx))
    with _client(ctx) as client:
        client.secrets.set(key, value, provider, tool or ("*",))


@command(secrets, "delete")
def secrets_delete(ctx: click.Context, key: Key) -> None:
    """Delete a secret."""
    with _client(ctx) as client:
        client.secrets.delete(key)
