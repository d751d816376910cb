"""Edit a repository's files for a client: as new text if that is safe, else as lines to paste."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array, InlineTable, Table

from veneer_codegen.errors import CodegenError
from veneer_codegen.scaffold.place import PYPROJECT, Layout, table

MAKEFILES: Final = ("GNUmakefile", "makefile", "Makefile")
_TARGETS: Final = {
    "generate": ("write the generated client and the sync modules", ("unasync", "regenerate")),
    "drift": ("check that contract, generated code and sync modules fit together", ("drift",)),
    "release-check": (
        "show what changed in the public surface since BASE, and the next version",
        ("release_check",),
    ),
}
_ARGUMENTS: Final = {"drift": " $(ARGS)", "release-check": " $(BASE)"}
# A version or an upper bound, which may exclude what a client needs. A lower bound does not.
_BOUNDED: Final = re.compile(r"<|==|~=|\^|(?<![<>!~=])= ?\d")
_DATA: Final = ["**/*.json", "**/*.toml", "**/py.typed"]
# Folders at a repository's root that are not packages, though they may look like some (from
# setuptools' list).
_NO_PACKAGES: Final = frozenset({"build", "dist", "docs", "doc", "examples", "scripts", "test", "tests", "tools", "venv", "benchmarks"})  # fmt: skip


@dataclass
class Edits:
    """New texts of existing files by path, and manual steps, each with its reason and lines."""

    texts: dict[str, str] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """A client's needs: requirements, packages, commands, formatters' exclusions."""

    dependencies: tuple[str, ...]
    development: tuple[str, ...] = ()
    python: str = ""
    packages: tuple[str, ...] = ()
    generated: str = ""
    """The generated package, which contains data files; "" for none."""
    scripts: Mapping[str, str] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    ignored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Rules of ruff that do not apply to some files, by pattern."""


def wanted(made: Mapping[str, Any], name: str, generated: str, layout: Layout) -> Wanted:
    """Return the needs of a project of `veneer new`, with this repository's paths."""
    project = table(made, "project")
    groups = table(made, "dependency-groups").get("dev", [])
    building = {_name(one) for one in table(made, "build-system").get("requires", ())}
    ignored = table(made, "tool", "ruff", "lint", "per-file-ignores")
    return Wanted(
        tuple(map(str, project.get("dependencies", ()))),
        tuple(one for one in groups if isinstance(one, str) and _name(one) not in building),
        str(project.get("requires-python", "")),
        (name, generated),
        generated,
        {str(key): str(value) for key, value in table(project, "scripts").items()},
        (f"{layout.generated}{generated}", f"{layout.overlay}{name}/_sync"),
        {
            re.sub("^overlay/", layout.overlay, str(pattern)): tuple(rules)
            for pattern, rules in ignored.items()
        },
    )


def find(layout: Layout, want: Wanted) -> Edits:
    """Return the edits of pyproject.toml and ruff's own file.

    Raises CodegenError for unreadable files.
    """
    edits = Edits()
    path = layout.root / PYPROJECT
    if not path.is_file():
        edits.by_hand.append(
            f"there is no {PYPROJECT}: install {_quoted(want.dependencies)}"
            + (f", for development {_quoted(want.development)}" if want.development else "")
        )
        return edits
    before = path.read_text(encoding="utf-8")
    document = _parsed(before, PYPROJECT)
    _requirements(document, want, edits)
    if want.packages:
        _pack(document, layout, want, edits)
    _commands(document, want, edits)
    if want.excluded:
        _leave_alone(document, layout, want, edits)
    _changed(edits, PYPROJECT, before, document)
    return edits


