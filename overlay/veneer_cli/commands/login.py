"""`veneer login`: get a platform's tokens, and keep the refresh token in the keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veneer._core.errors import ConfigurationError, TokenError
from veneer_cli.config import PLATFORMS, config_path, read_config
from veneer_cli.connect import facts
from veneer_cli.login import Keyring, flow_of, show

if TYPE_CHECKING:
    from veneer_cli.flags import Flags

__all__ = ["login"]


def login(platform: str, flags: Flags, *, forget: bool) -> str:
    """Log in, or with `forget` log out; returns what was done. Raises ConfigurationError and TokenError."""
    from veneer import Client

    if platform not in PLATFORMS:
        raise ConfigurationError(f"no platform {platform!r}; there are {', '.join(PLATFORMS)}")
    path = config_path()
    flow = flow_of(platform, read_config(path).get(platform, {}), show)
    if flow is None:
        raise ConfigurationError(
            f"there is no [{platform}.oauth] in {path}: say client_id, and issuer or token_url and authorization_url"
        )
    if isinstance(flow.store, Keyring):
        flow.store.load() if not forget else flow.store.forget()  # a keyring that cannot be used is said before a person logs in
    if forget:
        return f"logged out of {platform}"
    known = facts(platform)
    with Client(
        flags.base_url or known.base_url or "http://127.0.0.1", api_key=flow, platform=known
    ) as client:
        client.fetch_tokens(anew=True)
    if isinstance(flow.store, Keyring) and flow.store.load() is None:
        raise TokenError(
            "the server gave no refresh token to keep: ask for one, by the scope offline_access perhaps"
        )
    return f"logged in to {platform}"
