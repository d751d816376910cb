"""Keep secrets out of every text, log line and traceback that leaves the library."""

from __future__ import annotations

import contextlib
import functools
import re
import traceback
from collections.abc import Collection, Iterable, Mapping
from types import TracebackType
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
    "spellings",
]

MASK = "***"

# Names of headers whose value is a credential on some platform; a client adds those of its own
# schemes.
_SECRET_NAME = r"auth|cookie|token|secret|passw|api-?key|-key$|session|signature|credential"  # noqa: S105  # names, none of them a secret
# Names of headers whose value is shown: what says how a message is framed, coded, cached and paced.
_SHOWN_HEADER = (
    r"accept(-encoding|-language|-ranges)?|age|allow|cache-control|connection|content-(digest|encoding|language"
    r"|length|range|type)|date|deprecation|etag|expect|expires|host|if-range|keep-alive|last-modified|range|(x-)?"
    r"ratelimit(-[a-z-]+)?|repr-digest|retry-after(-ms)?|server|sunset|te|trailer|transfer-encoding|upgrade|user-agent"
    r"|vary|x-retry-count|x-should-retry"
)
# Frames of these packages (httpx2 as httpx) see requests as they are sent.
_ENGINES = ("veneer", "httpx", "httpcore", "h11", "httptools", "anyio", "asyncio", "trio", "ssl", "socket")
_SHORTEST = 4
# A run of characters this short is found in texts that have nothing to do with the secret.
_SHORTEST_CORE = 12


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


def is_secret_name(name: str) -> bool:
    """Return whether a header or query member of this name may carry a credential."""
    return re.search(_SECRET_NAME, name, re.IGNORECASE) is not None


def loggable_headers(headers: Mapping[str, str], shown: Collection[str] = ()) -> dict[str, str]:
    """Return headers for a log: values of harmless names and of `shown` (in lower case), else masked.

    `Location` is shown as `mask_url` does.
    """
    return {name: _loggable(name.lower(), value, shown) for name, value in headers.items()}


def _loggable(name: str, value: str, shown: Collection[str]) -> str:
    if name in shown or re.fullmatch(_SHOWN_HEADER, name):
        return value
    return mask_url(value) if name == "location" else MASK


def mask_url(url: str) -> str:
    """Drop a URL's user info, query values and fragment: presigned addresses carry their secret in the query.

    A member of the query without a name is masked whole.

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
    """Replace each secret that a server echoed into a text, however it is spelt.

    Secrets under four characters are no secrets.
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

    As it is, percent-encoded, in JSON, in Base64.

    Base64 of any text that it is a part of is found too, as far as the secret alone decides it; and
    of a secret that is itself the Base64 of `user:password` (RFC 7617) what it stands for.
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
    """Return the secret, and what it holds where it is the credential of HTTP Basic."""
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
    """Return Base64 of the secret, alone and wherever it begins in a text.

    There without the characters at its ends, which its neighbours decide.
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


def clear_frames(error: BaseException, packages: Collection[str] = _ENGINES, *, chained: bool = True) -> None:
    """Empty the frames that `packages` left in an exception, and if `chained` in those behind it.

    Frames of a caller's own code keep their variables.
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
