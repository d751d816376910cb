# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

RollbackLogRollbackType: TypeAlias = Literal["full", "selective", "to_checkpoint"] | str
"""The values that the contract lists. A server may send others, which are kept."""

ROLLBACK_LOG_ROLLBACK_TYPE_VALUES: Final[frozenset[str]] = frozenset(["full", "selective", "to_checkpoint"])
