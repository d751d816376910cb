"""Read the `x-speakeasy-…` extensions of a contract: names of methods, pagination, retries.

The reference is https://www.speakeasy.com/docs/speakeasy-reference/extensions. An extension without
a counterpart becomes a note with its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from veneer._core.retry import RetryPolicy
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import Found, find_operations, media_type, parameters_of
from veneer_codegen.normalise.names import class_name, identifier, tag_identifier
from veneer_codegen.scaffold.infer_extensions import paging_of, recognised
from veneer_codegen.scaffold.migration import (
    Migration,
    client_name,
    completed,
    millis,
    snake_name,
    timeouts,
    vendor_extensions,
)

__all__ = ["settings", "take"]

_PREFIX: Final = "x-speakeasy-"
_TERRAFORM: Final = "of Terraform: nothing to do here"
_NOTES: Final = {
    "match": _TERRAFORM,
    "conflicts-with": _TERRAFORM,
    "required-with": _TERRAFORM,
    "soft-delete-property": _TERRAFORM,
    "wrapped-attribute": _TERRAFORM,
    "xor-with": _TERRAFORM,
    "enums": "enum values are literals here, which need no names",
    "enum-descriptions": "enum values are literals here, which have no docstrings",
    "enum-format": "enum values are literals here",
    "usage-example": "the README's examples are made from the contract",
    "example": "the README's examples are made from the contract",
    "docs": "docstrings have the contract's descriptions",
    "deprecation-message": "deprecated methods are marked; the message is not shown",
    "deprecation-replacement": "deprecated methods are marked; the replacement is not shown",
    "type-override": "the schema is the contract's: correct it in the patch",
    "mcp": "concerns the MCP server, not the client",
    "globals-hidden": "the parameter stays an argument",
    "max-method-params": 'every argument is separate; `style = "request"` of the facade makes them one object',
    "timeout": "of one operation: `client.with_options(timeouts=…)`",
}
"""The notes on extensions that are not read, by name without the prefix."""
_OF_TERRAFORM: Final = ("entity", "param-", "plan-", "terraform")
_PLAIN: Final = r"\$?(?:\.?[\w-]+(?:\.[\w-]+)*)?"
"""A JSONPath that is a dotted path (`$.data.items`), or the root."""
_LAST_ROW: Final = r"\[(?:-1:?|\(@\.length ?- ?1\))\]\.([\w.-]+)"
"""The end of a JSONPath to a member of the last row."""


def take(content: Mapping[str, Any]) -> Migration:
    """Return the migration of a contract's Speakeasy extensions; empty if it has none."""
    migration = Migration()
    said = {(place, name): value for place, name, value in vendor_extensions(content, _PREFIX)}
    if said:
        _Reader(content, migration, said).take()
    return migration


def settings(config: Mapping[str, Any], source: str, migration: Migration) -> None:
    """Add `gen.yaml`'s settings: the client's class, and environment variables' prefix."""
    migration.source = source
    generation, python = (_table(config.get(key)) for key in ("generation", "python"))
    if isinstance(name := generation.get("sdkClassName"), str) and name:
        migration.called = client_name(name)
    if isinstance(prefix := python.get("envVarPrefix"), str) and prefix:
        start = snake_name(prefix).upper()
        migration.env_base_url = f"{start}_SERVER_URL"
        migration.note(
            f"python.envVarPrefix: {start}", "the environment variable of a credential is the project's"
        )
    for place, node, read in (
        ("generation", generation, {"sdkClassName"}),
        ("python", python, {"envVarPrefix"}),
    ):
        for key in node:
            if key not in read:
                migration.note(f"{place}.{key}", "concerns Speakeasy's own generator")
    for key in config:
        if key not in {"configVersion", "generation", "python"}:
            migration.note(str(key), "concerns Speakeasy's own generator, or other languages")


