"""Where the settings of an API come from: flags, then the environment, then a file."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError
from veneer_cli.service import PLATFORMS

if TYPE_CHECKING:
    from veneer._core.platform import Platform
    from veneer_cli.service import Service

__all__ = ["CONTRACT", "Places", "Setting", "config_path", "places", "read_config", "resolve"]

_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "base_url": str,
    "api_key": str,
    "credentials": dict,
    "oauth": dict,
    "deadline": (int, float),
    "max_retries": int,
}
CONTRACT = "contract"
"""The table of a profile for `--contract`, which has no settings without a profile."""
_PROFILES = "profiles."
_LARGEST = 1_048_576
_SECRETS = frozenset({"api_key", "credentials", "oauth"})


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and its source: `flag`, `environment`, `file`, `default`, or "" if there is none."""

    value: Any = field(default=None, repr=False)
    source: str = ""


def config_path(environ: Mapping[str, str] | None = None, folder: str = "veneer") -> Path | None:
    """Return the path of the settings file, `config.toml` in a folder under XDG_CONFIG_HOME.

    Where that is unset or relative, it is ~/.config. Returns None for a user without a home.
    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    environ = os.environ if environ is None else environ
    given = environ.get("XDG_CONFIG_HOME", "")
    try:
        home = Path(given) if given and Path(given).is_absolute() else Path.home() / ".config"
    except RuntimeError:  # no HOME, and no entry for the user
        return None
    return home / folder / "config.toml" if home.is_absolute() else None


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look for the settings of an API: a table of its file, and the environment.

    With a profile, the table is the profile's and the API's own variables are not read. So a key of
    one deployment is never sent to the address of another.
    """

    table: Mapping[str, Any] = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    profile: str = ""


def places(service: Service, profile: str | None = None) -> Places:
    """Return where the settings of an API are; without `profile`, an environment variable names one.

    Raises ConfigurationError as `read_config` does, and for a profile that is not in the file.
    """
    chosen = profile if profile is not None else os.environ.get(service.profile_variable, "")
    if profile is not None and not profile.strip():
        raise ConfigurationError("--profile is empty: give a name, or leave it out")
    path = config_path(folder=service.program)
    is_shared = service.table != ""
    if not chosen and service.table is None:
        return Places({}, os.environ)
    found = _read(path, is_shared=is_shared)
    if not chosen:
        return Places(found[""].get(service.table or "", {}), os.environ)
    name = "" if not is_shared else service.table or CONTRACT
    table = found.get(_PROFILES + chosen, {}).get(name)
    if table is None:
        close = get_close_matches(_PROFILES + chosen, found, n=1)
        meant = (
            f"did you mean {close[0].removeprefix(_PROFILES)}? "
            if close and close[0] != _PROFILES + chosen
            else ""
        )
        called = f"{_PROFILES}{chosen}{name and '.'}{name}"
        raise ConfigurationError(f"there is no profile {chosen!r}: {meant}write [{called}] into {path}")
    return Places(table, {}, chosen)


def read_config(path: Path | None, tables: Collection[str] = PLATFORMS) -> Mapping[str, Mapping[str, Any]]:
    """Return the tables of the settings file by name; without `tables`, its one table is called "".

    The result is empty if there is no file. A byte order mark is ignored. Profiles are checked, and
    left out.

    Raises ConfigurationError for invalid TOML, unknown names and wrong types, for a path that is not
    a regular file or is larger than 1 MiB, and for secrets that other users can read or write.
    """
    return _read(path, is_shared=bool(tables))[""]


def _read(path: Path | None, *, is_shared: bool) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Return the tables of the file by "" and `profiles.NAME`; a shared file has one per platform."""
    if path is None or (loaded := _load(path)) is None:
        return {"": {}}
    content, mode = loaded
    profiles = content.pop("profiles", {})
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        raise ConfigurationError(f"{path}: profiles are tables: [profiles.NAME{'.PLATFORM' * is_shared}]")
    found = {"": content, **{f"{_PROFILES}{name}": one for name, one in profiles.items()}}
    if not is_shared:
        found = {place: {"": table} for place, table in found.items()}
    secret = False
    for place, tables in found.items():
        known = ({*PLATFORMS, CONTRACT} if place else PLATFORMS) if is_shared else ()
        for name, table in tables.items():
            called = ".".join(filter(None, (place, name)))
            if is_shared and (name not in known or not isinstance(table, dict)):
                raise ConfigurationError(
                    f"{path}: [{called}] is not a platform; the platforms are {', '.join(PLATFORMS)}"
                )
            _check(path, called, table)
            secret = secret or bool(_SECRETS & table.keys())
    if secret and os.name == "posix" and mode & 0o066:
        raise ConfigurationError(
            f"{path} holds keys and is open to other users (mode {mode:o}); run: chmod 600 {path}"
        )
    return found


def _load(path: Path) -> tuple[dict[str, Any], int] | None:
    """Return the file's content and mode, None if there is no file. Raises ConfigurationError."""
    try:
        if not (path.exists() or path.is_symlink()):
            return None
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for a writer
            raise ConfigurationError(f"{path} is not a file")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if len(content) > _LARGEST:
            raise ConfigurationError(f"{path} is larger than {_LARGEST:,} bytes")
        return tomllib.loads(content.decode("utf-8-sig")), mode
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


def _check(path: Path, name: str, table: Mapping[str, Any]) -> None:
    where = f"[{name}]" if name else "it"
    for key, value in table.items():
        expected = _FIELDS.get(key)
        if expected is None:
            raise ConfigurationError(
                f"{path}: {where} has no setting {key!r}; the settings are {', '.join(_FIELDS)}"
            )
        if not isinstance(value, expected) or isinstance(value, bool):
            raise ConfigurationError(f"{path}: {key}{f' of {where}' if name else ''} has the wrong type")


def resolve(
    service: Service,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    at: Places,
) -> dict[str, Setting]:
    """Return `base_url` and `api_key`: from flags, else the API's variables, else the settings file.

    Raises ConfigurationError for an empty value instead of trying the next place. Only an empty
    variable for a key counts as unset, as it does for the clients.
    """
    platform: Platform = service.platform
    variables = {"base_url": platform.env_base_url, "api_key": platform.env_api_key}
    given = {"base_url": base_url, "api_key": api_key}
    defaults = {"base_url": platform.base_url, "api_key": None}
    of = f" of [{at.profile or service.table}]" if at.profile or service.table else ""
    found = {}
    for name, variable in variables.items():
        held = at.environ.get(variable) if variable else None
        if name == "api_key" and held is not None and not held.strip():
            held = None
        places = (
            ("flag", f"--{name.replace('_', '-')}", given[name]),
            ("environment", variable, None if held is None else held.strip()),
            ("profile" if at.profile else "file", f"{name}{of} in the settings file", at.table.get(name)),
            ("default", name, defaults[name]),
        )
        source, called, value = next((one for one in places if one[2] is not None), ("", "", None))
        if value is not None and not value.strip():
            raise ConfigurationError(f"{called} is empty: give a value, or leave it out")
        found[name] = Setting(value, source)
    return found
