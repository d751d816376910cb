"""What the command line calls: an API's name, contract, facts, operations and settings, as one value."""

from __future__ import annotations

import functools
import importlib
import importlib.resources
import json
import pkgutil
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
    """An API that the command line calls. Making one loads nothing.

    | field | meaning |
    |---|---|
    | `name` | what the contract is called: `velerian`, `acme_shop` |
    | `load_platform` | returns its facts: address, environment variables, security schemes |
    | `load_document` | returns its contract, whose references are local; not to be changed |
    | `load_module` | returns the endpoint module that sends an operation |
    | `program` | the program that calls it, which is the folder of its settings below `~/.config` too |
    | `table` | its table in the file of settings; "" where it has the file to itself, None where it has none |
    | `package` | the generated package whose methods are commands; "" for none |
    | `rules` | the module of what its sandbox does beyond the contract, which need not be there; "" for none |
    """

    name: str
    load_platform: Callable[[], Platform] = field(repr=False)
    load_document: Callable[[], Mapping[str, Any]] = field(repr=False)
    load_module: Callable[[Operation], ModuleType] = field(repr=False)
    program: str = "veneer"
    table: str | None = ""
    package: str = ""
    rules: str = ""

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

    def words(self, command: str) -> str:
        """Return the words that run a command which is its own, such as `veneer login velerian` or `acme-shop login`."""
        return f"{self.program} {command} {self.table or ''}".rstrip()


def generated(name: str, package: str, facts: str, **more: str) -> Service:
    """Return the service of a generated package: `facts` is the module that has `PLATFORM`, `more` are other fields."""
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
        raise ConfigurationError(f"no platform {name!r}; there are {', '.join(PLATFORMS)}")
    return PLATFORMS[name]


def _facts(module: str) -> Platform:
    return cast("Platform", importlib.import_module(module).PLATFORM)


@functools.cache
def _document(package: str, name: str) -> Mapping[str, Any]:
    file = importlib.resources.files(f"{package}.contracts") / f"{name}.json"
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def module_in(package: str, operation: Operation) -> ModuleType:
    """Return the module of a generated package that sends an operation. Raises ConfigurationError where there is none."""
    api = importlib.import_module(f"{package}.api")
    found = [one.name for one in pkgutil.walk_packages(api.__path__, f"{api.__name__}.") if not one.ispkg]
    # The one of the same name, unless the generator had to choose another.
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
    name: generated(name, f"veneer_generated.{name}", f"veneer.{name}.platform", table=name)
    for name in ("hybridb", "hestiaos", "velerian", "aerostack")
}
"""The four platforms, by name; one file of settings has a table for each."""
