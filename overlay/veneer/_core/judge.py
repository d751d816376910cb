"""Read an answer: is it a success, which error is it, what does its body say?"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast

from veneer._core import jsontext
from veneer._core.attempts import Attempt
from veneer._core.call import Endpoint, Operation
from veneer._core.errors import BODY_LIMIT, APIError, ResponseInvalidError
from veneer._core.platform import Platform
from veneer._core.redact import clear_locals, mask_text, mask_url

if TYPE_CHECKING:
    import httpx

__all__ = ["NOT_JSON", "Answer", "Parsed", "api_error", "parse"]

NOT_JSON: Any = object()
"""Stands for a body that is not JSON."""
_UNREAD: Any = object()


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Answer(NamedTuple, Generic[T_co]):
    """A call's value with what it came from: the response (already read) and every attempt."""

    value: T_co
    response: httpx.Response
    attempts: tuple[Attempt, ...]


class Parsed:
    """The face of a response that generated code reads, its JSON parsed once however often it is asked for.

    `attempts` are those that it took to get it.
    """

    __slots__ = ("_payload", "attempts", "response")

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.attempts: tuple[Attempt, ...] = ()
        self._payload: Any = _UNREAD

    @property
    def payload(self) -> Any:
        """The body as JSON; NOT_JSON for anything else: HTML of a proxy, half a document, wrong bytes, nesting without end."""
        if self._payload is _UNREAD:
            self._payload = NOT_JSON
            if self.response.content:
                with contextlib.suppress(ValueError, RecursionError):
                    self._payload = jsontext.loads(self.response.content)
        return self._payload

    def json(self, **_: Any) -> Any:
        """The body as JSON. Raises ValueError where it is none."""
        if self.payload is NOT_JSON:
            raise ValueError("the body is not JSON")
        return self.payload

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.response.status_code

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
# What generated parsing raises for a document that does not fit; nothing else is caught.
_MISFIT = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


def parse(platform: Platform, endpoint: Endpoint[..., T], operation: Operation, parsed: Parsed) -> T:
    """Give a success's value, None where the contract or the status (202, 204, 205) has no body, or the method (HEAD).

    Raises the platform's ResponseInvalidError with the JSON path where the body does not fit the contract.
    """
    response = parsed.response
    misfit: Exception
    try:
        return cast("T", endpoint._parse_response(client=_LENIENT, response=cast("httpx.Response", parsed)))
    except _MISFIT as error:
        misfit = error
    if not response.content and (response.status_code in _BODILESS or response.request.method == "HEAD"):
        return cast("T", None)
    if parsed.payload is NOT_JSON:
        found = "empty" if not response.content else "not what it should be"
        path, what = "$", f"the body is {found} ({response.headers.get('content-type', 'no content type')})"
    else:
        from veneer._core.misfit import json_path_of_failure

        path = json_path_of_failure(misfit)
        what = f"{path} {'is missing' if isinstance(misfit, KeyError) else 'does not fit'} ({type(misfit).__name__})"
    invalid = platform.kind(ResponseInvalidError)(
        f"{operation.id}: the answer does not fit the contract: {what}",
        operation=operation.id,
        method=response.request.method,
        url=mask_url(str(response.request.url)),
        response=response,
    )
    if isinstance(invalid, ResponseInvalidError):
        invalid.path = path
    invalid.attempts = parsed.attempts
    clear_locals(misfit)
    raise invalid from misfit


def api_error(
    platform: Platform,
    operation: Operation,
    parsed: Parsed,
    *,
    retry_after: float | None,
    secrets: Iterable[str] = (),
) -> APIError:
    """Make the error that an answer stands for: the platform's class, with everything that the answer says."""
    response, payload = parsed.response, parsed.payload
    status = response.status_code
    problem = platform.describe(payload if payload is not NOT_JSON else None)
    kind = platform.error_class(status, problem.code)
    # Masked before it is cut: half a secret is not found any more.
    said = mask_text(problem.message, secrets) if problem.message else None
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
    error.request_id = next(
        (found for name in platform.request_ids if (found := response.headers.get(name))), None
    )
    return error


def _message(status: int, reason: str, code: str | None, message: str | None) -> str:
    head = f"{status} {reason}".strip()
    said = f"{code}: {message}" if code and message else (message or code or "")
    # On one line: it may end up in a log.
    return f"{head}: {' '.join(said.split())[:500]}" if said else head


def _text(response: httpx.Response) -> str:
    try:
        return response.text
    except (LookupError, UnicodeError):  # a charset nobody knows
        return response.content.decode("utf-8", "replace")


def _typed(operation: Operation, status: int, payload: Any) -> Any:
    """Parse the payload with the contract's model for this status; the payload itself where there is none or it does not fit."""
    if payload is NOT_JSON:
        return None
    errors = operation.errors
    name = errors.get(str(status)) or errors.get(f"{status // 100}XX") or errors.get("default")
    package = operation.module.partition(".api.")[0]
    if not name or not package or not isinstance(payload, Mapping):
        return payload
    try:
        return getattr(importlib.import_module(f"{package}.models"), name).from_dict(payload)
    except (ImportError, *_MISFIT):
        return payload
