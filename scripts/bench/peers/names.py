"""List the public names of a package, and compare another package with such a list.

    python names.py hybridb                     # one line per name, on standard output

`published/` has the lists of the four published clients, and the reasons for our differences. Only
the standard library is used, because the listing runs in the published package's own environment.

A line is a module, class, function or constant by its path below the package (`errors.ApiError`), a
member of a class (`ApiError.status_code`), or a callable with its parameters (`Client.get(path, *,
params)`). Members are listed below the shortest path of their class.
"""

from __future__ import annotations

import ast
import contextlib
import enum
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple, TypeVar, is_typeddict

#: The published packages and our counterparts, by distribution.
PACKAGES: Final = {
    "velerian-sdk": ("velerian_sdk", "veneer.velerian"),
    "hybridb-sdk": ("hybridb", "veneer.hybridb"),
    "hestiaos": ("hestiaos", "veneer.hestiaos"),
    "aerostack": ("aerostack", "veneer.aerostack"),
}
_PUBLISHED: Final = Path(__file__).with_name("published")
#: The classes to instantiate for their namespaces, and the arguments. Nothing is sent.
CLIENTS: Final = {
    "velerian_sdk": {"VelerianClient": {"api_key": "k", "base_url": "http://127.0.0.1:9"}},
    "hybridb": {
        "HybriDBClient": {"api_key": "k", "base_url": "http://127.0.0.1:9"},
        "AsyncHybriDBClient": {"api_key": "k", "base_url": "http://127.0.0.1:9"},
    },
    "hestiaos": {
        "Client": {"base_url": "http://127.0.0.1:9"},
        "AsyncClient": {"base_url": "http://127.0.0.1:9"},
    },
    "aerostack": {"SDK": {"api_key_auth": "k", "server_url": "http://127.0.0.1:9"}},
}
#: The special methods that callers notice.
_SPECIAL: Final = ("__call__", "__iter__", "__len__", "__enter__", "__aenter__")
_LINE: Final = re.compile(r"([\w.]+)(?:\((.*)\)| < ([\w.]+))?")


# -- listing -----------------------------------------------------------------------------------------------------------


def listed(package: str) -> list[str]:
    """Return every public name of an importable package, sorted."""
    root = importlib.import_module(package)
    named = dict(_named(root))
    homes: dict[int, str] = {}
    for path, value in sorted(named.items(), key=lambda pair: (pair[0].count("."), pair[0])):
        homes.setdefault(id(value), path)
    lines: set[str] = set()
    for path, value in named.items():
        if homes[id(value)] != path:
            lines.add(path)
        elif inspect.isclass(value):
            bases = [one for one in value.__mro__[1:] if id(one) in homes]
            lines.update(f"{path} < {homes[id(one)]}" for one in bases)
            lines.update(_class_lines(path, value, package, bases))
        else:
            lines.add(_line(path, value) if callable(value) else path)
    return sorted(lines)


def _named(root: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the public modules and their names, by path below the package."""
    package = root.__name__
    modules = [package, *(one.name for one in pkgutil.walk_packages(root.__path__, f"{package}."))]
    for name in modules:
        below = name.removeprefix(package).removeprefix(".")
        if any(part.startswith("_") for part in below.split(".")):
            continue
        module = importlib.import_module(name)
        prefix = f"{below}." if below else ""
        if below:
            yield below, module
        for one in _public(module, package):
            yield prefix + one, getattr(module, one)


def _public(module: ModuleType, package: str) -> list[str]:
    """Return a module's public names: `__all__`, else definitions and, in a package, imports."""
    exported = getattr(module, "__all__", None)
    if exported is not None:
        return [one for one in exported if not isinstance(getattr(module, one), ModuleType)]
    found = _assigned(module)
    if hasattr(module, "__path__"):
        found |= _imported(module, package)
    found |= {name for name, value in vars(module).items() if _home(value) == module.__name__}
    shown = {name for name in found if not name.startswith("_")} | ({"__version__"} & set(vars(module)))
    return sorted(name for name in shown if not isinstance(getattr(module, name), (ModuleType, TypeVar)))


def _home(value: Any) -> str:
    """Return the module of a class or function; empty for anything else."""
    return str(value.__module__) if inspect.isclass(value) or inspect.isroutine(value) else ""


def _belongs(value: type, package: str) -> bool:
    return _home(value).partition(".")[0] == package


def _assigned(module: ModuleType) -> set[str]:
    """Return the names that a module's own lines assign."""
    found: set[str] = set()
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Assign):
            found |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def _imported(module: ModuleType, package: str) -> set[str]:
    """Return the names that a package imports from its own modules, also by star imports."""
    found: set[str] = set()
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            names = {one.asname or one.name for one in node.names}
            star = names == {"*"}
            found |= (
                set(_public(importlib.import_module(f"{package}.{node.module}"), package)) if star else names
            )
    return found


