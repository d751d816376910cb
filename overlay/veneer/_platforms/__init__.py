"""What the facades of all platforms share: arguments that need not be given, moments, how lists are walked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, TypeVar

from veneer._core.errors import ConfigurationError, MissingMemberError

__all__ = ["WALK", "WalkOptions", "given", "moment", "whole"]

M = TypeVar("M")


class WalkOptions(TypedDict, total=False):
    """How a list is walked; each as in `Client.paginate`."""

    concurrency: int
    prefetch: bool
    resume_from: Mapping[str, Any] | None
    max_pages: int | None
    max_items: int | None


WALK = tuple(WalkOptions.__annotations__)
"""The names of these options, for what checks keywords."""


def given(**arguments: Any) -> dict[str, Any]:
    """Keep the arguments that are not None: generated models and endpoints tell "not given" from null."""
    return {name: value for name, value in arguments.items() if value is not None}


def moment(value: datetime | str) -> datetime:
    """Read a moment with its offset from UTC: ISO 8601 text, or a datetime (a naive one is local time, as everywhere in Python).

    Raises ConfigurationError for text that is no ISO 8601 moment.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ConfigurationError("not an ISO 8601 moment; write it like 2026-11-02T09:30:00Z") from None
    return value.astimezone() if value.tzinfo is None else value


def whole(model: M) -> M:
    """Return a model, for a member of it to be read.

    Raises MissingMemberError where the server sent something else in its place: a list, a text, null.
    """
    if hasattr(type(model), "to_dict"):
        return model
    from veneer._core.violations import json_type

    error = MissingMemberError(
        f"$ is {json_type(model)}, the contract says object: it has no members to read "
        "(client.call_raw(…) gives what the server sent)"
    )
    error.path = "$"
    raise error
