"""Keep secrets out of every text that leaves the library."""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlsplit, urlunsplit

__all__ = ["MASK", "Secret", "clear_locals", "mask_headers", "mask_text", "mask_url"]

MASK = "***"

# Header names whose value is a credential on some platform; a client adds those of its own schemes.
_SECRET_HEADER = r"authorization|cookie|token|secret|password|api-?key|-key$|signature|credential"  # noqa: S105  # names, none of them a secret


class Secret:
    """Hold a credential so that no repr, log line or traceback shows it; `reveal()` gives it to the wire."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the credential itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def mask_headers(headers: Mapping[str, str], names: Collection[str] = ()) -> dict[str, str]:
    """Copy headers with the value of each that may carry a credential masked, `names` (in lower case) among them."""
    return {
        name: MASK if name.lower() in names or re.search(_SECRET_HEADER, name, re.IGNORECASE) else value
        for name, value in headers.items()
    }


def mask_url(url: str) -> str:
    """Drop a URL's user info, query values and fragment: presigned addresses carry their secret in the query.

    >>> mask_url("https://me:pw@files.example/a.zip?sig=abc&n=1#x")
    'https://files.example/a.zip?sig=***&n=***'
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # not a URL at all
        return MASK
    host = parts.netloc.rpartition("@")[2]
    names = [pair.partition("=")[0] for pair in parts.query.split("&") if pair]
    return urlunsplit((parts.scheme, host, parts.path, "&".join(f"{name}={MASK}" for name in names), ""))


def mask_text(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret that a server echoed into a text; secrets under four characters are no secrets."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, MASK)
    return text


def clear_locals(error: BaseException | None) -> None:
    """Empty the frames of an exception and of those behind it: a report that prints local variables would show what they held.

    File names and lines stay. Frames that still run are left alone.
    """
    chain, seen = [error], set[int]()
    while chain:
        one = chain.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            traceback.clear_frames(one.__traceback__)
            chain += [one.__cause__, one.__context__]
