"""How a request shows who sends it: one frozen value for each scheme, the credential itself kept out of every repr."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from veneer._core.errors import ConfigurationError
from veneer._core.options import check_header
from veneer._core.redact import Secret

__all__ = ["BEARER", "Key", "Scheme", "api_key_header", "credential"]

Key = str | Callable[[], str] | Callable[[], Awaitable[str]]
"""A credential, or a function that gives one each time it is needed (an awaitable one for async clients)."""


class Scheme(NamedTuple):
    """A header that carries a credential: `prefix` and the credential in header `header`."""

    header: str
    prefix: str = ""

    def headers(self, key: Secret) -> dict[str, str]:
        """The header to send."""
        return {self.header: f"{self.prefix}{key.reveal()}"}


BEARER = Scheme("Authorization", "Bearer ")
"""RFC 6750 §2.1."""


def api_key_header(name: str) -> Scheme:
    """An API key in a header of its own (OpenAPI `type: apiKey, in: header`)."""
    return Scheme(name)


def credential(value: str, *, name: str = "api_key") -> Secret:
    """Wrap a credential, white space around it taken off (keys read from files end in a newline).

    Raises ConfigurationError, without the value in its text, for one that is empty or that no header can carry.
    """
    stripped = value.strip() if isinstance(value, str) else ""
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
    """Take the credential given, else the environment's.

    Raises ConfigurationError that names the variable when there is neither and one is required.
    """
    if value is not None:
        return value
    found = environ.get(variable, "").strip() if variable else ""
    if found:
        return found
    if required:
        where = f"pass api_key= or set {variable}" if variable else "pass api_key="
        raise ConfigurationError(f"no API key: {where}")
    return None
