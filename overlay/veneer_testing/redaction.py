"""Mask the secrets in a cassette: by their places, by their names, and by value everywhere else."""

from __future__ import annotations

import functools
import importlib.resources
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit, urlunsplit

from veneer._core.redact import MASK, is_secret_name, mask_text
from veneer._core.secret_names import is_secret
from veneer._core.urls import same_origin
from veneer_cli.masking import Mask

__all__ = ["ANSWER_HEADERS", "REQUEST_HEADERS", "Redactor", "contract_of"]

REQUEST_HEADERS: Final = frozenset(
    ["accept", "content-type", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-event-id", "range"]
)  # fmt: skip
"""The headers of a request that are kept; all others, including credentials, never reach a cassette."""

ANSWER_HEADERS: Final = re.compile(
    r"accept(-encoding|-patch|-ranges)?|age|allow|cache-control|content-(digest|disposition|encoding|language|length"
    r"|location|range|type)|date|deprecation|etag|expires|last-modified|link|location|(x-)?ratelimit(-[a-z-]+)?"
    r"|repr-digest|retry-after(-ms)?|sunset|vary|x-should-retry|x-total(-count)?"
)
"""The headers of a response that are kept, besides those that its contract names."""

# The fields that a token request (RFC 6749) may show; all others are credentials or represent one.
_OF_GRANTS: Final = frozenset({"audience", "grant_type", "resource", "scope"})
# Names that are secret in OAuth 2 requests and responses only.
_GRANTED: Final = frozenset({"device_code", "user_code", "verification_uri_complete", "client_assertion", "code_verifier"})  # fmt: skip
_URL: Final = re.compile(r"https?://[^\s\"'<>\\^`{|}]+")
# A member and its value in JSON that cannot be parsed; its end may be missing.
_MEMBER: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:\s*)("(?:[^"\\]|\\.)*"?|-?\d[\d.eE+-]*)')
_LEARNED: Final = 8
"""The shortest secret that is searched for everywhere: shorter values are ordinary words."""


