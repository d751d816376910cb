"""The changes of the normaliser: their places and their costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Level(IntEnum):
    """How much a change costs the users of the client."""

    NOTE = 0
    """Expressed in another way; nothing is lost."""
    WEAKER = 1
    """A type is weaker than the contract's, or one way of calling is missing.

    Every value still passes.
    """
    LOSS = 2
    """An operation, parameter or response type is lost: an error, unless contracts.toml allows it."""


@dataclass(frozen=True, order=True)
class Finding:
    """One change: its rule, its JSON pointer or operation, and its description."""

    rule: str
    place: str
    detail: str
    level: Level

    def __str__(self) -> str:
        return f"{self.rule} at {self.place}: {self.detail}"


@dataclass
class Report:
    """The findings of one contract, in order."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, rule: str, place: str, detail: str, level: Level = Level.NOTE) -> None:
        """Record a finding."""
        self.findings.append(Finding(rule, place, detail, level))

    def losses(self, allow: Iterable[str] = ()) -> list[Finding]:
        """Return the losses that are not allowed.

        `allow` holds lines of `str(finding)`, with wildcards.
        """
        patterns = list(allow)
        lost = dict.fromkeys(finding for finding in self.findings if finding.level is Level.LOSS)
        return [
            finding for finding in lost if not any(fnmatchcase(str(finding), pattern) for pattern in patterns)
        ]

    def counts(self) -> Counter[tuple[str, Level]]:
        """Return the number of findings of each rule and level."""
        return Counter((finding.rule, finding.level) for finding in self.findings)
