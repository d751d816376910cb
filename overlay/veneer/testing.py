"""pytest plugin: a sandbox, faults, clients and cassettes, to test code that uses veneer.

pytest loads it by its entry point; the sandbox needs veneer's extra `sandbox`. See docs/testing.md.

| fixture | what |
|---|---|
| veneer_sandbox | a running sandbox, fresh for each test (`veneer.sandbox.Sandbox`) |
| fault | `fault("status=503;times=2", platform="velerian")`: misbehave until the test ends |
| veneer_sandbox_options | arguments of `veneer.sandbox.running` for the whole run; override it in a conftest.py |
| veneer_environment | points the platforms' environment variables to the sandbox |
| hybridb_client, hestiaos_client, velerian_client, aerostack_client | a client of the platform, closed after the test |
| async_hybridb_client, async_hestiaos_client, … | the same for tasks, under any event loop |
| veneer_cassette | replays responses from a file that `--veneer-record` wrote |
| veneer_cassette_options | options of the run's cassettes; override it in a conftest.py |

`@pytest.mark.fault(…)` and `@pytest.mark.cassette` do the same for a test, class or module.
`project_fixtures` makes the fixtures of a project from `veneer new`; `sign_webhook` signs a payload
as a platform would, to test a webhook receiver.
"""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if find_spec("pytest") is None:
    text = 'veneer.testing is a plugin of pytest, which is missing: pip install "veneer[sandbox]" pytest'
    raise ModuleNotFoundError(text, name="pytest")

from veneer_sandbox.command import ENVIRONMENT
from veneer_testing.cassette import CassetteError
from veneer_testing.faults import AddFault
from veneer_testing.fixtures import ProjectFixtures, project_fixtures
from veneer_testing.plugin import *  # noqa: F403  # its `__all__` is what pytest finds here
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


def sign_webhook(
    payload: bytes | str,
    secret: str | bytes,
    *,
    scheme: str | Mapping[str, Any] | WebhookScheme = "standard",
    id: str = "msg_test",  # noqa: A002  # the header's name for it
    timestamp: float | None = None,
    event: str = "",
) -> dict[str, str]:
    """Return the headers that a platform would send with a payload, to test a webhook receiver.

    `timestamp` is the time of sending in seconds since 1970 (default: now); `event` the event's
    name, for a scheme with it in a header. `scheme` is as in `veneer.Webhooks`.
    """
    from veneer._core.webhooks import scheme_of, secrets_of, signed_headers

    (held,) = secrets_of(secret)
    sent = int(time.time() if timestamp is None else timestamp)
    return signed_headers(payload, held, scheme_of(scheme), identity=id, timestamp=sent, event=event)
