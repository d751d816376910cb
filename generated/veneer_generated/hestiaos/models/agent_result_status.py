# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

AgentResultStatus: TypeAlias = Literal["BLOCKED", "COMPLETED", "FAILED", "RUNNING"] | str
"""The values that the contract lists. A server may send others, which are kept."""

AGENT_RESULT_STATUS_VALUES: Final[frozenset[str]] = frozenset(["BLOCKED", "COMPLETED", "FAILED", "RUNNING"])
