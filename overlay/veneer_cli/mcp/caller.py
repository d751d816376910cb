"""Call an API's operations for an agent: with the command line's settings, short responses, helpful errors."""

from __future__ import annotations

import base64
import binascii
import itertools
import mimetypes
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread

from veneer import AsyncClient, StreamLimits
from veneer._core.attempts import Outcome
from veneer._core.errors import (
    APIError,
    ConfigurationError,
    ResponseTooLargeError,
    StreamError,
    StreamTimeoutError,
    VeneerError,
)
from veneer._core.retry import UNPROCESSED
from veneer_cli.connect import client, connection
from veneer_cli.dryrun import CapturedError, as_curl
from veneer_cli.endpoints import Given, arranged
from veneer_cli.guard import account
from veneer_cli.masking import Mask
from veneer_cli.mcp.bounded import Kept, Shelf, as_text, shortened
from veneer_cli.met import remember
from veneer_cli.output import plain
from veneer_codegen.contract.operations import is_json, media_type

if TYPE_CHECKING:
    import httpx

    from veneer._core.call import Bound
    from veneer._core.deprecation import Deprecation
    from veneer._core.sse import Event
    from veneer_cli.contract import Operation, Parameter
    from veneer_cli.flags import Flags
    from veneer_cli.mcp.catalog import Catalog, Offered
    from veneer_cli.service import Service

__all__ = ["Caller", "Reply"]

LONGEST: Final = 24_000
"""The most characters of a reply, as JSON."""
MOST_ITEMS: Final = 1_000
"""The most rows or events of one reply."""
_EVENTS: Final = 100
_STREAM_SECONDS: Final = 60.0
_EMBEDDED: Final = 256 * 1024
"""The most bytes of a file within a reply."""
_HOW: Final = "call with this `more` and a JSON pointer or an offset to see another part; nothing is sent"
_MISREAD: Final = (AttributeError, IndexError, KeyError, TypeError, ValueError)

_warnings: ContextVar[list[str]] = ContextVar("warnings of the call that runs")


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of a call: `facts` as JSON, and perhaps a file's bytes with their media type."""

    facts: Mapping[str, Any]
    failed: bool = False
    content: bytes | None = field(default=None, repr=False)
    media_type: str = ""
    name: str = ""


