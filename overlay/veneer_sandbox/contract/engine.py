"""Carry out the operations of a contract: create, list and change things, or respond by examples and schemas."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from veneer_sandbox import files
from veneer_sandbox.check import Problem
from veneer_sandbox.responses import Invalid, Refusal, Response
from veneer_sandbox.web import Request

from . import inputs
from .answering import Answers
from .composing import Composer, json_patched, merged, nested, patched
from .keeping import Things
from .paging import Paging, Row
from .reading import PREFERRED, ContractDocument, ContractOperation, squeezed
from .refusals import ErrorModel
from .resources import Part, ResourceKind, recognise, singular
from .rules import OperationRule

if TYPE_CHECKING:
    from veneer_sandbox.state import State

# The member that is unique if POST declares 409: the first of these that it requires.
_NATURAL: Final = ("slug", "key", "handle", "username", "login", "email", "code", "name")
_KEY_HEADERS: Final = frozenset({"idempotencykey", "xidempotencykey"})
_SORTS: Final = ("sort", "sortby", "orderby", "ordering")
_ORDERS: Final = ("order", "direction", "sortorder", "sortdirection", "sortdir")


@dataclass(frozen=True, slots=True)
class Task:
    """A request and its operation: its inputs, its things, and the id of one of them."""

    operation: ContractOperation
    request: Request
    read: inputs.Inputs
    part: Part
    things: Things
    key: str

    @property
    def kind(self) -> ResourceKind:
        """The kind of the things."""
        return self.things.kind


class ContractEngine:
    """The operations of one contract over the sandbox's store."""

    def __init__(self, document: ContractDocument, name: str) -> None:
        self.document, self.name = document, name
        self.composer = Composer(document)
        self.errors = ErrorModel(document, self.composer)
        self.answers = Answers(document, self.composer)
        self.parts = recognise(document)
        self._kinds = list(dict.fromkeys(one.kind for one in self.parts.values() if one.kind is not None))
        self._pagings: dict[ContractOperation, Paging] = {}

    def serve(
        self, operation: ContractOperation, request: Request, rule: OperationRule | None = None
    ) -> Response:
        """Read and check a request, then respond by the rule, else by the contract. Raises Refusal."""
        try:
            read = inputs.read(self.document, operation, request)
            if read.problems:
                raise Invalid(read.problems)
            request.args = read.query
            request.data = read.body if isinstance(read.body, dict) else {}
            return self._once(operation, request, lambda: self._ruled(operation, request, read, rule))
        except Invalid as invalid:
            raise self._refused(operation, invalid.problems) from None
        except Refusal as refusal:
            if refusal.status == 415 and operation.answer(415) is None:
                refusal.status = self.errors.status_of(operation, 415, 400, 422)
            raise

    def _refused(self, operation: ContractOperation, problems: list[Problem]) -> Refusal:
        """Return the refusal of a bad request, with the contract's status for it."""
        unreadable = any(one.type in ("json_invalid", "content_type") for one in problems)
        status = self.errors.status_of(operation, *((400, 422) if unreadable else (422, 400)))
        words = "; ".join(f"{'.'.join(map(str, one.loc))}: {one.msg}" for one in problems[:5])
        return Refusal(status, "INVALID_REQUEST", words, problems)

    def _ruled(
        self, operation: ContractOperation, request: Request, read: inputs.Inputs, rule: OperationRule | None
    ) -> Response:
        if rule is None:
            return self._do(operation, request, read)
        result = rule(request, lambda: self._do(operation, request, read))
        if isinstance(result, Response):
            return result
        status, said = operation.success(*PREFERRED.get(operation.method, (200,)))
        return self.answers.respond(operation, request, status, said, result)

    def add(self, state: State, path: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """Store a thing in the collection at a path, and return it. Raises ValueError if there is no such collection."""
        parts = path.strip("/").split("/")
        for kind in self._kinds:
            if kind.single or len(kind.key) != len(parts):
                continue
            pairs = list(zip(kind.key, parts, strict=True))
            if all(mine in (one, "{}") for mine, one in pairs):
                request = Request(state, None, "POST", path, {}, {}, {}, b"", "", [])
                things = self._things(request, kind, [one for mine, one in pairs if mine == "{}"])
                known = things.owned(things.renamed(members))
                key = things.given_id(known) or things.new_id()
                return things.put(key, things.complete(key, known))["item"]  # type: ignore[no-any-return]  # as made
        raise ValueError(f"the contract has no collection {path}")

    def _things(self, request: Request, kind: ResourceKind, scope: list[str]) -> Things:
        return Things(self.composer, self._kinds, request, kind, scope, self.name)

    # Idempotency

    def _once(self, operation: ContractOperation, request: Request, work: Callable[[], Response]) -> Response:
        """Run `work` once per idempotency key: repeat the response for the same request, refuse another."""
        key = request.idempotency_key = _idempotency_key(operation, request)
        if key is None:
            return work()
        store, home = request.store, f"{self.name}:idempotency"
        where = _hashed(operation.name, request.path, key, request.headers.get("authorization", ""))
        body = _hashed(request.raw, str(sorted(request.query.items())))
        kept = store.get(home, where)
        if kept is not None and kept["body"] != body:
            status = self.errors.status_of(operation, 409, 422)
            message = "The idempotency key was used for another request"
            raise Refusal(status, "IDEMPOTENCY_KEY_REUSED", message)
        if kept is not None:
            content = None if kept["content"] is None else base64.b64decode(kept["content"])
            return Response(content, kept["status"], kept["headers"], kept["media_type"])
        response = work()
        if not hasattr(response.content, "__next__"):
            text = None if response.content is None else base64.b64encode(response.encode()).decode()
            about = {
                "status": response.status,
                "headers": response.headers,
                "media_type": response.media_type,
            }
            store.put(home, where, {"content": text, "body": body, **about})
        return response

    # Operations

    def _do(self, operation: ContractOperation, request: Request, read: inputs.Inputs) -> Response:
        part = self.parts[operation]
        values = [request.params[name] for name in operation.names]
        parents = [
            (self._things(request, parent, values[: count - 1]), values[count - 1])
            for parent, count in part.within
        ]
        for things, key in parents:
            things.need(key)
        if part.kind is None or part.act == "other":
            about, key = parents[-1] if parents else (None, "")
            return self.answers.made_up(operation, request, about, key)
        has_id = not part.kind.single and part.act in ("read", "replace", "change", "remove")
        scope, key = (values[:-1], values[-1]) if has_id else (values, "")
        task = Task(operation, request, read, part, self._things(request, part.kind, scope), key)
        acts: dict[str, Callable[[Task], Response]] = {
            "create": self._create, "list": self._list, "clear": self._clear, "read": self._read,
            "replace": self._replace, "change": self._change, "remove": self._remove, "file": self._file,
        }  # fmt: skip
        if part.act in ("replace", "change", "remove"):
            self._need_match(task)
        return acts[part.act](task)

    def _made_up(self, task: Task) -> Response:
        return self.answers.made_up(task.operation, task.request, None, "")

    def _create(self, task: Task) -> Response:
        things, sent = task.things, self._sent(task)
        known = things.owned(sent)
        key = things.given_id(known)
        if key is not None and things.get(key) is not None:
            raise Refusal(409, "CONFLICT", f"There is a {singular(task.kind.label)} {key} already")
        self._need_unique(task, sent)
        task = replace(task, key=key or things.new_id())
        response = self._keep(task, known, "created")
        if response.status == 201:
            address = f"{task.request.base}{task.request.path.rstrip('/')}/{quote(task.key, safe='')}"
            response.headers.setdefault("location", address)
        return response

    def _keep(self, task: Task, known: Mapping[str, Any], what: str) -> Response:
        """Store a thing with the uploaded files, and return it."""
        item = task.things.complete(task.key, known)
        task.things.put(task.key, item)
        for upload in task.read.files:
            task.things.put_blob(task.key, upload)
        task.request.effect(f"{task.kind.label}.{what} {task.key}".rstrip())
        created = what == "created"
        return self.answers.shown(task.operation, task.request, task.things, task.key, item, created=created)

    def _sent(self, task: Task) -> dict[str, Any]:
        """Return the thing's members in a body, without the envelope."""
        kind, body = task.kind, task.read.body
        place = kind.place(task.operation) or (kind.place(kind.acts["read"]) if "read" in kind.acts else ())
        for name in (*place, singular(kind.label), kind.label):
            inner = body.get(name) if isinstance(body, Mapping) and len(body) == 1 else None
            body = inner if isinstance(inner, Mapping) else body
        if not isinstance(body, Mapping):
            body = {}
        fields = {upload.field for upload in task.read.files}
        sent = {name: value for name, value in body.items() if name not in fields}
        for upload in task.read.files[:1]:
            size = len(upload.content)
            about = {
                "filename": upload.filename,
                "size": size,
                "bytes": size,
                "content_type": upload.media_type,
            }
            sent = {name: value for name, value in about.items() if value is not None} | sent
        return task.things.renamed(sent)

    def _need_unique(self, task: Task, sent: Mapping[str, Any]) -> None:
        """Raise Refusal if another thing has a value that must be unique."""
        create = task.kind.acts.get("create", task.operation)
        members = self.document.members(create.body_schema)
        unique = [name for name, member in members.items() if self.document.said(member, "x-unique") is True]
        if not unique and "409" in create.answers:
            required = {squeezed(name): name for name in self.composer.required(create.body_schema)}
            unique = [required[name] for name in _NATURAL if name in required][:1]
        for name in task.things.renamed(dict.fromkeys(unique)):
            for key, row in task.things.rows() if sent.get(name) is not None else ():
                if key != task.key and isinstance(row, Mapping) and row.get(name) == sent[name]:
                    status = self.errors.status_of(task.operation, 409, 422, 400)
                    word = singular(task.kind.label)
                    raise Refusal(status, "CONFLICT", f"There is a {word} with this {name} already")

    def _list(self, task: Task) -> Response:
        operation, request, kind, query = task.operation, task.request, task.kind, task.read.query
        paging = self._pagings.get(operation)
        if paging is None:
            paging = self._pagings[operation] = Paging(self.document, operation, kind.row_path or ())
        rows = _sorted(self._filtered(task, paging, task.things.rows()), query)
        arguments = merged(query, request.data) if paging.facts.get("in") == "body" else query
        page = paging.cut(rows, arguments, request.base + request.path, request.query)
        shown: Any = [self.answers.as_schema(kind.row, task.things, key, item) for key, item in page.rows]
        status, said = operation.success(200)
        if kind.row_path:
            known = merged(page.said, nested(kind.row_path, shown))
            shown = self.composer.compose(operation.result, known, f"{request.store.seed}/{operation.name}")
        return self.answers.respond(operation, request, status, said, shown, page.headers)

    def _filtered(self, task: Task, paging: Paging, rows: list[Row]) -> list[Row]:
        """Return the rows whose members equal the parameters of the same names."""
        schemas = self.document.members(task.kind.row)
        members = {squeezed(name): name for name in schemas}
        for name, value in task.read.query.items():
            member = members.get(squeezed(name))
            if member is None or name in paging.parameters or isinstance(value, dict):
                continue
            wanted = value if isinstance(value, list) else [value]
            # `state=all` is a value of the parameter, not of rows.
            if all(self.composer.fits(one, schemas[member]) for one in wanted):
                rows = [row for row in rows if isinstance(row[1], Mapping) and row[1].get(member) in wanted]
        return rows

    def _clear(self, task: Task) -> Response:
        for key, _ in task.things.rows():
            task.things.remove(key)
            task.request.effect(f"{task.kind.label}.deleted {key}")
        return self._made_up(task)

    def _read(self, task: Task) -> Response:
        item = task.things.need(task.key)
        if task.operation.result is None:
            return self.answers.download(task.operation, task.request, task.things.blob(task.key))
        return self.answers.shown(task.operation, task.request, task.things, task.key, item)

    def _replace(self, task: Task) -> Response:
        kind, kept = task.kind, task.things.get(task.key)
        if kept is None and not (kind.single or kind.may_put):
            task.things.need(task.key)
        sent = self._sent(task)
        self._need_unique(task, sent)
        if kept is None:
            return self._keep(task, task.things.owned(sent), "created")
        # Members that a caller may give are replaced; those that only the server sets stay.
        stays = {name: value for name, value in kept["item"].items() if squeezed(name) not in kind.settable}
        return self._change_to(task, {**stays, **sent}, sent)

    def _change(self, task: Task) -> Response:
        item, body = task.things.need(task.key), task.read.body
        if isinstance(body, list) and all(isinstance(one, Mapping) and "op" in one for one in body):
            try:
                return self._change_to(task, json_patched(item, body), {})
            except (KeyError, IndexError, TypeError, ValueError) as error:
                problem = Problem(("body",), f"The JSON Patch does not apply: {error}", "json_patch")
                raise Invalid([problem]) from None
        sent = self._sent(task)
        self._need_unique(task, sent)
        deep = {name: patched(item.get(name), one) for name, one in sent.items() if isinstance(one, Mapping)}
        return self._change_to(task, {**item, **sent, **deep}, sent)

    def _change_to(self, task: Task, known: dict[str, Any], sent: Mapping[str, Any]) -> Response:
        if task.kind.id_path is not None:
            known = merged(known, nested(task.kind.id_path, task.key))
        return self._keep(task, task.things.stamped(task.things.owned(known), sent), "changed")

    def _remove(self, task: Task) -> Response:
        item, result, kind = task.things.need(task.key), task.operation.result, task.kind
        task.things.remove(task.key)
        task.request.effect(f"{kind.label}.deleted {task.key}".rstrip())
        if result is not None and self.document.members(self.document.at(result, kind.place(task.operation))):
            return self.answers.shown(task.operation, task.request, task.things, task.key, item)
        return self._made_up(task)

    def _need_match(self, task: Task) -> None:
        """Raise Refusal (412) if a thing no longer matches the caller's If-Match."""
        sent, read = task.request.headers.get("if-match"), task.kind.acts.get("read")
        declared = {one["name"].lower() for one in task.operation.parameters if one["in"] == "header"}
        if sent is None or read is None or "if-match" not in declared:
            return
        kept = task.things.get(task.key)
        tags = {one.strip().removeprefix("W/") for one in sent.split(",")}
        if kept is not None:
            shown = self.answers.shown(read, task.request, task.things, task.key, kept["item"])
            if tags & {"*", files.etag(shown.encode())}:
                return
        raise Refusal(412, "PRECONDITION_FAILED", "The resource does not match If-Match")

    def _file(self, task: Task) -> Response:
        """Write, return or remove content with its own path, such as `/files/{id}/content`."""
        operation, request, things = task.operation, task.request, task.things
        owner, key = None, ""
        if task.part.within and operation.segments[-2:-1] == ("{}",):
            owner, key = self._things(request, task.part.within[-1][0], things.scope[:-1]), things.scope[-1]
        if operation.method in ("GET", "HEAD"):
            kept = things.blob("") or (None if owner is None else owner.blob(key))
            return self.answers.download(operation, request, kept)
        if operation.method == "DELETE":
            things.remove_blob("")
        for upload in task.read.files:
            things.put_blob("", upload)
            if owner is not None:
                owner.put_blob(key, upload)
            request.effect(f"{task.kind.label}.uploaded {key}".rstrip())
        return self.answers.made_up(operation, request, owner, key)


def _sorted(rows: list[Row], arguments: Mapping[str, Any]) -> list[Row]:
    """Return the rows in the order of `sort` and `order`, by their usual names."""
    short = {squeezed(name): value for name, value in arguments.items() if isinstance(value, str)}
    by = next((short[name] for name in _SORTS if name in short), None)
    if by is None:
        return rows
    way = next((short[name].lower() for name in _ORDERS if name in short), "")
    down = by.startswith("-") or way.startswith("desc") or by.lower().endswith("desc")
    member = squeezed(re.sub(r"[\s:,_](asc|desc)$", "", by, flags=re.IGNORECASE))

    def value(row: Row) -> tuple[bool, float, str]:
        item = row[1] if isinstance(row[1], Mapping) else {}
        found = next((one for name, one in item.items() if squeezed(name) == member), None)
        if isinstance(found, int | float):
            return True, float(found), ""
        return found is not None, 0.0, str(found)

    return sorted(rows, key=value, reverse=down)


def _idempotency_key(operation: ContractOperation, request: Request) -> str | None:
    """Return a request's idempotency key, if the contract has one."""
    said = operation.node.get("x-veneer-idempotency")
    if isinstance(said, Mapping) and isinstance(name := said.get("name"), str):
        key = request.data.get(name) if said.get("in") == "body" else request.headers.get(name.lower())
        return key if isinstance(key, str) else None
    for parameter in operation.parameters:
        if parameter["in"] == "header" and squeezed(parameter["name"]) in _KEY_HEADERS:
            return request.headers.get(parameter["name"].lower())
    return None


def _hashed(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()
