"""The reference of a client in Markdown: pages of its namespaces, and a page of all operations.

It describes the public client (`surface.Reader`), with its hand-written methods. The examples come
from the contract. Nothing is imported or run.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import griffe

from veneer_codegen import coverage
from veneer_codegen.reference import markdown
from veneer_codegen.reference.calls import Calls
from veneer_codegen.surface import parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from veneer_codegen.surface import Member, Reader, Space

__all__ = ["ClientReference", "PublicMethod", "page_of"]

_WIDTH: Final = 88
_REQUEST: Final = re.compile(r"^([A-Z]+ /\S*)( \(deprecated\))?$")
_SECTION: Final = re.compile(r"^(Args|Raises|Example):$")
_ENTRY: Final = re.compile(r"^ {4}(\S[^:]*): (.*)")
# Reserved names of pages: the first page, and names of Windows devices.
_TAKEN: Final = re.compile(r"index|con|prn|aux|nul|(com|lpt)\d")


@dataclass(frozen=True)
class _Docstring:
    """A docstring in its parts. Anything else is in `text`."""

    summary: str
    text: str
    request: str
    arguments: tuple[tuple[str, str], ...]
    raises: tuple[tuple[str, str], ...]
    example: str


@dataclass(frozen=True)
class PublicMethod:
    """A method as users call it: its `path` on the client, and its operations' `requests`."""

    path: str
    function: griffe.Function
    tasks: griffe.Function | None
    requests: tuple[str, ...]
    words: _Docstring

    @property
    def summary(self) -> str:
        """The first line of its docstring, in the characters of a comment."""
        return " ".join(self.words.summary.split())


