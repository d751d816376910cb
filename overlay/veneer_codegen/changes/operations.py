"""The comparison of one operation: its parameters, bodies, responses, security and servers."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Protocol

from veneer_codegen.changes import servers
from veneer_codegen.changes.schemas import best_name
from veneer_codegen.changes.shapes import Contents, Node, Shape, shape, signature
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import Found, media_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from veneer_codegen.changes.kinds import Direction

_EXTENSIONS: Final = ("x-veneer-safe", "x-veneer-idempotency", "x-veneer-stream", "x-veneer-pagination")
_STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_SCALARS: Final = frozenset({"string", "number", "integer", "boolean", "null"})


class Changes(Protocol):
    """The record of changes between two documents."""

    old: Contents
    new: Contents

    def add(
        self, kind: str, place: str, message: str, *, direction: Direction = "", operation: str = ""
    ) -> None:
        """Record a change."""

    def schema(self, before: Node, after: Node, direction: Direction, operation: str) -> None:
        """Compare two schemas and everything below them."""


class Operation:
    """The comparison of one operation.

    For an `event`, which the server sends, the directions swap.
    """

    def __init__(self, found: Changes, before: Found, after: Found, title: str, *, event: bool) -> None:
        self._found = found
        self._old, self._new = found.old.content, found.new.content
        self._before, self._after = before, after
        self._title, self._event = title, event
        self._sent: Direction = "received" if event else "request"
        self._read: Direction = "answered" if event else "response"

    def _add(self, kind: str, place: str, message: str, direction: Direction = "") -> None:
        self._found.add(kind, place, message, direction=direction, operation=self._title)

    def _schema(self, before: Node, after: Node, direction: Direction) -> None:
        self._found.schema(before, after, direction, self._title)

    def compare(self) -> None:
        """Compare everything of the operation."""
        self._itself()
        self._parameters()
        self._body()
        self._responses()
        if not self._event:
            self._security()
            self._servers()

    def _itself(self) -> None:
        before, after, place = self._before, self._after, self._after.place
        ids = before.node.get("operationId"), after.node.get("operationId")
        was, now = (f"{found.method.upper()} {found.path}" for found in (before, after))
        if (
            was != now and re.sub(r"{[^{}]*}", "{}", before.path) != re.sub(r"{[^{}]*}", "{}", after.path)
        ) or before.method != after.method:
            self._add("operation-moved", place, f"{ids[1]} moved from {was} to {now}")
        if not self._event:
            self._names(str(ids[0] or ""), str(ids[1] or ""))
        deprecated = [operation.node.get("deprecated") is True for operation in (before, after)]
        if deprecated[0] != deprecated[1]:
            self._add(
                "operation-deprecated" if deprecated[1] else "operation-revived",
                place,
                "is deprecated now" if deprecated[1] else "is no longer deprecated",
            )
        for key in _EXTENSIONS:
            if before.node.get(key) != after.node.get(key):
                self._add(
                    "extension-changed",
                    pointers.join(place, key),
                    f"{key} changed from {before.node.get(key)!r} to {after.node.get(key)!r}",
                )

    def _names(self, was: str, now: str) -> None:
        """Compare the names that an operation's module and function are made of."""
        place = self._after.place
        if was and was != now:
            self._add(
                "operation-renamed",
                pointers.join(place, "operationId"),
                f"renamed from {was} to {now or 'a name made of its path'}",
            )
        tags = [
            str((as_list(found.node.get("tags")) or ["default"])[0]) for found in (self._before, self._after)
        ]
        if tags[0] != tags[1]:
            self._add(
                "operation-tag-changed",
                pointers.join(place, "tags"),
                f"moved from tag {tags[0]} to {tags[1]}: its module moves",
            )

    def _servers(self) -> None:
        """Compare the servers of an operation, if it or its path has its own."""
        own = [
            _own_servers(document, operation)
            for document, operation in ((self._old, self._before), (self._new, self._after))
        ]
        if own == [None, None]:
            return
        (old, _), (new, place) = (
            found or (document.get("servers"), "#/servers")
            for found, document in zip(own, (self._old, self._new), strict=True)
        )
        if None in own:  # other servers instead of the document's: one change for all of them
            old, new = as_list(old)[:1], as_list(new)[:1]
        for difference in servers.compare(old or [{}], new or [{}], place):
            self._add(*difference)

    # Parameters

    def _parameters(self) -> None:
        old = {
            _key(parameter): (place, parameter) for place, parameter in _parameters(self._old, self._before)
        }
        new = {
            _key(parameter): (place, parameter) for place, parameter in _parameters(self._new, self._after)
        }
        renamed = self._renamed_parameters(old, new)
        for key, (place, parameter) in old.items():
            if key in new:
                self._parameter(parameter, place, *reversed(new[key]))
            elif key not in renamed:
                moved = next((other for other in new if other[0] == key[0] and other not in old), None)
                if moved:
                    self._add(
                        "parameter-moved",
                        new[moved][0],
                        f"parameter {parameter['name']} moved from {key[1]} to {moved[1]}",
                        self._sent,
                    )
                    new = {other: value for other, value in new.items() if other != moved}
                else:
                    self._add(
                        "parameter-removed",
                        place,
                        f"{key[1]} parameter {parameter['name']} was removed",
                        self._sent,
                    )
        for key, (place, parameter) in new.items():
            if key not in old and key not in renamed.values():
                required = parameter.get("required") is True
                self._add(
                    "parameter-added-required" if required else "parameter-added",
                    place,
                    f"{'required' if required else 'optional'} {key[1]} parameter {parameter['name']} was added",
                    self._sent,
                )

    def _renamed_parameters(self, old: dict[Any, Any], new: dict[Any, Any]) -> dict[Any, Any]:
        """Recognise renamed parameters: path variables by position, others by schema."""
        renamed: dict[Any, Any] = {}
        variables = [re.findall(r"{([^{}]*)}", operation.path) for operation in (self._before, self._after)]
        for first, second in zip(*variables, strict=False):
            if first != second and (first, "path") in old and (second, "path") in new:
                renamed[first, "path"] = (second, "path")
                self._add(
                    "path-parameter-renamed",
                    new[second, "path"][0],
                    f"path parameter {first} is called {second} now: arguments by name break",
                    self._sent,
                )
                self._parameter(old[first, "path"][1], old[first, "path"][0], *reversed(new[second, "path"]))
        gone = [key for key in old if key not in new and key not in renamed]
        come = [key for key in new if key not in old and key not in renamed.values()]
        for key in gone:
            twins = [
                other for other in come
                if other[1] == key[1] and other[0] != key[0]
                and _parameter_signature(self._found.old, *old[key]) == _parameter_signature(self._found.new, *new[other])
            ]  # fmt: skip
            best = best_name(key[0], [other[0] for other in twins], alone=len(gone) == len(come) == 1)
            if best is not None:
                renamed[key] = (best, key[1])
                come.remove((best, key[1]))
                self._add(
                    "parameter-renamed",
                    new[best, key[1]][0],
                    f"{key[1]} parameter renamed from {key[0]} to {best}",
                    self._sent,
                )
        return renamed

    def _parameter(self, before: dict[str, Any], old_place: str, after: dict[str, Any], place: str) -> None:
        name, location = after["name"], after.get("in", "")
        what = f"{location} parameter {name}"
        required = [parameter.get("required") is True or location == "path" for parameter in (before, after)]
        if required[0] != required[1]:
            self._add(
                "parameter-now-required" if required[1] else "parameter-now-optional",
                place,
                f"{what} is {'required' if required[1] else 'optional'} now",
                self._sent,
            )
        deprecated = [parameter.get("deprecated") is True for parameter in (before, after)]
        if deprecated[0] != deprecated[1]:
            self._add(
                "parameter-deprecated" if deprecated[1] else "parameter-revived",
                place,
                f"{what} is {'deprecated now' if deprecated[1] else 'no longer deprecated'}",
                self._sent,
            )
        first = _parameter_node(self._found.old, before, old_place)
        second = _parameter_node(self._found.new, after, place)
        styles = [_style(before, first, str(location)), _style(after, second, str(location))]
        if styles[0] != styles[1]:
            self._add(
                "parameter-style-changed",
                place,
                f"{what} is written as {styles[1]}, and was as {styles[0]}",
                self._sent,
            )
        for flag in ("allowReserved", "allowEmptyValue"):
            if (before.get(flag) is True) != (after.get(flag) is True):
                self._add(
                    "parameter-encoding-changed",
                    place,
                    f"{what}: {flag} is {after.get(flag) is True} now".replace("True", "true").replace(
                        "False", "false"
                    ),
                    self._sent,
                )
        self._schema(first, second, self._sent)

    # Bodies

    def _body(self) -> None:
        place = pointers.join(self._after.place, "requestBody")
        before, after = _body(self._old, self._before), _body(self._new, self._after)
        if before is None and after is None:
            return
        required = [body is not None and body.get("required") is True for body in (before, after)]
        if before is None or after is None:
            kind = "body-removed" if after is None else "body-added-required" if required[1] else "body-added"
            self._add(
                kind,
                place,
                "the request body was removed" if after is None else "a request body was added",
                self._sent,
            )
            return
        if required[0] != required[1]:
            self._add(
                "body-now-required" if required[1] else "body-now-optional",
                place,
                f"the request body is {'required' if required[1] else 'optional'} now",
                self._sent,
            )
        old_place = pointers.join(self._before.place, "requestBody")
        self._contents(before.get("content"), old_place, after.get("content"), place, self._sent)

    def _contents(self, before: Any, old_place: str, after: Any, place: str, direction: Direction) -> None:
        """Compare media types, and the schemas of those that both have."""
        before, after = as_dict(before), as_dict(after)
        old, new = _by_type(before), _by_type(after)
        for kind in old.keys() - new.keys():
            self._add(
                "content-type-removed",
                pointers.join(old_place, "content", old[kind]),
                f"{kind} was removed",
                direction,
            )
        for kind in new.keys() - old.keys():
            self._add(
                "content-type-added",
                pointers.join(place, "content", new[kind]),
                f"{kind} was added",
                direction,
            )
        for kind in sorted(old.keys() & new.keys()):
            first, second = as_dict(before[old[kind]]), as_dict(after[new[kind]])
            old_media = pointers.join(old_place, "content", old[kind])
            media = pointers.join(place, "content", new[kind])
            for key in ("schema", "itemSchema"):
                if key in first or key in second:
                    self._schema(
                        Node(self._found.old, first.get(key, True), pointers.join(old_media, key)),
                        Node(self._found.new, second.get(key, True), pointers.join(media, key)),
                        direction,
                    )
            self._encoding(kind, (first, old_media), (second, media), direction)

    def _encoding(
        self,
        kind: str,
        before: tuple[Mapping[str, Any], str],
        after: tuple[Mapping[str, Any], str],
        direction: Direction,
    ) -> None:
        """Compare the encoding of the members of a form, or of the parts of a multipart body."""
        if not (kind.startswith("multipart/") or kind == "application/x-www-form-urlencoded"):
            return
        old = _parts(self._found.old, kind, *before)
        new = _parts(self._found.new, kind, *after)
        for name in old.keys() & new.keys():
            place = pointers.join(after[1], "encoding", name)
            place = place if name in as_dict(after[0].get("encoding")) else after[1]
            if old[name][0] != new[name][0] and all(known for known, _ in (old[name], new[name])):
                self._add(
                    "part-encoding-changed",
                    place,
                    f"part {name} is written as {new[name][0]}, and was as {old[name][0]}",
                    direction,
                )
            if old[name][1] != new[name][1]:
                self._add("part-headers-changed", place, f"the headers of part {name} changed", direction)
        for word in ("prefixEncoding", "itemEncoding"):
            if before[0].get(word) != after[0].get(word):
                self._add("part-encoding-changed", after[1], f"{word} changed", direction)

    def _responses(self) -> None:
        old, new = _responses(self._old, self._before), _responses(self._new, self._after)
        gone = [status for status in old if status not in new]
        come = [status for status in new if status not in old]
        # A success with another status is still the success: 200 that became 201 is one change.
        swapped = dict(
            zip(
                [status for status in gone if status.startswith("2")],
                [status for status in come if status.startswith("2")],
                strict=False,
            )
        )
        for status, (old_place, before) in old.items():
            other = swapped.get(status, status)
            if other in new:
                place, after = new[other]
                if other != status:
                    self._add("response-removed", place, f"success {status} became {other}", self._read)
                self._response(before, old_place, after, place)
            else:
                kind = "response-removed" if status.startswith("2") else "error-removed"
                self._add(kind, old_place, f"response {status} was removed", self._read)
        for status in come:
            if status not in swapped.values():
                self._add(
                    "response-added" if status.startswith("2") else "error-added",
                    new[status][0],
                    f"response {status} was added",
                    self._read,
                )

    def _response(self, before: Any, old_place: str, after: Any, place: str) -> None:
        contents = [as_dict(as_dict(response).get("content")) for response in (before, after)]
        if bool(contents[0]) != bool(contents[1]):
            self._add(
                "response-body-added" if contents[1] else "response-body-removed",
                place,
                f"the response has {'a' if contents[1] else 'no'} body now",
                self._read,
            )
        else:
            self._contents(contents[0], old_place, contents[1], place, self._read)
        old = _headers(self._old, before, old_place)
        new = _headers(self._new, after, place)
        for key in sorted(old.keys() - new.keys()):
            name, where, header = old[key]
            self._add(f"header-removed{_required(header)}", where, f"header {name} was removed", self._read)
        for key in sorted(new.keys() - old.keys()):
            name, where, header = new[key]
            self._add(f"header-added{_required(header)}", where, f"header {name} was added", self._read)
        for key in sorted(old.keys() & new.keys()):
            self._header(old[key], new[key])

    def _header(self, old: tuple[str, str, dict[str, Any]], new: tuple[str, str, dict[str, Any]]) -> None:
        """Compare a header that both versions of a response have."""
        (_, old_place, before), (name, place, after) = old, new
        required = [header.get("required") is True for header in (before, after)]
        if required[0] != required[1]:
            self._add(
                "header-now-required" if required[1] else "header-now-optional",
                place,
                f"header {name} is {'always there' if required[1] else 'not always there'} now",
                self._read,
            )
        if after.get("deprecated") is True and before.get("deprecated") is not True:
            self._add("header-deprecated", place, f"header {name} is deprecated now", self._read)
        first = _parameter_node(self._found.old, before, old_place)
        second = _parameter_node(self._found.new, after, place)
        styles = [_style(before, first, "header"), _style(after, second, "header")]
        if styles[0] != styles[1]:
            self._add(
                "header-style-changed",
                place,
                f"header {name} is written as {styles[1]}, and was as {styles[0]}",
                self._read,
            )
        self._schema(first, second, self._read)

    # Security

    def _security(self) -> None:
        place = pointers.join(self._after.place, "security")
        old = _requirements(self._before.node.get("security", self._old.get("security")))
        new = _requirements(self._after.node.get("security", self._new.get("security")))
        if not old and not new:
            return
        names = [
            {frozenset(name for name, _ in requirement) for requirement in requirements}
            for requirements in (old, new)
        ]
        open_before, open_after = not old or frozenset() in names[0], not new or frozenset() in names[1]
        if open_before and not open_after:
            self._add("security-required", place, f"needs credentials now: {_schemes_text(new)}")
        elif open_after and not open_before:
            self._add("security-loosened", place, "needs no credentials any more")
        elif names[0] - names[1]:
            self._add(
                "security-changed",
                place,
                f"takes other credentials: {_schemes_text(old)} became {_schemes_text(new)}",
            )
        elif names[1] - names[0]:
            self._add("security-loosened", place, f"takes other credentials too: {_schemes_text(new)}")
        elif old != new and not all(any(_satisfies(held, needed) for needed in new) for held in old):
            self._add("security-scope-added", place, f"needs more scopes: {_schemes_text(new)}")
        elif old != new:
            self._add("security-loosened", place, f"needs fewer scopes: {_schemes_text(new)}")


