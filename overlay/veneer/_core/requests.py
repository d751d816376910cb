"""Make httpx's request values: their address, headers and cookies, and the credentials in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx

from veneer._core.auth import Scheme
from veneer._core.call import Call, encode_json, replayable_content
from veneer._core.errors import ConfigurationError
from veneer._core.options import Options, check_header
from veneer._core.redact import Secret, is_secret_name, loggable_headers, mask_text, mask_url
from veneer._core.url_cache import Prepared, encode_query
from veneer._core.urls import Encoded

__all__ = [
    "NO_CREDENTIALS",
    "CallProgress",
    "Positions",
    "UsedCredential",
    "address",
    "body_in_memory",
    "call_cookies",
    "carried_secrets",
    "carries",
    "encoded",
    "in_chunks",
    "loggable",
    "masked_url",
    "missing_schemes",
    "plain_request",
    "request_headers",
    "rewind",
    "whole_request",
    "with_cookies",
    "with_credentials",
    "with_host",
]

Positions = list[tuple[Any, int]]
"""Where each file in a request's body stood when the call began."""

NO_CREDENTIALS: Mapping[str, Secret] = MappingProxyType({})
# A request without a body says so where its method has one as a rule (RFC 9110 §8.6).
_BODY_EXPECTED = frozenset({"POST", "PUT", "PATCH", "QUERY"})


class UsedCredential(NamedTuple):
    """A credential that an attempt carries: its place, its name in the client, its value then."""

    scheme: Scheme
    name: str
    secret: Secret


class CallProgress:
    """How far a call has come along its redirects, attempts and renewals.

    `request` is the one on its way, after `hops` redirects of this attempt. It may carry
    credentials if it is `trusted`: all of those redirects stayed with the API's origin. `start` is
    the request that a repeat begins with, None for the call itself: what may have acted is not sent
    again once it was answered. `acted` are the addresses of such requests. `refused` says why a
    redirect was not followed. `used` are the credentials of this attempt, `renewed` those to be
    sent with the next, by their names.
    """

    request: httpx.Request | None = None
    hops = 0
    trusted = True
    start: httpx.Request | None = None
    start_trusted = True
    acted: tuple[httpx.URL, ...] = ()
    refused = ""
    used: tuple[UsedCredential, ...] = ()
    renewed: Mapping[str, Secret] = NO_CREDENTIALS


def in_chunks(headers: Mapping[str, str | None]) -> bool:
    """Tell whether a caller's own headers (names in lower case) have the body sent in chunks.

    Raises ConfigurationError for headers by which client and server could disagree where the
    request ends: another coding than `chunked`, a length beside it, or one that is no number (RFC
    9112 §6.1 to §6.3).
    """
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if length is not None and not (length.isascii() and length.isdigit()):
        raise ConfigurationError("the header content-length is not a number of bytes")
    if coding is None:
        return False
    if coding.strip().lower() != "chunked":
        raise ConfigurationError("the header transfer-encoding can only be chunked")
    if length is not None:
        raise ConfigurationError("of the headers transfer-encoding and content-length only one can be sent")
    return True


def with_credentials(url: httpx.URL, used: tuple[UsedCredential, ...]) -> httpx.URL:
    """Add the credentials that go into the query, where nothing else is in their place."""
    for scheme, _, secret in used:
        if scheme.place == "query" and scheme.name not in url.params:
            url = url.copy_set_param(scheme.name, scheme.value(secret))
    return url


