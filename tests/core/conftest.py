"""What the core's tests share: one event loop library, one fault server."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import faultserver
import veneer._async.session
import veneer._http._async.http11
import veneer._http._async.transport
import veneer._http._sync.http11
import veneer._http._sync.transport
import veneer._sync.session
from core import kit
from veneer import _io
from veneer._core import jsontext

#: Whose tests go over the wire: they run on each engine.
ON_EVERY_ENGINE = {
    "test_callers_code",
    "test_connections",
    "test_deadlines",
    "test_effects",
    "test_engines",
    "test_framing",
    "test_secrets_in_frames",
    "test_streams",
    "test_streams_reopened",
    "test_tasks",
    "test_transfer_bytes",
    "test_transfer_versions",
    "test_transfers",
    "test_early_answers",
    "test_wire_bytes",
    "test_wire_forms",
}
#: What is decided by headers and bytes alone, wherever they come from: one engine will do.
ON_ONE_ENGINE = {
    "test_a_digest_that_does_not_fit_leaves_the_older_file",
    "test_a_digest_that_fits_lets_the_file_have_its_name",
    "test_a_part_unasked_that_cannot_become_the_whole_is_refused",
    "test_a_rest_of_another_version_is_dropped_and_the_file_asked_for_anew",
    "test_a_validator_that_is_not_strong_is_none",
    "test_an_answer_that_is_neither_the_rest_nor_the_whole_is_refused",
    "test_another_range_than_the_one_asked_for_is_refused_at_once",
    "test_calls_and_downloads_read_the_same_codings",
    "test_calls_and_downloads_refuse_the_same_bodies",
    "test_pieces_of_another_version_are_never_given_out",
}
OURS, FOREIGN = ["default", "fast"], ["httpx", "httpx2"]
#: Whose tests ask what only our engines promise.
OURS_ALONE = {"test_early_answers", "test_wire_forms"}
#: What a caller's own client does not promise, or what is no matter of its: by test; some for tasks or threads alone.
NOT_FOREIGN = {
    "test_a_client_works_from_one_event_loop_after_another": "its connections belong to one event loop",
    "test_a_client_works_from_several_event_loops_at_once": "its connections belong to one event loop",
    "test_a_second_answer_to_one_request_is_never_taken_for_the_next_ones": "httpcore keeps bytes that nobody asked for",
    "test_any_bytes_are_a_response_or_one_of_our_errors": "httpcore keeps bytes that nobody asked for",
    "test_a_connection_serves_again_after_a_whole_stream": "waits for the last bytes cannot be bounded, so it is closed",
    "test_proxies_of_the_environment_are_used_and_exceptions_heeded": "proxies are its own matter",
    "test_an_unclosed_client_warns": "closing it is its owner's matter",
    "test_calls_under_way_when_their_client_is_closed": "closing it is its owner's matter",
}
NOT_FOREIGN_IN_TASKS = {
    "test_g6_cancelled_requests_give_their_connections_back": "httpcore loses the slots of requests that are cancelled in its queue",
    "test_a_connection_that_is_never_accepted_was_never_sent": "cancelled inside, it does not say how far it came: UNKNOWN",
    "test_a_handshake_that_never_ends_was_never_sent": "cancelled inside, it does not say how far it came: UNKNOWN",
    "test_waiting_for_a_connection_counts_and_was_never_sent": "cancelled inside, it does not say how far it came: UNKNOWN",
    "test_a_handshake_that_is_given_up_leaves_no_connection_open": "httpcore leaves the socket of a cancelled handshake to the garbage collector",
}
NOT_FOREIGN_IN_THREADS = {
    "dribble-head=0.1": "no wait of its for the headers can be bounded but the single read",
    "test_a_reader_that_is_cancelled_lets_go_of_its_connection_at_once": "a thread inside it cannot be woken",
    "test_a_download_that_is_cancelled_leaves_nothing": "a thread inside it cannot be woken",
}
NEEDS = {"fast": "httptools", "httpx2": "httpx2"}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def faults() -> Iterator[faultserver.FaultServer]:
    with faultserver.running() as server:
        yield server


@pytest.fixture
def own_faults() -> Iterator[faultserver.FaultServer]:
    """A server of the test's own, for those that count all its connections: earlier tests' may still be closing."""
    with faultserver.running() as server:
        yield server


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that is ended is waited for until it has: one that nothing wakes is met by the test's watchdog."""
    monkeypatch.setattr(_io, "_JOIN_SECONDS", 1.5 * kit.WATCHDOG_SECONDS)


