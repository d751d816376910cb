"""`login`: get an API's tokens, and keep the refresh token in the keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veneer._core.errors import ConfigurationError, TokenError
from veneer_cli.config import config_path, settings_of
from veneer_cli.login import Keyring, flow_of, show

if TYPE_CHECKING:
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service

__all__ = ["login"]


def login(service: Service, flags: Flags, *, forget: bool) -> str:
    """Log in, or with `forget` log out; returns what was done. Raises ConfigurationError and TokenError."""
    flow = flow_of(service, settings_of(service), show)
    if flow is None:
        table, path = f"{service.table}.oauth".lstrip("."), config_path(folder=service.program)
        raise ConfigurationError(
            f"there is no [{table}] in {path}: say client_id, and issuer or token_url and authorization_url"
        )
    if isinstance(flow.store, Keyring):
        flow.store.load() if not forget else flow.store.forget()  # a keyring that cannot be used is said before a person logs in
    if forget:
        return f"logged out of {service.name}"
    base_url = flags.base_url or service.platform.base_url or "http://127.0.0.1"
    with service.client(base_url=base_url, api_key=flow) as client:
        client.fetch_tokens(anew=True)
    if isinstance(flow.store, Keyring) and flow.store.load() is None:
        raise TokenError(
            "the server gave no refresh token to keep: ask for one, by the scope offline_access perhaps"
        )
    return f"logged in to {service.name}"
