"""`veneer aerostack`: chat, SQL, cache, storage and queue of a project."""

from __future__ import annotations

import itertools
import mimetypes
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
from click.exceptions import Exit

from veneer._core.errors import ConfigurationError
from veneer_cli.flags import flags_of, output_of, service_of
from veneer_cli.inputs import json_object, text_of
from veneer_cli.output import Output, plain
from veneer_cli.parameters import argument, option
from veneer_cli.service import PLATFORMS
from veneer_cli.text import json_or_text
from veneer_cli.tree import add_contract_commands, command, group

if TYPE_CHECKING:
    from veneer.aerostack import SDK

__all__ = ["app"]

app = group("aerostack", service=PLATFORMS["aerostack"])
cache = group("cache", "Values by key, which may expire.")
storage = group("storage", "Files by key.")
queue = group("queue", "Jobs.")
for each in (cache, storage, queue):
    app.add(each)
add_contract_commands(app)

Key = Annotated[str, argument(metavar="KEY")]
JobId = Annotated[str, argument(help="The id that `queue add` printed.")]
Prefix = Annotated[str | None, option("--prefix", help="Only keys with this prefix.")]
Limit = Annotated[int, option("--limit", "-n", min=1, help="At most this many.")]
All = Annotated[bool, option("--all", help="List all.")]


def _sdk(ctx: click.Context) -> SDK:
    from veneer import RetryPolicy
    from veneer.aerostack import SDK
    from veneer_cli.connect import connection

    found = connection(service_of(ctx), flags_of(ctx), needs_key=True)
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
    ctx: click.Context,
    text: Annotated[str, argument(metavar="TEXT|@FILE|-", help="The message.")],
    system: Annotated[str | None, option("--system", help="Instructions for the model.")] = None,
    model: Annotated[str | None, option("--model")] = None,
    temperature: Annotated[float | None, option("--temperature", min=0.0, max=2.0)] = None,
    max_tokens: Annotated[int | None, option("--max-tokens", min=1)] = None,
    stream: Annotated[bool, option("--stream", help="Print the answer as it arrives.")] = False,
) -> None:
    """Ask a model and print its answer (with --json: the completion, or its chunks)."""
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
    """Print a completion or a chunk; older servers only send `response`."""
    if out.json:
        out.event(answer)
        return
    for choice in answer.get("choices") or ():
        write((choice.get("delta") or choice.get("message") or {}).get("content") or "")
    write(answer.get("response") or "")


