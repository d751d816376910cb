"""Network backends for httpcore, which connects through proxies, below mocks, and under trio.

Each wait respects the call's time limit, and an unreachable server is named.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx

from veneer import _io
from veneer._core.connect_errors import place, why
from veneer._core.errors import VeneerError
from veneer._http import net

if TYPE_CHECKING:
    from veneer._core.proxies import Proxy

__all__ = ["AsyncBackend", "Backend", "raise_for_proxy", "trio_connect"]

_SLICE = 64 * 1024


def raise_for_proxy(error: BaseException, proxy: Proxy) -> None:
    """Raise httpcore's error, naming the proxy, for a failure on the way through it.

    httpcore lets exceptions of the SOCKS package, of TLS and assertions through. Returns for errors
    of a limit, for ours, and for those that are not network errors.
    """
    if isinstance(error, (VeneerError, _io.OutOfTimeError)):
        return
    text = f"through the proxy {proxy.place} ({proxy.source}): {str(error) or type(error).__name__}"
    if isinstance(error, httpcore.TimeoutException):
        raise httpcore.ConnectTimeout(text) from error
    if isinstance(error, httpcore.ProxyError):
        raise httpcore.ProxyError(text) from error
    expected = (httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError, AssertionError)
    if isinstance(error, expected) or type(error).__module__.partition(".")[0] == "socksio":
        raise httpcore.ConnectError(text) from error


class _bounded:  # noqa: N801  # a context manager, called as a function is
    """Yield the timeout for one wait, at most the time left. Raises OutOfTimeError if the limit ends it."""

    __slots__ = ("_timeout",)

    def __init__(self, timeout: float | None) -> None:
        self._timeout = timeout

    def __enter__(self) -> float | None:
        return _io.bounded(self._timeout)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, httpcore.TimeoutException):
            _io.check_time()


class _Stream(httpcore.NetworkStream):
    """A stream whose waits are all bounded.

    The engine reads its timeouts once for a body and gives each read all of it, so a
    slow body would outlive any limit.
    """

    def __init__(self, inner: httpcore.NetworkStream, backend: Backend, server: str) -> None:
        self._inner = inner
        self._backend = backend
        self._server = server
        backend.stream = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _io.waiting(self._inner), _bounded(self._backend.within(timeout)) as limit:
            return self._inner.read(max_bytes, limit)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In slices: the engine gives each partial send the whole timeout again.
        for start in range(0, len(buffer), _SLICE):
            with _io.waiting(self._inner), _bounded(self._backend.within(timeout)) as limit:
                self._inner.write(buffer[start : start + _SLICE], limit)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002  # see Backend
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        host = server_hostname or ""
        server = _other_end(host, self._server)
        context = self._backend.context()
        with _said(server), _io.waiting(self._inner), _bounded(timeout) as limit:
            inner = self._inner.start_tls(context, net.name_of(host), limit)
        stream = _Stream(inner, self._backend, server)
        _check_protocol(inner, server)
        return stream

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Way:
    """The state of one connection: its open stream, and the client's TLS settings.

    httpcore changes the ALPN of the settings that it gets, and the caller's must not
    change: it gets others, and these are used.
    """

    def __init__(self, context: Callable[[], ssl.SSLContext]) -> None:
        self.context = context
        self.stream: Any = None
        self.limit: float | None = None

    def within(self, timeout: float | None) -> float | None:
        """Return a wait's timeout: the connect timeout if httpcore has none."""
        return self.limit if timeout is None else timeout

    def request_begins(self) -> None:
        """Note that the request begins, whose waits have their own timeouts."""
        self.limit = None


