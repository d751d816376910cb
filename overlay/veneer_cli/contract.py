"""Describe the operations of a contract: names, arguments with their types, bodies and responses."""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from veneer._core.dotted_path import attribute_names
from veneer._core.errors import ConfigurationError
from veneer_cli.masking import marks_secret
from veneer_cli.text import json_or_text, read_json
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import (
    Found,
    body_rank,
    find_operations,
    function_of,
    is_json,
    media_type,
    parameters_of,
    successes_of,
)

__all__ = ["Contract", "Operation", "Parameter", "has_members", "read"]

_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of an operation.

    `place` is path, query, header, cookie or body (a member of it). `kind` is its JSON type, `file`
    or `any`. `choices` are the values that the contract lists, for an array those of its items.
    `default` is the server's default. `members` are those of an object, one level down. `secret` is
    what the contract marks as one.
    """

    name: str
    place: str
    kind: str
    items: str = "any"
    required: bool = False
    description: str = ""
    choices: tuple[Any, ...] = ()
    default: Any = None
    members: tuple[Parameter, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    secret: bool = False

    @property
    def type(self) -> str:
        """The type as help shows it: `array of string`."""
        return f"array of {self.items}" if self.kind == "array" and self.items != "any" else self.kind

    def value(self, texts: Sequence[str], called: str = "") -> Any:
        """Parse texts by the contract's type; several texts make an array.

        Raises ConfigurationError, which names the argument as `called`, for a text that does not fit.
        """
        called = called or self.name
        if self.kind == "array" and not (len(texts) == 1 and texts[0].lstrip().startswith("[")):
            return [_typed(called, self.items, text) for text in texts]
        if len(texts) > 1:
            raise ConfigurationError(f"{called} takes one value")
        return _typed(called, self.kind, texts[0])


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as its contract describes it; the generated module of its method and path sends it."""

    id: str
    name: str
    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: str
    answers: tuple[str, ...]
    paged: bool
    description: str = ""
    columns: tuple[str, ...] = ()
    """The members of each row that make columns, if the response is a list."""
    deprecated: bool = False
    needs_body: bool = False
    """Whether a body is required and has no members that flags could give."""

    @property
    def streams(self) -> bool:
        """True if the response is always a stream."""
        return self.answers == ("text/event-stream",)

    @property
    def binary(self) -> bool:
        """True if the response is a file."""
        return bool(self.answers) and not any(is_json(one) or one.startswith("text/") for one in self.answers)

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by its name, whatever its case and separators. Raises ConfigurationError."""
        alike = [one for one in self.parameters if _squeezed(one.name) == _squeezed(name)]
        found = next((one for one in alike if one.name == name), alike[0] if alike else None)
        if found is None:
            known = ", ".join(one.name for one in self.parameters) or "no parameters"
            raise ConfigurationError(f"{self.name} has no parameter {name!r}; it has {known}")
        return found

    def value(self, name: str, texts: Sequence[str]) -> tuple[str, Any]:
        """Return an argument's name and its value, parsed by the contract's type.

        The case and the separators of `name` do not matter. Several texts make an array.

        Raises ConfigurationError for an unknown name and for a text that does not fit.
        """
        found = self.parameter(name)
        return found.name, found.value(texts)

    def check(
        self,
        values: Mapping[str, Any],
        *,
        body: bool,
        said: Callable[[Parameter], str] = lambda one: f"--param {one.name}=…",
    ) -> None:
        """Raise ConfigurationError if required arguments are missing; `said` returns how to give one.

        A whole body replaces its members.
        """
        missing = [
            said(one)
            for one in self.parameters
            if one.required and one.name not in values and not (body and one.place == "body")
        ]
        missing += ["--body"] if self.needs_body and not body else []
        if missing:
            raise ConfigurationError(f"{self.name} needs {' '.join(missing)}")


@dataclass(frozen=True)
class Contract:
    """The operations of a contract, in its order; each is described at its first use."""

    document: Mapping[str, Any]

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations."""
        return tuple(_operation(self.document, one) for one in self._found)

    @cached_property
    def _found(self) -> tuple[Found, ...]:
        return tuple(find_operations(self.document))

    def find(self, text: str) -> Operation:
        """Return an operation by its operationId, SDK name (`invoke_abp`, `invoke-abp`) or `"METHOD /path"`.

        Raises ConfigurationError with similar names.
        """
        wanted = {text, text.replace("-", "_")}
        method, _, path = text.partition(" ")
        for one in self._found:
            if wanted & {*_names(one)} or (one.method == method.lower() and one.path == path.strip()):
                return _operation(self.document, one)
        names = [_names(one)[1] for one in self._found]
        close = difflib.get_close_matches(text.replace("-", "_"), names, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "`operations` lists them"
        raise ConfigurationError(f"no operation {text!r}; {hint}")


def read(document: Mapping[str, Any]) -> Contract:
    """Read an OpenAPI document whose references are local."""
    return Contract(document)


def _names(found: Found) -> tuple[str, str]:
    """Return an operation's id and its name in the SDK."""
    identifier = str(found.node.get("operationId") or f"{found.method} {found.path}")
    return identifier, attribute_names(function_of(identifier, found.method, found.path))[0]


def _squeezed(name: str) -> str:
    """Return a name without case and separators: one for `decisionId`, `decision_id`, `decision-id`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _operation(document: Mapping[str, Any], found: Found) -> Operation:
    facts = found.node
    identifier, name = _names(found)
    body = pointers.follow(document, facts.get("requestBody"))
    content = body.get("content") or {}
    media = min(content, key=body_rank, default="")
    members = tuple(_members(document, content.get(media, {}).get("schema", {}), media))
    answers = (kind for one in successes_of(document, facts) for kind in one.get("content") or ())
    return Operation(
        id=identifier,
        name=name,
        method=found.method.upper(),
        path=found.path,
        summary=str(facts.get("summary") or facts.get("description") or "").strip().partition("\n")[0],
        parameters=(
            *(
                _parameter(document, one["name"], one["in"], one.get("schema", {}), one)
                for one in parameters_of(document, found)
            ),
            *members,
        ),
        body=media,
        answers=tuple(dict.fromkeys(answers)),
        paged="x-veneer-pagination" in facts,
        description=str(facts.get("description") or "").strip(),
        columns=tuple(_columns(document, facts)),
        deprecated=facts.get("deprecated") is True,
        needs_body=body.get("required") is True and not members,
    )


_COLUMNS: Final = 8
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


def _columns(document: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """Return the first few scalar members of a list's rows; none if the response is not a list."""
    media = (kind for one in successes_of(document, facts) for kind in (one.get("content") or {}).items())
    schema: Any = next((about.get("schema") for kind, about in media if is_json(media_type(kind))), {})
    pages = facts.get("x-veneer-pagination")
    path = str(pages.get("items") or "") if isinstance(pages, Mapping) else ""
    for name in filter(None, path.split(".")):
        schema = _object(document, schema)[1].get(name)
    rows = pointers.follow(document, schema).get("items")
    members = _object(document, rows)[1] if isinstance(rows, Mapping) else {}
    scalar = (name for name, one in members.items() if _kind(document, one)[0] in _SCALARS)
    return [*itertools.islice(scalar, _COLUMNS)]


def has_members(media: str) -> bool:
    """Return whether a body of this media type may be an object: JSON and forms."""
    plain = media_type(media)
    return is_json(plain) or plain.startswith("multipart/") or plain == "application/x-www-form-urlencoded"


def _members(document: Mapping[str, Any], schema: Mapping[str, Any], media: str) -> Iterator[Parameter]:
    """Yield the members of an object body, which --param sets by name too."""
    if not has_members(media):
        return
    required, members = _object(document, schema)
    for name, one in members.items():
        yield _parameter(
            document, name, "body", one, {**pointers.follow(document, one), "required": name in required}
        )


_DEEPEST: Final = 5
"""How many levels of nested schemas are followed; a schema may contain itself."""


def _object(document: Mapping[str, Any], schema: Any, depth: int = 0) -> tuple[set[str], dict[str, Any]]:
    found = pointers.follow(document, schema)
    required, members = set(found.get("required") or ()), dict(found.get("properties") or {})
    for part in found.get("allOf") or () if depth < _DEEPEST else ():
        more_required, more = _object(document, part, depth + 1)
        required |= more_required
        members |= more
    return required, members


def _parameter(
    document: Mapping[str, Any],
    name: str,
    place: str,
    schema: Mapping[str, Any],
    facts: Mapping[str, Any],
    *,
    within: bool = False,
) -> Parameter:
    kind, items = _kind(document, schema)
    listed = _choices(document, schema)
    required, members = _object(document, schema) if kind == "object" and not within else (set(), {})
    return Parameter(
        name,
        place,
        kind,
        items,
        required=facts.get("required") is True,
        description=str(facts.get("description", "")).strip(),
        choices=listed or _choices(document, pointers.follow(document, schema).get("items")),
        default=pointers.follow(document, schema).get("default"),
        members=tuple(
            _parameter(
                document,
                part,
                place,
                one,
                {**pointers.follow(document, one), "required": part in required},
                within=True,
            )
            for part, one in members.items()
        ),
        schema=schema,
        secret=marks_secret(facts) or marks_secret(pointers.follow(document, schema)),
    )


def _choices(document: Mapping[str, Any], schema: Any, depth: int = 0) -> tuple[Any, ...]:
    """Return the values that a schema and its alternatives list; none if an alternative lists none."""
    found = pointers.follow(document, schema)
    if isinstance(found.get("enum"), list):
        return tuple(one for one in found["enum"] if one is not None)
    if "const" in found:
        return (found["const"],)
    several = next(filter(None, (found.get(key) for key in ("anyOf", "oneOf", "allOf"))), ())
    listed = [
        _choices(document, one, depth + 1) for one in several if one != {"type": "null"} and depth < _DEEPEST
    ]
    return tuple(itertools.chain(*listed)) if all(listed) else ()


def _kind(document: Mapping[str, Any], schema: Any, depth: int = 0) -> tuple[str, str]:
    """Return a schema's type and, for an array, that of its items; `any` if there are several."""
    found = pointers.follow(document, schema)
    if found.get("format") == "binary" or found.get("contentMediaType") == "application/octet-stream":
        return "file", "any"
    kind = found.get("type")
    kinds = {one for one in (kind if isinstance(kind, list) else [kind]) if one not in {None, "null"}}
    if depth == _DEEPEST:
        return "any", "any"
    parts = (part for key in ("anyOf", "oneOf", "allOf") for part in found.get(key) or ())
    kinds |= {_kind(document, part, depth + 1)[0] for part in parts if part != {"type": "null"}}
    if not kinds and "properties" in found:
        kinds = {"object"}
    if not kinds and "enum" in found:
        kinds = {"string"} if all(isinstance(one, str) for one in found["enum"]) else set()
    only = kinds.pop() if len(kinds) == 1 else "any"
    return only, _kind(document, found.get("items"), depth + 1)[0] if only == "array" else "any"


_SHOWN: Final = 60
"""How many characters of a wrong argument its error quotes."""


def _typed(name: str, kind: str, text: str) -> Any:
    try:
        match kind:
            case "integer":
                return int(text)
            case "number":
                return _number(text)
            case "boolean":
                return _boolean(text)
            case "object" | "array":
                found = read_json(text)
                if not isinstance(found, {"object": dict, "array": list}[kind] | None):
                    raise ValueError(text)  # noqa: TRY004  # a wrong text, like the others
                return found
            case "any":
                return json_or_text(text)
            case _:
                return text
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: {error.message}") from None
    except ValueError:
        shown = repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
        raise ConfigurationError(f"{name} takes {_article(kind)}, not {shown}") from None


def _number(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):  # JSON cannot express it
        raise ValueError(text)
    return found


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise ValueError(text)


def _article(kind: str) -> str:
    if kind in {"object", "array"}:
        return f"a JSON {kind}"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
