# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Results: values of some models, with None for members that were not sent.

Secrets are masked in the repr.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import veneer

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, repr=False)
class Tokens(veneer.Result):
    """The values of TokenPair."""

    access_token: str = field(repr=False)
    """Sent as the bearer token."""
    refresh_token: str = field(repr=False)
    """Buys the next pair."""
    expires_in: int
    """Life of the access token in seconds."""


@dataclass(frozen=True, repr=False)
class NewApiKey(veneer.Result):
    """A new key; the only answer that carries its secret. The platform does not document the fields: the names follow the path and the request, and none is required."""

    key_id: str | None = None
    """The key."""
    secret: str | None = field(default=None, repr=False)
    """The key's secret; shown this once."""
    scopes: list[str] = field(default_factory=list)
    """What the key may do."""
    name: str | None = None
    """The key, for people."""
    expires_at: datetime.datetime | None = None
    """When it stops working."""
