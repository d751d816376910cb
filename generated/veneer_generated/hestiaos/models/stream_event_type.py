# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from typing import Final, Literal, TypeAlias

StreamEventType: TypeAlias = Literal["delta", "done", "error", "final", "start", "token", "tool_call"] | str
"""The values that the contract lists. A server may send others, which are kept."""

STREAM_EVENT_TYPE_VALUES: Final[frozenset[str]] = frozenset(
    ["delta", "done", "error", "final", "start", "token", "tool_call"]
)
