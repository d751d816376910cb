"""Describe a program's commands as values: one that is not run is a name and a sentence, not loaded."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from veneer_cli.options import COMMON, commanded, note
from veneer_cli.parameters import EACH_SECTION, Action, action

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from veneer_cli.service import Service

__all__ = [
    "CALL",
    "COMPLETION",
    "CONFIG",
    "DOCTOR",
    "LOGIN",
    "LOGOUT",
    "MCP",
    "OPERATIONS",
    "SAMPLE",
    "Command",
    "Group",
    "add_contract_commands",
    "built",
    "command",
    "deferred",
    "group",
    "lines",
    "version_option",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])

_PASSED_ON: Final[dict[str, bool]] = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "allow_interspersed_args": False,
}
"""click's settings of a command that parses its own options."""
_WIDEST: Final = 100
"""The width of help in columns, if the terminal is wide enough."""


CALL: Final = "Call any operation of the contract and print the response unchanged, as JSON."
OPERATIONS: Final = "List the operations that `call` reaches, or the parameters of one."
CONFIG: Final = "Show the settings and where they come from."
LOGIN: Final = "Store a key, or a token from OAuth 2, in the keyring (extra `keyring`)."
LOGOUT: Final = "Remove the key or token of `login` from the keyring (extra `keyring`)."
DOCTOR: Final = "Compare a running server's contract with this client's (extra `codegen`)."
SAMPLE: Final = "Compare a running server's responses with the contract."
COMPLETION: Final = "Print the script that completes commands, options and operations in a shell."
MCP: Final = "Offer the API's operations to agents over the Model Context Protocol (extra `mcp`)."
"""The help of the commands that `veneer` and each project's program share."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command or group of commands.

    | field | meaning |
    |---|---|
    | `name` | its word on the command line |
    | `about` | the sentence in lists of commands |
    | `load` | returns what it does, or the group |
    | `common` | whether it takes the common options; one that parses its own options does not |
    """

    name: str
    about: str
    load: Callable[[], Callable[..., Any] | Action | Group] = field(repr=False)
    common: bool = True


@dataclass(slots=True)
class Group:
    """A program or a group of commands, which call `service`; `parameters` are its own options."""

    name: str
    about: str
    service: Service | None = None
    parameters: tuple[click.Parameter, ...] = ()
    commands: dict[str, Command] = field(default_factory=dict, repr=False)

    def add(self, one: Command | Group) -> None:
        """Add a command, or a group of them."""
        self.commands[one.name] = Command(one.name, one.about, lambda: one) if isinstance(one, Group) else one


def _as_it_is(found: Any) -> Any:
    return found


def group(name: str, about: str = "", service: Service | None = None) -> Group:
    """Return an empty group of commands that call `service`; `about` defaults to the service's."""
    return Group(name, about or (service.about if service is not None else ""), service)


def command(home: Group, name: str) -> Callable[[_Function], _Function]:
    """Register a function as a command that also takes the common options.

    Its errors become a line and an exit code. An argument that is not valid UTF-8 raises
    ConfigurationError: no request can carry it.
    """

    def register(function: _Function) -> _Function:
        home.add(Command(name, _first(function), lambda: function))
        return function

    return register


def deferred(
    name: str, where: str, about: str, made: Callable[[Any], Any] = _as_it_is, *, common: bool = True
) -> Command:
    """Return the command that `made` builds from the function or group at `module:name`, imported when run.

    `about` is the first line of its docstring, which lists show without the import.
    """
    module, _, attribute = where.partition(":")
    return Command(name, about, lambda: made(getattr(importlib.import_module(module), attribute)), common)


def version_option(say: Callable[[str], str]) -> click.Option:
    """Return the option that prints the version, which `say` returns for a program's name, and exits."""

    def show(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            print(say(ctx.find_root().info_name or ""))
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show,
        help="Print the version.",
    )


def add_contract_commands(home: Group) -> None:
    """Add the commands that call and list an API's operations to its group."""
    home.add(deferred("call", "veneer_cli.call:call", CALL))
    home.add(deferred("operations", "veneer_cli.call:operations", OPERATIONS))


def built(home: Group) -> click.Group:
    """Return the click group of a group."""
    return _Lazy(home)


def lines(home: Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, including those of nested groups."""
    for one in home.commands.values():
        found = one.load()
        if isinstance(found, Group):
            yield from lines(found, (*above, one.name))
        else:
            yield (*above, one.name)


class _Command(click.Command):
    """A command whose help separates arguments, its own options and the common options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the parameters in their sections."""
        _write_parameters(self, ctx, formatter)


class _Lazy(click.Group):
    """A group that imports a command when it is named, as in click's documentation.

    https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
    """

    def __init__(self, home: Group) -> None:
        settings: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST}
        if home.service is not None:
            settings["obj"] = home.service
        super().__init__(
            home.name,
            callback=click.pass_context(_take_options),
            params=[*home.parameters, *COMMON],
            help=home.about or f"{home.name.capitalize()}.",
            no_args_is_help=True,
            context_settings=settings,
        )
        self._home = home

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's
        """Return the names of the commands."""
        return [*self._home.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's
        """Load a command."""
        found = self._home.commands.get(cmd_name)
        return None if found is None else _made(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the named command; fail with similar names if there is none."""
        name = args[0]
        if not name.startswith("-") and name not in self._home.commands and not ctx.resilient_parsing:
            close = get_close_matches(name, self._home.commands)
            meant = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
            ctx.fail(f"No such command {name!r}.{meant}")
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the options."""
        with formatter.section("Commands"):
            formatter.write_dl([(one.name, one.about) for one in self._home.commands.values()])
        _write_parameters(self, ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a name without loading a command."""
        from click.shell_completion import CompletionItem

        named = [
            CompletionItem(one.name, help=one.about)
            for one in self._home.commands.values()
            if one.name.startswith(incomplete)
        ]
        return named + click.Command.shell_complete(self, ctx, incomplete)


def _made(one: Command) -> click.Command:
    found = one.load()
    if isinstance(found, Group):
        return _Lazy(found)
    if not one.common and not isinstance(found, Action):
        return click.Command(
            one.name, callback=click.pass_context(found), add_help_option=False, context_settings=_PASSED_ON
        )
    does = found if isinstance(found, Action) else action(found)
    own = {word for parameter in does.parameters for word in parameter.opts}
    common = (parameter for parameter in COMMON if own.isdisjoint(parameter.opts))
    return _Command(
        one.name,
        callback=commanded(does.run),
        params=[*does.parameters, *common],
        help=does.help or one.about,
    )


def _take_options(ctx: click.Context, /, **values: Any) -> None:
    note(ctx, values)


def _write_parameters(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    titles = ("Arguments", "Options", EACH_SECTION, "Common options")
    sections: dict[str, list[tuple[str, str]]] = {title: [] for title in titles}
    for one in command.get_params(ctx):
        record = one.get_help_record(ctx)
        if record is not None:
            common = one in COMMON or {*one.opts} <= {*ctx.help_option_names}
            own = "Arguments" if isinstance(one, click.Argument) else getattr(one, "section", "Options")
            sections["Common options" if common else own].append(record)
    for title, rows in sections.items():
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _first(function: Callable[..., Any]) -> str:
    """Return the first line of a docstring."""
    return (function.__doc__ or "").strip().partition("\n")[0]
