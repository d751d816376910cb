"""Run one test's cassette: respond to its clients from the file, or record for it."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import math
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn

import httpx

from veneer import _io
from veneer._core.auth import Scheme
from veneer._core.body import Decoder
from veneer._core.connect_errors import alert
from veneer._core.errors import BodyCutError, BodyUndecodableError
from veneer._core.redact import MASK
from veneer._core.requests import carried_secrets
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import find_operations
from veneer_testing.bodies import Messages, events_of, is_stream, kept_body, read_body, request_body
from veneer_testing.cassette import Cassette, CassetteError, Kept
from veneer_testing.clock import ReplayClock
from veneer_testing.redaction import REQUEST_HEADERS, Redactor, contract_of

if TYPE_CHECKING:
    from veneer._async.session import AsyncSession
    from veneer._core.call import Call
    from veneer._core.options import Options
    from veneer._sync.session import Session

__all__ = ["LARGEST_BODY", "Tape", "Taped", "TapedCall", "raise_failure"]

LARGEST_BODY: Final = 64 * 1024 * 1024
"""The most bytes of a body that are kept."""
_CANCELLED: Final = "Cancelled"
# A task that reads a body does not know who cancelled it: limits of streams are longer than this, those of tests seldom.
_SHORT_SECONDS: Final = 0.25
_OF_BODIES: Final = {one.__name__: one for one in (BodyUndecodableError, BodyCutError)}
_OF_LIMITS: Final = {one.__name__: one for one in (_io.OutOfTimeError, _io.SlotTimeoutError)}
_CHANGED_WITH_BODY: Final = frozenset({"content-digest", "repr-digest"})


@dataclass
class TapedCall:
    """The call that a request belongs to: its contract, its session's secrets, and its deadline.

    `ends` is in seconds of the session's clock, infinite once the call is over, since its stream may continue. `once` is
    the member of the body with its idempotency key, which differs in each run; `schemes` are the places of credentials.
    """

    session: AsyncSession | Session | None
    contract: Mapping[str, Any]
    ends: float
    once: str = ""
    schemes: Sequence[Scheme] = ()
    _known: list[str] = field(default_factory=list, repr=False)

    def secrets(self, *requests: httpx.Request) -> list[str]:
        """Return the credentials of the client and those of these requests."""
        found = list(self._known) if self.session is None else self.session.secrets()
        for request in requests:
            # An idempotency key is named like a credential, but is not one.
            harmless = request.headers.get("idempotency-key")
            found += [one for one in carried_secrets(request, self.schemes) if one != harmless]
        return found

    def over(self) -> None:
        """Release the session, to which this may be the last reference, and keep only its credentials."""
        self._known = self.secrets()
        self.session, self.ends = None, math.inf


@dataclass
class Taped:
    """A request as it was sent, and its result, including secrets; in memory only.

    `decoded` is whether the body's content coding was already removed.
    """

    call: TapedCall
    request: httpx.Request
    content: bytes
    begun: float
    seconds: float = 0.0
    response: httpx.Response | None = None
    chunks: list[tuple[float, bytes]] = field(default_factory=list)
    failure: Kept | None = None
    ended: bool = False
    size: int = 0
    decoded: bool = False

    def answered(self, response: httpx.Response) -> None:
        """Keep a response's head."""
        self.response = response
        self.seconds = self._lap()

    def came(self, chunk: bytes) -> None:
        """Keep a piece of the body. Raises CassetteError if the body is too large."""
        self.chunks.append((self._lap(), chunk))
        self.size += len(chunk)
        if self.size > LARGEST_BODY:
            raise CassetteError(
                f"the response to {self.request.method} {self.request.url.path} is longer than "
                f"{LARGEST_BODY:,} bytes, the limit of a cassette"
            )

    def failed(self, error: BaseException, *, sent: bool) -> None:
        """Keep the error that ended the request or its body, if it can be replayed without the server."""
        seconds = self._lap()
        self.ended = True
        under_way = self.call.session is not None
        late = time.monotonic() >= self.call.ends - 0.01 if under_way else seconds >= _SHORT_SECONDS
        found = _failure(error, late=late)
        if found is not None:
            self.failure = {**found, "seconds": round(seconds, 3), "sent": sent}

    def _lap(self) -> float:
        now = time.monotonic()
        begun, self.begun = self.begun, now
        return now - begun


