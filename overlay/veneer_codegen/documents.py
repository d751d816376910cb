"""Read an OpenAPI document: JSON or YAML, from a file, a URL or a running server, with its external references bundled in."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import yaml

from veneer_codegen import pointers
from veneer_codegen.errors import ContractError

EXTERNAL: Final = "x-external"
"""Where bundled documents stand in the root of the one that refers to them."""

_DATA: Final = frozenset({"example", "examples", "default", "enum", "const", "value"})
"""Keywords whose values are data: a `$ref` in them is no reference."""

_SERVED_AT: Final = ("openapi.json", "openapi.yaml", "openapi.yml", "api/openapi.json", "v3/api-docs")


class _Loader(yaml.SafeLoader if not hasattr(yaml, "CSafeLoader") else yaml.CSafeLoader):  # type: ignore[misc]  # either base
    """YAML 1.2's JSON-compatible core, as OpenAPI asks for: `no` is a string, `2026-01-01` too, keys are strings."""

    yaml_implicit_resolvers: Final[dict[str, Any]] = {}


# https://yaml.org/spec/1.2.2/#1032-tag-resolution
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


def _construct_int(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node)
    return int(text, 16) if text.startswith("0x") else int(text)


def _construct_mapping(loader: Any, node: Any) -> dict[str, Any]:
    loader.flatten_mapping(node)
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = (
            key_node.value
            if isinstance(key_node, yaml.ScalarNode)
            else str(loader.construct_object(key_node, deep=True))
        )
        if key in mapping:
            raise ContractError(
                f"the key {key!r} stands twice in one mapping", place=f"line {key_node.start_mark.line + 1}"
            )
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


@dataclass(frozen=True)
class Document:
    """A contract as plain JSON values, where it came from, and every file that it was read from."""

    content: dict[str, Any]
    source: str
    files: tuple[Path, ...] = ()


def load(source: str | Path) -> Document:
    """Read a contract and bundle what it refers to.

    `source` is a path, a URL of a document, or the base URL of a server that publishes one at a usual place
    (`/openapi.json`). Raises ContractError, naming line or JSON pointer, for what cannot be read or is no OpenAPI 3.
    """
    text, base = _read(str(source))
    content = parse(text, base)
    check_kind(content, base)
    bundled, files = _bundle(content, base)
    return Document(bundled, str(source), files)


def load_plain(path: Path) -> Any:
    """Read any JSON or YAML file as plain values. Raises ContractError."""
    data, source = _read(str(path))
    return parse(data, source)


def parse(data: bytes, source: str = "") -> Any:
    """Turn JSON or YAML bytes into plain JSON values: string keys, no dates. Raises ContractError with the line."""
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        raise ContractError(
            f"not text: {error.reason}", source=source, place=f"byte {error.start}"
        ) from error
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        try:
            return json.loads(text.lstrip("\ufeff"), object_pairs_hook=_unique)
        except json.JSONDecodeError as error:
            if Path(urlsplit(source).path).suffix == ".json":
                raise ContractError(
                    f"not JSON: {error.msg}", source=source, place=f"line {error.lineno} column {error.colno}"
                ) from error
        except ContractError as error:
            raise error.within(source) from error
    try:
        # A round trip gives shared anchors their own copies, and refuses what JSON cannot hold.
        return json.loads(json.dumps(yaml.load(text, Loader=_Loader)))  # noqa: S506  # a safe loader, narrowed
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1} column {mark.column + 1}" if mark else ""
        raise ContractError(
            f"not YAML: {error.problem or error.context}", source=source, place=place
        ) from error
    except yaml.YAMLError as error:
        raise ContractError(f"not YAML: {error}", source=source) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise ContractError(f"holds what JSON cannot: {error}", source=source) from error
    except ContractError as error:
        raise error.within(source) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ContractError(f"the key {twice!r} stands twice in one object")
    return mapping


