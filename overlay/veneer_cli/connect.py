"""Open clients with the settings that flags, environment and file give."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from veneer._core.errors import ConfigurationError
from veneer_cli.config import Setting, config_path, read_config, resolve
from veneer_cli.contract import document
from veneer_cli.dryrun import Capture
from veneer_cli.guard import note_deprecation, note_violation
from veneer_cli.inputs import first_line
from veneer_cli.login import flow_of
from veneer_cli.masking import Mask

if TYPE_CHECKING:
    from veneer import Client
    from veneer._core.platform import Platform
    from veneer_cli.flags import Flags

__all__ = ["Connection", "client", "connection", "facts", "header"]

_DRY_KEY = "key-of-a-dry-run"


@dataclass(frozen=True, slots=True)
class Connection:
    """The settings of one run: what every client of the library takes, and what only some do."""

    platform: Platform
    base_url: Setting
    api_key: Setting
    credentials: Mapping[str, str] = field(repr=False)
    others: Mapping[str, Any]
    capture: Capture | None = None

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for a client's constructor."""
        given = {"base_url": self.base_url.value, "api_key": self.api_key.value, **self.others}
        return given if self.capture is None else {**given, "http_client": self.capture}


def connection(platform: str, flags: Flags) -> Connection:
    """Find the settings. Raises ConfigurationError for a file or flag that cannot be used."""
    known = facts(platform)
    table = read_config(config_path()).get(platform, {})
    given = _from_stdin() if flags.api_key_stdin and flags.api_key is None else flags.api_key
    found = resolve(known, base_url=flags.base_url, api_key=given, table=table, environ=os.environ)
    key, capture = found["api_key"], None
    flow = None if key.value else flow_of(platform, table)
    if flags.shows and not key.value:
        # A request can be shown without a key: the key is not shown anyway.
        key, flow = Setting(_DRY_KEY), None
    credentials = table.get("credentials", {})
    flags.secrets += [secret for secret in (key.value, *credentials.values()) if secret]
    if flags.shows:
        variables = {key.value: known.env_api_key} if known.env_api_key else {}
        capture = Capture(variables, Mask(tuple(flags.secrets), document(platform)))
    others: dict[str, Any] = {
        "headers": dict(header(text) for text in flags.header),
        "on_violation": [lambda one: note_violation(one, flags)],
        "on_deprecation": [lambda one: note_deprecation(one, platform, flags)],
    }
    for name in ("deadline", "max_retries"):
        value = getattr(flags, name)
        value = table.get(name) if value is None else value
        if value is not None:
            others[name] = value
    used = key if flow is None else Setting(flow, "file")
    return Connection(known, found["base_url"], used, credentials, others, capture)


def client(platform: str, flags: Flags) -> Client:
    """The generic client with this platform's facts."""
    from veneer import Client

    found = connection(platform, flags)
    return Client(**found.arguments(), platform=found.platform, credentials=found.credentials)


def facts(platform: str) -> Platform:
    """A platform's facts; only that platform is loaded."""
    return cast("Platform", importlib.import_module(f"veneer.{platform}.platform").PLATFORM)


def _from_stdin() -> str:
    if sys.stdin.isatty():
        raise ConfigurationError("--api-key-stdin reads the key from a pipe or file, not from a terminal")
    return first_line("--api-key-stdin")


def header(text: str) -> tuple[str, str]:
    """Read `NAME: VALUE`. Raises ConfigurationError."""
    name, colon, value = text.partition(":")
    if not colon:
        raise ConfigurationError("--header takes 'NAME: VALUE'")
    return name.strip(), value.strip()
