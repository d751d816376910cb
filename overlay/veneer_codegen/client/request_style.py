"""The rules of style "request", in which Speakeasy's generator differs from keyword arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from veneer.speakeasy import PAGE_OPTIONS
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["RETRIES", "TAKEN", "Named", "names", "nothing_required", "options", "servers"]

RETRIES: Final = "retries: Retries = None"
TAKEN: Final = {"request", "retries", "options", *PAGE_OPTIONS}
"""Reserved names that no parameter of an operation can have."""


def options(kind: str) -> str:
    """Return the further keywords of a method."""
    return f"**options: Unpack[{'PageCallOptions' if kind == 'iter' else 'CallOptions'}]"


def nothing_required(name: str, expression: str) -> str:
    """Return the source of a request without required members, which is empty by default."""
    return expression.replace(f", {name})", f", {{}} if {name} is None else {name})")


class Named(NamedTuple):
    """The parts of an operation's names: function, request type, result and class."""

    function: str
    request: str
    result: str
    view: str


def names(
    package: str,
    operations: Iterable[Named],
    params: Collection[str],
    classes: Collection[str],
    aliases: Mapping[str, str],
) -> tuple[tuple[str, str, str], ...]:
    """Return Speakeasy's names of requests and responses, each with its module and name here.

    `CacheGetRequestBody` and `CacheGetRequestBodyTypedDict` are the request of `cache_get`,
    `CacheGetResponseBody` is its result, and `ChatMessageTypedDict` is the model's typed
    dictionary. A name that the contract has is the contract's.
    """
    here, models = f"{package}.client.params", f"{package}.models"
    found = {name: (models, name) for name in classes} | {
        f"{name}Param": (here, f"{name}Param") for name in params
    }
    further = {f"{name}TypedDict": found[f"{name}Param"] for name in params}
    for one in operations:
        title = "".join(part[:1].upper() + part[1:] for part in one.function.split("_"))
        for taken in one.request.split(" | "):
            if taken in found and taken not in classes:
                further |= {f"{title}RequestBody{end}": found[taken] for end in ("", "TypedDict")}
        home, _, last = one.view.rpartition(".")
        if home or one.result in classes:
            further[f"{title}ResponseBody"] = (home, last) if home else found[one.result]
    for name, target in aliases.items():
        further[name] = _home(target, found)
    known = {name: home for name, home in found.items() if name not in classes}
    whole = {**further, **known}
    return tuple((name, *home) for name, home in sorted(whole.items()) if name not in classes)


def _home(target: str, found: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    module, _, last = target.rpartition(".")
    if not module and target not in found:
        raise ContractError(f"the facade names {target!r}, which is neither a model nor a typed dictionary")
    return (module, last) if module else found[target]


def servers(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the absolute addresses of a contract's servers, with default variables."""
    found = []
    for server in document.get("servers") or ():
        if not isinstance(server, dict):
            continue
        url = str(server.get("url") or "")
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str((variable or {}).get("default", "")))
        if "://" in url:
            found.append(url)
    return tuple(found)
