"""What a handler answers with: a response, or a refusal that the platform words."""

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
        """The body's bytes; not for streams."""
        if self.content is None:
            return b""
        return self.content if isinstance(self.content, bytes) else dump(self.content).encode()


class Refusal(Exception):  # noqa: N818 - it is control flow: the handler refuses, the platform words it
    """Raised by a handler to answer with the platform's error shape."""

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
        # The route that was asked, where there is one; errors may differ between operations.
        self.route: object = None


def events(frames: Iterator[bytes | float]) -> Response:
    """A stream of server-sent events."""
    return Response(frames, media_type="text/event-stream", headers={"cache-control": "no-cache"})


def detail_of(problems: list[Problem]) -> Response:
    """FastAPI's answer to a request that is not valid."""
    return Response(
        {"detail": [{"loc": list(one.loc), "msg": one.msg, "type": one.type} for one in problems]}, 422
    )


def fields_of(problems: list[Problem]) -> Refusal:
    """A refusal that lists the fields that are not valid."""
    fields = [{"field": ".".join(map(str, one.loc)), "message": one.msg} for one in problems]
    return Refusal(400, "VALIDATION_ERROR", "The request is not valid", {"fields": fields})


class Invalid(Exception):  # noqa: N818 - see Refusal
    """Raised when a request does not have the shape that its route asks for."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, one.loc))}: {one.msg}" for one in problems))
        self.problems = problems


class Delivery(NamedTuple):
    """A request that a platform sends on its own: a webhook."""

    method: str
    headers: Mapping[str, str]
    body: bytes
