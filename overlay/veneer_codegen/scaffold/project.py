"""Make a project from a contract: everything is written to a scratch folder and moved into place when all of it is right."""

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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from ruff import find_ruff_bin  # type: ignore[import-untyped]  # the wheel carries no stubs

import veneer
from veneer._core.auth import BEARER, Scheme
from veneer_codegen import contracts, documents, pointers, unasync
from veneer_codegen.client.plan import ClientPlan, pascal
from veneer_codegen.errors import CodegenError, ContractError, GeneratorError
from veneer_codegen.regenerate import regenerate
from veneer_codegen.scaffold.examples import example
from veneer_codegen.scaffold.infer_extensions import Finding, operations, recognised

TEMPLATES: Final = Path(__file__).parent / "templates"
_IGNORED: Final = frozenset({".git"})
_TAKEN: Final = frozenset({"attr", "attrs", "dateutil", "httpx", "openapi", "overlay", "generated", "pytest", "scripts", "tests", "veneer"})  # fmt: skip
_SHOWN: Final = 5
# What HTTP's authentication schemes that answer a challenge are called: no key alone does.
_CHALLENGED: Final = frozenset({"digest", "negotiate", "ntlm", "hoba", "mutual", "scram-sha-1", "scram-sha-256", "dpop"})  # fmt: skip
_DOORS: Final = {
    "regenerate": "Generate the clients of all contracts: `make generate`.",
    "drift": "Check that generated and derived code follows from its sources: `make drift`.",
    "release_check": "Compare the public surface with that of a release: `make release-check BASE=v0.1.0`.",
    "unasync": "Write the sync twin of the async client, or with --check say what differs (exit code 1).",
}

_CODE: Final = {"release_check": "surface.release"}


class UsageError(CodegenError):
    """A name or folder that cannot be used; nothing was read or written."""


@dataclass(frozen=True)
class Project:
    """What was made: where, how many operations, and what was recognised in the contract or could not be expressed."""

    folder: Path
    operations: int
    pages: tuple[str, ...]
    streams: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Names:
    """The names that follow from the project's own: `acme-shop`."""

    distribution: str

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
        return f"{pascal(self.name)}Client"

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
    allow: tuple[str, ...] = (),
    say: Callable[[str], None] = lambda _: None,
) -> Project:
    """Make a project called `name` in `folder`, which must be empty or not there, from the contract at a path or URL.

    `allow` accepts losses of what cannot be generated, as the error lists them (shell wildcards allowed). Raises
    UsageError for a name or folder that cannot be used and CodegenError for a contract that cannot be; nothing is written then.
    """
    names = _names(name)
    folder = folder.resolve()
    _check_folder(folder)
    say(f"reading {contract}")
    document = documents.load(contract)
    if not any(operations(document.content)):
        raise ContractError("has no operation: there is nothing to call", source=contract, place="#/paths")
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as scratch:
            project = _write(names, contract, document, Path(scratch), allow, say)
            for path in sorted(Path(scratch).iterdir()):
                path.replace(folder / path.name)
    except BaseException:
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    return Project(folder, project.operations, project.pages, project.streams, project.left_out)


def _names(name: str) -> _Names:
    names = _Names(name)
    if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name):
        raise UsageError(f"{name!r} is no project name: lower-case words joined by - or _, such as acme-shop")
    if names.name in _TAKEN | sys.stdlib_module_names or keyword.iskeyword(names.name):
        raise UsageError(
            f"{name!r} cannot be the project's name: Python or its tools have a package of that name"
        )
    if unasync.sync_name(names.name, Counter()) != names.name:
        raise UsageError(f"{name!r} cannot be the project's name: its sync twin would be called otherwise")
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
    root: Path,
    allow: tuple[str, ...],
    say: Callable[[str], None],
) -> Project:
    """Write the whole project below `root`."""
    info = document.content.get("info") or {}
    upstream = contract if re.match(r"https?://", contract) else ""
    schemes, left_out = _schemes(document.content)
    found = recognised(document.content)
    facts: dict[str, Any] = {
        **names.facts,
        "title": " ".join(str(info.get("title") or names.distribution).split()),
        "file": f"{names.name}{_suffix(document, contract)}",
        "upstream": upstream,
        "patched": bool(found),
        "allow": list(allow),
        "schemes": schemes,
        "keys": _keys(schemes),
        "left_out": left_out,
        "base_url": _base_url(document.content, upstream),
        "veneer_version": veneer.__version__,
    }
    render = _renderer(facts)
    _write_contract(document, contract, root / "openapi" / facts["file"])
    if found:
        _put(root / "openapi/patches" / f"{names.name}.json", _patch(found))
    _put(root / contracts.LIST, render("contracts.toml"))
    (outcome,) = regenerate(root, say=say)
    plan = outcome.plan
    if plan is None:
        raise GeneratorError("no client was made: nothing was generated anew")
    overlay = root / "overlay" / names.name
    _put(overlay / "__init__.py", render("package.py"))
    _put(overlay / "py.typed", "")
    _put(overlay / "_platform.py", render("platform.py"))
    _put(overlay / "_async/__init__.py", render("client.py"))
    call = example(document.content, plan)
    attributes = [space.attribute for space in plan.namespaces]
    _put(root / "tests/test_client.py", render("test_client.py", call=call, attributes=attributes))
    for module, words in _DOORS.items():
        _put(
            root / "scripts" / f"{module}.py",
            render("door.py", module=_CODE.get(module, module), words=words),
        )
    for target, template in (("pyproject.toml", "pyproject.toml"), ("Makefile", "Makefile"), (".gitignore", "gitignore"), ("openapi/README.md", "openapi.md")):  # fmt: skip
        _put(root / target, render(template))
    _put(root / "README.md", render("README.md", operations=outcome.operations, example=_shown(call, plan)))
    _format(root)
    unasync.write(root)
    regenerate(root)  # the public surface, now that the client is there
    methods = [(f"{space.attribute}.", one) for space in plan.namespaces for one in space.methods]
    methods += [("", one) for one in plan.own.methods]
    return Project(
        root,
        outcome.operations,
        tuple(f"{space}{method.name}" for space, method in methods if method.kind == "iter"),
        tuple(f"{space}{method.name}" for space, method in methods if method.kind == "stream"),
        tuple(left_out),
    )


