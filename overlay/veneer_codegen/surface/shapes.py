"""Read generated modules by their shape: a large contract has thousands, which take long to parse.

Each function returns nothing for a module of another shape. Then its whole source is parsed.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "EndpointShape",
    "ModelShape",
    "endpoint",
    "is_generated",
    "is_plain",
    "listed",
    "model",
    "values",
    "without_bodies",
]

_GENERATED: Final = "# Written by scripts/regenerate.py from "
_IMPORT: Final = re.compile(r"^from \.(\w+) import (?:\(\n    )?(\w+) as \w+,?$", re.MULTILINE)
_CLASS: Final = re.compile(r"\n@_attrs_define\(repr=False\)\nclass (\w+)\((.+)\):\n")
_MEMBER: Final = re.compile(
    r'(?:\n|    """(?:[^"\\]|\\[\s\S]|"(?!""))*"""\n)*    (\w+): (.*(?:\n(?:     |    [\])}]).*)*)\n'
)
_METHOD: Final = re.compile(r"^    def (\w+)", re.MULTILINE)
_PLAIN: Final = re.compile(r"(?:[A-Za-z_][\w.]*+|[\[\]]|, | \| )++(?: = [A-Za-z_][\w.]*)?")
_VALUES: Final = re.compile(
    r"^(\w+): TypeAlias = \(?\s*Literal(\[[^\[\]]*\])\s*\| (str|int)\s*\)?$", re.MULTILINE
)
# The decorators and the signature, in one line or, wrapped by the formatter, in several.
_BODY: Final = {
    "models": re.compile(r"^(?:    @.*\n)*    def (?:.*:|.*\((?:\n        .*)*\n    \).*:)\n", re.MULTILINE),
    "api": re.compile(r"^def (?:.*:|.*\((?:\n    .*)*\n\) -> (?:.*:|\((?:\n    .*)*\n\):))\n", re.MULTILINE),
}


_ENDPOINT: Final = re.compile(
    r"_OPERATION: Final\[dict\[str, Any\]\] = (\{.*(?:\n    .*)*(?:\n\})?)\n\n\n"
    r"def _get_kwargs\((?:\n((?:    .*,\n)+))?\) -> dict\[str, Any\]:\n"
)
_PARSED: Final = re.compile(
    r"^def _parse_response\(\*, client: Any, response: httpx\.Response\) -> (.*):$", re.MULTILINE
)


class ModelShape(NamedTuple):
    """A model: the bases of its class, and the source of each field after its name."""

    base: str
    fields: dict[str, str]


class EndpointShape(NamedTuple):
    """An endpoint: its parameters with `*`, the type of its result, and the contract's facts as source."""

    parameters: list[str]
    result: str
    facts: str


def is_generated(text: str) -> bool:
    """Return whether the generator wrote a module."""
    return text.startswith(_GENERATED)


def listed(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names that the stub of a package of models imports, with their modules."""
    found = _IMPORT.findall(text)
    if is_generated(text) and len(found) == text.count("\nfrom "):
        yield from ((name, module) for module, name in found)


def model(text: str, name: str) -> ModelShape | None:
    """Return the shape of the module of a model."""
    head = _CLASS.search(text)
    if head is None or head[1] != name:
        return None
    fields: dict[str, str] = {}
    at = head.end()
    while (found := _MEMBER.match(text, at)) and found[1] != "_NAMES":
        fields[found[1]] = found[2]
        at = found.end()
    return (
        ModelShape(head[2], fields) if found and fields.keys().isdisjoint(_METHOD.findall(text, at)) else None
    )


def endpoint(text: str) -> EndpointShape | None:
    """Return the shape of the module of an endpoint."""
    if not is_generated(text) or text.count("\n_OPERATION: ") != 1 or text.count("\ndef _get_kwargs(") != 1:
        return None
    head = _ENDPOINT.match(text, text.index("\n_OPERATION: ") + 1)
    parsed = _PARSED.findall(text, head.end()) if head else []
    if head is None or len(parsed) != 1 or not is_plain(parsed[0]):
        return None
    parameters = [line[4:-1] for line in (head[2] or "").splitlines()]
    for one in parameters:
        name, colon, declared = one.partition(": ")
        if one != "*" and not (colon and name.isidentifier() and is_plain(declared)):
            return None
    return EndpointShape(parameters, parsed[0], head[1])


def is_plain(declaration: str) -> bool:
    """Return whether a declaration's source is already what the surface says of it."""
    return _PLAIN.fullmatch(declaration) is not None and "ClassVar" not in declaration


def values(text: str, name: str) -> str:
    """Return the values of the module of an enum as source; "" for any other module."""
    found = _VALUES.search(text)
    if found is None or found[1] != name:
        return ""
    return f"Literal[{', '.join(map(repr, ast.literal_eval(found[2])))}] | {found[3]}"


def without_bodies(text: str, kind: str) -> str:
    """Return a generated module of `models` or `api` without the bodies of its functions: most of it.

    Of an endpoint, what is ahead of its first constant is left out too. It is no Python if a docstring holds something like a function: then the whole must be read.
    """
    pattern, indent = _BODY[kind], "        " if kind == "models" else "    "
    if kind == "api" and (start := text.find("\n_OPERATION: ")) >= 0:
        text = f"from __future__ import annotations\n{text[start:]}"
    first = pattern.search(text)
    found = pattern.findall(text, first.start()) if first else ()
    return text[: first.start()] + "".join(f"{one}{indent}...\n" for one in found) if first else text
