# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

ExecutionStatus: TypeAlias = (
    Literal["compensated", "completed", "failed", "pending", "replaying", "running"] | str
)
"""The values that the contract lists. A server may send others, which are kept."""

EXECUTION_STATUS_VALUES: Final[frozenset[str]] = frozenset(
    ["compensated", "completed", "failed", "pending", "replaying", "running"]
)
