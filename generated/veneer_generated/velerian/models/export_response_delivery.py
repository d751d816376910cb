# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from typing import Final, Literal, TypeAlias

ExportResponseDelivery: TypeAlias = Literal["presigned", "stream"] | str
"""The values that the contract lists. A server may send others, which are kept."""

EXPORT_RESPONSE_DELIVERY_VALUES: Final[frozenset[str]] = frozenset(["presigned", "stream"])
