"""Serialize request values by a contract's `style`, `explode`, `allowReserved` and `encoding`.

The rules are those of OpenAPI 3.2 ("Style Values", "Encoding Object") and RFC 6570, which it
refers to. What neither defines (such as an object inside an object) is written as JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from veneer._core.errors import ConfigurationError
from veneer._core.texts import as_json, text
from veneer._core.urls import Encoded

__all__ = ["Encoded", "as_json", "cookie", "form", "header", "parts", "path", "query", "whole_query"]

Encoding = Mapping[str, Any]
"""How a member of a form is written: `style`, `explode`, `reserved` and `arrays` as in `query`, or
`media`, its content type.
"""

_SEPARATORS: Final = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_TRIPLET: Final = re.compile(r"(%[0-9A-Fa-f]{2})")
# RFC 3986 §2.2, without what would end a value or its component.
_RESERVED_IN_QUERY: Final = ":/?@!$'()*,;="
_RESERVED_IN_PATH: Final = ":@!$&'()*+,;="


def _leaf(value: Any, name: str) -> str:
    value = value.to_dict() if hasattr(value, "to_dict") else value
    return as_json(value, name) if isinstance(value, (Mapping, list, tuple)) else text(value, name)


def _encoder(name: str, reserved: str) -> Callable[[Any], str]:
    """Return a percent-encoder; with `reserved`, those characters and encoded triplets are kept."""

    def encode(value: Any) -> str:
        plain = _leaf(value, name)
        if not reserved:
            return quote(plain, safe="")
        return "".join(
            part if _TRIPLET.fullmatch(part) else quote(part, safe=reserved) for part in _TRIPLET.split(plain)
        )

    return encode


def _members(value: Mapping[str, Any]) -> Iterable[tuple[Any, Any]]:
    return ((key, one) for key, one in value.items() if one is not None)


def _written(value: Any, write: Callable[[Any], str], *, explode: bool) -> list[str]:
    """Return the parts of a value: its items, `key` and `value`, or `key=value` if `explode`."""
    value = value.to_dict() if hasattr(value, "to_dict") else value
    if isinstance(value, Mapping):
        pairs = [(write(key), write(one)) for key, one in _members(value)]
        return (
            [f"{key}={one}" for key, one in pairs] if explode else [part for pair in pairs for part in pair]
        )
    if isinstance(value, (list, tuple)):
        return [write(one) for one in value if one is not None]
    return [write(value)]


def path(
    name: str, value: Any, style: str = "simple", *, explode: bool = False, reserved: bool = False
) -> str:
    """Return the text of a path parameter: its value with the prefix of its style.

    >>> path("color", ["blue", "black"], "matrix", explode=True)
    ';color=blue;color=black'
    """
    write = _encoder(name, _RESERVED_IN_PATH if reserved else "")
    parts = _written(value, write, explode=explode)
    if style == "label":
        return "".join(f".{part}" for part in parts) if explode else f".{','.join(parts)}" if parts else ""
    if style == "matrix":
        key = quote(name, safe="")
        if explode and isinstance(value, Mapping):
            return "".join(f";{part}" for part in parts)
        grouped = parts if explode else [",".join(parts)] if parts else []
        return "".join(f";{key}={part}" if part else f";{key}" for part in grouped)
    return ",".join(parts)


def query(
    name: str,
    value: Any,
    style: str = "form",
    *,
    explode: bool | None = None,
    reserved: bool = False,
    arrays: str = "",
) -> dict[str, Any]:
    """Return the query parameters of a value: none for None or an empty list.

    `arrays` selects how a list in `deepObject` is written, which OpenAPI leaves open: "brackets" is
    `name[]=`, "indices" is `name[0]=`, and by default a list of scalars repeats its name. An
    object in a list always has its index.

    >>> query("color", {"R": 100, "G": 200}, "deepObject")
    {'color[R]': '100', 'color[G]': '200'}
    """
    return _expanded(
        name, value, style, explode, arrays, _encoder(name, _RESERVED_IN_QUERY if reserved else ""), reserved
    )


def _expanded(
    name: str,
    value: Any,
    style: str,
    explode: bool | None,
    arrays: str,
    encode: Callable[[Any], str],
    reserved: bool = False,
) -> dict[str, Any]:
    value = value.to_dict() if hasattr(value, "to_dict") else value
    if value is None:
        return {}

    def single(one: Any) -> str:
        return Encoded(encode(one)) if reserved else _leaf(one, name)

    if style == "deepObject":
        found: dict[str, Any] = {}
        for key, one in _deep(name, value, arrays):
            found.setdefault(key, []).append(single(one))
        return {key: ones[0] if len(ones) == 1 else ones for key, ones in found.items()}
    if not isinstance(value, (Mapping, list, tuple)):
        return {name: single(value)}
    if style == "form" and explode is not False:
        if isinstance(value, Mapping):
            return {
                text(key, name): list(map(single, one)) if isinstance(one, (list, tuple)) else single(one)
                for key, one in _members(value)
            }
        return {name: [single(one) for one in value if one is not None]}
    parts = _written(value, encode, explode=False)
    return {name: Encoded(_SEPARATORS.get(style, ",").join(parts))} if parts else {}


def _deep(name: str, value: Any, arrays: str) -> Iterable[tuple[str, Any]]:
    """Yield the names and scalar values of an object in `deepObject`."""
    value = value.to_dict() if hasattr(value, "to_dict") else value
    if isinstance(value, Mapping):
        for key, one in _members(value):
            yield from _deep(f"{name}[{text(key, name)}]", one, arrays)
    elif isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            nested = isinstance(one, (Mapping, list, tuple)) or hasattr(one, "to_dict")
            if nested or arrays == "indices":
                yield from _deep(f"{name}[{index}]", one, arrays)
            elif one is not None:
                yield f"{name}[]" if arrays == "brackets" else name, one
    else:
        yield name, value


def whole_query(name: str, value: Any) -> dict[str, str]:
    """Return a query that is a single JSON text (OpenAPI 3.2, `in: querystring`)."""
    return {"": Encoded(quote(as_json(value, name), safe=""))}


def header(name: str, value: Any, *, explode: bool = False) -> str:
    """Return a header's value, not percent-encoded: `blue,black`, `R,100,G,200`, `R=100,G=200`."""
    return ",".join(_written(value, lambda one: _leaf(one, name), explode=explode))


