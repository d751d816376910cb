"""`doctor`: compare the contract that a running server publishes with the one that the client was made from."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from veneer._core.deprecation import Deprecation, read_sunset
from veneer._core.errors import ConfigurationError, VeneerError
from veneer._core.redact import mask_url
from veneer._core.urls import same_origin
from veneer_cli.commands import corrections
from veneer_cli.config import resolve, settings_of
from veneer_cli.connect import header
from veneer_cli.dryrun import Capture
from veneer_cli.masking import Mask
from veneer_cli.met import met
from veneer_cli.process import say
from veneer_cli.text import clean, line

if TYPE_CHECKING:
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service
    from veneer_codegen.reports import Report

__all__ = ["ERROR", "diagnose"]

ERROR: Final = 4
"""The exit code where nothing can be compared; 0 to 3 say what was found."""

_SECONDS = 30.0
_BYTES = 32 * 1024 * 1024
# What a document that only looks like a contract makes the comparison raise.
_MALFORMED = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


def diagnose(
    service: Service,
    contract_url: str | None,
    flags: Flags,
    *,
    sampled: Sequence[Path] = (),
    write_patch: Path | None = None,
) -> int:
    """Print what differs; the exit code says how bad it is: 0 none, 1 compatible, 2 risky, 3 breaking, 4 nothing could be compared.

    `sampled` are reports of `veneer.sampling`, whose findings count as risky; with them, a server need not publish a
    contract. `write_patch` is the file that gets the actions for all that was seen.
    """
    try:
        from veneer_codegen import reports
        from veneer_codegen.errors import CodegenError
    except ModuleNotFoundError as missing:
        return _failed(service, f'needs the extra: pip install "veneer[codegen]" ({missing.name} is missing)')
    try:
        if write_patch is not None:
            corrections.check_target(write_patch)
        seen = corrections.samples(sampled)
        published, address, report = _compared(service, contract_url, flags, optional=bool(sampled))
        leaving = _leaving(service, published) if published is not None else []
        written: list[str] = []
        if write_patch is not None:
            root = _project(service.name)
            written = [*corrections.write(service, root, write_patch, seen, published, address)]
    except ModuleNotFoundError as missing:
        return _failed(service, f'needs the extra: pip install "veneer[codegen]" ({missing.name} is missing)')
    except VeneerError as error:
        return _failed(service, error.message)
    except CodegenError as error:
        return _failed(service, str(error))
    except OSError as error:
        return _failed(service, f"{write_patch}: {error.strerror}")
    # The server's own names are in it.
    if flags.json:
        facts = {**json.loads(reports.as_json(report)), "deprecated": [_facts(one) for one in leaving]}
        facts |= {"samples": [str(one) for one in seen]} if sampled else {}
        print(json.dumps(facts, indent=2))
    else:
        now = datetime.now(UTC)
        said = reports.titled("operations that are to go away", [one.said(now) for one in leaving])
        said += reports.titled("seen in sampled answers", seen)
        compared = reports.text(report) if published is not None else ""
        print(clean(compared + "".join(f"{one}\n" for one in said)), end="")
    for one in written:
        say(clean(one))
    return max(report.exit_code, 2 if seen else 0)


def _compared(
    service: Service, contract_url: str | None, flags: Flags, *, optional: bool
) -> tuple[dict[str, Any] | None, str, Report]:
    """Return what the server publishes, where, and how it differs; nothing is said instead of raised where it is `optional`."""
    from veneer_codegen.reports import Report

    try:
        published, address = _published(service, contract_url, flags)
    except VeneerError as error:
        if not optional:
            raise
        _failed(service, error.message)
        return None, "", Report()
    return published, address, _report(service, published, address)


def _failed(service: Service, why: str) -> int:
    print(f"{service.program} doctor: {line(why)}", file=sys.stderr)
    return ERROR


def _published(service: Service, contract_url: str | None, flags: Flags) -> tuple[dict[str, Any], str]:
    """The contract that the server publishes, and its address. Raises ConfigurationError that says why there is none."""
    found = resolve(service, base_url=flags.base_url, table=settings_of(service), environ=os.environ)
    base = found["base_url"].value
    if base is None and not contract_url:
        raise ConfigurationError(f"no address: give --base-url, or set {service.platform.env_base_url}")
    failures = []
    for address in [contract_url] if contract_url else _usual_places(base):
        try:
            return _contract(_fetch(address, base, flags)), mask_url(address)
        except VeneerError as error:
            failures.append(f"{mask_url(address)}: {error.message}")
    raise ConfigurationError(
        f"no contract to compare with: {'; '.join(failures)}; name one with --contract-url"
    )


def _usual_places(base: str) -> list[str]:
    """Where servers publish their contract: below the base URL, else at the root."""
    scheme, rest = base.split("://", 1)
    roots = [base.rstrip("/"), f"{scheme}://{rest.partition('/')[0]}"]
    return [f"{root}/{name}" for name in ("openapi.json", "openapi.yaml") for root in dict.fromkeys(roots)]


def _fetch(address: str, base: str, flags: Flags) -> bytes:
    """Get a document, within bounds. No key is sent; the headers of --header only to the API's own origin."""
    from veneer import Client

    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ConfigurationError("a contract's address must be an absolute http(s) URL without user info")
    with Client(
        f"{parts.scheme}://{parts.netloc}",
        deadline=_SECONDS if flags.deadline is None else flags.deadline,
        max_retries=1 if flags.max_retries is None else flags.max_retries,
        max_response_bytes=_BYTES,
        headers=dict(map(header, flags.header)) if same_origin(base, address) else {},
        http_client=Capture({}, Mask()) if flags.shows else None,
    ) as client:
        return client.request("GET", address).content


