"""The files that coding agents read first: AGENTS.md and llms.txt.

AGENTS.md describes the use of the clients and changes of the project; llms.txt lists the pages. See
https://agents.md and https://llmstxt.org. Both stay short for a contract of any size: the rest is
in the reference.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen import contracts, coverage, surface
from veneer_codegen.reference import markdown, page_of

if TYPE_CHECKING:
    from veneer_codegen.contracts import Contract
    from veneer_codegen.reference import ClientReference, PublicMethod

__all__ = ["GUIDE", "LINKS", "Described", "guide", "links", "merged"]

GUIDE: Final = "AGENTS.md"
LINKS: Final = "llms.txt"
END: Final = "<!-- The end of what is written: what you add before or after is kept. -->"
"""The last line of our part of AGENTS.md. Its first line is the mark of a derived page."""

_NAMESPACES: Final = 40
_METHODS: Final = 8
_LINKED: Final = 100
_SENTENCE: Final = 160


@dataclass(frozen=True)
class Described:
    """A contract with the client that was generated from it."""

    contract: Contract
    client: ClientReference

    @property
    def methods(self) -> list[PublicMethod]:
        """All methods, by namespace."""
        return [one for space in self.client.spaces for one in self.of(space.path)]

    def of(self, space: str) -> list[PublicMethod]:
        """Return the methods of a namespace, without special methods."""
        return [one for one in self.client.methods[space] if not one.path.endswith("__")]

    def result(self, word: str) -> list[str]:
        """Return the names of methods whose result contains a text, such as `Pager[`."""
        return [
            one.path
            for one in self.methods
            if any(word in str(way.returns) for way in (one.function, *(one.function.overloads or ())))
        ]


def links(root: Path, described: Sequence[Described], mark: str) -> str:
    """Return llms.txt. `mark` is the line that marks it as derived."""
    name, about = _project(root, described)
    blocks = [f"# {markdown.line(name)}", f"> {about}", mark, *_files(root, described)]
    for one in described:
        blocks += _links_of(one, alone=len(described) == 1)
    contracts_ = [
        f"- [{_sentence(one.client.title)}]({_path(root, one.contract.file)}): the contract"
        for one in described
    ]
    surfaces = [
        f"- [Public names of {one.client.home}]({_surface(root, one)}): every name with its signature, one a line"
        for one in described
    ]
    blocks += ["## Optional", "\n".join([*contracts_, *surfaces])]
    return "\n\n".join(blocks) + "\n"


def guide(root: Path, described: Sequence[Described], mark: str) -> str:
    """Return our part of AGENTS.md, from its first line, `mark`, to its last."""
    name, about = _project(root, described)
    blocks = [mark, f"# {markdown.line(name)}", about]
    for one in described:
        blocks += _usage(root, one, alone=len(described) == 1)
    blocks += ["## Rules of these clients", "\n".join(f"- {rule}" for rule in _rules(described))]
    blocks += ["## Tests of code that calls them", *_tests(root, described)]
    blocks += ["## Changing this project", *_changes(root, described), END]
    return "\n\n".join(map(markdown.wrapped, blocks)) + "\n"


def merged(existing: str, part: str, mark: str) -> str:
    """Return a text with our part replaced, or appended. An empty `part` removes it."""
    start, end = existing.find(mark), existing.find(END)
    if start < 0 or end < start:
        return "\n".join(one for one in (existing, part) if one)
    after = existing[end + len(END) :].removeprefix("\n")
    return existing[:start] + part + after


def _pyproject(root: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("project")
    except (OSError, ValueError):
        found = None
    return found if isinstance(found, dict) else {}


def _project(root: Path, described: Sequence[Described]) -> tuple[str, str]:
    """Return the project's name and its description in a sentence."""
    known = _pyproject(root)
    titles = ", ".join(_sentence(one.client.title) for one in described)
    said = _sentence(str(known.get("description") or "")) or f"Clients of {titles}"
    return str(known.get("name") or described[0].client.home), f"{said.rstrip('.')}."