def _key(parameter: Mapping[str, Any]) -> tuple[str, str]:
    name, location = str(parameter["name"]), str(parameter.get("in"))
    return (name.lower() if location == "header" else name), location


def as_dict(value: Any) -> dict[str, Any]:
    """Return a value that is an object, else an empty object."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a value that is a list, else an empty list."""
    return value if isinstance(value, list) else []


def deref(document: Mapping[str, Any], node: Any) -> Any:
    """Return the target of a node's references; None if they lead nowhere."""
    try:
        return pointers.deref(document, node)
    except KeyError:
        return None


def _body(document: Mapping[str, Any], operation: Found) -> dict[str, Any] | None:
    body = deref(document, operation.node.get("requestBody"))
    return body if isinstance(body, dict) else None


def _own_servers(document: Mapping[str, Any], operation: Found) -> tuple[Any, str] | None:
    """Return the servers of an operation or of its path, with their place; None if it has none."""
    if isinstance(operation.node.get("servers"), list):
        return operation.node["servers"], pointers.join(operation.place, "servers")
    item = as_dict(deref(document, as_dict(document.get("paths")).get(operation.path)))
    place = operation.place.rpartition("/")[0]
    return (item["servers"], f"{place}/servers") if isinstance(item.get("servers"), list) else None


