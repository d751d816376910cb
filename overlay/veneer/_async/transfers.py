"""Download bodies of any size in constant memory: resume, verify, and rename them when complete."""

from __future__ import annotations

import dataclasses
import io
import os
import secrets
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import BinaryIO, Self, cast

import httpx

from veneer import _io
from veneer._async.bodies import async_bytes_of
from veneer._async.session import AsyncSession
from veneer._core.body import check_digest
from veneer._core.call import Call
from veneer._core.digest import Digest, content_digest, repr_digest
from veneer._core.errors import (
    APIError,
    BodyCutError,
    BodyUndecodableError,
    DeadlineExceededError,
    ResponseInvalidError,
    StreamError,
    StreamTimeoutError,
    StreamTruncatedError,
    VeneerError,
)
from veneer._core.options import Options
from veneer._core.streaming import StreamDeadlines, StreamLimits
from veneer._core.transfer import Destination, Download, Progress, Received
from veneer._files import PartFile, check_file, commit, growing, place, write_all

_WRITE_BYTES = 1024 * 1024
_COPYING = frozenset({PartFile, io.FileIO, io.BufferedWriter})
"""Files that keep nothing of the object that they write."""


class AsyncChunks:
    """A response's body, piece by piece: a context manager and iterator of bytes.

    A cut body is resumed where it stopped, if the server sends ranges and a strong validator shows
    that both parts are of one version; else iterating raises StreamTruncatedError. Leaving the
    block frees the connection. `received` is the progress. If the body changed on the server
    meanwhile, `on_restart` is called before its first byte comes again; without it,
    StreamTruncatedError is raised.

    `total` bounds the whole transfer in seconds, opening, retries and the caller's own time between
    pieces included; then StreamTimeoutError is raised. ResponseInvalidError means that the body is
    damaged or longer than announced.
    """

    def __init__(
        self,
        session: AsyncSession,
        call: Call,
        options: Options,
        *,
        resume: bool = True,
        total: float | None = None,
    ) -> None:
        self._session = session
        self._call = call
        self._limits = StreamLimits(idle=None, total=total)
        # In a thread, only its own timeouts can end a wait of the caller's client.
        self._options = options if total is None else _bounded(options, total)
        # A caller who asks for a range gets that range, and assembles the file.
        self._ranged = any(name.lower() == "range" for name in call.headers or ())
        # Ranges are defined only for GET (RFC 9110 §14.2).
        self._resume = resume and call.method == "GET" and not self._ranged
        self._response: httpx.Response | None = None
        self._body: AsyncIterator[bytes]
        self._patience: StreamDeadlines
        self._content: Digest | None = None
        self._file: list[Digest] = []
        self._closed = self._ended = False
        self._furthest = 0
        self._tries = self._restarts = 0
        self.received = Received()
        self.on_restart: Callable[[], None] | None = None

    @property
    def response(self) -> httpx.Response:
        """The current response. Raises StreamError before the body is open."""
        if self._response is None:
            raise StreamError("the body is not open yet: use it as a context manager, or iterate")
        return self._response

    async def open(self) -> Self:
        """Send the request; raises the platform's error for an error status. Done by `async with` and by iterating."""
        if self._response is None and not self._closed:
            self._patience = StreamDeadlines(self._limits, self._session.clock())
            try:
                await self._connect()
            except VeneerError as error:
                await self.aclose()
                raise self._own(error) from error.__cause__
        return self

    async def aclose(self) -> None:
        """Free the connection; may be called twice."""
        self._closed = True
        if self._response is not None:
            await self._response.aclose()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    def __repr__(self) -> str:
        state = "closed" if self._closed else "not open" if self._response is None else "open"
        return f"{type(self).__name__}({self._call.operation.id}, {state}, bytes={self.received.done})"

    async def __anext__(self) -> bytes:
        if self._ended:
            raise StopAsyncIteration
        try:
            if self._response is None:
                await self.open()
            while True:
                if self._closed:
                    raise StreamError("the body was closed before its end")
                piece = await self._next()
                if piece is None or isinstance(piece, StreamError):
                    if await self._is_whole(piece):
                        break
                elif piece:
                    received = self.received = self.received.more(len(piece))
                    if received.done > self._furthest:
                        self._furthest = received.done
                        self._tries = 0
                    return piece
        except VeneerError as error:
            await self.aclose()
            raise self._own(error) from error.__cause__
        except BaseException:
            await self.aclose()
            raise
        self._ended = True
        await self.aclose()
        raise StopAsyncIteration

    async def _next(self) -> bytes | StreamError | None:
        """Wait for the next bytes. Returns None at the end of a response, or its error if
        it was cut.
        """
        try:
            if self._limits.total is None:
                return await anext(self._body, None)
            return await self._next_in_time()
        except httpx.TimeoutException:
            limit, done = self._options.timeouts.read, self.received.done
            return StreamTimeoutError(f"the download was silent for {limit:g} s after {done:,} bytes")
        except (httpx.HTTPError, httpx.StreamError) as error:
            problem = self.received.cut()
            problem.__cause__ = error
            return problem
        except BodyCutError as error:
            return self.received.cut(f": {error}")
        except BodyUndecodableError as error:
            raise ResponseInvalidError(str(error)) from None

    async def _next_in_time(self) -> bytes | None:
        """Wait for the next bytes within the total limit."""
        self._in_time()
        try:
            with _io.async_time_limit(self._patience.left(self._session.clock())):
                chunk = await anext(self._body, None)
                _io.check_time()  # no wait of the caller's client notices it in a thread
        except _io.OutOfTimeError:
            raise StreamTimeoutError(self._late()) from None
        except httpx.TimeoutException:
            self._in_time()  # the total limit may have ended the wait
            raise
        self._in_time()
        return chunk

    async def _is_whole(self, problem: StreamError | None) -> bool:
        """Return whether the end of a response is the end of the file; if it is not,
        request the rest.
        """
        received = self.received
        # A failure after the last announced byte does no harm.
        if (received.whole or received.part_over) and (problem is None or received.counted):
            self._check(self._content)
            if received.whole:
                self._check(*self._file)
                return True
            await self._go_on(None)
        else:
            await self._go_on(problem or received.cut())
        return False

    def _in_time(self) -> None:
        if self._patience.late(self._session.clock()) is not None:
            raise StreamTimeoutError(self._late())

    def _late(self) -> str:
        return f"the download did not end within {self._limits.total:g} s: {self.received.done:,} bytes came"

    def _check(self, *digests: Digest | None) -> None:
        try:
            for digest in digests:
                check_digest(digest)
        except BodyUndecodableError as error:
            raise ResponseInvalidError(str(error)) from None

    # -- connections -----------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        """Request the body or its missing part; start over if the server has
        another version by now.
        """
        before = self.received
        response = await self._exchange(before)
        try:
            # If the caller asked for a range, that range is the whole.
            status = 200 if self._ranged and response.status_code == 206 else response.status_code
            received = before.opened(status, response.headers)
            if received is not None and received.done and self._contradicts(repr_digest(response.headers)):
                received = None
            if received is None or received.done < before.done:
                self._begin_anew(before, Received() if received is None else received)
            if received is not None:
                self._read_on(response, received)
                return
        except BaseException:
            await response.aclose()
            raise
        await response.aclose()
        await self._wait(StreamTruncatedError(_changed(before)))
        await self._connect()

    async def _exchange(self, before: Received) -> httpx.Response:
        """Send the request and return the response, its body unread; for the rest, it
        may be a 416.
        """
        rest = before.headers()
        headers = {
            "accept": self._call.operation.accept or "*/*",
            # A range of compressed bytes would be a range of another representation.
            "accept-encoding": "identity",
            **{name.lower(): value for name, value in (self._call.headers or {}).items()},
            **rest,
        }
        call = self._call._replace(headers=headers)
        options = self._options
        now = self._session.clock()
        if self._patience.left(now) is not None:
            options = dataclasses.replace(options, deadline=self._patience.bounded(options.deadline, now))
        try:
            done = await self._session.exchange(call, options, read=False)
        except DeadlineExceededError as error:
            if self._patience.late(self._session.clock()) is None:
                raise
            raise StreamTimeoutError(self._late()) from error
        except APIError as error:
            if not rest or error.status_code != 416 or error.response is None:
                raise
            return error.response
        return done.parsed.response

    def _read_on(self, response: httpx.Response, received: Received) -> None:
        """Start to read the body of a response. Raises ResponseInvalidError for one
        with an unknown coding.
        """
        self.received = received
        status, headers = response.status_code, response.headers
        if status == 416:  # the file has no more bytes, and the body is an error text
            self._content, self._body = None, aiter(httpx.ByteStream(b""))
            return
        self._response = response
        # The content of a 200 to a GET is the whole file: its digest also holds if the rest
        # comes in other responses.
        is_file = status == 200 and self._call.method == "GET"
        self._content = None if is_file else content_digest(headers)
        if not received.done:
            fields = (content_digest, repr_digest) if is_file else (repr_digest,) if status == 206 else ()
            self._file = [] if self._ranged else [found for read in fields if (found := read(headers))]
        if response.is_stream_consumed and received.coded:  # the raw bytes are gone
            self._content, self._file = None, []
        digests = [digest for digest in (self._content, *self._file) if digest is not None]
        try:
            self._body = async_bytes_of(response, digests)
        except BodyUndecodableError as error:
            raise ResponseInvalidError(str(error)) from None

    def _contradicts(self, digest: Digest | None) -> bool:
        """Return whether a response's digest of the whole file differs from an earlier one."""
        return any(
            digest is not None and digest.algorithm == known.algorithm and digest.value != known.value
            for known in self._file
        )

    def _begin_anew(self, before: Received, received: Received) -> None:
        """Drop what arrived, since the rest will not fit it. Raises
        StreamTruncatedError if it was returned already, or this happens too often.
        """
        self._restarts += 1
        if self.on_restart is None or self._restarts > self._options.retry.max_retries:
            raise StreamTruncatedError(_changed(before))
        self.received = received
        self._file = []
        self.on_restart()

    async def _go_on(self, problem: StreamError | None) -> None:
        """Request the rest, at once after a complete part, else after a wait; or raise
        the problem.
        """
        if not self._resume or not self.received.resumable:
            raise problem or self.received.cut()
        await self.response.aclose()
        if problem is not None:
            await self._wait(problem)
        await self._connect()

    async def _wait(self, problem: StreamError) -> None:
        """Wait as long as the policy says. Raises the problem if it allows no other attempt, or
        there is no time for one.
        """
        policy = self._options.retry
        delay = policy.backoff(self._tries, self._session.random())
        left = self._patience.left(self._session.clock())
        if self._tries >= policy.max_retries or (left is not None and delay >= left):
            raise problem
        self._tries += 1
        self._session.logger.debug("%s: %s; again in %.3g s", self._call.operation.id, problem, delay)
        await self._session.sleep(delay)

    def _own(self, error: VeneerError) -> VeneerError:
        return self._session.platform.adopt(
            error,
            operation=self._call.operation.id,
            method=self._call.method,
            response=self._response,
        )


