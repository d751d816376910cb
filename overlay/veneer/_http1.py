"""HTTP/1.1 as bytes in and values out, for one connection: what `_h11` and `_llhttp` have in common.

    wire = H11Wire()                                   # or LlhttpWire()
    send(wire.head(method, target, headers) + wire.end())
    while wire.answer is None and wire.error is None:
        wire.feed(receive())                           # b"" is the connection's end
    while not wire.over and wire.error is None:
        use(wire.take()); wire.feed(receive())
    reuse = wire.again()

Both are strict: what they do not understand is an error, never a guess. RFC 9112.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

__all__ = ["MOST_HEAD_BYTES", "Answer", "Headers", "IllegalRequestError", "Wire"]

Headers = list[tuple[bytes, bytes]]

MOST_HEAD_BYTES = 100 * 1024
"""Longest head of an answer that is read."""


class IllegalRequestError(ValueError):
    """The request is not HTTP; its text may quote header values."""


class Answer(NamedTuple):
    """A response's head; informational ones (1xx) are passed over."""

    status: int
    reason: bytes
    version: bytes
    headers: Headers


class Wire(Protocol):
    """One connection's protocol: a request out, its answer in, and so on.

    `answer` is the head once it is there, `over` turns true with the last byte of the body, `error` says what is wrong with what the server sent.
    """

    answer: Answer | None
    over: bool
    error: str | None

    def head(self, method: str, target: bytes, headers: Headers) -> bytes:
        """Begin a request. Raises IllegalRequestError."""
        ...

    def data(self, piece: bytes) -> bytes:
        """Frame a piece of its body. Raises IllegalRequestError for more than was announced."""
        ...

    def end(self) -> bytes:
        """End it. Raises IllegalRequestError for less than was announced."""
        ...

    def feed(self, data: bytes) -> None:
        """Take what the server sent; nothing stands for the connection's end."""
        ...

    def take(self) -> bytes:
        """Give what has come of the body since."""
        ...

    def again(self) -> bool:
        """Tell whether the connection can serve another request; if so, be ready for it."""
        ...
