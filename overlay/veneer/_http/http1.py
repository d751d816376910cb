"""Implement HTTP/1.1 for one connection (RFC 9112): bytes in, values out, no I/O.

    protocol = HTTP1Protocol()
    send(protocol.head(method, target, headers) + protocol.end())
    while protocol.response is None and protocol.error is None:
        protocol.feed(receive())                       # b"" is the end of the connection
    while not protocol.complete and protocol.error is None:
        use(protocol.read_body()); protocol.feed(receive())
    reuse = protocol.start_next_cycle()

Anything that it does not understand is an error, never a guess.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence

from veneer._core.late import NamedTuple
from veneer._http.framing import (
    MOST_HEAD_BYTES,
    TOKEN,
    ChunkedDecoder,
    Framing,
    Headers,
    MalformedResponseError,
    ResponseHead,
    end_of_head,
    parse_head,
)

__all__ = ["HTTP1Protocol", "IllegalRequestError", "llhttp_problem"]

_REQUEST_LINE = re.compile(TOKEN + rb" [\x21-\x7e]+")
_HEADERS = re.compile(
    rb"(?:" + TOKEN + rb": (?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?\r\n)*"
)


class IllegalRequestError(ValueError):
    """The request is not HTTP."""


def llhttp_problem() -> str | None:
    """Return why llhttp cannot be used; None if it can."""
    try:
        httptools = importlib.import_module("httptools")
    except ImportError:
        return "engine='fast' needs httptools: pip install 'veneer[fast]'"
    # Earlier releases accept invalid HTTP.
    if [int(part) for part in re.findall(r"\d+", httptools.__version__)] < [0, 6, 4]:
        return "engine='fast' needs httptools 0.6.4: pip install -U 'veneer[fast]'"
    return None


class HTTP1Protocol:
    """Write the requests of one connection, and read their responses, one at a time.

    | attribute | meaning |
    |---|---|
    | response | the head of the final response, once it has arrived |
    | complete | the last byte of the body has arrived |
    | error | what is wrong with what the server sent |
    | continued | the server asked for the body (100 Continue) |
    | expects | the request waits for 100 Continue |
    | sent | the request has been written to its end |
    """

    def __init__(self) -> None:
        self._method, self._target, self._request_line = "", b"", b""
        self._headers_sent: list[tuple[bytes, ...]] | None = None
        self._block = _Block(b"", chunked=False, length=0, persistent=False, expects=False)
        self._chunked = self._bodiless = self._persistent = self.sent = False
        self._unsent = 0
        self._unread = b""  # of a head
        self._heads = 0
        self._decoder: ChunkedDecoder | None = None
        self._left: int | None = 0
        self._body: list[bytes] = []
        self.response: ResponseHead | None = None
        self.complete = False
        self.error: str | None = None
        self.continued = self.expects = False

    # -- the request -------------------------------------------------------------------------------

    def head(self, method: str, target: bytes, headers: Sequence[tuple[bytes, ...]]) -> bytes:
        """Return the bytes of a request's head. Raises IllegalRequestError.

        A header is a tuple that begins with its name and ends with its value.
        """
        # Most requests of a client repeat the headers of the one before, and many its line.
        if target != self._target or method != self._method:
            line = b"%b %b" % (method.encode("ascii"), target)
            if _REQUEST_LINE.fullmatch(line) is None:
                raise IllegalRequestError("the request line is not HTTP")
            self._request_line, self._target, self._method = b"%b HTTP/1.1\r\n" % line, target, method
        if headers != self._headers_sent:
            # A copy: the caller may change its list.
            self._block, self._headers_sent = _block([(one[0], one[-1]) for one in headers]), [*headers]
        text, self._chunked, self._unsent, self._persistent, self.expects = self._block
        self._bodiless = method == "HEAD"
        self.sent = not (self._chunked or self._unsent)
        self.continued = False
        self._heads = 0
        return self._request_line + text

    def whole(self, head: bytes, body: bytes) -> bytes:
        """Return the bytes of a request with its body. Raises IllegalRequestError for a body of another length."""
        if self._chunked or self._unsent != len(body):
            return b"".join((head, self.data(body), self.end()))
        self._unsent, self.sent = 0, True
        return head + body if body else head

    def data(self, piece: bytes) -> bytes:
        """Return a piece of the body, framed. Raises IllegalRequestError beyond the announced length."""
        if self._chunked:
            return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
        self._unsent -= len(piece)
        if self._unsent < 0:
            raise IllegalRequestError("the body is longer than its Content-Length")
        return piece

    def end(self) -> bytes:
        """Return the end of the request. Raises IllegalRequestError for less than the announced length."""
        if self._unsent:
            raise IllegalRequestError("the body is shorter than its Content-Length")
        self.sent = True
        return b"0\r\n\r\n" if self._chunked else b""

    # -- the response ------------------------------------------------------------------------------

    def feed(self, data: bytes) -> None:
        """Take bytes from the server; no bytes mean that the connection has ended."""
        if not data:
            self._end_of_connection()
        elif self.complete:
            self._persistent = False  # these bytes do not belong to a request
        else:
            try:
                if self.response is None:
                    self._feed_head(data)
                else:
                    self._feed_body(data)
            except MalformedResponseError as error:
                self.error = f"the response is malformed: {error}"

    def read_body(self) -> bytes:
        """Return the part of the body that arrived since the last call."""
        body = b"".join(self._body)
        self._body.clear()
        return body

    def start_next_cycle(self) -> bool:
        """Return whether the connection can serve another request, and prepare for it."""
        if not (self.complete and self.sent and self._persistent) or self._body:
            return False
        self.response, self.complete, self._decoder, self._left = None, False, None, 0
        return True

    def _feed_head(self, data: bytes) -> None:
        looked_at = len(self._unread)
        if looked_at:
            data, self._unread = self._unread + data, b""
        while (end := end_of_head(data, looked_at)) is not None:
            self._heads += end[1]
            if self._heads > MOST_HEAD_BYTES:
                raise MalformedResponseError("its head is too long")
            head, framing = parse_head(data[: end[0]])
            data, looked_at = data[end[1] :], 0
            if head.status >= 200:
                self._begin_body(head, framing, data)
                return
            if head.status == 101:
                raise MalformedResponseError("it switches protocols, which was not requested")
            self.continued = self.continued or head.status == 100
        if self._heads + len(data) > MOST_HEAD_BYTES:
            raise MalformedResponseError("its head is too long")
        if data[:5] != b"HTTP/"[: len(data)]:
            raise MalformedResponseError("it is not HTTP/1.1")
        self._unread = data

    def _begin_body(self, head: ResponseHead, framing: Framing, data: bytes) -> None:
        self.response = head
        chunked, length, persistent = framing
        self._persistent = self._persistent and persistent
        self._left = length
        if self._bodiless or head.status in {204, 304}:  # RFC 9112 §6.3
            if head.status == 204 and (chunked or length):
                self._persistent = False  # a body may follow anyway
            self._end_of_body(data)
        elif chunked:
            self._decoder = ChunkedDecoder(self._body)
            self._feed_body(data)
        elif length is None:
            self._persistent = False
            self._feed_body(data)
        else:
            self._feed_body(data)

    def _feed_body(self, data: bytes) -> None:
        if self._decoder is not None:
            rest = self._decoder.feed(data)
            if self._decoder.complete:
                self._end_of_body(rest)
            return
        left = self._left
        if left is None or len(data) < left:
            if data:
                self._body.append(data)
            self._left = None if left is None else left - len(data)
            return
        self._body.append(data[:left])
        self._end_of_body(data[left:])

    def _end_of_body(self, rest: bytes) -> None:
        self.complete = True
        if rest:
            self._persistent = False

    def _end_of_connection(self) -> None:
        self._persistent = False
        if self.response is None or self.complete:
            return  # the reader reports a missing response
        if self._decoder is None and self._left is None:
            self.complete = True  # RFC 9112 §6.3: such a body ends with its connection
        else:
            self.error = "the connection ended before the response's body did"


class _Block(NamedTuple):
    """A request's headers as sent, with the empty line after them, and what they mean for its body and connection."""

    text: bytes
    chunked: bool
    length: int
    persistent: bool
    expects: bool


