"""TLS settings: shared by all clients, or a client's own.

A thread makes the shared ones while the first call still loads modules: reading the
certificates takes as long as loading a third of the engine, and mostly runs without the GIL.
"""

from __future__ import annotations

import errno
import functools
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from veneer._core.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

__all__ = ["begin", "context", "no_certificates", "own_settings"]

# Temporary conditions of the process; any other failure to read a file means a wrong name.
_PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN})
_AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def begin(*, trust_env: bool = True) -> None:
    """Start to make the shared settings, unless that was done."""
    _making(trust_env)


def context(verify: bool | ssl.SSLContext = True, *, trust_env: bool = True) -> ssl.SSLContext:
    """Return a client's settings; for True and False, the shared ones.

    By default certificates are verified by the authorities of SSL_CERT_FILE, SSL_CERT_DIR,
    REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, the first that is set, else by certifi's; by certifi's
    alone without `trust_env`.

    Raises ConfigurationError, which names the variable, for a file that cannot be used, and OSError
    if the process has no file descriptor left.
    """
    if verify is False:
        return _unverified()
    if verify is not True:
        return verify
    try:
        return _making(trust_env).result()
    except BaseException:
        _making.cache_clear()
        raise


@functools.cache
def no_certificates() -> ssl.SSLContext:
    """Return settings for plain HTTP: without certificates, so no handshake could succeed."""
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@functools.cache
def _unverified() -> ssl.SSLContext:
    return _not_verifying()


def _not_verifying() -> ssl.SSLContext:
    import ssl

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return _for_http1(made)


def _for_http1(made: ssl.SSLContext) -> ssl.SSLContext:
    made.set_alpn_protocols(["http/1.1"])
    return made


def own_settings(verify: object, cert: object, *, trust_env: bool) -> bool | ssl.SSLContext:
    """Return the settings for `verify=` and `cert=`: True, False (shared) or the client's own.

    An SSLContext is used as it is. Raises ConfigurationError, which names the argument, for
    an unusable value.
    """
    if isinstance(verify, bool) and cert is None:
        return verify
    import ssl

    if isinstance(verify, ssl.SSLContext):
        if cert is not None:
            raise ConfigurationError("cert= does not go with an SSLContext: call its load_cert_chain(…)")
        return verify
    if isinstance(verify, bool):
        made = _default(os.environ if trust_env else {}) if verify else _not_verifying()
    elif isinstance(verify, (str, os.PathLike)) and os.fsdecode(verify):
        made = _by_authorities(os.fsdecode(verify), "verify=")
    else:
        raise ConfigurationError(
            "verify= takes True, False, the path of a file or folder of authorities, or an ssl.SSLContext"
        )
    if cert is not None:
        _load_client_certificate(made, cert)
    return made


def _load_client_certificate(made: ssl.SSLContext, cert: object) -> None:
    paths = (cert,) if isinstance(cert, (str, os.PathLike)) else cert
    if not (
        isinstance(paths, tuple)
        and 1 <= len(paths) <= 3
        and all(isinstance(part, (str, os.PathLike)) and os.fsdecode(part) for part in paths)
    ):
        raise ConfigurationError("cert= takes a path, (certificate, key) or (certificate, key, password)")
    certificate, key, password = (*map(os.fsdecode, paths), None, None)[:3]

    def answer() -> str:
        # OpenSSL would prompt on the terminal.
        if password is None:
            raise ConfigurationError("the key of cert= is encrypted: pass (certificate, key, password)")
        return str(password)

    for path in (certificate, key):
        if path is not None and not Path(path).is_file():
            raise ConfigurationError(f"cert=: there is no file {path}")
    try:
        made.load_cert_chain(cast("str", certificate), key, answer)
    except ConfigurationError:
        raise
    except (OSError, ValueError) as error:
        named = certificate if key is None else f"{certificate} and {key}"
        hint = "; is the password right?" if password is not None else ""
        raise ConfigurationError(
            f"cert=: {named} cannot be used as a certificate with its key, in PEM: {error}{hint}"
        ) from None


class _Making:
    """Settings that a thread is making."""

    def __init__(self, trust_env: bool) -> None:
        # Loaded here: two threads that import modules wait for each other.
        import ssl  # noqa: F401  # loaded here, see above

        self._environment: Mapping[str, str] = os.environ if trust_env else {}
        if not any(map(self._environment.get, _AUTHORITIES)):
            import certifi  # noqa: F401  # loaded here, see above
        self._pid = os.getpid()
        self._made: ssl.SSLContext | Exception | None = None
        self._thread = threading.Thread(target=self._make, daemon=True, name="veneer-tls")
        try:
            self._thread.start()
        except RuntimeError:  # the process is ending, or has no threads
            self._make()

    def _make(self) -> None:
        try:
            self._made = _default(self._environment)
        except Exception as error:  # noqa: BLE001  # raised by `result`
            self._made = error

    def result(self) -> ssl.SSLContext:
        if self._pid == os.getpid() and self._thread.is_alive():
            self._thread.join()
        if self._made is None:  # after a fork, the thread stayed in the parent
            self._make()
        if isinstance(self._made, Exception):
            raise self._made
        return cast("ssl.SSLContext", self._made)


_making = functools.cache(_Making)


def _default(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Make settings that trust the environment's authorities, else certifi's."""
    for name in _AUTHORITIES:
        path = environment.get(name)
        if path:
            return _by_authorities(path, name)
    import certifi

    return _by_authorities(certifi.where(), "certifi")


def _by_authorities(path: str, source: str) -> ssl.SSLContext:
    """Make settings that trust a PEM file of authorities, or a folder made by `openssl rehash`.

    Raises ConfigurationError, which names the source, if the file is missing or has no certificate.
    """
    import ssl

    folder = source == "SSL_CERT_DIR" or Path(path).is_dir()
    if folder and not any(Path(part).is_dir() for part in path.split(os.pathsep)):
        raise ConfigurationError(f"{source}: there is no folder {path}")
    try:
        made = ssl.create_default_context(capath=path) if folder else ssl.create_default_context(cafile=path)
    except ssl.SSLError as error:
        raise ConfigurationError(f"{source}: {path} holds no certificates in PEM ({error})") from None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            if error.errno in _PASSING:
                raise
            log = os.environ.get("SSLKEYLOGFILE")
            if log and error.filename == log:
                raise ConfigurationError(f"SSLKEYLOGFILE: {log} cannot be written: {error}") from None
        raise ConfigurationError(f"{source}: {path} cannot be read: {error}") from None
    return _for_http1(made)