class ClientReference:
    """The pages of one client. `document` is the contract that it was generated from."""

    def __init__(self, reader: Reader, package: str, document: Mapping[str, Any]) -> None:
        self._reader = reader
        self._package = package
        self._calls = Calls(document, lambda name: reader.find(f"{package}.client.params.{name}"))
        self._info = document.get("info") if isinstance(document.get("info"), dict) else {}
        self._texts: dict[Path, list[str]] = {}
        self.name, spaces = next(iter(reader.clients().items()), ("", []))
        self.spaces = tuple(spaces)

    @property
    def home(self) -> str:
        """The package that users import it from."""
        return self._reader.home

    def words(self, space: Space) -> str:
        """Return the first paragraph of a namespace's docstring."""
        return _first(space.sync)

    @property
    def title(self) -> str:
        """The name of the API."""
        return " ".join(str((self._info or {}).get("title") or self.name).split())

    @cached_property
    def methods(self) -> dict[str, tuple[PublicMethod, ...]]:
        """The methods of the client itself ("") and of each namespace, in definition order."""
        return {space.path: tuple(self._methods(space)) for space in self.spaces}

    @cached_property
    def operations(self) -> dict[str, list[str]]:
        """All operations by request (`GET /orders`), with the methods that send them."""
        found: dict[str, list[str]] = {one: [] for one in self._wire.values()}
        for methods in self.methods.values():
            for method in methods:
                for request in method.requests:
                    found.setdefault(request, []).append(method.path)
        return found

    def pages(self, header: str) -> Iterator[tuple[str, str]]:
        """Yield the names and texts of the pages. `header` is the first line of each."""
        yield "index.md", self._text(header, self._index())
        for space in self.spaces:
            if space.path:
                yield page_of(space.path), self._text(header, self._page(space))

    def coverage(self) -> Iterator[str]:
        """Yield the lines of the table of operations."""
        yield from ("| operation | methods |", "|---|---|")
        for request, methods in self.operations.items():
            shown = ", ".join(markdown.code(one) for one in methods)
            plain = re.fullmatch(r"[A-Z]+ [\w/{}.:~@,-]*", request)
            row = request if plain else markdown.code(request).replace("|", "\\|")
            yield f"| {row} | {shown} |"

    def example(self, method: PublicMethod) -> list[str]:
        """Return the lines that call a method; none if no value is found for an argument."""
        function = method.function
        if function.overloads:
            function = max(function.overloads, key=lambda one: len(one.parameters))
        request = method.requests[0] if method.requests else ""
        return self._calls.lines(f"client.{method.path}", function, request)

    @cached_property
    def opened(self) -> str:
        """The source that opens the client in an example."""
        address = '"https://api.example.com"' if self.facts.get("base_url", "None") == "None" else ""
        return f"{self.name}({address})"

    @cached_property
    def facts(self) -> dict[str, str]:
        """The platform's facts beside the contract, as source: `base_url`, `env_api_key`, …"""
        places = (f"{self.home}.{module}.PLATFORM" for module in ("_platform", "platform"))
        platform = next((found for place in places if (found := self._reader.find(place))), None)
        given = getattr(getattr(platform, "value", None), "arguments", ())
        return {one.name: str(one.value) for one in given if isinstance(one, griffe.ExprKeyword)}

    # -- reading -------------------------------------------------------------------------------------------------

    @cached_property
    def _wire(self) -> dict[str, str]:
        """The request of each endpoint module (`orders.create_order`)."""
        return {name: wire.partition(", ")[0] for name, wire in self._reader.requests().items()}

    def _methods(self, space: Space) -> Iterator[PublicMethod]:
        known = {*self._wire.values()}
        for name, sync, tasks in space.members:
            if isinstance(sync, griffe.Function) and name != "__init__":
                words = _words(sync)
                # A generated docstring names the request. For a hand-written one, the method's
                # lines may name it.
                used = [words.request] if words.request in known else self._requests(sync)
                other = tasks if isinstance(tasks, griffe.Function) else None
                yield PublicMethod(f"{space.path}.{name}".lstrip("."), sync, other, tuple(used), words)

    def _requests(self, function: griffe.Function) -> list[str]:
        """Return the requests of the endpoint modules that a method's own lines name."""
        path = function.filepath
        if not isinstance(path, Path) or function.lineno is None or function.endlineno is None:
            return []
        if path not in self._texts:
            self._texts[path] = path.read_text(encoding="utf-8").splitlines()
        lines = self._texts[path]
        imports = [line for line in lines if re.match(r"(from|import) .*[^(]$", line)]
        body = textwrap.dedent("\n".join(lines[function.lineno - 1 : function.endlineno]))
        used = coverage.used_modules("\n".join([*imports, body]), self._package)
        return [self._wire[one] for one in sorted(used) if one in self._wire]

    # -- pages ---------------------------------------------------------------------------------------------------

    def _text(self, header: str, blocks: Iterator[str]) -> str:
        return "\n\n".join([header, *(block for block in blocks if block)]) + "\n"

    def _index(self) -> Iterator[str]:
        yield f"# {markdown.line(self.title)}"
        yield f"The methods of {markdown.code(self.name)}. {markdown.code(f'Async{self.name}')} has the same methods; each entry shows the async call."
        yield markdown.fenced(
            f"from {self.home} import {self.name}\n\nwith {self.opened} as client:\n    ..."
        )
        rows = [
            f"- [{markdown.code(space.path)}]({page_of(space.path)}): {markdown.line(self.words(space))}"
            for space in self.spaces
            if space.path
        ]
        yield "\n".join(rows)
        for space in self.spaces:
            if not space.path:
                yield from self._members(space)

    def _page(self, space: Space) -> Iterator[str]:
        yield f"# {markdown.code(f'client.{space.path}')}"
        yield markdown.prose(_docstring(space.sync))
        yield from self._members(space)

    def _members(self, space: Space) -> Iterator[str]:
        for method in self.methods[space.path]:
            yield from self._method(method)
        for name, sync, _ in space.members:
            if isinstance(sync, griffe.Attribute):
                path = f"{space.path}.{name}".lstrip(".")
                yield f"## {markdown.code(path)}"
                yield f"{markdown.code(str(sync.annotation))} {markdown.line(_first(sync))}"
        yield from self._types(space)

    def _method(self, method: PublicMethod) -> Iterator[str]:
        words = method.words
        yield f"## {markdown.code(method.path)}"
        yield markdown.line(words.summary)
        for function in method.function.overloads or [method.function]:
            yield markdown.fenced(_signature(f"client.{method.path}", function))
        requests = ", ".join(markdown.code(one) for one in method.requests)
        yield " · ".join(part for part in (requests, _in_tasks(method)) if part)
        yield markdown.prose(words.text)
        for title, entries in (("Arguments", words.arguments), ("Raises", words.raises)):
            if entries:
                listed = (f"- {markdown.code(name)}: {markdown.line(text)}" for name, text in entries)
                yield f"{title}:\n\n" + "\n".join(listed)
        if words.example:
            yield markdown.fenced(words.example)
        elif lines := self.example(method):
            head = [f"from {self.home} import {self.name}", "", f"with {self.opened} as client:"]
            yield markdown.fenced("\n".join([*head, *(f"    {line}" for line in lines)]))

    def _types(self, space: Space) -> Iterator[str]:
        """Yield the descriptions of models and enums that the methods' own signatures name."""
        texts = [
            f"{', '.join(parameters_of(one))} -> {one.returns}"
            for method in self.methods[space.path]
            for one in (method.function, *(method.function.overloads or ()))
        ]
        names = sorted({word for text in texts for word in re.findall(r"(?<![\w.\"'])[A-Z]\w*", text)})
        blocks = [block for name in names if (found := self._named(name)) for block in _type(name, found)]
        if blocks:
            yield "## Types"
            yield from blocks

    def _named(self, name: str) -> Member | None:
        """Return a result, model or enum of this client."""
        for home in (f"{self._package}.client.results", f"{self._package}.models"):
            if found := self._reader.find(f"{home}.{name}"):
                return found
        return None


