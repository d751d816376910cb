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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from ruff import find_ruff_bin  # type: ignore[import-untyped]  # the wheel carries no stubs

import veneer
from veneer._core.auth import BEARER, Scheme
from veneer._core.errors import ConfigurationError
from veneer._core.oauth import OAuth2
from veneer_codegen import contracts, documents, selection, unasync
from veneer_codegen.client.plan import ClientPlan, pascal
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import find_operations
from veneer_codegen.errors import CodegenError, ContractError, GeneratorError
from veneer_codegen.normalise import Level
from veneer_codegen.regenerate import counted, rare_collections, regenerate
from veneer_codegen.rendering import printable
from veneer_codegen.scaffold.examples import example
from veneer_codegen.scaffold.infer_extensions import Finding, recognised
from veneer_codegen.servers import first_server

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
    "unasync": "Write the sync client that follows from the async one, or with --check say what differs (exit code 1).",
}

_CODE: Final = {"release_check": "surface.release"}


class UsageError(CodegenError):
    """A name or folder that cannot be used; nothing was read or written."""


@dataclass(frozen=True)
class Project:
    """What was made, where, and what was recognised in the contract or could not be expressed.

    `counted` says how many operations there are and how many of them are typed; `weaker` where the client says less than the contract.
    """

    folder: Path
    counted: str
    pages: tuple[str, ...]
    streams: tuple[str, ...]
    left_out: tuple[str, ...]
    weaker: tuple[str, ...]
    needs_url: bool


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
    only: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    allow_refs: tuple[str, ...] = (),
    say: Callable[[str], None] = lambda _: None,
) -> Project:
    """Make a project called `name` in `folder`, which must be empty or not there, from the contract at a path or URL.

    `allow` accepts losses of what cannot be generated, as the error lists them (shell wildcards allowed).
    `only` and `without` name the operations that the client has, as in `selection.select`. `allow_refs` names what its
    references may lead to outside its folder. `say` is
    told of each step before it is taken. Raises
    UsageError for a name or folder that cannot be used and CodegenError for a contract that cannot be; nothing is written then.
    """
    names = _names(name)
    folder = folder.resolve()
    _check_folder(folder)
    say(f"reading {contract}")
    document = documents.load(contract, allow_refs)
    if not any(find_operations(document.content)):
        raise ContractError("has no operation: there is nothing to call", source=contract, place="#/paths")
    try:
        part = selection.select(document.content, only, without)
    except ContractError as error:
        raise error.within(contract) from error
    say(f"looking for pages, streams and credentials in {sum(1 for _ in find_operations(part))} operations")
    chosen = {"allow": list(allow), "only": list(only), "without": list(without)}
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with rare_collections(), tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as scratch:
            project = _write(names, contract, document, part, Path(scratch), chosen, say)
            for path in sorted(Path(scratch).iterdir()):
                path.replace(folder / path.name)
    except BaseException:
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    return replace(project, folder=folder)


