"""Read a response: its success, its error, and its body."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, final

from veneer._core import jsontext
from veneer._core.attempts import Attempt
from veneer._core.call import UNFIT, Endpoint, Operation
from veneer._core.errors import (
    BODY_LIMIT,
    APIError,
    MissingMemberError,
    ResponseInvalidError,
    VeneerError,
    request_id,
)
from veneer._core.late import NamedTuple
from veneer._core.platform import Platform
from veneer._core.redact import clear_locals, mask_text, mask_url

if TYPE_CHECKING:
    import httpx

    from veneer._core.sse import Event
    from veneer._core.violations import SchemaViolation

__all__ = ["NOT_JSON", "CallResult", "Parsed", "api_error", "look", "parse", "read_event"]

NOT_JSON: Any = object()
"""Marks a body that is not JSON."""
_UNREAD: Any = object()


T = TypeVar("T")
E = TypeVar("E")
T_co = TypeVar("T_co", covariant=True)


class CallResult(NamedTuple, Generic[T_co]):
    """A call's value with its source: the response (already read) and every attempt."""

    value: T_co
    response: httpx.Response
    attempts: tuple[Attempt, ...]


def look(headers: list[tuple[bytes, bytes]]) -> tuple[bool, bool]:
    """Return whether a body needs neither decoding nor a digest, and whether it may be deprecated.

    This is the only scan of the headers of every response.
    """
    names = b" ".join(map(_name_of, headers)).lower()
    plain = b"content-encoding" not in names and b"-digest" not in names
    return plain, b"deprecation" in names or b"sunset" in names


_name_of = itemgetter(0)


@final
class Parsed:
    """The view of a response that generated code reads; its JSON is parsed once.

    `attempts` are those that it took, `violations` the places where its body breaks the contract.
    """

    __slots__ = ("_payload", "attempts", "response", "status_code", "violations")

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status_code = response.status_code
        self.attempts: tuple[Attempt, ...] = ()
        self.violations: tuple[SchemaViolation, ...] = ()
        self._payload: Any = _UNREAD

    @property
    def payload(self) -> Any:
        """The body as JSON; NOT_JSON for anything else: a proxy's HTML, half a document, endless nesting."""
        return self._read() if self._payload is _UNREAD else self._payload

    def _read(self) -> Any:
        content = self.response.content
        try:
            self._payload = jsontext.loads(content) if content else NOT_JSON
        except (ValueError, RecursionError):
            self._payload = NOT_JSON
        return self._payload

    def json(self, **_: Any) -> Any:
        """Return the body as JSON. Raises ValueError if it is not JSON."""
        payload = self._read() if self._payload is _UNREAD else self._payload
        if payload is NOT_JSON:
            raise ValueError("the body is not JSON")
        return payload

    @property
    def content(self) -> bytes:
        """The decoded body."""
        return self.response.content

    @property
    def text(self) -> str:
        """The body as text."""
        return _text(self.response)

    @property
    def headers(self) -> httpx.Headers:
        """The response's headers."""
        return self.response.headers


_BODILESS = frozenset({202, 204, 205})
_LENIENT = SimpleNamespace(raise_on_unexpected_status=False)


def parse(
    platform: Platform,
    endpoint: Endpoint[..., T],
    operation: Operation,
    parsed: Parsed,
    *,
    strict: bool = False,
) -> T:
    """Return a success's value; None only if the response has no body, or JSON's null.

    If the body breaks the contract, what fits is decoded, the rest is kept as sent, and
    `parsed.violations` names each place. Raises the platform's ResponseInvalidError instead if
    `strict`, and for a body that is not the expected JSON.
    """
    misfit: Exception | None = None
    view: Any = parsed
    try:
        typed = endpoint._parse_response(client=_LENIENT, response=view)
        if typed is not None:
            return typed
    except UNFIT as error:
        misfit = error
    if misfit is None and not parsed.response.content:
        return cast("T", None)
    value: Any
    if not parsed.response.content and _may_be_empty(operation, parsed.response):
        return cast("T", None)
    if misfit is None:
        value, found = _undescribed(endpoint, parsed)
    elif parsed.payload is NOT_JSON and _is_listed(operation, parsed.response):
        value, found = _of_another_kind(operation, parsed.response)
    elif parsed.payload is NOT_JSON:
        media = parsed.response.headers.get("content-type", "no content type")
        what = "not JSON" if parsed.response.content else "empty"
        raise _invalid(platform, operation, parsed, f"the body is {what} ({media})", misfit)
    else:
        value, found = _unfit(endpoint, parsed, misfit)
    status = str(parsed.response.status_code)
    parsed.violations = tuple(one._replace(operation=operation.id, status=status) for one in found)
    if (strict and found) or (misfit is not None and not found):
        what = found[0].what if found else f"$ does not fit ({type(misfit).__name__})"
        raise _invalid(platform, operation, parsed, what, misfit)
    return cast("T", value)


