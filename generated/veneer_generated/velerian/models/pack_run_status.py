# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from typing import Final, Literal, TypeAlias

PackRunStatus: TypeAlias = Literal["blocked", "failed", "queued", "running", "succeeded"] | str
"""The values that the contract lists. A server may send others, which are kept."""

PACK_RUN_STATUS_VALUES: Final[frozenset[str]] = frozenset(
    ["blocked", "failed", "queued", "running", "succeeded"]
)