def _parameters(document: Mapping[str, Any], operation: Found) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[tuple[str, str]] = set()
    own = as_list(operation.node.get("parameters"))
    item = operation.place.rpartition("/")[0]
    places = [pointers.join(operation.place, "parameters", index) for index in range(len(own))]
    places += [pointers.join(item, "parameters", index) for index in range(len(operation.shared))]
    for place, node in zip(places, [*own, *operation.shared], strict=True):
        parameter = deref(document, node)
        if isinstance(parameter, dict) and isinstance(parameter.get("name"), str):
            if _key(parameter) not in seen:
                yield place, parameter
            seen.add(_key(parameter))


def _parameter_node(document: Contents, parameter: Mapping[str, Any], place: str) -> Node:
    """Return the schema of a parameter or header."""
    content = parameter.get("content")
    if "schema" not in parameter and isinstance(content, dict) and content:
        kind, media = next(iter(content.items()))
        schema = media.get("schema", True) if isinstance(media, dict) else True
        return Node(document, schema, pointers.join(place, "content", kind, "schema"))
    return Node(document, parameter.get("schema", True), pointers.join(place, "schema"))


def _style(parameter: Mapping[str, Any], node: Node, location: str) -> str:
    """Return the style of a parameter as text. `explode` makes no difference to a scalar."""
    content = parameter.get("content")
    if "schema" not in parameter and isinstance(content, dict) and content:
        return media_type(next(iter(content)))
    style = str(parameter.get("style", _STYLES.get(location)))
    return style if _is_scalar(shape(node)) else _exploded(style, parameter)


