# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

RunContextModeHint: TypeAlias = Literal["balanced", "deep", "fast"] | str
"""The values that the contract lists. A server may send others, which are kept."""

RUN_CONTEXT_MODE_HINT_VALUES: Final[frozenset[str]] = frozenset(["balanced", "deep", "fast"])
