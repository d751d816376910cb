"""Check a body against `Content-Digest` and `Repr-Digest` (RFC 9530)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping

__all__ = ["Digest", "body_digest", "content_digest", "repr_digest"]

# A member of the field's dictionary (RFC 9651 §3.2): a key, and a byte sequence as its value.
_MEMBER = re.compile(r"(?:^|,)[ \t]*(sha-256|sha-512)=:([A-Za-z0-9+/=]*):")


class Digest:
    """Hash the bytes given to `update`, and compare them with the header `field` by `fits`.

    `algorithm` is `sha-512` or `sha-256`; `value` the server's digest.
    """

    def __init__(self, field: str, algorithm: str, value: bytes) -> None:
        self.field = field
        self.algorithm = algorithm
        self.value = value
        self._hash = hashlib.new(algorithm.replace("-", ""))
        self.update = self._hash.update

    @property
    def fits(self) -> bool:
        """Return whether the bytes so far match the digest."""
        return self._hash.digest() == self.value


def content_digest(headers: Mapping[str, str]) -> Digest | None:
    """Return the digest of the content as this message carries it: coded, and for a 206 the part
    alone (RFC 9530 §2).
    """
    return _digest("Content-Digest", headers)


def repr_digest(headers: Mapping[str, str]) -> Digest | None:
    """Return the digest of the whole representation as it is coded, whatever part of it the message
    carries (RFC 9530 §3).
    """
    return _digest("Repr-Digest", headers)


def body_digest(method: str, status: int, headers: Mapping[str, str]) -> Digest | None:
    """Return the digest to check a response's content against; None for HEAD, which
    has no content.

    A 200 to a GET is the whole representation, so either field will do. For
    other responses the representation is not certain (RFC 9530 §3.2).
    """
    if method == "HEAD":
        return None
    found = content_digest(headers)
    return repr_digest(headers) if found is None and method == "GET" and status == 200 else found


def _digest(field: str, headers: Mapping[str, str]) -> Digest | None:
    """Read a field: its sha-512, else its sha-256; None for neither, since a recipient
    may ignore any other (§5).
    """
    found = dict(_MEMBER.findall(headers.get(field, "")))
    for algorithm in ("sha-512", "sha-256"):
        if algorithm in found:
            try:
                return Digest(field, algorithm, base64.b64decode(found[algorithm], validate=True))
            except binascii.Error:
                continue  # not a byte sequence: the field is invalid
    return None