def _contract(content: bytes) -> dict[str, Any]:
    """Read what was published. Raises ConfigurationError where it is no contract that can be compared."""
    from veneer_codegen import documents
    from veneer_codegen.errors import ContractError

    try:
        found = documents.parse(content)
        documents.check_kind(found, "")
    except ContractError as error:
        raise ConfigurationError(error.reason) from None
    if not isinstance(found.get("paths"), dict):
        raise ConfigurationError("it has no paths")
    # What a server's document names is neither fetched nor read from this machine.
    outside = next((one for one in _references(found) if not one.startswith("#")), None)
    if outside is not None:
        raise ConfigurationError(f"it refers to another document ({outside[:100]}): bundle it first")
    contract: dict[str, Any] = found
    return contract


def _references(document: Any) -> Iterator[str]:
    """Every `$ref` of a document, in examples too."""
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("$ref"), str):
                yield one["$ref"]
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _report(service: Service, published: dict[str, Any], address: str) -> Report:
    """Compare: the published contract as it is and, in the project's folder, with its corrections, whichever is nearer.

    Raises ContractError where the published contract is not well formed.
    """
    from veneer_codegen.changes import compare
    from veneer_codegen.errors import ContractError
    from veneer_codegen.reports import Report

    try:
        plain = Report(changes=compare(service.document, published), source=address)
        root = _project(service.name) if plain.changes else None
        corrected = _corrected(root, service.name, published) if root is not None else plain
    except _MALFORMED as error:
        raise ContractError(f"is not well formed ({type(error).__name__})", source=address) from None
    return min(plain, corrected, key=lambda report: (len(report.changes), report.exit_code))


def _leaving(service: Service, published: dict[str, Any]) -> list[Deprecation]:
    """Return the operations that are to go away: those that were met, and others that the published contract marks.

    A contract has no word for when; `x-sunset` is the usual one.
    """
    known = met(service)
    seen = {(one.method, one.path) for one in known}
    for path, item in published["paths"].items():
        for method, node in item.items() if isinstance(item, dict) else ():
            if (
                not (isinstance(node, dict) and node.get("deprecated") is True)
                or (method.upper(), path) in seen
            ):
                continue
            name, sunset = (
                str(node.get("operationId") or method),
                read_sunset(str(node.get("x-sunset") or "")),
            )
            known.append(Deprecation(name, method.upper(), path, sunset=sunset, in_contract=True))
    return sorted(known, key=lambda one: (one.sunset is None, str(one.sunset), one.path))


def _facts(one: Deprecation) -> dict[str, Any]:
    return {**one.to_dict(), "days_left": one.days_left(datetime.now(UTC))}


def _project(name: str) -> Path | None:
    """The project that the working directory is in, where it has this API's contract."""
    from veneer_codegen import contracts

    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / contracts.LIST).is_file()), None)
    if root is None or all(contract.name != name for contract in contracts.read(root)):
        return None
    return root


def _corrected(root: Path, name: str, published: dict[str, Any]) -> Report:
    """Compare as `scripts/drift.py --upstream` does: the project's patches applied, and what follows for the overlay's lines."""
    from veneer_codegen import drift

    with tempfile.TemporaryDirectory(prefix="veneer-doctor-") as folder:
        file = Path(folder) / "openapi.json"
        file.write_text(json.dumps(published), encoding="utf-8")
        return drift.compare_upstream(root, name, str(file))
