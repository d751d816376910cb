"""Change the contracts in sixty ways, each on a fresh copy of the project: `make seeded`.

Add, remove, rename, require, retype × operation, parameter, header, body member, enum value,
response member, tag, security, over the contracts in turn. After each change, either the public
client follows, or the drift check names the hand-written line or file. Following means that both
flavours of the surface show the change, and the command line and docs/coverage.md have its
operations. Any other change is silent, which is a failure.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from veneer_cli import contract as command_line
from veneer_codegen import contracts, coverage, documents, drift, reports, surface
from veneer_codegen.contract import pointers
from veneer_codegen.errors import CodegenError
from veneer_codegen.normalise.names import identifier
from veneer_codegen.regenerate import regenerate

ROOT: Final = Path(__file__).resolve().parents[1]
COPIED: Final = ("openapi", "generated", "overlay", "examples", "docs/coverage.md", "pyproject.toml")
METHODS: Final = ("get", "put", "post", "delete", "patch")
NEW: Final = "seeded"
"""The word in every name that a change adds."""

Document = dict[str, Any]
Edit = Callable[[Document, Random], "Edited | None"]


@dataclass(frozen=True)
class Edited:
    """A change: its place, and words of which a sentence about it must have one."""

    place: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Seed:
    """One change. `prepare` runs first, and is part of the original project."""

    number: int
    contract: str
    what: str
    change: str
    edit: Edit
    prepare: Edit | None = None

    def random(self) -> Random:
        """Return a generator of reproducible choices."""
        return Random(f"{self.contract} {self.what} {self.change}")  # noqa: S311  # choices, no secrets


@dataclass(frozen=True)
class Verdict:
    """The verdict on a change: follows, named or SILENT, with the sentence or line that shows it."""

    seed: Seed
    place: str
    said: str
    evidence: str


# -- the places of a contract --------------------------------------------------------------------------------------


def _operations(document: Document) -> list[tuple[str, str, Document]]:
    return [
        (method, path, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def _object(document: Document, node: Any) -> Document | None:
    """Return the object that a schema describes, through references; None for anything else."""
    found = pointers.deref(document, node) if node else None
    return found if isinstance(found, dict) and found.get("properties") else None


def _json(document: Document, holder: Any) -> Document | None:
    holder = pointers.deref(document, holder) if holder else {}
    return _object(document, ((holder.get("content") or {}).get("application/json") or {}).get("schema"))


def _bodies(document: Document) -> Iterator[tuple[str, Document]]:
    for method, path, operation in _operations(document):
        if (found := _json(document, operation.get("requestBody"))) is not None:
            yield f"{method.upper()} {path}", found


def _responses(document: Document) -> Iterator[tuple[str, Document]]:
    for method, path, operation in _operations(document):
        for status, response in (operation.get("responses") or {}).items():
            found = _json(document, response) if str(status).startswith("2") else None
            if found is None:
                continue
            inner = _object(document, found["properties"].get("data"))
            yield f"{method.upper()} {path}", inner or found


def _parameters(document: Document, place: str) -> Iterator[tuple[str, Document]]:
    for method, path, operation in _operations(document):
        for node in operation.get("parameters") or ():
            found = pointers.deref(document, node)
            if found["in"] == place and not node.get("$ref"):
                yield f"{method.upper()} {path}", found


def _enums(node: Any, place: str = "#") -> Iterator[tuple[str, Document]]:
    if isinstance(node, dict):
        values = node.get("enum")
        if isinstance(values, list) and len(values) > 2 and all(isinstance(one, str) for one in values):
            yield place, node
        for key, inner in node.items():
            yield from _enums(inner, pointers.join(place, key))


def _pick(random: Random, found: Iterator[Any] | list[Any]) -> Any:
    listed = list(found)
    return random.choice(listed) if listed else None


# -- changes -------------------------------------------------------------------------------------------------------


def _operation(change: str) -> Edit:
    def edit(document: Document, random: Random) -> Edited | None:
        method, path, found = _pick(random, _operations(document))
        place = f"{method.upper()} {path}"
        if change == "add":
            new = f"{path.partition('{')[0].rstrip('/')}/{NEW}"
            added = {"operationId": f"{NEW}_operation", "responses": {"204": {"description": "Done."}}}
            document["paths"][new] = {"post": added | ({"tags": found["tags"]} if "tags" in found else {})}
            return Edited(f"POST {new}", (NEW,))
        if change == "remove":
            del document["paths"][path][method]
            return Edited(place, ("is gone",))
        found["operationId"] = f"{NEW}_operation"
        return Edited(place, (NEW, "is gone"))

    return edit


def _parameter(change: str, where: str) -> Edit:
    def edit(document: Document, random: Random) -> Edited | None:
        name = f"X-{NEW.capitalize()}-Word" if where == "header" else f"{NEW}_word"
        if change == "add" or (change == "require" and where == "header"):
            method, path, found = _pick(random, [one for one in _operations(document) if one[0] == "get"])
            added = {"name": name, "in": where, "schema": {"type": "string"}, "required": change == "require"}
            found.setdefault("parameters", []).append(added)
            return Edited(f"{method.upper()} {path} {name}", (NEW,))
        paging = {"limit", "offset", "page", "cursor", "size", "per_page", "page_size"}
        fits = [
            one
            for one in _parameters(document, where)
            if identifier(one[1]["name"]) not in paging
            and not (change == "require" and one[1].get("required"))
        ]
        picked = _pick(random, fits)
        if picked is None:
            return None
        place, found = picked
        own = identifier(found["name"])
        place = f"{place} {found['name']}"
        if change == "remove":
            for _, _, operation in _operations(document):
                operation["parameters"] = [
                    one for one in operation.get("parameters") or () if one is not found
                ]
        elif change == "rename":
            found["name"] = f"{name}-Other" if where == "header" else name
            own = NEW
        elif change == "require":
            found["required"] = True
        else:
            found["schema"] = _other(found.get("schema") or {})
        return Edited(place, (own,))

    return edit


def _other(schema: Document) -> Document:
    """Return a schema of another type."""
    types = json.dumps(schema.get("type") or [one.get("type") for one in schema.get("anyOf", [])])
    return {"type": "string"} if "integer" in types else {"type": "integer"}


def _member(change: str, holders: Callable[[Document], Iterator[tuple[str, Document]]]) -> Edit:
    def edit(document: Document, random: Random) -> Edited | None:
        listed = [
            (place, found, name)
            for place, found in holders(document)
            for name in found["properties"]
            if change != "require" or name not in found.get("required", ())
        ]
        picked = _pick(random, listed)
        if picked is None:
            return None
        place, found, name = picked
        properties, required = found["properties"], found.setdefault("required", [])
        own = identifier(name)
        if change == "add":
            properties[f"{NEW}_member"] = {"type": "string"}
            own = NEW
        elif change == "remove":
            del properties[name]
            found["required"] = [one for one in required if one != name]
        elif change == "rename":
            found["properties"] = {
                f"{NEW}_member" if key == name else key: inner for key, inner in properties.items()
            }
            found["required"] = [f"{NEW}_member" if one == name else one for one in required]
            own = NEW
        elif change == "require":
            required.append(name)
        else:
            properties[name] = _other(pointers.deref(document, properties[name]))
        if not found["required"]:
            del found["required"]
        return Edited(f"{place} {name}", (own,))

    return edit


def _enum(change: str) -> Edit:
    def edit(document: Document, random: Random) -> Edited | None:
        picked = _pick(random, _enums(document))
        if picked is None:
            return None
        place, found = picked
        value = random.choice([one for one in found["enum"] if one != found.get("default")])
        if change == "add":
            found["enum"].append(f"{NEW}_value")
        elif change == "remove":
            found["enum"].remove(value)
        else:
            found["enum"] = [f"{NEW}_value" if one == value else one for one in found["enum"]]
        return Edited(f"{place} {value}", (f"'{value}'", NEW))

    return edit


def _tag(change: str) -> Edit:
    def edit(document: Document, random: Random) -> Edited | None:
        method, path, found = _pick(random, [one for one in _operations(document) if one[2].get("tags")])
        place, old = f"{method.upper()} {path}", found["tags"][0]
        if change == "rename":
            for _, _, operation in _operations(document):
                operation["tags"] = [NEW if one == old else one for one in operation.get("tags") or ()]
            return Edited(f"tag {old}", (NEW, "is gone"))
        if change == "add":
            found["tags"] = [NEW, *found["tags"]]
        else:
            del found["tags"]
        return Edited(place, (NEW, "is new", "is gone"))

    return edit


def _security(change: str) -> Edit:
    def edit(document: Document, random: Random) -> Edited | None:
        method, path, found = _pick(
            random, [one for one in _operations(document) if one[2].get("security") != []]
        )
        scheme = {"type": "apiKey", "in": "header", "name": "X-Seeded-Key"}
        if change == "remove":
            found["security"] = []
        else:
            known = document.setdefault("components", {}).setdefault("securitySchemes", {})
            usual = found.get("security") or document.get("security") or []
            known[NEW] = scheme
            found["security"] = [*usual, {NEW: []}] if change == "add" else [{NEW: []}]
        return Edited(f"{method.upper()} {path}", ("is sent with",))

    return edit


_header = _parameter("add", "header")

KINDS: Final[Mapping[tuple[str, str], tuple[Edit, Edit | None]]] = {
    **{("operation", change): (_operation(change), None) for change in ("add", "remove", "rename")},
    **{("parameter", change): (_parameter(change, "query"), None) for change in ("add", "remove", "rename", "require", "retype")},
    **{("header", change): (_parameter(change, "header"), None) for change in ("add", "require")},
    **{("header", change): (_parameter(change, "header"), _header) for change in ("remove", "rename", "retype")},
    **{("body member", change): (_member(change, _bodies), None) for change in ("add", "remove", "rename", "require", "retype")},
    **{("enum value", change): (_enum(change), None) for change in ("add", "remove", "rename")},
    **{("response member", change): (_member(change, _responses), None) for change in ("add", "remove", "rename", "require", "retype")},
    **{("tag", change): (_tag(change), None) for change in ("add", "remove", "rename")},
    **{("security", change): (_security(change), None) for change in ("add", "remove", "retype")},
}  # fmt: skip

SHOWN: Final[Mapping[str, frozenset[str]]] = {
    "operation": frozenset({"client", "classes", "functions", "operations"}),
    "parameter": frozenset({"client", "classes", "functions"}),
    "header": frozenset({"client", "classes", "functions"}),
    "body member": frozenset({"client", "classes", "functions", "params"}),
    "enum value": frozenset({"enums", "client", "classes"}),
    "response member": frozenset({"client", "classes", "models"}),
    "tag": frozenset({"client", "classes", "operations"}),
    "security": frozenset({"wire"}),
}
"""The tables of the public surface in which each kind of change must appear."""


def seeds(names: tuple[str, ...], count: int = 60) -> list[Seed]:
    """Return the changes: each kind on the contracts in turn, if a contract has a place for it."""
    documents_by_name = {
        contract.name: documents.load(contract.file).content
        for contract in contracts.read(ROOT)
        if contract.name in names
    }
    found: list[Seed] = []
    for turn in range(len(names)):
        for place, ((what, change), (edit, prepare)) in enumerate(KINDS.items()):
            name = names[(place + turn) % len(names)]
            seed = Seed(len(found) + 1, name, what, change, edit, prepare)
            if len(found) < count and _applied(seed, documents_by_name[name]) is not None:
                found.append(seed)
    return found


def _applied(seed: Seed, document: Document, *, only_prepare: bool = False) -> tuple[Document, Edited] | None:
    changed: Document = json.loads(json.dumps(document))
    made = seed.prepare(changed, seed.random()) if seed.prepare else None
    if only_prepare:
        return None if made is None else (changed, made)
    edited = seed.edit(changed, seed.random())
    return None if edited is None else (changed, edited)


# -- one change ----------------------------------------------------------------------------------------------------


def copy(project: Path) -> None:
    """Copy the sources of the clients afresh, keeping mypy's cache."""
    for name in COPIED:
        source, target = ROOT / name, project / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def judge(seed: Seed, project: Path) -> Verdict:
    """Make one change in a copy of the project, and return the verdict."""
    copy(project)
    contract = next(one for one in contracts.read(project) if one.name == seed.contract)
    document = documents.load(contract.file).content
    if (prepared := _applied(seed, document, only_prepare=True)) is not None:
        contract.file.write_text(json.dumps(prepared[0]), encoding="utf-8")
        regenerate(project)
    changed = _applied(seed, document)
    if changed is None:
        raise LookupError(f"{seed.contract} has no place for {seed.change} {seed.what}")
    contract.file.write_text(json.dumps(changed[0]), encoding="utf-8")
    before = drift.preview(project)
    named = _named(project, before)
    place, words = changed[1].place, changed[1].words
    try:
        outcome = next(one for one in regenerate(project) if one.contract.name == seed.contract)
    except CodegenError as error:
        files = re.findall(r"openapi/(?:facades|patches|contracts)[\w./]*", str(error))
        said = " ".join(str(error).split())
        return Verdict(seed, place, "named" if files else "SILENT", said)
    shown = [
        one
        for one in outcome.differences
        if (
            one.table in SHOWN[seed.what]
            or (seed.what == "body member" and ", in the body of " in one.sentence)
        )
        and any(word in one.sentence for word in words)
    ]
    if wrong := _left_behind(project, seed.contract, shown):
        return Verdict(seed, place, "SILENT", wrong)
    if named:
        return Verdict(seed, place, "named, follows" if shown else "named", named[0])
    return Verdict(
        seed, place, "follows" if shown else "SILENT", str(shown[0]) if shown else _all(outcome.differences)
    )


