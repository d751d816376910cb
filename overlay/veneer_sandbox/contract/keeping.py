"""Store the things of a contract: complete, with ids that fit its schemas."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from veneer_sandbox.responses import Refusal
from veneer_sandbox.store import Doc, iso
from veneer_sandbox.web import Request

from . import inputs
from .composing import Composer, at, merged, nested
from .paging import Row
from .reading import squeezed
from .resources import ResourceKind, singular

_WHEN: Final = "(at|on|time|date|datetime|timestamp)?"
_CREATED: Final = re.compile(
    rf"(date)?(created|added|inserted|submitted|registered){_WHEN}|creation(time|date)|dateadded"
)
_CHANGED: Final = re.compile(
    rf"(date)?(last)?(updated|modified|changed){_WHEN}|(modification|update)(time|date)"
)
_SEEDED: Final = 3
_NAMES: Final = ("name", "slug", "key", "title", "username", "login")


class Things:
    """The things of one collection, such as `/shops/s1/things`; `scope` are the path's values before the id."""

    def __init__(
        self,
        composer: Composer,
        kinds: Iterable[ResourceKind],
        request: Request,
        kind: ResourceKind,
        scope: Iterable[str],
        name: str,
    ) -> None:
        self.kind, self.scope = kind, list(scope)
        self._composer, self._document = composer, kind.document
        self._kinds, self._request, self._store, self._name = kinds, request, request.store, name
        self._where = _home(name, kind)

    # One by one

    def get(self, key: str) -> Doc | None:
        """Return the document of an id; a thing that no operation creates or lists exists at the first request."""
        self._seed()
        found = self._store.get(self._where, self._key(key))
        if found is None and self.kind.is_implied:
            known = self.owned({})
            if self.kind.id_path is not None:
                known = merged(known, nested(self.kind.id_path, key))
            found = self.put(key, self.complete(key, known, frozenset()))
        return None if found is None or found.get("gone") else found

    def need(self, key: str) -> dict[str, Any]:
        """Return the thing of an id. Raises Refusal (404)."""
        found = self.get(key)
        if found is None:
            raise Refusal(404, "NOT_FOUND", f"There is no {singular(self.kind.label)} {key}".rstrip())
        return found["item"]  # type: ignore[no-any-return]  # as `put` was given it

    def put(self, key: str, item: Any) -> Doc:
        """Store a thing; a replacement keeps its place in lists."""
        doc = {"in": _joined(self.scope), "id": key, "item": item}
        return self._store.put(self._where, self._key(key), doc)

    def rows(self) -> list[Row]:
        """Return all things, in the order of creation."""
        self._seed()
        docs = self._store.rows(self._where, {"in": _joined(self.scope)})
        return [(doc["id"], doc["item"]) for doc in docs if not doc.get("gone")]

    def remove(self, key: str) -> None:
        """Remove a thing and all things below it."""
        whole = self._key(key)
        if self.kind.is_implied or self.kind.single:
            gone = {"in": _joined(self.scope), "id": key, "item": {}, "gone": True}
            self._store.put(self._where, whole, gone)
        else:
            self._store.remove(self._where, whole)
        self.remove_blob(key)
        below = self.kind.key if self.kind.single else (*self.kind.key, "{}")
        for child in self._kinds:
            if child is not self.kind and child.key[: len(below)] == below:
                home = _home(self._name, child)
                for found, _ in self._store.scan(home, f"{whole}/"):
                    self._store.remove(home, found)
                    self._store.remove_blob(f"{home}/{found}")

    def _key(self, key: str) -> str:
        return _joined([*self.scope, key])

    def seed_of(self, key: str) -> str:
        """Return the seed of a thing's generated members."""
        return f"{self._store.seed}/{self.kind.path}/{self._key(key)}"

    # Content

    def put_blob(self, key: str, upload: inputs.Upload) -> None:
        """Store a file with a thing."""
        self._store.put_blob(f"{self._where}/{self._key(key)}", upload.content)
        self._store.put(f"{self._where}:blob", self._key(key), {"type": upload.media_type})

    def blob(self, key: str) -> inputs.Upload | None:
        """Return the file of a thing."""
        content = self._store.get_blob(f"{self._where}/{self._key(key)}")
        about = self._store.get(f"{self._where}:blob", self._key(key))
        return None if content is None or about is None else inputs.Upload(content, about["type"])

    def remove_blob(self, key: str) -> None:
        """Remove the file of a thing."""
        self._store.remove_blob(f"{self._where}/{self._key(key)}")

    # Members

    def renamed(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return sent members under the thing's names: `FriendlyName` may be its `friendly_name`."""
        members = self._document.members(self.kind.entity)
        short = {squeezed(name): name for name in members}
        return {
            name if name in members else short.get(squeezed(name), name): one for name, one in sent.items()
        }

    def owned(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return the known members of a thing: those sent, and its parents' ids from the path."""
        known = dict(sent)
        members = {squeezed(name): name for name in self._document.members(self.kind.entity)}
        for name, value in zip(self.kind.names, self.scope, strict=False):
            short = squeezed(name)
            for one in (short, f"{short}id"):
                if one in members and len(one) > 2 and members[one] not in known:
                    known[members[one]] = value
        return known

    def given_id(self, known: Any) -> str | None:
        """Return the id among a thing's members."""
        value = at(known, self.kind.id_path) if self.kind.id_path else None
        is_id = isinstance(value, str | int) and not isinstance(value, bool) and value != ""
        return str(value) if is_id else None

    def complete(
        self, key: str, known: Mapping[str, Any], unset: frozenset[str] | None = None
    ) -> dict[str, Any]:
        """Return a thing with all members that responses show, except `unset` (default: what callers may give)."""
        kind = self.kind
        if kind.id_path is not None:
            known = merged(known, nested(kind.id_path, at(known, kind.id_path) or key))
        whole = self.stamped(dict(known))
        unset = kind.settable if unset is None else unset
        for schema in self._shown():
            made = self._composer.compose(schema, whole, self.seed_of(key), unset=unset)
            if isinstance(made, Mapping):
                # A caller's value stays unchanged, for responses that can have it.
                whole = {**made, **whole}
        return whole

    def _shown(self) -> list[Any]:
        """Return the schemas of a thing in responses, the fullest first."""
        found = [self.kind.entity]
        for act, operation in self.kind.acts.items():
            if act in ("create", "read", "replace", "change") and operation.result is not None:
                found.append(self._document.at(operation.result, self.kind.place(operation)))
        found += [self.kind.row] if self.kind.row is not None else []
        return [one for one in found if self._document.members(one)]

    def stamped(self, known: dict[str, Any], changed_with: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the known members, with the sandbox's time in the members for creation and modification times.

        A change renews the modification times, unless the caller set them.
        """
        now = self._request.clock.now()
        moment = datetime.fromtimestamp(now, UTC)
        for name, member in self._document.members(self.kind.entity).items():
            short = squeezed(name)
            renewed = changed_with is not None and name not in changed_with
            if not (_CHANGED.fullmatch(short) and (renewed or name not in known)) and not (
                _CREATED.fullmatch(short) and name not in known
            ):
                continue
            kinds = self._document.kinds(member)
            words: list[Any] = [int(now)] if kinds & {"integer", "number"} else []
            if "string" in kinds and self._document.said(member, "format") in ("date-time", "date"):
                words = [iso(now), moment.strftime("%Y-%m-%dT%H:%M:%SZ"), moment.strftime("%Y-%m-%d")]
            for word in words:
                if self._composer.fits(word, member):
                    known[name] = word
                    break
        return known

    # Ids

    def new_id(self) -> str:
        """Return an unused id of the schema's type."""
        kind = self.kind
        member = self._document.at(kind.entity, kind.id_path) if kind.id_path else True
        parameter = kind.id_parameter
        schemas = self._document.schemas
        for candidate in self._ids(member, parameter):
            text = str(candidate)
            fits = self._composer.fits(candidate, member) or self._composer.fits(text, member)
            sent = inputs.typed(self._document, text, parameter)
            taken = self._store.get(self._where, self._key(text)) is not None
            if fits and text and not taken and not schemas.check(sent, parameter):
                return text
        return self._store.new_id("")

    def _ids(self, member: Any, parameter: Any) -> Iterator[Any]:
        """Yield candidates, the likeliest first."""
        document, number = self._document, self._store.next(self._where)
        kinds = document.kinds(member) or document.kinds(parameter)
        if kinds & {"integer", "number"} and "string" not in kinds:
            least = document.said(member, "minimum")
            yield max(number, least if isinstance(least, int) else 1)
        seed = f"{self._store.seed}/{self.kind.path}/{number}"
        plain = hashlib.blake2b(seed.encode(), digest_size=16).hexdigest()
        form = document.said(member, "format") or document.said(parameter, "format")
        if form == "uuid":
            yield f"{plain[:8]}-{plain[8:12]}-4{plain[13:16]}-a{plain[17:20]}-{plain[20:]}"
        examples = document.said(member, "examples")
        example = document.said(member, "example") or (
            examples[0] if isinstance(examples, list) and examples else None
        )
        if isinstance(example, str) and (prefix := re.match(r"[A-Za-z]{1,12}[_-]", example)):
            yield prefix[0] + plain[:16]
        if form is None:
            if self.kind.id_path is not None and squeezed(self.kind.id_path[-1]) in _NAMES:
                yield f"{singular(self.kind.label)}-{number}"
            yield plain[:16]
            yield str(number)
        for at_ in range(40):
            yield self._composer.generate(member if member is not True else parameter, f"{seed}/{at_}")
            yield self._composer.generate(parameter, f"{seed}/{at_}")

    # Initial data

    def _seed(self) -> None:
        """Create things that can be listed but not created: the contract's example, else a few rows."""
        if self.kind.single or self.kind.is_made or "list" not in self.kind.acts:
            return
        mark = f"{self._where}:seeded"
        if self._store.get(mark, _joined(self.scope)) is not None:
            return
        self._store.put(mark, _joined(self.scope), {})
        for item in self._examples() or [{}] * _SEEDED:
            if isinstance(item, Mapping):
                known = self.owned(item)
                key = self.given_id(known) or self.new_id()
                self.put(key, self.complete(key, known, frozenset()))
            else:
                self.put(str(item), item)

    def _examples(self) -> list[Any]:
        """Return the rows of the list's example; for a list of plain values, a few of them."""
        listing, path, row = self.kind.acts["list"], self.kind.row_path, self.kind.row
        if path is None:
            return []
        rows = at(self._composer.example(listing.success(200)[1]), path)
        if isinstance(rows, list) and rows:
            return rows
        if not self._document.members(row) and self._document.kinds(row):
            made = [self._composer.generate(row, f"{self.kind.path}/{n}") for n in range(_SEEDED)]
            return list(dict.fromkeys(one for one in made if isinstance(one, str | int)))
        return []


def _home(name: str, kind: ResourceKind) -> str:
    """Return the name of a kind's things in the store."""
    return f"{name}:{kind.path}"


def _joined(values: Iterable[str]) -> str:
    """Return the values of a path as one unambiguous text."""
    return "/".join(quote(one, safe="") for one in values)
