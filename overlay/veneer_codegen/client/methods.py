"""Write the methods of a planned client as data for tools such as the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from veneer_codegen.client.plan import ClientPlan, Method, Namespace

__all__ = ["NAME", "dump"]

NAME: Final = "methods.json"
"""The name of the file beside `api.toml`."""


def dump(plan: ClientPlan) -> str:
    """Return the file's text: a list of namespaces ("" is the client itself) with their methods.

    Each method has a line with its `name` and `kind`, the `operation` ("GET /pets"), the `module`
    below `api` that sends it, the contract's `summary`, the names of its `positional` arguments,
    and `unwrap`, the member of the response that is its result. `asks` is the member of the body
    that requests a stream, which callers do not pass. Empty values are left out. Older names and
    polling methods are not listed.
    """
    spaces = [_namespace(space) for space in (plan.own, *plan.namespaces) if space.methods]
    return "[\n" + ",\n".join(spaces) + "\n]\n"


def _namespace(space: Namespace) -> str:
    methods = [
        json.dumps(_method(one), ensure_ascii=False)
        for one in space.methods
        if not one.now and one.kind != "wait"
    ]
    head = json.dumps({"name": space.attribute, "words": space.words}, ensure_ascii=False)
    return f'{head[:-1]}, "methods": [\n ' + ",\n ".join(methods) + "\n]}"


def _method(method: Method) -> dict[str, Any]:
    whole = method.body is not None and not method.body.members
    first = method.arguments[: method.positional]
    facts = {
        "name": method.name,
        "kind": method.kind,
        "operation": method.http,
        "module": f"{method.tag}.{method.endpoint}",
        "summary": method.summary,
        "positional": [one.wire for one in first if one.place != "body" or not whole],
        "unwrap": method.unwrap,
        "asks": method.streams[0],
    }
    return {key: value for key, value in facts.items() if value}