def _parsed(text: str, source: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise CodegenError(f"{source} cannot be read: {error}: mend it first") from error


def _changed(edits: Edits, path: str, before: str, document: tomlkit.TOMLDocument) -> None:
    if (after := tomlkit.dumps(document)) != before:
        edits.texts[path] = after


def _quoted(items: Iterable[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)


def _name(requirement: str) -> str:
    """Return the normalised name of a requirement (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]).lower()


def _add(array: Any, items: Iterable[str]) -> None:
    """Append to an array in its own layout, with one item a line if it has lines."""
    lines = "\n" in array.as_string() if isinstance(array, Array) else False
    for item in items:
        if lines:
            indent = re.search(r"\n([ \t]+)\S", array.as_string())
            array.add_line(item, indent=indent[1] if indent else "    ", add_comma=True)
        else:
            array.append(item)
    if lines and not re.search(r"\n\s*\]$", array.as_string()):
        array.add_line(indent="", add_comma=False)


def _requirements(document: Any, want: Wanted, edits: Edits) -> None:
    """Add missing requirements to the repository's own list, and report those that conflict."""
    project, poetry = table(document, "project"), table(document, "tool", "poetry")
    if "dependencies" in table(project).get("dynamic", ()):
        edits.by_hand.append(
            f"dependencies are dynamic in {PYPROJECT}: add where they are kept: {', '.join(want.dependencies)}"
        )
    elif project:
        listed = document["project"].setdefault("dependencies", tomlkit.array())
        _extend(listed, want.dependencies, edits)
    elif "dependencies" in poetry:
        _extend_table(document["tool"]["poetry"]["dependencies"], want.dependencies, edits)
    else:
        edits.by_hand.append(f"{PYPROJECT} lists no dependencies: install {_quoted(want.dependencies)}")
    _development(document, project, poetry, want, edits)
    python = str(project.get("requires-python") or table(poetry, "dependencies").get("python") or "")
    if want.python and python and not _covers(want.python, python):
        edits.by_hand.append(f"Python {python} in {PYPROJECT}: the client needs {want.python}, so raise it")


def _covers(needed: str, given: str) -> bool:
    """Return whether the lowest Python of `given` is supported."""
    lowest = [
        tuple(int(part) for part in found.split("."))
        for text in (needed, given)
        for found in re.findall(r"(?:>=|\^|~=|~|==)\s*(\d+\.\d+)", text)[:1]
    ]
    return len(lowest) < 2 or lowest[1] >= lowest[0]


def _development(document: Any, project: Any, poetry: Any, want: Wanted, edits: Edits) -> None:
    """Add the development requirements to the repository's list, else to a group `dev`."""
    missing = [one for one in want.development if one]
    if not missing:
        return
    tool = table(document, "tool")
    if (dev := table(poetry, "group", "dev", "dependencies")) and not table(document, "dependency-groups"):
        _extend_table(document["tool"]["poetry"]["group"]["dev"]["dependencies"], missing, edits, known=dev)
    elif "dev" in table(tool, "pdm", "dev-dependencies"):
        _extend(document["tool"]["pdm"]["dev-dependencies"]["dev"], missing, edits)
    elif "dev-dependencies" in table(tool, "uv"):
        _extend(document["tool"]["uv"]["dev-dependencies"], missing, edits)
    elif "dev" in table(project, "optional-dependencies") and not table(document, "dependency-groups"):
        _extend(document["project"]["optional-dependencies"]["dev"], missing, edits)
    elif poetry and not project:
        groups = document["tool"]["poetry"].setdefault("group", tomlkit.table(is_super_table=True))
        dev = groups.setdefault("dev", tomlkit.table(is_super_table=True))
        _extend_table(dev.setdefault("dependencies", tomlkit.table()), missing, edits)
    else:
        groups = document.setdefault("dependency-groups", tomlkit.table())
        _extend(groups.setdefault("dev", tomlkit.array()), missing, edits)


def _extend(listed: Any, requirements: Iterable[str], edits: Edits) -> None:
    """Append the requirements that an array lacks."""
    there: dict[str, list[str]] = {}
    for one in listed:
        if isinstance(one, str):
            there.setdefault(_name(one), []).append(str(one))
    new = [one for one in requirements if _name(one) not in there]
    for one in requirements:
        given = there.get(_name(one), [])
        covered = any(_extras(one) <= _extras(other) for other in given)
        if given and not covered and not any(map(_BOUNDED.search, given)):
            new.append(one)  # another extra of the same package
        elif given and one not in given:
            _differs(given[0], one, edits)
    if isinstance(listed, Array) and not listed and len(", ".join(new)) > 80:
        listed.multiline(True)  # tomlkit's own signature
    _add(listed, new)


def _extras(requirement: str) -> set[str]:
    found = re.search(r"\[([^\]]*)\]", requirement)
    return {one.strip() for one in found[1].split(",")} if found else set()


def _differs(there: str, needed: str, edits: Edits) -> None:
    """Report an existing requirement that may exclude what the client needs."""
    if _BOUNDED.search(there) and re.search(r"[<>=~!]", needed):
        edits.by_hand.append(
            f"{there!r} is listed already; the client was made for {needed!r}: see that both fit"
        )


def _extend_table(listed: Any, requirements: Iterable[str], edits: Edits, known: Any = None) -> None:
    """Append the requirements that a table of Poetry lacks."""
    there = {_name(str(key)): value for key, value in (known or listed).items()}
    for one in requirements:
        package, extras = re.split(r"[^\w.-]", one, maxsplit=1)[0], sorted(_extras(one))
        version = re.sub(r"^[\w.-]+(\[[^\]]*\])?\s*", "", one) or "*"
        if _name(one) in there:
            given = there[_name(one)]
            _differs(f"{package} = {given}", one, edits)
        elif extras:
            value = tomlkit.inline_table()
            value.update({"version": version, "extras": extras})
            listed[package] = value
        else:
            listed[package] = version


def _commands(document: Any, want: Wanted, edits: Edits) -> None:
    """Add the client's commands to those of the repository."""
    if not want.scripts:
        return
    project = table(document, "project")
    owner = (
        document["project"] if project else table(document, "tool", "poetry") and document["tool"]["poetry"]
    )
    if not isinstance(owner, Table):
        return
    listed = owner.setdefault("scripts", tomlkit.table())
    for command, place in want.scripts.items():
        if command not in listed:
            listed[command] = place
        elif listed[command] != place:
            edits.by_hand.append(
                f"a command {command} exists already ({listed[command]}): give {place!r} another name in {PYPROJECT}"
            )


def _leave_alone(document: Any, layout: Layout, want: Wanted, edits: Edits) -> None:
    """Exclude generated code from the repository's linters and formatters."""
    tool = table(document, "tool")
    for file in ("ruff.toml", ".ruff.toml"):
        if (layout.root / file).is_file():
            before = (layout.root / file).read_text(encoding="utf-8")
            own = _parsed(before, file)
            _exclude(own, want)
            _changed(edits, file, before, own)
            break
    else:
        if isinstance(tool.get("ruff"), Mapping):
            _exclude(document["tool"]["ruff"], want)
    others = [name for name in ("black", "isort", "pylint", "flake8") if name in tool]
    if others or (layout.root / ".flake8").is_file():
        named = ", ".join(others or ["flake8"])
        edits.by_hand.append(f"{named}: exclude {' and '.join(want.excluded)}, which are never edited")


def _exclude(ruff: Any, want: Wanted) -> None:
    listed = ruff.setdefault("extend-exclude", tomlkit.array())
    _add(listed, [place for place in want.excluded if place not in listed])
    for pattern, rules in want.ignored.items():
        _tables(ruff, "lint", "per-file-ignores").setdefault(pattern, list(rules))


def _pack(document: Any, layout: Layout, want: Wanted, edits: Edits) -> None:
    """Add the packages to the repository's distributions."""
    places = [f"{layout.overlay}{one}" for one in want.packages]
    if want.generated:
        places = [f"{layout.overlay}{want.packages[0]}", f"{layout.generated}{want.generated}"]
    tool = table(document, "tool")
    match layout.backend:
        case "":
            return
        case "hatchling":
            done = _hatchling(document, tool, layout, places)
        case "setuptools":
            done = _setuptools(document, tool, layout, want)
        case "poetry":
            done = _poetry(document, tool, layout, places)
        case "uv_build":
            done = _uv(document, tool, layout, want)
        case "pdm":
            done = _pdm(document, tool, places)
        case _:
            done = False
    if not done:
        more = " (flit packs one package: another backend is needed)" if layout.backend == "flit" else ""
        edits.by_hand.append(f"have {layout.backend} pack {' and '.join(places)}{more}")


def _tables(document: Any, *keys: str) -> Any:
    """Return a table of a document, created if it is missing."""
    for key in keys[:-1]:
        document = document.setdefault(key, tomlkit.table(is_super_table=True))
    return document.setdefault(keys[-1], tomlkit.table())


def _present(document: Any, layout: Layout) -> list[str]:
    """Return the repository's own package, which a backend finds by name."""
    project = table(document, "project").get("name") or table(document, "tool", "poetry").get("name") or ""
    name = re.sub(r"[-_.]+", "_", str(project)).lower()
    found = [f"{layout.overlay}{name}", f"src/{name}", name]
    return [one for one in dict.fromkeys(found) if name and (layout.root / one / "__init__.py").is_file()][:1]


def _hatchling(document: Any, tool: Any, layout: Layout, places: list[str]) -> bool:
    build = table(tool, "hatch", "build")
    wheel = table(build, "targets", "wheel")
    if {"include", "only-include", "sources", "force-include"} & {*build, *wheel}:
        return False
    if "packages" not in wheel:
        own = _present(document, layout)
        _tables(document, "tool", "hatch", "build", "targets", "wheel")["packages"] = own
    listed = document["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    _add(listed, [one for one in places if one not in listed])
    return True


def _setuptools(document: Any, tool: Any, layout: Layout, want: Wanted) -> bool:
    own = table(tool, "setuptools")
    if any((layout.root / file).is_file() and "packages" in (layout.root / file).read_text(encoding="utf-8") for file in ("setup.py", "setup.cfg")):  # fmt: skip
        return False
    if isinstance(own.get("packages"), list) or "py-modules" in own:
        return False
    find = table(own, "packages", "find")
    if find:
        listed = document["tool"]["setuptools"]["packages"]["find"]
        if "include" in find:
            _add(listed["include"], [f"{one}*" for one in want.packages if f"{one}*" not in find["include"]])
        if layout.packages not in find.get("where", ["."]):
            return False
    elif layout.packages in {"", "."}:
        # With several packages at the root, setuptools no longer finds any by itself.
        there = sorted(
            path.parent.name
            for path in layout.root.glob("*/__init__.py")
            if path.parent.name not in _NO_PACKAGES and not path.parent.name.startswith((".", "_"))
        )
        if layout.packages == "":
            return False
        patterns = [f"{one}*" for one in dict.fromkeys([*there, *want.packages])]
        _tables(document, "tool", "setuptools", "packages", "find")["include"] = patterns
    if want.generated:
        data = _tables(document, "tool", "setuptools", "package-data")
        data.setdefault(want.generated, _DATA)
        data.setdefault(want.packages[0], ["py.typed"])
    return True


def _poetry(document: Any, tool: Any, layout: Layout, places: list[str]) -> bool:
    if not isinstance(tool.get("poetry"), Mapping):
        _tables(document, "tool", "poetry")
    own = document["tool"]["poetry"]
    listed = own.get("packages")
    if listed is None:
        listed = tomlkit.array()
        listed.multiline(True)  # tomlkit's own signature
        places = [*_present(document, layout), *places]
    have = {(str(one.get("include")), str(one.get("from", ""))) for one in listed}
    for place in dict.fromkeys(places):
        folder, name = str(PurePosixPath(place).parent), PurePosixPath(place).name
        if (name, folder if folder != "." else "") not in have:
            listed.append(_inline({"include": name, **({"from": folder} if folder != "." else {})}))
    own["packages"] = listed
    return True


def _inline(values: Mapping[str, str]) -> InlineTable:
    made = tomlkit.inline_table()
    made.update(values)
    return made


def _uv(document: Any, tool: Any, layout: Layout, want: Wanted) -> bool:
    if layout.packages == "":
        return False
    named = table(tool, "uv", "build-backend").get("module-name")
    own = [PurePosixPath(one).name for one in _present(document, layout)]
    names = own if named is None else [named] if isinstance(named, str) else list(named)
    build = _tables(document, "tool", "uv", "build-backend")
    build["module-name"] = [*names, *(one for one in want.packages if one not in names)]
    return True


def _pdm(document: Any, tool: Any, places: list[str]) -> bool:
    build = table(tool, "pdm", "build")
    if "includes" in build:
        listed = document["tool"]["pdm"]["build"]["includes"]
        _add(listed, [one for one in places if one not in listed])
    return True  # without a list, it finds all packages


def makefile(layout: Layout, scripts: str) -> tuple[str, str]:
    """Return the name of the repository's makefile, and its text with the missing targets."""
    file = next((one for one in MAKEFILES if (layout.root / one).is_file()), "Makefile")
    path = layout.root / file
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    if f"{scripts}/regenerate.py" in before:
        return file, before
    there = set(re.findall(r"^([\w.-]+)\s*:(?!=)", before, re.MULTILINE))
    lines = []
    names = {name: f"veneer-{name}" if name in there else name for name in _TARGETS}
    for name, (words, modules) in _TARGETS.items():
        lines += ["", f"{names[name]}:  ## {words}"]
        lines += [f"\t{layout.runner} {scripts}/{module}.py{_ARGUMENTS.get(name, '')}" for module in modules]
    lines += ["", f".PHONY: {' '.join(names.values())}", ""]
    gap = "" if not before or before.endswith("\n") else "\n"
    return file, f"{before}{gap}" + "\n".join(lines if before else lines[1:])


def own_makefile(root: Path) -> bool:
    """Return whether the repository has a makefile."""
    return any((root / one).is_file() for one in MAKEFILES)
