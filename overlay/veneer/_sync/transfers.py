# Derived from overlay/veneer/_async/transfers.py by scripts/unasync.py: edit that file, not this one.
"""Download bodies of any size in flat memory: resumed when cut, verified, and renamed into place when whole."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import BinaryIO, Self, cast

import httpx

from veneer import _io
from veneer._core.call import Call
from veneer._core.errors import StreamError, StreamTimeoutError, StreamTruncatedError, VeneerError
from veneer._core.options import Options
from veneer._core.transfer import Download, Progress, Received, is_coded, place
from veneer._sync.session import Session

_WRITE_BYTES = 1024 * 1024


class Chunks:
    """A response's body, piece by piece: a context manager and iterator of bytes.

    A cut body is asked for again from where it stopped, where the server gives ranges; else iterating raises StreamTruncatedError. Leaving the block frees the connection.
    `received` tells how far it has come. Where the body changed at the server meanwhile, `on_restart` is called before its first byte comes again; without it that is
    a StreamTruncatedError too.
    """

    def __init__(self, session: Session, call: Call, options: Options, *, resume: bool = True) -> None:
        self._session = session
        self._call = call
        self._options = options
        # Ranges are a matter of GET (RFC 9110 §14.2).
        self._resume = resume and call.method == "GET"
        self._response: httpx.Response | None = None
        self._body: Iterator[bytes]
        self._closed = False
        self._tries = 0
        self.received = Received()
        self.on_restart: Callable[[], None] | None = None

    @property
    def response(self) -> httpx.Response:
        """The response that is being read. Raises StreamError before the body is open."""
        if self._response is None:
            raise StreamError("the body is not open yet: use it as a context manager, or iterate")
        return self._response

    def open(self) -> Self:
        """Send the request; raises the platform's error for an error status. Done by `with` and by iterating."""
        if self._response is None and not self._closed:
            self._connect()
        return self

    def close(self) -> None:
        """Free the connection. A second time does nothing."""
        self._closed = True
        if self._response is not None:
            self._response.close()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            self.open()
            while True:
                chunk = self._chunk()
                if chunk is not None:
                    self.received = self.received.more(len(chunk))
                    self._tries = 0
                    return chunk
                if self.received.whole:
                    raise StopIteration
        except VeneerError as error:
            self.close()
            raise self._own(error) from error.__cause__
        except BaseException:
            self.close()
            raise

    def _chunk(self) -> bytes | None:
        """Wait for the next bytes, by another connection where this one was cut; None at the end of the body, or where another connection was made."""
        if self._closed:
            raise StreamError("the body was closed before its end")
        try:
            chunk = next(self._body, None)
        except httpx.TimeoutException:
            limit = self._options.timeouts.read
            problem: StreamError = StreamTimeoutError(
                f"the download was silent for {limit:g} s after {self.received.done:,} bytes"
            )
        except (httpx.HTTPError, httpx.StreamError) as error:
            problem = self.received.cut()
            problem.__cause__ = error
        else:
            if chunk is not None or self.received.whole:
                return chunk
            problem = self.received.cut()
        self._again(problem)
        return None

    def _connect(self) -> None:
        headers = {
            "accept": self._call.operation.accept or "*/*",
            # A range of compressed bytes would be a range of something else.
            "accept-encoding": "identity",
            **{name.lower(): value for name, value in (self._call.headers or {}).items()},
            **self.received.headers(),
        }
        call = self._call._replace(headers=headers)
        done = self._session.exchange(call, self._options, read=False)
        response = self._response = done.parsed.response
        before = self.received
        try:
            self.received = before.opened(response.status_code, response.headers)
            if self.received.done < before.done:
                if self.on_restart is None:
                    raise StreamTruncatedError(f"the body changed at the server after {before.done:,} bytes")
                self.on_restart()
        except StreamError as error:
            response.close()
            raise self._own(error) from None
        self._body = bytes_of(response)

    def _again(self, problem: StreamError) -> None:
        """Ask for the rest after a wait, or raise the problem."""
        policy = self._options.retry
        if not self._resume or self.received.validator is None or self._tries >= policy.max_retries:
            raise problem
        self.response.close()
        delay = policy.backoff(self._tries, self._session.random())
        self._tries += 1
        self._session.logger.debug("%s: %s; again in %.3g s", self._call.operation.id, problem, delay)
        self._session.sleep(delay)
        self._connect()

    def _own(self, error: VeneerError) -> VeneerError:
        return self._session.platform.own(
            error,
            operation=self._call.operation.id,
            method=self._call.method,
            response=self._response,
        )


def bytes_of(response: httpx.Response) -> Iterator[bytes]:
    """Give a body's bytes as they come, decoded where they have to be, or at once where a transport (of tests, mostly) has read them already."""
    decoded = is_coded(response.headers) or response.is_stream_consumed
    # Else the stream itself: what httpx puts around it counts bytes and checks types, chunk by chunk.
    return iter(response.iter_bytes() if decoded else cast("httpx.SyncByteStream", response.stream))


def save(chunks: Chunks, to: str | os.PathLike[str] | BinaryIO, progress: Progress | None) -> Download:
    """Write a body to a path, or into a file of the caller's at its position.

    A path is written under a hidden name beside it and renamed when every byte is there: a failed download leaves nothing behind, and an older file as it was.
    """
    if not isinstance(to, (str, os.PathLike)):
        with chunks:
            _copy(chunks, to, progress)
            return _download(chunks, None)
    path, part = place(to, secrets.token_hex(4))
    if part is None:
        with open(path, "wb", buffering=0) as device:  # noqa: ASYNC230, PTH123
            return save(chunks, cast("BinaryIO", device), progress)
    with chunks:
        try:
            # Opened here and not in a thread: a cancelled wait for the thread would lose the file.
            with open(part, "xb") as file:  # noqa: ASYNC230, PTH123
                _copy(chunks, file, progress)
            os.replace(part, path)  # noqa: PTH105
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)  # noqa: PTH108
            raise
        return _download(chunks, os.fspath(to))


def _download(chunks: Chunks, path: str | None) -> Download:
    return Download(path, chunks.received.done, chunks.response.headers.get("content-type", ""))


def _copy(chunks: Chunks, file: BinaryIO, progress: Progress | None) -> None:
    held: list[bytes] = []
    size = 0
    start = file.tell() if file.seekable() else None

    def rewind() -> None:
        nonlocal size
        held.clear()
        size = 0
        file.seek(cast("int", start))
        file.truncate()

    chunks.on_restart = rewind if start is not None else None
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= _WRITE_BYTES:
            _io.run(_write, file, b"".join(held))
            held.clear()
            size = 0
        if progress is not None:
            progress(chunks.received.done, chunks.received.total)
    _io.run(_write, file, b"".join(held))


def _write(file: BinaryIO, data: bytes) -> None:
    """Write all of it: an unbuffered file may take less at a time."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