class Tape:
    """The cassette between the clients of a test and their servers, and whether it plays and records.

    While it plays, `clock` is the clients' clock. `misses` are errors for requests without a response, which a test may
    have swallowed.
    """

    def __init__(
        self, cassette: Cassette, redactor: Redactor, *, plays: bool, records: bool, hint: str
    ) -> None:
        self.cassette = cassette
        self.records = records
        self.clock = ReplayClock(cassette.recorded_at, running=records) if plays else None
        self.misses: list[str] = []
        self.live = False
        self._redactor = redactor
        self._hint = hint
        self._taped: list[Taped] = []
        self._lock = threading.Lock()
        self._driven: list[tuple[Any, Any, Any, Any]] = []
        self._call: contextvars.ContextVar[TapedCall | None] = contextvars.ContextVar(
            "veneer_taped", default=None
        )

    @contextlib.contextmanager
    def within(
        self, session: AsyncSession | Session, call: Call, options: Options, sleep: Any
    ) -> Iterator[None]:
        """Enclose a call: requests sent inside belong to it."""
        if self.clock is not None:
            self._drive(session, sleep)
        limit = math.inf if options.deadline is None else options.deadline
        place = call.operation.idempotency or {}
        once = place["name"] if place.get("in") == "body" else ""
        contract, schemes = contract_of(call.operation.module), tuple(session.platform.schemes.values())
        begun = session.clock() - session.spent  # loading the engine counts
        taped = TapedCall(session, contract, begun + limit, once, schemes)
        outer = self._call.set(taped)
        try:
            yield
        finally:
            taped.over()
            self._call.reset(outer)

    @property
    def call(self) -> TapedCall | None:
        """The current call."""
        return self._call.get()

    def play(self, call: TapedCall, request: httpx.Request, content: bytes) -> Kept | None:
        """Return the interaction for a request; None if it must be sent. Raises CassetteError for a miss."""
        if self.clock is None and self.records:
            return None
        sent = self._described(call, request, content)
        found = self.cassette.play(sent)
        if found is None and not self.records:
            words = f"{self.cassette.explain(sent)}. {self._hint}"
            if not _gets_ahead():
                self.misses.append(words)
            raise CassetteError(words)
        return found

    def record(self, call: TapedCall, request: httpx.Request, content: bytes) -> Taped:
        """Start recording a request that is sent now."""
        taped = Taped(call, request, content, time.monotonic())
        with self._lock:
            if not self.cassette.recorded_at:
                self.cassette.recorded_at = time.time()
            self.live = True
            self._taped.append(taped)
        return taped

    def finish(self) -> int:
        """Add the recording to the cassette, without secrets, restore the clients' clocks, and return its size."""
        for session, *own in self._driven:
            session.clock, session.wall, session.sleep = own
        self._driven = []
        whole = [one for one in self._taped if one.response is not None or one.failure is not None]
        for one in whole:
            again = one.response.request if one.response is not None else one.request
            self._redactor.know(one.call.secrets(one.request, again))
        # Twice: a value under a secret's name in one place is searched for in all others.
        for _ in range(2):
            kept = [self._kept(one) for one in whole]
        self.cassette.interactions += kept if whole else []
        return len(whole)

    def _drive(self, session: AsyncSession | Session, sleep: Any) -> None:
        clock = self.clock
        if clock is None or any(known is session for known, *_ in self._driven):
            return
        self._driven.append((session, session.clock, session.wall, session.sleep))
        session.clock, session.wall, session.sleep = clock.now, clock.wall, sleep

    # -- the file's content ----------------------------------------------------------------------------------------

    def _described(self, call: TapedCall, request: httpx.Request, content: bytes) -> Kept:
        """Return a request in the form of the file."""
        redactor, url = self._redactor, str(request.url)
        redactor.know(call.secrets(request))
        named = {scheme.name for scheme in call.schemes if scheme.place == "query"}
        kept: Kept = {"method": request.method, "url": redactor.text(redactor.url(url, frozenset(named)))}
        headers = {
            name: redactor.text(value) for name, value in request.headers.items() if name in REQUEST_HEADERS
        }
        media = headers.get("content-type", "")
        if media.startswith("multipart/"):
            headers["content-type"] = media.partition(";")[0]
        if headers:
            kept["headers"] = headers
        messages = Messages(redactor, call.contract, request.method, url)
        body = request_body(content, request.headers.get("content-type", ""), messages)
        if isinstance(body.get("json"), dict) and call.once in body["json"]:
            body["json"][call.once] = MASK
        return {**kept, "body": body} if body else kept

    def _kept(self, taped: Taped) -> Kept:
        request = self._described(taped.call, taped.request, taped.content)
        if taped.response is None:
            return {"request": request, "failure": self._masked(taped.failure or {})}
        return {"request": request, "response": self._answer(taped, taped.response)}

    def _answer(self, taped: Taped, response: httpx.Response) -> Kept:
        method, url = taped.request.method, str(taped.request.url)
        messages = Messages(self._redactor, taped.call.contract, method, url)
        chunks, failure, coded = _decoded(taped, response.headers.get("content-encoding", ""))
        content = b"".join(chunk for _, chunk in chunks)
        media = response.headers.get("content-type", "")
        answer: Kept = {"seconds": round(taped.seconds, 3), "status": response.status_code}
        reason = response.extensions.get("reason_phrase", b"").decode("latin-1")
        if reason and reason != httpx.codes.get_reason_phrase(response.status_code):
            answer["reason"] = self._redactor.text(reason)
        body: Kept
        if is_stream(media):
            events = list(events_of(chunks, media, messages))
            left = b"".join(event for _, event in events)
            body = {"events": [[round(after, 3), kept_text(event)] for after, event in events]}
        else:
            kept = kept_body(content, messages)
            left = read_body(kept)
            body = {"body": kept} if kept else {}
            if (lasted := round(sum(after for after, _ in chunks), 3)) > 0:
                body["body_seconds"] = lasted
        whole = taped.ended and failure is None
        declared = _declared_headers(taped.call.contract, method, taped.request.url.path)
        headers = self._redactor.headers(response.headers.multi_items(), declared)
        together: dict[str, Any] = {}
        for name, value in _fitting(headers, content, left, coded=coded, whole=whole):
            together.setdefault(name, []).append(self._redactor.text(value))
        answer["headers"] = {name: one[0] if len(one) == 1 else one for name, one in together.items()}
        answer |= body
        if failure is not None:
            answer["failure"] = self._masked(failure)
        elif not taped.ended:
            answer["left"] = True
        return answer

    def _masked(self, failure: Kept) -> Kept:
        return {**failure, "message": self._redactor.text(failure.get("message", ""))}


