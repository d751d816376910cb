"""Select the parts of a result to print: `--fields` names members, `--query` is a JMESPath expression."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from veneer._core.errors import ConfigurationError

__all__ = ["Fields", "Query", "QueryError", "at", "compiled"]


class QueryError(Exception):
    """The query does not fit the result, although the call succeeded."""


@dataclass(slots=True)
class Fields:
    """The members to print, as dotted paths (`id`, `owner.name`); `absent` are in no result so far."""

    paths: tuple[str, ...]
    absent: set[str] = field(default_factory=set)
    known: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Fields:
        """Read `a,b.c`. Raises ConfigurationError for an empty name."""
        paths = tuple(dict.fromkeys(one.strip() for one in text.split(",")))
        if not all(all(path.split(".")) for path in paths):
            raise ConfigurationError("--fields takes names separated by commas, such as id,owner.name")
        return cls(paths, set(paths))

    def __call__(self, value: Any) -> Any:
        """Return the members of an object, or of each in a list; any other value unchanged."""
        if isinstance(value, list):
            return [self(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        self.known.update(dict.fromkeys(value))
        found = {path: at(value, path) for path in self.paths}
        self.absent -= {path for path, one in found.items() if one is not None}
        return found

    def remark(self) -> str:
        """Return a remark on names that no result has, with similar ones; "" if all were found."""
        unknown = [
            path for path in self.paths if path in self.absent and path.split(".")[0] not in self.known
        ]
        if not unknown or not self.known:
            return ""
        close = [one for path in unknown for one in difflib.get_close_matches(path, self.known, n=1)]
        hint = f"did you mean {', '.join(close)}?" if close else f"the members are {', '.join(self.known)}"
        return f"--fields: no result has {', '.join(unknown)}; {hint}"


@dataclass(frozen=True, slots=True)
class Query:
    """A JMESPath expression (https://jmespath.org), as in the command lines of AWS and Azure."""

    search: Callable[[Any], Any]

    def __call__(self, value: Any) -> Any:
        """Return the value of the expression. Raises QueryError if it does not fit."""
        try:
            return self.search(value)
        except ValueError as error:  # jmespath's errors are
            raise QueryError(f"--query: {_first_line(error)}") from None


def compiled(text: str) -> Query:
    """Parse an expression. Raises ConfigurationError if it is invalid."""
    try:
        import jmespath  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise ConfigurationError('--query needs jmespath: pip install "veneer[cli]"') from None
    try:
        return Query(jmespath.compile(text).search)
    except ValueError as error:
        raise ConfigurationError(f"--query is not a JMESPath expression: {_first_line(error)}") from None


def at(value: Any, path: str) -> Any:
    """Return the value at a dotted path in JSON; None if there is none."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _first_line(error: ValueError) -> str:
    lines: Iterable[str] = str(error).splitlines()
    return next(iter(lines), type(error).__name__)
