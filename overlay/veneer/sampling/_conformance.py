"""Compare responses with a contract, and name what does not fit by path and type, never by value.

These are compared: references, `type` (lists and `nullable` too), `enum`, `const`, `required`,
`properties`, `patternProperties`, `additionalProperties`, `items`, `prefixItems`, `allOf`, `anyOf`,
`oneOf`, `discriminator`. Formats, patterns and limits are not: they restrict values, not shapes.
One rule is stricter than JSON Schema's: a member that the contract does not name is a finding if
the contract names members, unless it has `additionalProperties`; JSON Schema would accept it, and
hide the drift.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from veneer._core.violations import SchemaViolation, json_type

__all__ = ["Route", "Routes", "body_violations", "check_answer"]

# Bounds of one comparison: schemas compared, their levels, items of one array, and violations kept.
_STEPS: Final = 20_000
_DEPTH: Final = 64
_ITEMS: Final = 200
_MOST: Final = 100
_REFERENCES: Final = 32
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
# A name made of words may be shown; one with digits or signs may be a key, an address or an id used as a name.
_NAME: Final = re.compile(r"[@$_]?[A-Za-z]+(?:[_-]?[A-Za-z]+)*_?\d?\d?")
_LONGEST_NAME: Final = 40
_MEDIA: Final = re.compile(r"(?:application|audio|font|image|model|multipart|text|video)/[a-z][a-z.+-]{0,60}")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation of a contract: its method and path template, and its responses by status."""

    method: str
    path: str
    responses: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """`GET /items/{id}`."""
        return f"{self.method} {self.path}"


class Routes:
    """The operations of a contract, found by method and path."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        found = [
            (_pattern(path), Route(method.upper(), path, facts.get("responses", {})))
            for path, item in document["paths"].items()
            for method, facts in _resolve(document, item).items()
            if method in _METHODS and isinstance(facts, Mapping)
        ]
        # A word comes before a parameter (OpenAPI 3.1, Path Templating Matching).
        self._routes = sorted(
            found, key=lambda one: [part.startswith("{") for part in one[1].path.split("/")]
        )

    def find(self, method: str, target: str) -> Route | None:
        """Return the operation of a path (relative to the base URL) or of a URL with any base path."""
        absolute = "://" in target
        path = re.sub(r"^[a-z]+://[^/]*", "", target.partition("?")[0].partition("#")[0])
        path = f"/{path.lstrip('/')}"
        for pattern, route in self._routes:
            if route.method == method and (pattern.search(path) if absolute else pattern.fullmatch(path)):
                return route
        return None


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^{}]*\})", f"/{path.lstrip('/')}")
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts) + "$")


def check_answer(
    document: Mapping[str, Any],
    route: Route,
    status: int,
    media: str,
    body: Any,
    *,
    size: int | None,
    enum_values: bool = False,
) -> list[SchemaViolation]:
    """Return each place where a response breaks the contract, with its operation and status.

    `media` is the Content-Type, `size` the body's length in bytes (None: it was not read), `body`
    its JSON, or None. `enum_values` shows a value that an enum does not list, if it is a word or a
    small number.
    """
    found = _answer_violations(document, route, status, media, body, size, enum_values)
    return [one._replace(operation=route.name, status=str(status)) for one in found]


def _answer_violations(
    document: Mapping[str, Any],
    route: Route,
    status: int,
    media: str,
    body: Any,
    size: int | None,
    enum_values: bool,  # passed on
) -> Iterator[SchemaViolation]:
    code = str(status)
    key = next(
        (one for one in (code, f"{code[0]}XX", f"{code[0]}xx", "default") if one in route.responses), None
    )
    if key is None:
        listed = ", ".join(map(str, route.responses)) or "none"
        yield SchemaViolation(
            "status", "", listed, "" if size is None else _shown_media(media) if size else "none"
        )
        return
    content = _resolve(document, route.responses[key]).get("content") or {}
    bodiless = route.method == "HEAD" or status in {204, 304}
    if size is None or bodiless or not (content or size):
        if size is None and content and not bodiless and _media_entry(content, media) is None:
            yield _wrong_media(content, media)
        return
    if not size:
        yield SchemaViolation("body", "", expected=", ".join(content), found="no body")
    elif not content:
        yield SchemaViolation("body", "", expected="no body", found=_shown_media(media))
    elif (entry := _media_entry(content, media)) is None:
        yield _wrong_media(content, media)
    elif _is_json(media):
        schema = _resolve(document, entry).get("schema", True)
        yield from body_violations(document, schema, body, enum_values=enum_values)


def _wrong_media(content: Mapping[str, Any], media: str) -> SchemaViolation:
    return SchemaViolation("media", "", expected=", ".join(content), found=_shown_media(media))


def _media_entry(content: Mapping[str, Any], media: str) -> Any:
    """Return the contract's entry for a Content-Type, by type or range (RFC 9110 §12.5.1), or None."""
    wanted = _essence(media)
    entries = {_essence(str(name)): entry for name, entry in content.items()}
    names = (wanted, f"{wanted.partition('/')[0]}/*", "*/*")
    return next((entries[name] for name in names if name in entries), None)


