"""pytest plugin: a sandbox, faults and clients as fixtures, for the tests of code that uses veneer.

It is loaded by its entry point where veneer's extra `sandbox` and pytest are installed. docs/sandbox.md shows its use.

| fixture | what |
|---|---|
| veneer_sandbox | a running sandbox, fresh for each test (`veneer.sandbox.Sandbox`) |
| fault | `fault("status=503;times=2", platform="velerian")`: misbehave until the test ends |
| veneer_sandbox_options | arguments of `veneer.sandbox.running` for the whole run; override it in a conftest.py |
| veneer_environment | the platforms' environment variables point to the sandbox |
| hybridb_client, hestiaos_client, velerian_client, aerostack_client | a client of the platform, closed after the test |

`sign_webhook` signs a payload as a platform would, for tests of what receives webhooks.
"""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veneer import WebhookScheme
    from veneer.aerostack import SDK
    from veneer.hestiaos import Client
    from veneer.hybridb import HybriDBClient
    from veneer.sandbox import Sandbox
    from veneer.velerian import VelerianClient

# The environment variables that the clients read, by platform: base URL and key.
ENVIRONMENT = {
    "hybridb": ("HDB_BASE_URL", "HDB_API_KEY"),
    "hestiaos": ("HESTIA_BASE_URL", "HESTIA_API_KEY"),
    "velerian": ("VELERIAN_BASE_URL", "VELERIAN_API_KEY"),
    "aerostack": ("AEROSTACK_SERVER_URL", "AEROSTACK_API_KEY"),
}


class AddFault(Protocol):
    """What the `fault` fixture is."""

    def __call__(self, text: str, *, platform: str = "*", method: str = "*", path: str = "*") -> int:
        """Add a standing fault; its id."""
        ...


@pytest.fixture(scope="session")
def veneer_sandbox_options() -> dict[str, Any]:
    """How the run's sandbox is started: `{"show_headers": ["x-team"]}`."""
    return {}


@pytest.fixture(scope="session")
def veneer_sandbox_server(veneer_sandbox_options: dict[str, Any]) -> Iterator[Sandbox]:
    """One sandbox for the whole run, in a thread, on free loopback ports."""
    from veneer.sandbox import running

    with running(**{"seed": 0, **veneer_sandbox_options}) as sandbox:
        yield sandbox


@pytest.fixture
def veneer_sandbox(veneer_sandbox_server: Sandbox) -> Sandbox:
    """A running sandbox as if it had just started: seeded state, frozen clock, empty journal, no faults."""
    veneer_sandbox_server.reset()
    return veneer_sandbox_server


@pytest.fixture
def fault(veneer_sandbox: Sandbox) -> Iterator[AddFault]:
    """Add faults that stand until the test ends."""
    yield veneer_sandbox.fault
    veneer_sandbox.clear_faults()


@pytest.fixture
def veneer_environment(veneer_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Let code that reads its settings from the environment find the sandbox."""
    for platform, (base_url, key) in ENVIRONMENT.items():
        monkeypatch.setenv(base_url, veneer_sandbox.base_urls[platform])
        monkeypatch.setenv(key, veneer_sandbox.keys[platform])
    return veneer_sandbox


# A platform is imported when its fixture is first used.


@pytest.fixture
def hybridb_client(veneer_sandbox: Sandbox) -> Iterator[HybriDBClient]:
    """A hybriDB client that calls the sandbox."""
    from veneer.hybridb import HybriDBClient

    keys, bases = veneer_sandbox.keys, veneer_sandbox.base_urls
    with closing(HybriDBClient(api_key=keys["hybridb"], base_url=bases["hybridb"])) as client:
        yield client


@pytest.fixture
def hestiaos_client(veneer_sandbox: Sandbox) -> Iterator[Client]:
    """A HestiaOS client that calls the sandbox."""
    from veneer.hestiaos import Client

    keys, bases = veneer_sandbox.keys, veneer_sandbox.base_urls
    with closing(Client(api_key=keys["hestiaos"], base_url=bases["hestiaos"])) as client:
        yield client


@pytest.fixture
def velerian_client(veneer_sandbox: Sandbox) -> Iterator[VelerianClient]:
    """A Velerian client that calls the sandbox."""
    from veneer.velerian import VelerianClient

    keys, bases = veneer_sandbox.keys, veneer_sandbox.base_urls
    with closing(VelerianClient(api_key=keys["velerian"], base_url=bases["velerian"])) as client:
        yield client


@pytest.fixture
def aerostack_client(veneer_sandbox: Sandbox) -> Iterator[SDK]:
    """An Aerostack SDK that calls the sandbox."""
    from veneer.aerostack import SDK

    keys, bases = veneer_sandbox.keys, veneer_sandbox.base_urls
    with SDK(api_key_auth=keys["aerostack"], server_url=bases["aerostack"]) as client:
        yield client


def sign_webhook(
    payload: bytes | str,
    secret: str | bytes,
    *,
    scheme: str | Mapping[str, Any] | WebhookScheme = "standard",
    id: str = "msg_test",  # noqa: A002  # what the header calls it
    timestamp: float | None = None,
    event: str = "",
) -> dict[str, str]:
    """Return the headers with which a platform would send a payload, for the test of a server that receives it.

    `timestamp` is the time of sending in seconds since 1970 (now); `event` the event's name, for a scheme that has it
    in a header. `scheme` is as in `veneer.Webhooks`.
    """
    from veneer._core.webhooks import scheme_of, secrets_of, signed_headers

    (held,) = secrets_of(secret)
    sent = int(time.time() if timestamp is None else timestamp)
    return signed_headers(payload, held, scheme_of(scheme), identity=id, timestamp=sent, event=event)
