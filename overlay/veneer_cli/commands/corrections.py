"""`doctor --write-patch`: write what was seen of a server as an Overlay document to review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError

if TYPE_CHECKING:
    from veneer_cli.service import Service
    from veneer_codegen.corrections import Seen

__all__ = ["check_target", "samples", "write"]

_SUFFIXES = {".json": False, ".yaml": True, ".yml": True}


def check_target(file: Path) -> None:
    """Raise ConfigurationError if a patch cannot be written to a file, before any request is sent."""
    if file.suffix not in _SUFFIXES:
        raise ConfigurationError(f"{file}: a patch is JSON or YAML: name it .json or .yaml")
    if file.exists():
        raise ConfigurationError(f"{file} already exists: name another file, or remove it")
    if not file.parent.is_dir():
        raise ConfigurationError(f"{file.parent} is not a folder: create it first")


def samples(files: Sequence[Path]) -> list[Seen]:
    """Return the findings of samplers' reports.

    Raises ConfigurationError for an unreadable file, ContractError for one that is not a report.
    """
    from veneer_codegen.corrections import read_report

    found = []
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigurationError(f"{file} cannot be read: {why}") from None
        found += read_report(text, str(file))
    return found


def write(
    service: Service,
    root: Path | None,
    file: Path,
    seen: Sequence[Seen],
    published: dict[str, Any] | None,
    address: str,
) -> Iterator[str]:
    """Write the actions for what was seen to a file, unless there are none; yield lines that report it.

    `root` is the contract's project, if this runs in one. Its patches are applied to the contract
    `published` at `address` if that reduces the differences.
    """
    from veneer_codegen import contracts, corrections, drift
    from veneer_codegen.changes import compare

    document = service.document
    nearest, changes = published, compare(document, published) if published is not None else []
    if published is not None and root is not None and changes:
        listed = next(one for one in contracts.read(root) if one.name == service.name)
        document = listed.load().content
        patched, _ = drift.patched(listed, published)
        nearest, changes = min(
            ((one, compare(document, one)) for one in (published, patched)), key=lambda pair: len(pair[1])
        )
    made = corrections.correct(document, seen, published=nearest, changes=changes, source=address)
    yield from (f"left to you: {one}" for one in made.left)
    if not made.overlay["actions"]:
        yield "no action to write: the contract matches what was seen"
        return
    file.write_text(made.dump(yaml=_SUFFIXES[file.suffix]), encoding="utf-8")
    count = len(made.overlay["actions"])
    yield f"wrote {count} action{'s' if count > 1 else ''} to {file}: review {'each' if count > 1 else 'it'}, and keep what is right"
    yield f"next: {_taking_in(service, root, file)}"


def _taking_in(service: Service, root: Path | None, file: Path) -> str:
    from veneer_codegen import contracts

    folder = (root / contracts.LIST).parent if root is not None else None
    resolved = file.resolve()
    if folder is not None and resolved.is_relative_to(folder):
        shown, moved = resolved.relative_to(folder).as_posix(), ""
    else:
        shown, moved = f"patches/{file.name}", "move it to openapi/patches/ of the project, "
    return f'{moved}add "{shown}" to `patches` of {service.name} in {contracts.LIST}, then `make generate`'
