"""The differences between two lists of servers: addresses and their variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veneer_codegen.contract import pointers

if TYPE_CHECKING:
    from collections.abc import Iterator

Difference = tuple[str, str, str]


def compare(old: Any, new: Any, place: str) -> Iterator[Difference]:
    """Yield the differences between two lists of `servers`, the new one at `place`."""
    before, after = _by_url(old), _by_url(new)
    first, second = list(before), list(after)
    if first[:1] != second[:1] and first and second:
        yield (
            "server-changed",
            pointers.join(place, 0),
            f"the default server changed from {first[0]} to {second[0]}",
        )
    for index, url in enumerate(second):
        if url not in before and (index or not first):
            yield "server-added", pointers.join(place, index), f"server {url} was added"
    for index, url in enumerate(first):
        if url not in after and (index or not second):
            yield "server-removed", pointers.join(place, index), f"server {url} was removed"
    for index, url in enumerate(second):
        if url in before:
            yield from _variables(before[url], after[url], pointers.join(place, index, "variables"))


def _by_url(servers: Any) -> dict[str, dict[str, Any]]:
    """Return the variables of each server by its address, without the final slash."""
    found: dict[str, dict[str, Any]] = {}
    for server in servers if isinstance(servers, list) else ():
        if isinstance(server, dict):
            variables = server.get("variables")
            url = str(server.get("url", "/")).rstrip("/")
            found.setdefault(url, variables if isinstance(variables, dict) else {})
    return found


def _variables(old: dict[str, Any], new: dict[str, Any], place: str) -> Iterator[Difference]:
    for name in sorted(old.keys() - new.keys()):
        yield "server-variable-removed", place, f"the server's variable {name} was removed"
    for name in sorted(new.keys() - old.keys()):
        yield (
            "server-variable-added",
            pointers.join(place, name),
            f"the server has the variable {name} now",
        )
    for name in sorted(old.keys() & new.keys()):
        before, after = (found if isinstance(found, dict) else {} for found in (old[name], new[name]))
        where = pointers.join(place, name)
        if before.get("default") != after.get("default"):
            yield (
                "server-variable-default-changed",
                where,
                f"{name} is {after.get('default')} where it is not said, and was {before.get('default')}",
            )
        was, now = _values(before), _values(after)
        for value in sorted(was - now if now else ()):
            yield "server-variable-value-removed", where, f"{name} cannot be {value} any more"
        for value in sorted(now - was if was else ()):
            yield "server-variable-value-added", where, f"{name} can be {value} now"
        if now and not was:
            yield (
                "server-variable-value-removed",
                where,
                f"{name} can only be one of {', '.join(sorted(now))} now",
            )
        elif was and not now:
            yield "server-variable-value-added", where, f"{name} can be anything now"


def _values(variable: dict[str, Any]) -> set[str]:
    values = variable.get("enum")
    return {str(value) for value in values} if isinstance(values, list) else set()
