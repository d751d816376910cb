"""`doctor`: compare the contract that a running server publishes with the client's."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

import click
from click.exceptions import Exit

from veneer._core.deprecation import Deprecation, read_sunset
from veneer._core.errors import ConfigurationError, VeneerError
from veneer._core.redact import mask_url
from veneer._core.urls import same_origin
from veneer_cli.choice import PLATFORM
from veneer_cli.commands import corrections
from veneer_cli.config import places, resolve
from veneer_cli.connect import header
from veneer_cli.dryrun import Capture
from veneer_cli.flags import flags_of, service_of
from veneer_cli.masking import Mask
from veneer_cli.met import met
from veneer_cli.parameters import option
from veneer_cli.process import say, tell
from veneer_cli.service import platform_service
from veneer_cli.text import clean, line

if TYPE_CHECKING:
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service
    from veneer_codegen.reports import Report

__all__ = ["ERROR", "diagnose", "doctor", "of_any_platform"]

ERROR: Final = 4
"""The exit code if nothing can be compared; 0 to 3 mean what was found."""

_SECONDS = 30.0
_BYTES = 32 * 1024 * 1024
# What the comparison raises for a document that only looks like a contract.
_MALFORMED = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


ContractURL = Annotated[
    str | None,
    option(metavar="URL", help="The contract's address; default: openapi.json at the API's address."),
]
Samples = Annotated[
    list[Path] | None,
    option("--samples", metavar="FILE", help="A report of veneer.sampling (report().to_json()); repeatable."),
]
WritePatch = Annotated[
    Path | None,
    option(
        "--write-patch",
        metavar="FILE",
        help="Write the findings as Overlay actions to review, such as openapi/patches/seen.json.",
    ),
]


def doctor(
    ctx: click.Context,
    contract_url: ContractURL = None,
    samples: Samples = None,
    write_patch: WritePatch = None,
) -> None:
    """Compare a running server's contract with this client's (extra `codegen`).

    No key is sent. Exit codes: 0 no differences, 1 compatible changes, 2 risky or seen in samples,
    3 breaking, 4 nothing could be compared.
    """
    raise Exit(
        diagnose(service_of(ctx), contract_url, flags_of(ctx), sampled=samples or (), write_patch=write_patch)
    )


def of_any_platform(
    ctx: click.Context,
    platform: Annotated[str, PLATFORM],
    contract_url: ContractURL = None,
    samples: Samples = None,
    write_patch: WritePatch = None,
) -> None:
    """Run `doctor` for the named platform; an unknown name is exit code 4 too."""
    try:
        ctx.obj = platform_service(platform)
    except ConfigurationError as error:
        tell("veneer doctor", error.message)
        raise Exit(ERROR) from None
    doctor(ctx, contract_url, samples, write_patch)


of_any_platform.__doc__ = doctor.__doc__


def diagnose(
    service: Service,
    contract_url: str | None,
    flags: Flags,
    *,
    sampled: Sequence[Path] = (),
    write_patch: Path | None = None,
) -> int:
    """Print the differences and return the exit code.

    It is 0 for none, 1 compatible, 2 risky, 3 breaking, 4 if nothing could be compared. `sampled` are
    reports of `veneer.sampling`, whose findings count as risky; with them, a server need not publish
    a contract. `write_patch` is the file for the actions of all findings.
    """
    try:
        importlib.import_module(
            "veneer_codegen.documents"
        )  # imported here, so that a missing extra is reported before a request
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
    # The text may contain names from the server.
    if flags.json:
        facts = {**json.loads(reports.as_json(report)), "deprecated": [_facts(one) for one in leaving]}
        facts |= {"samples": [str(one) for one in seen]} if sampled else {}
        print(json.dumps(facts, indent=2))
    else:
        now = datetime.now(UTC)
        said = reports.titled("deprecated operations", [one.said(now) for one in leaving])
        said += reports.titled("seen in sampled responses", seen)
        compared = reports.text(report) if published is not None else ""
        print(clean(compared + "".join(f"{one}\n" for one in said)), end="")
    for one in written:
        say(clean(one))
    return max(report.exit_code, 2 if seen else 0)


def _compared(
    service: Service, contract_url: str | None, flags: Flags, *, optional: bool
) -> tuple[dict[str, Any] | None, str, Report]:
    """Return what the server publishes, its address, and the differences.

    Where it is `optional`, a server that publishes none is not an error.
    """
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
    """Return the server's contract and its address. Raises ConfigurationError with the reason for none."""
    found = resolve(service, base_url=flags.base_url, at=places(service, flags.profile))
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
    """Return where servers publish their contract: below the base URL, else at the root."""
    scheme, rest = base.split("://", 1)
    roots = [base.rstrip("/"), f"{scheme}://{rest.partition('/')[0]}"]
    return [f"{root}/{name}" for name in ("openapi.json", "openapi.yaml") for root in dict.fromkeys(roots)]


def _fetch(address: str, base: str, flags: Flags) -> bytes:
    """Fetch a document of limited size without a key; only the API's own origin gets --header."""
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
    """Read a published contract. Raises ConfigurationError if it cannot be compared."""
    from veneer_codegen import documents
    from veneer_codegen.errors import ContractError

    try:
        found = documents.parse(content)
        documents.check_kind(found, "")
    except ContractError as error:
        raise ConfigurationError(error.reason) from None
    if not isinstance(found.get("paths"), dict):
        raise ConfigurationError("it has no paths")
    # References of a server's document are neither fetched nor read from this machine.
    outside = next((one for one in _references(found) if not one.startswith("#")), None)
    if outside is not None:
        raise ConfigurationError(f"it refers to another document ({outside[:100]}): bundle it first")
    contract: dict[str, Any] = found
    return contract


def _references(document: Any) -> Iterator[str]:
    """Yield every `$ref` of a document, in examples too."""
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
    """Compare the published contract and, in the project's folder, its patched form; return the nearer.

    Raises ContractError if the published contract is not well formed.
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
    """Return the deprecated operations: those that were called, and others marked in the published contract.

    OpenAPI has no keyword for the date; `x-sunset` is the usual extension.
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
    """Return the project of the working directory, if it has this API's contract."""
    from veneer_codegen import contracts

    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / contracts.LIST).is_file()), None)
    if root is None or all(contract.name != name for contract in contracts.read(root)):
        return None
    return root


def _corrected(root: Path, name: str, published: dict[str, Any]) -> Report:
    """Compare as `scripts/drift.py --upstream` does: with patches applied, and the overlay lines affected."""
    from veneer_codegen import drift

    with tempfile.TemporaryDirectory(prefix="veneer-doctor-") as folder:
        file = Path(folder) / "openapi.json"
        file.write_text(json.dumps(published), encoding="utf-8")
        return drift.compare_upstream(root, name, str(file))