def check_kind(content: Any, source: str) -> None:
    """Refuse what is not an OpenAPI 3.x document. Raises ContractError."""
    if not isinstance(content, dict):
        raise ContractError("not an OpenAPI document: the root is not an object", source=source)
    if "swagger" in content:
        raise ContractError(
            f"Swagger {content['swagger']} is not supported: convert it to OpenAPI 3 first, for example with "
            "`npx swagger2openapi` or https://converter.swagger.io",
            source=source,
            place="#/swagger",
        )
    version = content.get("openapi")
    if not isinstance(version, str) or not re.match(r"3\.[012](\.|$)", version):
        found = "has no `openapi` version" if version is None else f"says openapi: {version!r}"
        raise ContractError(
            f"the document {found}; 3.0, 3.1 and 3.2 are supported", source=source, place="#/openapi"
        )


def _read(source: str) -> tuple[bytes, str]:
    """Give the bytes of a file or URL and the address that relative references start from."""
    if re.match(r"https?://", source):
        return _fetch(source)
    path = Path(source.removeprefix("file://"))
    try:
        return path.read_bytes(), os.path.normpath(path)
    except OSError as error:
        raise ContractError(f"cannot be read: {error.strerror or error}", source=source) from error


def _fetch(url: str) -> tuple[bytes, str]:
    """Get a document over HTTP; below a bare server address, look at the usual places."""
    import httpx

    bare = urlsplit(url).path in {"", "/"}
    tried = [urljoin(url, name) for name in _SERVED_AT] if bare else [url]
    failure = ""
    for address in tried:
        try:
            response = httpx.get(address, follow_redirects=True, timeout=30)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ContractError(f"cannot be fetched: {error}", source=address) from error
        if response.is_success:
            return response.content, str(response.url)
        failure = f"answered {response.status_code}"
    raise ContractError(f"{failure} at {', '.join(tried)}", source=url)


def _bundle(content: dict[str, Any], base: str) -> tuple[dict[str, Any], tuple[Path, ...]]:
    """Bring referenced documents into the root and point every `$ref` there.

    A contract in a file may refer to files only: what is generated must not depend on the network.
    """
    numbers = {base: ""}
    loaded = {base: content}
    queue = [base]
    while queue:
        address = queue.pop(0)
        for reference, place, holder in _references(loaded[address]):
            target, fragment = urldefrag(reference)
            absolute = _absolute(address, target) if target else address
            if absolute not in loaded:
                if not re.match(r"https?://", base) and re.match(r"https?://", absolute):
                    raise ContractError(
                        f"refers to {absolute}: download it beside the contract, or patch the reference",
                        source=address,
                        place=place,
                    )
                try:
                    loaded[absolute] = parse(_read(absolute)[0], absolute)
                except ContractError as error:
                    raise ContractError(f"refers to {error}", source=address, place=place) from error
                numbers[absolute] = f"/{EXTERNAL}/{_label(absolute, set(numbers.values()))}"
                queue.append(absolute)
            if target or absolute != base:
                holder["$ref"] = f"#{numbers[absolute]}{fragment}"
    for address, pointer in numbers.items():
        if pointer:
            content.setdefault(EXTERNAL, {})[pointers.split(pointer)[1]] = loaded[address]
    files = tuple(Path(address) for address in loaded if not re.match(r"https?://", address))
    return content, files


def _references(node: Any, place: str = "#") -> list[tuple[str, str, dict[str, Any]]]:
    """List every `$ref` with its place and the object that holds it; examples, defaults and enums are data, not references."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    stack = [(node, place)]
    while stack:
        current, where = stack.pop()
        if isinstance(current, dict):
            if isinstance(current.get("$ref"), str):
                found.append((current["$ref"], pointers.join(where, "$ref"), current))
            named = where.endswith(("/properties", "/patternProperties", "/schemas", "/$defs"))
            stack += [
                (value, pointers.join(where, key))
                for key, value in current.items()
                if named or not (key in _DATA or key.startswith("x-"))
            ]
        elif isinstance(current, list):
            stack += [(value, pointers.join(where, index)) for index, value in enumerate(current)]
    return found


def _absolute(address: str, target: str) -> str:
    if re.match(r"https?://", address) or re.match(r"https?://", target):
        return urljoin(address, target)
    return os.path.normpath(Path(address).parent / unquote(target))


def _label(address: str, taken: set[str]) -> str:
    """Name a bundled document after its file, made unique."""
    stem = re.sub(r"\W+", "_", Path(urlsplit(address).path).stem) or "document"
    label, number = stem, 2
    while f"/{EXTERNAL}/{label}" in taken:
        label, number = f"{stem}_{number}", number + 1
    return label
