# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

RollbackRequestRollbackType: TypeAlias = Literal["full", "selective", "to_checkpoint"] | str
"""The values that the contract lists. A server may send others, which are kept."""

ROLLBACK_REQUEST_ROLLBACK_TYPE_VALUES: Final[frozenset[str]] = frozenset(
    ["full", "selective", "to_checkpoint"]
)
