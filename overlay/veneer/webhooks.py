"""Receive what an API sends on its own: the signature verified, the event read as its contract says.

    webhooks = Webhooks("whsec_…")
    event = webhooks.unwrap(request.body, request.headers)

A derived client has `client.webhooks.unwrap(payload, headers)`, typed by its contract. Nothing here connects.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from veneer._core.errors import ConfigurationError
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
"""Seconds that a request may be old, or ahead of this clock, unless the caller says otherwise."""


class Webhooks(Generic[E]):
    """The webhooks of one endpoint.

    | argument | meaning |
    |---|---|
    | secret | the secret that the platform shows; several while one is replaced by another |
    | scheme | how requests are signed: `standard`, `stripe`, `github`, fields of a `WebhookScheme`, or one itself |
    | events | those of the contract, `WEBHOOKS` of a generated package; others are an `UnknownEvent` |
    | tolerance | seconds that a request may be old, or ahead of this clock (300); None: any time |
    | clock | the time of day, in seconds since 1970 |

    Raises ConfigurationError for arguments that cannot work.
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
        if tolerance is not None and not tolerance > 0:
            raise ConfigurationError("tolerance is positive seconds, or None for any time")
        self._tolerance = tolerance
        self._clock = clock
        check_secrets(self._secrets, self._scheme)

    def verify(self, payload: Payload, headers: Headers) -> None:
        """Check the signature and time of a request, and read nothing.

        `payload` is the body as it came. Raises WebhookVerificationError that names what is wrong.
        """
        verify(payload, headers, self._secrets, self._scheme, tolerance=self._tolerance, now=self._clock())

    def unwrap(self, payload: Payload, headers: Headers) -> E | UnknownEvent:
        """Return the event of a request whose signature and time are right.

        `payload` is the body as it came, bytes or text; `headers` the request's, names in any case. An event that
        the contract does not describe is an UnknownEvent, with its name and JSON. Raises WebhookVerificationError
        that names what is wrong.
        """
        self.verify(payload, headers)
        event: E | UnknownEvent = read_event(payload, headers, self._scheme, self._events)
        return event

    def __repr__(self) -> str:
        return f"{type(self).__name__}('***', scheme={self._scheme.header!r}, events={len(self._events)})"
