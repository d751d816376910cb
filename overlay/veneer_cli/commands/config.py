"""`config`: show the settings and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from veneer._core.errors import ConfigurationError
from veneer._core.redact import MASK
from veneer_cli import login
from veneer_cli.config import Setting, config_path, places, resolve
from veneer_cli.flags import flags_of, output_of
from veneer_cli.service import PLATFORMS, Service
from veneer_cli.tree import CONFIG, command, group

__all__ = ["app"]

app = group("config", CONFIG)


@command(app, "path")
def path(ctx: click.Context) -> None:
    """Print the path of the settings file, whether it exists or not."""
    found = config_path(folder=_services(ctx)[0].program)
    if found is None:
        raise ConfigurationError("there is no home folder: set HOME, or XDG_CONFIG_HOME to an absolute path")
    print(found)


@command(app, "show")
def show(ctx: click.Context) -> None:
    """Print the settings and their sources, keys masked."""
    services = _services(ctx)
    columns = (
        ("platform", "setting", "value", "source") if len(services) > 1 else ("setting", "value", "source")
    )
    output_of(ctx).rows(_settings(services, flags_of(ctx).profile), columns)


def _services(ctx: click.Context) -> list[Service]:
    """Return the program's own API, else the four platforms."""
    own = ctx.find_object(Service)
    return [*PLATFORMS.values()] if own is None else [own]


def _settings(services: Iterable[Service], profile: str | None) -> Iterator[dict[str, Any]]:
    for service in services:
        at = places(service, profile)
        found = resolve(service, at=at)
        if found["api_key"].value is None and (held := login.kept_key(service, at.profile)):
            found["api_key"] = Setting(held, "keyring")
        for name, setting in found.items():
            if setting.value is not None:
                value = MASK if name == "api_key" else setting.value
                yield {"platform": service.name, "setting": name, "value": value, "source": setting.source}
        for name, value in at.table.items():
            if name not in found:
                source = "profile" if at.profile else "file"
                shown = dict.fromkeys(value, MASK) if name in {"credentials", "oauth"} else value
                yield {"platform": service.name, "setting": name, "value": shown, "source": source}
