"""Where the settings of an API come from: flags, then the environment, then a file."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError
from veneer_cli.service import PLATFORMS

if TYPE_CHECKING:
    from veneer._core.platform import Platform
    from veneer_cli.service import Service

__all__ = ["Setting", "config_path", "read_config", "resolve", "settings_of"]

_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "base_url": str,
    "api_key": str,
    "credentials": dict,
    "oauth": dict,
    "deadline": (int, float),
    "max_retries": int,
}
_LARGEST = 1_048_576
_SECRETS = frozenset({"api_key", "credentials", "oauth"})


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and where it was found: `flag`, `environment`, `file`, `default`, or "" for nowhere."""

    value: Any = field(default=None, repr=False)
    source: str = ""


def config_path(environ: Mapping[str, str] | None = None, folder: str = "veneer") -> Path | None:
    """The file of settings: `config.toml` in a folder under XDG_CONFIG_HOME, which is ~/.config where it is unset or relative.

    None for a user without a home. https://specifications.freedesktop.org/basedir-spec/latest/
    """
    environ = os.environ if environ is None else environ
    given = environ.get("XDG_CONFIG_HOME", "")
    try:
        home = Path(given) if given and Path(given).is_absolute() else Path.home() / ".config"
    except RuntimeError:  # no HOME, and no entry for the user
        return None
    return home / folder / "config.toml" if home.is_absolute() else None


def settings_of(service: Service) -> Mapping[str, Any]:
    """Read the settings of an API from its file; empty where there are none. Raises ConfigurationError as `read_config` does."""
    if service.table is None:
        return {}
    path = config_path(folder=service.program)
    return read_config(path, PLATFORMS if service.table else ()).get(service.table, {})


def read_config(path: Path | None, tables: Collection[str] = PLATFORMS) -> Mapping[str, Mapping[str, Any]]:
    """Read the file: a table for each name of `tables`, or where there are none one table, called "". Empty where there is no file.

    A byte order mark at its start is no part of it.

    Raises ConfigurationError for what is not TOML, for unknown names and wrong types, for a file that is larger than
    1 MiB or no file, and for one with secrets that others can read or write.
    """
    try:
        if path is None or not (path.exists() or path.is_symlink()):
            return {}
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for a writer
            raise ConfigurationError(f"{path} is not a file")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if len(content) > _LARGEST:
            raise ConfigurationError(f"{path} is larger than {_LARGEST:,} bytes")
        found = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    except RecursionError:
        raise ConfigurationError(f"{path} cannot be read: it is nested too deeply") from None
    except ConfigurationError:
        raise
    except ValueError as error:  # TOMLDecodeError, and a number of more digits than Python reads
        raise ConfigurationError(f"{path} cannot be read: {error}") from None
    found = found if tables else {"": found}
    for name, table in found.items():
        if tables and (name not in tables or not isinstance(table, dict)):
            raise ConfigurationError(f"{path}: [{name}] is no platform; there are {', '.join(tables)}")
        _check(path, name, table)
    secret = any(_SECRETS & table.keys() for table in found.values())
    if secret and os.name == "posix" and mode & 0o066:
        raise ConfigurationError(
            f"{path} holds keys and is open to other users (mode {mode:o}); run: chmod 600 {path}"
        )
    return found


def _check(path: Path, name: str, table: Mapping[str, Any]) -> None:
    where = f"[{name}]" if name else "it"
    for key, value in table.items():
        expected = _FIELDS.get(key)
        if expected is None:
            raise ConfigurationError(
                f"{path}: {where} has no setting {key!r}; there are {', '.join(_FIELDS)}"
            )
        if not isinstance(value, expected) or isinstance(value, bool):
            raise ConfigurationError(f"{path}: {key}{f' of {where}' if name else ''} has the wrong type")


def resolve(
    service: Service,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    table: Mapping[str, Any],
    environ: Mapping[str, str],
) -> dict[str, Setting]:
    """Find `base_url` and `api_key`: what was given, else the API's variables, else the file's table.

    Raises ConfigurationError for one that is there and empty, instead of going on to the next place;
    only a variable for a key that is empty counts as none, as it does for the clients.
    """
    platform: Platform = service.platform
    variables = {"base_url": platform.env_base_url, "api_key": platform.env_api_key}
    given = {"base_url": base_url, "api_key": api_key}
    defaults = {"base_url": platform.base_url, "api_key": None}
    of = f" of [{service.table}]" if service.table else ""
    found = {}
    for name, variable in variables.items():
        held = environ.get(variable) if variable else None
        if name == "api_key" and held is not None and not held.strip():
            held = None
        places = (
            ("flag", f"--{name.replace('_', '-')}", given[name]),
            ("environment", variable, None if held is None else held.strip()),
            ("file", f"{name}{of} in the settings file", table.get(name)),
            ("default", name, defaults[name]),
        )
        source, called, value = next((one for one in places if one[2] is not None), ("", "", None))
        if value is not None and not value.strip():
            raise ConfigurationError(f"{called} is empty: give a value, or leave it out")
        found[name] = Setting(value, source)
    return found
