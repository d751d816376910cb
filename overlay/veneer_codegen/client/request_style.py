"""The rules of style "request": what Speakeasy's generator does otherwise than the rules of keyword arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from veneer.speakeasy import PAGE_OPTIONS
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["RETRIES", "TAKEN", "Named", "names", "nothing_required", "options", "servers"]

RETRIES: Final = "retries: Retries = None"
TAKEN: Final = {"request", "retries", "options", *PAGE_OPTIONS}
"""Names of arguments that no parameter of an operation can have."""


def options(kind: str) -> str:
    """Return the further keywords of a method."""
    return f"**options: Unpack[{'PageCallOptions' if kind == 'iter' else 'CallOptions'}]"


def nothing_required(name: str, expression: str) -> str:
    """Return the request of an operation that needs one of which nothing must be given: without one, it is empty."""
    return expression.replace(f", {name})", f", {{}} if {name} is None else {name})")


class Named(NamedTuple):
    """What an operation's names are made of: its function, what its request is annotated with, its result, and that result's own class."""

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
    """Return the names by which Speakeasy's packages know requests and answers, each with its module and its name there.

    `CacheGetRequestBody`, and `…TypedDict`, is what `cache_get` takes as its request, `CacheGetResponseBody` what it returns;
    `ChatMessageTypedDict` stands for the model. A name that the contract has is the contract's.
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
        raise ContractError(f"the facade names {target!r}, which is no model and no typed dictionary")
    return (module, last) if module else found[target]


def servers(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the addresses of a contract's servers, variables by their defaults; relative ones left out."""
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
