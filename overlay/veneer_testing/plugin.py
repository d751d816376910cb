"""Implement the pytest plugin `veneer.testing`: options, marks and fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from veneer_testing.faults import AddFault, check_marks, sandboxes_of, serves, use_sandbox
from veneer_testing.fixtures import Api, client_fixtures, environment, sandbox_server
from veneer_testing.recording import MODES, PASSED, TestCassette, recorded

if TYPE_CHECKING:
    from collections.abc import Generator

    from veneer.sandbox import Sandbox

__all__ = [
    "aerostack_client",
    "async_aerostack_client",
    "async_hestiaos_client",
    "async_hybridb_client",
    "async_velerian_client",
    "fault",
    "hestiaos_client",
    "hybridb_client",
    "marked_cassette",
    "pytest_addoption",
    "pytest_configure",
    "pytest_itemcollected",
    "pytest_report_header",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "velerian_client",
    "veneer_cassette",
    "veneer_cassette_options",
    "veneer_environment",
    "veneer_sandbox",
    "veneer_sandbox_options",
    "veneer_sandbox_server",
]

_MARKS = (
    'fault(text, platform="*", method="*", path="*"): add a fault to the sandboxes of the test (docs/sandbox.md lists the texts)',
    "cassette(match_on=…, shown=…): serve the clients of the test from a file, or record it with --veneer-record",
)
_MARKED_CASSETTE = "_veneer_marked_cassette"

_APIS = {
    one.name: one
    for one in (
        Api("hybridb", "veneer.hybridb:HybriDBClient", "veneer.hybridb:AsyncHybriDBClient", "veneer_sandbox"),
        Api("hestiaos", "veneer.hestiaos:Client", "veneer.hestiaos:AsyncClient", "veneer_sandbox"),
        Api("velerian", "veneer.velerian:VelerianClient", "veneer.velerian:AsyncVelerianClient", "veneer_sandbox"),
        Api("aerostack", "veneer.aerostack:SDK", "veneer.aerostack:SDK", "veneer_sandbox", "http_headers"),
    )
}  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "; ".join(f"{mode}: {meaning}" for mode, meaning in MODES.items())
    parser.getgroup("veneer").addoption(
        "--veneer-record",
        nargs="?",
        const="once",
        default="none",
        metavar="MODE",
        help=f"record the cassettes of tests. {words}. Without a mode: once",
    )


def pytest_configure(config: pytest.Config) -> None:
    for words in _MARKS:
        config.addinivalue_line("markers", words)
    mode = config.getoption("--veneer-record")
    if mode not in MODES:
        raise pytest.UsageError(f"--veneer-record={mode}: the modes are {', '.join(MODES)} (write --veneer-record=once before a path)")  # fmt: skip


def pytest_report_header(config: pytest.Config) -> str | None:
    mode = config.getoption("--veneer-record")
    return None if mode == "none" else f"veneer: cassettes are recorded ({mode}: {MODES[mode]})"


def pytest_itemcollected(item: pytest.Item) -> None:
    # Before all other fixtures: clients get their address from it.
    names = getattr(item, "fixturenames", None)
    if names is not None and _MARKED_CASSETTE not in names and item.get_closest_marker("cassette"):
        names.insert(0, _MARKED_CASSETTE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    yield
    check_marks(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture(scope="session")
def veneer_sandbox_options() -> dict[str, Any]:
    """Return the options of the run's sandbox, such as `{"show_headers": ["x-team"]}`."""
    return {}


@pytest.fixture(scope="session")
def veneer_sandbox_server(veneer_sandbox_options: dict[str, Any]) -> Iterator[Sandbox]:
    """Start one sandbox for the whole run, in a thread, on free loopback ports."""
    yield from sandbox_server(veneer_sandbox_options)


@pytest.fixture
def veneer_sandbox(request: pytest.FixtureRequest, veneer_sandbox_server: Sandbox) -> Sandbox:
    """Return a sandbox in its initial state: seeded data, stopped clock, empty journal, no faults."""
    return use_sandbox(request.node, "veneer_sandbox", veneer_sandbox_server)


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> Iterator[AddFault]:
    """Add faults until the test ends, in the sandboxes that it uses, or else in veneer's own."""
    used = sandboxes_of(request.node)

    def add(text: str, *, platform: str = "*", method: str = "*", path: str = "*") -> int:
        if not used:
            request.getfixturevalue("veneer_sandbox")
        meant = [sandbox for sandbox in used.values() if serves(sandbox, platform)]
        if not meant:
            raise ValueError(f"no sandbox of this test has a platform {platform!r}")
        added = [sandbox.fault(text, platform=platform, method=method, path=path) for sandbox in meant]
        return added[0]

    yield add
    for sandbox in used.values():
        sandbox.clear_faults()


@pytest.fixture
def veneer_environment(veneer_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Point the environment variables of the platforms to the sandbox."""
    for api in _APIS.values():
        environment(api, veneer_sandbox, monkeypatch)
    return veneer_sandbox


@pytest.fixture(scope="session")
def veneer_cassette_options() -> dict[str, Any]:
    """Return the options of the run's cassettes: `{"shown": ["signature"]}`, `{"match_on": ["method", "path"]}`."""
    return {}


@pytest.fixture
def veneer_cassette(
    request: pytest.FixtureRequest, veneer_cassette_options: dict[str, Any]
) -> Iterator[TestCassette]:
    """Serve the test's clients from its cassette, or record it with --veneer-record."""
    mode = request.config.getoption("--veneer-record")
    yield from recorded(request, mode, veneer_cassette_options)


@pytest.fixture(name=_MARKED_CASSETTE)
def marked_cassette(request: pytest.FixtureRequest) -> None:
    """Use the cassette for a marked test, not for tests that only share its parameters."""
    if request.node.get_closest_marker("cassette") is not None:
        request.getfixturevalue("veneer_cassette")


# A platform is imported when its fixture is first used.
hybridb_client, async_hybridb_client = client_fixtures(_APIS["hybridb"])
hestiaos_client, async_hestiaos_client = client_fixtures(_APIS["hestiaos"])
velerian_client, async_velerian_client = client_fixtures(_APIS["velerian"])
aerostack_client, async_aerostack_client = client_fixtures(_APIS["aerostack"])
