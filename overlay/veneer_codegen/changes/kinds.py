"""The kinds of changes, and how much each costs those who send and those who read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

Direction = Literal["request", "response", ""]


class Severity(IntEnum):
    """How much a change costs; the numbers are the exit codes of the drift check."""

    COMPATIBLE = 1
    RISKY = 2
    BREAKING = 3


_C, _R, _B = Severity.COMPATIBLE, Severity.RISKY, Severity.BREAKING

KINDS: Final[dict[str, tuple[Severity, Severity]]] = {
    # kind: (in a request, in a response); for what has no direction both are the same
    "operation-removed": (_B, _B),
    "operation-added": (_C, _C),
    "operation-renamed": (_B, _B),
    "operation-moved": (_B, _B),
    "operation-tag-changed": (_B, _B),
    "operation-deprecated": (_R, _R),
    "operation-revived": (_C, _C),
    "extension-changed": (_R, _R),
    "server-removed": (_R, _R),
    "server-added": (_C, _C),
    "server-changed": (_R, _R),
    "security-required": (_B, _B),
    "security-changed": (_B, _B),
    "security-loosened": (_C, _C),
    "security-scope-added": (_R, _R),
    "security-scheme-changed": (_B, _B),
    "parameter-removed": (_B, _B),
    "parameter-added": (_C, _C),
    "parameter-added-required": (_B, _B),
    "parameter-renamed": (_B, _B),
    "parameter-moved": (_B, _B),
    "parameter-now-required": (_B, _B),
    "parameter-now-optional": (_C, _C),
    "parameter-style-changed": (_B, _B),
    "path-parameter-renamed": (_R, _R),
    "body-added": (_C, _C),
    "body-added-required": (_B, _B),
    "body-removed": (_B, _B),
    "body-now-required": (_B, _B),
    "body-now-optional": (_C, _C),
    "content-type-removed": (_B, _B),
    "content-type-added": (_C, _C),
    "response-added": (_C, _C),
    "response-removed": (_C, _R),
    "error-removed": (_C, _C),
    "error-added": (_C, _C),
    "response-body-removed": (_B, _B),
    "response-body-added": (_B, _B),
    "header-removed": (_R, _R),
    "header-added": (_C, _C),
    "property-removed": (_B, _B),
    "property-added": (_C, _C),
    "property-added-required": (_B, _C),
    "property-renamed": (_B, _B),
    "property-now-required": (_B, _C),
    "property-now-optional": (_C, _B),
    "property-deprecated": (_R, _R),
    "property-read-only": (_R, _C),
    "property-write-only": (_C, _B),
    "type-widened": (_C, _B),
    "type-narrowed": (_B, _C),
    "type-changed": (_B, _B),
    "null-allowed": (_C, _B),
    "null-refused": (_B, _C),
    "format-changed": (_R, _R),
    "format-type-changed": (_B, _B),
    "enum-value-added": (_C, _R),
    "enum-value-removed": (_B, _C),
    "enum-value-renamed": (_B, _R),
    "enum-opened": (_C, _R),
    "enum-closed": (_B, _C),
    "union-member-added": (_C, _B),
    "union-member-removed": (_B, _C),
    "discriminator-changed": (_R, _B),
    "default-changed": (_R, _C),
    "pattern-changed": (_R, _C),
    "pattern-removed": (_C, _C),
    "limit-tightened": (_R, _C),
    "limit-loosened": (_C, _C),
    "extra-properties-refused": (_B, _C),
    "extra-properties-allowed": (_C, _C),
    "extra-properties-changed": (_B, _B),
}


@dataclass(frozen=True, order=True)
class Change:
    """One change: what kind, how bad, where (a JSON pointer in the new contract, or in the old one for what is gone), and which operations it touches."""

    severity: Severity
    kind: str
    place: str
    message: str
    directions: tuple[Direction, ...] = ()
    operations: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = (
            f" ({', '.join(direction for direction in self.directions if direction)})"
            if any(self.directions)
            else ""
        )
        used = (
            f" [{', '.join(self.operations[:3])}{f', and {len(self.operations) - 3} more' if len(self.operations) > 3 else ''}]"
            if self.operations
            else ""
        )
        return f"{self.severity.name.lower()}: {self.place}: {self.message}{where}{used}"


def severity(kind: str, direction: Direction) -> Severity:
    """Look up how much a kind of change costs in a direction."""
    request, response = KINDS[kind]
    return response if direction == "response" else request
