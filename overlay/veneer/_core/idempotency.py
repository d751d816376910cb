"""Put idempotency keys into calls: where the contract takes one, the caller's or a new one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType

from veneer._core.call import Call, encode_json, replayable_content, with_headers

__all__ = ["fingerprint", "shared_key", "with_idempotency_key"]

_KEY_HEADER = MappingProxyType({"in": "header", "name": "Idempotency-Key"})


def with_idempotency_key(
    call: Call,
    given: str | None,
    headers: Mapping[str, str | None] | None = None,
    new: Callable[[], str | None] | None = None,
) -> tuple[Call, bool]:
    """Put the key where the contract takes one; return the call and whether it carries a key.

    A key that the caller put into the body or headers (of the call, or `headers` of the options) is
    never replaced; `given` (from the options) comes before a new UUID. Without a documented place,
    a given key goes into the `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header)
    and none is generated. A request that only reads gets none.
    """
    if call.absolute or (call.operation.idempotency is None and call.reads):
        return call, False
    place = call.operation.idempotency or _KEY_HEADER
    name = place["name"]
    if place["in"] == "body":
        body = call.json
        if not isinstance(body, Mapping):
            return call, False
        if body.get(name):
            return call, True
        return call._replace(json={**body, name: given or (new and new()) or _new_key()}), True
    held = {**headers, **call.headers} if headers and call.headers else headers or call.headers
    if held:
        lower = name.lower()
        for other, value in held.items():
            if other.lower() == lower and (value or given is None):
                return call, bool(value)  # a header that is None is never sent
    if given is None and call.operation.idempotency is None:
        return call, False
    key = given or (new and new()) or _new_key()
    return with_headers(call, {**call.headers, name: key} if call.headers else {name: key}), True


def shared_key(call: Call, given: str | None, headers: Mapping[str, str | None]) -> str | None:
    """Return the key that a call takes from the options.

    None if it has its own, or takes none.
    """
    if call.absolute or (call.operation.idempotency is None and call.reads):
        return None
    place = call.operation.idempotency or _KEY_HEADER
    if place["in"] == "body":
        body = call.json
        return None if not isinstance(body, Mapping) or body.get(place["name"]) else given
    name = place["name"].lower()
    key = headers.get(name) or given
    if key is None or any(held.lower() == name for held in call.headers or ()):
        return None
    return key


def fingerprint(subject: Call | str) -> bytes:
    """Return a digest of a request's method, URL and body; files and iterators are not read."""
    import hashlib  # here, as few calls need it

    if isinstance(subject, str):
        return hashlib.sha256(subject.encode("utf-8", "replace")).digest()
    content = replayable_content(subject.content)
    parts = (
        subject.method,
        subject.target,
        sorted((name, str(value)) for name, value in (subject.params or {}).items()),
        encode_json(subject.json) if subject.has_json else None,
        content if isinstance(content, bytes) else None,
        sorted((name, str(value)) for name, value in (subject.data or {}).items()),
    )
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).digest()


def _new_key() -> str:
    """Return a random UUID (RFC 9562 §5.4), as `uuid.uuid4` makes it, in a fifth of the time."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
