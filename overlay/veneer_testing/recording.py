"""Use cassettes in a pytest run: find a test's file, and play or record it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from veneer_testing.cassette import MATCH_ON, Cassette, CassetteError

if TYPE_CHECKING:
    from veneer._core.platform import Platform

__all__ = ["MODES", "TestCassette", "cassette_of", "path_of", "recorded"]

MODES: Final = {
    "none": "respond from cassettes, send nothing",
    "once": "record the tests that have no cassette yet",
    "new_episodes": "respond from cassettes, send and record other requests",
    "all": "send everything, and record every cassette again",
}
PASSED: Final = pytest.StashKey[bool]()
"""Whether a test's body passed, set when it is over."""
_CASSETTE: Final = pytest.StashKey["TestCassette"]()
_KEY: Final = "key-of-a-veneer-cassette"
_LONGEST: Final = 100
_OPTIONS: Final = ("match_on", "shown")


@dataclass(frozen=True)
class TestCassette:
    """The value of the fixture `veneer_cassette`: the file, and whether this run records it."""

    __test__ = False  # not a class of tests for pytest

    path: Path
    recording: bool
    _clients: dict[str, Any]

    def lead(self, name: str, facts: Platform, lead_to: Callable[[str | None, str | None], None]) -> None:
        """Point a client to its address in the recording, or to the address of the environment.

        `lead_to` sets the variables for base URL and key.
        """
        key = os.environ.get(facts.env_api_key or "")
        known = self._clients.get(name)
        if known is None and self.recording:
            from veneer_testing.redaction import Redactor

            base_url = os.environ.get(facts.env_base_url or "")
            known = {"base_url": Redactor().url(base_url) if base_url else None, "key": bool(key)}
            self._clients[name] = known
        found = known or {}
        if self.recording:
            lead_to(os.environ.get(facts.env_base_url or "") or found.get("base_url"), key)
        else:
            lead_to(found.get("base_url"), _KEY if found.get("key", True) else None)


def cassette_of(item: pytest.Item) -> TestCassette | None:
    """Return a test's cassette, if it has one."""
    return item.stash.get(_CASSETTE, None)


def path_of(item: pytest.Item) -> Path:
    """Return the file of a test's cassette, beside the test's module: `cassettes/test_things/test_it.json`."""
    within = item.nodeid.split("::")[1:]
    name = ".".join(within) or item.name
    plain = re.sub(r"[^\w.\[\]=,+-]", "_", name)[:_LONGEST]
    if plain != name:  # two tests must not share a file
        plain += f"-{hashlib.sha256(name.encode('utf-8')).hexdigest()[:8]}"
    return item.path.parent / "cassettes" / item.path.stem / f"{plain}.json"


def recorded(request: pytest.FixtureRequest, mode: str, options: Mapping[str, Any]) -> Iterator[TestCassette]:
    """Put a test's cassette between its clients and their servers, and write it if the test passes.

    Fails a test that continued after a request without a response.
    """
    from veneer_testing._async.taps import async_tapped
    from veneer_testing._sync.taps import tapped
    from veneer_testing.redaction import Redactor
    from veneer_testing.tape import Tape

    item: pytest.Item = request.node
    match_on, shown = _options(item, options)
    path = path_of(item)
    there = path.exists()
    plays = there and mode != "all"
    records = mode in {"all", "new_episodes"} or (mode == "once" and not there)
    try:
        cassette = Cassette.load(path, match_on) if plays else Cassette(path, match_on=match_on)
    except CassetteError as error:
        pytest.fail(str(error), pytrace=False)
    again = "new_episodes" if there else "once"
    hint = f"Record it: pytest --veneer-record={again} '{item.nodeid}'"
    tape = Tape(cassette, Redactor(shown), plays=plays or not records, records=records, hint=hint)
    made = TestCassette(path, records, cassette.clients)
    item.stash[_CASSETTE] = made
    with tapped(tape), async_tapped(tape):
        yield made
    passed = item.stash.get(PASSED, False)
    if tape.misses and passed:
        pytest.fail(f"the test continued without a response: {tape.misses[0]}", pytrace=False)
    count = tape.finish()
    if count and passed:
        cassette.save()
    elif count:
        words = f"{path} is not written: the recording of a failed test is discarded"
        item.add_report_section("teardown", "cassette", words)


def _options(item: pytest.Item, options: Mapping[str, Any]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the parts to match on and the names that are not secret, from the run's options and the mark's."""
    mark = item.get_closest_marker("cassette")
    given = {**options, **(mark.kwargs if mark is not None else {})}
    unknown = sorted(set(given) - set(_OPTIONS))
    if unknown or (mark is not None and mark.args):
        what = unknown[0] if unknown else repr(mark.args[0] if mark else "")
        pytest.fail(f"a cassette takes {' and '.join(_OPTIONS)}, not {what}", pytrace=False)
    match_on, shown = tuple(given.get("match_on", MATCH_ON)), frozenset(given.get("shown", ()))
    if wrong := sorted(set(match_on) - set(MATCH_ON)):
        pytest.fail(f"match_on of a cassette takes {', '.join(MATCH_ON)}, not {wrong[0]}", pytrace=False)
    return match_on, shown
