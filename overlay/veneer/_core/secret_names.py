"""Return whether a member, query parameter or header holds a secret, by its name."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["is_secret"]

# A member is a secret if its name has one of these words, unless the last word is about one.
_WORDS = frozenset([
    "apikey", "auth", "authorization", "bearer", "cookie", "credential", "cvc", "cvv", "jwt", "otp",
    "pass", "passcode", "passphrase", "passwd", "password", "pin", "pwd", "secret", "sig", "signature",
    "token", "totp",
])  # fmt: skip
_ABOUT = frozenset([
    "at", "budget", "count", "enabled", "endpoint", "expires", "expiry", "hint", "id", "ids", "in",
    "kind", "length", "limit", "method", "name", "names", "policy", "provider", "ref", "required",
    "rotation", "scheme", "ttl", "type", "uri", "url", "usage", "version",
])  # fmt: skip
_KEYS = frozenset([
    "access", "account", "api", "app", "auth", "client", "deploy", "encryption", "license", "master",
    "private", "secret", "service", "session", "shared", "signing", "ssh",
])  # fmt: skip
# Words that make a token a position in a list, which is not a secret: `next_page_token`.
_PLACES = frozenset([
    "after", "before", "continuation", "cursor", "next", "page", "prev", "previous", "sync",
])  # fmt: skip


def is_secret(name: str, value: Any = "") -> bool:
    """Return whether a member, query parameter or header holds a secret, by its name.

    `max_tokens: 100` counts something; `pin: 1234` does not.
    """
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]
    if not words or words[-1] in _ABOUT:
        return False
    if words[-1] == "tokens" and isinstance(value, (int, float)):
        return False
    if words[-1] == "token" and _PLACES.intersection(words):
        return False
    if words[-1] in {"key", "keys"} and (len(words) == 1 or words[-2] not in _KEYS):
        return False
    singular = {word.removesuffix("s") for word in words} | set(words)
    joined = "".join(words).removesuffix("s")
    compound = any(joined.endswith(f"{kind}key") for kind in _KEYS)
    return compound or bool(singular & _WORDS)
