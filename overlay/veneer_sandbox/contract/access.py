"""Check callers by the contract's security schemes: a key per scheme, one for all schemes, and OAuth 2 tokens."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.web import Request

from .reading import ContractDocument, ContractOperation

TOKEN_LIFETIME: Final = 3_600
_FORM: Final = "application/x-www-form-urlencoded"


class Access:
    """The keys of one contract's sandbox, and their scopes.

    `keys` has a key for all schemes under the sandbox's name, one per scheme as `NAME_SCHEME`, and `NAME_noscope`,
    which has no scope, if the contract has scopes.
    """

    def __init__(self, document: ContractDocument, name: str) -> None:
        self._document, self._name = document, name
        schemes = document.node(document.content.get("components")).get("securitySchemes")
        self.schemes = {
            str(scheme): document.node(node)
            for scheme, node in (schemes.items() if isinstance(schemes, Mapping) else ())
        }

    @cached_property
    def keys(self) -> dict[str, str]:
        """The keys by name."""
        keys = {self._name: f"{self._name}_sandbox"}
        keys |= {f"{self._name}_{one}": f"{self._name}_{one}_sandbox" for one in self.schemes}
        if any(_is_scoped(node) for node in self.schemes.values()):
            keys[f"{self._name}_noscope"] = f"{self._name}_noscope"
        return keys

    def guard(self, request: Request, operation: ContractOperation) -> None:
        """Raise Refusal (401, 403) unless one of the operation's requirements is met; set `request.who`."""
        needs = operation.node.get("security", self._document.content.get("security"))
        if not isinstance(needs, list) or not needs:
            return
        lacking: set[str] = set()
        for need in needs:
            if not isinstance(need, Mapping):
                continue
            held = {scheme: self._held(request, str(scheme)) for scheme in need}
            if any(scopes is None for scopes in held.values()):
                continue
            missing = {
                str(scope)
                for scheme, wanted in need.items()
                if (scopes := held[scheme]) != {"*"}
                for scope in wanted or ()
                if scope not in (scopes or ())
            }
            if not missing:
                request.who = {"schemes": sorted(held)}
                request.state.meter(self._caller(request))
                return
            lacking |= missing
        if lacking:
            raise Refusal(403, "FORBIDDEN", f"The key lacks the scope {' and '.join(sorted(lacking))}")
        raise Refusal(
            401,
            "UNAUTHORIZED",
            "No valid credential was sent",
            headers={"www-authenticate": self._challenge(needs)},
        )

    def _challenge(self, needs: list[Any]) -> str:
        first = next((scheme for need in needs if isinstance(need, Mapping) for scheme in need), "")
        node = self.schemes.get(first, {})
        return "Basic" if str(node.get("scheme", "")).lower() == "basic" else "Bearer"

    @staticmethod
    def _caller(request: Request) -> str:
        """Return what distinguishes callers, without the credential itself."""
        sent = request.headers.get("authorization", "") or str(sorted(request.headers.items()))
        return hashlib.sha256(sent.encode()).hexdigest()

    def _held(self, request: Request, scheme: str) -> set[str] | None:
        """Return the caller's scopes for a scheme (`*`: all); None without a valid credential."""
        node = self.schemes.get(scheme)
        if node is None or node.get("type") == "mutualTLS":
            return {"*"}
        for sent in _credentials(request, node):
            if sent in (self.keys[self._name], self.keys[f"{self._name}_{scheme}"]):
                return {"*"}
            if sent == self.keys.get(f"{self._name}_noscope"):
                return set()
            token = request.store.get(f"{self._name}:token", _digest(sent))
            if token is not None and token["until"] > request.clock.now():
                return set(token["scopes"])
        return None

    # OAuth 2

    def token_paths(self) -> Iterator[str]:
        """Yield the paths where the contract's own server issues tokens, below the sandbox's base."""
        servers = self._document.content.get("servers")
        first = servers[0].get("url", "") if isinstance(servers, list) and servers else ""
        home = urlsplit(first if isinstance(first, str) else "")
        for node in self.schemes.values():
            flows = node.get("flows")
            for flow in flows.values() if isinstance(flows, Mapping) else ():
                url = urlsplit(str(flow.get("tokenUrl") or "")) if isinstance(flow, Mapping) else urlsplit("")
                if url.path and url.netloc in ("", home.netloc):
                    path = url.path if url.path.startswith("/") else f"/{url.path}"
                    yield path.removeprefix(home.path.rstrip("/")) or path

    def issue(self, request: Request) -> Response:
        """Issue a token for client credentials (RFC 6749 section 4.4): any id, and a key as the secret."""
        form = {name: values[-1] for name, values in parse_qs(request.raw.decode("latin-1")).items()}
        secrets = [form.get("client_secret", ""), *_credentials(request, {"type": "http", "scheme": "basic"})]
        if not set(secrets) & set(self.keys.values()):
            return Response({"error": "invalid_client"}, 401, {"www-authenticate": "Basic"})
        if form.get("grant_type") != "client_credentials":
            return Response({"error": "unsupported_grant_type"}, 400)
        scopes = form["scope"].split() if "scope" in form else sorted(self._scopes)
        if unknown := sorted(set(scopes) - self._scopes):
            return Response({"error": "invalid_scope", "error_description": f"no scope {unknown[0]}"}, 400)
        token = request.store.new_id(f"{self._name}_token_", 16)
        until = request.clock.now() + TOKEN_LIFETIME
        request.store.put(f"{self._name}:token", _digest(token), {"scopes": scopes, "until": until})
        request.effect("token.issued")
        granted = {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME}
        return Response({**granted, "scope": " ".join(scopes)}, headers={"cache-control": "no-store"})

    @cached_property
    def _scopes(self) -> set[str]:
        """Return the scopes of the contract's flows, and those that its operations need."""
        needs = [
            self._document.content.get("security"),
            *(one.node.get("security") for one in self._document.operations),
        ]
        wanted = {
            str(scope)
            for need in needs
            for one in (need if isinstance(need, list) else ())
            for scopes in (one.values() if isinstance(one, Mapping) else ())
            for scope in scopes or ()
        }
        for node in self.schemes.values():
            flows = node.get("flows")
            for flow in flows.values() if isinstance(flows, Mapping) else ():
                wanted |= set(flow.get("scopes") or ()) if isinstance(flow, Mapping) else set()
        return wanted


def _is_scoped(node: Mapping[str, Any]) -> bool:
    return node.get("type") in ("oauth2", "openIdConnect")


def _digest(secret: str) -> str:
    """Return a token's hash, which is all that is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _credentials(request: Request, node: Mapping[str, Any]) -> Iterator[str]:
    """Yield a request's credentials for a scheme; of Basic, each half."""
    kind, name = node.get("type"), str(node.get("name", ""))
    if kind == "apiKey":
        place = node.get("in")
        if place == "header" and (sent := request.headers.get(name.lower())):
            yield sent
            # Keys in the Authorization header are often sent with `Bearer` before them.
            yield sent.partition(" ")[2].strip()
        elif place == "query":
            yield from request.query.get(name, ())
        elif place == "cookie" and (morsel := cookies(request).get(name)):
            yield morsel
        return
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if kind == "http" and str(node.get("scheme", "")).lower() == "basic":
        if scheme.lower() == "basic":
            try:
                yield from base64.b64decode(sent.strip(), validate=True).decode().split(":", 1)
            except (binascii.Error, ValueError):
                return
    elif sent.strip():
        yield sent.strip()


def cookies(request: Request) -> dict[str, str]:
    """Return the cookies of a request."""
    jar = SimpleCookie()
    try:
        jar.load(request.headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}
