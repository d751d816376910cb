"""Open clients with the settings that flags, environment and file give."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError
from veneer_cli.config import Setting, resolve, settings_of
from veneer_cli.dryrun import Capture
from veneer_cli.guard import note_deprecation, note_violation
from veneer_cli.inputs import LONGEST_KEY, first_line, opened
from veneer_cli.login import flow_of
from veneer_cli.masking import Mask

if TYPE_CHECKING:
    from veneer import Client
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service

__all__ = ["Connection", "client", "connection", "header"]

_DRY_KEY = "key-of-a-dry-run"


@dataclass(frozen=True, slots=True)
class Connection:
    """The settings of one run: what every client of the library takes, and what only some do."""

    service: Service
    base_url: Setting
    api_key: Setting
    credentials: Mapping[str, str] = field(repr=False)
    others: Mapping[str, Any]
    capture: Capture | None = None

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for a client's constructor."""
        given = {"base_url": self.base_url.value, "api_key": self.api_key.value, **self.others}
        return given if self.capture is None else {**given, "http_client": self.capture}


def connection(service: Service, flags: Flags) -> Connection:
    """Find the settings. Raises ConfigurationError for a file or flag that cannot be used."""
    known = service.platform
    table = settings_of(service)
    given = _from_stdin() if flags.api_key_stdin and flags.api_key is None else flags.api_key
    found = resolve(service, base_url=flags.base_url, api_key=given, table=table, environ=os.environ)
    key, capture = found["api_key"], None
    said = dict(_credential(text, service) for text in flags.credential)
    if (first := next(iter(known.schemes), "")) in said:  # the scheme that the key is of
        key = Setting(said.pop(first), "flag")
    flow = None if key.value else flow_of(service, table)
    if flags.shows and not key.value:
        # A request can be shown without a key: the key is not shown anyway.
        key, flow = Setting(_DRY_KEY), None
    credentials = {**table.get("credentials", {}), **said}
    flags.secrets += [secret for secret in (key.value, *credentials.values()) if secret]
    if flags.shows:
        variables = {key.value: known.env_api_key} if known.env_api_key else {}
        capture = Capture(variables, Mask(tuple(flags.secrets), service.document))
    if found["base_url"].value is None:
        raise ConfigurationError(f"no address is known: give --base-url, or set {known.env_base_url}")
    others: dict[str, Any] = {
        "headers": dict(header(text) for text in flags.header),
        "on_violation": [lambda one: note_violation(one, flags)],
        "on_deprecation": [lambda one: note_deprecation(one, service, flags)],
    }
    for name in ("deadline", "max_retries"):
        value = getattr(flags, name)
        value = table.get(name) if value is None else value
        if value is not None:
            others[name] = value
    used = key if flow is None else Setting(flow, "file")
    return Connection(service, found["base_url"], used, credentials, others, capture)


def client(service: Service, flags: Flags) -> Client:
    """The generic client with this API's facts."""
    found = connection(service, flags)
    return service.client(**found.arguments(), credentials=found.credentials)


def _from_stdin() -> str:
    if sys.stdin.isatty():
        raise ConfigurationError("--api-key-stdin reads the key from a pipe or file, not from a terminal")
    return first_line("--api-key-stdin")


def _credential(text: str, service: Service) -> tuple[str, str]:
    """Read `SCHEME=VALUE`, whose value may be a file's first line. Raises ConfigurationError."""
    name, sign, value = text.partition("=")
    known = service.platform.schemes
    if not sign or name not in known:
        raise ConfigurationError(
            f"--credential takes SCHEME=VALUE; the schemes are {', '.join(known) or 'none'}"
        )
    if value.startswith("@"):
        with contextlib.ExitStack() as stack:
            lines = opened(value[1:], stack).read(LONGEST_KEY).decode("utf-8-sig", "replace").splitlines()
        value = lines[0].strip() if lines else ""
    if not value:
        raise ConfigurationError(f"--credential {name}: the value is empty")
    return name, value


def header(text: str) -> tuple[str, str]:
    """Read `NAME: VALUE`. Raises ConfigurationError."""
    name, colon, value = text.partition(":")
    if not colon:
        raise ConfigurationError("--header takes 'NAME: VALUE'")
    return name.strip(), value.strip()
