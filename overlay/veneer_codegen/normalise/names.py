"""Names for parts of a contract whose names are missing, duplicate or invalid in Python."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

from openapi_python_client.strings import ClassName, PythonIdentifier

from veneer_codegen.contract.operations import function_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_PREFIX: Final = "field_"
_LONGEST: Final = 100  # characters; a class name becomes a file name, which may have 255 bytes

# Names that generated modules use themselves, or that would have two meanings there.
_RESERVED_CLASSES: Final = frozenset(
    {
        "Any", "BinaryIO", "BytesIO", "CallOptions", "Callable", "File", "FileLike", "FileTypes", "Final", "IO", "Literal",
        "Mapping", "NotRequired", "PageCallOptions", "Retries", "Self", "Sequence", "TYPE_CHECKING", "TypeAlias", "TypeVar", "TypedDict",
        "UNSET", "UUID", "UnknownTag", "Unpack", "Unset", "WebhookEvent",
    }
)  # fmt: skip
_RESERVED_FIELDS: Final = frozenset(
    {"additional_keys", "additional_properties", "from_dict", "to_dict", "to_json", "to_multipart", "types"}
)
_RESERVED_ARGUMENTS: Final = frozenset(
    ["body", "client", "cookies", "headers", "params", "quote", "response", "styles", "url"]
)

_NAMESPACE: Final = re.compile(r"__+|\.|/|::")
_UNINFORMATIVE: Final = frozenset(
    [
        "api",
        "apis",
        "app",
        "apps",
        "contract",
        "contracts",
        "dto",
        "dtos",
        "endpoints",
        "entities",
        "entity",
        "io",
        "lib",
        "main",
        "model",
        "models",
        "openapi",
        "resource",
        "resources",
        "route",
        "router",
        "routers",
        "routes",
        "schema",
        "schemas",
        "server",
        "service",
        "services",
        "src",
        "types",
    ]
)
_VERSION: Final = re.compile(r"v\d+(?:(?:alpha|beta|rc|p)\d*)*")


def class_name(text: str) -> str:
    """Return a class name of any text that the generator leaves unchanged."""
    return _settled(_shorten(_spaced(_folded(text))), lambda name: str(ClassName(name, _PREFIX)))


def _settled(text: str, make: Callable[[str], str]) -> str:
    """Return a name that is stable: the generator makes `field_` of `--`, and `field` of that."""
    name = make(text)
    for _ in range(4):
        again = make(name)
        if again == name:
            break
        name = again
    return name


def _folded(text: str) -> str:
    """Return text as Python normalises identifiers, so that a file of this name is found."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def tells(text: str) -> bool:
    """Return whether a text has a letter or digit, so that it can become a name."""
    return re.search(r"[^\W_]", text) is not None


def _spaced(text: str) -> str:
    """Return text with spaces for punctuation: the generator would join `issues/get`."""
    return re.sub(r"[^\w. -]+", " ", text)


@cache
def identifier(text: str) -> str:
    """Return the snake-case identifier that the generator makes of a text."""
    return str(PythonIdentifier(_shorten(_folded(text)), _PREFIX))


def ascii_identifier(text: str) -> str:
    """Return an identifier of ASCII letters, the only ones that the generator finds in a path."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return identifier(re.sub(r"\W", "_", folded).strip("_") or "segment")


def tag_identifier(tag: str) -> str:
    """Return the package of a tag's operations."""
    return _settled(_shorten(_folded(tag)), lambda name: str(PythonIdentifier(name, "tag")))