def _may_be_empty(operation: Operation, response: httpx.Response) -> bool:
    status = response.status_code
    return status in _BODILESS or str(status) in operation.bodiless or response.request.method == "HEAD"


def _is_listed(operation: Operation, response: httpx.Response) -> bool:
    """Return whether a body has a media type that the contract lists beside JSON."""
    listed = [kind.partition(";")[0].strip().lower() for kind in operation.accept.split(",")]
    media, _ = _media_type(response)
    return bool(response.content) and "json" not in media and media in listed


def _of_another_kind(operation: Operation, response: httpx.Response) -> tuple[Any, list[SchemaViolation]]:
    """Read a body that need not be JSON by the contract, unlike the type that callers see."""
    from veneer._core.violations import SchemaViolation

    read = operation.accept.partition(",")[0]
    return _as_sent(response, NOT_JSON), [SchemaViolation("media", "$", read, _media_type(response)[0])]


def _undescribed(endpoint: object, parsed: Parsed) -> tuple[Any, list[SchemaViolation]]:
    """Read a body that generated parsing does not cover."""
    value = _as_sent(parsed.response, parsed.payload)
    if value is None:
        return value, []
    from veneer._core.annotations import result_type
    from veneer._core.reading import read
    from veneer._core.violations import SchemaViolation

    typed = result_type(endpoint, None, parsed.payload)
    if typed is None:
        return value, []
    # The contract has no body for this status: try the type of the others.
    fitting, misfits = read(*typed, parsed.payload)
    what = f"a body for status {parsed.response.status_code}"
    return (value if misfits else fitting), [SchemaViolation("body", expected="no body", found=what)]


def _unfit(endpoint: object, parsed: Parsed, misfit: Exception) -> tuple[Any, list[SchemaViolation]]:
    """Read a body that generated parsing refused; the caller's own parsing has no known types to check."""
    from veneer._core.annotations import result_type
    from veneer._core.reading import read

    typed = result_type(endpoint, misfit, parsed.payload)
    return (None, []) if typed is None else read(*typed, parsed.payload)


def _as_sent(response: httpx.Response, payload: Any) -> Any:
    """Return a body without a contract by its media type: JSON decoded, text as text, the rest as bytes."""
    media, parameters = _media_type(response)
    if payload is not NOT_JSON and (not media or "json" in media):
        return payload
    if media.startswith("text/") or "json" in media or media.endswith("xml") or "charset=" in parameters:
        return _text(response)
    return response.content


def _media_type(response: httpx.Response) -> tuple[str, str]:
    """Return the media type in lower case, and its parameters."""
    media, _, parameters = response.headers.get("content-type", "").lower().partition(";")
    return media.strip(), parameters


def _invalid(
    platform: Platform, operation: Operation, parsed: Parsed, what: str, misfit: Exception | None
) -> VeneerError:
    response = parsed.response
    invalid = platform.error_type(ResponseInvalidError)(
        f"{operation.id}: the response does not fit the contract: {what}",
        operation=operation.id,
        method=response.request.method,
        url=mask_url(str(response.request.url)),
        response=response,
    )
    if isinstance(invalid, ResponseInvalidError) and parsed.violations:
        invalid.path, invalid.violations = parsed.violations[0].path, parsed.violations
    invalid.attempts = parsed.attempts
    invalid.__cause__ = misfit
    clear_locals(misfit)
    return invalid