def _essence(media: str) -> str:
    return media.partition(";")[0].strip().lower()


def _is_json(media: str) -> bool:
    return bool(re.fullmatch(r"application/(?:json|[\w.+-]+\+json)", _essence(media)))


def _shown_media(media: str) -> str:
    kind = _essence(media)
    return kind if _MEDIA.fullmatch(kind) else "unusual" if kind else "none"


def body_violations(
    document: Mapping[str, Any], schema: Any, value: Any, *, enum_values: bool = False
) -> list[SchemaViolation]:
    """Return the places of a JSON value that do not fit a document's schema, each once, at most 100."""
    comparison = _Comparison(document, enum_values=enum_values)
    return list(dict.fromkeys(comparison.violations(schema, value, "$", 0)))[:_MOST]


class _Fit(NamedTuple):
    """How a value fits a schema: its violations, and the members that the schema covers (None: all)."""

    violations: list[SchemaViolation]
    known: frozenset[str] | None = frozenset()
    names_members: bool = False


_ANYTHING: Final = _Fit([], None)


class _Comparison:
    """One comparison, which stops at its bound of schemas."""

    def __init__(self, document: Mapping[str, Any], *, enum_values: bool) -> None:
        self._document = document
        self._enum_values = enum_values
        self._left = _STEPS

    def violations(self, schema: Any, value: Any, place: str, depth: int) -> list[SchemaViolation]:
        """Return the violations of a value, unknown members included."""
        return self._closed(self._fit(schema, value, place, depth), value, place)

    def _closed(self, fit: _Fit, value: Any, place: str) -> list[SchemaViolation]:
        """Return a fit's violations and the members that no schema covers, if schemas name members."""
        if not isinstance(value, dict) or fit.known is None or not fit.names_members:
            return fit.violations
        unknown = [
            SchemaViolation("unknown", _member(place, name), "", json_type(one))
            for name, one in value.items()
            if name not in fit.known
        ]
        return fit.violations + unknown

    def _fit(self, schema: Any, value: Any, place: str, depth: int) -> _Fit:
        """Compare a value with a schema, its references and `allOf`; `_closed` checks unknown members."""
        self._left -= 1
        if not isinstance(schema, Mapping) or depth > _DEPTH or self._left < 0:
            return (
                _ANYTHING
                if schema is not False
                else _Fit([SchemaViolation("type", place, "nothing", json_type(value))], None)
            )
        if value is None and schema.get("nullable") is True:
            return _ANYTHING
        fits = [self._own(schema, value, place, depth)]
        if "$ref" in schema:
            fits.append(self._fit(_target(self._document, schema["$ref"]), value, place, depth + 1))
        fits += [self._fit(part, value, place, depth + 1) for part in schema.get("allOf", ())]
        fits += [
            self._choice(schema, schema[key], value, place, depth)
            for key in ("anyOf", "oneOf")
            if schema.get(key)
        ]
        return _joined(fits)

    def _own(self, schema: Mapping[str, Any], value: Any, place: str, depth: int) -> _Fit:
        """Compare a value with a schema's own keywords."""
        wrong = _own_violation(schema, value, place)
        if wrong is not None:
            if wrong.kind == "enum" and self._enum_values:
                wrong = wrong._replace(found=_shown_value(value) or wrong.found)
            return _Fit([wrong], None)
        if isinstance(value, dict):
            return self._object(schema, value, place, depth)
        if isinstance(value, list):
            return _Fit(self._array(schema, value, place, depth))
        return _Fit([])

    def _object(self, schema: Mapping[str, Any], value: dict[str, Any], place: str, depth: int) -> _Fit:
        properties: Mapping[str, Any] = schema.get("properties", {})
        patterns: Mapping[str, Any] = schema.get("patternProperties", {})
        violations = [
            SchemaViolation("missing", _member(place, name, named=True))
            for name in schema.get("required", ())
            if name not in value and not _write_only(self._document, properties.get(name))
        ]
        others = schema.get("additionalProperties")
        known = set(properties)
        for name, one in value.items():
            if name in properties:
                violations += self.violations(
                    properties[name], one, _member(place, name, named=True), depth + 1
                )
                continue
            matching = [sub for pattern, sub in patterns.items() if _matches(pattern, name)]
            known |= {name} if matching else set()
            if not matching and others not in (None, False):
                matching = [others]
            # The names of these members are data.
            for sub in matching:
                violations += self.violations(sub, one, f"{place}.*", depth + 1)
        names_members = bool(properties or patterns) or others is False
        return _Fit(violations, None if others not in (None, False) else frozenset(known), names_members)

    def _array(
        self, schema: Mapping[str, Any], value: list[Any], place: str, depth: int
    ) -> list[SchemaViolation]:
        first: Sequence[Any] = schema.get("prefixItems", ())
        violations: list[SchemaViolation] = []
        for index, one in enumerate(value[:_ITEMS]):
            given = index < len(first)
            step = f"{place}[{index}]" if given else f"{place}[*]"
            violations += self.violations(
                first[index] if given else schema.get("items", True), one, step, depth + 1
            )
        return violations

    def _choice(
        self, schema: Mapping[str, Any], branches: Sequence[Any], value: Any, place: str, depth: int
    ) -> _Fit:
        """Compare a value with the branch that a discriminator names, else the one that fits best."""
        named = self._discriminated(schema, branches, value)
        if named is not None:
            return self._fit(named, value, place, depth + 1)
        fits = [self._fit(branch, value, place, depth + 1) for branch in branches]
        best = min(fits, key=lambda fit: _badness(self._closed(fit, value, place), place))
        if not any(one.kind == "type" and one.path == place for one in best.violations):
            return best
        expected = {
            kind
            for fit in fits
            for one in fit.violations
            if one.path == place
            for kind in one.expected.split(" or ")
        }
        return _Fit(
            [SchemaViolation("type", place, " or ".join(sorted(expected - {""})), json_type(value))], None
        )

    def _discriminated(self, schema: Mapping[str, Any], branches: Sequence[Any], value: Any) -> Any:
        """Return the branch of the discriminator's value, by mapping or schema name (OpenAPI 3.1)."""
        rule = schema.get("discriminator")
        tag = (
            value.get(rule.get("propertyName"))
            if isinstance(rule, Mapping) and isinstance(value, dict)
            else None
        )
        if not isinstance(rule, Mapping) or not isinstance(tag, str):
            return None
        wanted = str(rule.get("mapping", {}).get(tag, tag))
        wanted = wanted if "/" in wanted else f"#/components/schemas/{wanted}"
        return next((one for one in branches if isinstance(one, Mapping) and one.get("$ref") == wanted), None)


