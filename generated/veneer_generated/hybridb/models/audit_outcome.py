# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

AuditOutcome: TypeAlias = Literal["blocked", "failure", "success"] | str
"""The values that the contract lists. A server may send others, which are kept."""

AUDIT_OUTCOME_VALUES: Final[frozenset[str]] = frozenset(["blocked", "failure", "success"])
