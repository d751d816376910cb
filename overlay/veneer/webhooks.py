"""Receive an API's webhooks: verify the signature, and read the event by its contract.

    webhooks = Webhooks("whsec_…")
    event = webhooks.unwrap(request.body, request.headers)

A derived client has `client.webhooks.unwrap(payload, headers)`, typed by its contract. Nothing here
connects.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from veneer._core.checks import check_seconds
from veneer._core.webhooks import (
    SCHEMES,
    Headers,
    Payload,
    UnknownEvent,
    Webhook,
    WebhookScheme,
    WebhookSecret,
    check_secrets,
    read_event,
    scheme_of,
    secrets_of,
    verify,
)

__all__ = ["SCHEMES", "UnknownEvent", "Webhook", "WebhookScheme", "Webhooks"]

E = TypeVar("E")

TOLERANCE = 300.0
"""Most seconds that a request may be old, or ahead of this clock, by default."""


class Webhooks(Generic[E]):
    """The webhooks of one endpoint.

    | argument | meaning |
    |---|---|
    | secret | the secret that the platform shows, or several while one is replaced |
    | scheme | how requests are signed: `standard`, `stripe`, `github`, a `WebhookScheme`, or its fields |
    | events | the contract's events, `WEBHOOKS` of a generated package; others become an `UnknownEvent` |
    | tolerance | seconds that a request may be old, or ahead of this clock (300); None: any time |
    | clock | the time of day, in seconds since 1970 |

    Raises ConfigurationError for invalid arguments.
    """

    def __init__(
        self,
        secret: WebhookSecret | Sequence[WebhookSecret],
        *,
        scheme: str | Mapping[str, Any] | WebhookScheme = "standard",
        events: Sequence[Webhook] = (),
        tolerance: float | None = TOLERANCE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._secrets = secrets_of(secret)
        self._scheme = scheme_of(scheme)
        self._events = tuple(events)
        check_seconds("tolerance", tolerance, "any time")
        self._tolerance = tolerance
        self._clock = clock
        check_secrets(self._secrets, self._scheme)

    def verify(self, payload: Payload, headers: Headers) -> None:
        """Check the signature and time of a request, without reading the event.

        `payload` is the body as received. Raises WebhookVerificationError that names the problem.
        """
        verify(payload, headers, self._secrets, self._scheme, tolerance=self._tolerance, now=self._clock())

    def unwrap(self, payload: Payload, headers: Headers) -> E | UnknownEvent:
        """Return the event of a request whose signature and time are valid.

        `payload` is the body as received, bytes or text; `headers` the request's, names in any
        case. An event that is not in the contract is an UnknownEvent, with its name and JSON.
        Raises WebhookVerificationError that names the problem.
        """
        self.verify(payload, headers)
        event: E | UnknownEvent = read_event(payload, headers, self._scheme, self._events)
        return event

    def __repr__(self) -> str:
        return f"{type(self).__name__}('***', scheme={self._scheme.header!r}, events={len(self._events)})"
