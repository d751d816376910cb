"""Tokens of the command line: how a platform's are got, from its settings, and where they outlive a command."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from veneer._core.errors import ConfigurationError
from veneer._core.oauth import LoginPrompt, OAuth2
from veneer_cli.text import line

if TYPE_CHECKING:
    from types import ModuleType

    from veneer_cli.service import Service

__all__ = ["Keyring", "flow_of", "show"]

_NOT_SETTINGS = {"prompt", "store"}
_BY_PEOPLE = {"authorization_code", "device_code"}


class Keyring:
    """A refresh token in the keyring of the operating system: `name` is its own, `program` that of the program that keeps it."""

    def __init__(self, name: str, program: str = "veneer") -> None:
        self._name = name
        self._program = program

    def load(self) -> str | None:
        """Return the token, None where nobody has logged in."""
        found: str | None = self._ask("get_password")
        return found

    def save(self, token: str) -> None:
        """Keep a token in place of the one before."""
        self._ask("set_password", token)

    def forget(self) -> None:
        """Take the token out, if there is one."""
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
            'tokens are kept in the keyring, which needs the extra: pip install "veneer[keyring]"'
        ) from None
    return keyring


def flow_of(
    service: Service, table: Mapping[str, Any], prompt: Callable[[LoginPrompt], Any] | None = None
) -> OAuth2 | None:
    """Return how an API's tokens are got by the `oauth` table of its settings; None where it has none.

    Where a person has to log in, that is only done with `prompt`; else by the refresh token that the keyring has.
    Raises ConfigurationError for settings that cannot work.
    """
    given = table.get("oauth")
    if given is None:
        return None
    of = f" of [{service.table}]" if service.table else ""
    known = {field.name for field in fields(OAuth2)} - _NOT_SETTINGS
    for name in given:
        if name not in known:
            raise ConfigurationError(
                f"oauth{of} has no setting {name!r}; there are {', '.join(sorted(known))}"
            )
    try:
        flow = OAuth2(**given, prompt=prompt)
    except (TypeError, AttributeError):
        raise ConfigurationError(f"a setting in oauth{of} has the wrong type") from None
    if replace(flow, prompt=show).way not in _BY_PEOPLE:
        return flow
    store = Keyring(f"{service.name} {flow.client_id} {flow.issuer or flow.token_url}", service.program)
    if prompt is not None:
        return replace(flow, store=store)
    if store.load() is None:
        raise ConfigurationError(f"nobody is logged in to {service.name}: run `{service.words('login')}`")
    return replace(flow, store=store, grant="refresh_token")


def show(login: LoginPrompt) -> None:
    """Tell a person what to do, and open the browser where that is all."""
    if login.code:
        print(f"open {line(login.url)} and enter the code {line(login.code)}", file=sys.stderr)
    elif not webbrowser.open(login.url):
        print(f"open {line(login.url)}", file=sys.stderr)
