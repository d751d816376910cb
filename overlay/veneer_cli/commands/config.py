"""`config`: where settings come from and what they are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from veneer._core.errors import ConfigurationError
from veneer._core.redact import MASK
from veneer_cli.config import config_path, resolve, settings_of
from veneer_cli.flags import output_of
from veneer_cli.options import command, group
from veneer_cli.service import PLATFORMS, Service

__all__ = ["app"]

app = group("config", "Show the settings and where they come from.")


@command(app, "path")
def path(ctx: typer.Context) -> None:
    """Print the path of the settings file, whether it exists or not."""
    found = config_path(folder=_services(ctx)[0].program)
    if found is None:
        raise ConfigurationError("there is no home folder: set HOME, or XDG_CONFIG_HOME to an absolute path")
    print(found)


@command(app, "show")
def show(ctx: typer.Context) -> None:
    """Print the settings and their sources, keys masked."""
    services = _services(ctx)
    columns = (
        ("platform", "setting", "value", "source") if len(services) > 1 else ("setting", "value", "source")
    )
    output_of(ctx).rows(_settings(services), columns)


def _services(ctx: typer.Context) -> list[Service]:
    """The program's own API; the four platforms where it has none."""
    own = ctx.find_object(Service)
    return [*PLATFORMS.values()] if own is None else [own]


def _settings(services: Iterable[Service]) -> Iterator[dict[str, Any]]:
    for service in services:
        table = settings_of(service)
        found = resolve(service, table=table, environ=os.environ)
        for name, setting in found.items():
            if setting.value is not None:
                value = MASK if name == "api_key" else setting.value
                yield {"platform": service.name, "setting": name, "value": value, "source": setting.source}
        for name, value in table.items():
            if name not in found:
                shown = dict.fromkeys(value, MASK) if name in {"credentials", "oauth"} else value
                yield {"platform": service.name, "setting": name, "value": shown, "source": "file"}