def _exploded(style: str, holder: Mapping[str, Any]) -> str:
    return f"{style}{', exploded' if holder.get('explode', style == 'form') is True else ''}"


def _is_scalar(found: Shape) -> bool:
    return bool(found.types) and found.types <= _SCALARS


def _parameter_signature(document: Contents, place: str, parameter: Mapping[str, Any]) -> tuple[str, bool]:
    return signature(_parameter_node(document, parameter, place)), parameter.get("required") is True


def _by_type(content: Mapping[str, Any]) -> dict[str, str]:
    """Return media types by name, with their parameters if two have the same name."""
    names = Counter(media_type(kind) for kind in content)
    return {
        media_type(kind) if names[media_type(kind)] == 1 else re.sub(r"\s", "", kind).lower(): kind
        for kind in content
    }


def _parts(document: Contents, kind: str, media: Mapping[str, Any], place: str) -> dict[str, tuple[str, str]]:
    """Return the encoding of each part of a form, with defaults filled in, and its headers."""
    encodings = as_dict(media.get("encoding"))
    found = shape(Node(document, media.get("schema", True), pointers.join(place, "schema")))
    parts = {}
    for name in {**found.properties, **encodings}:
        encoding = as_dict(encodings.get(name))
        node = found.properties.get(name)
        headers = json.dumps(encoding.get("headers"), sort_keys=True)
        parts[name] = (_part(kind, encoding, shape(node) if node else None), headers)
    return parts


