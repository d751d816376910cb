"""Authentication schemes as frozen values; no repr shows a credential."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeGuard

from veneer._core.errors import ConfigurationError
from veneer._core.late import NamedTuple
from veneer._core.options import check_header
from veneer._core.redact import Secret

if TYPE_CHECKING:
    from veneer._core.oauth import OAuth2

__all__ = [
    "BASIC",
    "BEARER",
    "Key",
    "Scheme",
    "Security",
    "api_key_cookie",
    "api_key_header",
    "api_key_query",
    "credential",
    "fitting",
    "is_flow",
    "needed",
]

Key: TypeAlias = "str | Secret | OAuth2 | Callable[[], str] | Callable[[], Awaitable[str]]"
"""A credential, an OAuth2 flow, or a function that returns a credential (awaitable for async clients)."""


def is_flow(key: object) -> TypeGuard[OAuth2]:
    """Return whether a credential is an OAuth2 flow, without loading its module."""
    return hasattr(type(key), "way")


class Scheme(NamedTuple):
    """Where a credential goes: into the header, cookie or query parameter `name`, after `prefix`.

    With the prefix `Basic `, a credential `user:password` is encoded (RFC 7617 §2); one without a
    colon is taken to be encoded already.
    """

    name: str
    prefix: str = ""
    place: Literal["header", "cookie", "query"] = "header"

    def value(self, key: Secret) -> str:
        """Return the value to send under the name."""
        text = key.reveal()
        if self.prefix == "Basic " and ":" in text:
            import base64

            text = base64.b64encode(text.encode("utf-8")).decode("ascii")
        return f"{self.prefix}{text}"

    @property
    def header(self) -> str:
        """The header that it goes into, in lower case; empty for other places."""
        return {"header": self.name.lower(), "cookie": "cookie", "query": ""}[self.place]

    def same_place(self, other: Scheme) -> bool:
        """Return whether both schemes use the same place, so that one credential serves both."""
        return self.place == other.place and self.prefix == other.prefix and self.is_called(other.name)

    def is_called(self, name: str) -> bool:
        """Return whether `name` is its name: header names ignore case."""
        return self.name.lower() == name.lower() if self.place == "header" else self.name == name

    def __str__(self) -> str:
        sent = f"{self.name}: {self.prefix}…" if self.place == "header" else self.name
        return f"{self.place} `{sent}`"


BEARER = Scheme("Authorization", "Bearer ")
"""RFC 6750 §2.1."""

BASIC = Scheme("Authorization", "Basic ")
"""RFC 7617: the credential is `user:password`, encoded or not."""


def api_key_header(name: str) -> Scheme:
    """Return the scheme of an API key in a header (OpenAPI `type: apiKey, in: header`)."""
    return Scheme(name)


def api_key_query(name: str) -> Scheme:
    """Return the scheme of an API key in the query (OpenAPI `type: apiKey, in: query`)."""
    return Scheme(name, place="query")


def api_key_cookie(name: str) -> Scheme:
    """Return the scheme of an API key in a cookie (OpenAPI `type: apiKey, in: cookie`)."""
    return Scheme(name, place="cookie")


Security = Sequence[str | Sequence[str]]
"""The alternatives that an operation takes: a scheme, several schemes together, or () for none."""


def fitting(
    security: Security | None, schemes: Mapping[str, Scheme], held: Collection[str]
) -> tuple[tuple[str, str], ...] | None:
    """Return what to send, as pairs of a scheme and the held credential that serves it.

    None if nothing fits.

    `held` are the names under which a client holds credentials. That of the platform's first
    scheme (`api_key=`) serves every scheme that uses the same place; any other
    serves the scheme that it is named after. If nothing is known about an operation, or none of its
    schemes is the platform's, the client's first one is sent.
    """
    first = tuple((name, name) for name in list(held)[:1])
    if security is None:
        return first
    default = next(iter(schemes), "")
    alternatives = [(one,) if isinstance(one, str) else tuple(one) for one in security]
    for alternative in alternatives:
        pairs = [(name, _serving(name, default, schemes, held)) for name in alternative if name in schemes]
        if pairs and all(server is not None for _, server in pairs):
            return tuple((name, server) for name, server in pairs if server is not None)
    if not all(alternatives):  # it also takes none; an open operation has no alternative
        return ()
    known = any(name in schemes for alternative in alternatives for name in alternative)
    return None if known else first if alternatives else ()


def _serving(name: str, default: str, schemes: Mapping[str, Scheme], held: Collection[str]) -> str | None:
    """Return the held credential that serves a scheme, or None."""
    if name in held:
        return name
    return default if default in held and schemes[name].same_place(schemes[default]) else None


def needed(security: Security, schemes: Mapping[str, Scheme], arguments: Mapping[str, str]) -> str:
    """Return which credentials an operation takes, and the client arguments that set them."""
    default = next(iter(schemes), "")
    what, how = [], []
    for one in security:
        names = [name for name in ((one,) if isinstance(one, str) else one) if name in schemes]
        if not names:
            continue
        what.append(" and ".join(f"{name} ({schemes[name]})" for name in names))
        if len(names) == 1 and (names[0] in arguments or schemes[names[0]].same_place(schemes[default])):
            how.append(arguments.get(names[0], "api_key="))
        else:
            how.append(f"credentials={{{', '.join(f'{name!r}: …' for name in names)}}}")
    return f"{' or '.join(what)}; pass {' or '.join(dict.fromkeys(how))}"


def credential(value: str | Secret, *, name: str = "api_key") -> Secret:
    """Wrap a credential, without surrounding white space (keys read from files end in a newline).

    Raises ConfigurationError, without the value, for one that is empty or that no header can carry.
    """
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise ConfigurationError(
            f"{name} takes text, or a function that returns it, not {type(value).__name__}"
            + (": decode it" if isinstance(value, bytes) else "")
        )
    stripped = value.strip()
    if not stripped:
        raise ConfigurationError(f"{name} is empty")
    if not stripped.isprintable() or not stripped.isascii():
        raise ConfigurationError(
            f"{name} has characters that no header can carry; check that it was copied whole"
        )
    check_header(name, stripped)
    return Secret(stripped)


def from_environment(
    value: Key | None, variable: str | None, environ: Mapping[str, str], *, required: bool
) -> Key | None:
    """Return the given credential, else the environment's.

    Raises ConfigurationError that names the variable if there is neither and one is required.
    """
    if value is not None:
        return value
    found = environ.get(variable, "").strip() if variable else ""
    if found:
        return Secret(credential(found, name=str(variable)).reveal(), variable)
    if required:
        where = f"pass api_key= or set {variable}" if variable else "pass api_key="
        raise ConfigurationError(f"no API key: {where}")
    return None