class Caller:
    """Calls the operations of one API; files are read from and written to the folder `files` only."""

    def __init__(self, service: Service, catalog: Catalog, flags: Flags, files: Path | None = None) -> None:
        self._service = service
        self._catalog = catalog
        self._flags = flags
        self._files = files
        self._shelf = Shelf()
        self._client: AsyncClient | None = None
        self._tokens: dict[str, None] = {}

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def call(self, given: Mapping[str, Any]) -> Reply:
        """Call the named operation; an error is a reply too, which says whether the call may have run."""
        told: list[str] = []
        token = _warnings.set(told)
        keyed = dict(given)
        offered: Offered | None = None
        try:
            if (more := keyed.pop("more", None)) is not None:
                kept = self._shelf.take(more)
                if kept.arguments is None:
                    return self._look(kept, more, keyed)
                keyed = {
                    **kept.arguments,
                    **{name: keyed[name] for name in ("max_items", "dry_run") if name in keyed},
                }
            if "operation" not in keyed:
                raise ConfigurationError("name an operation, or give the `more` of an earlier reply")
            offered = self._catalog.find(keyed["operation"])
            if offered.key_name and not offered.reads:
                own = _own_key(offered.key_name, keyed)
                keyed.setdefault("idempotency_key", str(uuid.uuid4()) if own is None else own)
            reply = await self._made(offered, keyed)
        except VeneerError as error:
            reply = Reply(self._explained(error, offered, keyed), failed=True)
        except RecursionError:
            reply = _failed("the arguments or the response are nested too deeply")
        except OSError as error:
            reply = _failed(f"a file cannot be used: {error.strerror or type(error).__name__}")
        except _MISREAD as error:
            if not told:
                raise
            reply = _failed(
                f"the response cannot be read ({type(error).__name__}): it does not fit the contract"
            )
        finally:
            _warnings.reset(token)
        facts = {**reply.facts, **({"warnings": list(dict.fromkeys(told))} if told else {})}
        return replace(reply, facts=self._masked(facts))

    async def _made(self, offered: Offered, given: Mapping[str, Any]) -> Reply:
        """Send the request, or show it."""
        operation = offered.operation
        if given.get("idempotency_key") and not offered.key_name:
            raise ConfigurationError(f"{operation.name} takes no idempotency key: leave idempotency_key out")
        values, body = self._values(operation, given)
        operation.check(values, body=body is not None, said=lambda one: one.name)
        stream = bool(given.get("stream"))
        asked = await to_thread.run_sync(self._arranged, operation, values, body, stream)
        if given.get("dry_run") or self._flags.shows:
            return Reply(self._shown(operation, asked, given))
        at = self._opened()
        if offered.key_name:
            at = at.with_options(idempotency_key=given.get("idempotency_key"))
        if operation.binary:
            return await self._downloaded(at, operation, asked)
        if stream or operation.streams:
            return await self._events(at, offered, asked, given)
        if operation.paged:
            return Reply(await self._rows(at, operation, asked, given))
        done = await at.call_raw(asked)
        result = done.value.decode("utf-8", "replace") if isinstance(done.value, bytes) else done.value
        return Reply(
            {
                "operation": operation.name,
                "status": done.response.status_code,
                **self._bounded(operation, "result", result),
            }
        )

    def _arranged(
        self, operation: Operation, values: Mapping[str, Any], body: Given | None, stream: bool
    ) -> Bound[Any]:
        """Return the operation bound to its arguments, checked. Raises ConfigurationError."""
        asked = arranged(self._service, operation, values, body, stream=stream)
        try:
            asked._get_kwargs()
        except _MISREAD as error:
            raise ConfigurationError(
                f"{operation.name}: the arguments do not fit the contract ({error})"
            ) from None
        return asked

    # -- arguments -------------------------------------------------------------------------------------------------

    def _values(self, operation: Operation, given: Mapping[str, Any]) -> tuple[dict[str, Any], Given | None]:
        """Return the arguments by the contract's names, and the body if given. Raises ConfigurationError."""
        values = {}
        for name, value in (given.get("arguments") or {}).items():
            found = operation.parameter(name)
            values[found.name] = self._file(found, value) if found.kind == "file" else value
        if "body" not in given:
            return values, None
        if not operation.body:
            raise ConfigurationError(f"{operation.name} takes no body")
        body = given["body"]
        if "form" in operation.body and not isinstance(body, Mapping):
            raise ConfigurationError(f"the body of {operation.name} is a form: give an object")
        if "form" not in operation.body and not is_json(media_type(operation.body)):
            body = body.encode() if isinstance(body, str) else self._content(body, "body")[0]
        return values, Given(body)

    def _file(self, parameter: Parameter, value: Any) -> Any:
        content, name = self._content(value, parameter.name)
        return {"content": content, "file_name": name}

    def _content(self, value: Any, where: str) -> tuple[bytes, str]:
        """Return the bytes and the name of a file given as text, base64 or a path in the folder of files."""
        if isinstance(value, Mapping):
            name = str(value.get("name") or Path(str(value.get("path") or where)).name)
            if isinstance(value.get("text"), str):
                return value["text"].encode(), name
            if isinstance(value.get("base64"), str):
                try:
                    return base64.b64decode(value["base64"], validate=True), name
                except binascii.Error:
                    raise ConfigurationError(f"{where}: the base64 cannot be decoded") from None
            if isinstance(value.get("path"), str):
                return self._inside(value["path"], where).read_bytes(), name
        raise ConfigurationError(f'{where} is a file: give {{"text": …}}, {{"base64": …}} or {{"path": …}}')

    def _inside(self, text: str, where: str) -> Path:
        """Return a path in the folder of files; neither `..` nor a link may lead out of it."""
        if self._files is None:
            raise ConfigurationError(f"{where}: this server reads no files; start it with --files FOLDER")
        path = (self._files / text).resolve()
        if not path.is_relative_to(self._files.resolve()) or not path.is_file():
            raise ConfigurationError(f"{where}: {text} is not a file in the folder of files")
        return path

    # -- replies ---------------------------------------------------------------------------------------------------

    def _bounded(self, operation: Operation, name: str, value: Any) -> dict[str, Any]:
        """Return a value by its name, or as much as fits a reply and how to get the rest."""
        value = plain(value)
        size = len(as_text(value))
        if size <= LONGEST:
            return {name: value}
        more = self._shelf.keep(Kept(operation.name, value))
        return {name: shortened(value, LONGEST), "shortened": {"characters": size, "more": more, "how": _HOW}}

    def _look(self, kept: Kept, more: str, given: Mapping[str, Any]) -> Reply:
        """Return a part of a value that was too long."""
        pointer, offset = given.get("pointer", ""), given.get("offset", 0)
        part = kept.at(pointer, offset)
        facts = {"operation": kept.operation, "pointer": pointer, "result": shortened(part, LONGEST)}
        if facts["result"] != part:
            facts["shortened"] = {"characters": len(as_text(part)), "more": more, "how": _HOW}
        return Reply(facts)

    async def _rows(
        self, at: AsyncClient, operation: Operation, asked: Bound[Any], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return one page as the server sent it; with `max_items`, that many rows from several pages."""
        pager = at.paginate(asked, resume_from=given.get("state"), as_json=True)
        wanted = given.get("max_items")
        if wanted is None:
            page = await pager.page()
            found = self._bounded(operation, "result", page.raw)
            state = None if page.next is None else page.state()
            facts = {
                "operation": operation.name,
                "status": 200 if page.response is None else page.response.status_code,
            }
            counted = {} if page.total is None else {"total": page.total}
        else:
            rows: list[Any] = []
            async for row in pager:
                rows.append(row)
                if len(rows) == wanted:
                    break
            found = self._bounded(operation, "items", rows)
            state = pager.state if len(rows) == wanted and not pager.state.get("done") else None
            facts, counted = {"operation": operation.name}, {}
        if state is None:
            return {**facts, **found, **counted, "last_page": True}
        return {**facts, **found, **counted, "more": self._goes_on(given, state)}

    async def _events(
        self, at: AsyncClient, offered: Offered, asked: Bound[Any], given: Mapping[str, Any]
    ) -> Reply:
        """Return the events of a stream up to its end, a limit or the deadline."""
        operation, wanted = offered.operation, given.get("max_items", _EVENTS)
        limits = StreamLimits(total=self._flags.deadline or _STREAM_SECONDS)
        events: list[Any] = []
        size, stopped, last = 0, "", ""
        events_of = at.stream(asked, limits=limits, last_event_id=given.get("state") or "")
        try:
            async with events_of as stream:
                async for event in stream:
                    events.append(_read(event))
                    size += len(event.raw)
                    if len(events) >= wanted or size > LONGEST:
                        stopped = f"closed after {len(events)} events: max_items and {LONGEST:,} characters limit a reply"
                        break
                last = stream.last_event_id
        except StreamError as error:
            if not events:
                raise
            if not isinstance(error, StreamTimeoutError):
                failure = self._explained(error, offered, given)
                return Reply(
                    {"operation": operation.name, **self._bounded(operation, "events", events), **failure},
                    failed=True,
                )
            stopped, last = f"closed: {error.message}", events_of.last_event_id
        facts = {
            "operation": operation.name,
            **self._bounded(operation, "events", events),
            "ended": not stopped,
        }
        if stopped:
            facts["stopped"] = stopped
            if last and offered.reads:
                facts["more"] = self._goes_on(given, last)
        return Reply(facts)

    def _goes_on(self, given: Mapping[str, Any], state: Any) -> str:
        """Keep the state that continues a list or stream from agents: an address in it is the server's choice."""
        arguments = {name: value for name, value in given.items() if name not in {"dry_run", "state"}}
        return self._shelf.keep(Kept(str(given["operation"]), arguments={**arguments, "state": state}))

    async def _downloaded(self, at: AsyncClient, operation: Operation, asked: Bound[Any]) -> Reply:
        """Save a file in the folder of files; without one, return it within the reply."""
        if self._files is not None:
            done = await at.download(asked, to=_unused(self._files, operation))
            facts = {"operation": operation.name, "path": done.path, "bytes": done.bytes}
            return Reply({**facts, "media_type": done.content_type})
        content = b""
        async with at.chunks(asked) as body:
            kind = media_type(body.response.headers.get("content-type", "")) or "application/octet-stream"
            async for piece in body:
                content += piece
                if len(content) > _EMBEDDED:
                    raise ResponseTooLargeError(
                        f"the file has more than the {_EMBEDDED:,} bytes that fit into a reply: start the server with --files FOLDER",
                        operation=operation.name,
                        outcome=Outcome.ANSWERED,
                    )
        facts = {"operation": operation.name, "bytes": len(content), "media_type": kind}
        if (text := _text(content, kind)) is not None:
            return Reply({**facts, **self._bounded(operation, "result", text)})
        return Reply(facts, content=content, media_type=kind, name=operation.name)

    # -- without sending -------------------------------------------------------------------------------------------

    def _shown(self, operation: Operation, asked: Bound[Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first request as it would be sent, secrets masked."""
        flags = replace(self._flags, dry_run=True, secrets=[*self._flags.secrets])
        try:
            with client(self._service, flags) as shown:
                at = shown.with_options(idempotency_key=given.get("idempotency_key"))
                if given.get("stream") or operation.streams:
                    at.stream(asked, last_event_id=given.get("state") or "").open()
                elif operation.paged:
                    at.paginate(asked, resume_from=given.get("state")).page()
                else:
                    at.call(asked)
        except CapturedError as captured:
            request = captured.request
            return {
                "operation": operation.name,
                "sent": False,
                "request": request.to_dict(),
                "curl": as_curl(request),
            }
        raise AssertionError("a dry run that sent something")

    # -- the client ------------------------------------------------------------------------------------------------

    def _opened(self) -> AsyncClient:
        """Return the client that all calls share. Raises ConfigurationError for settings that cannot work."""
        if self._client is None:
            found = connection(self._service, self._flags)
            heard = {
                "on_violation": [lambda one: _warnings.get([]).append(f"{one}; kept as the server sent it")],
                "on_deprecation": [self._note_deprecation],
                "on_request": [self._note_token],
            }
            self._client = AsyncClient(
                **{**found.arguments(), **heard},
                platform=self._service.platform,
                credentials=found.credentials,
            )
        return self._client

    def _note_deprecation(self, found: Deprecation) -> None:
        remember(self._service, found)
        _warnings.get([]).append(found.said(datetime.now(UTC)))

    def _note_token(self, request: httpx.Request) -> None:
        """Remember the token in use, which may come from OAuth 2 and be in no settings."""
        held = request.headers.get("authorization", "")
        if held:
            self._tokens[held.partition(" ")[2] or held] = None
            for old in itertools.islice(list(self._tokens), max(0, len(self._tokens) - 8)):
                del self._tokens[old]

    def _masked(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the facts without the keys in use, which a server may echo."""
        mask = Mask((*dict.fromkeys(self._flags.secrets), *self._tokens))
        return {name: _each_text(value, mask) for name, value in facts.items()}

    def _explained(
        self, error: VeneerError, offered: Offered | None, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return an error as the command line prints it, whether the call may have run and may be repeated."""
        facts = account(error)
        facts["may_have_run"] = _may_have_run(error)
        facts["repeat"] = _repeat(error, offered)
        if facts["may_have_run"] and offered is not None and offered.key_name:
            facts["idempotency_key"] = given.get("idempotency_key")
            facts["repeat"] = "safe with the same idempotency_key and arguments: it is then carried out once"
        return {"error": shortened(facts, LONGEST)}


def _own_key(name: str, given: Mapping[str, Any]) -> str | None:
    """Return the idempotency key that is already among the arguments, under the contract's name."""
    held = [given.get("arguments"), given.get("body")]
    return next((str(one[name]) for one in held if isinstance(one, Mapping) and one.get(name)), None)


def _may_have_run(error: VeneerError) -> bool:
    """Return whether a failed operation may have been carried out, in whole or in part."""
    if error.outcome is Outcome.NOT_SENT:
        return False
    return not (isinstance(error, APIError) and _refused(error))


def _refused(error: APIError) -> bool:
    """Return whether the server reports that it did not act."""
    return 400 <= error.status_code < 500 or (error.status_code == 503 and error.retry_after is not None)


def _repeat(error: VeneerError, offered: Offered | None) -> str:
    """Return what may be done next, in words."""
    if isinstance(error, ConfigurationError):
        return "nothing was sent: correct what the message names"
    if error.outcome is Outcome.NOT_SENT:
        return "nothing was sent: it may be repeated unchanged"
    if isinstance(error, APIError) and (
        error.status_code in UNPROCESSED or (error.status_code == 503 and error.retry_after is not None)
    ):
        return "the server did not act: it may be repeated after retry_after seconds"
    if isinstance(error, APIError) and error.status_code in {401, 403}:
        return (
            "the key is missing, wrong or not allowed to do this: a person must change the server's settings"
        )
    if isinstance(error, APIError) and _refused(error):
        return "the server refused it: change the arguments first"
    if offered is not None and offered.repeatable:
        return "safe: sending it twice has the same effect as once"
    return "do not repeat it before you have checked whether it was carried out"


def _failed(message: str) -> Reply:
    return Reply({"error": {"message": message, "repeat": "do not repeat it unchanged"}}, failed=True)


def _each_text(value: Any, mask: Mask) -> Any:
    if isinstance(value, str):
        return mask.text(value)
    if isinstance(value, Mapping):
        return {name: _each_text(one, mask) for name, one in value.items()}
    return [_each_text(one, mask) for one in value] if isinstance(value, (list, tuple)) else value


def _read(event: Event) -> Any:
    """Return an event's JSON, else its text, together with its type if it has one."""
    try:
        data = event.json()
    except (ValueError, RecursionError):
        data = event.data
    return data if event.event == "message" else {"event": event.event, "data": data}


def _text(content: bytes, kind: str) -> str | None:
    """Return a file's text, None if it is not a text."""
    if kind.startswith("text/"):
        return content.decode("utf-8", "replace")
    if kind != "application/octet-stream" or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _unused(folder: Path, operation: Operation) -> Path:
    """Return an unused path in a folder."""
    suffix = mimetypes.guess_extension(media_type(operation.answers[0])) or ".bin"
    paths = (folder / f"{operation.name}-{number}{suffix}" for number in itertools.count(1))
    return next(path for path in paths if not path.exists())