def _named(project: Path, report: reports.Report) -> list[str]:
    """Return the hand-written lines that the drift check names before anything is written."""
    lines = [str(one) for one in report.problems if (project / re.split(r":\d|: ", str(one))[0]).exists()]
    uses = report.impact.uses if report.impact else ()
    return lines + [
        str(use) for use in uses if not use.by_name and not use.holds and "/veneer_sandbox/" not in use.file
    ]


def _all(differences: tuple[surface.Difference, ...]) -> str:
    return "; ".join(str(one) for one in differences) or "nothing was reported"


def _left_behind(project: Path, name: str, shown: list[surface.Difference]) -> str:
    """Return the parts that did not follow the client: a flavour, the command line, the coverage page."""
    flavours = {one.name.rpartition(" ")[2] for one in shown if one.name.endswith(("(sync)", "(async)"))}
    if len(flavours) == 1:
        return f"only the {flavours.pop()} flavour has changed"
    written = json.loads(
        (project / f"generated/veneer_generated/contracts/{name}.json").read_text(encoding="utf-8")
    )
    offered = {f"{one.method} {one.path}" for one in command_line.read(written).operations}
    folder = project / "generated/veneer_generated" / name
    wire = surface.load((folder / surface.NAME).read_text(encoding="utf-8")).table("wire")
    if missing := sorted({one.partition(", ")[0] for one in wire.values()} ^ offered):
        return f"the command line and the client do not have the same operations: {missing[0]}"
    listed = {
        one.partition(" for ")[2].partition(":")[0]
        for one in coverage.unlisted(project, project / "generated")
    }
    page = (project / coverage.PAGE).read_text(encoding="utf-8")
    unsaid = [
        one for one in offered if f"| {one} |" not in page and f"- {one}: " not in page and one not in listed
    ]
    return f"{coverage.PAGE} lacks {unsaid[0]}, and nothing reports it" if unsaid else ""


