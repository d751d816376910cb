"""Describe the operations of a platform's contract: names, arguments with their types, bodies and answers."""

from __future__ import annotations

import difflib
import importlib.resources
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from veneer._core.dotted_path import attribute_names
from veneer._core.errors import ConfigurationError
from veneer_cli.text import json_or_text, read_json
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import (
    Found,
    find_operations,
    function_of,
    is_json,
    media_type,
    parameters_of,
    successes_of,
)

__all__ = ["Contract", "Operation", "Parameter", "document", "load", "read"]

_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument: `place` is path, query, header, cookie or body (a member of it); `kind` its JSON type, `file` or `any`."""

    name: str
    place: str
    kind: str
    items: str = "any"
    required: bool = False
    description: str = ""

    @property
    def type(self) -> str:
        """The type for people: `array of string`."""
        return f"array of {self.items}" if self.kind == "array" and self.items != "any" else self.kind


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as its contract describes it; a generated module of the same method and path sends it."""

    id: str
    name: str
    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: str
    answers: tuple[str, ...]
    paged: bool

    @property
    def streams(self) -> bool:
        """True where the answer is always a stream."""
        return self.answers == ("text/event-stream",)

    @property
    def binary(self) -> bool:
        """True where the answer is a file."""
        return bool(self.answers) and not any(is_json(one) or one.startswith("text/") for one in self.answers)

    def value(self, name: str, texts: Sequence[str]) -> tuple[str, Any]:
        """Type an argument by the contract; `name` is the contract's, or that with other signs and capitals.

        Several texts make an array.

        Raises ConfigurationError for a name that the operation does not have and a text that does not fit.
        """
        alike = [one for one in self.parameters if _squeezed(one.name) == _squeezed(name)]
        found = next((one for one in alike if one.name == name), alike[0] if alike else None)
        if found is None:
            known = ", ".join(one.name for one in self.parameters) or "no parameters"
            raise ConfigurationError(f"{self.name} has no parameter {name!r}; it has {known}")
        if found.kind == "array" and not (len(texts) == 1 and texts[0].lstrip().startswith("[")):
            return found.name, [_typed(found.name, found.items, text) for text in texts]
        if len(texts) > 1:
            raise ConfigurationError(f"{found.name} of {self.name} takes one value")
        return found.name, _typed(found.name, found.kind, texts[0])

    def check(self, values: Mapping[str, Any], *, body: bool) -> None:
        """Raise ConfigurationError that names the required arguments which are missing; a whole body stands for its members."""
        missing = [
            one.name
            for one in self.parameters
            if one.required and one.name not in values and not (body and one.place == "body")
        ]
        if missing:
            given = " ".join(f"--param {name}=…" for name in missing)
            raise ConfigurationError(f"{self.name} needs {given}")


@dataclass(frozen=True, slots=True)
class Contract:
    """The operations of a platform, in the contract's order."""

    operations: tuple[Operation, ...]

    def find(self, text: str) -> Operation:
        """Find an operation by its operationId, its name in the SDK (`invoke_abp`, `invoke-abp`), or `"METHOD /path"`.

        Raises ConfigurationError with the names that come close.
        """
        wanted = {text, text.replace("-", "_")}
        method, _, path = text.partition(" ")
        for one in self.operations:
            if wanted & {one.id, one.name} or (one.method == method.upper() and one.path == path.strip()):
                return one
        names = [one.name for one in self.operations]
        close = difflib.get_close_matches(text.replace("-", "_"), names, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "`operations` lists them"
        raise ConfigurationError(f"no operation {text!r}; {hint}")


def load(platform: str) -> Contract:
    """Read the operations of a platform's contract."""
    return read(document(platform))


def document(platform: str) -> dict[str, Any]:
    """Read a platform's contract from the generated package's data."""
    file = importlib.resources.files("veneer_generated.contracts") / f"{platform}.json"
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def read(document: Mapping[str, Any]) -> Contract:
    """Read an OpenAPI document whose references are local."""
    return Contract(tuple(_operation(document, one) for one in find_operations(document)))


def _squeezed(name: str) -> str:
    """Return what names have in common that only signs and capitals part: `decisionId`, `decision_id`, `decision-id`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _operation(document: Mapping[str, Any], found: Found) -> Operation:
    facts = found.node
    identifier = str(facts.get("operationId") or f"{found.method} {found.path}")
    content = pointers.follow(document, facts.get("requestBody")).get("content") or {}
    media = next((one for one in content if is_json(media_type(one))), next(iter(content), ""))
    answers = (kind for one in successes_of(document, facts) for kind in one.get("content") or ())
    return Operation(
        id=identifier,
        name=attribute_names(function_of(identifier, found.method, found.path))[0],
        method=found.method.upper(),
        path=found.path,
        summary=str(facts.get("summary") or facts.get("description") or "").strip().partition("\n")[0],
        parameters=(
            *(
                _parameter(document, one["name"], one["in"], one.get("schema", {}), one)
                for one in parameters_of(document, found)
            ),
            *_members(document, content.get(media, {}).get("schema", {}), media),
        ),
        body=media,
        answers=tuple(dict.fromkeys(answers)),
        paged="x-veneer-pagination" in facts,
    )


def _members(document: Mapping[str, Any], schema: Mapping[str, Any], media: str) -> Iterator[Parameter]:
    """The members of an object body, which --param reaches by name too."""
    if not (is_json(media_type(media)) or media == "multipart/form-data"):
        return
    required, members = _object(document, schema)
    for name, one in members.items():
        yield _parameter(
            document, name, "body", one, {**pointers.follow(document, one), "required": name in required}
        )


def _object(document: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[set[str], dict[str, Any]]:
    found = pointers.follow(document, schema)
    required, members = set(found.get("required", [])), dict(found.get("properties", {}))
    for part in found.get("allOf", []):
        more_required, more = _object(document, part)
        required |= more_required
        members |= more
    return required, members


def _parameter(
    document: Mapping[str, Any], name: str, place: str, schema: Mapping[str, Any], facts: Mapping[str, Any]
) -> Parameter:
    kind, items = _kind(document, schema)
    required = facts.get("required") is True
    return Parameter(name, place, kind, items, required, str(facts.get("description", "")).strip())


def _kind(document: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[str, str]:
    """A schema's type and, for an array, that of its items; `any` where there are several."""
    found = pointers.follow(document, schema)
    if found.get("format") == "binary" or found.get("contentMediaType") == "application/octet-stream":
        return "file", "any"
    kind = found.get("type")
    kinds = {one for one in (kind if isinstance(kind, list) else [kind]) if one not in {None, "null"}}
    parts = (part for key in ("anyOf", "oneOf", "allOf") for part in found.get(key, []))
    kinds |= {_kind(document, part)[0] for part in parts if part != {"type": "null"}}
    if not kinds and "properties" in found:
        kinds = {"object"}
    if not kinds and "enum" in found:
        kinds = {"string"} if all(isinstance(one, str) for one in found["enum"]) else set()
    only = kinds.pop() if len(kinds) == 1 else "any"
    return only, _kind(document, found.get("items", {}))[0] if only == "array" else "any"


_SHOWN: Final = 60
"""Characters of a wrong argument that its error quotes."""


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
                return read_json(text)
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
    if not math.isfinite(found):  # JSON has no form for it
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