def _bounded(options: Options, total: float) -> Options:
    read = options.timeouts.read
    timeouts = dataclasses.replace(options.timeouts, read=total if read is None else min(read, total))
    return dataclasses.replace(options, timeouts=timeouts)


def _changed(before: Received) -> str:
    return f"the body changed on the server after {before.done:,} bytes"


async def async_save(chunks: AsyncChunks, to: Destination, progress: Progress | None) -> Download:
    """Write a body to a path, or into the caller's file at its position.

    A path is written under a hidden name beside it, and renamed when every byte is on the disk
    (fsync): a failed download leaves nothing behind, and an older file unchanged. A new file takes
    the permissions of the older one. Raises ConfigurationError, before anything is sent, for a path
    or file that cannot be written.
    """
    if not isinstance(to, (str, bytes, os.PathLike)):
        check_file(to)
        async with chunks:
            await _copy(chunks, to, progress)
            return _download(chunks, None)
    spot = place(to, secrets.token_hex(4))
    if spot.part is None:
        with open(spot.path, "wb", buffering=0) as device:  # noqa: ASYNC230, PTH123
            done = await async_save(chunks, cast("BinaryIO", device), progress)
        return dataclasses.replace(done, path=os.fsdecode(to))
    # Opened here and not in a thread: cancelling the wait for a thread would lose the file.
    with growing(spot, spot.part) as file:
        async with chunks:
            await _copy(chunks, cast("BinaryIO", file), progress)
            await _io.async_run(commit, file, spot.part, spot.path)
    return _download(chunks, os.fsdecode(to))


