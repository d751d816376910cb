"""Create a project from a contract, in a temporary folder that is moved into place at the end."""

from __future__ import annotations

import contextlib
import json
import keyword
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import tomlkit
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from ruff import find_ruff_bin  # type: ignore[import-untyped]  # the wheel carries no stubs

import veneer
from veneer_codegen import contracts, documents, pages, selection, unasync
from veneer_codegen.characters import printable
from veneer_codegen.client.plan import ClientPlan, pascal
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import find_operations
from veneer_codegen.errors import CodegenError, ContractError, GeneratorError
from veneer_codegen.normalise import Level
from veneer_codegen.reference import ClientReference, PublicMethod, markdown, page_of
from veneer_codegen.regenerate import counted, rare_collections, regenerate
from veneer_codegen.scaffold import access, licence, record, speakeasy, stainless
from veneer_codegen.scaffold.examples import example
from veneer_codegen.scaffold.migration import Migration, patch

TEMPLATES: Final = Path(__file__).parent / "templates"
_IGNORED: Final = frozenset({".git"})
# The file name of another generator's configuration, beside the contract.
_SOURCE: Final = ".source.yml"
_TAKEN: Final = frozenset({"attr", "attrs", "dateutil", "httpx", "openapi", "overlay", "generated", "pytest", "scripts", "tests", "veneer"})  # fmt: skip
_SHOWN: Final = 5
_CALLS: Final = 40
"""The most methods that a README shows. Beyond that, it lists the namespaces."""
_DOORS: Final = {
    "regenerate": "Generate the clients of all contracts: `make generate`.",
    "drift": "Check that generated and derived code follows from its sources: `make drift`.",
    "release_check": "Compare the public surface with that of a release: `make release-check BASE=v0.1.0`.",
    "unasync": "Write the sync client derived from the async one, or with --check report differences (exit code 1).",
}

# The files that are written as they are, once.
_FILES: Final = {
    "pyproject.toml": "pyproject.toml",
    "Makefile": "Makefile",
    "CHANGELOG.md": "CHANGELOG.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    ".gitignore": "gitignore",
    ".github/workflows/ci.yml": "ci.yml",
    ".github/workflows/release.yml": "release.yml",
    "openapi/README.md": "openapi.md",
}

_CODE: Final = {"release_check": "surface.release"}


class UsageError(CodegenError):
    """A name or folder that cannot be used. Nothing was read or written."""


@dataclass(frozen=True)
class Project:
    """A created project: its place, the facts recognised in the contract, and the losses.

    `counted` are the numbers of operations and of typed ones. `weaker` lists types that are weaker
    than the contract's.
    """

    folder: Path
    counted: str
    pages: tuple[str, ...]
    streams: tuple[str, ...]
    left_out: tuple[str, ...]
    weaker: tuple[str, ...]
    needs_url: bool
    licence: licence.Licence
    hidden: tuple[str, ...]
    """Models whose names the package itself uses. They are only in its module `models`."""
    methods: tuple[tuple[str, str], ...]
    """The requests of the client's methods (`GET /pets/{id}`), with their dotted names."""


@dataclass(frozen=True)
class _Names:
    """The names derived from the project's name (`acme-shop`)."""

    distribution: str
    called: str = ""
    """The name of the client's class, if it is not derived."""

    @property
    def name(self) -> str:
        return self.distribution.replace("-", "_")

    @property
    def generated(self) -> str:
        return f"{self.name}_generated"

    @property
    def package(self) -> str:
        return f"{self.generated}.{self.name}"

    @property
    def client(self) -> str:
        return self.called or f"{pascal(self.name)}Client"

    @property
    def facts(self) -> dict[str, str]:
        return {
            "distribution": self.distribution,
            "name": self.name,
            "generated": self.generated,
            "package": self.package,
            "client": self.client,
            "env": self.name.upper(),
        }


