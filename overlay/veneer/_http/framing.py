"""Read a response's head and its chunked body: decide which bytes are HTTP/1.1, and their meaning.

Only this module decides what is accepted, for every engine, whole or cut anywhere. It follows RFC
9112 where that says MUST. Otherwise, what could be framed in two ways is refused, and what other
clients accept without harm is accepted (tests/core/cases/response_cases.json has the list).
"""

from __future__ import annotations

from veneer._core.late import NamedTuple, pattern

__all__ = [
    "MOST_HEAD_BYTES",
    "TOKEN",
    "ChunkedDecoder",
    "Framing",
    "Headers",
    "MalformedResponseError",
    "ResponseHead",
    "end_of_head",
    "parse_head",
]

Headers = list[tuple[bytes, bytes]]

MOST_HEAD_BYTES = 128 * 1024
"""Longest head, informational responses before it included; also the longest line of a chunk."""

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"

# A line may end with LF alone (RFC 9112 §2.2), and its reason phrase may be missing (§4).
_STATUS_LINE = pattern(rb"HTTP/(1\.[0-9]|2\.0) ([1-9][0-9]{2})(?: ([^\0\r\n]*+))?\r?\n")
# A value may have any byte but NUL, CR and LF: RFC 9110 §5.5 lets recipients keep control characters.
_FIELD = pattern(rb"(?<=\n)(" + TOKEN + rb"):[\t ]*+([^\0\r\n]*+)\r?\n")
# The same for lines as most are; if any line is not, the ones above read all of them.
_PLAIN_FIELD = pattern(rb"(?<=\n)(" + TOKEN + rb"):[\t ]*+([^\0\r\n]*+)(?<![\t ])\r\n")
_OK = b"HTTP/1.1 200 OK\r\n"
_FOLD = pattern(rb"\r?\n[\t ]+")
_END_OF_HEAD = pattern(rb"\n\r?\n")
_LENGTH = pattern(rb"[0-9]{1,20}")
# Spaces after the size are invalid but accepted (RFC 9112 §7.1.1); extensions are ignored.
_CHUNK_LINE = pattern(rb"(?:0++(?![0-9A-Fa-f])|0*+([0-9A-Fa-f]{1,16}))[\t ]*+(?:;[^\0\r\n]*+)?\r\n")
_CHUNK_LINE_BEGUN = pattern(rb"[0-9A-Fa-f]++[\t ]*+(?:;[^\0\r\n]*+)?\r?\Z")


class MalformedResponseError(ValueError):
    """The server did not send a valid response; the text quotes nothing of it."""


class ResponseHead(NamedTuple):
    """A response without its body. `headers` are as sent, except those that frame the body."""

    status: int
    reason: bytes
    version: bytes
    headers: Headers


class Framing(NamedTuple):
    """How the body is delimited: by chunks, by its length, or (neither) by the end of the connection.

    `persistent` is whether the server keeps the connection open.
    """

    chunked: bool
    length: int | None
    persistent: bool


def end_of_head(data: bytes, start: int) -> tuple[int, int] | None:
    """Return where a head's last line ends and the body begins; None if that has not arrived.

    The first `start` bytes were scanned already.
    """
    found = _END_OF_HEAD.search(data, max(0, start - 2))
    return None if found is None else (found.start() + 1, found.end())


def parse_head(text: bytes) -> tuple[ResponseHead, Framing]:
    """Parse the status line and the header lines, without the empty one. Raises MalformedResponseError."""
    if text.startswith(_OK):
        version, status, reason, end = b"1.1", 200, b"OK", len(_OK)
    else:
        line = _STATUS_LINE.match(text)
        if line is None:
            raise MalformedResponseError("its status line is not that of HTTP/1.1")
        version, status, reason, end = line[1], int(line[2]), line[3] or b"", line.end()
    headers = _parse_fields(text[end - 1 :])
    said = {name.lower(): value for name, value in headers}
    if len(said) != len(headers):  # RFC 9110 §5.3: several lines are one list
        for name in said.keys() & _LISTS:
            said[name] = b", ".join([value for other, value in headers if other.lower() == name])
    length, coding = said.get(b"content-length"), said.get(b"transfer-encoding")
    options = _options(said) if b"connection" in said or b"proxy-connection" in said else _NONE
    if version == b"1.0":  # RFC 9112 §9.3, and §6.1: an HTTP/1.0 server does not frame by a coding
        persistent = b"keep-alive" in options and b"close" not in options and coding is None
    else:
        persistent = b"close" not in options and version != b"2.0"
    size = None
    if length is not None:
        size = _content_length(length)
        if coding is not None or not length.isdigit():
            headers = [header for header in headers if header[0].lower() != b"content-length"]
            headers += [(b"Content-Length", b"%d" % size)] if coding is None else []
    if coding is not None:
        if coding.lower() != b"chunked":
            raise MalformedResponseError("its transfer coding is not chunked, once")
        # RFC 9112 §6.3: the coding wins over a length, but such a connection is not trusted further.
        persistent, size = persistent and size is None, None
    head = ResponseHead(status, reason, b"HTTP/" + version, headers)
    return head, Framing(coding is not None, size, persistent)


