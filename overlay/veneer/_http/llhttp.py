"""HTTP/1.1 with responses parsed by llhttp, Node's parser, in C. Needs httptools."""

from __future__ import annotations

import functools
import importlib
import re
from typing import Any

from veneer._core.late import pattern
from veneer._http.framing import (
    MOST_HEAD_BYTES,
    ChunkedDecoder,
    ResponseHead,
    end_of_head,
)
from veneer._http.http1 import HTTP1Protocol

__all__ = ["LlhttpProtocol"]

_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([2-9][0-9]{2})(?: ([^\0\r\n]*+))?\r\n")
_OK = b"HTTP/1.1 200 OK\r\n"
_LINE_FEED = 10
_BODILESS = frozenset({b"204", b"304"})
_CONNECTION = frozenset({b"connection", b"proxy-connection"})
_PLAIN_OPTIONS = frozenset({b"close", b"keep-alive"})
_LENGTHS = frozenset(map(len, (b"transfer-encoding", *_CONNECTION)))
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_CHUNK_LINE = pattern(rb"0*([1-9A-Fa-f][0-9A-Fa-f]*)\r\n")
_LONGEST_LINE = 256
_new_tuple = tuple.__new__

# Marks the end of a chunk in a body: empty, so it disappears when the pieces are joined.
_CHUNK_BEGAN: Any = bytearray()
_CHUNK_ENDED: Any = bytearray()


class _NotPlainError(Exception):
    """A response, or a part of one, that `HTTP1Protocol` must read."""