def new(
    name: str,
    contract: str,
    folder: Path,
    *,
    source: Path | None = None,
    allow: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    allow_refs: tuple[str, ...] = (),
    asked_licence: str = "",
    say: Callable[[str], None] = lambda _: None,
) -> Project:
    """Create the project `name` in `folder`, empty or new, from the contract at a path or URL.

    `source` is a Stainless configuration whose names, pagination and settings are taken over, or
    Speakeasy's `gen.yaml`. Without `contract`, the one beside it is read. `allow` accepts losses as
    the error lists them (shell wildcards allowed). `only` and `without` choose the operations, as
    in `selection.select`. `allow_refs` names files, folders and URLs outside the contract's folder
    that its references may use. `asked_licence` is one of `licence.NAMES`, "" for the contract's.
    `say` is called with each step before it begins. Raises UsageError for an unusable name or
    folder and CodegenError for an unusable contract. Then nothing is written.
    """
    _names(name)
    if asked_licence and asked_licence.lower() not in map(str.lower, licence.NAMES):
        raise UsageError(f"no licence {asked_licence!r} here: choose {', '.join(licence.NAMES)}")
    folder = folder.resolve()
    _check_folder(folder)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as scratch:
            project = build(
                name,
                contract,
                Path(scratch),
                source=source,
                allow=allow,
                only=only,
                without=without,
                allow_refs=allow_refs,
                asked_licence=asked_licence,
                repository=_repository(folder),
                say=say,
            )
            for path in sorted(Path(scratch).iterdir()):
                path.replace(folder / path.name)
    except BaseException:
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    return replace(project, folder=folder)


def build(
    name: str,
    contract: str,
    root: Path,
    *,
    source: Path | None = None,
    allow: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    allow_refs: tuple[str, ...] = (),
    asked_licence: str = "",
    repository: str = "",
    say: Callable[[str], None] = lambda _: None,
) -> Project:
    """Write the project `name` into the empty folder `root`.

    The other arguments are those of `new`.

    `repository` is the web page of its future repository.
    """
    names = _names(name)
    config: Any = None
    if source is not None:
        say(f"reading {source}")
        config = _configuration(source)
        contract = contract or stainless.contract_beside(source)
    say(f"reading {contract}")
    document = documents.load(contract, allow_refs)
    if not any(find_operations(document.content)):
        raise ContractError("has no operation: there is nothing to call", source=contract, place="#/paths")
    content = document.content
    migration, content = _taken(config, source.name if source else "", content)
    names = replace(names, called=migration.called)
    asked_licence = asked_licence or migration.licence
    without = (*without, *migration.without)
    try:
        part = selection.select(content, only, without)
    except ContractError as error:
        raise error.within(contract) from error
    say(f"looking for pages, streams and credentials in {sum(1 for _ in find_operations(part))} operations")
    chosen: dict[str, Any] = {"allow": list(allow), "only": list(only), "without": list(without)}
    chosen |= {"asked_licence": asked_licence, "repository": repository}
    chosen |= {"source": source.name if source else ""}
    with rare_collections():
        made = _write(names, contract, document, part, root, chosen, migration, say)
    if source is not None:  # `veneer update` reads it again
        shutil.copyfile(source, root / "openapi" / f"{names.name}{_SOURCE}")
    return made


def rebuild(
    name: str,
    listed: contracts.Contract,
    root: Path,
    choices: Mapping[str, str],
    say: Callable[[str], None] = lambda _: None,
) -> Project:
    """Write what `build` writes now for a project's contract into the empty folder `root`.

    The project's patches and names are applied. `choices` are those of its record.
    """
    names = _names(name)
    document = listed.load()
    kept = listed.file.with_name(f"{names.name}{_SOURCE}")
    config = _configuration(kept) if kept.is_file() else None
    migration, _ = _taken(config, choices.get("source", kept.name), document.content)
    names = replace(names, called=migration.called)
    entry = {"name": names.name, "file": f"{names.name}.json", "package": names.package, "reference": listed.reference, "allow": [*listed.allow], "names": dict(listed.names)}  # fmt: skip
    _put(root / "openapi" / str(entry["file"]), contracts.dump(document.content))
    _put(root / contracts.LIST, tomlkit.dumps({"contract": [entry]}))
    if listed.facade:
        _put(root / "openapi/facades" / f"{names.name}.toml", listed.facade.read_text(encoding="utf-8"))
    with rare_collections():
        source = listed.upstream or listed.file.name
        return _write(names, source, document, document.content, root, choices, migration, say)


def package_name(name: str) -> str:
    """Return the import package of a project's name. Raises UsageError for an unusable name."""
    return _names(name).name


