"""`login` and `logout`: store an API's key, or a refresh token from OAuth 2, in the keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import click

from veneer._core.auth import credential
from veneer._core.errors import ConfigurationError, TokenError
from veneer_cli.config import places
from veneer_cli.flags import flags_of, service_of
from veneer_cli.inputs import first_line, secret
from veneer_cli.login import Keyring, flow_of, key_ring, show
from veneer_cli.parameters import option

if TYPE_CHECKING:
    from veneer._core.oauth import OAuth2
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service

__all__ = ["login", "logout"]

Forget = Annotated[bool, option("--forget", help="The same as `logout`.")]


def login(ctx: click.Context, forget: Forget = False) -> None:
    """Store a key, or a token from OAuth 2, in the keyring (extra `keyring`).

    Prompts for the key without echo, or reads it from a pipe. If the settings have a table `oauth`,
    logs in by OAuth 2 and stores the refresh token.
    """
    if forget:
        logout(ctx)
        return
    service, flags = service_of(ctx), flags_of(ctx)
    at = places(service, flags.profile)
    flow = flow_of(service, at, show)
    if flow is None:
        _keep_key(service, flags)
    else:
        _log_in(service, flags, flow)
    print(f"logged in to {service.name}")


def logout(ctx: click.Context) -> None:
    """Remove the key or token of `login` from the keyring (extra `keyring`)."""
    service, flags = service_of(ctx), flags_of(ctx)
    at = places(service, flags.profile)
    key_ring(service, at.profile).forget()
    flow = flow_of(service, at, show)
    if flow is not None and isinstance(flow.store, Keyring):
        flow.store.forget()
    print(f"logged out of {service.name}")


def _keep_key(service: Service, flags: Flags) -> None:
    at = places(service, flags.profile)
    if service.table is None and "base_url" not in at.table:
        # A stored key must not go to the address that a contract names.
        raise ConfigurationError(
            "a key of --contract is stored only for a profile with a base_url: give --profile NAME"
        )
    ring = key_ring(service, at.profile)
    ring.load()  # an unusable keyring is reported before the user types
    if flags.api_key is not None:
        given = flags.api_key
    elif flags.api_key_stdin:
        given = first_line("--api-key-stdin")
    else:
        given = secret(f"API key for {service.name}", flags)
    ring.save(credential(given, name="key").reveal())


def _log_in(service: Service, flags: Flags, flow: OAuth2) -> None:
    """Log in by OAuth 2. Raises ConfigurationError and TokenError."""
    if isinstance(flow.store, Keyring):
        flow.store.load()  # an unusable keyring is reported before the user logs in
    base_url = flags.base_url or service.platform.base_url or "http://127.0.0.1"
    with service.client(base_url=base_url, api_key=flow) as client:
        client.fetch_tokens(anew=True)
    if isinstance(flow.store, Keyring) and flow.store.load() is None:
        raise TokenError(
            "the server sent no refresh token: request one, for example with the scope offline_access"
        )
