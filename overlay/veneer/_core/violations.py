"""Name a place where a response breaks its contract: by path and type, never by value."""

from __future__ import annotations

import json
import re
import sys
import warnings
from typing import Any, NamedTuple

__all__ = ["SchemaViolation", "SchemaViolationWarning", "json_type", "member", "warn", "warn_caller"]

_INDEX = re.compile(r"\[\d+\]")


class SchemaViolationWarning(UserWarning):
    """A response breaks its contract; what fits was decoded, the rest is kept as sent."""


class SchemaViolation(NamedTuple):
    """One place of a response that breaks the contract.

    `kind` is one of these:

    | kind | the contract |
    |---|---|
    | missing | requires a member that is missing |
    | type | names another JSON type |
    | format | names a format (`date-time`, `date`, `uuid`) that the text does not have |
    | enum | lists values, and this is not one of them |
    | unknown | names members, and this is not one of them |
    | body | describes a body but there is none, or no body but there is one |
    | status, media, route | does not list the status, the media type or the operation |

    `path` is a JSONPath with the row's index (`$.items[3].created_at`), `expected` and `found` are
    names of JSON types or formats, `operation` is the call's name (of a sampled response:
    `GET /items/{id}`), `status` the HTTP status. No value is kept: it may be a secret.
    """

    kind: str
    path: str = "$"
    expected: str = ""
    found: str = ""
    operation: str = ""
    status: str = ""

    @property
    def pattern(self) -> str:
        """The path with `[*]` for each index: the same for all rows of a list."""
        return _INDEX.sub("[*]", self.path)

    def __str__(self) -> str:
        where = f"{self.operation} {self.status}".strip()
        return f"{where}: {self.what}" if where else self.what

    @property
    def what(self) -> str:
        """What is wrong, without the operation."""
        match self.kind:
            case "route":
                return "not an operation of the contract"
            case "status":
                return f"a status that the contract does not list (there are {self.expected})"
            case "media":
                return f"content type {self.found}, the contract says {self.expected}"
            case "body":
                return f"{self.found}, the contract says {self.expected}"
            case "type":
                return f"{self.path} is {self.found}, the contract says {self.expected}"
            case "format":
                return f"{self.path} is not a {self.expected}"
            case "enum":
                return f"{self.path} has a value that the contract does not list ({self.found})"
            case "missing":
                return f"{self.path} is missing"
            case _:
                return f"{self.path} is not in the contract ({self.found})"

    def to_dict(self) -> dict[str, str]:
        """Return the violation as JSON's own types."""
        return self._asdict()


def member(name: str) -> str:
    """Return a member's step in a JSONPath (RFC 9535 §2.5.1)."""
    return f".{name}" if name.isidentifier() else f"[{json.dumps(name)}]"


def json_type(value: Any) -> str:
    """Return JSON's name for a value's type; a number without a fraction is an integer (JSON Schema)."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def warn(violation: SchemaViolation) -> None:
    """Warn about a violation at the caller's line."""
    warn_caller(f"{violation}; kept as the server sent it", SchemaViolationWarning)


def warn_caller(text: str, category: type[Warning]) -> None:
    """Warn at the line where the caller's code called the client."""
    depth, frame = 1, sys._getframe(1)  # noqa: SLF001  # what `warnings` does itself for skip_file_prefixes, from 3.12 on
    while frame.f_back is not None and _is_own(str(frame.f_globals.get("__name__"))):
        depth, frame = depth + 1, frame.f_back
    warnings.warn(text, category, stacklevel=depth + 1)


_OWN = frozenset({"veneer", "veneer_generated", "warnings"})


def _is_own(module: str) -> bool:
    """Return whether a module is ours, or of a derived client (`acme_shop._sync.orders`)."""
    first, *others = module.split(".")
    return first in _OWN or not {"_sync", "_async"}.isdisjoint(others)