def _configuration(path: Path) -> Any:
    """Return another generator's configuration: Stainless's, or Speakeasy's gen.yaml."""
    config = documents.load_plain(path)
    return config if _is_of_speakeasy(config) else stainless.read(config, path)


def _taken(config: Any, source: str, content: dict[str, Any]) -> tuple[Migration, dict[str, Any]]:
    """Return the settings of a configuration and of the contract's extensions, and the contract."""
    migration = speakeasy.take(content)
    if config is None:
        return migration, content
    if _is_of_speakeasy(config):
        speakeasy.settings(config, source, migration)
        return migration, content
    return stainless.take(config, source, content, migration)


def _is_of_speakeasy(config: Any) -> bool:
    """Return whether a configuration is `gen.yaml`, whose other settings are in the contract."""
    return isinstance(config, dict) and "generation" in config and "resources" not in config


def _names(name: str) -> _Names:
    names = _Names(name)
    if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name):
        raise UsageError(
            f"{name!r} is not a project name: use lower-case words joined by - or _, such as acme-shop"
        )
    if names.name in _TAKEN | sys.stdlib_module_names or keyword.iskeyword(names.name):
        raise UsageError(
            f"{name!r} cannot be the project's name: Python or its tools have a package of this name"
        )
    if unasync.sync_name(names.name, Counter()) != names.name:
        raise UsageError(f"{name!r} cannot be the project's name: its sync modules would have another name")
    return names


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    present = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if held := [found for found in present if found not in _IGNORED]:
        raise UsageError(
            f"{folder} is not empty (it has {held[0]}): run in an empty folder, or name one with --into"
        )


def _write(
    names: _Names,
    contract: str,
    document: documents.Document,
    part: Mapping[str, Any],
    root: Path,
    chosen: Mapping[str, Any],
    migration: Migration,
    say: Callable[[str], None],
) -> Project:
    """Write the whole project below `root`. `part` is the chosen part of the document."""
    info: Mapping[str, Any] = pointers.follow(part, part.get("info"))
    upstream = contract if re.match(r"https?://", contract) else ""
    schemes, left_out = access.schemes(part)
    migration.keep(part)
    found = migration.findings(part)
    env = names.name.upper()
    env_api_key = migration.env_key(next(iter(schemes), ""))
    facts: dict[str, Any] = {
        **names.facts,
        "title": printable(" ".join(str(info.get("title") or names.distribution).split())),
        "file": f"{names.name}{_suffix(document, contract)}",
        "upstream": upstream,
        "patched": bool(found or migration.actions),
        **chosen,
        "schemes": schemes,
        "oauth": access.oauth(part, schemes, upstream, left_out),
        "keys": access.keys(schemes),
        "left_out": left_out,
        "base_url": access.base_url(part, upstream),
        "veneer_version": veneer.__version__,
        "veneer_next": _next_breaking(veneer.__version__),
        "licence": licence.choose(chosen.get("asked_licence", ""), info),
        "holder": _holder(names, info),
        "urls": _urls(part, chosen.get("repository", "")),
        "migration": migration,
        "env_base_url": migration.env_base_url or f"{env}_BASE_URL",
        "env_api_key": env_api_key or f"{env}_API_KEY",
        "env_webhook_secret": migration.env_webhook_secret or f"{env}_WEBHOOK_SECRET",
        "notes": [printable(" ".join(one.split())) for one in migration.listed()],
    }
    render = renderer(facts)
    if not (root / contracts.LIST).is_file():
        _write_contract(document, contract, root / "openapi" / facts["file"])
        if facts["patched"]:
            _put(root / "openapi/patches" / f"{names.name}.json", patch(migration, found))
        if migration.methods or migration.called:
            _put(root / "openapi/facades" / f"{names.name}.toml", render("facade.toml"))
        _put(root / contracts.LIST, render("contracts.toml"))
    (outcome,) = regenerate(root, surfaces=False, say=say)
    plan = outcome.plan
    if plan is None or outcome.report is None:
        raise GeneratorError("no client was generated")
    facts["webhooks"] = plan.webhooks is not None
    hidden = sorted(plan.classes & {names.client, f"Async{names.client}"})
    facts |= {"hidden": hidden, "models": sorted(plan.classes - {*hidden})}
    overlay = root / "overlay" / names.name
    _put_package(overlay, render, plan)
    call = example(part, plan)
    attributes = [space.attribute for space in plan.namespaces]
    _put(root / "tests/test_client.py", render("test_client.py", call=call, attributes=attributes))
    _put(root / "tests/conftest.py", render("conftest.py"))
    _put(root / "tests/test_sandbox.py", render("test_sandbox.py"))
    for module, words in _DOORS.items():
        _put(
            root / "scripts" / f"{module}.py",
            render("door.py", module=_CODE.get(module, module), words=words),
        )
    for target, template in _FILES.items():
        _put(root / target, render(template))
    _put(root / "LICENSE", render(f"licences/{facts['licence'].name}"))
    say(f"{names.name}: writing the project around it")
    _format(root)
    unasync.write(root)
    regenerate(root, say=say)  # the public surface and the reference, now that the client is there
    client = pages.client_of(contracts.read(root)[0], root, contracts.generated(root))
    if client is not None:
        _put(root / "README.md", render("README.md", operations=outcome.operations, usage=_usage(client)))
    choices = {key: chosen[key] for key in ("asked_licence", "repository", "source") if chosen.get(key)}
    record.write(root, names.name, {"project": names.distribution, **choices})
    methods = [(f"{space.attribute}.", one) for space in plan.namespaces for one in space.methods]
    methods += [("", one) for one in plan.own.methods]
    return Project(
        root,
        counted(outcome),
        tuple(f"{space}{method.name}" for space, method in methods if method.kind == "iter"),
        tuple(f"{space}{method.name}" for space, method in methods if method.kind == "stream"),
        (*left_out, *(printable(one) for one in migration.said())),
        tuple(str(finding) for finding in outcome.report.findings if finding.level is Level.WEAKER),
        facts["base_url"] is None,
        facts["licence"],
        tuple(hidden),
        tuple((method.http, f"{space}{method.name}") for space, method in methods),
    )