@command(app, "sql")
def sql(
    ctx: click.Context,
    statement: Annotated[str, argument(metavar="SQL|@FILE|-")],
    param: Annotated[
        list[str] | None, option("--param", "-p", help="The value of the next `?`: JSON or plain text.")
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
def cache_get(ctx: click.Context, key: Key) -> None:
    """Print a value as JSON; exit 1 if there is none."""
    with _sdk(ctx) as sdk:
        found = sdk.cache.cache_get({"key": key})
    if not found.exists:
        raise Exit(1)
    output_of(ctx).document(found.value)


@command(cache, "set")
def cache_set(
    ctx: click.Context,
    key: Key,
    value: Annotated[str, argument(metavar="JSON|TEXT|@FILE|-", help="JSON or plain text.")],
    ttl: Annotated[int | None, option("--ttl", min=1, metavar="SECONDS", help="Default: no expiry.")] = None,
) -> None:
    """Store a value."""
    flags = flags_of(ctx)
    request = _given(key=key, ttl=ttl) | {"value": json_or_text(text_of(value, flags, "the value"))}
    with _sdk(ctx) as sdk:
        sdk.cache.cache_set(request)


@command(cache, "delete")
def cache_delete(ctx: click.Context, key: Key) -> None:
    """Delete a value."""
    with _sdk(ctx) as sdk:
        sdk.cache.cache_delete({"key": key})


@command(cache, "list")
def cache_list(ctx: click.Context, prefix: Prefix = None, limit: Limit = 100, every: All = False) -> None:
    """List keys."""
    with _sdk(ctx) as sdk:
        rows = sdk.cache.cache_list_iter(_given(prefix=prefix, limit=_page(limit, 1000, every=every)))
        _rows(ctx, rows, ("key", "expiration"), None if every else limit)


@command(storage, "upload")
def storage_upload(
    ctx: click.Context,
    file: Annotated[Path, argument(metavar="FILE")],
    key: Annotated[str | None, argument(metavar="KEY", help="Default: the file's name.")] = None,
    content_type: Annotated[str | None, option("--content-type", help="Default: from the file name.")] = None,
) -> None:
    """Store a file and print its address."""
    if not file.is_file():
        raise ConfigurationError(f"{file} is not a file")
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
    ctx: click.Context,
    key: Key,
    to: Annotated[
        Path | None, option("--output", "-o", help="Default: the key's last part; - prints it.")
    ] = None,
) -> None:
    """Download a file."""
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
def storage_list(ctx: click.Context, prefix: Prefix = None, limit: Limit = 100, every: All = False) -> None:
    """List files."""
    with _sdk(ctx) as sdk:
        rows = sdk.storage.storage_list_iter(_given(prefix=prefix, limit=_page(limit, 1000, every=every)))
        _rows(ctx, rows, ("key", "size", "lastModified", "contentType"), None if every else limit)


@command(storage, "delete")
def storage_delete(ctx: click.Context, key: Key) -> None:
    """Delete a file; a missing file is not an error."""
    with _sdk(ctx) as sdk:
        sdk.storage.storage_delete({"key": key})


@command(storage, "url")
def storage_url(ctx: click.Context, key: Key) -> None:
    """Print a file's address that needs no key."""
    out = output_of(ctx)
    with _sdk(ctx) as sdk:
        found = sdk.storage.storage_get_url({"key": key})
    if out.json:
        out.value(found)
    else:
        out.text(found.url)


@command(queue, "add")
def queue_add(
    ctx: click.Context,
    kind: Annotated[str, argument(metavar="TYPE")],
    data: Annotated[str | None, option("--data", "-i", metavar="JSON|@FILE|-")] = None,
    delay: Annotated[int | None, option("--delay", min=0, metavar="SECONDS")] = None,
) -> None:
    """Queue a job."""
    flags = flags_of(ctx)
    request = _given(type=kind, data=json_object(data, flags, "--data"), delay=delay)
    with _sdk(ctx) as sdk:
        output_of(ctx).value(sdk.queue.queue_enqueue(request))


@command(queue, "show")
def queue_show(ctx: click.Context, job_id: JobId) -> None:
    """Show a job; exit 1 if there is none."""
    with _sdk(ctx) as sdk:
        found = plain(sdk.queue.queue_get_job({"job_id": job_id}))
    if not found["exists"]:
        raise Exit(1)
    output_of(ctx).value(found["job"])


@command(queue, "cancel")
def queue_cancel(ctx: click.Context, job_id: JobId) -> None:
    """Cancel a job that has not started; exit 1 if it has."""
    with _sdk(ctx) as sdk:
        done = sdk.queue.queue_cancel_job({"job_id": job_id})
    output_of(ctx).value(done)
    if not done.success:
        raise Exit(1)


@command(queue, "list")
def queue_list(
    ctx: click.Context,
    status: Annotated[str | None, option("--status", help="Only jobs with this status.")] = None,
    kind: Annotated[str | None, option("--type", help="Only jobs of this type.")] = None,
    limit: Limit = 50,
    every: All = False,
) -> None:
    """List jobs."""
    request = _given(status=status, type=kind, limit=_page(limit, 200, every=every))
    with _sdk(ctx) as sdk:
        rows = sdk.queue.queue_list_jobs_iter(request)
        _rows(ctx, rows, ("id", "type", "status", "createdAt"), None if every else limit)


def _given(**members: Any) -> Any:
    """Return a request without the members that are None."""
    return {name: value for name, value in members.items() if value is not None}


def _page(limit: int, most: int, *, every: bool) -> int:
    return most if every else min(limit, most)


def _rows(ctx: click.Context, rows: Iterable[Any], columns: tuple[str, ...], limit: int | None) -> None:
    out = output_of(ctx)
    out.rows(out.counted(itertools.islice(rows, limit), str(ctx.info_name)), columns)