def _download(chunks: AsyncChunks, path: str | None) -> Download:
    return Download(path, chunks.received.done, chunks.response.headers.get("content-type", ""))


async def _copy(chunks: AsyncChunks, file: BinaryIO, progress: Progress | None) -> None:
    # Filled again and again: new memory for each batch would cost as much as moving it.
    space = bytearray()
    size = 0
    copies = type(file) in _COPYING
    start = file.tell() if hasattr(file, "seekable") and file.seekable() else None

    async def write(data: bytes | bytearray | memoryview) -> None:
        # Another file of the caller's may keep what it was given.
        await _io.async_run(write_all, file, data if copies else bytes(data))

    def rewind() -> None:
        nonlocal size
        size = 0
        file.seek(cast("int", start))
        file.truncate()
        if progress is not None:
            progress(0, chunks.received.total)

    chunks.on_restart = rewind if start is not None else None
    async for chunk in chunks:
        received = chunks.received
        space = space or bytearray(min(_WRITE_BYTES, received.total or _WRITE_BYTES))
        if size + len(chunk) > len(space):
            await write(memoryview(space)[:size])
            size = 0
        if len(chunk) > len(space):
            await write(chunk)
        else:
            space[size : size + len(chunk)] = chunk
            size += len(chunk)
        if progress is not None:
            progress(received.done, received.total)
    await write(memoryview(space)[:size])