def _class_lines(path: str, kind: type, package: str, bases: list[type]) -> Iterator[str]:
    """Yield a class, its constructor unless it is an exception, its own members and its namespaces'."""
    plain = issubclass(kind, (BaseException, enum.Enum)) or hasattr(kind, "model_fields")
    yield path if plain else _line(path, kind)
    made = CLIENTS.get(package, {}).get(path)
    instance = None if made is None else kind(**made)
    inherited = {name for base in bases for name in _members(base, package)}
    for name in sorted(_members(kind, package) - inherited):
        value = getattr(instance if instance is not None else kind, name, None)
        if instance is not None and not inspect.isroutine(value) and _belongs(type(value), package):
            yield f"{path}.{name}"
            for below in sorted(_members(type(value), package)):
                yield _line(f"{path}.{name}.{below}", getattr(value, below, None))
            continue
        yield _line(f"{path}.{name}", value)


def _members(kind: type, *packages: str) -> set[str]:
    """Return the public members of a class: methods, fields, and attributes that methods set."""
    found: set[str] = set()
    for one in kind.__mro__:
        if one.__module__.partition(".")[0] in packages:
            found |= set(vars(one)) | set(vars(one).get("__annotations__", ())) | _set_on_self(one)
    special = {name for name in _SPECIAL if name in found}
    return special | {name for name in found if not name.startswith(("_", "model_"))}


@cache
def _set_on_self(kind: type) -> set[str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError, SyntaxError):  # created at run time
        return set()
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


def _line(path: str, value: Any) -> str:
    """Return a line: a path, with the parameters of a callable."""
    if not callable(value) or isinstance(value, enum.Enum):
        return path
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return path
    words, bare = [], False
    for one in parameters:
        if one.name == "self":
            continue
        if one.kind is one.KEYWORD_ONLY and not bare:
            words.append("*")
        bare = bare or one.kind in {one.KEYWORD_ONLY, one.VAR_POSITIONAL}
        stars = "*" if one.kind is one.VAR_POSITIONAL else "**" if one.kind is one.VAR_KEYWORD else ""
        words.append(stars + one.name)
    return f"{path}({', '.join(words)})"


# -- comparing ---------------------------------------------------------------------------------------------------------


class Comparison(NamedTuple):
    """The result of a comparison: equal lines, differences with reasons, and faults.

    `unexplained` are differences without a reason, `unused` the keys of reasons without a
    difference.
    """

    same: int
    explained: dict[str, str]
    unexplained: list[str]
    unused: list[str]


def kept(distribution: str) -> list[str]:
    """Return the stored list of a published package's names."""
    return (_PUBLISHED / f"{distribution}.txt").read_text(encoding="utf-8").splitlines()


def keep(distribution: str, lines: Iterable[str]) -> None:
    """Store the list of a published package's names."""
    text = "".join(f"{line}\n" for line in lines)
    (_PUBLISHED / f"{distribution}.txt").write_text(text, encoding="utf-8")


def compared(distribution: str, lines: Iterable[str]) -> Comparison:
    """Return the comparison of our package with a published one's names."""
    package, ours = PACKAGES[distribution]
    lacking = {line: list(_lacking(line, ours, CLIENTS[package])) for line in lines}
    reasons = tomllib.loads((_PUBLISHED / "differences.toml").read_text(encoding="utf-8"))[distribution]
    found = _topmost(one for each in lacking.values() for one in each)
    keys = {one: next((key for key in reasons if fnmatchcase(one, key)), None) for one in found}
    return Comparison(
        same=sum(not each for each in lacking.values()),
        explained={one: reasons[key] for one, key in keys.items() if key is not None},
        unexplained=[one for one, key in keys.items() if key is None],
        unused=[key for key in reasons if key not in keys.values()],
    )


def _topmost(paths: Iterable[str]) -> list[str]:
    """Return names without the members of missing ones."""
    found = dict.fromkeys(paths)
    return [one for one in found if not any(above in found for above in _above(one))]


def _above(path: str) -> Iterator[str]:
    steps = path.partition("(")[0].partition(" ")[0].split(".")
    yield from (".".join(steps[:count]) for count in range(1, len(steps)))


