"""Keep secrets out of every text, log line and traceback that leaves the library."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import traceback
from collections.abc import Collection, Iterable, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

__all__ = [
    "MASK",
    "Secret",
    "clear_frames",
    "clear_locals",
    "is_secret_name",
    "loggable_headers",
    "mask_text",
    "mask_url",
    "secret_of",
    "spellings",
]

MASK = "***"

# Names of headers whose value may be a credential; a client adds those of its own
# schemes.
_SECRET_NAME = r"auth|cookie|token|secret|passw|api-?key|-key$|session|signature|credential"  # noqa: S105  # names, not secrets
# Names of headers whose value is shown: framing, coding, caching and rate limits.
_SHOWN_HEADER = (
    r"accept(-encoding|-language|-ranges)?|age|allow|cache-control|connection|content-(digest|encoding|language"
    r"|length|range|type)|date|deprecation|etag|expect|expires|host|if-range|keep-alive|last-modified|range|(x-)?"
    r"ratelimit(-[a-z-]+)?|repr-digest|retry-after(-ms)?|server|sunset|te|trailer|transfer-encoding|upgrade|user-agent"
    r"|vary|x-retry-count|x-should-retry"
)
# Frames of these packages (httpx2 as httpx) hold requests with their secrets.
_ENGINES = ("veneer", "httpx", "httpcore", "h11", "httptools", "anyio", "asyncio", "trio", "ssl", "socket")
_SHORTEST = 4
# A run of characters this short also occurs in unrelated text.
_SHORTEST_CORE = 12


class Secret:
    """A credential that no repr, log line or traceback shows; `reveal()` returns it.

    One from an environment variable is pickled as the variable's name, and read again
    where it is unpickled; any other cannot be pickled.
    """

    __slots__ = ("_value", "_variable")

    def __init__(self, value: str, variable: str | None = None) -> None:
        self._value = value
        self._variable = variable

    def reveal(self) -> str:
        """Return the credential itself."""
        return self._value

    def __reduce__(self) -> tuple[Any, ...]:
        if self._variable is None:
            from veneer._core.errors import ConfigurationError

            raise ConfigurationError(
                "a credential that was given as text is not pickled: set its environment variable, or give a "
                "function of a module that returns it"
            )
        return secret_of, (self._variable,)

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def secret_of(variable: str) -> Secret:
    """Read a credential from an environment variable. Raises ConfigurationError if it is not set."""
    value = os.environ.get(variable, "").strip()
    if not value:
        from veneer._core.errors import ConfigurationError

        raise ConfigurationError(f"{variable} is not set here: a pickled client reads its credential anew")
    return Secret(value, variable)


def is_secret_name(name: str) -> bool:
    """Return whether a header or query parameter of this name may carry a credential."""
    return re.search(_SECRET_NAME, name, re.IGNORECASE) is not None


def loggable_headers(headers: Mapping[str, str], shown: Collection[str] = ()) -> dict[str, str]:
    """Return headers for a log, masked except harmless names and those in `shown` (lower case).

    `Location` is shown as `mask_url` does.
    """
    return {name: _loggable(name.lower(), value, shown) for name, value in headers.items()}


def _loggable(name: str, value: str, shown: Collection[str]) -> str:
    if name in shown or re.fullmatch(_SHOWN_HEADER, name):
        return value
    return mask_url(value) if name == "location" else MASK


def mask_url(url: str) -> str:
    """Mask a URL's user info, query values and fragment: presigned URLs have a secret in the query.

    A query member without a name is masked whole.

    >>> mask_url("https://me:pw@files.example/a.zip?sig=abc&n=1#x")
    'https://files.example/a.zip?sig=***&n=***'
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # not a URL at all
        return MASK
    host = parts.netloc.rpartition("@")[2]
    members = [pair.partition("=") for pair in parts.query.split("&") if pair]
    query = "&".join(f"{name}={MASK}" if equals else MASK for name, equals, _ in members)
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def mask_text(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret that a server echoed in a text, in any encoding.

    Secrets of fewer than four characters are not masked.
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            for spelling in spellings(secret):
                if spelling in text:
                    text = text.replace(spelling, MASK)
    return text


@functools.lru_cache(64)
def spellings(secret: str) -> tuple[str, ...]:
    """Return the forms in which a secret may come back, the longest first.

    These are the text itself, percent-encoded, in JSON, and in Base64.

    Base64 of a longer text that contains it is found too, as far as the secret alone determines it.
    For a secret that is the Base64 of `user:password` (RFC 7617), the decoded forms are included.
    """
    import json

    found = set[str]()
    for form in _plain_forms(secret):
        found |= {form, json.dumps(form)[1:-1]}
        for safe in ("", "/", "/:@!$&'()*+,;="):
            encoded = quote(form, safe=safe)
            found |= {encoded, quote_plus(form, safe=safe)}
            found.add(re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), encoded))
        found |= set(_base64_forms(form.encode("utf-8")))
    return tuple(sorted((form for form in found if len(form) >= _SHORTEST), key=len, reverse=True))


def _plain_forms(secret: str) -> list[str]:
    """Return the secret, and its parts if it is a credential of HTTP Basic."""
    import base64

    forms = [secret]
    with_user = secret
    if ":" not in secret:
        try:
            with_user = base64.b64decode(secret, validate=True).decode("utf-8")
        except ValueError:
            return forms
    user, colon, password = with_user.partition(":")
    if colon and with_user.isprintable() and user and len(password) >= _SHORTEST:
        forms += [with_user, password]
    return forms


def _base64_forms(secret: bytes) -> list[str]:
    """Return Base64 of the secret, alone and at any offset of a text.

    At an offset, the characters at its ends are left out: its neighbours determine them.
    """
    import base64

    alone = base64.b64encode(secret).decode("ascii")
    forms = [alone, alone.rstrip("="), base64.urlsafe_b64encode(secret).decode("ascii").rstrip("=")]
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret).decode("ascii").rstrip("=")
        whole = (before + len(secret)) * 8 // 6
        core = encoded[-(-before * 8 // 6) : whole]
        if len(core) >= _SHORTEST_CORE:
            forms += [core, core.translate(str.maketrans("+/", "-_"))]
    return forms


def clear_locals(error: BaseException | None) -> None:
    """Clear the frames of an exception and its causes: reports of local variables would show secrets.

    File names and lines stay. Running frames are left alone.
    """
    chain, seen = [error], set[int]()
    while chain:
        one = chain.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            traceback.clear_frames(one.__traceback__)
            chain += [one.__cause__, one.__context__]


def clear_frames(error: BaseException, packages: Collection[str] = _ENGINES, *, chained: bool = True) -> None:
    """Clear the frames of `packages` in an exception and, if `chained`, in its causes.

    Frames of the caller's code keep their variables.
    """
    chain: list[BaseException | None] = [error]
    seen = set[int]()
    while chain:
        one = chain.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        trace: TracebackType | None = one.__traceback__
        while trace is not None:
            if (
                str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0].rstrip("0123456789")
                in packages
            ):
                with contextlib.suppress(RuntimeError):  # it still runs
                    trace.tb_frame.clear()
            trace = trace.tb_next
        if chained:
            chain += [one.__cause__, one.__context__]