def _part(kind: str, encoding: Mapping[str, Any], found: Shape | None) -> str:
    """Return the encoding of one part: its style if it has one, else its media type."""
    form = kind == "application/x-www-form-urlencoded"
    simple = found is not None and (_is_scalar(found) or (form and found.types == {"array"}))
    if encoding.keys() & {"style", "explode", "allowReserved"} or (
        form and simple and "contentType" not in encoding
    ):
        style = str(encoding.get("style", "form"))
        reserved = ", reserved characters kept" if encoding.get("allowReserved") is True else ""
        scalar = found is not None and _is_scalar(found)
        return (style if scalar else _exploded(style, encoding)) + reserved
    if isinstance(encoding.get("contentType"), str):
        kinds = [media_type(part) for part in encoding["contentType"].split(",")]
        return ", ".join(kinds)
    return _usual_type(found)


def _usual_type(found: Shape | None) -> str:
    """Return the default media type of a part; empty if it cannot be known."""
    if found is None or not found.types:
        return ""
    if found.types == {"array"}:
        items = found.items
        return _usual_type(shape(items)) if isinstance(items, Node) else ""
    if found.types <= _SCALARS:
        if found.media:
            return found.media
        return "application/octet-stream" if found.format == "binary" or found.encoding else "text/plain"
    return "application/json"