_NONE: frozenset[bytes] = frozenset()
_LISTS = frozenset({b"content-length", b"transfer-encoding", b"connection", b"proxy-connection"})


def _parse_fields(text: bytes) -> Headers:
    """Parse header lines; the first follows a line feed."""
    headers: Headers = _PLAIN_FIELD.findall(text)
    if len(headers) == text.count(b"\n") - 1:
        return headers
    if b"\n " in text or b"\n\t" in text:
        if text[1:2] in {b" ", b"\t"}:
            raise MalformedResponseError("its first header line is the continuation of another")
        text = b"\n" + _FOLD.sub(b" ", text[1:])  # RFC 9112 §5.2: a user agent reads a fold as a space
    headers = _FIELD.findall(text)
    if len(headers) != text.count(b"\n") - 1:
        raise MalformedResponseError("a header line is not one of HTTP/1.1")
    if b" \r" in text or b" \n" in text or b"\t\r" in text or b"\t\n" in text:
        headers = [(name, value.rstrip(b"\t ")) for name, value in headers]
    return headers


def _content_length(value: bytes) -> int:
    """Read a Content-Length, which may be the same number several times (RFC 9112 §6.3)."""
    if _LENGTH.fullmatch(value) is not None:
        return int(value)
    values = {one.strip(b"\t ") for one in value.split(b",")}
    one = values.pop()
    if values or _LENGTH.fullmatch(one) is None:
        raise MalformedResponseError("its Content-Length is not one number")
    return int(one)


def _options(said: dict[bytes, bytes]) -> set[bytes]:
    """Return the connection options (RFC 9110 §7.6.1), including those for proxies."""
    lists = b",".join([said.get(b"connection", b""), said.get(b"proxy-connection", b"")])
    return {option.strip(b"\t ") for option in lists.lower().split(b",")}


class ChunkedDecoder:
    """Decode a chunked body into `body` (RFC 9112 §7.1); trailers are checked and left out.

    It can continue where another decoder stopped: `left` bytes of a chunk are missing, its line
    break included, or this much of the next `line` has arrived.
    """

    def __init__(self, body: list[bytes], *, left: int = 0, line: bytes = b"") -> None:
        self._body = body
        self._left = left
        self._line = line
        self._trailers = False
        self._looked_at = 0
        self.complete = False

    def feed(self, data: bytes) -> bytes:
        """Take bytes, and return those after the body's end. Raises MalformedResponseError."""
        if self._line:
            data, self._line = self._line + data, b""
        at = 0
        while not self.complete and at < len(data):
            if self._trailers:
                at = self._feed_trailers(data, at)
            elif self._left:
                at = self._feed_chunk(data, at)
            else:
                at = self._feed_line(data, at)
        return data[at:]

    def _feed_line(self, data: bytes, at: int) -> int:
        line = _CHUNK_LINE.match(data, at)
        if line is None:
            begun = data[at:]
            if _CHUNK_LINE_BEGUN.match(begun) is None or len(begun) > MOST_HEAD_BYTES:
                raise MalformedResponseError("a chunk's size is not that of HTTP/1.1")
            self._line = begun
            return len(data)
        if line.end() - at > MOST_HEAD_BYTES:
            raise MalformedResponseError("a chunk's size is not that of HTTP/1.1")
        size = int(line[1] or b"0", 16)
        self._left = size + 2 if size else 0
        self._trailers = not size
        return line.end()

    def _feed_chunk(self, data: bytes, at: int) -> int:
        left = self._left
        end = min(at + left - 2, len(data))
        if end > at:
            self._body.append(data[at:end])
            self._left = left - (end - at)
            return end
        came = data[at : at + left]
        if came != b"\r\n"[2 - left :][: len(came)]:
            raise MalformedResponseError("a chunk is longer than its size")
        self._left = left - len(came)
        return at + len(came)

    def _feed_trailers(self, data: bytes, at: int) -> int:
        for empty in (b"\r\n", b"\n"):
            if data.startswith(empty, at):
                self.complete = True
                return at + len(empty)
        text = data[at:]
        end = end_of_head(text, self._looked_at)
        if end is None or end[1] > MOST_HEAD_BYTES:
            if len(text) > MOST_HEAD_BYTES:
                raise MalformedResponseError("its trailers are too long")
            self._line, self._looked_at = text, len(text)
            return len(data)
        _parse_fields(b"\n" + text[: end[0]])
        self.complete = True
        return at + end[1]