def _shorten(text: str) -> str:
    """Return a name that fits into a file name. A digest keeps a shortened one unique."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 9]}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def field_placeholder(name: str, taken: Iterable[str]) -> str:
    """Return a property name whose identifier is neither `taken` nor used by generated models."""
    return _placeholder(name, {*_RESERVED_FIELDS, *taken}, "value")


def argument_placeholder(name: str, location: str, taken: Iterable[str]) -> str:
    """Return a parameter name whose identifier is neither `taken` nor used by endpoint modules."""
    return _placeholder(name, {*_RESERVED_ARGUMENTS, *taken}, location)


_SUFFIXES: Final = {
    "<=": "lte",
    ">=": "gte",
    "<": "lt",
    ">": "gt",
    "!": "not",
    "[]": "list",
    "-": "minus",
    "+": "plus",
    "*": "star",
}


def _placeholder(name: str, taken: set[str], word: str) -> str:
    if identifier(name) not in taken:
        return name
    leading = re.fullmatch(r"([+-])(\w.*)", name)
    if leading and identifier(f"{_SUFFIXES[leading[1]]}_{leading[2]}") not in taken:
        return f"{_SUFFIXES[leading[1]]}_{leading[2]}"
    sign = re.search(r"(<=|>=|<|>|!|\[\]|-|\+|\*)$", name)
    stem = f"{name[: sign.start()]}_{_SUFFIXES[sign[1]]}" if sign else f"{name}_{word}"
    candidate, number = stem, 2
    while identifier(candidate) in taken:
        candidate, number = f"{stem}_{number}", number + 1
    return identifier(candidate)


class ClassNames:
    """The class names of one package, which differ also in lower case and as file names."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, text: str) -> str:
        """Reserve and return a free name like `text`."""
        base = class_name(text)
        base = f"{base}Model" if base in _RESERVED_CLASSES else base
        # attrs treats an annotation with this prefix as a class variable, and makes no attribute of
        # it.
        base = f"Model{base}" if base.startswith("ClassVar") else base
        name, number = base, 2
        while name.lower() in self._taken or identifier(name) in self._taken:
            name, number = class_name(f"{base}{number}"), number + 1
        self._taken |= {name.lower(), identifier(name)}
        return name


def schema_names(keys: Iterable[str], fixed: Mapping[str, str], names: ClassNames) -> dict[str, str]:
    """Return the names of a contract's schemas: `fixed` names, plain keys, then shortened ones.

    `app__api__v2__audit__schemas__Page` becomes `AuditPage`: the last part with the nearest
    meaningful part before it. The name depends on the key alone, so a new schema renames no other.
    Only keys that would still be equal, such as one module in v1 and v2, keep more of their parts.
    """
    keys = list(keys)
    named = {key: names.claim(fixed[key]) for key in keys if key in fixed}
    named |= {key: names.claim(key) for key in keys if key not in named and len(_parts(key)) == 1}
    taken = {name.lower() for name in named.values()}
    for key, short in _short_names([key for key in keys if key not in named], taken).items():
        named[key] = names.claim(short)
    return {key: named[key] for key in keys}


def _parts(key: str) -> list[str]:
    return [part for part in _NAMESPACE.split(key) if part] or [key]


def _short_names(keys: list[str], taken: set[str]) -> dict[str, str]:
    """Return the short name of each namespaced key: its fewest last parts that are unique."""
    found: dict[str, str] = {}
    length = dict.fromkeys(keys, 0)
    while pending := [key for key in keys if key not in found]:
        candidates = {key: _short_name(_parts(key), length[key]) for key in keys}
        lowered = Counter(class_name(candidate).lower() for candidate in candidates.values())
        for key in pending:
            lower = class_name(candidates[key]).lower()
            unique = lowered[lower] == 1 and lower not in taken
            if unique or length[key] >= len(_parts(key)):
                found[key] = candidates[key]
            else:
                length[key] += 1
    return found


def _short_name(parts: list[str], extra: int) -> str:
    """Return the last part, the nearest meaningful part before it, and `extra` more parts."""
    *before, last = parts
    telling = [index for index, part in enumerate(before) if not _uninformative(part)]
    start = telling[-1] if telling else len(before)
    if not extra:
        return "_".join([*before[start : start + 1], last])
    return "_".join([*before[max(0, start - extra + 1) :], last])


def _uninformative(part: str) -> bool:
    return part.lower() in _UNINFORMATIVE or _VERSION.fullmatch(part.lower()) is not None


def operation_name(operation_id: str | None, method: str, path: str) -> str:
    """Return the function name of an operation: its id without FastAPI's path and method."""
    if not operation_id:
        return _settled(f"{method}_{re.sub(r'[{}]', '', path).strip('/').replace('/', '_')}", identifier)
    return _settled(_spaced(function_of(operation_id, method, path)), identifier)