def _table(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


class _Reader:
    """The extensions of one contract.

    Those that are read are removed from `said`; the rest become notes.
    """

    def __init__(
        self, content: Mapping[str, Any], migration: Migration, said: dict[tuple[str, str], Any]
    ) -> None:
        self._content, self._migration, self._said = content, migration, said

    def take(self) -> None:
        """Read all extensions."""
        inferred = {
            (one.method, one.path): one.facts
            for one in recognised(self._content)
            if one.extension == "x-veneer-stream"
        }
        root = self._names()
        for found in find_operations(self._content):
            self._method(found, root)
            self._pages(found)
            self._sentinel(found, dict(inferred.get((found.method, found.path), {})))
        self._root()
        self._schemas()
        for (place, name), value in sorted(self._said.items(), key=lambda item: item[0]):
            why = _NOTES.get(name, _TERRAFORM if name.startswith(_OF_TERRAFORM) else "no counterpart")
            if name == "unknown-values" and value == "allow":
                continue  # unknown values are kept anyway
            if name == "errors" and _only_failures(value):
                continue  # these are errors anyway
            if name in {"unknown-values", "errors"}:
                why = "values and statuses are read by the contract; see `strict=`"
            self._migration.note(f"{_PREFIX}{name} at {place}", why)

    def _pop(self, place: str, name: str) -> Any:
        return self._said.pop((place, name), None)

    # -- names -------------------------------------------------------------------------------------------------------

    def _names(self) -> list[tuple[str, str]]:
        """Return the patterns of operationIds and their method names, from the contract's root."""
        listed = self._pop("#", "name-override")
        rules = [one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, Mapping)]
        found = [(str(one.get("operationId", "")), str(one.get("methodNameOverride", ""))) for one in rules]
        return [(pattern, name) for pattern, name in found if pattern and name]

    def _method(self, found: Found, root: list[tuple[str, str]]) -> None:
        """Read the namespace and name of a method, its arguments' names, or its omission."""
        request = f"{found.method.upper()} {found.path}"
        if self._pop(found.place, "ignore") is True:
            self._migration.without.append(request)
            return
        group, name = self._pop(found.place, "group"), self._pop(found.place, "name-override")
        operation_id = str(found.node.get("operationId") or "")
        if not isinstance(name, str):
            name = next((to for pattern, to in root if _fits(pattern, operation_id)), "")
        rename = {
            identifier(str(parameter.get("name"))): snake_name(str(to))
            for parameter in parameters_of(self._content, found)
            if (to := parameter.get(f"{_PREFIX}name-override"))
        }
        entry: dict[str, Any] = {"reason": f"the contract's {_PREFIX}group and {_PREFIX}name-override"}
        if group or name:
            tags = found.node.get("tags")
            tag = str(tags[0]) if isinstance(tags, list) and tags else ""
            home = ".".join(snake_name(part) for part in str(group).split(".") if part) if group else ""
            home = home or (tag_identifier(tag) if tag else "")
            own = snake_name(name) if name else ""
            entry["name"] = f"{home}.{own}" if home else own
        if rename:
            entry["rename"] = rename
        if len(entry) > 1:
            self._migration.methods[request] = entry

    def _schemas(self) -> None:
        """Read the names of schemas, and drop those of parameters, which were read."""
        schemas = (self._content.get("components") or {}).get("schemas") or {}
        taken = {class_name(key) for key in schemas}
        for place, name in list(self._said):
            if name != "name-override":
                continue
            keys = pointers.split(place)
            if keys[:2] == ["components", "schemas"] and len(keys) == 3:
                wanted = class_name(str(self._pop(place, name)))
                if wanted in taken:
                    self._migration.note(
                        f"{_PREFIX}{name} at {place}", f"{wanted} is another schema's name too"
                    )
                else:
                    taken.add(wanted)
                    self._migration.names[keys[2]] = wanted
            elif "parameters" in keys[:-1]:
                self._pop(place, name)

    # -- pages and streams -------------------------------------------------------------------------------------------

    def _pages(self, found: Found) -> None:
        said = self._pop(found.place, "pagination")
        if not isinstance(said, Mapping):
            return
        place = f"{_PREFIX}pagination at {found.place}"
        inputs = [one for one in said.get("inputs") or () if isinstance(one, Mapping)]
        outputs = said.get("outputs")
        outputs = outputs if isinstance(outputs, Mapping) else {}
        sent = {str(one.get("type")): str(one.get("name", "")) for one in inputs}
        style = {"cursor": "cursor", "url": "next_url"}.get(str(said.get("type")))
        style = style or ("offset" if "offset" in sent else "page")
        facts: dict[str, Any] = {"style": style}
        if any(one.get("in") == "requestBody" for one in inputs):
            facts["in"] = "body"
        facts |= {key: sent[key] for key in ("limit", "offset", "page", "cursor") if key in sent}
        fields = {"results": "items", "numPages": "last_page", "nextCursor": "next_cursor", "nextUrl": "next"}
        for key, field in fields.items():
            path = str(outputs.get(key, ""))
            row = re.fullmatch(re.escape(str(outputs.get("results"))) + _LAST_ROW, path)
            if key == "nextCursor" and row:
                facts["next_row"] = row[1]
            elif path and re.fullmatch(_PLAIN, path):
                facts[field] = path.removeprefix("$").removeprefix(".")
            elif path:
                self._migration.note(
                    f"{place} ({key})", f"{path} is not a plain path: write it into the patch"
                )
        for key in outputs.keys() - fields.keys():
            self._migration.note(f"{place} ({key})", "no counterpart")
        whole = completed(facts, paging_of(self._content, found) or {})
        self._migration.extend(
            found.method,
            found.path,
            "x-veneer-pagination",
            whole,
            f"The contract's {_PREFIX}pagination.",
            place,
        )

    def _sentinel(self, found: Found, facts: dict[str, Any]) -> None:
        for status, response in (found.node.get("responses") or {}).items():
            content = pointers.follow(self._content, response).get("content")
            for kind, media in (content if isinstance(content, Mapping) else {}).items():
                mark = media.get(f"{_PREFIX}sse-sentinel") if isinstance(media, Mapping) else None
                if not isinstance(mark, str) or media_type(str(kind)) != "text/event-stream":
                    continue
                self._pop(
                    pointers.join(found.place, "responses", str(status), "content", str(kind)), "sse-sentinel"
                )
                facts["terminator"] = mark
                why = f"The contract's {_PREFIX}sse-sentinel."
                self._migration.extend(found.method, found.path, "x-veneer-stream", facts, why, found.place)

    # -- the client ----------------------------------------------------------------------------------------------------

    def _root(self) -> None:
        if isinstance(retries := self._pop("#", "retries"), Mapping):
            self._retries(retries)
        if (given := timeouts(self._said.get(("#", "timeout")))) is not None:
            self._pop("#", "timeout")
            self._migration.platform["timeouts"] = given
        for place, name in list(self._said):
            if name == "retries":
                self._pop(place, name)
                why = "of one operation: `client.with_options(retry=veneer.RetryPolicy(…))`"
                self._migration.note(f"{_PREFIX}retries at {place}", why)
        globals_ = self._pop("#", "globals")
        listed = globals_.get("parameters") if isinstance(globals_, Mapping) else None
        for one in listed if isinstance(listed, list) else ():
            node = pointers.follow(self._content, one)
            how = {"header": "headers", "query": "query"}.get(str(node.get("in")))
            given = (
                f"pass it once, as `{how}={{{node.get('name')!r}: …}}`"
                if how
                else "remains an argument of every method"
            )
            self._migration.note(f"{_PREFIX}globals: {node.get('name')}", given)
        named = {}
        for number, server in enumerate(self._content.get("servers") or ()):
            if isinstance(one := self._pop(f"#/servers/{number}", "server-id"), str) and isinstance(
                server, Mapping
            ):
                named[one] = str(server.get("url", ""))
        if len(named) > 1:
            self._migration.environments = named
            why = "choose another server by address: `base_url=ENVIRONMENTS[…]` in place of `server=`"
            self._migration.note(f"{_PREFIX}server-id", why)

    def _retries(self, said: Mapping[str, Any]) -> None:
        """Read the retry policy of the whole client. Speakeasy's retries until its time is up."""
        if said.get("strategy") != "backoff":
            self._migration.platform["retry"] = "veneer.RetryPolicy(max_retries=0)"
            return
        backoff = said.get("backoff")
        backoff = backoff if isinstance(backoff, Mapping) else {}
        given = {"max_retries": "1_000"}
        for key, field in (
            ("initialInterval", "base"),
            ("maxInterval", "cap"),
            ("maxElapsedTime", "max_elapsed"),
        ):
            if (seconds := millis(backoff.get(key))) is not None:
                given[field] = repr(seconds)
        exponent = backoff.get("exponent")
        if isinstance(exponent, int | float) and exponent >= 1:
            given["factor"] = repr(exponent)
        statuses: set[int] = set()
        for one in said.get("statusCodes") or ():
            if match := re.fullmatch(r"([45])(\d\d|XX)", str(one).upper()):
                start = int(match[1]) * 100
                statuses |= {*range(start, start + 100)} if match[2] == "XX" else {int(str(one))}
        usual = RetryPolicy().statuses
        if statuses:
            given["statuses"] = f"frozenset({sorted(statuses & usual)!r})"
        if "retryConnectionErrors" in said:
            given["connection_errors"] = repr(bool(said["retryConnectionErrors"]))
        made = ", ".join(f"{name}={value}" for name, value in given.items())
        self._migration.platform["retry"] = f"veneer.RetryPolicy({made})"


def _fits(pattern: str, operation_id: str) -> bool:
    try:
        return re.match(pattern, operation_id) is not None
    except re.error:
        return pattern == operation_id


def _only_failures(value: Any) -> bool:
    listed = value.get("statusCodes") if isinstance(value, Mapping) else None
    return isinstance(listed, list) and all(str(one)[:1] in {"4", "5"} for one in listed)
