"""Explain why a connection failed, or what responded instead of an HTTP/1.1 server."""

from __future__ import annotations

import os

__all__ = ["HTTP2_ONLY", "alert", "no_http1", "place", "why"]

HTTP2_ONLY = (
    "the server speaks HTTP/2 only, and this client HTTP/1.1: ask its operator, or put a proxy in front of it"
)

# OpenSSL's `verify_code` (X509_verify_cert_error_string(3)).
_EXPIRED = frozenset({9, 10})
_ANOTHER_NAME = frozenset({62, 64})
_NOT_TRUSTED = frozenset({2, 18, 19, 20, 21})

# OpenSSL's `reason`: bytes that are not a TLS record, and the alerts that servers send (RFC 8446
# §6.2).
_NO_TLS = frozenset(
    {
        "HTTP_REQUEST",
        "PACKET_LENGTH_TOO_LONG",
        "RECORD_LAYER_FAILURE",
        "UNKNOWN_PROTOCOL",
        "WRONG_VERSION_NUMBER",
    }
)
_ALERTS = {
    "NO_APPLICATION_PROTOCOL": HTTP2_ONLY,
    "ALERT_CERTIFICATE_REQUIRED": "the server asks for a client certificate: pass cert=",
    "ALERT_BAD_CERTIFICATE": "the server refused the client certificate (cert=)",
    "ALERT_CERTIFICATE_EXPIRED": "the server refused the client certificate (cert=): it has expired",
    "ALERT_UNKNOWN_CA": "the server does not trust the client certificate (cert=)",
    "ALERT_HANDSHAKE_FAILURE": (
        "the server refused the handshake: it may ask for a client certificate (cert=), or share no cipher"
    ),
    "ALERT_PROTOCOL_VERSION": "the server speaks no version of TLS that this client speaks",
    "UNSUPPORTED_PROTOCOL": "the server speaks no version of TLS that this client speaks",
}


def place(host: str, port: int) -> str:
    """Return host and port for a message."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def why(error: BaseException, server: str) -> str:
    """Return why there is no connection to a server (host and port), and what can be done."""
    root = _root(error)
    code = getattr(root, "verify_code", None)
    if code is not None:
        return _certificate(int(code), str(getattr(root, "verify_message", root)), server)
    reason = str(getattr(root, "reason", None) or "")
    if reason in _NO_TLS:
        return f"{server} does not speak TLS on this port: use http://, or the port of its https://"
    told = alert(root)
    if told is not None:
        return f"{server}: {told} ({reason})"
    if reason == "UNEXPECTED_EOF_WHILE_READING" or type(root).__name__ == "SSLEOFError":
        return f"{server} hung up during the TLS handshake; does it speak TLS on this port?"
    if isinstance(root, OSError) and root.errno is not None and "Connect call failed" in str(root.strerror):
        return f"{server}: [Errno {root.errno}] {os.strerror(root.errno)}"  # asyncio has its own wording
    return f"{server}: {root}"


def alert(error: BaseException | None) -> str | None:
    """Return the meaning of a TLS alert from the server; None for any other error."""
    reason = str(getattr(error, "reason", None) or "")
    return next((text for name, text in _ALERTS.items() if reason.endswith(name)), None)


def _certificate(code: int, said: str, server: str) -> str:
    if code in _ANOTHER_NAME:
        return f"the certificate of {server} is for another name: {said}"
    if code in _EXPIRED:
        return f"the certificate of {server} is not valid now: {said}"
    if code in _NOT_TRUSTED:
        return (
            f"the certificate of {server} is not trusted: {said}; where its authority is your own, "
            "pass verify='authority.pem' or set SSL_CERT_FILE"
        )
    return f"the certificate of {server} was refused: {said}"


def _root(error: BaseException) -> BaseException:
    """Return the error of the system or of TLS behind an engine's exception."""
    seen = {id(error)}
    while True:
        inner: BaseException | None = error.__cause__ or error.__context__
        if inner is None and isinstance(error, BaseExceptionGroup):
            inner = error.exceptions[0]
        if inner is None or id(inner) in seen or getattr(error, "verify_code", None) is not None:
            return error
        if isinstance(error, OSError) and error.errno is not None:
            return error
        seen.add(id(inner))
        error = inner


def no_http1(data: bytes) -> str | None:
    """Return which protocol a server's first bytes reveal, TLS or HTTP/2; None for neither.

    These are a TLS alert record (RFC 8446 §5.1), and a SETTINGS or GOAWAY frame of stream 0 (RFC
    9113 §3.4, §4.1).
    """
    if data[:2] == b"\x15\x03":
        return "the server speaks TLS on this port: use https://"
    if data[3:4] in {b"\x04", b"\x07"} and data[5:9] == b"\0\0\0\0" and data[:1] == b"\0":
        return HTTP2_ONLY
    return None