class LlhttpProtocol(HTTP1Protocol):
    """Read plain responses with llhttp, and all others as `HTTP1Protocol` does.

    llhttp accepts less, and its releases differ. What it refuses is read again: a head from its
    first byte, a chunked body from its position before the last bytes. So the engine
    does not change what is accepted or what it means.

    A parser is kept for all responses of a connection.
    """

    def __init__(self) -> None:
        super().__init__()
        httptools = importlib.import_module("httptools")
        self._errors = (httptools.HttpParserError, httptools.HttpParserUpgrade)
        self._new_parser = httptools.HttpResponseParser
        self._parser: Any = None
        self._plain = self._in_chunks = False
        self._headers: Any = None
        # The position in a chunked body: this much of a chunk is missing, its line break
        # included, or this much of the next line has arrived.
        self._to_come = 0
        self._line = b""
        # A C method, as there are many chunks; `_body` is always the same list.
        self.on_chunk_header = functools.partial(self._body.append, _CHUNK_BEGAN)
        self.on_chunk_complete = functools.partial(self._body.append, _CHUNK_ENDED)

    def feed(self, data: bytes) -> None:
        """Take bytes from the server, at most 64 KiB; no bytes mean that the connection has ended."""
        in_head = self.response is None
        if in_head and not self._unread and not self._heads:
            self._plain, self._in_chunks = not self._bodiless, False
            self._headers = []
            if self._parser is None:
                self._parser = self._new_parser(self)
        plain = self._plain and not self.complete
        if not plain or not data:
            self._feed_python(data)
            return
        body, begun = self._body, 0
        try:
            if in_head:
                self._unread = self._unread + data if self._unread else data
            else:
                begun = len(body)
            self._parser.feed_data(data)
            if self.complete:
                # The parser ignores line breaks after a response.
                if data[-1] in b"\r\n" and self._has_excess(data, begun, in_head=in_head):
                    self._persistent = False
            elif self.response is None:
                self._check_head()
                return
            elif self._in_chunks:
                if data[-1] == _LINE_FEED and body and body[-1] is _CHUNK_ENDED:  # the usual case
                    self._to_come, self._line = 0, b""
                else:
                    self._keep_place(data, begun, in_head=in_head)
        except (*self._errors, _NotPlainError):
            self._parser = None
            if self.complete:
                self._persistent = False  # these bytes do not belong to a request
            else:
                self._read_again(data, begun, in_head=in_head)
            return
        self._unread = b""

    def _check_head(self) -> None:
        """Check the received part of a head. Raises _NotPlainError."""
        head = self._unread
        if head[:9] != b"HTTP/1.1 "[: len(head)] or len(head) > MOST_HEAD_BYTES:
            raise _NotPlainError

    def _feed_python(self, data: bytes) -> None:
        if self._plain and self.response is not None and not self._in_chunks:
            framed = any(name.lower() in _FRAMING for name, _ in self.response.headers)
            self._left = 0 if framed else None
        super().feed(data)

    def _read_again(self, data: bytes, begun: int, *, in_head: bool) -> None:
        """Read the last bytes again, and the rest of the response, with `HTTP1Protocol`."""
        self._plain = False
        del self._body[begun:]
        if in_head:
            data, self._unread, self.response = self._unread, b"", None
        elif self._in_chunks:
            self._decoder = ChunkedDecoder(self._body, left=self._to_come, line=self._line)
        super().feed(data)

    def _has_excess(self, data: bytes, begun: int, *, in_head: bool) -> bool:
        """Return whether line breaks follow the response that these bytes completed."""
        if self._in_chunks:
            end = (self._line + data)[-5:]
            return end[1:] != b"\r\n\r\n" or end[0] in b"\r\n"
        head = end_of_head(self._unread, 0) if in_head else None
        size = sum(map(len, self._body[begun:]))
        return size < (len(data) if head is None else len(self._unread) - head[1])

    def _keep_place(self, data: bytes, begun: int, *, in_head: bool) -> None:
        """Note the position in a chunked body after these bytes. Raises _NotPlainError if it is unusual."""
        body = self._body
        news = len(body) - begun
        last = body[-1] if news else b""
        to_come, line = self._to_come, self._line
        if last is _CHUNK_ENDED or (in_head and not news):
            to_come, line = 0, data[data.rfind(b"\n") + 1 :]
        elif (news == 1 and last) or (not news and to_come):  # within one chunk
            to_come -= len(data)
        elif not news:  # within one line
            line += data
        else:
            end = len(data) - len(last)
            if last and not data.endswith(b"\n" + last):  # a carriage return follows
                end -= 1
            start = data.rfind(b"\n", 0, end - 1) + 1
            size = _CHUNK_LINE.fullmatch(data[start:end] if start else line + data[:end])
            if size is None:  # an extension, or the last chunk
                raise _NotPlainError
            to_come, line = int(size[1], 16) + 2 - (len(data) - end), b""
        if len(line) > _LONGEST_LINE:
            raise _NotPlainError
        self._to_come, self._line = to_come, line

    # Called by the parser; an exception ends the parsing.

    def on_message_begin(self) -> None:
        """Raise _NotPlainError for a second response to one request."""
        if self.complete:
            raise _NotPlainError

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header line. Raises _NotPlainError for an unusual one, and for trailers."""
        if len(name) in _LENGTHS:
            self._check_header(name.lower(), value.lower())
        self._headers.append((name, value.rstrip(b"\t ")))

    def _check_header(self, name: bytes, value: bytes) -> None:
        if name == b"transfer-encoding":
            if self._in_chunks or value != b"chunked":
                raise _NotPlainError
            self._in_chunks = True
        elif name in _CONNECTION and value not in _PLAIN_OPTIONS:
            raise _NotPlainError  # the parser's releases treat lists differently

    def on_headers_complete(self) -> None:
        """Keep the head, if it is plain as most are."""
        head = self._unread
        status, reason = 200, b"OK"
        if head[:17] != _OK:
            line = _STATUS_LINE.match(head)
            if line is None or line[1] in _BODILESS:
                raise _NotPlainError
            status, reason = int(line[1]), line[2] or b""
        if len(head) > MOST_HEAD_BYTES:
            raise _NotPlainError
        # Without the constructor, which is a function of Python.
        self.response = _new_tuple(ResponseHead, (status, reason, b"HTTP/1.1", self._headers))
        self._headers = None  # so that trailers raise
        self._persistent = self._persistent and self._parser.should_keep_alive()
        self._to_come, self._line = 0, b""

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(piece)

    def on_message_complete(self) -> None:
        """Note the end of the body."""
        self.complete = True
