"""Faults for one test: the `fault` fixture and the mark of that name, for whichever sandboxes the test uses."""

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
    """What the `fault` fixture is."""

    def __call__(self, text: str, *, platform: str = "*", method: str = "*", path: str = "*") -> int:
        """Add a standing fault to each sandbox of the test; its id in the first."""
        ...


def sandboxes_of(item: pytest.Item) -> dict[str, Sandbox]:
    """Return the sandboxes that a test uses, by the names of their fixtures."""
    return item.stash.setdefault(_SANDBOXES, {})


def use_sandbox(item: pytest.Item, name: str, sandbox: Sandbox) -> Sandbox:
    """Make a sandbox one of the test's, as if it had just started but for the faults that the test is marked with."""
    marks = _marks(item)
    sandbox.reset()
    sandboxes_of(item)[name] = sandbox
    for text, place in marks:
        if serves(sandbox, place.get("platform", "*")):
            add_fault(item, sandbox, text, place)
    return sandbox


def check_marks(item: pytest.Item) -> None:
    """Fail a test that is marked with faults which nothing can have: it uses no sandbox, or none of that platform."""
    used = sandboxes_of(item).values()
    for text, place in _marks(item):
        platform = place.get("platform", "*")
        if not any(serves(sandbox, platform) for sandbox in used):
            of = "" if platform == "*" else f" of {platform}"
            why = "take a fixture such as acme_client or veneer_sandbox"
            if cassette_of(item) is not None:
                why = "its clients are answered from a cassette, which has the faults that were recorded"
            _refuse(item, text, f"the test uses no sandbox{of}: {why}")


def serves(sandbox: Sandbox, platform: str) -> bool:
    """Return whether a sandbox has a platform of that name, in which `*` and `?` may stand for any letters."""
    return any(fnmatchcase(name, platform) for name in sandbox.base_urls)


def add_fault(item: pytest.Item, sandbox: Sandbox, text: str, place: Mapping[str, str]) -> None:
    """Add a mark's fault; fail the test where its text is none."""
    try:
        sandbox.fault(text, **place)
    except ValueError as error:
        _refuse(item, text, str(error))


def _marks(item: pytest.Item) -> list[tuple[str, dict[str, str]]]:
    """Return what a test's marks say, its own before those of its class and module."""
    found = []
    for mark in item.iter_markers("fault"):
        texts: list[Any] = [*mark.args, *mark.kwargs.values()]
        unknown = sorted(set(mark.kwargs) - set(_PLACES))
        if unknown:
            _refuse(item, *mark.args[:1], f"it takes {', '.join(_PLACES)}, not {unknown[0]}: {_USAGE}")
        if len(mark.args) != 1 or not all(isinstance(one, str) for one in texts):
            _refuse(item, *mark.args[:1], f"it takes one text and says where: {_USAGE}")
        found.append((mark.args[0], dict(mark.kwargs)))
    return found


def _refuse(item: pytest.Item, *what: object) -> NoReturn:
    shown = f"({what[0]!r})" if len(what) > 1 else ""
    pytest.fail(f"{item.nodeid}: @pytest.mark.fault{shown}: {what[-1]}", pytrace=False)
