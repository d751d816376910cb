"""Open clients with the settings from flags, environment and file."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError
from veneer_cli.config import Places, Setting, places, resolve
from veneer_cli.dryrun import Capture
from veneer_cli.guard import note_deprecation, note_violation
from veneer_cli.inputs import LONGEST_KEY, first_line, opened
from veneer_cli.login import flow_of, kept_key
from veneer_cli.masking import Mask

if TYPE_CHECKING:
    from veneer import Client
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service

__all__ = ["Connection", "client", "connection", "header"]

_DRY_KEY = "key-of-a-dry-run"


@dataclass(frozen=True, slots=True)
class Connection:
    """The settings of one run: those of every client of the library, and those of some."""

    service: Service
    base_url: Setting
    api_key: Setting
    credentials: Mapping[str, str] = field(repr=False)
    others: Mapping[str, Any]
    capture: Capture | None = None

    def arguments(self) -> dict[str, Any]:
        """Return keyword arguments for a client's constructor."""
        given = {"base_url": self.base_url.value, "api_key": self.api_key.value, **self.others}
        return given if self.capture is None else {**given, "http_client": self.capture}


def connection(service: Service, flags: Flags, *, needs_key: bool = False) -> Connection:
    """Return the settings. Raises ConfigurationError for an unusable file or flag, and a missing key."""
    known = service.platform
    at = places(service, flags.profile)
    table = at.table
    given = _from_stdin() if flags.api_key_stdin and flags.api_key is None else flags.api_key
    found = resolve(service, base_url=flags.base_url, api_key=given, at=at)
    key, capture = found["api_key"], None
    said = dict(_credential(text, service) for text in flags.credential)
    if (first := next(iter(known.schemes), "")) in said:  # the scheme that the key is of
        key = Setting(said.pop(first), "flag")
    credentials = {**table.get("credentials", {}), **said}
    flow = None if key.value else flow_of(service, at)
    if flags.shows and not key.value:
        # A request can be shown without a key: the key would be masked anyway.
        key, flow = Setting(_DRY_KEY), None
    if not key.value and flow is None:
        key = Setting(kept_key(service, at.profile), "keyring")
    if not key.value and flow is None:
        flags.keyless = _keyless(service, at)
        if not credentials and (needs_key or known.key_required or _is_ignored(known.env_api_key, at)):
            raise ConfigurationError(flags.keyless)
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
    """Return the generic client with this API's facts."""
    found = connection(service, flags)
    return service.client(**found.arguments(), credentials=found.credentials)


def _keyless(service: Service, at: Places) -> str:
    """Return the error for a missing key, with every way to provide one."""
    variable = service.platform.env_api_key
    ways = ["--api-key"] if at.profile or not variable else ["--api-key", f"set {variable}"]
    if service.table is not None or at.profile:
        profile = f" --profile {at.profile}" if at.profile else ""
        ways.append(f"run `{service.words('login')}{profile}`")
    of = f" in profile {at.profile!r}" if at.profile else ""
    return f"no API key for {service.name}{of}: give {', '.join(ways[:-1])}{' or ' if ways[1:] else ''}{ways[-1]}"


def _is_ignored(variable: str | None, at: Places) -> bool:
    """Return whether a client would read a key from the environment although a profile is in use."""
    return bool(at.profile and variable and os.environ.get(variable, "").strip())


def _from_stdin() -> str:
    if sys.stdin.isatty():
        raise ConfigurationError("--api-key-stdin reads the key from a pipe or file, not from a terminal")
    return first_line("--api-key-stdin")


def _credential(text: str, service: Service) -> tuple[str, str]:
    """Return the parts of `SCHEME=VALUE`; `@FILE` is a file's first line. Raises ConfigurationError."""
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
    """Return the parts of `NAME: VALUE`. Raises ConfigurationError."""
    name, colon, value = text.partition(":")
    if not colon:
        raise ConfigurationError("--header takes 'NAME: VALUE'")
    return name.strip(), value.strip()
