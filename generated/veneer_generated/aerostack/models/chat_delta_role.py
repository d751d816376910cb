# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

ChatDeltaRole: TypeAlias = Literal["assistant", "system", "user"] | str
"""The values that the contract lists. A server may send others, which are kept."""

CHAT_DELTA_ROLE_VALUES: Final[frozenset[str]] = frozenset(["assistant", "system", "user"])
