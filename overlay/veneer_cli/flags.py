"""The options that every command takes, before its name or after it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from veneer._core.errors import ConfigurationError
from veneer.cli.guard import guarded
from veneer.cli.output import Output
from veneer.cli.text import line

__all__ = ["Command", "Flags", "Group", "flags_of", "output_of"]


@dataclass(slots=True)
class Flags:
    """The common options as given, filled while the command line is read.

    `secrets` are the keys in use, for error texts to be searched; `violations` what was told of answers that break
    the contract.
    """

    json: bool = False
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    api_key_stdin: bool = False
    deadline: float | None = None
    max_retries: int | None = None
    header: tuple[str, ...] = ()
    dry_run: bool = False
    curl: bool = False
    debug: bool = False
    secrets: list[str] = field(default_factory=list, repr=False)
    violations: dict[tuple[str, str, str], str] = field(default_factory=dict, repr=False)

    @property
    def shows(self) -> bool:
        """True where the request is shown instead of sent."""
        return self.dry_run or self.curl


def flags_of(ctx: typer.Context) -> Flags:
    """The common options of the command that runs."""
    return ctx.ensure_object(Flags)


def output_of(ctx: typer.Context) -> Output:
    """Where the results of the command that runs go."""
    flags = flags_of(ctx)
    return Output(flags.json, progress=not flags.shows)


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
