"""Reach every operation of a contract from the command line, without sending anything: part of `make contracts`.

Each is reached in two ways: the command of its client's method, with its required arguments as
flags, and `call`. The request must have the operation's method and its path, filled in.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from click.testing import CliRunner

from veneer import Platform
from veneer_cli.derived import flags_for
from veneer_cli.offers import offers
from veneer_cli.project import TAKEN, application
from veneer_cli.service import Service, module_in
from veneer_codegen import documents
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import find_operations, parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veneer_cli.contract import Operation, Parameter
    from veneer_cli.offers import Offer

_FORMATS: Final = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "uuid": "12345678-1234-5678-1234-567812345678",
    "uri": "https://example.com/",
}
_TEXTS: Final = {
    "integer": "1",
    "number": "1.5",
    "boolean": "true",
    "object": "{}",
    "array": "[]",
    "file": f"@{__file__}",
}
_BASE: Final = "http://127.0.0.1:1"


def service_of(package: Path, document: Mapping[str, Any]) -> Service:
    """Return the API of a generated package beside its contract."""
    sys.path.insert(0, str(package.parent))
    platform = Platform(name=package.name, base_url=_BASE)
    return Service(
        package.name,
        lambda: platform,
        lambda: document,
        lambda operation: module_in(package.name, operation),
        program="client",
        table=None,
        package=package.name,
    )


def example(one: Parameter, formats: Mapping[tuple[str, str], str]) -> str:
    """Return a text that an argument accepts."""
    if one.choices and one.kind not in {"object", "array"}:
        return str(one.choices[0])
    if one.kind == "array":
        return str(one.choices[0]) if one.choices else _TEXTS.get(one.items, "x").removeprefix("[]") or "x"
    return _TEXTS.get(one.kind) or _FORMATS.get(formats.get((one.place, one.name), ""), "x")


def formats_of(document: Mapping[str, Any], operation: Operation) -> dict[tuple[str, str], str]:
    """Return the formats of an operation's text values, by place and name."""
    (found,) = [
        one
        for one in find_operations(document)
        if (one.method, one.path) == (operation.method.lower(), operation.path)
    ]
    nodes = {(str(one["in"]), str(one["name"])): one.get("schema") for one in parameters_of(document, found)}
    return {key: str(pointers.follow(document, node).get("format", "")) for key, node in nodes.items()}


def commands(service: Service) -> dict[str, tuple[tuple[str, ...], Offer]]:
    """Return the commands by operation: their words and their definitions."""
    found: dict[str, tuple[tuple[str, ...], Offer]] = {}
    for group, (_, listed) in offers(service, TAKEN).items():
        for offer in listed:
            found.setdefault(offer.operation, (tuple(filter(None, (group, offer.name))), offer))
    return found


def request(service: Service, words: list[str]) -> tuple[str, str] | str:
    """Return method and path of the request that a command line would send, or its message."""
    app = application(service, "")
    done = CliRunner().invoke(app, [*words, "--dry-run", "--json"], prog_name="client", catch_exceptions=True)
    if done.exit_code:
        said = f"{done.exception!r}" if done.exception and not done.stderr else done.stderr
        return " ".join(said.split())[:200]
    sent = json.loads(done.stdout)
    return sent["method"], unquote(urlsplit(sent["url"]).path)


def is_right(answer: tuple[str, str] | str, operation: Operation) -> bool:
    """Return whether a request is the operation's."""
    if isinstance(answer, str):
        return False
    method, path = answer
    pattern = re.sub(
        r"\\\{[^{}]*\\\}", "[^/]+", re.escape(operation.path.partition("?")[0].partition("#")[0])
    )
    return method == operation.method and re.search(f"{pattern}$", path) is not None


def tried(service: Service) -> Iterator[tuple[str, bool, bool, str]]:
    """Yield the operations, whether their command and `call` reach them, and the messages if not."""
    known = commands(service)
    for operation in service.contract.operations:
        title = f"{operation.method} {operation.path}"
        formats = formats_of(service.document, operation)
        needed = [one for one in operation.parameters if one.required]
        texts = [(one, example(one, formats)) for one in needed]
        by_name = {one.name: text for one, text in reversed(texts)}  # one of the path before one of the body
        whole = ["--body", "[]" if "json" in operation.body else "x"] if operation.needs_body else []
        called = request(
            service,
            [
                "call",
                title,
                *(f"--param={name}={text}" for name, text in by_name.items()),
                *whole,
            ],
        )
        answer: tuple[str, str] | str = "no method is a command"
        if title in known:
            words, offer = known[title]
            answer = request(service, [*words, *as_flags(operation, offer, texts), *whole])
        reached, by_call = is_right(answer, operation), is_right(called, operation)
        said = "" if reached and by_call else f"{title}: {answer if not reached else called}"
        yield title, reached, by_call, said


def as_flags(operation: Operation, offer: Offer, texts: list[tuple[Parameter, str]]) -> list[str]:
    """Return required arguments as the command line takes them."""
    given = {(one.place, one.name): text for one, text in texts}
    places: list[str] = []
    named: list[str] = []
    for flag in flags_for(operation, offer):
        text = given.get((flag.parameter.place, flag.parameter.name))
        if text is None or flag.member is not None:
            continue
        if flag.positional:
            places.append(text)
        else:
            named += [flag.name] if flag.parameter.kind == "boolean" else [flag.name, text]
    return [*places, *named]


def main() -> int:
    """Print the counts and the unreached operations as JSON."""
    package, contract = map(Path, sys.argv[1:3])
    service = service_of(package, documents.load(contract).content)
    rows = list(tried(service))
    print(
        json.dumps(
            {
                "operations": len(rows),
                "commands": sum(one[1] for one in rows),
                "call": sum(one[2] for one in rows),
                "faults": [one[3] for one in rows if one[3]],
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
