"""`veneer aerostack`: chat, SQL, cache, storage and queue of a project."""

from __future__ import annotations

import itertools
import mimetypes
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veneer._core.errors import ConfigurationError
from veneer_cli.call import add_contract_commands
from veneer_cli.connect import connection
from veneer_cli.flags import flags_of, output_of, service_of
from veneer_cli.inputs import json_object, text_of
from veneer_cli.options import command, group
from veneer_cli.output import Output, plain
from veneer_cli.service import PLATFORMS
from veneer_cli.text import json_or_text

if TYPE_CHECKING:
    from veneer.aerostack import SDK

__all__ = ["app"]

app = group("aerostack", "Aerostack: chat, SQL, cache, storage, queue.", PLATFORMS["aerostack"])
cache = group("cache", "Values by key, for a time.")
storage = group("storage", "Files by key.")
queue = group("queue", "Jobs.")
for each in (cache, storage, queue):
    app.add_typer(each)
add_contract_commands(app)

Key = Annotated[str, typer.Argument(metavar="KEY")]
JobId = Annotated[str, typer.Argument(help="As `queue add` gave it.")]
Prefix = Annotated[str | None, typer.Option("--prefix", help="Only keys that begin so.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


def _sdk(ctx: typer.Context) -> SDK:
    from veneer import RetryPolicy
    from veneer.aerostack import SDK

    found = connection(service_of(ctx), flags_of(ctx))
    others = dict(found.others)
    retries = others.pop("max_retries", None)
    return SDK(
        found.api_key.value,
        server_url=found.base_url.value,
        client=found.capture,
        retry_config=None if retries is None else RetryPolicy(max_retries=retries),
        http_headers=others.pop("headers"),
        credentials=found.credentials,
        **others,
    )


@command(app, "chat")
def chat(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT|@FILE|-", help="What to say.")],
    system: Annotated[str | None, typer.Option("--system", help="How the model is to behave.")] = None,
    model: Annotated[str | None, typer.Option("--model")] = None,
    temperature: Annotated[float | None, typer.Option("--temperature", min=0.0, max=2.0)] = None,
    max_tokens: Annotated[int | None, typer.Option("--max-tokens", min=1)] = None,
    stream: Annotated[bool, typer.Option("--stream", help="Print the answer as it comes.")] = False,
) -> None:
    """Ask a model; prints its answer (with --json: the completion, or its chunks)."""
    flags = flags_of(ctx)
    out = output_of(ctx)
    said = [("system", system), ("user", text_of(text, flags, "TEXT"))]
    request = _given(
        messages=[{"role": role, "content": content} for role, content in said if content is not None],
        model=model,
        temperature=temperature,
        max_tokens=max_tokens,
        stream_options={"include_usage": True} if stream else None,
    )
    with _sdk(ctx) as sdk, out.pieces() as write:
        if stream:
            with sdk.ai.ai_chat_stream(request) as chunks:
                for chunk in chunks:
                    _tell(plain(chunk), out, write)
        else:
            _tell(plain(sdk.ai.ai_chat(request)), out, write)


def _tell(answer: dict[str, Any], out: Output, write: Callable[[str], None]) -> None:
    """Print a completion, or a chunk of one; older servers answer with `response` alone."""
    if out.json:
        out.event(answer)
        return
    for choice in answer.get("choices") or ():
        write((choice.get("delta") or choice.get("message") or {}).get("content") or "")
    write(answer.get("response") or "")


@command(app, "sql")
def sql(
    ctx: typer.Context,
    statement: Annotated[str, typer.Argument(metavar="SQL|@FILE|-")],
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="For a `?`, in order: JSON, or text as it is.")
    ] = None,
) -> None:
    """Run one statement and print its rows."""
    flags = flags_of(ctx)
    request = _given(
        sql=text_of(statement, flags, "SQL"), params=[json_or_text(one) for one in param or ()] or None
    )
    with _sdk(ctx) as sdk:
        rows = [plain(row) for row in sdk.database.db_query(request).results]
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    output_of(ctx).rows(rows, columns)


@command(cache, "get")
def cache_get(ctx: typer.Context, key: Key) -> None:
    """Print a value as JSON; exit 1 where there is none."""
    with _sdk(ctx) as sdk:
        found = sdk.cache.cache_get({"key": key})
    if not found.exists:
        raise typer.Exit(1)
    output_of(ctx).document(found.value)


@command(cache, "set")
def cache_set(
    ctx: typer.Context,
    key: Key,
    value: Annotated[str, typer.Argument(metavar="JSON|TEXT|@FILE|-", help="JSON, or text as it is.")],
    ttl: Annotated[
        int | None, typer.Option("--ttl", min=1, metavar="SECONDS", help="Default: for good.")
    ] = None,
) -> None:
    """Keep a value."""
    flags = flags_of(ctx)
    request = _given(key=key, ttl=ttl) | {"value": json_or_text(text_of(value, flags, "the value"))}
    with _sdk(ctx) as sdk:
        sdk.cache.cache_set(request)


