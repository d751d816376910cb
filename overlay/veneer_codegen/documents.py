"""Read an OpenAPI document from a file, a URL or a server, with external references bundled."""

from __future__ import annotations

import copy
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import yaml

from veneer_codegen import bounds
from veneer_codegen.contract import anchors, pointers
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

EXTERNAL: Final = "x-external"
"""The key of bundled documents in the root of the document that refers to them."""

_DATA: Final = frozenset({"example", "examples", "default", "enum", "const", "value"})
"""Keywords whose values are data: a `$ref` in them is not a reference."""

_SERVED_AT: Final = (
    "openapi.json", "openapi.yaml", "openapi.yml", "doc", "api/openapi.json", "v3/api-docs",
    "swagger/v1/swagger.json",
)  # fmt: skip
_LONGEST_FETCH: Final = 120.0
"""The time limit of one document in seconds. Every wait within it is bounded too."""


class _Loader(yaml.SafeLoader if not hasattr(yaml, "CSafeLoader") else yaml.CSafeLoader):  # type: ignore[misc]  # either base
    """YAML 1.2's JSON schema, as OpenAPI requires: `no`, `2026-01-01` and keys are strings."""

    yaml_implicit_resolvers: Final[dict[str, Any]] = {}

    def flatten_mapping(self, node: Any) -> None:
        """Put the entries of a merge key (`<<`) before a mapping's own keys, which override them."""
        if getattr(node, "is_flat", False):
            return
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise ContractError(
                        f"the key {key.value!r} is twice in one mapping", place=f"line {line}"
                    )
                seen.add(key.value)
        super().flatten_mapping(node)
        node.is_flat = True


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
    try:
        return int(text, 16) if text.startswith("0x") else bounds.integer(text)
    except ContractError as error:
        raise ContractError(error.reason, place=f"line {node.start_mark.line + 1}") from error


def _construct_mapping(loader: Any, node: Any) -> dict[str, Any]:
    loader.flatten_mapping(node)
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = (
            key_node.value
            if isinstance(key_node, yaml.ScalarNode)
            else str(loader.construct_object(key_node, deep=True))
        )
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


@dataclass(frozen=True)
class Document:
    """A contract as plain JSON values, its source, and every file that it was read from."""

    content: dict[str, Any]
    source: str
    files: tuple[Path, ...] = ()
    alone: bool = True
    """Whether no reference names a file, not even the contract's own."""


def load(source: str | Path, allow: Iterable[str] = ()) -> Document:
    """Return a contract with the documents that it refers to bundled in.

    `source` is a path, the URL of a document, or the base URL of a server that publishes one at a
    usual place (`/openapi.json`). References stay within the contract's folder. `allow` names
    files, folders and URLs outside that they may use, relative to that folder. Raises
    ContractError, with line or JSON pointer, for anything that cannot be read or is not OpenAPI 3.
    """
    text, base = _read(str(source))
    content = parse(text, base)
    check_kind(content, base)
    bundled, files, alone = _bundle(content, base, tuple(allow))
    _inline(bundled, base)
    return Document(bundled, str(source), files, alone)


def load_plain(path: Path) -> Any:
    """Return any JSON or YAML file as plain values. Raises ContractError."""
    data, source = _read(str(path))
    return parse(data, source)


def parse(data: bytes, source: str = "") -> Any:
    """Return JSON or YAML bytes as plain JSON values. Raises ContractError with the line."""
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        raise ContractError(
            f"not text: {error.reason}", source=source, place=f"byte {error.start}"
        ) from error
    try:
        content = _json(text, source) if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")) else ...
        content = _yaml(text) if content is ... else content
        bounds.check_values(content)
    except ContractError as error:
        raise error.within(source) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1} column {mark.column + 1}" if mark else ""
        raise ContractError(
            f"not YAML: {error.problem or error.context}", source=source, place=place
        ) from error
    except yaml.YAMLError as error:
        raise ContractError(f"not YAML: {' '.join(str(error).split())}", source=source) from error
    except RecursionError:
        raise bounds.too_deep(bounds.deep_line(text)).within(source) from None
    except (TypeError, ValueError) as error:
        raise ContractError(f"holds what JSON cannot: {error}", source=source) from error
    return content