def _put_package(overlay: Path, render: Callable[..., str], plan: ClientPlan) -> None:
    """Write the public package."""
    _put(overlay / "__init__.py", render("package.py"))
    _put(overlay / "models.py", render("models.py"))
    if plan.params:
        _put(overlay / "params.py", render("params.py"))
    _put(overlay / "py.typed", "")
    _put(overlay / "__main__.py", render("main.py"))
    _put(overlay / "_platform.py", render("platform.py"))
    _put(overlay / "testing.py", render("testing.py"))
    _put(overlay / "_async/__init__.py", render("client.py"))


def _usage(client: ClientReference) -> dict[str, Any]:
    """Return the README's usage: one call, and every method if few, else namespaces."""
    shown = [
        (space, method, client.example(method)) for space, found in client.methods.items() for method in found
    ]
    simple = sorted(
        (one for one in shown if one[2]),
        key=lambda one: (
            not " ".join(one[1].requests).startswith("GET"),
            one[2][-1].strip()[:5] != "print",
            len("".join(one[2])),
        ),
    )
    few = len(shown) <= _CALLS
    results = " ".join(str(method.function.returns) for _, method, _ in shown)
    return {
        "pages": "Pager[" in results,
        "streams": "Stream[" in results,
        "opening": f"from {client.home} import {client.name}\n\nwith {client.opened} as client:",
        "first": simple[0][2] if simple else ["..."],
        "calls": [
            (space, [(one.summary, _call(client, one)) for one in found])
            for space, found in client.methods.items()
            if found and few
        ],
        "spaces": [
            (space.path, page_of(space.path), client.words(space), len(client.methods[space.path]))
            for space in client.spaces
            if space.path
        ],
    }  # fmt: skip


def _call(client: ClientReference, method: PublicMethod) -> list[str]:
    """Return the lines of a call in a list of calls."""
    lines = client.example(method) or [f"client.{method.path}(...)"]
    return [line for line in lines if line != "print(result)"]


def _next_breaking(version: str) -> str:
    """Return the next version that may break users of this one (Semantic Versioning)."""
    major, minor = (int(part) for part in version.split(".")[:2])
    return str(major + 1) if major else f"0.{minor + 1}"


def _holder(names: _Names, info: Mapping[str, Any]) -> str:
    """Return the copyright holder: the contract's contact, else the project's authors."""
    contact = info.get("contact")
    said = str(contact.get("name") or "") if isinstance(contact, dict) else ""
    return " ".join(printable(said).split())[:100] or f"the authors of {names.distribution}"


