"""Secrets in a request that is shown: by what the contract says, by the names of members, and the keys in use wherever they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from veneer._core.redact import MASK
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import Found, find_operations, parameters_of

__all__ = ["Mask", "fits", "is_secret"]

# A member is a secret where its name has one of these words, unless the last word says that it is about one.
_WORDS = frozenset(
    [
        "apikey",
        "auth",
        "authorization",
        "bearer",
        "cookie",
        "credential",
        "cvc",
        "cvv",
        "jwt",
        "otp",
        "pass",
        "passcode",
        "passphrase",
        "passwd",
        "password",
        "pin",
        "pwd",
        "secret",
        "sig",
        "signature",
        "token",
        "totp",
    ]
)
_ABOUT = frozenset(
    [
        "at",
        "budget",
        "count",
        "enabled",
        "endpoint",
        "expires",
        "expiry",
        "hint",
        "id",
        "ids",
        "in",
        "kind",
        "length",
        "limit",
        "method",
        "name",
        "names",
        "policy",
        "provider",
        "ref",
        "required",
        "rotation",
        "scheme",
        "ttl",
        "type",
        "uri",
        "url",
        "usage",
        "version",
    ]
)
_KEYS = frozenset(
    [
        "access",
        "account",
        "api",
        "app",
        "auth",
        "client",
        "deploy",
        "encryption",
        "license",
        "master",
        "private",
        "secret",
        "service",
        "session",
        "shared",
        "signing",
        "ssh",
    ]
)
# Words that make a token a place in a list, which opens nothing: `next_page_token`.
_PLACES = frozenset(["after", "before", "continuation", "cursor", "next", "page", "prev", "previous", "sync"])
_SHORTEST = 4
"""Characters of a key that is looked for in texts; a shorter one would be found everywhere."""


def is_secret(name: str, value: Any = "") -> bool:
    """Tell by its name whether a member, query parameter or header holds a secret.

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


@dataclass(frozen=True, slots=True)
class Mask:
    """What is masked in the requests of one client: `secrets` are the keys in use, `document` the platform's contract.

    `hidden` gives what is put in a secret member's place; members called as in `shown` are none.
    """

    secrets: Sequence[str] = field(default=(), repr=False)
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    hidden: Callable[[Any], Any] = field(default=lambda _: MASK, repr=False)
    shown: frozenset[str] = frozenset()

    def text(self, text: str) -> str:
        """A text without the keys in use, percent-encoded ones too."""
        for secret in self.secrets:
            if len(secret) >= _SHORTEST:
                for form in {secret, quote(secret, safe=""), quote(secret)}:
                    text = text.replace(form, MASK)
        return text

    def url(self, url: str, method: str) -> str:
        """An address, the values of secret query parameters masked."""
        parts = list(urlsplit(url))
        named = self._parameters(method, parts[2], "query")
        pairs = (pair.partition("=") for pair in parts[3].split("&") if pair)
        parts[3] = "&".join(
            f"{name}{sign}{MASK if name in named or is_secret(name, value) else value}"
            for name, sign, value in pairs
        )
        return self.text(urlunsplit(parts))

    def header(self, name: str, value: str, method: str, url: str) -> str:
        """A header's value; of a credential the scheme (`Bearer`) is left."""
        ends_in_key = name.endswith("key") and name != "idempotency-key"
        named = {one.lower() for one in self._parameters(method, urlsplit(url).path, "header")}
        if not (ends_in_key or name in named or is_secret(name, value)):
            return self.text(value)
        scheme = re.match(r"(Bearer|Basic|Token) ", value)
        return f"{scheme[0] if scheme else ''}{MASK}"

    def body(self, value: Any, method: str, url: str) -> Any:
        """A body as JSON, or the fields of a form."""
        found = self._operation(method, urlsplit(url).path)
        return self._masked(value, self._schemas([found.node.get("requestBody")] if found else []))

    def answer(self, value: Any, method: str, url: str) -> Any:
        """The JSON of an answer, by the schemas of all answers that the operation may give."""
        found = self._operation(method, urlsplit(url).path)
        return self._masked(value, self._schemas(found.node.get("responses", {}).values() if found else ()))

    def value(self, value: Any) -> Any:
        """JSON from elsewhere, by the names of its members alone; all of it where it is nested too deeply."""
        try:
            return self._masked(value, [])
        except RecursionError:
            return MASK

    def _masked(self, value: Any, schemas: Sequence[Mapping[str, Any]]) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            below = [part for one in schemas for part in self._parts(one.get("items", {}))]
            return [self._member("", one, below) for one in value]
        if isinstance(value, dict):
            return {
                self.text(name): self._member(name, one, list(self._below(schemas, name)))
                for name, one in value.items()
            }
        return value

    def _member(self, name: str, value: Any, schemas: Sequence[Mapping[str, Any]]) -> Any:
        if value is None or isinstance(value, bool):
            return value
        by_contract = any(_says_secret(one) for one in schemas)
        secret = name not in self.shown and (by_contract or is_secret(name, value))
        return self.hidden(value) if secret else self._masked(value, schemas)

    def _schemas(self, nodes: Iterable[Any]) -> list[Mapping[str, Any]]:
        """What the bodies of a request or of answers are made of, whatever their media types."""
        media = (one for node in nodes for one in self._follow(node).get("content", {}).values())
        return [part for one in media for part in self._parts(one.get("schema", {}))]

    def _below(self, schemas: Iterable[Mapping[str, Any]], name: str) -> Iterator[Mapping[str, Any]]:
        for one in schemas:
            further = one.get("additionalProperties")
            found = one.get("properties", {}).get(name, further)
            if isinstance(found, Mapping):
                yield from self._parts(found)

    # -- the contract --------------------------------------------------------------------------------------------------

    def _operation(self, method: str, path: str) -> Found | None:
        """The contract's operation for a request; below whatever path the server is."""
        fitting = [
            one
            for one in find_operations(self.document)
            if one.method == method.lower() and fits(one.path, path)
        ]
        # Of several, the one that says most of the path itself.
        return max(fitting, key=lambda one: len(re.sub(r"\{[^{}]*\}", "", one.path)), default=None)

    def _parameters(self, method: str, path: str, place: str) -> set[str]:
        """The names of the parameters that the contract calls secret."""
        found = self._operation(method, path)
        return {
            one["name"]
            for one in (parameters_of(self.document, found) if found else ())
            if one.get("in") == place
            and (_says_secret(one) or any(_says_secret(part) for part in self._parts(one.get("schema", {}))))
        }

    def _parts(self, schema: Any) -> Iterator[Mapping[str, Any]]:
        """A schema and all that it is made of, references followed."""
        waiting, seen = [schema], set[int]()
        while waiting:
            one = waiting.pop()
            one = self._follow(one)  # `true` and `false` are schemas too
            if id(one) not in seen:
                seen.add(id(one))
                yield one
                waiting += [part for key in ("allOf", "anyOf", "oneOf") for part in one.get(key, [])]

    def _follow(self, node: Any) -> Mapping[str, Any]:
        return pointers.follow(self.document, node)


def fits(template: str, path: str) -> bool:
    """Tell whether a path is one of a template's, below whatever path the server is."""
    return re.search(re.sub(r"\\\{[^{}]*\\\}", "[^/]+", re.escape(template)) + "$", path) is not None


def _says_secret(schema: Mapping[str, Any]) -> bool:
    return (
        schema.get("format") == "password"
        or schema.get("writeOnly") is True
        or bool(schema.get("x-veneer-secret"))
    )
