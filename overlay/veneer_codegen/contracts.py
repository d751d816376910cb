"""The list of contracts, `openapi/contracts.toml`, and the contract of each entry, patched."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, replace
from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any, Final, TextIO

from veneer_codegen.errors import ContractError
from veneer_codegen.optional import without

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veneer_codegen import documents

LIST: Final = "openapi/contracts.toml"
GENERATED: Final = "generated"
"""The folder of generated packages, unless `[layout]` names another.

Hand-written code is in OVERLAY.
"""
OVERLAY: Final = "overlay"
DATA: Final = "contracts"
"""The folder of the patched contracts in a generated package, for tools at run time."""

_KEYS: Final = {
    "name",
    "file",
    "package",
    "upstream",
    "patches",
    "names",
    "allow",
    "validate",
    "facade",
    "only",
    "without",
    "refs",
    "reference",
    "agents",
}


@dataclass(frozen=True)
class Contract:
    """One entry of contracts.toml.

    `package` is the dotted name of the generated package. `names` fixes the class name of a schema
    key, or the function name of an operationId. `allow` lists accepted losses as the report prints
    them (shell wildcards allowed). `only` and `without` choose a part of the contract, as
    `selection.select` does. `validate` requests full validation against the OpenAPI specification.
    `facade` is the file of the public client's names, `facades/<name>.toml` if it exists.
    """

    name: str
    file: Path
    package: str
    upstream: str = ""
    patches: tuple[Path, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    allow: tuple[str, ...] = ()
    validate: bool = False
    facade: Path | None = None
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    """Files, folders and URLs outside the contract's folder that its references may use."""
    reference: str = ""
    """The folder of the client's reference pages, relative to the project's root; "" for none."""
    agents: bool = False
    """Whether AGENTS.md and llms.txt describe the client."""

    def source(self, root: Path) -> str:
        """Return the path of the contract, relative to a project's root if it is inside."""
        return (self.file.relative_to(root) if self.file.is_relative_to(root) else self.file).as_posix()

    def load(self) -> documents.Document:
        """Return the chosen part of the contract, bundled and patched.

        Raises ContractError.
        """
        from veneer_codegen import documents, overlays, selection

        document = documents.load(self.file, self.refs)
        content, files = document.content, document.files
        for patch in self.patches:
            content = overlays.apply(content, documents.load_plain(patch), str(patch))
            files = (*files, patch)
        try:
            content = selection.select(content, self.only, self.without)
        except ContractError as error:
            raise error.within(document.source) from error
        if self.validate:
            validate(content, document.source)
        return replace(document, content=content, files=files)


def read(root: Path) -> tuple[Contract, ...]:
    """Return the list of a project's contracts. Raises ContractError for an incomplete entry."""
    path = root / LIST
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("contract", [])
    except OSError as error:
        raise ContractError(f"cannot be read: {error.strerror}", source=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"not TOML: {error}", source=LIST) from error
    contracts = tuple(
        _contract(entry, path.parent, f"contract {number}") for number, entry in enumerate(entries, 1)
    )
    for field in ("name", "package"):
        values = [getattr(contract, field) for contract in contracts]
        if twice := sorted({value for value in values if values.count(value) > 1}):
            raise ContractError(f"two contracts have the {field} {twice[0]!r}", source=LIST)
    return contracts


def generated(root: Path) -> Path:
    """Return the folder of the generated packages."""
    return root / (packages(root) or GENERATED)


def overlay(root: Path) -> Path:
    """Return the folder of the hand-written packages."""
    return root / (packages(root) or OVERLAY)


def rooms(root: Path) -> list[Path]:
    """Return the folders of hand-written code: overlay/, or the contracts' packages."""
    if not packages(root):
        return [root / OVERLAY]
    return [overlay(root) / contract.package.rpartition(".")[2] for contract in read(root)]


def packages(root: Path) -> str:
    """Return the folder of all packages, relative to `root`; "" for overlay/ and generated/.

    `veneer add` writes it into `[layout]` of the list for an existing repository: `packages =
    "src"`, or "." for the root. Raises ContractError for a folder outside `root`.
    """
    try:
        table = tomllib.loads((root / LIST).read_text(encoding="utf-8")).get("layout", {})
    except (OSError, ValueError):
        return ""  # `read` reports what is wrong with the list
    if not isinstance(table, dict) or table.keys() - {"packages"}:
        raise ContractError("has one key: `packages`", source=LIST, place="layout")
    place = table.get("packages", "")
    if not isinstance(place, str) or place.startswith("/") or ".." in place.split("/"):
        raise ContractError(
            f"packages = {place!r} is not a folder of this project", source=LIST, place="layout"
        )
    return place


