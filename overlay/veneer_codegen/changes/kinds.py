"""The kinds of changes, and their severity for those who send and those who read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

Direction = Literal["request", "response", "received", "answered", ""]
"""The direction: `request` and `response` of a call, `received` and `answered` of a webhook."""


class Severity(IntEnum):
    """How much a change costs its callers. The numbers are the exit codes of the drift check."""

    COMPATIBLE = 1
    RISKY = 2
    BREAKING = 3


_C, _R, _B = Severity.COMPATIBLE, Severity.RISKY, Severity.BREAKING

KINDS: Final[dict[str, tuple[Severity, Severity]]] = {
    # kind: (in what the caller sends, in what the caller reads); both are equal without a direction
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
    "server-variable-added": (_C, _C),
    "server-variable-removed": (_B, _B),
    "server-variable-default-changed": (_R, _R),
    "server-variable-value-added": (_C, _C),
    "server-variable-value-removed": (_B, _B),
    "security-required": (_B, _B),
    "security-changed": (_B, _B),
    "security-loosened": (_C, _C),
    "security-scope-added": (_R, _R),
    "security-scheme-changed": (_B, _B),
    "parameter-removed": (_B, _B),
    "parameter-added": (_C, _C),
    "parameter-added-required": (_B, _C),
    "parameter-renamed": (_B, _B),
    "parameter-moved": (_B, _B),
    "parameter-now-required": (_B, _C),
    "parameter-now-optional": (_C, _B),
    "parameter-style-changed": (_B, _B),
    "parameter-encoding-changed": (_R, _R),
    "parameter-deprecated": (_R, _R),
    "parameter-revived": (_C, _C),
    "path-parameter-renamed": (_R, _R),
    "body-added": (_C, _C),
    "body-added-required": (_B, _C),
    "body-removed": (_B, _B),
    "body-now-required": (_B, _C),
    "body-now-optional": (_C, _B),
    "part-encoding-changed": (_B, _B),
    "part-headers-changed": (_R, _R),
    "content-type-removed": (_B, _B),
    "content-type-added": (_C, _C),
    "response-added": (_C, _C),
    "response-removed": (_C, _R),
    "error-removed": (_C, _C),
    "error-added": (_C, _C),
    "response-body-removed": (_B, _B),
    "response-body-added": (_B, _B),
    "header-removed": (_R, _R),
    "header-removed-required": (_C, _B),
    "header-added": (_C, _C),
    "header-added-required": (_B, _C),
    "header-now-required": (_B, _C),
    "header-now-optional": (_C, _R),
    "header-deprecated": (_R, _R),
    "header-style-changed": (_B, _B),
    "property-removed": (_B, _B),
    "property-added": (_C, _C),
    "unused-property-removed": (_C, _C),
    "property-added-required": (_B, _C),
    "property-renamed": (_B, _B),
    "property-now-required": (_B, _C),
    "property-now-optional": (_C, _B),
    "property-deprecated": (_R, _R),
    "property-read-only": (_R, _C),
    "property-write-only": (_C, _B),
    "property-read-write": (_C, _C),
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
    "known-value-added": (_C, _C),
    "known-value-removed": (_R, _C),
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
    "extra-properties-typed": (_B, _C),
    "extra-properties-untyped": (_C, _B),
    "pattern-properties-added": (_B, _C),
    "pattern-properties-removed": (_C, _B),
    "items-refused": (_B, _C),
    "items-allowed": (_C, _R),
    "items-typed": (_B, _C),
    "items-untyped": (_C, _B),
    "dependency-added": (_B, _C),
    "dependency-removed": (_C, _R),
    "condition-added": (_B, _C),
    "condition-removed": (_C, _R),
    "condition-changed": (_B, _R),
    "member-condition-added": (_R, _C),
    "member-condition-removed": (_C, _R),
    "content-changed": (_B, _B),
    "content-said": (_R, _R),
    "component-renamed": (_B, _B),
}


@dataclass(frozen=True, order=True)
class Change:
    """One change: its kind, severity and place, and the operations that it affects.

    The place is a JSON pointer into the new contract, or into the old one for something removed.
    """

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
    """Return the severity of a kind of change in a direction.

    A received body is read like a response.
    """
    request, response = KINDS[kind]
    return response if direction in {"response", "received"} else request