def _files(root: Path, described: Sequence[Described]) -> list[str]:
    """Yield links to the pages of the whole project that exist."""
    # A new project gets its README later, but pyproject.toml names it already.
    readme = _pyproject(root).get("readme") == "README.md" or (root / "README.md").is_file()
    listed = any(one.contract.reference for one in described) or (root / coverage.PAGE).is_file()
    known = {
        "README.md": ("what it is, how to install it", readme),
        "docs/index.md": ("the guides", (root / "docs/index.md").is_file()),
        coverage.PAGE: ("the methods that send each operation", listed),
        GUIDE: ("the rules of the clients, and how to change this project", True),
    }
    found = [f"- [{path}]({path}): {said}" for path, (said, there) in known.items() if there]
    return ["## Documentation", "\n".join(found)]


def _links_of(one: Described, *, alone: bool) -> list[str]:
    folder, client = one.contract.reference, one.client
    if not folder:
        return []
    spaces = [space for space in client.spaces if space.path]
    listed = [f"- [{client.name}]({folder}/index.md): how to create it, its own methods, all namespaces"]
    for space in spaces[:_LINKED]:
        said = _sentence(client.words(space))
        listed.append(
            f"- [client.{space.path}]({folder}/{page_of(space.path)}): {_counted(len(one.of(space.path)), 'method')}{f', {said}' if said else ''}"
        )
    if len(spaces) > _LINKED:
        listed.append(f"- [{len(spaces) - _LINKED} more]({folder}/index.md)")
    return ["## Reference" if alone else f"## Reference of {markdown.line(client.home)}", "\n".join(listed)]


def _usage(root: Path, one: Described, *, alone: bool) -> Iterator[str]:
    client = one.client
    yield "## Calling the API" if alone else f"## Calling {_sentence(client.title)}"
    opened = [f"from {client.home} import {client.name}", "", f"with {client.opened} as client:"]
    example = next((lines for method in _simple(one) if (lines := client.example(method))), ["..."])
    yield markdown.fenced("\n".join([*opened, *(f"    {line}" for line in example)]))
    said = [f"{markdown.code(f'Async{client.name}')} has the same methods; await them."]
    variables = [
        client.facts[key].strip("\"'")
        for key in ("env_base_url", "env_api_key")
        if client.facts.get(key, "None") != "None"
    ]
    if variables:
        said.append(
            f"The address and the key come from {' and '.join(map(markdown.code, variables))}: never write a key into code."
        )
    if program := _program(root, client):
        said.append(
            f"In a shell: {markdown.code(f'{program[0]} --help')}; as tools for an agent: {markdown.code(program[1])}."
        )
    said.append(f"Every public name with its signature, one a line: {markdown.code(_surface(root, one))}.")
    yield " ".join(said)
    yield "\n".join(_namespaces(one))


def _program(root: Path, client: ClientReference) -> tuple[str, str] | None:
    """Return the commands of the client's program and MCP server; None without one."""
    scripts = _pyproject(root).get("scripts")
    package, _, room = client.home.partition(".")
    for name, target in scripts.items() if isinstance(scripts, dict) else ():
        if not room and str(target).startswith(f"{package}."):
            return name, f"{name} mcp"
        if room and name == package:
            return f"{name} {room}", f"{name} mcp {room}"
    return None


def _simple(one: Described) -> list[PublicMethod]:
    """Return the methods ordered as first examples: reads first, then few arguments."""
    return sorted(
        one.methods,
        key=lambda method: (
            not any(request.startswith("GET ") for request in method.requests),
            "Pager[" in str(method.function.returns),
            len(method.function.parameters),
        ),
    )


def _namespaces(one: Described) -> Iterator[str]:
    client, folder = one.client, one.contract.reference
    few = len(one.methods) <= _NAMESPACES * 2
    spaces = [space for space in client.spaces if one.of(space.path)]
    for space in spaces[:_NAMESPACES]:
        names = [method.path.rpartition(".")[2] for method in one.of(space.path)]
        shown = names if few else names[:_METHODS]
        more = f", and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
        called = markdown.code(f"client.{space.path}" if space.path else "client")
        page = page_of(space.path) if space.path else "index.md"
        head = f"[{called}]({folder}/{page})" if folder else called
        yield f"- {head}: {', '.join(map(markdown.code, shown))}{more}"
    if len(spaces) > _NAMESPACES:
        where = f"[the reference]({folder}/index.md)" if folder else "the file of public names"
        yield f"- {len(spaces) - _NAMESPACES} more namespaces: {where}"


