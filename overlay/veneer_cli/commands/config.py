"""`veneer config`: where settings come from and what they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import typer

from veneer._core.errors import ConfigurationError
from veneer._core.redact import MASK
from veneer_cli.config import PLATFORMS, config_path, read_config, resolve
from veneer_cli.connect import facts
from veneer_cli.flags import output_of
from veneer_cli.options import command, group

__all__ = ["app"]

app = group("config", "Show the settings and where they come from.")


@command(app, "path")
def path() -> None:
    """Print the path of the settings file, whether it exists or not."""
    found = config_path()
    if found is None:
        raise ConfigurationError("there is no home folder: set HOME, or XDG_CONFIG_HOME to an absolute path")
    print(found)


@command(app, "show")
def show(ctx: typer.Context) -> None:
    """Print each platform's settings and their sources, keys masked."""
    output_of(ctx).rows(_settings(), ("platform", "setting", "value", "source"))


def _settings() -> Iterator[dict[str, Any]]:
    file = read_config(config_path())
    for platform in PLATFORMS:
        table = file.get(platform, {})
        found = resolve(facts(platform), table=table, environ=os.environ)
        for name, setting in found.items():
            if setting.value is not None:
                value = MASK if name == "api_key" else setting.value
                yield {"platform": platform, "setting": name, "value": value, "source": setting.source}
        for name, value in table.items():
            if name not in found:
                shown = dict.fromkeys(value, MASK) if name in {"credentials", "oauth"} else value
                yield {"platform": platform, "setting": name, "value": shown, "source": "file"}
