"""Recognise the resources of a contract by its paths, its methods and its responses.

    /shops                 POST creates one, GET lists, DELETE empties
    /shops/{shop}          GET, PUT, PATCH (or POST), DELETE: one of them, by the id in the path
    /shops/{shop}/things   things that belong to a shop and are removed with it
    /settings              GET and PUT, PATCH, POST or DELETE, and no list: a single thing

These shapes alone decide whether something is stored. Names and schemas determine the member of the id and the places
of a thing and of a list's rows in a response; a thing is stored even if they are unclear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from . import streams
from .reading import ContractDocument, ContractOperation, is_json, is_read, squeezed

Path = tuple[str, ...]
Act = Literal["create", "list", "clear", "read", "replace", "change", "remove", "file", "other"]

# Members that may identify a thing, the usual ones first.
_IDS: Final = ("id", "uuid", "gid", "uid", "sid", "guid", "key", "slug", "number", "code", "login", "username", "name", "email", "title", "address", "hash")  # fmt: skip
_ENVELOPES: Final = ("data", "result", "item", "object", "resource", "response", "attributes", "body", "payload", "value")  # fmt: skip
_ROWS: Final = ("items", "data", "results", "rows", "records", "entries", "values", "content", "objects", "list", "hits", "elements", "resources")  # fmt: skip
_NO_ROWS: Final = ("errors", "warnings", "links", "messages", "schemas", "tags")
_ITEM: Final = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "POST")


@dataclass(eq=False)
class ResourceKind:
    """A kind of thing: its operations, and the places of things in their responses.

    `key` is the path of the collection, `()` members for parameters; a `single` thing has no id.
    """

    document: ContractDocument
    key: tuple[str, ...]
    single: bool = False
    acts: dict[Act, ContractOperation] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name in effects and messages: the last word of its path."""
        return next((part for part in reversed(self.key) if "{}" not in part), "thing")

    @property
    def path(self) -> str:
        """Its collection's path with `{}` for parameters: the name of its things in the store."""
        return "/" + "/".join(self.key)

    @property
    def is_made(self) -> bool:
        """Whether callers can create one: by POST, or by a PUT that declares 201."""
        put = self.acts.get("replace")
        return "create" in self.acts or (put is not None and not self.single and "201" in put.answers)

    @property
    def may_put(self) -> bool:
        """Whether PUT creates a missing thing: it declares 201, or nothing else creates it and it declares no 404."""
        put = self.acts.get("replace")
        if put is None:
            return False
        return "201" in put.answers or not ("create" in self.acts or "404" in put.answers)

    @property
    def is_implied(self) -> bool:
        """Whether a thing exists without being created: it is single, or no operation creates or lists things."""
        return self.single or not (self.is_made or "list" in self.acts)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its path's parameters, in order."""
        return max((one.names for one in self.acts.values()), key=len, default=())

    @cached_property
    def id_parameter(self) -> Any:
        """The schema of the id in the path."""
        for act in ("read", "change", "replace", "remove"):
            if act in self.acts and not self.single:
                return (self.acts[act].parameter(self.parameter, "path") or {}).get("schema", True)
        return True

    @cached_property
    def parameter(self) -> str:
        """The name of the id in the path."""
        for act in ("read", "change", "replace", "remove"):
            if act in self.acts and not self.single:
                return self.acts[act].names[-1]
        return "id"

    @cached_property
    def settable(self) -> frozenset[str]:
        """The members that callers may set, squeezed."""
        return frozenset(
            squeezed(name)
            for act in ("create", "replace", "change")
            if act in self.acts
            for name in self._taken(self.acts[act].body_schema)
        )

    def _taken(self, schema: Any) -> Iterator[str]:
        """Yield the members of a body, and of its envelope if it has one."""
        for name, member in self.document.members(schema).items():
            if self.document.said(member, "readOnly") is not True:
                yield name
            if squeezed(name) in (*_ENVELOPES, squeezed(singular(self.label))):
                yield from self.document.members(member)

    @cached_property
    def row_path(self) -> Path | None:
        """The path of the rows in its list; None if it is unclear."""
        listing = self.acts.get("list")
        return None if listing is None else rows_of(self.document, listing, self.label)

    @cached_property
    def row(self) -> Any:
        """The schema of a row."""
        if self.row_path is None:
            return None
        return self.document.items(self.document.at(self.acts["list"].result, self.row_path))

    @cached_property
    def entity(self) -> Any:
        """The fullest schema of a thing."""
        for act in ("read", "create", "replace", "change"):
            if act in self.acts and (schema := self.acts[act].result) is not None:
                found = self.document.at(schema, self.place(self.acts[act]))
                if self.document.members(found):
                    return found
        return self.row if self.row is not None else True

    @cached_property
    def id_path(self) -> Path | None:
        """The path of the id in a thing; None if no member can be the id."""
        if self.single:
            return None
        for schema in (self._plain(act) for act in ("read", "create", "list", "change", "replace")):
            if schema is not None and (found := self._id_in(schema)) is not None:
                return found
        # If no response shows the thing, callers may set its id.
        create = self.acts.get("create")
        shown = any(one.result is not None for one in self.acts.values())
        return None if create is None or shown else self._id_in(create.body_schema)

    def _plain(self, act: Act) -> Any:
        """Return the schema of a thing in an operation's response, if it has members."""
        if act not in self.acts:
            return None
        schema = self.row if act == "list" else self.acts[act].result
        return schema and (schema if act == "list" else self.document.at(schema, self.place(self.acts[act])))

    def _id_in(self, schema: Any) -> Path | None:
        members = {squeezed(name): name for name in reversed(list(self.document.members(schema)))}
        for name in id_names(self.parameter, self.label):
            if name in members:
                member = self.document.members(schema)[members[name]]
                if not self.document.kinds(member) & {"object", "array", "boolean"}:
                    return (members[name],)
        # `hash` in the path may be `tx_hash` in the thing.
        wanted = squeezed(self.parameter)
        for short, name in members.items():
            if (
                len(wanted) > 2
                and short.endswith(wanted)
                and self.document.kinds(self.document.members(schema)[name]) <= {"string", "integer"}
            ):
                return (name,)
        for outer in ("metadata", "sys", "attributes"):
            if outer in members:
                inner = self._id_in(self.document.members(schema)[members[outer]])
                if inner is not None and len(inner) == 1:
                    return (members[outer], *inner)
        return None

    def place(self, operation: ContractOperation) -> Path:
        """Return the path of the thing in an operation's response: the root, or in an envelope."""
        found = self._places.get(id(operation))
        if found is None:
            found = self._places[id(operation)] = self._find(operation.result)
        return found

    @cached_property
    def _places(self) -> dict[int, Path]:
        return {}

    def _find(self, schema: Any) -> Path:
        """Return the path of what equals a row, has an id, or has an envelope's name; else the root."""
        if schema is None:
            return ()
        document, single = self.document, singular(self.label)
        if self.row is not None and document.same(schema, self.row):
            return ()
        objects = {
            name: member
            for name, member in document.members(schema).items()
            if document.members(member) and "array" not in document.kinds(member)
        }
        if self.row is not None and "$ref" in (self.row if isinstance(self.row, dict) else {}):
            for name, member in objects.items():
                if document.same(member, self.row):
                    return (name,)
        if not self.single and self._id_in(schema) is not None:
            return ()
        usual = [name for name in objects if squeezed(name) in {squeezed(single), squeezed(self.label)}]
        usual += [name for name in objects if squeezed(name) in _ENVELOPES]
        if self.single:
            return (usual[0],) if usual and len(document.members(schema)) <= 3 else ()
        named = (name for name in (*usual, *objects) if self._id_in(objects[name]) is not None)
        if (found := next(named, None)) is not None and (found in usual or len(objects) == 1):
            return (found,)
        for name in usual:
            inner = self._find(objects[name]) if len(objects) == 1 else ()
            if inner:
                return (name, *inner)
        return ()


