"""`api.toml`: the public names of a client in sorted tables, one per line for readable diffs."""

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
    "client": "methods and properties of the client; `await` marks methods that the async flavour awaits",
    "functions": "functions of the module",
    "classes": "results and other classes",
    "params": "typed dictionaries for request bodies",
    "models": "models of the contract, of results and of request bodies",
    "enums": "values that the contract lists",
    "errors": "exceptions and their attributes",
    "constants": "",
    "modules": "other modules with public names",
    "operations": "operations for `client.call`",
    "wire": "the requests of the operations, and their credentials",
}
"""The tables in order, with descriptions of their names."""

_HEADER: Final = """\
# Written by scripts/regenerate.py from {source}: the public surface of {package}.
# The sync flavour's names. The async one has the same with Async before classes{suffix}.
# Differences
# have their own lines. Compared by `make generate`, `make drift`, `make release-check`.
"""


@dataclass(frozen=True)
class Surface:
    """Every public name: table, name, signature. `package` is the package that users import."""

    package: str
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def table(self, name: str) -> Mapping[str, str]:
        """Return one table; an empty one if it is missing."""
        return self.tables.get(name, {})


def dump(surface: Surface, source: str, suffix: str = "") -> str:
    """Return a surface as sorted TOML, one line per name."""
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
    """Return the surface that `dump` wrote. Raises ContractError for any other text."""
    try:
        content = tomllib.loads(text)
        package = content.pop("package")
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise ContractError(f"this is not a public surface: {error}", source=source) from error
    return Surface(package, content)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
