"""`veneer velerian`."""

from __future__ import annotations

import typer

from veneer.cli.call import add_contract_commands
from veneer.cli.flags import Group

__all__ = ["app"]

app = typer.Typer(name="velerian", cls=Group, no_args_is_help=True)
add_contract_commands(app)