def _block(headers: Headers) -> _Block:
    text = b"".join([b"%b: %b\r\n" % header for header in headers])
    said = {name.lower(): value for name, value in headers}
    # A value with a line break would add a line.
    if _HEADERS.fullmatch(text) is None or text.count(b"\n") != len(headers) or b"host" not in said:
        raise IllegalRequestError("a header, or the lack of one, is not HTTP")
    if len(said) != len(headers):
        _refuse_repeated(headers)
    coding, length = said.get(b"transfer-encoding"), said.get(b"content-length")
    if coding is not None and (coding.lower() != b"chunked" or length is not None):
        raise IllegalRequestError("the body's transfer coding is not one that can be sent")
    if length is not None and not length.isdigit():
        raise IllegalRequestError("the body's length is not a number")
    return _Block(
        text + b"\r\n",
        chunked=coding is not None,
        length=int(length or 0),
        persistent=said.get(b"connection", b"").lower() != b"close",
        expects=said.get(b"expect", b"").lower() == b"100-continue",
    )


def _refuse_repeated(headers: Headers) -> None:
    """Raise IllegalRequestError if a header is repeated that must be unique."""
    names = [name.lower() for name, _ in headers]
    if any(names.count(name) > 1 for name in (b"host", b"content-length", b"transfer-encoding")):
        raise IllegalRequestError("a header that can be sent only once is sent twice")
