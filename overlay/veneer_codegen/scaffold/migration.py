"""The configuration of another generator in veneer's terms: patches, facade data, platform facts.

`stainless.py` and `speakeasy.py` each read one kind of configuration into a `Migration`, from which
the project is written. Settings without a counterpart become notes on the terminal and in
`openapi/README.md`.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from veneer_codegen import overlays
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import find_operations
from veneer_codegen.errors import ContractError
from veneer_codegen.normalise import extensions
from veneer_codegen.scaffold.infer_extensions import Finding, recognised

__all__ = [
    "Migration",
    "client_name",
    "completed",
    "millis",
    "pascal_name",
    "patch",
    "snake_name",
    "timeouts",
    "vendor_extensions",
]

_PAGINATION: Final = "x-veneer-pagination"
_AHEAD: Final = frozenset({"next_cursor", "next_header", "next_row"})
_SHOWN: Final = 4
_TAKEN: Final = frozenset(["Any", "BinaryIO", "Callable", "Client", "FileLike", "Literal", "Mapping", "Sequence", "TypeVar", "UNSET", "UUID", "Unpack", "Unset"])  # fmt: skip
_INITIALISMS: Final = frozenset(["api", "cpu", "css", "dns", "html", "http", "https", "id", "ids", "io", "ip", "json", "jwt", "mcp", "oauth", "pdf", "sdk", "sql", "ssl", "ui", "uri", "url", "uuid", "xml"])  # fmt: skip
_CHECKS: Final = {_PAGINATION: extensions.pagination, "x-veneer-stream": extensions.stream, "x-veneer-idempotency": extensions.idempotency}  # fmt: skip


@dataclass
class Migration:
    """The settings to take over. `source` is their file, "" if there is none."""

    source: str = ""
    called: str = ""
    """The name of the client's class; "": from the project's name."""
    client: dict[str, Any] = field(default_factory=dict)
    """The facade's `[client]`."""
    methods: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The facade's `[methods]`, by method and path."""
    also: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The facade's `[also]`: further methods, by their path on the client."""
    actions: list[dict[str, Any]] = field(default_factory=list)
    """Corrections of the contract, in order."""
    found: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    """Extensions of operations, by method, path and extension."""
    decides_pages: bool = False
    """Whether lists without declared pagination have none, whatever they look like."""
    without: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Class names by schema key."""
    env_base_url: str = ""
    env_keys: dict[str, str] = field(default_factory=dict)
    """The environment variables of credentials, by security scheme."""
    schemes: dict[str, str] = field(default_factory=dict)
    """The former names of the client's credential arguments, by security scheme."""
    env_webhook_secret: str = ""
    environments: dict[str, str] = field(default_factory=dict)
    """Addresses by name, the default first."""
    platform: dict[str, str] = field(default_factory=dict)
    """Further facts of the platform, as source."""
    licence: str = ""
    """One of `licence.NAMES`."""
    notes: dict[str, list[str]] = field(default_factory=dict)
    """Settings without a counterpart: reasons with their places."""

    def env_key(self, scheme: str) -> str:
        """Return the environment variable of `api_key=`, and note names that differ here."""
        for other, variable in self.env_keys.items():
            if other != scheme:
                self.note(variable, "is not read: pass `credentials=`")
        for other, argument in self.schemes.items():
            ours = "api_key=" if other == scheme else f"credentials={{{other!r}: …}}"
            if ours != f"{argument}=":
                self.note(f"client_settings.opts.{argument}", f"is `{ours}` here")
        return self.env_keys.get(scheme, "")

    def note(self, place: str, why: str) -> None:
        """Note that a setting has no counterpart, or not the one that its name suggests."""
        places = self.notes.setdefault(why, [])
        if place not in places:
            places.append(place)

    def said(self) -> Iterator[str]:
        """Yield the notes, one line a reason."""
        for why, places in self.notes.items():
            more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
            yield f"{', '.join(places[:_SHOWN])}{more}: {why}"

    def listed(self) -> Iterator[str]:
        """Yield the notes with all their places."""
        for why, places in self.notes.items():
            yield f"{', '.join(f'`{place}`' for place in places)}: {why}"

    def correct(
        self, content: dict[str, Any], target: str, why: str, place: str, **change: Any
    ) -> dict[str, Any]:
        """Return a contract with one more correction. One that fails is a note, without effect."""
        action = {"target": target, "description": why, **change}
        try:
            changed = overlays.apply(content, {"overlay": "1.1.0", "actions": [action]}, self.source)
        except ContractError as error:
            if "already has this" not in error.reason:
                self.note(place, f"not applied to the contract: {error.reason}")
            return content
        self.actions.append(action)
        return changed

    def extend(
        self, method: str, path: str, extension: str, facts: dict[str, Any], why: str, place: str
    ) -> None:
        """Add an extension to an operation. One that veneer does not support becomes a note."""
        problem = _CHECKS[extension](facts)
        if problem:
            self.note(place, problem)
        else:
            self.found[method, path, extension] = Finding(method, path, extension, facts, why)

    def keep(self, document: Mapping[str, Any]) -> None:
        """Drop the settings of operations that are not in the chosen part of the contract."""
        kept = {f"{one.method.upper()} {one.path}" for one in find_operations(document)}
        self.methods = {key: entry for key, entry in self.methods.items() if key in kept}
        self.also = {path: entry for path, entry in self.also.items() if entry["operation"] in kept}
        schemas = (document.get("components") or {}).get("schemas") or {}
        self.names = {key: name for key, name in self.names.items() if key in schemas}
        self.found = {key: one for key, one in self.found.items() if f"{key[0].upper()} {key[1]}" in kept}

    def findings(self, document: Mapping[str, Any]) -> list[Finding]:
        """Return the patch's findings on operations, declared and recognised."""
        kept = dict(self.found)
        for one in recognised(document):
            key = (one.method, one.path, one.extension)
            if key in kept or (self.decides_pages and one.extension == _PAGINATION):
                continue
            kept[key] = one
        return list(kept.values())


