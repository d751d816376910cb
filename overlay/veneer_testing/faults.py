"""Add faults for one test: the `fault` fixture and mark, for the sandboxes that the test uses."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

import pytest

from veneer_testing.recording import cassette_of

if TYPE_CHECKING:
    from veneer.sandbox import Sandbox

__all__ = ["AddFault", "check_marks", "sandboxes_of", "use_sandbox"]

_SANDBOXES: Final = pytest.StashKey[dict[str, "Sandbox"]]()
_PLACES: Final = ("platform", "method", "path")
_USAGE: Final = '@pytest.mark.fault("status=503;times=2", method="POST", path="/things")'


class AddFault(Protocol):
    """The type of the `fault` fixture."""

    def __call__(self, text: str, *, platform: str = "*", method: str = "*", path: str = "*") -> int:
        """Add a standing fault to each sandbox of the test, and return its id in the first."""
        ...


def sandboxes_of(item: pytest.Item) -> dict[str, Sandbox]:
    """Return the sandboxes that a test uses, by the names of their fixtures."""
    return item.stash.setdefault(_SANDBOXES, {})


def use_sandbox(item: pytest.Item, name: str, sandbox: Sandbox) -> Sandbox:
    """Reset a sandbox for the test, with the faults of the test's marks."""
    marks = _marks(item)
    sandbox.reset()
    sandboxes_of(item)[name] = sandbox
    for text, place in marks:
        if serves(sandbox, place.get("platform", "*")):
            add_fault(item, sandbox, text, place)
    return sandbox


def check_marks(item: pytest.Item) -> None:
    """Fail a test whose marked faults cannot apply: it uses no sandbox, or none of that platform."""
    used = sandboxes_of(item).values()
    for text, place in _marks(item):
        platform = place.get("platform", "*")
        if not any(serves(sandbox, platform) for sandbox in used):
            of = "" if platform == "*" else f" of {platform}"
            why = "take a fixture such as acme_client or veneer_sandbox"
            if cassette_of(item) is not None:
                why = "its clients use a cassette, which has the recorded faults"
            _refuse(item, text, f"the test uses no sandbox{of}: {why}")


def serves(sandbox: Sandbox, platform: str) -> bool:
    """Return whether a sandbox has a platform of that name; `*` and `?` are wildcards."""
    return any(fnmatchcase(name, platform) for name in sandbox.base_urls)


def add_fault(item: pytest.Item, sandbox: Sandbox, text: str, place: Mapping[str, str]) -> None:
    """Add a mark's fault; fail the test if its text is invalid."""
    try:
        sandbox.fault(text, **place)
    except ValueError as error:
        _refuse(item, text, str(error))


def _marks(item: pytest.Item) -> list[tuple[str, dict[str, str]]]:
    """Return the faults of a test's marks, its own before those of its class and module."""
    found = []
    for mark in item.iter_markers("fault"):
        texts: list[Any] = [*mark.args, *mark.kwargs.values()]
        unknown = sorted(set(mark.kwargs) - set(_PLACES))
        if unknown:
            _refuse(item, *mark.args[:1], f"it takes {', '.join(_PLACES)}, not {unknown[0]}: {_USAGE}")
        if len(mark.args) != 1 or not all(isinstance(one, str) for one in texts):
            _refuse(item, *mark.args[:1], f"it takes one text, and places as keywords: {_USAGE}")
        found.append((mark.args[0], dict(mark.kwargs)))
    return found


def _refuse(item: pytest.Item, *what: object) -> NoReturn:
    shown = f"({what[0]!r})" if len(what) > 1 else ""
    pytest.fail(f"{item.nodeid}: @pytest.mark.fault{shown}: {what[-1]}", pytrace=False)
