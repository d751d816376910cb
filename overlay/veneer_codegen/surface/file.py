"""`api.toml`: the public names of a client in sorted tables, one a line, so that a diff reads as a list of changes."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GROUPS", "NAME", "Surface", "dump", "load"]

NAME: Final = "api.toml"

GROUPS: Final[Mapping[str, str]] = {
    "client": "methods and properties of the client; `await` where the async flavour is awaited",
    "functions": "functions of the module",
    "classes": "results and other classes",
    "params": "typed dictionaries for request bodies",
    "models": "models of the contract, as results have them and as bodies can be given",
    "enums": "values that the contract knows",
    "errors": "exceptions and what they carry",
    "constants": "",
    "modules": "where else public names are imported from",
    "operations": "operations as `client.call` takes them",
    "wire": "the request of each operation, and its credentials",
}
"""The tables in their order, each with what its names are."""

_HEADER: Final = """\
# Written by scripts/regenerate.py from {source}: the public surface of {package}.
# The sync flavour's names. The async one has the same with Async before classes{suffix}; where it
# has not, a line of its own says so. Compared by `make generate`, `make drift`, `make release-check`.
"""


@dataclass(frozen=True)
class Surface:
    """Every public name: table, name, signature. `package` is where users import from."""

    package: str
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def table(self, name: str) -> Mapping[str, str]:
        """Return one table, empty where there is none."""
        return self.tables.get(name, {})


def dump(surface: Surface, source: str, suffix: str = "") -> str:
    """Write a surface as TOML: sorted, one line a name."""
    words = f" and {suffix} behind methods" if suffix else ""
    lines = [
        _HEADER.format(source=source, package=surface.package, suffix=words),
        f"package = {_text(surface.package)}",
    ]
    for group, said in GROUPS.items():
        if table := surface.table(group):
            lines += ["", f"[{group}]" + (f"  # {said}" if said else "")]
            lines += [f"{_key(name)} = {_text(table[name])}" for name in sorted(table)]
    return "\n".join(lines) + "\n"


def load(text: str, source: str = NAME) -> Surface:
    """Read what `dump` wrote. Raises ContractError for anything else."""
    try:
        content = tomllib.loads(text)
        package = content.pop("package")
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise ContractError(f"this is no public surface: {error}", source=source) from error
    return Surface(package, content)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
