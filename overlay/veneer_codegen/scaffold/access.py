"""Read an API's address, the places of its credentials, and its token endpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from veneer._core.auth import BEARER, Scheme
from veneer._core.errors import ConfigurationError
from veneer._core.oauth import OAuth2
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import find_operations
from veneer_codegen.servers import first_server

__all__ = ["base_url", "keys", "oauth", "schemes"]

# HTTP's challenge-response schemes, which need more than a key.
_CHALLENGED: Final = frozenset({"digest", "negotiate", "ntlm", "hoba", "mutual", "scram-sha-1", "scram-sha-256", "dpop"})  # fmt: skip


def schemes(document: Mapping[str, Any]) -> tuple[dict[str, Scheme], list[str]]:
    """Return the places of credentials by scheme, and the schemes that need more than a key.

    The scheme that most operations take comes first: it is that of `api_key=`.
    """
    found: dict[str, Scheme] = {}
    left_out = []
    for name, node in ((document.get("components") or {}).get("securitySchemes") or {}).items():
        facts = _scheme_node(document, node)
        kind = facts.get("type")
        method = str(facts.get("scheme", "bearer")).lower()
        place = facts.get("in")
        if kind in {"oauth2", "openIdConnect"}:
            found[name] = BEARER
        elif kind == "http" and method not in _CHALLENGED:
            found[name] = Scheme("Authorization", f"{method.capitalize()} ")
        elif kind == "apiKey" and place in {"header", "query", "cookie"}:
            found[name] = Scheme(str(facts["name"]), place=place)
        else:
            what = " ".join(str(one) for one in (kind, method if kind == "http" else place) if one)
            left_out.append(
                f"the security scheme {name} ({what}): pass `http_client=` an HTTP client that does it"
            )
    uses = Counter(
        name
        for operation in find_operations(document)
        for name in found
        if _takes(operation.node.get("security", document.get("security")), found[name], found)
    )
    return dict(sorted(found.items(), key=lambda item: -uses[item[0]])), left_out


# The flows that a client supports, in order of preference. OAuth 2.1 has removed the others.
_FLOWS: Final = ("clientCredentials", "deviceAuthorization", "authorizationCode")
_ENDPOINTS: Final = {"tokenUrl": "token_url", "refreshUrl": "refresh_url", "authorizationUrl": "authorization_url", "deviceAuthorizationUrl": "device_url"}  # fmt: skip


def oauth(
    document: Mapping[str, Any], schemes: Mapping[str, Scheme], upstream: str, left_out: list[str]
) -> dict[str, dict[str, Any]]:
    """Return the endpoints of OAuth 2 and OpenID Connect schemes, in the order of the schemes.

    Schemes that no client can use are added to `left_out`. Their tokens can still be passed as
    keys.
    """
    declared = (document.get("components") or {}).get("securitySchemes") or {}
    base = base_url(document, upstream)
    found: dict[str, dict[str, Any]] = {}
    for name in schemes:
        facts = _scheme_node(document, declared[name])
        flows = facts.get("flows") if isinstance(facts.get("flows"), dict) else {}
        listed = [flow for key in _FLOWS if isinstance(flow := (flows or {}).get(key), dict)]
        if facts.get("type") == "oauth2":
            given: dict[str, Any] = {
                own: str(flow[key])
                for flow in reversed(listed)
                for key, own in _ENDPOINTS.items()
                if flow.get(key)
            }
            given = given or {"issuer": str(facts.get("oauth2MetadataUrl") or "")}
        elif facts.get("type") == "openIdConnect":
            given = {"issuer": str(facts.get("openIdConnectUrl") or "")}
        else:
            continue
        given = {key: urljoin(f"{base}/" if base else "", value) for key, value in given.items() if value}
        try:
            OAuth2(**given)
        except ConfigurationError as error:
            given, why = {}, error.message
        else:
            why = f"none of its flows is {', '.join(_FLOWS)}"
        if given:
            found[name] = given
        else:
            left_out.append(f"tokens of the security scheme {name} ({why}): pass a token as its credential")
    return found


def keys(schemes: Mapping[str, Scheme]) -> str:
    """Return the arguments, as source, of a client with a credential for every scheme."""
    first = next(iter(schemes.values()), BEARER)
    further = {name: "key" for name, scheme in schemes.items() if not scheme.same_place(first)}
    return f'api_key="key", credentials={further!r}' if further else 'api_key="key"'


def _scheme_node(document: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    try:
        found = pointers.deref(document, node)
    except KeyError:
        return {}
    return found if isinstance(found, dict) else {}


def _takes(security: Any, scheme: Scheme, schemes: Mapping[str, Scheme]) -> bool:
    """Return whether an operation needs only a credential in this scheme's place."""
    return any(
        len(one) == 1 and all(name in schemes and schemes[name].same_place(scheme) for name in one)
        for one in (security if isinstance(security, list) else ())
        if isinstance(one, dict)
    )


def base_url(document: Mapping[str, Any], upstream: str) -> str | None:
    """Return the first server's address with its defaults.

    A relative one starts at the contract's URL.
    """
    server = first_server(document.get("servers"), upstream)
    if server is None and not upstream:  # no server of the whole contract: the one that most operations have
        own = [first_server(found.servers) for found in find_operations(document)]
        urls = Counter(one.filled for one in own if one is not None and not one.fault)
        url = next((url for url, _ in urls.most_common(1)), "")
    elif server is None:
        url = urljoin(upstream, "/")
    else:
        url = "" if server.fault else server.filled
    return url.rstrip("/") if urlsplit(url).scheme in {"http", "https"} else None