def _urls(part: Mapping[str, Any], repository: str) -> dict[str, str]:
    """Return the links of the distribution: its repository and the API's documentation."""
    found = {}
    if repository:
        found = {"Repository": repository, "Changelog": f"{repository}/blob/main/CHANGELOG.md", "Issues": f"{repository}/issues"}  # fmt: skip
    docs = part.get("externalDocs")
    url = str(docs.get("url") or "") if isinstance(docs, dict) else ""
    with contextlib.suppress(ValueError):
        if urlsplit(url).scheme in {"http", "https"} and url.isprintable() and " " not in url:
            found["API documentation"] = url
    return found


def _repository(folder: Path) -> str:
    """Return the web page of the folder's git repository; "" if git has no remote."""
    try:
        text = (folder / ".git" / "config").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    origin = re.search(r'^\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', text, re.MULTILINE)
    # https://user:token@host/path, ssh://git@host/path and git@host:path, without the user.
    parts = origin and re.fullmatch(
        r"(?:(?:https|ssh)://)?(?:[^@/]*@)?([\w.-]+)[:/]([\w./~-]+?)(?:\.git)?/?", origin[1]
    )
    return f"https://{parts[1]}/{parts[2]}" if parts else ""


def _suffix(document: documents.Document, contract: str) -> str:
    return Path(contract).suffix if _verbatim(document, contract) else ".json"


def _verbatim(document: documents.Document, contract: str) -> bool:
    """Return the contract's file name and bytes; several files become one JSON document."""
    return (
        len(document.files) == 1
        and document.alone
        and documents.EXTERNAL not in document.content
        and Path(contract).suffix in {".json", ".yaml", ".yml"}
    )


def _write_contract(document: documents.Document, contract: str, target: Path) -> None:
    target.parent.mkdir(parents=True)
    if _verbatim(document, contract):
        shutil.copyfile(document.files[0], target)
    else:
        _put(target, contracts.dump(document.content))


def renderer(facts: Mapping[str, Any]) -> Callable[..., str]:
    """Return a function that renders a template by its name without `.jinja`, with these facts."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # the output is Python, TOML and Markdown, not HTML
    )
    environment.filters.update(
        py=repr,
        toml=lambda value: json.dumps(value, ensure_ascii=False),
        words=lambda text: str(text).replace("\\", "\\\\").replace('"', "'"),
        code=markdown.code,
        md=markdown.line,
        cell=lambda text: text.replace("|", "\\|"),
    )
    return lambda template, **more: environment.get_template(f"{template}.jinja").render(**facts, **more)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _format(root: Path) -> None:
    """Format the project's own code by the project's settings."""
    for arguments in (("check", "--select=I,RUF022", "--fix-only"), ("format",)):
        done = subprocess.run(  # noqa: S603  # the formatter that generation pins, on files just written
            [
                find_ruff_bin(),
                *arguments,
                "--no-cache",
                "--quiet",
                f"--config={root / 'pyproject.toml'}",
                str(root),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise GeneratorError(
                f"the client could not be formatted: {done.stderr.strip() or done.stdout.strip()}"
            )


def report(project: Project) -> Iterator[str]:
    """Yield lines about the created project."""
    yield f"{project.counted} in {project.folder}"
    yield from recognised_lines(project)
    yield "next: make check"


def recognised_lines(project: Project) -> Iterator[str]:
    """Yield lines about facts recognised in the contract, and about losses."""
    for what, found in (("pages", project.pages), ("streams", project.streams)):
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            yield f"{what}: {', '.join(found[:_SHOWN])}{more}"
    for what in project.left_out:
        yield f"not expressed: {what}"
    for finding in project.weaker[:_SHOWN]:
        yield f"weaker: {finding}"
    if len(project.weaker) > _SHOWN:
        yield f"weaker: {len(project.weaker) - _SHOWN} more; `.venv/bin/python scripts/regenerate.py --fresh --report` lists all"
    yield f"licence: {project.licence.name} ({project.licence.why}); --licence chooses another"
    for name in project.hidden:
        yield f"the model {name} has the client's name: it is only in `models`"
    if project.needs_url:
        yield "no server of the contract can be used: give the client its base_url"
