"""What calls of hybriDB give that must not be shown: tokens and keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from veneer._platforms.results import Result

__all__ = ["NewApiKey", "Tokens"]


@dataclass(frozen=True, slots=True)
class Tokens(Result):
    """A signed-in user's tokens, hidden in the repr; the access token lasts `expires_in` seconds, the refresh token is good for one new pair."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class NewApiKey(Result):
    """A new API key. `secret` is hidden in the repr, and the platform never shows it again."""

    key_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    scopes: list[str] = field(default_factory=list)
    name: str | None = None
    expires_at: datetime | None = None