@command(cache, "delete")
def cache_delete(ctx: typer.Context, key: Key) -> None:
    """Forget a value."""
    with _sdk(ctx) as sdk:
        sdk.cache.cache_delete({"key": key})


@command(cache, "list")
def cache_list(ctx: typer.Context, prefix: Prefix = None, limit: Limit = 100, every: All = False) -> None:
    """List keys."""
    with _sdk(ctx) as sdk:
        rows = sdk.cache.cache_list_iter(_given(prefix=prefix, limit=_page(limit, 1000, every=every)))
        _rows(ctx, rows, ("key", "expiration"), None if every else limit)


@command(storage, "upload")
def storage_upload(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="Default: the file's name.")] = None,
    content_type: Annotated[str | None, typer.Option("--content-type", help="Default: by the name.")] = None,
) -> None:
    """Keep a file; prints its address."""
    if not file.is_file():
        raise ConfigurationError(f"{file} is no file")
    out = output_of(ctx)
    kind = content_type or mimetypes.guess_type(file.name)[0]
    with _sdk(ctx) as sdk, file.open("rb") as content, out.transfer(file.name) as progress:
        request = _given(
            file={"content": content, "file_name": file.name}, key=key or file.name, content_type=kind
        )
        done = sdk.storage.storage_upload(request, progress=progress)
    out.value(done)


@command(storage, "download")
def storage_download(
    ctx: typer.Context,
    key: Key,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: the key's last part; - prints it.")
    ] = None,
) -> None:
    """Get a file."""
    out = output_of(ctx)
    with _sdk(ctx) as sdk:
        if str(to) == "-":
            sdk.storage.storage_download({"key": key}, to=sys.stdout.buffer)
            return
        path = to or Path(key.rpartition("/")[2])
        with out.transfer(path.name) as progress:
            done = sdk.storage.storage_download({"key": key}, to=path, progress=progress)
    out.value(done)


@command(storage, "list")
def storage_list(ctx: typer.Context, prefix: Prefix = None, limit: Limit = 100, every: All = False) -> None:
    """List files."""
    with _sdk(ctx) as sdk:
        rows = sdk.storage.storage_list_iter(_given(prefix=prefix, limit=_page(limit, 1000, every=every)))
        _rows(ctx, rows, ("key", "size", "lastModified", "contentType"), None if every else limit)


@command(storage, "delete")
def storage_delete(ctx: typer.Context, key: Key) -> None:
    """Delete a file; one that is not there is no error."""
    with _sdk(ctx) as sdk:
        sdk.storage.storage_delete({"key": key})


@command(storage, "url")
def storage_url(ctx: typer.Context, key: Key) -> None:
    """Print where a file can be had without a key."""
    out = output_of(ctx)
    with _sdk(ctx) as sdk:
        found = sdk.storage.storage_get_url({"key": key})
    if out.json:
        out.value(found)
    else:
        out.text(found.url)


@command(queue, "add")
def queue_add(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="TYPE")],
    data: Annotated[str | None, typer.Option("--data", "-i", metavar="JSON|@FILE|-")] = None,
    delay: Annotated[int | None, typer.Option("--delay", min=0, metavar="SECONDS")] = None,
) -> None:
    """Queue a job."""
    flags = flags_of(ctx)
    request = _given(type=kind, data=json_object(data, flags, "--data"), delay=delay)
    with _sdk(ctx) as sdk:
        output_of(ctx).value(sdk.queue.queue_enqueue(request))


@command(queue, "show")
def queue_show(ctx: typer.Context, job_id: JobId) -> None:
    """Show a job; exit 1 where there is none."""
    with _sdk(ctx) as sdk:
        found = plain(sdk.queue.queue_get_job({"job_id": job_id}))
    if not found["exists"]:
        raise typer.Exit(1)
    output_of(ctx).value(found["job"])


@command(queue, "cancel")
def queue_cancel(ctx: typer.Context, job_id: JobId) -> None:
    """Cancel a job that has not started; exit 1 where that came too late."""
    with _sdk(ctx) as sdk:
        done = sdk.queue.queue_cancel_job({"job_id": job_id})
    output_of(ctx).value(done)
    if not done.success:
        raise typer.Exit(1)


@command(queue, "list")
def queue_list(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option("--status", help="Only jobs that stand so.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="Only jobs of this type.")] = None,
    limit: Limit = 50,
    every: All = False,
) -> None:
    """List jobs."""
    request = _given(status=status, type=kind, limit=_page(limit, 200, every=every))
    with _sdk(ctx) as sdk:
        rows = sdk.queue.queue_list_jobs_iter(request)
        _rows(ctx, rows, ("id", "type", "status", "createdAt"), None if every else limit)


def _given(**members: Any) -> Any:
    """A request without what was not given."""
    return {name: value for name, value in members.items() if value is not None}


def _page(limit: int, most: int, *, every: bool) -> int:
    return most if every else min(limit, most)


def _rows(ctx: typer.Context, rows: Iterable[Any], columns: tuple[str, ...], limit: int | None) -> None:
    out = output_of(ctx)
    out.rows(out.counted(itertools.islice(rows, limit), str(ctx.info_name)), columns)