def page_of(space: str) -> str:
    """Return the file name of a namespace's page."""
    return f"{space}_.md" if _TAKEN.fullmatch(space) else f"{space}.md"


def _in_tasks(method: PublicMethod) -> str:
    """Return a note on the use of the async flavour."""
    if method.tasks is None:
        return "not in the async client"
    if "async" in method.tasks.labels:
        return "async: `await`"
    result = str(method.tasks.returns)
    return (
        "async: `async for`" if "Pager[" in result else "async: `async with`" if "Stream[" in result else ""
    )


def _type(name: str, found: Member) -> Iterator[str]:
    if isinstance(found, griffe.Class):
        yield f"### {markdown.code(name)}"
        yield markdown.prose(_docstring(found))
        yield "\n".join(
            f"- {markdown.code(field)}: {markdown.code(str(one.annotation))}{_after(markdown.line(_docstring(one)))}"
            for field, one in found.members.items()
            if isinstance(one, griffe.Attribute) and _shown(field, one)
        )
    elif "Literal[" in str(getattr(found, "value", "")):
        yield f"### {markdown.code(name)}"
        yield markdown.code(str(getattr(found, "value", "")))


def _shown(field: str, one: griffe.Attribute) -> bool:
    return (
        not field.startswith("_")
        and "init=False" not in str(one.value)
        and "ClassVar" not in str(one.annotation)
    )


def _after(words: str) -> str:
    return f". {words}" if words else ""


def _docstring(found: Member) -> str:
    return str(found.docstring.value) if found.docstring else ""


def _first(found: Member) -> str:
    return _docstring(found).partition("\n\n")[0]


def _signature(call: str, function: griffe.Function) -> str:
    """Return a signature on one line, or with one argument a line."""
    parts = parameters_of(function)
    flat = f"{call}({', '.join(parts)}) -> {function.returns}"
    if len(flat) <= _WIDTH:
        return flat
    return "\n".join([f"{call}(", *(f"    {part}," for part in parts), f") -> {function.returns}"])


def _words(function: griffe.Function) -> _Docstring:
    """Return a docstring in its parts. A part of another form stays text."""
    lines = _docstring(function).split("\n")
    sections: dict[str, list[str]] = {"": []}
    title = request = ""
    for line in lines[1:]:
        if match := _SECTION.match(line):
            title = match[1]
            sections.setdefault(title, [])
        elif not title and (match := _REQUEST.match(line)):
            request = match[1]
        else:
            if line and not line.startswith(" "):
                title = ""
            sections[title].append(line)
    return _Docstring(
        lines[0],
        "\n".join(sections[""]).strip(),
        request,
        _entries(sections.get("Args", ())),
        _entries(sections.get("Raises", ())),
        textwrap.dedent("\n".join(sections.get("Example", ()))).strip(),
    )


def _entries(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    found: list[list[str]] = []
    for line in lines:
        if match := _ENTRY.match(line):
            found.append([match[1], match[2]])
        elif found and line.strip():
            found[-1].append(line.strip())
    return tuple((name, " ".join(words)) for name, *words in found)