def main(arguments: list[str] | None = None) -> int:
    """Run the changes and print a line for each. Return 1 if one of them was silent."""
    names = tuple(contract.name for contract in contracts.read(ROOT))
    parser = argparse.ArgumentParser(
        description="Change the contracts in many ways and check that nothing is lost silently."
    )
    parser.add_argument("--count", type=int, default=60, help="(default: %(default)s)")
    parser.add_argument("--only", type=int, nargs="+", metavar="N", help="only these changes, by number")
    parser.add_argument("--contract", action="append", choices=names, help="only these contracts")
    options = parser.parse_args(arguments)
    listed = seeds(tuple(options.contract or names), options.count)
    wanted = [seed for seed in listed if not options.only or seed.number in options.only]
    good = 0
    print("| # | contract | change | place | verdict | what shows it |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="veneer-seeded-") as scratch:
        for seed in wanted:
            found = judge(seed, Path(scratch))
            good += found.said != "SILENT"
            evidence = found.evidence.replace("|", "\\|")
            shown = evidence if len(evidence) <= 200 else f"{evidence[:199]}…"
            print(
                f"| {seed.number} | {seed.contract} | {seed.change} {seed.what} | {found.place} | {found.said} | {shown} |",
                flush=True,
            )
    print(f"\n{good} of {len(wanted)}")
    return 0 if good == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
