"""Proxies on loopback, and certificates for them: what tests of connections share."""

from __future__ import annotations

import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import trustme

Handle = Callable[[socket.socket], None]

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


class Certificates:
    """An authority, a certificate for 127.0.0.1 and one for a client, as files and as settings."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        server, client = (
            self._authority.issue_cert("127.0.0.1", "localhost"),
            self._authority.issue_cert("me@x.test"),
        )
        self._server = server
        self.authority = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.authority))
        self.client = folder / "client.pem"
        client.private_key_and_cert_chain_pem.write_to_path(str(self.client))
        self.client_certificate, self.client_key = folder / "certificate.pem", folder / "key.pem"
        client.cert_chain_pems[0].write_to_path(str(self.client_certificate))
        client.private_key_pem.write_to_path(str(self.client_key))

    def server(self, *, wants_client: bool = False, name: str = "", newest: bool = True) -> ssl.SSLContext:
        """Make a server's settings."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (self._authority.issue_cert(name) if name else self._server).configure_cert(made)
        if wants_client:
            made.verify_mode = ssl.CERT_REQUIRED
            made.load_verify_locations(self.authority)
        if not newest:
            made.maximum_version = ssl.TLSVersion.TLSv1_2
        return made

    def trusting(self) -> ssl.SSLContext:
        """Make a client's settings that trust this authority alone."""
        return ssl.create_default_context(cafile=str(self.authority))


@contextmanager
def accepting(handle: Handle, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Accept connections on loopback, handle each in a thread, and close all at the end."""
    server = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with suppress(OSError, ValueError):  # ValueError: select meets a socket that was closed at the end
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
                held.append(connection)
            handle(connection)
        _end(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                held.append(connection)
                threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                threads[-1].start()

    accepts = threading.Thread(target=accept, daemon=True)
    accepts.start()
    try:
        yield server.getsockname()[1]
    finally:
        for one in (server, *held):
            _end(one)
        accepts.join()
        for thread in threads:
            thread.join()


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    connection.close()


def head_of(connection: socket.socket) -> bytes:
    """Read a request's head; nothing at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return b""
        data += piece
    return data


def answering(answer: bytes = OK, seen: list[bytes] | None = None) -> Handle:
    """Answer each request with the same bytes."""

    def handle(connection: socket.socket) -> None:
        while head := head_of(connection):
            if seen is not None:
                seen.append(head)
            connection.sendall(answer)

    return handle


def tunnelling(seen: list[bytes], answer: bytes = b"HTTP/1.1 200 Connected\r\n\r\n") -> Handle:
    """Be a proxy: connect to where CONNECT says, or answer a request for another server oneself."""

    def handle(connection: socket.socket) -> None:
        while head := head_of(connection):
            seen.append(head)
            if not head.startswith(b"CONNECT "):
                connection.sendall(OK)
                continue
            connection.sendall(answer)
            if b" 200 " in answer:
                host, _, port = head.split()[1].rpartition(b":")
                relay(connection, (host.decode(), int(port)))
            return

    return handle


def socks(seen: list[Any], reply: bytes = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00") -> Handle:
    """Be a SOCKS5 proxy with user name and password (RFC 1928, RFC 1929)."""

    def handle(connection: socket.socket) -> None:
        methods = connection.recv(2 + 255)
        if b"\x02" in methods[2:]:
            connection.sendall(b"\x05\x02")
            login = connection.recv(1024)
            seen.append(login)
            connection.sendall(b"\x01\x00")
        else:
            connection.sendall(b"\x05\x00")
        asked = connection.recv(1024)
        kind = asked[3]
        host = socket.inet_ntoa(asked[4:8]) if kind == 1 else asked[5:-2].decode()
        (port,) = struct.unpack("!H", asked[-2:])
        seen.append((host, port))
        connection.sendall(reply)
        if reply[1:2] == b"\0":
            relay(connection, (host, port))

    return handle


def relay(connection: socket.socket, address: tuple[str, int]) -> None:
    """Pass on bytes between a connection and an address until one of them ends."""
    with socket.create_connection(address) as other:
        ends: dict[Any, Any] = {connection: other, other: connection}
        while True:
            for ready in select.select(list(ends), [], [])[0]:
                # The plain socket's methods: what TLS has read ahead is read first.
                data = ready.recv(65_536)
                if not data:
                    return
                ends[ready].sendall(data)
                while isinstance(ready, ssl.SSLSocket) and ready.pending():
                    ends[ready].sendall(ready.recv(65_536))