def singular(word: str) -> str:
    """Return a rough singular, enough to find `category` in the response of `/categories`."""
    for ending, one in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("ses", "se")):
        if word.endswith(ending):
            return word[: -len(ending)] + one
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def id_names(parameter: str, label: str) -> Iterator[str]:
    """Yield the names that the id's member may have, squeezed, the likeliest first."""
    name, one = squeezed(parameter), squeezed(singular(label))
    yield name
    # `task_gid` is the member `gid`, `issue_number` is `number`.
    for ending in _IDS:
        if name.endswith(ending) and name != ending:
            yield ending
    yield f"{one}id"
    yield from _IDS
    yield f"{one}name"
    yield one


def rows_of(document: ContractDocument, operation: ContractOperation, label: str) -> Path | None:
    """Return the path of the rows in a list's response: by `x-veneer-pagination`, else the only possible list."""
    schema = operation.result
    if schema is None:
        return None
    said = operation.node.get("x-veneer-pagination")
    if isinstance(said, dict) and isinstance(said.get("items"), str):
        return tuple(said["items"].split(".")) if said["items"] else ()
    if "array" in document.kinds(schema) and not document.members(schema):
        return ()
    return _rows_in(document, schema, label, 2)


def _rows_in(document: ContractDocument, schema: Any, label: str, depth: int) -> Path | None:
    members = document.members(schema)
    lists = {
        name: member
        for name, member in members.items()
        if "array" in document.kinds(member)
        and (squeezed(name) not in _NO_ROWS or squeezed(name) == squeezed(label))
    }
    wanted = (squeezed(label), *_ROWS)
    for want in wanted:
        for name in lists:
            if squeezed(name) == want:
                return (name,)
    objects = [name for name, one in lists.items() if document.members(document.items(one))]
    # The only list of objects in a response without an id is its rows: a thing has lists and an id.
    if len(objects) == 1 and not {squeezed(name) for name in members} & {"id", "uuid", "sid", "gid"}:
        return (objects[0],)
    if depth > 1:
        for name, member in members.items():
            if squeezed(name) in (*_ENVELOPES, "embedded", squeezed(label)) and document.members(member):
                inner = _rows_in(document, member, label, depth - 1)
                if inner is not None:
                    return (name, *inner)
    return None