@pytest.fixture(scope="session")
def much_json() -> None:
    """As in a process that has read and written much: what reads and writes JSON then is loaded."""
    jsontext.loads(jsontext.dumps("x" * jsontext.WORTH_BYTES))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".")[2]
    if module in ON_EVERY_ENGINE:
        # Hypothesis puts a function of its own around a test.
        test = getattr(getattr(metafunc.function, "hypothesis", None), "inner_test", metafunc.function)
        servers = {*metafunc.fixturenames, *test.__code__.co_names}
        over_the_wire = not servers.isdisjoint({"faults", "own_faults", "listening", "serving"})
        engines = [*OURS, *(FOREIGN if over_the_wire and module not in OURS_ALONE else ())]
        if test.__name__ in ON_ONE_ENGINE:
            engines = ["default"]
        metafunc.parametrize("engine", engines, indirect=True)


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine of clients that ask for none."""
    name = str(getattr(request, "param", "default"))
    for http11 in (veneer._http._async.http11, veneer._http._sync.http11):
        monkeypatch.setattr(http11, "_KEEP_ALIVE_SECONDS", 600.0)  # a busy machine may pause for five
    if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
        pytest.skip(f"{NEEDS[name]} is not installed")
    if name in OURS:
        for module in (veneer._http._async.transport, veneer._http._sync.transport):
            monkeypatch.setitem(module.PROTOCOLS, "auto", module.PROTOCOLS[name])
    elif name in FOREIGN:
        reason = unpromised(request.node.name, threads="_sync" in request.module.__name__)
        if reason is not None:
            pytest.skip(f"a caller's own client: {reason}")
        foreign(importlib.import_module(name), monkeypatch)
    return name


def unpromised(test: str, *, threads: bool) -> str | None:
    """Why a caller's own client is not asked to pass a test; None where it is."""
    listed = NOT_FOREIGN | (NOT_FOREIGN_IN_THREADS if threads else NOT_FOREIGN_IN_TASKS)
    return next((reason for part, reason in listed.items() if part in test), None)


def foreign(package: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each client an HTTP client of the package, as its user would: with as many connections, closed when the client is."""
    for kind, client, close in (
        (veneer._async.session.AsyncSession, package.AsyncClient, "aclose"),
        (veneer._sync.session.Session, package.Client, "close"),
    ):
        monkeypatch.setattr(kind, "__init__", _given(kind.__init__, client))
        monkeypatch.setattr(
            kind, close, (_closing if close == "close" else _async_closing)(getattr(kind, close))
        )


def _given(init: Any, client: Any) -> Any:
    def given(self: Any, platform: Any, credentials: Any, config: Any) -> None:
        self.lent = None
        if config.http_client is None:
            # No connection grows old while a busy machine does other things.
            limits = httpx.Limits(max_connections=config.max_connections, keepalive_expiry=None)
            self.lent = client(limits=limits, trust_env=False, verify=_trust(client))
            config = config._replace(http_client=self.lent)
        init(self, platform, credentials, config)

    return given


@functools.cache
def _trust(client: Any) -> Any:
    """Read the authorities once for all clients of a kind: it takes some 20 ms."""
    return importlib.import_module(client.__module__.partition(".")[0]).create_ssl_context(trust_env=False)


def _closing(close: Any) -> Any:
    def closing(self: Any) -> None:
        close(self)
        if self.lent is not None:
            self.lent.close()

    return closing


def _async_closing(close: Any) -> Any:
    async def closing(self: Any) -> None:
        await close(self)
        if self.lent is not None:
            await self.lent.aclose()

    return closing
