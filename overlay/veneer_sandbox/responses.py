"""Define what a handler returns: a response, or a refusal in the platform's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .store import dump

if TYPE_CHECKING:
    from .check import Problem

JSON: Final = "application/json"


@dataclass(slots=True)
class Response:
    """A response before it is sent: `content` is JSON unless it is bytes, a stream, or None for no body."""

    content: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON

    def encode(self) -> bytes:
        """Return the body's bytes; not for streams."""
        if self.content is None:
            return b""
        return self.content if isinstance(self.content, bytes) else dump(self.content).encode()


class Refusal(Exception):  # noqa: N818 - it is control flow: the handler refuses, the platform words it
    """Raised by a handler to respond with the platform's error shape."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details = status, code, message, details
        self.headers = dict(headers or {})
        # The requested route, if any: errors may differ between operations.
        self.route: object = None


def events(frames: Iterator[bytes | float]) -> Response:
    """Return a response that streams server-sent events."""
    return Response(frames, media_type="text/event-stream", headers={"cache-control": "no-cache"})


def detail_of(problems: list[Problem]) -> Response:
    """Return FastAPI's response to an invalid request."""
    return Response(
        {"detail": [{"loc": list(one.loc), "msg": one.msg, "type": one.type} for one in problems]}, 422
    )


def fields_of(problems: list[Problem]) -> Refusal:
    """Return a refusal that lists the invalid fields."""
    fields = [{"field": ".".join(map(str, one.loc)), "message": one.msg} for one in problems]
    return Refusal(400, "VALIDATION_ERROR", "The request is not valid", {"fields": fields})


class Invalid(Exception):  # noqa: N818 - see Refusal
    """Raised for a request that its route's schema rejects."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, one.loc))}: {one.msg}" for one in problems))
        self.problems = problems


class Delivery(NamedTuple):
    """A request that a platform sends: a webhook."""

    method: str
    headers: Mapping[str, str]
    body: bytes
