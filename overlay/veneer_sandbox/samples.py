"""Generate a value that fits a schema, always the same for the same schema and seed.

Examples and defaults come first, then constants and enumerations, then what type, format, pattern and limits allow.
Optional members are generated unless the value is deep or large, or they are recursive.
"""

from __future__ import annotations

import base64
import copy
import functools
import math
import random
import re
import string
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rstr.xeger import Xeger

from .schemas import AMBIGUOUS, HIDDEN, SchemaError, types_of

if TYPE_CHECKING:
    from .schemas import ContractSchemas, Direction, Schema

# Attempts: the first trusts examples and generates all optional members, the next checks each example,
# the rest use neither.
_TRIES: Final = 24
_DEEP: Final = 3
_LARGE: Final = 400
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS: Final = tuple(
    "amber basil cedar delta ember fjord grove heron indigo juniper koi lagoon maple nectar opal pine quartz river".split()  # noqa: SIM905 - as words
)


def generate(
    schemas: ContractSchemas,
    schema: Schema,
    seed: str,
    *,
    direction: Direction = "response",
    given: Mapping[str, Any] | None = None,
) -> Any:
    """Return a value that fits, with the `given` members if it can have them.

    If the alternatives of a `oneOf` cannot be told apart, the value may fit several of them.

    Raises SchemaError, which names the keyword that cannot be met.
    """
    adapted = schemas.adapt(schema, direction)
    why, nearly = "", _NOTHING
    for attempt in range(_TRIES):
        sampler = _Sampler(schemas, direction, random.Random(f"{seed}/{attempt}"), attempt)  # noqa: S311 - not for secrets
        try:
            value = sampler.make(adapted)
        except _Impossible as error:
            why = why or str(error)
            continue
        if given and isinstance(value, dict):
            value = {**value, **given}
        # Members of an example that this direction ignores are removed; defaults are added.
        reading = schemas.read(value, schema, direction=direction)
        if not reading.problems:
            return reading.value
        if all(problem.type == AMBIGUOUS for problem in reading.problems):
            nearly = reading.value
        first = reading.problems[0]
        why = f"{first.type} at {'.'.join(map(str, first.loc)) or 'the value itself'}: {first.msg}"
    if nearly is not _NOTHING:
        return nearly
    raise SchemaError(f"no value fits the schema ({why})")


class _Impossible(Exception):  # noqa: N818 - control flow: another alternative may do
    """No value is possible here; the message names the keyword."""


