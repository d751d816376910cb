"""pytest plugin: a sandbox, faults, clients and cassettes, for the tests of code that uses veneer.

It is loaded by its entry point where pytest is installed; the sandbox is veneer's extra `sandbox`. docs/testing.md shows its use.

| fixture | what |
|---|---|
| veneer_sandbox | a running sandbox, fresh for each test (`veneer.sandbox.Sandbox`) |
| fault | `fault("status=503;times=2", platform="velerian")`: misbehave until the test ends |
| veneer_sandbox_options | arguments of `veneer.sandbox.running` for the whole run; override it in a conftest.py |
| veneer_environment | the platforms' environment variables lead to the sandbox |
| hybridb_client, hestiaos_client, velerian_client, aerostack_client | a client of the platform, closed after the test |
| async_hybridb_client, async_hestiaos_client, … | the same for tasks, under any event loop |
| veneer_cassette | answer clients from a file that `--veneer-record` wrote |
| veneer_cassette_options | how the run's cassettes are; override it in a conftest.py |

`@pytest.mark.fault(…)` and `@pytest.mark.cassette` do so for a test, class or module. `project_fixtures` makes the fixtures
of a project of `veneer new`; `sign_webhook` signs a payload as a platform would, for tests of what receives webhooks.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from veneer_testing.cassette import CassetteError
from veneer_testing.faults import AddFault
from veneer_testing.fixtures import ProjectFixtures, project_fixtures
from veneer_testing.plugin import *  # noqa: F403  # its `__all__` is what pytest is to find here
from veneer_testing.recording import TestCassette

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veneer import WebhookScheme

__all__ = [
    "ENVIRONMENT",
    "AddFault",
    "CassetteError",
    "ProjectFixtures",
    "TestCassette",
    "project_fixtures",
    "sign_webhook",
]

# The environment variables that the clients read, by platform: base URL and key.
ENVIRONMENT = {
    "hybridb": ("HDB_BASE_URL", "HDB_API_KEY"),
    "hestiaos": ("HESTIA_BASE_URL", "HESTIA_API_KEY"),
    "velerian": ("VELERIAN_BASE_URL", "VELERIAN_API_KEY"),
    "aerostack": ("AEROSTACK_SERVER_URL", "AEROSTACK_API_KEY"),
}


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