def patch(migration: Migration, found: Iterable[Finding]) -> str:
    """Return a project's Overlay document: corrections, then extensions."""
    actions = [
        *migration.actions,
        *(
            {
                "target": f"$.paths.{json.dumps(finding.path)}.{finding.method}",
                "description": finding.reason,
                "update": {finding.extension: finding.facts},
            }
            for finding in found
        ),
    ]
    overlay = {
        "overlay": "1.1.0" if migration.actions else "1.0.0",
        "info": {"title": "Facts that OpenAPI cannot express", "version": "1"},
        "actions": actions,
    }
    return json.dumps(overlay, indent=2, ensure_ascii=False) + "\n"


def vendor_extensions(content: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str, Any]]:
    """Yield the extensions of a vendor: their places, names without the prefix, and values."""
    todo: list[tuple[str, Any]] = [("#", content)]
    while todo:
        place, node = todo.pop()
        if isinstance(node, list):
            todo += [(pointers.join(place, number), one) for number, one in enumerate(node)]
        elif isinstance(node, Mapping):
            todo += [(pointers.join(place, str(key)), one) for key, one in node.items()]
            for key, value in node.items():
                if isinstance(key, str) and key.startswith(prefix):
                    yield place, key.removeprefix(prefix), value


def completed(facts: dict[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return declared pagination with recognised additions, such as the page size."""
    if seen.get("style") != facts.get("style"):
        return facts
    left = _AHEAD if _AHEAD & facts.keys() else frozenset()
    return {**{key: value for key, value in seen.items() if key not in left}, **facts}


def snake_name(text: str) -> str:
    """Return a Python name: `tripDetails` and `trip-details` are `trip_details`."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text))
    name = re.sub(r"\W+", "_", words).strip("_").lower()
    return name if name.isidentifier() else f"n{name}"


def pascal_name(text: str, casings: Mapping[str, Any] | None = None) -> str:
    """Return a class name with initialisms in capitals: `acme-sdk` is `AcmeSDK`.

    `casings` are words with a special form, each with its `pascal`.
    """
    own = (casings or {}).get(text)
    if isinstance(own, Mapping) and isinstance(own.get("pascal"), str):
        return str(own["pascal"])
    parts = []
    for word in snake_name(text).split("_"):
        one = (casings or {}).get(word)
        cased = one.get("pascal") if isinstance(one, Mapping) else None
        capital = word.upper() if word in _INITIALISMS or one == "initialism" else word.capitalize()
        parts.append(str(cased or ("IDs" if word == "ids" else capital)))
    return "".join(parts)


def client_name(text: str, casings: Mapping[str, Any] | None = None) -> str:
    """Return the name of a client's class: a class name unchanged, any other by `pascal_name`.

    `Client` is appended to a name that Python or the client's module uses.
    """
    made = text if re.fullmatch(r"[A-Z]\w*", text) else pascal_name(text, casings)
    taken = keyword.iskeyword(made) or made in _TAKEN or not made[:1].isupper()
    return f"{made[:1].upper()}{made[1:]}Client" if taken else made


def timeouts(value: Any) -> str | None:
    """Return an attempt's limits for milliseconds or an ISO 8601 duration; else None."""
    seconds = millis(value)
    if seconds is None:
        return None
    return f"veneer.Timeouts({', '.join(f'{name}={seconds!r}' for name in ('read', 'write', 'pool'))})"


def millis(value: Any) -> float | None:
    """Return seconds for milliseconds or an ISO 8601 duration (`PT1M30S`); else None."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value / 1000 if value > 0 else None
    match = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", str(value))
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return (hours * 3600 + minutes * 60 + seconds) or None