def _gets_ahead() -> bool:
    """Return whether this prefetches a page that may not be needed; how many depends on response times."""
    if _io.background.get() is not None:
        return True
    task = asyncio.current_task() if _io.in_asyncio() else None
    frame = None if task is None else getattr(task.get_coro(), "cr_frame", None)
    return frame is not None and frame.f_globals.get("__name__") == "veneer._async.pager"


def kept_text(event: bytes) -> str | Kept:
    """Return an event as text if it is text."""
    try:
        return event.decode("utf-8")
    except UnicodeDecodeError:
        import base64

        return {"base64": base64.b64encode(event).decode("ascii")}


def raise_failure(failure: Kept) -> NoReturn:
    """Raise the error that ended a request or its body when recorded. Raises CassetteError for an unknown name."""
    name, message = str(failure["error"]), str(failure.get("message", ""))
    kind: Any = _OF_LIMITS.get(name) or _OF_BODIES.get(name) or getattr(httpx, name, None)
    if kind is httpx.StreamClosed:
        raise httpx.StreamClosed
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        raise CassetteError(f"the cassette has a failure {name!r}, which no client raises")
    raise kind(message)


def is_cancelled(failure: Kept) -> bool:
    """Return whether the wait was cancelled."""
    return str(failure["error"]) == _CANCELLED


def is_deadline(failure: Kept) -> bool:
    """Return whether the client's own limit ended the wait: nothing arrived before it."""
    return str(failure["error"]) == _io.OutOfTimeError.__name__


def _failure(error: BaseException, *, late: bool) -> Kept | None:
    """Return the name under which an error can be raised again; None for an error of the caller's code.

    `late` is whether a limit of the client cancelled the wait.
    """
    if isinstance(error, httpx.NetworkError) and (refused := alert(error.__cause__)) is not None:
        return {"error": "ConnectError", "message": refused}
    for kind in type(error).__mro__:
        name = kind.__name__
        of_engine = getattr(httpx, name, None) is kind and issubclass(
            kind, (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL)
        )
        if of_engine or name in _OF_LIMITS or name in _OF_BODIES:
            return {"error": name, "message": str(error)}
    if type(error).__name__ in {"CancelledError", "Cancelled"}:
        return {"error": _io.OutOfTimeError.__name__ if late else _CANCELLED}
    return None


def _decoded(taped: Taped, coding: str) -> tuple[list[tuple[float, bytes]], Kept | None, bool]:
    """Return a body's pieces without their content coding, which would hide secrets, and the error that ended it."""
    chunks, failure = taped.chunks, taped.failure
    if taped.decoded:
        return chunks, failure, bool(coding)
    try:
        decoder = Decoder(coding)
    except BodyUndecodableError:  # replayed without a body
        return [], failure, False
    if decoder.copies:
        return chunks, failure, False
    plain: list[tuple[float, bytes]] = []
    try:
        for after, chunk in chunks:
            plain.append((after, b""))
            plain += [(0.0, piece) for piece in decoder.feed(chunk)]
        if taped.ended and failure is None and chunks:
            plain += [(0.0, piece) for piece in decoder.finish()]
    except (BodyUndecodableError, BodyCutError) as error:
        failure = {"error": type(error).__name__, "message": str(error), "seconds": 0.0, "sent": True}
    return plain, failure, True


def _fitting(
    headers: Sequence[tuple[str, str]], content: bytes, left: bytes, *, coded: bool, whole: bool
) -> Iterator[tuple[str, str]]:
    """Yield headers that fit the body as kept (`left`, of `content`)."""
    for name, value in headers:
        if name == "content-length" and value.isdecimal():
            if coded and not whole:
                continue
            yield name, str(len(left) if coded else int(value) + len(left) - len(content))
        elif (name == "content-encoding" and coded) or (
            name in _CHANGED_WITH_BODY and (coded or left != content)
        ):
            continue
        else:
            yield name, value


def _declared_headers(contract: Mapping[str, Any], method: str, path: str) -> set[str]:
    """Return the headers that the contract names for the responses of the matching operations."""
    from veneer_cli.masking import fits

    nodes = (
        pointers.follow(contract, answer)
        for found in find_operations(contract)
        if found.method == method.lower() and fits(found.path, path)
        for answer in (found.node.get("responses") or {}).values()
    )
    return {str(name) for node in nodes for name in (node.get("headers") or {})}