def _rules(described: Sequence[Described]) -> Iterator[str]:
    yield "Create one client, use it for all calls, and close it (`with`): it pools connections."
    yield (
        "Retries, `Retry-After`, backoff and deadlines are built in: write no retry loop around a call. "
        "`client.with_options(deadline=20)` bounds one call with all its attempts, in seconds."
    )
    for word, rule in (
        (
            "Pager[",
            "iterates over all rows of a list and requests pages as needed: handle no offsets or cursors yourself",
        ),
        (
            "Page[",
            "returns one page: `len(page)`, `for row in page`, `page.has_next`, and `page.next_page()`, None after the last",
        ),
        (
            "Stream[",
            "is a stream: `with … as events: for event in events:`; a stream that ends early raises an error",
        ),
        ("Download", "writes a file, which appears at its path only when it is complete"),
    ):
        if names := [name for one in described for name in one.result(word)][:3]:
            yield f"{', '.join(markdown.code(f'client.{name}') for name in names)}: {rule}."
    yield (
        "Errors are `veneer.APIError` with a class for each status (`NotFoundError`, `RateLimitError`, …), `veneer.TransportError` without "
        "a response, `veneer.ConfigurationError` if nothing was sent. Catch the class that you can act on."
    )
    yield (
        "After `NOT_SENT` (`error.outcome`), retry freely. After `UNKNOWN`, a write may have been carried out: check first, or "
        "retry it with the same idempotency key (`client.with_options(idempotency_key=…)`). `error.explain()` is one line for a log."
    )
    yield (
        "`print(value)` is brief and masks secrets; `to_dict()` and `to_json()` are complete. "
        "Status, headers and request id of any method: `heard = veneer.Heard()`, then `client.with_options(heard=heard)`."
    )
    yield "None means null where the contract allows null, and nothing elsewhere. Omit arguments that you do not need."
    yield "Members and enum values that the contract does not know are kept, not errors: do not match enums exhaustively."


def _tests(root: Path, described: Sequence[Described]) -> Iterator[str]:
    names = [one.contract.name for one in described]
    first = names[0]
    sandbox = "veneer_sandbox" if _several(root, described) else f"{first}_sandbox"
    fixtures = ", ".join(markdown.code(one) for one in (sandbox, f"{first}_client", f"async_{first}_client"))
    yield (
        f"The pytest plugin of veneer brings {fixtures}: clients of a local, stateful server, without network and keys. "
        'Mark a test with `@pytest.mark.fault("status=504;applied")` to make it fail as servers do. Do not mock methods of a client.'
    )


def _changes(root: Path, described: Sequence[Described]) -> Iterator[str]:
    generated, overlay = (
        path.relative_to(root).as_posix() for path in (contracts.generated(root), contracts.overlay(root))
    )
    yield (
        "`make` lists the targets; `make check` is what CI runs. `make generate` writes derived files; `make drift` fails if one is stale or was edited."
    )
    rooms = [one.client.home.replace(".", "/") for one in described]
    pages = [f"`{one.contract.reference}/`" for one in described if one.contract.reference]
    derived = [
        f"`{generated}/`",
        *(f"`{overlay}/{room}/_sync/`" for room in rooms),
        *pages,
        f"`{LINKS}`",
        "this part of this file",
    ]
    yield f"Never edit derived files: {', '.join(dict.fromkeys(derived))}."
    rows = [
        ("the contract", ", ".join(f"`{_path(root, one.contract.file)}`" for one in described)),
        ("a wrong contract", "an action with its reason in `openapi/patches/`, not the contract"),
        ("the name of a method", "`openapi/facades/`"),
        ("your own method", ", ".join(f"`{overlay}/{room}/_async/`" for room in rooms)),
    ]
    yield "For each kind of change, edit:"
    yield "\n".join(f"- {what}: {where}" for what, where in rows)
    yield "Then run `make generate`, which reports changed public names and the lines that use them, and `make check`."


def _several(root: Path, described: Sequence[Described]) -> bool:
    """Return whether the clients are subpackages of one package, as in veneer itself."""
    return all("." in one.client.home for one in described) and root.is_dir()


def _path(root: Path, path: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _surface(root: Path, one: Described) -> str:
    return _path(root, contracts.generated(root).joinpath(*one.contract.package.split("."), surface.NAME))


def _sentence(text: str) -> str:
    """Return the first sentence of a text, on one line."""
    found = " ".join(text.split()).partition(". ")[0].rstrip(".")
    return markdown.line(found if len(found) <= _SENTENCE else f"{found[:_SENTENCE].rstrip()}…")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
