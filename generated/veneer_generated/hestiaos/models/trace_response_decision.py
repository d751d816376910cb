# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

TraceResponseDecision: TypeAlias = Literal["ALLOW", "BLOCK", "THROTTLE"] | str
"""The values that the contract lists. A server may send others, which are kept."""

TRACE_RESPONSE_DECISION_VALUES: Final[frozenset[str]] = frozenset(["ALLOW", "BLOCK", "THROTTLE"])
