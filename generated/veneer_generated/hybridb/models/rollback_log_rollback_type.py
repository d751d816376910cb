# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

RollbackLogRollbackType: TypeAlias = Literal["full", "selective", "to_checkpoint"] | str
"""The values that the contract knows; a server may send others, and they are kept."""

ROLLBACK_LOG_ROLLBACK_TYPE_VALUES: Final[frozenset[str]] = frozenset(["full", "selective", "to_checkpoint"])