def whole_request(
    call: Call,
    url: httpx.URL,
    options: Options,
    prepared: Prepared,
    used: tuple[UsedCredential, ...],
    resend: int,
    user_agent: str | None,
    extensions: dict[str, Any],
) -> httpx.Request | None:
    """Make the request of a call whose body is in memory; None for any other."""
    if call.is_plain and not resend and "transfer-encoding" not in options.headers:
        # All such requests of an operation have the same headers, but for the length of their body.
        likeness = (call.operation.accept, call.has_json, bool(call.headers), used)
        template = prepared.headers.get(likeness)
        if template is None:
            headers = request_headers(user_agent, call, options, used, 0, own=True)
            template = with_host(encoded(headers), url)
            prepared.remember(likeness, template)
        body = encode_json(call.json) if call.has_json else b""
        return plain_request(call.method, url, template, body, extensions)
    body = body_in_memory(call)
    if call.files is not None or not isinstance(body, bytes):
        return None
    headers = request_headers(user_agent, call, options, used, resend, own=True)
    chunked = in_chunks(headers)
    return plain_request(
        call.method, url, with_host(encoded(headers), url), body, extensions, chunked=chunked
    )


def body_in_memory(call: Call) -> Any:
    """Return the body of a call without files: bytes where it is in memory, else what it is read from."""
    if call.has_json:
        return encode_json(call.json)
    if call.data is not None:
        return encode_query(call.data).encode("ascii")
    return b"" if call.content is None else replayable_content(call.content)


def plain_request(
    method: str,
    url: httpx.URL,
    headers: httpx.Headers,
    content: bytes,
    extensions: dict[str, Any],
    *,
    chunked: bool = False,
) -> httpx.Request:
    """Make the request that httpx would make, at a tenth of the cost."""
    request = httpx.Request(
        method, url, headers=headers, stream=httpx.ByteStream(content), extensions=extensions
    )
    if not chunked and (content or method in _BODY_EXPECTED):
        request.headers["content-length"] = str(len(content))  # whatever a caller said
    request._content = content  # noqa: SLF001  # what `read` would do, in ten steps; a test watches the name
    return request


def with_host(headers: list[tuple[bytes, bytes]], url: httpx.URL) -> httpx.Headers:
    """Headers that name the URL's host, unless they name one."""
    if not any(name == b"host" for name, _ in headers):
        headers.insert(0, (b"host", url.netloc))
    return httpx.Headers(headers)


def encoded(headers: Mapping[str, str | None]) -> list[tuple[bytes, bytes]]:
    """Headers as bytes, without those that are None: the engine would encode text as ASCII, and HTTP allows ISO 8859-1 (RFC 9110 §5.5)."""
    return [
        (name.encode("ascii"), value.encode("latin-1"))
        for name, value in headers.items()
        if value is not None
    ]


def with_cookies(header: str, cookies: Mapping[str, str]) -> str:
    """Add cookies to a Cookie header (RFC 6265 §4.2), but those whose names it has.

    Raises ConfigurationError for a value that no header can carry.
    """
    held = {pair.partition("=")[0].strip() for pair in header.split(";")}
    pairs = [header] if header else []
    for name, value in cookies.items():
        if name not in held:
            pairs.append(check_header("cookie", f"{name}={value}"))
    return "; ".join(pairs)


def carries(request: httpx.Request, scheme: Scheme, secret: Secret) -> bool:
    """Return whether a request carries a credential in its place: redirects and hooks may change it."""
    value = scheme.value(secret)
    if scheme.place == "query":
        return bool(request.url.params.get(scheme.name) == value)
    if scheme.place == "cookie":
        pairs = [pair.strip() for pair in request.headers.get("cookie", "").split(";")]
        return f"{scheme.name}={value}" in pairs
    return bool(request.headers.get(scheme.name) == value)


def carried_secrets(request: httpx.Request, schemes: Collection[Scheme]) -> list[str]:
    """Return the values in a request that may be credentials, by the names of their places."""
    found: list[str] = []
    names = {scheme.name.lower() for scheme in schemes}
    for name, value in request.headers.multi_items():
        if name == "cookie":
            found += [pair.partition("=")[2].strip() for pair in value.split(";")]
        elif name in names or is_secret_name(name):
            found += [value, value.rpartition(" ")[2]]
    found += [
        value
        for name, value in request.url.params.multi_items()
        if name.lower() in names or is_secret_name(name)
    ]
    return found


def masked_url(url: httpx.URL, secrets: Collection[str]) -> str:
    """Return an address that may be shown."""
    return mask_text(mask_url(str(url)), secrets)


