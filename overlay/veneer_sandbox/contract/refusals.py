"""Write refusals in the contract's own error model: the schema that the operation declares for the status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from veneer_sandbox.check import Problem
from veneer_sandbox.responses import Refusal, Response

from .composing import Composer
from .reading import ContractDocument, ContractOperation, Said, is_json, squeezed

_MESSAGES: Final = frozenset({"message", "msg", "detail", "details", "title", "description", "reason", "error", "errormessage", "errordescription", "errordetail", "text"})  # fmt: skip
_CODES: Final = frozenset({"code", "errorcode", "error", "type", "key", "name", "identifier"})
_STATUSES: Final = frozenset({"status", "statuscode", "httpstatus", "httpstatuscode", "httpcode", "code"})
_FIELDS: Final = frozenset({"field", "param", "parameter", "path", "pointer", "property", "location", "target", "loc"})  # fmt: skip
_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "default": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
"""RFC 9457, for contracts without error schemas."""


class ErrorModel:
    """The error model of one contract."""

    def __init__(self, document: ContractDocument, composer: Composer) -> None:
        self._document, self._composer = document, composer

    def status_of(self, operation: ContractOperation, *wished: int) -> int:
        """Return the first status that the operation declares, else the first in the contract, else the first."""
        for known in (operation.answers, self._statuses):
            if (found := next((one for one in wished if str(one) in known), None)) is not None:
                return found
        return wished[0]

    @cached_property
    def _statuses(self) -> Counter[str]:
        return Counter(status for operation in self._document.operations for status in operation.answers)

    @cached_property
    def _common(self) -> tuple[str, Any]:
        """The most common media type and schema of errors."""
        found: Counter[int] = Counter()
        homes: dict[int, tuple[str, Any]] = {}
        for operation in self._document.operations:
            for status, said in operation.answers.items():
                for kind, media in said.content.items() if status[0] in "45d" else ():
                    schema = self._document.node(media).get("schema")
                    if (
                        is_json(kind)
                        and isinstance(schema, Mapping)
                        and not (status == "default" and self._document.same(schema, operation.result))
                    ):
                        target = id(self._document.node(schema))
                        found[target] += 1
                        homes.setdefault(target, (kind, schema))
        return homes[found.most_common(1)[0][0]] if found else ("application/problem+json", _PROBLEM)

    def word(self, operation: ContractOperation | None, refusal: Refusal) -> Response:
        """Return the response of a refusal."""
        said = None if operation is None else self._said(operation, refusal.status)
        if said is None:
            kind, schema = self._common
        elif not said.content:
            return Response(None, refusal.status)
        else:
            kind = next((one for one in said.content if is_json(one)), next(iter(said.content)))
            schema = self._document.node(said.content[kind]).get("schema", True)
        if not is_json(kind):
            if "*" not in kind:
                return Response(refusal.message.encode(), refusal.status, media_type=kind)
            kind = "application/json"
        problems = refusal.details if isinstance(refusal.details, list) else []
        known = self._known(schema, refusal, problems, 3)
        seed = f"error/{refusal.status}/{refusal.code}"
        if not isinstance(known, Mapping):
            value = known if self._composer.fits(known, schema) else self._composer.generate(schema, seed)
        else:
            value = self._composer.compose(schema, known, seed, sparse=True)
        return Response(value, refusal.status, media_type=kind)

    @staticmethod
    def _said(operation: ContractOperation, status: int) -> Said | None:
        """Return the operation's response for an error status, unless its default is also its success."""
        said = operation.answer(status)
        if (
            said is not None
            and said.status == "default"
            and not any(one[0] == "2" for one in operation.answers)
        ):
            return None
        return said

    def _known(self, schema: Any, refusal: Refusal, problems: list[Problem], depth: int) -> Any:
        """Return the members of an error that the refusal can fill."""
        kinds = self._document.kinds(schema)
        members = self._document.members(schema)
        if not members:
            if "array" in kinds and depth:
                return self._list(schema, refusal, problems, depth)
            return refusal.message if "string" in kinds else {"message": refusal.message}
        known: dict[str, Any] = {}
        for name, member in members.items():
            short, types = squeezed(name), self._document.kinds(member)
            for value in self._words(short, types, refusal):
                if name not in known and self._composer.fits(value, member):
                    known[name] = value
            if name in known or not depth:
                continue
            if "array" in types and (problems or name in self._composer.required(schema)):
                known[name] = self._list(member, refusal, problems, depth)
            elif self._document.members(member):
                known[name] = self._known(member, refusal, problems, depth - 1)
        return known

    @staticmethod
    def _words(name: str, types: set[str], refusal: Refusal) -> list[Any]:
        """Return possible values of a member of this name, the best first."""
        words: list[Any] = []
        if name in _STATUSES:
            words += [refusal.status] if types & {"integer", "number"} else []
            words += [str(refusal.status)] if types == {"string"} and name != "code" else []
        if name in _CODES and name != "error":
            words += [refusal.code, refusal.code.lower()]
        if name in _MESSAGES:
            words.append(refusal.message)
        return words

    def _list(self, schema: Any, refusal: Refusal, problems: list[Problem], depth: int) -> list[Any]:
        items = self._document.items(schema)
        found = []
        for problem in problems[:10] or [Problem((), refusal.message, refusal.code.lower())]:
            one = Refusal(refusal.status, problem.type, problem.msg)
            known = self._known(items, one, [], depth - 1)
            if isinstance(known, dict):
                for name, member in self._document.members(items).items():
                    if squeezed(name) in _FIELDS:
                        places = (list(problem.loc), ".".join(map(str, problem.loc[1:] or problem.loc)))
                        fitting = (place for place in places if self._composer.fits(place, member))
                        known |= (
                            {name: next(fitting)}
                            if any(self._composer.fits(place, member) for place in places)
                            else {}
                        )
                known = self._composer.compose(items, known, f"error/{problem.type}", sparse=True)
            found.append(known)
        return found