def cookie(name: str, value: Any, style: str = "form", *, explode: bool | None = None) -> dict[str, str]:
    """Return the cookies of a value. Values are not percent-encoded.

    `form` joins exploded parts with `&` in one cookie (RFC 6570); `cookie` (OpenAPI 3.2)
    makes several cookies.
    """
    value = value.to_dict() if hasattr(value, "to_dict") else value
    if value is None:
        return {}

    def write(one: Any) -> str:
        return _leaf(one, name)

    if explode is False or not isinstance(value, (Mapping, list, tuple)):
        parts = _written(value, write, explode=False)
        return {name: ",".join(parts)} if parts else {}
    if isinstance(value, Mapping):
        pairs = [(text(key, name), write(one)) for key, one in _members(value)]
    else:
        pairs = [(name, write(one)) for one in value if one is not None]
    if any(";" in key or ";" in one for key, one in pairs):
        raise ConfigurationError("a cookie's name and value cannot have a semicolon; encode it first")
    if style == "cookie" and isinstance(value, Mapping):
        return dict(pairs)
    joined = ("; " if style == "cookie" else "&").join(f"{key}={one}" for key, one in pairs)
    first, _, rest = joined.partition("=")
    return {first: Encoded(rest)} if joined else {}


def form(body: Mapping[str, Any], encoding: Mapping[str, Encoding] | None = None) -> dict[str, Any]:
    """Return the fields of a form (`application/x-www-form-urlencoded`).

    Fields without an `encoding` get OpenAPI's defaults: scalars as text, a list repeats
    its name, an object as JSON.
    """
    fields: dict[str, Any] = {}
    for name, value in body.items():
        how = (encoding or {}).get(name, {})
        if "style" in how:
            fields |= query(name, value, **how)
        elif isinstance(value, (list, tuple)):
            fields[name] = [_leaf(one, name) for one in value if one is not None]
        elif value is not None:
            fields[name] = _leaf(value, name)
    return fields


def parts(body: Mapping[str, Any], encoding: Mapping[str, Encoding] | None = None) -> list[tuple[str, Any]]:
    """Return the parts of a multipart form as httpx takes them; a list becomes parts of one name.

    Objects are JSON, files are kept, all else is text; `encoding` may name another content type.
    """
    found: list[tuple[str, Any]] = []
    for name, value in body.items():
        how = (encoding or {}).get(name, {})
        if "style" in how:
            options = {"explode": None, "arrays": "", **how}
            options.pop("reserved", None)
            fields = _expanded(name, value, encode=partial(_leaf, name=name), **options)
        else:
            fields = {name: value}
        for key, one in fields.items():
            ones = one if isinstance(one, list) else [one]
            found += [(key, _part(each, name, how.get("media"))) for each in ones if each is not None]
    return found


def _part(value: Any, name: str, media: str | None) -> tuple[Any, ...]:
    value = value.to_tuple() if hasattr(value, "to_tuple") else value
    if isinstance(value, tuple):
        return (*value[:2], media, *value[3:]) if media and value[2] is None else value
    value = value.to_dict() if hasattr(value, "to_dict") else value
    if not isinstance(value, (Mapping, list)):
        return None, text(value, name).encode(), media or "text/plain"
    if media and not media.partition(";")[0].endswith("json"):
        raise ConfigurationError(f"{name!r} is sent as {media}: give its text, not a {type(value).__name__}")
    return None, as_json(value, name, spaced=True).encode(), media or "application/json"