def _json(text: str, source: str) -> Any:
    """Return the value of a JSON text; the ellipsis for YAML."""
    text = text.lstrip("\ufeff")
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        if Path(urlsplit(source).path).suffix == ".json":
            raise ContractError(
                f"not JSON: {error.msg}", source=source, place=f"line {error.lineno} column {error.colno}"
            ) from error
        return ...
    except ValueError as error:  # an integer of more digits than Python reads
        found = re.search(r"\d{4000,}", text)
        line = f"line {text.count(chr(10), 0, found.start()) + 1}" if found else ""
        digits = f"an integer of {len(found[0]):,} digits" if found else str(error)
        raise ContractError(digits, place=line) from None


def _yaml(text: str) -> Any:
    """Return the value of a YAML text, with copies in place of aliases."""
    if bounds.may_be_deep(text):
        _check_events(text)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        bounds.check_nodes(node)
        # A round trip copies shared anchors, and refuses values that JSON cannot hold.
        return json.loads(json.dumps(loader.construct_document(node)))
    finally:
        loader.dispose()


def _check_events(text: str) -> None:
    """Raise ContractError for a text that is nested too deeply, before it is composed."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > bounds.DEEPEST:
                place = f"line {event.start_mark.line + 1}" if event.start_mark else ""
                raise ContractError(bounds.too_deep().reason, place=place)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ContractError(f"the key {twice!r} is twice in one object")
    return mapping


def check_kind(content: Any, source: str) -> None:
    """Raise ContractError if a document is not OpenAPI 3.x."""
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
    """Return the bytes of a file or URL, and the base address of relative references."""
    if _is_url(source):
        return _fetch(source)
    path = Path(source.removeprefix("file://"))
    return bounds.read_file(path), os.path.normpath(path)


def _is_url(address: str) -> bool:
    return re.match(r"https?://", address) is not None


def _fetch(url: str) -> tuple[bytes, str]:
    """Return a document over HTTP.

    For a bare server address, and for an address that returns a web page, the usual places are
    tried.
    """
    usual = [urljoin(url, f"/{name}") for name in _SERVED_AT]
    bare = urlsplit(url).path in {"", "/"}
    waiting = list(dict.fromkeys(usual if bare else [url]))
    tried: list[str] = []
    while waiting:
        address = waiting.pop(0)
        status, kind, body, final = _get(address)
        success = 200 <= status < 300
        page = success and (kind == "text/html" or body.lstrip()[:1] == b"<")
        if success and not page and (not bare or re.search(rb"[\"']?(openapi|swagger)[\"']?\s*:", body)):
            return body, final
        what = "a web page" if page else "no OpenAPI document" if success else f"answered {status}"
        tried.append(f"{what} at {address}")
        if page and not bare and address == url:
            waiting = [place for place in usual if place != url]
            bare = True
    raise ContractError(f"has no OpenAPI document: {', '.join(tried)}", source=url)


def _get(url: str, permit: Callable[[str], None] = lambda _: None) -> tuple[int, str, bytes, str]:
    """Return status, media type, body and final address of one GET.

    Every redirect is checked first.
    """
    import httpx

    ends = time.monotonic() + _LONGEST_FETCH
    for _ in range(10):
        permit(url)
        try:
            with httpx.stream("GET", url, follow_redirects=False, timeout=30) as response:
                if response.has_redirect_location:
                    url = urljoin(url, response.headers["location"])
                    continue
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > bounds.LARGEST:
                        raise ContractError(bounds.too_large(), source=url)
                    if time.monotonic() > ends:
                        raise ContractError(f"not sent within {_LONGEST_FETCH:.0f} seconds", source=url)
                kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                return response.status_code, kind, bytes(body), url
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ContractError(f"cannot be fetched: {error}", source=url) from error
    raise ContractError("redirects more than 10 times", source=url)


def _bundle(
    content: dict[str, Any], base: str, allow: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[Path, ...], bool]:
    """Copy referenced documents into the root, and point every `$ref` there."""
    numbers = {base: ""}
    loaded = {base: content}
    labels: set[str] = set()
    anchors.localise(content, base)
    queue = [base]
    alone = True
    while queue:
        address = queue.pop(0)
        for reference, place, holder, key in _references(loaded[address]):
            target, fragment = urldefrag(reference)
            alone &= not target
            try:
                absolute = _absolute(address, target) if target else address
                if absolute not in loaded:
                    loaded[absolute] = parse(_read_part(absolute, base, allow), absolute)
                    label = _label(absolute, labels)
                    labels.add(label)
                    numbers[absolute] = f"/{EXTERNAL}/{label}"
                    anchors.localise(loaded[absolute], absolute)
                    queue.append(absolute)
            except ContractError as error:
                raise ContractError(f"refers to {error}", source=address, place=place) from error
            if target or absolute != base:
                fragment = anchors.pointer_of(loaded[absolute], fragment)
                holder[key] = f"#{numbers[absolute]}{fragment}"
    for address, pointer in numbers.items():
        if pointer:
            content.setdefault(EXTERNAL, {})[pointers.split(pointer)[1]] = loaded[address]
    files = tuple(Path(address) for address in loaded if not _is_url(address))
    return content, files, alone


def _read_part(address: str, base: str, allow: tuple[str, ...]) -> bytes:
    """Return a document that a contract refers to, if it is permitted."""
    if not _is_url(address):
        _permit_file(address, base, allow)
        return bounds.read_file(Path(address))
    status, _, body, final = _get(address, lambda url: _permit_url(url, base, allow))
    if not 200 <= status < 300:
        raise ContractError(f"answered {status}", source=final)
    return body


_NAME_IT: Final = "name it with `--allow-ref`, or under `refs` in contracts.toml"
_OUTSIDE: Final = f"outside the contract's folder: {_NAME_IT}"


def _permit_file(path: str, base: str, allow: tuple[str, ...]) -> None:
    """Raise ContractError for a file outside the contract's folder, also through a link."""
    if _is_url(base):
        raise ContractError("a local file, named by a contract from the network", source=path)
    folder = Path(base).parent
    allowed = [folder, *(folder / name for name in allow if not _is_url(name))]
    try:
        real = Path(path).resolve()
        fits = any(real.is_relative_to(one.resolve()) for one in allowed)
    except (OSError, RuntimeError, ValueError) as error:
        raise ContractError(f"cannot be read: {error}", source=ascii(path)[1:-1]) from error
    if not fits:
        raise ContractError(_OUTSIDE, source=path)


