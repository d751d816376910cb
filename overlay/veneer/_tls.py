"""The process's TLS settings: one for all clients, made in a thread while the first call still loads what it needs.

Reading the certificates takes as long as loading a third of the engine, and most of it waits for no Python.
"""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import ssl

__all__ = ["begin", "context", "no_certificates"]


def begin() -> None:
    """Begin to make the settings, unless that was done."""
    _making()


def context() -> ssl.SSLContext:
    """The settings: certificates are verified, by SSL_CERT_FILE, SSL_CERT_DIR or certifi's authorities, as httpx has it. Raises OSError for a file that cannot be read."""
    try:
        return _making().result()
    except BaseException:
        _making.cache_clear()
        raise


@functools.cache
def no_certificates() -> ssl.SSLContext:
    """Settings for pools that only speak plain HTTP: no certificate is loaded, so no handshake could succeed."""
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _Making:
    """Settings that are being made."""

    def __init__(self) -> None:
        # Loaded here: two threads that load modules wait for one another.
        import ssl  # noqa: F401  # as above

        import certifi

        self._authorities = certifi.where()
        self._pid = os.getpid()
        self._made: ssl.SSLContext | Exception | None = None
        self._thread = threading.Thread(target=self._make, daemon=True, name="veneer-tls")
        try:
            self._thread.start()
        except RuntimeError:  # the process is ending, or has no threads
            self._make()

    def _make(self) -> None:
        try:
            self._made = _create(self._authorities)
        except Exception as error:  # noqa: BLE001  # raised where the settings are asked for
            self._made = error

    def result(self) -> ssl.SSLContext:
        if self._pid == os.getpid() and self._thread.is_alive():
            self._thread.join()
        if self._made is None:  # the thread stayed with the parent
            self._make()
        if isinstance(self._made, Exception):
            raise self._made
        return cast("ssl.SSLContext", self._made)


_making = functools.cache(_Making)


def _create(authorities: str) -> ssl.SSLContext:
    import ssl

    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or not folder:
        made = ssl.create_default_context(cafile=file or authorities)
    else:
        made = ssl.create_default_context(capath=folder)
    made.set_alpn_protocols(["http/1.1"])
    return made