def _headers(
    document: Mapping[str, Any], response: Any, place: str
) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return the headers of a response by lower-case name: name as written, place and node."""
    headers = as_dict(as_dict(response).get("headers"))
    return {
        str(name).lower(): (name, pointers.join(place, "headers", name), as_dict(deref(document, node)))
        for name, node in headers.items()
    }


def _required(header: Mapping[str, Any]) -> str:
    return "-required" if header.get("required") is True else ""


def _responses(document: Mapping[str, Any], operation: Found) -> dict[str, tuple[str, Any]]:
    declared = operation.node.get("responses")
    place = pointers.join(operation.place, "responses")
    return {
        str(status).upper() if str(status).lower() != "default" else "default": (
            pointers.join(place, status),
            deref(document, node),
        )
        for status, node in (declared.items() if isinstance(declared, dict) else ())
        if not str(status).startswith("x-")
    }


def _requirements(security: Any) -> set[frozenset[tuple[str, frozenset[str]]]]:
    """Return the security alternatives. Each is a set of schemes with their scopes."""
    return {
        frozenset((name, frozenset(map(str, as_list(scopes)))) for name, scopes in requirement.items())
        for requirement in (security if isinstance(security, list) else [])
        if isinstance(requirement, dict)
    }


def _satisfies(
    held: frozenset[tuple[str, frozenset[str]]], needed: frozenset[tuple[str, frozenset[str]]]
) -> bool:
    """Return whether credentials that met one requirement meet another."""
    scopes = dict(held)
    return all(name in scopes and wanted <= scopes[name] for name, wanted in needed)


def _schemes_text(requirements: Iterable[Iterable[tuple[str, frozenset[str]]]]) -> str:
    return " or ".join(
        sorted(
            "+".join(sorted(f"{name}{sorted(scopes) if scopes else ''}" for name, scopes in requirement))
            or "none"
            for requirement in requirements
        )
    )