def _contract(entry: dict[str, Any], folder: Path, place: str) -> Contract:
    if unknown := sorted(entry.keys() - _KEYS):
        raise ContractError(f"unknown key {unknown[0]!r}", source=LIST, place=place)
    for key in ("name", "file", "package"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise ContractError(f"{key!r} is missing", source=LIST, place=place)
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", entry["package"]):
        raise ContractError(
            f"package {entry['package']!r} is not a dotted name such as acme_generated.shop",
            source=LIST,
            place=place,
        )
    return Contract(
        name=entry["name"],
        file=folder / entry["file"],
        package=entry["package"],
        upstream=entry.get("upstream", ""),
        patches=tuple(folder / patch for patch in entry.get("patches", ())),
        names=tuple(sorted(entry.get("names", {}).items())),
        allow=tuple(entry.get("allow", ())),
        validate=bool(entry.get("validate", False)),
        facade=_facade(entry, folder),
        only=_list_of_names(entry, "only", place),
        without=_list_of_names(entry, "without", place),
        refs=_list_of_names(entry, "refs", place),
        reference=_reference(entry, place),
        agents=_flag(entry, "agents", place),
    )


def _reference(entry: dict[str, Any], place: str) -> str:
    folder = entry.get("reference", "")
    if not isinstance(folder, str) or (folder and not re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)*", folder)):
        raise ContractError(
            f"reference {folder!r} is not a folder below the project's, such as docs/reference",
            source=LIST,
            place=place,
        )
    return folder


def _flag(entry: dict[str, Any], key: str, place: str) -> bool:
    found = entry.get(key, False)
    if not isinstance(found, bool):
        raise ContractError(f"{key} is true or false, not {found!r}", source=LIST, place=place)
    return found


def _list_of_names(entry: dict[str, Any], key: str, place: str) -> tuple[str, ...]:
    names = entry.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise ContractError(
            f"{key!r} is not a list of {'files, folders and URLs' if key == 'refs' else 'tags, operationIds or paths'}",
            source=LIST,
            place=place,
        )
    return tuple(names)


def _facade(entry: dict[str, Any], folder: Path) -> Path | None:
    usual = folder / "facades" / f"{entry['name']}.toml"
    return folder / entry["facade"] if "facade" in entry else usual if usual.is_file() else None


def validate(content: dict[str, Any], source: str) -> None:
    """Check a contract against the OpenAPI schema.

    Raises ContractError with the first faulty place.
    """
    # Grammars of IRIs and durations take longer to load than a client to generate. They belong to an extra of
    # jsonschema, so that what a contract may hold would depend on what else is installed. Nothing is fetched.
    with without("rfc3987_syntax", "isoduration", "requests"):
        from openapi_spec_validator import (
            OpenAPIV30SpecValidator,
            OpenAPIV31SpecValidator,
            OpenAPIV32SpecValidator,
        )

    from veneer_codegen.contract import pointers

    version = str(content.get("openapi", ""))[:3]
    validator = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}.get(
        version, OpenAPIV32SpecValidator
    )
    # Bundled documents are below an extension of the root: 3.x allows any `x-` key there.
    error = next(validator(content).iter_errors(), None)
    if error is not None:
        place = pointers.join("#", *error.absolute_path)
        raise ContractError(str(error.message).split("\n", 1)[0], source=source, place=place)


def write(content: dict[str, Any], file: TextIO) -> None:
    """Write a contract as the checked-in JSON, piece by piece: at once, a large one fills the memory."""
    file.writelines(_pieces(content, "\n", 2))
    file.write("\n")


def _pieces(value: Any, pad: str, depth: int) -> Iterator[str]:
    """Yield what json.dump writes with an indentation of two, each value at a depth in one piece.

    The standard library writes indented text without its C encoder, which takes three times as long.
    """
    if not depth or not isinstance(value, dict) or not value:
        yield _indented(value, pad)
        return
    mark, inner = "{", f"{pad}  "
    for key, one in value.items():
        yield f"{mark}{inner}{_quoted(key)}: "
        yield from _pieces(one, inner, depth - 1)
        mark = ","
    yield f"{pad}}}"


def _indented(value: Any, pad: str) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if not value or not isinstance(value, dict | list):
        return json.dumps(value)
    inner = f"{pad}  "
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join([_indented(one, inner) for one in value])}{pad}]"
    members = [f"{_quoted(key)}: {_indented(one, inner)}" for key, one in value.items()]
    return f"{{{inner}{f',{inner}'.join(members)}{pad}}}"


def dump(content: dict[str, Any]) -> str:
    """Return a contract as the checked-in JSON, in the document's order."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
