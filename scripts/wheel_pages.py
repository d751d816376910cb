"""The shell lines of README and docs: each page is one script, run with the extras that it installs.

A line `pip install "veneer[…]"` sets the extras of the lines below it; in prose it counts until the
first code line of this kind. Servers are started, called and stopped. Lines that are not run have a
reason in `NOT_RUN`, or are incomplete (`…`, an address of another machine).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Environment", "Line", "Page", "contract", "pages", "script"]

NOT_RUN = {
    r"(make|git|gh|docker|twine|uv|node|npm|curl|\$EDITOR)\b": "for people who work on a project, or a separate tool",
    r"acme-shop ": "the program of an imaginary project; tests/cli/test_cli_project.py runs one",
    r"veneer add --on shop_client": "needs a client of another generator; tests/scripts/test_add.py has one",
    r".*seen-by-us\.json": "needs a sampler's report; tests/cli/test_cli_doctor.py has one",
    r"(python .*-m )?pytest\b": "for the reader's own tests; those of a page are run by tests/docs",
}
_PROGRAM = re.compile(
    r"(veneer|hestiaos|pip|python|export|printf|echo|cat|pytest|acme-shop|make|git|curl|\$EDITOR) (?!  |──|\()"
)
_INSTALL = re.compile(r"pip install [\"']?veneer(?:\[([a-z,]*)\])?[\"']?((?: [a-z][\w-]*)*)")
_ELSEWHERE = re.compile(r"https?://(?!127\.0\.0\.1|localhost)[\w.-]")
_SHOWN = re.compile(r"`([\w-]+\.py)`[^`]*\n\n```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SERVER = re.compile(r"(veneer sandbox|python -m veneer\.sandbox)\b")


@dataclass(frozen=True)
class Environment:
    """The packages of a page: extras of veneer, and others."""

    extras: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ",".join([*sorted(self.extras), *(f"+{one}" for one in self.beside)]) or "none"


@dataclass(frozen=True)
class Line:
    """A command of a page, its place and its environment, or the reason that it is not run."""

    number: int
    text: str
    environment: Environment
    reason: str = ""


@dataclass(frozen=True)
class Page:
    """A page with shell lines."""

    name: str
    lines: tuple[Line, ...]
    shown: Mapping[str, str]
    """The Python files that the page shows, by name."""

    def files(self, contract: str) -> dict[str, str]:
        """Return the files for its commands by name. `contract` is that of every API."""
        written = " ".join(line.text for line in self.lines)
        repository = {"pyproject.toml": _REPOSITORY} if "veneer add" in written else {}
        return {
            **self.shown,
            **repository,
            **{name: text or contract for name, text in _FILES.items() if name in written},
        }

    @property
    def environments(self) -> set[Environment]:
        """The environments of the lines that are run."""
        return {line.environment for line in self.lines if not line.reason}


def pages(root: Path) -> list[Page]:
    """Return the pages of README.md and docs/*.md with shell lines."""
    texts = {
        path: path.read_text("utf-8") for path in (root / "README.md", *sorted((root / "docs").glob("*.md")))
    }
    read = [
        Page(str(path.relative_to(root)), tuple(_lines(text)), dict(_SHOWN.findall(text)))
        for path, text in texts.items()
    ]
    return [page for page in read if page.lines]


def _lines(text: str) -> Iterator[Line]:
    now, by_code = Environment(), False
    for number, line, is_code in _joined(text):
        installed = _INSTALL.search(line)
        if installed and (is_code or not by_code) and "--upgrade" not in line:
            now = Environment(frozenset((installed[1] or "").split(",")) - {""}, tuple(installed[2].split()))
            by_code = by_code or is_code
        elif is_code and not line.startswith("pip install"):
            yield Line(number, line, now, _reason(line))


def _joined(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines with their numbers and whether they are commands.

    Continuations are joined.
    """
    fence, held = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            fence = "" if fence else line[3:].strip() or "text"
            continue
        indented = not fence and line.startswith("    ") and bool(_PROGRAM.match(line.strip()))
        is_code = fence in {"sh", "bash", "shell"} or indented or bool(held)
        if is_code and line.endswith("\\"):
            held += line.strip()[:-1]
            continue
        whole, held = f"{held}{line.strip()}", ""
        if whole and not whole.startswith("#"):
            yield number, whole, is_code


def _reason(line: str) -> str:
    if "…" in line or "..." in line:
        return "it is incomplete"
    if _ELSEWHERE.search(line):
        return "calls another machine"
    return next((why for pattern, why in NOT_RUN.items() if re.match(pattern, line)), "")


def script(page: Page, folders: Mapping[Environment, Path], probe: str, addresses: Mapping[str, str]) -> str:
    """Return a page as a script for `sh -e`.

    `addresses` are texts to replace, `folders` those of the environments' programs.
    """
    written = ["from=$PATH; trap 'test $? = 0 || echo \"$at\" >&2' EXIT"]
    now: Environment | None = None
    for line in page.lines:
        if line.reason:
            continue
        if line.environment != now:
            now = line.environment
            written.append(f'PATH="{folders[now]}:$from"')
        text = line.text
        for old, new in addresses.items():
            text = text.replace(old, new)
        if _SERVER.match(text):
            words = re.sub(r"\s*(&|#).*", "", text)
            text = f"python {probe} serve {words} --port 0"
        if made := re.search(r"veneer new .*--into (\S+)", text):
            written.append(f"rm -rf {made[1]}")  # a page may create the same project twice
        written += [f"at={page.name}:{line.number}", text]
    return "\n".join([*written, ""])


def contract(server: str) -> str:
    """Return a contract that names this server, as JSON, which is also YAML."""
    pet = {"$ref": "#/components/schemas/Pet"}
    word, json_type = {"type": "string"}, "application/json"

    def operation(
        name: str, tag: str, answer: object, *parameters: object, **more: object
    ) -> dict[str, object]:
        content = {"200": {"description": "Done.", "content": {json_type: {"schema": answer}}}}
        return {"operationId": name, "tags": [tag], "parameters": parameters, "responses": content, **more}

    def inside(name: str) -> dict[str, object]:
        return {"name": name, "in": "path", "required": True, "schema": word}

    rows = {"type": "array", "items": pet}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
    offset = {"name": "offset", "in": "query", "schema": {"type": "integer"}}
    body = {"required": True, "content": {json_type: {"schema": pet}}}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Acme", "version": "1"},
            "servers": [{"url": server}],
            "paths": {
                "/pets": {
                    "get": operation("list_pets", "pets", rows, limit, offset),
                    "post": operation("create_pet", "pets", pet, requestBody=body),
                },
                "/pets/{id}": {
                    "get": operation("get_pet", "pets", pet, inside("id")),
                    "delete": operation("delete_pet", "issues", pet, inside("id")),
                },
                "/repos/{id}/labels": {"get": operation("list_labels", "labels", rows, inside("id"))},
                "/issues": {"get": operation("list_issues", "issues", rows)},
            },
            "components": {
                "schemas": {
                    "Pet": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {
                            "id": word,
                            "name": word,
                            "born": {"type": "string", "format": "date"},
                        },
                    }
                }
            },
        },
        indent=2,
    )


_STAINLESS = """
organization: {name: acme}
resources:
  pets:
    models: {pet: Pet}
    methods:
      list: get /pets
      create: post /pets
      retrieve: get /pets/{id}
settings: {license: MIT}
client_settings: {opts: {}}
"""
_CONTRACTS = ("openapi.yaml", "openapi.yml", "openapi.json", "github.json", "shop.yaml", "mail.yaml")
_FILES = {**dict.fromkeys(_CONTRACTS, ""), "stainless.yml": _STAINLESS}
_REPOSITORY = '[project]\nname = "mine"\nversion = "1"\nrequires-python = ">=3.11"\n'
