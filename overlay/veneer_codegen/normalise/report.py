"""What the normaliser changed, where, and what it cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Level(IntEnum):
    """How much a change costs the people who use the client."""

    NOTE = 0
    """Said in another way; nothing is lost."""
    WEAKER = 1
    """A type says less than the contract, or one of several ways of calling is left out; every value still goes through."""
    LOSS = 2
    """An operation, parameter or type of a response is gone: refused, unless contracts.toml allows it by name."""


@dataclass(frozen=True, order=True)
class Finding:
    """One change: the rule that made it, the JSON pointer or operation where, and what happened."""

    rule: str
    place: str
    detail: str
    level: Level

    def __str__(self) -> str:
        return f"{self.rule} at {self.place}: {self.detail}"


@dataclass
class Report:
    """The findings of one contract, in the order in which they were made."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, rule: str, place: str, detail: str, level: Level = Level.NOTE) -> None:
        """Record a finding."""
        self.findings.append(Finding(rule, place, detail, level))

    def losses(self, allow: Iterable[str] = ()) -> list[Finding]:
        """Give what was lost and is not allowed: `allow` holds whole lines as `str(finding)` gives them, wildcards allowed."""
        patterns = list(allow)
        lost = dict.fromkeys(finding for finding in self.findings if finding.level is Level.LOSS)
        return [
            finding for finding in lost if not any(fnmatchcase(str(finding), pattern) for pattern in patterns)
        ]

    def counts(self) -> Counter[tuple[str, Level]]:
        """Count the findings of each rule and level."""
        return Counter((finding.rule, finding.level) for finding in self.findings)