def _lacking(line: str, package: str, clients: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the parts of another package's line that a package lacks.

    A path, `path(parameter)` for a parameter, `path(#parameter)` for one that has another position
    there, `path < path` for a class that is not a subclass. ` → snake_case` at its end means that
    the name exists in snake case.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"not a line of names: {line!r}")
    path, parameters, base = match.groups()
    try:
        found = _resolved(path, package, clients)
    except LookupError:
        yield f"{path} → snake_case" if _there(_snaked(path), package, clients) else path
        return
    if base and not (_there(base, package, clients) and _is_below(found, _resolved(base, package, clients))):
        yield line
    if parameters:
        yield from _lacking_parameters(path, parameters.split(", "), _parameters(found))


def _lacking_parameters(path: str, words: list[str], ours: dict[str, str]) -> Iterator[str]:
    places = {name: place for place, name in enumerate(ours)}
    any_name = "**" in ours.values()
    keyword_only = False
    for place, word in enumerate(words):
        keyword_only = keyword_only or word.startswith("*")
        name = word if word in ours else snake(word)
        if word.startswith("*"):
            if word.startswith("**") and not any_name:
                yield f"{path}({word})"
        elif name not in ours:
            if not any_name:
                yield f"{path}({word})"
        elif name != word:
            yield f"{path}({word}) → snake_case"
        elif ours[name] == "" and not keyword_only and places[name] != place:
            yield f"{path}(#{word})"


def _is_below(kind: Any, base: Any) -> bool:
    return isinstance(kind, type) and isinstance(base, type) and issubclass(kind, base)


def _snaked(path: str) -> str:
    above, dot, last = path.rpartition(".")
    return f"{above}{dot}{snake(last)}" if dot else path


def _there(path: str, package: str, clients: dict[str, dict[str, Any]]) -> bool:
    with contextlib.suppress(LookupError):
        _resolved(path, package, clients)
        return True
    return False


def snake(name: str) -> str:
    """Return a name in snake case: `decisionId` is `decision_id`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _parameters(value: Any) -> dict[str, str]:
    """Return the parameters of a callable: "" by position or keyword, "*" by keyword alone, "**" for any other keyword.

    Keywords that a typed dict lists (`**options: Unpack[CallOptions]`) are parameters as well.
    """
    if is_typeddict(value):
        return dict.fromkeys(value.__annotations__, "*")
    try:
        found = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return {}
    out: dict[str, str] = {}
    for one in found:
        if one.name == "self" or one.kind is one.VAR_POSITIONAL:
            continue
        if one.kind is one.VAR_KEYWORD:
            typed = re.fullmatch(r"Unpack\[(\w+)\]", str(one.annotation))
            out |= dict.fromkeys(
                _typed_dict(value, typed[1]) if typed else [one.name], "*" if typed else "**"
            )
        else:
            out[one.name] = "" if one.kind is one.POSITIONAL_OR_KEYWORD else "*"
    return out


def _typed_dict(value: Any, name: str) -> list[str]:
    """Return the keys of a typed dict that a function's module knows, if only for type checkers."""
    if isinstance(value, type):
        value = next(vars(one)["__init__"] for one in value.__mro__ if "__init__" in vars(one))
    function = inspect.unwrap(value)
    module = sys.modules[function.__module__]
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ImportFrom) and name in {one.asname or one.name for one in node.names}:
            return list(getattr(importlib.import_module(str(node.module)), name).__annotations__)
    return list(getattr(module, name).__annotations__)


def _resolved(path: str, package: str, clients: dict[str, dict[str, Any]]) -> Any:
    """Return what a path leads to. Raises LookupError."""
    value: Any = importlib.import_module(package)
    steps = path.split(".")
    for index, step in enumerate(steps, 1):
        value = _step(value, step)
        made = clients.get(".".join(steps[:index]))
        if made is not None and index < len(steps):
            value = value(**made)
    return value


def _step(value: Any, name: str) -> Any:
    if hasattr(value, name):
        return getattr(value, name)
    if isinstance(value, ModuleType):
        with contextlib.suppress(ModuleNotFoundError):
            return importlib.import_module(f"{value.__name__}.{name}")
    elif isinstance(value, type) and name in _members(
        value, *{one.__module__.partition(".")[0] for one in value.__mro__}
    ):
        return None
    raise LookupError(name)


def main(say: Callable[[str], object] = print) -> None:
    """Print the names of the package on the command line."""
    for line in listed(sys.argv[1]):
        say(line)


if __name__ == "__main__":
    main()
