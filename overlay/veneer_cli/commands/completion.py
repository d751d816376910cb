"""`completion`: print the script that completes a program's commands in a shell."""

from __future__ import annotations

from typing import Annotated, Literal

import click
from click.shell_completion import get_completion_class

from veneer._core.errors import ConfigurationError
from veneer_cli.parameters import argument

__all__ = ["completion"]

Shell = Annotated[Literal["bash", "zsh", "fish"], argument(help="The shell.")]


def completion(ctx: click.Context, shell: Shell) -> None:
    """Print the script that completes commands, options and operations in a shell.

    For bash: source <(veneer completion bash). For zsh: the same with zsh, after compinit.
    For fish: veneer completion fish | source.
    """
    root = ctx.find_root()
    program = root.info_name or "veneer"
    made = get_completion_class(shell)
    if made is None:
        raise ConfigurationError(f"there is no completion for {shell}")
    variable = f"_{program}_COMPLETE".replace("-", "_").upper()
    print(made(root.command, {}, program, variable).source())
