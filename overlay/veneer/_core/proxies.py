"""Choose a URL's proxy: which environment variable counts, and which hosts are reached without one.

The variables are read as httpx and urllib read them: the lower-case name wins, and means "none"
if it is empty; HTTP_PROXY is not read in a CGI program, where a request's `Proxy` header sets it
(https://httpoxy.org). NO_PROXY is read as curl reads it (CURLOPT_NOPROXY), and may also name a
port, as in urllib.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import unquote

from veneer._core.errors import ConfigurationError
from veneer._core.urls import host_fault

__all__ = ["Proxy", "given_proxy", "proxy_for"]

_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_EXAMPLE = "write it as http://host:port or http://user:password@host:port"


class Proxy(NamedTuple):
    """A proxy and the source of its name: `proxy=`, or an environment variable."""

    scheme: str
    host: str
    port: int
    auth: tuple[str, str] | None
    source: str

    @property
    def place(self) -> str:
        """The host and port, as a message names them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address, without user name and password."""
        return f"{self.scheme}://{self.place}"

    def __repr__(self) -> str:
        auth = "***@" if self.auth is not None else ""
        return f"Proxy('{self.scheme}://{auth}{self.place}', source={self.source!r})"


def proxy_for(variables: Mapping[str, str], scheme: str, host: str, port: int) -> Proxy | None:
    """Return the proxy for an origin; None if it is reached directly.

    Raises ConfigurationError, which names the variable, for a value that is not a proxy.
    """
    for name in (f"{scheme}_proxy", "all_proxy"):
        source = _set(variables, name)
        if source is not None:
            if _bypassed(variables, host, port):
                return None
            return given_proxy(variables[source], source)
    return None


def _set(variables: Mapping[str, str], name: str) -> str | None:
    """Return the name under which a variable is set, in lower or in upper case."""
    upper = name.upper()
    if name not in variables and not (upper == "HTTP_PROXY" and "REQUEST_METHOD" in variables):
        name = upper
    return name if variables.get(name, "").strip() else None


def given_proxy(text: str, source: str) -> Proxy:
    """Read a proxy's address; without a scheme it is an HTTP proxy.

    Raises ConfigurationError, which names the source and never quotes the text: it may hold a
    password.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _refused(source, "it is not Unicode text") from None
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        scheme, rest = "http", scheme
    scheme = scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        known = ", ".join(f"{name}://" for name in _DEFAULT_PORTS)
        hint = "; socks:// could be version 4 or 5" if scheme == "socks" else ""
        raise _refused(source, f"its scheme is not one of {known}{hint}")
    authority, *beyond = re.split(r"[/?#]", rest, maxsplit=1)
    if beyond and "@" in beyond[0]:
        raise _refused(source, "/, ? and # in a user name or password must be percent-encoded")
    userinfo, at, location = authority.rpartition("@")
    match = re.fullmatch(r"(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?", location)
    if match is None:
        raise _refused(source, "its host and port cannot be read")
    host = match[1] if match[1] is not None else match[2]
    fault = host_fault(host, literal=match[1] is not None)
    if fault is not None:
        raise _refused(source, f"its host {fault}")
    port = int(match[3]) if match[3] else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65_536:
        raise _refused(source, "its port is not between 1 and 65535")
    name, _, password = userinfo.partition(":")
    auth = (unquote(name), unquote(password)) if at else None
    return Proxy(scheme, host, port, auth, source)


def _refused(source: str, why: str) -> ConfigurationError:
    return ConfigurationError(f"{source} does not name a proxy: {why}; {_EXAMPLE}")


def _bypassed(variables: Mapping[str, str], host: str, port: int) -> bool:
    source = _set(variables, "no_proxy")
    if source is None:
        return False
    host = host.strip("[]").partition("%")[0].rstrip(".").lower()
    address = _address(host)
    entries = re.split(r"[\s,]+", variables[source].lower())
    return any(_covers(entry, host, address, port) for entry in entries if entry)


def _covers(entry: str, host: str, address: IPv4Address | IPv6Address | None, port: int) -> bool:
    """Return whether an entry of NO_PROXY covers an origin."""
    if entry == "*":
        return True
    name, entry_port = _without_port(entry)
    if entry_port and entry_port != str(port):
        return False
    if address is not None:
        network = _network(name)
        return network is not None and address.version == network.version and address in network
    name = _ascii(name.strip("."))
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _without_port(entry: str) -> tuple[str, str]:
    """Split an entry into its name, address or network, and its port."""
    if entry.startswith("["):
        inside, _, rest = entry[1:].partition("]")
        return (inside + rest, "") if rest.startswith("/") else (inside, rest.removeprefix(":"))
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, port
    return entry, ""


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(host)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _network(text: str) -> IPv4Network | IPv6Network | None:
    """Read an address or a network; its address may have bits beyond the mask."""
    with contextlib.suppress(ValueError):
        return ip_network(text.partition("%")[0] if "/" not in text else text, strict=False)
    return None


def _ascii(name: str) -> str:
    """Return an international name as in a URL."""
    if name.isascii():
        return name
    with contextlib.suppress(UnicodeError):
        return name.encode("idna").decode("ascii")
    return ""
