"""Get the command line's keys and tokens, and keep them between commands."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from dataclasses import fields, replace
from importlib import util
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError
from veneer._core.oauth import LoginPrompt, OAuth2
from veneer_cli.text import line

if TYPE_CHECKING:
    from types import ModuleType

    from veneer_cli.config import Places
    from veneer_cli.service import Service

__all__ = ["Keyring", "flow_of", "kept_key", "key_ring", "show"]

_NOT_SETTINGS = {"prompt", "store"}
_BY_PEOPLE = {"authorization_code", "device_code"}


class Keyring:
    """A key or refresh token of `program` in the operating system's keyring, by its `name`."""

    def __init__(self, name: str, program: str = "veneer") -> None:
        self._name = name
        self._program = program

    def load(self) -> str | None:
        """Return it; None if nobody is logged in."""
        found: str | None = self._ask("get_password")
        return found

    def save(self, token: str) -> None:
        """Store a token, replacing the one before."""
        self._ask("set_password", token)

    def forget(self) -> None:
        """Remove it, if there is one."""
        if self.load() is not None:
            self._ask("delete_password")

    def _ask(self, function: str, *given: str) -> Any:
        keyring = _keyring()
        try:
            return getattr(keyring, function)(self._program, self._name, *given)
        except keyring.errors.KeyringError as error:
            problem = type(error).__name__
        raise ConfigurationError(
            f"the keyring cannot be used ({problem}): unlock it, or choose another with `keyring --list-backends`"
        )

    def __repr__(self) -> str:
        return f"Keyring({self._name!r})"


def _keyring() -> ModuleType:
    try:
        import keyring
        import keyring.errors
    except ModuleNotFoundError:
        raise ConfigurationError(
            'keys and tokens are stored in the keyring, which needs the extra: pip install "veneer[keyring]"'
        ) from None
    return keyring


def key_ring(service: Service, profile: str) -> Keyring:
    """Return the keyring entry of an API's key."""
    return _ring(service, "api_key", profile)


def kept_key(service: Service, profile: str) -> str | None:
    """Return the key that `login` stored; None if there is no key or no keyring."""
    if (service.table is None and not profile) or util.find_spec("keyring") is None:
        return None
    try:
        return key_ring(service, profile).load()
    except ConfigurationError:
        return None


def _ring(service: Service, name: str, profile: str) -> Keyring:
    return Keyring(" ".join(filter(None, (service.name, name, profile))), service.program)


def flow_of(
    service: Service, at: Places, prompt: Callable[[LoginPrompt], Any] | None = None
) -> OAuth2 | None:
    """Return the OAuth 2 flow of the `oauth` table of an API's settings; None without such a table.

    Only with `prompt` may a person be asked to log in; else the keyring's refresh token is used.
    Raises ConfigurationError for settings that cannot work.
    """
    given = at.table.get("oauth")
    if given is None:
        return None
    of = f" of [{at.profile or service.table}]" if at.profile or service.table else ""
    known = {field.name for field in fields(OAuth2)} - _NOT_SETTINGS
    for name in given:
        if name not in known:
            raise ConfigurationError(
                f"oauth{of} has no setting {name!r}; the settings are {', '.join(sorted(known))}"
            )
    try:
        flow = OAuth2(**given, prompt=prompt)
    except (TypeError, AttributeError):
        raise ConfigurationError(f"a setting in oauth{of} has the wrong type") from None
    if replace(flow, prompt=show).way not in _BY_PEOPLE:
        return flow
    store = _ring(service, f"{flow.client_id} {flow.issuer or flow.token_url}", at.profile)
    if prompt is not None:
        return replace(flow, store=store)
    if store.load() is None:
        profile = f" --profile {at.profile}" if at.profile else ""
        raise ConfigurationError(
            f"nobody is logged in to {service.name}: run `{service.words('login')}{profile}`"
        )
    return replace(flow, store=store, grant="refresh_token")


def show(login: LoginPrompt) -> None:
    """Print what the user must do, and open the browser if that is enough."""
    if login.code:
        print(f"open {line(login.url)} and enter the code {line(login.code)}", file=sys.stderr)
    elif not webbrowser.open(login.url):
        print(f"open {line(login.url)}", file=sys.stderr)
