"""Write the methods of a planned client as data, for tools that offer them at run time: the command line and others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from veneer_codegen.client.plan import ClientPlan, Method, Namespace

__all__ = ["NAME", "dump"]

NAME: Final = "methods.json"
"""The file's name, beside `api.toml`."""


def dump(plan: ClientPlan) -> str:
    """Return what the file holds: a list of namespaces ("" is the client itself) with their methods, one a line.

    Of a method there is its `name` and `kind`, the `operation` ("GET /pets"), the `module` below `api` that sends it,
    the contract's `summary`, the names of its `positional` arguments, and `unwrap`, the member of the answer that is its
    result; `asks` is the member of the body by which a stream is asked for, which a caller does not give. What is empty is
    left out. Older names and methods that poll are no operations of their own: they are not there.
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
