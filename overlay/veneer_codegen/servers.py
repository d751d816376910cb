"""Read the servers of a contract, of a path or of an operation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ServerAddress", "Variable", "first_server"]


@dataclass(frozen=True)
class Variable:
    """A variable of a server's address: its default, its values (empty: any), its description."""

    default: str
    allowed: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class ServerAddress:
    """A server's address, with variables in braces.

    `fault` is the reason that it cannot be used.
    """

    url: str
    variables: Mapping[str, Variable]
    fault: str = ""

    @property
    def filled(self) -> str:
        """The address with the defaults of its variables."""
        return re.sub(r"{([^{}]+)}", lambda match: self.variables[match[1]].default, self.url)


def first_server(nodes: Any, address: str = "") -> ServerAddress | None:
    """Return the first server of a list; None if there is none.

    Its fault is in the result. A relative server starts at `address`, the document's (OpenAPI,
    "Server Object").
    """
    node = next(iter(nodes), None) if isinstance(nodes, list) else None
    if not isinstance(node, dict):
        return None
    if not isinstance(node.get("url", "/"), str):
        return ServerAddress("", {}, "the url of its server is not text")
    url = node.get("url") or "/"
    if address and "://" not in url.partition("{")[0] and not url.startswith("{"):
        url = urljoin(address, url)
    declared = node.get("variables")
    variables = {
        str(name): Variable(
            str(one["default"]),
            tuple(map(str, one["enum"])) if isinstance(one.get("enum"), list) else (),
            " ".join(str(one.get("description") or "").split()),
        )
        for name, one in (declared.items() if isinstance(declared, dict) else ())
        if isinstance(one, dict) and one.get("default") is not None
    }
    used = dict.fromkeys(re.findall(r"{([^{}]+)}", url))
    missing = [name for name in used if name not in variables]
    server = ServerAddress(url, {name: variables[name] for name in used if name in variables})
    if missing:
        return replace(server, fault=f"its variable {missing[0]} has no default")
    if urlsplit(server.filled).scheme not in {"", "http", "https"}:
        return replace(server, fault=f"{server.filled} is not an HTTP address")
    return server
