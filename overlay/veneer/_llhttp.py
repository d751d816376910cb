"""HTTP/1.1 by llhttp: Node's parser, in C. Needs httptools."""

from __future__ import annotations

import importlib
import re
from typing import Any, NamedTuple

from veneer._http1 import MOST_HEAD_BYTES, Answer, Headers, IllegalRequestError

__all__ = ["LlhttpWire"]

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(_TOKEN + rb" [\x21-\x7e]+")
_HEADERS = re.compile(
    rb"(?:" + _TOKEN + rb": (?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?\r\n)*"
)


class LlhttpWire:
    """One connection's protocol, as `Wire` says.

    A parser is kept for all answers of a connection; only after one whose body it would wait for in vain (to HEAD) a new one is made.
    """

    def __init__(self) -> None:
        httptools = importlib.import_module("httptools")
        self._errors = (httptools.HttpParserError, httptools.HttpParserUpgrade)
        self._new_parser = httptools.HttpResponseParser
        self._parser: Any = None
        self._pieces: list[bytes] = []
        self._headers: Headers = []
        self._reason = b""
        self._head_bytes = 0
        self._said: Headers | None = None
        self._block = _Block(b"", chunked=False, length=0, reusable=False)
        self._chunked = self._bodiless = self._sent = self._reusable = False
        self._left = 0
        self.answer: Answer | None = None
        self.over = False
        self.error: str | None = None

    def head(self, method: str, target: bytes, headers: Headers) -> bytes:
        line = b"%b %b" % (method.encode("ascii"), target)
        if _REQUEST_LINE.fullmatch(line) is None:
            raise IllegalRequestError("the request line is not HTTP")
        if headers != self._said:  # most requests of a client say what the one before said
            self._block, self._said = _block(headers), headers
        block = self._block
        self._chunked, self._left, self._reusable = block.chunked, block.length, block.reusable
        self._bodiless = method == "HEAD"
        self._sent = False
        self._head_bytes = 0
        if self._parser is None:
            self._parser = self._new_parser(self)
        return b"%b HTTP/1.1\r\n%b\r\n" % (line, block.text)

    def data(self, piece: bytes) -> bytes:
        if self._chunked:
            return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
        self._left -= len(piece)
        if self._left < 0:
            raise IllegalRequestError("the body is longer than its Content-Length")
        return piece

    def end(self) -> bytes:
        if self._left:
            raise IllegalRequestError("the body is shorter than its Content-Length")
        self._sent = True
        return b"0\r\n\r\n" if self._chunked else b""

    def feed(self, data: bytes) -> None:
        if self.answer is None:
            self._head_bytes += len(data)
        try:
            if data:
                self._parser.feed_data(data)
            else:
                self._hung_up()
        except self._errors as error:
            if self.over:
                self._reusable = False  # bytes after the answer belong to no request
            else:
                self.error = str(error) or type(error).__name__
        if self.answer is None and self._head_bytes > MOST_HEAD_BYTES:
            self.error = "the head of the answer is too long"

    def take(self) -> bytes:
        pieces = self._pieces
        if len(pieces) == 1:
            return pieces.pop()
        self._pieces = []
        return b"".join(pieces)

    def again(self) -> bool:
        if not (self.over and self._sent and self._reusable):
            return False
        if self._bodiless:
            self._parser = None
        self.answer, self.over = None, False
        return True

    def _hung_up(self) -> None:
        self._reusable = False
        if self.answer is None or self.over:
            return  # the reader of an answer that never came knows best how to say so
        if any(name.lower() in _FRAMING for name, _ in self.answer.headers):
            self.error = "peer closed connection without sending complete message body"
        else:
            self.over = True  # RFC 9112 §6.3: such a body ends with its connection

    # What the parser calls; an exception ends the parsing.

    def on_message_begin(self) -> None:
        if self.over:
            raise ValueError

    def on_status(self, reason: bytes) -> None:
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.answer is None:  # else it is a trailer
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 200:
            version = b"HTTP/" + self._parser.get_http_version().encode("ascii")
            self.answer = Answer(status, self._reason, version, self._headers)
        self._headers, self._reason = [], b""
        if self._bodiless and self.answer is not None:
            self._complete()

    def on_body(self, piece: bytes) -> None:
        if self.over:
            raise ValueError
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        if self.answer is not None and not self.over:
            self._complete()

    def _complete(self) -> None:
        self.over = True
        self._reusable = self._reusable and self._parser.should_keep_alive()


_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class _Block(NamedTuple):
    """A request's headers as they are sent, and what they say of its body and connection."""

    text: bytes
    chunked: bool
    length: int
    reusable: bool


def _block(headers: Headers) -> _Block:
    text = b"".join([b"%b: %b\r\n" % header for header in headers])
    said = {name.lower(): value for name, value in headers}
    # A value with a line break of its own would make one line more.
    if _HEADERS.fullmatch(text) is None or text.count(b"\n") != len(headers) or b"host" not in said:
        raise IllegalRequestError("a header, or the lack of one, is not HTTP")
    if len(said) != len(headers):
        _refuse_twins(headers)
    coding, length = said.get(b"transfer-encoding"), said.get(b"content-length")
    if coding is not None and (coding.lower() != b"chunked" or length is not None):
        raise IllegalRequestError("the body's transfer coding is not one that can be sent")
    if length is not None and not length.isdigit():
        raise IllegalRequestError("the body's length is not a number")
    reusable = said.get(b"connection", b"").lower() != b"close"
    return _Block(text, chunked=coding is not None, length=int(length or 0), reusable=reusable)


def _refuse_twins(headers: Headers) -> None:
    """Refuse two headers where two would be two answers to one question."""
    names = [name.lower() for name, _ in headers]
    if any(names.count(name) > 1 for name in (b"host", *_FRAMING)):
        raise IllegalRequestError("a header that can stand only once stands twice")