@dataclass(frozen=True, eq=False)
class Part:
    """What an operation does with a kind of thing; `within` are the parents whose ids precede it in the path."""

    act: Act
    kind: ResourceKind | None
    within: tuple[tuple[ResourceKind, int], ...] = ()


def recognise(document: ContractDocument) -> dict[ContractOperation, Part]:
    """Return what each operation does."""
    by_path: dict[tuple[str, ...], dict[str, ContractOperation]] = {}
    for operation in document.operations:
        by_path.setdefault(operation.segments, {}).setdefault(operation.method, operation)
    kinds: dict[tuple[str, ...], ResourceKind] = {}
    parts: dict[tuple[tuple[str, ...], str], tuple[Act, ResourceKind | None]] = {}
    collections = {path[:-1] for path in by_path if _is_item(path) and by_path[path].keys() & set(_ITEM)}
    for path, methods in by_path.items():
        for method, act, key, single in _acts(document, path, methods, collections):
            operation = methods[method]
            kind = None if act == "other" else kinds.setdefault(key, ResourceKind(document, key, single))
            if kind is not None and act != "file":
                kind.acts.setdefault(act, operation)
            parts[path, method] = (act, kind)
    # Paths that only differ in the names of parameters are one path.
    found = ((operation, *parts[operation.segments, operation.method]) for operation in document.operations)
    return {
        operation: Part(act, kind, tuple(_within(kinds, operation, kind))) for operation, act, kind in found
    }


def _is_item(path: tuple[str, ...]) -> bool:
    return len(path) > 1 and path[-1] == "{}"


