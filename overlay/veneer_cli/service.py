"""Describe an API that the command line calls: its name, contract, facts, operations and settings."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from veneer._core.errors import ConfigurationError

if TYPE_CHECKING:
    from types import ModuleType

    from veneer import Client
    from veneer._core.platform import Platform
    from veneer_cli.contract import Contract, Operation

__all__ = ["PLATFORMS", "Service", "generated", "module_in", "platform_service"]


@dataclass(frozen=True, slots=True)
class Service:
    """An API that the command line calls. Creating one loads nothing.

    | field | meaning |
    |---|---|
    | `name` | the contract's name: `velerian`, `acme_shop` |
    | `load_platform` | returns its facts: address, environment variables, security schemes |
    | `load_document` | returns its contract, whose references are local; do not modify it |
    | `load_module` | returns the endpoint module that sends an operation |
    | `program` | the program that calls it, and the folder of its settings below `~/.config` |
    | `table` | its table in the settings file; "" if the whole file is its own, None if it has none |
    | `package` | the generated package whose methods are commands; "" for none |
    | `about` | its sentence in help |
    | `rules` | the module of its sandbox's own rules, which may be missing; "" for none |
    """

    name: str
    load_platform: Callable[[], Platform] = field(repr=False)
    load_document: Callable[[], Mapping[str, Any]] = field(repr=False)
    load_module: Callable[[Operation], ModuleType] = field(repr=False)
    program: str = "veneer"
    table: str | None = ""
    package: str = ""
    rules: str = ""
    about: str = ""

    @property
    def platform(self) -> Platform:
        """Its facts."""
        return self.load_platform()

    @property
    def document(self) -> Mapping[str, Any]:
        """Its contract."""
        return self.load_document()

    @property
    def contract(self) -> Contract:
        """The operations of its contract."""
        from veneer_cli.contract import read

        return read(self.document)

    def client(self, **arguments: Any) -> Client:
        """Return a generic client with its facts; `arguments` are those of `veneer.Client`."""
        from veneer import Client

        return Client(**arguments, platform=self.platform)

    @property
    def profile_variable(self) -> str:
        """The environment variable that chooses a profile: `VENEER_PROFILE`, `ACME_SHOP_PROFILE`."""
        return f"{self.program}_PROFILE".replace("-", "_").upper()

    def words(self, command: str) -> str:
        """Return the command line of one of its commands: `veneer login velerian`, `acme-shop login`."""
        return f"{self.program} {command} {self.table or ''}".rstrip()


def generated(name: str, package: str, facts: str, **more: str) -> Service:
    """Return the service of a generated package; module `facts` has `PLATFORM`, `more` are other fields."""
    return Service(
        name,
        partial(_facts, facts),
        partial(_document, package.partition(".")[0], name),
        partial(module_in, package),
        package=package,
        **more,
    )


def platform_service(name: str) -> Service:
    """Return the service of one of the four platforms. Raises ConfigurationError for another name."""
    if name not in PLATFORMS:
        from difflib import get_close_matches

        close = get_close_matches(name, PLATFORMS, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise ConfigurationError(f"no platform {name!r}; {meant}the platforms are {', '.join(PLATFORMS)}")
    return PLATFORMS[name]


def _facts(module: str) -> Platform:
    return cast("Platform", importlib.import_module(module).PLATFORM)


@functools.cache
def _document(package: str, name: str) -> Mapping[str, Any]:
    import json
    from importlib import resources

    file = resources.files(f"{package}.contracts") / f"{name}.json"
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def module_in(package: str, operation: Operation) -> ModuleType:
    """Return the generated module that sends an operation. Raises ConfigurationError if there is none."""
    import pkgutil

    api = importlib.import_module(f"{package}.api")
    found = [one.name for one in pkgutil.walk_packages(api.__path__, f"{api.__name__}.") if not one.ispkg]
    # The module has the operation's name, unless the generator had to choose another.
    for name in sorted(found, key=lambda one: one.rpartition(".")[2] != operation.name):
        module = importlib.import_module(name)
        if (module._OPERATION["method"].upper(), module._OPERATION["path"]) == (
            operation.method,
            operation.path,
        ):
            return module
    raise ConfigurationError(
        f"no generated module sends {operation.method} {operation.path}: run `make generate`"
    )


PLATFORMS: Final[Mapping[str, Service]] = {
    name: generated(name, f"veneer_generated.{name}", f"veneer.{name}.platform", table=name, about=about)
    for name, about in (
        ("hybridb", "hybriDB: decide, execute, roll back, read the audit trail."),
        ("hestiaos", "HestiaOS: run under governance, read traces, check health, keep secrets."),
        ("velerian", "Velerian: governed runs, evidence, audit log, networks."),
        ("aerostack", "Aerostack: chat, SQL, cache, storage, queue."),
    )
}
"""The four platforms, by name; each has a table in the shared settings file."""
