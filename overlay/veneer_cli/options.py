"""The options that every command takes, before its name or after it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from veneer._core.errors import ConfigurationError
from veneer_cli.flags import Flags, flags_of
from veneer_cli.guard import guarded
from veneer_cli.text import line

__all__ = ["Command", "Group"]


class Command(TyperCommand):
    """A command that takes the common options too."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        super().__init__(name, **{**settings, "params": [*(settings.get("params") or []), *_options()]})

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Raises ConfigurationError for an argument that is not text: no request can carry it."""
        flags = flags_of(ctx)
        common = {"--base-url": flags.base_url, "--api-key": flags.api_key, "--header": flags.header}
        own = {param.name: param.opts[0] for param in self.params}
        given = {own.get(name, str(name)): value for name, value in ctx.params.items()}
        for name, value in {**common, **given}.items():
            _check_text(name, value)
        return super().invoke(ctx)


def _check_text(name: str, value: Any) -> None:
    """Refuse bytes that are not UTF-8, which Python makes lone surrogates of; the path of a file may have them."""
    for text in value if isinstance(value, (list, tuple)) else (value,):
        try:
            if isinstance(text, str) and not text.startswith("@"):
                text.encode()
        except UnicodeEncodeError:
            raise ConfigurationError(f"{name} is not UTF-8") from None


class Group(TyperGroup):
    """A group that takes the common options for its commands, and turns what they raise into a line and an exit code."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "params": [*(settings.get("params") or []), *_options()]})

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        flags = ctx.ensure_object(Flags)
        with guarded(ctx.find_root().info_name or "veneer", flags):
            return super().invoke(ctx)


def _note(ctx: typer.Context, param: Any, value: Any) -> None:
    """Keep a common option where it was given; the one nearer to the command wins, headers add up."""
    if value is None or value is False or value == ():
        return
    flags = flags_of(ctx)
    if param.name == "debug" and not flags.debug:
        ctx.with_resource(_logged())
    setattr(flags, param.name, (*flags.header, *value) if param.name == "header" else value)


class _Harmless(logging.Formatter):
    """One line for each record, which cannot steer the terminal that it is printed on."""

    def format(self, record: logging.LogRecord) -> str:
        return line(super().format(record))


@contextlib.contextmanager
def _logged() -> Iterator[None]:
    """Send the library's log to standard error while a command runs; it masks credentials itself."""
    logger, handler = logging.getLogger("veneer"), logging.StreamHandler()
    handler.setFormatter(_Harmless())
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def _options() -> list[Any]:
    return [
        _switch("--json", "-j", help="Print JSON: one value, or one line for each."),
        _option("--base-url", "-u", metavar="URL", help="Where the API is."),
        _option("--api-key", "-k", metavar="KEY", help="The key. Other users may see it: prefer the environment."),
        _switch("--api-key-stdin", help="Read the key from the first line of standard input."),
        _option("--deadline", type=float, metavar="SECONDS", help="Bound of each call, retries included."),
        _option("--max-retries", type=int, metavar="N", help="Repeats of a failed request; 0: none."),
        _option("--header", "-H", multiple=True, metavar="NAME: VALUE", help="Send this header too."),
        _switch("--dry-run", help="Print the first request instead of sending it, secrets masked."),
        _switch("--curl", help="Like --dry-run, as a curl command."),
        _switch("--debug", help="Log every request to standard error, secrets masked."),
    ]  # fmt: skip


def _option(*names: str, **settings: Any) -> TyperOption:
    return TyperOption(
        param_decls=list(names),
        callback=_note,
        expose_value=False,
        rich_help_panel="Common options",
        **settings,
    )


def _switch(*names: str, help: str) -> TyperOption:  # noqa: A002  # Typer's own name
    return _option(*names, is_flag=True, default=None, help=help)
