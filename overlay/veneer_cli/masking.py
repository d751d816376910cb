"""Mask the secrets of a request: those that the contract marks, names of secrets, and the keys in use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from veneer._core.redact import MASK
from veneer._core.secret_names import is_secret
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import Found, find_operations, parameters_of

__all__ = ["Mask", "fits", "marks_secret"]

_SHORTEST = 4
"""The shortest key that is searched for in texts; a shorter one would be found everywhere."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Masks the requests of one client: `secrets` are the keys in use, `document` the platform's contract.

    `hidden` returns the replacement of a secret member; members named in `shown` are not secret.
    """

    secrets: Sequence[str] = field(default=(), repr=False)
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    hidden: Callable[[Any], Any] = field(default=lambda _: MASK, repr=False)
    shown: frozenset[str] = frozenset()

    def text(self, text: str) -> str:
        """Return a text without the keys in use, plain or percent-encoded."""
        for secret in self.secrets:
            if len(secret) >= _SHORTEST:
                for form in {secret, quote(secret, safe=""), quote(secret)}:
                    text = text.replace(form, MASK)
        return text

    def url(self, url: str, method: str) -> str:
        """Return a URL with the values of secret query parameters masked."""
        parts = list(urlsplit(url))
        named = self._parameters(method, parts[2], "query")
        pairs = (pair.partition("=") for pair in parts[3].split("&") if pair)
        parts[3] = "&".join(
            f"{name}{sign}{MASK if name in named or is_secret(name, value) else value}"
            for name, sign, value in pairs
        )
        return self.text(urlunsplit(parts))

    def header(self, name: str, value: str, method: str, url: str) -> str:
        """Return a header's masked value; a credential keeps its scheme (`Bearer`)."""
        ends_in_key = name.endswith("key") and name != "idempotency-key"
        named = {one.lower() for one in self._parameters(method, urlsplit(url).path, "header")}
        if not (ends_in_key or name in named or is_secret(name, value)):
            return self.text(value)
        scheme = re.match(r"(Bearer|Basic|Token) ", value)
        return f"{scheme[0] if scheme else ''}{MASK}"

    def body(self, value: Any, method: str, url: str) -> Any:
        """Return a masked JSON body, or the masked fields of a form."""
        found = self._operation(method, urlsplit(url).path)
        return self._masked(value, self._schemas([found.node.get("requestBody")] if found else []))

    def answer(self, value: Any, method: str, url: str) -> Any:
        """Return a response's masked JSON, by the schemas of all the operation's responses."""
        found = self._operation(method, urlsplit(url).path)
        return self._masked(value, self._schemas(found.node.get("responses", {}).values() if found else ()))

    def value(self, value: Any) -> Any:
        """Return other JSON, masked by the names of its members; all of it if it is nested too deeply."""
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
        by_contract = any(marks_secret(one) for one in schemas)
        secret = name not in self.shown and (by_contract or is_secret(name, value))
        return self.hidden(value) if secret else self._masked(value, schemas)

    def _schemas(self, nodes: Iterable[Any]) -> list[Mapping[str, Any]]:
        """Return the schemas of the bodies of a request or of responses, of all media types."""
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
        """Return the contract's operation for a request, whatever the server's base path."""
        fitting = [
            one
            for one in find_operations(self.document)
            if one.method == method.lower() and fits(one.path, path)
        ]
        # Of several, the one with the most literal segments.
        return max(fitting, key=lambda one: len(re.sub(r"\{[^{}]*\}", "", one.path)), default=None)

    def _parameters(self, method: str, path: str, place: str) -> set[str]:
        """Return the names of the parameters that the contract marks as secret."""
        found = self._operation(method, path)
        return {
            one["name"]
            for one in (parameters_of(self.document, found) if found else ())
            if one.get("in") == place
            and (marks_secret(one) or any(marks_secret(part) for part in self._parts(one.get("schema", {}))))
        }

    def _parts(self, schema: Any) -> Iterator[Mapping[str, Any]]:
        """Yield a schema and the schemas that it is composed of, with references resolved."""
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
    """Return whether a path matches a template, whatever the server's base path."""
    return re.search(re.sub(r"\\\{[^{}]*\\\}", "[^/]+", re.escape(template)) + "$", path) is not None


def marks_secret(schema: Mapping[str, Any]) -> bool:
    """Return whether the contract marks a parameter or schema as secret."""
    return (
        schema.get("format") == "password"
        or schema.get("writeOnly") is True
        or bool(schema.get("x-veneer-secret"))
    )
