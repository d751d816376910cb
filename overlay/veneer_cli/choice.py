"""Turn the commands of one API into commands of `veneer`: an argument or an option names the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import click

from veneer._core.errors import ConfigurationError
from veneer_cli.parameters import Action, action, argument, option
from veneer_cli.service import PLATFORMS, Service, platform_service

__all__ = ["PLATFORM", "of_any", "of_contract", "of_platform"]

_Command = Callable[..., None] | Action


def _platforms(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in PLATFORMS if name.startswith(incomplete)]


PLATFORM = argument(help="hybridb, hestiaos, velerian or aerostack.", shell_complete=_platforms)
_CONTRACT = option(
    "--contract", "-c", metavar="FILE_OR_URL", help="The OpenAPI 3 document, or the server that publishes it."
)
_AllowRef = Annotated[
    list[str] | None,
    option(
        "--allow-ref",
        metavar="FILE_OR_URL",
        help="Allow references to this place outside the contract's folder.",
    ),
]


def of_platform(function: _Command) -> Action:
    """Return an API's command with an argument that names one of the four platforms."""

    def find(_: click.Context, platform: Annotated[str, PLATFORM]) -> Service:
        return platform_service(platform)

    return _of(function, find)


def of_contract(function: _Command) -> Action:
    """Return an API's command with an option that names any contract."""

    def find(ctx: click.Context, contract: Annotated[str, _CONTRACT], allow_ref: _AllowRef = None) -> Service:
        from veneer_cli.from_contract import contract_service

        return contract_service(contract, tuple(allow_ref or ()), ctx.params.get("operation") or "")

    return _of(function, find)


def of_any(function: _Command) -> Action:
    """Return an API's command with an argument for a platform and an option for any contract."""

    def find(
        _: click.Context,
        platform: Annotated[
            str | None,
            argument(
                help="hybridb, hestiaos, velerian or aerostack; or give --contract.",
                shell_complete=_platforms,
            ),
        ] = None,
        contract: Annotated[str | None, _CONTRACT] = None,
        allow_ref: _AllowRef = None,
    ) -> Service:
        if (platform is None) == (contract is None):
            raise ConfigurationError("name a platform, or give --contract FILE_OR_URL")
        if contract is None:
            return platform_service(platform or "")
        from veneer_cli.from_contract import contract_service

        return contract_service(contract, tuple(allow_ref or ()))

    return _of(function, find)


def _of(function: _Command, find: Callable[..., Service]) -> Action:
    """Return the command with the parameters of `find`, which returns the API, before its own."""
    does, choice = function if isinstance(function, Action) else action(function), action(find)
    names = [str(one.name) for one in choice.parameters]

    def run(ctx: click.Context, **given: Any) -> None:
        ctx.obj = find(ctx, **{name: given.pop(name) for name in names})
        does.run(ctx, **given)

    return Action(run, (*choice.parameters, *does.parameters), does.help)
