"""Build httpx requests: their URL, headers and cookies, and the credentials in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import httpx

from veneer._core.auth import Scheme
from veneer._core.call import Call, encode_json, replayable_content
from veneer._core.errors import ConfigurationError
from veneer._core.late import NamedTuple
from veneer._core.options import Options, check_header
from veneer._core.redact import Secret, is_secret_name, loggable_headers, mask_text, mask_url
from veneer._core.url_cache import HeaderField, HeaderTemplate, Prepared, encode_query
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
"""The position of each file in a request's body when the call began."""

NO_CREDENTIALS: Mapping[str, Secret] = MappingProxyType({})
# Headers whose values decide about others.
_DECIDED = frozenset({"cookie", "content-length", "transfer-encoding"})
_PLAIN_VALUE = re.compile(r"[\x20-\x7e]*")
# Methods that usually have a body send a length even without one (RFC 9110 §8.6).
_BODY_EXPECTED = frozenset({"POST", "PUT", "PATCH", "QUERY"})


class UsedCredential(NamedTuple):
    """A credential that an attempt carries: its place, its name in the client, its value at the time."""

    scheme: Scheme
    name: str
    secret: Secret


class CallProgress:
    """How far a call has come along its redirects, attempts and renewals.

    `request` is the one in flight, after `hops` redirects of this attempt. It may carry
    credentials if it is `trusted`: all of those redirects stayed on the API's origin. `start` is
    the request that a retry begins with, None for the call itself: what may have acted is not sent
    again once it was answered. `acted` are the URLs of those requests. `refused` says why a
    redirect was not followed. `used` are the credentials of this attempt, `renewed` those to
    send with the next, by name. An attempt ends with the `status` of its response, or with what it `raised`;
    `span` is its own, if the program records spans.
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
    status: int | None = None
    raised: BaseException | None = None
    span: Any = None


def in_chunks(headers: Mapping[str, str | None]) -> bool:
    """Return whether the caller's headers (names in lower case) ask for a chunked body.

    Raises ConfigurationError for headers that let client and server disagree where the
    request ends: a coding other than `chunked`, a length beside it, or one that is not a number (RFC
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
        raise ConfigurationError("only one of the headers transfer-encoding and content-length can be sent")
    return True


def with_credentials(url: httpx.URL, used: tuple[UsedCredential, ...]) -> httpx.URL:
    """Add the credentials that go into the query, unless their parameters are already there."""
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
) -> httpx.Request | None:
    """Return the request of a call whose body is in memory; None for any other."""
    extensions: dict[str, Any] = {"timeout": {**prepared.timeouts}}
    _, method, _, _, given, cookies, value, has_json, content, data, files, _, absolute = call
    plain = content is None and data is None and files is None and not cookies and not absolute
    if plain and not resend and prepared.same_headers:
        # These requests of an operation have the same headers, except for the body's length and the
        # call's own. The credentials of calls are the same object until one changes.
        likeness = (call.operation.accept, has_json, tuple(given) if given else None, id(used))
        try:
            known = prepared.headers[likeness]
        except KeyError:
            known = None
        if known is None or known.used is not used:
            known = _template(user_agent, call, url, options, used)
            prepared.remember(likeness, known)
        fields: Sequence[HeaderField] = known.fields
        if given and known.slots:
            fields = _filled(known, given)
        if fields:
            body = encode_json(value) if has_json else b""
            return plain_request(method, url, fields, body, extensions)
    body = body_in_memory(call)
    if call.files is not None or not isinstance(body, bytes):
        return None
    headers = request_headers(user_agent, call, options, used, resend, own=True)
    chunked = in_chunks(headers)
    if not chunked and (body or call.method in _BODY_EXPECTED):
        headers.pop("content-length", None)  # the caller's: ours replaces it
    return plain_request(
        call.method, url, with_host(encoded(headers), url), body, extensions, chunked=chunked
    )


def _template(
    user_agent: str | None, call: Call, url: httpx.URL, options: Options, used: tuple[UsedCredential, ...]
) -> HeaderTemplate:
    """Return what the headers of a call share with those of calls whose own headers have the same names.

    It has no fields if there is nothing to share: framing and cookies are decided for each request.
    """
    headers, given = request_headers(user_agent, call, options, used, 0, own=True), call.headers or {}
    if not _DECIDED.isdisjoint(name.lower() for name in given):
        return HeaderTemplate(used, (), ())
    fields = with_host(encoded(headers), url)
    names = [name for _, name, _ in fields]
    slots = []
    for name in given:
        index = names.index(name.lower().encode("ascii"))
        common = fields[index][2] == b"application/json"
        slots.append((index, name, "application/json" if common else None))
    # The values of others may be secrets.
    kept = {index for index, _, common in slots if common is None}
    blank = [(*field[:2], b"") if index in kept else field for index, field in enumerate(fields)]
    return HeaderTemplate(used, tuple(blank), tuple(slots))