def _permit_url(url: str, base: str, allow: tuple[str, ...]) -> None:
    """Raise ContractError for an address outside a URL contract's folder, and for any of a file's."""
    if not _is_url(url):
        raise ContractError(_OUTSIDE, source=url)
    allowed = [name for name in allow if _is_url(name)]
    if _is_url(base):
        allowed.append(urljoin(base, "."))
    if not any(url == name or url.startswith(f"{name.rstrip('/')}/") for name in allowed):
        near = f"download it beside the contract, or {_NAME_IT}"
        raise ContractError(_OUTSIDE if _is_url(base) else near, source=url)


def _references(document: Any) -> list[tuple[str, str, dict[str, Any], str]]:
    """Yield every reference with its place, the object that holds it and its key there.

    Examples, defaults and enums are data. A discriminator's mapping also refers to schemas by name.
    """
    found: list[tuple[str, str, dict[str, Any], str]] = []
    for node, place, _ in anchors.nodes(document):
        if isinstance(node.get("$ref"), str):
            found.append((node["$ref"], pointers.join(place, "$ref"), node, "$ref"))
        discriminator = node.get("discriminator")
        if not isinstance(discriminator, dict) or not isinstance(discriminator.get("propertyName"), str):
            continue
        where = pointers.join(place, "discriminator")
        targets = [("defaultMapping", discriminator, where)]
        if isinstance(mapping := discriminator.get("mapping"), dict):
            targets += [(value, mapping, pointers.join(where, "mapping")) for value in mapping]
        for key, holder, at in targets:
            if reference := _mapped(document, holder.get(key)):
                found.append((reference, pointers.join(at, key), holder, key))
    return found