class Backend(_Way, httpcore.NetworkBackend):
    """The network of one connection."""

    def __init__(self, inner: httpcore.NetworkBackend, context: Callable[[], ssl.SSLContext]) -> None:
        super().__init__(context)
        self._inner = inner

    def close(self) -> None:
        """Close the stream, which httpcore leaves open if two of its steps are interrupted."""
        if self.stream is not None:
            self.stream.close()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kw: Any
    ) -> httpcore.NetworkStream:
        self.limit = timeout
        # One by one: the engine would give every address all of the time.
        failure: Exception | None = None
        try:
            for (*_, address), limit in net.addresses(host, port, timeout):
                name, _service = socket.getnameinfo(address, socket.NI_NUMERICHOST)
                try:
                    inner = self._inner.connect_tcp(name, port, limit, *args, **kw)
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    failure = error
                else:
                    stream = _Stream(inner, self, place(host, port))
                    _set_options(inner)
                    return stream
        except OSError as error:  # no address, or no time for the next
            failure = error
        _io.check_time()
        if isinstance(failure, httpcore.ConnectTimeout):
            raise failure
        text = why(failure or OSError("the host has no address"), place(host, port))
        raise httpcore.ConnectError(text) from failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, *args: Any, **kw: Any
    ) -> httpcore.NetworkStream:
        with _bounded(timeout) as limit:
            return _Stream(self._inner.connect_unix_socket(path, limit, *args, **kw), self, path)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream, backend: AsyncBackend, server: str) -> None:
        self._inner = inner
        self._backend = backend
        self._server = server
        backend.stream = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # the engine's signature
        try:
            return await self._inner.read(max_bytes, self._backend.within(timeout))
        except ssl.SSLError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        try:
            await self._inner.write(buffer, self._backend.within(timeout))
        except ssl.SSLError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002  # see AsyncBackend
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        host = server_hostname or ""
        server = _other_end(host, self._server)
        context = self._backend.context()
        with _said(server):
            inner = await self._inner.start_tls(context, net.name_of(host), timeout)
        stream = _AsyncStream(inner, self._backend, server)
        _check_protocol(inner, server)
        return stream

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class AsyncBackend(_Way, httpcore.AsyncNetworkBackend):
    """The same for tasks (their waits need no deadline: tasks can be cancelled)."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend, context: Callable[[], ssl.SSLContext]) -> None:
        super().__init__(context)
        self._inner = inner

    async def aclose(self) -> None:
        """Close the stream, which httpcore leaves open if two of its steps are interrupted."""
        if self.stream is not None:
            await self.stream.aclose()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
        *args: Any,
        **kw: Any,
    ) -> httpcore.AsyncNetworkStream:
        self.limit = timeout
        server = place(host, port)
        with _said(server):
            inner = await self._inner.connect_tcp(host, port, timeout, *args, **kw)
            stream = _AsyncStream(inner, self, server)
            _set_options(inner)
        return stream

    async def connect_unix_socket(self, path: str, *args: Any, **kw: Any) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(await self._inner.connect_unix_socket(path, *args, **kw), self, path)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def _set_options(inner: Any) -> None:
    sock = inner.get_extra_info("socket")
    if sock is not None:  # a mock may have none
        net.set_options(sock)


@contextlib.contextmanager
def _said(server: str) -> Iterator[None]:
    """Raise httpcore.ConnectError with the details of a failed connection."""
    try:
        yield
    except _io.OutOfTimeError:
        raise
    # ValueError: a name that cannot be a server's, or a host with a label that is empty or too
    # long.
    except (httpcore.ConnectError, OSError, ValueError) as error:
        raise httpcore.ConnectError(why(error, server)) from error


def _other_end(host: str, connected: str) -> str:
    """Name the server at the other end of TLS: the connected one, or one behind a proxy."""
    return connected if connected.rpartition(":")[0].strip("[]") == host else host


def _check_protocol(inner: Any, server: str) -> None:
    try:
        net.check_protocol(inner.get_extra_info("ssl_object"), server)
    except httpx.ConnectError as error:
        raise httpcore.ConnectError(str(error)) from error


async def trio_connect(
    host: str,
    port: int,
    context: ssl.SSLContext | None,
    timeout: float | None,  # noqa: ASYNC109  # handed down
) -> net.AsyncNetworkStream:
    """Open a connection, with TLS where there is a context; `timeout` (seconds) bounds each step. Raises httpx's errors."""
    inner: Any = httpcore.AnyIOBackend()  # without anyio it is an untyped stub
    backend = AsyncBackend(inner, lambda: cast("ssl.SSLContext", context))
    try:
        with _as_httpx():
            stream = await backend.connect_tcp(host, port, timeout)
            if context is not None:
                stream = await stream.start_tls(context, host, timeout)
    except (
        BaseException
    ):  # the engine closes only after errors: a cancelled handshake would leave its socket open
        with _io.async_shield():
            await backend.aclose()
        raise
    backend.request_begins()
    return _Translated(stream)


class _Translated:
    """A stream that raises httpx's errors, as the others do."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self.aclose = inner.aclose
        self.get_extra_info = inner.get_extra_info

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's
        with _as_httpx():
            return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # httpcore's
        net.mark_sent()
        with _as_httpx():
            await self._inner.write(buffer, timeout)

    async def upload(self, buffer: bytes | memoryview, timeout: float | None, receive: net.Receive) -> bool:  # noqa: ASYNC109  # httpcore's
        """Send all bytes and receive meanwhile, until `receive` stops it; return whether all were sent."""
        import anyio

        wanted = True
        errors: list[Exception] = []

        async def read() -> None:
            nonlocal wanted
            try:
                while wanted:
                    wanted = receive(await self.read(_SLICE))
            except Exception as error:  # noqa: BLE001  # raised below: a task group would wrap it
                errors.append(error)
            tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            try:
                await self.write(bytes(buffer), timeout)
            except Exception as error:  # noqa: BLE001  # raised below
                errors.append(error)
            tasks.cancel_scope.cancel()
        if errors:
            raise errors[0]
        return wanted


@contextlib.contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)  # under the same name
        raise kind(str(error)) from error