@functools.lru_cache(16)
def contract_of(module: str) -> Mapping[str, Any]:
    """Return the contract of a generated operation, given its module's name; an empty one if there is none."""
    package, _, rest = module.partition(".")
    name = rest.partition(".")[0]
    if not name:
        return {}
    try:
        file = importlib.resources.files(f"{package}.contracts") / f"{name}.json"
        found = json.loads(file.read_text(encoding="utf-8"))
    except (ImportError, OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass
class Redactor:
    """The secrets of one cassette: `known` grows with each value found in a secret's place.

    `shown` are names of members, query parameters and headers that are not secret.
    """

    shown: frozenset[str] = frozenset()
    known: set[str] = field(default_factory=set, repr=False)

    def know(self, secrets: Iterable[str]) -> None:
        """Remember values that must not appear anywhere."""
        self.known.update(one for one in secrets if one != MASK)

    def text(self, text: str) -> str:
        """Return a text without known secrets, and with its URLs masked."""
        masked = mask_text(text, self._longest_first())
        return _URL.sub(lambda found: self.url(found[0]), masked)

    def _longest_first(self) -> list[str]:
        """Return the texts to search for: a URL within a URL is percent-encoded twice."""
        found = self.known | {quote(one, safe="") for one in self.known}
        return sorted(found, key=len, reverse=True)

    def binary(self, content: bytes) -> bytes:
        """Return binary content without known secrets: most formats contain ASCII unchanged."""
        text = self.members(content.decode("latin-1"))
        plain = mask_text(text, [one.encode("utf-8").decode("latin-1") for one in self._longest_first()])
        return mask_text(plain, self._longest_first()).encode("latin-1")

    def url(self, url: str, named: frozenset[str] = frozenset()) -> str:
        """Return a URL without user and password, with the values of secret parameters masked.

        `named` are parameters that the contract or a security scheme marks as secret.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            return MASK
        query, fragment = self._pairs(parts.query, named), self._pairs(parts.fragment, named)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, query, fragment))

    def form(self, text: str) -> list[list[str]]:
        """Return the fields of a form in order, with secrets masked."""
        pairs = parse_qsl(text, keep_blank_values=True)
        granting = any(name == "grant_type" for name, _ in pairs)
        return [
            [self.text(name), self.field(name, value, secret=granting and name not in _OF_GRANTS)]
            for name, value in pairs
        ]

    def field(self, name: str, value: str, *, secret: bool = False) -> str:
        """Return the masked value of a form's field."""
        return str(self._hidden(value)) if secret or self._is_secret(name, value) else self.text(value)

    def json(self, value: Any, contract: Mapping[str, Any], method: str, url: str, *, answer: bool) -> Any:
        """Return JSON with its secrets masked, each by a value of its own type."""
        hidden = functools.partial(self._hidden, home=url)
        mask = Mask(document=contract, hidden=hidden, shown=self.shown)
        try:
            masked = mask.answer(value, method, url) if answer else mask.body(value, method, url)
            return self._granted(masked)
        except RecursionError:
            return MASK

    def members(self, text: str) -> str:
        """Return a text that may be part of JSON, with the values of members with secret names masked."""

        def masked(found: re.Match[str]) -> str:
            name, between, value = found.groups()
            if not self._is_secret(name, value if value[0] == '"' else 0):
                return found[0]
            hidden = self._hidden(value.strip('"') if value[0] == '"' else 0)
            return f'"{name}"{between}{json.dumps(hidden)}'

        return _MEMBER.sub(masked, text)

    def headers(self, pairs: Iterable[tuple[str, str]], declared: Iterable[str]) -> list[tuple[str, str]]:
        """Return the headers of a response that may be kept; `declared` are those that the contract names."""
        kept = {name.lower() for name in declared if not is_secret_name(name)} | self.shown
        return [
            (name, value)
            for name, value in pairs
            if name != "set-cookie" and (name in kept or ANSWER_HEADERS.fullmatch(name))
        ]

    def _pairs(self, text: str, named: frozenset[str]) -> str:
        pairs = (pair.partition("=") for pair in text.split("&"))
        return "&".join(f"{name}{sign}{self._of_pair(name, value, named)}" for name, sign, value in pairs)

    def _of_pair(self, name: str, value: str, named: frozenset[str]) -> str:
        plain = unquote_plus(value)
        if name in named or self._is_secret(name, plain):
            return str(self._hidden(plain))
        masked = self.text(plain)  # a URL within the URL has its own parameters
        return value if masked == plain else quote(masked, safe=MASK)

    def _is_secret(self, name: str, value: Any) -> bool:
        return name not in self.shown and (name in _GRANTED or is_secret(name, value))

    def _granted(self, value: Any) -> Any:
        """Mask the members at the top of a body that are secret in OAuth 2 only."""
        if not isinstance(value, dict):
            return value
        return {
            name: self._hidden(one) if name in _GRANTED - self.shown else one for name, one in value.items()
        }

    def _hidden(self, value: Any, home: str = "") -> Any:
        """Return a replacement of the same type for a secret, and remember the secret.

        `home` is the API's address.
        """
        if isinstance(value, dict):
            return {name: self._hidden(one, home) for name, one in value.items()}
        if isinstance(value, list):
            return [self._hidden(one, home) for one in value]
        if isinstance(value, str):
            return self._hidden_text(value, home)
        return value if value is None or isinstance(value, bool) else type(value)(0)

    def _hidden_text(self, value: str, home: str) -> str:
        """Return the mask, or for a URL a URL, since a client must be able to follow it.

        The URL's query is secret, else its path, except at the API itself, which requires a credential.
        """
        try:
            parts = urlsplit(value if _URL.fullmatch(value) else "")
        except ValueError:
            parts = urlsplit("")
        pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
        if parts.netloc and not pairs and home and same_origin(home, value):
            return value
        secrets = [unquote_plus(one or name) for name, _, one in pairs] or [parts.path.strip("/") or value]
        self.know(one for one in secrets if len(one) >= _LEARNED)
        if not parts.netloc:
            return MASK if value else value
        query = "&".join(f"{name}={MASK}" if equals else MASK for name, equals, _ in pairs)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path if pairs else f"/{MASK}", query, ""))