def _shown(call: Any, plan: ClientPlan) -> dict[str, str]:
    """Return the call that the README shows; where none is simple, the first method with its arguments left to the reader."""
    if call.name:
        return {"path": call.dotted, "arguments": call.arguments}
    space = next((space for space in plan.namespaces if space.methods), plan.own)
    dotted = f"{space.attribute}.{space.methods[0].name}" if space.attribute else space.methods[0].name
    return {"path": dotted, "arguments": "…"}


def _suffix(document: documents.Document, contract: str) -> str:
    return Path(contract).suffix if _verbatim(document, contract) else ".json"


def _verbatim(document: documents.Document, contract: str) -> bool:
    """A contract in one file is copied as it stands; one that is fetched, or has parts elsewhere, is written as one JSON document."""
    return (
        len(document.files) == 1
        and documents.EXTERNAL not in document.content
        and Path(contract).suffix in {".json", ".yaml", ".yml"}
    )


def _write_contract(document: documents.Document, contract: str, target: Path) -> None:
    target.parent.mkdir(parents=True)
    if _verbatim(document, contract):
        shutil.copyfile(document.files[0], target)
    else:
        _put(target, contracts.dump(document.content))


def _patch(found: list[Finding]) -> str:
    actions = [
        {
            "target": f"$.paths.{json.dumps(finding.path)}.{finding.method}",
            "description": finding.reason,
            "update": {finding.extension: finding.facts},
        }
        for finding in found
    ]
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "What the contract has no words for", "version": "1"},
        "actions": actions,
    }
    return json.dumps(overlay, indent=2, ensure_ascii=False) + "\n"


def _schemes(document: Mapping[str, Any]) -> tuple[dict[str, Scheme], list[str]]:
    """Return where each security scheme puts its credential, and those that no key alone serves.

    The one that most operations take comes first: it is that of `api_key=`.
    """
    found: dict[str, Scheme] = {}
    left_out = []
    for name, node in ((document.get("components") or {}).get("securitySchemes") or {}).items():
        facts = _scheme_node(document, node)
        kind = facts.get("type")
        method = str(facts.get("scheme", "bearer")).lower()
        place = facts.get("in")
        if kind in {"oauth2", "openIdConnect"}:
            found[name] = BEARER
        elif kind == "http" and method not in _CHALLENGED:
            found[name] = Scheme("Authorization", f"{method.capitalize()} ")
        elif kind == "apiKey" and place in {"header", "query", "cookie"}:
            found[name] = Scheme(str(facts["name"]), place=place)
        else:
            what = " ".join(str(one) for one in (kind, method if kind == "http" else place) if one)
            left_out.append(
                f"the security scheme {name} ({what}): pass `http_client=` an HTTP client that does it"
            )
    uses = Counter(
        name
        for _, _, operation, _ in operations(document)
        for name in found
        if _takes(operation.get("security", document.get("security")), found[name], found)
    )
    return dict(sorted(found.items(), key=lambda item: -uses[item[0]])), left_out


def _keys(schemes: Mapping[str, Scheme]) -> str:
    """Return the arguments, as source, of a client that holds a credential for every scheme."""
    first = next(iter(schemes.values()), BEARER)
    further = {name: "key" for name, scheme in schemes.items() if not scheme.same_place(first)}
    return f'api_key="key", credentials={further!r}' if further else 'api_key="key"'


def _scheme_node(document: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    try:
        found = pointers.deref(document, node)
    except KeyError:
        return {}
    return found if isinstance(found, dict) else {}


def _takes(security: Any, scheme: Scheme, schemes: Mapping[str, Scheme]) -> bool:
    """Return whether a credential in this scheme's place is all that an operation needs."""
    return any(
        len(one) == 1 and all(name in schemes and schemes[name].same_place(scheme) for name in one)
        for one in (security if isinstance(security, list) else ())
        if isinstance(one, dict)
    )


def _base_url(document: Mapping[str, Any], upstream: str) -> str | None:
    """Give the first server's address, defaults filled in; a relative one starts from where the contract is published."""
    server: Mapping[str, Any] = next(iter(document.get("servers") or ()), {})
    url = str(server.get("url") or "")
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    url = urljoin(upstream, url or "/") if upstream else url
    return url.rstrip("/") if urlsplit(url).scheme in {"http", "https"} else None


def _renderer(facts: Mapping[str, Any]) -> Callable[..., str]:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # Python, TOML and Markdown are written, no HTML
    )
    environment.filters.update(
        py=repr,
        toml=lambda value: json.dumps(value, ensure_ascii=False),
        words=lambda text: str(text).replace("\\", "\\\\").replace('"', "'"),
    )
    return lambda template, **more: environment.get_template(f"{template}.jinja").render(**facts, **more)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _format(root: Path) -> None:
    """Lay out what is now the project's own code, by the project's own settings."""
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
    """Say what was made, line by line."""
    yield f"{project.operations} operations in {project.folder}"
    for what, found in (("pages", project.pages), ("streams", project.streams)):
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            yield f"{what}: {', '.join(found[:_SHOWN])}{more}"
    for what in project.left_out:
        yield f"not expressed: {what}"
    yield "next: make check"