class _Sampler:
    """Generates one value."""

    def __init__(
        self, schemas: ContractSchemas, direction: Direction, rng: random.Random, attempt: int
    ) -> None:
        self.schemas, self.direction, self.rng, self.attempt = schemas, direction, rng, attempt
        self._made = 0
        self._within: list[str] = []

    def make(self, adapted: Any, depth: int = 0, name: str = "") -> Any:
        if adapted is False:
            raise _Impossible("false: a schema that nothing fits")
        self._made += 1
        known = len(self._within)
        try:
            flat = self._flatten(adapted)
            if (found := self._example(flat, adapted)) is not _NOTHING:
                return found
            return self._of_type(flat, depth, name)
        finally:
            del self._within[known:]

    # One schema without references, `allOf` and alternatives

    def _flatten(self, adapted: Any) -> dict[str, Any]:
        if isinstance(adapted, bool):
            if not adapted:
                raise _Impossible("false: a schema that nothing fits")
            return {}
        flat = {key: value for key, value in adapted.items() if key not in _COMPOSED}
        if "$ref" in adapted:
            if self._within.count(adapted["$ref"]) > (0 if self.attempt > 1 else 1):
                raise _Impossible("$ref: it leads in a circle without end")
            self._within.append(adapted["$ref"])
            flat = _merge(
                flat, self._flatten(self.schemas.definition(adapted["$ref"], self.direction)), annotate=True
            )
        for part in adapted.get("allOf", ()):
            flat = _merge(flat, self._flatten(part))
        for key in ("oneOf", "anyOf"):
            if key in adapted:
                flat = self._choose(
                    flat, adapted[key], adapted.get("discriminator"), exclusive=key == "oneOf"
                )
        if "if" in adapted:
            yes = [{"allOf": [adapted["if"], adapted.get("then", True)]}, adapted.get("else", True)]
            flat = self._choose(flat, yes)
        return flat

    def _choose(
        self, flat: dict[str, Any], branches: list[Any], discriminator: Any = None, *, exclusive: bool = False
    ) -> dict[str, Any]:
        """Merge the first alternative that can be merged: in order at first, later in random order."""
        order = [one for one in branches if one != {"type": "null"}]
        if self.attempt:
            self.rng.shuffle(order)
        order += [one for one in branches if one == {"type": "null"}]
        why = _Impossible("oneOf: no alternative")
        for branch in order:
            known = len(self._within)
            try:
                chosen = _merge(flat, self._flatten(branch))
                self._possible(chosen)
            except _Impossible as error:
                why = error
                del self._within[known:]
                continue
            if exclusive and self.attempt > 3:
                chosen = self._apart(chosen, [one for one in branches if one is not branch])
            return self._tag(chosen, branch, discriminator)
        raise why

    def _apart(self, flat: dict[str, Any], others: list[Any]) -> dict[str, Any]:
        """Make an object fit none of the other alternatives: members that only those know get wrong values.

        Alternatives without a distinguishing member are common, and `oneOf` requires exactly one to fit.
        """
        wrong: dict[str, Any] = {}
        for other in others:
            for part in self.schemas.ingredients(other, self.direction):
                for name, member in part.get("properties", {}).items():
                    misfits = [one for one in _MISFITS if not self.schemas.fits(one, member, self.direction)]
                    if misfits and name not in flat.get("properties", {}):
                        wrong.setdefault(name, {"const": misfits[0]})
        if not wrong or "object" not in _types(flat):
            return flat
        return {
            **flat,
            "properties": {**flat.get("properties", {}), **wrong},
            "required": list(dict.fromkeys([*flat.get("required", ()), *wrong])),
        }

    def _possible(self, flat: dict[str, Any]) -> None:
        """Raise _Impossible early for infinite recursion through required members."""
        for name in flat.get("required", ()):
            member = flat.get("properties", {}).get(name)
            if isinstance(member, dict) and "$ref" in member and self._within.count(member["$ref"]) > 1:
                raise _Impossible("$ref: it leads in a circle without end")

    def _tag(self, flat: dict[str, Any], branch: Any, discriminator: Any) -> dict[str, Any]:
        """Set a discriminator's member to the value of the alternative."""
        if not isinstance(discriminator, Mapping) or not isinstance(branch, dict) or "$ref" not in branch:
            return flat
        name, tag = discriminator.get("propertyName"), self.schemas.tag(branch["$ref"], discriminator)
        if not isinstance(name, str) or tag is None:
            return flat
        known = flat.get("properties", {}).get(name, True)
        if not self.schemas.fits(tag, known, self.direction):
            return flat
        member = {"allOf": [known, {"const": tag}]}
        properties = {**flat.get("properties", {}), name: member}
        return {
            **flat,
            "properties": properties,
            "required": list(dict.fromkeys([*flat.get("required", ()), name])),
        }

    def _example(self, flat: dict[str, Any], adapted: Any) -> Any:
        if "const" in flat:
            return copy.deepcopy(flat["const"])
        if self.attempt < 2:
            candidates = [*flat.get("examples", ()), *([flat["default"]] if "default" in flat else [])]
            for one in candidates:
                # Null as an example means absent: a value is more useful.
                if one is not None and (not self.attempt or self.schemas.fits(one, adapted, self.direction)):
                    return copy.deepcopy(one)
        if "enum" in flat:
            allowed = [one for one in flat["enum"] if types_of(one) & _types(flat)]
            values = [one for one in allowed if one is not None] or allowed
            if not values:
                raise _Impossible("enum: it allows nothing")
            return copy.deepcopy(values[0] if not self.attempt else self.rng.choice(values))
        return _NOTHING

    def _of_type(self, flat: dict[str, Any], depth: int, name: str) -> Any:
        types = _types(flat)
        if not types:
            raise _Impossible("type: no type is allowed")
        if types == set(_ORDER):
            types = {kind for kind, keys in _IMPLIED.items() if keys & flat.keys()} or {"object"}
        kinds = [kind for kind in _ORDER if kind in types]
        kind = kinds[0] if self.attempt < 2 else self.rng.choice(kinds)
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self._object(flat, depth),
            "array": lambda: self._array(flat, depth, name),
            "string": lambda: self._string(flat, name),
            "integer": lambda: self._number(flat, whole=True),
            "number": lambda: self._number(flat, whole=False),
            "boolean": lambda: self.rng.random() < 0.5,
            "null": lambda: None,
        }
        try:
            return makers[kind]()
        except _Impossible:
            if "null" not in types:
                raise
            return None

    def _object(self, flat: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = flat.get("properties", {})
        required = set(flat.get("required", ()))
        for name, names in flat.get("dependentRequired", {}).items():
            required |= set(names) if name in required else set()
        out: dict[str, Any] = {}
        for name in [*properties, *sorted(required - properties.keys())]:
            member = properties.get(name, self._extra(flat, name))
            if isinstance(member, dict) and HIDDEN in member:
                continue
            if name in required:
                if member is False:
                    raise _Impossible(f"required: {name}, which no schema allows")
                out[name] = self.make(member, depth + 1, name)
            elif self._wants(member, depth) and len(out) < flat.get("maxProperties", len(out) + 1):
                try:
                    out[name] = self.make(member, depth + 1, name)
                except _Impossible:
                    continue
        least = flat.get("minProperties", 0)
        # A map gets an entry, so that a reader sees its values.
        if not properties and isinstance(flat.get("additionalProperties"), dict) and depth < _DEEP:
            least = max(least, 1)
        for name in self._names(flat):
            if len(out) >= min(least, flat.get("maxProperties", least)):
                break
            if name not in out:
                out[name] = self.make(self._extra(flat, name), depth + 1, name)
        return out

    def _wants(self, member: Any, depth: int) -> bool:
        """Return whether to generate an optional member."""
        if self.attempt > 3 and self.attempt % 2:
            return self.attempt > 7 and self.rng.random() < 0.3
        if depth < _DEEP and self._made < _LARGE:
            return True
        return depth < _DEEP + 2 and not self.schemas.types(member, self.direction) & {"object", "array"}

    def _extra(self, flat: dict[str, Any], name: str) -> Any:
        """Return the schema of a member that `properties` does not name."""
        fitting = [one for pattern, one in flat.get("patternProperties", {}).items() if _finds(pattern, name)]
        extra = flat.get("additionalProperties", flat.get("unevaluatedProperties", True))
        if fitting:
            return {"allOf": fitting}
        return {"type": "string"} if extra is True else extra

    def _names(self, flat: dict[str, Any]) -> Iterator[str]:
        """Yield names for further members, some more than once."""
        naming = flat.get("propertyNames", {})
        patterns = list(flat.get("patternProperties", {}))
        for at in range(200):
            end = (
                self.rng.choice(_WORDS) if at % 3 == 2 else ""
            )  # in case an open pattern allows only one text
            if patterns and flat.get("additionalProperties") is False:
                yield self._matching(patterns[at % len(patterns)]) + end
            elif naming not in ({}, True):
                yield (
                    str(self.make({"type": "string", **naming} if isinstance(naming, dict) else naming)) + end
                )
            elif at < len(_WORDS):
                yield _WORDS[at]
            else:
                yield f"{self.rng.choice(_WORDS)}_{at}"

    def _array(self, flat: dict[str, Any], depth: int, name: str) -> list[Any]:
        least, most = flat.get("minItems", 0), flat.get("maxItems")
        out = [self.make(one, depth + 1) for one in flat.get("prefixItems", ())][:most]
        items = flat.get("items", flat.get("unevaluatedItems", True))
        wanted = max(least, flat.get("minContains", 1) if "contains" in flat else 0)
        contained = flat.get("contains")
        count = max(least, wanted, len(out) + (1 if items is not True and items is not False else 0))
        unique = flat.get("uniqueItems") is True
        for _ in range(count * 20):
            if len(out) >= (count if most is None else min(count, most)):
                break
            known = self.attempt
            try:
                if len(out) and unique:
                    self.attempt = max(known, 2)  # the example once, and then others
                part = {"allOf": [items, contained]} if contained is not None else items
                if part is True:
                    part = {"type": "string"}
                value = self.make(part, depth + 1, name.removesuffix("s"))
            except _Impossible:
                if len(out) < least:
                    raise
                break
            finally:
                self.attempt = known
            if not unique or value not in out:
                out.append(value)
        return out

    def _number(self, flat: dict[str, Any], *, whole: bool) -> int | float:
        step = Decimal(str(flat.get("multipleOf", 1 if whole else "0.01")))
        if whole and step % 1:
            step = Decimal(step.as_integer_ratio()[0])
        lows = [Decimal(str(flat[key])) for key in ("minimum", "exclusiveMinimum") if key in flat]
        highs = [Decimal(str(flat[key])) for key in ("maximum", "exclusiveMaximum") if key in flat]
        high = min(highs, default=max([Decimal(0), *lows]) + 1000 * step)
        low = max(lows, default=min(Decimal(1), high - 1000 * step) if highs else Decimal(1))
        first, last = -(-low // step), high // step
        # An exclusive bound is not in the range.
        first += first * step == flat.get("exclusiveMinimum")
        last -= last * step == flat.get("exclusiveMaximum")
        if first <= last:
            value = step * self.rng.randint(int(first), int(last))
            return int(value) if whole else float(value)
        if whole or "multipleOf" in flat or low > high:
            raise _Impossible("minimum: no number is between it and the maximum")
        return float((low + high) / 2)

    def _string(self, flat: dict[str, Any], name: str) -> str:
        least, most = flat.get("minLength", 0), flat.get("maxLength")
        if "pattern" in flat:
            return self._patterned(flat, least, most)
        kind = flat.get("format") or (
            next((kind for end, kind in _HINTS if name.lower().endswith(end)), None)
        )
        text = ""
        if kind in _FORMATTED:
            text = _FORMATTED[kind](self.rng)
            if "format" in flat or (least <= len(text) and (most is None or len(text) <= most)):
                return text
        text = f"{self.rng.choice(_WORDS)}-{self.rng.randrange(16**6):06x}"
        while len(text) < least:
            text += f"-{self.rng.choice(_WORDS)}"
        return text if most is None else text[:most]

    def _patterned(self, flat: dict[str, Any], least: int, most: int | None) -> str:
        patterns = flat["pattern"] if isinstance(flat["pattern"], list) else [flat["pattern"]]
        for at in range(60):
            # Short repeats first, since most patterns are of names; longer ones for a longer minimum length.
            text = self._matching(patterns[0], max(8, least) if at < 40 else 2)
            # A pattern without anchors allows other text after it.
            text += "a" * (least - len(text)) if at % 2 else ""
            fits = len(text) >= least and (most is None or len(text) <= most)
            if fits and all(_finds(one, text) for one in patterns):
                return text
        raise _Impossible(f"pattern: no text was found that matches {' and '.join(patterns)}")

    def _matching(self, pattern: str, reach: int = 8) -> str:
        try:
            return str(_Texts(self.rng, reach).xeger(_python(pattern)))
        except (re.error, LookupError, ValueError, OverflowError) as error:
            raise _Impossible(f"pattern: {pattern} cannot be followed ({error})") from None


class _Texts(Xeger):
    """Generates texts that match an expression, by rstr: the same in each process, and short."""

    def __init__(self, rng: random.Random, reach: int) -> None:
        super().__init__(rng)
        self._reach = reach

    def _handle_in(self, value: Any) -> Any:
        candidates = [one for state in value for one in self._handle_state(state)]
        if candidates[0] is not False:
            return self._random.choice(candidates)
        others = [one for one in _VISIBLE if one not in candidates]
        return self._random.choice(others or [one for one in string.printable if one not in candidates])

    def _handle_repeat(self, start_range: int, end_range: int, value: Any) -> str:
        times = self._random.randint(start_range, min(int(end_range), max(start_range, self._reach)))
        return "".join(self._handle_state(one) for _ in range(times) for one in value)


_VISIBLE: Final = string.ascii_letters + string.digits
_CLASSES: Final = {
    "L": "a-zA-Z",
    "Lu": "A-Z",
    "Ll": "a-z",
    "N": "0-9",
    "Nd": "0-9",
    "P": "!-/",
    "Alpha": "a-zA-Z",
}


@functools.cache
def _python(pattern: str) -> str:
    """Return an ECMAScript expression as a Python expression that matches at most the same."""

    def classes(match: re.Match[str]) -> str:
        chars = _CLASSES.get(match[1], "a-z")
        before = pattern[: match.start()]
        inside = before.rfind("[") > before.rfind("]")
        return chars if inside else f"[{chars}]"

    python = re.sub(r"\\p\{(?:\w+=)?(\w+)\}", classes, pattern)
    python = re.sub(r"\(\?<([A-Za-z_]\w*)>", r"(?P<\1>", python)
    return re.sub(r"\\u\{?([0-9a-fA-F]{4})\}?", lambda match: f"\\u{match[1]}", python).replace("\\/", "/")


def _finds(pattern: str, text: str) -> bool:
    try:
        return re.search(_python(pattern), text) is not None
    except re.error:
        return False


# Merging schemas that must all hold

_COMPOSED: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "discriminator"))
_ANNOTATIONS: Final = ("default", "examples")
_NOTHING: Final = object()
_MISFITS: Final[tuple[Any, ...]] = (0, "", False, [])
_ORDER: Final = ("object", "array", "string", "integer", "number", "boolean", "null")
_IMPLIED: Final[dict[str, set[str]]] = {
    "object": {"properties", "additionalProperties", "required", "patternProperties", "minProperties"},
    "array": {"items", "prefixItems", "minItems", "contains"},
    "string": {"format", "pattern", "minLength", "maxLength"},
    "number": {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"},
}
_HIGHEST: Final = frozenset(
    ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties", "minContains")
)
_LOWEST: Final = frozenset(
    ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties", "maxContains")
)


def _types(flat: dict[str, Any]) -> set[str]:
    named = flat.get("type", _ORDER)
    return {named} if isinstance(named, str) else set(named)


def _merge(one: dict[str, Any], two: dict[str, Any], *, annotate: bool = False) -> dict[str, Any]:
    """Return a schema that only fits what fits both.

    Its examples are those of the first, or with `annotate` of either: a part's examples may not fit the whole.
    """
    out = {
        key: value
        for key, value in {**two, **one}.items()
        if key in one or key not in _ANNOTATIONS or annotate
    }
    for key in one.keys() & two.keys():
        mine, other = one[key], two[key]
        if mine == other or key in _ANNOTATIONS:
            continue
        if key in _HIGHEST or key in _LOWEST:
            out[key] = max(mine, other) if key in _HIGHEST else min(mine, other)
        elif key == "type":
            left, right = _types(one), _types(two)
            both = left & right
            both |= {"integer"} if "integer" in left | right and "number" in left | right else set()
            out[key] = [name for name in _ORDER if name in both]
            if not both:
                raise _Impossible("type: two that exclude each other")
        elif key in ("enum", "required"):
            out[key] = (
                [value for value in mine if value in other]
                if key == "enum"
                else list(dict.fromkeys([*mine, *other]))
            )
        elif key in ("properties", "patternProperties"):
            out[key] = {
                name: _both(mine.get(name, True), other.get(name, True)) for name in {**mine, **other}
            }
        elif key in ("items", "contains", "propertyNames", "additionalProperties"):
            out[key] = _both(mine, other)
        elif key == "pattern":
            patterns = [one if isinstance(one, list) else [one] for one in (mine, other)]
            out[key] = list(dict.fromkeys(patterns[0] + patterns[1]))
        elif key == "const":
            raise _Impossible("const: two that exclude each other")
        elif key == "multipleOf":
            out[key] = _common(Decimal(str(mine)), Decimal(str(other)))
    return out


def _both(one: Any, two: Any) -> Any:
    if one is False or two is False:
        return False
    if one is True or one == two:
        return two
    return one if two is True else {"allOf": [one, two]}


def _common(one: Decimal, two: Decimal) -> int | float:
    (a, b), (c, d) = one.as_integer_ratio(), two.as_integer_ratio()
    whole = math.lcm(a * d, c * b)
    return whole // (b * d) if whole % (b * d) == 0 else whole / (b * d)


# Formats


def _moment(rng: random.Random) -> datetime:
    return _EPOCH + timedelta(seconds=rng.randrange(365 * 86400))


_FORMATTED: Final[dict[str, Callable[[random.Random], str]]] = {
    "date-time": lambda rng: _moment(rng).isoformat().replace("+00:00", "Z"),
    "date": lambda rng: _moment(rng).date().isoformat(),
    "time": lambda rng: f"{_moment(rng):%H:%M:%S}Z",
    "duration": lambda rng: f"PT{rng.randint(1, 59)}M",
    "email": lambda rng: f"{rng.choice(_WORDS)}{rng.randrange(1000)}@example.com",
    "hostname": lambda rng: f"{rng.choice(_WORDS)}.example.com",
    "ipv4": lambda rng: f"192.0.2.{rng.randint(1, 254)}",
    "ipv6": lambda rng: f"2001:db8::{rng.randrange(1, 65536):x}",
    "uri": lambda rng: f"https://example.com/{rng.choice(_WORDS)}/{rng.randrange(10**6)}",
    "uri-reference": lambda rng: f"/{rng.choice(_WORDS)}/{rng.randrange(10**6)}",
    "uri-template": lambda rng: f"https://example.com/{rng.choice(_WORDS)}/{{id}}",
    "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "json-pointer": lambda rng: f"/{rng.choice(_WORDS)}",
    "relative-json-pointer": lambda rng: f"0/{rng.choice(_WORDS)}",
    "regex": lambda rng: f"^{rng.choice(_WORDS)}$",
    "byte": lambda rng: base64.b64encode(rng.randbytes(9)).decode(),
}
for _same, _kind in {
    "idn-email": "email",
    "idn-hostname": "hostname",
    "iri": "uri",
    "iri-reference": "uri-reference",
    "url": "uri",
}.items():
    _FORMATTED[_same] = _FORMATTED[_kind]
# The format that a member's name implies if the schema has none.
_HINTS: Final = (
    ("email", "email"),
    ("url", "uri"),
    ("uri", "uri"),
    ("_at", "date-time"),
    ("uuid", "uuid"),
)
