"""Download bodies of any size in flat memory: resumed when cut, verified, and renamed into place when whole."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import httpx

from veneer import _io
from veneer._async.session import AsyncSession
from veneer._core.call import Call
from veneer._core.errors import StreamTimeoutError, StreamTruncatedError, VeneerError
from veneer._core.options import Options
from veneer._core.transfer import Download, Progress, Received, part_name

_WRITE_BYTES = 1024 * 1024


class AsyncChunks:
    """A response's body, piece by piece: a context manager and iterator of bytes.

    A cut body is asked for again from where it stopped, where the server gives ranges; else iterating raises StreamTruncatedError. Leaving the block frees the connection.
    """

    def __init__(self, session: AsyncSession, call: Call, options: Options, *, resume: bool = True) -> None:
        self._session = session
        self._call = call
        self._options = options
        self._resume = resume
        self._response: httpx.Response | None = None
        self._body: AsyncIterator[bytes]
        self._tries = 0
        self._rewound = False
        self.received = Received()

    @property
    def response(self) -> httpx.Response:
        """The response that is being read."""
        return cast("httpx.Response", self._response)

    @property
    def restarted(self) -> bool:
        """True, once, after the server began again from the first byte: what was written before is void."""
        rewound, self._rewound = self._rewound, False
        return rewound

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Free the connection."""
        if self._response is not None:
            await self._response.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while True:
            if self._response is None:
                await self._open()
            try:
                chunk = await anext(self._body, None)
                if chunk is None:
                    self.received.check()
                    raise StopAsyncIteration
            except (httpx.HTTPError, StreamTruncatedError) as error:
                await self._again(error)
                continue
            self.received = self.received.more(len(chunk))
            self._tries = 0
            return chunk

    async def _open(self) -> None:
        headers = {
            "accept": "*/*",
            "accept-encoding": "identity",
            **(self._call.headers or {}),
            **self.received.headers(),
        }
        call = dataclasses.replace(self._call, headers=headers)
        done = await self._session.exchange(call, self._options, read=False)
        response = self._response = done.parsed.response
        before = self.received.done
        try:
            self.received = self.received.opened(response.status_code, response.headers)
        except StreamTruncatedError as error:
            await response.aclose()
            raise self._own(error) from None
        self._rewound = self._rewound or (before > 0 and self.received.done == 0)
        self._body = aiter(response.aiter_raw())

    async def _again(self, error: Exception) -> None:
        """Prepare to ask for the rest, or raise what stands in the way."""
        await self.aclose()
        policy = self._options.retry
        if not self._resume or self.received.validator is None or self._tries >= policy.max_retries:
            if isinstance(error, httpx.TimeoutException):
                late = f"the download was silent for {self._options.timeouts.read:g} s after {self.received.done:,} bytes"
                raise self._own(StreamTimeoutError(late)) from None
            try:
                self.received.check(
                    "" if isinstance(error, StreamTruncatedError) else ": the connection was cut"
                )
            except StreamTruncatedError as cut:
                raise self._own(cut) from None
        delay = policy.backoff(self._tries, self._session.random())
        self._tries += 1
        await self._session.sleep(delay)
        self._response = None

    def _own(self, error: VeneerError) -> VeneerError:
        made = self._session.platform.kind(type(error))(error.message)
        made.__dict__.update(error.__dict__)
        made.operation, made.method, made.response = (
            self._call.operation.id,
            self._call.method,
            self._response,
        )
        return made


async def async_save(
    chunks: AsyncChunks, to: str | os.PathLike[str] | BinaryIO, progress: Progress | None
) -> Download:
    """Write a body to a path, or into a file of the caller's at its position.

    A path is written under a hidden name beside it and renamed when every byte is there: a failed download leaves nothing behind, and an older file as it was.
    """
    path = None if hasattr(to, "write") else os.fspath(cast("str", to))
    part = part_name(path, secrets.token_hex(4)) if path is not None else None
    file: Any = await _io.async_run(open, part, "xb") if part is not None else to
    try:
        async with chunks:
            await _copy(chunks, file, progress)
        if part is not None:
            await _io.async_run(file.close)
            await _io.async_run(os.replace, part, path)
    except BaseException:
        if part is not None:
            file.close()
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)  # noqa: PTH108
        raise
    return Download(path, chunks.received.done, chunks.response.headers.get("content-type", ""))


async def _copy(chunks: AsyncChunks, file: Any, progress: Progress | None) -> None:
    start = file.tell() if file.seekable() else None
    held: list[bytes] = []
    size = 0
    async for chunk in chunks:
        if chunks.restarted:
            if start is None:
                raise StreamTruncatedError("the server began again, and the file given cannot be rewound")
            held, size = [], 0
            file.seek(start)
            file.truncate()
        held.append(chunk)
        size += len(chunk)
        if size >= _WRITE_BYTES:
            await _io.async_run(file.write, b"".join(held))
            held, size = [], 0
        if progress is not None:
            progress(chunks.received.done, chunks.received.total)
    if held:
        await _io.async_run(file.write, b"".join(held))
