# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from typing import Final, Literal, TypeAlias

AbpStatus: TypeAlias = Literal["deployed", "draft", "retired"] | str
"""The values that the contract lists. A server may send others, which are kept."""

ABP_STATUS_VALUES: Final[frozenset[str]] = frozenset(["deployed", "draft", "retired"])
