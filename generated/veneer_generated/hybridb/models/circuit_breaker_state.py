# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

CircuitBreakerState: TypeAlias = Literal["closed", "half_open", "open"] | str
"""The values that the contract lists. A server may send others, which are kept."""

CIRCUIT_BREAKER_STATE_VALUES: Final[frozenset[str]] = frozenset(["closed", "half_open", "open"])
