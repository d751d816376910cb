# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

DecisionOutcome: TypeAlias = Literal["approved", "blocked", "escalated"] | str
"""The values that the contract lists. A server may send others, which are kept."""

DECISION_OUTCOME_VALUES: Final[frozenset[str]] = frozenset(["approved", "blocked", "escalated"])
