"""Build request URLs that lead only where they should: paths, origins, redirects."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from veneer._core.errors import ConfigurationError
from veneer._core.late import pattern

__all__ = [
    "Encoded",
    "RedirectRefusedError",
    "ServerURL",
    "check_base_url",
    "check_path",
    "choose_base_url",
    "expand",
    "fill_server",
    "host_fault",
    "join",
    "operation_server",
    "origin",
    "redirect_target",
    "same_origin",
]

_PORTS = {"http": 80, "https": 443}
_PARAMETER = pattern(r"\{([^{}]*)\}")
# What no request target may hold unencoded: controls, space, backslash (some servers read it as a slash).
_FORBIDDEN = pattern(r"[\x00-\x20\x7f\\]")
_UNENCODABLE = pattern(r"[\x80-\x9f\ud800-\udfff]")
_LONGEST = 8_192
_ENDS_HOST = pattern(r"[/?#@\\\s]")
_ENDS_PATH = pattern(r"[?#\\\s]|(?:\A|/)\.\.?(?:/|\Z)")
_HOST = pattern(r"[A-Za-z0-9._\-]+")
# What makes `check_path` look closer: one of those characters, an empty segment, or one that starts with a dot.
_SUSPECT = re.compile(r"[\x00-\x20\x7f\\]|//|/\Z|/\?|(?:\A|/)(?:\.|%2e)", re.IGNORECASE)


class Encoded(str):
    """Text that is percent-encoded already, and goes into a URL unchanged."""

    __slots__ = ()


class ServerURL(str):
    """The URL of a contract's server, with the values of its variables for operations' own servers."""

    __slots__ = ("variables",)
    variables: Mapping[str, str]


class RedirectRefusedError(ValueError):
    """A redirect that must not be followed; the text is the reason."""


def expand(template: str, parameters: Mapping[str, Any]) -> str:
    """Return a path template filled with percent-encoded values (RFC 3986 §2.1).

    >>> expand("/v1/{id}/x", {"id": "a/b?c"})
    '/v1/a%2Fb%3Fc/x'

    Raises ConfigurationError (a ValueError) for a missing or None value and for values that would
    change the path: empty ones, `.` and `..`, which clients and servers resolve even when they are
    encoded.
    """

    def value(match: re.Match[str]) -> str:
        given = parameters.get(match[1])
        if given is None:
            raise ConfigurationError(f"path parameter {match[1]!r} of {template} needs a value")
        if type(given) is not str:
            from veneer._core.texts import text

            given = text(given, match[1])
        try:
            return quote(given, safe="")
        except UnicodeEncodeError:
            raise ConfigurationError(
                f"path parameter {match[1]!r} of {template} is not Unicode text"
            ) from None

    path = _PARAMETER.sub(value, template)
    check_path(path, template)
    return path


def check_path(path: str, template: str | None = None) -> None:
    """Check that a path has no dot segments, and no empty segments beyond those of its template.

    Raises ConfigurationError; the value itself is not in the message.
    """
    if not _is_suspect(path):
        return
    if _FORBIDDEN.search(path):
        raise ConfigurationError(
            f"the path for {template or 'this request'} has a character that must be percent-encoded"
        )
    segments = path.partition("?")[0].split("/")
    shape = template.split("/") if template is not None else None
    for index, segment in enumerate(segments):
        if segment in {".", ".."} or segment.lower() in {"%2e", "%2e%2e", ".%2e", "%2e."}:
            raise ConfigurationError(
                f"a path parameter of {template or path} is a dot segment: it would retarget the request"
            )
        empty_by_design = index == 0 or (
            shape[index] == "" if shape and index < len(shape) else index == len(segments) - 1
        )
        if segment == "" and not empty_by_design:
            raise ConfigurationError(
                f"a path parameter of {template or path} is empty: it would retarget the request"
            )


def _is_suspect(path: str) -> bool:
    """Return whether `check_path` must look closer: at a forbidden character, an empty segment, or
    one that starts with a dot or an encoded character.

    Tests of substrings take an eighth of a regular expression's time.
    """
    return (
        not path.isprintable()
        or "//" in path
        or "/." in path
        or "/%" in path
        or "/?" in path
        or " " in path
        or "\\" in path
        or path[-1:] == "/"
        or path[:1] in _FIRST
    )


_FIRST = frozenset({".", "%"})


def choose_base_url(
    given: str | None,
    environ: Mapping[str, str],
    variable: str | None,
    default: str | None,
    *,
    argument: str = "base_url",
) -> str:
    """Return the given address, else the environment's, else the default; checked.

    An empty address is not a missing one: a forgotten variable must not
    send a credential to the default server. Raises ConfigurationError that names the argument or
    the variable.
    """
    name, found = argument, given
    if found is None and variable is not None and variable in environ:
        name, found = variable, environ[variable].strip()
    if found is None:
        found = default
    if found is None:
        raise ConfigurationError(f"no {name}: pass the API's address, such as https://api.example.com")
    if isinstance(found, str) and not found.strip():
        raise ConfigurationError(
            f"{name} is empty: give the API's address, such as {default or 'https://api.example.com'}, "
            "or leave it out"
        )
    return check_base_url(found, name)


def fill_server(
    url: str, given: Mapping[str, str | None], variables: Mapping[str, tuple[str, Sequence[str]]]
) -> ServerURL:
    """Return a server's address for its variables, each with its default and allowed values.

    Raises ConfigurationError for a value that the contract does not have.
    """
    values = {}
    for name, (default, allowed) in variables.items():
        value = given.get(name)
        values[name] = default if value is None else str(value)
        if value is not None and allowed and values[name] not in allowed:
            raise ConfigurationError(f"{name} is one of {', '.join(allowed)}, not {values[name]!r}")
        before = url.partition(f"{{{name}}}")[0].partition("://")[2]
        # A value in the host must not end it: `evil.example/` would take the credentials along.
        fault = _ENDS_PATH if "/" in before else _ENDS_HOST
        if value is not None and fault.search(values[name]):
            raise ConfigurationError(f"{name} has a character that would change the server's address")
    made = ServerURL(check_base_url(_PARAMETER.sub(lambda match: values.get(match[1], match[0]), url)))
    made.variables = values
    return made


def operation_server(
    base_url: str, server: str, defaults: Mapping[str, str], values: Mapping[str, str]
) -> str:
    """Return the address of an operation's own server; a relative one is resolved against the base URL.

    Raises ConfigurationError for one that would take the call from https to plain http.
    """
    found = _PARAMETER.sub(lambda match: values.get(match[1], defaults.get(match[1], match[0])), server)
    found = check_base_url(urljoin(f"{base_url}/", found), "the operation's server in the contract")
    if base_url.startswith("https:") and found.startswith("http:") and not is_loopback(found):
        raise ConfigurationError(
            "the operation's server in the contract is plain http, and the client's is https: "
            "choose one with with_options(base_url=…)"
        )
    return found


def check_base_url(url: str, name: str = "base_url") -> str:
    """Return a base URL without its trailing slash.

    Raises ConfigurationError, with `name` for the address, unless it is an absolute http(s) URL
    without user info, query or fragment, whose host can be looked up.
    """
    parts = SplitResult("", "", "", "", "")
    try:
        parts = urlsplit(url)
        good = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except (AttributeError, TypeError, ValueError):  # not text; a bad port or IPv6 address
        good = False
    if (
        not good
        or _FORBIDDEN.search(url)
        or (not url.isascii() and _UNENCODABLE.search(url))
        or len(url) > _LONGEST
    ):
        raise ConfigurationError(
            f"{name} must be an absolute http:// or https:// URL, such as https://api.example.com/v1"
        )
    if "?" in url or "#" in url or "@" in parts.netloc:
        raise ConfigurationError(
            f"{name} must not carry a user name, query or fragment; pass credentials as api_key"
        )
    literal = parts.netloc.startswith("[")
    fault = host_fault(parts.hostname or "", literal=literal)
    if literal and not re.fullmatch(r"\[[^\]]*\](?::\d*)?", parts.netloc):
        fault = "goes on after its bracket"
    if fault is not None:
        raise ConfigurationError(f"{name} cannot be used: its host {fault}")
    return url.rstrip("/")


@functools.lru_cache(256)
def host_fault(host: str, *, literal: bool = False) -> str | None:
    """Return what is wrong with a host, to follow "its host"; None if it can be looked up.

    `literal`: it is in brackets, so it is an IPv6 address (RFC 3986 §3.2.2). Names have the
    lengths of RFC 1035 §2.3.4; underscores are common in private networks.
    """
    numbers = host.split(".")
    if literal or (len(numbers) == 4 and host.isascii() and all(map(str.isdigit, numbers))):
        if "%" in host:
            return "has a zone id, which no request may carry; give the machine a name"
        try:
            ip_address(host)
        except ValueError:
            return "is not an IP address"
        return None
    if not host.isascii():
        import httpx

        try:
            host = httpx.URL(f"http://{host}").raw_host.decode("ascii")
        except (httpx.InvalidURL, UnicodeError):
            return "is not an international domain name (IDNA)"
    if not host:
        return "is empty"
    if not _HOST.fullmatch(host):
        return "has a character that no host name has"
    labels = host.removesuffix(".").split(".")
    if "" in labels:
        return "has an empty label: two dots side by side, or one at its start"
    if max(map(len, labels)) > 63:
        return "has a label of more than 63 characters"
    return "has more than 253 characters" if len(".".join(labels)) > 253 else None


def join(base_url: str, target: str, template: str | None = None) -> str:
    """Join a path, or an absolute URL of the same origin, to the base URL.

    `template` is the contract's path, by which a path may have empty segments. Raises
    ConfigurationError for another origin: the client's credentials must not go there.
    """
    if target.startswith("/") and (not target.startswith("//") or (template or "").startswith("//")):
        check_path(target, template)
        return base_url + target
    try:
        parts = urlsplit(target)
    except ValueError as error:
        raise ConfigurationError(f"not an address: {error}") from None
    if parts.scheme or parts.netloc or target.startswith(("//", "\\")):
        if not parts.netloc or not same_origin(base_url, target):
            raise ConfigurationError(
                "an absolute URL to another origin is refused; use a client with that base_url"
            )
        check_path(parts.path)
        return target
    check_path(target)
    return f"{base_url}/{target}"


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a URL (RFC 6454 §4), default ports filled in."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme)


def same_origin(one: str, other: str) -> bool:
    """Return whether two URLs share scheme, host and port; a URL with user info never does."""
    try:
        return "@" not in urlsplit(other).netloc and origin(one) == origin(other)
    except ValueError:
        return False


def is_loopback(url: str) -> bool:
    """Return whether a URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def redirect_target(url: str, location: str | None) -> str:
    """Resolve a redirect's Location. Raises RedirectRefusedError where it must not be followed."""
    if not location or location.strip() == "":
        raise RedirectRefusedError("it has no Location")
    try:
        target = urljoin(url, location.strip())
        scheme, host, _ = origin(target)
    except ValueError:
        raise RedirectRefusedError("its Location is not an address") from None
    if scheme not in _PORTS:
        raise RedirectRefusedError("its Location is not an http(s) address")
    if not host or _FORBIDDEN.search(target):
        raise RedirectRefusedError("its Location is not an address")
    if urlsplit(url).scheme == "https" and scheme == "http":
        raise RedirectRefusedError("it leads from https to plain http")
    return target