def loggable(value: Any, secrets: Collection[str], request_ids: Collection[str]) -> Any:
    """Return what a log may say of a value; `request_ids` are headers that it may show."""
    if isinstance(value, httpx.Headers):
        shown = loggable_headers(value, request_ids)
        return {name: mask_text(text, secrets) for name, text in shown.items()}
    return masked_url(value, secrets) if isinstance(value, httpx.URL) else value


def rewind(positions: Positions | None) -> None:
    """Set the files of a body back to where they stood."""
    for stream, position in positions or ():
        stream.seek(position)


def request_headers(
    user_agent: str | None,
    call: Call,
    options: Options,
    used: tuple[UsedCredential, ...],
    resend: int,
    *,
    own: bool,
) -> dict[str, str | None]:
    """Return the headers of a call, names in lower case: the call's own over the options', and the
    credentials where nothing else is in their place.

    `own` is false where a caller's client makes the request: it adds its own cookies, where no
    header is in their place.
    """
    headers: dict[str, str | None] = {
        "accept": call.operation.accept or "application/json, */*;q=0.5",
        "accept-encoding": "gzip, deflate",
        "user-agent": user_agent or "veneer",
        "x-retry-count": str(resend),
        # What is meant for the API may be a credential, and a parameter more breaks a presigned address.
        **({} if call.absolute else options.headers),
    }
    for name, value in (call.headers or {}).items():
        headers[name.lower()] = check_header(name, value if type(value) is str else _text(value, name))
    for scheme, _, secret in used:
        if scheme.place == "header":
            headers.setdefault(scheme.header, scheme.value(secret))
    if own or "cookie" in headers:
        cookies = call_cookies(call, used)
        if cookies and headers.get("cookie", "") is not None:
            headers["cookie"] = with_cookies(headers.get("cookie") or "", cookies)
    if call.has_json:
        headers.setdefault("content-type", "application/json")
    elif call.data is not None and call.files is None:
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
    return headers


def missing_schemes(call: Call, options: Options, schemes: Mapping[str, Scheme]) -> list[Scheme]:
    """Return the schemes of which an operation takes any; none where the caller gives a header,
    parameter or cookie in the place of one.
    """
    security = call.operation.security or ()
    names = [name for one in security for name in ((one,) if isinstance(one, str) else one)]
    accepted = [schemes[name] for name in names if name in schemes]
    given = {
        "header": (*options.headers, *(call.headers or ())),
        "query": (*options.query, *(call.params or ())),
        "cookie": call.cookies or (),
    }
    for scheme in accepted:
        if any(scheme.is_called(name) for name in given[scheme.place]):
            return []
        if scheme.place == "cookie" and "cookie" in {name.lower() for name in given["header"]}:
            return []
    return accepted


def call_cookies(call: Call, used: tuple[UsedCredential, ...]) -> dict[str, str]:
    """Return the cookies of a call: credentials, and its own, which come first.

    Raises ConfigurationError for one that would become two.
    """
    held = {scheme.name: scheme.value(secret) for scheme, _, secret in used if scheme.place == "cookie"}
    own = call.cookies or {}
    cookies = {**held, **{name: _text(value, name) for name, value in own.items()}}
    if any(";" in name or (";" in value and type(value) is not Encoded) for name, value in cookies.items()):
        raise ConfigurationError("a cookie's name and value cannot have a semicolon; encode it first")
    return cookies


def _text(value: Any, name: str) -> str:
    if type(value) is str:
        return value
    from veneer._core.texts import text

    return text(value, name)


def address(call: Call, prepared: Prepared) -> httpx.URL:
    """Return the whole address, query included. Raises ConfigurationError for one that is none."""
    try:
        if call.absolute:
            return httpx.URL(call.target)
        return prepared.url(call.target, call.params, call.operation.path)
    except httpx.InvalidURL:
        raise ConfigurationError(f"{call.operation.id}: the address is not a URL; check base_url") from None
