# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

SetCircuitBreakerRequestState: TypeAlias = Literal["closed", "open"] | str
"""The values that the contract lists. A server may send others, which are kept."""

SET_CIRCUIT_BREAKER_REQUEST_STATE_VALUES: Final[frozenset[str]] = frozenset(["closed", "open"])
