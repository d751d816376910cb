"""How values and method groups are shown: JSON, a short repr, a table in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["MethodGroup", "Value"]


class Value:
    """The base of models, pages, results, events and downloads.

    | | |
    |---|---|
    | `to_dict()` | the members as JSON values |
    | `to_json()` | the same as text |
    | `repr(value)`, and a table in a notebook | short, without unset members, secrets masked |
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the members as JSON values. Unset members are left out, secrets are included."""
        from veneer._core.members import dumped

        return {name: dumped(one) for name, one, _ in self._members()}

    def to_json(self, *, indent: int | None = None) -> str:
        """Return `to_dict()` as JSON text: on one line, or with `indent` spaces for each level.

        Raises TypeError or ValueError for what JSON cannot hold, such as an open file or NaN.
        """
        import json

        from veneer._core.jsontext import plain

        separators = (",", ":") if indent is None else (",", ": ")
        return json.dumps(
            self.to_dict(), ensure_ascii=False, allow_nan=False, indent=indent, separators=separators, default=plain
        )  # fmt: skip

    def _members(self) -> Iterator[tuple[str, Any, bool]]:
        """Yield each set member: its name, its value, and whether it is secret."""
        from veneer._core.display import members

        return members(self)

    def __repr__(self) -> str:
        from veneer._core.display import brief

        return brief(self)

    def _repr_html_(self) -> str:
        from veneer._core.display import html

        return html(self)


class MethodGroup:
    """A group of a client's methods, such as `client.audit`."""

    def __repr__(self) -> str:
        cls, client = type(self), next(iter(vars(self).values()), None)
        methods = ", ".join(name for name in dir(cls) if not name.startswith("_"))
        return f"<{cls.__name__} of {client!r}: {methods}>"