def read_event(parse: Callable[[Any], E], event: Event) -> tuple[E, tuple[SchemaViolation, ...]]:
    """Return an event's value, and each place where it breaks the contract.

    `parse` is a model's `from_dict`, or the caller's function, whose exceptions pass through. An
    event that is not JSON is passed on unchanged.
    """
    try:
        payload = event.json()
    except (ValueError, RecursionError):
        from veneer._core.violations import SchemaViolation

        return cast("E", event), (
            SchemaViolation("body", expected="JSON", found="an event that is not JSON"),
        )
    try:
        return parse(payload), ()
    except UNFIT:
        model = getattr(parse, "__self__", None)
        if not hasattr(model, "__attrs_attrs__"):
            raise
        from veneer._core.reading import read_as

        value, violations = read_as(cast("type[Any]", model), payload)
        return cast("E", value), tuple(violations)


def api_error(
    platform: Platform,
    operation: Operation,
    parsed: Parsed,
    *,
    retry_after: float | None,
    secrets: Iterable[str] = (),
) -> APIError:
    """Return the error of a response: the platform's class, with all of the response's details."""
    response, payload = parsed.response, parsed.payload
    status = response.status_code
    problem = platform.describe(payload if payload is not NOT_JSON else None)
    kind = platform.error_class(status, problem.code)
    secrets = [*secrets, *_sent_secrets(response.request)]
    # Masked before it is cut: half a secret could not be found.
    said = mask_text(_said(response, payload, problem.message), secrets)
    error = kind(
        mask_text(_message(status, response.reason_phrase, problem.code, said), secrets),
        operation=operation.id,
        method=response.request.method,
        url=mask_url(str(response.request.url)),
        response=response,
        retry_after=retry_after,
    )
    error.status_code = status
    error.code = problem.code
    error.body = _text(response)[:BODY_LIMIT]
    error.detail = problem.detail if payload is not NOT_JSON else (error.body or None)
    error.data = _typed(operation, status, payload)
    error.request_id = request_id(response.headers, platform.request_ids)
    return error


def _sent_secrets(request: httpx.Request) -> list[str]:
    """Return the values of a request under names of secrets: the server's message may repeat them."""
    content = getattr(request, "_content", None)  # missing for a body that is sent in pieces
    if not content:
        return []
    from veneer._core.field_messages import sent_secrets

    return sent_secrets(content, request.headers.get("content-type", "").partition(";")[0].strip().lower())


def _said(response: httpx.Response, payload: Any, message: str | None) -> str:
    """Return an error body's message with its field messages, or a plain text body itself."""
    if payload is NOT_JSON:
        return _text(response) if _media_type(response)[0] == "text/plain" else ""
    from veneer._core.field_messages import field_messages

    fields = field_messages(payload)
    if not message or not fields or fields in message:
        return message or fields
    return f"{message} ({fields})"


def whole(model: T) -> T:
    """Return a model so that its members can be read.

    Raises MissingMemberError if the server sent something else instead: a list, text, null.
    """
    if hasattr(type(model), "to_dict"):
        return model
    from veneer._core.violations import json_type

    error = MissingMemberError(
        f"$ is {json_type(model)}, the contract says object: it has no members to read "
        "(client.call_raw(…) returns what the server sent)"
    )
    error.path = "$"
    raise error


def _message(status: int, reason: str, code: str | None, message: str) -> str:
    head = f"{status} {reason}".strip()
    said = f"{code}: {message}" if code and message else (message or code or "")
    # On one line, for logs.
    return f"{head}: {' '.join(said.split())[:500]}" if said else head


def _text(response: httpx.Response) -> str:
    try:
        return response.text
    except (LookupError, UnicodeError):  # an unknown charset
        return response.content.decode("utf-8", "replace")


def _typed(operation: Operation, status: int, payload: Any) -> Any:
    """Parse the payload with the contract's model for this status; return it unchanged if that fails."""
    if payload is NOT_JSON:
        return None
    errors = operation.errors
    name = errors.get(str(status)) or errors.get(f"{status // 100}XX") or errors.get("default")
    package = operation.module.partition(".api.")[0]
    if not name or not package or not isinstance(payload, Mapping):
        return payload
    try:
        return getattr(importlib.import_module(f"{package}.models"), name).from_dict(payload)
    except (ImportError, *UNFIT):
        return payload