def _names(name: str) -> _Names:
    names = _Names(name)
    if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name):
        raise UsageError(f"{name!r} is no project name: lower-case words joined by - or _, such as acme-shop")
    if names.name in _TAKEN | sys.stdlib_module_names or keyword.iskeyword(names.name):
        raise UsageError(
            f"{name!r} cannot be the project's name: Python or its tools have a package of that name"
        )
    if unasync.sync_name(names.name, Counter()) != names.name:
        raise UsageError(f"{name!r} cannot be the project's name: its sync modules would be called otherwise")
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
    chosen: Mapping[str, list[str]],
    say: Callable[[str], None],
) -> Project:
    """Write the whole project below `root`; `part` is what is chosen of the document."""
    info = part.get("info") or {}
    upstream = contract if re.match(r"https?://", contract) else ""
    schemes, left_out = _schemes(part)
    found = recognised(part)
    facts: dict[str, Any] = {
        **names.facts,
        "title": printable(" ".join(str(info.get("title") or names.distribution).split())),
        "file": f"{names.name}{_suffix(document, contract)}",
        "upstream": upstream,
        "patched": bool(found),
        **chosen,
        "schemes": schemes,
        "oauth": _oauth(part, schemes, upstream, left_out),
        "keys": _keys(schemes),
        "left_out": left_out,
        "base_url": _base_url(part, upstream),
        "veneer_version": veneer.__version__,
    }
    render = _renderer(facts)
    _write_contract(document, contract, root / "openapi" / facts["file"])
    if found:
        _put(root / "openapi/patches" / f"{names.name}.json", _patch(found))
    _put(root / contracts.LIST, render("contracts.toml"))
    (outcome,) = regenerate(root, surfaces=False, say=say)
    plan = outcome.plan
    if plan is None or outcome.report is None:
        raise GeneratorError("no client was made: nothing was generated anew")
    facts["webhooks"] = plan.webhooks is not None
    overlay = root / "overlay" / names.name
    _put(overlay / "__init__.py", render("package.py"))
    _put(overlay / "py.typed", "")
    _put(overlay / "_platform.py", render("platform.py"))
    _put(overlay / "_async/__init__.py", render("client.py"))
    call = example(part, plan)
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
    say(f"{names.name}: writing the project around it")
    _format(root)
    unasync.write(root)
    regenerate(root, say=say)  # the public surface, now that the client is there
    methods = [(f"{space.attribute}.", one) for space in plan.namespaces for one in space.methods]
    methods += [("", one) for one in plan.own.methods]
    return Project(
        root,
        counted(outcome),
        tuple(f"{space}{method.name}" for space, method in methods if method.kind == "iter"),
        tuple(f"{space}{method.name}" for space, method in methods if method.kind == "stream"),
        tuple(left_out),
        tuple(str(finding) for finding in outcome.report.findings if finding.level is Level.WEAKER),
        facts["base_url"] is None,
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
        for operation in find_operations(document)
        for name in found
        if _takes(operation.node.get("security", document.get("security")), found[name], found)
    )
    return dict(sorted(found.items(), key=lambda item: -uses[item[0]])), left_out


# The flows that a client can go, in the order in which one of several is chosen; the others are gone from OAuth 2.1.
_FLOWS: Final = ("clientCredentials", "deviceAuthorization", "authorizationCode")
_ENDPOINTS: Final = {"tokenUrl": "token_url", "refreshUrl": "refresh_url", "authorizationUrl": "authorization_url", "deviceAuthorizationUrl": "device_url"}  # fmt: skip


def _oauth(
    document: Mapping[str, Any], schemes: Mapping[str, Scheme], upstream: str, left_out: list[str]
) -> dict[str, dict[str, Any]]:
    """Return the endpoints of each scheme that is OAuth 2 or OpenID Connect, in the order of the schemes.

    Those that no client can use are said in `left_out`: a token of one is still given as a key.
    """
    declared = (document.get("components") or {}).get("securitySchemes") or {}
    base = _base_url(document, upstream)
    found: dict[str, dict[str, Any]] = {}
    for name in schemes:
        facts = _scheme_node(document, declared[name])
        flows = facts.get("flows") if isinstance(facts.get("flows"), dict) else {}
        listed = [flow for key in _FLOWS if isinstance(flow := (flows or {}).get(key), dict)]
        if facts.get("type") == "oauth2":
            given: dict[str, Any] = {
                own: str(flow[key])
                for flow in reversed(listed)
                for key, own in _ENDPOINTS.items()
                if flow.get(key)
            }
            given = given or {"issuer": str(facts.get("oauth2MetadataUrl") or "")}
        elif facts.get("type") == "openIdConnect":
            given = {"issuer": str(facts.get("openIdConnectUrl") or "")}
        else:
            continue
        given = {key: urljoin(f"{base}/" if base else "", value) for key, value in given.items() if value}
        try:
            OAuth2(**given)
        except ConfigurationError as error:
            given, why = {}, error.message
        else:
            why = f"none of its flows is {', '.join(_FLOWS)}"
        if given:
            found[name] = given
        else:
            left_out.append(f"tokens of the security scheme {name} ({why}): pass a token as its credential")
    return found


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
    server = first_server(document.get("servers"), upstream)
    if server is None and not upstream:  # none for the whole: the one that most operations have
        own = [first_server(found.servers) for found in find_operations(document)]
        urls = Counter(one.filled for one in own if one is not None and not one.fault)
        url = next((url for url, _ in urls.most_common(1)), "")
    elif server is None:
        url = urljoin(upstream, "/")
    else:
        url = "" if server.fault else server.filled
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
    yield f"{project.counted} in {project.folder}"
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
    if project.needs_url:
        yield "no server of the contract can be used: give the client its base_url"
    yield "next: make check"
