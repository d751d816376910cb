# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from typing import Final, Literal, TypeAlias

ApiKeyCreateRequestScopesItem: TypeAlias = (
    Literal["audit:read", "evidence:read", "read", "runs:read", "runs:write", "write"] | str
)
"""The values that the contract lists. A server may send others, which are kept."""

API_KEY_CREATE_REQUEST_SCOPES_ITEM_VALUES: Final[frozenset[str]] = frozenset(
    ["audit:read", "evidence:read", "read", "runs:read", "runs:write", "write"]
)