def _mapped(document: Any, target: Any) -> str:
    """Return the reference of a discriminator's mapping; empty for a name that may be elsewhere."""
    if not isinstance(target, str):
        return ""
    components = document.get("components") if isinstance(document, dict) else None
    schemas = components.get("schemas") if isinstance(components, dict) else None
    if isinstance(schemas, dict) and target in schemas:
        return pointers.join("#/components/schemas", target)
    return target if re.search(r"#|\.(json|ya?ml)$", target) else ""


def _inline(content: dict[str, Any], source: str) -> None:
    """Replace references to operations and media types, which 3.2 and some tools allow, inline.

    A path that is a reference and has more keys keeps both. Raises ContractError for a media type
    that does not exist.
    """
    places = (("paths",), ("webhooks",), ("components", "pathItems"))
    for items in (_objects(content, *keys) for keys in places):
        for name, item in items.items():
            resolved = _resolved(content, item)
            if resolved is not item and item.keys() - {"$ref", "summary", "description"}:
                items[name] = resolved = {**copy.deepcopy(resolved), **_beside(item)}
            for holder in (_objects(resolved), _objects(resolved, "additionalOperations")):
                for method in holder.keys() - {"$ref", "parameters", "servers"}:
                    operation = holder[method]
                    if (found := _resolved(content, operation)) is not operation:
                        holder[method] = {**copy.deepcopy(found), **_beside(operation)}
    for node, place, _ in anchors.nodes(content):
        kinds = _objects(node, "content")
        for kind, media in kinds.items() if "/" in "".join(kinds) else ():
            if not isinstance(media, dict) or not isinstance(media.get("$ref"), str):
                continue
            found = _resolved(content, media)
            if found is media:
                at = pointers.join(place, "content", kind, "$ref")
                raise ContractError(f"{media['$ref']} leads nowhere", source=source, place=at)
            kinds[kind] = {**copy.deepcopy(found), **_beside(media)}


def _objects(content: Any, *keys: str) -> dict[str, Any]:
    """Return the object at some keys of a contract, else an empty object."""
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def _resolved(content: dict[str, Any], node: Any) -> Any:
    """Return the target of a reference; anything else, and a broken reference, unchanged."""
    try:
        found = pointers.deref(content, node)
    except KeyError:
        return node
    return found if isinstance(found, dict) else node


def _beside(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "$ref"}


def _absolute(address: str, target: str) -> str:
    """Return the path or URL of a reference in a document."""
    scheme = urlsplit(target).scheme.lower()
    if scheme == "file":
        return os.path.normpath(unquote(urlsplit(target).path) or "/")
    if len(scheme) > 1 and scheme not in {"http", "https"}:
        raise ContractError("neither a file nor an address of HTTP", source=target)
    if _is_url(address) or _is_url(target):
        return urljoin(address, target)
    return os.path.normpath(Path(address).parent / unquote(target))


def _label(address: str, taken: set[str]) -> str:
    """Return a unique name of a bundled document, made of its file's name."""
    stem = re.sub(r"\W+", "_", Path(urlsplit(address).path).stem) or "document"
    label, number = stem, 2
    while label in taken:
        label, number = f"{stem}_{number}", number + 1
    return label