def _acts(
    document: ContractDocument,
    path: tuple[str, ...],
    methods: dict[str, ContractOperation],
    collections: set[tuple[str, ...]],
) -> Iterable[tuple[str, Act, tuple[str, ...], bool]]:
    """Return what each method of a path does, to which kind, and whether that is single."""
    listing = methods.get("GET")
    is_list = (
        listing is not None
        and listing.result is not None
        and rows_of(document, listing, path[-1]) is not None
    )
    # `/buckets/{cluster}` is a list if `/buckets/{cluster}/{bucket}` is a thing.
    if _is_item(path) and not (is_list and path in collections):
        return [(method, act, path[:-1], False) for method, act in _item_acts(methods).items()]
    if path in collections or (is_list and "POST" in methods and _keeps(methods["POST"])):
        acts: dict[str, Act] = {"POST": "create", "DELETE": "clear"}
        acts["GET"] = "list" if is_list else "other"
        return [(method, acts.get(method, "other"), path, False) for method in methods]
    if is_list:
        return [(method, "list" if method == "GET" else "other", path, False) for method in methods]
    if (
        listing is not None
        and listing.result is None
        and streams.kind_of(listing, listing.success(200)[1]) is None
    ):
        # An operation that returns bytes is a file of the thing above it in the path.
        acts = {"GET": "file", "HEAD": "file", "PUT": "file", "POST": "file", "DELETE": "file"}
        takes = any(_takes_bytes(one) for one in methods.values())
        gives = any(not is_json(kind) for kind in listing.success(200)[1].content)
        return [
            (method, acts.get(method, "other") if gives or takes else "other", path, True)
            for method in methods
        ]
    writers = methods.keys() & {"PUT", "PATCH", "DELETE"}
    if listing is not None and (writers or _is_setting(document, listing, methods.get("POST"))):
        acts = {"GET": "read", "HEAD": "read", "PUT": "replace", "PATCH": "change", "DELETE": "remove"}
        if not writers & {"PUT", "PATCH"}:
            acts["POST"] = "replace"
        return [(method, acts.get(method, "other"), path, True) for method in methods]
    return [(method, "file" if _takes_bytes(one) else "other", path, True) for method, one in methods.items()]


def _item_acts(methods: dict[str, ContractOperation]) -> dict[str, Act]:
    """Return what the methods of one thing's path do; POST changes it if PATCH and PUT do not."""
    acts: dict[str, Act] = {
        "GET": "read",
        "HEAD": "read",
        "PUT": "replace",
        "PATCH": "change",
        "DELETE": "remove",
    }
    post = methods.get("POST")
    changes = (
        post is not None and methods.keys() & {"GET", "DELETE"} and not methods.keys() & {"PUT", "PATCH"}
    )
    acts["POST"] = "change" if changes else "other"
    return {method: acts.get(method, "other") for method in methods}


def _keeps(operation: ContractOperation) -> bool:
    """Return whether a POST can create something: it takes a body with members."""
    return operation.body_schema is not None


def _takes_bytes(operation: ContractOperation) -> bool:
    content, _ = operation.body
    return bool(content) and not any(is_read(kind) or kind in ("*/*", "application/*") for kind in content)


def _is_setting(document: ContractDocument, read: ContractOperation, write: ContractOperation | None) -> bool:
    """Return whether a POST writes what GET reads: half of its members are in the response."""
    if write is None or write.body_schema is None:
        return False
    taken = {squeezed(name) for name in document.members(write.body_schema)}
    given = {squeezed(name) for name in document.members(read.result)}
    return bool(taken) and 2 * len(taken & given) >= len(taken)


def _within(
    kinds: dict[tuple[str, ...], ResourceKind], operation: ContractOperation, kind: ResourceKind | None
) -> Iterator[tuple[ResourceKind, int]]:
    """Yield the kinds whose ids precede in the path, each with the number of parameters up to it."""
    path = operation.segments
    for at, part in enumerate(path):
        if part != "{}" or at == 0:
            continue
        parent = kinds.get(path[:at])
        if parent is None or parent.single or (parent is kind and at == len(path) - 1):
            continue
        # A value from a fixed list is not an id: `/dags/~/runs` are the runs of all.
        parameter = operation.parameter(operation.names[sum(one.count("{}") for one in path[:at])], "path")
        if parameter is not None and any(
            operation.document.said(parameter.get("schema"), key) is not None for key in ("const", "enum")
        ):
            continue
        # `/members/{type}/{id}` is two names of one thing.
        if path[at + 1 : at + 2] == ("{}",) and not parent.acts.keys() & {
            "read",
            "replace",
            "change",
            "remove",
        }:
            continue
        yield parent, sum(one.count("{}") for one in path[: at + 1])