def _filled(template: HeaderTemplate, given: Mapping[str, Any]) -> list[HeaderField]:
    """Return a template's fields with the values of a call. Raises ConfigurationError for one that HTTP forbids."""
    fields = [*template.fields]
    for index, name, common in template.slots:
        value = given[name]
        if type(value) is not str or value != common:
            if type(value) is not str or _PLAIN_VALUE.fullmatch(value) is None:
                value = check_header(name, value if type(value) is str else _text(value, name))
            fields[index] = (*fields[index][:2], value.encode("latin-1"))
    return fields


def body_in_memory(call: Call) -> Any:
    """Return the body of a call without files: bytes if it is in memory, else its source."""
    if call.has_json:
        return encode_json(call.json)
    if call.data is not None:
        return encode_query(call.data).encode("ascii")
    return b"" if call.content is None else replayable_content(call.content)


def plain_request(
    method: str,
    url: httpx.URL,
    headers: Sequence[HeaderField],
    content: bytes,
    extensions: dict[str, Any],
    *,
    chunked: bool = False,
) -> httpx.Request:
    """Build the same request as httpx, at a twentieth of the cost: a test compares the two."""
    fields = [*headers]
    if not chunked and (content or method in _BODY_EXPECTED):
        fields.append((b"content-length", b"content-length", b"%d" % len(content)))
    # Each attribute by itself: a dict for all takes twice as long.
    held = _new(httpx.Headers)
    held._list, held._encoding = fields, None  # noqa: SLF001  # a test compares all names with httpx's
    request = _new(httpx.Request)
    request.method = method
    request.url = url
    request.headers = held
    request.extensions = extensions
    request.stream = httpx.ByteStream(content) if content else _NO_BODY
    request._content = content  # noqa: SLF001  # same
    return request


_NO_BODY = httpx.ByteStream(b"")
_new = object.__new__


def with_host(headers: list[tuple[bytes, bytes]], url: httpx.URL) -> tuple[HeaderField, ...]:
    """Return headers (names in lower case) as httpx keeps them, with the URL's host unless they name one."""
    if not any(name == b"host" for name, _ in headers):
        headers.insert(0, (b"host", url.netloc))
    return tuple((name, name, value) for name, value in headers)


def encoded(headers: Mapping[str, str | None]) -> list[tuple[bytes, bytes]]:
    """Return headers as bytes in ISO 8859-1 (RFC 9110 §5.5; httpx uses ASCII), without those set to None."""
    return [
        (name.encode("ascii"), value.encode("latin-1"))
        for name, value in headers.items()
        if value is not None
    ]


def with_cookies(header: str, cookies: Mapping[str, str]) -> str:
    """Add cookies to a Cookie header (RFC 6265 §4.2), except those whose names it has.

    Raises ConfigurationError for a value that no header can carry.
    """
    held = {pair.partition("=")[0].strip() for pair in header.split(";")}
    pairs = [header] if header else []
    for name, value in cookies.items():
        if name not in held:
            pairs.append(check_header("cookie", f"{name}={value}"))
    return "; ".join(pairs)


def carries(request: httpx.Request, scheme: Scheme, secret: Secret) -> bool:
    """Return whether a request still carries a credential: redirects and hooks may remove it."""
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
    """Return a URL that is safe to show."""
    return mask_text(mask_url(str(url)), secrets)


def loggable(value: Any, secrets: Collection[str], request_ids: Collection[str]) -> Any:
    """Return what a log may show of a value; `request_ids` are headers that it may show."""
    if isinstance(value, httpx.Headers):
        shown = loggable_headers(value, request_ids)
        return {name: mask_text(text, secrets) for name, text in shown.items()}
    return masked_url(value, secrets) if isinstance(value, httpx.URL) else value


def rewind(positions: Positions | None) -> None:
    """Set the files of a body back to their positions."""
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
    """Return a call's headers, names in lower case: its own over the options', and credentials.

    `own` is false if the caller's client makes the request: it adds its own cookies unless a
    header sets them.
    """
    headers: dict[str, str | None] = {
        "accept": call.operation.accept or "application/json, */*;q=0.5",
        "accept-encoding": "gzip, deflate",
        "user-agent": user_agent or "veneer",
        "x-retry-count": str(resend),
        # Headers for the API may be credentials, and an extra parameter breaks a presigned URL.
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
    """Return the schemes of which an operation takes any; none if the caller gives a header,
    parameter or cookie in place of one.
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

    Raises ConfigurationError for one that would split into two.
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
    """Return the whole URL, query included. Raises ConfigurationError for an invalid one."""
    try:
        if call.absolute:
            return httpx.URL(call.target)
        return prepared.url(call.target, call.params, call.operation.path)
    except httpx.InvalidURL:
        raise ConfigurationError(f"{call.operation.id}: the address is not a URL; check base_url") from None