def _own_violation(schema: Mapping[str, Any], value: Any, place: str) -> SchemaViolation | None:
    """Return a value's own violation: its type, or that it is not listed."""
    found, kinds = json_type(value), schema.get("type")
    allowed = [kinds] if isinstance(kinds, str) else kinds
    if allowed and found not in allowed and not (found == "integer" and "number" in allowed):
        return SchemaViolation("type", place, " or ".join(sorted(map(str, allowed))), found)
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    # Without types, null beside strings is an additional type.
    if listed is not None and not any(_same(one, value) for one in listed):
        types = {json_type(one) for one in listed}
        if found not in types:
            return SchemaViolation("type", place, " or ".join(sorted(types)), found)
        return SchemaViolation("enum", place, "", found)
    return None


def _shown_value(value: Any) -> str:
    """Return a value as JSON if it is unlikely to be a secret: a word, or a number below 1,000."""
    word = isinstance(value, str) and len(value) <= _LONGEST_NAME and _NAME.fullmatch(value)
    small = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1000
    return json.dumps(value) if word or small else ""


def _matches(pattern: str, name: str) -> bool:
    """Return whether a name matches a pattern; one that is not valid in Python (`\\p{L}`) always does."""
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return True


def _same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal: 1 equals 1.0, but not true."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _joined(fits: Iterable[_Fit]) -> _Fit:
    """Return the combined fit of several schemas of one value."""
    violations: list[SchemaViolation] = []
    known: set[str] = set()
    everything = names_members = False
    for fit in fits:
        violations += fit.violations
        everything = everything or fit.known is None
        known |= fit.known or frozenset()
        names_members = names_members or fit.names_members
    return _Fit(violations, None if everything else frozenset(known), names_members)


def _badness(violations: Sequence[SchemaViolation], place: str) -> tuple[bool, int, int]:
    """Rank how badly a branch fits: by type, then by the tags of branches, then by violations."""
    return (
        any(one.kind == "type" and one.path == place for one in violations),
        sum(one.kind == "enum" for one in violations),
        len(violations),
    )


def _member(place: str, name: str, *, named: bool = False) -> str:
    """Return a member's place (RFC 9535 §2.5.1). Unknown names are shown only if made of words."""
    if named:
        return f"{place}.{name}" if name.isidentifier() else f"{place}[{name!r}]"
    return f"{place}.{name}" if len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) else f"{place}.*"


def _write_only(document: Mapping[str, Any], schema: Any) -> bool:
    """Return whether a property is never in responses (OpenAPI 3.1, `writeOnly`)."""
    return isinstance(schema, Mapping) and _resolve(document, schema).get("writeOnly") is True


def _resolve(document: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """Return a schema with its references followed; an empty one for anything else or a broken reference."""
    for _ in range(_REFERENCES):
        if not isinstance(value, Mapping):
            break
        if "$ref" not in value:
            return value
        value = _target(document, value["$ref"])
    return {}


def _target(document: Mapping[str, Any], reference: Any) -> Any:
    """Return a local reference's target (RFC 6901); if it is broken, True, which everything fits."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return True
    found: Any = document
    for part in reference.removeprefix("#").removeprefix("/").split("/"):
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        elif isinstance(found, Mapping) and key in found:
            found = found[key]
        elif key:
            return True
    return found
